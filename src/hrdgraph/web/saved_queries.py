"""Ask saved queries and searches for pages, through workers that can be killed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from hrdgraph.catalogue import NO_MESSAGE
from hrdgraph.errors import QueryError
from hrdgraph.exports.folding import fold
from hrdgraph.library.graph import Graph
from hrdgraph.queries.model import Query
from hrdgraph.queries.run import run
from hrdgraph.rdf import IRI, BlankNode, Literal, Term
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse
from hrdgraph.sparql.search_clause import SearchHit, has_search, with_found
from hrdgraph.store.contract import (
    NO_FUNCTIONS,
    NO_PARAMETERS,
    Answer,
    Boolean,
    Functions,
    GraphAnswer,
    Parameters,
    Solutions,
)
from hrdgraph.store.query_guards import refuse_lost, refuse_service
from hrdgraph.vocab import RDF, XSD
from hrdgraph.web.endpoint.negotiation import Problem
from hrdgraph.web.endpoint.service import Service
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.search_index import IndexRow, between, fit_of
from hrdgraph.web.turns import client_of_request

# a whole name, its beginning, beginnings of its words, within them, the same consonants
_SCORES: Final = (1.0, 0.9, 0.8, 0.6, 0.5)
_BESIDE: Final = 0.4  # what is said beside a name
_SIMILAR: Final = 0.3  # a name with other letters


def rank_hits(pages: Pages, text: str, most: int) -> list[SearchHit]:
    """Rank what the search of the pages finds, at most so many."""
    words = fold(text).split()
    return [
        SearchHit(pages.site.rdf.iri(row.thing.node), *_best(row, words))
        for row in pages.index.search(text, most)
    ]


def _best(row: IndexRow, words: list[str]) -> tuple[float, str]:
    """Return how well a row fits, and the text of it that does."""
    rank = fit_of(row, words)
    if rank is not None:
        fits = [name for name in _names(row) if fit_of(row, words, (fold(name),)) == rank]
        return _SCORES[rank], fits[0] if fits else row.names[0]
    for text in row.descriptions:
        if any(word in fold(text) for word in words):
            return _BESIDE, text
    for name in _names(row):
        if any(between(word, other) >= 0 for word in words for other in fold(name).split()):
            return _SIMILAR, name
    return _BESIDE, row.names[0]


def _names(row: IndexRow) -> Iterator[str]:
    yield from row.names
    yield from (name.text for name in (*row.thing.names, *row.thing.others))


_PAGES: Final = "pages"  # the client of what no visitor has asked for
_MOST: Final = 16 << 20  # bytes of an answer: it is held in this process, and shown on one page
_FORMATS: Final = {"solutions": "json", "boolean": "json", "triples": "nt"}


class WorkerReader:
    """A `Reader` over the workers of a service, for threads other than that of its loop."""

    def __init__(self, service: Service, loop: asyncio.AbstractEventLoop) -> None:
        self._service = service
        self._loop = loop

    def query(
        self, text: str, *, parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS,
    ) -> Answer:  # fmt: skip
        """Answer a query; see `Reader.query`. Functions of our own cannot be sent to another
        process."""
        if functions:
            raise QueryError("process-ended")
        refuse_service(text)
        refuse_lost(text, parameters)
        terms = {name: term.n3() for name, term in parameters.items()}
        form, data = asyncio.run_coroutine_threadsafe(
            self._ask(client_of_request(_PAGES), text, terms), self._loop
        ).result()
        return _answer(form, data)

    async def _ask(self, client: str, text: str, terms: Mapping[str, str]) -> tuple[str, bytes]:
        job = {
            "op": "query", "text": text, "parameters": terms, "base": None, "default": None,
            "named": (), "formats": _FORMATS,
        }  # fmt: skip
        work = self._service.begin(client, job | {"gzip": False, "head": False}, most=_MOST)
        try:
            await work.settle(None)
            return work.head["form"], b"".join([part async for part in work.spool.parts()])
        except Problem as problem:
            raise QueryError(
                problem.facts[0], hint=next(iter(problem.ways), NO_MESSAGE)
            ) from problem
        finally:
            await work.stop()


def asking(
    service: Service, loop: asyncio.AbstractEventLoop, graph: Graph
) -> Callable[[Query, Mapping[str, str]], Answer]:
    """Return what answers saved queries with typed parameters. They may search, once the search of
    the service is there."""
    reader = WorkerReader(service, loop)
    find = partial(graph.thing, is_near_told=False)

    def ask(query: Query, parameters: Mapping[str, str]) -> Answer:
        if service.search is not None and has_search(query.text):
            expanded = with_found(query.text, service.search, query.words(parameters))
            query = replace(query, text=expanded)
        return run(reader, query, parameters, graph.project.base, find=find)

    return ask


def _answer(form: str, data: bytes) -> Answer:
    if form == "triples":
        return GraphAnswer.of(parse(data, format_named("nt")))
    body = json.loads(data)
    if form == "boolean":
        return Boolean(body["boolean"])
    names = tuple(body["head"]["vars"])
    return Solutions(
        names,
        tuple(tuple(_term(row.get(name)) for name in names) for row in body["results"]["bindings"]),
    )


def _term(term: Mapping[str, Any] | None) -> Term | None:
    if term is None:
        return None
    if term["type"] == "uri":
        return IRI(term["value"])
    if term["type"] == "bnode":
        return BlankNode(term["value"])
    language = term.get("xml:lang", "")
    datatype = (RDF.langString if language else XSD.string).value
    return Literal(term["value"], term.get("datatype", datatype), language)
