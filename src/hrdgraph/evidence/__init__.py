"""Evidence: dates, snapshots of documents, cited words and their verification, what may be published, and provenance."""

from hrdgraph.evidence.date_hints import explain
from hrdgraph.evidence.dates import FUNCTIONS, Bounds, bounds, earliest, is_edtf, latest
from hrdgraph.evidence.locate import Place, locate
from hrdgraph.evidence.provenance import describe_source
from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.evidence.verify import Citation, EvidenceReport, citations_of_frame, citations_of_graph, verify
from hrdgraph.evidence.visibility import Published, published

__all__ = [
    "FUNCTIONS",
    "Bounds",
    "Citation",
    "EvidenceReport",
    "Place",
    "Published",
    "Snapshots",
    "bounds",
    "citations_of_frame",
    "citations_of_graph",
    "describe_source",
    "digest_of",
    "earliest",
    "explain",
    "is_edtf",
    "latest",
    "locate",
    "published",
    "verify",
]
