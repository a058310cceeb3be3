"""Read shapes: values, lists and paths, the constraints of SHACL Core, and the queries of
SHACL-SPARQL. Ill-formed parts raise an error that names the shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from hrdgraph.catalogue import Message, Value, lacks, must_be, write_like
from hrdgraph.errors import HrdgraphError, OntologyError, QueryError
from hrdgraph.rdf import IRI, BlankNode, Literal, Term
from hrdgraph.shacl.model import (
    ClassOf,
    ClosedConstraint,
    Constraint,
    ConstraintQuery,
    CountConstraint,
    Custom,
    DatatypeConstraint,
    HasValue,
    In,
    LanguageIn,
    Length,
    Logic,
    LogicalConstraint,
    NodeKind,
    PairConstraint,
    Pairwise,
    PatternConstraint,
    PropertyConstraint,
    QualifiedCount,
    Range,
    RangeComparison,
    SparqlConstraint,
    UniqueLang,
)
from hrdgraph.shacl.paths import (
    AlternativePath,
    Inverse,
    Path,
    RepeatedPath,
    SequencePath,
    sparql_path,
)
from hrdgraph.shacl.queries import PREBOUND, scan
from hrdgraph.shacl.regex import is_regex
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.store.oxigraph import refuse_unreadable
from hrdgraph.store.tokens import tokens_of
from hrdgraph.vocab import OWL, RDF, RDFS, SH, XSD, short_iri

DEEPEST = 100  # shapes within shapes, and steps within steps of a path
_MARKS = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}
_COUNT = re.compile(r"\+?[0-9]+|-0+")
_BOOLEANS = ("true", "false", "1", "0")
SPEC = "https://www.w3.org/TR/shacl/#"


class ShapeReader:
    """Reads what the shapes state of a node. Ill-formed parts raise OntologyError at the place of
    the shape."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.objects = shapes.objects

    @cached_property
    def _about(self) -> dict[Term, set[IRI]]:
        about: dict[Term, set[IRI]] = {}
        for quad in self.shapes.quads:
            about.setdefault(quad.subject, set()).add(quad.predicate)
        return about

    def predicates(self, node: Term) -> set[IRI]:
        """Return every predicate of a node."""
        return self._about.get(node, set())

    def wrong(
        self, shape: Term, fact: str | Message, hint: str | Message | None = "", **fields: Value
    ) -> OntologyError:
        """Return the error for an unusable shape. `fields` are for fact and hint, if these are
        codes."""
        place = self.shapes.place_of(shape)
        node = f"<{shape.value}>" if isinstance(shape, IRI) else None
        fact = Message(fact, **fields) if isinstance(fact, str) else fact
        hint = Message(hint, **fields) if isinstance(hint, str) else hint
        return OntologyError("unusable", fact=fact, origin=replace(place, node=node), hint=hint)

    def one(self, shape: Term, predicate: IRI) -> Term | None:
        """Return the value that a shape may have at most once."""
        values = list(dict.fromkeys(self.objects(shape, predicate)))
        if len(values) > 1:
            raise self.wrong(
                shape,
                Message("there-twice", name=short(predicate)),
                "keep-one",
            )
        return values[0] if values else None

    def number(self, shape: Term, predicate: IRI) -> int | None:
        """Return a whole number, at least 0, of xsd:integer, the only type that the specification
        names."""
        value = self.one(shape, predicate)
        if value is None:
            return None
        if (
            isinstance(value, Literal)
            and value.datatype == XSD.integer.value
            and _COUNT.fullmatch(value.value)
        ):
            return int(value.value)
        raise self.not_of_kind(shape, predicate, value, "whole-number")

    def truth(self, shape: Term, predicate: IRI) -> bool:
        """Say whether a value is `true`; `"1"^^xsd:boolean` is another term, which the
        specification does not name."""
        value = self.one(shape, predicate)
        if value is None:
            return False
        if (
            isinstance(value, Literal)
            and value.datatype == XSD.boolean.value
            and value.value in _BOOLEANS
        ):
            return value.value == "true"
        raise self.not_of_kind(shape, predicate, value, "true-or-false")

    def text(self, shape: Term, predicate: IRI, value: Term) -> str:
        """Return a value that must be a string."""
        if isinstance(value, Literal) and value.datatype == XSD.string.value:
            return value.value
        raise self.not_of_kind(shape, predicate, value, "text")

    def iri(self, shape: Term, predicate: IRI, value: Term) -> IRI:
        """Return a value that must be an IRI."""
        if not isinstance(value, IRI):
            raise self.not_of_kind(shape, predicate, value, "iri")
        return value

    def not_of_kind(self, shape: Term, predicate: IRI, value: Term, kind: str) -> OntologyError:
        """Return the error for a value that must be of another kind."""
        name = short(predicate)
        fact = Message("property-value-is", property=name, value=value.n3()[:80])
        return self.wrong(shape, fact, must_be(name, kind))

    def members(self, shape: Term, head: Term) -> list[Term]:
        """Return the members of a SHACL list (§1.4)."""
        items: list[Term] = []
        visited: set[Term] = set()
        while head != RDF.nil:
            first, rest = self.objects(head, RDF.first), self.objects(head, RDF.rest)
            if len(first) != 1 or len(rest) != 1 or head in visited:
                raise self.wrong(
                    shape,
                    Message("must-be", term=head.n3()[:80], kind=Message("a-list")),
                    write_like("( ex:a ex:b )"),
                )
            visited.add(head)
            items.append(first[0])
            head = rest[0]
        return items

    def path(self, shape: Term, node: Term, depth: int = DEEPEST) -> Path:
        """Read a property path (§2.3.1)."""
        if isinstance(node, IRI) and node != RDF.nil:
            return node
        if not isinstance(node, BlankNode) or depth == 0:
            raise self._no_path(shape, node)
        if self.objects(node, RDF.first):
            return SequencePath(self._steps(shape, node, depth, 2))
        if choices := self.one(node, SH.alternativePath):
            return AlternativePath(self._steps(shape, choices, depth, 1))
        if turned := self.one(node, SH.inversePath):
            return Inverse(self.path(shape, turned, depth - 1))
        for predicate, mark in _MARKS.items():
            if repeated := self.one(node, predicate):
                return RepeatedPath(self.path(shape, repeated, depth - 1), mark)
        raise self._no_path(shape, node)

    def _steps(self, shape: Term, head: Term, depth: int, least: int) -> tuple[Path, ...]:
        items = self.members(shape, head)
        if len(items) < least:
            raise self._no_path(shape, head)
        return tuple(self.path(shape, item, depth - 1) for item in items)

    def _no_path(self, shape: Term, node: Term) -> OntologyError:
        return self.wrong(
            shape,
            Message("value-not-as-expected", value=node.n3()[:80]),
            Message("see-address", address=f"{SPEC}property-paths"),
        )

    def subclasses(self, top: IRI) -> set[Term]:
        """Return the class and its subclasses in the shapes."""
        below: set[Term] = set()
        waiting: list[Term] = [top]
        while waiting:
            if (parent := waiting.pop()) not in below:
                below.add(parent)
                waiting += self._children.get(parent, ())
        return below

    @cached_property
    def _children(self) -> dict[Term, list[Term]]:
        children: dict[Term, list[Term]] = {}
        for quad in self.shapes.quads:
            if quad.predicate == RDFS.subClassOf:
                children.setdefault(quad.object, []).append(quad.subject)
        return children


