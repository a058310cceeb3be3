"""Differences into sentences that a person can read, in English, French and Spanish. No name of
anything is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from hrdgraph.ontology import Ontology
from hrdgraph.rdf import IRI
from hrdgraph.release.differences import Differences
from hrdgraph.translation import number

LANGUAGES: Final = ("en", "fr", "es")


@dataclass(frozen=True)
class _DifferenceWords:
    first: str
    since: str
    nothing: str
    statements: str
    new: str
    gone: str
    changed: str


_WORDS: Final[Mapping[str, _DifferenceWords]] = MappingProxyType(
    {
        "en": _DifferenceWords(
            "The first release.",
            "Since {previous}:",
            "nothing has changed.",
            "{added} statements were added and {removed} taken out.",
            "New: {things}.",
            "No longer there: {things}.",
            "Changed: {things}.",
        ),
        "fr": _DifferenceWords(
            "Première version.",
            "Depuis {previous} :",
            "rien n’a changé.",
            "{added} énoncés ajoutés et {removed} retirés.",
            "Nouveau : {things}.",
            "N’y figure plus : {things}.",
            "Modifié : {things}.",
        ),
        "es": _DifferenceWords(
            "Primera versión.",
            "Desde {previous}:",
            "nada ha cambiado.",
            "{added} enunciados añadidos y {removed} retirados.",
            "Nuevo: {things}.",
            "Ya no figura: {things}.",
            "Modificado: {things}.",
        ),
    }
)


def sentences(
    differences: Differences | None, previous: str, ontology: Ontology, language: str = "en"
) -> str:
    """What changed since the release called `previous`, as one short paragraph; None is a first
    release."""
    words = _WORDS.get(language, _WORDS["en"])
    if differences is None:
        return words.first
    start = words.since.format(previous=previous)
    if not differences:
        return f"{start} {words.nothing}"
    totals = differences.totals
    added, removed = (number(totals[name], language) for name in ("added", "removed"))
    return " ".join(
        [
            start,
            words.statements.format(added=added, removed=removed),
            *_things(differences, ontology, language, words),
        ]
    )


def _things(
    differences: Differences, ontology: Ontology, language: str, words: _DifferenceWords
) -> Iterator[str]:
    """One sentence for each of new, gone and changed that has something to say: class and
    number, the largest first."""
    for name, sentence in (("new", words.new), ("gone", words.gone), ("changed", words.changed)):
        rows = differences.by_class.filter(differences.by_class[name] > 0).sort(
            [name, "class"], descending=[True, False]
        )
        told = [
            f"{ontology.label(IRI(row['class']), (language, 'en'))} {number(row[name], language)}"
            for row in rows.to_dicts()
        ]
        if told:
            yield sentence.format(things=", ".join(told))
