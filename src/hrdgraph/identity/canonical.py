"""Give a graph canonical names instead of those of its sources, by a ledger."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.identity.ledger import Ledger
from hrdgraph.identity.persistent_iris import is_outside
from hrdgraph.nearest import nearest
from hrdgraph.rdf import IRI, ColumnGraph, Quad
from hrdgraph.rdf.graph import COLUMNS, extend_dictionary
from hrdgraph.rdf.marks import Columns, as_one
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
    """Replace every alias by its canonical IRI.

    If several members of a cluster, or several sources of one IRI, have a skos:prefLabel in one
    language, that of the member first mentioned in the ledger stays, and of its sources that of the
    first in the order of their named graphs; the others become skos:altLabel, each in its own named
    graph: SKOS S13 and S14 allow one per language and no label in both roles. Of several labels of
    that source the first in the order of their texts stays."""
    aliases = ledger.names.filter("is_alias")
    labelled = _one_preferred_label(graph, ledger)
    if labelled is graph and not graph.positions(aliases["name"]).is_not_null().any():
        return graph
    return labelled.rename(aliases["name"], aliases["canonical"])


def identity_quads(
    ledger: Ledger, before: ColumnGraph, published: ColumnGraph, graph: IRI, *,
    unlinked: Collection[IRI] = (),
) -> ColumnGraph:  # fmt: skip
    """State alias dcterms:isReplacedBy canonical, and canonical skos:exactMatch each authority's
    name for it (unless `unlinked`), in named graph `graph`. Only for names with a published
    statement: `before` and `published` are the graph in the names of its sources, with and
    without withheld parts. Other names neither appear here nor lead from a public name to an
    authority's."""
    names = ledger.names.with_columns(said=_are_nodes(ledger.names["name"], published))
    things = names.filter("said")["canonical"].unique()
    # a former name is in no source
    told = pl.col("said") | (pl.col("is_former") & pl.col("canonical").is_in(things.implode()))
    public = {row.name: row.public_name for row in ledger.persistent}
    private = {f"<{name}>": f"<{known}>" for name, known in public.items() if name != known}
    shown = names.filter(pl.col("is_alias") & told).with_columns(pl.col("name").replace(private))
    replaced = shown.filter(pl.col("name") != pl.col("canonical")).select(
        s="name", p=pl.lit(DCTERMS.isReplacedBy.n3()), o="canonical", g=pl.lit(graph.n3())
    )
    closed = {ledger.canonical.get(name.value, name.value) for name in unlinked}
    links = _links(ledger, before, published) if ledger.links else []
    named = ((IRI(name), IRI(outside)) for name, outside in links if name not in closed)
    linked = (Quad(name, SKOS.exactMatch, outside, graph) for name, outside in named)
    return ColumnGraph.union([ColumnGraph.from_text(replaced), ColumnGraph.from_quads(linked)])


def unsaid(ledger: Ledger, before: ColumnGraph, published: ColumnGraph) -> frozenset[str]:
    """Return the source names (not of authorities) without any published statement, and the
    persistent IRIs that were made from such a name alone; both graphs have the names of the
    sources."""
    names = ledger.names["name"]
    there = names.filter(~ledger.names["is_outside"] & _are_nodes(names, before))
    is_said = _are_nodes(there, published)
    if is_said.all():
        return frozenset()
    published_names, silent = (frozenset(_iris(there.filter(mark))) for mark in (is_said, ~is_said))
    keys = {(ledger.root.get(name, name), _key(name)) for name in published_names}
    return silent | {
        row.iri
        for row in ledger.persistent
        if row.iri not in published_names
        and row.name in silent
        and (ledger.root[row.name], _key(row.name)) not in keys
    }


def _key(name: str) -> str:
    """Return the part of a name that other sources share for the same words."""
    return name.rpartition("/")[2]


def _without(ledger: Ledger, names: Collection[str]) -> Ledger:
    """Return the ledger without the rows that judge one of these names."""
    rows = tuple(
        row for row in ledger.judgements if row.left not in names and row.right not in names
    )
    # who stands where is worked out anew for each ledger
    return ledger if len(rows) == len(ledger.judgements) else replace(ledger, judgements=rows)


def _links(ledger: Ledger, before: ColumnGraph, published: ColumnGraph) -> list[tuple[str, str]]:
    """Return pairs of a published thing and a name that an authority has for it."""
    visible = _without(ledger, unsaid(ledger, before, published))
    things = set(
        _iris(visible.names.filter(_are_nodes(visible.names["name"], published))["canonical"])
    )
    pairs = ((name, outside) for name, names in visible.links.items() for outside in names)
    return [
        (ledger.canonical.get(name, name), outside) for name, outside in pairs if name in things
    ]


def dangling(ledger: Ledger, graph: ColumnGraph) -> list[Dangling]:
    """Return the judged IRIs that the graph, in the names of its sources, does not mention, in the
    order of the ledger. Authorities' names need no source. Only the first get a suggestion: a
    search for each among all names of a large graph would take hours."""
    there = set(_present(graph, ledger.judged))
    absent = [iri for iri in ledger.judged if iri not in there and not is_outside(iri)]
    recorded = ledger.persistent if absent else ()
    recorded_names = {name for row in recorded for name in (row.iri, *row.formerly)}
    missing: dict[str, list[int]] = {iri: [] for iri in absent if iri not in recorded_names}
    for row in ledger.judgements:
        for iri in {row.left, row.right} & missing.keys():
            missing[iri].append(row.row)
    looked, result = 0, []
    for iri, rows in missing.items():
        near = _beside(graph, iri) if looked < _COMPARED else []
        looked += len(near)
        result.append(Dangling(iri, tuple(rows), nearest(iri, near, _LIKE) or ""))
    return result


