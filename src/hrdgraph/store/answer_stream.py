"""Run a query over its dataset and write the answer in pieces in a format: the code of a process
that only answers. It loads no column library, so that a killed process is soon replaced."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, BinaryIO, Final, Self, cast

import pyoxigraph as ox

from hrdgraph.rdfio.oxi import RESULT_FORMATS
from hrdgraph.rdfio.xmltext import FORMATS as XML
from hrdgraph.rdfio.xmltext import XmlText
from hrdgraph.store.contract import Dataset, dataset_of, over, read_store

# what the bytes outside of quotes say of rows
_HEADS: Final = {"csv": 1, "tsv": 1, "json": 1, "xml": 0}  # what is no row


class TooManyRows(Exception):
    """An answer has more rows than allowed."""


class RowCounter:
    """Passes an answer on, up to a number of rows; beyond it, TooManyRows. 0 is no bound. It
    counts by what stands outside quotes, whatever the pieces are."""

    def __init__(self, out: Any, format: str, most: int) -> None:
        self._out, self._format, self._most = out, format, most
        self._count = {"xml": self._of_xml, "json": self._of_json}.get(format, self._of_lines)
        self._is_quoted = False
        self._kept = b""
        self.found = -_HEADS[format]

    def write(self, data: bytes) -> int:
        """Count, and pass on."""
        if self._most:
            self.found += self._count(bytes(data))
            if self.found > self._most:
                raise TooManyRows
        self._out.write(data)
        return len(data)

    def flush(self) -> None:
        """Flush the file below; nothing is buffered here."""
        self._out.flush()

    def _of_lines(self, data: bytes) -> int:
        if self._format == "tsv":
            return data.count(b"\n")  # those of cells are escaped
        return self._outside(data).count(b"\n")

    def _of_xml(self, data: bytes) -> int:
        text = self._kept + data
        self._kept = text[-7:]
        return text.count(b"<result>") - self._kept.count(b"<result>")

    def _of_json(self, data: bytes) -> int:
        data, self._kept = self._kept + data, b""
        if (len(data) - len(data.rstrip(b"\\"))) % 2:  # what it escapes comes with the next piece
            data, self._kept = data[:-1], b"\\"
        outside = self._outside(data.replace(b"\\\\", b"").replace(b'\\"', b""))
        if outside.endswith(b":"):
            self._kept = b":" + self._kept if not self._is_quoted else self._kept
            outside = outside[:-1] if not self._is_quoted else outside
        return outside.count(b"{") - outside.count(b":{")

    def _outside(self, data: bytes) -> bytes:
        parts = data.split(b'"')
        text = b"".join(parts[self._is_quoted :: 2])
        self._is_quoted ^= len(parts) % 2 == 0
        return text


def limit_rows(rows: Iterable[Any], most: int) -> Iterator[Any]:
    """Yield the rows. TooManyRows if there are more than `most`; 0 is no bound."""
    for number, row in enumerate(rows, 1):
        if most and number > most:
            raise TooManyRows
        yield row


GRAPHS: Final[Mapping[str, Any]] = {
    "ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdfxml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG, "nq": ox.RdfFormat.N_QUADS, "jsonld": ox.RdfFormat.JSON_LD,
}  # fmt: skip
NO_TERMS: Final[Mapping[str, str]] = MappingProxyType({})
SOLUTIONS: Final = "solutions"
BOOLEAN: Final = "boolean"
TRIPLES: Final = "triples"


@dataclass(frozen=True)
class StreamedAnswer:
    """An answer that is computed while it is written. `form` is solutions, boolean or triples."""

    form: str
    raw: Any
    prefixes: Mapping[str, str]

    def write(self, out: IO[bytes], format: str, most: int = 0) -> None:
        """Write it whole. Raises what Oxigraph raises, QueryError on what a format cannot say,
        and TooManyRows beyond so many rows or triples (0: any number), perhaps after a part was
        written."""
        out = _sound(out, format)
        if self.form == SOLUTIONS:
            counter = cast("IO[bytes]", RowCounter(out, format, most))
            self.raw.serialize(output=counter, format=RESULT_FORMATS[format])
        elif self.form != TRIPLES:
            self.raw.serialize(output=out, format=RESULT_FORMATS[format])
        elif most:
            names = dict(self.prefixes) if format in ("ttl", "trig") else None
            ox.serialize(
                limit_rows(self.raw, most), output=out, format=GRAPHS[format], prefixes=names
            )
        elif format in ("ttl", "trig"):  # worth a name for each namespace; the others have none
            ox.serialize(self.raw, output=out, format=GRAPHS[format], prefixes=dict(self.prefixes))
        elif isinstance(self.raw, ox.QueryTriples):
            self.raw.serialize(output=out, format=GRAPHS[format])
        else:
            ox.serialize(self.raw, output=out, format=GRAPHS[format])


def boolean_answer(value: bool, prefixes: Mapping[str, str]) -> StreamedAnswer:
    """Return the answer to an ASK query that another engine has answered."""
    document = json.dumps({"head": {}, "boolean": value})
    raw = ox.parse_query_results(document, format=ox.QueryResultsFormat.JSON)
    return StreamedAnswer(BOOLEAN, raw, prefixes)


def solutions_answer(table: BinaryIO, prefixes: Mapping[str, str]) -> StreamedAnswer:
    """Make an answer of another engine's solutions, in SPARQL's TSV."""
    raw = ox.parse_query_results(table, format=ox.QueryResultsFormat.TSV)
    return StreamedAnswer(SOLUTIONS, raw, prefixes)


def triples_answer(lines: BinaryIO, prefixes: Mapping[str, str]) -> StreamedAnswer:
    """Make an answer of another engine's triples, in N-Triples."""
    raw = ox.parse(lines, format=ox.RdfFormat.N_TRIPLES, lenient=True)
    return StreamedAnswer(TRIPLES, raw, prefixes)


