"""What went wrong into `application/problem+json` (RFC 9457): a status, a code with its fields, and
the fact and the way out in the language of the client."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from hrdgraph.catalogue import Message, Value, has_sentence, render
from hrdgraph.errors import HrdgraphError, Problems
from hrdgraph.web.endpoint.formats import Media

UNFILLED: Final = "store-being-filled"
ELSEWHERE: Final = "remote-store-"  # how the codes of a server that holds the graph begin
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_FORMS: Final = {
    "solutions": Message("answer-is-table"),
    "boolean": Message("answer-is-boolean"),
    "triples": Message("answer-is-graph"),
}


class Problem(Exception):
    """A request that gets no answer, and what is said instead: what is wrong, as a code with
    fields, and the way out, which is the sentence `<code>.hint` where `hint` names no other."""

    def __init__(
        self,
        status: int,
        code: str,
        /,
        *,
        hint: str = "",
        headers: Mapping[str, str] = _NOTHING,
        more: Mapping[str, Any] = _NOTHING,
        **fields: Value,
    ) -> None:
        facts = (Message(code, **fields),)
        way = hint or f"{code}.hint"
        ways = (Message(way, **fields),) if has_sentence(way) else ()
        self._say(status, facts, ways, headers, more)

    @classmethod
    def of_errors(
        cls, status: int, errors: Sequence[HrdgraphError], more: Mapping[str, Any]
    ) -> Problem:
        """The problem that errors of the project are to a client."""
        made = cls.__new__(cls)
        facts = tuple(dict.fromkeys(error.message for error in errors))
        ways = tuple(dict.fromkeys(error.advice for error in errors if error.advice))
        made._say(status, facts, ways, _NOTHING, more)
        return made

    def _say(
        self,
        status: int,
        facts: tuple[Message, ...],
        ways: tuple[Message, ...],
        headers: Mapping[str, str],
        more: Mapping[str, Any],
    ) -> None:
        self.status, self.headers, self.more = status, headers, more
        self.facts, self.ways = facts, ways
        self.args = (status, facts)

    def fact(self, language: str) -> str:
        """What is wrong."""
        return "; ".join(dict.fromkeys(render(fact, language) for fact in self.facts))

    def hint(self, language: str) -> str:
        """The way out; empty where there is none."""
        return "; ".join(dict.fromkeys(render(way, language) for way in self.ways))

    def body(self, language: str) -> bytes:
        """The document."""
        said: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.fact(language),
            **self.facts[0].as_dict(),
        }
        if len(self.facts) > 1:
            said["errors"] = [fact.as_dict() for fact in self.facts]
        said |= {"hint": hint} if (hint := self.hint(language)) else {}
        return (
            json.dumps(said | dict(self.more), ensure_ascii=False).encode("utf-8", "replace")
            + b"\n"
        )


def bad_query(error: HrdgraphError, *, status: int = 400, column: int | None = None) -> Problem:
    """The problem of a query that is refused or does not parse, or of what its parameters were
    given; of one that a worker did not answer, the problem that it had."""
    if unanswered := _unanswered(error):
        return unanswered
    place = {
        name: value for name, value in (("line", error.origin.line), ("column", column)) if value
    }
    found = error.errors if isinstance(error, Problems) else (error,)
    return Problem.of_errors(status, found, place)


def _unanswered(error: BaseException) -> Problem | None:
    """The problem from which errors of queries were made."""
    while isinstance(error, HrdgraphError) and error.__cause__:
        error = error.__cause__
    return error if isinstance(error, Problem) else None


def not_acceptable(offers: Sequence[Media], form: str = "", asked: str = "") -> Problem:
    """No format of the answer is one that the client takes, or that it asked for by name; the
    list of those that are."""
    what = "answer-form" if form in _FORMS else "answer"
    code = f"{what}-not-in-format" if asked else f"{what}-not-acceptable"
    types = list(dict.fromkeys(media.type for media in offers))
    return Problem(
        406,
        code,
        hint="available-listed",
        more={"available": types},
        form=_FORMS.get(form, ""),
        format=asked[:100],
    )


def method_not_allowed(*allowed: str) -> Problem:
    """The thing is there, but this cannot be done to it."""
    return Problem(
        405, "method-not-allowed", headers={"Allow": ", ".join(allowed)}, allowed=allowed
    )


def no_graph() -> Problem:
    """A graph is asked for that is not there."""
    return Problem(404, "graph-not-there")


def store_elsewhere(error: HrdgraphError) -> Problem:
    """The server that holds the graph does not answer as it should."""
    return Problem.of_errors(503, (error,), _NOTHING)


def no_search() -> Problem:
    """The pages, whose search this is, are not there, or not yet."""
    return Problem(503, "search-not-there", headers={"Retry-After": "5"})


def read_only() -> Problem:
    """The public mode does not change."""
    return Problem(403, "endpoint-read-only")


def busy(seconds: int = 1) -> Problem:
    """All workers are taken and the queue is full."""
    return Problem(503, "endpoint-busy", headers={"Retry-After": str(seconds)})


def unfilled() -> Problem:
    """The store of a new build is being filled, and this was not for the columns."""
    return Problem(503, UNFILLED, headers={"Retry-After": "30"})


def ending() -> Problem:
    """The server was told to end while this was asked."""
    return Problem(503, "server-ending", headers={"Retry-After": "5", "Connection": "close"})


def over_budget(seconds: int) -> Problem:
    """A client has used what one client may use."""
    headers = {"Retry-After": str(seconds)}
    return Problem(429, "client-over-budget", headers=headers, seconds=seconds)


def too_many(open: int) -> Problem:
    """A client has as many requests open as one client may."""
    return Problem(429, "client-requests-open", headers={"Retry-After": "2"}, count=open)


def disk_full() -> Problem:
    """Answers that clients have not taken fill what may be kept of them."""
    return Problem(503, "answers-not-taken", headers={"Retry-After": "10"})


def timed_out(seconds: float) -> Problem:
    """The query took longer than a query may."""
    return Problem(504, "answer-timed-out", seconds=f"{seconds:g}")


def crashed() -> Problem:
    """The worker ended: almost always because its memory did."""
    return Problem(503, "answer-crashed")


def too_large(limit: int) -> Problem:
    """The answer is longer than an answer may be."""
    return Problem(503, "answer-too-large", limit=limit)


def too_many_rows(limit: int) -> Problem:
    """The answer has more rows, or triples, than an answer may have."""
    return Problem(503, "answer-rows-too-many", limit=limit)


def failed() -> Problem:
    """The engine could not read its store."""
    return Problem(503, "store-unavailable", headers={"Retry-After": "2"})
