"""A graph in the names of its sources and a ledger into the same graph in canonical names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.identity.authorities import is_outside
from hrdgraph.identity.ledger import Ledger
from hrdgraph.nearest import nearest
from hrdgraph.rdf import IRI, ColumnGraph, Quad
from hrdgraph.vocab import DCTERMS, SKOS

_COMPARED: Final = 200_000  # names, for all suggestions together: some seconds
_LIKE: Final = 0.8
_PREFERRED, _OTHER = SKOS.prefLabel.n3(), SKOS.altLabel.n3()
_LANGUAGE = re.compile(r'"@([A-Za-z0-9-]+)\Z')


@dataclass(frozen=True, slots=True)
class Dangling:
    """A judged IRI that no source mentions, the rows that judge it, and the nearest IRI that a
    source does mention, or ""."""

    iri: str
    rows: tuple[int, ...]
    suggestion: str

    def __str__(self) -> str:
        rows = f"row{'s' if len(self.rows) > 1 else ''} {', '.join(map(str, self.rows))}"
        return f"{rows}: no source mentions {self.iri}" + (
            f"; did you mean {self.suggestion}?" if self.suggestion else ""
        )


def canonicalise(graph: ColumnGraph, ledger: Ledger) -> ColumnGraph:
    """The graph with every alias replaced by its canonical IRI.

    Where several members of a cluster, or several sources of one IRI, have a skos:prefLabel in
    one language, that of the member first mentioned in the ledger stays, and of its sources that
    of the first in the order of their named graphs; the others become skos:altLabel, each in its
    own named graph: SKOS S13 and S14 allow one per language and no label in both roles. Of
    several labels of that source the first in the order of their texts stays.
    """
    old = pl.Series([f"<{alias}>" for alias in ledger.canonical], dtype=pl.String)
    new = pl.Series([f"<{canonical}>" for canonical in ledger.canonical.values()], dtype=pl.String)
    shared = _shared(graph)
    if not shared.len() and not graph.terms.is_in(old.implode()).any():
        return graph
    return _one_preferred_label(graph, ledger, shared).rename(old, new)


def identity_quads(
    ledger: Ledger,
    before: ColumnGraph,
    published: ColumnGraph,
    graph: IRI,
    *,
    unlinked: Collection[IRI] = (),
) -> list[Quad]:
    """alias dcterms:isReplacedBy canonical, and canonical skos:exactMatch each authority's name
    for it, in named graph `graph`, in the order of the ledger; no authority's name for what is
    `unlinked`.

    Only of names of which a statement was published: `before` and `published` are the graph in
    the names of its sources, with and without what is withheld. A name of which none was neither
    comes out here nor leads from a public name to an authority's.
    """
    canonical = ledger.canonical
    closed = {canonical.get(name.value, name.value) for name in unlinked}
    links = _links(_without(ledger, unsaid(ledger, before, published)), published)
    old = [*_present(published, canonical), *_former(ledger, published)]
    replaced = [(alias, DCTERMS.isReplacedBy, canonical[alias]) for alias in dict.fromkeys(old)]
    named = [(canonical.get(name, name), SKOS.exactMatch, outside) for name, outside in links]
    said = [*replaced, *(link for link in named if link[0] not in closed)]
    return [Quad(IRI(name), predicate, IRI(other), graph) for name, predicate, other in said]


def unsaid(ledger: Ledger, before: ColumnGraph, published: ColumnGraph) -> frozenset[str]:
    """The names, but those of authorities, that a source says and of which no statement was
    published, and the persistent IRIs that were given after such a name alone; both graphs are
    in the names of the sources."""
    there = [name for name in _present(before, ledger.rank) if not is_outside(name)]
    said = frozenset(_present(published, there))
    silent = frozenset(there) - said
    keys = {(ledger.root.get(name, name), _key(name)) for name in said}
    return silent | {
        row.iri
        for row in ledger.persistent
        if row.iri not in said
        and row.name in silent
        and (ledger.root[row.name], _key(row.name)) not in keys
    }


def _key(name: str) -> str:
    """What a name shares with those that other sources have after the same words."""
    return name.rpartition("/")[2]


def _former(ledger: Ledger, published: ColumnGraph) -> list[str]:
    """The persistent IRIs, and the names from before a source was renamed, that are replaced:
    of what is published, and none that tells of what is not."""
    said = {ledger.canonical.get(name, name) for name in _present(published, ledger.rank)}
    return [
        name
        for row in ledger.persistent
        if row.iri not in ledger.unsaid and row.name not in ledger.unsaid
        for name in (row.iri, *row.formerly)
        if ledger.canonical.get(name) in said
    ]


def _without(ledger: Ledger, names: Collection[str]) -> Ledger:
    """The ledger without the rows that judge one of these names."""
    rows = tuple(
        row for row in ledger.judgements if row.left not in names and row.right not in names
    )
    # who stands where is worked out anew for each ledger
    return ledger if len(rows) == len(ledger.judgements) else replace(ledger, judgements=rows)


def _links(ledger: Ledger, published: ColumnGraph) -> list[tuple[str, str]]:
    """The things of which the graph says a name, each with each authority's name for it."""
    said = {ledger.canonical.get(name, name) for name in _present(published, ledger.rank)}
    return [
        (name, outside) for name, names in ledger.links.items() if name in said for outside in names
    ]


