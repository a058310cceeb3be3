"""Choose the format and the language of an answer by what a client accepts (RFC 9110 §12.5); write
problems as `application/problem+json` (RFC 9457), and the headers that go with every answer."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from hrdgraph.catalogue import Message, Value, has_sentence, render
from hrdgraph.errors import HrdgraphError, Problems


def best_language(accept: str, offered: Sequence[str]) -> str:
    """Return the language that fits an Accept-Language header best, the first of the offered ones
    where none does."""
    ranges = [(tag.partition("-")[0].lower(), quality) for tag, quality in _ranges(accept)]
    best = max(
        (
            (quality, -offered.index(tag))
            for tag, quality in ranges
            if tag in offered and quality > 0
        ),
        default=None,
    )
    return offered[0] if best is None else offered[-best[1]]


def _ranges(header: str) -> list[tuple[str, float]]:
    """Parse the ranges of a header with their qualities. A malformed quality counts as 0: it is no
    wish that can be met."""
    ranges = []
    for part in header.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name:
            ranges.append((name.lower(), _weight(parameters)))
    return ranges


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            try:
                return min(1.0, max(0.0, float(value.strip())))  # in this order, nan is 0
            except ValueError:
                return 0.0
    return 1.0


@dataclass(frozen=True, slots=True)
class Media:
    """A format, what it is called here and in HTTP, and what else people call it."""

    name: str
    type: str
    aliases: tuple[str, ...] = ()
    charset: bool = True

    @property
    def header(self) -> str:
        """Return the value of Content-Type."""
        return (
            f"{self.type}; charset=utf-8"
            if self.charset and self.type.startswith("text/")
            else self.type
        )


_JSON: Final = Media("json", "application/sparql-results+json", ("application/json",))
_XML: Final = Media("xml", "application/sparql-results+xml", ("application/xml", "text/xml"))
_CSV: Final = Media("csv", "text/csv")
_TSV: Final = Media("tsv", "text/tab-separated-values")
GRAPHS: Final = (
    Media("ttl", "text/turtle", ("application/x-turtle",)),
    Media("jsonld", "application/ld+json", ("application/json",)),
    Media("nt", "application/n-triples", ("text/plain",)),
    Media("rdfxml", "application/rdf+xml", ("application/xml", "text/xml")),
    Media("trig", "application/trig"),
    Media("nq", "application/n-quads"),
)
FORMS: Final[Mapping[str, Sequence[Media]]] = {
    "solutions": (_JSON, _XML, _CSV, _TSV), "boolean": (_JSON, _XML), "triples": GRAPHS,
}  # fmt: skip
# of a thing, the preferred first
THING: Final = (
    Media("page", "text/html"), Media("page", "application/xhtml+xml"), Media("ttl", "text/turtle"),
    Media("jsonld", "application/ld+json"), Media("jsonld", "application/json"),
    Media("nt", "application/n-triples"), Media("nt", "text/plain"),
    Media("rdf", "application/rdf+xml"),
)  # fmt: skip
BY_NAME: Final[Mapping[str, Media]] = {
    media.name: media for medias in FORMS.values() for media in medias
}
_OTHER_NAMES: Final = {
    "turtle": "ttl",
    "ntriples": "nt",
    "nquads": "nq",
    "json-ld": "jsonld",
    "rdf": "rdfxml",
    "rdf+xml": "rdfxml",
    # of an answer that is a graph
    "json": "jsonld",
    "xml": "rdfxml",
    "n3": "ttl",
}


def choose(accept: str, offers: Sequence[Media], asked: str = "") -> Media | None:
    """Return the offer that `Accept` likes best, the first of equals; None where it takes none.

    `asked`, a name, counts where the header names none of the offers: many clients send both, and a
    name that does not fit the answer that comes."""
    ranges = _ranges(accept) or [("*/*", 1.0)]
    named = [item for item in ranges if item[0] != "*/*"]
    if asked and not any(_quality(media, named) > 0 for media in offers):
        return next((media for media in offers if _is_called(media, asked.lower())), None)
    best = max(offers, key=lambda media: _quality(media, ranges))
    return best if _quality(best, ranges) > 0 else None


def _is_called(media: Media, name: str) -> bool:
    """Tell whether a format has this name."""
    names = (media.name, media.type, *media.aliases)
    return name in names or _OTHER_NAMES.get(name) == media.name


def wants_page(accept: str) -> bool:
    """Tell whether a browser asks: it names HTML, and no format of data before it."""
    ranges = dict(_ranges(accept))
    qualities = (ranges.get(media.type, 0.0) for medias in FORMS.values() for media in medias)
    return ranges.get("text/html", 0.0) > max(qualities, default=0.0)


def takes_gzip(header: str) -> bool:
    """Tell whether `Accept-Encoding` takes gzip."""
    codings = dict(_ranges(header))
    return codings.get("gzip", codings.get("x-gzip", codings.get("*", 0.0))) > 0


def _quality(media: Media, ranges: list[tuple[str, float]]) -> float:
    """Return the quality of the most precise range; an alias counts a little less than the name."""
    types = [(media.type, 1.0), *((alias, 0.999) for alias in media.aliases)]
    qualities = [
        (precision, quality * factor)
        for name, factor in types
        for precision, quality in _matching(name, ranges)
    ]
    most = max((precision for precision, _ in qualities), default=0)
    return max((quality for precision, quality in qualities if precision == most), default=0.0)


def _matching(name: str, ranges: list[tuple[str, float]]) -> list[tuple[int, float]]:
    kind = name.partition("/")[0]
    precise = {name: 3, f"{kind}/*": 2, "*/*": 1}
    return [(precise[range_], quality) for range_, quality in ranges if range_ in precise]


SAFETY: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# any page may read the data; none can send somebody's credentials along
ORIGINS: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After, Link, Warning",
}
PREFLIGHT: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
READING: Final[Mapping[str, str]] = {  # what a script of another site may do with a page's data
    **ORIGINS,
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match, Range",
    "Access-Control-Max-Age": "86400",
}
VARY: Final[Mapping[str, str]] = {"Vary": "Accept, Accept-Encoding"}
# may be kept, and must be asked about
FRESH: Final[Mapping[str, str]] = {"Cache-Control": "public, no-cache"}
NEVER: Final[Mapping[str, str]] = {"Cache-Control": "no-store"}
# no word need stand before it, a comment may stand between, and an escape may spell it: what is
# found too often costs a tag, no more
_CHANGING: Final = re.compile(r"(?:RAND|NOW|UUID|BNODE)\s*+[(#]|\\u", re.I)


def data_headers(*more: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of data and of errors, with more."""
    headers = {**SAFETY, **ORIGINS, **VARY}
    for item in more:
        headers |= item
    return headers


