"""The name that was likely meant where one is not known: the hint `did you mean …?` of every
part."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from unicodedata import normalize

from hrdgraph.catalogue import Message
from hrdgraph.invisible_characters import INVISIBLE

_UNSEEN: Final = re.compile(f"[{INVISIBLE}]+")
SAME_LOOK: Final = "looks-the-same"


def unify_look(text: str) -> str:
    """Return a text as a person sees it: accents in one Unicode form (macOS has é as e and an
    accent), spaces of one kind, nothing invisible."""
    return " ".join(_UNSEEN.sub("", normalize("NFC", text)).split())


def looks_like_one(name: str, names: Iterable[str]) -> bool:
    """Say whether another name cannot be told from one by looking at it."""
    wanted = unify_look(name)
    return any(other != name and unify_look(other) == wanted for other in names)


def nearest_few(name: str, names: Iterable[str], count: int, cutoff: float = 0.6) -> list[str]:
    """Return up to so many names that are like another one, the most like first; from 0 to 1, the
    cutoff is how like they must be."""
    from difflib import (
        get_close_matches,  # only where something is wrong, and it takes a millisecond to load
    )

    return get_close_matches(name, names, count, cutoff)


def nearest(name: str, names: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the name most like another one; None where none is like it."""
    return next(iter(nearest_few(name, names, 1, cutoff)), None)


def hint_at(
    name: str, names: Iterable[str], otherwise: str | Message | None = None, *,
    cutoff: float = 0.6, count: int = 1, shown: str = "'{}'",
) -> Message:  # fmt: skip
    """Return a hint at the name that was likely meant, or at one of so many, each shown as the
    pattern says; `otherwise`, or the list of names, where none is like it."""
    names = list(names)
    if looks_like_one(name, names):
        return Message(SAME_LOOK)
    near = nearest_few(name, names, count, cutoff)
    if len(near) == 1 and shown == "'{}'":  # each language has quotes of its own
        return Message("did-you-mean", nearest=near[0])
    if near:
        return Message("did-you-mean-one", names=tuple(map(shown.format, near)))
    if otherwise is None:
        return Message("there-is", known=tuple(filter(None, names)))
    return otherwise if isinstance(otherwise, Message) else Message(otherwise)
