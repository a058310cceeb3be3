"""The values that describe a project folder. Only this package knows file names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

FORMAT = 1  # of the project folder; a higher number is from a newer version


@dataclass(frozen=True)
class Field:
    """What a column of a table must hold, in the words of Frictionless Table Schema.

    `type` is one of string, year, edtf, date, integer, uri. `separator` makes a cell a list whose items are each checked.
    `references` is `file.csv:column`, or `source/file.csv:column` for a table of another source.
    """

    name: str
    required: bool = False
    type: str = "string"
    references: str = ""
    enum: tuple[str, ...] = ()
    pattern: str = ""
    separator: str = ""


@dataclass(frozen=True)
class Table:
    """One table of a source. `evidence` are the columns that cite: one of them filled in (`any`), or all (`positions`)."""

    file: str
    delimiter: str = ","
    primary_key: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    evidence_mode: str = "any"
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Expectation:
    """What a source must hold for its build to be believed: of a table, or of a class of the graph."""

    title: str
    table: str = ""
    class_name: str = ""
    min_rows: int | None = None
    max_rows: int | None = None
    complete: tuple[str, ...] = ()
    distinct: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """The page that a source's positions count in: its address, and the SHA-256 of its text."""

    address: str
    sha256: str


@dataclass(frozen=True)
class Source:
    """One folder below data/sources."""

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
    document: Document | None = None

    @property
    def description_file(self) -> Path:
        return self.folder / "source.toml"

    def table_file(self, table: Table) -> Path:
        return self.folder / table.file


@dataclass(frozen=True)
class Project:
    """An opened project folder."""

    root: Path
    title: str
    base: str
    graph_base: str
    languages: tuple[str, ...]
    snapshot_dirs: tuple[Path, ...]
    sources: tuple[Source, ...]

    @property
    def settings_file(self) -> Path:
        return self.root / "hrdgraph.toml"

    @property
    def ontology_dir(self) -> Path:
        return self.root / "ontology"

    @property
    def shapes_dir(self) -> Path:
        return self.ontology_dir / "shapes"

    @property
    def context_file(self) -> Path:
        return self.ontology_dir / "context.jsonld"

    @property
    def queries_dir(self) -> Path:
        return self.root / "queries"

    @property
    def judgements_file(self) -> Path:
        return self.root / "data" / "judgements.csv"

    @property
    def known_findings_file(self) -> Path:
        return self.root / "data" / "known_findings.csv"

    @property
    def build_dir(self) -> Path:
        return self.root / "build"

    @property
    def store_dir(self) -> Path:
        return self.build_dir / "store"

    @property
    def columns_dir(self) -> Path:
        return self.build_dir / "columns"

    @property
    def manifest_file(self) -> Path:
        return self.build_dir / "manifest.json"

    def graph_name(self, source: str) -> str:
        """The IRI of a source's named graph, or of `ontology` or `derived`."""
        return self.graph_base + source

    def source(self, name: str) -> Source:
        """The source called `name`; KeyError where there is none."""
        return next(source for source in self.sources if source.name == name)
