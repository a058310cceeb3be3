"""A query and what was typed for its parameters, into its answer; derivations into quads; checks
into violations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hrdgraph.catalogue import Message
from hrdgraph.errors import QueryError
from hrdgraph.nearest import meant
from hrdgraph.queries.model import Query, Texts
from hrdgraph.queries.parameters import bind
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad, Term
from hrdgraph.store import (
    NO_FUNCTIONS,
    NO_PARAMETERS,
    Answer,
    Functions,
    GraphAnswer,
    Reader,
    Solutions,
    Store,
)
from hrdgraph.store.tokens import tokens_of

if TYPE_CHECKING:
    from hrdgraph.rdf import ColumnGraph

_ALIAS = "SELECT ?old ?new WHERE { ?old <http://purl.org/dc/terms/isReplacedBy> ?new }"
_PLACEHOLDER = re.compile(r"\{\?(\w+)\}")
_USED = "ASK { { ?thing ?p ?o } UNION { ?s ?q ?thing } }"
_SUBJECTS = "SELECT DISTINCT ?start ?s WHERE { ?s ?p ?o FILTER(STRSTARTS(STR(?s), ?start)) }"


@dataclass(frozen=True, slots=True)
class Violation:
    """One row of a check. `focus` is the thing that is wrong, `value` what is wrong about it;
    messages are filled in."""

    check: Query
    focus: Term
    value: Term | None
    messages: Texts


def run(
    store: Reader, query: Query, raw: Mapping[str, str], base: str, language: str = ""
) -> Answer:
    """Answer a query. Keys are put under `base`, old IRIs become the canonical ones, columns are
    those that the header declares. Of a parameter that is missing it is told in the `language`
    what it is.

    Raises QueryError, with the file, for parameters that do not fit or name nothing in the
    graph, and for what the store refuses.
    """
    parameters = bound(store, query, raw, base, language)
    answer = _ask(store, query, parameters, NO_FUNCTIONS)
    if isinstance(answer, Solutions) and query.columns:
        return _declared_columns(query, answer)
    return answer


def bound(
    store: Reader, query: Query, raw: Mapping[str, str], base: str, language: str = ""
) -> dict[str, Term]:
    """The terms that a query is asked with, as `run` asks it."""
    parameters = {
        name: _canonical(store, term) for name, term in bind(query, raw, base, language).items()
    }
    _refuse_strangers(store, query, parameters)
    return parameters


def derive(
    store: Store, queries: Iterable[Query], *, graph: IRI, functions: Functions = NO_FUNCTIONS
) -> dict[str, ColumnGraph]:
    """Run CONSTRUCT queries in order, each seeing what the ones before it made; what each made
    is returned by its name, in `graph`."""
    parts: dict[str, ColumnGraph] = {}
    for query in queries:
        try:
            made = store.construct(query.text, graph=graph, functions=functions)
        except QueryError as error:
            raise _in_file(query, error) from error
        parts[query.name] = made
        store.add(parts[query.name])
    return parts


def grounds(store: Reader, query: Query, quad: Quad) -> tuple[Quad, ...]:
    """What a derived quad follows from: a CONSTRUCT query in which `?subject`, `?property` and
    `?object` are those of the quad."""
    parameters = {"subject": quad.subject, "property": quad.predicate, "object": quad.object}
    variables = {token.text for token in tokens_of(query.text) if token.kind == "var"}
    used = {name: term for name, term in parameters.items() if name in variables}
    answer = _ask(store, query, used, NO_FUNCTIONS)
    if not isinstance(answer, GraphAnswer):
        raise _in_file(
            query,
            QueryError(
                "reason-not-construct",
            ),
        )
    return tuple(answer)


def check(store: Reader, query: Query) -> list[Violation]:
    """Run a check: a SELECT with ?focus and perhaps ?value, each row of which is a violation.

    In messages, `{?name}` stands for the value of a column. Raises QueryError where ?focus is
    missing or unbound.
    """
    answer = _ask(store, query, NO_PARAMETERS, NO_FUNCTIONS)
    if not isinstance(answer, Solutions) or "focus" not in answer.variables:
        raise _in_file(
            query,
            QueryError("check-without-focus"),
        )
    return [_violation(query, row) for row in answer]


def _violation(query: Query, row: Mapping[str, Term | None]) -> Violation:
    focus = row["focus"]
    if focus is None:
        raise _in_file(query, QueryError("check-row-without-focus"))
    messages = tuple((language, _filled(text, row)) for language, text in query.messages)
    return Violation(query, focus, row.get("value"), messages)


def _filled(text: str, row: Mapping[str, Term | None]) -> str:
    return _PLACEHOLDER.sub(lambda match: _plain(row.get(match[1])), text)


def _plain(term: Term | None) -> str:
    return "" if term is None else term.n3() if isinstance(term, BlankNode) else term.value


def _ask(
    store: Reader, query: Query, parameters: Mapping[str, Term], functions: Functions
) -> Answer:
    try:
        return store.query(query.text, parameters=parameters, functions=functions)
    except QueryError as error:
        raise _in_file(query, error) from error


def _in_file(query: Query, error: QueryError) -> QueryError:
    return QueryError(
        error.message, origin=replace(error.origin, file=str(query.path or "")), hint=error.advice
    )


def _declared_columns(query: Query, answer: Solutions) -> Solutions:
    missing = [column.name for column in query.columns if column.name not in answer.variables]
    if missing:
        fact = Message("column-declared-not-selected", column=missing[0])
        raise _in_file(
            query, QueryError(fact, hint=Message("see-selected", names=", ".join(answer.variables)))
        )
    return answer.project([column.name for column in query.columns])


def _canonical(store: Reader, term: Term) -> Term:
    if not isinstance(term, IRI):
        return term
    answer = store.query(_ALIAS, parameters={"old": term})
    new = answer.column("new") if isinstance(answer, Solutions) else ()
    return new[0] or term if new else term


def _refuse_strangers(store: Reader, query: Query, parameters: Mapping[str, Term]) -> None:
    """Stop at an IRI that the graph does not know: a misspelt key must not look like an empty
    answer."""
    for parameter in query.parameters:
        term = parameters.get(parameter.name)
        if isinstance(term, IRI) and not store.query(_USED, parameters={"thing": term}):
            raise QueryError("term-not-in-graph", term=term.value, hint=_near(store, term))


def _near(store: Reader, term: IRI) -> str | Message:
    space, _, key = term.value.rpartition("/")
    answer = store.query(_SUBJECTS, parameters={"start": Literal(f"{space}/")})
    names = (
        [_plain(subject) for subject in answer.column("s")] if isinstance(answer, Solutions) else []
    )
    keys = {name[len(space) + 1 :].partition("/")[0] for name in names}
    return meant(
        key,
        keys,
        Message("look-for-name", key=key),
        cutoff=0.5,
        count=3,
        shown="{}",
    )
