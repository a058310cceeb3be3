"""Put quads in columns into an embedded Oxigraph store, in memory or in a folder, and query it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, TypeVar

import pyoxigraph as ox

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, OutputError, ProjectError, QueryError
from hrdgraph.rdfio.oxi import OxTerm, from_ox, ox_from_text, quad_from_ox, text_of_ox, to_ox
from hrdgraph.store.contract import (
    NO_FUNCTIONS,
    NO_PARAMETERS,
    STATEMENTS,
    Answer,
    Boolean,
    Function,
    Functions,
    GraphAnswer,
    Parameters,
    Solutions,
    dataset_of,
    over,
    read_store,
)
from hrdgraph.store.query_guards import (
    check_syntax,
    evaluation_error,
    refuse_excess,
    refuse_lost,
    refuse_service,
    syntax_error,
)
from hrdgraph.vocab import HRDF, PREFIXES

if TYPE_CHECKING:
    from hrdgraph.rdf import IRI, ColumnGraph

OxValue = OxTerm | ox.Triple | None
T = TypeVar("T")
Raw = ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean
KNOWN_PREFIXES = PREFIXES | {"hrdf": HRDF.prefix}
# quads; below it a transaction is cheaper than the new files that a bulk load writes
_SMALL = 500
# quads; of fewer, a store on disk would take a quarter of the time of a build, and be no quicker
FEW: Final = 15_000
# quads, with those of the default graph; of fewer, queries gain nothing by files in order
_LARGE = 500_000
# quads that are loaded at a time: Oxigraph holds them all until they are in order. Of a million,
# it takes a fifth of the memory for parts, and the same time
_PART = 200_000
_LONGEST, _DEEPEST = 1 << 20, 40  # bytes, and levels of brackets, of a query that is only read
_MARK = "CURRENT"  # every RocksDB folder has this file, and no other folder is likely to


class OxigraphStore:
    """An Oxigraph store with the contract of `Store`. Oxigraph rewrites literals of XSD types
    (`1.50` becomes `1.5`, `xsd:byte` becomes `xsd:integer`) and puts language tags in lower
    case, so the store is only for queries: exports come from the columns. Its own union of
    graphs repeats a triple for every graph that has it, which spoils counts; so each distinct
    triple is also kept in the default graph."""

    def __init__(self, store: ox.Store, path: Path | None, *, writable: bool = True) -> None:
        self._store: ox.Store | None = store
        self._path = path
        self._writable = writable
        # quads that were added here: to count what is there would take a walk through all of it
        self._taken = 0

    @classmethod
    def create(cls, path: Path | None = None) -> Self:
        """Make a store in a new or empty folder, or go on with one that is there; None keeps it
        in memory.

        Raises ProjectError for a folder of other things, a corrupt store, or one that another
        process holds.
        """
        if path is None:
            return cls(ox.Store(), None)
        if path.is_dir() and any(path.iterdir()) and not (path / _MARK).exists():
            raise ProjectError("folder-holds-no-store", origin=Origin(str(path)))
        with _opening(path):
            return cls(ox.Store(path), path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a finished store for reading; any number of processes may. Raises ProjectError
        where there is none, or a corrupt one."""
        cls.refuse_absent(path)
        with _opening(path):
            return cls(read_store(path), path, writable=False)

    @staticmethod
    def refuse_absent(path: Path) -> None:
        """Raise ProjectError where no store was made."""
        if not any((path / name).exists() for name in (_MARK, STATEMENTS)):
            raise ProjectError("store-missing", origin=Origin(str(path)), hint="build-first")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write out what is still in the log, and let go of the folder and its lock; closing
        twice is harmless."""
        if self._store is not None and self._writable:
            self._store.flush()
        self._store = None

    def add(self, graph: ColumnGraph, *, union: bool = True) -> None:
        """Add quads, and their triples to the default graph unless `union` is false: then what
        is named stays out of it."""
        parts = (graph.drop_default_graph(), graph.triples()) if union else (graph,)
        with _filling(self._path):
            for part in parts if len(graph) else ():
                self._take(part, small=len(graph) < _SMALL)
                self._taken += len(part)

    @classmethod
    def write(cls, path: Path, graph: ColumnGraph) -> None:
        """Write a finished store for `open` into a new folder: that of few quads is a file."""
        if len(graph) < FEW:
            path.mkdir()
            parts = (graph.drop_default_graph(), graph.triples())
            (path / STATEMENTS).write_bytes(b"".join(part.document() for part in parts))
            return
        with cls.create(path) as store:
            store.add(graph)
            store.settle()
        remove_logs(path)

    def settle(self) -> None:
        """Put the files that what was added has left in order, where that is worth it. Of a
        million quads it takes a sixth of the time of loading them, and queries that join many of
        them take a third less from then on."""
        with _filling(self._path):
            if self._taken >= _LARGE:
                self._open.optimize()

    def query(
        self, text: str, *, parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS, each: Callable[[], None] | None = None,
    ) -> Answer:  # fmt: skip
        """Answer a query; see `Reader.query`. The prefixes of `KNOWN_PREFIXES` need no
        declaration.

        SERVICE is refused: a graph is asked without the network. An error raised by a function
        is raised here, not lost. `each` is called for every solution of a SELECT and every
        triple, and ends the query by raising.
        """
        return self._query(text, parameters, functions, lambda raw: _answer(raw, each))

    def construct(
        self, text: str, *, graph: IRI | None = None, functions: Functions = NO_FUNCTIONS
    ) -> ColumnGraph:
        """Return the triples of a CONSTRUCT query; see `Store.construct`."""
        from hrdgraph.rdfio.ntriples import triples_in  # who only asks goes without columns

        def read(raw: Raw) -> ColumnGraph:
            if not isinstance(raw, ox.QueryTriples):
                raise QueryError("query-of-other-form", format="CONSTRUCT")
            return triples_in(raw.serialize(format=ox.RdfFormat.N_TRIPLES), graph)

        return self._query(text, NO_PARAMETERS, functions, read)

    def _query(
        self, text: str, parameters: Parameters, functions: Functions, read: Callable[[Raw], T]
    ) -> T:
        """Run a query and read its answer with `read`."""
        refuse_service(text)
        refuse_lost(text, parameters)
        calls = Calls(functions)
        try:
            store, graphs = over(self._open, dataset_of(text, KNOWN_PREFIXES, ""))
            raw = store.query(
                text, prefixes=KNOWN_PREFIXES,
                substitutions={ox.Variable(name): to_ox(term) for name, term in parameters.items()},
                custom_functions=calls.table, **graphs,
            )  # fmt: skip
            result = read(raw)
        except SyntaxError as error:
            raise syntax_error(text, error.msg or "", KNOWN_PREFIXES) from error
        except (RuntimeError, ValueError, OSError) as error:
            raise evaluation_error(str(error)) from error
        if calls.errors:
            raise calls.errors[0]
        return result

    def _take(self, graph: ColumnGraph, *, small: bool) -> None:
        if small:
            self._open.extend(_quads(graph))
        # a load from text would give blank nodes other labels
        elif graph.terms.str.starts_with("_:").any():
            self._open.bulk_extend(_quads(graph))
        else:  # half as dear as one Python object for each quad
            for part in graph.parts(_PART):
                self._open.bulk_load(input=part.stream(), format=ox.RdfFormat.N_QUADS, lenient=True)

    @property
    def _open(self) -> ox.Store:
        if self._store is None:
            raise HrdgraphError("stream-closed", origin=Origin(str(self._path or "")))
        return self._store


def refuse_too_long(text: str) -> None:
    """Raise QueryError for a query that no engine should be asked to read."""
    refuse_excess(text, size=_LONGEST, depth=_DEEPEST)


def refuse_unreadable(text: str) -> None:
    """Raise QueryError for a query that does not parse, or that no engine should be asked to
    read. Nothing of it is worked out."""
    refuse_too_long(text)
    refuse_service(text)
    try:
        check_syntax(text, KNOWN_PREFIXES)
    except SyntaxError as error:
        raise syntax_error(text, error.msg or "", KNOWN_PREFIXES) from error


def _quads(graph: ColumnGraph) -> Iterator[ox.Quad]:
    """Yield each quad; a term of the dictionary is made once."""
    terms = [ox_from_text(text) if text else None for text in graph.terms]
    columns = [
        [terms[place] for place in column.to_list()] for column in graph.quads.iter_columns()
    ]
    return map(ox.Quad, *columns)


def _answer(raw: Raw, each: Callable[[], None] | None) -> Answer:
    if isinstance(raw, ox.QueryBoolean):
        return Boolean(bool(raw))
    if isinstance(raw, ox.QueryTriples):
        return GraphAnswer.of(map(quad_from_ox, raw if each is None else _count(raw, each)))
    variables = tuple(variable.value for variable in raw.variables)
    solutions = raw if each is None else _count(raw, each)
    rows = tuple(
        tuple(None if term is None else from_ox(term) for term in solution)
        for solution in solutions
    )
    return Solutions(variables, rows)


def _count(raw: Iterable[T], each: Callable[[], None]) -> Iterator[T]:
    """Yield what a query finds, and call `each` before everything."""
    for item in raw:
        each()
        yield item


def remove_logs(path: Path) -> None:
    """Remove what RocksDB noted while a store, closed now, was made: it names the folder and the
    machine. Who only reads it notes nothing."""
    for log in (*path.glob("LOG"), *path.glob("LOG.old.*")):
        log.unlink()


@contextmanager
def _opening(path: Path) -> Iterator[None]:
    """Turn what Oxigraph and RocksDB say on opening into a ProjectError with a way out."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        fact, hint = Message("unreadable", reason=error), "unreadable.hint"
        if "lock" in str(error).lower():
            fact, hint = (Message("store-in-use"), "wait-end-or-build-into")
        elif "Corruption" in str(error):
            fact, hint = (Message("store-corrupt"), "delete-folder-run-hrdgraph-build")
        raise ProjectError(fact, origin=Origin(str(path)), hint=hint) from error


