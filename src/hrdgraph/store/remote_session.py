"""Ask a server that a push has filled: of no other graphs than ours, and of no other build than
the one that was meant."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final, NamedTuple, cast
from urllib.parse import urlencode

import pyoxigraph as ox

from hrdgraph.errors import HrdgraphError, ProjectError, QueryError
from hrdgraph.rdf import IRI, Literal, Term, parse_term
from hrdgraph.rdfio.oxi import from_ox, quad_from_ox
from hrdgraph.store.answer_stream import (
    BOOLEAN,
    NO_TERMS,
    SOLUTIONS,
    TRIPLES,
    StreamedAnswer,
    boolean_answer,
)
from hrdgraph.store.contract import (
    NO_FUNCTIONS,
    NO_PARAMETERS,
    Answer,
    Boolean,
    Dataset,
    Functions,
    GraphAnswer,
    Parameters,
    Row,
    Solutions,
    dataset_of,
)
from hrdgraph.store.oxigraph import KNOWN_PREFIXES, refuse_unreadable
from hrdgraph.store.query_guards import check_syntax, refuse_lost, refuse_service
from hrdgraph.store.remote_access import KeptAnswer, RemoteAccess, host_of
from hrdgraph.store.tokens import blank_opaque, prefixes_of, query_form
from hrdgraph.store.worker_process import USUAL, WorkerLimits
from hrdgraph.vocab import DCTERMS, XSD

_UNDER_WAY: Final = "under way"
_COUNT: Final = "http://rdfs.org/ns/void#triples"


@dataclass(frozen=True)
class PushRecord:
    """The digest of the manifest of a build, its named graphs, how many statements these have,
    and whether the union of all is there as a graph."""

    digest: str
    graphs: tuple[str, ...]
    count: int = 0
    has_union: bool = False

    def lines(self, base: str) -> list[str]:
        """The record as N-Triples, sorted."""
        name = f"<{record_graph(base)}>"
        said: list[tuple[IRI, Term]] = [(DCTERMS.identifier, Literal(self.digest))]
        said += [(DCTERMS.hasPart, IRI(graph)) for graph in self.graphs]
        said += [(DCTERMS.hasVersion, IRI(union_graph(base)))] if self.has_union else []
        said += [(IRI(_COUNT), Literal(str(self.count), XSD.integer.value))]
        return sorted(f"{name} {p.n3()} {o.n3()} .\n" for p, o in said)

    @classmethod
    def of(cls, rows: Iterable[Sequence[Term | None]], base: str) -> PushRecord | None:
        """The record that properties and values tell of; None where there is none, or a push is
        under way. Graphs that are not below the base are none of ours."""
        found: dict[str, list[str]] = {}
        for key, value in rows:
            if isinstance(key, IRI) and isinstance(value, IRI | Literal):
                found.setdefault(key.value, []).append(value.value)
        digests = found.get(DCTERMS.identifier.value, [])
        if len(digests) != 1 or digests[0] == _UNDER_WAY:
            return None
        graphs = [one for one in found.get(DCTERMS.hasPart.value, []) if one.startswith(base)]
        count = next((int(one) for one in found.get(_COUNT, []) if one.isdigit()), 0)
        return cls(digests[0], tuple(sorted(graphs)), count, DCTERMS.hasVersion.value in found)


def begun(graphs: tuple[str, ...]) -> PushRecord:
    """What is said while a push is under way: no digest, and the graphs that were there."""
    return PushRecord(_UNDER_WAY, graphs)


def record_graph(base: str) -> str:
    """The graph that a push says it in."""
    return f"{base}_pushed"


def second_graph(base: str) -> str:
    """A graph that says the same again: a server that counts it twice has no union of graphs."""
    return f"{base}_pushed/second"


def union_graph(base: str) -> str:
    """The graph with every statement once, for servers that do not make the union of graphs."""
    return f"{base}_pushed/union"


def no_graph(base: str) -> str:
    """A graph that is never there."""
    return f"{base}_pushed/none"


_SELECT: Final = re.compile(r"SELECT\b", re.I)
_VISIBLE: Final = re.compile(r"\S")
_WORD: Final = re.compile(r"(?<![?$:\w.-])(SELECT|CONSTRUCT|DESCRIBE|ASK)(?![\w:.-])", re.I)
_BOUND: Final = r"\bBOUND\s*\(\s*{variable}\s*\)"
_GIVEN: Final = r"\bAS\s+{variable}|\bVALUES\s*(?:{variable}|\([^()]*{variable})"
_JSON: Final = "application/sparql-results+json"
_TRIPLES: Final = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,  # as which some servers send them
    "text/turtle": ox.RdfFormat.TURTLE,
}
_GRAPHS: Final = "application/n-triples, text/turtle;q=0.5"
_RECORD: Final = "SELECT ?p ?o { <%s> ?p ?o }"
_TWICE: Final = "SELECT (COUNT(*) AS ?n) { <%s> <http://purl.org/dc/terms/identifier> ?o }"
_ANY: Final = "SELECT ?s { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } LIMIT 1"
_YES_OR_NO: Final = "__ASK_RETVAL"  # the variable in which Virtuoso answers ASK
_FRESH: Final = 1.0  # seconds for which the record is not asked for again


@dataclass(frozen=True)
class RemoteStore:
    """Where a server takes queries, under which base the graphs of a project are there, and what
    is asked with."""

    address: str
    base: str
    access: RemoteAccess = field(default_factory=RemoteAccess)
    bytes: int = 256 << 20  # of one answer


class RemoteSession:
    """A server, asked as a store is: the named graphs are those of the build that was pushed, and
    the default graph is their union as a set. Each query names them, so that nothing else that
    the server holds is seen; a server that does not heed that, or that does not make a union of
    graphs, is refused."""

    def __init__(self, store: RemoteStore, prefixes: Mapping[str, str], digest: str = "") -> None:
        self._store, self._prefixes = store, dict(prefixes)
        self._digest = digest
        self._looked = -_FRESH
        self._record: PushRecord | None = None
        self._is_repeating = False

    @property
    def host(self) -> str:
        """The server, as it is named to people."""
        return host_of(self._store.address)

    @property
    def record(self) -> PushRecord:
        """What the server holds. ProjectError where it holds nothing of ours, is being filled,
        or has another build than before."""
        if self._record is None or time.monotonic() - self._looked >= _FRESH:
            if self._record is None:
                self._check_server()
            found = self._told()
            self._record, self._looked = found, time.monotonic()
            self._digest = found.digest
        return self._record

    def query(
        self,
        text: str,
        dataset: Dataset | None,
        base: str | None,
        parameters: Mapping[str, str] = NO_TERMS,
    ) -> StreamedAnswer:
        """Answer a query; the dataset of the request goes before that of the query. Raises
        SyntaxError where it does not parse, and what the server is refused for."""
        refuse_service(text)
        check_syntax(text, self._prefixes, base)
        record = self.record
        dataset = dataset or dataset_of(text, self._prefixes, base or "")
        terms = {name: parse_term(term) for name, term in parameters.items()}
        said = self._declared(with_parameters(text, terms, self._prefixes), base)
        return self._asked(said, self._over(dataset, record))

    def has_graph(self, name: str | None) -> bool:
        """Whether a graph is there; the default graph, None, always is."""
        return name is None or name in self.record.graphs

    def dump(self, name: str | None, out: IO[bytes], format: str) -> None:
        """Write one graph, without its name; None is the union of all."""
        wanted = Dataset((name,), ()) if name else None
        text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
        self._asked(text, self._over(wanted, self.record)).write(out, format)

    def _told(self) -> PushRecord:
        base = self._store.base
        rows = self._rows(_RECORD % record_graph(base), (record_graph(base),))
        found = PushRecord.of(rows, base)
        host = self.host
        if found is None:
            raise ProjectError("remote-store-without-push", host=host)
        if self._digest and found.digest != self._digest:
            raise ProjectError("remote-store-other-build", host=host)
        return found

    def _check_server(self) -> None:
        """Ask what must be known of a server before it is trusted."""
        base, host = self._store.base, self.host
        none = (no_graph(base),)
        if self._rows(_ANY, none):
            raise HrdgraphError("remote-store-ignores-graphs", host=host)
        both = (record_graph(base), second_graph(base))
        ((count,),) = self._rows(_TWICE % record_graph(base), both)
        self._is_repeating = getattr(count, "value", "") != "1"

    def _over(self, dataset: Dataset | None, record: PushRecord) -> Dataset:
        """The graphs that are asked, of ours only."""
        nothing = (no_graph(self._store.base),)
        if dataset is not None:
            ours = set(record.graphs)
            default = tuple(name for name in dict.fromkeys(dataset.default) if name in ours)
            named = tuple(name for name in dict.fromkeys(dataset.named) if name in ours)
        elif record.has_union:
            default, named = (union_graph(self._store.base),), record.graphs
        else:
            default, named = record.graphs, record.graphs
        if len(default) > 1 and self._is_repeating:
            raise HrdgraphError("remote-store-repeats", host=self.host)
        return Dataset(default or nothing, named or nothing)

    def _rows(self, text: str, graphs: tuple[str, ...]) -> list[tuple[Any, ...]]:
        answer = self._asked(text, Dataset(graphs, (no_graph(self._store.base),)))
        found = self._of_form(SOLUTIONS, answer).raw
        return [tuple(value and from_ox(value) for value in row) for row in found]

    def _of_form(self, form: str, answer: StreamedAnswer) -> StreamedAnswer:
        if answer.form != form:
            raise HrdgraphError("remote-answer-unreadable", host=self.host, reason=answer.form)
        return answer

    def _declared(self, text: str, base: str | None) -> str:
        """The query with the prefixes and the base that need no declaration here, on its first
        line."""
        used = prefixes_of(text)
        declarations = (
            f"PREFIX {name}: <{iri}> " for name, iri in self._prefixes.items() if name in used
        )
        return (f"BASE <{base}> " if base else "") + "".join(declarations) + text

    def _asked(self, text: str, dataset: Dataset) -> StreamedAnswer:
        fields = [("query", text)]
        fields += [("default-graph-uri", name) for name in dataset.default]
        fields += [("named-graph-uri", name) for name in dataset.named]
        # Virtuoso makes rows of triples where it may
        wanted = _GRAPHS if query_form(text) in ("CONSTRUCT", "DESCRIBE") else _JSON
        headers = {"Accept": wanted, "Content-Type": "application/x-www-form-urlencoded"}
        kind, body = self._store.access.read(
            self._store.address, urlencode(fields).encode(), headers, self._store.bytes
        )
        try:
            return self._parsed(kind, body)
        except (SyntaxError, ValueError, OSError) as error:
            raise HrdgraphError("remote-answer-unreadable", host=self.host, reason=error) from error

    def _parsed(self, kind: str, body: KeptAnswer) -> StreamedAnswer:
        stream = cast("IO[bytes]", body)
        if format := _TRIPLES.get(kind):
            triples = ox.parse(stream, format=format, lenient=True)
            return StreamedAnswer(TRIPLES, triples, self._prefixes)
        if kind not in (_JSON, "application/json"):
            raise ValueError(kind or "?")
        raw = ox.parse_query_results(stream, format=ox.QueryResultsFormat.JSON)
        if isinstance(raw, ox.QueryBoolean):
            return StreamedAnswer(BOOLEAN, raw, self._prefixes)
        if [one.value for one in raw.variables] == [_YES_OR_NO]:
            said = [row[0].value for row in raw if row[0] is not None]
            return boolean_answer(said not in ([], ["0"], ["false"]), self._prefixes)
        return StreamedAnswer(SOLUTIONS, raw, self._prefixes)


def session_of(told: Mapping[str, Any], prefixes: Mapping[str, str]) -> RemoteSession:
    """The session that a server tells its workers of."""
    account = tuple(told["account"]) if told["account"] else None
    access = RemoteAccess(told["headers"], told["seconds"], account)
    store = RemoteStore(told["address"], told["base"], access)
    return RemoteSession(store, prefixes, told["digest"])


def told_to_workers(store: RemoteStore, digest: str) -> dict[str, Any]:
    """What `session_of` makes a session of, as JSON has it."""
    return {
        "address": store.address,
        "base": store.base,
        "headers": dict(store.access.headers),
        "seconds": store.access.seconds,
        "account": store.access.account,
        "digest": digest,
    }


class _Edit(NamedTuple):
    """What takes the place of a part of a text."""

    start: int
    end: int
    text: str


def with_parameters(text: str, parameters: Parameters, prefixes: dict[str, str]) -> str:
    """The query with each parameter replaced by its term wherever the whole query sees it; the
    variables themselves have that one value, so that SELECT gives it back. Lines keep their
    numbers. QueryError where a term cannot stand in the place of its variable."""
    if not parameters:
        return text
    plain = blank_opaque(text)
    edits = [
        edit
        for name, term in parameters.items()
        for edit in _query_edits(plain, 0, len(plain), name, term.n3())
    ]
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    try:
        check_syntax(text, prefixes)
    except SyntaxError as error:
        names = ", ".join(f"?{name}" for name in parameters)
        raise QueryError("parameter-not-replaced", parameters=names) from error
    return text


def _query_edits(plain: str, start: int, end: int, name: str, term: str) -> Iterator[_Edit]:
    """The edits of a query, or of a subselect that gives the variable to what is around it."""
    form = _WORD.search(plain, start, end)
    opened = plain.find("{", start, end)
    if form is None or opened < 0:
        if form is not None and form[1].upper() == "DESCRIBE":
            yield from _replaced(plain, form.end(), end, name, term)
        return
    if form[1].upper() == "CONSTRUCT" and not plain[form.end() : opened].strip():
        closed = _closing(plain, opened, end)
        opened = plain.find("{", closed, end)
        if opened < 0:
            return
    if form[1].upper() == "CONSTRUCT" and plain[form.end() : opened].strip().upper() == "WHERE":
        yield from _replaced(plain, opened, end, name, term)  # its template is its pattern
        return
    closed = _closing(plain, opened, end)
    yield from _group_edits(plain, opened + 1, closed, name, term)
    yield _Edit(closed, closed, f" VALUES ?{name} {{ {term} }} ")


def _is_subselect(plain: str, start: int) -> bool:
    first = _VISIBLE.search(plain, start)
    return bool(first and _SELECT.match(plain, first.start()))


def _group_edits(plain: str, start: int, end: int, name: str, term: str) -> Iterator[_Edit]:
    """The edits of what stands in a group; subselects see the variable where they project it. A
    group that gives the variable a value itself is left as it is: its rows meet the term after."""
    if _is_given(plain, start, end, name):
        return
    while (opened := plain.find("{", start, end)) >= 0:
        closed = _closing(plain, opened, end)
        yield from _replaced(plain, start, opened, name, term)
        if not _is_subselect(plain, opened + 1):
            yield from _group_edits(plain, opened + 1, closed, name, term)
        elif _is_projected(plain[opened + 1 : plain.find("{", opened + 1)], name):
            yield from _query_edits(plain, opened + 1, closed, name, term)
        start = closed + 1
    yield from _replaced(plain, start, end, name, term)


def _is_given(plain: str, start: int, end: int, name: str) -> bool:
    """Whether a group has BIND or VALUES for a variable, not only a group within it."""
    own = ""
    while (opened := plain.find("{", start, end)) >= 0:
        own += plain[start:opened] + " "
        start = _closing(plain, opened, end) + 1
    own += plain[start:end]
    return bool(re.search(_GIVEN.format(variable=_variable(name)), own, re.I))


def _is_projected(head: str, name: str) -> bool:
    variables = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", " ", head)
    return "*" in variables or bool(re.search(_variable(name), variables))


def _variable(name: str) -> str:
    return rf"[?$]{re.escape(name)}(?!\w)"


def _replaced(plain: str, start: int, end: int, name: str, term: str) -> Iterator[_Edit]:
    variable = _variable(name)
    pattern = re.compile(rf"(?P<bound>{_BOUND.format(variable=variable)})|{variable}", re.I)
    for found in pattern.finditer(plain, start, end):
        yield _Edit(found.start(), found.end(), "true" if found["bound"] else term)


def _closing(plain: str, opened: int, end: int) -> int:
    """The place of the brace that closes the one at `opened`."""
    level = 0
    for found in re.finditer(r"[{}]", plain[opened:end]):
        level += 1 if found[0] == "{" else -1
        if not level:
            return opened + found.start()
    return end


_YES_AND_NO: Final = {"1": "true", "0": "false"}
_INTEGERS: Final = {
    XSD[name].value
    for name in (
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("byte", "short", "int", "long"),
        *("unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong"),
    )
}


class RemoteReader:
    """A `Reader` over a server. Time and size of each answer have bounds; memory is that of the
    server."""

    def __init__(self, store: RemoteStore, limits: WorkerLimits = USUAL, digest: str = "") -> None:
        self.store, self._limits = store, limits
        self._session = RemoteSession(store, KNOWN_PREFIXES, digest)

    @property
    def record(self) -> PushRecord:
        """What the server holds. ProjectError where that is nothing of ours."""
        return self._session.record

    def check(self) -> None:
        """Ask the server once. HrdgraphError where it does not answer as it must."""
        self.query("ASK {}")

    def query(
        self,
        text: str,
        *,
        parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS,
    ) -> Answer:
        """Answer a query; see `Reader.query`. QueryError beyond a limit, and for functions of
        our own: those cannot be sent there."""
        if functions:
            raise QueryError("worker-without-functions")
        refuse_unreadable(text)
        refuse_lost(text, parameters)
        terms = {name: term.n3() for name, term in parameters.items()}
        answered = self._session.query(text, None, None, terms)
        if answered.form == BOOLEAN:
            return Boolean(bool(answered.raw))
        if answered.form != SOLUTIONS:
            return GraphAnswer.of(map(quad_from_ox, self._counted(answered.raw)))
        variables = tuple(variable.value for variable in answered.raw.variables)
        if unknown := [name for name in parameters if name not in variables]:
            raise QueryError("parameter-not-selected", name=f"?{unknown[0]}")
        return Solutions(variables, tuple(map(_row, self._counted(answered.raw))))

    def close(self) -> None:
        """Nothing is held open between two queries."""

    def _counted(self, found: Iterable[Any]) -> Iterator[Any]:
        """What was found, up to the bound. Raises QueryError beyond it, and HrdgraphError where
        the server has not sent what it said."""
        most = self._limits.solutions
        try:
            for count, one in enumerate(found, 1):
                if count > most:
                    raise QueryError("query-solutions-too-many", limit=most, hint="narrow-query")
                yield one
        except (SyntaxError, ValueError, OSError) as error:
            raise HrdgraphError(
                "remote-answer-unreadable", host=self._session.host, reason=error
            ) from error


def _row(solution: Iterable[Any]) -> Row:
    return tuple(None if term is None else _spelt(from_ox(term)) for term in solution)


def _spelt(term: Term) -> Term:
    """A literal as the store of a build has it: yes and no in words, which Virtuoso writes as 1
    and 0, and one kind of whole number."""
    if not isinstance(term, Literal):
        return term
    if term.datatype == XSD.boolean.value:
        return Literal(_YES_AND_NO.get(term.value, term.value), term.datatype)
    if term.datatype in _INTEGERS:
        return Literal(term.value, XSD.integer.value)
    return term
