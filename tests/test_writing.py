"""Files and folders are whole or not there, with the permissions that they had."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hrdgraph.atomic_files import copy_file, swap, whole_file, whole_folder, write_file, writing_to
from hrdgraph.errors import OutputError


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
    ("name", "hint"),
    [
        ("missing/graph.nq", "make the folder"),
        ("file/graph.nq", "not a folder"),
        (".", "name of a file"),
    ],
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


def test_permissions_stay_as_they_are(tmp_path: Path) -> None:
    """What only its owner may read must not be opened to all because it was written anew."""
    target = tmp_path / "private.csv"
    target.write_bytes(b"old")
    target.chmod(0o600)
    write_file(target, [b"new"])
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_copy_can_be_read_by_nobody_else_than_before(tmp_path: Path) -> None:
    source, target = tmp_path / "Registre privé.csv", tmp_path / "registre.csv"
    source.write_text("Nom\nAïssata Traoré\n", "utf-8")
    for mode, before, after in ((0o600, None, 0o600), (0o644, 0o600, 0o600), (0o600, 0o644, 0o600), (0o444, None, 0o644)):  # fmt: skip
        target.unlink(missing_ok=True)
        if before is not None:
            target.touch(before)
        source.chmod(mode)
        copy_file(source, target)
        assert target.stat().st_mode & 0o777 == after
        assert target.read_bytes() == source.read_bytes()
    copy_file(target, target)


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "usual").write_bytes(b"")
    write_file(tmp_path / "ours", [b""])
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_no_error_keeps_what_was_written_and_a_reader_that_has_gone_is_none(tmp_path: Path) -> None:
    def half() -> None:
        with writing_to(tmp_path), whole_file(tmp_path / "a") as stream:
            stream.write(b"half")
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        half()
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_now_is_told() -> None:
    with (
        pytest.raises(OutputError) as caught,
        writing_to("ledger.csv", left="what was there before is unchanged"),
    ):
        raise OSError(28, "No space left on device")
    assert caught.value.origin.file == "ledger.csv"
    assert (
        caught.value.hint
        == "free some space, or write to another disk; what was there before is unchanged"
    )


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with whole_folder(target) as partial:
        (partial / "a").write_bytes(b"1")
        assert not target.exists()
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "a"]


def test_a_folder_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "old").write_bytes(b"")
    with pytest.raises(FileNotFoundError), whole_folder(target) as partial:
        (partial / "none" / "new").write_bytes(b"1")
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "old"]


def test_a_folder_that_cannot_take_its_place_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_bytes(b"")
    with pytest.raises(FileNotFoundError):
        swap(tmp_path / "missing", tmp_path / "out", tmp_path / ".old")
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "old"]
