"""What two sources tell of one event is one event: in the graph, the API and the pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.small_projects import create_small_project

import hrdgraph
from hrdgraph.web.json_api.lists import ListQuestion, Lists, counts_of
from hrdgraph.web.json_api.records import Records
from hrdgraph.web.pages import Site
from hrdgraph.web.pages.labels import Labels
from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.naming import words_in
from hrdgraph.web.pages.pages import Pages

HEAD = "id,type,victim,date,url\n"
DESCRIPTION = """title = "Reports of {name}"
publisher = "{name}"
licence = "Facts only."
language = "es"
visibility = "public"

[[table]]
file = "acts.csv"
kind = "act"
[table.columns]
document = "url"
"""
BASE = "https://example.org/id/"
NAME = "Ñusta Quispe Mamani"
OTHER = "Ирина Œuvrard de Ángeles"


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A killing, of which one source knows the year, another the day, a third another day."""
    root = tmp_path_factory.mktemp("merged") / "project"
    create_small_project(root, "Merged")
    for name, date in (("Aurora", "2006"), ("Boreal", "2006-10-07"), ("Cierzo", "2006-10-09")):
        source = root / "data" / "sources" / name.lower()
        source.mkdir()
        (source / "source.toml").write_text(DESCRIPTION.format(name=name), "utf-8")
        year = 2018 if name == "Cierzo" else 2017  # of the other one
        row = f"k1,killing,{NAME},{date},https://{name.lower()}.example/k1\n"
        row += f"k2,detention,{OTHER},{year},https://{name.lower()}.example/k2\n"
        (source / "acts.csv").write_text(HEAD + row, "utf-8")
    kinds = {"person": "Ñusta_Quispe_Mamani", "event": "k1", "event/": "k2"}
    same = [
        f"{BASE}{kind.strip('/')}/aurora/{key},{BASE}{kind.strip('/')}/{other}/{key},same,Inés,2026-11-30,one and the same\n"
        for kind, key in kinds.items()
        for other in ("boreal", "cierzo")
    ]
    ledger = root / "data" / "judgements.csv"
    ledger.write_text(ledger.read_text("utf-8") + "".join(same), "utf-8")
    hrdgraph.build(root, validate=False)
    return Site.of(hrdgraph.open(root))


def test_the_first_and_last_day_are_those_of_the_closest_dates(planted: Site) -> None:
    asked = "SELECT DISTINCT ?d { ?e a hrd:HumanRightsEvent ; hrd:date ?when ; hrd:%s ?d FILTER(STR(?when) = '2006') }"
    for end in ("earliest", "latest"):
        found = planted.graph.query(asked % end)
        assert sorted(str(row["d"]) for row in found) == ["2006-10-07", "2006-10-09"]


def record(site: Site, name: str) -> dict[str, object]:
    records = Records(site, Labels(site, words_in("en")), "https://example.org/")
    [node] = [n for n in site.of_kind("event") if name in records.labels.of(n).text]
    return records.thing(node)


def test_a_planted_event_is_told_once_with_its_dates(planted: Site) -> None:
    event = record(planted, NAME)
    assert event["label"] == f"Killing – {NAME}"
    assert event["date"] == "2006-10"  # what the sources have in common
    dates = {each["date"]: each["sources"] for each in event["dates"]}  # type: ignore[attr-defined]
    assert dates == {"2006": ["aurora"], "2006-10-07": ["boreal"], "2006-10-09": ["cierzo"]}
    assert len(event["acts"]) == 1  # type: ignore[arg-type]
    assert len(event["claims_about"]) == 3  # type: ignore[arg-type]
    page = Pages(planted).page("en", f"id/{event['key']}", Links())
    assert page is not None
    text = page.body.decode()
    assert "7 October 2006 (boreal)" in text
    assert "2006 (aurora)" in text
    told = text.partition("Every statement")[0]
    assert f"Killing – {NAME}</a>, <a" not in told  # three acts of one name


def test_a_year_about_which_sources_disagree_is_marked(planted: Site) -> None:
    events = Lists(Pages(planted)).get("events")
    assert events is not None
    counts, _ = counts_of(events, ListQuestion(facet="year"))
    assert {(each.value, each.disputed) for each in counts} >= {
        ("2006", 0),
        ("2017", 1),
        ("2018", 1),
    }
    named = [row for row in Pages(planted).index.by_kind["person"] if OTHER in row.names]
    assert {row.values["year"] for row in named} == {()}  # nobody's undisputed year


def test_a_shipped_event_is_told_once(built: Path) -> None:
    site = Site.of(hrdgraph.open(built))
    event = record(site, "Anna Politkovskaya")
    assert (event["label"], event["date"]) == ("Killing – Anna Politkovskaya", "2006-10-07")
    assert (len(event["acts"]), len(event["claims_about"])) == (1, 2)  # type: ignore[arg-type]
    records = Records(site, Labels(site, words_in("en")), "https://example.org/")
    for node in site.of_kind("event"):
        what, _, whom = records.labels.of(node).text.partition(" – ")
        kinds = what.lower().replace(" and ", ", ").split(", ")
        assert len(kinds) == len({*kinds}), f"{what} – {whom}"
