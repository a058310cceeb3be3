"""The notebook of the documentation runs from its first cell to its last."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "docs" / "tutorial" / "notebook.ipynb"


@pytest.mark.heavy
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_notebook_runs(built: Path) -> None:
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": built}})
    client.execute()
    outputs = [
        output.get("data", {}).keys() | {output.get("name")}
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    ]
    assert any("text/html" in one for one in outputs)


def test_the_notebook_shows_what_it_gives_and_no_place_of_a_machine() -> None:
    nbformat = pytest.importorskip("nbformat")
    cells = [
        cell for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"
    ]
    assert [cell.source for cell in cells if not cell.outputs] == []
    assert "Joint Mobile Group" in str(cells[1].outputs)
    assert not re.search(r"/(home|root|tmp|Users|work)/", NOTEBOOK.read_text("utf-8"))
