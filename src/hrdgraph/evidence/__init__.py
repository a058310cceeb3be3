"""Evidence: dates, snapshots of documents, cited words and their verification, and provenance."""

from hrdgraph.evidence.anchor import AnchoringResult, AnchorNames, anchor
from hrdgraph.evidence.citations import Citation, citations_of_frame, citations_of_graph
from hrdgraph.evidence.date_hints import explain
from hrdgraph.evidence.dates import FUNCTIONS, Bounds, bounds, earliest, is_edtf, latest
from hrdgraph.evidence.documents import copy_quads, with_digests
from hrdgraph.evidence.location import WordPosition, locate
from hrdgraph.evidence.provenance import describe_source
from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.evidence.verification import EvidenceReport, verify

__all__ = [
    "FUNCTIONS",
    "AnchorNames",
    "AnchoringResult",
    "Bounds",
    "Citation",
    "EvidenceReport",
    "Snapshots",
    "WordPosition",
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
    "locate",
    "verify",
    "with_digests",
]
