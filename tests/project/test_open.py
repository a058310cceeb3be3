"""A folder that is no project: where one is."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import ProjectError
from hrdgraph.project import open_project


def hint_of(folder: Path) -> str:
    with pytest.raises(ProjectError, match="the file is missing") as caught:
        open_project(folder)
    return caught.value.hint


def test_a_wrong_folder_leads_to_the_project_above_or_below(small: Path, tmp_path: Path) -> None:
    assert hint_of(small / "data" / "sources" / "example") == f"{small.resolve()} is a project: go there, or name it"
    assert hint_of(tmp_path) == f"{small} is a project: go there, or name it"
    (tmp_path / "other").mkdir()
    assert "hrdgraph init" in hint_of(tmp_path / "other")


def test_a_source_without_a_description_is_told_where_it_belongs(small: Path) -> None:
    """That it is no project is not said of it."""
    folder = small / "data" / "sources" / "new"
    folder.mkdir()
    assert hint_of(small) == f"put it into {folder}"


def test_a_source_whose_name_is_no_part_of_an_iri_is_to_be_renamed(small: Path) -> None:
    sources = small / "data" / "sources"
    (sources / "example").rename(sources / "Prix été")
    with pytest.raises(ProjectError, match=r"Prix été: the name of a source has no spaces[\s\S]*rename it: Prix_été$"):
        open_project(small)
    (sources / "Prix été").rename(sources / "Prix_été")
    assert [source.name for source in open_project(small).sources] == ["Prix_été", "countries"]
