"""The words of the report in its three languages."""

from __future__ import annotations

from typing import Final

from hrdgraph.validate.report.findings_texts import FINDINGS_TEXTS

NAMES: Final = {"en": "English", "fr": "Français", "es": "Español"}

_EN: Final = {
    "report": "Build report",
    "contents": "On this page",
    "verdict_unknown": "The shapes were not run, so nobody knows whether this graph is in order. "
    "Run {command}.",
    "verdict_none": "Nothing keeps this graph from being used: no violation is open.",
    "verdict": "{n} {n:violation is open. It keeps|violations are open. They keep} this graph from "
    "being published.",
    "statements": "Statements",
    "sources_tile": "Sources",
    "violations": "Violations",
    "warnings": "Warnings",
    "infos": "Notes",
    "known_tile": "Known findings",
    "violation": "Violation",
    "warning": "Warning",
    "info": "Note",
    "next": "What to do next",
    "next_fix": "Begin with the first rule below: open it, correct the rows it names, then run "
    "{command}.",
    "next_broken": "Cited places that no longer hold their words: {n}. Compare the page with the "
    "positions, and correct the rows.",
    "next_unverifiable": "Cited places not compared, for want of the page's text: {n}. "
    "Put the text into a snapshot folder and build again.",
    "next_warn": "Read the warnings: each is a place where the sources may be wrong. "
    "What is right as it is belongs into {file}, with the reason.",
    "next_ask": "Ask the graph: {queries} lists the questions that are ready, {explain} shows "
    "where a fact comes from.",
    "findings": "What was found",
    "findings_none": "Nothing was found.",
    "known": "Known findings",
    "known_lead": "These were found, looked into, and left as they are: most are places where the "
    "sources really disagree.",
    "known_none": "No finding is marked as known.",
    "why": "Why it stays",
    "rule": "Rule",
    "written": "written in",
    "kind_shacl": "shape",
    "kind_check": "check query",
    "kind_expectation": "expectation of the source",
    "kind_evidence": "evidence",
    "kind_source": "source",
    "kind_rejected": "rejected row",
    "found_by": "Found by",
    "thing": "Thing",
    "property": "Property",
    "value": "Value",
    "rows": "Source rows",
    "suggestion": "Did you mean",
    "no_rows": "not traced to a row",
    "more_rows": "and {n} more",
    "row": "row {n}",
    "line": "line {n}",
    "column": "column “{name}”",
    "cut": "… ({n} characters in all)",
    "holds": "What the graph holds",
    "class": "Class",
    "total": "Total",
    "holds_note": "A thing named by two sources is counted once in the total.",
    "evidence": "Evidence",
    "evidence_lead": "Every fact cites the words it rests on. Where the page's text is at hand, "
    "the words were compared.",
    "evidence_state": "State",
    "evidence_count": "Cited places",
    "verified": "compared, and they hold",
    "unverifiable": "not compared: the text is not at hand",
    "broken": "compared, and they do not hold",
    "withheld": "Kept back",
    "withheld_lead": "Data can put a defender at risk. These statements were read, and were "
    "written into no output.",
    "withheld_none": "Nothing was kept back.",
    "withheld_what": "What",
    "withheld_count": "Statements",
    "sources": "Sources",
    "source": "Source",
    "publisher": "Publisher",
    "licence": "Licence",
    "retrieved": "Retrieved",
    "unknown": "not known",
    "language": "Language",
    "visibility": "Visibility",
    "public": "public",
    "restricted": "restricted",
    "made_by": "Made by hrdgraph {version}. Equal sources give an equal report.",
}

