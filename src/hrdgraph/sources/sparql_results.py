"""Results of SPARQL queries in files (CSV, TSV, JSON, XML) into batches of texts and kinds; one
column for each variable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.rdf import BlankNode, Literal, parse_term
from hrdgraph.sources.delimited.csv import read_csv, read_header
from hrdgraph.sources.json.stream import read_items
from hrdgraph.sources.reference_columns import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DOUBLE,
    HIDDEN,
    INTEGER,
    STRING,
    TIME,
)
from hrdgraph.sources.resources import needed
from hrdgraph.sources.values import Grid
from hrdgraph.vocab import XSD

Cell = tuple[str, str] | None  # text and datatype of a term
Table = tuple[list[str], list[list[Cell]]]

_RESULTS: Final = "{http://www.w3.org/2005/sparql-results#}"
_KINDS: Final = {
    XSD.integer.value: INTEGER,
    XSD.decimal.value: DECIMAL,
    XSD.double.value: DOUBLE,
    XSD.boolean.value: BOOLEAN,
    XSD.date.value: DATE,
    XSD.time.value: TIME,
    XSD.dateTime.value: DATETIME,
}


def solutions_header(path: Path, form: str) -> list[str]:
    """The variables of a result, without `?`."""
    return (
        [name.removeprefix("?") for name in read_header(path, delimiter=",", quote='"')]
        if form == "CSV"
        else _READ[form](path)[0]
    )


def read_solutions(
    path: Path, form: str, names: Sequence[str] | None, *, row_column: str
) -> Iterator[pl.DataFrame]:
    """Yield the solutions, numbered from 1. Literals of the datatypes that RML's natural mapping
    knows keep them; CSV has none."""
    if form == "CSV":
        yield from _csv(path, names, row_column)
        return
    header, rows = _READ[form](path)
    numbered: Iterator[tuple[int, list[Any]]] = (
        (number, list(row)) for number, row in enumerate(rows, 1)
    )
    yield Grid(path, row_column, _text_and_kind).frame(
        header, numbered, header if names is None else names
    )


def _csv(path: Path, names: Sequence[str] | None, row_column: str) -> Iterator[pl.DataFrame]:
    """An empty cell is an unbound variable (SPARQL 1.1 CSV results, §3.2)."""
    for frame in read_csv(path, names, delimiter=",", quote='"', row_column=row_column):
        yield frame.with_columns(
            pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep()
        )


def _text_and_kind(cell: Cell) -> tuple[str | None, int | None]:
    return (cell[0], _KINDS.get(cell[1], STRING)) if cell else (None, None)


def _json(path: Path) -> Table:
    document = next(read_items(path, ()))
    try:
        names = [str(name) for name in document["head"]["vars"]]
        bindings = document["results"]["bindings"]
        return names, [[_bound(row.get(name)) for name in names] for row in bindings]
    except (KeyError, TypeError, AttributeError) as error:
        hint = "see-result-json"
        raise SourceError("result-json-not-select", origin=Origin(str(path)), hint=hint) from error


def _bound(term: Any) -> Cell:
    return None if term is None else (str(term["value"]), str(term.get("datatype", "")))


def _xml(path: Path) -> Table:
    etree = needed("lxml.etree", "xml", Message("reading-xml"), str(path))
    try:
        tree = etree.parse(
            str(path), etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        )
    except (etree.XMLSyntaxError, OSError) as error:
        raise SourceError(
            "result-xml-malformed", reason=error, origin=Origin(str(path)), hint="check-whole"
        ) from error
    names = [node.get("name", "") for node in tree.iterfind(f"{_RESULTS}head/{_RESULTS}variable")]
    if not names:
        raise SourceError("result-xml-not-select", origin=Origin(str(path)))
    rows = []
    for result in tree.iterfind(f"{_RESULTS}results/{_RESULTS}result"):
        found = {node.get("name"): node[0] for node in result if len(node)}
        rows.append([_node(found.get(name)) for name in names])
    return names, rows


def _node(term: Any) -> Cell:
    return None if term is None else ("".join(term.itertext()), term.get("datatype", ""))


def _tsv(path: Path) -> Table:
    # its quotes are those of terms
    frames = list(read_csv(path, None, delimiter="\t", quote="\1", row_column=f"{HIDDEN}row"))
    frame = pl.concat(frames).drop(f"{HIDDEN}row")
    return [name.removeprefix("?") for name in frame.columns], [
        [_term(cell, path) for cell in row] for row in frame.iter_rows()
    ]


def _term(cell: str, path: Path) -> Cell:
    if not cell:
        return None
    if cell[0] not in '<"_':
        return cell, (XSD.boolean if cell in ("true", "false") else _number(cell)).value
    try:
        term = parse_term(cell)
    except ValueError as error:
        raise SourceError(
            "term-malformed", text=cell[:60], origin=Origin(str(path)), hint="check-tsv"
        ) from error
    if isinstance(term, BlankNode):
        return term.label, ""
    return term.value, term.datatype if isinstance(term, Literal) else ""


def _number(cell: str) -> Any:
    if "e" in cell.lower():
        return XSD.double
    return XSD.decimal if "." in cell else XSD.integer


_READ: Final[dict[str, Callable[[Path], Table]]] = {"JSON": _json, "XML": _xml, "TSV": _tsv}
