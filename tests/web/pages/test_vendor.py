"""What was made elsewhere is what it says it is: exact versions, digests, a licence; and the outlines fit the codes of countries."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

import hrdgraph.web.pages
from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.pictures import world

VENDOR = Path(hrdgraph.web.pages.__file__).parent / "static" / "vendor"
FRONTEND = Path(__file__).parents[3] / "frontend"


def test_files_have_their_digests_and_their_licence() -> None:
    said = json.loads((VENDOR / "vendor.json").read_text("utf-8"))
    assert {path.name for path in VENDOR.iterdir()} == {*said["sha256"], "vendor.json"}
    assert {
        name: sha256((VENDOR / name).read_bytes()).hexdigest() for name in said["sha256"]
    } == said["sha256"]
    for name, words in (("world-atlas", "to use, copy, modify"), ("codemirror", "MIT License")):
        assert words in (VENDOR / f"{name}.LICENSE.txt").read_text("utf-8")


def test_versions_are_exact_and_those_that_were_used() -> None:
    wanted = json.loads((FRONTEND / "package.json").read_text("utf-8"))["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert json.loads((VENDOR / "vendor.json").read_text("utf-8"))["from"] == wanted


@pytest.mark.parametrize("code", ["643", "076", "716", "840"])
def test_countries_have_outlines(code: str) -> None:
    shapes = {shape.code: shape.outline for shape in world()[0]}
    assert re.fullmatch(r"[MLZ0-9.,\-]+", shapes[code])
    assert len(shapes) > 150


def test_what_several_states_claim_has_no_countrys_colour() -> None:
    """Neither is it within the outline of a country: of Russia's, no piece lies where Crimea is."""
    found = {shape.names["en"]: shape for shape in world()[1]}
    assert {*found} == {
        "Crimea",
        "Falkland Islands",
        "Kosovo",
        "Northern Cyprus",
        "Somaliland",
        "Western Sahara",
    }
    assert {found[name].code for name in ("Crimea", "Kosovo", "Northern Cyprus", "Somaliland")} == {
        ""
    }
    codes = {shape.code for shape in world()[0]}
    assert not codes & {shape.code for shape in found.values() if shape.code}
    drawn = {outline for shape in world()[0] for outline in re.findall("M[^M]+", shape.outline)}
    assert not drawn & {shape.outline for shape in found.values()}


def test_the_map_hatches_it(pages: Pages) -> None:
    for language, words in (
        ("en", "Crimea: claimed by several states"),
        ("fr", "Crimée : revendiqué par plusieurs États"),
    ):
        made = pages.page(language, "countries", Links())
        assert made is not None
        html = made.body.decode()
        assert html.count('class="disputed" fill="url(#hatch)"') == len(world()[1])
        assert f"<title>{words}</title>" in html