def _sound(out: IO[bytes], format: str) -> IO[bytes]:
    return cast("IO[bytes]", XmlText(out)) if format in XML else out


def is_absolute(iri: str) -> bool:
    """Say whether a text is an absolute IRI; only that can name a graph."""
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True


def _term(text: str) -> Any:
    (quad,) = ox.parse(f"<t:s> <t:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
    return quad.object


class StoreSession:
    """A store of Oxigraph, queried with the dataset of a request. Errors are those of Oxigraph:
    SyntaxError, RuntimeError, OSError."""

    def __init__(self, store: ox.Store, prefixes: Mapping[str, str]) -> None:
        self._store = store
        self._prefixes = dict(prefixes)
        self._merged: tuple[Dataset, tuple[ox.Store, dict[str, Any]]] | None = None

    @classmethod
    def open(cls, path: Path | None, prefixes: Mapping[str, str]) -> Self:
        """Open a finished store for reading; None stands for an empty one."""
        return cls(ox.Store() if path is None else read_store(path), prefixes)

    def query(
        self, text: str, dataset: Dataset | None, base: str | None,
        parameters: Mapping[str, str] = NO_TERMS,
    ) -> StreamedAnswer:  # fmt: skip
        """Begin to answer a query. The dataset of the request goes before that of the query;
        parameters are terms as N-Triples."""
        dataset = dataset or dataset_of(text, self._prefixes, base or "")
        store, graphs = self._over(dataset)
        terms = {ox.Variable(name): _term(term) for name, term in parameters.items()}
        raw = store.query(
            text, base_iri=base, prefixes=self._prefixes, substitutions=terms, **graphs
        )
        form = (
            BOOLEAN
            if isinstance(raw, ox.QueryBoolean)
            else TRIPLES
            if isinstance(raw, ox.QueryTriples)
            else SOLUTIONS
        )
        return StreamedAnswer(form, raw, self._prefixes)

    def _over(self, dataset: Dataset | None) -> tuple[ox.Store, dict[str, Any]]:
        """Return the store to query, and its graphs; the last merge is cached for the next query
        over it."""
        if dataset is None:
            return self._store, {}
        if self._merged is None or self._merged[0] != dataset:
            self._merged = None  # both would not fit
            self._merged = dataset, over(self._store, dataset)
        return self._merged[1]

    def has_graph(self, name: str | None) -> bool:
        """Say whether a graph exists; the default graph, None, always does."""
        return name is None or self._store.contains_named_graph(ox.NamedNode(name))

    def dump(self, name: str | None, out: IO[bytes], format: str) -> None:
        """Write one graph, without its name. QueryError as of `Answered.write`."""
        graph = ox.DefaultGraph() if name is None else ox.NamedNode(name)
        triples = (quad.triple for quad in self._store.quads_for_pattern(None, None, None, graph))
        prefixes = self._prefixes if format in ("ttl", "trig") else None
        ox.serialize(triples, output=_sound(out, format), format=GRAPHS[format], prefixes=prefixes)
