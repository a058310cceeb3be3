"""Translate the text of a query into its algebra with rdflib's parser; the algebra of a project's
own query files is cached on disk."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib.metadata import version
from itertools import count
from typing import Any, Final

from hrdgraph.disk_cache import code_version, digest_of, keep, recall
from hrdgraph.sparql.algebra import (
    ASK,
    CONSTRUCT,
    SELECT,
    UNIT,
    Aggregate,
    Alternatives,
    Basic,
    Call,
    Constant,
    Distinct,
    Exists,
    Expression,
    Extend,
    Filter,
    Graph,
    Group,
    Join,
    LeftJoin,
    Minus,
    Operator,
    Order,
    Pattern,
    Project,
    Query,
    Reference,
    Slice,
    Slot,
    Table,
    Union,
    Untranslated,
    Variable,
)
from hrdgraph.vocab import HRDF, PREFIXES, RDF

_KNOWN_PREFIXES: Final = {**PREFIXES, "hrdf": HRDF.prefix}
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_FORMS: Final = {"SelectQuery": SELECT, "AskQuery": ASK, "ConstructQuery": CONSTRUCT}
_HIDDEN: Final = "\x00"  # begins the names of variables that no query can write
_CACHED: Final = 256  # queries whose algebra is kept
# what a built-in function has as arguments, in the order of the language
_ARGUMENTS: Final = (
    *("arg", "text", "arg1", "arg2", "arg3", "pattern", "start"),
    *("length", "replacement", "flags"),
)
_NIL: Final = Constant(RDF.nil.n3())  # what the parser makes of an empty list
_SIGNS: Final = {"+": "ADD", "-": "SUBTRACT", "*": "MULTIPLY", "/": "DIVIDE"}
_AGGREGATES: Final = frozenset({"Count", "Sum", "Min", "Max", "Sample"})


@lru_cache(maxsize=_CACHED)
def translate(text: str) -> Query:
    """Translate a query; the store's prefixes need no declaration. Raises Untranslated for what
    columns cannot answer and for what the parser cannot read: the store decides whether that is
    an error."""
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        with _quiet():
            parsed = parseQuery(text)
            algebra = translateQuery(parsed, initNs=dict(_KNOWN_PREFIXES)).algebra
    except Exception as error:  # the parser raises what it likes
        raise Untranslated("sparql-part-unknown", "SPARQL") from error
    if algebra.name == "SelectQuery" and not parsed[1].projection:
        raise Untranslated("sparql-part-unknown", "SELECT *")  # in what order, the store knows
    try:
        return _Translator(_places(parsed[1].where)).query(algebra)
    except RecursionError as error:
        raise Untranslated("sparql-part-unknown", "SPARQL") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the parser from telling of literals whose text does not fit their type."""
    log = logging.getLogger("rdflib.term")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


def _places(where: Any) -> dict[tuple[Any, ...], int]:
    """Return the place of each triple pattern in a query, which the store goes by but the parser
    sorts."""
    terms = [term for block in _blocks(where) for term in block]
    return {triple: n for n, triple in enumerate(zip(*[iter(terms)] * 3, strict=True))}


def _blocks(node: Any) -> Iterator[list[Any]]:
    """Yield the triple patterns below a node of the parsed query, as flat lists of terms."""
    if isinstance(node, dict):
        for name, part in node.items():
            yield from part if name == "triples" else _blocks(part)
    elif isinstance(node, list):
        for part in node:
            yield from _blocks(part)


