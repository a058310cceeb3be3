"""A server that a push has filled into a reader: the same questions, answers and refusals as of a
store in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from hrdgraph.errors import HrdgraphError, QueryError
from hrdgraph.rdf import Literal, Quad, Term
from hrdgraph.rdfio.oxi import from_ox, quad_from_ox
from hrdgraph.store.answer_stream import BOOLEAN, SOLUTIONS
from hrdgraph.store.contract import NO_FUNCTIONS, NO_PARAMETERS, Functions, Parameters
from hrdgraph.store.oxigraph import KNOWN_PREFIXES, refuse_unreadable
from hrdgraph.store.push_record import PushRecord
from hrdgraph.store.query_guards import refuse_lost
from hrdgraph.store.remote_session import RemoteSession, RemoteStore
from hrdgraph.store.results import Answer, Boolean, GraphAnswer, Row, Solutions
from hrdgraph.store.worker_process import USUAL, WorkerLimits
from hrdgraph.vocab import XSD

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
            return _sorted({quad_from_ox(one) for one in self._counted(answered.raw)})
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


def _sorted(quads: set[Quad]) -> GraphAnswer:
    return GraphAnswer(
        tuple(sorted(quads, key=lambda q: (q.subject.n3(), q.predicate.n3(), q.object.n3())))
    )
