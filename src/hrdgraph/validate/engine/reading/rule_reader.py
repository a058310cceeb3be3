"""The rules of a shape as triples → the model, checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad, Subject, Term
from hrdgraph.rdf.lexical import NUMERIC, number_of
from hrdgraph.rdfio import format_named, parse
from hrdgraph.store.oxigraph import KNOWN_PREFIXES
from hrdgraph.store.tokens import Token, tokens_of
from hrdgraph.validate.engine.model.expression import filters_of
from hrdgraph.validate.engine.model.rules import Place, QueryRule, ShapeRule, TripleRule, Variable
from hrdgraph.validate.engine.model.shapes import ConstraintQuery, Shape
from hrdgraph.validate.engine.reading.components import Components
from hrdgraph.validate.engine.reading.expression_reader import AF, ExpressionReader
from hrdgraph.validate.engine.reading.shape_reader import ShapeReader, short
from hrdgraph.vocab import RDF, SH

_VARIABLE = "urn:x-hrdgraph:variable:"
Template = tuple[tuple[Place, Place, Place], ...]
_ENDS = (SH.subject, SH.predicate, SH.object)
_KINDS = {SH.TripleRule: SH.subject, SH.SPARQLRule: SH.construct}


class RuleReader:
    """Reads what shapes say with sh:rule."""

    def __init__(self, said: ShapeReader, components: Components) -> None:
        self.said, self.components = said, components

    def rules(self, shape: Shape) -> Iterator[ShapeRule]:
        """The rules of a shape that are not deactivated."""
        for node in dict.fromkeys(self.said.objects(shape.node, SH.rule)):
            if not self.said.truth(node, SH.deactivated):
                order = (self._order(shape.node, shape.node), self._order(shape.node, node))
                yield ShapeRule(
                    node,
                    shape.node,
                    self._made(shape, node),
                    tuple(self._conditions(shape.node, node)),
                    order,
                )

    def _made(self, shape: Shape, node: Term) -> TripleRule | QueryRule:
        kinds = [
            kind
            for kind, word in _KINDS.items()
            if kind in self.said.objects(node, RDF.type) or self.said.objects(node, word)
        ]
        if kinds == [SH.TripleRule]:
            reader = ExpressionReader(self.said, shape.node)
            return TripleRule(*(reader.read(self._one(shape.node, node, word)) for word in _ENDS))
        if kinds == [SH.SPARQLRule]:
            return self._query_rule(shape, node)
        raise self.said.wrong(shape.node, "rule-kind-unclear", "rule-kinds")

    def _one(self, shape: Term, node: Term, predicate: IRI) -> Term:
        values = list(dict.fromkeys(self.said.objects(node, predicate)))
        if len(values) != 1:
            code = "rule-property-count" if values else "rule-property-missing"
            fact = Message(code, count=len(values), property=short(predicate))
            raise self.said.wrong(shape, fact, Message("see-address", address=f"{AF}rules"))
        return values[0]

    def _order(self, shape: Term, node: Term) -> Decimal:
        value = self.said.one(node, SH.order)
        number = (
            number_of(value.value)
            if isinstance(value, Literal) and value.datatype in NUMERIC
            else None
        )
        if value is not None and (number is None or not number.is_finite()):
            raise self.said.wrong(
                shape,
                "property-value-is",
                "number-expected",
                property="sh:order",
                value=value.n3()[:80],
            )
        return number if number is not None else Decimal(0)

    def _conditions(self, shape: Term, node: Term) -> Iterator[Term]:
        for value in dict.fromkeys(self.said.objects(node, SH.condition)):
            if isinstance(value, Literal):
                raise self.said.wrong(
                    shape,
                    "property-value-is",
                    "shape-expected",
                    property="sh:condition",
                    value=value.n3()[:80],
                )
            yield value

    def _query_rule(self, shape: Shape, node: Term) -> QueryRule:
        text = self.components.construct(shape.node, node, shape.path)
        try:
            template, query, names = _parts(text)
        except HrdgraphError as error:
            raise self.said.wrong(
                shape.node, Message("template-wrong", fact=error.message), error.advice
            ) from error
        self.components.check(shape.node, query)
        of_focus = any((token.kind, token.text) == ("var", "this") for token in tokens_of(text))
        return QueryRule(ConstraintQuery(node, query), template, names, of_focus)


def shapes_of_rule(rule: ShapeRule) -> tuple[Term, ...]:
    """The shapes that a rule asks."""
    made = rule.made
    inner = (made.subject, made.predicate, made.object) if isinstance(made, TripleRule) else ()
    return rule.conditions + tuple(
        shape for expression in inner for shape in filters_of(expression)
    )


def _parts(text: str) -> tuple[Template, str, tuple[str, ...]]:
    """The template of a CONSTRUCT, the SELECT that finds what to fill in, and what that selects."""
    tokens = tokens_of(text)
    word = next(
        n for n, token in enumerate(tokens) if (token.kind, token.text) == ("word", "CONSTRUCT")
    )
    first = next(n for n in range(word, len(tokens)) if tokens[n].text == "{")
    last = _closing(tokens, first)
    body = text[tokens[first].end : tokens[last].start]
    marked = _marked(body)
    prologue = (
        "".join(f"PREFIX {name}: <{space}> " for name, space in KNOWN_PREFIXES.items())
        + text[: tokens[word].start]
    )
    quads = parse(f"{prologue}\n{marked}", format_named("ttl"), scope="t")
    template = tuple(_triple(quad) for quad in quads)
    names = tuple(
        sorted(
            {
                "this",
                *(token.text for token in tokens_of(body) if token.kind == "var"),
                *_apart(tokens[last:], template),
            }
        )
    )
    is_plain = first == word + 1  # CONSTRUCT { … } WHERE, not CONSTRUCT WHERE { … }
    few = "" if _words(tokens[last:]) & {"LIMIT", "OFFSET"} else "DISTINCT "
    select = f"{text[: tokens[word].start]}SELECT {few}{' '.join(f'?{name}' for name in names)} "
    return template, select + text[tokens[last].end if is_plain else tokens[word].end :], names


def _words(tokens: Sequence[Token]) -> set[str]:
    return {token.text for token in tokens if token.kind == "word"}


def _apart(rest: Sequence[Token], template: Template) -> set[str]:
    """The variables by which solutions are told apart where they make new nodes."""
    words = _words(rest)
    is_new = "BNODE" in words or any(
        isinstance(place, BlankNode) for triple in template for place in triple
    )
    return _outermost(rest) if is_new and "GROUP" not in words else set()


def _outermost(rest: Sequence[Token]) -> set[str]:
    """The variables that no subquery hides; those of a subquery that it does not project would
    make the query wrong."""
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


def _marked(template: str) -> str:
    """The template with an IRI in place of each variable: then it is Turtle."""
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
