"""The first page in one sitting, as text and as HTML, by keys alone: a valid source, its words
cited, in 21 passages that its rows share. Each candidate is decided by its rule and its place among those of the rule: no sentence
of the page stands here."""

from __future__ import annotations

import html
import io
import json
import re
from pathlib import Path
from typing import Final

import pytest
from tests.conftest import SHARED
from tests.small_projects import add_countries, create_small_project

from hrdgraph.cli.app import run
from hrdgraph.extraction.extractor import Extractor

pytestmark = [pytest.mark.shared, pytest.mark.heavy]
PAGE: Final = SHARED / "sources" / "kalyapin-fr.txt"
RULES: Final = Path(__file__).parents[2] / "ontology" / "extraction"
REFUSED: Final = ("fr.attribute.from",)
BODY: Final = "Joint Mobile Group"
MENDED: Final = {
    "fr.conferral.focus": f"m\nrecipient={BODY}\nrecipient_kind=organisation\n\n",
}


def page_of(form: str, folder: Path) -> Path:
    """The page in a file of this form."""
    text, path = PAGE.read_text("utf-8"), folder / f"page.{form}"
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line.strip())
    whole = f"<!doctype html><html lang=fr><meta charset=utf-8><title>x</title>{lines}</html>"
    path.write_text(text if form == "txt" else whole, "utf-8")
    return path


def keys_of(page: Path) -> str:
    """What a careful person presses, candidate by candidate."""
    from hrdgraph.evidence.texts.freeze import freeze

    text = freeze(page.read_bytes(), page.name).text
    found = Extractor.of(RULES).extract(text, name="https://example.org/p").candidates
    return "".join(
        "r\n"
        if item.rule in REFUSED
        else MENDED[item.rule]
        if item.rule in MENDED and item.is_inferred
        else "a\n"
        for item in found
    )


@pytest.mark.parametrize("form", ["txt", "html"])
def test_a_page_is_a_valid_cited_source_after_one_sitting(
    form: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project, page = tmp_path / "project", page_of(form, tmp_path)
    create_small_project(project, "Trial")
    add_countries(project)
    monkeypatch.setattr("sys.stdin", io.StringIO(keys_of(page)))
    named = ["--source", "seed", "--address", "https://example.org/p", "--who", "me"]
    assert run(["pages", "extract", str(page), "--review", *named, "-p", str(project)]) == 0
    assert "24 accepted, 1 refused, 0 unsure, 0 left" in capsys.readouterr().out
    assert run(["build", str(project), "--lang", "en"]) == 0
    verified = re.findall(r"(\d+) passages verified", capsys.readouterr().out)
    assert verified == ["21"]
    findings = json.loads((project / "build/private/findings.json").read_text("utf-8"))
    assert [rule["rule"] for rule in findings["rules"] if rule["severity"] == "violation"] == []
