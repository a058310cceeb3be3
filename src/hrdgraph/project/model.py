"""The values that describe a project folder. Only this package knows file names."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from hrdgraph.catalogue import Message, lacks
from hrdgraph.errors import Origin, ProjectError
from hrdgraph.fact_kinds import Kind, Own, load_kinds
from hrdgraph.paths import SHARED
from hrdgraph.vocab import PREFIXES, own_namespace

# the folder in a build with what it tells the person who builds, and nobody else
PRIVATE = "private"
FORMAT = 2  # of the project folder; a higher number is from a newer version
OWN = ("hrdgraph.toml", "data", "local", "ontology", "queries")  # what people write
BUILDS = ("build", "build-restricted")  # what a build replaces with all that is in them
COMMA = ","  # between the cells of a table whose description says no delimiter
DRAFTS = ".workbench"
RELEASES = "releases"
SITE_MARK = ".hrdgraph-site"  # a folder with this file is a site that was written here
PERSISTENT = ("person", "organisation")  # kinds of things whose IRIs last, where nothing is said
SHIPPED_BASE = "https://w3id.org/hrdgraph/id/"  # of the places in the packaged ontology
VISIBILITIES = ("public", "restricted", "withheld")  # who may see something, in every file
DATE_TEXT = "date-text"  # the type of a column of dates as people write them


@dataclass(frozen=True)
class TableField:
    """What a column of a table must hold, in the words of Frictionless Table Schema.

    `type` is one of string, year, edtf, date, date-text, integer, uri. Of dates as people write
    them (date-text) `language`, `pivot` (the last year that two digits can mean) and `order`
    (dmy or mdy) say what the source states, and `calendar` (gregorian, hijri, persian) that of
    years from 1300 to 1499. `separator` makes a cell a list whose items are each
    checked. `references` is `file.csv:column`, or `source/file.csv:column` for a table of
    another source. `visibility` is that of every statement that is made from the column.
    """

    name: str
    required: bool = False
    type: str = "string"
    references: str = ""
    enum: tuple[str, ...] = ()
    pattern: str = ""
    separator: str = ""
    visibility: str = "public"
    language: str = ""
    pivot: int | None = None
    order: str = ""
    calendar: str = ""
    split: tuple[str, ...] = ()  # of a table of facts, what stands between the items of a cell
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # and what texts mean
    is_said_empty: bool = False  # an empty cell means something too, such as `laureate`

    @property
    def separators(self) -> tuple[str, ...]:
        """Return what stands between the items of a cell; nothing where it is no list."""
        return self.split or ((self.separator,) if self.separator else ())


@dataclass(frozen=True)
class ColumnSource:
    """Where the cells of a column of a kind come from: a heading of the table, or one `value`
    for all rows. With `more`, the cells below these headings follow in the order they have, with
    a space between: a name in parts. With `through`, what stands there is looked up in another
    table of the source (in its column `key`; the cells are those of its column `to`); `part`
    takes the host of an address first. With `without`, cells, or items of a list, that the
    column `key` of another table lists are not said: what is hidden or wrong in a table that
    must stay as it is. `split` is what stands between the items of a cell that is a list."""

    heading: str = ""
    value: str | None = None
    through: str = ""
    key: str = ""
    to: str = ""
    part: str = ""
    without: str = ""
    more: tuple[str, ...] = ()
    split: tuple[str, ...] = ()
    noted: bool = False  # whether each cell stands behind its heading

    @property
    def headings(self) -> tuple[str, ...]:
        """Return all headings whose cells it takes; none where it has a value."""
        return (self.heading, *self.more) if self.heading else ()


@dataclass(frozen=True)
class Facts:
    """How a table of facts is laid out: its kind, the sheet and the row of the headings, where
    they are not the first (-1: there are none); the order of days and months in its dates, the
    last year that two digits can mean (`pivot`) and their calendar, the language of its words, and
    the cells that mean "not known". `columns` say, by the names of the kind, where cells come
    from; other headings are known by the kind. `names` says whether cells name things or hold
    their keys; `unlisted` are columns whose names stay words where no table of the source lists
    them, `unlisted_class` is the class of other organisations that none lists; `apart` are names
    that name somebody else in each row; `rows_apart` are headings whose cells tell rows apart that
    agree in all else, where the number of the row stands for what not everybody may see; `usual`
    are columns that are said of all tables, whether they have them or not; with `totals`, rows that
    sum up and remarks are no rows."""

    kind: str
    sheet: str = ""
    header: int = 0
    last: int = 0
    area: str = ""
    dates: str = ""
    pivot: int | None = None
    calendar: str = ""
    language: str = ""
    unknown: tuple[str, ...] = ()
    unsourced: str = ""  # who may see rows without a source, if not as their kind says
    columns: Mapping[str, tuple[ColumnSource, ...]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    names: str = "names"
    unlisted: tuple[str, ...] = ()
    unlisted_class: str = "org:Organization"
    apart: tuple[str, ...] = ()
    rows_apart: tuple[str, ...] = ()
    separator: str = ";"
    encoding: str = ""
    usual: tuple[str, ...] = ()
    totals: bool = False
    use: str = ""  # its kind, where the rows of another table of the source are read once more
    on_error: str = ""  # what a cell costs that cannot be read: cell, row, stop
    # by column of the kind, what texts in its cells mean: codes, or nothing
    values: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    # by heading and cell, who may see a row: a cell that is not listed is that of "*", else its
    # row is restricted
    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """One table of a source. `evidence` are the columns that cite: one of them filled in
    (`any`), or all (`positions`).

    `visibility` is that of every statement that is made from the table. `quasi_identifiers` are
    columns that may tell together who a person is, although none of them is a name: rows that
    are fewer than `group` of their kind are warned about. `hides` says what a row hides that
    says of itself that it is not public: the people in it wherever its source names them, and all
    that only it says ("person"), this alone ("row"), or the thing alone that has the visibility
    ("thing").
    """

    file: str
    delimiter: str = COMMA
    primary_key: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    evidence_mode: str = "any"
    fields: tuple[TableField, ...] = ()
    visibility: str = "public"
    quasi_identifiers: tuple[str, ...] = ()
    group: int = 2
    hides: str = "person"
    # the columns of the lists `restricted` and `withheld`: fields of which nothing else is said
    kept_back: tuple[str, ...] = ()
    # columns that somebody has published though they hold phone numbers and the like
    confirmed: tuple[str, ...] = ()
    facts: Facts | None = None
    unread: tuple[str, ...] = ()  # headings that mean nothing, of a table with a kind
    any_of: tuple[tuple[str, ...], ...] = ()  # groups of columns of which each row fills in one

    @property
    def label(self) -> str:
        """Return the file, which of its tables it is where it holds several, and its use."""
        use = self.facts.use if self.facts else ""
        return f"{self.part}#{use}" if use else self.part

    @property
    def part(self) -> str:
        """Return the file, and which of its tables it is: the same for each use of a table."""
        facts = self.facts
        parts = (facts.sheet, facts.area, str(facts.header or "")) if facts else ()
        return "#".join([self.file, *filter(None, parts)])

    @property
    def title(self) -> str:
        """Return the file and the sheet, as messages name them."""
        return " · ".join(filter(None, (self.file, self.facts.sheet if self.facts else "")))


@dataclass(frozen=True)
class File:
    """A file of a source that is no table of `[[table]]` (a workbook, JSON, XML, a database),
    and who may see what is made of it. `columns` has references, written as in the mapping, with
    a visibility each."""

    name: str
    visibility: str = "public"
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Expectation:
    """What a source must hold for its build to be believed: of a table, or of a class of the
    graph."""

    title: str
    table: str = ""
    class_name: str = ""
    min_rows: int | None = None
    max_rows: int | None = None
    complete: tuple[str, ...] = ()
    distinct: tuple[str, ...] = ()


@dataclass(frozen=True)
class CitedPage:
    """The page that a source's positions count in: its address, and the SHA-256 of its text,
    where it is to be one and no newer."""

    address: str
    sha256: str = ""


@dataclass(frozen=True)
class Source:
    """One folder below data/sources. `writes_to` names sources whose graphs its mapping may
    write into; a `large` one is mapped on an engine where a build has one."""

    name: str
    folder: Path
    title: str
    publisher: str
    address: str
    licence: str
    language: str
    visibility: str
    mapping_file: Path
    retrieved: date | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    document: CitedPage | None = None
    publish_words: bool = False
    kind: str = ""
    files: tuple[File, ...] = ()
    writes_to: tuple[str, ...] = ()
    large: bool = False

    @property
    def is_award_list(self) -> bool:
        """Tell whether the source repeats public award lists, so that what its conferrals say of a
        person at risk is known already."""
        return self.kind == "award-list"

    @property
    def description_file(self) -> Path:
        return self.folder / "source.toml"

    def table_file(self, table: Table) -> Path:
        return self.folder / table.file

    @property
    def has_mapping(self) -> bool:
        """Tell whether a mapping is written for the source; one whose tables all have kinds needs
        none."""
        return self.mapping_file.is_file() or not any(table.facts for table in self.tables)

    @property
    def mapping_files(self) -> tuple[Path, ...]:
        """Return the mapping that is written for the source, where there is one."""
        return (self.mapping_file,) if self.has_mapping else ()


@dataclass(frozen=True)
class ServeSettings:
    """What [serve] of hrdgraph.toml says of a server. Times are in seconds."""

    workers: int = 4
    timeout: float = 30.0
    memory: str = "512M"
    queue: int = 64
    client_seconds: float = 120.0
    client_errors: int = 60
    allow_service: tuple[str, ...] = ()
    behind_proxy: bool = False
    path_prefix: str = ""
    public_url: str = ""
    sandbox: bool = True
    pages: bool = True
    log_queries: bool = False


@dataclass(frozen=True)
class Project:
    """An opened project folder. `public_properties` are whole IRIs of what may be said of
    persons beyond what the ontology names, `public_classes` of what is no person. Things of the
    kinds in `persistent_iris` have IRIs without a source in them. `certain` is the score, from 0
    to 1, from which `cite --suggest` takes a passage for certain; 0 for the usual one."""

    root: Path
    title: str
    base: str
    graph_base: str
    languages: tuple[str, ...]
    snapshot_dirs: tuple[Path, ...]
    sources: tuple[Source, ...]
    publish_words: bool = False
    output: str = BUILDS[0]
    titles: Mapping[str, str] = field(default_factory=dict)
    short_titles: Mapping[str, str] = field(default_factory=dict)
    public_properties: tuple[str, ...] = ()
    public_classes: tuple[str, ...] = ()
    persistent_iris: tuple[str, ...] = PERSISTENT
    certain: float = 0.0
    serve: ServeSettings = ServeSettings()
    own_prefixes: Mapping[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def short_title_in(self, language: str) -> str:
        """Return the short title in a language, for narrow screens; else the title."""
        short = self.short_titles.get(language) or self.short_titles.get("")
        return short or self.title_in(language)

    def title_in(self, language: str) -> str:
        """Return the title in a language; the title itself where it has none of its own."""
        return self.titles.get(language, self.title)

    @property
    def settings_file(self) -> Path:
        return self.root / "hrdgraph.toml"

    @property
    def ontology_dir(self) -> Path:
        return model_dirs(self.root)[0]

    @property
    def queries_dirs(self) -> tuple[Path, ...]:
        """Return the folders of questions: of this version or the project's own, and `local`."""
        own, local = self.root / "queries", self.root / LOCAL / "queries"
        return (own if own.is_dir() else find_folder("queries"), local)

    @property
    def vocabulary_dirs(self) -> tuple[Path, ...]:
        return vocabulary_dirs(self.root)

    @cached_property
    def namespace(self) -> str:
        """Return what the names of the project's own terms begin with."""
        return own_namespace(self.base)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Return the prefixes that names may have in the files of the project."""
        return {**PREFIXES, "local": f"{self.namespace}ontology#", **self.own_prefixes}

    @property
    def kinds(self) -> dict[str, Kind]:
        """Return the kinds of fact tables of the project: those of this version, and its own."""
        local = self.root / LOCAL
        prefixes = tuple(self.prefixes.items())
        schemes = tuple(sorted(path.stem for path in (local / "vocabularies").glob("*.*")))
        own = Own(local / "kinds", self.languages[0], prefixes, schemes)
        tables = self.ontology_dir / "tables"  # a project of November 2026 has none
        return load_kinds(tables if tables.is_dir() else find_folder("ontology") / "tables", own)

    def model_files(self, *patterns: str) -> list[Path]:
        """List the files of the ontology and of `local` that fit one of some patterns, in the
        order of these; the ontology first."""
        folders = [(pattern, folder) for pattern in patterns for folder in model_dirs(self.root)]
        return [path for pattern, folder in folders for path in sorted(folder.glob(pattern))]

    def read_model_file(self, path: Path) -> bytes:
        """Read a file of the ontology. In a file of this version, IRIs of countries and places
        get the base of the project."""
        data = path.read_bytes()
        if not self.is_packaged(path):
            return data
        return data.replace(SHIPPED_BASE.encode(), self._base_of_countries.encode())

    @cached_property
    def _base_of_countries(self) -> str:
        """Return the base of countries: of hrdgraph in an older project, since its copy says so."""
        files = (self.root / "data" / "sources" / "countries").glob("mapping.*")
        is_older = any(SHIPPED_BASE in file.read_text("utf-8", "replace") for file in files)
        return SHIPPED_BASE if is_older else self.base

    def is_packaged(self, path: Path) -> bool:
        """Tell whether a file belongs to hrdgraph, not to the project."""
        return not f"{path}{os.sep}".startswith(self._own_folders)

    @cached_property
    def _own_folders(self) -> tuple[str, ...]:
        """Return what people write, as texts: a build asks of hundreds of paths."""
        return tuple(f"{self.root / name}{os.sep}" for name in OWN)

    @property
    def judgements_file(self) -> Path:
        return self.root / "data" / "judgements.csv"

    @property
    def persistent_iris_file(self) -> Path:
        """Return the IRIs that things keep, beside the judgements."""
        return self.judgements_file.with_name("persistent_iris.csv")

    @property
    def anchors_file(self) -> Path:
        return self.root / "data" / "anchors.csv"

    @property
    def extraction_file(self) -> Path:
        """Return the file of what people decided of proposed facts."""
        return self.root / "data" / "extraction.csv"

    @property
    def known_findings_file(self) -> Path:
        return self.root / "data" / "known_findings.csv"

    @property
    def build_dir(self) -> Path:
        return self.root / self.output

    @property
    def output_dirs(self) -> tuple[Path, ...]:
        """Return the folders with outputs that are there: of builds, of releases, and of sites
        that lie at the top of the project."""
        sites = (mark.parent for mark in sorted(self.root.glob(f"*/{SITE_MARK}")))
        return tuple(
            path
            for path in (*(self.root / name for name in (*BUILDS, RELEASES)), *sites)
            if path.is_dir()
        )

    @property
    def store_dir(self) -> Path:
        return self.build_dir / "store"

    @property
    def columns_dir(self) -> Path:
        return self.build_dir / "columns"

    def for_restricted(self) -> Project:
        """Return the same project, its build in a folder of its own: with what is restricted,
        never published, and opened by nothing else."""
        return replace(self, output=BUILDS[1])

    def with_output(self, folder: Path) -> Project:
        """Return the same project, its build in another folder."""
        return replace(self, output=str(folder.absolute()))

    @property
    def drafts_dir(self) -> Path:
        """Return the folder of drafts: histories of tables, files nobody agreed to yet."""
        return self.root / DRAFTS

    @property
    def withdrawn_file(self) -> Path:
        return self.root / "data" / "withdrawn.csv"

    @property
    def withdrawn_reasons_file(self) -> Path:
        return self.root / "data" / PRIVATE / "withdrawn-reasons.csv"

    @property
    def namesakes_file(self) -> Path:
        """Return the questions about people who are kept back, and what was answered."""
        return self.root / "data" / PRIVATE / "namesakes.csv"

    @property
    def manifest_file(self) -> Path:
        return self.build_dir / "manifest.json"

    @property
    def is_built(self) -> bool:
        """Tell whether there is a build."""
        return self.manifest_file.is_file()

    def graph_name(self, source: str) -> str:
        """Return the IRI of a source's named graph, or of `ontology` or `derived`."""
        return self.graph_base + source

    def source(self, name: str) -> Source:
        """Return the source called `name`; KeyError where there is none."""
        return next(source for source in self.sources if source.name == name)


