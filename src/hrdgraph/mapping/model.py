"""An RML mapping, as frozen values. Origins take no part in equality, so that equal parts are
computed once."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import Enum
from functools import cached_property
from pathlib import Path

from hrdgraph.errors import NOWHERE, Origin
from hrdgraph.rdf import IRI, Term
from hrdgraph.sources import Dialect, part_of


class HashedOnce:
    """A deep value that is often looked up: its hash is computed once. A dataclass needs `__hash__
    = HashedOnce.__hash__`, else it makes its own."""

    @cached_property
    def _hash(self) -> int:
        compared = (item.name for item in fields(self) if item.compare)  # type: ignore[arg-type]
        return hash(tuple(getattr(self, name) for name in compared))

    def __hash__(self) -> int:
        return self._hash

    def __getstate__(self) -> dict[str, object]:
        """Return the state without the hash: another process hashes texts differently."""
        return {name: value for name, value in vars(self).items() if name != "_hash"}


@dataclass(frozen=True)
class Constant:
    """A constant-valued expression map (RML-Core §6.2)."""

    term: Term


@dataclass(frozen=True)
class Reference:
    """A reference-valued expression map: a column, a path, or a field of a view."""

    name: str


@dataclass(frozen=True)
class Template:
    """A template-valued expression map: literal text and references in turn."""

    parts: tuple[str | Reference, ...]


@dataclass(frozen=True)
class FunctionExecution:
    """A function execution (RML-FNML). Inputs of one parameter stand in the order of their own
    text, since RDF has none."""

    function: IRI
    inputs: tuple[tuple[IRI, Expression], ...]
    output: IRI | None = None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class FreshBlankNode:
    """A value of its own for each iteration: a blank node without an expression map. `scope`
    keeps two maps apart."""

    scope: str


@dataclass(frozen=True)
class QuotedTriple:
    """A triple as a term (RML-star), of three term maps. Of a blank node it is the expression
    too: that of the triple's reifier."""

    subject: TermMap
    predicate: TermMap
    object: TermMap


@dataclass(frozen=True)
class FinishedTerms:
    """A column that holds finished terms, as N-Triples texts."""

    name: str


Expression = (
    Constant
    | Reference
    | Template
    | FunctionExecution
    | FreshBlankNode
    | QuotedTriple
    | FinishedTerms
)


class TermType(Enum):
    IRI = "IRI"
    URI = "URI"
    UNSAFE_IRI = "UnsafeIRI"
    UNSAFE_URI = "UnsafeURI"
    BLANK_NODE = "BlankNode"
    LITERAL = "Literal"
    TRIPLE = "triple term"
    ANY = "finished term"


@dataclass(frozen=True)
class LogicalTarget:
    """A file that quads are written to (RML-IO §5). `serialization` is the local name of a
    format of the W3C's list."""

    path: Path
    serialization: str = "N-Quads"
    compression: str = "none"
    encoding: str = "UTF-8"
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class TermMap(HashedOnce):
    """How one term of a statement is made. `base` resolves relative IRIs; unless `condition` is
    true there is no term. `ill_typed` allows texts outside the lexical space of their datatype.
    `targets` are the outputs of statements with it."""

    expression: Expression
    type: TermType
    datatype: Expression | None = None
    language: Expression | None = None
    base: str = ""
    condition: Expression | None = None
    ill_typed: bool = False
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)
    targets: tuple[LogicalTarget, ...] = field(default=(), compare=False, repr=False)

    __hash__ = HashedOnce.__hash__  # for every term of every batch


@dataclass(frozen=True)
class JoinCondition:
    child: Expression
    parent: Expression
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class RefObjectMap:
    """An object that is the subject of another triples map, joined on conditions (RML-Core §7)."""

    parent: Term
    conditions: tuple[JoinCondition, ...]
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)
    targets: tuple[LogicalTarget, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class QuotedMap:
    """A term that is each triple of another triples map, joined on conditions (RML-star)."""

    quoted: Term
    conditions: tuple[JoinCondition, ...]
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)
    targets: tuple[LogicalTarget, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class GatherMap:
    """A collection or container (RML-CC §3). `kind` is rdf:List, rdf:Bag, rdf:Seq or rdf:Alt; a
    named one is gathered across iterations, any other is one for each iteration, or with
    `is_product` one for each tuple of the members' cartesian product."""

    head: TermMap
    members: tuple[TermMap | RefObjectMap | QuotedMap | GatherMap, ...]
    kind: IRI
    is_named: bool
    keeps_empty: bool
    is_product: bool
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)
    targets: tuple[LogicalTarget, ...] = field(default=(), compare=False, repr=False)


SubjectMap = TermMap | QuotedMap | GatherMap
ObjectMap = SubjectMap | RefObjectMap


@dataclass(frozen=True)
class PredicateObjectMap:
    predicates: tuple[TermMap, ...]
    objects: tuple[ObjectMap, ...]
    graphs: tuple[TermMap, ...]
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class LogicalSource:
    """A file or database and how to iterate over it. `formulation` is the IRI of its reference
    formulation, of RML's own the local name; `path` names a database on a server in messages
    only."""

    path: Path
    formulation: str
    dialect: Dialect
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)

    def place(self, row: int | None, column: str | None = None) -> Origin:
        """Return the place of one of its records, or of a cell of it."""
        return Origin(str(self.path), row, column, part=part_of(self.formulation, self.dialect))


@dataclass(frozen=True)
class ExpressionField:
    """A field whose values an expression gives (RML-LV §4); several values make several rows."""

    name: str
    expression: Expression
    fields: tuple[Field, ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class IterableField:
    """A field that iterates over its parent's value in a reference formulation of its own
    (RML-LV §4)."""

    name: str
    formulation: str
    iterator: str
    fields: tuple[Field, ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


Field = ExpressionField | IterableField


@dataclass(frozen=True)
class ViewJoin:
    """A join of a view with another view, adding fields of the other (RML-LV §6)."""

    inner: bool
    parent: LogicalView
    conditions: tuple[JoinCondition, ...]
    fields: tuple[ExpressionField, ...]
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class LogicalView(HashedOnce):
    on: LogicalSource | LogicalView
    fields: tuple[Field, ...]
    joins: tuple[ViewJoin, ...]
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)

    __hash__ = HashedOnce.__hash__


@dataclass(frozen=True)
class TriplesMap:
    """One triples map. `node` is its name in the mapping's graph. One that is not asserted is
    only quoted by others (RML-star)."""

    node: Term
    source: LogicalSource | LogicalView
    subject: SubjectMap
    classes: tuple[IRI, ...]
    graphs: tuple[TermMap, ...]
    predicate_objects: tuple[PredicateObjectMap, ...]
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)
    is_asserted: bool = True


@dataclass(frozen=True)
class Mapping:
    """A whole mapping document, in the order in which its triples maps are written."""

    file: Path
    triples_maps: tuple[TriplesMap, ...]
