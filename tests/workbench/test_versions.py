"""A commit an action, where the person wishes it: only what is theirs, in their name, nothing that git ignores; and the tour, which can be left out and comes again."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.workbench.test_gate import Client

from hrdgraph.workbench_app.workplace import Versions


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def client(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    git(whole, "init", "-q")
    git(whole, "config", "user.name", "Ada")
    git(whole, "config", "user.email", "ada@example.org")
    git(whole, "add", "-A")
    git(whole, "commit", "-qm", "begun")
    made = Client(whole, tmp_path)
    yield made
    made.workplace.close()


def subjects(folder: Path) -> list[str]:
    return git(folder, "log", "--format=%an: %s").splitlines()


def test_nothing_is_committed_unless_it_is_wished(client: Client, whole: Path) -> None:
    client.post("/sources/remove", {"source": "example-facts"})
    client.workplace.versions.finish()
    assert subjects(whole) == ["Ada: begun"]


def test_each_action_is_a_commit_of_what_it_changed(client: Client, whole: Path) -> None:
    (whole / "other.txt").write_text("mine", "utf-8")
    git(whole, "add", "other.txt")
    (whole / ".git/hooks/pre-commit").write_text("#!/bin/sh\nexit 1\n", "utf-8")
    (whole / ".git/hooks/pre-commit").chmod(0o755)
    assert "Commit each action" in client.ask("/sources").text
    client.post("/versions", {"commits": "1"})
    (whole / "data/private").mkdir(exist_ok=True)
    (whole / "data/private/reasons.csv").write_text("secret", "utf-8")
    client.post("/sources/remove", {"source": "example-facts"}, {"Accept-Language": "fr"})
    client.workplace.versions.finish()
    assert subjects(whole) == ["Ada: Sources", "Ada: begun"]
    changed = git(whole, "show", "--name-only", "--format=").splitlines()
    assert changed
    assert all(name.startswith("data/sources/example-facts/") for name in changed)
    assert "other.txt" in git(whole, "diff", "--cached", "--name-only")  # staged still, by hand
    client.post("/versions", {})
    client.post("/sources/restore", {"source": "example-facts"})
    client.workplace.versions.finish()
    assert len(subjects(whole)) == 2


def test_a_project_cannot_wish_for_commits_by_itself(client: Client, whole: Path) -> None:
    """Neither the wish nor a history of a table is taken from the folder, which may be of somebody else."""
    (whole / ".workbench/versions.json").write_text('{"commits": true}', "utf-8")
    client.workplace.open(whole)
    assert not client.workplace.versions.is_wished
    client.post("/sources/remove", {"source": "example-facts"})
    client.workplace.versions.finish()
    assert subjects(whole) == ["Ada: begun"]
    path = client.workplace.tables._journal("example", "people.csv")
    assert not path.is_relative_to(whole)
    assert client.workplace.tables.get(client.workplace.project, "example", "people.csv")
    assert path.is_file()
    client.post("/versions", {"commits": "1"})
    assert client.workplace.versions.is_wished


def test_what_is_typed_is_in_its_commit(client: Client, whole: Path) -> None:
    client.post("/versions", {"commits": "1"})
    place = {"source": "example", "table": "people.csv"}
    row = client.ask("/table/rows?source=example&table=people.csv&from=0&count=1").json()["rows"][0]
    table = client.workplace.tables.get(client.workplace.project, *place.values())
    table.rows.set(row["id"], 1, row["cells"][1], "Ada of Goma")
    client.workplace.versions.note("Rows of a table changed")
    client.workplace.versions.finish()
    assert subjects(whole)[0] == "Ada: Rows of a table changed"
    assert "Ada of Goma" in git(whole, "show")


def test_what_git_refuses_is_told(client: Client, whole: Path) -> None:
    client.post("/versions", {"commits": "1"})
    (whole / ".git/index.lock").touch()
    client.post("/sources/remove", {"source": "example-facts"})
    client.workplace.versions.finish()
    assert "index.lock" in client.workplace.versions.problem
    assert "index.lock" in client.ask("/sources").text


def test_a_folder_in_no_repository_is_not_asked_about(tmp_path: Path) -> None:
    versions = Versions()
    assert not versions.is_possible
    versions.of(tmp_path, tmp_path, lambda: None)
    assert not versions.is_possible
    assert not versions.is_wished


def test_the_tour_is_left_out_and_comes_again(client: Client, whole: Path) -> None:
    answer = client.post("/open", {"folder": str(whole)})
    assert "hrdgraph-tour=1" in answer.headers["set-cookie"]
    client.cookies["hrdgraph-tour"] = "1"
    for language, words in (("en", "Tour: 1 of 6"), ("fr", "Visite : 1 sur 6"), ("es", "Recorrido: 1 de 6")):  # fmt: skip
        page = client.ask("/sources", headers={"Accept-Language": language}).text  # fmt: skip
        assert words in page
        assert 'id="tour-leave"' in page
    assert client.ask("/tour?step=3").headers["location"] == "/pages"
    left = client.ask("/tour")
    assert "hrdgraph-tour=0" in left.headers["set-cookie"]
    assert "/tour?step=1" in client.ask("/sources").text
    assert client.ask("/tour?step=99").headers["location"] == "/sources"
