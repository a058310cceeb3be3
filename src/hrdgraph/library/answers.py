"""What a question answers, for people who work in Python: a table, statements, or yes and no; and
how many things and statements a graph holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, overload

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, QueryError
from hrdgraph.html_templates import Templates
from hrdgraph.queries.output import cell, table, write
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad, Term
from hrdgraph.rdfio.formats import canonical, format_of
from hrdgraph.store.contract import Boolean, Solutions
from hrdgraph.vocab import XSD

if TYPE_CHECKING:
    import pandas  # type: ignore[import-not-found,import-untyped,unused-ignore]
    import polars
    import pyarrow  # type: ignore[import-not-found,import-untyped,unused-ignore]
    import rdflib

    from hrdgraph.findings.report_data import ClassCount
    from hrdgraph.ontology import Ontology
    from hrdgraph.project import Project
    from hrdgraph.rdf import ColumnGraph


Value = str | int | float | Decimal | bool | date | None
_TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}
_READ: Final[Mapping[str, Callable[[str], Value]]] = {
    XSD.integer.value: int, XSD.decimal.value: Decimal, XSD.double.value: float,
    XSD.float.value: float, XSD.date.value: date.fromisoformat,
    XSD.boolean.value: _TRUTH.__getitem__,
}  # fmt: skip


def plain(term: Term | None) -> Value:
    """Return a term as a plain value: an IRI and a text as texts, a number, a day or a truth value
    as Python's own.

    A value that Python's type cannot hold, such as a day before the year 1, stays a text."""
    if term is None:
        return None
    if isinstance(term, BlankNode):
        return term.n3()
    if isinstance(term, Literal) and term.datatype in _READ:
        with suppress(ValueError, KeyError, ArithmeticError):
            return _READ[term.datatype](term.value)
    return term.value


_TEMPLATES: Final = Templates("hrdgraph.library")


def html_table(
    rows: Iterable[Sequence[object]], columns: Sequence[str] = (), *, caption: str = ""
) -> str:
    """Render a table of values as they are."""
    return _render([[(value, "") for value in row] for row in rows], columns, caption)


def html_table_of_terms(
    columns: Sequence[str], rows: Sequence[Sequence[Term | None]], *, base: str, count: int
) -> str:
    """Render a table with the rows that are given, of `count` in all."""
    caption = f"{len(rows)} / {count}" if count > len(rows) else ""
    cells = [[(cell(term, base), _address(term)) for term in row] for row in rows]
    return _render(cells, columns, caption)


def _render(
    rows: Sequence[Sequence[tuple[object, str]]], columns: Sequence[str], caption: str
) -> str:
    return _TEMPLATES.render("table.html", rows=rows, columns=columns, caption=caption)


def _address(term: Term | None) -> str:
    """Return where a link leads, if the term is an address of the web."""
    value = term.value if isinstance(term, IRI) else ""
    return value if value.startswith(("https://", "http://")) else ""


_SHOWN: Final = 50  # rows of a table in a notebook
Row = dict[str, Value]


class Answer:
    """What a question answers: an `AnswerTable`, `Statements` or a `Truth`.

    >>> import hrdgraph
    >>> hrdgraph.open(".").query("ASK { ?s a hrd:Award }").to_polars().item()
    True

    With `pip install 'hrdgraph[notebook]'` it goes on as `to_pandas()` and `to_arrow()` too.
    """

    def to_polars(self) -> polars.DataFrame:
        """Return the answer as a Polars data frame."""
        raise NotImplementedError

    def to_pandas(self) -> pandas.DataFrame:
        """Return the answer as a pandas data frame. HrdgraphError where pandas is not installed."""
        try:
            import pandas
        except ModuleNotFoundError as error:
            raise _missing("pandas") from error
        frame = self.to_polars()
        return pandas.DataFrame({name: frame[name].to_list() for name in frame.columns})

    def to_arrow(self) -> pyarrow.AnswerTable:
        """Return the answer as an Arrow table. HrdgraphError where pyarrow is not installed."""
        try:
            import pyarrow  # noqa: F401 -- Polars needs it to be there
        except ModuleNotFoundError as error:
            raise _missing("pyarrow") from error
        return self.to_polars().to_arrow()


def _missing(library: str) -> HrdgraphError:
    return HrdgraphError(
        "library-missing", library=library, hint=Message("pip-install", syntax="hrdgraph[notebook]")
    )


