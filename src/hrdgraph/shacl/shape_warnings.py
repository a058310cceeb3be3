"""Warn of likely mistakes in shapes, and of what is not evaluated or left to pySHACL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.findings.model import Finding, Kind, Severity, short
from hrdgraph.nearest import nearest
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Quad, Term
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.vocab import OWL, RDF, RDFS, SH

_MAIN_WORDS: Final = "filterShape path union intersection minus exists if count distinct"
_INNER_WORDS: Final = "nodes exists minus if then else count distinct"
MAIN: Final = tuple(SH[word] for word in _MAIN_WORDS.split())
_INNER: Final = tuple(SH[word] for word in _INNER_WORDS.split())
_LISTS: Final = (SH.union, SH.intersection)


def foreign_parts(shapes: Shapes, expression: Term) -> list[Term]:
    """Return the nodes of an expression that are not supported here: functions above all."""
    return [
        node
        for node in _nodes(shapes, expression)
        if not any(shapes.objects(node, word) for word in MAIN)
    ]


@lru_cache(maxsize=4)
def list_called_functions(shapes: Shapes) -> Mapping[Term, frozenset[Term]]:
    """Return the expressions that columns do not compile and pySHACL evaluates, because their
    unsupported parts all call declared functions, with these functions."""
    declared = {quad.subject for quad in shapes.quads if quad.object == SH.SPARQLFunction}
    calls: dict[Term, frozenset[Term]] = {}
    for quad in shapes.quads if declared else ():
        if quad.predicate == SH.expression:
            parts = foreign_parts(shapes, quad.object)
            words = [
                declared & {triple.predicate for triple in shapes.quads if triple.subject == part}
                for part in parts
            ]
            if words and all(words):
                calls[quad.object] = frozenset().union(*words)
    return calls


def shapes_that_call(shapes: Shapes, roots: Iterable[Term]) -> tuple[Term, ...]:
    """Return those of the shapes that lead to an expression which calls a declared function."""
    calls = list_called_functions(shapes)
    return tuple(
        root for root in roots if calls and not calls.keys().isdisjoint(_reach(shapes, root))
    )


def _reach(shapes: Shapes, root: Term) -> set[Term]:
    """Return all nodes that the shapes' statements lead to from one."""
    about: dict[Term, list[Term]] = {}
    for quad in shapes.quads:
        about.setdefault(quad.subject, []).append(quad.object)
    reached, waiting = {root}, [root]
    while waiting:
        fresh = set(about.get(waiting.pop(), ())) - reached
        reached |= fresh
        waiting += fresh
    return reached


def _nodes(shapes: Shapes, expression: Term) -> Iterator[BlankNode]:
    """Yield the expression and those within it that are no constants, each once."""
    waiting, visited = [expression], set[Term]()
    while waiting:
        node = waiting.pop()
        if isinstance(node, BlankNode) and node not in visited:
            visited.add(node)
            yield node
            waiting += [inner for word in _INNER for inner in shapes.objects(node, word)]
            waiting += members_of(
                shapes, (head for word in _LISTS for head in shapes.objects(node, word))
            )


def members_of(shapes: Shapes, heads: Iterable[Term]) -> Iterator[Term]:
    """Yield the members of lists, as far as they are well-formed."""
    waiting, visited = [*heads], set[Term]()
    while waiting:
        head = waiting.pop()
        if head not in visited:
            visited.add(head)
            yield from shapes.objects(head, RDF.first)
            waiting += shapes.objects(head, RDF.rest)


_PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
_STEPS = {
    SH.path, SH.alternativePath, SH.inversePath, SH.zeroOrMorePath, SH.oneOrMorePath,
    SH.zeroOrOnePath, RDF.first,
}  # fmt: skip
_NAMED = {
    SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals, SH.targetSubjectsOf,
    SH.targetObjectsOf,
}  # fmt: skip
_SHAPES = {SH.node, SH["not"], SH.property, SH.qualifiedValueShape, SH.condition, SH.filterShape}
_LOGICAL_LISTS = {SH["and"], SH["or"], SH.xone}
_WORDS = """
    and class closed datatype deactivated disjoint equals flags hasValue ignoredProperties in
    languageIn lessThan lessThanOrEquals maxCount maxExclusive maxInclusive maxLength minCount
    minExclusive minInclusive minLength node nodeKind not or path pattern property
    qualifiedMaxCount qualifiedMinCount qualifiedValueShape qualifiedValueShapesDisjoint sparql
    target targetClass targetNode targetObjectsOf targetSubjectsOf uniqueLang xone severity
    message name description order group defaultValue select ask prefixes declare shapesGraph
    entailment suggestedShapesGraph rule expression optional nodes
"""
_KNOWN = {SH[word] for word in _WORDS.split()}
_ELSEWHERE = {SH[word] for word in ("js", "values")}  # of SHACL-JS and of no W3C document


