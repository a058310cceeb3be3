"""Describe the data set of a site at its address in VoID and DCAT
(`hrdgraph.exports.description`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Final

from hrdgraph.exports.description import (
    DatasetDescription,
    Distribution,
    count_statements,
    details_of,
)
from hrdgraph.queries.model import Parameter, Query, Type
from hrdgraph.queries.run import term
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad, Term
from hrdgraph.rdfio.formats import canonical, format_named
from hrdgraph.rdfio.read import serialize
from hrdgraph.store.contract import GraphAnswer
from hrdgraph.store.tokens import blank_opaque, query_form
from hrdgraph.vocab import OWL, PREFIXES, RDF, RDFS, SCHEMA, SH, XSD
from hrdgraph.web.memo import once
from hrdgraph.web.pages.graph_view import LISTED
from hrdgraph.web.pages.naming import words_in
from hrdgraph.web.pages.site import Site
from hrdgraph.web.pages.views.about import files_of

FORMATS: Final = ("ttl", "jsonld", "nt", "rdf")
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
        """Write the description in one of FORMATS. `address` ends in a slash; where it is not
        known, neither files nor endpoint are named."""
        return write([*self._counts, *details_of(self._about(address, endpoint=endpoint))], format)

    @property
    def iri(self) -> IRI:
        """Return the IRI of the data set, which releases use too."""
        return IRI(f"{self._site.base}dataset")

    @once
    def _counts(self) -> list[Quad]:
        return count_statements(self._site.graph.columns, self.iri)

    def _about(self, address: str, *, endpoint: bool) -> DatasetDescription:
        site = self._site
        titles = {
            language: site.graph.project.title_in(language)
            for language in site.languages
            if language == "en" or language in site.graph.project.titles
        }
        example = site.things[site.all_listed[0]] if site.all_listed else None
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
            distributions=self._files(address, static=not endpoint) if address else (),
            modified=self._modified if endpoint else "",
            rights=f"{address}{site.languages[0]}/sources" if address and endpoint else "",
            home=f"{address}{site.languages[0]}/data" if address and endpoint else "",
        )

    @cached_property
    def _modified(self) -> str:
        """Return the day on which the build was finished. A site of files does not say it: equal
        builds give equal bytes."""
        try:
            time = (self._site.graph.project.build_dir / "manifest.json").stat().st_mtime
        except OSError:
            return ""
        return datetime.fromtimestamp(time, UTC).date().isoformat()

    def _files(self, address: str, *, static: bool) -> Sequence[Distribution]:
        """List the files that can be downloaded, with their digests of the build's manifest."""
        return [
            Distribution(f"{address}files/{file.name}", file.media_type, file.size, file.digest)
            for file in files_of(self._site, static=static)
            if file.digest
        ]


def write(quads: Sequence[Quad], format: str) -> bytes:
    """Write statements in a format, in a fixed order."""
    return serialize(GraphAnswer.of(quads).quads, format_named(canonical(format)), _PREFIXES)


_WHERE: Final = re.compile(r"(?<![?$:\w.-])WHERE(?![\w:.-])", re.I)
_NAMED: Final = r"(?<![\w])[?$](?:{names})(?!\w)"
_DECLARED: Final = (
    r"(?<![?$:\w.-])(?:SELECT\b[^{{}}]*?|AS\s*|VALUES\s*\(?[^{{}}()]*?)[?$](?:{names})(?!\w)"
)
# what is asked about a time is asked about this
_SPAN: Final = (date(2011, 1, 1), date(2030, 1, 1))


def examples(site: Site, address: str, *, endpoint: bool) -> bytes:
    """Write the examples as Turtle. `address` ends in a slash; an endpoint below it is their
    target."""
    target = IRI(f"{address}sparql") if address and endpoint else None
    prefixes = IRI(f"{site.base}dataset#prefixes")
    quads = [*_prefixes(prefixes)]
    for query in site.graph.queries.questions:
        text = runnable(query, values_of(site, query))
        if text:
            quads += _example(
                IRI(f"{site.base}dataset#query-{query.name}"), query, text, prefixes, target
            )
    return write(quads, "ttl")


