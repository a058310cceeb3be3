"""Cells that say who may see a row, as people write them, into codes of the scheme of visibility:
`sí` below `Confidencial` is restricted, and so is `non` below `Diffusion`."""

from __future__ import annotations

import re
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.kinds.cell_errors import CellError
from hrdgraph.kinds.codes import Codes
from hrdgraph.kinds.headings import PRIVATE_WORDS, folded
from hrdgraph.kinds.numbers import yes_no

SCHEME: Final = "visibility"
PUBLIC, RESTRICTED = "public", "restricted"
# in headings below which `yes` keeps a row back, without case and accents
_SECRET: Final = PRIVATE_WORDS | frozenset(
    (
        "confidentiality", "confidentialite", "confidencialidad", "sensible", "sensibles",
        "sensitive", "restricted", "restreint", "restringido", "reservado", "reservada", "reserve",
        "secreto", "sigilo", "sigiloso", "конфиденциально", "секретно", "سري",
    )
)  # fmt: skip
# in headings below which `yes` lets it out, and an empty cell says nothing of the kind
_OPEN: Final = frozenset(
    (
        "public", "publique", "publico", "publica", "publish", "publishable", "publier",
        "publiable", "publie", "publicar", "publicable", "diffusion", "difusion", "diffuser",
        "diffusable", "difundir", "divulgable", "publicavel", "divulgar", "публиковать", "للنشر",
    )
)  # fmt: skip
_NOT: Final = re.compile(r"(ne pas|pas|non|no|not|do not|never|jamais|nunca|nao|не|لا)\s\S")


def sense_of(heading: str) -> str:
    """Whether `yes` below a heading keeps back ("secret"), lets out ("open"), or is unclear."""
    name = folded(heading)
    words = {*name.split()}
    if words & _SECRET:
        return "" if _NOT.match(name) else "secret"
    if words & _OPEN:
        return "secret" if _NOT.match(name) else "open"
    return ""


def level_code(text: str, heading: str, codes: Codes, language: str = "") -> str:
    """The code of a cell below a heading; that of an empty one below a heading that lets out is
    restricted, else none. ValueError on what is unclear."""
    name = folded(text)
    if not name:
        return RESTRICTED if sense_of(heading) == "open" else ""
    if (found := codes.known(text)) is not None:
        return found
    try:
        is_yes = yes_no(text) == "true"
    except CellError:
        if _NOT.match(name) or {*name.split()} & _SECRET:
            return RESTRICTED
        return PUBLIC if name in _OPEN else codes.code(text, language)
    if not (sense := sense_of(heading)):
        raise CellError(Message("level-unclear", value=text, column=heading), _write(codes))
    return RESTRICTED if is_yes == (sense == "secret") else PUBLIC


def is_kept_back(text: str, heading: str, codes: Codes) -> bool:
    """Whether a row with this cell is not public; so is one whose cell is not understood."""
    try:
        return level_code(text, heading, codes) not in ("", PUBLIC)
    except CellError:
        return True


def is_level(text: str, codes: Codes) -> bool:
    """Whether a text says who may see something, below some heading."""
    try:
        level_code(text, "public", codes)
    except CellError:
        return False
    return True


def _write(codes: Codes) -> Message:
    return Message("choose-code", names=tuple(codes.labels))