def notices(graph: ColumnGraph, shapes: Shapes, *, inferred: bool = False) -> list[Finding]:
    """Return warnings for target classes that do not exist, properties that nobody has, unused
    shapes, unknown parameters of SHACL, and unsupported parts; and a note for rules, unless
    they were run."""
    return [
        *idle_targets(graph, shapes), *_unknown_properties(graph, shapes), *_of_shapes(shapes),
        *([] if inferred else _rules_not_run(shapes)),
    ]  # fmt: skip


@lru_cache(maxsize=4)
def _of_shapes(shapes: Shapes) -> tuple[Finding, ...]:
    """Return warnings that no graph can change; those of the last shapes are cached."""
    return (*_unknown_shapes(shapes), *_unknown_parameters(shapes), *_foreign_expressions(shapes))


def idle_targets(graph: ColumnGraph, shapes: Shapes) -> list[Finding]:
    """Return a warning for each target class that is missing from data and background: usually a
    misspelt name."""
    declared, unknown = _target_classes(shapes)
    if not unknown:
        return []
    classes = (
        declared
        | _terms_of(graph, RDF.type, "o")
        | _terms_of(graph, RDFS.subClassOf, "o")
        | _terms_of(graph, RDFS.subClassOf, "s")
    )
    names = [text[1:-1] for text in sorted(classes)]
    return [
        _notice(shapes, shape, "targetClass", "target-class-unknown", target, names)
        for shape, target in unknown
        if target.n3() not in classes
    ]


@lru_cache(maxsize=4)
def _target_classes(shapes: Shapes) -> tuple[frozenset[str], tuple[tuple[Term, Term], ...]]:
    """Return the classes of the background, and the shapes with other target classes."""
    declared = frozenset(_classes(shapes.background))
    return declared, tuple(
        (quad.subject, quad.object)
        for quad in shapes.quads
        if quad.predicate == SH.targetClass and quad.object.n3() not in declared
    )


def _terms_of(graph: ColumnGraph, predicate: IRI, column: str) -> set[str]:
    """Return the distinct terms of one column for a predicate, without an index over all terms."""
    place = graph.terms.index_of(predicate.n3())
    if place is None:
        return set()
    return set(
        graph.terms.gather(graph.quads[column].filter(graph.quads["p"] == place).unique()).to_list()
    )


def _classes(background: ColumnGraph) -> set[str]:
    text = background.text()
    declared = text.filter(p=RDF.type.n3()).filter(
        text.filter(p=RDF.type.n3())["o"].is_in([OWL.Class.n3(), RDFS.Class.n3()])
    )["s"]
    above = text.filter(p=RDFS.subClassOf.n3())
    return {*declared, *above["s"], *above["o"]}


def _rules_not_run(shapes: Shapes) -> Iterator[Finding]:
    for shape in dict.fromkeys(quad.subject for quad in shapes.quads if quad.predicate == SH.rule):
        yield replace(
            _notice(shapes, shape, "rule", "rules-not-run", SH.rule, ()), severity=Severity.INFO
        )


def _foreign_expressions(shapes: Shapes) -> Iterator[Finding]:
    """Yield a warning for expressions with an unsupported part, and for the functions that they
    call."""
    for quad in shapes.quads:
        if quad.predicate == SH.expression:
            if calls := list_called_functions(shapes).get(quad.object):
                for function in sorted(calls, key=str):
                    notice = _notice(
                        shapes, quad.subject, "parameter", "pyshacl-judged", function, ()
                    )
                    yield replace(notice, severity=Severity.INFO)
                continue
            for node in foreign_parts(shapes, quad.object):
                words = (triple.predicate for triple in shapes.quads if triple.subject == node)
                function = next(
                    (word for word in words if not word.value.startswith(str(SH))), SH.expression
                )
                yield _notice(
                    shapes, quad.subject, "parameter", "shacl-parameter-unread", function, ()
                )


def _unknown_properties(graph: ColumnGraph, shapes: Shapes) -> Iterator[Finding]:
    """Yield a warning for unknown properties in a namespace of the ontology."""
    declared, undeclared = _find_undeclared(shapes)
    used = set(graph.terms.gather(graph.quads["p"].unique()).to_list()) if undeclared else set()
    for shape, term in undeclared:
        if term.n3() not in used:
            yield _notice(shapes, shape, "path", "shape-property-unknown", term, declared)


