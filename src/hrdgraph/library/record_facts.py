"""What the built graph says of a thing into lines for who judges it, with the rows and pages behind
each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from hrdgraph.catalogue import phrase
from hrdgraph.errors import HrdgraphError
from hrdgraph.vocab import HRD, RDF

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hrdgraph.explain import ExplainedNode, Explanation, Statement
    from hrdgraph.identity.review import RecordLine
    from hrdgraph.project import Project

_UNTOLD: Final = (RDF.type, HRD.claimStatus, HRD.visibility, HRD.evidence)


def record_facts(
    project: Project, languages: tuple[str, ...], own: str
) -> Callable[[str, str], Sequence[RecordLine]]:
    """What tells of a thing, in a language, what the built graph says, worked out once, when it is
    asked. Labels are in the `languages` of the person, the first of which that sentences can be
    in is `own`. What is wrong with the graph is told at once."""
    from hrdgraph.api import open as open_graph

    def opened(language: str) -> Any:
        tags = languages if language == own else (language, *languages)
        return open_graph(project.root, languages=tags)

    graph_in = cache(opened)
    graph_in(own)

    @cache
    def facts(iri: str, language: str) -> Sequence[RecordLine]:
        from hrdgraph.identity.review import RecordLine

        try:
            return facts_shown(graph_in(language).explain(iri), project.base, language)
        except HrdgraphError as error:  # a mapping that does not bind, a thing that is withheld
            return (RecordLine(error.text(language)),)

    return facts


def facts_shown(explanation: Explanation, base: str, language: str) -> tuple[RecordLine, ...]:
    """What an explanation says, one fact a statement or claim, with rows of tables and addresses
    of pages."""
    from hrdgraph.identity.review import RecordLine

    own, *claims = explanation.facts
    said = [
        RecordLine(_text(statement, base, language), _rows(statement, language))
        for statement in _telling(own)
    ]
    pages = tuple(dict.fromkeys(passage.document for passage in own.passages))
    return (
        *said,
        *((RecordLine(explanation.thing.value.removeprefix(base), pages),) if pages else ()),
        *(
            RecordLine(_claim(claim, base, language), _claim_places(claim, language))
            for claim in claims
        ),
    )


def _telling(fact: ExplainedNode) -> list[Statement]:
    """The statements that tell something of the thing itself, and not of the claim as such."""
    return [
        statement
        for statement in fact.statements
        if statement.quad.predicate not in _UNTOLD and not statement.derived_by
    ]


def _text(statement: Statement, base: str, language: str) -> str:
    value = statement.object_label.removeprefix(base)
    return phrase("name-value", language, name=statement.predicate_label, value=value)


def _claim(claim: ExplainedNode, base: str, language: str) -> str:
    said = phrase("joint-semicolon", language).join(
        _text(statement, base, language) for statement in _telling(claim)
    )
    return phrase(
        "name-value", language, name=claim.kind or claim.label.removeprefix(base), value=said
    )


def _claim_places(claim: ExplainedNode, language: str) -> tuple[str, ...]:
    rows = tuple(place for statement in claim.statements for place in _rows(statement, language))
    return tuple(dict.fromkeys((*rows, *(passage.document for passage in claim.passages))))


def _rows(statement: Statement, language: str) -> tuple[str, ...]:
    rows = (row for trace in statement.traces for row in trace.rows)
    return tuple(
        dict.fromkeys(
            phrase("place-file-row", language, file=row.file, rows=row.row) for row in rows
        )
    )
