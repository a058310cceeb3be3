"""What a killed process leaves behind is removed by the next; what is in use, just made or somebody else's is not."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from contextlib import AbstractContextManager
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from hrdgraph import tempfiles
from hrdgraph.atomic_files import whole_folder, write_file
from hrdgraph.tempfiles import TemporaryFolder, passing_file, passing_folder, sweep

KILLED = {
    "file": "hold(passing_file(where, 'x-', 0o600))",
    "folder": "hold(passing_folder(where, 'x-'))",
    "temporary": "hold(TemporaryFolder(where, 'x-'))",
}
HOLD = """
import os, sys
from pathlib import Path
from hrdgraph.tempfiles import TemporaryFolder, passing_file, passing_folder
def hold(what):
    with what:
        os.kill(os.getpid(), 9)
where = Path(sys.argv[1])
"""


def age(folder: Path) -> None:
    for path in folder.iterdir():
        os.utime(path, (0, 0), follow_symlinks=False)


def use(folder: Path, name: str) -> AbstractContextManager[object]:
    if name == "temporary":
        return TemporaryFolder(folder, "x-")
    return passing_file(folder, "x-", 0o600) if name == "file" else passing_folder(folder, "x-")


@pytest.mark.parametrize("name", KILLED)
def test_what_a_killed_process_left_is_removed(name: str, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", HOLD + KILLED[name], tmp_path], check=False)
    assert len(list(tmp_path.iterdir())) == 1
    age(tmp_path)
    sweep(tmp_path, "x-")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", KILLED)
def test_what_is_in_use_stays(name: str, tmp_path: Path) -> None:
    with use(tmp_path, name):
        age(tmp_path)
        sweep(tmp_path, "x-")
        assert list(tmp_path.glob("x-*"))
    assert list(tmp_path.glob("x-*")) == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # an open file
@pytest.mark.parametrize("name", KILLED)
def test_an_interruption_while_it_is_made_leaves_nothing(name: str, tmp_path: Path) -> None:
    steps = count()

    def interrupt(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename not in (tempfiles.__file__, contextlib.__file__):
            return None
        if event == "line" and next(steps) == at:
            raise KeyboardInterrupt
        return interrupt

    sweep(tmp_path, "x-")
    for at in range(1000):
        before, steps = sys.gettrace(), count()
        sys.settrace(interrupt)
        try:
            made = use(tmp_path, name)
            with made:
                sys.settrace(before)
                break
        except KeyboardInterrupt:
            sys.settrace(before)
            made = None
        assert list(tmp_path.iterdir()) == [], at
    assert at > 5


def test_a_file_that_is_closed_and_waits_for_its_place_stays(tmp_path: Path) -> None:
    with passing_file(tmp_path, "x-", 0o600) as (path, stream):
        stream.close()
        age(tmp_path)
        sweep(tmp_path, "x-")
        assert path.exists()


def test_what_was_just_made_or_has_another_name_stays_and_links_are_not_followed(
    tmp_path: Path,
) -> None:
    (tmp_path / "x-old.passing").mkdir()
    for name in ("x-notes", "y.passing"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kept").touch()
    (tmp_path / "x-link.passing").symlink_to(tmp_path / "x-notes")
    age(tmp_path)
    (tmp_path / "x-new.passing").touch()
    sweep(tmp_path, "x-")
    assert {path.name for path in tmp_path.iterdir()} == {
        "x-notes",
        "y.passing",
        "x-link.passing",
        "x-new.passing",
    }
    assert (tmp_path / "x-notes" / "kept").exists()


def test_the_next_output_clears_away_what_killed_ones_left(tmp_path: Path) -> None:
    (tmp_path / ".hrdgraph-0123.passing").write_bytes(b"half")
    (tmp_path / ".site.0123.passing").mkdir()
    age(tmp_path)
    write_file(tmp_path / "graph.nq", [b"x"])
    with whole_folder(tmp_path / "site"):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {"graph.nq", "site"}
