"""Find what snapshots say of source documents: which text each is, and which are copies."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import combinations
from typing import Final
from unicodedata import normalize

import polars as pl

from hrdgraph.evidence.snapshots import Snapshots
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, parse_term
from hrdgraph.rdf.graph import TEXT_SCHEMA
from hrdgraph.vocab import HRD, PROV, RDF

RUN: Final = 5  # words
FEWEST: Final = 8  # runs of the shorter text: of less, likeness is chance
ALIKE: Final = 0.8  # of the runs of the shorter text that stand in the other
COMMON: Final = 100  # texts in which a run may stand and still tell something
LONGER: Final = 4  # times: a short text within a very long one is a quotation, not a copy
_WORD: Final = re.compile(r"\w+")


def copies(texts: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Groups of names of texts that are copies of one another, directly or through others; each
    group, and all, sorted. A text that is nobody's copy is in none."""
    runs = {name: _runs(text) for name, text in texts.items()}
    leader = {name: name for name in texts}
    for left, other in sorted(_alike(runs)):
        first, second = sorted((_first(leader, left), _first(leader, other)))
        leader[second] = first
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(texts):
        groups[_first(leader, name)].append(name)
    return sorted(tuple(group) for group in groups.values() if len(group) > 1)


def _runs(text: str) -> frozenset[bytes]:
    words = _WORD.findall(normalize("NFKC", text).casefold())
    return frozenset(
        blake2b(" ".join(words[at : at + RUN]).encode(), digest_size=8).digest()
        for at in range(len(words) - RUN + 1)
    )


def _alike(runs: Mapping[str, frozenset[bytes]]) -> list[tuple[str, str]]:
    """List the pairs of texts that share enough runs."""
    where: dict[bytes, list[str]] = defaultdict(list)
    for name in sorted(runs):
        for run in runs[name]:
            where[run].append(name)
    telling = Counter(name for names in where.values() if len(names) <= COMMON for name in names)
    shared = Counter(
        pair
        for names in where.values()
        if 1 < len(names) <= COMMON
        for pair in combinations(names, 2)
    )
    return [
        pair
        for pair, count in shared.items()
        if _is_copy(count, telling[pair[0]], telling[pair[1]])
    ]


def _is_copy(shared: int, one: int, other: int) -> bool:
    shorter, longer = sorted((one, other))
    return shorter >= FEWEST and shared >= ALIKE * shorter and longer <= LONGER * shorter


def _first(leader: dict[str, str], name: str) -> str:
    while leader[name] != name:
        leader[name] = leader[leader[name]]
        name = leader[name]
    return name


def with_digests(graph: ColumnGraph, known: Mapping[str, str]) -> ColumnGraph:
    """Add the hrd:sha256 of the text known at their address to documents that have none."""
    if not known:
        return graph
    documents = graph.where(p=RDF.type, o=HRD.SourceDocument).quads.select("s", "g").unique()
    without = documents.join(graph.where(p=HRD.sha256).quads.select("s"), on="s", how="anti").sort(
        "s", "g"
    )
    names = zip(graph.terms.gather(without["s"]), graph.terms.gather(without["g"]), strict=True)
    rows = [
        (name, HRD.sha256.n3(), Literal(known[name[1:-1]]).n3(), place)
        for name, place in names
        if name[1:-1] in known
    ]
    if not rows:
        return graph
    digests = ColumnGraph.from_text(pl.DataFrame(rows, schema=TEXT_SCHEMA, orient="row"))
    return ColumnGraph.union([graph, digests])


def copy_quads(graph: ColumnGraph, snapshots: Snapshots, place: IRI) -> list[Quad]:
    """Link documents with the same text, or nearly, by prov:alternateOf in the graph `place`.

    PROV has no other relation without a direction, and no text tells which of two was first:
    prov:wasDerivedFrom, dcterms:isVersionOf or a relation "copy of" would say more than is
    known. It is symmetric and transitive (PROV-CONSTRAINTS, inferences 17 and 18), so the
    first of a group stands for it, in both directions.
    """
    by_text = _by_text(graph)
    texts = {
        digest: text
        for digest in by_text
        if len(by_text) > 1 and (text := snapshots.text(digest)) is not None
    }
    grouped = copies(texts)
    alone = [
        (digest,) for digest in by_text.keys() - {digest for group in grouped for digest in group}
    ]
    groups = (
        sorted({item for digest in group for item in by_text[digest]}, key=str)
        for group in (*grouped, *alone)
    )
    return [quad for group in groups for quad in _join(group, place)]


def _by_text(graph: ColumnGraph) -> dict[str, set[IRI]]:
    """Source documents by the digest of their text."""
    originals: dict[str, set[IRI]] = defaultdict(set)
    documents = _of_documents(graph)
    for pair in graph.where(p=HRD.sha256).text().select("s", "o").unique().iter_rows():
        subject, digest = map(parse_term, pair)
        if isinstance(subject, IRI) and subject in documents and isinstance(digest, Literal):
            originals[digest.value].add(subject)
    return originals


def _of_documents(graph: ColumnGraph) -> set[IRI]:
    documents = graph.where(p=RDF.type, o=HRD.SourceDocument)
    terms = (parse_term(text) for text in documents.terms.gather(documents.quads["s"].unique()))
    return {term for term in terms if isinstance(term, IRI)}


def _join(group: Iterable[IRI], place: IRI) -> Iterator[Quad]:
    first, *rest = group
    for other in rest:
        yield Quad(other, PROV.alternateOf, first, place)
        yield Quad(first, PROV.alternateOf, other, place)
