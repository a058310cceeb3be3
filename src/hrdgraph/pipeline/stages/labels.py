"""Call claims, events, editions and documents by what they are made of, in each language of the
project: most sources give them no name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from hrdgraph.catalogue.words import join_texts
from hrdgraph.fact_kinds import Kind, claim_kinds
from hrdgraph.ontology import Ontology
from hrdgraph.rdf import IRI, ColumnGraph, parse_term
from hrdgraph.rdf.lexical import unescape_column
from hrdgraph.sparql.values import escape_column
from hrdgraph.vocab import DCTERMS, FOAF, HRD, RDF, RDFS, SKOS

_NAMES: Final = (SKOS.prefLabel, RDFS.label, DCTERMS.title, FOAF.name)
_BETWEEN: Final = " – "
_LISTED: Final = 3  # names of one part of a label
# the parts of a label; where there is none of those before them, the first of the last three
_PARTS: Final = ("kind", "subject", "agent", "object", "", "other agent", "other object", "place")
_OTHERS: Final = _PARTS.index("other agent")
_ACT: Final = len(_PARTS)
_OF_EDITION: Final = {HRD.editionOf: 1, HRD.editionYear: 2}
_LITERAL: Final = r'(?s)^"(?<text>.*)"(?:@(?<tag>[A-Za-z0-9-]+)|\^\^<[^>]*>)?$'


def label_facts(
    graph: ColumnGraph, kinds: Mapping[str, Kind], ontology: Ontology, languages: Sequence[str],
    name: IRI,
) -> ColumnGraph:  # fmt: skip
    """Return labels for what has none, in a graph of that name."""
    called = {**claim_kinds(kinds), "edition": kinds["edition"]}
    composer = _Composer(graph, called.values(), ontology)
    labels = pl.concat([*composer.facts(languages), composer.documents()])
    text = pl.format('"{}"{}', escape_column(labels["text"]), "tag").str.strip_suffix("@")
    return ColumnGraph.from_text(
        labels.with_columns(pl.format("@{}", "tag").alias("tag")).select(
            s=graph.terms.gather(labels["node"]), p=pl.lit(RDFS.label.n3()), o=text,
            g=pl.lit(name.n3()),
        )
    )  # fmt: skip


def _parts_of(kind: Kind) -> Iterator[tuple[IRI, int]]:
    """Yield the properties of a kind, with the part of a label that each is for. With `other`
    before it who else takes part, which does not tell the fact from others."""
    if kind.class_iri == HRD.AwardEdition:
        yield from _OF_EDITION.items()
        return
    for item in kind.attributes:
        is_other = item.role in ("agent", "object", "") and item.identifies != "true"
        role = f"other {item.role}" if is_other else item.role
        if role in _PARTS and item.predicate and item.type not in ("yes-no", "date"):
            yield item.predicate, _PARTS.index(role)
    yield from ((predicate, _ACT) for predicate in kind.properties("part"))


class _Composer:
    """What facts consist of, in positions of a graph, and what things are called."""

    def __init__(self, graph: ColumnGraph, kinds: Iterable[Kind], ontology: Ontology) -> None:
        self._graph, self._ontology = graph, ontology
        self._classes = {
            place: (iri, kind)
            for kind in kinds
            for iri in kind.classes
            if (place := graph.position(iri)) is not None
        }
        roles = [
            (place, predicate, part, rank)
            for place, (_, kind) in self._classes.items()
            for rank, (predicate, part) in enumerate(_parts_of(kind))
        ]
        self._said = self._rows(*{predicate for _, predicate, *_ in roles})
        schema = {"type": pl.UInt32, "p": pl.UInt32, "part": pl.Int8, "rank": pl.UInt32}
        rows = [(place, graph.position(predicate), *rest) for place, predicate, *rest in roles]
        self._roles = pl.DataFrame(rows, schema, orient="row").drop_nulls()
        typed = self._rows(RDF.type).filter(pl.col("o").is_in([*self._classes]))
        self._types = typed.select(of="s", type="o")
        each = pl.concat(self._rows(predicate) for predicate in _NAMES)
        names = each.select("s", *self._read(each["o"])).drop_nulls()
        # of several names in a language, the last
        names = names.group_by("s", "tag", maintain_order=True).last()
        self._names = names.rename({"s": "node"})

    def _rows(self, *predicates: IRI) -> pl.DataFrame:
        places = [self._graph.position(iri) for iri in predicates]
        rows = self._graph.quads.filter(pl.col("p").is_in(places)).select("s", "p", "o")
        return rows.unique().sort("s", "p", "o")

    def _read(self, places: pl.Series) -> list[pl.Series]:
        """Return the words of literals, null of other terms, and their languages."""
        read = self._graph.terms.gather(places).str.extract_groups(_LITERAL).struct.unnest()
        return [read["tag"].fill_null(""), unescape_column(read["text"])]

    def facts(self, languages: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Yield nodes with languages and what they are called: those first by which others are
        called."""
        facts = self._types.filter(~pl.col("of").is_in(self._names["node"].implode()))
        parts = self._parts(facts.select("type", node="of").with_row_index("fact"))
        while len(parts):
            uncalled = parts.filter(pl.col("o").is_in(parts["node"].implode()))
            ready = parts.join(uncalled, on="fact", how="anti", maintain_order="left")
            ready = ready if len(ready) else parts  # called by each other
            named = pl.concat([self._compose(ready, tag) for tag in languages])
            self._names = pl.concat([self._names, named])
            yield named
            parts = parts.join(ready, on="fact", how="anti", maintain_order="left")

    def documents(self) -> pl.DataFrame:
        """Return source documents without a title, with their publishers and addresses."""
        documents = self._graph.where(p=RDF.type, o=HRD.SourceDocument).quads["s"].unique().sort()
        nodes = documents.filter(~documents.is_in(self._names["node"].implode()))
        rows = self._rows(DCTERMS.publisher)
        publishers = dict(zip(rows["s"], self._call(rows["o"], ""), strict=True))
        texts = []
        for node, term in zip(nodes, self._graph.terms.gather(nodes), strict=True):
            address = term.strip("<>").partition("://")[2].strip("/")
            texts.append(_BETWEEN.join(filter(None, (publishers.get(node, ""), address))))
        titles = pl.DataFrame({"node": nodes, "text": pl.Series(texts, dtype=pl.String)})
        return titles.filter(pl.col("text") != "").select("node", pl.lit("").alias("tag"), "text")

    def _parts(self, facts: pl.DataFrame) -> pl.DataFrame:
        """Return what is said of facts that their labels tell, in order."""
        facts = facts.with_columns(of="node", of_type="type", order=pl.lit(0, pl.UInt32))
        rows = self._along(facts)
        is_act = pl.col("part") == _ACT
        is_called = pl.col("part") < _PARTS.index("object")
        # an event is called by its acts
        uncalled = rows.filter(is_act.any().over("fact") & ~is_called.any().over("fact"))
        acts = uncalled.filter(is_act).select("fact", "type", "node", of="o", order="rank")
        types = self._types.unique("of", keep="first").rename({"type": "of_type"})
        of_acts = self._along(acts.join(types, on="of")).select(rows.columns)
        rows = pl.concat([rows.join(uncalled, on="fact", how="anti"), of_acts])
        is_text = self._graph.terms.gather(rows["o"]).str.starts_with('"')
        rows = rows.filter(~is_act & ~((pl.col("part") == 0) & is_text))
        ends = pl.col("part").filter(pl.col("part") > 0).min().over("fact")
        rows = rows.filter((pl.col("part") < _OTHERS) | (pl.col("part") == ends))
        return rows.sort("fact", "part", "order", "of", "rank", "o")

    def _along(self, facts: pl.DataFrame) -> pl.DataFrame:
        quads = facts.join(self._said, left_on="of", right_on="s")
        return quads.join(self._roles, left_on=["of_type", "p"], right_on=["type", "p"])

    def _compose(self, parts: pl.DataFrame, tag: str) -> pl.DataFrame:
        """Return nodes with a language and what they are called in it."""
        # nothing is called in a language that the ontology does not speak
        labels = {
            place: entry.labels[tag]
            for place, (iri, _) in self._classes.items()
            if (entry := self._ontology.get(iri)) and tag in entry.labels
        }
        parts = parts.filter(pl.col("type").is_in([*labels]))
        key = ["fact", "node", "type"]
        names = parts.select(*key, "part", text=self._call(parts["o"], tag))
        grouped = names.unique(maintain_order=True).group_by(*key, "part", maintain_order=True)
        names = grouped.agg(pl.col("text").head(_LISTED + 1))
        several = (names["text"].list.len() > 1).arg_true()
        joined = [
            join_texts([*texts[:_LISTED], *(["…"] if len(texts) > _LISTED else [])], tag)
            for texts in names["text"].gather(several).to_list()
        ]
        first = names["text"].list.first()
        names = names.with_columns(first.scatter(several, pl.Series(joined, dtype=pl.String)))
        text, part = pl.col("text"), pl.col("part")
        facts = names.group_by(key, maintain_order=True).agg(
            kind=text.filter((part == 0) & (text != "")).first(), ends=text.filter(part > 0)
        )
        plain = pl.col("type").replace_strict(labels, return_dtype=pl.String)
        what = pl.coalesce("kind", plain)
        what = what.str.slice(0, 1).str.to_uppercase() + what.str.slice(1)
        is_edition = pl.col("type") == self._graph.position(HRD.AwardEdition)
        ends, whole = (
            pl.col("ends").list.join(" "),
            pl.concat_list(what, "ends").list.join(_BETWEEN),
        )
        label = pl.when(is_edition).then(ends).otherwise(whole)
        named = facts.select("node", tag=pl.lit(tag), text=label).filter(text != "")
        return named.unique("node", keep="first", maintain_order=True)

    def _call(self, places: pl.Series, tag: str) -> pl.Series:
        """Return what things are called in a language, else in none, in English, or in another."""
        rank = pl.col("tag").replace_strict({"en": 2, "": 1, tag: 0}, default=3)
        names = self._names.sort(rank, maintain_order=True).unique("node", keep="first")
        called = pl.DataFrame([places.alias("node"), self._read(places)[1].alias("own")])
        called = called.join(names, on="node", how="left", maintain_order="left")
        called = called.select("node", pl.coalesce("text", "own").alias("text"))
        unnamed = called.filter(pl.col("text").is_null())["node"].unique()
        words = [
            self._ontology.label(term, (tag,)) if isinstance(term, IRI) else ""
            for term in map(parse_term, self._graph.terms.gather(unnamed))
        ]
        own = pl.col("node").replace_strict(unnamed, words, default=None, return_dtype=pl.String)
        return called.select(pl.coalesce("text", own))["text"]
