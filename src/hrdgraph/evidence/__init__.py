"""Evidence: dates, snapshots of documents, cited words and their verification, and provenance."""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.evidence.anchoring import AnchoringResult as AnchoringResult
    from hrdgraph.evidence.anchoring import AnchorNames as AnchorNames
    from hrdgraph.evidence.anchoring import anchor as anchor
    from hrdgraph.evidence.citations import Citation as Citation
    from hrdgraph.evidence.citations import EvidenceReport as EvidenceReport
    from hrdgraph.evidence.citations import citations_of_frame as citations_of_frame
    from hrdgraph.evidence.citations import citations_of_graph as citations_of_graph
    from hrdgraph.evidence.citations import verify as verify
    from hrdgraph.evidence.dates import FUNCTIONS as FUNCTIONS
    from hrdgraph.evidence.dates import Bounds as Bounds
    from hrdgraph.evidence.dates import bounds as bounds
    from hrdgraph.evidence.dates import earliest as earliest
    from hrdgraph.evidence.dates import is_edtf as is_edtf
    from hrdgraph.evidence.dates import latest as latest
    from hrdgraph.evidence.documents import copy_quads as copy_quads
    from hrdgraph.evidence.documents import with_digests as with_digests
    from hrdgraph.evidence.provenance import DescribedSource as DescribedSource
    from hrdgraph.evidence.provenance import describe_source as describe_source
    from hrdgraph.evidence.snapshots import Snapshots as Snapshots
    from hrdgraph.evidence.snapshots import WordPosition as WordPosition
    from hrdgraph.evidence.snapshots import digest_of as digest_of
    from hrdgraph.evidence.snapshots import locate as locate
else:
    __getattr__ = lazily(
        __name__,
        {
            "anchoring": "AnchorNames AnchoringResult anchor",
            "citations": "Citation EvidenceReport citations_of_frame citations_of_graph verify",
            "dates": "Bounds FUNCTIONS bounds earliest is_edtf latest",
            "documents": "copy_quads with_digests",
            "provenance": "DescribedSource describe_source",
            "snapshots": "Snapshots WordPosition digest_of locate",
        },
    )
