"""A new project as `hrdgraph init` makes it, with the tables of one example alone: a build of it takes a third."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from hrdgraph.project import create_project, find_folder
from hrdgraph.project.folders import COUNTRIES


def create_small_project(folder: Path, title: str, language: str = "en") -> None:
    """Make a new project with the example's tables alone. Tests of countries, of the example in words, or of `init` take `create_project`."""
    create_project(folder, title, language)
    for source in (folder / "data" / "sources").iterdir():
        if source.name != "example":
            shutil.rmtree(source)


def create_bare_project(folder: Path, title: str, language: str = "en") -> None:
    """Make a new project without a source, for tests that bring their own: quickest to build."""
    create_small_project(folder, title, language)
    shutil.rmtree(folder / "data" / "sources" / "example")


def add_countries(root: Path) -> None:
    """Add the countries, without which the places that the ontology knows are in none: for builds that are validated."""
    shutil.copytree(find_folder(COUNTRIES), root / COUNTRIES)


def add_terms(root: Path, text: str) -> None:
    """Let a project say more of terms, in Turtle with whole IRIs or the prefix `hrd:`."""
    (root / "local").mkdir(exist_ok=True)
    with (root / "local" / "terms.ttl").open("a", encoding="utf-8") as file:
        file.write(f"@prefix hrd: <https://w3id.org/hrdgraph/ontology#> .\n{text}")


def publish_without_source(root: Path) -> None:
    """Let everybody see what names no source."""
    for path in (root / "data" / "sources").glob("*/source.toml"):
        text = path.read_text("utf-8")
        path.write_text(text.replace("[facts]", '[facts]\nunsourced = "public"', 1), "utf-8")


MARIA: Final = "María José Ñáñez-O’Brien de la Peña"
KHAWAJA: Final = "عبد الهادي الخواجة"


def rename_people(root: Path) -> None:
    """Give the people of the example names as people have: long, with accents and marks, in Arabic."""
    table = root / "data" / "sources" / "example" / "people.csv"
    text = table.read_text("utf-8").replace("Ada Example", MARIA)
    table.write_text(text.replace("Berta Example", KHAWAJA), "utf-8")
