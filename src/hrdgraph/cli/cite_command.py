"""Words that were found for rows, before the person who will look at them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.catalogue import phrase
from hrdgraph.catalogue.words import word
from hrdgraph.cli.common import echo_json, misused, opened, spoken, standard_options, tell
from hrdgraph.cli.generate import register
from hrdgraph.cli.option_values import Number, PathTo
from hrdgraph.library.destination import write_out

if TYPE_CHECKING:
    from hrdgraph.evidence.snapshots import WordPosition
    from hrdgraph.extraction.review.suggestions import CitationSuggestion, CitationSuggestions


@register("cite")
@click.command()
@click.argument("file", type=PathTo(path_type=Path, dir_okay=False), required=False)
@click.argument("words", required=False)
@click.option("--before", default="")
@click.option("--after", default="")
@click.option("--encoding", default="")
@click.option("--suggest", is_flag=True)
@click.option("--source", default="")
@click.option("--certain", type=Number(0, 1), default=0.0)
@click.option("--output", "-o", type=PathTo(path_type=Path, dir_okay=False))
@standard_options
def run_cite(
    file: Path | None,
    words: str | None,
    suggest: bool,
    source: str,
    certain: float,
    output: Path | None,
    root: Path,
    as_json: bool,
    lang: str | None,
    **around: str,
) -> None:
    """Find WORDS in FILE, a page or its text, and print what cites them."""
    if suggest:
        from hrdgraph.library.curation import suggest_citations

        found_words = suggest_citations(opened(root), source=source, certain=certain)
        show_suggestions(found_words, output, as_json=as_json, language=spoken(lang))
        return
    if file is None or words is None:
        raise misused("argument-missing", option="FILE" if file is None else "WORDS")
    from hrdgraph.library.curation import cite

    found = cite(file, words, **around)
    if as_json:
        echo_json(_as_dict(found))
    else:
        _show(found, file, spoken(lang))


def _as_dict(found: WordPosition) -> dict[str, object]:
    return {
        "evidence_start": found.start,
        "evidence_end": found.end,
        "evidence_sha256": found.digest,
        "document_sha256": found.document,
    } | ({found.unit: found.at} if found.at is not None else {})


def _show(found: WordPosition, file: Path, language: str) -> None:
    click.echo("evidence_start,evidence_end,evidence_sha256")
    click.echo(f"{found.start},{found.end},{found.digest}")
    if found.at is not None:
        unit = word(found.unit, language)
        tell("words-found-at", language, apart=True, err=True, unit=unit, at=found.at)
    code = "verified" if _is_taken(file, found.document) else "unverified"
    tell(f"document-digest-{code}", language, apart=True, err=True, digest=found.document)


def _is_taken(file: Path, sha256: str) -> bool:
    """Whether a build of the project that the file or this folder is in finds the text; False
    where no project is in order."""
    from hrdgraph.errors import HrdgraphError
    from hrdgraph.evidence.snapshots import Snapshots
    from hrdgraph.project import open_project
    from hrdgraph.project.open import SETTINGS

    places = (
        folder
        for start in (file.resolve().parent, Path.cwd())
        for folder in (start, *start.parents)
    )
    root = next((folder for folder in places if (folder / SETTINGS).is_file()), None)
    try:
        return (
            root is not None
            and Snapshots(open_project(root).snapshot_dirs).text(sha256) is not None
        )
    except HrdgraphError:  # the build says what is wrong
        return False


def show_suggestions(
    found: CitationSuggestions, output: Path | None, *, as_json: bool, language: str
) -> None:
    """Print them, and write those that are certain where that is wanted."""
    if output is not None:
        write_out(_table(found).encode(), output)
    if as_json:
        echo_json(_as_dict_in_cite_suggestions(found))
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
    row, words = item.row, " ".join(item.words.split())
    fact = f"{row.kind} {row.fact}"
    yield phrase(
        "row-with-fact", language, file=f"{row.source}/{row.file}", number=row.number, fact=fact
    )
    plain = "".join(char if char.isprintable() else " " for char in words)
    mark = "=" if item.is_certain else "?"
    yield f"  {mark} {item.passage.score:.2f}  {item.passage.start}–{item.passage.end}  {plain}"


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


def _as_dict_in_cite_suggestions(found: CitationSuggestions) -> dict[str, Any]:
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
                "score": item.passage.score,
                "certain": item.is_certain,
                "words": item.words,
                "others": [one._asdict() for one in item.others],
            }
            | item.cells()
            for item in found.found
        ],
    }
