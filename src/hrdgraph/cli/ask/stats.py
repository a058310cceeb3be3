"""`hrdgraph stats`: how much of what the graph holds, and from where."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.api.words import headings
from hrdgraph.catalogue import number, phrase
from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    language_option,
    languages,
    opened,
    project_option,
    table,
)

if TYPE_CHECKING:
    from hrdgraph.findings.report_data import ClassCount


@click.command()
@project_option
@json_option
@language_option
def command(root: Path, as_json: bool, lang: str | None) -> None:
    """Count the things and statements of the built graph, by class and by source."""
    from hrdgraph.api import Graph
    from hrdgraph.findings.report_data import worded

    project = opened(root)
    graph = Graph(project)
    found = graph.stats()
    counts, names = found.classes, found.sources
    if as_json:
        classes = [
            {"class": c.iri, "total": c.total, "by_source": dict(c.by_source)} for c in counts
        ]
        echo_json({"manifest": graph.manifest, "classes": classes})
        return
    language = languages(lang, project)[0]
    columns = (*headings(("class", "things"), language), *names)
    rows = [(worded(c.labels, language, c.iri), *_counts(c, names, language)) for c in counts]
    statements = phrase("statements-counted", language, count=len(graph))
    named = {"title": project.title_in(language), "statements": statements}
    table(columns, rows, title=phrase("title-statements", language, **named))


def _counts(line: ClassCount, sources: Sequence[str], language: str) -> list[str]:
    """How many things there are, in all and by source; nothing where a source has none."""
    own = (line.by_source.get(name, 0) for name in sources)
    return [
        number(line.total, language),
        *(number(count, language) if count else "" for count in own),
    ]
