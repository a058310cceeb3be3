"""A project and its graph into an explainer; what a person types into the term that is meant."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from hrdgraph.errors import QueryError
from hrdgraph.evidence import FUNCTIONS, Snapshots
from hrdgraph.explain import Explainer, Lineage, names_of, plan_sources
from hrdgraph.identity import read_ledger
from hrdgraph.ontology import Ontology
from hrdgraph.project import Project
from hrdgraph.queries import DERIVE, Catalogue, Query
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term, parse_term
from hrdgraph.store import OxigraphStore, Triples
from hrdgraph.vocab import DCTERMS, PREFIXES


def explainer_of(
    project: Project, graph: ColumnGraph, ontology: Ontology, store: OxigraphStore, catalogue: Catalogue, languages: Sequence[str]
) -> Explainer:
    """An explainer over a built graph: its plans are bound anew, so that it explains from the sources as they are now."""
    names = names_of(read_ledger(project.judgements_file))
    lineage = Lineage(plan_sources(project, project.sources), names, project.root)
    sources = {project.graph_name(name): name for name in (*(source.name for source in project.sources), "ontology", "derived")}
    snapshots = Snapshots(project.snapshot_dirs)
    return Explainer(graph, ontology, lineage, names, snapshots, sources, _Derivations(store, catalogue, project), languages)


class _Derivations:
    """Says which rule derived a quad, by running each rule once, when it is first asked."""

    def __init__(self, store: OxigraphStore, catalogue: Catalogue, project: Project) -> None:
        self._rules = catalogue.topic(DERIVE)
        self._project = project
        self._made = cache(lambda rule: _made_by(store, rule))

    def __call__(self, quad: Quad) -> tuple[str, ...]:
        if quad.graph != IRI(self._project.graph_name("derived")):
            return ()
        if quad.predicate == DCTERMS.isReplacedBy:
            return (self._shown(self._project.judgements_file),)
        triple = (quad.subject, quad.predicate, quad.object)
        return tuple(self._shown(rule.path) for rule in self._rules if triple in self._made(rule))

    def _shown(self, path: object) -> str:
        return str(path).removeprefix(f"{self._project.root}/")


def _made_by(store: OxigraphStore, rule: Query) -> frozenset[tuple[Term, ...]]:
    answer = store.query(rule.text, functions=FUNCTIONS)
    assert isinstance(answer, Triples)
    return frozenset((quad.subject, quad.predicate, quad.object) for quad in answer)


def parse_thing(text: str, base: str, *, or_name: bool = False) -> Term:
    """The term that a person typed: `<iri>`, an IRI, a prefixed name, a literal in quotes, or a path under the base.

    With `or_name`, a text that is none of these comes back as a literal.
    """
    text = text.strip()
    if text.startswith(("<", '"', "_:")):
        try:
            return parse_term(text)
        except ValueError as error:
            raise QueryError(f"not a term: {text}", hint='write <https://…>, hrd:recipient, or "words"@en') from error
    prefix, colon, local = text.partition(":")
    if colon and local.startswith("//"):
        return IRI(text)
    if colon and prefix in PREFIXES:
        return IRI(PREFIXES[prefix] + local)
    return IRI(base + text) if "/" in text or not or_name else Literal(text)