LOCAL = "local"  # the folder of a project's own kinds, vocabularies, shapes and questions


def find_folder(name: str) -> Path:
    """Find a folder that the wheel carries inside the package, and a checkout at its top."""
    folder = next((path for base in SHARED if (path := base / name).is_dir()), None)
    if folder is None:
        raise ProjectError(lacks("hrdgraph", f"{name}/"), hint="install-again")
    return folder


def open_shipped_model() -> Project:
    """Return a project that has nothing but what hrdgraph brings."""
    return Project(find_folder("ontology").parent, "", SHIPPED_BASE, "", ("en",), (), ())


def model_dirs(root: Path) -> tuple[Path, ...]:
    """List the folders of the ontology of a project: that of this version, or an own one where the
    project still has a copy, and what it adds."""
    own = root / "ontology"
    first = own if (own / "core.ttl").is_file() else find_folder("ontology")
    return (first, root / LOCAL)


def vocabulary_dirs(root: Path) -> tuple[Path, ...]:
    """Return the folders of the vocabularies of a project."""
    return tuple(folder / "vocabularies" for folder in model_dirs(root))


def read_manifest(project: Project) -> tuple[Mapping[str, Any], str]:
    """Read the manifest of the last build and its SHA-256, which changes with any file of the
    build. ProjectError where there is none, or it is damaged."""
    path = project.manifest_file
    try:
        data = path.read_bytes()
        return json.loads(data), hashlib.sha256(data).hexdigest()
    except FileNotFoundError as error:
        raise ProjectError(
            "graph-not-built", origin=Origin(str(path)), hint="build-first"
        ) from error
    except (OSError, ValueError) as error:
        raise ProjectError.unreadable(path, error, "build-first") from error


def read_private_manifest(build: Path) -> Mapping[str, Any]:
    """Read what a build noted for whoever builds; nothing where that cannot be read."""
    try:
        return dict(json.loads((build / PRIVATE / "manifest.json").read_bytes()))
    except (OSError, ValueError, TypeError):
        return {}


def why_unfit(manifest: Mapping[str, Any]) -> Message:
    """Why a build is not to be published; without a code where it may be."""
    if not manifest["failed"]:
        return Message("" if manifest["validated"] else "last-build-unvalidated")
    return Message("last-build-has", found=_worst(manifest["findings"]))


def _worst(counts: Mapping[str, int]) -> Message:
    """Count the worst of the findings."""
    violations, warnings = counts["violation"], counts["warning"]
    if violations:
        return Message("word-violations-n", count=violations)
    if warnings:
        return Message("warnings-strict", count=warnings)
    return Message("findings-not-public")
