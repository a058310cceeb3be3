"""Query a server that a push has filled: only our graphs, and only the build that is meant."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final, NamedTuple, cast
from urllib.parse import urlencode

import pyoxigraph as ox

from hrdgraph.catalogue import lacks, too_many
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
from hrdgraph.store.tokens import blank_opaque, query_form, tokens_of
from hrdgraph.store.worker_process import USUAL, WorkerLimits
from hrdgraph.vocab import DCTERMS, XSD

_UNDER_WAY: Final = "under way"
_COUNT: Final = "http://rdfs.org/ns/void#triples"


@dataclass(frozen=True)
class PushRecord:
    """The digest of a build's manifest, its named graphs, the number of their statements, and
    whether the union of all is there as a graph."""

    digest: str
    graphs: tuple[str, ...]
    count: int = 0
    has_union: bool = False

    def lines(self, base: str) -> list[str]:
        """Return the record as sorted N-Triples."""
        name = f"<{record_graph(base)}>"
        values: list[tuple[IRI, Term]] = [(DCTERMS.identifier, Literal(self.digest))]
        values += [(DCTERMS.hasPart, IRI(graph)) for graph in self.graphs]
        values += [(DCTERMS.hasVersion, IRI(union_graph(base)))] if self.has_union else []
        values += [(IRI(_COUNT), Literal(str(self.count), XSD.integer.value))]
        return sorted(f"{name} {p.n3()} {o.n3()} .\n" for p, o in values)

    @classmethod
    def of(cls, rows: Iterable[Sequence[Term | None]], base: str) -> PushRecord | None:
        """Read the record from properties and values; None if there is none, or a push is under
        way. Graphs outside the base are not ours."""
        values: dict[str, list[str]] = {}
        for key, value in rows:
            if isinstance(key, IRI) and isinstance(value, IRI | Literal):
                values.setdefault(key.value, []).append(value.value)
        digests = values.get(DCTERMS.identifier.value, [])
        if len(digests) != 1 or digests[0] == _UNDER_WAY:
            return None
        graphs = [text for text in values.get(DCTERMS.hasPart.value, []) if text.startswith(base)]
        count = next((int(text) for text in values.get(_COUNT, []) if text.isdigit()), 0)
        return cls(digests[0], tuple(sorted(graphs)), count, DCTERMS.hasVersion.value in values)


def mark_under_way(graphs: tuple[str, ...]) -> PushRecord:
    """Return the record of a push under way: no digest, and the graphs of before."""
    return PushRecord(_UNDER_WAY, graphs)


def record_graph(base: str) -> str:
    """Return the graph of the record of a push."""
    return f"{base}_pushed"


def second_graph(base: str) -> str:
    """Return a graph that repeats the record: a server that counts it twice has no union of
    graphs."""
    return f"{base}_pushed/second"


def union_graph(base: str) -> str:
    """Return the graph of all statements, for servers that do not make the union of graphs."""
    return f"{base}_pushed/union"


def no_graph(base: str) -> str:
    """Return the name of a graph that never exists."""
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
    """The address of a server's queries, the base of the project's graphs there, and the access to
    it."""

    address: str
    base: str
    access: RemoteAccess = field(default_factory=RemoteAccess)
    bytes: int = 256 << 20  # of one answer


class RemoteSession:
    """A server, used like a store: the named graphs are those of the pushed build, the default
    graph is their union as a set. Each query names them, so that nothing else on the server is
    seen; a server that ignores that, or makes no union, is refused."""

    def __init__(self, store: RemoteStore, prefixes: Mapping[str, str], digest: str = "") -> None:
        self._store, self._prefixes = store, dict(prefixes)
        self._digest = digest
        self._looked = -_FRESH
        self._record: PushRecord | None = None
        self._is_repeating = False

    @property
    def host(self) -> str:
        """Return the server's name for people."""
        return host_of(self._store.address)

    @property
    def record(self) -> PushRecord:
        """Return the record of the push. ProjectError if there is none, it is being filled, or it
        is of another build than before."""
        if self._record is None or time.monotonic() - self._looked >= _FRESH:
            if self._record is None:
                base, host = self._store.base, self.host
                if self._rows(_ANY, (no_graph(base),)):
                    raise HrdgraphError("remote-store-ignores-graphs", host=host)
                both = (record_graph(base), second_graph(base))
                ((count,),) = self._rows(_TWICE % record_graph(base), both)
                self._is_repeating = getattr(count, "value", "") != "1"
            record = self._read_record()
            self._record, self._looked = record, time.monotonic()
            self._digest = record.digest
        return self._record

    def query(
        self, text: str, dataset: Dataset | None, base: str | None,
        parameters: Mapping[str, str] = NO_TERMS,
    ) -> StreamedAnswer:  # fmt: skip
        """Answer a query; the dataset of the request goes before that of the query. Raises
        SyntaxError where it does not parse, and what the server is refused for."""
        refuse_service(text)
        check_syntax(text, self._prefixes, base)
        record = self.record
        dataset = dataset or dataset_of(text, self._prefixes, base or "")
        terms = {name: parse_term(term) for name, term in parameters.items()}
        whole = self._add_prefixes(with_parameters(text, terms, self._prefixes), base)
        return self._query(whole, self._over(dataset, record))

    def has_graph(self, name: str | None) -> bool:
        """Say whether a graph exists; the default graph, None, always does."""
        return name is None or name in self.record.graphs

    def dump(self, name: str | None, out: IO[bytes], format: str) -> None:
        """Write one graph, without its name; None is the union of all."""
        wanted = Dataset((name,), ()) if name else None
        text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
        self._query(text, self._over(wanted, self.record)).write(out, format)

    def _read_record(self) -> PushRecord:
        base = self._store.base
        rows = self._rows(_RECORD % record_graph(base), (record_graph(base),))
        record = PushRecord.of(rows, base)
        host = self.host
        if record is None:
            raise ProjectError("remote-store-without-push", host=host, hint="push-build")
        if self._digest and record.digest != self._digest:
            raise ProjectError("remote-store-without-push", host=host, hint="push-build")
        return record

    def _over(self, dataset: Dataset | None, record: PushRecord) -> Dataset:
        """Return the graphs to query, only ours."""
        nothing = (no_graph(self._store.base),)
        if dataset is not None:
            ours = set(record.graphs)
            default = tuple(name for name in dict.fromkeys(dataset.default) if name in ours)
            ours_named = tuple(name for name in dict.fromkeys(dataset.named) if name in ours)
        elif record.has_union:
            default, ours_named = (union_graph(self._store.base),), record.graphs
        else:
            default, ours_named = record.graphs, record.graphs
        if len(default) > 1 and self._is_repeating:
            raise HrdgraphError("remote-store-repeats", host=self.host)
        return Dataset(default or nothing, ours_named or nothing)

    def _rows(self, text: str, graphs: tuple[str, ...]) -> list[tuple[Any, ...]]:
        answer = self._query(text, Dataset(graphs, (no_graph(self._store.base),)))
        if answer.form != SOLUTIONS:
            raise HrdgraphError(
                "remote-answer-unreadable",
                host=self.host,
                reason=answer.form,
                hint="is-server-there",
            )
        rows = answer.raw
        return [tuple(value and from_ox(value) for value in row) for row in rows]

    def _add_prefixes(self, text: str, base: str | None) -> str:
        """Add the declarations of used prefixes and the base to a query, on its first line."""
        names = (token.text for token in tokens_of(text) if token.kind == "name")
        used = {name.partition(":")[0] for name in names}
        declarations = (
            f"PREFIX {name}: <{iri}> " for name, iri in self._prefixes.items() if name in used
        )
        return (f"BASE <{base}> " if base else "") + "".join(declarations) + text

    def _query(self, text: str, dataset: Dataset) -> StreamedAnswer:
        fields = [("query", text)]
        fields += [("default-graph-uri", name) for name in dataset.default]
        fields += [("named-graph-uri", name) for name in dataset.named]
        # Virtuoso makes rows of triples where it may
        types = _GRAPHS if query_form(text) in ("CONSTRUCT", "DESCRIBE") else _JSON
        headers = {"Accept": types, "Content-Type": "application/x-www-form-urlencoded"}
        kind, body = self._store.access.read(
            self._store.address, urlencode(fields).encode(), headers, self._store.bytes
        )
        try:
            return self._parse(kind, body)
        except (SyntaxError, ValueError, OSError) as error:
            raise HrdgraphError(
                "remote-answer-unreadable", host=self.host, reason=error, hint="is-server-there"
            ) from error

    def _parse(self, kind: str, body: KeptAnswer) -> StreamedAnswer:
        stream = cast("IO[bytes]", body)
        if format := _TRIPLES.get(kind):
            triples = ox.parse(stream, format=format, lenient=True)
            return StreamedAnswer(TRIPLES, triples, self._prefixes)
        if kind not in (_JSON, "application/json"):
            raise ValueError(kind or "?")
        raw = ox.parse_query_results(stream, format=ox.QueryResultsFormat.JSON)
        if isinstance(raw, ox.QueryBoolean):
            return StreamedAnswer(BOOLEAN, raw, self._prefixes)
        if [variable.value for variable in raw.variables] == [_YES_OR_NO]:
            values = [row[0].value for row in raw if row[0] is not None]
            return boolean_answer(values not in ([], ["0"], ["false"]), self._prefixes)
        return StreamedAnswer(SOLUTIONS, raw, self._prefixes)


