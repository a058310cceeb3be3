"""Words that were found for rows, before the person who will look at them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.catalogue import phrase
from hrdgraph.cli.shared.common import echo_json, tell
from hrdgraph.library.files.writing import write_out

if TYPE_CHECKING:
    from hrdgraph.extract.review.suggestions import CitationSuggestion, CitationSuggestions


def show_suggestions(
    found: CitationSuggestions, output: Path | None, *, as_json: bool, language: str
) -> None:
    """Print them, and write those that are certain where that is wanted."""
    if output is not None:
        write_out(_table(found).encode(), output)
    if as_json:
        echo_json(_as_dict(found))
        return
    for item in found.found:
        click.echo("\n".join(_lines(item, language)))
    if found.found:
        click.echo()
    text = "rows-without-words"
    count = len(found.certain)
    tell(text, language, count=found.uncited, at_hand=found.at_hand, certain=count)
    text = "rows-with-words"
    total, after = found.cited + found.uncited, found.cited + count
    tell(text, language, before=found.cited, total=total, after=after)


def _lines(item: CitationSuggestion, language: str) -> Iterator[str]:
    row, words = item.row, " ".join(item.candidate.words.split())
    fact = f"{row.kind} {row.fact}"
    yield phrase(
        "row-with-fact", language, file=f"{row.source}/{row.file}", number=row.number, fact=fact
    )
    if item.is_certain:
        plain = "".join(char if char.isprintable() else " " for char in words)
        yield f"  {item.candidate.start}–{item.candidate.end}  {plain}"
    else:
        yield f"  {phrase('places-that-fit', language, count=item.places)}"


def _table(found: CitationSuggestions) -> str:
    """What is certain, as rows of a table of kind `evidence`; of rows that are not public none,
    since the table would be."""
    out = io.StringIO()
    columns = ("kind", "id", "document", "document_digest")
    places = ("evidence_start", "evidence_end", "evidence_sha256")
    writer = csv.DictWriter(out, (*columns, *places), lineterminator="\n")
    writer.writeheader()
    writer.writerows(item.cells() for item in found.certain if item.row.is_public)
    return out.getvalue()


def _as_dict(found: CitationSuggestions) -> dict[str, Any]:
    return {
        "cited": found.cited,
        "uncited": found.uncited,
        "page_at_hand": found.at_hand,
        "certain": len(found.certain),
        "suggestions": [
            {
                "source": item.row.source,
                "file": item.row.file,
                "row": item.row.number,
                "places": item.places,
                "words": item.candidate.words,
                "proposer": item.candidate.proposer,
                "rule": item.candidate.rule,
            }
            | item.cells()
            for item in found.found
        ],
    }
