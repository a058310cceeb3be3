"""What was mapped into the public graph in canonical names; where the last build made one of the
same statements, that one, and of nearly the same, that one patched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hrdgraph.evidence import AnchoringResult, EvidenceReport, Snapshots, copy_quads
from hrdgraph.explain import names_of
from hrdgraph.export import read_context
from hrdgraph.export.context import JsonLdContext
from hrdgraph.identity import Ledger
from hrdgraph.identity.minting import followed
from hrdgraph.mapping.execution.kept_rows import Rows
from hrdgraph.pipeline.inputs import Inputs
from hrdgraph.pipeline.memory import Itself
from hrdgraph.pipeline.reused_parts import hidden_by
from hrdgraph.pipeline.stages.anchoring import hold, snapshots_of
from hrdgraph.pipeline.stages.checking import find_dangling, find_idle
from hrdgraph.pipeline.stages.iri_check import check_spelled
from hrdgraph.pipeline.stages.mapping import MappingResult
from hrdgraph.pipeline.stages.naming import find_lost
from hrdgraph.privacy import Level, Policy
from hrdgraph.privacy.hidden_cells import Secrets
from hrdgraph.privacy.publication import Publication, naming_scheme, policy_of, show
from hrdgraph.privacy.republication import show_again
from hrdgraph.privacy.withdrawals import withdrawals_of
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.change import difference, difference_among, reunited
from hrdgraph.rdf.graph import QuadChange
from hrdgraph.validate import Finding

_STATE = "named graph"
_SHARE = 8  # a change of more than this part of a graph is named with all of it


@dataclass(frozen=True)
class NamedGraph:
    """The public graph before derivation, with what was found on the way to it."""

    graph: ColumnGraph
    counts: dict[str, int]
    evidence: EvidenceReport
    public: Publication
    secrets: Secrets
    findings: list[Finding]
    rows: Mapping[str, Rows]


@dataclass(frozen=True, eq=False)
class NamingState:
    """What a build named: the graph that was `mapped`, what else decides of names and of who may
    see what (`key`), and what came of it step by step."""

    key: object
    policy: Policy
    mapped: ColumnGraph
    anchored: AnchoringResult
    public: Publication
    copies: ColumnGraph
    graph: ColumnGraph


def name_things(inputs: Inputs, mapped: MappingResult, shown: Level) -> NamedGraph:
    """Hold evidence against snapshots, take out what is not public, and give things their
    canonical names."""
    project, memory = inputs.project, inputs.memory
    ledger = followed(inputs.ledger, naming_scheme(project), mapped.graph)
    state = _NamingRun(inputs, mapped, ledger, shown).state()
    memory.keep(_STATE, state)
    public = replace(state.public, parts=None)
    findings: list[Finding] = []
    # judgements and withdrawals may well be of things of sources that are left out
    if inputs.is_whole:
        findings = find_dangling(project, ledger, mapped.graph)
        findings += find_idle(project, ledger, mapped.graph) + find_lost(project, ledger)
    secrets = hidden_by(project, inputs.plans, state.policy, memory)
    report, counts = state.anchored.report, mapped.counts
    return NamedGraph(state.graph, counts, report, public, secrets, findings, mapped.rows)


@dataclass(frozen=True)
class _NamingRun:
    """The naming of one build."""

    inputs: Inputs
    mapped: MappingResult
    ledger: Ledger
    shown: Level

    def state(self) -> NamingState:
        """What is named, from what the last build named as far as that holds."""
        project = self.inputs.project
        snapshots, context = _snapshots(self.inputs), read_context(project.context_file)
        key = self._key(snapshots, context)
        last: NamingState | None = self.inputs.memory.recall(_STATE)
        if last and last.key == key and last.mapped is self.mapped.graph:
            return last
        state = self._named(key, snapshots, last if last and last.key == key else None)
        if last is None:
            return state
        graph = _compared(last.graph, state.graph)
        public = state.public if len(state.copies) else replace(state.public, graph=graph)
        return replace(state, graph=graph, public=public)

    def _key(self, snapshots: Snapshots, context: JsonLdContext) -> object:
        """All that decides of names and of who may see what, but the mapped graph."""
        inputs, project = self.inputs, self.inputs.project
        made = map(Itself, (inputs.ontology, self.ledger, snapshots))
        down = withdrawals_of(project)
        return project, inputs.sources, *made, down, context, self.mapped.rooms, self.shown

    def _named(self, key: object, snapshots: Snapshots, last: NamingState | None) -> NamingState:
        inputs, project, graph = self.inputs, self.inputs.project, self.mapped.graph
        policy = policy_of(
            project, inputs.sources, inputs.ontology, self.ledger, graph, self.shown,
            self.mapped.rooms,
        )  # fmt: skip
        lineage = inputs.lineage(names_of(self.ledger), self.mapped.rows)
        anchored = hold(project, inputs.sources, graph, snapshots, lineage)
        again = self._again(last, anchored, policy) if last else None
        public = again or show(project, anchored.graph, policy, self.ledger)
        new = difference(last.public.graph, public.graph).came if last and again else public.graph
        check_spelled(project, new, inputs.lineage(names_of(public.ledger), self.mapped.rows))
        place = IRI(project.graph_name("derived"))
        copies = ColumnGraph.from_quads(copy_quads(public.graph, snapshots, place))
        known = _with_copies(public.graph, copies, last if again else None)
        return NamingState(key, policy, graph, anchored, public, copies, known)

    def _again(
        self, last: NamingState, anchored: AnchoringResult, policy: Policy
    ) -> Publication | None:
        """The last publication with what has changed since; None where all is to be named."""
        change = difference(last.mapped, self.mapped.graph)
        if len(change) * _SHARE > len(self.mapped.graph):
            return None
        moved, project = _anchored_change(last.anchored, anchored, change), self.inputs.project
        return show_again(project, last.public, anchored.graph, moved, policy, self.ledger)


def _snapshots(inputs: Inputs) -> Snapshots:
    project = inputs.project
    folders = [folder for folder in project.snapshot_dirs if folder.is_dir()]
    files = tuple(path for folder in folders for path in sorted(folder.iterdir()))
    return inputs.memory.part(
        "snapshots",
        (project.snapshot_dirs, project.anchors_file, files),
        lambda: snapshots_of(project),
        lambda _: (*files, project.anchors_file),
    )


def _anchored_change(last: AnchoringResult, now: AnchoringResult, change: QuadChange) -> QuadChange:
    """How the graph with its evidence held differs, given how what was mapped does."""
    pairs = zip(last.amendments, now.amendments, strict=True)
    amended = (difference(one, other).quads for one, other in pairs)
    return difference_among(last.graph, now.graph, [change.quads, *amended])


def _compared(last: ColumnGraph, graph: ColumnGraph) -> ColumnGraph:
    """The graph, that knows how it differs from the last, for the stages to come; the last one
    itself where it does not."""
    change = difference(last, graph)
    if not change:
        return last
    return graph if graph.change is change else replace(graph, change=change)


def _with_copies(graph: ColumnGraph, copies: ColumnGraph, last: NamingState | None) -> ColumnGraph:
    if not len(copies) and (last is None or not len(last.copies)):
        return graph
    if last is None:
        return ColumnGraph.union([graph, copies])
    return reunited(last.graph, [last.public.graph, last.copies], [graph, copies])
