"""Labels of the concepts of a scheme, in any language, into their codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.fact_kinds.cell_errors import CellError
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.nearest import meant
from hrdgraph.rdf import IRI, Literal
from hrdgraph.rdfio import read_quads
from hrdgraph.vocab import RDF, SKOS

_CHOICES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "person",
                "personne",
                "persona",
                "pessoa",
                "individual",
                "individu",
                "человек",
                "شخص",
                "p",
            ),
            "person",
        ),
        **dict.fromkeys(
            (
                "organisation",
                "organization",
                "organizacion",
                "organizacao",
                "ong",
                "ngo",
                "org",
                "group",
                "groupe",
                "grupo",
                "association",
                "asociacion",
                "collectif",
                "colectivo",
                "организация",
                "группа",
                "منظمة",
            ),
            "organisation",
        ),
        **dict.fromkeys(("event", "evenement", "suceso", "evento"), "event"),
        **dict.fromkeys(("testimony", "temoignage", "testimonio"), "testimony"),
        **dict.fromkeys(("quotation", "citation", "cita"), "quotation"),
        **dict.fromkeys(("announcement", "annonce", "anuncio"), "Announcement"),
        **dict.fromkeys(
            ("ceremonyevent", "ceremony", "ceremonie", "ceremonia", "remise", "entrega"),
            "CeremonyEvent",
        ),
    }
)


@dataclass(frozen=True)
class Codes:
    """The codes of a scheme. `labels` are the preferred ones by code and language; `by_name`
    knows every name without case and accents, but those that two codes share."""

    scheme: str
    labels: Mapping[str, Mapping[str, str]]
    by_name: Mapping[str, str]

    def code(self, text: str, language: str = "") -> str:
        """The code that a text is, or is a label of. ValueError with the nearest ones otherwise,
        in the language of the text where one is near there."""
        found = self.known(text)
        if found is None:
            unknown = Message("code-label-unknown", value=text, scheme=self.scheme)
            raise CellError(unknown, self._near(text, language))
        return found

    def known(self, text: str) -> str | None:
        """The code that a text is, or is a label of; None where there is none."""
        name = folded(text)
        return self.by_name.get(name) or self.by_name.get(_singular(name))

    def _near(self, text: str, language: str) -> Message:
        known = [label for names in self.labels.values() for label in names.values()]
        own = [names[language] for names in self.labels.values() if language in names]
        otherwise = Message("choose-code", names=tuple(own or self.labels)[:12])
        anywhere = meant(text, [*self.labels, *known], otherwise)
        return meant(text, own, anywhere) if own else anywhere

    def label(self, code: str, language: str) -> str:
        """The label of a code in a language, else in English, else the code."""
        names = self.labels.get(code, {})
        return names.get(language) or names.get("en") or code


def _singular(name: str) -> str:
    """A folded name with its words in the singular, as the Romance languages and English have it:
    `menaces de mort` is a `menace de mort`."""
    return re.sub(r"(?<=\w{3})s\b", "", name)


def codes_of(folder: Path, scheme: str) -> Codes:
    """The codes of a scheme in a folder of vocabularies; none where it has no such file."""
    path = folder / f"{scheme}.ttl"
    return _codes(path, path.stat().st_mtime_ns if path.is_file() else 0)


@cache
def _codes(path: Path, _changed: int) -> Codes:
    labels: dict[str, dict[str, str]] = {}
    names: dict[str, set[str]] = {}
    for quad in read_quads(path) if path.is_file() else ():
        if not isinstance(quad.subject, IRI) or f"/{path.stem}/" not in quad.subject.value:
            continue
        code = quad.subject.value.rpartition("/")[2]
        if quad.predicate == RDF.type and quad.object == SKOS.Concept:
            labels.setdefault(code, {})
            names.setdefault(folded(code), set()).add(code)
        if isinstance(quad.object, Literal) and quad.predicate in (
            SKOS.prefLabel,
            SKOS.altLabel,
            SKOS.hiddenLabel,
            SKOS.notation,
        ):
            if quad.predicate == SKOS.prefLabel:
                labels.setdefault(code, {})[quad.object.language or ""] = quad.object.value
            for text in (quad.object.value, re.sub(r"\s*\(.*\)$", "", quad.object.value)):
                names.setdefault(folded(text), set()).add(code)
    for name, found in list(names.items()):
        names.setdefault(_singular(name), set()).update(found)
    known = {name: next(iter(codes)) for name, codes in names.items() if len(codes) == 1}
    known |= {folded(code): code for code in labels}
    return Codes(path.stem, labels, known)


def choice(text: str, choices: tuple[str, ...]) -> str:
    """The one of a few words that a text is, or means in another language. ValueError otherwise."""
    found = {folded(item): item for item in choices}.get(folded(text)) or _CHOICES.get(
        folded(text).replace(" ", "")
    )
    if found not in choices:
        fact = Message("choice-unknown", value=text)
        raise CellError(fact, Message("choose-code", names=choices))
    return found