def short(predicate: IRI) -> str:
    """Shorten a name of SHACL to `sh:name`."""
    return short_iri(predicate.value, {"sh": SH.prefix})


_KINDS = {
    SH.IRI: NodeKind(True, False, False), SH.BlankNode: NodeKind(False, True, False),
    SH.Literal: NodeKind(False, False, True), SH.BlankNodeOrIRI: NodeKind(True, True, False),
    SH.BlankNodeOrLiteral: NodeKind(False, True, True),
    SH.IRIOrLiteral: NodeKind(True, False, True),
}  # fmt: skip
_LISTS = {SH["and"]: Logic.AND, SH["or"]: Logic.OR, SH.xone: Logic.XONE}
_FLAGS = "ismxq"
_PROPERTY_ONLY = {
    SH.minCount, SH.maxCount, SH.uniqueLang, SH.lessThan, SH.lessThanOrEquals,
    SH.qualifiedValueShape,
}  # fmt: skip


def core_constraints(facts: ShapeReader, shape: Term, *, has_path: bool) -> list[Constraint]:
    """Return every constraint of SHACL Core that a shape declares."""
    present = facts.predicates(shape)
    if not has_path and (misplaced := present & _PROPERTY_ONLY):
        name = short(min(misplaced, key=lambda iri: iri.value))
        raise facts.wrong(
            shape, "not-allowed-here", "move-to-property-shape", term=name, property=name
        )
    return [
        constraint
        for triggers, read in _READERS
        if triggers & present
        for constraint in read(facts, shape)
    ]


