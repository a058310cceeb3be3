"""Rows of plain cells into Parquet, and descriptions of the files that hold them: a Frictionless
data package, and CSV on the Web."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import polars as pl

_TYPES: Final[Mapping[str, type[pl.DataType]]] = {
    "string": pl.String,
    "integer": pl.Int64,
    "boolean": pl.Boolean,
}


@dataclass(frozen=True)
class FlatColumn:
    """A column: its name, its type (string, integer or boolean), what it says."""

    name: str
    type: str
    text: str


@dataclass(frozen=True)
class FlatFile:
    """A file of a table: its name, media type and bytes."""

    name: str
    media_type: str
    data: bytes


def parquet_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[FlatColumn]) -> bytes:
    """Rows as Parquet; equal rows give equal bytes."""
    schema = {column.name: _TYPES[column.type]() for column in columns}
    buffer = io.BytesIO()
    pl.DataFrame(list(rows), schema=schema, orient="row").write_parquet(buffer, statistics=True)
    return buffer.getvalue()


def described(
    name: str,
    title: str,
    tables: Mapping[str, tuple[str, Sequence[FlatColumn], Sequence[FlatFile]]],
) -> bytes:
    """A data package (https://specs.frictionlessdata.io/data-package/) over the files of some
    tables, each with its digest, size and columns."""
    resources = [
        _resource(table, text, columns, file)
        for table, (text, columns, files) in tables.items()
        for file in files
    ]
    package = {"profile": "data-package", "name": name, "title": title, "resources": resources}
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def csv_description(title: str, text: str, columns: Sequence[FlatColumn], name: str) -> bytes:
    """What stands in a CSV file, for readers of CSV on the Web
    (https://www.w3.org/TR/tabular-metadata/): its columns with their types."""
    described_columns = [
        {
            "name": column.name,
            "titles": column.name,
            "datatype": column.type,
            "dc:description": column.text,
        }
        for column in columns
    ]
    document = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": name,
        "dc:title": f"{title}: {text}",
        "dialect": {"header": True, "encoding": "utf-8"},
        "tableSchema": {"columns": described_columns},
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _resource(
    table: str, text: str, columns: Sequence[FlatColumn], file: FlatFile
) -> dict[str, Any]:
    ending = file.name.rpartition(".")[2]
    fields = [
        {"name": column.name, "type": column.type, "description": column.text} for column in columns
    ]
    return {
        "profile": "tabular-data-resource" if ending == "csv" else "data-resource",
        "name": f"{table}-{ending}",
        "path": file.name,
        "description": text,
        "format": ending,
        "mediatype": file.media_type.partition(";")[0],
        "encoding": "utf-8",
        "bytes": len(file.data),
        "hash": f"sha256:{sha256(file.data).hexdigest()}",
        "schema": {"fields": fields, "missingValues": [""]},
    }
