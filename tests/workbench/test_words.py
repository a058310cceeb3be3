"""The texts of the workbench say the same in every language, and hold what the code asks for."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

import hrdgraph
from hrdgraph.workbench.words import LANGUAGES, texts_in

FOLDER = Path(hrdgraph.__file__).parent / "workbench"
USED = re.compile(r"""(?:\bw|words)\(\s*["']([a-z_0-9]+)["']\s*[,)]""")
QUOTED = re.compile(r"""["']([a-z_0-9]+)["']""")
COMPOSED = re.compile(
    r"(room|visibility|import_reason|import_dates|severity|severity_one|publish_code|publish_reason|publish_total|page_decision)_"
)


def places(text: object) -> set[str]:
    texts = text.values() if isinstance(text, dict) else [text]
    return {place for found in texts for place in re.findall(r"\{(\w+)\}", str(found))}


@pytest.mark.parametrize("tag", LANGUAGES[1:])
def test_every_text_is_in_every_language_with_the_same_places(tag: str) -> None:
    english, other = texts_in("en"), texts_in(tag)
    assert english.keys() == other.keys()
    assert [key for key in english if places(english[key]) != places(other[key])] == []
    assert [
        key for key in english if isinstance(english[key], dict) != isinstance(other[key], dict)
    ] == []


def sources() -> list[Path]:
    return [file for file in FOLDER.rglob("*.*") if file.suffix in (".py", ".html", ".js")]


def test_every_text_that_is_used_is_there() -> None:
    used = {key for file in sources() for key in USED.findall(file.read_text("utf-8"))}
    assert len(used) > 80
    assert sorted(used - texts_in("en").keys()) == []


def test_no_text_is_idle() -> None:
    quoted = {key for file in sources() for key in QUOTED.findall(file.read_text("utf-8"))}
    assert [
        key
        for key in texts_in("en")
        if key not in quoted and not COMPOSED.match(key) and key != "language"
    ] == []


def test_what_was_made_elsewhere_is_what_it_says_it_is() -> None:
    vendor = FOLDER / "static/vendor"
    said = json.loads((vendor / "vendor.json").read_text("utf-8"))
    assert {path.name for path in vendor.iterdir()} == {*said["sha256"], "vendor.json"}
    assert {
        name: sha256((vendor / name).read_bytes()).hexdigest() for name in said["sha256"]
    } == said["sha256"]
    wanted = json.loads((Path(__file__).parents[2] / "frontend/package.json").read_text("utf-8"))[
        "dependencies"
    ]
    assert said["from"] == wanted
