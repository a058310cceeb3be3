"""A record into blocking keys: records that share a key are compared, all others are taken for
two things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from hrdgraph.identity.names.organisation import OrganisationName, Unit, organisation_names
from hrdgraph.identity.names.person import PersonName, person_names
from hrdgraph.identity.names.words import skeletons_of
from hrdgraph.identity.records import EVENT, PERSON, Record

_MOST_PARTS = 5  # of a name; those of princes are longer
_OWN = frozenset(("proper", "place", "brand", "number"))
_LONG = 3  # consonants of a word that is a key of its own


def keys_of(record: Record, *, fine: bool = False) -> frozenset[str]:
    """The keys of a record: any two words of a person's name by their consonants, an initial
    with a word; any two units of meaning of an organisation's name, its rarer words alone, its
    acronyms; outside identifiers. With `fine`, consonants are told apart more finely: fewer
    pairs, of which some romanisations of Arabic and Korean are missed."""
    if record.kind == EVENT:  # known by whom it was done to, not by its name
        victims = (context.iri for context in record.contexts if context.kind == "victim")
        return frozenset(f"e{iri}" for iri in victims)
    by_name = _person_keys if record.kind == PERSON else _organisation_keys
    named = (
        f"{record.kind[:1] or '?'}{key}" for name in record.names for key in by_name(name, fine)
    )
    return frozenset((*named, *(f"={iri}" for iri in record.identifiers)))


def _person_keys(name: str, fine: bool) -> Iterator[str]:
    for reading in person_names(name):
        yield from _reading_keys(reading, fine)


def _reading_keys(reading: PersonName, fine: bool) -> Iterator[str]:
    parts = [part.word for part in reading.parts if not part.father][:_MOST_PARTS]
    whole = [word for word in parts if not word.is_initial]
    if len(parts) == 1:
        yield from (
            (f"1{skeleton}" for skeleton in whole[0].skeletons(fine=fine) if whole) if whole else ()
        )
        return
    sounds = [tuple(word.skeletons(fine=fine)) for word in whole]
    yield from _pairs(sounds)
    if len(whole) == 3:  # two of the three may be written as one
        first, second, third = (word.latin for word in whole)
        yield from _pairs([tuple(skeletons_of((first + second,), fine=fine)), sounds[2]])
        yield from _pairs([sounds[0], tuple(skeletons_of((second + third,), fine=fine))])
    yield from _initial_keys(reading, fine)


def _initial_keys(reading: PersonName, fine: bool) -> Iterator[str]:
    """An initial and a word, for names with an initial (`i`) and for those that one may stand
    for (`n`): see `blocking`."""
    parts = [part.word for part in reading.parts if not part.father][:_MOST_PARTS]
    mark = "i" if any(word.is_initial for word in parts) else "n"
    for one, other in ((a, b) for a, b in product(parts, parts) if a is not b and not b.is_initial):
        if one.is_initial or mark == "n":
            letters = {form[:1] for form in one.forms}
            yield from (
                f"{mark}{letter}+{skeleton}"
                for letter in letters
                for skeleton in other.skeletons(fine=fine)
            )


def _pairs(choices: Sequence[tuple[str, ...]]) -> Iterator[str]:
    for one, other in combinations(choices, 2):
        yield from ("+".join(sorted(pair)) for pair in product(one, other))


def _organisation_keys(name: str, fine: bool) -> Iterator[str]:
    for reading in organisation_names(name):
        yield from _units(reading, fine)
        yield from (
            f"a{initials}" for initials in {reading.acronym, *reading.initials} if len(initials) > 1
        )


def _units(reading: OrganisationName, fine: bool) -> Iterator[str]:
    """Its rarer words alone; pairs of units, one of which is a word of its own or a place where
    the name has any."""
    units = [unit for unit in reading.units if unit.kind != "light"][:_MOST_PARTS]
    choices = [_choices(unit, fine) for unit in units]
    if len(units) == 1:
        yield from (f"1{choice}" for choice in choices[0])
    for (one, of_one), (other, of_other) in combinations(zip(units, choices, strict=True), 2):
        if reading.is_general or _OWN & {one.kind, other.kind}:
            yield from _pairs([of_one, of_other])
    own = [found for unit, found in zip(units, choices, strict=True) if unit.kind == "proper"]
    yield from (choice for found in own for choice in found if len(choice) >= _LONG)


def _choices(unit: Unit, fine: bool) -> tuple[str, ...]:
    return tuple(sorted(unit.concepts))[:2] or tuple(sorted(unit.word.skeletons(fine=fine)))
