"""The values that declare a kind of fact table: its columns, and what a row of it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Label

TYPES: Final = (
    "words",  # a text, with the language that a column beside it names, where there is one
    "key",  # the name of a row, in letters that an IRI can have
    "name",  # the name of a thing, which becomes its key
    "date",  # EDTF, or a date as people write it
    "year",
    "country",  # ISO 3166 alpha-2, or a name of the country in one of six languages
    "subdivision",
    "code",  # of a scheme, or a label of it
    "number",
    "yes-no",
    "language",
    "address",
    "document",  # the address of a page, or the name of a document
    "position",
    "digest",
)


@dataclass(frozen=True)
class Column:
    """A column of a kind. `labels` are its headings by language, `headings` others under which
    people write it; `scheme` is that of a code, `of` the kinds of thing that a name may be of,
    the usual one first, and `kind_column` the column that says which. `many` makes a cell a
    list. `example` is what a cell may hold; `default` what an absent column means."""

    name: str
    type: str = "words"
    labels: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    headings: tuple[str, ...] = ()
    required: bool = False
    unless: tuple[str, ...] = ()  # required unless one of these is filled in
    scheme: str = ""
    of: tuple[str, ...] = ()
    kind_column: str = ""
    words_column: str = ""  # the column for what is said of a thing that has no name
    many: bool = False
    default: str = ""
    example: str = ""
    enum: tuple[str, ...] = ()
    visibility: str = "public"
    technical: bool = False  # no person types it: left out of templates
    prose: bool | None = None  # free text, or never such; None: what its cells look like

    @property
    def told(self) -> Label:
        """What it is called in each language, for a sentence in any."""
        return Label(tuple(self.labels.items()))

    def label(self, language: str) -> str:
        """The heading in a language, else in English."""
        return self.labels.get(language) or self.labels.get("en") or self.name


@dataclass(frozen=True)
class Kind:
    """A kind of fact table. `file` holds its mapping, in YARRRML over the names of its columns;
    `identity` are the columns that name a row which has no name of its own; `thing` is the part
    of IRIs that says what a row is."""

    name: str
    file: Path
    thing: str
    class_name: str
    labels: Mapping[str, str]
    descriptions: Mapping[str, str]
    sentences: Mapping[str, str]
    columns: tuple[Column, ...]
    identity: tuple[str, ...] = ()
    unsourced: str = "public"  # who may see a row that names no source
    # the column whose name is the key of the row, where it has none: a person's name
    key_of: str = ""

    def column(self, name: str) -> Column | None:
        """The column called so."""
        return next((item for item in self.columns if item.name == name), None)

    @property
    def told(self) -> Label:
        """What it is called in each language, for a sentence in any."""
        return Label(tuple(self.labels.items()))

    def label(self, language: str) -> str:
        """What the kind is called in a language, else in English."""
        return self.labels.get(language) or self.labels.get("en") or self.name