def dangling(ledger: Ledger, graph: ColumnGraph) -> list[Dangling]:
    """The judged IRIs that the graph, in the names of its sources, does not mention, in the
    order of the ledger. An authority's names need no source. Of many, the first have a
    suggestion: to look for each among all names of a large graph would take hours."""
    known = set(_present(graph, ledger.judged)) | {
        name for row in ledger.persistent for name in (row.iri, *row.formerly)
    }
    missing: dict[str, list[int]] = {
        iri: [] for iri in ledger.judged if iri not in known and not is_outside(iri)
    }
    for row in ledger.judgements:
        for iri in {row.left, row.right} & missing.keys():
            missing[iri].append(row.row)
    looked, found = 0, []
    for iri, rows in missing.items():
        near = _beside(graph, iri) if looked < _COMPARED else []
        looked += len(near)
        found.append(Dangling(iri, tuple(rows), nearest(iri, near, _LIKE) or ""))
    return found


def _present(graph: ColumnGraph, iris: Iterable[str]) -> list[str]:
    """Those IRIs that are the subject or object of a quad, in the order given."""
    names = list(iris)
    wanted = pl.Series([f"<{iri}>" for iri in names], dtype=pl.String)
    positions = graph.terms.is_in(wanted.implode()).arg_true().implode()
    nodes = (graph.quads[name] for name in ("s", "o"))
    used = pl.concat([node.filter(node.is_in(positions)) for node in nodes]).unique()
    found = set(graph.terms.gather(used))
    return [iri for iri in names if f"<{iri}>" in found]


def nearest_in(graph: ColumnGraph, iri: str) -> str:
    """The IRI of the graph that differs least, looked for among those that share all but the
    last part of the path; "" where none is like it."""
    return nearest(iri, _beside(graph, iri), _LIKE) or ""


def _beside(graph: ColumnGraph, iri: str) -> list[str]:
    place = iri.rpartition("/")[0]
    near = (
        graph.terms.filter(graph.terms.str.starts_with(f"<{place}/"))
        if place
        else graph.terms.clear()
    )
    return [text[1:-1] for text in near]


def _shared(graph: ColumnGraph) -> pl.Series:
    """The positions of the things of which several named graphs say a preferred label."""
    named = graph.quads.filter(pl.col("p").is_in((graph.terms == _PREFERRED).arg_true().implode()))
    return named.group_by("s").agg(pl.col("g").n_unique()).filter(pl.col("g") > 1)["s"]


