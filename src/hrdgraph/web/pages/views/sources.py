"""Show sources and documents: who published what, under which licence, and what was read there."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Any, Final

from hrdgraph.vocab import DCTERMS, HRD, OA, RDF
from hrdgraph.web.pages.claim_nodes import CitedDocument, inputs_of
from hrdgraph.web.pages.graph_view import Value
from hrdgraph.web.pages.labels import TextRun
from hrdgraph.web.pages.naming import name
from hrdgraph.web.pages.site import links_of
from hrdgraph.web.pages.view import Desk, View
from hrdgraph.web.pages.views.lists import list_files

_TOLD: Final = 200


def sources_view(desk: Desk) -> View:
    """Show all sources, and the publishers of the documents that they cite."""
    rows = [(key, _source(desk, key, node)) for key, node in desk.site.sources.items()]
    publishers = Counter(
        document.publisher or document.host for document in desk.site.documents.values()
    )
    counted = [
        (publisher_part(desk, publisher), count)
        for publisher, count in sorted(publishers.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    values = {
        "rows": rows, "publishers": counted, "documents": len(desk.site.documents),
        "downloads": list_files(desk, "sources"),
    }  # fmt: skip
    return View("sources.html", desk.link("nav_sources", "sources"), "sources", values, "sources")


def publisher_part(desk: Desk, publisher: str) -> TextRun:
    """Return a publisher, linked to their documents on the page of their first source."""
    key = desk.site.publishers.get(publisher)
    place = f"{desk.page(f'sources/{key}')}#{publisher_anchor(publisher)}" if key else ""
    return TextRun(publisher, place)


def publisher_anchor(publisher: str) -> str:
    """Return the place of a publisher on the page of a source."""
    return f"publisher-{sha256(publisher.encode()).hexdigest()[:10]}"


def source_view(desk: Desk, key: str) -> View | None:
    """Show one source: its description, tables, contents and documents. Return None for an
    unknown source."""
    node = desk.site.sources.get(key)
    if node is None:
        return None
    source = _source(desk, key, node)
    cited = _documents(desk, node)
    documents = [(document, len(desk.site.claims_citing(document.node))) for document in cited]
    values = source | {
        "inputs": inputs_of(desk.site.rdf, node),
        "held": _count_kinds(desk, node),
        "documents": _by_publisher(desk, documents),
    }
    held = " · ".join(f"{name} – {desk.words.number(count)}" for name, count in values["held"])
    return View("source.html", source["title"], f"sources/{key}", values, "sources", summary=held)


def _source(desk: Desk, key: str, node: int) -> dict[str, Any]:
    rdf = desk.site.rdf
    title = _title(desk, key, rdf.values(node, DCTERMS.title))
    licences = [rdf.value(o) for o in rdf.objects(node, DCTERMS.license, DCTERMS.rights)]
    return {
        "key": key,
        "title": TextRun(title.text, desk.page(f"sources/{key}"), title.lang, title.dir),
        "publisher": _first(desk, rdf.values(node, DCTERMS.publisher)),
        "address": next(iter(links_of(rdf, node, DCTERMS.source)), ""),
        "licences": [_licence(desk, value) for value in licences],
        "tongue": ", ".join(
            desk.words.language_name(value.text) for value in rdf.values(node, DCTERMS.language)
        ),
        "quads": rdf.sizes.get(node, 0),
        "iri": rdf.iri(node),
    }


def _title(desk: Desk, key: str, titles: list[Value]) -> TextRun:
    """Return the title of a source: in the language of the page as the project says it, where the
    graph has its title; else as the graph has it."""
    source = next((each for each in desk.site.graph.project.sources if each.name == key), None)
    own = source.titles.get(desk.language) if source else None
    if source and own and source.title in (value.text for value in titles):
        return TextRun(own)
    return _first(desk, titles) or TextRun(key)


def _first(desk: Desk, values: list[Value]) -> TextRun | None:
    own = [value for value in values if value.language == desk.language] or values
    return desk.linker.value(own[0]) if own else None


def _licence(desk: Desk, value: Value) -> TextRun:
    if value.text.startswith(("https://", "http://")):
        return TextRun(_licence_name(value.text), value.text, outside=True)
    return desk.linker.name_part(name(value.text, value.language or "en"))


def _licence_name(address: str) -> str:
    """Return the short name of a Creative Commons licence from its address, or the address."""
    parts = address.rstrip("/").split("/")
    if "creativecommons.org" not in address or len(parts) < 2:
        return address.partition("://")[2]
    if "publicdomain" in parts:
        return f"CC0 {parts[-1]}" if "zero" in parts else "Public Domain Mark"
    return f"CC {parts[-2].upper()} {parts[-1]}"


def _documents(desk: Desk, graph: int) -> list[CitedDocument]:
    nodes = [
        document
        for document in desk.site.documents.values()
        if graph in desk.site.rdf.sources(document.node)
    ]
    return sorted(nodes, key=lambda document: (document.publisher.lower(), document.address))


def _by_publisher(
    desk: Desk, documents: list[tuple[CitedDocument, int]]
) -> list[tuple[str, str, list[tuple[CitedDocument, str, int]]]]:
    groups: dict[str, list[tuple[CitedDocument, str, int]]] = {}
    for document, count in documents:
        path = f"documents/{desk.site.document_key(document)}"
        # a large site of files has no page of its own for a document
        href = document.href if path in desk.links.homes else desk.page(path)
        entry = (document, href, count)
        groups.setdefault(document.publisher or document.host, []).append(entry)
    return [(who, publisher_anchor(who), entries) for who, entries in groups.items()]


def _count_kinds(desk: Desk, graph: int) -> list[tuple[str, int]]:
    """Count the things of each kind that a source speaks of."""
    rdf = desk.site.rdf
    counts = Counter(kind for node, kind in desk.site.kinds.items() if graph in rdf.sources(node))
    named = [(desk.words(f"kinds_{kind}", n=count), count) for kind, count in counts.items()]
    return sorted(named, key=lambda pair: (-pair[1], pair[0]))


def document_view(desk: Desk, key: str) -> View | None:
    """One document: where it is, and what was read in it. None where there is no such document."""
    node = desk.site.documents_by_key.get(key)
    if node is None:
        return None
    document, claims = desk.site.documents[node], desk.site.claims_citing(node)
    reliable = document.reliability
    shown = [claim for claim in claims if desk.site.kinds[claim] != "act"][:_TOLD]
    items = desk.teller.items([desk.site.claims[claim] for claim in shown], -1)
    tongue = document.title_language or document.language if document.title else ""
    title = desk.linker.name_part(name(document.title or document.address, tongue))
    language = desk.words.language_name(document.language) if document.language else ""
    licence = _licence(desk, Value(document.licence, "", "")) if document.licence else None
    values = {
        "document": document,
        "publisher": publisher_part(desk, document.publisher or document.host), "name": title,
        "items": items, "total": len(claims), "licence": licence, "tongue": language,
        "reliability": desk.linker.part(reliable) if reliable >= 0 else None,
        "things": _things_citing(desk, document),
    }  # fmt: skip
    summary = " · ".join(filter(None, (document.publisher, document.host, language)))
    return View(
        "document.html", title, f"documents/{key}", values, "sources", iri=document.address,
        indexed=False, apart=document.address.partition("://")[2], summary=summary,
    )  # fmt: skip


def _things_citing(desk: Desk, document: CitedDocument) -> list[TextRun]:
    """Things that cite a document for what is said directly of them."""
    rdf = desk.site.rdf
    evidence = rdf.subjects(OA.hasSource, document.node)
    nodes = {node for place in evidence for node in rdf.subjects(HRD.evidence, place)}
    things = [
        node
        for node in nodes
        if node in desk.site.kinds and node not in desk.site.claims and rdf.objects(node, RDF.type)
    ]
    return sorted(desk.linker.part(node) for node in things)