def _kinds(facts: ShapeReader, shape: Term) -> Iterator[Constraint]:
    for term in facts.objects(shape, SH["class"]):
        yield ClassOf(facts.iri(shape, SH["class"], term))
    if datatype := facts.one(shape, SH.datatype):
        yield DatatypeConstraint(facts.iri(shape, SH.datatype, datatype))
    if kind := facts.one(shape, SH.nodeKind):
        if kind not in _KINDS:
            raise facts.wrong(
                shape, "property-value-is", "there-is", property="sh:nodeKind",
                value=kind.n3()[:80], known=[short(known) for known in _KINDS],
            )  # fmt: skip
        yield _KINDS[kind]


def _numbers(facts: ShapeReader, shape: Term) -> Iterator[Constraint]:
    for name, make in (
        ("minCount", CountConstraint),
        ("maxCount", CountConstraint),
        ("minLength", Length),
        ("maxLength", Length),
    ):
        limit = facts.number(shape, SH[name])
        if limit is not None:
            yield make(name[0].upper() + name[1:], limit)


def _ranges(facts: ShapeReader, shape: Term) -> Iterator[Constraint]:
    for order in RangeComparison:
        predicate = SH[order.value[0].lower() + order.value[1:]]
        limit = facts.one(shape, predicate)
        if limit is not None:
            if not isinstance(limit, Literal):
                raise facts.not_of_kind(shape, predicate, limit, "number")
            yield Range(order, limit)


def _strings(facts: ShapeReader, shape: Term) -> Iterator[Constraint]:
    for term in facts.objects(shape, SH.pattern):
        value = facts.one(shape, SH.flags)
        flags = "" if value is None else facts.text(shape, SH.flags, value)
        if set(flags) - set(_FLAGS):
            raise facts.wrong(
                shape, "must-be-one-of", "see-address", term="sh:flags", known=list(_FLAGS),
                address=f"{SPEC}PatternConstraintComponent",
            )  # fmt: skip
        pattern = PatternConstraint(facts.text(shape, SH.pattern, term), flags)
        if not is_regex(pattern.text, pattern.flags):
            raise facts.wrong(
                shape, "pattern-malformed", option="sh:pattern", reason=pattern.text[:80]
            )
        yield pattern
    if (head := facts.one(shape, SH.languageIn)) is not None:
        yield LanguageIn(tuple(_tag(facts, shape, item) for item in facts.members(shape, head)))
    if facts.truth(shape, SH.uniqueLang):
        yield UniqueLang()


def _tag(facts: ShapeReader, shape: Term, term: Term) -> str:
    if not isinstance(term, Literal) or term.datatype != XSD.string.value:
        raise facts.wrong(
            shape, "property-value-is", write_like('sh:languageIn ( "en" "fr" )'),
            property="sh:languageIn", value=term.n3()[:80],
        )  # fmt: skip
    return term.value.lower()


def _read_pairs(facts: ShapeReader, shape: Term) -> Iterator[Constraint]:
    for how in Pairwise:
        predicate = SH[how.value[0].lower() + how.value[1:]]
        for other in facts.objects(shape, predicate):
            yield PairConstraint(how, facts.iri(shape, predicate, other))


def _logic(facts: ShapeReader, shape: Term) -> Iterator[Constraint]:
    for predicate, logic in ((SH["not"], Logic.NOT), (SH.node, Logic.NODE)):
        for other in facts.objects(shape, predicate):
            yield LogicalConstraint(logic, (_shape(facts, shape, predicate, other),))
    for predicate, logic in _LISTS.items():
        for head in facts.objects(shape, predicate):
            yield LogicalConstraint(
                logic,
                tuple(_shape(facts, shape, predicate, item) for item in facts.members(shape, head)),
            )
    for other in facts.objects(shape, SH.property):
        if not facts.objects(other, SH.path):
            raise facts.wrong(shape, lacks(other.n3()[:80], "sh:path"))
        yield PropertyConstraint(other)


