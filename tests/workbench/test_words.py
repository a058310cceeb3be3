"""The catalogue holds the texts that the workbench asks for, and no others."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import hrdgraph
from hrdgraph.catalogue import compiling
from hrdgraph.catalogue.__main__ import entries
from hrdgraph.workbench_app.page import words_in

FOLDER = Path(hrdgraph.__file__).parent / "workbench_app"
USED = re.compile(r"""(?:\bw|words)\(\s*["']([a-z_0-9]+)["']\s*[,)]""")
QUOTED = re.compile(r"""["']([a-z_0-9]+)["']""")
PREFIX = "workbench-"
KEYS = {
    code.removeprefix(PREFIX).replace("-", "_"): code
    for code in entries(compiling.FOLDER / "en" / "workbench.po")
    if code.startswith(PREFIX) and not code.endswith(".hint")
}
COMPOSED = re.compile(
    r"(room|visibility|import_reason|import_dates|import_mark|severity|one|code|publish_total|page_decision|evidence|tour)_"
)


def sources() -> list[Path]:
    return [file for file in FOLDER.rglob("*.*") if file.suffix in (".py", ".html", ".js")]


def test_every_text_that_is_used_is_there() -> None:
    used = {key for file in sources() for key in USED.findall(file.read_text("utf-8"))}
    assert len(used) > 80
    assert [key for key in sorted(used) if not words_in("en").has(key)] == []


def test_no_text_is_idle() -> None:
    texts = [file.read_text("utf-8") for file in sources()]
    quoted = {key for text in texts for key in QUOTED.findall(text)}
    # the files behind the grid refuse texts too
    texts += [
        file.read_text("utf-8") for file in (FOLDER.parent / "pipeline/importing").glob("*.py")
    ]
    errors = {code for code in KEYS.values() if any(f'"{code}"' in text for text in texts)}
    assert [
        key
        for key, code in KEYS.items()
        if key not in quoted and code not in errors and not COMPOSED.match(key)
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
