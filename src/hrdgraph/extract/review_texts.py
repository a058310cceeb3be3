"""The words of the page on which candidates are reviewed, in English, French and Spanish."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LANGUAGES: Final = ("en", "fr", "es")
_TEXTS: Final = {
    "title": (
        "Does the page say this?",
        "La page dit-elle cela ?",
        "¿Dice esto la página?",
    ),
    "page": ("The page", "La page", "La página"),
    "proposal": ("The proposal", "La proposition", "La propuesta"),
    "left": ("Proposals left: {0}", "Propositions restantes : {0}", "Propuestas que quedan: {0}"),
    "cells": ("The row", "La ligne", "La fila"),
    "concluded": (
        "concluded, not said here",
        "déduit, non dit ici",
        "deducido, no dicho aquí",
    ),
    "competing": (
        "Another reading of the same words is proposed too: both may be accepted.",
        "Une autre lecture des mêmes mots est aussi proposée : les deux peuvent être acceptées.",
        "Se propone también otra lectura de las mismas palabras: pueden aceptarse ambas.",
    ),
    "accept": ("accept", "accepter", "aceptar"),
    "mend": ("accept as mended", "accepter, corrigé", "aceptar, corregido"),
    "refuse": ("refuse", "refuser", "rechazar"),
    "unsure": ("unsure", "incertain", "dudoso"),
    "undo": (
        "take back the last decision",
        "annuler la dernière décision",
        "deshacer la última decisión",
    ),
    "bulk": (
        "accept all of this rule ({0})",
        "accepter tout ce que donne cette règle ({0})",
        "aceptar todo lo de esta regla ({0})",
    ),
    "rule": (
        "Rule {0}: {1} judged here, {2} right.",
        "Règle {0} : {1} jugées ici, {2} justes.",
        "Regla {0}: {1} juzgadas aquí, {2} correctas.",
    ),
    "who": ("Your name", "Votre nom", "Su nombre"),
    "decision": ("Your decision", "Votre décision", "Su decisión"),
    "who-needed": ("Give your name.", "Donnez votre nom.", "Dé su nombre."),
    "accepted": ("Accepted: {0}", "Accepté : {0}", "Aceptado: {0}"),
    "mended": ("Accepted as mended: {0}", "Accepté, corrigé : {0}", "Aceptado, corregido: {0}"),
    "refused": ("Refused: {0}", "Refusé : {0}", "Rechazado: {0}"),
    "put-off": ("Left for later: {0}", "Remis à plus tard : {0}", "Para más tarde: {0}"),
    "accepted-all": (
        "Accepted of this rule: {0}",
        "Acceptées de cette règle : {0}",
        "Aceptadas de esta regla: {0}",
    ),
    "not-mended": (
        "No cell was changed.",
        "Aucune cellule n'a été modifiée.",
        "No se cambió ninguna celda.",
    ),
    "missing": (
        "This row needs: {0}. Type it, and accept as mended, or refuse.",
        "Il faut à cette ligne : {0}. Saisissez-le et acceptez, corrigé, ou refusez.",
        "Esta fila necesita: {0}. Escríbalo y acepte, corregido, o rechace.",
    ),
    "failed": ("Not written: {0}", "Non écrit : {0}", "No escrito: {0}"),
    "taken-back": (
        "Taken back; it is asked again.",
        "Annulé ; la question est posée de nouveau.",
        "Deshecho; se pregunta de nuevo.",
    ),
    "nothing-back": (
        "Nothing to take back in this sitting.",
        "Rien à annuler dans cette séance.",
        "Nada que deshacer en esta sesión.",
    ),
    "done": (
        "Nothing is left to decide: {0} accepted, {1} refused, {2} left for later.",
        "Il ne reste rien à décider. Acceptées : {0}, refusées : {1}, remises : {2}.",
        "No queda nada por decidir. Aceptadas: {0}, rechazadas: {1}, para más tarde: {2}.",
    ),
    "rebuild": (
        "Run `hrdgraph build` to see the effect.",
        "Lancez `hrdgraph build` pour voir l'effet.",
        "Ejecute `hrdgraph build` para ver el efecto.",
    ),
    "stay": (
        "What you decide is written at once into the tables of the source and data/extraction.csv; "
        "nothing leaves this machine.",
        "Vos décisions sont écrites aussitôt dans les tableaux de la source et "
        "data/extraction.csv ; rien ne quitte cette machine.",
        "Lo que decida se escribe enseguida en las tablas de la fuente y data/extraction.csv; "
        "nada sale de esta máquina.",
    ),
    "keys": (
        "Keys: a accept, m mend (then Enter), r refuse, u unsure, z take back, b all of the rule.",
        "Touches : a accepter, m corriger (puis Entrée), r refuser, u incertain, z annuler, b "
        "toute la règle.",
        "Teclas: a aceptar, m corregir (luego Intro), r rechazar, u dudoso, z deshacer, b toda la "
        "regla.",
    ),
    "stop": (
        "Ctrl+C: stop; what is decided is written already",
        "Ctrl+C : arrêter ; ce qui est décidé est déjà écrit",
        "Ctrl+C: parar; lo decidido ya está escrito",
    ),
}


def review_texts(language: str) -> Mapping[str, str]:
    """The words in a language; English for one that is not there."""
    place = LANGUAGES.index(language) if language in LANGUAGES else 0
    return MappingProxyType({code: words[place] for code, words in _TEXTS.items()})
