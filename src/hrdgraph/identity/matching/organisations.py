"""Two names of organisations or awards into reasons: which units of meaning they share, and
which tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hrdgraph.identity.matching.alignment import alike
from hrdgraph.identity.matching.reasons import Reason
from hrdgraph.identity.names.organisation import (
    OrganisationName,
    Unit,
    is_made_of,
    organisation_names,
    shortened,
)
from hrdgraph.identity.names.sounds import ALIKE

_WHOLE = 5.5  # all of the meaning agrees
_LEAST = 0.5  # less shared meaning than this says nothing
_ACRONYM, _SHORT_ACRONYM = 4.0, 2.6
_SLIP, _SLIP_LETTERS = 0.88, 6  # how alike words are of which one is a slip of the hand
_FAMILIES: Final = (
    frozenset(("committee", "commission", "council", "assembly", "court")),
    frozenset(("association", "society", "union", "league")),
    frozenset(("federation", "confederation", "union", "coalition")),
    frozenset(("centre", "institute", "house", "office", "observatory", "agency", "foundation")),
    frozenset(("organisation", "group", "initiative", "network", "platform", "coordination")),
    frozenset(("coalition", "alliance", "network", "collective", "forum", "coordination")),
    frozenset(("movement", "campaign", "initiative", "group", "union")),
    frozenset(("organisation", "association", "institute", "society", "group")),
)  # bodies that are not always told apart in translation
_GENERAL = -1.5
VETO = -20.0


@dataclass(frozen=True, slots=True)
class _UnitAlignment:
    """Pairs of units with their likeness, and the units left over on each side."""

    pairs: tuple[tuple[Unit, Unit, float], ...]
    left: tuple[Unit, ...]
    right: tuple[Unit, ...]

    @property
    def share(self) -> float:
        """The shared part of the weight of both sides, 0 to 1."""
        shared = sum((a.weight + b.weight) * likeness for a, b, likeness in self.pairs)
        whole = sum(a.weight + b.weight for a, b, _ in self.pairs) + sum(
            unit.weight for unit in (*self.left, *self.right)
        )
        return shared / whole if whole else 0.0


def organisation_reasons(left: str, right: str) -> tuple[Reason, ...]:
    """The reasons of the two readings that agree best."""
    found = [_compared(a, b) for a in organisation_names(left) for b in organisation_names(right)]
    return max(
        found,
        key=lambda reasons: sum(reason.points for reason in reasons),
        default=(Reason("no-likeness", VETO),),
    )


def is_acronym_only(names: tuple[str, ...]) -> bool:
    """Whether no name says in full what the letters stand for."""
    return all(name.acronym for text in names for name in organisation_names(text))


def is_general(names: tuple[str, ...]) -> bool:
    """Whether none of the names has a word of its own."""
    return all(
        name.is_general and not name.acronym for text in names for name in organisation_names(text)
    )


def _compared(a: OrganisationName, b: OrganisationName) -> tuple[Reason, ...]:
    short = _acronym(a, b) or _acronym(b, a)
    if short:
        return (short,)
    a, b = _shortened(a, b), _shortened(b, a)
    own = a.own, b.own
    if all(own) and not any(_likeness(one, other) >= ALIKE for one in own[0] for other in own[1]):
        return (_apart(*own),)  # no need to look at the rest
    shared = _shared(a, b)
    sides = (shared.left, shared.right)
    against = tuple([unit for unit in side if unit.tells_apart] for side in sides)
    bodies = tuple([unit for unit in side if unit.kind == "body"] for side in sides)
    if all(against):
        return (_apart(*against),)
    if all(bodies) and not _are_translated(a, b):
        return (_apart(*bodies),)
    return (Reason("no-likeness", VETO),) if shared.share < _LEAST else _agreement(a, b, shared)


def _are_translated(a: OrganisationName, b: OrganisationName) -> bool:
    """Whether the names are in two scripts: a body's word has several translations."""
    return a.units[0].word.script != b.units[0].word.script


