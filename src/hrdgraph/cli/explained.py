"""An explanation as lines of text."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from hrdgraph.rdf import IRI
from hrdgraph.vocab import DCTERMS, SKOS

if TYPE_CHECKING:
    from hrdgraph.explain import Explanation, Fact, Passage, Standing, Statement
    from hrdgraph.mapping import Trace

ROWS = 3  # rows shown for one statement that many rows say


def lines(explanation: Explanation, base: str) -> Iterator[str]:
    """The lines of an explanation: the thing, then each claim about it; or a statement, then what it was derived from."""
    for number, fact in enumerate(explanation.facts):
        yield from (["", "— what is said about it —"] if number == 1 else [""] if number else [])
        yield from fact_lines(fact, base)
        if number == 0:
            yield from (f"  also known as {name}" for name in explanation.names)
    for number, fact in enumerate(explanation.grounds):
        yield from [""] if number else ["", "— what it was derived from —"]
        yield from fact_lines(fact, base)
    if not explanation.grounds:
        yield from _how_to_ask(explanation, base)


def _how_to_ask(explanation: Explanation, base: str) -> Iterator[str]:
    """How to ask what a derived statement follows from, with the first of them; of names it is the ledger, whose rows are told."""
    from hrdgraph.queries.table import short

    derived = (one.quad for fact in explanation.facts for one in fact.statements if one.derived_by)
    quad = next((quad for quad in derived if quad.predicate not in (DCTERMS.isReplacedBy, SKOS.exactMatch)), None)
    if quad is not None:
        parts = (short(term.value, base) if isinstance(term, IRI) else term.n3() for term in (quad.subject, quad.predicate, quad.object))
        yield from ("", f"what a derived statement follows from: hrdgraph explain {shlex.join(parts)}")


def fact_lines(fact: Fact, base: str) -> Iterator[str]:
    """The lines of one fact: its statements with their rows and rules, its passages, and where it stands."""
    named = fact.label != fact.node.value
    yield click.style(fact.label if named else fact.kind or "thing", bold=True) + (f"  ({fact.kind})" if named and fact.kind else "")
    yield f"  {fact.node.value}"
    for statement in fact.statements:
        yield from _statement(statement, base)
    for passage in fact.passages:
        yield from _passage(passage)
    if fact.standing:
        yield from _standing(fact.standing, base)


def _standing(standing: Standing, base: str) -> Iterator[str]:
    """Where a claim stands."""
    told = {
        "status": ", ".join(standing.status),
        "evidence": ", ".join(f"{count} {status}" for status, count in standing.evidence.items()),
        "said by": "" if standing.publishers is None else f"{standing.publishers} independent publisher{'s' * (standing.publishers != 1)}",
        "sources disagree about": ", ".join(standing.about),
        "preferred": ", ".join(standing.because),
        "visibility": shown_by(standing),
    }
    yield from (f"  {name}: {text}" for name, text in told.items() if text)
    for other in standing.alternatives:
        order = {True: "is preferred to this", False: "gives way to this", None: "nothing tells them apart"}[other.preferred]
        yield f"  contradicted by {other.node.value.removeprefix(base)} ({order})" + (f": {', '.join(other.about)}" if other.about else "")
    for row in standing.judgements:
        yield f"  judged: {row}"


def shown_by(standing: Standing) -> str:
    """Who may see a claim, and the rule that says so."""
    return " – ".join(filter(None, (standing.visibility.level, standing.visibility.rule)))


def _statement(statement: Statement, base: str) -> Iterator[str]:
    value = statement.object_label.removeprefix(base)
    yield f"  {statement.predicate_label}: {value}   [{statement.source}]"
    for trace in statement.traces[:ROWS]:
        yield from trace_lines(trace)
    if len(statement.traces) > ROWS:
        yield f"      … and {len(statement.traces) - ROWS} rows more"
    if statement.derived_by:
        yield f"      derived by {', '.join(statement.derived_by)}"


def trace_lines(trace: Trace) -> Iterator[str]:
    """The rows, cells and rule of one way in which a statement was made."""
    rows = ", ".join(f"{row.file}{f' {row.part}' if row.part else ''} row {row.row}" for row in trace.rows)
    cells = ", ".join(f"{cell.origin.column} = {_short(cell.value)}" for cell in trace.cells)
    rule = f"{trace.rule.file}{f' line {trace.rule.line}' if trace.rule.line else ''} {trace.rule.node or ''}".strip()
    yield f"      {rows}" + (f": {cells}" if cells else "")
    yield f"      by {rule}"


def _passage(passage: Passage) -> Iterator[str]:
    place = "" if passage.start is None else f", characters {passage.start}–{passage.end}"
    yield f"  source: {passage.title or passage.document}{f' ({passage.publisher})' if passage.publisher else ''}{place}"
    yield f"      {passage.document}"
    if passage.words is not None:
        yield f"      “{passage.words.strip()}”"
    elif passage.digest:
        yield f"      words not at hand (sha256 {passage.digest[:12]}…): put the page's text into data/snapshots to see them"


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