def _one_preferred_label(graph: ColumnGraph, ledger: Ledger, shared: pl.Series) -> ColumnGraph:
    """The graph, still in the names of its sources, with the roles of labels exchanged where a
    cluster or one of the `shared` things needs it. Its dictionary may get a text twice or out of
    order: the renaming that must follow puts it right."""
    labels = _labels(graph, ledger, shared)
    kept = _kept(labels)
    demoted = [
        one.quad for one in labels if one.preferred and kept.get(one.key, one.text) != one.text
    ]
    promoted = [one.quad for one in labels if not one.preferred and kept.get(one.key) == one.text]
    roles = [(quads, text) for quads, text in ((demoted, _OTHER), (promoted, _PREFERRED)) if quads]
    predicates = graph.quads["p"]
    for place, (quads, _) in enumerate(roles, len(graph.terms)):
        predicates = predicates.scatter(quads, place)
    terms = pl.concat(
        [graph.terms, pl.Series(graph.terms.name, [text for _, text in roles], dtype=pl.String)]
    )
    return ColumnGraph(terms, graph.quads.with_columns(predicates.alias("p")))


class _Label(NamedTuple):
    """A label with the number of its quad, what it names, and whose it is: the rank of the
    member and the place of the named graph."""

    quad: int
    thing: str
    text: str
    preferred: bool
    voice: tuple[int, int]

    @property
    def key(self) -> tuple[str, str]:
        return self.thing, _language(self.text)


def _labels(graph: ColumnGraph, ledger: Ledger, shared: pl.Series) -> list[_Label]:
    """The labels of members of clusters and of the `shared` things, in the order of the quads, of
    those things for which more than one voice has preferred labels."""
    members = {f"<{member}>": cluster[0] for cluster in ledger.clusters for member in cluster}
    subjects = pl.concat(
        [graph.terms.is_in(pl.Series(list(members), dtype=pl.String).implode()).arg_true(), shared]
    ).implode()
    predicates = graph.terms.is_in(pl.Series([_PREFERRED, _OTHER]).implode()).arg_true().implode()
    found = graph.quads.with_row_index("quad").filter(
        pl.col("s").is_in(subjects) & pl.col("p").is_in(predicates)
    )
    found = _of_many_voices(found, graph, members)
    texts = found.select(
        "quad", *(graph.terms.gather(found[name]).alias(name) for name in ("s", "p", "o")), "g"
    )
    rank = {f"<{member}>": place for member, place in ledger.rank.items()}
    return [
        _Label(quad, members.get(s, s[1:-1]), o, p == _PREFERRED, (rank.get(s, 0), g))
        for quad, s, p, o, g in texts.iter_rows()
    ]


def _of_many_voices(
    found: pl.DataFrame, graph: ColumnGraph, members: Mapping[str, str]
) -> pl.DataFrame:
    """The labels of things for which several members, or several named graphs, have preferred
    ones: most things have one voice."""
    own = graph.terms.gather(found["s"])
    joined = pl.Series(list(members.values()), dtype=pl.String)
    aliases = pl.Series(list(members), dtype=pl.String)
    thing = own.replace(aliases, "<" + joined + ">").alias("thing")
    rows = found.select("s", "g", "p").with_columns(thing)
    preferred = (graph.terms == _PREFERRED).arg_true().implode()
    voices = rows.filter(pl.col("p").is_in(preferred)).select("thing", "s", "g").unique()
    several = voices.filter(pl.col("thing").is_duplicated())["thing"].unique()
    return found.filter(thing.is_in(several.implode()))


def _kept(labels: Sequence[_Label]) -> dict[tuple[str, str], str]:
    """The preferred label of each thing and language, of those things that more than one voice
    has preferred labels for."""
    voices: dict[str, set[tuple[int, int]]] = {}
    best: dict[tuple[str, str], tuple[tuple[int, int], str]] = {}
    for label in labels:
        if label.preferred:
            voices.setdefault(label.thing, set()).add(label.voice)
            candidate = (label.voice, label.text)
            best[label.key] = min(best.get(label.key, candidate), candidate)
    return {key: text for key, (_, text) in best.items() if len(voices[key[0]]) > 1}


def _language(label: str) -> str:
    """The language tag of a literal in lower case, or "" for none."""
    match = _LANGUAGE.search(label)
    return match[1].lower() if match else ""
