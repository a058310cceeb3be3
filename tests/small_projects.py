"""A new project as `hrdgraph init` makes it, but for most countries of the world: what a build of it costs is mostly theirs."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Final

from hrdgraph.project import create_project

_KEPT: Final = """AF AR AZ BO BR BY CD CH CL CN CO CU DE DK EG ES ET FR GB GT HN IE IN IR IT KE LK MM MX NG
NI NL NO PE PH PK RU RW SD SE SN SV SY TH TJ TR UA UG US VE VN ZA ZW"""
KEPT: Final = frozenset(_KEPT.split())
CODES: Final = ("ISO-alpha2 Code", "ISO3166-1-Alpha-2")  # what each of the files calls it


def create_small_project(folder: Path, title: str, language: str = "en") -> None:
    """Make a new project with a fifth of the countries. Tests that look at countries, or at `init` itself, take `create_project`."""
    create_project(folder, title, language)
    countries = folder / "data" / "sources" / "countries"
    description = (countries / "source.toml").read_text("utf-8")
    (countries / "source.toml").write_text(
        description.replace("min_rows = 249", f"min_rows = {len(KEPT)}"), encoding="utf-8"
    )
    for file in countries.glob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as text:
            header, *rows = list(csv.reader(text))
        place = next(header.index(code) for code in CODES if code in header)
        with file.open("w", encoding="utf-8", newline="") as text:
            csv.writer(text).writerows([header, *(row for row in rows if row[place] in KEPT)])


def create_example_project(folder: Path, title: str) -> None:
    """Make a new project with the example's tables alone: a build of it takes half. For tests that look at statements, whatever they say."""
    create_project(folder, title)
    for source in (folder / "data" / "sources").iterdir():
        if source.name != "example":
            shutil.rmtree(source)


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
