"""What commands about tables of facts say, in French and Spanish."""

from __future__ import annotations

from typing import Final

TABLES: Final = {
    "the examples are still in the graph; to take them away, delete {folders}": (
        "les exemples sont encore dans le graphe ; pour les enlever, supprimez {folders}",
        "los ejemplos siguen en el grafo; para quitarlos, borre {folders}",
    ),
    "nothing reads the column '{heading}' of {file}: say what it is, or add it to ignore": (
        "rien ne lit la colonne '{heading}' de {file} : dites ce qu'elle est, ou ajoutez-la à "
        "ignore",
        "nadie lee la columna '{heading}' de {file}: diga qué es, o añádala a ignore",
    ),
    "left out: {count} {count:row|rows} with cells that cannot be read": (
        "laissées de côté : {count} {count:ligne|lignes} dont des cellules sont illisibles",
        "dejadas de lado: {count} {count:fila|filas} con celdas ilegibles",
    ),
    "kind": ("type", "tipo"),
    "written: {path}; type into it, then: hrdgraph import {path}": (
        "écrit : {path} ; remplissez-le, puis : hrdgraph import {path}",
        "escrito: {path}; rellénelo y después: hrdgraph import {path}",
    ),
    "means": ("signifie", "significa"),
    "because": ("parce que", "porque"),
    "not read": ("non lue", "no se lee"),
    "not read, since it is no table of facts: {place}": (
        "non lu, car ce n'est pas un tableau de faits : {place}",
        "no leído, porque no es una tabla de hechos: {place}",
    ),
    "nothing is written: {count} {count:thing is|things are} in doubt; answer in a terminal, or "
    "accept with --yes": (
        "rien n'est écrit : {count} {count:point est|points sont} en doute ; répondez dans un "
        "terminal, ou acceptez avec --yes",
        "no se escribe nada: {count} {count:punto está|puntos están} en duda; responda en una "
        "terminal, o acepte con --yes",
    ),
    "{where}: headings in row {row}, {count} {count:row|rows}: {kind}{doubt}": (
        "{where} : intitulés à la ligne {row}, {count} {count:ligne|lignes} : {kind}{doubt}",
        "{where}: encabezados en la fila {row}, {count} {count:fila|filas}: {kind}{doubt}",
    ),
    "dates: {order}": ("dates : {order}", "fechas: {order}"),
    "the order of day and month is in doubt": (
        "l'ordre du jour et du mois est en doute",
        "el orden de día y mes está en duda",
    ),
    "not known: {texts}": ("non connu : {texts}", "no se sabe: {texts}"),
    "totals or remarks, left out: {count:row|rows} {numbers}": (
        "totaux ou remarques, laissés de côté : {count:ligne|lignes} {numbers}",
        "totales o notas, dejados de lado: {count:fila|filas} {numbers}",
    ),
    "the heading says it": ("l'intitulé le dit", "lo dice el encabezado"),
    "the heading is like it": ("l'intitulé y ressemble", "el encabezado se parece"),
    "the cells are such": ("les cellules en ont l'air", "las celdas lo parecen"),
    "({share} % of the cells fit)": (
        "({share} % des cellules conviennent)",
        "(el {share} % de las celdas encaja)",
    ),
    "what are the rows?": ("que sont les lignes ?", "¿qué son las filas?"),
    "does '{heading}' mean '{column}'?": (
        "« {heading} » signifie-t-il « {column} » ?",
        "¿«{heading}» significa «{column}»?",
    ),
    "'{name}' stands in {count} {count:row|rows} that differ in '{what}': each is kept apart as "
    "somebody else, unless you say that they are one": (
        "'{name}' figure sur {count} {count:ligne|lignes} qui diffèrent par '{what}' : chacune "
        "reste une autre personne, sauf si vous dites qu'il n'y en a qu'une",
        "'{name}' está en {count} {count:fila|filas} que difieren en '{what}': cada una queda "
        "como otra persona, salvo que diga que es una sola",
    ),
    "no column says '{column}': give that of all rows with --what, such as: --what killing": (
        "aucune colonne ne dit « {column} » : dites celui de toutes les lignes avec --what, par "
        "exemple : --what assassinat",
        "ninguna columna dice «{column}»: diga el de todas las filas con --what, por ejemplo: "
        "--what asesinato",
    ),
    "no column says '{column}': what is it in all rows?": (
        "aucune colonne ne dit « {column} » : qu'est-ce dans toutes les lignes ?",
        "ninguna columna dice «{column}»: ¿qué es en todas las filas?",
    ),
    "is '{name}' one and the same everywhere?": (
        "'{name}' est-ce partout la même personne ?",
        "¿'{name}' es siempre la misma persona?",
    ),
    "almost the name of one in the graph: '{name}' here, '{known}' there; nothing is joined": (
        "presque le nom de quelqu'un du graphe : '{name}' ici, '{known}' là ; rien n'est réuni",
        "casi el nombre de alguien del grafo: '{name}' aquí, '{known}' allí; no se une nada",
    ),
    "after the build, judge them: {commands}": (
        "après la construction, jugez-en : {commands}",
        "tras la construcción, júzguelos: {commands}",
    ),
    "in dates of figures, which comes first?": (
        "dans les dates en chiffres, qu'est-ce qui vient d'abord ?",
        "en las fechas en cifras, ¿qué va primero?",
    ),
    "written: {folder}; the file stays the source: edit it, save, build": (
        "écrit : {folder} ; le fichier reste la source : modifiez-le, enregistrez, construisez",
        "escrito: {folder}; el archivo sigue siendo la fuente: edítelo, guárdelo, construya",
    ),
    "{file} is brought up to date: {before} {before:row|rows} before, {after} now; what its "
    "columns mean is as before": (
        "{file} est mis à jour : {before} {before:ligne|lignes} avant, {after} maintenant ; le "
        "sens des colonnes reste le même",
        "{file} está al día: {before} {before:fila|filas} antes, {after} ahora; las columnas "
        "significan lo mismo",
    ),
    "{count} {count:cell or place cannot|cells or places cannot} be read yet; mend them in the "
    "table, or build with --on-error skip:": (
        "{count} {count:cellule ou endroit ne peut|cellules ou endroits ne peuvent} pas encore "
        "être lus ; corrigez le tableau, ou "
        "construisez avec --on-error skip :",
        "{count} {count:celda o lugar no se puede|celdas o lugares no se pueden} leer todavía; "
        "corrija la tabla, o construya con "
        "--on-error skip:",
    ),
    "a row": ("une ligne", "una fila"),
    "heading": ("intitulé", "encabezado"),
    "holds": ("contient", "contiene"),
    "needed": ("exigé", "obligatorio"),
    "example": ("exemple", "ejemplo"),
    "see one: hrdgraph kinds KIND; a workbook to type in: hrdgraph template KIND": (
        "pour en voir un : hrdgraph kinds TYPE ; un classeur à remplir : hrdgraph template TYPE",
        "para ver uno: hrdgraph kinds TIPO; un libro para rellenar: hrdgraph template TIPO",
    ),
    "in source.toml: kind = {name}; other headings that are known: hrdgraph kinds {name} --json": (
        "dans source.toml : kind = {name} ; autres intitulés reconnus : hrdgraph kinds {name} "
        "--json",
        "en source.toml: kind = {name}; otros encabezados conocidos: hrdgraph kinds {name} --json",
    ),
}