class _Translator:
    """Translates one query: hidden variables are numbered, patterns keep their order in the
    text."""

    def __init__(self, places: Mapping[tuple[Any, ...], int]) -> None:
        self._numbers, self._places = count(), places

    def query(self, node: Any) -> Query:
        form = _FORMS.get(node.name)
        if form is None:
            raise Untranslated("sparql-part-unknown", node.name.removesuffix("Query").upper())
        if node.datasetClause:
            raise Untranslated("sparql-part-unknown", "FROM")
        template = tuple(map(self._pattern, node.template or ())) if form == CONSTRUCT else ()
        if any(name.startswith(_HIDDEN) for item in template for name in item.variables()):
            raise Untranslated("sparql-part-unknown", "BNODE")
        if form == CONSTRUCT and not template:
            raise Untranslated("sparql-part-unknown", "CONSTRUCT WHERE")
        inner = self.operator(node.p)
        variables = tuple(map(str, node.PV)) if form == SELECT else ()
        return Query(form, inner, variables, template)

    def operator(self, node: Any) -> Operator:
        method = getattr(self, f"_{node.name.lower()}", None)
        if method is None:
            raise Untranslated("sparql-part-unknown", node.name)
        result: Operator = method(node)
        return result

    def _bgp(self, node: Any) -> Operator:
        ordered = sorted(node.triples, key=lambda pattern: self._places.get(pattern, -1))
        return self._join_parts([part for triple in ordered for part in self._triple(*triple)])

    def _triple(self, s: Any, p: Any, o: Any) -> Iterator[Pattern | Operator]:
        """Yield a triple pattern, or the patterns that a path stands for."""
        from rdflib.paths import AlternativePath, InvPath, Path, SequencePath

        if isinstance(p, InvPath):
            yield from self._triple(o, p.arg, s)
        elif isinstance(p, SequencePath):
            places = [s, *(Variable(f"{_HIDDEN}{next(self._numbers)}") for _ in p.args[1:]), o]
            for step, start, end in zip(p.args, places, places[1:], strict=False):
                yield from self._triple(start, step, end)
        elif isinstance(p, AlternativePath):
            either = [self._join_parts(list(self._triple(s, step, o))) for step in p.args]
            ways = either[0]
            for other in either[1:]:
                ways = Union(ways, other)
            ends = (other.name for other in map(self._slot, (s, o)) if isinstance(other, Variable))
            yield Alternatives(ways, tuple(dict.fromkeys(ends)))
        elif isinstance(p, Path):
            raise Untranslated("sparql-part-unknown", "*, +, ?")
        else:
            yield Pattern(self._slot(s), self._slot(p), self._slot(o))

    @staticmethod
    def _join_parts(some: list[Pattern | Operator]) -> Operator:
        plain = tuple(part for part in some if isinstance(part, Pattern))
        joined: Operator | None = Basic(plain) if plain else None
        for part in some:
            if not isinstance(part, Pattern):
                joined = part if joined is None else Join(joined, part)
        return UNIT if joined is None else joined

    def _pattern(self, triple: Any) -> Pattern:
        return Pattern(*map(self._slot, triple))

    @staticmethod
    def _slot(term: Any) -> Slot:
        from rdflib import term as terms

        if isinstance(term, Variable):
            return term
        if isinstance(term, terms.Variable):
            return Variable(str(term))
        if isinstance(term, terms.BNode):
            return Variable(f"{_HIDDEN}_{term}")
        return _text(term)

    def _join(self, node: Any) -> Operator:
        left, right = self.operator(node.p1), self.operator(node.p2)
        return right if left == UNIT else left if right == UNIT else Join(left, right)

    def _leftjoin(self, node: Any) -> Operator:
        bare = getattr(node.expr, "name", "") == "TrueFilter"
        condition = None if bare else self.expression(node.expr)
        return LeftJoin(self.operator(node.p1), self.operator(node.p2), condition)

    def _minus(self, node: Any) -> Operator:
        return Minus(self.operator(node.p1), self.operator(node.p2))

    def _filter(self, node: Any) -> Operator:
        return Filter(self.operator(node.p), self.expression(node.expr))

    def _union(self, node: Any) -> Operator:
        return Union(self.operator(node.p1), self.operator(node.p2))

    def _extend(self, node: Any) -> Operator:
        return Extend(self.operator(node.p), str(node.var), self.expression(node.expr))

    def _graph(self, node: Any) -> Operator:
        return Graph(self._slot(node.term), self.operator(node.p))

    def _tomultiset(self, node: Any) -> Operator:
        return self.operator(node.p)

    @staticmethod
    def _values(node: Any) -> Operator:
        rows = [
            {str(name): None if value == "UNDEF" else _text(value) for name, value in row.items()}
            for row in node.res
        ]
        names = tuple(dict.fromkeys(name for row in rows for name in row))
        if not names:
            raise Untranslated("sparql-part-unknown", "VALUES")
        return Table(names, tuple(tuple(row.get(name) for name in names) for row in rows))

    def _project(self, node: Any) -> Operator:
        return Project(self.operator(node.p), tuple(map(str, node.PV)))

    def _distinct(self, node: Any) -> Operator:
        return Distinct(self.operator(node.p))

    def _orderby(self, node: Any) -> Operator:
        keys = tuple((self.expression(key.expr), key.order == "DESC") for key in node.expr)
        return Order(self.operator(node.p), keys)

    def _slice(self, node: Any) -> Operator:
        length = None if node.length is None else int(node.length)
        return Slice(self.operator(node.p), int(node.start or 0), length)

    def _aggregatejoin(self, node: Any) -> Operator:
        from rdflib.term import Variable as Name

        group = node.p
        if any(not isinstance(key, Name) for key in group.expr or ()):
            raise Untranslated("sparql-part-unknown", "GROUP BY")
        keys = tuple(dict.fromkeys(map(str, group.expr or ())))
        aggregates = tuple(self._aggregate(item, keys) for item in node.A)
        return Group(self.operator(group.p), keys, aggregates)

    def _aggregate(self, node: Any, keys: tuple[str, ...]) -> Aggregate:
        function = node.name.removeprefix("Aggregate_")
        if function not in _AGGREGATES:
            raise Untranslated("sparql-part-unknown", function.upper())
        expression = None if node.vars == "*" else self.expression(node.vars)
        if function == "Sample" and not (
            isinstance(expression, Reference) and expression.name in keys
        ):
            raise Untranslated("sparql-part-unknown", "SAMPLE")
        return Aggregate(str(node.res), function.upper(), bool(node.distinct), expression)

    def expression(self, node: Any) -> Expression:
        from rdflib import term as terms

        if isinstance(node, terms.Variable):
            return Reference(str(node))
        if isinstance(node, terms.Identifier):
            return Constant(_text(node))
        name = node.name
        if name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
            test = Exists(self.operator(node.graph))
            return test if name == "Builtin_EXISTS" else Call("NOT", (test,))
        if name.startswith("Builtin_"):
            name = name.removeprefix("Builtin_").upper()
            arguments = tuple(self._arguments(node))
            if arguments in ((), (_NIL,)):
                raise Untranslated("sparql-part-unknown", f"{name}()")
            return Call(name, arguments)
        method = getattr(self, f"_{name.lower()}", None)
        if method is None:
            raise Untranslated("sparql-part-unknown", name)
        call: Expression = method(node)
        return call

    def _arguments(self, node: Any) -> Iterator[Expression]:
        for name in _ARGUMENTS:
            value = node[name] if name in node else None  # noqa: SIM401 - its `get` is not that
            for item in value if isinstance(value, list) else () if value is None else (value,):
                yield self.expression(item)

    def _conditionalorexpression(self, node: Any) -> Expression:
        return self._chain("OR", node)

    def _conditionalandexpression(self, node: Any) -> Expression:
        return self._chain("AND", node)

    def _chain(self, name: str, node: Any) -> Expression:
        return Call(name, tuple(map(self.expression, (node.expr, *node.other))))

    def _relationalexpression(self, node: Any) -> Expression:
        left = self.expression(node.expr)
        if node.op in ("IN", "NOT IN"):
            some = node.other if isinstance(node.other, list) else []
            test = Call("IN", (left, *map(self.expression, some)))
            return test if node.op == "IN" else Call("NOT", (test,))
        return Call(str(node.op), (left, self.expression(node.other)))

    def _multiplicativeexpression(self, node: Any) -> Expression:
        product = self.expression(node.expr)
        for sign, other in zip(node.op or (), node.other or (), strict=True):
            product = Call(_SIGNS[str(sign)], (product, self.expression(other)))
        return product

    _additiveexpression = _multiplicativeexpression

    def _unarynot(self, node: Any) -> Expression:
        return Call("NOT", (self.expression(node.expr),))

    def _function(self, node: Any) -> Expression:
        if node.distinct:
            raise Untranslated("sparql-part-unknown", "DISTINCT")
        arguments = node.expr if isinstance(node.expr, list) else [node.expr]
        return Call(f"<{node.iri}>", tuple(map(self.expression, arguments)))


