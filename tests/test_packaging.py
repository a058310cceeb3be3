"""What a package index, a citation and a newcomer's environment are told is what the program is."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK = ROOT / "requirements-dev.lock"


def test_a_citation_names_the_version_and_the_licence() -> None:
    lines = (ROOT / "CITATION.cff").read_text("utf-8").splitlines()
    assert f"version: {PROJECT['version']}" in lines
    assert f"license: {PROJECT['license']}" in lines


def test_the_versions_that_are_promised_are_those_that_are_tried() -> None:
    promised = {
        name.rpartition(" ")[2] for name in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", name)
    }
    workflow = (ROOT / ".github/workflows/tests.yml").read_text("utf-8")
    for matrix in re.findall(r"python: \[(.*)\]", workflow):
        assert set(re.findall(r"[\d.]+", matrix)) == promised
    assert (
        min(promised, key=lambda version: int(version.partition(".")[2]))
        in PROJECT["requires-python"]
    )


def test_the_lock_names_no_registry() -> None:
    assert "://" not in LOCK.read_text("utf-8")


@pytest.mark.heavy  # a new dependency is no reason not to run the tests
def test_the_lock_has_every_dependency() -> None:
    """`make lock` writes it anew."""
    locked = set(re.findall(r"^([a-z0-9._-]+)==", LOCK.read_text("utf-8"), re.M))
    extras = PROJECT["optional-dependencies"]
    asked = [*PROJECT["dependencies"], *(each for names in extras.values() for each in names)]
    names = {re.sub(r"[_.]", "-", re.match(r"[\w.-]+", each)[0].lower()) for each in asked}  # type: ignore[index]
    assert names - locked - {"hrdgraph"} == set()


def test_the_image_is_made_of_all_that_a_wheel_is_made_of() -> None:
    """A file that the build asks for and that is not copied ends the build of the image."""
    copied = set()
    for line in (ROOT / "Containerfile").read_text("utf-8").splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            copied |= {Path(name) for name in line.split()[1:-1]}
    hatch = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    wheel = hatch["targets"]["wheel"]
    asked = {*wheel["force-include"], *wheel["packages"], PROJECT["readme"], "pyproject.toml"}
    asked |= set(PROJECT["license-files"])
    asked |= {"hatch_build.py"} if "custom" in wheel.get("hooks", {}) else set()
    missing = [name for name in asked if not any(Path(name).is_relative_to(one) for one in copied)]
    assert missing == []
    for name in copied:
        assert (ROOT / name).exists()


def test_the_image_gets_what_it_is_made_of_and_nothing_else() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    lines = (ROOT / "Containerfile").read_text("utf-8").splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]  # fmt: skip
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == {name for names in copied for name in names}  # fmt: skip


GENERATED = re.compile(
    r"^(build|build-restricted|dist|releases|site|store)/|(^|/)(__pycache__|node_modules|_build|\.venv|\.workbench|\.hypothesis|\.\w+_cache)/"
    r"|\.(pyc|pyo|mo|so|sst|ldb|log|whl|egg-info|kept|passing|orig|rej|swp)$|(^|/)(MANIFEST-\d+|OPTIONS-\d+|CURRENT|LOCK|\.DS_Store|Thumbs\.db)$"
)  # fmt: skip


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a source package has no history")
def test_no_file_in_git_was_made_by_a_program() -> None:
    """A store of 46 files was once committed, because a test wrote it into the working folder."""
    listed, ignored = (
        subprocess.run(["git", "ls-files", "-z", *options], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        for options in ((), ("--cached", "--ignored", "--exclude-standard"))
    )  # fmt: skip
    assert list(filter(GENERATED.search, listed)) == []
    assert list(filter(None, ignored)) == []
