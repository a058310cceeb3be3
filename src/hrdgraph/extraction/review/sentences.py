"""Cut the text of a page into pieces that are marked alike, and find the sentence of a candidate
that a person reads before deciding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from hrdgraph.extraction.candidates import Candidate
from hrdgraph.extraction.review.candidate_review import ACCEPTED, MENDED
from hrdgraph.extraction.review.rows import table_kind

NOW, WORD, WAITING, DECIDED = "now", "word", "waiting", "decided"


class MarkedPlace(NamedTuple):
    """A place in a text that is marked; `key` is that of the candidate whose words stand there."""

    start: int
    end: int
    mark: str
    key: str


class MarkedPiece(NamedTuple):
    """A stretch of a line, with the marks that it bears, the candidate that waits there, and
    where in the text it begins."""

    text: str
    marks: frozenset[str]
    key: str
    start: int


def mark_places(
    now: Candidate | None, waiting: Iterable[Candidate], all_of: Iterable[Candidate],
    verdicts: dict[str, str],
) -> list[MarkedPlace]:  # fmt: skip
    """List what is marked: the words now asked about, and in them the words of each cell; those
    that wait; those that were accepted."""
    places = [MarkedPlace(item.start, item.end, WAITING, item.key) for item in waiting]
    places += [
        MarkedPlace(item.start, item.end, DECIDED, "")
        for item in all_of
        if verdicts.get(item.key) in (ACCEPTED, MENDED)
    ]
    if now:
        arguments = [item for item in now.arguments.values() if item.end > item.start]
        places += [MarkedPlace(item.start, item.end, WORD, "") for item in arguments]
        places.append(MarkedPlace(now.start, now.end, NOW, ""))
    return places


def split_lines(text: str, places: list[MarkedPlace]) -> Iterator[list[MarkedPiece]]:
    """Yield the lines of a text, each in its pieces; empty lines are left out."""
    edges = sorted({edge for place in places for edge in (place.start, place.end)})
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        if line.strip():
            cuts = [start, *(edge for edge in edges if start < edge < end), end]
            yield [_piece(text, start, two, places) for start, two in pairwise(cuts)]
        start = end


def _piece(text: str, start: int, end: int, places: list[MarkedPlace]) -> MarkedPiece:
    here = [place for place in places if place.start <= start and end <= place.end]
    keys = [place.key for place in sorted(here, key=lambda item: item.end - item.start)]
    return MarkedPiece(
        text[start:end], frozenset(place.mark for place in here), next(filter(None, keys), ""),
        start,
    )  # fmt: skip


_PATTERNS: Final[Mapping[str, tuple[str, str, str]]] = {
    "conferral": (
        "{recipient}: {outcome} of {award}[, {date}][, {year}][; accepted by {accepted_by}].",
        "{recipient} : {outcome}, {award}[, {date}][, {year}][ ; reçu par {accepted_by}].",
        "{recipient}: {outcome}, {award}[, {date}][, {year}][; recogido por {accepted_by}].",
    ),
    "role": (
        "{member}: {role_text}[ of {organisation}][, {date}].",
        "{member} : {role_text}[, {organisation}][, {date}].",
        "{member}: {role_text}[, {organisation}][, {date}].",
    ),
    "founding": (
        "{organisation} was founded[ by {founder}][, {date}].",
        "{organisation} : fondation[ par {founder}][, {date}].",
        "{organisation}: fundación[ por {founder}][, {date}].",
    ),
    "act": (
        "{type}: {victim}[, {place}][, {date}].",
        "{type} : {victim}[, {place}][, {date}].",
        "{type}: {victim}[, {place}][, {date}].",
    ),
    "attribute": (
        "{subject}: {property} {value}.",
        "{subject} : {property} {value}.",
        "{subject}: {property} {value}.",
    ),
    "defender": (
        "{subject} is a human rights defender.",
        "{subject} défend les droits humains.",
        "{subject} defiende los derechos humanos.",
    ),
    "quotation": ("{speaker} spoke.", "{speaker} parle.", "{speaker} habla."),
    "person": ("{name} is a person.", "{name} est une personne.", "{name} es una persona."),
    "organisation": (
        "{name} is an organisation[ ({other_name})].",
        "{name} est une organisation[ ({other_name})].",
        "{name} es una organización[ ({other_name})].",
    ),
    "award": ("{name} is an award.", "{name} est un prix.", "{name} es un premio."),
    "edition": (
        "{award} had an edition in {year}.",
        "{award} a eu une édition en {year}.",
        "{award} tuvo una edición en {year}.",
    ),
}
_LANGUAGES: Final = ("en", "fr", "es")
# words of cells that are codes, where they are no code of the ontology with a label of its own
_CODES: Final[Mapping[str, tuple[str, str]]] = {
    "laureate": ("prix reçu", "premio recibido"), "nominee": ("nomination", "nominación"),
    "finalist": ("finaliste", "finalista"), "shortlisted": ("sélection", "preselección"),
    "special-mention": ("mention spéciale", "mención especial"), "country": ("pays", "país"),
    "defender": ("défense des droits humains", "defensa de derechos humanos"),
    "birth": ("naissance", "nacimiento"), "death": ("décès", "muerte"),
    "arrest": ("arrestation", "detención"),
    "detention": ("détention", "privación de libertad"),
    "imprisonment": ("emprisonnement", "encarcelamiento"),
    "conviction": ("condamnation", "condena"), "killing": ("assassinat", "asesinato"),
    "release": ("libération", "liberación"), "threat": ("menace", "amenaza"),
    "torture": ("torture", "tortura"), "attack": ("attaque", "ataque"),
    "raid": ("perquisition", "allanamiento"), "harassment": ("harcèlement", "hostigamiento"),
    "judicial-harassment": ("harcèlement judiciaire", "hostigamiento judicial"),
    "disappearance": ("disparition forcée", "desaparición forzada"),
    "abduction": ("enlèvement", "secuestro"), "exile": ("exil", "exilio"),
    "massacre": ("massacre", "masacre"), "dissolution": ("dissolution", "disolución"),
    "charge": ("mise en accusation", "acusación"),
    "travel-ban": ("interdiction de voyager", "prohibición de viajar"),
}  # fmt: skip
_CODED: Final = frozenset(("outcome", "type", "kind", "property"))
_LACKING: Final = "[?]"  # in the place of what the page does not say here
_OPTIONAL: Final = re.compile(r"\[([^\[\]]*)\]")
_NAME: Final = re.compile(r"\{(\w+)\}")


def sentence_of(candidate: Candidate, language: str = "en") -> str:
    """Read the row aloud in a language, else in English; what stands in brackets is left out where
    its cell is empty."""
    place = _LANGUAGES.index(language) if language in _LANGUAGES else 0
    row = candidate.row
    if candidate.kind == "role" and not row.get("role_text"):
        row |= {"role_text": row.get("role", "")}
    row |= {name: _code(row[name], place) for name in _CODED & row.keys()}
    patterns = _PATTERNS.get(table_kind(candidate)) or _PATTERNS.get(candidate.kind)
    kept = _OPTIONAL.sub(
        lambda match: match[1] if all(row.get(name) for name in _NAME.findall(match[1])) else "",
        patterns[place] if patterns else candidate.kind,
    )
    return " ".join(_NAME.sub(lambda match: row.get(match[1]) or _LACKING, kept).split())


def _code(code: str, place: int) -> str:
    return _CODES[code][place - 1] if place and code in _CODES else code
