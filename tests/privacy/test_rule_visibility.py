"""The level of each rule of a mapping, by what it reads; and rows that are alone in their group."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl
import pytest
from tests.pipeline.canaries import EXAMPLE, make

import hrdgraph
from hrdgraph.errors import ProjectError
from hrdgraph.explain.lineage import plan_sources
from hrdgraph.mapping.model import Constant
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.privacy.levels import Level
from hrdgraph.privacy.rule_visibility import DeclaredVisibility, Set, Visible, read_row_levels
from hrdgraph.project import open_project
from hrdgraph.rdf import IRI
from hrdgraph.vocab import HRD

SCHEMA = "https://schema.org/"


@pytest.fixture(scope="module")
def levels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[Level]]:
    """The levels of the rules of each predicate of the example source."""
    project = open_project(make(tmp_path_factory.mktemp("visible") / "project"))
    visible = Visible(project.sources)
    found: dict[str, set[Level]] = {}
    for item in plan_sources(project, project.sources):
        for rule in item.plan.rules:
            made = rule.predicate.expression
            assert isinstance(made, Constant)
            assert isinstance(made.term, IRI)
            found.setdefault(made.term.value.removeprefix(SCHEMA), set()).add(
                visible.of(item, rule).level
            )
    return found


@pytest.mark.parametrize(
    ("predicate", "level"),
    [
        ("description", Level.WITHHELD),  # the column itself
        ("disambiguatingDescription", Level.WITHHELD),  # in a template of the value
        ("url", Level.WITHHELD),  # in the IRI of the value
        ("name", Level.WITHHELD),  # in the IRI of the subject, and in a function
        ("colleague", Level.WITHHELD),  # a join with a withheld table, from both sides
        ("keywords", Level.WITHHELD),  # through a view joined with it
        ("identifier", Level.PUBLIC),  # beside it in the view, and not read
        ("award", Level.RESTRICTED),
        ("latitude", Level.PUBLIC),
    ],
)
def test_a_rule_has_the_strictest_level_of_what_it_reads(
    predicate: str, level: Level, levels: dict[str, set[Level]]
) -> None:
    assert levels[predicate] == {level}


@pytest.mark.parametrize(
    ("reference", "formulation", "is_hidden"),
    [
        ("$.home.address", "JSONPath", True), ("home.address", "JSONPath", True), ("$['home']['address'].street", "JSONPath", True),
        ("$.home", "JSONPath", True), ("$", "JSONPath", True), ("$..address", "JSONPath", True), ("$.home.*", "JSONPath", True),
        ("$.homes", "JSONPath", False), ("$.home.phone", "JSONPath", False), ("$.name", "JSONPath", False),
        ("home", "CSV", False), ("$.home.address", "CSV", True),
    ],
)  # fmt: skip
def test_a_path_is_hidden_with_what_lies_below_and_above(
    reference: str, formulation: str, is_hidden: bool
) -> None:
    said = DeclaredVisibility("one", Set(), {"$.home.address": Set(Level.WITHHELD, "here")})
    assert (said.of(reference, formulation).level is Level.WITHHELD) is is_hidden


def edit(project: Path, file: str, old: str, new: str) -> None:
    path = project / EXAMPLE / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    "old_new",
    [
        ('visibility = "public"', 'visibility = "secret"'),
        ('primary_key = ["key"]', 'primary_key = ["key"]\nvisibility = "hidden"'),
        ("name = { required = true }", 'name = { required = true, visibility = "Withheld" }'),
    ],
)
def test_an_unknown_word_is_an_error_where_it_is_declared(
    old_new: tuple[str, str], small: Path
) -> None:
    edit(small, "source.toml", *old_new)
    with pytest.raises(ProjectError, match=r"does not take '(secret|hidden|Withheld)'"):
        open_project(small)


def test_a_misspelt_column_of_a_file_is_an_error(small: Path) -> None:
    shutil.copy(small / EXAMPLE / "awards.csv", small / EXAMPLE / "prizes.csv")
    edit(small, "mapping.ttl", '"awards.csv"', '"prizes.csv"')
    edit(
        small,
        "source.toml",
        "[[expect]]",
        '[[file]]\nname = "prizes.csv"\ncolumns = { name_fn = "withheld" }\n\n[[expect]]',
    )
    with pytest.raises(ProjectError, match="no rule reads 'name_fn'"):
        build(open_project(small), BuildOptions(validate=False))


def test_a_misspelt_file_is_an_error(small: Path) -> None:
    """It would protect nothing."""
    edit(
        small,
        "source.toml",
        "[[expect]]",
        '[[file]]\nname = "award.csv"\nvisibility = "withheld"\n\n[[expect]]',
    )
    with pytest.raises(
        ProjectError, match=r"award\.csv is missing\n  hint: did you mean 'awards.csv'"
    ):
        open_project(small)


@pytest.mark.sampled(1)
@pytest.mark.parametrize("file", ["source.toml", "mapping.ttl"])
def test_a_file_has_one_spelling_on_a_disk_that_does_not_tell_capitals_apart(
    file: str, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other would make public what is said to be withheld of the one."""
    os.link(small / EXAMPLE / "awards.csv", small / EXAMPLE / "Awards.csv")
    edit(small, file, '"awards.csv"', '"Awards.csv"')
    names = os.listdir
    monkeypatch.setattr(
        os, "listdir", lambda folder: [name for name in names(folder) if name != "Awards.csv"]
    )
    with pytest.raises(
        ProjectError, match=r"Awards\.csv is missing\n  hint: did you mean 'awards.csv'"
    ):
        build(open_project(small), BuildOptions(validate=False))


