"""The page on kinds of one's own: its files written, its commands run, in the order of the page."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hrdgraph.cli.app import app

NAME = "docs/how-to/own-kinds.md"


@pytest.mark.heavy
def test_from_nothing_to_the_page_of_a_thing_of_a_new_kind(
    page: Callable[[str], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    printed = ""
    for block in page(NAME).blocks:
        if block.title:
            file = Path(block.title)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, "utf-8")
        for line in block.text.splitlines() if block.language == "sh" else ():
            first, *words = shlex.split(line)
            if first == "cd":
                os.chdir(words[0])
                continue
            done = CliRunner().invoke(app, words, catch_exceptions=False)
            assert done.exit_code == 0, (line, done.output)
            printed += done.output if words[0] in ("export", "query") else ""
    thing = Path("pages/en/list/strike.html").read_text("utf-8")
    assert "Dockers of Valparaíso" in thing
    assert "077 123" not in printed
    assert "local:workers" in printed
    assert "country/CL" in printed
    assert (
        "withheld"
        not in Path("data/sources/strikes/source.toml").read_text("utf-8").partition("[[table]]")[0]
    )
