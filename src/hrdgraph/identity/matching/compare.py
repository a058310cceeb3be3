"""Two records into a score between 0 and 1 that they are one thing, with every reason.

The score is the logistic function of a sum of log-odds: what the names say, what else is known,
and a start of -3, since most pairs are two things. A veto (another kind, year of birth, gender,
name) is not outweighed by anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp
from typing import Final

from hrdgraph.identity.matching.events import event_reasons
from hrdgraph.identity.matching.organisations import (
    is_acronym_only,
    is_general,
    organisation_reasons,
)
from hrdgraph.identity.matching.persons import VETO, person_reasons
from hrdgraph.identity.matching.reasons import Reason, worded
from hrdgraph.identity.records import AWARD, EVENT, ORGANISATION, PERSON, Record

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
    found = (by_name(a, b) for a in left.names for b in right.names)
    best = max(
        found,
        key=lambda reasons: sum(reason.points for reason in reasons),
        default=(Reason("no-likeness", VETO),),
    )
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
        return Reason("same-country", _COUNTRY, (_code(shared[0]),))
    general = left.kind != PERSON and is_general(left.names) and is_general(right.names)
    return Reason(
        "other-country", _GENERAL_OTHER_COUNTRY if general else _OTHER_COUNTRY, _codes(left, right)
    )


def _codes(left: Record, right: Record) -> tuple[str, str]:
    return _code(min(left.countries)), _code(min(right.countries))


def _code(country: str) -> str:
    return country.rpartition("/")[2]
