"""What commands say around their answers into French and Spanish: headings of tables, and the
lines below them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hrdgraph.api.extraction_words import EXTRACTION
from hrdgraph.api.outcomes import OUTCOMES
from hrdgraph.api.standing_words import STANDING
from hrdgraph.api.table_words import TABLES
from hrdgraph.translation.counts import with_counts

_TEXTS: Final = {
    **OUTCOMES,
    **STANDING,
    **EXTRACTION,
    **TABLES,
    "          in another text of the page: {moved} found elsewhere in it, {ambiguous} in "
    "several places, {gone} in none": (
        "          dans un autre texte de leur page : ailleurs {moved}, à plusieurs endroits "
        "{ambiguous}, nulle part {gone}",
        "          en otro texto de su página: en otro lugar {moved}, en varios lugares "
        "{ambiguous}, en ninguno {gone}",
    ),
    "the workbench is at {address}\nCtrl-C ends it.": (
        "l’atelier est à {address}\nCtrl-C le termine.",
        "el taller está en {address}\nCtrl-C lo termina.",
    ),
    "class": ("classe", "clase"),
    "column": ("colonne", "columna"),
    "things": ("choses", "cosas"),
    "{title}: {statements}": ("{title} : {statements}", "{title}: {statements}"),
    "before": ("avant", "antes"),
    "new": ("nouveaux", "nuevos"),
    "gone": ("disparus", "desaparecidos"),
    "changed": ("modifiés", "modificados"),
    "statements added": ("énoncés ajoutés", "enunciados añadidos"),
    "removed": ("retirés", "retirados"),
    "in all, in {count} {count:round|rounds}": (
        "en tout, en {count} {count:passe|passes}",
        "en total, en {count} {count:pasada|pasadas}",
    ),
    "the shapes have no rules that look at anything": (
        "les formes n'ont pas de règle qui regarde quoi que ce soit",
        "las formas no tienen reglas que miren nada",
    ),
    "topic": ("sujet", "tema"),
    "name": ("nom", "nombre"),
    "question": ("question", "pregunta"),
    "parameters": ("paramètres", "parámetros"),
    "ask one: hrdgraph query NAME --param key=value": (
        "en poser une : hrdgraph query NOM --param clé=valeur",
        "para hacer una: hrdgraph query NOMBRE --param clave=valor",
    ),
    "found": ("constat", "hallazgo"),
    "times": ("fois", "veces"),
    "rule": ("règle", "regla"),
    "what": ("quoi", "qué"),
    "look at": ("voir", "ver"),
    "violation": ("violation", "infracción"),
    "warning": ("avertissement", "advertencia"),
    "info": ("remarque", "nota"),
    "known": ("connu", "conocido"),
    "derived": ("déduits", "deducidos"),
    "by the rule": ("par la règle", "por la regla"),
    "of the property": ("de la propriété", "de la propiedad"),
    "{count} {count:statement|statements}": (
        "{count} {count:énoncé|énoncés}",
        "{count} {count:enunciado|enunciados}",
    ),
    "{count} {count:finding|findings}": (
        "{count} {count:constat|constats}",
        "{count} {count:hallazgo|hallazgos}",
    ),
    "note: no shape has a target, so nothing was looked at": (
        "note : aucune forme n'a de cible, rien n'a donc été regardé",
        "nota: ninguna forma tiene objetivo, así que no se ha mirado nada",
    ),
    "score": ("score", "puntuación"),
    "left": ("gauche", "izquierda"),
    "right": ("droite", "derecha"),
    "why": ("pourquoi", "por qué"),
    "{title}: pairs that may be one thing": (
        "{title} : paires qui désignent peut-être une même chose",
        "{title}: pares que quizá sean una misma cosa",
    ),
    "`hrdgraph review` asks about them one by one; nothing was merged.": (
        "`hrdgraph review` les demande une à une ; rien n’a été réuni.",
        "`hrdgraph review` pregunta por ellos uno a uno; no se ha unido nada.",
    ),
    "kind": ("type", "tipo"),
    "country": ("pays", "país"),
    "neighbours": ("voisins", "vecinos"),
    "betweenness": ("intermédiarité", "intermediación"),
    "community": ("communauté", "comunidad"),
    "person": ("personne", "persona"),
    "organisation": ("organisation", "organización"),
    "award": ("prix", "premio"),
    "event": ("événement", "suceso"),
    "agent": ("agent", "agente"),
    "source": ("source", "fuente"),
    "statements": ("énoncés", "enunciados"),
    "in all, published and derived": (
        "en tout, publiés et déduits",
        "en total, publicados y deducidos",
    ),
    "evidence: {verified}, {unverifiable} without a snapshot to compare{why}, {whole}": (
        "preuves : {verified}, {unverifiable} sans copie à comparer{why}, {whole}",
        "pruebas: {verified}, {unverifiable} sin copia con que comparar{why}, {whole}",
    ),
    "{count} {count:passage|passages} verified": (
        "{count} {count:passage vérifié|passages vérifiés}",
        "{count} {count:pasaje verificado|pasajes verificados}",
    ),
    "{count} whole {count:document|documents}": (
        "{count} {count:document entier|documents entiers}",
        "{count} {count:documento entero|documentos enteros}",
    ),
    " (there is no folder {folders})": (
        " (il n’y a pas de dossier {folders})",
        " (no hay carpeta {folders})",
    ),
    "withheld: {count} {count:statement is|statements are} left out (private/report.html says of "
    "what kind)": (
        "retenu : {count} {count:énoncé est laissé|énoncés sont laissés} de côté "
        "(private/report.html dit de quel type)",
        "retenido: {count} {count:enunciado omitido|enunciados omitidos} (private/report.html dice "
        "de qué tipo)",
    ),
    "for you:  {count} {count:finding|findings} about what is not public {count:is|are} in "
    "private/report.html only": (
        "pour vous : {count} {count:constat|constats} sur ce qui n’est pas public, dans "
        "private/report.html seulement",
        "para usted: {count} {count:hallazgo|hallazgos} sobre lo que no es público, solo en "
        "private/report.html",
    ),
    "since the last build: {new} new, {gone} gone, {unchanged} unchanged": (
        "depuis la dernière construction : nouveaux : {new}, disparus : {gone}, inchangés : "
        "{unchanged}",
        "desde la última construcción: nuevos: {new}, desaparecidos: {gone}, sin cambios: "
        "{unchanged}",
    ),
    "only {sources}: {output}/ now holds a part of the project; build without --only for the "
    "whole": (
        "seulement {sources} : {output}/ ne contient plus qu’une partie du projet ; construire "
        "sans --only pour le tout",
        "solo {sources}: {output}/ contiene ahora una parte del proyecto; construya sin --only "
        "para tenerlo entero",
    ),
    "This build holds what is restricted: {build} must not be published, and no other command "
    "opens it.": (
        "Cette construction contient ce qui est restreint : {build} ne doit pas être publié, et "
        "aucune autre commande ne l’ouvre.",
        "Esta construcción contiene lo restringido: {build} no debe publicarse, y ninguna otra "
        "orden lo abre.",
    ),
    "The graph stands, but it has violations: correct the rows that are named here and in "
    "{report}, or explain them in {known}.": (
        "Le graphe est là, mais il a des violations : corrigez les lignes nommées ici et dans "
        "{report}, ou expliquez-les dans {known}.",
        "El grafo está, pero tiene infracciones: corrija las filas nombradas aquí y en {report}, o "
        "explíquelas en {known}.",
    ),
    "report:  {report}   (for you; all of {build} but {private}/ may be published)": (
        "rapport :  {report}   (pour vous ; tout {build} peut être publié, sauf {private}/)",
        "informe:  {report}   (para usted; todo {build} puede publicarse, salvo {private}/)",
    ),
    "tables:  {tables}": ("tableaux : {tables}", "tablas:   {tables}"),
    "note:    {note}": ("note :     {note}", "nota:     {note}"),
    "next:    {commands}": ("ensuite :  {commands}", "después:  {commands}"),
    "hrdgraph explain{place} NAME": (
        "hrdgraph explain{place} NOM",
        "hrdgraph explain{place} NOMBRE",
    ),
    "reading": ("lecture", "lectura"),
    "mapping {source}": ("mise en graphe de {source}", "paso al grafo de {source}"),
    "a source that is not public": ("une source non publique", "una fuente no pública"),
    "naming": ("noms", "nombres"),
    "loading": ("chargement", "carga"),
    "deriving": ("déductions", "deducciones"),
    "checking": ("contrôles", "controles"),
    "validating": ("validation", "validación"),
    "writing": ("écriture", "escritura"),
    "{count} {count:pair|pairs} to judge": (
        "{count} {count:paire|paires} à juger",
        "{count} {count:par|pares} por juzgar",
    ),
    "{count} shown": ("{count} {count:montrée|montrées}", "{count} {count:mostrado|mostrados}"),
    "{judged} of this score {judged:is|are} judged already. {compared} compared.": (
        "{judged} de ce score {judged:est déjà jugée|sont déjà jugées}. Comparé : {compared}.",
        "{judged} de esta puntuación ya {judged:está juzgado|están juzgados}. Comparado: "
        "{compared}.",
    ),
    "{pairs} {pairs:pair|pairs} from {keys} shared {keys:key|keys}": (
        "{pairs} {pairs:paire|paires} de {keys} {keys:clé partagée|clés partagées}",
        "{pairs} {pairs:par|pares} de {keys} {keys:clave compartida|claves compartidas}",
    ),
    "{keys} {keys:key|keys} shared by more than {records} records {keys:was|were} narrowed to "
    "equal names": (
        "{keys} {keys:clé partagée|clés partagées} par plus de {records} fiches {keys:a été "
        "limitée|ont été limitées} aux noms égaux",
        "{keys} {keys:clave compartida|claves compartidas} por más de {records} fichas {keys:se "
        "limitó|se limitaron} a nombres iguales",
    ),
    "{keys} of these, of {records} {records:record|records}, {keys:was|were} left out": (
        "{keys} d’entre elles, de {records} {records:fiche|fiches}, {keys:a été laissée|ont été "
        "laissées} de côté",
        "{keys} de ellas, de {records} {records:ficha|fichas}, {keys:se omitió|se omitieron}",
    ),
    "with so many records, consonants were told apart finely": (
        "avec tant de fiches, les consonnes ont été distinguées finement",
        "con tantas fichas, las consonantes se distinguieron con finura",
    ),
    "{count} {count:pair|pairs} written; `hrdgraph review --from {file}` asks about "
    "{count:it|them}": (
        "{count} {count:paire écrite|paires écrites} ; `hrdgraph review --from {file}` {count:la "
        "demande|les demande}",
        "{count} {count:par escrito|pares escritos}; `hrdgraph review --from {file}` pregunta por "
        "{count:él|ellos}",
    ),
    "these are the best of {found}; --limit {found} writes them all": (
        "ce sont les meilleures de {found} ; --limit {found} les écrit toutes",
        "son los mejores de {found}; --limit {found} los escribe todos",
    ),
    "withheld facts were compared too: what follows is not for publication": (
        "des faits retenus ont été comparés aussi : ce qui suit n’est pas à publier",
        "también se compararon datos retenidos: lo que sigue no es para publicar",
    ),
}


def told(text: str, language: str, **values: object) -> str:
    """A text in a language, its places filled; in English where there is no other. What it
    counts (`{count:row|rows}`) is a number."""
    french_spanish = _TEXTS.get(text, (text, text))
    chosen = {"fr": french_spanish[0], "es": french_spanish[1]}.get(language, text)
    return chosen.format(**(with_counts(chosen, language, values) if "|" in chosen else values))


def headings(texts: Iterable[str], language: str) -> list[str]:
    """The headings of a table in a language."""
    return [told(text, language) for text in texts]
