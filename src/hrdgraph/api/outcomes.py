"""What commands say that they did, found or left, into French and Spanish."""

from __future__ import annotations

from typing import Final

OUTCOMES: Final = {
    "made: {folder}": ("créé : {folder}", "creado: {folder}"),
    "next: {command}   then put your own tables beside {example}": (
        "ensuite : {command}   puis placez vos tableaux à côté de {example}",
        "después: {command}   y ponga sus tablas junto a {example}",
    ),
    "in the original: {unit} {at}": (
        "dans l’original : {unit} {at}",
        "en el original: {unit} {at}",
    ),
    "page": ("page", "página"),
    "character": ("caractère", "carácter"),
    "paragraph": ("paragraphe", "párrafo"),
    'for the document: sha256 = "{digest}"; its text is among the snapshots, so a build can verify '
    "this": (
        'pour le document : sha256 = "{digest}" ; son texte est parmi les copies de pages : une '
        "construction peut vérifier cela",
        'para el documento: sha256 = "{digest}"; su texto está entre las copias de páginas: una '
        "construcción puede comprobarlo",
    ),
    'for the document: sha256 = "{digest}"; take the page with hrdgraph snapshot, so that a build '
    "can verify this": (
        'pour le document : sha256 = "{digest}" ; prenez la page avec hrdgraph snapshot, pour '
        "qu’une construction puisse vérifier ceci",
        'para el documento: sha256 = "{digest}"; tome la página con hrdgraph snapshot, para que '
        "una construcción pueda verificarlo",
    ),
    "{name}: {count} {count:character|characters} ({normaliser}), {state}": (
        "{name} : {count} {count:caractère|caractères} ({normaliser}), {state}",
        "{name}: {count} {count:carácter|caracteres} ({normaliser}), {state}",
    ),
    "taken": ("page prise", "página tomada"),
    "there already": ("déjà là", "ya estaba"),
    "address": ("adresse", "dirección"),
    "not known: give --address, so that documents find their text": (
        "inconnue : donnez --address, pour que les documents trouvent leur texte",
        "desconocida: dé --address, para que los documentos encuentren su texto",
    ),
    "title": ("titre", "título"),
    "replaces": ("remplace", "sustituye"),
    "note": ("note", "nota"),
    "evidence": ("preuves", "pruebas"),
    "{still} where it was, {moved} moved, {lost} not found again": (
        "à la même place : {still}, déplacées : {moved}, non retrouvées : {lost}",
        "en su sitio: {still}, movidas: {moved}, no encontradas: {lost}",
    ),
    "moved": ("déplacée", "movida"),
    "lost": ("perdue", "perdida"),
    "{file} row {rows}": ("{file} ligne {rows}", "{file} fila {rows}"),
    "words": ("mots", "palabras"),
    "written": ("écrit", "escrito"),
    "next": ("ensuite", "después"),
    "the same command with --write corrects the tables": (
        "la même commande avec --write corrige les tableaux",
        "la misma orden con --write corrige las tablas",
    ),
    "withdrawn from now on; older builds are neither served nor written out:": (
        "retiré dès maintenant ; aucune construction antérieure n’est plus servie ni écrite :",
        "retirado desde ahora; ninguna construcción anterior se sirve ni se escribe ya:",
    ),
    "published again from the next build on:": (
        "publié de nouveau dès la prochaine construction :",
        "publicado de nuevo desde la próxima construcción:",
    ),
    "The tables of the sources still hold it. What was given away before is out of reach: tell "
    "those who have a copy.": (
        "Les tableaux des sources le contiennent encore. Ce qui a été donné auparavant est hors "
        "d’atteinte : prévenez qui en a une copie.",
        "Las tablas de las fuentes aún lo contienen. Lo entregado antes está fuera de alcance: "
        "avise a quien tenga una copia.",
    ),
    "{steps}; then hrdgraph withdraw --check": (
        "{steps} ; puis hrdgraph withdraw --check",
        "{steps}; luego hrdgraph withdraw --check",
    ),
    "for {path}: {again}, or delete it": (
        "pour {path} : {again}, ou supprimez-le",
        "para {path}: {again}, o bórrelo",
    ),
    "write it anew": ("écrivez-le de nouveau", "escríbalo de nuevo"),
    "nothing is withdrawn": ("rien n’est retiré", "no hay nada retirado"),
    "looked for {needles} names, IRIs and words in {pieces} files and parts of files of {where}": (
        "noms, IRI et mots cherchés : {needles} ; fichiers et parties de fichiers de {where} : "
        "{pieces}",
        "nombres, IRI y palabras buscados: {needles}; archivos y partes de archivos de {where}: "
        "{pieces}",
    ),
    "nothing is left in {where} of what was withdrawn; name what lies elsewhere: hrdgraph withdraw "
    "--check FILE|DIR": (
        "il ne reste rien dans {where} de ce qui a été retiré ; nommez ce qui est ailleurs : "
        "hrdgraph withdraw --check FICHIER|DOSSIER",
        "en {where} no queda nada de lo retirado; nombre lo que esté en otro sitio: hrdgraph "
        "withdraw --check ARCHIVO|CARPETA",
    ),
    "; ": (" ; ", "; "),
    "  {name}: {value}": ("  {name} : {value}", "  {name}: {value}"),
    "{name}: {value}": ("{name} : {value}", "{name}: {value}"),
    "{rows}: {cells}": ("{rows} : {cells}", "{rows}: {cells}"),
    "thing": ("chose", "cosa"),
    "other": ("autre", "otra"),
    "  also known as {name}": ("  aussi connu sous {name}", "  conocido también como {name}"),
    "— what is said about it —": ("— ce qui en est dit —", "— lo que se dice de ello —"),
    "— what it was derived from —": ("— ce dont c’est déduit —", "— de qué se deduce —"),
    "what a derived statement follows from: hrdgraph explain {parts}": (
        "de quoi découle un énoncé déduit : hrdgraph explain {parts}",
        "de qué se deduce un enunciado: hrdgraph explain {parts}",
    ),
    " line {line}": (" ligne {line}", " línea {line}"),
    "      by {rule}": ("      par {rule}", "      por {rule}"),
    "      derived by {rules}": ("      déduit par {rules}", "      deducido por {rules}"),
    "      … and {count} {count:row|rows} more": (
        "      … et {count} {count:ligne|lignes} de plus",
        "      … y {count} {count:fila|filas} más",
    ),
    "  … and {count} more": ("  … et {count} de plus", "  … y {count} más"),
    ", characters {start}–{end}": (", caractères {start}–{end}", ", caracteres {start}–{end}"),
    "      words not at hand (sha256 {digest}…): put the page's text into data/snapshots to see "
    "them": (
        "      mots non disponibles (sha256 {digest}…) : placez le texte de la page dans "
        "data/snapshots pour les voir",
        "      palabras no disponibles (sha256 {digest}…): ponga el texto de la página en "
        "data/snapshots para verlas",
    ),
    "status": ("statut", "estado"),
    "said by": ("dit par", "lo dicen"),
    "{count} independent {count:publisher|publishers}": (
        "{count} {count:éditeur indépendant|éditeurs indépendants}",
        "{count} {count:editor independiente|editores independientes}",
    ),
    "{count} {count:publisher|publishers}": (
        "{count} {count:éditeur|éditeurs}",
        "{count} {count:editor|editores}",
    ),
    "sources disagree about": ("désaccord entre les sources", "desacuerdo entre las fuentes"),
    "preferred": ("préférée", "preferida"),
    "visibility": ("visibilité", "visibilidad"),
    "  contradicted by {other} (is preferred to this)": (
        "  contredite par {other} (préférée à celle-ci)",
        "  contradicha por {other} (preferida a esta)",
    ),
    "  contradicted by {other} (gives way to this)": (
        "  contredite par {other} (cède à celle-ci)",
        "  contradicha por {other} (cede ante esta)",
    ),
    "  contradicted by {other} (nothing tells them apart)": (
        "  contredite par {other} (rien ne les départage)",
        "  contradicha por {other} (nada las distingue)",
    ),
    "  judged: {row}": ("  jugé : {row}", "  juzgado: {row}"),
    "contradicted": ("contredite", "contradicha"),
    "contradicted, preferred": ("contredite, préférée", "contradicha, preferida"),
    "who may see these": ("qui peut les voir", "quién puede verlas"),
    "  named in {count} {count:row|rows} of the ledger of judgements": (
        "  dans {count} {count:ligne|lignes} du registre des jugements",
        "  en {count} {count:fila|filas} del registro de juicios",
    ),
    "{count} {count:line tells|lines tell} all, with rows, rules and words: hrdgraph explain "
    '"{asked}" --full (or name one fact)': (
        "{count} {count:ligne dit|lignes disent} tout, avec tableaux, règles et mots : hrdgraph "
        'explain "{asked}" --full'
        " (ou nommez un seul fait)",
        "{count} {count:línea dice|líneas dicen} todo, con filas, reglas y palabras: hrdgraph "
        'explain "{asked}" --full'
        " (o nombre un solo dato)",
    ),
    "{count} {count:fact tells|facts tell} all, with rows, rules and words: hrdgraph explain "
    '"{asked}" --full (or name one fact)': (
        "{count} {count:fait dit|faits disent} tout, avec tableaux, règles et mots : hrdgraph "
        'explain "{asked}" --full'
        " (ou nommez un seul fait)",
        "{count} {count:dato dice|datos dicen} todo, con filas, reglas y palabras: hrdgraph "
        'explain "{asked}" --full'
        " (o nombre un solo dato)",
    ),
    "… {count} of {all} {all:fact|facts}": (
        "… {count} sur {all} {all:fait|faits}",
        "… {count} de {all} {all:dato|datos}",
    ),
    "a name": ("un nom", "un nombre"),
    "an IRI": ("un IRI", "un IRI"),
    " (its columns)": (" (ses colonnes)", " (sus columnas)"),
    "left:  {place}: {kind}: {said}": (
        "reste : {place} : {kind} : {said}",
        "queda: {place}: {kind}: {said}",
    ),
    "       and {count} more (--json has all)": (
        "       et {count} {count:autre|autres} (--json donne tout)",
        "       y {count} más (--json lo da todo)",
    ),
    "note:  a name stands in the address of a document that is still cited ({places}); withdraw "
    "the document to end that": (
        "note :  un nom figure dans l’adresse d’un document qui est encore cité ({places}) ; "
        "retirez le document pour y mettre fin",
        "nota:  un nombre figura en la dirección de un documento que aún se cita ({places}); "
        "retire el documento para evitarlo",
    ),
    "older: {path} was made before the last withdrawal": (
        "ancien : {path} a été fait avant le dernier retrait",
        "antiguo: {path} se hizo antes de la última retirada",
    ),
    "end the server, or build": (
        "arrêtez le serveur ou construisez",
        "detenga el servidor o construya",
    ),
    "idle:  {place}: no source mentions {iri}, so nothing of it is taken down or looked for": (
        "sans effet : {place} : aucune source ne mentionne {iri} ; rien n’en est donc retiré ni "
        "cherché",
        "sin efecto: {place}: ninguna fuente menciona {iri}, así que nada de ello se retira ni se "
        "busca",
    ),
    "; did you mean {iri}?": (" ; vouliez-vous dire {iri} ?", "; ¿quiso decir {iri}?"),
    " (known: {why})": (" (connu : {why})", " (conocido: {why})"),
    "something is left: {steps}; or withdraw what still names it": (
        "il reste quelque chose : {steps} ; ou retirez ce qui le nomme encore",
        "queda algo: {steps}; o retire lo que aún lo nombra",
    ),
    "something is left: or withdraw what still names it": (
        "il reste quelque chose : retirez ce qui le nomme encore",
        "queda algo: retire lo que aún lo nombra",
    ),
    "a withdrawal takes nothing down: correct its IRI, withdraw the new name, or explain it in "
    "{known}": (
        "un retrait est sans effet : corrigez son IRI, retirez le nouveau nom, ou expliquez-le "
        "dans {known}",
        "una retirada no tiene efecto: corrija su IRI, retire el nombre nuevo o explíquelo en "
        "{known}",
    ),
    "from {first} to {last}": ("du {first} au {last}", "del {first} al {last}"),
    "from {first} to an open end": (
        "à partir du {first}, sans fin indiquée",
        "a partir del {first}, sin final indicado",
    ),
    "from an open beginning to {last}": (
        "jusqu’au {last}, sans début indiqué",
        "hasta el {last}, sin comienzo indicado",
    ),
    "from an open beginning to an open end": (
        "sans début ni fin indiqués",
        "sin comienzo ni final indicados",
    ),
    "days outside the years 1 to 9999": (
        "des jours hors des années 1 à 9999",
        "días fuera de los años 1 a 9999",
    ),
    "not kept, as EDTF has no word for it: {words}": (
        "non conservé, car l’EDTF ne sait pas le dire : {words}",
        "no se conserva, porque EDTF no puede decirlo: {words}",
    ),
    "note: '{chosen}' is none of {known}: labels are shown in it where there are any": (
        "note : '{chosen}' n’est pas l’une de ces langues : {known} ; les noms sont donnés en "
        "'{chosen}' là où il y en a",
        "nota: '{chosen}' no es uno de estos idiomas: {known}; los nombres se dan en '{chosen}' "
        "donde los haya",
    ),
    "{mapping}: {rules} {rules:rule|rules} over {count} {count:relation|relations}, nothing "
    "wrong": (
        "{mapping} : {rules} {rules:règle|règles} sur {count} {count:relation|relations}, rien à "
        "corriger",
        "{mapping}: {rules} {rules:regla|reglas} sobre {count} {count:relación|relaciones}, nada "
        "que corregir",
    ),
    "drawn: {file}": ("dessiné : {file}", "dibujado: {file}"),
    "written: {file}": ("écrit : {file}", "escrito: {file}"),
    "{count} {count:thing|things}": ("{count} {count:chose|choses}", "{count} {count:cosa|cosas}"),
    "{count} {count:relation|relations}": (
        "{count} {count:relation|relations}",
        "{count} {count:relación|relaciones}",
    ),
    "{count} {count:component|components}": (
        "{count} {count:composante|composantes}",
        "{count} {count:componente|componentes}",
    ),
    "{count} {count:community|communities}": (
        "{count} {count:communauté|communautés}",
        "{count} {count:comunidad|comunidades}",
    ),
    "{things}, {relations}; {components}, the largest of {largest}; {communities}": (
        "{things}, {relations} ; {components}, dont la plus grande en a {largest} ; {communities}",
        "{things}, {relations}; {components}, la mayor de {largest}; {communities}",
    ),
    "; betweenness estimated from {count} {count:thing|things}": (
        " ; intermédiarité estimée d’après {count} {count:chose|choses}",
        "; intermediación estimada a partir de {count} {count:cosa|cosas}",
    ),
    "error: the change is larger than allowed: {condition}": (
        "erreur : le changement dépasse ce qui est permis : {condition}",
        "error: el cambio es mayor de lo permitido: {condition}",
    ),
    "nothing has changed since {previous}: no release is written": (
        "rien n’a changé depuis {previous} : aucune version n’est écrite",
        "nada ha cambiado desde {previous}: no se escribe ninguna versión",
    ),
    "file": ("fichier", "archivo"),
    "bytes": ("octets", "bytes"),
    "release: {folder}": ("version : {folder}", "versión: {folder}"),
    "next:    publish the folder as it is; `sha256sum -c SHA256SUMS` checks it": (
        "ensuite :  publiez le dossier tel quel ; `sha256sum -c SHA256SUMS` le contrôle",
        "después:  publique la carpeta tal cual; `sha256sum -c SHA256SUMS` la comprueba",
    ),
    "comparing": ("comparaison", "comparación"),
    "{count} {count:statement|statements} sent": (
        "{count} {count:énoncé envoyé|énoncés envoyés}",
        "{count} {count:enunciado enviado|enunciados enviados}",
    ),
    "{count} {count:statement|statements} in {folder}": (
        "{count} {count:énoncé|énoncés} dans {folder}",
        "{count} {count:enunciado|enunciados} en {folder}",
    ),
    "{count} {count:file|files} in {folder}": (
        "{count} {count:fichier|fichiers} dans {folder}",
        "{count} {count:archivo|archivos} en {folder}",
    ),
    "reading the graph": ("lecture du graphe", "lectura del grafo"),
    "writing pages": ("écriture des pages", "escritura de las páginas"),
    "writing answers to queries": (
        "écriture des réponses aux questions",
        "escritura de las respuestas a las preguntas",
    ),
    "writing files": ("écriture des fichiers", "escritura de los archivos"),
    "writing what machines read": (
        "écriture de ce que lisent les machines",
        "escritura de lo que leen las máquinas",
    ),
    "writing addresses that have moved": (
        "écriture des adresses déplacées",
        "escritura de las direcciones trasladadas",
    ),
    "writing the entrance": ("écriture de l’entrée", "escritura de la entrada"),
    "left out: {error}": ("laissé de côté : {error}", "omitido: {error}"),
    "{count} {count:row was|rows were} left out": (
        "{count} {count:ligne laissée|lignes laissées} de côté",
        "{count} {count:fila omitida|filas omitidas}",
    ),
    "; --rejected FILE lists them all": (
        " ; --rejected FICHIER en donne la liste",
        "; --rejected ARCHIVO las enumera todas",
    ),
    "{count} {count:judgement|judgements}": (
        "{count} {count:jugement|jugements}",
        "{count} {count:juicio|juicios}",
    ),
    "{added} added to {file}; {known} stood there already": (
        "ajout à {file} : {added} ; déjà là : {known}",
        "añadido a {file}: {added}; ya estaban: {known}",
    ),
    "{added} would be added to {file}; {known} stood there already": (
        "ajout possible à {file} : {added} ; déjà là : {known}",
        "se añadiría a {file}: {added}; ya estaban: {known}",
    ),
    "note:  {iri} is now one with what is withdrawn: the next build takes it down too": (
        "note :  {iri} ne fait plus qu’un avec ce qui est retiré : la prochaine construction le "
        "retire aussi",
        "nota:  {iri} es ahora uno con lo que está retirado: la próxima construcción lo retira "
        "también",
    ),
    "note:  {iri} is no longer one with what is withdrawn: the next build shows it again; "
    "`hrdgraph withdraw` keeps it down": (
        "note :  {iri} n’est plus lié à ce qui est retiré : la prochaine construction le montre de "
        "nouveau ; `hrdgraph withdraw`"
        " l’en empêche",
        "nota:  {iri} ya no está unido a lo retirado: la próxima construcción lo muestra de nuevo; "
        "`hrdgraph withdraw` lo evita",
    ),
    "it stands there already; nothing was added": (
        "il y est déjà ; rien n’a été ajouté",
        "ya está ahí; no se ha añadido nada",
    ),
    "{count} {count:line|lines} left out: {reason}": (
        "{count} {count:ligne laissée|lignes laissées} de côté : {reason}",
        "{count} {count:línea omitida|líneas omitidas}: {reason}",
    ),
    "of another relation than exactMatch, sameAs and closeMatch": (
        "d’une autre relation que exactMatch, sameAs et closeMatch",
        "de otra relación que exactMatch, sameAs y closeMatch",
    ),
    "without a judgement": ("sans jugement", "sin juicio"),
    "deleted": ("supprimé", "eliminado"),
    "found by a program and not by a person": (
        "trouvé par un programme, non par une personne",
        "encontrado por un programa, no por una persona",
    ),
    "interrupted; nothing was changed": (
        "interrompu ; rien n’a été changé",
        "interrumpido; no se ha cambiado nada",
    ),
}
