"""A folder that is no project: where one is."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import Problems, ProjectError
from hrdgraph.project import open_project
from hrdgraph.project.model import ServeSettings


def hint_of(folder: Path) -> str:
    with pytest.raises(ProjectError, match="the file is missing") as caught:
        open_project(folder)
    return caught.value.hint


def test_a_wrong_folder_leads_to_the_project_above_or_below(small: Path, tmp_path: Path) -> None:
    assert (
        hint_of(small / "data" / "sources" / "example")
        == f"{small.resolve()} is a project: go to that folder, or name it in the command"
    )
    assert (
        hint_of(tmp_path) == f"{small} is a project: go to that folder, or name it in the command"
    )
    (tmp_path / "other").mkdir()
    assert "hrdgraph init" in hint_of(tmp_path / "other")


def test_a_source_without_a_description_is_told_where_it_belongs(small: Path) -> None:
    """That it is no project is not said of it."""
    folder = small / "data" / "sources" / "new"
    folder.mkdir()
    assert hint_of(small) == f"put it into {folder}"


def test_a_source_whose_name_is_no_part_of_an_iri_is_to_be_renamed(whole: Path) -> None:
    sources = whole / "data" / "sources"
    (sources / "example").rename(sources / "Prix été")
    with pytest.raises(
        ProjectError,
        match=r"Prix été: .Prix été. is not written as expected[\s\S]*rename .Prix été. to .Prix_été.$",
    ):
        open_project(whole)
    (sources / "Prix été").rename(sources / "Prix_été")
    assert [source.name for source in open_project(whole).sources] == [
        "Prix_été",
        "countries",
        "example-facts",
    ]


def test_all_misspelt_and_missing_keys_are_told_at_once(small: Path) -> None:
    path = small / "data" / "sources" / "example" / "source.toml"
    text = (
        path.read_text("utf-8")
        .replace("licence =", "license =")
        .replace("primary_key", "primary_kay", 1)
        .replace("publisher =", "x =")
    )
    path.write_text(text.replace("required", "requird", 1), "utf-8")
    with pytest.raises(Problems) as caught:
        open_project(small)
    assert [(error.origin.node, error.fact, error.hint) for error in caught.value.errors] == [
        ("[[table]] 1 key", "'requird' is not known here", "did you mean 'required'?"),
        ("[[table]] 1", "'primary_kay' is not known here", "did you mean 'primary_key'?"),
        (None, "'x' is not known here", caught.value.errors[2].hint),
        (None, "'license' is not known here", "did you mean 'licence'?"),
        (None, "'publisher' is missing", "add publisher = …"),
    ]


def test_a_language_is_a_tag_and_no_name_of_one(small: Path) -> None:
    """Otherwise nothing would be told in it, and the names in no language of the reader's."""
    settings = small / "hrdgraph.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('["en", "fr", "es"]', '["français"]'), "utf-8"
    )
    with pytest.raises(ProjectError, match="'français' is not a language tag"):
        open_project(small)


def test_every_setting_of_serve_can_be_written(small: Path) -> None:
    text = {
        tuple: '["https://example.org/sparql"]',
        bool: "true",
        str: '"1G"',
        int: "7",
        float: "7.5",
    }
    usual = vars(ServeSettings())
    with (small / "hrdgraph.toml").open("a", encoding="utf-8") as file:
        file.write("\n[serve]\n")
        file.writelines(f"{name} = {text[type(value)]}\n" for name, value in usual.items())
    assert open_project(small).serve.allow_service == ("https://example.org/sparql",)
