"""Rows that cite a page and no words into words of that page to cite."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hrdgraph.library.building import project_at

if TYPE_CHECKING:
    from hrdgraph.extraction.review.suggestions import CitationSuggestions
    from hrdgraph.project import Project


def suggest_citations(
    project: str | Path | Project = ".", *, source: str = ""
) -> CitationSuggestions:
    """Find words for the rows of a project's tables of facts that cite a page and no words of it,
    in the newest snapshot of the page, by the proposers of `extract`. Nothing is written.

    `source` is the one source to look at. ProjectError for one that is not there.

    >>> import hrdgraph
    >>> found = hrdgraph.suggest_citations(".", source="kalyapin-page")
    >>> found.uncited
    0
    """
    from hrdgraph.evidence import Snapshots
    from hrdgraph.extraction.review.suggestions import suggest_citations as suggest
    from hrdgraph.extraction.review.uncited_rows import fact_rows
    from hrdgraph.library.curation import source_named
    from hrdgraph.library.extraction import extractor_of

    opened = project_at(project)
    sources = [source_named(opened, source)] if source else list(opened.sources)
    return suggest(
        [fact_rows(opened, item) for item in sources],
        Snapshots(opened.snapshot_dirs),
        extractor_of(opened.root),
    )