def _text(term: Any) -> str:
    """Return the N-Triples text of a constant; not for blank nodes. Only the store knows the base
    of a relative IRI."""
    from rdflib.term import URIRef

    from hrdgraph.rdfio.rdflib_terms import from_rdflib

    if isinstance(term, URIRef) and not _SCHEME.match(term):
        raise Untranslated("sparql-part-unknown", str(term))
    return from_rdflib(term).n3()


_MOST: Final = 1024  # queries of a project that one process reads
_READERS: Final = ("rdflib", "pyparsing")


def translate_kept(text: str, *, is_storing: bool = True) -> Query:
    """Translate a query, with a cache on disk. Only query files of a project are stored there: what
    people ask may name people."""
    query = _read(text, is_storing)
    if isinstance(query, Untranslated):
        raise query
    return query


@lru_cache(maxsize=_MOST)
def _read(text: str, is_storing: bool) -> Query | Untranslated:
    name, edition = f"algebra {digest_of([text])}", _edition()
    cached = recall(name, edition)
    if isinstance(cached, Query | Untranslated):
        return cached
    fresh: Query | Untranslated
    try:
        fresh = translate(text)
    except Untranslated as reason:
        fresh = Untranslated(reason.reason, reason.detail)  # without where it was raised
    if is_storing:
        keep(name, edition, fresh)
    return fresh


@cache
def _edition() -> str:
    """Return a digest of the code that translates queries."""
    return digest_of([code_version(), *map(version, _READERS)])
