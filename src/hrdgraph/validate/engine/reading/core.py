"""What a shape says in SHACL Core → its constraints, checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.validate.engine.columns.regex import is_regex
from hrdgraph.validate.engine.model.shapes import (
    ClassOf,
    ClosedConstraint,
    Constraint,
    CountConstraint,
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
    UniqueLang,
)
from hrdgraph.validate.engine.reading.shape_reader import SPEC, ShapeReader, short
from hrdgraph.vocab import SH, XSD

_KINDS = {
    SH.IRI: NodeKind(True, False, False),
    SH.BlankNode: NodeKind(False, True, False),
    SH.Literal: NodeKind(False, False, True),
    SH.BlankNodeOrIRI: NodeKind(True, True, False),
    SH.BlankNodeOrLiteral: NodeKind(False, True, True),
    SH.IRIOrLiteral: NodeKind(True, False, True),
}
_LISTS = {SH["and"]: Logic.AND, SH["or"]: Logic.OR, SH.xone: Logic.XONE}
_FLAGS = "ismxq"
_PROPERTY_ONLY = {
    SH.minCount,
    SH.maxCount,
    SH.uniqueLang,
    SH.lessThan,
    SH.lessThanOrEquals,
    SH.qualifiedValueShape,
}


def core_constraints(said: ShapeReader, shape: Term, *, has_path: bool) -> list[Constraint]:
    """Every constraint of SHACL Core that a shape declares."""
    present = said.predicates(shape)
    if not has_path and (misplaced := present & _PROPERTY_ONLY):
        name = short(min(misplaced, key=lambda iri: iri.value))
        raise said.wrong(shape, "node-shape-has", "move-to-property-shape", property=name)
    return [
        constraint
        for triggers, read in _READERS
        if triggers & present
        for constraint in read(said, shape)
    ]


def _kinds(said: ShapeReader, shape: Term) -> Iterator[Constraint]:
    for term in said.objects(shape, SH["class"]):
        yield ClassOf(said.iri(shape, SH["class"], term))
    if datatype := said.one(shape, SH.datatype):
        yield DatatypeConstraint(said.iri(shape, SH.datatype, datatype))
    if kind := said.one(shape, SH.nodeKind):
        if kind not in _KINDS:
            raise said.wrong(
                shape,
                "property-value-is",
                "one-of-kinds",
                property="sh:nodeKind",
                value=kind.n3()[:80],
                known=[short(known) for known in _KINDS],
            )
        yield _KINDS[kind]


def _numbers(said: ShapeReader, shape: Term) -> Iterator[Constraint]:
    for name, make in (
        ("minCount", CountConstraint),
        ("maxCount", CountConstraint),
        ("minLength", Length),
        ("maxLength", Length),
    ):
        limit = said.number(shape, SH[name])
        if limit is not None:
            yield make(name[0].upper() + name[1:], limit)


def _ranges(said: ShapeReader, shape: Term) -> Iterator[Constraint]:
    for order in RangeComparison:
        predicate = SH[order.value[0].lower() + order.value[1:]]
        limit = said.one(shape, predicate)
        if limit is not None:
            if not isinstance(limit, Literal):
                raise said.wrong(
                    shape,
                    "property-value-is",
                    "number-date-text-expected",
                    property=short(predicate),
                    value=limit.n3()[:80],
                )
            yield Range(order, limit)


def _strings(said: ShapeReader, shape: Term) -> Iterator[Constraint]:
    for term in said.objects(shape, SH.pattern):
        pattern = PatternConstraint(said.text(shape, SH.pattern, term), _flags(said, shape))
        if not is_regex(pattern.text, pattern.flags):
            raise said.wrong(
                shape,
                "pattern-no-regex",
                "try-pattern",
                pattern=pattern.text[:80],
            )
        yield pattern
    if (head := said.one(shape, SH.languageIn)) is not None:
        yield LanguageIn(tuple(_tag(said, shape, item) for item in said.members(shape, head)))
    if said.truth(shape, SH.uniqueLang):
        yield UniqueLang()


def _flags(said: ShapeReader, shape: Term) -> str:
    value = said.one(shape, SH.flags)
    flags = "" if value is None else said.text(shape, SH.flags, value)
    if set(flags) - set(_FLAGS):
        raise said.wrong(
            shape,
            "property-value-is",
            "known-flags",
            property="sh:flags",
            value=f"'{flags[:80]}'",
            known=list(_FLAGS),
            address=f"{SPEC}PatternConstraintComponent",
        )
    return flags


def _tag(said: ShapeReader, shape: Term, term: Term) -> str:
    if not isinstance(term, Literal) or term.datatype != XSD.string.value:
        raise said.wrong(
            shape,
            "property-value-is",
            "language-tags-expected",
            property="sh:languageIn",
            value=term.n3()[:80],
        )
    return term.value.lower()


def _compared(said: ShapeReader, shape: Term) -> Iterator[Constraint]:
    for how in Pairwise:
        predicate = SH[how.value[0].lower() + how.value[1:]]
        for other in said.objects(shape, predicate):
            yield PairConstraint(how, said.iri(shape, predicate, other))


def _logic(said: ShapeReader, shape: Term) -> Iterator[Constraint]:
    for predicate, logic in ((SH["not"], Logic.NOT), (SH.node, Logic.NODE)):
        for other in said.objects(shape, predicate):
            yield LogicalConstraint(logic, (_shape(said, shape, predicate, other),))
    for predicate, logic in _LISTS.items():
        for head in said.objects(shape, predicate):
            yield LogicalConstraint(
                logic,
                tuple(_shape(said, shape, predicate, item) for item in said.members(shape, head)),
            )
    for other in said.objects(shape, SH.property):
        if not said.objects(other, SH.path):
            raise said.wrong(
                shape,
                "property-without-path",
                "give-path-or-node",
                node=other.n3()[:80],
            )
        yield PropertyConstraint(other)


def _shape(said: ShapeReader, shape: Term, predicate: IRI, other: Term) -> Term:
    if isinstance(other, Literal):
        raise said.wrong(
            shape,
            "property-value-is",
            "shape-expected",
            property=short(predicate),
            value=other.n3()[:80],
        )
    return other


def _qualified(said: ShapeReader, shape: Term) -> Iterator[Constraint]:
    value = said.one(shape, SH.qualifiedValueShape)
    disjoint = said.truth(shape, SH.qualifiedValueShapesDisjoint)
    for name in ("qualifiedMinCount", "qualifiedMaxCount"):
        limit = said.number(shape, SH[name])
        if limit is None or value is None:
            continue
        siblings = _siblings(said, shape, value) if disjoint else ()
        yield QualifiedCount(
            name[0].upper() + name[1:],
            _shape(said, shape, SH.qualifiedValueShape, value),
            limit,
            siblings,
        )


def _siblings(said: ShapeReader, shape: Term, own: Term) -> tuple[Term, ...]:
    """The other qualified shapes beside this one (§4.7.3)."""
    around = [
        quad.subject
        for quad in said.shapes.quads
        if quad.predicate == SH.property and quad.object == shape
    ]
    found = (
        other
        for parent in around
        for beside in said.objects(parent, SH.property)
        for other in said.objects(beside, SH.qualifiedValueShape)
    )
    return tuple(other for other in dict.fromkeys(found) if other != own)


def _closed(said: ShapeReader, shape: Term) -> Iterator[Constraint]:
    if not said.truth(shape, SH.closed):
        return
    paths = (
        path for other in said.objects(shape, SH.property) for path in said.objects(other, SH.path)
    )
    head = said.one(shape, SH.ignoredProperties)
    ignored = [] if head is None else said.members(shape, head)
    for term in ignored:
        said.iri(shape, SH.ignoredProperties, term)
    yield ClosedConstraint(
        tuple(dict.fromkeys(term for term in (*paths, *ignored) if isinstance(term, IRI)))
    )


def _values(said: ShapeReader, shape: Term) -> Iterator[Constraint]:
    for term in said.objects(shape, SH.hasValue):
        yield HasValue(term)
    if (head := said.one(shape, SH["in"])) is not None:
        yield In(tuple(said.members(shape, head)))


Read = Callable[[ShapeReader, Term], Iterator[Constraint]]
_READERS: tuple[tuple[set[IRI], Read], ...] = (
    ({SH["class"], SH.datatype, SH.nodeKind}, _kinds),
    ({SH.minCount, SH.maxCount, SH.minLength, SH.maxLength}, _numbers),
    ({SH.minInclusive, SH.maxInclusive, SH.minExclusive, SH.maxExclusive}, _ranges),
    ({SH.pattern, SH.languageIn, SH.uniqueLang}, _strings),
    ({SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals}, _compared),
    ({SH["not"], SH.node, SH["and"], SH["or"], SH.xone, SH.property}, _logic),
    ({SH.qualifiedValueShape}, _qualified),
    ({SH.closed}, _closed),
    ({SH.hasValue, SH["in"]}, _values),
)
