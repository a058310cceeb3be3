"""What commands say around their answers into French and Spanish: headings of tables, and the lines below them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hrdgraph.cli.common import LANGUAGES

_TEXTS: Final = {
    "class": ("classe", "clase"),
    "things": ("choses", "cosas"),
    "{title}: {count} statements": ("{title} : {count} énoncés", "{title}: {count} enunciados"),
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
    "{statements} statements, {count} findings": ("{statements} énoncés, {count} constats", "{statements} enunciados, {count} hallazgos"),
    "{statements} statements, {count} finding": ("{statements} énoncés, {count} constat", "{statements} enunciados, {count} hallazgo"),
    "note: no shape has a target, so nothing was looked at": (
        "remarque : aucune forme n'a de cible, rien n'a donc été regardé",
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
    "kind": ("genre", "tipo"),
    "country": ("pays", "país"),
    "neighbours": ("voisins", "vecinos"),
    "betweenness": ("intermédiarité", "intermediación"),
    "community": ("communauté", "comunidad"),
    "person": ("personne", "persona"),
    "organisation": ("organisation", "organización"),
    "award": ("prix", "premio"),
    "event": ("événement", "suceso"),
    "agent": ("agent", "agente"),
}


def told(text: str, language: str, **values: object) -> str:
    """A text in a language, its places filled; in English where there is no other."""
    place = LANGUAGES.index(language) if language in LANGUAGES else 0
    return ((text, *_TEXTS[text])[place] if text in _TEXTS else text).format(**values)


def headings(texts: Iterable[str], language: str) -> list[str]:
    """The headings of a table in a language."""
    return [told(text, language) for text in texts]
