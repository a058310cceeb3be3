"""A long explanation as a page: what the thing is, how many facts of each kind there are, and
the first of them, a line each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from hrdgraph.api.explanation_text import Heading, fact_lines, shown_by, source_told
from hrdgraph.catalogue import number, phrase
from hrdgraph.vocab import HRD, ORG, RDF, SCHEMA

if TYPE_CHECKING:
    from hrdgraph.explain import ExplainedNode, Explanation
    from hrdgraph.rdf import IRI

WHOLE: Final = 60  # lines of an explanation that is shown whole: more do not fit a screen
FIRST: Final = 5  # facts of one kind that are shown
# claims of one kind that are looked at: each takes three lines at least, so more are never shown
# whole
ENOUGH: Final = WHOLE // 3
_TELLING: Final = (
    HRD.edition,
    HRD.outcome,
    HRD.recipient,
    ORG.role,
    HRD.roleText,
    ORG.member,
    ORG.organization,
    ORG.resultingOrganization,
    HRD.founder,
    HRD.founderText,
    HRD.act,
    HRD.actType,
    HRD.victim,
    SCHEMA.creator,
    SCHEMA.about,
    RDF.predicate,
    RDF.object,
    HRD.situationIn,
    HRD.date,
    HRD.attestedAt,
    HRD.announced,
    HRD.city,
)


def short_lines(explanation: Explanation, base: str, language: str) -> Iterator[str]:
    """The lines of the page; a claim that was asked for is told in full."""
    thing, *claims = explanation.facts
    yield from (
        fact_lines(thing, base, language)
        if thing.is_claim
        else _thing(thing, explanation.names, base, language)
    )
    for kind, count in _kinds(explanation):
        yield from _kind(
            kind,
            count,
            [claim for claim in claims if claim.kind == kind],
            explanation.thing,
            base,
            language,
        )
    yield from _visibility(explanation, language)


def _thing(thing: ExplainedNode, names: Iterable[str], base: str, language: str) -> Iterator[str]:
    named = thing.label != thing.node.value
    yield Heading(
        (thing.label if named else thing.kind)
        + (f"  ({thing.kind})" if named and thing.kind else "")
    )
    yield f"  {thing.node.value}"
    yield from (phrase("also-known-as", language, name=name) for name in names)
    yield from _said(thing, base, language)


def _said(thing: ExplainedNode, base: str, language: str) -> Iterator[str]:
    """What is said of the thing itself, each value once with all its sources."""
    sources: dict[tuple[str, str], list[str]] = {}
    for statement in thing.statements:
        found = sources.setdefault(
            (statement.predicate_label, statement.object_label.removeprefix(base)), []
        )
        source = source_told(statement.source, language)
        found += [source] if source not in found else []
    text = "line-name-value"
    yield from (
        phrase(text, language, name=name, value=value) + f"   [{', '.join(where)}]"
        for (name, value), where in sources.items()
    )
    if thing.standing and thing.standing.judgements:
        count = len(thing.standing.judgements)
        yield phrase("named-in-judgements", language, count=count)


def _kinds(explanation: Explanation) -> list[tuple[str, int]]:
    """How many claims of each kind there are, the most first."""
    counts = Counter(claim.kind for claim in explanation.facts[1:])
    for (kind, _), count in explanation.untold.items():
        counts[kind] += count
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _kind(
    kind: str, count: int, facts: list[ExplainedNode], thing: IRI, base: str, language: str
) -> Iterator[str]:
    yield ""
    yield Heading(
        phrase(
            "name-value",
            language,
            name=kind or phrase("word-other", language),
            value=number(count, language),
        )
    )
    for fact in facts[:FIRST]:
        yield f"  {_telling(fact, thing, base)}{_marks(fact, language)}"
        yield f"      {fact.node.value.removeprefix(base)}"
    if count > FIRST:
        yield phrase("more-of-these", language, count=number(count - FIRST, language))


def _visibility(explanation: Explanation, language: str) -> Iterator[str]:
    """Who may see the claims, and by which rules: how many claims each decision is about."""
    shown = Counter(claim.standing.visibility for claim in explanation.facts[1:] if claim.standing)
    for (_, who), count in explanation.untold.items():
        shown[who] += count
    counts = Counter[str]()
    for who, count in shown.items():
        counts[shown_by(who, language)] += count
    del counts[""]
    if counts:
        yield ""
        yield Heading(phrase("who-may-see", language))
        yield from (
            f"  {words}   ({number(count, language)})" for words, count in counts.most_common()
        )


def _telling(fact: ExplainedNode, thing: IRI, base: str) -> str:
    values: dict[IRI, list[str]] = {}
    for statement in fact.statements:
        if statement.quad.object != thing and statement.object_label not in values.setdefault(
            statement.quad.predicate, []
        ):
            values[statement.quad.predicate].append(statement.object_label.removeprefix(base))
    return ", ".join(
        ", ".join(values[predicate]) for predicate in _TELLING if values.get(predicate)
    ) or fact.label.removeprefix(base)


def _marks(fact: ExplainedNode, language: str) -> str:
    """Status, publishers and conflicts, where there is more to tell than that a source asserts
    it, and whether it was only planned."""
    standing = fact.standing
    if standing is None:
        return ""
    marks = [
        item.predicate_label
        for item in fact.statements
        if item.quad.predicate == HRD.planned and item.object_label == "true"
    ]
    marks += (
        [phrase("publishers", language, count=standing.publishers)]
        if standing.publishers and standing.publishers > 1
        else []
    )
    if standing.alternatives:
        marks.append(
            phrase(
                "word-contradicted-preferred" if standing.because else "word-contradicted", language
            )
        )
    said = [*standing.status, *marks]
    return f"   ({phrase('joint-semicolon', language).join(said)})" if said else ""
