"""Message templates and the solutions of a query → messages with their placeholders filled
(§5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from hrdgraph.rdf import IRI, Literal, Term, parse_term
from hrdgraph.validate.engine.model.shapes import Custom, Shape, SparqlConstraint
from hrdgraph.validate.engine.queries.path_text import sparql_path
from hrdgraph.validate.findings.model import Messages, messages_of
from hrdgraph.validate.shapes import Shapes

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


class SolutionTable(Protocol):
    """Solutions by row."""

    @property
    def terms(self) -> list[dict[str, Term | None]]: ...

    def texts(self, name: str) -> list[str]: ...


def filled_messages(
    shapes: Shapes,
    shape: Shape,
    constraint: SparqlConstraint | Custom,
    rows: SolutionTable,
    constants: Mapping[str, Term],
) -> tuple[Messages, ...]:
    """The messages of each row; none where all rows have the same ones. What the query binds to
    ?message goes before all."""
    own = messages_of({term.language: term.value for term in constraint.query.messages})
    templates = own or shapes.messages_of(shape.node)
    if not any("message" in row for row in rows.terms) and not any(
        _PLACEHOLDER.search(text) for _, text in templates
    ):
        return ()
    known = {**constants, **(constraint.parameters if isinstance(constraint, Custom) else {})}
    if shape.path is not None:
        known["PATH"] = (
            shape.path if isinstance(shape.path, IRI) else Literal(sparql_path(shape.path))
        )
    this, value = rows.texts("this"), rows.texts("value")
    return tuple(
        _filled(templates, {**known, **row, **_read(this=this[n], value=value[n])})
        for n, row in enumerate(rows.terms)
    )


def _read(**texts: str) -> dict[str, Term]:
    return {name: parse_term(text) for name, text in texts.items() if text}


def _filled(templates: Messages, row: Mapping[str, Term | None]) -> Messages:
    said = row.get("message")
    if isinstance(said, Literal):
        return ((said.language, said.value),)

    def words(match: re.Match[str]) -> str:
        term = row.get(match[1])
        if term is None:
            return match[0]
        return term.value if isinstance(term, IRI | Literal) else term.n3()

    return tuple((language, _PLACEHOLDER.sub(words, text)) for language, text in templates)
