"""A folder of tables takes the place of another such folder, and of nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import OutputError
from hrdgraph.exports.formats import write_folder


def test_a_folder_of_other_things_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.doc").write_bytes(b"precious")
    with pytest.raises(OutputError, match=r"thesis\.doc"):
        write_folder(tmp_path / "out", [("a.csv", b"")], endings=(".csv",))
    assert (tmp_path / "out" / "thesis.doc").read_bytes() == b"precious"


def test_a_folder_of_ours_is_replaced(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", [("a.csv", b"1")], endings=(".csv",))
    write_folder(tmp_path / "out", [("b.csv", b"2")], endings=(".csv",))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.csv"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_cannot_take_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"old")
    with pytest.raises(OutputError, match="not a folder"):
        write_folder(tmp_path / "out", [("a.csv", b"1")], endings=(".csv",))
    assert (tmp_path / "out").read_bytes() == b"old"
