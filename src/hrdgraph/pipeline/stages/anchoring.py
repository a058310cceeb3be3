"""The mapped graph into the graph whose evidence was held against the snapshots; broken evidence
into errors with the rows that cite."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy

from hrdgraph.errors import EvidenceError, Origin, ProjectError, raise_all
from hrdgraph.evidence import (
    AnchoringResult,
    AnchorNames,
    Snapshots,
    anchor,
    with_digests,
)
from hrdgraph.evidence.anchors import read_anchors
from hrdgraph.explain import Lineage
from hrdgraph.project import Project, Source
from hrdgraph.rdf import IRI, ColumnGraph, Literal
from hrdgraph.vocab import HRD


def snapshots_of(project: Project) -> Snapshots:
    """The texts of the documents of a project, with where its citations stood in them."""
    return Snapshots(project.snapshot_dirs, read_anchors(project.anchors_file))


def hold(
    project: Project,
    sources: Iterable[Source],
    graph: ColumnGraph,
    snapshots: Snapshots,
    lineage: Lineage,
) -> AnchoringResult:
    """Hold evidence against snapshots. Raises all that is broken. Words stay only of sources
    that, like the project, say `publish_words = true`."""
    chosen = tuple(sources)
    known = dict(snapshots.current)
    for source in (source for source in chosen if source.document):
        known |= _described(source, graph)
    published = {
        IRI(project.graph_name(source.name)).n3()
        for source in chosen
        if source.publish_words and project.publish_words
    }
    anchored = anchor(
        with_digests(graph, known), snapshots, AnchorNames(project.base, frozenset(published))
    )
    raise_all([_located(error, lineage) for error in anchored.report.broken])
    return anchored


def _described(source: Source, graph: ColumnGraph) -> dict[str, str]:
    """The text that [document] names. ProjectError where the tables name another."""
    assert source.document is not None
    address, sha256 = source.document.address, source.document.sha256
    said = set(graph.where(s=IRI(address), p=HRD.sha256).text()["o"]) - {Literal(sha256).n3()}
    if sha256 and said:
        place = Origin(str(source.description_file), node="[document]")
        raise ProjectError(
            "document-digest-conflict",
            address=address,
            origin=place,
        )
    return {address: sha256} if sha256 else {}


def _located(error: EvidenceError, lineage: Lineage) -> EvidenceError:
    """The error with the row that cites, where the graph names only the evidence node."""
    rows = [row for trace in lineage.of(error.origin.node or "") for row in trace.rows]
    located = copy(error)
    located.origin = rows[0] if rows else error.origin
    return located
