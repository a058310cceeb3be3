"""Read data/persistent_iris.csv: the IRI that each thing keeps, whatever its sources are called
and in whatever order they are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Message, write_like
from hrdgraph.errors import HrdgraphError, IdentityError, Origin, SourceError, raise_all
from hrdgraph.evidence.dates import is_edtf
from hrdgraph.ledger_files import ledger_text, read_ledger_rows

# How the names of each authority begin in RDF, and how else people write them.
_AUTHORITIES: Final = (
    (
        "http://www.wikidata.org/entity/",
        r"https?://(?:www\.|m\.)?wikidata\.org/(?:entity|wiki)/(?=Q)|wikidata:(?=Q)|wd:(?=Q)",
    ),
    ("http://viaf.org/viaf/", r"https?://(?:www\.)?viaf\.org/viaf/|viaf:(?=\d)"),
    ("https://isni.org/isni/", r"https?://(?:www\.)?isni\.org/(?:isni/)?"),
    ("https://orcid.org/", r"https?://(?:www\.)?orcid\.org/"),
    ("https://ror.org/", r"https?://(?:www\.)?ror\.org/"),
    ("https://d-nb.info/gnd/", r"https?://d-nb\.info/gnd/"),
    ("http://id.loc.gov/authorities/names/", r"https?://id\.loc\.gov/authorities/names/"),
    ("http://data.bnf.fr/ark:/12148/", r"https?://data\.bnf\.fr/(?:\w+/)?ark:/12148/"),
    ("https://www.opensanctions.org/entities/", r"https?://(?:www\.)?opensanctions\.org/entities/"),
    ("http://dbpedia.org/resource/", r"https?://(?:www\.)?dbpedia\.org/(?:resource|page)/"),
)
_BEGINNINGS: Final = tuple(beginning for beginning, _ in _AUTHORITIES)
_WRITTEN: Final = tuple((beginning, re.compile(written)) for beginning, written in _AUTHORITIES)


def is_outside(iri: str) -> bool:
    """Say whether an IRI is an authority's name for a thing, and so never the name in this
    graph."""
    return iri.startswith(_BEGINNINGS)


def in_rdf(iri: str) -> str:
    """Return the RDF form of an authority's name, from any form that people write; other IRIs
    unchanged."""
    for beginning, pattern in _WRITTEN:
        match = pattern.match(iri)
        if match:
            return beginning + iri[match.end() :].rstrip("/")
    return iri


FILE: Final = "persistent_iris.csv"  # beside the judgements
COLUMNS: Final = ("iri", "name", "since", "formerly")
_BETWEEN: Final = " "  # stands in no IRI
_DIGEST: Final = 17  # characters of a hyphen and a digest of cells
_SUFFIX: Final = re.compile("-[0-9a-f]{16}")
_NUMBER: Final = re.compile("-[0-9]+$")
NOT_YET: Final = ""  # since when: of one that is in no file yet


@dataclass(frozen=True, slots=True)
class PersistentIRI:
    """One row: the IRI of a thing, its name in its source, the day on which it was recorded, and
    the earlier names from before the source was renamed. No IRI and no name stands in two rows:
    judgements say that several names are one thing."""

    iri: str
    name: str
    since: str = NOT_YET
    formerly: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return all its names in sources, present and former."""
        return (self.name, *self.formerly)

    @property
    def public_name(self) -> str:
        """Return the public form of the name in the source: the name itself, unless it contains a
        digest of cells that the IRI lacks. Of a claim, whose IRI names its source, it is the
        IRI."""
        place, _, key = self.name.rpartition("/")
        where, _, last_part = self.iri.rpartition("/")
        stems = {last_part, _NUMBER.sub("", last_part)}
        is_private = where == place or (
            key[:-_DIGEST] in stems and _SUFFIX.fullmatch(key[-_DIGEST:])
        )
        return f"{place}/{last_part}" if is_private else self.name

    @property
    def age(self) -> str:
        """Return the sort key by age, oldest first, unrecorded last."""
        return self.since or "9999"


def read_persistent_iris(path: Path) -> tuple[PersistentIRI, ...]:
    """Read the rows of the file beside the judgements at `path`; none if there is none. Empty
    rows, CRLF and a byte order mark are tolerated. SourceError, IdentityError (or Problems)
    name every bad row, and IRIs or names given twice, as two branches of a repository may do."""
    file = path.with_name(FILE)
    if not file.exists():
        return ()
    place = Origin(str(file))
    rows = read_ledger_rows(file, COLUMNS)
    raise_all([error for number, cells in rows for error in _faults(cells, place, number)])
    result = [
        PersistentIRI(iri, name, since, tuple(formerly.split()))
        for _, (iri, name, since, formerly) in rows
    ]
    numbered: dict[tuple[str, str], tuple[PersistentIRI, int]] = {}
    for row, (number, _) in zip(result, rows, strict=True):
        # two branches gave one thing the same IRI: it has had it since the first of them
        known = numbered.get((row.iri, row.name), (row, number))
        numbered[row.iri, row.name] = min(known, (row, number), key=lambda pair: pair[0].age)
    raise_all(_twice(numbered.values(), place))
    return tuple(row for row, _ in numbered.values())


def _faults(cells: Sequence[str], place: Origin, number: int) -> list[HrdgraphError]:
    iri, name, since, _ = cells
    wrong = [("iri", ":" not in iri or " " in iri), ("name", ":" not in name or " " in name)]
    if is_edtf(since) and not any(is_wrong for _, is_wrong in wrong):
        return []  # as nearly all rows are, and there may be many
    place = replace(place, row=number)
    errors: list[HrdgraphError] = [
        SourceError(
            "not-as-expected",
            origin=replace(place, column=column),
            hint="write-whole-iri-without-prefix",
        )
        for column, is_wrong in wrong
        if is_wrong
    ]
    if not is_edtf(since):
        place = replace(place, column="since")
        errors.append(SourceError("not-as-expected", origin=place, hint=write_like("2026-11-24")))
    return errors


def _twice(rows: Iterable[tuple[PersistentIRI, int]], place: Origin) -> list[HrdgraphError]:
    seen: dict[str, int] = {}
    errors: list[HrdgraphError] = []
    for row, number in rows:
        for text in dict.fromkeys((row.iri, *row.names)):
            if text in seen:
                fact = Message("already-in-row", thing=text, row=seen[text])
                origin = replace(place, row=number)
                errors.append(IdentityError(fact, origin=origin, hint="keep-older-iri"))
            seen[text] = number
    return errors


def write_rows(rows: Iterable[PersistentIRI]) -> str:
    """Return the rows as the text of the file, sorted so that branches of a repository merge."""
    ordered = sorted(rows, key=lambda row: row.iri)
    cells = ((row.iri, row.name, row.since, _BETWEEN.join(row.formerly)) for row in ordered)
    return ledger_text(COLUMNS, cells)


def lost(
    before: Iterable[PersistentIRI], now: Iterable[PersistentIRI]
) -> tuple[PersistentIRI, ...]:
    """Return the recorded rows of the last build that are no longer in the file, or give the IRI
    to something else."""
    known = {row.iri: row.names for row in now}
    return tuple(
        row for row in before if row.since != NOT_YET and row.name not in known.get(row.iri, ())
    )
