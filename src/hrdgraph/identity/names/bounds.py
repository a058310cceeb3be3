"""A word into a few numbers, from which it is told of many pairs of words at once that they
cannot be alike.

Whatever way leads from one spelling to another, a consonant for which the other spelling has
none that is near costs 1: it is dropped, or exchanged for a strange one. So counting consonants
by group gives a cost that even the cheapest way has.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_
from typing import Final

from hrdgraph.identity.names.sounds import EXCHANGE, profile

_GROUPS: Final = ("l", "m", "n", "r", "td", "pbfv", "kgx", "sšzžčcǆS")
_NEAR: Final = tuple(
    "".join(dict.fromkeys((*group, *(b for a, b in EXCHANGE if a in group)))) for group in _GROUPS
)
_PLACES: Final = {
    sound: sum(1 << 8 * place for place, group in enumerate((*_GROUPS, *_NEAR)) if sound in group)
    for sound in set().union(*_NEAR)
}
_MOST: Final = 8  # sounds of a group that are counted
_UNARY: Final = bytes((1 << min(count, _MOST)) - 1 for count in range(256))
_ENDINGS: Final = {"a": 1, "o": 2, "e": 3, "h": 4}
_OTHER: Final = 5
_ALL: Final = (1 << 64) - 1


def bounds(forms: Iterable[str], *, unvowelled: bool) -> tuple[int, int, int, int]:
    """The numbers of a word with these spellings: counts of its consonants by group and of the
    sounds near them, in unary, eight bits a group: the fewest and the most of all spellings; the
    number of consonants; the last sound, 0 where it tells nothing."""
    spoken = [profile(form) for form in forms]
    counts = [_counts(sounds) for sounds, _ in spoken]
    own, near = reduce(and_, (own for own, _ in counts)), reduce(or_, (near for _, near in counts))
    endings = {_ENDINGS.get(sounds[-1:], _OTHER) for sounds, _ in spoken}
    ending = 0 if unvowelled or len(endings) > 1 else endings.pop()
    return own, near, max(size for _, size in spoken), ending


def _counts(sounds: str) -> tuple[int, int]:
    if len(sounds) >= len(_UNARY):  # a byte does not hold so many; of such a word nothing is told
        return 0, _ALL
    packed = sum(_PLACES[sound] for sound in sounds if sound in _PLACES)
    unary = packed.to_bytes(2 * len(_GROUPS), "little").translate(_UNARY)
    return int.from_bytes(unary[: len(_GROUPS)], "little"), int.from_bytes(
        unary[len(_GROUPS) :], "little"
    )