_FR: Final = {
    "report": "Rapport de construction",
    "contents": "Sur cette page",
    "verdict_unknown": "Les formes n'ont pas été vérifiées : personne ne sait si ce graphe est en "
    "ordre. Lancez {command}.",
    "verdict_none": "Rien n'empêche d'utiliser ce graphe : aucune violation n'est ouverte.",
    "verdict": "{n} {n:violation est ouverte. Elle empêche|violations sont ouvertes. Elles "
    "empêchent} la publication de ce graphe.",
    "statements": "Énoncés",
    "sources_tile": "Sources",
    "violations": "Violations",
    "warnings": "Avertissements",
    "infos": "Remarques",
    "known_tile": "Constats connus",
    "violation": "Violation",
    "warning": "Avertissement",
    "info": "Remarque",
    "next": "Que faire maintenant",
    "next_fix": "Commencez par la première règle ci-dessous : ouvrez-la, corrigez les lignes "
    "qu'elle nomme, puis lancez {command}.",
    "next_broken": "Passages cités qui ne contiennent plus leurs mots : {n}. Comparez la page aux "
    "positions et corrigez les lignes.",
    "next_unverifiable": "Passages cités non comparés, faute du texte de la page : {n}. "
    "Mettez ce texte dans un dossier de copies de pages et reconstruisez.",
    "next_warn": "Lisez les avertissements : chacun désigne un endroit où les sources peuvent se "
    "tromper. "
    "Ce qui est juste tel quel va dans {file}, avec la raison.",
    "next_ask": "Interrogez le graphe : {queries} donne les questions déjà prêtes, {explain} "
    "montre d'où vient un fait.",
    "findings": "Ce qui a été constaté",
    "findings_none": "Rien n'a été constaté.",
    "known": "Constats connus",
    "known_lead": "Ils ont été constatés, examinés et laissés tels quels : le plus souvent, les "
    "sources se contredisent vraiment.",
    "known_none": "Aucun constat n'est marqué comme connu.",
    "why": "Pourquoi il reste",
    "rule": "Règle",
    "written": "écrite dans",
    "kind_shacl": "forme",
    "kind_check": "requête de contrôle",
    "kind_expectation": "attente de la source",
    "kind_evidence": "preuve",
    "kind_source": "source",
    "kind_rejected": "ligne rejetée",
    "found_by": "Constaté par",
    "thing": "Chose",
    "property": "Propriété",
    "value": "Valeur",
    "rows": "Lignes sources",
    "suggestion": "Vouliez-vous dire",
    "no_rows": "aucune ligne retrouvée",
    "more_rows": "et {n} de plus",
    "row": "ligne {n}",
    "line": "ligne {n}",
    "column": "colonne « {name} »",
    "cut": "… ({n} caractères en tout)",
    "holds": "Ce que contient le graphe",
    "class": "Classe",
    "total": "Total",
    "holds_note": "Une chose nommée par deux sources compte une seule fois dans le total.",
    "evidence": "Preuves",
    "evidence_lead": "Chaque fait cite les mots sur lesquels il repose. "
    "Là où le texte de la page est disponible, les mots ont été comparés.",
    "evidence_state": "État",
    "evidence_count": "Passages cités",
    "verified": "comparés, ils tiennent",
    "unverifiable": "non comparés : le texte n'est pas disponible",
    "broken": "comparés, ils ne tiennent pas",
    "withheld": "Ce qui est retenu",
    "withheld_lead": "Des données peuvent mettre en danger une personne qui défend les droits "
    "humains. "
    "Ces énoncés ont été lus et n'ont été écrits dans aucune sortie.",
    "withheld_none": "Rien n'a été retenu.",
    "withheld_what": "Quoi",
    "withheld_count": "Énoncés",
    "sources": "Sources",
    "source": "Source",
    "publisher": "Éditeur",
    "licence": "Licence",
    "retrieved": "Consultée le",
    "unknown": "inconnu",
    "language": "Langue",
    "visibility": "Visibilité",
    "public": "publique",
    "restricted": "restreinte",
    "made_by": "Fait par hrdgraph {version}. Des sources égales donnent un rapport égal.",
}

