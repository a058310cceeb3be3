"""An explanation as lines of text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hrdgraph.api.words import word
from hrdgraph.catalogue import phrase, render
from hrdgraph.rdf import IRI
from hrdgraph.vocab import DCTERMS, SKOS

if TYPE_CHECKING:
    from hrdgraph.explain import (
        ClaimStatus,
        ClaimVisibility,
        ExplainedNode,
        Explanation,
        Passage,
        Statement,
    )
    from hrdgraph.mapping import Trace


class Heading(str):
    """A line that begins a part: a terminal and a page show it in bold."""


ROWS: Final = 3  # rows shown for one statement that many rows say
_ADDED: Final = {
    "derived": {"fr": "déduit", "es": "deducido"},
    "ontology": {"fr": "ontologie", "es": "ontología"},
}
_OF_LEDGER: Final = re.compile(r"(.+) (rows?) (\d[\d, ]*)")


def lines(explanation: Explanation, base: str, language: str) -> Iterator[str]:
    """The lines of an explanation: the thing, then each claim about it; or a statement, then
    what it was derived from."""
    for number, fact in enumerate(explanation.facts):
        yield from (["", phrase("about-it", language)] if number == 1 else [""] if number else [])
        yield from fact_lines(fact, base, language)
        if number == 0:
            yield from (phrase("also-known-as", language, name=name) for name in explanation.names)
    for number, fact in enumerate(explanation.grounds):
        yield from [""] if number else ["", phrase("derived-from", language)]
        yield from fact_lines(fact, base, language)
    if not explanation.grounds:
        yield from _how_to_ask(explanation, base, language)


def _how_to_ask(explanation: Explanation, base: str, language: str) -> Iterator[str]:
    """How to ask what a derived statement follows from, with the first of them; of names it is
    the ledger, whose rows are told."""
    from hrdgraph.queries.output import short

    derived = (one.quad for fact in explanation.facts for one in fact.statements if one.derived_by)
    quad = next(
        (quad for quad in derived if quad.predicate not in (DCTERMS.isReplacedBy, SKOS.exactMatch)),
        None,
    )
    if quad is not None:
        parts = (
            short(term.value, base) if isinstance(term, IRI) else term.n3()
            for term in (quad.subject, quad.predicate, quad.object)
        )
        text = "explain-derived"
        yield from ("", phrase(text, language, parts=shlex.join(parts)))


def fact_lines(fact: ExplainedNode, base: str, language: str) -> Iterator[str]:
    """The lines of one fact: its statements with their rows and rules, its passages, and where
    it stands."""
    named = fact.label != fact.node.value
    yield Heading(
        (fact.label if named else fact.kind or phrase("word-thing", language))
        + (f"  ({fact.kind})" if named and fact.kind else "")
    )
    yield f"  {fact.node.value}"
    for statement in fact.statements:
        yield from _statement(statement, base, language)
    for passage in fact.passages:
        yield from _passage(passage, language)
    if fact.standing:
        yield from _standing(fact.standing, base, language)


def _standing(standing: ClaimStatus, base: str, language: str) -> Iterator[str]:
    """Where a claim stands."""
    text, count = "publishers-independent", standing.publishers
    said = {
        "status": ", ".join(standing.status),
        "evidence": ", ".join(
            _counted(status, count, language) for status, count in standing.evidence.items()
        ),
        "said by": "" if count is None else phrase(text, language, count=count),
        "sources disagree about": ", ".join(standing.about),
        "preferred": ", ".join(standing.because),
        "visibility": shown_by(standing.visibility, language),
    }
    yield from (
        phrase("line-name-value", language, name=word(name, language), value=text)
        for name, text in said.items()
        if text
    )
    for other in standing.alternatives:
        order = {
            True: "contradicted-by-preferred",
            False: "contradicted-by-lesser",
            None: "contradicted-tied",
        }[other.preferred]
        against = phrase(order, language, other=other.node.value.removeprefix(base))
        yield (
            phrase("name-value", language, name=against, value=", ".join(other.about))
            if other.about
            else against
        )
    for row in standing.judgements:
        yield phrase("judged-line", language, row=row.told(language))


def _counted(status: str, count: int, language: str) -> str:
    """How many passages have a status, which the graph names in the language."""
    from hrdgraph.explain.explanation import NOT_HELD

    name = phrase("not-held-against-snapshot", language) if status == NOT_HELD else status
    return f"{name} ({count})"


def shown_by(visibility: ClaimVisibility, language: str) -> str:
    """Who may see a claim, the rule that says so, and what set it."""
    level, rule, place = visibility
    file, _, column = place.removesuffix("'").partition(", column '")
    place = file + phrase("in-column", language, column=column) if column else place
    why = phrase("joint-semicolon", language).join(filter(None, (render(rule, language), place)))
    return " – ".join(filter(None, (phrase(f"level-{level}", language), why)))


def source_told(name: str, language: str) -> str:
    """The name of a source; of what the build adds, what it is called in the language."""
    return _ADDED.get(name, {}).get(language, name)


def _statement(statement: Statement, base: str, language: str) -> Iterator[str]:
    value, source = (
        statement.object_label.removeprefix(base),
        source_told(statement.source, language),
    )
    yield (
        phrase("line-name-value", language, name=statement.predicate_label, value=value)
        + f"   [{source}]"
    )
    for trace in statement.traces[:ROWS]:
        yield from trace_lines(trace, language)
    if len(statement.traces) > ROWS:
        yield phrase("more-rows", language, count=len(statement.traces) - ROWS)
    if statement.derived_by:
        yield phrase(
            "derived-by",
            language,
            rules=", ".join(_rule(rule, language) for rule in statement.derived_by),
        )


def _rule(rule: str, language: str) -> str:
    """The rule that derived a statement; of the ledger, its rows."""
    rows = _OF_LEDGER.fullmatch(rule)
    if rows is None:
        return rule
    return phrase(
        "place-file-row" if rows[2] == "row" else "place-file-rows",
        language,
        file=rows[1],
        rows=rows[3],
    )


def trace_lines(trace: Trace, language: str) -> Iterator[str]:
    """The rows, cells and rule of one way in which a statement was made."""
    files = ((f"{row.file} {row.part or ''}".strip(), row.row) for row in trace.rows)
    rows = ", ".join(phrase("place-file-row", language, file=file, rows=row) for file, row in files)
    cells = ", ".join(f"{cell.origin.column} = {_short(cell.value)}" for cell in trace.cells)
    line = phrase("at-line", language, line=trace.rule.line) if trace.rule.line else ""
    yield "      " + (
        phrase("rows-with-cells", language, rows=rows, cells=cells) if cells else rows
    )
    yield phrase(
        "by-rule", language, rule=f"{trace.rule.file}{line} {trace.rule.node or ''}".strip()
    )


def _passage(passage: Passage, language: str) -> Iterator[str]:
    place = (
        ""
        if passage.start is None
        else phrase("characters-from-to", language, start=passage.start, end=passage.end)
    )
    publisher = f" ({passage.publisher})" if passage.publisher else ""
    document = f"{passage.title or passage.document}{publisher}{place}"
    yield phrase("line-name-value", language, name=phrase("word-source", language), value=document)
    yield f"      {passage.document}"
    if passage.words is not None:
        yield f"      “{passage.words.strip()}”"
    elif passage.digest:
        text = "words-not-at-hand"
        yield phrase(text, language, digest=passage.digest[:12])


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
