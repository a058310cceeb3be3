"""The words of findings.xlsx in its three languages."""

from __future__ import annotations

from typing import Final

WORKBOOK_TEXTS: Final = {
    "en": {
        "findings": "Findings",
        "columns": "Severity|Rule|What|Thing|Property|Value|File|Row|Column|Did you mean",
        "private": "This is a working file: it holds your tables as they were typed, with what is "
        "not published. Do not pass it on.",
        "rows": "Each cell that a finding is about is coloured, and its comment says what to do. "
        "Correct your own table, then build again.",
        "left": "Findings that do not fit here: {n}. All are in findings.json.",
        "some": "Only the rows with findings are here; the first column is their row in the table.",
        "row": "Row",
        "cut": "… ({n} characters in all)",
        "suggestion": "Did you mean {word}?",
        "violation": "Violation",
        "warning": "Warning",
        "info": "Note",
    },
    "fr": {
        "findings": "Constats",
        "columns": "Gravité|Règle|Quoi|Chose|Propriété|Valeur|Fichier|Ligne|Colonne|Vouliez-vous "
        "dire",
        "private": "Ceci est un fichier de travail : il contient vos tableaux tels que saisis, "
        "avec ce qui n'est pas publié. "
        "Ne le transmettez pas.",
        "rows": "Chaque cellule visée par un constat est colorée, et son commentaire dit que "
        "faire. Corrigez votre propre tableau, "
        "puis reconstruisez.",
        "left": "Constats qui ne tiennent pas ici : {n}. Tous sont dans findings.json.",
        "some": "Seules les lignes avec des constats sont ici ; la première colonne est leur ligne "
        "dans le tableau.",
        "row": "Ligne",
        "cut": "… ({n} caractères en tout)",
        "suggestion": "Vouliez-vous dire {word} ?",
        "violation": "Violation",
        "warning": "Avertissement",
        "info": "Remarque",
    },
    "es": {
        "findings": "Hallazgos",
        "columns": "Gravedad|Regla|Qué|Cosa|Propiedad|Valor|Archivo|Fila|Columna|¿Quiso decir…?",
        "private": "Este es un archivo de trabajo: contiene sus tablas tal como se escribieron, "
        "con lo que no se publica. No lo comparta.",
        "rows": "Cada celda a la que se refiere un hallazgo está coloreada y su comentario dice "
        "qué hacer. Corrija su propia tabla y "
        "vuelva a construir.",
        "left": "Hallazgos que no caben aquí: {n}. Todos están en findings.json.",
        "some": "Aquí solo están las filas con hallazgos; la primera columna es su fila en la "
        "tabla.",
        "row": "Fila",
        "cut": "… ({n} caracteres en total)",
        "suggestion": "¿Quiso decir {word}?",
        "violation": "Infracción",
        "warning": "Advertencia",
        "info": "Nota",
    },
}
