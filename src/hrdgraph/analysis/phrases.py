"""What a link of the network says, in English, French and Spanish: no phrase asks for the gender
of a name, or its first letter."""

from __future__ import annotations

from typing import Final

_LANGUAGES: Final = ("en", "fr", "es")
_PHRASES: Final = {
    "won": ("{a} won {b}", "{a} a reçu {b}", "{a} recibió {b}"),
    "finalist": (
        "{a} was a finalist for {b}",
        "{a} a été finaliste pour {b}",
        "{a} fue finalista para {b}",
    ),
    "nominee": (
        "{a} was a nominee for {b}",
        "{a} a eu une nomination pour {b}",
        "{a} tuvo una candidatura para {b}",
    ),
    "shortlisted": (
        "{a} was on the shortlist for {b}",
        "{a} a figuré sur la liste restreinte pour {b}",
        "{a} estuvo en la lista corta para {b}",
    ),
    "revoked": ("{b} was taken back from {a}", "on a retiré {b} à {a}", "se retiró {b} a {a}"),
    "considered": (
        "{a} is named among those considered for {b}",
        "le nom {a} figure parmi ceux envisagés pour {b}",
        "el nombre {a} figura entre los considerados para {b}",
    ),
    "accepted-for": (
        "{a} accepted a prize for {b}",
        "{a} a reçu un prix au nom de : {b}",
        "{a} recogió un premio en nombre de {b}",
    ),
    "presented-to": (
        "{a} handed a prize to {b}",
        "{a} a remis un prix à {b}",
        "{a} entregó un premio a {b}",
    ),
    "role": (
        "{a} is or was {detail} of {b}",
        "{a} est ou a été {detail} : {b}",
        "{a} es o fue {detail}: {b}",
    ),
    "office": (
        "{a} is or was in office of {b}",
        "{a} exerce ou a exercé une fonction : {b}",
        "{a} ejerce o ejerció un cargo: {b}",
    ),
    "member": (
        "{a} is or was a member of {b}",
        "{a} est ou a été membre : {b}",
        "{a} es o fue miembro: {b}",
    ),
    "founded": ("{a} founded {b}", "{a} a fondé {b}", "{a} fundó {b}"),
    "founded-after": (
        "{a} was founded after {b}",
        "la création suivante est venue après {b} : {a}",
        "la creación de {a} fue posterior a {b}",
    ),
    "victim": ("{a} was a victim of {b}", "{a} a été victime : {b}", "{a} fue víctima: {b}"),
    "spoke-of": ("{a} spoke of {b}", "{a} a parlé au sujet de : {b}", "{a} habló de {b}"),
    "conferred-by": ("{a} is conferred by {b}", "{a} est décerné par {b}", "{b} concede {a}"),
}
_KINDS: Final = {
    "award": ("award", "prix", "premio"),
    "organisation": ("organisation", "organisation", "organización"),
    "person": ("person", "personne", "persona"),
    "event": ("event", "événement", "suceso"),
    "agent": ("agent", "agent", "agente"),
}
_CONTESTED: Final = (" [contested]", " [contesté]", " [controvertido]")


def kind_told(kind: str, language: str) -> str:
    """What a thing of the network is, in a language."""
    return _KINDS[kind][_LANGUAGES.index(language) if language in _LANGUAGES else 0]


def phrase(
    kind: str, a: str, b: str, detail: str, date: str, language: str, *, contested: bool
) -> str:
    """One claim between two things in words, with its date, and whether it is contested."""
    place = _LANGUAGES.index(language) if language in _LANGUAGES else 0
    code = "office" if kind == "role" and not detail else kind
    when = f" ({date})" if date and kind != "victim" else ""
    return (
        _PHRASES[code][place].format(a=a, b=b, detail=detail) + when + _CONTESTED[place] * contested
    )
