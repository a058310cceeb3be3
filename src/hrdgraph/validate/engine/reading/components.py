"""SPARQL constraints, targets and constraint components as triples → queries with their
prefixes, checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, QueryError
from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.store import refuse_unreadable
from hrdgraph.store.tokens import tokens_of
from hrdgraph.validate.engine.model.paths import Path
from hrdgraph.validate.engine.model.shapes import (
    Constraint,
    ConstraintQuery,
    Custom,
    SparqlConstraint,
)
from hrdgraph.validate.engine.queries.path_text import sparql_path
from hrdgraph.validate.engine.queries.scanner import scan
from hrdgraph.validate.engine.queries.structure import PREBOUND
from hrdgraph.validate.engine.reading.shape_reader import ShapeReader, short
from hrdgraph.vocab import OWL, RDF, SH

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
        """The local name, which is the variable (§6.2.1)."""
        return re.split(r"[#/:]", self.predicate.value)[-1]


class Components:
    """What shapes say with SPARQL."""

    def __init__(self, said: ShapeReader) -> None:
        self.said = said
        self._known: dict[tuple[Term, str], ConstraintQuery] = {}
        self._components = tuple(self._declared())

    def constraints(self, shape: Term, path: Path | None) -> list[Constraint]:
        """The SPARQL constraints of a shape, and those of every component whose parameters it
        has."""
        found: list[Constraint] = [*self._sparql(shape, path)]
        for component, parameters in self._components:
            found.extend(self._custom(shape, path, component, parameters))
        return found

    def target(self, shape: Term, node: Term) -> tuple[ConstraintQuery, dict[str, Term]]:
        """The SELECT of a SPARQL target, its own or that of its type, with the parameters of the
        latter (SHACL-AF §3)."""
        if self.said.objects(node, SH.select):
            return self._query(shape, node, SH.select, None, frozenset()), {}
        for kind in self.said.objects(node, RDF.type):
            if isinstance(kind, IRI) and self.said.objects(kind, SH.select):
                parameters = tuple(
                    self._parameter(kind, item) for item in self.said.objects(kind, SH.parameter)
                )
                query = self._query(
                    shape, kind, SH.select, None, frozenset(item.name for item in parameters)
                )
                return query, dict(self._arguments(shape, node, kind, parameters))
        raise self.said.wrong(shape, "target-without-select", "write-target-query")

    def _arguments(
        self, shape: Term, node: Term, kind: IRI, parameters: tuple[_Parameter, ...]
    ) -> Iterator[tuple[str, Term]]:
        for item in parameters:
            value = self.said.one(node, item.predicate)
            if value is None and not item.optional:
                raise self.said.wrong(
                    shape,
                    "target-without-parameter",
                    property=short(item.predicate),
                    kind=kind.n3(),
                )
            if value is not None:
                yield item.name, value

    def construct(self, shape: Term, node: Term, path: Path | None) -> str:
        """The CONSTRUCT of a SPARQL rule with its prefixes, parsed once."""
        value = self.said.one(node, SH.construct)
        if not isinstance(value, Literal):
            raise self.said.wrong(
                shape, "construct-no-text", Message("see-address", address=_RULES)
            )
        text = value.value if path is None else _PATH.sub(lambda _: sparql_path(path), value.value)
        whole = self._prefixes(shape, node) + text
        try:
            refuse_unreadable(whole)
        except QueryError as error:
            raise self._no_query(shape, error) from error
        if next(token.text for token in tokens_of(whole) if token.text in _FORMS) != "CONSTRUCT":
            raise self.said.wrong(
                shape,
                "construct-no-query",
                "write-construct",
            )
        return whole

    def check(self, shape: Term, text: str) -> None:
        """Refuse a SELECT that does not parse, or that pre-binding forbids."""
        self._check(shape, text, PREBOUND, ask=False)

    def _sparql(self, shape: Term, path: Path | None) -> Iterator[Constraint]:
        for node in self.said.objects(shape, SH.sparql):
            if not self.said.objects(node, SH.select):
                raise self.said.wrong(
                    shape,
                    "sparql-without-select",
                    "write-constraint-query",
                )
            if not self.said.truth(node, SH.deactivated):
                yield SparqlConstraint(self._query(shape, node, SH.select, path, PREBOUND))

    def _declared(self) -> Iterator[tuple[IRI, tuple[_Parameter, ...]]]:
        kinds = self.said.subclasses(SH.ConstraintComponent)
        nodes = (
            quad.subject
            for quad in self.said.shapes.quads
            if quad.predicate == RDF.type and quad.object in kinds
        )
        for node in dict.fromkeys(nodes):
            if isinstance(node, IRI):
                parameters = tuple(
                    self._parameter(node, item) for item in self.said.objects(node, SH.parameter)
                )
                if any(not item.optional for item in parameters):
                    yield node, parameters

    def _parameter(self, component: IRI, node: Term) -> _Parameter:
        path = self.said.one(node, SH.path)
        if not isinstance(path, IRI):
            raise self.said.wrong(component, "parameter-without-path")
        parameter = _Parameter(path, self.said.truth(node, SH.optional))
        if parameter.name in _RESERVED or not re.fullmatch(r"\w+", parameter.name):
            raise self.said.wrong(
                component,
                "parameter-no-variable",
                "rename-parameter",
                name=parameter.name,
                known=sorted(_RESERVED),
            )
        return parameter

    def _custom(
        self, shape: Term, path: Path | None, component: IRI, parameters: tuple[_Parameter, ...]
    ) -> Iterator[Constraint]:
        if not all(
            item.optional or self.said.objects(shape, item.predicate) for item in parameters
        ):
            return
        validator = self._validator(component, path)
        if validator is None:
            return
        values = {
            item.name: self.said.one(shape, item.predicate)
            for item in parameters
            if len(parameters) > 1
        }
        several = (
            [
                {parameters[0].name: term}
                for term in self.said.objects(shape, parameters[0].predicate)
            ]
            if not values
            else [values]
        )
        for bound in several:
            known = {name: term for name, term in bound.items() if term is not None}
            predicate = SH.ask if self.said.objects(validator, SH.ask) else SH.select
            query = self._query(
                shape, validator, predicate, path, PREBOUND | {item.name for item in parameters}
            )
            yield Custom(
                component,
                query,
                known,
                component.value.removeprefix(str(SH)).removesuffix("ConstraintComponent"),
            )

    def _validator(self, component: IRI, path: Path | None) -> Term | None:
        """The validator that fits: that of the kind of shape before the one for both (§6.3)."""
        own = SH.propertyValidator if path is not None else SH.nodeValidator
        candidates = [
            *self.said.objects(component, own),
            *self.said.objects(component, SH.validator),
        ]
        return next(
            (
                node
                for node in candidates
                if self.said.objects(node, SH.ask) or self.said.objects(node, SH.select)
            ),
            None,
        )

    def _query(
        self, shape: Term, node: Term, predicate: IRI, path: Path | None, prebound: frozenset[str]
    ) -> ConstraintQuery:
        """The query of a node; the text is parsed once, whoever has it."""
        value = self.said.one(node, predicate)
        if not isinstance(value, Literal):
            raise self.said.wrong(shape, "query-no-text")
        text = value.value if path is None else _PATH.sub(lambda _: sparql_path(path), value.value)
        key = (node, text)
        if key not in self._known:
            whole = self._prefixes(shape, node) + text
            self._check(shape, whole, prebound, ask=predicate == SH.ask)
            messages = tuple(
                term for term in self.said.objects(node, SH.message) if isinstance(term, Literal)
            )
            self._known[key] = ConstraintQuery(node, whole, predicate == SH.ask, messages)
        return self._known[key]

    def _prefixes(self, shape: Term, node: Term) -> str:
        """The prefixes as one line, so that the lines of the query keep their numbers but for
        the first."""
        waiting = [*self.said.objects(node, SH.prefixes)]
        seen: dict[Term, None] = {}
        while waiting:
            place = waiting.pop()
            if place not in seen:
                seen[place] = None
                waiting.extend(self.said.objects(place, OWL.imports))
        declared = [item for place in seen for item in self.said.objects(place, SH.declare)]
        pairs = {
            self._text(shape, item, SH["prefix"]): self._text(shape, item, SH.namespace)
            for item in declared
        }
        return "".join(f"PREFIX {prefix}: <{space}> " for prefix, space in pairs.items())

    def _text(self, shape: Term, node: Term, predicate: IRI) -> str:
        value = self.said.one(node, predicate)
        if isinstance(value, Literal | IRI):
            return value.value
        raise self.said.wrong(shape, "prefix-incomplete", _NO_PREFIX)

    def _check(self, shape: Term, text: str, prebound: frozenset[str], *, ask: bool) -> None:
        """Refuse what does not parse, and what pre-binding forbids (§5.2.1 and appendix A)."""
        try:
            refuse_unreadable(text)
            scanned = scan(text)
        except QueryError as error:
            raise self._no_query(shape, error) from error
        forbidden = scanned.forbidden(prebound | {"value"} if ask else prebound)
        if forbidden and prebound:
            raise self.said.wrong(shape, forbidden, Message("see-address", address=_PREBINDING))
        if not ask and "this" not in scanned.projected:
            raise self.said.wrong(shape, "query-without-this", "select-this")

    def _no_query(self, shape: Term, error: HrdgraphError) -> HrdgraphError:
        return self.said.wrong(shape, error.message, error.advice or _NO_PREFIX)
