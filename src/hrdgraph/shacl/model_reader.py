"""Read shapes, node expressions and rules from triples into the model, checking every shape before
looking at data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from hrdgraph.catalogue import Message, lacks
from hrdgraph.errors import HrdgraphError, OntologyError, raise_all
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad, Subject, Term
from hrdgraph.rdf.lexical import NUMERIC, number_of
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse
from hrdgraph.shacl.constraint_reader import (
    DEEPEST,
    Components,
    ShapeReader,
    core_constraints,
    short,
)
from hrdgraph.shacl.model import (
    NOTHING,
    Along,
    ConstantExpression,
    Constraint,
    ConstraintQuery,
    CountExpression,
    Exists,
    Expression,
    ExpressionConstraint,
    FilterShapeExpression,
    IfExpression,
    Intersection,
    LogicalConstraint,
    Minus,
    Model,
    Place,
    PropertyConstraint,
    QualifiedCount,
    QueryRule,
    Shape,
    ShapeRule,
    Target,
    TargetKind,
    This,
    TripleRule,
    Union,
    Variable,
    filters_of,
    parts_of,
)
from hrdgraph.shacl.shape_warnings import MAIN, foreign_parts
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.store.oxigraph import KNOWN_PREFIXES
from hrdgraph.store.tokens import Token, tokens_of
from hrdgraph.vocab import OWL, RDF, RDFS, SH

AF = "https://www.w3.org/TR/shacl-af/#"
_THIS = This()


class ExpressionReader:
    """Reads the node expressions of a shape."""

    def __init__(self, facts: ShapeReader, shape: Term) -> None:
        self.facts, self.shape = facts, shape

    def read(self, node: Term, depth: int = DEEPEST) -> Expression:
        """Read the expression of a node. OntologyError for ill-formed or unsupported ones."""
        if node == SH.this:
            return _THIS
        if not isinstance(node, BlankNode):
            return ConstantExpression(node)
        if depth == 0:
            raise self.wrong(Message("nested-too-deep"))
        if foreign_parts(self.facts.shapes, node):
            names = sorted(short(iri) for iri in self.facts.predicates(node))
            fact = Message("expression-not-evaluated", names=names or "[]")
            raise self.wrong(fact, known=True)
        words = [word for word in MAIN if self.facts.objects(node, word)]
        if len(words) != 1:
            raise self.wrong(Message("several-of", names=[short(word) for word in words]))
        return self._one(node, words[0], depth - 1)

    def _one(self, node: Term, word: IRI, depth: int) -> Expression:
        value = self._value(node, word)
        if word == SH.path:
            nodes = _plain(self, self._optional(node, SH.nodes, _THIS, depth))
            return Along(self.facts.path(self.shape, value), nodes)
        if word == SH.filterShape:
            if isinstance(value, Literal):
                raise self.wrong(
                    Message("property-value-is", property=short(word), value=value.n3()[:80])
                )
            return FilterShapeExpression(
                value, _plain(self, self._optional(node, SH.nodes, _THIS, depth))
            )
        if word in (SH.union, SH.intersection):
            parts = tuple(self.read(item, depth) for item in self.facts.members(self.shape, value))
            return Union(parts) if word == SH.union else Intersection(parts)
        if word == SH["if"]:
            branches = (
                self._optional(node, name, NOTHING, depth) for name in (SH.then, SH["else"])
            )
            return IfExpression(self.read(value, depth), *branches)
        inner = self.read(value, depth)
        if word == SH.exists:
            return Exists(inner)
        if word == SH.minus:
            return Minus(self.read(self._value(node, SH.nodes), depth), inner)
        # sh:distinct: sets are distinct
        return CountExpression(inner) if word == SH.count else inner

    def _optional(self, node: Term, predicate: IRI, default: Expression, depth: int) -> Expression:
        return (
            self.read(self._value(node, predicate), depth)
            if self.facts.objects(node, predicate)
            else default
        )

    def _value(self, node: Term, predicate: IRI) -> Term:
        values = list(dict.fromkeys(self.facts.objects(node, predicate)))
        if len(values) != 1:
            raise self.wrong(Message("one-expected", count=len(values), term=short(predicate)))
        return values[0]

    def wrong(self, fact: Message, *, known: bool = False) -> OntologyError:
        """Return the error for a part of an expression."""
        hint = Message("see-address", address=f"{AF}node-expressions")
        if known:
            hint = Message("there-is", known=["sh:this", *map(short, MAIN)])
        return self.facts.wrong(self.shape, fact, hint)


def _plain(reader: ExpressionReader, nodes: Expression) -> Expression:
    """Return nodes that a path or filter may start from; raise an error if one is a number of
    sh:count."""
    waiting = [nodes]
    while waiting:
        part = waiting.pop()
        if isinstance(part, CountExpression):
            raise reader.wrong(Message("count-not-nodes"))
        waiting += parts_of(part)
    return nodes


_VARIABLE = "urn:x-hrdgraph:variable:"
Template = tuple[tuple[Place, Place, Place], ...]
_ENDS = (SH.subject, SH.predicate, SH.object)
_KINDS = {SH.TripleRule: SH.subject, SH.SPARQLRule: SH.construct}


class RuleReader:
    """Reads the rules of shapes (sh:rule)."""

    def __init__(self, facts: ShapeReader, components: Components) -> None:
        self.facts, self.components = facts, components

    def rules(self, shape: Shape) -> Iterator[ShapeRule]:
        """Yield the rules of a shape that are not deactivated."""
        for node in dict.fromkeys(self.facts.objects(shape.node, SH.rule)):
            if not self.facts.truth(node, SH.deactivated):
                order = (self._order(shape.node, shape.node), self._order(shape.node, node))
                yield ShapeRule(
                    node, shape.node, self._read_conclusion(shape, node),
                    tuple(self._conditions(shape.node, node)), order,
                )  # fmt: skip

    def _read_conclusion(self, shape: Shape, node: Term) -> TripleRule | QueryRule:
        kinds = [
            kind
            for kind, word in _KINDS.items()
            if kind in self.facts.objects(node, RDF.type) or self.facts.objects(node, word)
        ]
        if kinds == [SH.TripleRule]:
            reader = ExpressionReader(self.facts, shape.node)
            return TripleRule(*(reader.read(self._one(shape.node, node, word)) for word in _ENDS))
        if kinds == [SH.SPARQLRule]:
            text = self.components.construct(shape.node, node, shape.path)
            try:
                template, query, names = _parts(text)
            except HrdgraphError as error:
                raise self.facts.wrong(
                    shape.node,
                    Message("place-and-fact", file="CONSTRUCT", fact=error.message),
                    error.advice,
                ) from error
            self.components.check(shape.node, query)
            of_focus = any((token.kind, token.text) == ("var", "this") for token in tokens_of(text))
            return QueryRule(ConstraintQuery(node, query), template, names, of_focus)
        known = Message("must-be-one-of", term="sh:rule", known="sh:TripleRule, sh:SPARQLRule")
        raise self.facts.wrong(shape.node, known, Message("see-address", address=f"{AF}rules"))

    def _one(self, shape: Term, node: Term, predicate: IRI) -> Term:
        values = list(dict.fromkeys(self.facts.objects(node, predicate)))
        if len(values) != 1:
            fact = Message("one-expected", count=len(values), term=short(predicate))
            raise self.facts.wrong(shape, fact, Message("see-address", address=f"{AF}rules"))
        return values[0]

    def _order(self, shape: Term, node: Term) -> Decimal:
        value = self.facts.one(node, SH.order)
        number = (
            number_of(value.value)
            if isinstance(value, Literal) and value.datatype in NUMERIC
            else None
        )
        if value is not None and (number is None or not number.is_finite()):
            raise self.facts.not_of_kind(shape, SH.order, value, "number")
        return number if number is not None else Decimal(0)

    def _conditions(self, shape: Term, node: Term) -> Iterator[Term]:
        for value in dict.fromkeys(self.facts.objects(node, SH.condition)):
            if isinstance(value, Literal):
                raise self.facts.not_of_kind(shape, SH.condition, value, "shape")
            yield value


def shapes_of_rule(rule: ShapeRule) -> tuple[Term, ...]:
    """Return the shapes that a rule refers to."""
    head = rule.made
    inner = (head.subject, head.predicate, head.object) if isinstance(head, TripleRule) else ()
    return rule.conditions + tuple(
        shape for expression in inner for shape in filters_of(expression)
    )


def _parts(text: str) -> tuple[Template, str, tuple[str, ...]]:
    """Return the template of a CONSTRUCT, the SELECT for its values, and the selected variables."""
    tokens = tokens_of(text)
    word = next(
        n for n, token in enumerate(tokens) if (token.kind, token.text) == ("word", "CONSTRUCT")
    )
    first = next(n for n in range(word, len(tokens)) if tokens[n].text == "{")
    last = _closing(tokens, first)
    body = text[tokens[first].end : tokens[last].start]
    marked = _mark_variables(body)
    prologue = (
        "".join(f"PREFIX {name}: <{space}> " for name, space in KNOWN_PREFIXES.items())
        + text[: tokens[word].start]
    )
    quads = parse(f"{prologue}\n{marked}", format_named("ttl"), scope="t")
    template = tuple(_triple(quad) for quad in quads)
    rest = tokens[last:]
    words = _words(rest)
    is_new = "BNODE" in words or any(
        isinstance(place, BlankNode) for triple in template for place in triple
    )
    names = tuple(
        sorted(
            {
                "this",
                *(token.text for token in tokens_of(body) if token.kind == "var"),
                *(_outermost(rest) if is_new and "GROUP" not in words else set()),
            }
        )
    )
    is_plain = first == word + 1  # CONSTRUCT { … } WHERE, not CONSTRUCT WHERE { … }
    few = "" if _words(tokens[last:]) & {"LIMIT", "OFFSET"} else "DISTINCT "
    select = f"{text[: tokens[word].start]}SELECT {few}{' '.join(f'?{name}' for name in names)} "
    return template, select + text[tokens[last].end if is_plain else tokens[word].end :], names


def _words(tokens: Sequence[Token]) -> set[str]:
    return {token.text for token in tokens if token.kind == "word"}


def _outermost(rest: Sequence[Token]) -> set[str]:
    """Return the variables outside subqueries and those that these project; hidden ones would make
    the query wrong."""
    hidden: set[str] = set()
    depth, inside = 0, 0
    for token in rest:
        depth += (token.text == "{") - (token.text == "}")
        if token.kind == "word" and token.text == "SELECT":
            inside = inside or depth
        elif inside and depth < inside:
            inside = 0
        elif token.kind == "var" and not inside:
            hidden.add(token.text)
    return hidden


def _closing(tokens: Sequence[Token], first: int) -> int:
    depth = 0
    for n in range(first, len(tokens)):
        depth += (tokens[n].text == "{") - (tokens[n].text == "}")
        if depth == 0:
            return n
    return len(tokens) - 1


def _mark_variables(template: str) -> str:
    """Replace each variable of a template by an IRI, which makes it Turtle."""
    for token in reversed(tokens_of(template)):
        if token.kind == "var":
            template = f"{template[: token.start]}<{_VARIABLE}{token.text}>{template[token.end :]}"
    return template + " ." if template.strip() and not template.rstrip().endswith(".") else template


def _triple(quad: Quad) -> tuple[Place, Place, Place]:
    return _place(quad.subject), _place(quad.predicate), _place(quad.object)


def _place(term: Subject | Term) -> Place:
    if isinstance(term, IRI) and term.value.startswith(_VARIABLE):
        return Variable(term.value[len(_VARIABLE) :])
    return term


_TARGETS = {
    SH.targetNode: TargetKind.NODE, SH.targetClass: TargetKind.CLASS,
    SH.targetSubjectsOf: TargetKind.SUBJECTS, SH.targetObjectsOf: TargetKind.OBJECTS,
}  # fmt: skip
_TARGET, _SHAPES = SH.target, (SH.NodeShape, SH.PropertyShape)


@lru_cache(maxsize=4)
def read_model(shapes: Shapes) -> Model:
    """Read every shape that is declared as one or reached from one; the last models are
    remembered. Raises OntologyError, all of what is wrong at once."""
    return _Reader(shapes).model()[0]


def read_rules(shapes: Shapes) -> tuple[Model, tuple[ShapeRule, ...]]:
    """Return the model with the rules of all shapes that have targets, in running order."""
    return _Reader(shapes).model(rules=True)


class _Reader:
    def __init__(self, shapes: Shapes) -> None:
        self.facts = ShapeReader(shapes)
        self.components = Components(self.facts)
        # which OWL puts below it
        self.classes = self.facts.subclasses(RDFS.Class) | self.facts.subclasses(OWL.Class)
        self.shapes: dict[Term, Shape] = {}
        self.errors: dict[str, HrdgraphError] = {}
        self.declared = tuple(dict.fromkeys(self._find_shapes()))

    def model(self, *, rules: bool = False) -> tuple[Model, tuple[ShapeRule, ...]]:
        self._reach(self.declared)
        roots = tuple(node for node in self.declared if self.shapes[node].targets)
        all_rules = (
            tuple(rule for node in roots for rule in self._rules(self.shapes[node]))
            if rules
            else ()
        )
        raise_all([*self.errors.values()])
        # Refuse recursion, which the specification leaves undefined (§3.4.3), naming the shapes
        # of the circle.
        heights: dict[Term, int] = {}
        for root in (*roots, *(node for rule in all_rules for node in shapes_of_rule(rule))):
            self._walk(root, heights)
            if heights[root] > DEEPEST:
                raise self.facts.wrong(root, "nested-too-deep", "nest-less", limit=DEEPEST)
        return Model(MappingProxyType(self.shapes), roots), tuple(
            sorted(all_rules, key=lambda rule: rule.order)
        )

    def _reach(self, nodes: Iterable[Term]) -> None:
        """Read these shapes, and all that they lead to."""
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node not in self.shapes:
                shape = self.shapes[node] = self._read(node)
                waiting.extend(
                    other for constraint in shape.constraints for other in shapes_of(constraint)
                )

    def _rules(self, shape: Shape) -> list[ShapeRule]:
        try:
            own = list(RuleReader(self.facts, self.components).rules(shape))
        except HrdgraphError as error:
            self.errors.setdefault(str(error), error)
            return []
        self._reach(node for rule in own for node in shapes_of_rule(rule))
        return own

    def _find_shapes(self) -> Iterator[Term]:
        """Yield what is typed as a shape or has a target, in order."""
        for quad in self.facts.shapes.quads:
            is_typed = quad.object in _SHAPES and quad.predicate == RDF.type
            if is_typed or quad.predicate in _TARGETS or quad.predicate == _TARGET:
                yield quad.subject

    def _read(self, node: Term) -> Shape:
        """Read one shape; if it is wrong, keep the error and return an empty shape."""
        try:
            path = self.facts.one(node, SH.path)
            if path is None and SH.PropertyShape in self.facts.objects(node, RDF.type):
                raise self.facts.wrong(node, lacks("sh:PropertyShape", "sh:path"))
            read = None if path is None else self.facts.path(node, path)
            if self.facts.truth(node, SH.deactivated):
                return Shape(node, read, (), ())
            constraints = core_constraints(self.facts, node, has_path=path is not None)
            constraints += self.components.constraints(node, read)
            constraints += self._read_expressions(node)
            severity = self.facts.one(node, SH.severity) or SH.Violation
            severity = self.facts.iri(node, SH.severity, severity)
            return Shape(node, read, tuple(self._targets(node)), tuple(constraints), severity)
        except HrdgraphError as error:
            self.errors.setdefault(str(error), error)
            return Shape(node, None, (), ())

    def _read_expressions(self, node: Term) -> Iterator[Constraint]:
        """Yield the expressions that must hold; unsupported ones are reported by `notices`."""
        for term in dict.fromkeys(self.facts.objects(node, SH.expression)):
            if not foreign_parts(self.facts.shapes, term) and not self.facts.truth(
                term, SH.deactivated
            ):
                messages = tuple(
                    message
                    for message in self.facts.objects(term, SH.message)
                    if isinstance(message, Literal)
                )
                yield ExpressionConstraint(
                    term, ExpressionReader(self.facts, node).read(term), messages
                )

    def _targets(self, node: Term) -> Iterator[Target]:
        for predicate, kind in _TARGETS.items():
            for term in dict.fromkeys(self.facts.objects(node, predicate)):
                yield Target(
                    kind, term if kind is TargetKind.NODE else self.facts.iri(node, predicate, term)
                )
        if isinstance(node, IRI) and self.classes & set(self.facts.objects(node, RDF.type)):
            yield Target(TargetKind.CLASS, node)
        for term in self.facts.objects(node, SH.target):
            query, parameters = self.components.target(node, term)
            yield Target(TargetKind.SPARQL, term, query, parameters)

    def _walk(self, root: Term, heights: dict[Term, int]) -> None:
        """Walk depth first, without Python's stack; `heights` is how deeply shapes are nested in
        each."""
        way: dict[Term, Iterator[Term]] = {root: self._next(root)}
        while way:
            node = next(reversed(way))
            other = next(way[node], None)
            if other is None:
                way.pop(node)
                heights[node] = 1 + max((heights[inner] for inner in self._next(node)), default=0)
            elif other in way:
                raise self._circle([*way], other)
            elif other not in heights:
                way[other] = self._next(other)

    def _circle(self, way: list[Term], again: Term) -> HrdgraphError:
        names = " → ".join(
            self.facts.shapes.rule_of(item) for item in [*way[way.index(again) :], again]
        )
        fact = Message("place-and-fact", file=names, fact=Message("contains-itself"))
        return self.facts.wrong(again, fact, "follow-with-path")

    def _next(self, node: Term) -> Iterator[Term]:
        return (
            other for constraint in self.shapes[node].constraints for other in shapes_of(constraint)
        )


def shapes_of(constraint: Constraint) -> tuple[Term, ...]:
    """Return the shapes that a constraint refers to."""
    match constraint:
        case PropertyConstraint(shape):
            return (shape,)
        case LogicalConstraint(_, shapes):
            return shapes
        case QualifiedCount():
            return (constraint.shape, *constraint.siblings)
        case ExpressionConstraint():
            return filters_of(constraint.expression)
    return ()
