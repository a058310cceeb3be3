"""Files are whole or not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hrdgraph.errors import OutputError
from hrdgraph.export.files import write_file, write_folder


def _broken() -> Iterator[bytes]:
    yield b"half"
    raise OSError(28, "No space left on device")


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "graph.nq"
    target.write_bytes(b"old")
    with pytest.raises(OutputError, match="No space left") as caught:
        write_file(target, _broken())
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]
    assert "free some space" in caught.value.hint
    assert caught.value.origin.file == str(target)


def test_an_error_of_ours_leaves_nothing(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"half"
        raise OutputError("cannot say this")

    with pytest.raises(OutputError, match="cannot say this"):
        write_file(tmp_path / "graph.rdf", chunks())
    assert list(tmp_path.iterdir()) == []


def test_a_device_is_written_to_and_its_error_told() -> None:
    with pytest.raises(OutputError, match="No space left"):
        write_file(Path("/dev/full"), [b"x" * 100_000])
    assert not Path("/dev/full").is_file()


@pytest.mark.parametrize(
    ("name", "hint"), [("missing/graph.nq", "make the folder"), ("file/graph.nq", "not a folder"), (".", "name of a file")]
)
def test_a_place_that_cannot_be_written(name: str, hint: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError) as caught:
        write_file(tmp_path / name, [b"x"])
    assert hint in caught.value.hint


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_file(tmp_path / "link", [b"new"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


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
