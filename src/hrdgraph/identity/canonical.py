"""A graph in the names of its sources and a ledger into the same graph in canonical names."""

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
    """The graph with every alias replaced by its canonical IRI.

    Where several members of a cluster, or several sources of one IRI, have a skos:prefLabel in
    one language, that of the member first mentioned in the ledger stays, and of its sources that
    of the first in the order of their named graphs; the others become skos:altLabel, each in its
    own named graph: SKOS S13 and S14 allow one per language and no label in both roles. Of
    several labels of that source the first in the order of their texts stays.
    """
    aliases = ledger.names.filter("is_alias")
    labelled = _one_preferred_label(graph, ledger)
    if labelled is graph and not graph.positions(aliases["name"]).is_not_null().any():
        return graph
    return labelled.rename(aliases["name"], aliases["canonical"])


def identity_quads(
    ledger: Ledger, before: ColumnGraph, published: ColumnGraph, graph: IRI, *,
    unlinked: Collection[IRI] = (),
) -> ColumnGraph:  # fmt: skip
    """alias dcterms:isReplacedBy canonical, and canonical skos:exactMatch each authority's name
    for it, in named graph `graph`; no authority's name for what is `unlinked`.

    Only of names of which a statement was published: `before` and `published` are the graph in
    the names of its sources, with and without what is withheld. A name of which none was neither
    comes out here nor leads from a public name to an authority's.
    """
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
    """The names, but those of authorities, that a source says and of which no statement was
    published, and the persistent IRIs that were given after such a name alone; both graphs are
    in the names of the sources."""
    names = ledger.names["name"]
    there = names.filter(~ledger.names["is_outside"] & _are_nodes(names, before))
    is_said = _are_nodes(there, published)
    if is_said.all():
        return frozenset()
    said, silent = (frozenset(_iris(there.filter(mark))) for mark in (is_said, ~is_said))
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


def _without(ledger: Ledger, names: Collection[str]) -> Ledger:
    """The ledger without the rows that judge one of these names."""
    rows = tuple(
        row for row in ledger.judgements if row.left not in names and row.right not in names
    )
    # who stands where is worked out anew for each ledger
    return ledger if len(rows) == len(ledger.judgements) else replace(ledger, judgements=rows)


def _links(ledger: Ledger, before: ColumnGraph, published: ColumnGraph) -> list[tuple[str, str]]:
    """The things of which a graph says a name, each with each authority's name for it."""
    known = _without(ledger, unsaid(ledger, before, published))
    said = set(_iris(known.names.filter(_are_nodes(known.names["name"], published))["canonical"]))
    pairs = ((name, outside) for name, names in known.links.items() for outside in names)
    return [(ledger.canonical.get(name, name), outside) for name, outside in pairs if name in said]


def dangling(ledger: Ledger, graph: ColumnGraph) -> list[Dangling]:
    """The judged IRIs that the graph, in the names of its sources, does not mention, in the
    order of the ledger. An authority's names need no source. Of many, the first have a
    suggestion: to look for each among all names of a large graph would take hours."""
    there = set(_present(graph, ledger.judged))
    absent = [iri for iri in ledger.judged if iri not in there and not is_outside(iri)]
    recorded = ledger.persistent if absent else ()
    given = {name for row in recorded for name in (row.iri, *row.formerly)}
    missing: dict[str, list[int]] = {iri: [] for iri in absent if iri not in given}
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
    there = _are_nodes(pl.Series([f"<{iri}>" for iri in names], dtype=pl.String), graph)
    return [iri for iri, is_there in zip(names, there, strict=True) if is_there]


def _are_nodes(texts: pl.Series, graph: ColumnGraph) -> pl.Series:
    """Which of some terms are the subject or object of a quad."""
    columns = Columns.of(graph)
    nodes = columns.mark(columns.s) | columns.mark(columns.o)
    return nodes.gather(graph.positions(texts)).fill_null(False)


def _iris(texts: pl.Series) -> Iterator[str]:
    return (text[1:-1] for text in texts)


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


def _one_preferred_label(graph: ColumnGraph, ledger: Ledger) -> ColumnGraph:
    """The graph, still in the names of its sources, with the roles of labels exchanged where a
    thing with several names, or of which several graphs speak, needs it; itself where none does.
    Its quads are as they were, and so may be out of order: the renaming that must follow puts
    them right."""
    labels = _labels(graph, ledger)
    kept = _kept(labels)
    others = [
        one.quad for one in labels if one.preferred and kept.get(one.key, one.text) != one.text
    ]
    firsts = [one.quad for one in labels if not one.preferred and kept.get(one.key) == one.text]
    if not others and not firsts:
        return graph
    whole = extend_dictionary(graph.terms, pl.Series([_OTHER, _PREFERRED]).sort())
    quads = pl.DataFrame([whole.own.gather(graph.quads[name]).alias(name) for name in COLUMNS])
    predicates = quads["p"]
    for rows, role in ((others, _OTHER), (firsts, _PREFERRED)):
        place = bisect_left(whole.terms, role)
        predicates = predicates.scatter(rows, place) if rows else predicates
    return ColumnGraph(whole.terms, quads.with_columns(predicates))


class _Label(NamedTuple):
    """A label with the number of its quad, what it names, and whose it is: the rank of the
    member and the place of the named graph."""

    quad: int
    thing: int
    text: str
    preferred: bool
    voice: tuple[int, int]

    @property
    def key(self) -> tuple[int, str]:
        return self.thing, _language(self.text)


def _labels(graph: ColumnGraph, ledger: Ledger) -> list[_Label]:
    """The labels, in the order of the quads, of those things for which several names, or several
    named graphs, have preferred ones: most things have one voice."""
    place = as_one(graph, ledger.clusters)
    roles = {graph.position(role): role for role in (_PREFERRED, _OTHER)}
    rows = graph.quads.with_row_index("quad").filter(pl.col("p").is_in([*roles.keys() - {None}]))
    rows = rows.with_columns(thing=place.gather(rows["s"]))
    voices = rows.filter(p=graph.position(_PREFERRED) or -1).select("thing", "s", "g").unique()
    several = voices["thing"].filter(voices["thing"].is_duplicated()).unique()
    found = rows.filter(pl.col("thing").is_in(several.implode()))
    texts = {name: graph.terms.gather(found[name]) for name in ("s", "o")}
    return [
        _Label(quad, thing, text, roles[role] == _PREFERRED, (ledger.rank.get(name[1:-1], 0), g))
        for (quad, _, role, _, g, thing), name, text in zip(
            found.iter_rows(), texts["s"], texts["o"], strict=True
        )
    ]


def _kept(labels: Sequence[_Label]) -> dict[tuple[int, str], str]:
    """The preferred label of each thing and language, of those things that more than one voice
    has preferred labels for."""
    voices: dict[int, set[tuple[int, int]]] = {}
    best: dict[tuple[int, str], tuple[tuple[int, int], str]] = {}
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
