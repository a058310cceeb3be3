"""Nothing that the settings of a repository name is run because somebody commits there."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from hrdgraph.git_repository import GitError, GitRepository

ROOT = Path(__file__).parents[1]


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)  # fmt: skip
    return done.stdout


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project below the top of a repository that would run a program wherever git can run one."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    folder = tmp_path / "dépôt" / "projet"
    (folder / "data/sources/actes").mkdir(parents=True)
    (folder / "hrdgraph.toml").write_text('title = "Registre"\n', "utf-8")
    (folder / "data/sources/actes/actes.csv").write_text("Nom\nAïssata Traoré\n", "utf-8")
    top = folder.parent
    git(top, "init", "-q")
    git(top, "config", "user.name", "Zoé Núñez")
    git(top, "config", "user.email", "zoe@example.org")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "Begin")
    canary = tmp_path / "canary.sh"
    canary.write_text(f'#!/bin/sh\necho "$0 $*" >> "{tmp_path}/canary"\ncat\n', "utf-8")
    canary.chmod(0o755)
    for hook in ("pre-commit", "commit-msg", "post-commit", "prepare-commit-msg", "reference-transaction", "post-index-change", "pre-auto-gc", "post-rewrite"):  # fmt: skip
        (top / ".git/hooks" / hook).write_text(f'#!/bin/sh\necho {hook} >> "{tmp_path}/canary"\n', "utf-8")  # fmt: skip
        (top / ".git/hooks" / hook).chmod(0o755)
    (top / ".gitattributes").write_text("* filter=evil diff=evil\n", "utf-8")
    for name in (
        "core.fsmonitor", "core.sshCommand", "core.editor", "core.pager", "core.askPass", "core.alternateRefsCommand", "gpg.program",
        "diff.external", "diff.evil.command", "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process",
        "credential.helper", "sequence.editor", "interactive.diffFilter",
    ):  # fmt: skip
        git(top, "config", name, str(canary))
    git(top, "config", "filter.evil.required", "true")
    git(top, "config", "commit.gpgSign", "true")
    git(top, "config", "core.hooksPath", str(top / ".git/hooks"))
    return folder


def test_a_commit_runs_no_program_of_the_repository(hostile: Path, tmp_path: Path) -> None:
    repository = GitRepository(hostile)
    (hostile / "data/sources/actes/actes.csv").write_text("Nom\nAïssata Diarra\n", "utf-8")
    (hostile / "data/sources/novo.csv").write_text("Nome\nJoão\n", "utf-8")
    (hostile / "hrdgraph.toml").unlink()
    assert repository.is_there
    repository.commit(["data", "hrdgraph.toml"], "Table: lignes")
    assert repository.user_name == "Zoé Núñez"
    assert not (tmp_path / "canary").exists()
    plain = ("-c", "core.fsmonitor=false", "--no-pager")
    shown = git(hostile, *plain, "show", "--no-ext-diff", "--no-textconv", "--format=%an: %s", "--name-status", "-z")  # fmt: skip
    assert "Zoé Núñez: Table: lignes" in shown
    assert [part for part in shown.replace("\n", "\0").split("\0") if part][1:] == [
        "M", "projet/data/sources/actes/actes.csv", "A", "projet/data/sources/novo.csv", "D", "projet/hrdgraph.toml",
    ]  # fmt: skip
    assert "Aïssata Diarra" in git(hostile, *plain, "cat-file", "blob", "HEAD:projet/data/sources/actes/actes.csv")  # fmt: skip
    repository.commit(["data"], "Again")  # nothing has changed
    assert git(hostile, *plain, "log", "--format=%s").splitlines() == ["Table: lignes", "Begin"]


def test_the_first_commit_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_AUTHOR_NAME", "名")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/名.csv").write_text("名\n王\n", "utf-8")
    (tmp_path / ".gitignore").write_text("*.tmp\n", "utf-8")
    (tmp_path / "data/x.tmp").touch()
    outside = tmp_path.parent / "outside.txt"
    outside.write_text("private", "utf-8")
    (tmp_path / "data/link.csv").symlink_to(outside)
    git(tmp_path, "init", "-q")
    for name in ("user.name", "user.email"):
        git(tmp_path, "config", name, "a@example.org")
    GitRepository(tmp_path).commit(["data"], "First")
    assert git(tmp_path, "ls-tree", "-r", "-z", "--name-only", "HEAD") == "data/名.csv\0"


def test_without_a_repository_git_refuses(tmp_path: Path) -> None:
    assert not GitRepository(tmp_path).is_there
    with pytest.raises(GitError):
        GitRepository(tmp_path).commit(["data"], "x")


def test_git_is_called_in_one_module() -> None:
    called = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "src").rglob("*.py")
        if any(word in path.read_text("utf-8") for word in ('"git"', "'git'", "gitpython", "dulwich"))
    ]  # fmt: skip
    assert called == ["src/hrdgraph/git_repository.py"]
