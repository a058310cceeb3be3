"""Whole tables to download: equal in all formats, with the contested claims and their status; and what is handed on to others leaves these out."""

from __future__ import annotations

import csv
import io
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import hrdgraph
from hrdgraph.web.json_api.downloads import Downloads, date_of, entity_id
from hrdgraph.web.pages import Site


@pytest.fixture(scope="module")
def site(built: Path) -> Site:
    return Site.of(hrdgraph.open(built))


@pytest.fixture(scope="module")
def downloads(site: Site) -> Downloads:
    return Downloads(site)


def data_of(downloads: Downloads, name: str) -> bytes:
    file = downloads.file(name)
    assert file is not None
    return file.data


@pytest.mark.sampled(1)
@pytest.mark.parametrize("table", ["laureates", "events"])
def test_the_formats_hold_the_same_rows(downloads: Downloads, table: str) -> None:
    rows: list[dict[str, Any]] = json.loads(data_of(downloads, f"{table}.json"))
    assert pl.read_parquet(io.BytesIO(data_of(downloads, f"{table}.parquet"))).to_dicts() == rows
    text = data_of(downloads, f"{table}.csv").decode()
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) > 50
    assert [{k: _text(v) for k, v in row.items()} for row in rows] == read


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_a_contested_laureate_is_there_and_says_so(downloads: Downloads) -> None:
    rows = json.loads(data_of(downloads, "laureates.json"))
    found = {
        (row["laureate"], row["status"], row["undisputed"])
        for row in rows
        if row["edition_id"].endswith("martin-ennals-award/2013")
    }
    assert ("Igor Kalyapin", "contested", False) in found
    assert any(who == "Joint Mobile Group" and safe for who, _, safe in found)
    assert all(row["source_urls"] and row["sources"] for row in rows)
    details = {row["disputed"] for row in rows if row["countries"] == "Ukraine"}
    assert details == {"", "recipient_country"}  # another source says Russia of one of them


def test_the_description_has_the_digests_and_columns(downloads: Downloads) -> None:
    package = json.loads(data_of(downloads, "datapackage.json"))
    assert len(package["resources"]) == 6
    for resource in package["resources"]:
        data = data_of(downloads, resource["path"])
        assert resource["hash"] == f"sha256:{sha256(data).hexdigest()}"
        assert resource["bytes"] == len(data)
        fields = [field["name"] for field in resource["schema"]["fields"]]
        if resource["format"] == "csv":
            assert data.decode().splitlines()[0].split(",") == fields


def test_equal_sites_give_equal_bytes(site: Site, downloads: Downloads) -> None:
    assert [file.data for file in Downloads(site).files] == [file.data for file in downloads.files]


def test_entities_are_those_of_followthemoney(site: Site, downloads: Downloads) -> None:
    entities = [json.loads(line) for line in data_of(downloads, "followthemoney.json").splitlines()]
    ids = {entity["id"] for entity in entities}
    assert len(ids) == len(entities)
    assert {entity["schema"] for entity in entities} == {
        "Person", "Organization", "LegalEntity", "Membership", "Event",
    }  # fmt: skip
    links = ("member", "organization", "involved")
    held = (value for e in entities for key in links for value in e["properties"].get(key, ()))
    assert set(held) <= ids
    kalyapin = entity_id(f"{site.base}person/Igor_Kalyapin")
    (person,) = [entity for entity in entities if entity["id"] == kalyapin]
    assert person["properties"]["name"] == ["Igor Kalyapin"]


def test_the_library_takes_the_entities(downloads: Downloads) -> None:
    model = pytest.importorskip("followthemoney", reason="pip install followthemoney").model
    for line in data_of(downloads, "followthemoney.json").splitlines():
        entity = json.loads(line)
        schema = model.get(entity["schema"])
        assert schema is not None
        assert {*entity["properties"]} <= {*schema.properties}, entity


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2013", "+2013-00-00T00:00:00Z/9"),
        ("2013-05", "+2013-05-00T00:00:00Z/10"),
        ("2013-05-01", "+2013-05-01T00:00:00Z/11"),
        ("2013?", ""),
        ("2013/2014", ""),
        ("", ""),
    ],
)
def test_dates_have_their_precision(date: str, said: str) -> None:
    assert date_of(date) == said


def test_every_command_has_its_reference(downloads: Downloads) -> None:
    for line in data_of(downloads, "quickstatements.txt").decode().splitlines():
        item, name, _, *more = line.split("\t")
        assert item[0] == "Q"
        assert name in ("P166", "P569", "P570", "P571")
        assert more[-2] == "S854"
        assert more[-1].startswith('"http')


def test_what_is_shipped_has_something_for_wikidata(downloads: Downloads) -> None:
    """The source of the Peace Prize gives the items of organisations, and when they were founded."""
    said = data_of(downloads, "quickstatements.txt").decode().splitlines()
    assert any(line.startswith("Q") and "\tP571\t+" in line for line in said)