@lru_cache(maxsize=4)
def _find_undeclared(shapes: Shapes) -> tuple[frozenset[str], tuple[tuple[Term, IRI], ...]]:
    """Return the properties of the ontology, and others in its namespaces that shapes name."""
    text = shapes.background.where(p=RDF.type).text()
    properties = text.filter(pl.col("o").is_in([kind.n3() for kind in _PROPERTIES]))["s"]
    declared = frozenset(name[1:-1] for name in properties.to_list())
    spaces = {_space(name) for name in declared}
    return declared, tuple(
        (shape, term)
        for shape, term in _steps(shapes)
        if term.value not in declared and _space(term.value) in spaces
    )


def _space(name: str) -> str:
    return name[: max(name.rfind("#"), name.rfind("/")) + 1]


def _steps(shapes: Shapes) -> Iterator[tuple[Term, IRI]]:
    """Yield the properties in paths and comparisons, each with its shape, once."""
    shape_of: dict[Term, Term] = {}
    pairs: set[tuple[Term, IRI]] = set()
    for quad in _paths_first(shapes):
        if quad.predicate in _STEPS and quad.predicate != SH.path and quad.subject not in shape_of:
            continue
        around = shape_of.get(quad.subject, quad.subject)
        if not isinstance(quad.object, IRI):
            shape_of[quad.object] = around
        elif quad.object != RDF.nil and (around, quad.object) not in pairs:
            pairs.add((around, quad.object))
            yield around, quad.object


def _paths_first(shapes: Shapes) -> Iterator[Quad]:
    """Yield the triples of paths from the outside inwards, then those of comparisons."""
    waiting = [quad for quad in shapes.quads if quad.predicate == SH.path]
    steps, visited = (*_STEPS, RDF.rest), set[Term]()
    while waiting:
        yield from waiting
        inner = [
            node
            for quad in waiting
            if isinstance(node := quad.object, BlankNode) and node not in visited
        ]
        visited.update(inner)
        waiting = [
            Quad(node, step, value)
            for node in inner
            for step in steps
            for value in shapes.objects(node, step)
        ]
    yield from (quad for quad in shapes.quads if quad.predicate in _NAMED)


def _find_referrers(shapes: Shapes) -> dict[Term, Term]:
    """Return the shapes that others refer to, each with the last that does."""
    referrers: dict[Term, Term] = {
        quad.object: quad.subject for quad in shapes.quads if quad.predicate in _SHAPES
    }
    lists = [quad for quad in shapes.quads if quad.predicate in _LOGICAL_LISTS]
    return referrers | {
        node: quad.subject for quad in lists for node in members_of(shapes, [quad.object])
    }


def _unknown_shapes(shapes: Shapes) -> Iterator[Finding]:
    nodes = {quad.subject for quad in shapes.quads}
    known = sorted(node.value for node in nodes if isinstance(node, IRI))
    for node, around in _find_referrers(shapes).items():
        if isinstance(node, IRI) and node not in nodes:
            yield _notice(shapes, around, "node", "shape-says-nothing", node, known)


def _unknown_parameters(shapes: Shapes) -> Iterator[Finding]:
    """Yield warnings for terms in the namespace of SHACL that do not exist, or are not evaluated
    here."""
    path, shaped = SH.path, (SH.NodeShape, SH.PropertyShape)
    nodes = {
        quad.subject for quad in shapes.quads if quad.predicate == path or quad.object in shaped
    }.union(_find_referrers(shapes))
    for quad in shapes.quads:
        if (
            quad.predicate not in _KNOWN
            and quad.subject in nodes
            and quad.predicate.value.startswith(str(SH))
        ):
            elsewhere = quad.predicate in _ELSEWHERE
            known = () if elsewhere else [iri.value for iri in _KNOWN]
            yield _notice(
                shapes, quad.subject, "parameter", "shacl-parameter-unread", quad.predicate, known
            )


def _notice(
    shapes: Shapes, shape: Term, about: str, code: str, term: Term, known: Iterable[str]
) -> Finding:
    name = short(term.n3()[1:-1])
    return Finding(
        severity=Severity.WARNING, kind=Kind.SHACL, rule=shapes.rule_of(shape),
        place=shapes.place_of(shape), component=about, fact=Message(code, name=name),
        value=term.n3(), suggestion=nearest(name, [short(item) for item in known]) or "",
    )  # fmt: skip