_ES: Final = {
    "report": "Informe de construcción",
    "contents": "En esta página",
    "verdict_unknown": "Las formas no se comprobaron: nadie sabe si este grafo está en orden. "
    "Ejecute {command}.",
    "verdict_none": "Nada impide usar este grafo: ninguna infracción está abierta.",
    "verdict": "{n} {n:infracción está abierta. Impide|infracciones están abiertas. Impiden} "
    "publicar este grafo.",
    "statements": "Enunciados",
    "sources_tile": "Fuentes",
    "violations": "Infracciones",
    "warnings": "Advertencias",
    "infos": "Notas",
    "known_tile": "Hallazgos conocidos",
    "violation": "Infracción",
    "warning": "Advertencia",
    "info": "Nota",
    "next": "Qué hacer ahora",
    "next_fix": "Empiece por la primera regla de abajo: ábrala, corrija las filas que nombra y "
    "ejecute {command}.",
    "next_broken": "Pasajes citados que ya no contienen sus palabras: {n}. Compare la página con "
    "las posiciones y corrija las filas.",
    "next_unverifiable": "Pasajes citados sin comparar, por falta del texto de la página: {n}. "
    "Ponga ese texto en una carpeta de copias de páginas y vuelva a construir.",
    "next_warn": "Lea las advertencias: cada una señala un lugar donde las fuentes pueden "
    "equivocarse. "
    "Lo que es correcto tal como está va en {file}, con la razón.",
    "next_ask": "Pregunte al grafo: {queries} enumera las preguntas ya preparadas, {explain} "
    "muestra de dónde viene un dato.",
    "findings": "Lo que se encontró",
    "findings_none": "No se encontró nada.",
    "known": "Hallazgos conocidos",
    "known_lead": "Se encontraron, se examinaron y se dejaron como están: en su mayoría, las "
    "fuentes de verdad se contradicen.",
    "known_none": "Ningún hallazgo está marcado como conocido.",
    "why": "Por qué se queda",
    "rule": "Regla",
    "written": "escrita en",
    "kind_shacl": "forma",
    "kind_check": "consulta de control",
    "kind_expectation": "expectativa de la fuente",
    "kind_evidence": "prueba",
    "kind_source": "fuente",
    "kind_rejected": "fila rechazada",
    "found_by": "Encontrado por",
    "thing": "Cosa",
    "property": "Propiedad",
    "value": "Valor",
    "rows": "Filas de origen",
    "suggestion": "¿Quiso decir",
    "no_rows": "sin fila de origen",
    "more_rows": "y {n} más",
    "row": "fila {n}",
    "line": "línea {n}",
    "column": "columna «{name}»",
    "cut": "… ({n} caracteres en total)",
    "holds": "Lo que contiene el grafo",
    "class": "Clase",
    "total": "Total",
    "holds_note": "Una cosa nombrada por dos fuentes se cuenta una sola vez en el total.",
    "evidence": "Pruebas",
    "evidence_lead": "Cada dato cita las palabras en que se apoya. "
    "Donde el texto de la página está disponible, las palabras se compararon.",
    "evidence_state": "Estado",
    "evidence_count": "Pasajes citados",
    "verified": "comparados, se sostienen",
    "unverifiable": "no comparados: falta el texto",
    "broken": "comparados, no se sostienen",
    "withheld": "Lo que se retuvo",
    "withheld_lead": "Los datos pueden poner en riesgo a una persona defensora. "
    "Estos enunciados se leyeron y no se escribieron en ninguna salida.",
    "withheld_none": "No se retuvo nada.",
    "withheld_what": "Qué",
    "withheld_count": "Enunciados",
    "sources": "Fuentes",
    "source": "Fuente",
    "publisher": "Editor",
    "licence": "Licencia",
    "retrieved": "Consultada el",
    "unknown": "no se sabe",
    "language": "Idioma",
    "visibility": "Visibilidad",
    "public": "pública",
    "restricted": "restringida",
    "made_by": "Hecho por hrdgraph {version}. Fuentes iguales dan un informe igual.",
}


def _spaced(texts: dict[str, str]) -> dict[str, str]:
    """French texts with spaces that do not break a line beside : and within « »."""
    return {
        name: text.replace(" :", "\N{NO-BREAK SPACE}:")
        .replace("« ", "«\N{NO-BREAK SPACE}")
        .replace(" »", "\N{NO-BREAK SPACE}»")
        for name, text in texts.items()
    }


TEXTS: Final = {
    "en": _EN | FINDINGS_TEXTS["en"],
    "fr": _spaced(_FR | FINDINGS_TEXTS["fr"]),
    "es": _ES | FINDINGS_TEXTS["es"],
}
