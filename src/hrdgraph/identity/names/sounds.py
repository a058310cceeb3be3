"""Turn Latin spellings into sounds, sounds into consonant skeletons, and measure how alike two
spellings sound.

A sound is one sign. What several languages write alike is a sound of its own: `C` is ch (English č,
French š, Polish kh), `J` is j (English dzh, French zh, German y, Spanish kh), `S` is c before e and
i."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate, product
from math import inf
from typing import Final

_SPELLINGS: Final = (
    ("tsch", "č"), ("tch", "č"), ("shch", "šč"), ("sch", "š"), ("dzh", "ǆ"), ("dj", "ǆ"),
    ("zh", "ž"), ("sh", "š"), ("sz", "š"), ("cz", "č"), ("ch", "C"), ("kh", "x"), ("gh", "g"),
    ("ph", "f"), ("th", "t"), ("dh", "d"), ("ck", "k"), ("qu", "k"), ("tz", "c"), ("ts", "c"),
    ("x", "ks"), ("q", "k"), ("j", "J"), ("ou", "u"), ("oo", "u"), ("ee", "i"),
)  # fmt: skip
_SPELT: Final = re.compile("|".join(spelling for spelling, _ in _SPELLINGS) + r"|c(?=[eiy])|c")
_SOUND_OF: Final = dict(_SPELLINGS)
_RUN: Final = re.compile(r"(.)\1+")
_SILENT_H: Final = re.compile(r"(?<=[aeou])h$")
_GLIDES: Final = re.compile(r"[iy]{2,}|[iy]J(?![aeiou])")
VOWELS: Final = frozenset("aeiou")
_SOFT: Final = frozenset("aeiouywJk") | {""}  # k begins x, too
_NO_WEAK: Final = str.maketrans("", "", "aeiouywJh")
# Sounds that languages and romanisations exchange, with what an exchange costs where 1 is another
# consonant.
_ALIKE: Final = (
    (0.1, "vw"), (0.1, "yi"), (0.1, "wu"), (0.1, "Jy"), (0.1, "xh"), (0.15, "Jǆ"), (0.15, "Cč"),
    (0.15, "Cx"), (0.15, "Cš"), (0.15, "Jž"), (0.2, "ie"), (0.2, "ou"), (0.2, "ae"), (0.2, "ao"),
    (0.2, "ye"), (0.2, "wo"), (0.2, "Sc"), (0.2, "Ss"), (0.2, "Sč"), (0.2, "sz"), (0.2, "Ji"),
    (0.25, "fv"), (0.25, "fw"), (0.25, "Ch"), (0.3, "Ck"), (0.3, "pb"), (0.3, "kg"), (0.3, "td"),
    (0.3, "sš"), (0.3, "zž"), (0.3, "šž"), (0.3, "čš"), (0.3, "čǆ"), (0.3, "žǆ"), (0.3, "cs"),
    (0.3, "cč"), (0.3, "xk"), (0.3, "Jx"), (0.3, "Jh"), (0.3, "zǆ"), (0.3, "pf"), (0.4, "gǆ"),
    (0.4, "Jg"), (0.4, "gx"), (0.4, "gh"), (0.4, "cz"),
)  # fmt: skip
EXCHANGE: Final = {pair: cost for cost, (a, b) in _ALIKE for pair in ((a, b), (b, a))}
_COARSE: Final = ("pb", "fv", "td", "kgx", "szšžčcǆS", "l", "m", "n", "r")
_FINE: Final = ("p", "b", "fv", "t", "d", "kx", "g", "sščcS", "zžǆ", "l", "m", "n", "r")
_CLASSES: Final = {
    is_fine: {sound: members[0].upper() for members in classes for sound in members}
    for is_fine, classes in ((False, _COARSE), (True, _FINE))
}
_MOST_READINGS: Final = 3  # sounds of a word that may be read in two ways
_OPEN: Final = {"C": ("S", "K"), "w": ("", "F"), "x": ("K", "")}
_SEVERAL: Final = {False: {**_OPEN, "J": ("S", "")}, True: {**_OPEN, "J": ("Z", "")}}
ALIKE: Final = 0.8  # from here on two words may be one name
# the cost that two such words may have, as a share of the consonants of the longer; sums are not
# exact
FARTHEST: Final = 1 - ALIKE + 1e-9


@lru_cache(maxsize=200_000)
def sounds(latin: str) -> str:
    """Return the sounds of a spelling in a–z; doubled letters count once."""
    latin = _SILENT_H.sub("", latin) if len(latin) > 3 else latin
    text = _SPELT.sub(lambda match: _SOUND_OF.get(match[0]) or _c(match), latin)
    return _RUN.sub(r"\1", _GLIDES.sub("i", text))


def _c(match: re.Match[str]) -> str:
    after = match.string[match.end() : match.end() + 1]
    return "S" if after in ("e", "i", "y") and after else "k"


def skeleton(spoken: str, *, fine: bool = False) -> tuple[str, ...]:
    """Return the consonant skeletons: classes of consonants, without vowels, glides and h; two if
    a spelling has two readings. A fine skeleton distinguishes voiced from unvoiced consonants,
    unlike Arabic script and some romanisations."""
    classes = _CLASSES[fine]
    choices = [_SEVERAL[fine].get(sound) or (classes.get(sound, ""),) for sound in spoken]
    if sum(len(choice) > 1 for choice in choices) > _MOST_READINGS:
        choices = [choice[:1] for choice in choices]
    variants = (_RUN.sub(r"\1", "".join(parts)) for parts in product(*choices))
    return tuple(dict.fromkeys(variant or spoken[:1] for variant in variants))


@lru_cache(maxsize=200_000)
def profile(latin: str) -> tuple[str, int]:
    """Return the sounds of a spelling, and how many of them are consonants."""
    spoken = sounds(latin)
    return spoken, len(spoken.translate(_NO_WEAK))


@lru_cache(maxsize=500_000)
def likeness(left: str, right: str, *, unvowelled: bool = False) -> float:
    """Return how alike two Latin spellings sound: 0, or from `ALIKE` (except for rounding) to 1.

    It is based on the cost of the cheapest way from one to the other, as a share of the consonants
    of the longer. With `unvowelled`, one of them was written without its vowels. Between two
    spellings with vowels another last vowel counts much: it distinguishes Mario from Maria and
    Petrov from Petrova."""
    if left == right:
        return 1.0
    (a, of_a), (b, of_b) = profile(left), profile(right)
    size = max(of_a, of_b, 2 if unvowelled else 1)
    if abs(of_a - of_b) > 0.5 * size + 1 or (not unvowelled and other_ending(a, b)):
        return 0.0
    if _other_beginning(a, b):
        return 0.0
    cost = _distance(a, b, unvowelled, FARTHEST * size)
    return 1 - cost / size if cost <= FARTHEST * size else 0.0


def _other_beginning(a: str, b: str) -> bool:
    """Say whether both begin with consonants that are never confused: nobody errs in the first
    letter. Hernandez is not Fernandez."""
    one, other = a[:1], b[:1]
    if one == other or (one, other) in EXCHANGE or {one, other} & _SOFT:
        return False
    if "h" in (one, other):  # Burmese writes h before a consonant that is breathed
        return a[1:2] in VOWELS and b[1:2] in VOWELS
    return True


def other_ending(a: str, b: str) -> bool:
    """Say whether one ends in a or o, as names of women and men do, and the other does not."""
    return (
        a[-1:] != b[-1:]
        and (a[-1:] in ("a", "o") or b[-1:] in ("a", "o"))
        and not {a[-1:], b[-1:]} <= {"a", "h", "e"}
    )


def _distance(a: str, b: str, unvowelled: bool, farthest: float) -> float:
    """Return the cost of the cheapest way, or infinity as soon as it exceeds `farthest`."""
    drop, swaps = _DROPS[unvowelled], _SWAPS[unvowelled]
    drops = [drop.get(sound, 1.0) for sound in b]
    row = list(accumulate(drops, initial=0.0))
    for sound in a:
        dear, swap = drop.get(sound, 1.0), swaps.get(sound, {})
        before, cost = row[0], row[0] + dear
        costs, least = [cost], cost
        for place, other in enumerate(b):
            step = cost + drops[place]
            cost = before + (0.0 if sound == other else swap.get(other, 1.0))
            before = row[place + 1]
            if before + dear < cost:
                cost = before + dear
            if step < cost:
                cost = step
            if cost < least:
                least = cost
            costs.append(cost)
        if least > farthest:
            return inf
        row = costs
    return row[-1]


_DROPS: Final = {
    False: {**dict.fromkeys("aeiou", 0.35), "y": 0.15, "w": 0.3, "J": 0.3, "h": 0.3},
    True: {**dict.fromkeys("aeiou", 0.05), "y": 0.1, "w": 0.1, "J": 0.4, "h": 0.3},
}


def _swap(sound: str, other: str, unvowelled: bool) -> float:
    if unvowelled and sound in "aeiouyw" and other in "aeiouyw":
        return 0.1
    cost = EXCHANGE.get((sound, other))
    if cost is not None:
        return cost
    return 0.65 if sound in VOWELS and other in VOWELS else 1.0


_SWAPPED: Final = tuple(VOWELS | {sound for pair in EXCHANGE for sound in pair})
_SWAPS: Final = {
    bare: {sound: {other: _swap(sound, other, bare) for other in _SWAPPED} for sound in _SWAPPED}
    for bare in (False, True)
}