def etag(digest: str, *parts: Any) -> str:
    """Return a weak entity tag: the same for the same build, asked the same in the same way."""
    text = json.dumps([digest, *parts], sort_keys=True, default=str)
    return f'W/"{hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


def is_changing(query: str) -> bool:
    """Tell whether a query may answer otherwise when it is asked again of the same build."""
    return bool(_CHANGING.search(query))


def matches(header: str, tag: str) -> bool:
    """Tell whether If-None-Match names the tag, compared weakly (RFC 9110 §13.1.2)."""
    tags = [item.strip().removeprefix("W/") for item in header.split(",")]
    return tag.removeprefix("W/") in tags or "*" in tags


_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Problem(Exception):
    """A request that gets no answer, and what is said instead: what is wrong, as a code with
    fields, and the way out, which is the sentence `<code>.hint` where `hint` names no other. `wait`
    are the seconds after which it is worth asking again."""

    def __init__(
        self, status: int, code: str, /, *, hint: str | Message = "", wait: int = 0,
        headers: Mapping[str, str] = _NOTHING, more: Mapping[str, Any] = _NOTHING, **fields: Value,
    ) -> None:  # fmt: skip
        facts = (Message(code, **fields),)
        way = hint if isinstance(hint, Message) else Message(hint or f"{code}.hint", **fields)
        ways = (way,) if has_sentence(way.code) else ()
        again = {"Retry-After": str(wait)} if wait else {}
        self._say(status, facts, ways, {**again, **headers}, more)

    @classmethod
    def of_errors(
        cls, status: int, errors: Sequence[HrdgraphError], more: Mapping[str, Any] = _NOTHING
    ) -> Problem:
        """Return the problem that errors of the project are to a client."""
        problem = cls.__new__(cls)
        facts = tuple(dict.fromkeys(error.message for error in errors))
        ways = tuple(dict.fromkeys(error.advice for error in errors if error.advice))
        problem._say(status, facts, ways, _NOTHING, more)
        return problem

    def _say(
        self, status: int, facts: tuple[Message, ...], ways: tuple[Message, ...],
        headers: Mapping[str, str], more: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.status, self.headers, self.more = status, headers, more
        self.facts, self.ways = facts, ways
        self.args = (status, facts)

    def fact(self, language: str) -> str:
        """Say what is wrong."""
        return "; ".join(dict.fromkeys(render(fact, language) for fact in self.facts))

    def hint(self, language: str) -> str:
        """Say the way out; "" where there is none."""
        return "; ".join(dict.fromkeys(render(way, language) for way in self.ways))

    def body(self, language: str) -> bytes:
        """Write the problem as JSON."""
        fields: dict[str, Any] = {
            "type": "about:blank", "title": HTTPStatus(self.status).phrase, "status": self.status,
            "detail": self.fact(language), **self.facts[0].as_dict(),
        }  # fmt: skip
        if len(self.facts) > 1:
            fields["errors"] = [fact.as_dict() for fact in self.facts]
        fields |= {"hint": hint} if (hint := self.hint(language)) else {}
        return (
            json.dumps(fields | dict(self.more), ensure_ascii=False).encode("utf-8", "replace")
            + b"\n"
        )


def bad_query(error: HrdgraphError) -> Problem:
    """Return the problem of a query that is refused or does not parse, or of its parameters: 404
    where they name nothing. Of one that a worker did not answer, the problem that it had."""
    cause: BaseException = error
    while isinstance(cause, HrdgraphError) and cause.__cause__:
        cause = cause.__cause__
    if isinstance(cause, Problem):
        return cause
    errors = error.errors if isinstance(error, Problems) else (error,)
    is_unknown = all(each.message.code in ("thing-unknown", "name-unknown") for each in errors)
    place = {"line": error.origin.line, "column": error.message.fields.get("position")}
    place = {name: value for name, value in place.items() if value}
    return Problem.of_errors(404 if is_unknown else 400, errors, place)


def not_acceptable(offers: Sequence[Media]) -> Problem:
    """No format of the answer is one that the client takes, or that it asked for by name; the
    list of those that are."""
    types = list(dict.fromkeys(media.type for media in offers))
    return Problem(
        406, "answer-not-acceptable", hint="there-is", known=types, more={"available": types}
    )


def method_not_allowed(method: str, *allowed: str) -> Problem:
    """Say that the thing is there, but this cannot be done to it."""
    return Problem(
        405, "not-allowed-here", term=method, headers={"Allow": ", ".join(allowed)},
        hint="there-is", known=allowed,
    )  # fmt: skip


def over_budget(seconds: int) -> Problem:
    """Say that a client has used what one client may use."""
    return Problem(429, "client-over-budget", wait=seconds, seconds=seconds)
