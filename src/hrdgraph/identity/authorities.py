"""Outside names of things: which IRIs belong to authorities such as Wikidata and VIAF, and the
one form that is used for each."""

from __future__ import annotations

import re
from typing import Final

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
    """Whether an IRI is an authority's name for a thing, and so never the name that this graph
    uses."""
    return iri.startswith(_BEGINNINGS)


def in_rdf(iri: str) -> str:
    """The form of an authority's name that is used in RDF, of any that people write; another IRI
    as it is."""
    for beginning, written in _WRITTEN:
        found = written.match(iri)
        if found:
            return beginning + iri[found.end() :].rstrip("/")
    return iri