class AnswerTable(Answer, Sequence[Row]):
    """The answer to SELECT: a sequence of rows, each a dictionary of plain Python values by
    column, None where there is none.

    IRIs are texts; numbers, days and truth values are Python's own. `terms()` has the RDF terms,
    and `write(file)` keeps the rows. QueryError for a column that is not there.

    >>> import hrdgraph
    >>> found = hrdgraph.open(".").query(
    ...     "SELECT ?name { ?award hrd:foundedYear ?year ; skos:prefLabel ?name }")
    >>> found.columns, len(found) == len(found.to_polars())
    (('name',), True)
    >>> "Prix Rafto" in found.column("name")
    True
    """

    def __init__(self, solutions: Solutions, *, base: str = "") -> None:
        self._solutions, self._base = solutions, base

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns, in their order."""
        return self._solutions.variables

    def __len__(self) -> int:
        return len(self._solutions)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self._row(row) for row in self._solutions.rows[place]]
        return self._row(self._solutions.rows[place])

    def __iter__(self) -> Iterator[Row]:
        return map(self._row, self._solutions.rows)

    def _row(self, row: Sequence[Term | None]) -> Row:
        return dict(zip(self.columns, map(plain, row), strict=True))

    def column(self, name: str) -> list[Value]:
        """Return the values of one column. QueryError where there is none of this name."""
        if name not in self.columns:
            raise QueryError("column-unknown", column=name, known=self.columns, hint="there-is")
        return [plain(term) for term in self._solutions.column(name)]

    def terms(self) -> Iterator[dict[str, Term | None]]:
        """Return the rows as RDF terms by column."""
        return iter(self._solutions)

    def to_polars(self) -> polars.DataFrame:
        """Return the rows as a Polars data frame: typed where all values of a column have one
        datatype."""
        import polars

        from hrdgraph.queries.typed_columns import make_column

        return polars.DataFrame(
            [make_column(name, self._solutions.column(name)) for name in self.columns]
        )

    def write(self, output: str | Path, *, format: str = "csv") -> None:
        """Write the rows to a file: csv, tsv, json, xml, parquet, or table."""
        from hrdgraph.atomic_files import write_file

        write_file(Path(output), [write(self._solutions, canonical(format), base=self._base)])

    def __repr__(self) -> str:
        return f"<hrdgraph table, {len(self)} rows: {', '.join(self.columns)}>"

    def __str__(self) -> str:
        return table(self.columns, self._solutions.rows, self._base)

    def _repr_html_(self) -> str:

        return html_table_of_terms(
            self.columns, self._solutions.rows[:_SHOWN], base=self._base, count=len(self)
        )


class Truth(Answer):
    """The answer to ASK: it is true or false where Python asks.

    >>> import hrdgraph
    >>> truth = hrdgraph.open(".").query("ASK { ?s a hrd:Award }")
    >>> truth, bool(truth), truth == True
    (yes, True, True)

    `to_polars()` has it in one row, and `write(file)` as JSON.
    """

    def __init__(self, value: bool) -> None:
        self.value = value

    def __bool__(self) -> bool:
        return self.value

    def __eq__(self, other: object) -> bool:
        return self.value == (other.value if isinstance(other, Truth) else other)

    __hash__ = None  # type: ignore[assignment]

    def to_polars(self) -> polars.DataFrame:
        """One row, with the column `answer`."""
        import polars

        return polars.DataFrame({"answer": [self.value]})

    def write(self, output: str | Path, *, format: str = "json") -> None:
        """Write the answer to a file."""
        from hrdgraph.atomic_files import write_file

        write_file(Path(output), [write(Boolean(self.value), canonical(format))])

    def __repr__(self) -> str:
        return "yes" if self.value else "no"

    def _repr_html_(self) -> str:
        return f"<strong>{self!r}</strong>"


class Statements(Answer):
    """Statements of RDF: the answer to CONSTRUCT or DESCRIBE, or what a mapping makes. Nothing
    is read before it is needed.

    `left_out` are the rows that a mapping could not use, as the errors that they are. `graph` has
    the statements in columns, `graph_part(n)` the first of them.

    >>> import hrdgraph
    >>> made = hrdgraph.open(".").query(
    ...     "CONSTRUCT { ?s a hrd:Award } { ?s a hrd:Award } LIMIT 2")
    >>> len(made), made.to_polars().columns
    (2, ['subject', 'predicate', 'object', 'graph'])
    >>> made.serialize("nt").count("Award>"), len(made.to_rdflib())
    (2, 2)

    `write(file)` takes the format that the name says, else `format`.
    """

    def __init__(
        self, graph: ColumnGraph | Callable[[], ColumnGraph], *,
        left_out: Sequence[HrdgraphError] = (), context: Path | str | None = None, base: str = "",
    ) -> None:  # fmt: skip
        self._graph, self.left_out, self._context, self._base = (
            graph, tuple(left_out), context, base,
        )  # fmt: skip

    @cached_property
    def graph(self) -> ColumnGraph:
        """Return the statements in dictionary-encoded columns."""
        return self._graph() if callable(self._graph) else self._graph

    def __len__(self) -> int:
        return len(self.graph)

    def __iter__(self) -> Iterator[Quad]:
        return iter(self.graph)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Statements) and self.graph == other.graph

    __hash__ = None  # type: ignore[assignment]

    def to_polars(self) -> polars.DataFrame:
        """Columns subject, predicate, object and graph, as N-Triples texts; the graph is empty
        where there is none."""
        names = dict(zip("spog", ("subject", "predicate", "object", "graph"), strict=True))
        return self.graph.text().rename(names)

    def to_rdflib(self) -> rdflib.Dataset:
        """Return the statements as an rdflib Dataset, whose queries see the union of all graphs."""
        from hrdgraph.rdfio.rdflib_terms import dataset_of

        return dataset_of(self.graph)

    def serialize(self, format: str = "ttl") -> str:
        """Write the statements as text: ttl, trig, nt, nq, jsonld or rdfxml."""
        import io

        out = io.BytesIO()
        self._export(out, format)
        return out.getvalue().decode()

    def write(self, output: str | Path, *, format: str = "") -> None:
        """Write the statements to a file, in the format that its name says where none is given."""
        path = Path(output)
        self._export(path, format or format_of(path).name)

    def _export(self, out: Any, format: str) -> None:
        from hrdgraph.exports.formats import export

        export(self.graph, canonical(format), out, context=self._context, base=self._base)

    def __repr__(self) -> str:
        return f"<hrdgraph statements, {len(self)}>"

    def _repr_html_(self) -> str:
        names = ("subject", "predicate", "object")
        first = [(quad.subject, quad.predicate, quad.object) for quad in self.graph_part(_SHOWN)]

        return html_table_of_terms(names, first, base=self._base, count=len(self))

    def graph_part(self, count: int) -> ColumnGraph:
        """Return the first few statements."""
        from hrdgraph.rdf import ColumnGraph

        return ColumnGraph(self.graph.terms, self.graph.quads.head(count))


@dataclass(frozen=True)
class Statistics(Answer):
    """`statements` in all; `classes` with how many things each has, in all and by source;
    `sources` by name."""

    statements: int
    classes: tuple[ClassCount, ...]
    sources: Sequence[str]
    language: str = "en"

    def label(self, count: ClassCount) -> str:
        """Name a class."""
        from hrdgraph.findings.report_data import choose_words

        return choose_words(count.labels, self.language, count.iri)

    def to_polars(self) -> polars.DataFrame:
        """Return a row for each class: IRI, label, things in all, and a column for each source."""
        import polars

        rows: list[Mapping[str, object]] = [
            {"class": each.iri, "label": self.label(each), "things": each.total}
            | {name: each.by_source.get(name, 0) for name in self.sources}
            for each in self.classes
        ]
        return polars.DataFrame(rows)

    def __repr__(self) -> str:
        return f"<hrdgraph statistics, {self.statements} statements, {len(self.classes)} classes>"

    def _repr_html_(self) -> str:
        rows = [(self.label(each), each.total) for each in self.classes]
        return html_table(rows, ("class", "things"))


def statistics_of(
    graph: ColumnGraph, project: Project, ontology: Ontology, language: str
) -> Statistics:
    """Count the things and statements of a built graph."""
    from hrdgraph.findings.report_data import class_counts

    names = {project.graph_name(source.name): source.name for source in project.sources}
    counts = class_counts(graph, ontology, names)
    return Statistics(len(graph), tuple(counts), tuple(names.values()), language)
