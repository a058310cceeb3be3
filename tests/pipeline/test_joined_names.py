"""Two people of one name in one table of facts: a build asks, instead of joining them silently."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.small_projects import create_small_project

from hrdgraph.catalogue import render
from hrdgraph.explain.lineage import plan_sources
from hrdgraph.findings.model import Finding
from hrdgraph.findings.source_rows import TypedRows
from hrdgraph.mapping.facts.layout import Layout, layouts_of
from hrdgraph.pipeline.stages.table_findings import RULE, find_joined
from hrdgraph.privacy.redaction import Secrets
from hrdgraph.project import Project, open_project

HEADER = "Name,Born,Country\n"
SOURCE = """title = "People"
publisher = "Ada"
licence = "CC0-1.0"
language = "en"
[[table]]
file = "people.csv"
kind = "person"
"""


def layouts_in(project: Project) -> list[Layout]:
    return [one for source in project.sources for one in layouts_of(project.kinds, source)]


def joined(folder: Path, rows: str, more: str = "") -> list[Finding]:
    if not (folder / "hrdgraph.toml").exists():
        create_small_project(folder, "Small")
    source = folder / "data" / "sources" / "people"
    source.mkdir(parents=True, exist_ok=True)
    (source / "people.csv").write_text(HEADER + rows, "utf-8")
    (source / "source.toml").write_text(SOURCE + more, "utf-8")
    project = open_project(folder)
    typed = TypedRows(project.root, project.sources, plan_sources(project, project.sources))
    return find_joined(project, layouts_in(project), Secrets(), typed)


def test_rows_of_one_name_that_differ_are_a_question(tmp_path: Path) -> None:
    (found,) = joined(
        tmp_path / "p", "Jean Ilunga,1960,CD\nAda Example,1970,CH\njean ilunga,1985,CD\n"
    )
    assert found.rule == RULE
    assert [(origin.row, origin.column) for origin in found.origins] == [(2, "Name"), (4, "Name")]
    assert found.origins[0].file == "data/sources/people/people.csv"
    assert found.fact is not None
    for language, words in (("en", "if these are two"), ("fr", "deux"), ("es", "son dos")):
        told = render(found.fact, language)
        assert [text for text in (words, "Jean Ilunga", "Born", "apart") if text not in told] == []
        assert [year for year in ("1960", "1985") if year in told] == []


@pytest.mark.parametrize(
    ("rows", "more"),
    [
        ("Jean Ilunga,1960,CD\nJean Ilunga,1960,CD\n", ""),  # the same twice
        ("Jean Ilunga,1960,CD\nJean Ilunga,,CD\n", ""),  # one says less
        ("Jean Ilunga,1960,CD\nJean Ilungu,1985,CD\n", ""),
        ("Jean Ilunga,1960,CD\nJean Ilunga,1985,CD\n", 'apart = ["Jean Ilunga"]\n'),  # answered
        (",1960,CD\n,1985,CD\n", ""),
    ],
)
def test_what_is_no_question(tmp_path: Path, rows: str, more: str) -> None:
    assert joined(tmp_path / "p", rows, more) == []


def test_hidden_files_are_not_told(tmp_path: Path) -> None:
    class Hidden(Secrets):
        def hides_file(self, file: str) -> bool:
            return file.endswith("people.csv")

    folder = tmp_path / "p"
    assert joined(folder, "Jean Ilunga,1960,CD\nJean Ilunga,1985,CD\n")
    project = open_project(folder)
    typed = TypedRows(project.root, project.sources, plan_sources(project, project.sources))
    assert find_joined(project, layouts_in(project), Hidden(), typed) == []