def _shortened(long: OrganisationName, short: OrganisationName) -> OrganisationName:
    """A name with an acronym of the other in place of the words it stands for: LBH Jakarta."""
    letters = [unit.word.latin for unit in short.own if unit.is_capitals]
    made = (shortened(long, some) for some in letters if not short.acronym)
    return next((name for name in made if name), long)


def _acronym(short: OrganisationName, long: OrganisationName) -> Reason | None:
    if not short.acronym or long.acronym:
        return None
    if short.acronym in long.initials or is_made_of(short.acronym, long):
        return Reason(
            "acronym",
            _ACRONYM if len(short.acronym) > 2 else _SHORT_ACRONYM,
            (short.text, long.text),
        )
    return None


def _apart(left: Sequence[Unit], right: Sequence[Unit]) -> Reason:
    return Reason("other-meaning", VETO, (_said(left), _said(right)))


def _agreement(
    a: OrganisationName, b: OrganisationName, shared: _UnitAlignment
) -> tuple[Reason, ...]:
    points = round(_WHOLE * (2 * shared.share - 1), 2)
    more = [unit for unit in (*shared.left, *shared.right) if unit.kind not in ("light",)]
    found = [
        Reason(
            "near-meaning" if more else _code(a, b),
            points,
            (a.text, b.text) if a.text != b.text or more else (a.text,),
        )
    ]
    if more:
        found.append(Reason("more-meaning", -0.7, (_said(more),)))
    if a.is_general and b.is_general:
        found.append(Reason("general-name", _GENERAL))
    return tuple(found)


def _code(a: OrganisationName, b: OrganisationName) -> str:
    if a.text == b.text:
        return "same-name"
    own = [unit for unit in a.units if unit.kind == "proper"]
    if len(own) == len(a.units):
        return "two-scripts" if a.units[0].word.script != b.units[0].word.script else "sounds-alike"
    return "same-meaning"


def _said(units: Sequence[Unit]) -> str:
    return " ".join(unit.word.text for unit in units)


def _shared(a: OrganisationName, b: OrganisationName) -> _UnitAlignment:
    scores = sorted(
        (
            (score, i, j)
            for i, one in enumerate(a.units)
            for j, other in enumerate(b.units)
            if (score := _likeness(one, other)) >= ALIKE
        ),
        key=lambda found: (-found[0], found[1:]),
    )
    left, right, pairs = set(range(len(a.units))), set(range(len(b.units))), []
    for score, i, j in scores:
        if i in left and j in right:
            left.discard(i)
            right.discard(j)
            pairs.append((a.units[i], b.units[j], score))
    return _UnitAlignment(
        tuple(pairs),
        tuple(a.units[i] for i in sorted(left)),
        tuple(b.units[j] for j in sorted(right)),
    )


def _likeness(one: Unit, other: Unit) -> float:
    if one.concepts & other.concepts:
        return 1.0
    if one.kind == other.kind == "body":
        return 0.8 if _are_near(one, other) else 0.0
    if one.kind == other.kind == "number":
        return float(one.word.latin == other.word.latin)
    if one.is_capitals or other.is_capitals:  # letters of an acronym are no sounds
        return float(one.word.latin == other.word.latin)
    if one.kind == other.kind == "proper":
        return alike(one.word, other.word)
    return _slip(one, other) if "proper" in (one.kind, other.kind) else 0.0


def _are_near(one: Unit, other: Unit) -> bool:
    if one.word.script != other.word.script:
        return True
    return any(one.concepts & some and other.concepts & some for some in _FAMILIES)


def _slip(one: Unit, other: Unit) -> float:
    """How alike a known word and an unknown one are that may be the same with a slip, or be
    spelt by its sound in another script."""
    words = one.word, other.word
    is_written_alike = words[0].script == words[1].script
    if is_written_alike and min(len(word.latin) for word in words) < _SLIP_LETTERS:
        return 0.0
    score = alike(*words)
    return score if score >= _SLIP else 0.0