def _shape(facts: ShapeReader, shape: Term, predicate: IRI, other: Term) -> Term:
    if isinstance(other, Literal):
        raise facts.not_of_kind(shape, predicate, other, "shape")
    return other


def _read_qualified(facts: ShapeReader, shape: Term) -> Iterator[Constraint]:
    value = facts.one(shape, SH.qualifiedValueShape)
    disjoint = facts.truth(shape, SH.qualifiedValueShapesDisjoint)
    for name in ("qualifiedMinCount", "qualifiedMaxCount"):
        limit = facts.number(shape, SH[name])
        if limit is None or value is None:
            continue
        siblings = _siblings(facts, shape, value) if disjoint else ()
        yield QualifiedCount(
            name[0].upper() + name[1:], _shape(facts, shape, SH.qualifiedValueShape, value), limit,
            siblings,
        )  # fmt: skip


def _siblings(facts: ShapeReader, shape: Term, own: Term) -> tuple[Term, ...]:
    """Return the other qualified shapes beside this one (§4.7.3)."""
    around = [
        quad.subject
        for quad in facts.shapes.quads
        if quad.predicate == SH.property and quad.object == shape
    ]
    siblings = (
        other
        for parent in around
        for beside in facts.objects(parent, SH.property)
        for other in facts.objects(beside, SH.qualifiedValueShape)
    )
    return tuple(other for other in dict.fromkeys(siblings) if other != own)


def _read_closed(facts: ShapeReader, shape: Term) -> Iterator[Constraint]:
    if not facts.truth(shape, SH.closed):
        return
    paths = (
        path
        for other in facts.objects(shape, SH.property)
        for path in facts.objects(other, SH.path)
    )
    head = facts.one(shape, SH.ignoredProperties)
    ignored = [] if head is None else facts.members(shape, head)
    for term in ignored:
        facts.iri(shape, SH.ignoredProperties, term)
    yield ClosedConstraint(
        tuple(dict.fromkeys(term for term in (*paths, *ignored) if isinstance(term, IRI)))
    )


def _values(facts: ShapeReader, shape: Term) -> Iterator[Constraint]:
    for term in facts.objects(shape, SH.hasValue):
        yield HasValue(term)
    if (head := facts.one(shape, SH["in"])) is not None:
        yield In(tuple(facts.members(shape, head)))


Read = Callable[[ShapeReader, Term], Iterator[Constraint]]
_READERS: tuple[tuple[set[IRI], Read], ...] = (
    ({SH["class"], SH.datatype, SH.nodeKind}, _kinds),
    ({SH.minCount, SH.maxCount, SH.minLength, SH.maxLength}, _numbers),
    ({SH.minInclusive, SH.maxInclusive, SH.minExclusive, SH.maxExclusive}, _ranges),
    ({SH.pattern, SH.languageIn, SH.uniqueLang}, _strings),
    ({SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals}, _read_pairs),
    ({SH["not"], SH.node, SH["and"], SH["or"], SH.xone, SH.property}, _logic),
    ({SH.qualifiedValueShape}, _read_qualified),
    ({SH.closed}, _read_closed),
    ({SH.hasValue, SH["in"]}, _values),
)
PARAMETERS = frozenset(name for names, _ in _READERS for name in names) - {SH.property}


_PATH = re.compile(r"[$?]PATH(?!\w)")
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_RESERVED = {"this", "shapesGraph", "currentShape", "path", "PATH", "value"}  # §6.2.1
_NO_PREFIX = "declare-prefixes"
_RULES = "https://www.w3.org/TR/shacl-af/#SPARQLRule"
_PREBINDING = "https://www.w3.org/TR/shacl/#pre-binding"


@dataclass(frozen=True, slots=True)
class _Parameter:
    predicate: IRI
    optional: bool

    @property
    def name(self) -> str:
        """Return the local name, which is the variable (§6.2.1)."""
        return re.split(r"[#/:]", self.predicate.value)[-1]


