"""Two names of organisations or awards into reasons: which units of meaning they share, and
which tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hrdgraph.identity.matching.alignment import alike
from hrdgraph.identity.matching.reasons import Reason
from hrdgraph.identity.names.organisation import OrganisationName, Unit, organisation_names
from hrdgraph.identity.names.sounds import ALIKE

_WHOLE = 5.5  # all of the meaning agrees
_LEAST = 0.5  # less shared meaning than this says nothing
_ACRONYM, _SHORT_ACRONYM = 3.6, 2.6
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
    own = a.own, b.own
    if all(own) and not any(_likeness(one, other) >= ALIKE for one in own[0] for other in own[1]):
        return (_apart(*own),)  # no need to look at the rest
    shared = _shared(a, b)
    against = (
        [unit for unit in shared.left if unit.tells_apart],
        [unit for unit in shared.right if unit.tells_apart],
    )
    if all(against):
        return (_apart(*against),)
    return (Reason("no-likeness", VETO),) if shared.share < _LEAST else _agreement(a, b, shared)


def _acronym(short: OrganisationName, long: OrganisationName) -> Reason | None:
    if short.acronym and short.acronym in long.initials and not long.acronym:
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


def _is_capitals(unit: Unit) -> bool:
    return unit.kind == "proper" and unit.word.text.isupper() and 2 <= len(unit.word.text) <= 6


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
        return 0.8  # committee, commission and council are not always told apart in translation
    if one.kind == other.kind == "number":
        return float(one.word.latin == other.word.latin)
    if _is_capitals(one) or _is_capitals(other):  # letters of an acronym are no sounds
        return float(one.word.latin == other.word.latin)
    return alike(one.word, other.word) if one.kind == other.kind == "proper" else 0.0
