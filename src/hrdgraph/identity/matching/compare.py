"""Two records into a score between 0 and 1 that they are one thing, with every reason.

The score is the logistic function of a sum of log-odds: what the names say, what else is known,
and a start of -3, since most pairs are two things. A veto (another kind, year of birth, gender,
name) is not outweighed by anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

from hrdgraph.identity.matching.alignment import alike
from hrdgraph.identity.matching.persons import person_reasons
from hrdgraph.identity.matching.reasons import VETO, Reason, choose_best, worded
from hrdgraph.identity.names.organisation import (
    OrganisationName,
    Unit,
    is_made_of,
    organisation_names,
    shortened,
)
from hrdgraph.identity.names.sounds import ALIKE
from hrdgraph.identity.records import AWARD, EVENT, ORGANISATION, PERSON, Record, SharedContext

THRESHOLD: Final = 0.7  # from here on a pair is proposed as one thing
_START = -3.0
_COUNTRY, _OTHER_COUNTRY, _GENERAL_OTHER_COUNTRY = 0.5, -1.0, -2.5
_YEAR, _NEAR_YEAR = 1.5, -1.0
_AWARD, _ORGANISATION, _PERSON, _IDENTIFIER, _ONE_SOURCE = 2.5, 1.0, 1.5, 8.0, -0.5
_FULL_NAMES = -2.0  # an acronym fits, but the names that it stands for do not
_AUTHORITY_LENGTH = 3  # scheme, empty, host


@dataclass(frozen=True, slots=True)
class Comparison:
    """How likely two records are one thing, 0 to 1, and why."""

    score: float
    reasons: tuple[Reason, ...]

    def why(self, language: str = "en") -> str:
        """The reasons as one sentence."""
        return worded(self.reasons, language)


def compare(left: Record, right: Record) -> Comparison:
    """Compare two records; which of them is left means nothing for the score."""
    if left.kind and right.kind and left.kind != right.kind:
        return _scored((Reason("kinds", VETO, (left.kind, right.kind)),))
    if EVENT in (left.kind, right.kind):
        return _scored(tuple(event_reasons(left, right)))
    identified = tuple(_identifiers(left, right))
    named = _names(left, right)
    # an authority knows better than names that are left over
    if identified and identified[0].points > 0:
        named = tuple(reason for reason in named if reason.points > VETO)
    return _scored((*named, *identified, *_years(left, right), *_facts(left, right)))


def _scored(reasons: tuple[Reason, ...]) -> Comparison:
    if any(reason.points <= VETO for reason in reasons):
        vetoes = tuple(reason for reason in reasons if reason.points <= VETO)
        return Comparison(0.0, (*vetoes, *(reason for reason in reasons if reason.points > VETO)))
    return Comparison(
        round(1 / (1 + exp(-(_START + sum(reason.points for reason in reasons)))), 3), reasons
    )


def _names(left: Record, right: Record) -> tuple[Reason, ...]:
    """The reasons of the two names that agree best."""
    by_name = person_reasons if PERSON in (left.kind, right.kind) else organisation_reasons
    best = choose_best(by_name(a, b) for a in left.names for b in right.names)
    if (
        best[0].code == "acronym"
        and not is_acronym_only(left.names)
        and not is_acronym_only(right.names)
    ):
        return (*best, Reason("full-names", _FULL_NAMES))
    return best


def _identifiers(left: Record, right: Record) -> Iterator[Reason]:
    shared = left.identifiers & right.identifiers
    if shared:
        yield Reason("same-identifier", _IDENTIFIER, (min(shared),))
        return
    mine = {_authority(iri): iri for iri in sorted(left.identifiers)}
    for iri in sorted(right.identifiers):
        if _authority(iri) in mine:
            yield Reason("other-identifier", VETO, (mine[_authority(iri)], iri))
            return


def _authority(iri: str) -> str:
    return "/".join(iri.split("/")[:_AUTHORITY_LENGTH])


def _years(left: Record, right: Record) -> Iterator[Reason]:
    begun = "birth" if PERSON in (left.kind, right.kind) else "founded"
    if left.birth is not None and right.birth is not None:
        yield from _year(left.birth, right.birth, begun)
    elif _are_apart(left.compared_birth, right.compared_birth):
        yield Reason("withheld-apart", VETO)
    if left.death is not None and right.death is not None and begun == "birth":
        yield from _year(left.death, right.death, "death")


def _are_apart(left: int | None, right: int | None) -> bool:
    """Whether two years, one of which is withheld, are those of two people. Equal ones count for
    nothing: a score that they raised would say that they are equal."""
    return left is not None and right is not None and abs(left - right) > 1


def _year(left: int, right: int, what: str) -> Iterator[Reason]:
    if left == right:
        yield Reason(f"same-{what}", _YEAR)
    elif (
        what == "founded"
    ):  # a network is founded several times: as a group, by its statutes, on a register
        yield Reason("other-founded", _NEAR_YEAR)
    elif abs(left - right) == 1:
        yield Reason("near-birth" if what == "birth" else "other-death", _NEAR_YEAR)
    else:
        yield Reason(f"other-{what}", VETO)


def _facts(left: Record, right: Record) -> Iterator[Reason]:
    if (
        left.gender
        and right.gender
        and left.gender != right.gender
        and PERSON in (left.kind, right.kind)
    ):
        yield Reason("other-gender", VETO)
    one_source = bool(set(left.sources) & set(right.sources))
    if one_source:
        yield Reason("one-source", _ONE_SOURCE)
    shared = sorted(left.contexts & right.contexts, key=lambda context: (context.kind, context.iri))
    for kind, points in ((AWARD, _AWARD), (ORGANISATION, _ORGANISATION), (PERSON, _PERSON)):
        labels = [context.label or context.iri for context in shared if context.kind == kind]
        if labels and not (one_source and kind == AWARD):  # a list of laureates names two people
            yield Reason(f"same-{kind}", points, (labels[0],))
    if left.countries and right.countries:
        yield _country(left, right)


def _country(left: Record, right: Record) -> Reason:
    shared = sorted(left.countries & right.countries)
    if shared:
        return Reason("same-country", _COUNTRY, (_last_part(shared[0]),))
    general = left.kind != PERSON and is_general(left.names) and is_general(right.names)
    return Reason(
        "other-country",
        _GENERAL_OTHER_COUNTRY if general else _OTHER_COUNTRY,
        _country_codes(left, right),
    )


def _country_codes(left: Record, right: Record) -> tuple[str, str]:
    return _last_part(min(left.countries)), _last_part(min(right.countries))


def _last_part(iri: str) -> str:
    return iri.rpartition("/")[2]


# --- names of organisations

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
    """Return the reasons of the two readings that agree best."""
    lefts, rights = organisation_names(left), organisation_names(right)
    return choose_best(_compare_organisations(a, b) for a in lefts for b in rights)


def is_acronym_only(names: tuple[str, ...]) -> bool:
    """Whether no name says in full what the letters stand for."""
    return all(name.acronym for text in names for name in organisation_names(text))


def is_general(names: tuple[str, ...]) -> bool:
    """Whether none of the names has a word of its own."""
    return all(
        name.is_general and not name.acronym for text in names for name in organisation_names(text)
    )


def _compare_organisations(a: OrganisationName, b: OrganisationName) -> tuple[Reason, ...]:
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
    return Reason("other-meaning", VETO, (_join_words(left), _join_words(right)))


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
        found.append(Reason("more-meaning", -0.7, (_join_words(more),)))
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


def _join_words(units: Sequence[Unit]) -> str:
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


# --- events

_VICTIM, _ACT, _ONCE, _OTHER_ACT = 2.5, 1.5, 1.5, -2.5
_SAME_DAYS, _OVERLAP, _UNDATED = 2.0, 0.7, -0.5
_SHARED_COUNTRY, _SOURCE_OF_BOTH = 0.5, -1.0
_FINAL: Final = frozenset({"killing", "death", "death-in-custody"})  # done to a person once only
_FEW_DAYS = 31  # an overlap of dates no wider than this says that they are the same


def event_reasons(left: Record, right: Record) -> Iterator[Reason]:
    """What speaks for one event, and what against. Events without a victim in common are two:
    names of places say too little."""
    yield _victims(left, right)
    yield from _acts(left, right)
    yield from _dates(left, right)
    if left.countries and right.countries:
        shared = left.countries & right.countries
        codes = _country_codes(left, right)
        yield (
            Reason("same-country", _SHARED_COUNTRY, codes[:1])
            if shared
            else Reason("other-country", VETO, codes)
        )
    if set(left.sources) & set(right.sources):
        yield Reason("one-source", _SOURCE_OF_BOTH)


def _victims(left: Record, right: Record) -> Reason:
    shared = _of(left, "victim") & _of(right, "victim")
    return (
        Reason("same-victim", _VICTIM, (_first(shared),))
        if shared
        else Reason("other-victim", VETO)
    )


def _acts(left: Record, right: Record) -> Iterator[Reason]:
    mine, other = _of(left, "act"), _of(right, "act")
    shared = mine & other
    if shared:
        yield Reason("same-act", _ACT, (_first(shared),))
    elif not (_codes(mine) & _FINAL and _codes(other) & _FINAL):  # a death here, a killing there
        yield Reason("other-act", _OTHER_ACT, (_first(mine), _first(other)))
    if _codes(mine) & _FINAL and _codes(other) & _FINAL:
        yield Reason("only-once", _ONCE)


def _dates(left: Record, right: Record) -> Iterator[Reason]:
    if left.days is None or right.days is None:
        yield Reason("undated", _UNDATED)
    elif left.days[1] < right.days[0] or right.days[1] < left.days[0]:
        yield Reason("other-days", VETO)
    elif max(left.days[1], right.days[1]) - min(left.days[0], right.days[0]) <= _FEW_DAYS:
        yield Reason("same-days", _SAME_DAYS)
    else:
        yield Reason("overlapping-days", _OVERLAP)


def _of(record: Record, kind: str) -> frozenset[SharedContext]:
    return frozenset(context for context in record.contexts if context.kind == kind)


def _codes(contexts: frozenset[SharedContext]) -> frozenset[str]:
    return frozenset(_last_part(context.iri) for context in contexts)


def _first(contexts: frozenset[SharedContext]) -> str:
    return min(context.label or context.iri for context in contexts)
