"""The first page: its 47 passages are found in other forms of it, its facts are proposed."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from tests.conftest import SHARED

from hrdgraph.evidence.anchors import find_anchor, read_anchors
from hrdgraph.evidence.texts.freeze import freeze
from hrdgraph.extraction.extractor import Extractor

pytestmark = pytest.mark.shared
ROOT = Path(__file__).parents[2]
PAGE = SHARED / "sources" / "kalyapin-fr.txt"


def forms() -> dict[str, str]:
    text = PAGE.read_text("utf-8")
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line.strip())
    page = f"<!doctype html><html lang=fr><meta charset=utf-8><title>x</title>{lines}</html>"
    return {
        "as it is": text,
        "one line end more": text + "\n",
        "other line ends": text.replace("\n", "\r\n"),
        "html": freeze(page.encode(), "page.html").text,
    }


@pytest.mark.parametrize("form", ["as it is", "one line end more", "other line ends", "html"])
def test_every_passage_is_found(form: str) -> None:
    anchors = read_anchors(ROOT / "data" / "anchors.csv")
    text = forms()[form]
    assert len(anchors) == 51
    assert [item for item in anchors if find_anchor(item, text).place is None] == []


def test_most_of_its_facts_are_proposed() -> None:
    extractor = Extractor.of(ROOT / "ontology" / "extraction")
    found = extractor.extract(PAGE.read_text("utf-8"), name="kalyapin").candidates
    assert len(found) >= 23
    told = {
        (item.row["recipient"], item.row["award"]) for item in found if item.kind == "conferral"
    }
    assert {
        ("Igor Kalyapin", "Prix Front Line Defenders"),
        ("Igor Kalyapin", "Prix Martin Ennals"),
        ("Joint Mobile Group", "Prix Front Line Defenders"),
        ("Joint Mobile Group", "Prix Martin Ennals"),
    } <= told
    assert {who for who, _ in told} <= {"Igor Kalyapin", "Joint Mobile Group"}
    assert not any("haut" in item.words or "igor_kalyapin_on" in item.words for item in found)