class Components:
    """The SPARQL parts of shapes."""

    def __init__(self, facts: ShapeReader) -> None:
        self.facts = facts
        self._known: dict[tuple[Term, str], ConstraintQuery] = {}
        self._components = tuple(self._read_components())

    def constraints(self, shape: Term, path: Path | None) -> list[Constraint]:
        """Return the SPARQL constraints of a shape, and those of every component whose parameters
        it has."""
        constraints: list[Constraint] = [*self._sparql(shape, path)]
        for component, parameters in self._components:
            constraints.extend(self._custom(shape, path, component, parameters))
        return constraints

    def target(self, shape: Term, node: Term) -> tuple[ConstraintQuery, dict[str, Term]]:
        """Return the SELECT of a SPARQL target, its own or that of its type, with the parameters
        of the latter (SHACL-AF §3)."""
        if self.facts.objects(node, SH.select):
            return self._query(shape, node, SH.select, None, frozenset()), {}
        for kind in self.facts.objects(node, RDF.type):
            if isinstance(kind, IRI) and self.facts.objects(kind, SH.select):
                parameters = tuple(
                    self._parameter(kind, item) for item in self.facts.objects(kind, SH.parameter)
                )
                query = self._query(
                    shape, kind, SH.select, None, frozenset(item.name for item in parameters)
                )
                return query, dict(self._arguments(shape, node, parameters))
        raise self.facts.wrong(
            shape, lacks("sh:target", "sh:select"), write_like("SELECT ?this WHERE { … }")
        )

    def _arguments(
        self, shape: Term, node: Term, parameters: tuple[_Parameter, ...]
    ) -> Iterator[tuple[str, Term]]:
        for item in parameters:
            value = self.facts.one(node, item.predicate)
            if value is None and not item.optional:
                raise self.facts.wrong(shape, lacks("sh:target", short(item.predicate)))
            if value is not None:
                yield item.name, value

    def construct(self, shape: Term, node: Term, path: Path | None) -> str:
        """Return the CONSTRUCT of a SPARQL rule with its prefixes, after parsing it once."""
        value = self.facts.one(node, SH.construct)
        if not isinstance(value, Literal):
            raise self.facts.wrong(
                shape,
                must_be("sh:construct", "text"),
                Message("see-address", address=_RULES),
            )
        text = value.value if path is None else _PATH.sub(lambda _: sparql_path(path), value.value)
        whole = self._prefixes(shape, node) + text
        try:
            refuse_unreadable(whole)
        except QueryError as error:
            raise self._no_query(shape, error) from error
        if next(token.text for token in tokens_of(whole) if token.text in _FORMS) != "CONSTRUCT":
            raise self.facts.wrong(
                shape,
                "query-of-other-form",
                write_like("CONSTRUCT { … } WHERE { … }"),
                format="CONSTRUCT",
            )
        return whole

    def check(self, shape: Term, text: str) -> None:
        """Refuse a SELECT that does not parse, or that pre-binding forbids."""
        self._check(shape, text, PREBOUND, ask=False)

    def _sparql(self, shape: Term, path: Path | None) -> Iterator[Constraint]:
        for node in self.facts.objects(shape, SH.sparql):
            if not self.facts.objects(node, SH.select):
                raise self.facts.wrong(
                    shape, lacks("sh:sparql", "sh:select"), write_like("SELECT $this WHERE { … }")
                )
            if not self.facts.truth(node, SH.deactivated):
                yield SparqlConstraint(self._query(shape, node, SH.select, path, PREBOUND))

    def _read_components(self) -> Iterator[tuple[IRI, tuple[_Parameter, ...]]]:
        kinds = self.facts.subclasses(SH.ConstraintComponent)
        nodes = (
            quad.subject
            for quad in self.facts.shapes.quads
            if quad.predicate == RDF.type and quad.object in kinds
        )
        for node in dict.fromkeys(nodes):
            if isinstance(node, IRI):
                parameters = tuple(
                    self._parameter(node, item) for item in self.facts.objects(node, SH.parameter)
                )
                if any(not item.optional for item in parameters):
                    yield node, parameters

    def _parameter(self, component: IRI, node: Term) -> _Parameter:
        path = self.facts.one(node, SH.path)
        if not isinstance(path, IRI):
            raise self.facts.wrong(component, lacks("sh:parameter", "sh:path"))
        parameter = _Parameter(path, self.facts.truth(node, SH.optional))
        if parameter.name in _RESERVED or not re.fullmatch(r"\w+", parameter.name):
            raise self.facts.wrong(
                component, "value-not-as-expected", "rename-parameter", value=parameter.name,
                known=sorted(_RESERVED),
            )  # fmt: skip
        return parameter

    def _custom(
        self, shape: Term, path: Path | None, component: IRI, parameters: tuple[_Parameter, ...]
    ) -> Iterator[Constraint]:
        if not all(
            item.optional or self.facts.objects(shape, item.predicate) for item in parameters
        ):
            return
        # The validator that fits: that of the kind of shape before the one for both
        # (§6.3).
        own = SH.propertyValidator if path is not None else SH.nodeValidator
        candidates = [
            *self.facts.objects(component, own),
            *self.facts.objects(component, SH.validator),
        ]
        validator = next(
            (
                node
                for node in candidates
                if self.facts.objects(node, SH.ask) or self.facts.objects(node, SH.select)
            ),
            None,
        )
        if validator is None:
            return
        values = {
            item.name: self.facts.one(shape, item.predicate)
            for item in parameters
            if len(parameters) > 1
        }
        several = (
            [
                {parameters[0].name: term}
                for term in self.facts.objects(shape, parameters[0].predicate)
            ]
            if not values
            else [values]
        )
        for bound in several:
            known = {name: term for name, term in bound.items() if term is not None}
            predicate = SH.ask if self.facts.objects(validator, SH.ask) else SH.select
            query = self._query(
                shape, validator, predicate, path, PREBOUND | {item.name for item in parameters}
            )
            yield Custom(
                component, query, known,
                component.value.removeprefix(str(SH)).removesuffix("ConstraintComponent"),
            )  # fmt: skip

    def _query(
        self, shape: Term, node: Term, predicate: IRI, path: Path | None, prebound: frozenset[str]
    ) -> ConstraintQuery:
        """Return the query of a node; each text is parsed once."""
        value = self.facts.one(node, predicate)
        if not isinstance(value, Literal):
            raise self.facts.wrong(shape, must_be("sh:select, sh:ask", "text"))
        text = value.value if path is None else _PATH.sub(lambda _: sparql_path(path), value.value)
        key = (node, text)
        if key not in self._known:
            whole = self._prefixes(shape, node) + text
            self._check(shape, whole, prebound, ask=predicate == SH.ask)
            messages = tuple(
                term for term in self.facts.objects(node, SH.message) if isinstance(term, Literal)
            )
            self._known[key] = ConstraintQuery(node, whole, predicate == SH.ask, messages)
        return self._known[key]

    def _prefixes(self, shape: Term, node: Term) -> str:
        """Return the prefixes on one line, so that only the first line of the query changes its
        number."""
        waiting = [*self.facts.objects(node, SH.prefixes)]
        places: dict[Term, None] = {}
        while waiting:
            place = waiting.pop()
            if place not in places:
                places[place] = None
                waiting.extend(self.facts.objects(place, OWL.imports))
        declared = [item for place in places for item in self.facts.objects(place, SH.declare)]
        pairs = {
            self._text(shape, item, SH["prefix"]): self._text(shape, item, SH.namespace)
            for item in declared
        }
        return "".join(f"PREFIX {prefix}: <{space}> " for prefix, space in pairs.items())

    def _text(self, shape: Term, node: Term, predicate: IRI) -> str:
        value = self.facts.one(node, predicate)
        if isinstance(value, Literal | IRI):
            return value.value
        raise self.facts.wrong(shape, lacks("sh:declare", "sh:prefix, sh:namespace"), _NO_PREFIX)

    def _check(self, shape: Term, text: str, prebound: frozenset[str], *, ask: bool) -> None:
        """Refuse what does not parse, and what pre-binding forbids (§5.2.1 and appendix A)."""
        try:
            refuse_unreadable(text)
            scanned = scan(text)
        except QueryError as error:
            raise self._no_query(shape, error) from error
        forbidden = scanned.forbidden(prebound | {"value"} if ask else prebound)
        if forbidden and prebound:
            raise self.facts.wrong(shape, forbidden, Message("see-address", address=_PREBINDING))
        if not ask and "this" not in scanned.projected:
            raise self.facts.wrong(shape, lacks("SELECT", "$this"), write_like("SELECT $this …"))

    def _no_query(self, shape: Term, error: HrdgraphError) -> HrdgraphError:
        return self.facts.wrong(shape, error.message, error.advice or _NO_PREFIX)
