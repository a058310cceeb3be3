"""Run a query with the typed values of its parameters; derive quads; check for violations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from hrdgraph.catalogue import Message, kind_word, lacks
from hrdgraph.errors import HrdgraphError, Origin, QueryError, raise_all
from hrdgraph.evidence.dates import FUNCTIONS
from hrdgraph.fact_kinds.cell_values import country_code, is_country
from hrdgraph.nearest import hint_at
from hrdgraph.queries.model import Parameter, Query, Texts, Type
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad, Term, parse_term
from hrdgraph.store.contract import (
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
from hrdgraph.vocab import HRDV, PREFIXES, XSD

if TYPE_CHECKING:
    from hrdgraph.rdf import ColumnGraph


Find = Callable[[str, str], IRI]  # a text and the kind of thing that it should mean
_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def bind(query: Query, raw: Mapping[str, str], base: str, language: str = "") -> dict[str, Term]:
    """Return a term for each parameter that has a value. `base` is the IRI that keys are put
    under. Raises QueryError (or Problems) for an unknown name, a missing value, described in
    `language`, or a value of the wrong type."""
    bound: dict[str, Term] = {}
    errors: list[HrdgraphError] = [
        _unknown(query, name)
        for name in raw
        if not (query.ad_hoc or any(parameter.name == name for parameter in query.parameters))
    ]
    for parameter in query.parameters:
        text = raw.get(parameter.name, parameter.default)
        try:
            if text is not None:
                bound[parameter.name] = term(parameter, text, base)
            elif not parameter.optional:
                errors.append(_missing(query, parameter, language))
        except QueryError as error:
            errors.append(error)
    raise_all(errors)
    return bound | {name: guess(text) for name, text in raw.items() if name not in bound}


def term(parameter: Parameter, text: str, base: str) -> Term:
    """Return the term for a typed value; QueryError if it does not fit the parameter's type."""
    text = text.strip() if parameter.type is not Type.STRING else text
    if parameter.type is Type.IRI:
        if parameter.scope == "country" and is_country(text):
            text = country_code(text)  # people write its name
        # as tables print it: person/Igor_Kalyapin
        whole = parameter.scope and text.startswith(f"{parameter.scope}/")
        return _iri(
            parameter, text, base if whole or not parameter.scope else f"{base}{parameter.scope}/"
        )
    if parameter.type is Type.CONCEPT:
        return _iri(parameter, text, f"{HRDV}{parameter.scope}/")
    if not _FITS[parameter.type](text):
        raise _misfit(parameter, text, _EXAMPLES[parameter.type])
    return Literal(
        text.lower() if parameter.type is Type.LANGUAGE else text,
        _DATATYPES.get(parameter.type, XSD.string.value),
    )


def guess(text: str) -> Term:
    """Return the term for a value of an undeclared parameter: an N-Triples term or an absolute
    IRI, else a string."""
    try:
        return parse_term(text)
    except ValueError:
        absolute = _SCHEME.match(text) and "//" in text and not _NOT_IN_IRI.search(text)
        return IRI(text) if absolute else Literal(text)


def _iri(parameter: Parameter, text: str, space: str) -> IRI:
    text = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    if not text or _NOT_IN_IRI.search(text):
        raise _misfit(parameter, text, Message("example-key", path=space))
    scheme = _SCHEME.match(text)
    if not scheme:
        return IRI(space + text)
    rest = text[scheme.end() :]
    return (
        IRI(PREFIXES[scheme[1]] + rest)
        if scheme[1] in PREFIXES and not rest.startswith("//")
        else IRI(text)
    )


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text, re.ASCII) is not None


