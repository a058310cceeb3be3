"""Newer copies of files that `hrdgraph import` is given, into the source that has them: what was
corrected is kept, and what only a person can decide is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.catalogue import Message, phrase, render
from hrdgraph.cli.shared.common import echo_json, tell

if TYPE_CHECKING:
    from hrdgraph.pipeline.importing.update import RowChange, SourceUpdate, UpdateConflict
    from hrdgraph.project import Project


def find_source(
    project: Project, files: Sequence[Path], name: str, language: str, *, asks: bool
) -> str | None:
    """Return the source that files are for: `name`, or one that has older copies of them under
    another name, where the person says so. None where that must be said first."""
    from hrdgraph.pipeline.importing.update import find_similar_sources

    usual = re.sub(r"[\W_]+", "-", files[0].stem.casefold()).strip("-") or "table"
    if name != usual or any(source.name == name for source in project.sources):
        return name  # it was chosen, or is the one that has a file of this name
    similar = [one for one in find_similar_sources(project, files) if one.is_sure]
    if not similar:
        return name
    tell("import-looks-known", language, file=files[0].name, known=similar[0].file,
         name=similar[0].name, count=similar[0].same, total=similar[0].total)  # fmt: skip
    if not asks:
        tell("import-say-which", language, err=True, name=similar[0].name, other=name)
        return None
    is_newer = click.confirm(phrase("import-is-newer-copy", language), default=True)
    return similar[0].name if is_newer else name


def update_source(
    project: Project,
    files: Sequence[Path],
    name: str,
    prefer: str,
    language: str,
    *,
    asks: bool,
    as_json: bool,
) -> SourceUpdate | None:
    """Merge files into a source, and print what came of it, or the conflicts that are left. None
    where the description of the source does not fit them."""
    from hrdgraph.pipeline.importing.update import update_files

    done = update_files(project, name, files, {}, prefer)
    if done is not None and done.conflicts and asks:
        choices = {one.key: _ask(one, language) for one in done.conflicts}
        done = update_files(project, name, files, choices, prefer)
    if done is None:
        return None
    if as_json:
        echo_json(_as_dict(name, done))
    elif done.conflicts:
        tell("import-conflicts", language, err=True, count=len(done.conflicts))
        for one in done.conflicts:
            click.echo(f"  {describe_conflict(one, language)}", err=True)
        tell("import-decide-conflicts", language, err=True)
    else:
        _print_changes(name, done.files, language)
    return done


def undo_update_of(project: Project, name: str, language: str) -> int:
    """Take the last update of a source back; the exit code."""
    from hrdgraph.pipeline.importing.update import undo_update

    tell("import-undone", language, files=tuple(undo_update(project, name)), name=name)
    return 0


def describe_conflict(conflict: UpdateConflict, language: str) -> str:
    """Return a conflict in words: where it is, and the texts."""
    if conflict.heading:
        code = "import-conflict" if conflict.before else "import-conflict-cell-new"
    else:
        code = "import-conflict-row-deleted" if not conflict.mine else "import-conflict-row-gone"
    fields = conflict._asdict() | {"before": conflict.before or "", "column": conflict.heading}
    del fields["heading"]
    return render(Message(code, **fields), language)


def _ask(conflict: UpdateConflict, language: str) -> str:
    click.echo(describe_conflict(conflict, language))
    chosen = click.Choice(["mine", "theirs"])
    question = phrase("import-whose-text", language)
    answer: str = click.prompt(question, type=chosen, default="mine")
    return answer


def _print_changes(name: str, change: Mapping[str, RowChange], language: str) -> None:
    for file, one in change.items():
        tell("import-updated", language, file=file, count=one.before, after=one.after)
        if one.dropped:
            numbers = ", ".join(map(str, one.dropped))
            tell("totals-left-out", language, count=len(one.dropped), numbers=numbers)
        if one.kept:
            tell("import-corrections-kept", language, count=one.kept)
        if one.unwritten:
            cells = "; ".join(one.unwritten)
            tell("import-corrections-unwritten", language, count=len(one.unwritten), cells=cells)
    tell("import-undo-with", language, name=name)


def _as_dict(name: str, done: SourceUpdate) -> dict[str, object]:
    return {
        "source": name,
        "updated": not done.conflicts,
        "rows": {file: [one.before, one.after] for file, one in done.files.items()},
        "left_out_rows": {file: list(one.dropped) for file, one in done.files.items()},
        "kept": {file: one.kept for file, one in done.files.items()},
        "conflicts": [one._asdict() | {"key": one.key} for one in done.conflicts],
    }