def session_of(state: Mapping[str, Any], prefixes: Mapping[str, str]) -> RemoteSession:
    """Make the session that a server describes to its workers."""
    account = tuple(state["account"]) if state["account"] else None
    access = RemoteAccess(state["headers"], state["seconds"], account)
    store = RemoteStore(state["address"], state["base"], access)
    return RemoteSession(store, prefixes, state["digest"])


def describe_to_workers(store: RemoteStore, digest: str) -> dict[str, Any]:
    """Describe a session for `session_of`, as JSON values."""
    return {
        "address": store.address, "base": store.base, "headers": dict(store.access.headers),
        "seconds": store.access.seconds, "account": store.access.account, "digest": digest,
    }  # fmt: skip


class _Edit(NamedTuple):
    """A replacement of a part of a text."""

    start: int
    end: int
    text: str


def with_parameters(text: str, parameters: Parameters, prefixes: dict[str, str]) -> str:
    """Replace each parameter of a query by its term wherever the whole query sees it; the variable
    itself gets that one value, so that SELECT returns it. Line numbers stay. QueryError where a
    term cannot stand in the place of its variable."""
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
        name = ", ?".join(parameters)
        raise QueryError("parameter-lost", name=name, hint="use-parameter") from error
    return text


def _query_edits(plain: str, start: int, end: int, name: str, term: str) -> Iterator[_Edit]:
    """Yield the edits of a query, or of a subselect that passes the variable on."""
    form = _WORD.search(plain, start, end)
    opened = plain.find("{", start, end)
    if form is None or opened < 0:
        if form is not None and form[1].upper() == "DESCRIBE":
            yield from _replace(plain, form.end(), end, name, term)
        return
    if form[1].upper() == "CONSTRUCT" and not plain[form.end() : opened].strip():
        closed = _closing(plain, opened, end)
        opened = plain.find("{", closed, end)
        if opened < 0:
            return
    if form[1].upper() == "CONSTRUCT" and plain[form.end() : opened].strip().upper() == "WHERE":
        yield from _replace(plain, opened, end, name, term)  # its template is its pattern
        return
    closed = _closing(plain, opened, end)
    yield from _group_edits(plain, opened + 1, closed, name, term)
    yield _Edit(closed, closed, f" VALUES ?{name} {{ {term} }} ")


