"""Evidence: dates, snapshots of documents, cited words and their verification, and provenance."""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.evidence.anchoring import AnchoringResult, AnchorNames, anchor
    from hrdgraph.evidence.citations import (
        Citation,
        EvidenceReport,
        citations_of_frame,
        citations_of_graph,
        verify,
    )
    from hrdgraph.evidence.dates import (
        FUNCTIONS,
        Bounds,
        bounds,
        earliest,
        explain,
        is_edtf,
        latest,
    )
    from hrdgraph.evidence.documents import copy_quads, with_digests
    from hrdgraph.evidence.provenance import DescribedSource, describe_source
    from hrdgraph.evidence.snapshots import Snapshots, WordPosition, digest_of, locate
else:
    homes = {
        **dict.fromkeys(("AnchoringResult", "AnchorNames", "anchor"), "anchoring"),
        **dict.fromkeys(("Citation", "citations_of_frame", "citations_of_graph"), "citations"),
        "explain": "dates",
        **dict.fromkeys(
            ("FUNCTIONS", "Bounds", "bounds", "earliest", "is_edtf", "latest"), "dates"
        ),
        **dict.fromkeys(("copy_quads", "with_digests"), "documents"),
        **dict.fromkeys(("WordPosition", "locate"), "snapshots"),
        "DescribedSource": "provenance",
        "describe_source": "provenance",
        **dict.fromkeys(("Snapshots", "digest_of"), "snapshots"),
        **dict.fromkeys(("EvidenceReport", "verify"), "citations"),
    }
    __getattr__ = lazily(__name__, homes)

__all__ = [
    "FUNCTIONS",
    "AnchorNames",
    "AnchoringResult",
    "Bounds",
    "Citation",
    "DescribedSource",
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
