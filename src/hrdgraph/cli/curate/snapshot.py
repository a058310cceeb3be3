"""`hrdgraph snapshot`: pages into data/snapshots, and what rows cite of an older version into
where it stands in this one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.api.words import word
from hrdgraph.catalogue import phrase, render
from hrdgraph.cli.shared import completion
from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    language_option,
    languages,
    opened,
    project_option,
    tell,
)
from hrdgraph.cli.shared.option_values import Day, PathTo

if TYPE_CHECKING:
    from hrdgraph.evidence.snapshot_files import Taken
    from hrdgraph.pipeline.reanchoring import CitationSearch, ReanchoringResult

LOST = 3  # the exit code where words of the old version are not in the new one


@click.command()
@click.argument("path", metavar="FILE|DIR|-", type=PathTo(path_type=Path))
@click.option(
    "--source",
    required=True,
    shell_complete=completion.sources,
)
@click.option(
    "--address",
    default="",
)
@click.option(
    "--retrieved",
    type=Day(),
)
@click.option(
    "--replaces",
    default="",
    metavar="SHA256",
)
@click.option(
    "--encoding",
    default="",
)
@click.option(
    "--write",
    is_flag=True,
)
@project_option
@json_option
@language_option
def command(
    path: Path,
    retrieved: date | None,
    root: Path,
    as_json: bool,
    lang: str | None,
    **options: Any,
) -> int:
    """Take a page (HTML, text, Markdown, PDF, DOCX) into data/snapshots."""
    from hrdgraph.library.curation import snapshot

    project = opened(root)
    done = snapshot(path, project=project, retrieved=retrieved, **options)
    if as_json:
        echo_json({"snapshots": [_as_dict(*item) for item in done]})
    else:
        for item in done:
            _show(*item, languages(lang, project)[0])
    return LOST if any(item.reanchored and item.reanchored.lost for item in done) else 0


def _show(
    name: str, taken: Taken, found: ReanchoringResult | None, written: Sequence[str], language: str
) -> None:
    size, normaliser = len(taken.frozen.text), taken.frozen.normaliser
    state = phrase("word-taken" if taken.is_new else "word-there-already", language)
    tell("snapshot-taken", language, name=name, count=size, normaliser=normaliser, state=state)
    for key, value in _described(taken, language):
        if value:
            click.echo(f"  {word(key, language):9} {value}")
    for line in _found(found, written, language) if found else ():
        click.echo(line)


def _described(taken: Taken, language: str) -> Iterator[tuple[str, str]]:
    """What is known of a page, by words for it."""
    yield "sha256", taken.text
    yield "address", taken.address or phrase("address-not-known", language)
    yield "title", taken.frozen.title
    yield "replaces", taken.replaces
    yield from (("note", render(note, language)) for note in taken.frozen.notes)


def _found(found: ReanchoringResult, written: Sequence[str], language: str) -> Iterator[str]:
    still = len(found.cited) - len(found.moved) - len(found.lost)
    counts = phrase(
        "evidence-moved", language, still=still, moved=len(found.moved), lost=len(found.lost)
    )
    yield f"  {phrase('word-evidence', language):9} {counts}"
    for item in found.moved:
        old, new = (_place(place, language) for place in (item.move.old, item.move.new))
        yield f"    {phrase('word-moved', language):9}{_rows(item, language)}: {old} → {new}"
    for item in found.lost:
        why = render(item.move.reason, language)
        yield (
            f"    {phrase('word-lost', language):9}{_rows(item, language)}: "
            f"{_place(item.move.old, language)}: {why}"
        )
    for by_hand in found.by_hand:
        yield f"    {phrase('word-note', language):9}{render(by_hand, language)}"
    if written:
        yield f"  {phrase('word-written', language):9} {', '.join(written)}"
    elif found.edits:
        yield (f"  {phrase('word-next', language):9} {phrase('write-corrects-tables', language)}")


def _rows(item: CitationSearch, language: str) -> str:
    files = dict.fromkeys(row.file for row in item.rows)
    rows = {
        file: ", ".join(str(row.row) for row in item.rows if row.file == file) for file in files
    }
    listed = (
        phrase("place-file-row", language, file=file, rows=some) for file, some in rows.items()
    )
    return "; ".join(listed) or (item.move.citation.origin.node or "")


def _place(place: tuple[int, int] | None, language: str) -> str:
    return f"{place[0]}–{place[1]}" if place else phrase("word-words", language)


def _as_dict(
    name: str, taken: Taken, found: ReanchoringResult | None, written: Sequence[str]
) -> dict[str, object]:
    frozen = taken.frozen
    known: dict[str, object] = {
        "file": name,
        "sha256": taken.text,
        "original_sha256": taken.original,
        "characters": len(frozen.text),
        "address": taken.address,
        "title": frozen.title,
        "media_type": frozen.media_type,
        "normaliser": frozen.normaliser,
        "encoding": frozen.encoding,
        "replaces": taken.replaces,
        "is_new": taken.is_new,
        "notes": list(map(str, frozen.notes)),
    }
    return known | ({"evidence": _evidence(found, written)} if found else {})


def _evidence(found: ReanchoringResult, written: Sequence[str]) -> dict[str, object]:
    return {
        "unchanged": len(found.cited) - len(found.moved) - len(found.lost),
        "moved": [_cited(item) for item in found.moved],
        "lost": [_cited(item) | {"reason": str(item.move.reason)} for item in found.lost],
        "by_hand": list(map(str, found.by_hand)),
        "written": list(written),
    }


def _cited(item: CitationSearch) -> dict[str, object]:
    rows = [{"file": row.file, "row": row.row} for row in item.rows]
    return {
        "evidence": (item.move.citation.origin.node or "").strip("<>"),
        "rows": rows,
        "old": item.move.old,
        "new": item.move.new,
    }
