"""Write columns as CSV: a table for each class, a column for each property, with a CSVW
description of the columns.

Cells: IRIs short (relative to the base, or prefixed), literals unchanged with `@fr` after a
language, several values joined by `|` (a `|` or a backslash inside a value has a backslash before
it). Graph names are left out."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, count
from typing import Any, Final

import polars as pl

from hrdgraph.exports.graph_texts import (
    ANY_LOCAL,
    ExportOptions,
    IriShortener,
    merge_graphs,
    parts,
)
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.lexical import unescape_column
from hrdgraph.vocab import PREFIXES, RDF

DESCRIPTION = "csv-metadata.json"
_SEPARATOR = "|"
_UNTYPED = "untyped"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # zip files have no date before this; no clock goes into an output


def tables(graph: ColumnGraph, options: ExportOptions) -> Iterator[tuple[str, bytes]]:
    """Yield file names and their bytes: the tables by name, then the description. Subjects without
    a class are in `untyped.csv`."""
    graph = graph.trim()
    pieces = parts(graph.terms)
    rows = merge_graphs(graph)
    names = IriShortener.of(PREFIXES, options.base)
    value = unescape_column(pieces["lexical"].str.slice(1).str.head(-1))
    iris = pieces["iri"]
    literal = pl.lit(value) + pl.when(pl.col("language").is_null()).then(pl.lit("")).otherwise(
        "@" + pl.col("language")
    )
    short = pieces.select(
        pl.coalesce(
            names.relative(iris), names.add_prefixes(iris, ANY_LOCAL), "iri", literal, "text"
        ).alias("short")
    )["short"]
    cells = _cells(rows, pieces, short)
    # The subjects of each class, by the position of its IRI; under None those without one.
    position = graph.position(RDF.type)
    typed = rows.filter(pl.col("p") == (len(graph.terms) if position is None else position))
    groups: dict[int | None, pl.Series] = {
        int(str(kind)): group["s"] for (kind,), group in typed.group_by("o", maintain_order=True)
    }
    rest = rows.filter(~pl.col("s").is_in(typed["s"].implode()))["s"].unique().sort()
    ordered = {kind: groups[kind] for kind in sorted(groups, key=lambda kind: kind or 0)}
    classes = ordered | ({None: rest} if len(rest) else {})
    described = []
    for kind, name in _file_names(classes, short).items():
        table = _table(cells, classes[kind], short)
        described.append(_describe(f"{name}.csv", table.columns[1:], graph.terms, short))
        yield (
            f"{name}.csv",
            table.rename(lambda column: "id" if column == "s" else short[int(column)])
            .write_csv()
            .encode(),
        )
    text = json.dumps(
        {"@context": "http://www.w3.org/ns/csvw", "tables": described}, ensure_ascii=False, indent=2
    )
    yield DESCRIPTION, f"{text}\n".encode()


def zip_tables(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """Yield the files in one zip archive, with a fixed date."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in tables(graph, options):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    yield buffer.getvalue()


def _cells(rows: pl.DataFrame, pieces: pl.DataFrame, short: pl.Series) -> pl.DataFrame:
    """Return columns s, p and the text of the cell, in reading order."""
    safe = short.str.replace_many(["\\", _SEPARATOR], ["\\\\", f"\\{_SEPARATOR}"])
    values = rows.with_columns(
        cell=safe.gather(rows["o"]), type=pieces["iri"].gather(rows["p"]) == RDF.type.value
    )
    return (
        values.group_by("s", "type", "p")
        .agg(pl.col("cell").str.join(_SEPARATOR))
        .sort("s", pl.col("type").not_(), "p")
        .select("s", "p", "cell")
    )


def _file_names(classes: Iterable[int | None], short: pl.Series) -> dict[int | None, str]:
    """Return a file name for each class, such as `hrd_Award`; with a number if a file system would
    confuse two."""
    names: dict[int | None, str] = {}
    used_names: set[str] = set()
    for kind in classes:
        stem = (
            _UNTYPED
            if kind is None
            else re.sub(r"[^A-Za-z0-9.-]+", "_", short[kind]).strip("_.")[-80:] or "class"
        )
        name = next(
            name
            for name in chain([stem], (f"{stem}-{number}" for number in count(2)))
            if name.lower() not in used_names
        )
        used_names.add(name.lower())
        names[kind] = name
    return names


def _table(cells: pl.DataFrame, subjects: pl.Series, short: pl.Series) -> pl.DataFrame:
    """Return a row for each subject: `s`, then a column for each predicate, named by its
    position."""
    own = cells.filter(pl.col("s").is_in(subjects.implode()))
    order = [str(p) for p in own.select("p").unique(maintain_order=True)["p"]]
    wide = own.pivot(on="p", index="s", values="cell", maintain_order=True).sort("s")
    return wide.with_columns(s=short.gather(wide["s"])).select(
        "s", *sorted(order, key=lambda p: (short[int(p)] != "rdf:type", short[int(p)]))
    )


def _describe(url: str, columns: list[str], terms: pl.Series, short: pl.Series) -> dict[str, Any]:
    """Return the CSVW description of one table: the property of each column, and how values are
    joined."""
    properties = [
        {"titles": short[int(p)], "propertyUrl": terms[int(p)][1:-1], "separator": _SEPARATOR}
        for p in columns
    ]
    return {
        "url": url,
        "tableSchema": {
            "columns": [{"titles": "id", "name": "id"}, *properties],
            "primaryKey": "id",
        },
    }


_TYPES: Final[Mapping[str, type[pl.DataType]]] = {
    "string": pl.String, "integer": pl.Int64, "boolean": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True)
class FlatColumn:
    """A column: its name, its type (string, integer or boolean), and its description."""

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
    """Return rows as Parquet; equal rows give equal bytes."""
    schema = {column.name: _TYPES[column.type]() for column in columns}
    buffer = io.BytesIO()
    pl.DataFrame(list(rows), schema=schema, orient="row").write_parquet(buffer, statistics=True)
    return buffer.getvalue()


def describe_package(
    name: str,
    title: str,
    tables: Mapping[str, tuple[str, Sequence[FlatColumn], Sequence[FlatFile]]],
) -> bytes:
    """Return a data package (https://specs.frictionlessdata.io/data-package/) over the files of
    some tables, each with its digest, size and columns."""
    resources = [
        _resource(table, text, columns, file)
        for table, (text, columns, files) in tables.items()
        for file in files
    ]
    package = {"profile": "data-package", "name": name, "title": title, "resources": resources}
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _resource(
    table: str, text: str, columns: Sequence[FlatColumn], file: FlatFile
) -> dict[str, Any]:
    ending = file.name.rpartition(".")[2]
    fields = [
        {"name": column.name, "type": column.type, "description": column.text} for column in columns
    ]
    return {
        "profile": "tabular-data-resource" if ending == "csv" else "data-resource",
        "name": f"{table}-{ending}", "path": file.name, "description": text, "format": ending,
        "mediatype": file.media_type.partition(";")[0], "encoding": "utf-8",
        "bytes": len(file.data), "hash": f"sha256:{sha256(file.data).hexdigest()}",
        "schema": {"fields": fields, "missingValues": [""]},
    }  # fmt: skip
