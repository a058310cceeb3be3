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