@pytest.mark.parametrize(
    "section", ['[[file]]\nname = "./awards.csv"', '[[table]]\nfile = "awards.csv"']
)
def test_a_file_that_is_described_twice_is_an_error(section: str, small: Path) -> None:
    """The later section would make public what the first withholds."""
    edit(small, "source.toml", "[[expect]]", f"{section}\n\n[[expect]]")
    with pytest.raises(ProjectError, match=r"'awards\.csv' appears twice"):
        open_project(small)


MARKED: Final = (
    "key,name,source_url,visibility\n"
    "Maria_Nanez,María José Ñáñez de la Peña,https://example.org/award/2023,\n"
    "Ayse_Gizli,Ayşe Gizli Yıldırım,https://example.org/award/2024,restricted\n"
    "Wang,王小明,https://example.org/award/2024,withheld\n"
    "Lima,José Lima Araújo,https://example.org/award/2024,public\n"
    "Otro,عبد الرحمن الشامي,https://example.org/award/2024,secreto\n"
)
LEVELS: Final = {Level.RESTRICTED: [3], Level.WITHHELD: [4, 6]}  # what is not known is withheld


@pytest.mark.parametrize(
    ("hides", "rows", "keeping"),
    [("", LEVELS, LEVELS), ("row", LEVELS, {}), ("thing", {}, {})],
)
def test_a_row_hides_what_the_table_says_that_it_hides(
    hides: str, rows: dict[Level, list[int]], keeping: dict[Level, list[int]], small: Path
) -> None:
    (small / EXAMPLE / "people.csv").write_text(MARKED, "utf-8")
    if hides:
        edit(small, "source.toml", 'file = "people.csv"', f'file = "people.csv"\nhides = "{hides}"')
    project = open_project(small)
    found = read_row_levels(project, plan_sources(project, project.sources))
    place = (small / EXAMPLE / "people.csv").resolve()

    def numbers(levels: Mapping[Level, pl.Series]) -> dict[Level, list[int]]:
        return {level: sorted(rows) for level, rows in levels.items() if len(rows)}

    assert numbers(found.rows.get(place, {})) == rows
    assert numbers(found.keeping.get(place, {})) == keeping
    others = {level: [n for n in range(2, 7) if n not in own] for level, own in keeping.items()}
    assert numbers(found.others.get(place, {})) == {k: v for k, v in others.items() if v}
    assert found.findings == ()


def test_the_words_about_a_place_are_told_of_the_dead_alone(built: Path) -> None:
    """The shipped list names a place for eight events: of the three whose victims live, the country is left."""
    graph = hrdgraph.open(built).columns
    told = {getattr(quad.object, "value", "") for quad in graph.where(p=HRD.place)}
    assert {"Rawalpindi", "Tbilisi"} <= told
    assert not told & {"Crimea", "Sahn", "Chechnya"}
    rows = (built / "data" / "sources" / "award-lists" / "events.csv").read_text("utf-8")
    assert all(f",{place}," in rows for place in ("Crimea", "Sahn", "Chechnya"))
    published = b"".join(
        path.read_bytes()
        for path in (built / "build").rglob("*")
        if path.is_file() and "private" not in path.parts
    )
    assert b"Sahn" not in published
    # its name in the source is a digest that "Sahn" is part of
    assert b"259a5f35227caefa" not in published
    event = IRI("https://w3id.org/hrdgraph/id/event/award-lists/7f4667ead5f2d37c")
    assert [quad.object for quad in graph.where(s=event, p=HRD.country)] == [
        IRI("https://w3id.org/hrdgraph/id/country/SL")
    ]
