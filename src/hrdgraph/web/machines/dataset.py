"""A site and the address where it stands into the description of its data set: VoID and DCAT
(`hrdgraph.exports.description`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from hrdgraph.exports.description import DatasetDescription, Distribution, counted, named
from hrdgraph.rdf import IRI, Quad
from hrdgraph.rdfio import format_named, serialize
from hrdgraph.vocab import PREFIXES
from hrdgraph.web.memo import once
from hrdgraph.web.pages.site import Site
from hrdgraph.web.pages.views.about import FILES
from hrdgraph.web.pages.wording.words import words_in

FORMATS: Final = ("ttl", "jsonld", "nt")
_PREFIXES: Final = PREFIXES | {
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "spdx": "http://spdx.org/rdf/terms#",
    "schema": "https://schema.org/",
}


class DataSet:
    """The data set of a site. What is counted is counted once; what depends on the address is
    said anew."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def document(self, address: str, format: str, *, endpoint: bool) -> bytes:
        """The description in ttl, jsonld or nt. `address` ends in a slash; where it is not
        known, neither files nor endpoint are named."""
        return written([*self._counted, *named(self._about(address, endpoint=endpoint))], format)

    @property
    def iri(self) -> IRI:
        """The IRI of the data set, which releases use too."""
        return IRI(f"{self._site.base}dataset")

    @once
    def _counted(self) -> list[Quad]:
        return counted(self._site.graph.columns, self.iri)

    def _about(self, address: str, *, endpoint: bool) -> DatasetDescription:
        site = self._site
        titles = {
            language: site.title(language)
            for language in site.languages
            if language == "en" or language in site.graph.project.titles
        }
        example = site.things[site.listed[0]] if site.listed else None
        return DatasetDescription(
            iri=self.iri,
            titles=titles,
            descriptions={
                language: words_in(language)("dataset_description", title=title, n=len(site.graph))
                for language, title in titles.items()
            },
            base=site.base,
            endpoint=f"{address}sparql" if address and endpoint else "",
            document=f"{address}void.ttl" if address else "",
            example=example.iri if example else "",
            languages=site.languages,
            distributions=self._files(address) if address else (),
            modified=self._modified if endpoint else "",
            rights=f"{address}{site.languages[0]}/sources" if address and endpoint else "",
            home=f"{address}{site.languages[0]}/data" if address and endpoint else "",
        )

    @cached_property
    def _modified(self) -> str:
        """The day on which the build was finished. A site of files does not say it: equal builds
        give equal bytes."""
        try:
            made = (self._site.files / "manifest.json").stat().st_mtime
        except OSError:
            return ""
        return datetime.fromtimestamp(made, UTC).date().isoformat()

    def _files(self, address: str) -> Sequence[Distribution]:
        """The files that can be downloaded, as the manifest of the build has their digests."""
        digests, folder = self._site.manifest.get("outputs", {}), self._site.files
        return [
            Distribution(
                f"{address}files/{name}", media_type, (folder / name).stat().st_size, digests[name]
            )
            for name, _, media_type in FILES
            if name in digests and (folder / name).is_file()
        ]


def written(quads: Sequence[Quad], format: str) -> bytes:
    """Statements in a format, in a fixed order."""
    ordered = sorted(
        set(quads), key=lambda quad: (quad.subject.n3(), quad.predicate.n3(), quad.object.n3())
    )
    return serialize(ordered, format_named(format), _PREFIXES)