@contextmanager
def _filling(path: Path | None) -> Iterator[None]:
    """Turn what Oxigraph and RocksDB say on writing into an OutputError with a way out."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise OutputError(
            "unwritable", reason=error, origin=Origin(str(path or "")), hint="store-open-read-only"
        ) from error


class Calls:
    """The functions of one query. Oxigraph turns every error in a function into "no value"; the
    first is kept here."""

    def __init__(self, functions: Functions) -> None:
        self.errors: list[Exception] = []
        self.table = {
            ox.NamedNode(name.value): self._wrap(function) for name, function in functions.items()
        }

    def _wrap(self, function: Function) -> Callable[..., OxValue]:
        def call(*arguments: object) -> OxValue:
            try:
                value = function(*map(from_ox, arguments))
                return None if value is None else to_ox(value)
            except Exception as error:  # raised again by who asked: the store would lose it
                self.errors.append(error)
                return None

        return call


def as_stored(texts: Sequence[str]) -> list[str]:
    """Return N-Triples texts of terms as a store writes them after taking them in."""
    store = ox.Store()
    predicate = ox.NamedNode("x:p")
    # a literal is never a subject, so the number of each is one
    store.extend(
        ox.Quad(ox.NamedNode(f"x:{number}"), predicate, ox_from_text(text))
        for number, text in enumerate(texts)
    )
    stored = {
        quad.subject.value: text_of_ox(quad.object)
        for quad in store.quads_for_pattern(None, None, None)
        if isinstance(quad.subject, ox.NamedNode)
    }
    return [stored[f"x:{number}"] for number in range(len(texts))]
