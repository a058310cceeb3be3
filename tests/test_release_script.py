"""`make release`, with a wheel that is none: what it writes, what it refuses, and that a dry run changes nothing."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WHEEL = """#!/usr/bin/env bash
version=$(sed -n 's/^version = "\\(.*\\)"/\\1/p' pyproject.toml | head -1)
mkdir -p dist && echo source >dist/hrdgraph-$version.tar.gz && echo wheel >dist/hrdgraph-$version-py3-none-any.whl
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in (".ci/release", "pyproject.toml", "CITATION.cff", "CHANGELOG.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".ci" / "wheel").write_text(WHEEL, "utf-8")
    (tmp_path / ".ci" / "wheel").chmod(0o755)
    (tmp_path / "Makefile").write_text("docs:\n\t@echo documentation\n", "utf-8")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "shipped_files.py").touch()
    (tmp_path / ".gitignore").write_text("/dist/\n", "utf-8")
    who = ["-c", "user.name=Ana", "-c", "user.email=ana@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "All"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def release(checkout: Path, version: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / ".ci" / "release", sys.executable],
        env={"PATH": "/usr/bin:/bin", "VERSION": version}, capture_output=True, text=True,
    )  # fmt: skip


def status(checkout: Path) -> str:
    return subprocess.run(
        ["git", "status", "--porcelain"], cwd=checkout, capture_output=True, text=True
    ).stdout


def test_a_dry_run_changes_nothing(checkout: Path) -> None:
    done = release(checkout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert status(checkout) == ""
    sums = (checkout / "dist" / "SHA256SUMS").read_text("utf-8").splitlines()
    assert len(sums) == 2
    for line in sums:
        digest, name = line.split("  ")
        assert hashlib.sha256((checkout / "dist" / name).read_bytes()).hexdigest() == digest


def test_a_release_names_one_version_everywhere(checkout: Path) -> None:
    done = release(checkout, "7.8.9")
    assert done.returncode == 0, done.stdout + done.stderr
    assert 'version = "7.8.9"' in (checkout / "pyproject.toml").read_text("utf-8")
    assert "version: 7.8.9\n" in (checkout / "CITATION.cff").read_text("utf-8")
    assert "## [Unreleased]\n\n## [7.8.9] - " in (checkout / "CHANGELOG.md").read_text("utf-8")
    assert "git tag -s v7.8.9" in done.stdout
    assert {line[3:] for line in status(checkout).splitlines()} == {
        "pyproject.toml",
        "CITATION.cff",
        "CHANGELOG.md",
    }
    assert "changes" in release(checkout, "7.9.0").stdout  # which nobody has committed


def test_what_does_not_fit_is_refused(checkout: Path) -> None:
    assert release(checkout, "next").returncode == 1
    text = (checkout / "CITATION.cff").read_text("utf-8")
    (checkout / "CITATION.cff").write_text(text.replace("version: 0", "version: 9"), "utf-8")
    assert "CITATION.cff has another version" in release(checkout).stdout
    (checkout / "CITATION.cff").write_text(text, "utf-8")
    (checkout / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n", "utf-8")
    assert "CHANGELOG.md says nothing" in release(checkout).stdout
