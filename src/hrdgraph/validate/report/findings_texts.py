"""The words of the findings in the report: filters, cases, source rows, and what changed since
the last build."""

from __future__ import annotations

from typing import Final

_EN: Final = {
    "since": "Since the last build",
    "since_counts": "New: {new}. Gone: {gone}. Unchanged: {unchanged}.",
    "since_gone": "Gone, and no longer among the findings below: {n}",
    "since_new": "New findings are marked “{mark}” below.",
    "new": "new",
    "filters": "Choose what is shown",
    "any": "all",
    "by_kind": "Found by",
    "by_severity": "Severity",
    "by_source": "Source",
    "by_rule": "Rule",
    "by_text": "Words in it",
    "only_new": "Only what is new",
    "reset": "Show all again",
    "shown": "Shown: {k} of {n}",
    "more_in": "Not shown here: {n}. All are in {files}.",
    "more_rules": "Rules not shown here: {n}. All are in {files}.",
    "typed": "As it was typed",
    "row_head": "Row",
    "here": "look here",
    "empty": "empty",
    "kept_back": "not shown",
    "kept_back_note": "Cells whose words the graph does not publish are not shown here; they stand "
    "in your own file.",
    "more_columns": "and {n} more {n:column|columns}",
}

_FR: Final = {
    "since": "Depuis la dernière construction",
    "since_counts": "Nouveaux : {new}. Disparus : {gone}. Inchangés : {unchanged}.",
    "since_gone": "Disparus, et absents des constats ci-dessous : {n}",
    "since_new": "Les nouveaux constats portent la marque « {mark} » ci-dessous.",
    "new": "nouveau",
    "filters": "Choisir ce qui est montré",
    "any": "tout",
    "by_kind": "Constaté par",
    "by_severity": "Gravité",
    "by_source": "Source",
    "by_rule": "Règle",
    "by_text": "Mots contenus",
    "only_new": "Seulement ce qui est nouveau",
    "reset": "Tout montrer à nouveau",
    "shown": "Montrés : {k} sur {n}",
    "more_in": "Non montrés ici : {n}. Tous sont dans {files}.",
    "more_rules": "Règles non montrées ici : {n}. Toutes sont dans {files}.",
    "typed": "Tel que saisi",
    "row_head": "Ligne",
    "here": "regardez ici",
    "empty": "vide",
    "kept_back": "non montré",
    "kept_back_note": "Les cellules dont le graphe ne publie pas les mots ne sont pas montrées ici "
    "; elles sont dans votre propre fichier.",
    "more_columns": "et {n} {n:colonne|colonnes} de plus",
}

_ES: Final = {
    "since": "Desde la última construcción",
    "since_counts": "Nuevos: {new}. Desaparecidos: {gone}. Sin cambios: {unchanged}.",
    "since_gone": "Desaparecidos, ya no están entre los hallazgos de abajo: {n}",
    "since_new": "Los hallazgos nuevos llevan abajo la marca «{mark}».",
    "new": "nuevo",
    "filters": "Elegir lo que se muestra",
    "any": "todo",
    "by_kind": "Encontrado por",
    "by_severity": "Gravedad",
    "by_source": "Fuente",
    "by_rule": "Regla",
    "by_text": "Palabras que contiene",
    "only_new": "Solo lo nuevo",
    "reset": "Mostrar todo de nuevo",
    "shown": "Se muestran: {k} de {n}",
    "more_in": "No se muestran aquí: {n}. Todos están en {files}.",
    "more_rules": "Reglas que no se muestran aquí: {n}. Todas están en {files}.",
    "typed": "Tal como se escribió",
    "row_head": "Fila",
    "here": "mire aquí",
    "empty": "vacía",
    "kept_back": "no se muestra",
    "kept_back_note": "Las celdas cuyas palabras el grafo no publica no se muestran aquí; están en "
    "su propio archivo.",
    "more_columns": "y {n} {n:columna|columnas} más",
}

FINDINGS_TEXTS: Final = {"en": _EN, "fr": _FR, "es": _ES}