def _group_edits(plain: str, start: int, end: int, name: str, term: str) -> Iterator[_Edit]:
    """Yield the edits of a group; subselects see the variable if they project it. A group that
    gives it a value itself is left alone: its rows meet the term later."""
    if _is_given(plain, start, end, name):
        return
    while (opened := plain.find("{", start, end)) >= 0:
        closed = _closing(plain, opened, end)
        yield from _replace(plain, start, opened, name, term)
        first = _VISIBLE.search(plain, (opened + 1))
        if not bool(first and _SELECT.match(plain, first.start())):
            yield from _group_edits(plain, opened + 1, closed, name, term)
        elif _is_projected(plain[opened + 1 : plain.find("{", opened + 1)], name):
            yield from _query_edits(plain, opened + 1, closed, name, term)
        start = closed + 1
    yield from _replace(plain, start, end, name, term)


def _is_given(plain: str, start: int, end: int, name: str) -> bool:
    """Say whether a group itself has BIND or VALUES for a variable, not only a group within it."""
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


def _replace(plain: str, start: int, end: int, name: str, term: str) -> Iterator[_Edit]:
    variable = _variable(name)
    pattern = re.compile(rf"(?P<bound>{_BOUND.format(variable=variable)})|{variable}", re.I)
    for place in pattern.finditer(plain, start, end):
        yield _Edit(place.start(), place.end(), "true" if place["bound"] else term)


