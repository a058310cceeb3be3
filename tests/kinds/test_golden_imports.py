"""Tables as officers have them, and what `hrdgraph import` says of each: a pair of files in `imports`, NAME.csv and NAME.told, whose name
begins with the language. `HRDGRAPH_REWRITE=1 pytest tests/kinds/test_golden_imports.py` writes what is said anew, to be read before it is
kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.small_projects import create_bare_project

from hrdgraph.cli.app import app
from hrdgraph.errors import HrdgraphError

CASES = sorted((Path(__file__).parent / "imports").glob("*.csv"))


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_an_import_says_what_it_said(file: Path, tmp_path: Path) -> None:
    language, root = file.name[:2], tmp_path / "project"
    create_bare_project(root, "Trial", language)
    told, code = imported(file, root, language)
    said = f"{told.replace(str(root), 'PROJECT')}exit code {code}\n"
    golden = file.with_suffix(".output")
    if os.environ.get("HRDGRAPH_REWRITE"):
        golden.write_text(said, "utf-8")
    assert said == golden.read_text("utf-8")


def imported(file: Path, root: Path, language: str) -> tuple[str, int]:
    """What is said of a file to somebody who takes every guess."""
    arguments = [
        "import",
        str(file),
        "--project",
        str(root),
        "--lang",
        language,
        "--yes",
        "--public",
    ]
    runner = CliRunner()
    try:
        result = runner.invoke(app, arguments, catch_exceptions=False, standalone_mode=False)
    except HrdgraphError as error:
        return f"{error.text(language)}\n", 1
    return result.output, int(result.return_value or 0)
