"""The formats of answers by their media types, and an Accept header into the one that is wanted
(RFC 9110 §12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Media:
    """A format, what it is called here and in HTTP, and what else people call it."""

    name: str
    type: str
    aliases: tuple[str, ...] = ()
    charset: bool = True

    @property
    def header(self) -> str:
        """The value of Content-Type."""
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
    "solutions": (_JSON, _XML, _CSV, _TSV),
    "boolean": (_JSON, _XML),
    "triples": GRAPHS,
}
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


def chosen(accept: str, offers: Sequence[Media], asked: str = "") -> Media | None:
    """The offer that `Accept` likes best, the first of equals; None where it takes none.

    `asked`, a name, counts where the header names none of the offers: many clients send both,
    and a name that does not fit the answer that comes.
    """
    ranges = _ranges(accept) if accept.strip() else [("*/*", 1.0)]
    named = [item for item in ranges if item[0] != "*/*"]
    if asked and not any(_quality(media, named) > 0 for media in offers):
        return next((media for media in offers if _is_called(media, asked.lower())), None)
    best = max(offers, key=lambda media: _quality(media, ranges))
    return best if _quality(best, ranges) > 0 else None


def _is_called(media: Media, name: str) -> bool:
    """Whether people call a format so."""
    names = (media.name, media.type, *media.aliases)
    return name in names or _OTHER_NAMES.get(name) == media.name


def wants_page(accept: str) -> bool:
    """Whether a browser asks: it names HTML, and no format of data before it."""
    ranges = dict(_ranges(accept))
    others = (ranges.get(media.type, 0.0) for medias in FORMS.values() for media in medias)
    return ranges.get("text/html", 0.0) > max(others, default=0.0)


def takes_gzip(header: str) -> bool:
    """Whether `Accept-Encoding` takes gzip."""
    codings = dict(_ranges(header))
    return codings.get("gzip", codings.get("x-gzip", codings.get("*", 0.0))) > 0


def _quality(media: Media, ranges: list[tuple[str, float]]) -> float:
    """The quality that the most precise range gives; an alias counts for a little less than the
    name itself."""
    types = [(media.type, 1.0), *((alias, 0.999) for alias in media.aliases)]
    found = [
        (precision, quality * factor)
        for name, factor in types
        for precision, quality in _matching(name, ranges)
    ]
    most = max((precision for precision, _ in found), default=0)
    return max((quality for precision, quality in found if precision == most), default=0.0)


def _matching(name: str, ranges: list[tuple[str, float]]) -> list[tuple[int, float]]:
    kind = name.partition("/")[0]
    precise = {name: 3, f"{kind}/*": 2, "*/*": 1}
    return [(precise[range_], quality) for range_, quality in ranges if range_ in precise]


def _ranges(header: str) -> list[tuple[str, float]]:
    """The parts of a header with their qualities; parameters other than q are not looked at."""
    made = []
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        texts = [text.removeprefix("q=") for text in parameters if text.startswith("q=")]
        if name:
            made.append((name, _number(texts[0]) if texts else 1.0))
    return made


def _number(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0
