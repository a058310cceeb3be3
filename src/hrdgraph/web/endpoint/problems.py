"""What went wrong into `application/problem+json` (RFC 9457): a status, the fact, its place and
the way out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from hrdgraph.catalogue import render
from hrdgraph.errors import HrdgraphError, Problems
from hrdgraph.web.endpoint.formats import Media


@dataclass
class Problem(Exception):
    """A request that gets no answer, and what is said instead."""

    status: int
    fact: str
    hint: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> bytes:
        """The document."""
        said = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.fact,
        }
        said |= {"hint": self.hint} if self.hint else {}
        return (
            json.dumps(said | dict(self.more), ensure_ascii=False).encode("utf-8", "replace")
            + b"\n"
        )


def bad_query(
    error: HrdgraphError, *, status: int = 400, column: int | None = None, language: str = "en"
) -> Problem:
    """The problem of a query that is refused or does not parse, or of what its parameters were
    given, for a page in its language; of one that a worker did not answer, the problem that it
    had."""
    if unanswered := _unanswered(error):
        return unanswered
    place = {
        name: value for name, value in (("line", error.origin.line), ("column", column)) if value
    }
    found = error.errors if isinstance(error, Problems) else (error,)
    said = (
        [render(one.message, language) for one in found],
        [render(one.advice, language) for one in found if one.advice],
    )
    facts, hints = ("; ".join(dict.fromkeys(texts)) for texts in said)
    return Problem(status, facts, hints, more=place)


def _unanswered(error: BaseException) -> Problem | None:
    """The problem from which errors of queries were made."""
    while isinstance(error, HrdgraphError) and error.__cause__:
        error = error.__cause__
    return error if isinstance(error, Problem) else None


def not_acceptable(offers: Sequence[Media], form: str = "", asked: str = "") -> Problem:
    """No format of the answer is one that the client takes, or that it asked for by name; the
    list of those that are."""
    answer = {"solutions": "a table", "boolean": "yes or no", "triples": "a graph"}.get(form)
    which = f"in the format '{asked[:100]}'" if asked else "in a format that you accept"
    fact = (
        f"the answer is {answer}; it is not to be had {which}"
        if answer
        else f"the answer is not to be had {which}"
    )
    types = list(dict.fromkeys(media.type for media in offers))
    return Problem(406, fact, "ask for one of those listed", more={"available": types})


def method_not_allowed(*allowed: str) -> Problem:
    """The thing is there, but this cannot be done to it."""
    return Problem(
        405,
        "this method is not allowed here",
        f"use {', '.join(allowed)}",
        {"Allow": ", ".join(allowed)},
    )


def read_only() -> Problem:
    """The public mode does not change."""
    return Problem(
        403,
        "this endpoint is read-only",
        "the graph changes through its sources and `hrdgraph build`",
    )


def busy(seconds: int = 1) -> Problem:
    """All workers are taken and the queue is full."""
    return Problem(
        503, "too many queries are waiting", "try again in a moment", {"Retry-After": str(seconds)}
    )


def ending() -> Problem:
    """The server was told to end while this was asked."""
    return Problem(
        503,
        "the server ends",
        "ask again when it is back",
        {"Retry-After": "5", "Connection": "close"},
    )


def over_budget(seconds: int) -> Problem:
    """A client has used what one client may use."""
    hint = f"wait {seconds} s; ask smaller queries, or download the data"
    return Problem(
        429,
        "you have used the time, or made the errors, that one client may have at once",
        hint,
        {"Retry-After": str(seconds)},
    )


def too_many(open: int) -> Problem:
    """A client has as many requests open as one client may."""
    return Problem(
        429,
        f"you have {open} requests open",
        "wait for their answers before you ask more",
        {"Retry-After": "2"},
    )


def disk_full() -> Problem:
    """Answers that clients have not taken fill what may be kept of them."""
    fact = "too much of what was answered has not been taken; nothing of this answer is to be used"
    return Problem(
        503, fact, "take answers faster, or ask for less at a time", {"Retry-After": "10"}
    )


def timed_out(seconds: float) -> Problem:
    """The query took longer than a query may."""
    return Problem(
        504,
        f"the query was stopped after {seconds:g} s; nothing of its answer is to be used",
        "narrow it down, or add a LIMIT inside",
    )


def crashed() -> Problem:
    """The worker ended: almost always because its memory did."""
    return Problem(
        503,
        "the query took more memory than one may have, or broke the engine; no other was disturbed",
        "narrow it down",
    )


def too_large(limit: int) -> Problem:
    """The answer is longer than an answer may be."""
    return Problem(
        503,
        f"the answer is longer than {limit:,} bytes; nothing of it is to be used",
        "add a LIMIT, or download the data",
    )


def too_many_rows(limit: int) -> Problem:
    """The answer has more rows, or triples, than an answer may have."""
    return Problem(
        503,
        f"the answer has more than {limit:,} rows; nothing of it is to be used",
        "add a LIMIT, or download the data",
    )


def failed() -> Problem:
    """The engine could not read its store."""
    return Problem(
        503, "the store cannot be read at the moment", "try again in a moment", {"Retry-After": "2"}
    )
