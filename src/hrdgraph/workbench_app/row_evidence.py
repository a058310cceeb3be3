"""A row of a table into the words that it cites: from where, and whether the page that is at hand
still has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hrdgraph.errors import EvidenceError
from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.fact_kinds.cell_values import whole_address
from hrdgraph.project import Project, Source

_AROUND: Final = 160  # characters shown before and after the words
VERIFIED, MOVED, GONE, AWAY, UNCITED, NONE = (
    "verified", "moved", "gone", "away", "uncited", "none",
)  # fmt: skip


@dataclass(frozen=True)
class RowEvidence:
    """What a row stands on. `state` says of its words: verified in the page, there in another
    place of its newest text, gone from it, cited in a page that is not at hand, not cited, or
    that nothing is cited at all."""

    state: str
    document: str = ""
    address: str = ""
    publisher: str = ""
    before: str = ""
    words: str = ""
    after: str = ""


def row_evidence(project: Project, source: Source, cells: Mapping[str, str]) -> RowEvidence:
    """The evidence of a row, by the columns of its kind."""
    document = cells.get("document", "").strip() or _of_source(source)
    if not document:
        return RowEvidence(NONE)
    address = whole_address(document)
    about = RowEvidence(UNCITED, document, address, cells.get("publisher", "") or source.publisher)
    start, end = (_number(cells.get(f"evidence_{name}", "")) for name in ("start", "end"))
    if start < 0 or end <= start:
        return about
    snapshots = Snapshots(project.snapshot_dirs)
    digest = cells.get("evidence_sha256", "").strip()
    try:
        return _found(about, snapshots, cells, (start, end), digest)
    except EvidenceError:
        return _with(about, GONE)


def _of_source(source: Source) -> str:
    return source.document.address if source.document else source.address


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _found(
    about: RowEvidence,
    snapshots: Snapshots,
    cells: Mapping[str, str],
    place: tuple[int, int],
    digest: str,
) -> RowEvidence:
    given = snapshots.text(cells.get("document_digest", "").strip())
    texts = [given] if given else [text for _, text in snapshots.texts_of(about.address)]
    if not texts and not about.address:
        texts = [text for text in _papers(snapshots) if digest_of(text[slice(*place)]) == digest]
    for text in texts:
        if digest_of(text[slice(*place)]) == digest:
            return _with(about, VERIFIED, text, place)
    if not texts:
        return _with(about, AWAY)
    moved, _, words = snapshots.relocated(about.address, "", place, digest)
    return _with(about, MOVED, words, (0, len(words))) if moved.place else _with(about, GONE)


def _papers(snapshots: Snapshots) -> list[str]:
    """The texts of documents without an address."""
    found = (snapshots.text(take.text) for take in snapshots.takes if not take.address)
    return [text for text in found if text is not None]


def _with(
    about: RowEvidence, state: str, text: str = "", place: tuple[int, int] = (0, 0)
) -> RowEvidence:
    start, end = place
    return RowEvidence(
        state,
        about.document,
        about.address,
        about.publisher,
        text[max(start - _AROUND, 0) : start],
        text[start:end],
        text[end : end + _AROUND],
    )
