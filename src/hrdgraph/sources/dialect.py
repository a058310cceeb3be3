"""What a mapping says of a source besides its path: layout, encoding, compression, namespaces,
database."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Database:
    """Where a database is: `kind` is sqlite, duckdb, postgresql or mysql; `url` is empty for the
    two that are files."""

    kind: str
    url: str = ""
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Dialect:
    """How a source is laid out. `iterator` is a path, the name of a table or sheet, or a query;
    `nulls` are the cell texts that mean "nothing here" (rml:null); without `blank_rows`, rows of
    a CSV table without any text are no records; the names of compressions and encodings are
    those of RML-IO and of IANA; without an encoding, a source is UTF-8, or what a page says of
    itself."""

    delimiter: str = ","
    quote: str = '"'
    iterator: str = "$"
    nulls: tuple[str, ...] = ()
    header: bool = True
    skip_rows: int = 0
    comment: str = ""
    trim: str = ""  # start, end or both
    encoding: str = ""
    compression: str = "none"
    blank_rows: bool = True
    namespaces: tuple[tuple[str, str], ...] = ()
    database: Database | None = None
