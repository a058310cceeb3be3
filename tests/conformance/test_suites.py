"""`make suites` gets what is missing from those who keep it, and leaves alone what is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conformance.suites import SUITES

SUITES_PY = Path(__file__).with_name("suites.py")
SUITE = Path(__file__).parent  # needs none


@pytest.fixture
def mirror(tmp_path: Path) -> dict[str, str]:
    """Local repositories in the place of those on the network, as the environment of git says them."""
    for address, folder in set(SUITES.values()):
        repository = tmp_path / address.removeprefix("https://")
        (repository / folder).mkdir(parents=True)
        (repository / folder / "manifest.ttl").write_text(f"# {folder}\n", encoding="utf-8")
        git = ["git", "-C", str(repository), "-c", "user.name=x", "-c", "user.email=x@example.org"]
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "suite"]):
            subprocess.run([*git, *words], check=True)
    base = f"url.file://{tmp_path}/.insteadOf"
    return {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": base, "GIT_CONFIG_VALUE_0": "https://"}


def run(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SUITES_PY, str(folder)]
    environment = {**os.environ, **environment, "GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_what_is_missing_is_taken_and_the_rest_stays(
    tmp_path: Path, mirror: dict[str, str]
) -> None:
    mine = tmp_path / "shared" / "conformance" / "shacl" / "mine.ttl"
    mine.parent.mkdir(parents=True)
    mine.touch()
    done = run(tmp_path / "shared", mirror)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in mine.parent.iterdir()] == ["mine.ttl"]
    taken = {
        path.parent.name for path in (tmp_path / "shared" / "conformance").glob("*/manifest.ttl")
    }
    assert taken == SUITES.keys() - {"shacl"}


def test_what_cannot_be_had_is_an_error_with_a_way_out(
    tmp_path: Path, mirror: dict[str, str]
) -> None:
    nowhere = {**mirror, "GIT_CONFIG_KEY_0": f"url.file://{tmp_path}/nowhere/.insteadOf"}
    done = run(tmp_path / "shared", nowhere)
    assert done.returncode == 1
    assert (
        "hint: copy the folder test-cases of https://github.com/kg-construct/rml-core to"
        in done.stderr
    )
