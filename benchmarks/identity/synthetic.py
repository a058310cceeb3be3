"""Synthetic records: persons and organisations made of parts of names, a tenth of them twice in
another spelling or script."""

from __future__ import annotations

import random

from hrdgraph.identity.records import Record

_CONSONANTS = [
    "b",
    "d",
    "f",
    "g",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "z",
    "kh",
    "sh",
    "ch",
    "zh",
]
_VOWELS = ["a", "e", "i", "o", "u", "ya"]
_ENDINGS = [
    "ov",
    "ev",
    "in",
    "sky",
    "enko",
    "yan",
    "ian",
    "ez",
    "es",
    "son",
    "sen",
    "i",
    "a",
    "o",
    "er",
    "mann",
]
_TO_CYRILLIC = {
    "kh": "х",
    "sh": "ш",
    "ch": "ч",
    "zh": "ж",
    "ya": "я",
    "b": "б",
    "d": "д",
    "f": "ф",
    "g": "г",
    "k": "к",
    "l": "л",
    "m": "м",
    "n": "н",
    "p": "п",
    "r": "р",
    "s": "с",
    "t": "т",
    "v": "в",
    "z": "з",
    "a": "а",
    "e": "е",
    "i": "и",
    "o": "о",
    "u": "у",
    "y": "й",
}
_GIVEN_SHARE = 2_000  # one given name for so many records: given names repeat, as in life
_BODIES = ("Committee", "Centre", "Association", "Foundation", "League", "Institute")
_THEMES = (
    "against Torture",
    "for Human Rights",
    "of Women",
    "of Lawyers",
    "for the Defence of Children",
    "of Journalists",
)


def records(count: int, seed: int = 1) -> tuple[list[Record], set[tuple[str, str]]]:
    """So many records, four in five of them persons, and the pairs of IRIs that are one thing."""
    dice = random.Random(seed)
    given = [_word(dice, 2) for _ in range(max(50, count // _GIVEN_SHARE * 10))]
    made: list[Record] = []
    same: set[tuple[str, str]] = set()
    while len(made) < count:
        record = (
            _person(dice, given, len(made))
            if dice.random() < 0.8
            else _organisation(dice, len(made))
        )
        made.append(record)
        if dice.random() < 0.1 and len(made) < count:
            twin = _twin(dice, record, len(made))
            made.append(twin)
            same.add((record.iri, twin.iri))
    return made, same


def _word(dice: random.Random, syllables: int) -> str:
    return "".join(
        dice.choice(_CONSONANTS) + dice.choice(_VOWELS) for _ in range(syllables)
    ).capitalize()


def _person(dice: random.Random, given: list[str], number: int) -> Record:
    name = f"{dice.choice(given)} {_word(dice, dice.choice((1, 2, 2, 3)))}{dice.choice(_ENDINGS)}"
    birth = dice.randrange(1930, 2000) if dice.random() < 0.5 else None
    return Record(
        f"http://x/{number}",
        "person",
        (name,),
        birth=birth,
        countries=frozenset([f"C{dice.randrange(60)}"]),
    )


def _organisation(dice: random.Random, number: int) -> Record:
    name = f"{_word(dice, dice.choice((3, 4)))} {dice.choice(_BODIES)} {dice.choice(_THEMES)}"
    return Record(
        f"http://x/{number}",
        "organisation",
        (name,),
        countries=frozenset([f"C{dice.randrange(60)}"]),
    )


def _twin(dice: random.Random, record: Record, number: int) -> Record:
    name = record.names[0]
    if record.kind == "person":
        name = (
            _cyrillic(name)
            if dice.random() < 0.3
            else name.replace("kh", "h").replace("v", "w")
            if dice.random() < 0.5
            else _turned(name)
        )
    return Record(
        f"http://x/{number}", record.kind, (name,), birth=record.birth, countries=record.countries
    )


def _turned(name: str) -> str:
    given, _, family = name.partition(" ")
    return f"{family}, {given}"


def _cyrillic(name: str) -> str:
    for latin, letter in _TO_CYRILLIC.items():
        name = name.replace(latin.capitalize(), letter.upper()).replace(latin, letter)
    return name
