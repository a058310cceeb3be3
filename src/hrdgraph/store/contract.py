"""The contract of every store, the graphs of a query, and its answers as frozen values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

import pyoxigraph as ox

from hrdgraph.errors import QueryError
from hrdgraph.rdf import IRI, Quad, Term
from hrdgraph.store.tokens import iris_in, tokens_of

if TYPE_CHECKING:
    from hrdgraph.rdf import ColumnGraph


# in the folder of the store of a small graph: a file, which is read into memory by whoever asks.
# To fill a store on disk would take a quarter of the time of its build
STATEMENTS: Final = "statements.nq"


def read_store(path: Path) -> ox.Store:
    """Open a finished store for reading. OSError or RuntimeError where that cannot be done."""
    file = path / STATEMENTS
    if not file.is_file():
        return ox.Store.read_only(str(path))
    store = ox.Store()
    try:
        load_document(store, file.read_bytes())
    except SyntaxError as error:
        raise OSError(f"Corruption: {error}") from error
    return store


def load_document(store: ox.Store, document: bytes) -> None:
    """Load N-Quads into a store in memory; blank nodes keep their labels."""
    if b"_:" in document:  # `bulk_load` would give blank nodes other labels
        store.bulk_extend(ox.parse(document, format=ox.RdfFormat.N_QUADS, lenient=True))
    else:
        store.bulk_load(document, format=ox.RdfFormat.N_QUADS, lenient=True)


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs whose merge is the default graph, and the named graphs, by IRI."""

    default: tuple[str, ...]
    named: tuple[str, ...]


def dataset_of(text: str, prefixes: Mapping[str, str], base: str) -> Dataset | None:
    """Return the dataset of a query's own FROM clauses, None where it has none. QueryError for a
    prefix that nobody declares."""
    if "from" not in text.lower() and "\\" not in text:
        return None
    tokens = tokens_of(text)
    default, named = list[str](), list[str]()
    for place, iri in iris_in(text, prefixes, base):
        words = [token.text for token in tokens[max(place - 2, 0) : place] if token.kind == "word"]
        graphs = default if words[-1:] == ["FROM"] else named
        if words[-1:] not in (["FROM"], ["FROMNAMED"]) and words != ["FROM", "NAMED"]:
            continue
        if iri is None:
            raise QueryError(
                "prefix-undeclared",
                prefix=tokens[place].text.partition(":")[0],
                text="FROM",
                hint="write-whole-iri",
            )
        graphs.append(iri)
    return Dataset(tuple(default), tuple(named)) if default or named else None


def over(store: ox.Store, dataset: Dataset | None) -> tuple[ox.Store, dict[str, Any]]:
    """Return the store, if the default graph is its own or at most one of its graphs; else a
    merge. With it, the graphs to query."""
    if dataset is None:
        return store, {}
    names = [ox.NamedNode(name) for name in dict.fromkeys(dataset.named)]
    if len(set(dataset.default)) < 2:
        return store, {
            "default_graph": [ox.NamedNode(name) for name in set(dataset.default)],
            "named_graphs": names,
        }
    # Merge several graphs. Oxigraph's own union repeats a triple for every graph that has it,
    # which spoils counts.
    merged = ox.Store()
    for name in dataset.default:
        merged.bulk_extend(
            ox.Quad(*quad.triple)
            for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(name))
        )
    for name in dataset.named:
        merged.bulk_extend(store.quads_for_pattern(None, None, None, ox.NamedNode(name)))
    return merged, {"default_graph": ox.DefaultGraph(), "named_graphs": names}


Row = tuple[Term | None, ...]


@dataclass(frozen=True, slots=True)
class Solutions:
    """The answer to SELECT: rows in the order of the query, with one place for each variable, None
    where it is unbound."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Term | None]]:
        """Yield the rows as dictionaries by variable."""
        return (dict(zip(self.variables, row, strict=True)) for row in self.rows)

    def column(self, variable: str) -> tuple[Term | None, ...]:
        """Return the values of one variable, in row order."""
        place = self.variables.index(variable)
        return tuple(row[place] for row in self.rows)

    def project(self, variables: Sequence[str]) -> Solutions:
        """Return the rows with these variables only, in this order."""
        places = [self.variables.index(name) for name in variables]
        return Solutions(
            tuple(variables), tuple(tuple(row[place] for place in places) for row in self.rows)
        )


@dataclass(frozen=True, slots=True)
class GraphAnswer:
    """The answer to CONSTRUCT or DESCRIBE: distinct quads without a graph, sorted by their
    N-Triples text."""

    quads: tuple[Quad, ...]

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> Self:
        """Sort quads, each once."""
        texts = {quad: (quad.subject.n3(), quad.predicate.n3(), quad.object.n3()) for quad in quads}
        return cls(tuple(sorted(texts, key=texts.__getitem__)))

    def __len__(self) -> int:
        return len(self.quads)

    def __iter__(self) -> Iterator[Quad]:
        return iter(self.quads)


@dataclass(frozen=True, slots=True)
class Boolean:
    """The answer to ASK."""

    value: bool

    def __bool__(self) -> bool:
        return self.value


Answer = Solutions | GraphAnswer | Boolean


Function = Callable[..., Term | None]
Functions = Mapping[IRI, Function]
Parameters = Mapping[str, Term]
NO_PARAMETERS: Final[Parameters] = MappingProxyType({})
NO_FUNCTIONS: Final[Functions] = MappingProxyType({})


class Reader(Protocol):
    """Answers SPARQL 1.1 queries. The default graph is the union of all graphs as a set: a triple
    of two sources is there once. `GRAPH ?g` goes through the named graphs. Parameters are bound
    as terms: no value can change a query."""

    def query(
        self, text: str, *, parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS,
    ) -> Answer:  # fmt: skip
        """Answer a query.

        Each parameter replaces its variable wherever the whole query sees it, so a SELECT names
        it in its projection. Functions are called with terms (not at all where an argument is
        unbound) and return a term, or None for "no value". Raises QueryError where the text does
        not parse or the query cannot be answered, HrdgraphError where the store fails.
        """
        ...


class Store(Reader, Protocol):
    """A reader that also takes quads."""

    def construct(
        self, text: str, *, graph: IRI | None = None, functions: Functions = NO_FUNCTIONS
    ) -> ColumnGraph:
        """Return the distinct triples of a CONSTRUCT query, in the default graph or a named one.
        QueryError for other queries."""
        ...

    def add(self, graph: ColumnGraph) -> None:
        """Add quads; what is there already stays once. Raises HrdgraphError where they cannot be
        written."""
        ...
