"""Evidence: dates, snapshots of documents, cited words and their verification, what may be published, and provenance."""

from hrdgraph.evidence.anchor import Anchored, Terms, anchor
from hrdgraph.evidence.citations import Citation, citations_of_frame, citations_of_graph
from hrdgraph.evidence.date_hints import explain
from hrdgraph.evidence.dates import FUNCTIONS, Bounds, bounds, earliest, is_edtf, latest
from hrdgraph.evidence.decisions import Decision, Decisions, visibility_of
from hrdgraph.evidence.documents import copy_quads, with_digests
from hrdgraph.evidence.levels import LEVELS, Level, Policy, level_of
from hrdgraph.evidence.locate import Place, locate
from hrdgraph.evidence.provenance import describe_source
from hrdgraph.evidence.risk import people_at_risk
from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.evidence.verify import EvidenceReport, verify
from hrdgraph.evidence.visibility import Published, published

__all__ = [
    "FUNCTIONS",
    "LEVELS",
    "Anchored",
    "Bounds",
    "Citation",
    "Decision",
    "Decisions",
    "EvidenceReport",
    "Level",
    "Place",
    "Policy",
    "Published",
    "Snapshots",
    "Terms",
    "anchor",
    "bounds",
    "citations_of_frame",
    "citations_of_graph",
    "copy_quads",
    "describe_source",
    "digest_of",
    "earliest",
    "explain",
    "is_edtf",
    "latest",
    "level_of",
    "locate",
    "people_at_risk",
    "published",
    "verify",
    "visibility_of",
    "with_digests",
]
