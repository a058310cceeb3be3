"""Explain a thing, or one triple."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from hrdgraph.catalogue.words import word
from hrdgraph.errors import QueryError
from hrdgraph.evidence.snapshots import Snapshots
from hrdgraph.explain.explanation import (
    UNSAID,
    ClaimVisibility,
    ExplainedNode,
    Explanation,
    Judged,
    Passages,
    Standings,
    Statement,
    VisibilityOf,
    words_of,
)
from hrdgraph.explain.lineage import Lineage
from hrdgraph.nearest import hint_at
from hrdgraph.ontology import Ontology, local_name
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term, parse_term
from hrdgraph.vocab import DCTERMS, HRD, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from hrdgraph.mapping.tracing import Trace

DerivedBy = Callable[[Quad], tuple[str, ...]]
Grounds = Callable[[Quad], Iterable[Quad]]
Progress = Callable[[int, int], None]  # how many claims are done, of how many

_LABELS = (SKOS.prefLabel, RDFS.label, DCTERMS.title)
# nodes whose rows are looked up at once: each look goes over whole tables, and nothing is told
# meanwhile
_TOGETHER = 5_000
_ENTITY_KINDS = (
    "person", "organisation", "award", "edition", "country", "region", "subdivision", "evidence",
)  # fmt: skip


class Reasons(NamedTuple):
    """What is known of statements beside the graph and the tables: `derived_by` returns the rules
    of a derived quad, `grounds` what it follows from (without graph names); `judged` the rows
    of the ledger about a thing, `visibility` who may see a claim, and by which rule."""

    derived_by: DerivedBy = lambda _: ()
    grounds: Grounds = lambda _: ()
    judged: Judged = lambda _: ()
    visibility: VisibilityOf = lambda _: UNSAID


class Explainer:
    """Explains statements of one built graph. `sources` names the graph of each source."""

    def __init__(
        self,
        graph: ColumnGraph,
        ontology: Ontology,
        lineage: Lineage,
        snapshots: Snapshots,
        sources: Mapping[str, str],
        reasons: Reasons = Reasons(),  # noqa: B008 - a value that does not change
        languages: Sequence[str] = ("en",),
    ) -> None:
        self._graph = graph
        self._ontology = ontology
        self._lineage = lineage
        self._passages = Passages(graph, snapshots)
        self._sources = sources
        self._reasons = reasons
        self._languages = languages
        self._standings = Standings(graph, self.label, reasons.judged, reasons.visibility)
        # many claims are about few things
        self._label, self._predicate_label = cache(self._label_of), cache(self._label_of_predicate)

    def explain(
        self, thing: IRI, *, most: int | None = None, progress: Progress = lambda *_: None,
        rows: bool = True,
    ) -> Explanation:  # fmt: skip
        """Explain a thing: all statements of it and of the claims about it.

        With `most`, only so many claims of each kind are explained and the others counted. Without
        `rows`, no rows, rules and passages are looked up, unless the thing is a claim itself. An
        old name leads to the thing; QueryError with near names if nothing is said of it."""
        thing = self._canonical(thing)
        quads = self._quads_about(thing)
        if not quads:
            known = [text[1:-1] for text in self._graph.text()["s"].unique() if text[0] == "<"]
            hint = hint_at(thing.value, known, "give-full-iri", cutoff=0.8, count=3, shown="{}")
            raise QueryError("thing-unknown", thing=thing.value, hint=hint)
        terms = map(parse_term, dict.fromkeys(self._graph.where(o=thing).text()["s"]))
        # not entities that merely point at it
        claims = [
            term
            for term in terms
            if isinstance(term, IRI) and term != thing and self._graph.objects(term, HRD.evidence)
            if not any(f"/{kind}/" in term.value for kind in _ENTITY_KINDS)
        ]
        untold = Counter[tuple[str, ClaimVisibility]]()
        if most is not None:
            claims, untold = self._first(claims, most, progress)
        mentions = {node: self._quads_about(node) for node in claims}
        names = tuple(
            sorted(text[1:-1] for text in self._lineage.names(thing.n3()) if text != thing.n3())
        )
        rows = rows or bool(self._graph.objects(thing, HRD.claimStatus))
        facts = self._facts_of({thing: quads} | mentions, progress, rows)
        return Explanation(thing, names, facts, untold=untold)

    def explain_triple(self, subject: IRI, predicate: IRI, value: Term) -> Explanation:
        """Explain one statement, and what it follows from if derived. QueryError if the graph
        lacks it."""
        # that an old name was replaced is said of the old name
        quads = tuple(self._graph.where(s=subject, p=predicate, o=value))
        if not quads:
            subject = self._canonical(subject)
            value = self._canonical(value) if isinstance(value, IRI) else value
            quads = tuple(self._graph.where(s=subject, p=predicate, o=value))
        if not quads:
            raise QueryError("triple-unknown", subject=subject.value)
        # What quads follow from, and what derived ones among these follow from, in order
        # of discovery.
        all_quads = list(dict.fromkeys(quads))
        count, known = len(all_quads), set(all_quads)
        for quad in all_quads:  # it grows while it is read
            reasons = [
                reason
                for ground in self._reasons.grounds(quad)
                for reason in self._graph.about(ground.subject)
                if reason[:3] == ground[:3]
            ]
            all_quads += [reason for reason in dict.fromkeys(reasons) if reason not in known]
            known.update(reasons)
        nodes: dict[IRI, list[Quad]] = {}
        for quad in all_quads[count:]:
            if isinstance(quad.subject, IRI):
                nodes.setdefault(quad.subject, []).append(quad)
        return Explanation(subject, (), self._facts_of({subject: quads}), self._facts_of(nodes))

    def find_object(self, subject: IRI, predicate: IRI, value: Term, text: str) -> Term:
        """Return the object that a person means who typed `text`, read as `value`. If the graph
        has no such object but exactly one literal with this text, the literal is meant."""
        objects = [
            *self._graph.objects(subject, predicate),
            *self._graph.objects(self._canonical(subject), predicate),
        ]
        literals = {term for term in objects if isinstance(term, Literal) and term.value == text}
        return literals.pop() if value not in objects and len(literals) == 1 else value

    def label(self, term: Term) -> str:
        """Return a term's label: in the first language that has one, in English, in any; else its
        own words."""
        return self._label(term)

    def _label_of(self, term: Term) -> str:
        if not isinstance(term, IRI):
            return words_of(term)
        if term in self._ontology:
            return self._ontology.label(term, self._languages)
        labels = [
            o for p in _LABELS for o in self._graph.objects(term, p) if isinstance(o, Literal)
        ]
        tagged = {label.language: label.value for label in reversed(labels)}
        return next(
            (tagged[tag] for tag in (*self._languages, "en", "", *tagged) if tag in tagged),
            term.value,
        )

    def _quads_about(self, node: IRI) -> list[Quad]:
        # a fact is called by what it says, which is told below
        return [
            quad
            for quad in self._graph.about(node)
            if quad.predicate not in (HRD.evidence, RDFS.label)
        ]

    def _first(
        self, claims: list[IRI], most: int, progress: Progress
    ) -> tuple[list[IRI], Counter[tuple[str, ClaimVisibility]]]:
        """Return the first claims of each kind, and count the others."""
        first: dict[str, list[IRI]] = {}
        untold = Counter[tuple[str, ClaimVisibility]]()
        for place, node in enumerate(claims):
            progress(place, len(claims))
            kind = self._kind(node)
            if len(nodes := first.setdefault(kind, [])) < most:
                nodes.append(node)
            else:
                untold[
                    kind, self._standings.visibility_of(node, self._lineage.names(node.n3()))
                ] += 1
        first_nodes = {node for nodes in first.values() for node in nodes}
        return [node for node in claims if node in first_nodes], untold

    def _facts_of(
        self, quads_by_node: Mapping[IRI, Sequence[Quad]], progress: Progress = lambda *_: None,
        rows: bool = True,
    ) -> tuple[ExplainedNode, ...]:  # fmt: skip
        """Explain nodes, each with some of its statements; the rows of many are looked up at
        once."""
        facts, nodes = list[ExplainedNode](), list(quads_by_node.items())
        for start in range(0, len(nodes), _TOGETHER):
            part = nodes[start : start + _TOGETHER]
            all_quads = [quad for _, quads in part for quad in quads]
            traces = self._trace(all_quads) if rows else None
            for node, quads in part:
                progress(len(facts), len(nodes))
                statements = [self._statement(quad, traces) for quad in quads]
                passages = self._passages.of(node.n3()) if rows else ()
                standing = self._standings.of(node, self._lineage.names(node.n3()))
                named = (node, self.label(node), self._kind(node))
                facts.append(ExplainedNode(*named, tuple(statements), passages, standing))
        return tuple(facts)

    def _trace(self, quads: Iterable[Quad]) -> dict[Quad, list[Trace]]:
        by_graph: dict[str, list[Quad]] = {}
        for quad in quads:
            by_graph.setdefault(_graph_of(quad), []).append(quad)
        traces_of = {
            graph: self._lineage.each([_texts(quad) for quad in members], graph=graph)
            for graph, members in by_graph.items()
        }
        return {
            quad: traces
            for graph, members in by_graph.items()
            for quad, traces in zip(members, traces_of[graph], strict=True)
        }

    def _statement(self, quad: Quad, traced: Mapping[Quad, Sequence[Trace]] | None) -> Statement:
        """Explain a statement by its rows, or by its rules if it is derived."""
        graph = _graph_of(quad)
        traces = traced[quad] if traced is not None else ()
        derived = () if traces or traced is None else self._reasons.derived_by(quad)
        return Statement(
            quad, self._predicate_label(quad.predicate), self.label(quad.object),
            self._sources.get(graph, graph), tuple(traces), derived,
        )  # fmt: skip

    def _label_of_predicate(self, predicate: IRI) -> str:
        return (
            self._ontology.label(predicate, self._languages)
            if predicate in self._ontology
            else word(local_name(predicate), next(iter(self._languages), "en"))
        )

    def _kind(self, node: IRI) -> str:
        kinds = [kind for kind in self._graph.objects(node, RDF.type) if isinstance(kind, IRI)]
        specific = [kind for kind in kinds if kind != HRD.Claim]
        return ", ".join(self._predicate_label(kind) for kind in specific or kinds)

    def _canonical(self, thing: IRI) -> IRI:
        names = [
            term
            for term in self._graph.objects(thing, DCTERMS.isReplacedBy)
            if isinstance(term, IRI)
        ]
        return names[0] if names else thing


def _graph_of(quad: Quad) -> str:
    return quad.graph.value if isinstance(quad.graph, IRI) else ""


def _texts(quad: Quad) -> tuple[str, str, str]:
    return quad.subject.n3(), quad.predicate.n3(), quad.object.n3()
