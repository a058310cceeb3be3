"""Findings into findings with their source rows, in which only such words stand as the published
graph says of the same thing.

A row of a table holds more than is published: notes, a withheld date of birth. The report may be
passed on, so a cell is shown where it is empty, where it is the finding's own value, or where
the graph says its words about the finding's thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import compress, islice
from typing import Final

import polars as pl

from hrdgraph.errors import Origin
from hrdgraph.privacy.hidden_cells import Secrets
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.term_texts import texts_of
from hrdgraph.validate.findings.model import Finding, SourceRow
from hrdgraph.validate.findings.source_rows import TypedRows

ROWS: Final = 3  # source rows shown of one finding
# statements about a thing whose words are looked at: of a country, thousands may speak
CLAIMS: Final = 200
NO_SECRETS: Final = Secrets()
_PARTS = re.compile(r"[;|]")

Words = Mapping[str, set[str]]


def with_rows(
    findings: Iterable[Finding],
    typed: TypedRows,
    graph: ColumnGraph,
    wanted: Callable[[Finding], bool],
    secrets: Secrets = NO_SECRETS,
) -> list[Finding]:
    """Give the wanted findings the rows of their first origins. The cells of hidden columns are
    never shown, empty or not."""
    found = list(findings)
    chosen = [
        wanted(finding) and any(origin.row for origin in finding.origins) for finding in found
    ]
    if not any(chosen):
        return found
    words = _words(graph, {finding.focus for finding in compress(found, chosen)})
    return [
        replace(item, rows=_rows(item, typed, words, secrets)) if is_chosen else item
        for item, is_chosen in zip(found, chosen, strict=True)
    ]


def _rows(
    finding: Finding, typed: TypedRows, words: Words, secrets: Secrets
) -> tuple[SourceRow, ...]:
    places: dict[Origin, list[str]] = {}
    for origin in finding.origins:
        places.setdefault(Origin(origin.file, origin.row), []).extend(
            [origin.column] if origin.column else []
        )
    said = words.get(finding.focus, set()) | _own(finding)
    rows = ((typed.row(place), tuple(marked)) for place, marked in islice(places.items(), ROWS))
    return tuple(
        replace(row, cells=_shown(row, said, secrets), marked=marked)
        for row, marked in rows
        if row is not None
    )


def _shown(row: SourceRow, said: set[str], secrets: Secrets) -> tuple[tuple[str, str | None], ...]:
    hidden = {
        column for column, _ in row.cells if secrets.hides(replace(row.origin, column=column))
    }
    return tuple(
        (name, text if name not in hidden and (text is None or _is_said(text, said)) else None)
        for name, text in row.cells
    )


def _is_said(text: str, said: set[str]) -> bool:
    return text.strip() in said or all(
        not part.strip() or part.strip() in said for part in _PARTS.split(text)
    )


def _own(finding: Finding) -> set[str]:
    """The words of the value that the finding itself shows."""
    return texts_of(finding.value) if finding.value else set()


def _words(graph: ColumnGraph, things: set[str]) -> Words:
    """What the graph says of each thing: its own name, what it points at, and what statements
    about it point at."""
    names = {
        IRI(thing).n3(): thing for thing in things if thing.startswith(("http://", "https://"))
    }
    words = {thing: texts_of(name) for name, thing in names.items()}
    chosen = graph.terms.is_in(list(names)).arg_true()
    own = graph.quads.filter(pl.col("s").is_in(chosen.implode())).select(thing="s", claim="s")
    about = (
        graph.quads.filter(pl.col("o").is_in(chosen.implode()))
        .select(thing="o", claim="s")
        .unique(maintain_order=True)
    )
    nodes = pl.concat(
        [
            own.unique(),
            about.group_by("thing", maintain_order=True).head(CLAIMS).select("thing", "claim"),
        ]
    )
    said = (
        nodes.join(graph.quads.select(claim="s", o="o"), on="claim").select("thing", "o").unique()
    )
    terms = zip(graph.terms.gather(said["thing"]), graph.terms.gather(said["o"]), strict=True)
    for thing, text in terms:
        words[names[thing]] |= texts_of(text)
    return words


def first_of_each_rule(most: int) -> Callable[[Finding], bool]:
    """Whether a finding is one of the first of its rule: rows are read for those alone."""
    counts: dict[str, int] = {}

    def wanted(finding: Finding) -> bool:
        counts[finding.rule] = counts.get(finding.rule, 0) + 1
        return counts[finding.rule] <= most

    return wanted