def _closing(plain: str, opened: int, end: int) -> int:
    """Return the place of the brace that closes the one at `opened`."""
    level = 0
    for brace in re.finditer(r"[{}]", plain[opened:end]):
        level += 1 if brace[0] == "{" else -1
        if not level:
            return opened + brace.start()
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
    """A `Reader` over a server. Time and size of each answer are bounded; memory is the
    server's."""

    def __init__(self, store: RemoteStore, limits: WorkerLimits = USUAL, digest: str = "") -> None:
        self.store, self._limits = store, limits
        self._session = RemoteSession(store, KNOWN_PREFIXES, digest)

    @property
    def record(self) -> PushRecord:
        """Return the record of the push. ProjectError if there is none of ours."""
        return self._session.record

    def check(self) -> None:
        """Ask the server once. HrdgraphError where it does not answer as it must."""
        self.query("ASK {}")

    def query(
        self, text: str, *, parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS,
    ) -> Answer:  # fmt: skip
        """Answer a query; see `Reader.query`. QueryError beyond a limit, and for functions of
        our own: those cannot be sent there."""
        if functions:
            raise QueryError("process-ended")
        refuse_unreadable(text)
        refuse_lost(text, parameters)
        terms = {name: term.n3() for name, term in parameters.items()}
        answered = self._session.query(text, None, None, terms)
        if answered.form == BOOLEAN:
            return Boolean(bool(answered.raw))
        if answered.form != SOLUTIONS:
            return GraphAnswer.of(map(quad_from_ox, self._limit_rows(answered.raw)))
        variables = tuple(variable.value for variable in answered.raw.variables)
        if unknown := [name for name in parameters if name not in variables]:
            raise QueryError(lacks("SELECT", f"?{unknown[0]}"))
        return Solutions(variables, tuple(map(_row, self._limit_rows(answered.raw))))

    def close(self) -> None:
        """Do nothing: no connection stays open between two queries."""

    def _limit_rows(self, rows: Iterable[Any]) -> Iterator[Any]:
        """Yield rows up to the bound; QueryError beyond it, HrdgraphError if the answer breaks
        off."""
        most = self._limits.solutions
        try:
            for count, row in enumerate(rows, 1):
                if count > most:
                    raise QueryError(too_many(most, "row"), hint="narrow-query")
                yield row
        except (SyntaxError, ValueError, OSError) as error:
            raise HrdgraphError(
                "remote-answer-unreadable",
                host=self._session.host,
                reason=error,
                hint="is-server-there",
            ) from error


def _row(solution: Iterable[Any]) -> Row:
    return tuple(None if term is None else _spelt(from_ox(term)) for term in solution)


def _spelt(term: Term) -> Term:
    """Write a literal as the store of a build does: booleans in words, which Virtuoso writes as 1
    and 0, and one type of integers."""
    if not isinstance(term, Literal):
        return term
    if term.datatype == XSD.boolean.value:
        return Literal(_YES_AND_NO.get(term.value, term.value), term.datatype)
    if term.datatype in _INTEGERS:
        return Literal(term.value, XSD.integer.value)
    return term