_FITS: Mapping[Type, Callable[[str], bool]] = {
    Type.STRING: lambda _: True, Type.LANGUAGE: _matches(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"),
    Type.YEAR: _matches(r"[0-9]{4}"), Type.DATE: _is_date, Type.INTEGER: _matches(r"[+-]?[0-9]+"),
}  # fmt: skip
_EXAMPLES: Mapping[Type, Message] = {
    Type.LANGUAGE: kind_word("language-tag"), Type.YEAR: kind_word("year"),
    Type.DATE: Message("example-date"), Type.INTEGER: kind_word("whole-number"),
}  # fmt: skip
_DATATYPES: Mapping[Type, str] = {
    Type.YEAR: XSD.gYear.value, Type.DATE: XSD.date.value, Type.INTEGER: XSD.integer.value,
}  # fmt: skip


def _origin(query: Query) -> Origin:
    return Origin(str(query.path or ""))


def _unknown(query: Query, name: str) -> QueryError:
    names = [parameter.name for parameter in query.parameters]
    hint = hint_at(name, names, Message("there-is", known=", ".join(names) or "none"), cutoff=0.5)
    return QueryError("not-known-here", name=name, origin=_origin(query), hint=hint)


def _missing(query: Query, parameter: Parameter, language: str) -> QueryError:
    hint = Message(
        "add-parameter", parameter=parameter.name, description=parameter.describe(language)
    )
    name = f"'{parameter.name}'"
    return QueryError("missing", option=name, origin=_origin(query), hint=hint)


def _misfit(parameter: Parameter, text: str, example: Message) -> QueryError:
    return QueryError("takes-not", option=f"'{parameter.name}'", kind=example, value=text[:60])


_ALIAS = "SELECT ?old ?new WHERE { ?old <http://purl.org/dc/terms/isReplacedBy> ?new }"
_PLACEHOLDER = re.compile(r"\{\?(\w+)\}")
_USED = "ASK { { ?thing ?p ?o } UNION { ?s ?q ?thing } }"
_SUBJECTS = "SELECT DISTINCT ?start ?s WHERE { ?s ?p ?o FILTER(STRSTARTS(STR(?s), ?start)) }"


@dataclass(frozen=True, slots=True)
class Violation:
    """One row of a check. `focus` is the thing that is wrong, `value` what is wrong about it;
    messages are filled in, and `cells` are the statements that it compares."""

    check: Query
    focus: Term
    value: Term | None
    messages: Texts
    cells: tuple[tuple[str, str, str | None], ...] = ()


def run(
    store: Reader, query: Query, raw: Mapping[str, str], base: str, language: str = "",
    find: Find | None = None,
) -> Answer:  # fmt: skip
    """Answer a query. Keys are put under `base`, old IRIs become the canonical ones, columns are
    those that the header declares. Of a parameter that is missing it is told in the `language`
    what it is. What is no key is found by its name.

    Raises QueryError, with the file, for parameters that do not fit or name nothing in the
    graph, and for what the store refuses.
    """
    answer = _ask(store, query, bound(store, query, raw, base, language, find), NO_FUNCTIONS)
    if isinstance(answer, Solutions) and query.columns:
        missing = [column.name for column in query.columns if column.name not in answer.variables]
        if missing:
            fact = lacks("SELECT", f"?{missing[0]}")
            raise _in_file(
                query, QueryError(fact, hint=Message("there-is", known=", ".join(answer.variables)))
            )
        return answer.project([column.name for column in query.columns])
    return answer


def bound(
    store: Reader, query: Query, raw: Mapping[str, str], base: str, language: str = "",
    find: Find | None = None,
) -> dict[str, Term]:  # fmt: skip
    """Return the terms that `run` gives a query for its parameters."""
    named = {
        parameter.name: find(raw[parameter.name], parameter.scope).n3()
        for parameter in query.parameters
        if find and parameter.type is Type.IRI and " " in raw.get(parameter.name, "").strip()
    }  # no key has one
    terms = bind(query, {**raw, **named}, base, language)
    parameters = {name: _canonical(store, term) for name, term in terms.items()}
    for parameter in query.parameters:
        term = parameters.get(parameter.name)
        if isinstance(term, IRI) and not store.query(_USED, parameters={"thing": term}):
            unknown = QueryError("thing-unknown", thing=term.value, hint=_near(store, term))
            parameters[parameter.name] = _find_named(parameter, raw, find, unknown)
    return parameters


def _find_named(
    parameter: Parameter, raw: Mapping[str, str], find: Find | None, unknown: QueryError
) -> IRI:
    """Return the thing that a text names which is no key. A misspelt key must not look like an
    empty answer: `unknown` where there is none."""
    text = raw.get(parameter.name, "")
    if find is None or parameter.type is not Type.IRI or not text:
        raise unknown
    try:
        return find(text, parameter.scope)
    except QueryError as error:
        raise (unknown if error.code == "name-unknown" else error) from None


def derive(store: Store, queries: Iterable[Query], *, graph: IRI) -> dict[str, ColumnGraph]:
    """Run CONSTRUCT queries in order, each seeing what the ones before it made; what each made
    is returned by its name, in `graph`."""
    parts: dict[str, ColumnGraph] = {}
    for query in queries:
        try:
            quads = store.construct(query.text, graph=graph, functions=FUNCTIONS)
        except QueryError as error:
            raise _in_file(query, error) from error
        parts[query.name] = quads
        store.add(parts[query.name])
    return parts


def grounds(store: Reader, query: Query, quad: Quad) -> tuple[Quad, ...]:
    """Return the quads that a derived quad follows from: a CONSTRUCT query in which `?subject`,
    `?property` and `?object` are those of the quad."""
    parameters = {"subject": quad.subject, "property": quad.predicate, "object": quad.object}
    variables = [token for token in tokens_of(query.text) if token.kind == "var"]
    used = {name: parameters[name] for name in parameters if name in {v.text for v in variables}}
    if isinstance(quad.subject, IRI):  # in the text: it is planned for, and looked up first
        text, name = query.text, used.pop("subject", quad.subject).n3()
        for token in reversed([token for token in variables if token.text == "subject"]):
            text = f"{text[: token.start]}{name}{text[token.start + len('?subject') :]}"
        query = replace(query, text=text)
    answer = _ask(store, query, used, NO_FUNCTIONS)
    if not isinstance(answer, GraphAnswer):
        raise _in_file(
            query,
            QueryError("query-of-other-form", format="CONSTRUCT"),
        )
    return tuple(answer)


def check(store: Reader, query: Query) -> list[Violation]:
    """Run a check: a SELECT with ?focus and perhaps ?value, each row of which is a violation.

    It may ask `hrdf:earliest` and `hrdf:latest` of any date. In messages, `{?name}` stands for the
    value of a column. Raises QueryError where ?focus is missing or unbound.
    """
    answer = _ask(store, query, NO_PARAMETERS, FUNCTIONS)
    if not isinstance(answer, Solutions) or "focus" not in answer.variables:
        raise _in_file(
            query,
            QueryError("check-without-focus"),
        )
    return [_violation(query, row) for row in answer]


def _violation(query: Query, row: Mapping[str, Term | None]) -> Violation:
    focus = row["focus"]
    if focus is None:
        raise _in_file(query, QueryError("check-without-focus"))
    messages = tuple((language, _fill(text, row)) for language, text in query.messages)
    cells = tuple(
        (thing.n3(), cell.predicate.n3(), value.n3() if (value := row.get(cell.value)) else None)
        for cell in query.cells
        if (thing := row.get(cell.thing))
    )
    return Violation(query, focus, row.get("value"), messages, cells)


def _fill(text: str, row: Mapping[str, Term | None]) -> str:
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


def _canonical(store: Reader, term: Term) -> Term:
    if not isinstance(term, IRI):
        return term
    answer = store.query(_ALIAS, parameters={"old": term})
    new = answer.column("new") if isinstance(answer, Solutions) else ()
    return new[0] or term if new else term


def _near(store: Reader, term: IRI) -> str | Message:
    space, _, key = term.value.rpartition("/")
    answer = store.query(_SUBJECTS, parameters={"start": Literal(f"{space}/")})
    names = (
        [_plain(subject) for subject in answer.column("s")] if isinstance(answer, Solutions) else []
    )
    keys = {name[len(space) + 1 :].partition("/")[0] for name in names}
    return hint_at(
        key, keys, Message("look-for-name", key=key), cutoff=0.5, count=3, shown="{}",
    )  # fmt: skip
