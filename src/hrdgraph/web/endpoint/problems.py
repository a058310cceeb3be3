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
from hrdgraph.web.endpoint.negotiation import Media

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_FORMS: Final = {
    "solutions": Message("answer-is-table"),
    "boolean": Message("answer-is-boolean"),
    "triples": Message("answer-is-graph"),
}


class Problem(Exception):
    """A request that gets no answer, and what is said instead: what is wrong, as a code with
    fields, and the way out, which is the sentence `<code>.hint` where `hint` names no other. `wait`
    are the seconds after which it is worth asking again."""

    def __init__(
        self,
        status: int,
        code: str,
        /,
        *,
        hint: str = "",
        wait: int = 0,
        headers: Mapping[str, str] = _NOTHING,
        more: Mapping[str, Any] = _NOTHING,
        **fields: Value,
    ) -> None:
        facts = (Message(code, **fields),)
        way = hint or f"{code}.hint"
        ways = (Message(way, **fields),) if has_sentence(way) else ()
        again = {"Retry-After": str(wait)} if wait else {}
        self._say(status, facts, ways, {**again, **headers}, more)

    @classmethod
    def of_errors(
        cls, status: int, errors: Sequence[HrdgraphError], more: Mapping[str, Any] = _NOTHING
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
    cause: BaseException = error
    while isinstance(cause, HrdgraphError) and cause.__cause__:
        cause = cause.__cause__
    if isinstance(cause, Problem):
        return cause
    place = {
        name: value for name, value in (("line", error.origin.line), ("column", column)) if value
    }
    return Problem.of_errors(
        status, error.errors if isinstance(error, Problems) else (error,), place
    )


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


def over_budget(seconds: int) -> Problem:
    """A client has used what one client may use."""
    return Problem(429, "client-over-budget", wait=seconds, seconds=seconds)
