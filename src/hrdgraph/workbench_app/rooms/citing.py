"""Cite the words of rows that name a page and no words of it: row by row, or all at once from a
score on."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from hrdgraph.errors import HrdgraphError
from hrdgraph.evidence.snapshots import Snapshots
from hrdgraph.extraction.passages import CERTAIN
from hrdgraph.extraction.review.candidate_review import add_citations
from hrdgraph.extraction.review.suggestions import CitationSuggestion
from hrdgraph.fact_kinds.template import sentence_of
from hrdgraph.library.curation import suggest_citations
from hrdgraph.workbench_app.visit import Visit, in_thread, text_of, to

_SHOWN: Final = 30  # rows on one page


async def citing(visit: Visit) -> Response:
    """Show the rows of a source with the passages that may say the same."""
    query, project = visit.request.query_params, visit.workplace.project
    source, bar = query.get("source", ""), _bar(visit, query.get("bar", ""))
    suggestions = await in_thread(_find, visit, source, bar)
    texts = Snapshots(project.snapshot_dirs)
    rows = []
    for item in sorted(suggestions, key=lambda suggestion: -suggestion.passage.score)[:_SHOWN]:
        page = texts.text(item.sha256) or ""
        cells = {name: " / ".join(values) for name, values in item.row.cells.items()}
        passages = [
            (passage, page[passage.start : passage.end]) for passage in (item.passage, *item.others)
        ]
        kind = project.kinds[item.row.kind]
        rows.append((item, sentence_of(kind, cells, visit.language), passages))
    sure = sum(item.is_certain for item in suggestions)
    return visit.page(
        "citing.html", rows=rows, left=len(suggestions), sure=sure, bar=bar, source=source,
        cited=query.get("cited", ""),
    )  # fmt: skip


def _bar(visit: Visit, text: str) -> float:
    """Return the score that was typed, else that of the project."""
    try:
        typed = float(text.replace(",", "."))
    except ValueError:
        typed = 0.0
    return typed if 0 < typed <= 1 else visit.workplace.project.certain or CERTAIN


def _find(visit: Visit, source: str, bar: float) -> list[CitationSuggestion]:
    """Return what may be cited: of rows that everybody may see, and that have a name."""
    suggestions = suggest_citations(visit.workplace.project, source=source, certain=bar).found
    return [item for item in suggestions if item.row.is_public and item.row.fact]


async def cite(visit: Visit) -> Response:
    """Cite the passage that was chosen for one row, or those of all rows that are certain."""
    form = await visit.form()
    source, bar = text_of(form, "source"), _bar(visit, text_of(form, "bar"))
    suggestions = await in_thread(_find, visit, source, bar)
    if text_of(form, "what") == "all":
        chosen = [item for item in suggestions if item.is_certain]
    else:
        chosen = _find_chosen(visit, suggestions, text_of(form, "row"), text_of(form, "place"))
    for name in dict.fromkeys(item.row.source for item in chosen):
        folder = visit.workplace.project.root / "data" / "sources" / name
        own = (item.cells() for item in chosen if item.row.source == name)
        await in_thread(add_citations, folder, list(own))
    return to("/citing?" + urlencode({"source": source, "bar": bar, "cited": len(chosen)}))


def _find_chosen(
    visit: Visit, suggestions: list[CitationSuggestion], row: str, place: str
) -> list[CitationSuggestion]:
    """Return the row with the passage that a person chose. HrdgraphError where it is gone."""
    for item in suggestions:
        for passage in (item.passage, *item.others):
            if key_of(item) == row and f"{passage.start}-{passage.end}" == place:
                text = Snapshots(visit.workplace.project.snapshot_dirs).text(item.sha256) or ""
                return [replace(item, passage=passage, words=text[passage.start : passage.end])]
    raise HrdgraphError("not-as-expected")


def key_of(item: CitationSuggestion) -> str:
    """Return what tells one row from all others."""
    return f"{item.row.source}/{item.row.file}:{item.row.number}"
