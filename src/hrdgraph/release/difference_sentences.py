"""Differences into sentences that a person can read, in English, French and Spanish. No name of
anything is in them."""

from __future__ import annotations

from collections.abc import Iterator

from hrdgraph.catalogue import Vocabulary, number
from hrdgraph.ontology import Ontology
from hrdgraph.rdf import IRI
from hrdgraph.release.differences import Differences


def sentences(
    differences: Differences | None, previous: str, ontology: Ontology, language: str = "en"
) -> str:
    """What changed since the release called `previous`, as one short paragraph; None is a first
    release."""
    words = Vocabulary("difference", language)
    if differences is None:
        return words("first")
    start = words("since", previous=previous)
    if not differences:
        return f"{start} {words('nothing')}"
    totals = differences.totals
    added, removed = (number(totals[name], language) for name in ("added", "removed"))
    return " ".join(
        [
            start,
            words("statements", added=added, removed=removed),
            *_things(differences, ontology, language, words),
        ]
    )


def _things(
    differences: Differences, ontology: Ontology, language: str, words: Vocabulary
) -> Iterator[str]:
    """One sentence for each of new, gone and changed that has something to say: class and
    number, the largest first."""
    for name in ("new", "gone", "changed"):
        rows = differences.by_class.filter(differences.by_class[name] > 0).sort(
            [name, "class"], descending=[True, False]
        )
        told = [
            f"{ontology.label(IRI(row['class']), (language, 'en'))} {number(row[name], language)}"
            for row in rows.to_dicts()
        ]
        if told:
            yield words(name, things=", ".join(told))
