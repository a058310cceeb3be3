"""Turn tables that people have into sources, and write workbooks for tables that they are to
type."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hrdgraph.catalogue import render
from hrdgraph.errors import HrdgraphError, Problems
from hrdgraph.fact_kinds.cell_values import codes_of, is_country
from hrdgraph.library.inputs import project_at
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.project import Project, open_project
from hrdgraph.tempfiles import TemporaryFolder
from hrdgraph.vocab import SKOS

if TYPE_CHECKING:
    from hrdgraph.pipeline.importing.name_suggestions import TwoSpellings
    from hrdgraph.pipeline.importing.propose import TableProposer
    from hrdgraph.pipeline.importing.table_proposal import LeftTable, TableProposal

_COUNTRY_COLUMNS = {"fr": "official_name_fr", "es": "official_name_es", "en": "CLDR display name"}

_THINGS = ("person", "organisation", "award")
_MOST = 5000  # names that a drop-down can offer and a person look through


def template(
    *kind: str, output: str | Path, project: str | Path | Project = ".", lang: str = ""
) -> Path:
    """Write a workbook to type in, with a sheet for each kind of facts: headings in the language
    `lang` (of the project, where it is not given), drop-downs, explanations. Returns its path.
    `kind` is one kind or several. ProjectError where none is called so,
    SourceError where the library that writes workbooks is missing.

    >>> import hrdgraph, tempfile
    >>> hrdgraph.template("award", output=tempfile.mkdtemp() + "/awards.xlsx").name
    'awards.xlsx'
    """
    from hrdgraph.fact_kinds.template import template as workbook
    from hrdgraph.library.destination import write_out
    from hrdgraph.pipeline.importing.propose import find_kind

    opened, path = project_at(project), Path(output)
    language = lang or opened.languages[0]
    known = opened.kinds
    kinds = [find_kind(known, name) for name in kind]
    schemes = {column.scheme for kind in kinds for column in kind.columns if column.scheme}
    codes = {scheme: codes_of(opened.vocabulary_dirs, scheme) for scheme in schemes}
    data = workbook(kinds, codes, _countries(opened, language), language, names_in_build(opened))
    write_out(data, path)
    return path


def _countries(project: Project, language: str) -> list[str]:
    """List the names of countries in a language, of the countries that the project has; those that
    can be read back."""
    file = project.root / "data" / "sources" / "countries" / "country-codes.csv"
    if not file.is_file():
        return []
    with file.open(encoding="utf-8-sig", newline="") as rows:
        names = {
            row.get(_COUNTRY_COLUMNS.get(language, ""), "") or row["ISO3166-1-Alpha-2"]
            for row in csv.DictReader(rows)
        }
    return sorted(name for name in names if name and is_country(name))


def names_in_build(project: Project) -> dict[str, list[str]]:
    """List the names of people, organisations and awards in the last build, by what they are; none
    where nothing is built."""
    by_kind: dict[str, list[str]] = {}
    try:
        labels = ReadableBuild(project).columns().where(p=SKOS.prefLabel)
    except HrdgraphError:
        return by_kind
    for quad in labels:
        thing = quad.subject.n3().strip("<>").removeprefix(project.base).partition("/")[0]
        if thing in _THINGS:
            by_kind.setdefault(thing, []).append(getattr(quad.object, "value", ""))
    return {thing: names[:_MOST] for thing, names in by_kind.items()}


@dataclass(frozen=True)
class ImportedTables:
    """What was guessed of tables: a proposal for each, places that are no tables of facts, the
    folder of the source (None where nothing was written), cells that cannot be read, names of the
    tables that may be one, the questions whether somebody is one who was withdrawn, and the
    `questions` about the tables that are open."""

    proposals: list[TableProposal]
    left_out: list[str]
    folder: Path | None
    errors: list[HrdgraphError]
    spellings: list[TwoSpellings] = field(default_factory=list)
    returns: list[str] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)


def import_tables(
    *files: str | Path, name: str = "", title: str = "", publisher: str = "", kind: str = "",
    what: str = "", publish: bool | Mapping[str, str] = False, on_error: str = "",
    answers: Mapping[str, Any] | None = None, dry_run: bool = False,
    project: str | Path | Project = ".", lang: str = "",
) -> ImportedTables:  # fmt: skip
    """Make a source of workbooks, CSV files, JSON and exports: what their headings mean is
    guessed, and every guess is taken; with `dry_run` it is only shown.

    `name`, `title` and `publisher` are those of the source; `kind` that of the rows, where it is
    not to be guessed; `what` is what was done in every row, where no column says it. The source
    is restricted; `publish` makes the columns public that are sure and not private, and those of
    the headings that it says to be "public" (others "withheld", "ignore").
    `on_error` says what a cell costs in builds that cannot be read, as in `build`.
    `answers` are those to `questions` of what comes back, as an answers file has them.
    `files` are theirs. SourceError for what cannot be read.

    >>> import hrdgraph, pathlib, tempfile
    >>> project = hrdgraph.init(tempfile.mkdtemp() + "/prizes")
    >>> table = pathlib.Path(tempfile.mkdtemp()) / "prizes.csv"
    >>> _ = table.write_text("Award,Country\\nRafto Prize,Norway\\n")
    >>> hrdgraph.import_tables(table, kind="award", dry_run=True, project=project).folder is None
    True
    """
    from hrdgraph.library.withdrawal import ask_about_returns
    from hrdgraph.pipeline.importing.json_tables import make_text_tables
    from hrdgraph.pipeline.importing.name_suggestions import find_spellings
    from hrdgraph.pipeline.importing.propose import SourceDescription, TableProposer, write_source
    from hrdgraph.pipeline.importing.questions import (
        answer,
        answers_to,
        as_dicts,
        check_answers,
        read_audience,
        refuse_open,
        settle,
        spread_answers,
    )
    from hrdgraph.pipeline.importing.table_proposal import choose_audience

    opened = project_at(project)
    with TemporaryFolder() as folder_of_json:
        paths, _ = make_text_tables(map(Path, files), Path(folder_of_json))
        language = lang or opened.languages[0]
        title = title or paths[0].stem
        name = name or re.sub(r"[\W_]+", "-", paths[0].stem.casefold()).strip("-") or "table"
        proposer = TableProposer(opened, language)
        proposals, rest = proposals_of(proposer, paths, kind, answers)
        proposals = [proposer.with_value(item, what) if what else item for item in proposals]
        check_answers(answers or {}, proposals, proposer, rest)
        given = spread_answers(answers or {}, proposals, proposer)
        proposals = [answer(item, proposer, answers_to(given, item)) for item in proposals]
        left = [render(error.message, language) for error in rest]
        proposals = [item for item in proposals if not item.is_left]
        questions = as_dicts(proposals, proposer)
        proposals = [settle(item, proposer, language) for item in proposals]
        if isinstance(publish, Mapping):
            who = {heading: read_audience(word) for heading, word in publish.items()}
            kinds = proposer.kinds
            proposals = [choose_audience(item, who, kinds[item.guess.kind]) for item in proposals]
        if not dry_run:
            refuse_open(proposals, proposer)
        spellings = find_spellings(proposals, proposer.kinds)
        if dry_run:
            return ImportedTables(proposals, left, None, [], spellings, questions=questions)
        about = SourceDescription(title, publisher or opened.title, language, on_error)
        is_public = publish is not False
        folder = write_source(opened, name, about, proposals, proposer.kinds, publish=is_public)
        errors = cell_errors(opened.root, name)
        returns = ask_about_returns(opened.root, name, language)
        return ImportedTables(proposals, left, folder, errors, spellings, returns, questions)


def proposals_of(
    proposer: TableProposer, files: Sequence[Path], kind: str,
    answers: Mapping[str, Any] | None = None,
) -> tuple[list[TableProposal], list[LeftTable]]:  # fmt: skip
    """Return the proposals for all tables of files, and the places that are not read."""
    pairs = [proposer.of(file, kind, answers) for file in files]
    return [proposal for proposals, _ in pairs for proposal in proposals], [
        table for _, left in pairs for table in left
    ]


def cell_errors(root: Path, name: str, *, whole: bool = False) -> list[HrdgraphError]:
    """List what cannot be read in the tables of a source: the first cells of each column, or the
    `whole` list."""
    from hrdgraph.findings.table_checks import check_tables, read_tables
    from hrdgraph.mapping.facts.layout import with_kinds
    from hrdgraph.sources import sharing

    try:
        with sharing():  # a workbook is read once for its headings and its cells
            project = with_kinds(open_project(root))
            source = project.source(name)
            return check_tables(read_tables(project.sources), (source,), whole=whole)
    except Problems as problems:
        return list(problems.errors)
    except HrdgraphError as error:
        return [error]