def _example(
    iri: IRI, query: Query, text: str, prefixes: IRI, target: IRI | None
) -> Iterable[Quad]:
    form = form_of(text)
    for kind in (SH.SPARQLExecutable, SH[f"SPARQL{form.capitalize()}Executable"]):
        yield Quad(iri, RDF.type, kind)
    for language, title in query.titles:
        yield Quad(iri, RDFS.comment, Literal(title, RDF.langString.value, language))
    if not query.titles:
        yield Quad(iri, RDFS.comment, Literal(query.name))
    yield Quad(iri, SH.prefixes, prefixes)
    yield Quad(iri, SH[form], Literal(text))
    yield Quad(iri, SCHEMA.keywords, Literal(query.topic))
    if target is not None:
        yield Quad(iri, SCHEMA.target, target)


def _prefixes(iri: IRI) -> Iterable[Quad]:
    """State the prefixes that need no declaration here, for clients of servers that want them."""
    yield Quad(iri, RDF.type, OWL.Ontology)
    for prefix, space in PREFIXES.items():
        node = BlankNode(f"prefix-{prefix}")
        yield Quad(iri, SH.declare, node)
        yield Quad(node, SH["prefix"], Literal(prefix))
        yield Quad(node, SH.namespace, Literal(space, XSD.anyURI.value))


def form_of(text: str) -> str:
    """Return what a query is: select, ask or construct."""
    return query_form(text).lower() or "select"


def values_of(site: Site, query: Query) -> dict[str, str]:
    """Return example found of the parameters of a query, as a person would type them."""
    values: dict[str, str] = {}
    for kind in dict.fromkeys(parameter.type for parameter in query.parameters):
        for place, parameter in enumerate(p for p in query.parameters if p.type is kind):
            if value := _value(site, parameter, place):
                values[parameter.name] = value
    return values


def _value(site: Site, parameter: Parameter, place: int) -> str:
    """Return a value, or "" where the parameter is left open. `place` is its number among those of
    its type."""
    if parameter.default is not None or parameter.optional:
        return parameter.default or ""
    if parameter.type is Type.DATE:
        return _SPAN[place % 2].isoformat()
    if parameter.type is Type.STRING:
        return next(
            (name.text for node in site.all_listed for name in site.things[node].names), "a"
        )
    if parameter.type is Type.IRI:
        return _thing(site, parameter.scope or parameter.name, place)
    return ""


def _thing(site: Site, kind: str, place: int) -> str:
    """Return the IRI of an example: of the things of a kind, that with most claims (`place` 0)
    or with the next most; the first claim if `kind` is "claim"."""
    if kind == "claim":
        return next((thing.iri for node in site.claims if (thing := site.things.get(node))), "")
    ranked = site.most_told(kind) or site.most_told("person") or site.most_told(*LISTED)
    return site.rdf.iri(ranked[place % len(ranked)]) if ranked else ""


def runnable(query: Query, given: Mapping[str, str]) -> str:
    """Return the text of a query that runs as it is: values stand in place of parameters, and are
    bound for what is selected.

    "" where a value cannot be put in: a part of the query declares the variable itself."""
    terms = {p.name: term(p, given[p.name], "") for p in query.parameters if p.name in given}
    text = re.sub(r"\A(?:[ \t]*#[^\n]*\n|\s*\n)+", "", query.text).strip() + "\n"
    if not terms:
        return text
    plain = blank_opaque(text)
    # where the group of a query opens, after the template of a CONSTRUCT
    where = _WHERE.search(plain)
    start = plain.find("{", where.end() if where else 0)
    end = plain.rindex("}") if start >= 0 and "}" in plain else -1
    names = "|".join(map(re.escape, terms))
    if end < start or start < 0 or re.search(_DECLARED.format(names=names), plain[start:end], re.I):
        return ""
    return (
        f"{text[:start]}{{\n  "
        f"{_bound(terms)}{_insert(text, plain, start + 1, end, terms, names)}{text[end:]}"
    )


def _bound(terms: Mapping[str, Term]) -> str:
    variables, values = (
        " ".join(f"?{name}" for name in terms),
        " ".join(value.n3() for value in terms.values()),
    )
    return f"VALUES ({variables}) {{ ({values}) }}"


def _insert(
    text: str, plain: str, start: int, end: int, terms: Mapping[str, Term], names: str
) -> str:
    """Return a part of the text with values in place of variables: a nested group does not see
    what is bound around it."""
    filled, place = "", start
    for match in re.compile(_NAMED.format(names=names)).finditer(plain, start, end):
        filled += text[place : match.start()] + terms[match[0][1:]].n3()
        place = match.end()
    return filled + text[place:end]
