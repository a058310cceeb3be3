"""The words of a review in English, French and Spanish."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LANGUAGES: Final = ("en", "fr", "es")
_TEXTS: Final = {
    "title": ("Are these two the same?", "Est-ce la même chose ?", "¿Son lo mismo?"),
    "person": ("person", "personne", "persona"),
    "organisation": ("organisation", "organisation", "organización"),
    "award": ("award", "prix", "premio"),
    "event": ("event", "événement", "suceso"),
    "": ("thing", "chose", "cosa"),
    "names": ("Names", "Noms", "Nombres"),
    "born": ("Born", "Naissance", "Nacimiento"),
    "founded": ("Founded", "Fondation", "Fundación"),
    "died": ("Died", "Décès", "Muerte"),
    "gender": ("Gender", "Genre", "Género"),
    "countries": ("Countries", "Pays", "Países"),
    "contexts": ("Awards and organisations", "Prix et organisations", "Premios y organizaciones"),
    "identifiers": (
        "Known elsewhere as",
        "Identifiants ailleurs",
        "Identificadores en otros sitios",
    ),
    "sources": ("Sources", "Sources", "Fuentes"),
    "facts": ("What the sources say", "Ce que disent les sources", "Lo que dicen las fuentes"),
    "score": ("The program's estimate", "L'estimation du programme", "La estimación del programa"),
    "because": ("Because", "Parce que", "Porque"),
    ":": (": ", "\N{NO-BREAK SPACE}: ", ": "),
    "left": ("Pairs left: {0}", "Paires restantes : {0}", "Pares que quedan: {0}"),
    "same": ("same", "identiques", "lo mismo"),
    "not-same": ("not the same", "différents", "no son lo mismo"),
    "unsure": ("unsure", "incertain", "en duda"),
    "skip": ("skip", "passer", "saltar"),
    "undo": (
        "take back the last decision",
        "annuler la dernière décision",
        "deshacer la última decisión",
    ),
    "quit": ("quit", "quitter", "salir"),
    "help": ("help", "aide", "ayuda"),
    "why": ("Reason", "Raison", "Razón"),
    "why-needed": (
        "Say what the judgement rests on.",
        "Dites sur quoi repose le jugement.",
        "Diga en qué se basa el juicio.",
    ),
    "who": ("Your name", "Votre nom", "Su nombre"),
    "decision": ("Your decision", "Votre décision", "Su decisión"),
    "written": ("Written: {0}", "Écrit : {0}", "Escrito: {0}"),
    "taken-back": (
        "Taken back; it is asked again.",
        "Annulé ; la question est posée de nouveau.",
        "Deshecho; se pregunta de nuevo.",
    ),
    "taken-back-why": (
        "taken back by the reviewer",
        "annulé par la personne qui examine",
        "deshecho por quien revisa",
    ),
    "nothing-back": (
        "Nothing to take back in this session.",
        "Rien à annuler dans cette session.",
        "Nada que deshacer en esta sesión.",
    ),
    "skipped": (
        "Skipped for this session.",
        "Passé pour cette session.",
        "Saltado en esta sesión.",
    ),
    "refused": ("Refused", "Refusé", "Rechazado"),
    "done": (
        "No pair is left to judge.",
        "Il ne reste aucune paire à juger.",
        "No quedan pares por juzgar.",
    ),
    "rebuild": (
        "Run `hrdgraph build` to see the effect.",
        "Lancez `hrdgraph build` pour voir l'effet.",
        "Ejecute `hrdgraph build` para ver el efecto.",
    ),
    "stay": (
        "What you decide is written into data/judgements.csv at once; nothing leaves this machine.",
        "Vos décisions sont écrites aussitôt dans data/judgements.csv ; rien ne quitte cette "
        "machine.",
        "Lo que decida se escribe enseguida en data/judgements.csv; nada sale de esta máquina.",
    ),
    "keys": (
        "s same, n not the same, u unsure, k skip, b take back, q quit, ? help",
        "s identiques, n différents, u incertain, k passer, b annuler, q quitter, ? aide",
        "s lo mismo, n no son lo mismo, u en duda, k saltar, b deshacer, q salir, ? ayuda",
    ),
    "about-same": (
        "same: the two become one thing in the graph, and their names lead to one another.",
        "identiques : les deux deviennent une seule chose dans le graphe, et leurs noms mènent "
        "l'un à l'autre.",
        "lo mismo: los dos pasan a ser una sola cosa en el grafo, y sus nombres llevan el uno al "
        "otro.",
    ),
    "about-not": (
        "not the same: they stay apart, and no chain of later decisions may join them.",
        "différents : ils restent séparés, et aucune suite de décisions ne pourra les réunir.",
        "no son lo mismo: siguen separados, y ninguna cadena de decisiones podrá unirlos.",
    ),
    "about-unsure": (
        "unsure: they stay apart, and are not asked again.",
        "incertain : ils restent séparés, et la question n'est plus posée.",
        "en duda: siguen separados, y no se vuelve a preguntar.",
    ),
}


def texts(language: str) -> Mapping[str, str]:
    """The words in a language; English for one that is not there."""
    place = LANGUAGES.index(language) if language in LANGUAGES else 0
    return MappingProxyType({code: words[place] for code, words in _TEXTS.items()})
