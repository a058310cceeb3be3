"""What `extract` says, in French and Spanish."""

from __future__ import annotations

from typing import Final

EXTRACTION: Final = {
    "{file} row {number}: {fact}": (
        "{file}, ligne {number} : {fact}",
        "{file}, fila {number}: {fact}",
    ),
    "stands in {count} places that fit as well: choose by hand, with hrdgraph cite": (
        "{count} endroits conviennent autant : choisissez à la main, avec hrdgraph cite",
        "hay {count} lugares que convienen igual: elija a mano, con hrdgraph cite",
    ),
    "{uncited} {uncited:row|rows} without words, {at_hand} with their page among the snapshots; "
    "words found for {certain}": (
        "lignes sans mots : {uncited}, dont {at_hand} ont leur page parmi les copies ; mots "
        "trouvés pour {certain}",
        "filas sin palabras: {uncited}, de ellas {at_hand} tienen su página entre las copias; "
        "palabras halladas para {certain}",
    ),
    "rows with words: {before} of {total}, with these {after}": (
        "lignes avec des mots : {before} sur {total}, avec celles-ci {after}",
        "filas con palabras: {before} de {total}, con estas {after}",
    ),
    "{name}: {count} {count:proposal|proposals}": (
        "{name} : {count} {count:proposition|propositions}",
        "{name}: {count} {count:propuesta|propuestas}",
    ),
    "? something of it was concluded from the text before": (
        "? quelque chose y est déduit du texte qui précède",
        "? algo se dedujo del texto anterior",
    ),
    "[a]ccept  [m]end  [r]efuse  [u]nsure  [z] undo  [b]ulk  [q]uit": (
        "[a] accepter  [m] corriger  [r] refuser  [u] incertain  [z] annuler  [b] en lot "
        " [q] quitter",
        "[a] aceptar  [m] corregir  [r] rechazar  [u] dudoso  [z] deshacer  [b] en lote  [q] salir",
    ),
    "column=value, an empty line when done: ": (
        "colonne=valeur, une ligne vide pour finir : ",
        "columna=valor, una línea vacía para terminar: ",
    ),
    "there is no such column: {known}": (
        "cette colonne n'existe pas : {known}",
        "no hay tal columna: {known}",
    ),
    "nothing to take back": (
        "rien à annuler",
        "nada que deshacer",
    ),
    "of this rule {judged} were judged, {share:.0%} right: at least {fewest} and "
    "{bar:.0%} are needed": (
        "jugées de cette règle : {judged}, justes : {share:.0%} ; il en faut au moins "
        "{fewest} et {bar:.0%}",
        "juzgadas de esta regla: {judged}, correctas: {share:.0%}; hacen falta al menos "
        "{fewest} y {bar:.0%}",
    ),
    "another reading of the same words is proposed too: both may be accepted": (
        "une autre lecture des mêmes mots est aussi proposée : les deux peuvent être acceptées",
        "se propone también otra lectura de las mismas palabras: pueden aceptarse ambas",
    ),
    "concluded, not said here": (
        "déduit, non dit ici",
        "deducido, no dicho aquí",
    ),
    "{accepted} accepted, {refused} refused, {unsure} unsure, {left} left; {keys} keys": (
        "acceptées : {accepted}, refusées : {refused}, incertaines : {unsure}, restantes : "
        "{left} ; touches : {keys}",
        "aceptadas: {accepted}, rechazadas: {refused}, dudosas: {unsure}, restantes: {left}; "
        "teclas: {keys}",
    ),
    "{name}: {right} right, {wrong} wrong, {share:.0%}": (
        "{name} : justes : {right}, fausses : {wrong}, {share:.0%}",
        "{name}: correctas: {right}, incorrectas: {wrong}, {share:.0%}",
    ),
}