def _present(graph: ColumnGraph, iris: Iterable[str]) -> list[str]:
    """Return those IRIs that are the subject or object of a quad, in the given order."""
    names = list(iris)
    there = _are_nodes(pl.Series([f"<{iri}>" for iri in names], dtype=pl.String), graph)
    return [iri for iri, is_there in zip(names, there, strict=True) if is_there]


def _are_nodes(texts: pl.Series, graph: ColumnGraph) -> pl.Series:
    """Say which terms are the subject or object of a quad."""
    columns = Columns.of(graph)
    nodes = columns.mark(columns.s) | columns.mark(columns.o)
    return nodes.gather(graph.positions(texts)).fill_null(False)


def _iris(texts: pl.Series) -> Iterator[str]:
    return (text[1:-1] for text in texts)


def nearest_in(graph: ColumnGraph, iri: str) -> str:
    """Return the IRI of the graph that differs least, among those that share all but the last part
    of the path; "" if none is similar."""
    return nearest(iri, _beside(graph, iri), _LIKE) or ""


def _beside(graph: ColumnGraph, iri: str) -> list[str]:
    place = iri.rpartition("/")[0]
    near = (
        graph.terms.filter(graph.terms.str.starts_with(f"<{place}/"))
        if place
        else graph.terms.clear()
    )
    return [text[1:-1] for text in near]


def _one_preferred_label(graph: ColumnGraph, ledger: Ledger) -> ColumnGraph:
    """Exchange the roles of labels where several names of a thing, or several graphs, have
    preferred ones; the graph, still in the names of its sources, is returned itself if none
    need it. Its quads keep their places, perhaps out of order: the renaming that must follow
    sorts them."""
    labels = _labels(graph, ledger)
    best = _choose_labels(labels)
    seconds = [
        item.quad
        for item in labels
        if item.preferred and best.get(item.key, item.text) != item.text
    ]
    firsts = [
        item.quad for item in labels if not item.preferred and best.get(item.key) == item.text
    ]
    if not seconds and not firsts:
        return graph
    whole = extend_dictionary(graph.terms, pl.Series([_OTHER, _PREFERRED]).sort())
    quads = pl.DataFrame([whole.own.gather(graph.quads[name]).alias(name) for name in COLUMNS])
    predicates = quads["p"]
    for rows, role in ((seconds, _OTHER), (firsts, _PREFERRED)):
        place = bisect_left(whole.terms, role)
        predicates = predicates.scatter(rows, place) if rows else predicates
    return ColumnGraph(whole.terms, quads.with_columns(predicates))


class _Label(NamedTuple):
    """A label with the number of its quad, its thing, and its voice: the rank of the member and
    the place of the named graph."""

    quad: int
    thing: int
    text: str
    preferred: bool
    voice: tuple[int, int]

    @property
    def key(self) -> tuple[int, str]:
        return self.thing, _language(self.text)


def _labels(graph: ColumnGraph, ledger: Ledger) -> list[_Label]:
    """Return the labels, in the order of the quads, of things for which several names, or several
    named graphs, have preferred ones: most things have one voice."""
    place = as_one(graph, ledger.clusters)
    roles = {graph.position(role): role for role in (_PREFERRED, _OTHER)}
    rows = graph.quads.with_row_index("quad").filter(pl.col("p").is_in([*roles.keys() - {None}]))
    rows = rows.with_columns(thing=place.gather(rows["s"]))
    voices = rows.filter(p=graph.position(_PREFERRED) or -1).select("thing", "s", "g").unique()
    several = voices["thing"].filter(voices["thing"].is_duplicated()).unique()
    shared = rows.filter(pl.col("thing").is_in(several.implode()))
    texts = {name: graph.terms.gather(shared[name]) for name in ("s", "o")}
    return [
        _Label(quad, thing, text, roles[role] == _PREFERRED, (ledger.rank.get(name[1:-1], 0), g))
        for (quad, _, role, _, g, thing), name, text in zip(
            shared.iter_rows(), texts["s"], texts["o"], strict=True
        )
    ]


def _choose_labels(labels: Sequence[_Label]) -> dict[tuple[int, str], str]:
    """Return the preferred label of each thing and language, for things with preferred labels of
    several voices."""
    voices: dict[int, set[tuple[int, int]]] = {}
    best: dict[tuple[int, str], tuple[tuple[int, int], str]] = {}
    for label in labels:
        if label.preferred:
            voices.setdefault(label.thing, set()).add(label.voice)
            candidate = (label.voice, label.text)
            best[label.key] = min(best.get(label.key, candidate), candidate)
    return {key: text for key, (_, text) in best.items() if len(voices[key[0]]) > 1}


def _language(label: str) -> str:
    """Return the language tag of a literal in lower case, or "" for none."""
    match = _LANGUAGE.search(label)
    return match[1].lower() if match else ""
