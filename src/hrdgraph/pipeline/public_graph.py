"""What was mapped into the public graph in canonical names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hrdgraph.evidence import EvidenceReport, copy_quads
from hrdgraph.explain import names_of
from hrdgraph.identity.minting import followed
from hrdgraph.mapping.execution.kept_rows import Rows
from hrdgraph.pipeline.inputs import Inputs
from hrdgraph.pipeline.stages.anchoring import hold, snapshots_of
from hrdgraph.pipeline.stages.checking import find_dangling, find_idle
from hrdgraph.pipeline.stages.iri_check import check_spelled
from hrdgraph.pipeline.stages.mapping import MappingResult
from hrdgraph.pipeline.stages.naming import find_lost
from hrdgraph.privacy import Level
from hrdgraph.privacy.hidden_cells import Secrets, secrets_of
from hrdgraph.privacy.publication import Publication, naming_scheme, policy_of, show
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.validate import Finding


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


def name_things(inputs: Inputs, mapped: MappingResult, shown: Level) -> NamedGraph:
    """Hold evidence against snapshots, take out what is not public, and give things their
    canonical names."""
    project, graph = inputs.project, mapped.graph
    snapshots = snapshots_of(project)
    ledger = followed(inputs.ledger, naming_scheme(project), graph)
    policy = policy_of(project, inputs.sources, inputs.ontology, ledger, graph, shown, mapped.rooms)
    lineage = inputs.lineage(names_of(ledger), mapped.rows)
    anchored = hold(project, inputs.sources, graph, snapshots, lineage)
    public = show(project, anchored.graph, policy, ledger)
    check_spelled(project, public.graph, inputs.lineage(names_of(public.ledger), mapped.rows))
    place = IRI(project.graph_name("derived"))
    copies = ColumnGraph.from_quads(copy_quads(public.graph, snapshots, place))
    named = ColumnGraph.union([public.graph, copies]) if len(copies) else public.graph
    findings: list[Finding] = []
    # judgements and withdrawals may well be of things of sources that are left out
    if inputs.is_whole:
        findings = find_dangling(project, ledger, graph)
        findings += find_idle(project, ledger, graph) + find_lost(project, ledger)
    secrets = secrets_of(project, inputs.plans, policy)
    return NamedGraph(named, mapped.counts, anchored.report, public, secrets, findings, mapped.rows)
