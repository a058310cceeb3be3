"""`hrdgraph import`: workbooks and tables into sources, with what was guessed, why, and what is
left to say."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from hrdgraph.catalogue import phrase
from hrdgraph.cli.shared.common import (
    echo_json,
    error_told,
    json_option,
    language_option,
    languages,
    opened,
    project_option,
    tell,
)
from hrdgraph.cli.shared.option_values import OneOf, PathTo
from hrdgraph.cli.start.build_summary import tell_restricted
from hrdgraph.cli.start.import_dialogue import ImportDialogue, proposal_as_dict
from hrdgraph.cli.start.import_update import find_source, undo_update_of, update_source
from hrdgraph.errors import HrdgraphError
from hrdgraph.library.importing import cell_errors, proposals_of, suggested_names, two_spellings

if TYPE_CHECKING:
    from hrdgraph.kinds import Kind
    from hrdgraph.pipeline.importing.known_names import NearName
    from hrdgraph.pipeline.importing.propose import TableProposer
    from hrdgraph.pipeline.importing.spellings import TwoSpellings
    from hrdgraph.pipeline.importing.table_proposal import TableProposal
    from hrdgraph.project import Project

_SHOWN = 12  # errors of cells
_SAID_ONCE: Final = ("kind", "what", "publisher")  # options that the description of a source keeps


class Chosen(NamedTuple):
    """The options. `asks` says that a person can be asked."""

    name: str
    title: str
    publisher: str
    kind: str
    what: str
    yes: bool
    public: bool
    dry_run: bool
    as_json: bool
    language: str
    conflicts: str | None
    undo: bool

    @property
    def asks(self) -> bool:
        return not (self.yes or self.dry_run or self.as_json) and sys.stdin.isatty()


_OPTIONS: Final = (
    click.option(
        "--name", default="", help="The name of the source (default: that of the first file)."
    ),
    click.option("--title", default="", help="Its title (default: the name of the first file)."),
    click.option(
        "--publisher",
        default="",
        help="Who made the table: your organisation (default: the title of the project).",
    ),
    click.option(
        "--kind",
        default="",
        help="The kind of the rows, where it is not to be guessed: `hrdgraph kinds` lists them.",
    ),
    click.option(
        "--what",
        default="",
        help="What was done in every row, where no column says it: killing, detention …",
    ),
    click.option(
        "--yes",
        is_flag=True,
        help="Ask nothing; the source stays restricted.",
    ),
    click.option(
        "--public",
        is_flag=True,
        help="With --yes: publish the columns that are sure and not private.",
    ),
    click.option("--dry-run", is_flag=True, help="Show the guesses; write nothing."),
    click.option(
        "--conflicts",
        type=OneOf(["mine", "theirs"]),
        help="Whose text stays in cells that were corrected here and changed in a newer copy.",
    ),
    click.option("--undo", is_flag=True, help="Take the last update of the source --name back."),
)


def _options(function: Callable[..., int]) -> Callable[..., int]:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.command()
@click.argument(
    "files",
    metavar="FILE…",
    nargs=-1,
    type=PathTo(path_type=Path, exists=True, dir_okay=False),
)
@_options
@project_option
@json_option
@language_option
def command(files: tuple[Path, ...], root: Path, lang: str | None, **options: Any) -> int:
    """Make a source of workbooks, CSV files and exports: FILE… stays what it is, and becomes a
    folder of data/sources.

    What a heading means is guessed from it and from the cells below, in six languages; only what
    is in doubt is asked. Run again on a newer copy, it brings the source up to date, and keeps
    what was corrected since. Exit code 1: cells that cannot be read are left, and told, or
    somebody has to decide.
    """
    from hrdgraph.pipeline.importing.propose import TableProposer

    if bool(files) is options["undo"] or (options["undo"] and not options["name"]):
        raise click.UsageError(phrase("import-usage", lang or "en"))
    if options["public"] and not options["yes"]:
        raise click.UsageError(phrase("public-needs-yes", lang or "en"))
    project = opened(root)
    if options["undo"]:
        return undo_update_of(project, options["name"], languages(lang, project)[0])
    chosen = _named(Chosen(language=languages(lang, project)[0], **options), files[0].stem)
    is_update = not chosen.dry_run and not _is_asked_again(project, files, chosen)
    if is_update and (code := _updated(project, files, chosen)) is not None:
        return code
    proposer = TableProposer(project, chosen.language)
    found, left = proposals_of(proposer, files, chosen.kind)
    tables = [_looked_through(item, proposer, chosen) for item in found]
    names = suggested_names(project, proposer, tables), two_spellings(proposer, tables)
    _tell_result(tables, left, *names, chosen, proposer.kinds)
    if chosen.dry_run:
        return 0
    if any(item.missing for item in tables) or not _is_decided(tables, chosen):
        _tell_open(tables, proposer, chosen.language)
        return 1
    if chosen.asks:
        dialogue = ImportDialogue(proposer, chosen.language)
        tables, publish = dialogue.ask_to_publish(tables)
        chosen = chosen._replace(public=publish)
    return _write(project, tables, proposer, chosen)


def _is_asked_again(project: Project, files: Sequence[Path], chosen: Chosen) -> bool:
    """Whether files of a source that is restricted are given again to say who may see them: its
    description is written anew, unless somebody has added to it by hand."""
    from hrdgraph.pipeline.importing.write import is_as_written

    source = next((item for item in project.sources if item.name == chosen.name), None)
    if source is None or not (chosen.asks or chosen.public):
        return False
    own = [source.folder / file.name for file in files]
    pairs = zip(own, files, strict=True)
    is_same = all(one.is_file() and one.samefile(file) for one, file in pairs)
    levels = {source.visibility, *(table.visibility for table in source.tables)}
    is_closed = levels != {"public"}
    return is_same and is_closed and is_as_written(source)


def _tell_open(tables: Sequence[TableProposal], proposer: TableProposer, language: str) -> None:
    """Why nothing is written: what no guess can say, else what is in doubt."""
    lacking = [item for item in tables if item.missing]
    for item in lacking:
        column = proposer.kinds[item.guess.kind].column(item.missing)
        assert column is not None
        tell("import-lacks-column", language, err=True, column=column.label(language))
    if not lacking:
        doubts = sum(item.doubts for item in tables)
        tell("import-in-doubt", language, err=True, count=doubts)


def _named(chosen: Chosen, stem: str) -> Chosen:
    """The options, with a name and a title by those of a file where there are none."""
    name = chosen.name or re.sub(r"[\W_]+", "-", stem.casefold()).strip("-") or "table"
    return chosen._replace(name=name, title=chosen.title or stem)


def _is_decided(tables: Sequence[TableProposal], chosen: Chosen) -> bool:
    """Whether nothing is in doubt, or somebody has said what is to be done with it."""
    return chosen.yes or chosen.asks or not any(item.doubts for item in tables)


def _looked_through(
    proposal: TableProposal, proposer: TableProposer, chosen: Chosen
) -> TableProposal:
    """A proposal that is shown, and asked about where somebody can be."""
    dialogue = ImportDialogue(proposer, chosen.language)
    if chosen.what:
        proposal = proposer.with_value(proposal, chosen.what)
    if not chosen.as_json:
        dialogue.show(proposal)
    return dialogue.settled(dialogue.asked(proposal) if chosen.asks else proposal)


def _tell_result(
    tables: Sequence[TableProposal],
    left: Sequence[str],
    near: Sequence[NearName],
    spellings: Sequence[TwoSpellings],
    chosen: Chosen,
    kinds: Mapping[str, Kind],
) -> None:
    if chosen.as_json:
        told_tables = [proposal_as_dict(item, kinds[item.guess.kind]) for item in tables]
        result = {"source": chosen.name, "tables": told_tables, "left_out": list(left)}
        result["visibility"] = "public" if chosen.public else "restricted"
        result["near_names"] = [item._asdict() for item in near]
        result["two_spellings"] = [item._asdict() for item in spellings]
        echo_json({**result, "written": not chosen.dry_run})
        return
    for place in left:
        tell("place-not-read", chosen.language, place=place)
    for item in near[:_SHOWN]:
        tell("name-almost-known", chosen.language, name=item.name, known=item.known)
    for pair in spellings[:_SHOWN]:
        code = "name-may-be-short" if pair.is_short else "name-spelled-twice"
        tell(code, chosen.language, name=pair.name, other=pair.other)
    if more := len(spellings[_SHOWN:]):
        tell("names-spelled-twice-more", chosen.language, count=more)
    if near or spellings:
        tell("judge-after-build", chosen.language, commands="hrdgraph reconcile")


def _write(
    project: Project, tables: Sequence[TableProposal], proposer: TableProposer, chosen: Chosen
) -> int:
    from hrdgraph.pipeline.importing.write import SourceDescription, write_source
    from hrdgraph.project import open_project

    about = SourceDescription(chosen.title, chosen.publisher or project.title, chosen.language)
    folder = write_source(
        project, chosen.name, about, tables, proposer.kinds, publish=chosen.public
    )
    errors = cell_errors(project.root, chosen.name)
    if not chosen.as_json:
        tell("import-written", chosen.language, apart=True, folder=folder)
        written = open_project(project.root)
        tell_restricted(written, [written.source(chosen.name)], chosen.language)
        _tell(errors, chosen.language)
        _print_returns(project, chosen)
        _tell_next(project, errors, chosen.language)
    return 1 if errors else 0


def _print_returns(project: Project, chosen: Chosen) -> None:
    """Ask whether somebody in the tables is one who was withdrawn."""
    from hrdgraph.library.withdrawal import ask_about_returns

    for question in ask_about_returns(project.root, chosen.name, chosen.language):
        click.echo(question)


def _updated(project: Project, files: Sequence[Path], chosen: Chosen) -> int | None:
    """Bring newer copies of files to a source that has them: the exit code where its description
    fits them as it is."""
    name = find_source(project, files, chosen.name, chosen.language, asks=chosen.asks)
    if name is None:
        return 1
    chosen = chosen._replace(name=name)
    prefer, language = chosen.conflicts or "", chosen.language
    asked = {"asks": chosen.asks, "as_json": chosen.as_json}
    updated = update_source(project, files, name, prefer, language, **asked)
    if updated is None or updated.conflicts:
        return 1 if updated else None
    errors = cell_errors(project.root, chosen.name)
    if chosen.as_json:
        return 1 if errors else 0
    if unused := [f"--{name}" for name in _SAID_ONCE if getattr(chosen, name)]:
        told = tuple(unused)
        tell("import-options-unused", chosen.language, options=told, name=chosen.name)
    tell_restricted(project, [project.source(chosen.name)], chosen.language)
    _tell(errors, chosen.language)
    _print_returns(project, chosen)
    _tell_next(project, errors, chosen.language)
    return 1 if errors else 0


def _tell_next(project: Project, errors: Sequence[HrdgraphError], language: str) -> None:
    """What can be done now: a build would stop at cells that cannot be read."""
    place = "" if project.root == Path() else f" {quote(str(project.root))}"
    way = f"hrdgraph build{place}"
    told = phrase("import-next-mend", language, build=way) if errors else way
    tell("build-next", language, commands=told)


def _tell(errors: Sequence[HrdgraphError], language: str) -> None:
    if not errors:
        return
    tell("cells-unread-yet", language, err=True, count=len(errors))
    for error in errors[:_SHOWN]:
        click.echo(error_told(error, language), err=True)
