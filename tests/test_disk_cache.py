"""What is kept on disk comes back equal, or not at all: not when damaged, of other things, or from where others may write."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.disk_cache import _seal, digest_of, keep, recall
from hrdgraph.errors import Origin


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HRDGRAPH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_is_kept_comes_back_for_the_same_name_and_key(folder: Path) -> None:
    value = (Path("a"), Origin("file", line=3), {"ü": (1, None)})
    keep("one", "key", value)
    assert recall("one", "key") == value
    assert recall("one", "other") is None
    assert recall("two", "key") is None
    keep("one", "other", 2)
    assert (recall("one", "key"), recall("one", "other")) == (None, 2)
    assert len(list(folder.iterdir())) == 1
    assert {folder.stat().st_mode & 0o777, *(p.stat().st_mode & 0o777 for p in folder.iterdir())} == {0o700, 0o600}  # fmt: skip


def test_what_is_damaged_is_not_there(folder: Path) -> None:
    keep("one", "key", ["value"] * 3)
    [path] = folder.iterdir()
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert recall("one", "key") is None
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        assert recall("one", "key") is None
    path.write_bytes(whole + b"x")
    assert recall("one", "key") is None


class _Hostile:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.mark),)


def test_nothing_but_values_of_ours_is_made(folder: Path, tmp_path: Path) -> None:
    keep("one", "key", 1)
    [path] = folder.iterdir()
    data = pickle.dumps(_Hostile(tmp_path / "done"))
    path.write_bytes(_seal("key", data) + data)
    assert recall("one", "key") is None
    assert not (tmp_path / "done").exists()


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o701, 0o755])
def test_a_folder_that_others_may_write_or_read_is_left_alone(folder: Path, mode: int) -> None:
    keep("one", "key", 1)
    folder.chmod(mode)
    assert recall("one", "key") is None
    keep("two", "key", 2)
    assert len(list(folder.iterdir())) == 1


def test_a_link_to_a_folder_is_left_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "elsewhere")
    keep("one", "key", 1)
    assert recall("one", "key") is None
    assert not list((tmp_path / "elsewhere").iterdir())


def test_where_nothing_can_be_kept_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    for place in (str(tmp_path / "file"), str(tmp_path / "file" / "below"), "off"):
        monkeypatch.setenv("HRDGRAPH_CACHE", place)
        keep("one", "key", 1)
        assert recall("one", "key") is None


def test_what_cannot_be_kept_is_not() -> None:
    keep("one", "key", lambda: None)
    assert recall("one", "key") is None


@given(st.lists(st.text()), st.lists(st.text()))
def test_other_parts_have_another_digest(one: list[str], other: list[str]) -> None:
    assert (digest_of(one) == digest_of(other)) == (one == other)
