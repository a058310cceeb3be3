"""Who is taken down is in nothing that the workbench keeps: no history of a table, no file that nobody agreed to, no error of a build."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.privacy.laureates import write_laureates
from tests.workbench.test_gate import Client
from tests.workbench.test_row_help import deliver

import hrdgraph
from hrdgraph.user_state import project_state

NAME = "Ada Example"


@pytest.fixture
def client(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = Client(small, tmp_path)
    yield made
    made.workplace.close()


def typed(client: Client) -> None:
    """Somebody types into a table, so that its history holds a name."""
    place = {"source": "example", "table": "people.csv"}
    row = client.ask("/table/rows?source=example&table=people.csv&from=0&count=1").json()["rows"][0]
    column = row["cells"].index(NAME)
    table = client.workplace.tables.get(client.workplace.project, *place.values())
    table.rows.set(row["id"], column, NAME, "Somebody")
    table.rows.set(row["id"], column, "Somebody", NAME)


def kept(folder: Path) -> list[Path]:
    """The files of the workbench that hold the name."""
    return [
        path
        for place in (folder / ".workbench", project_state(folder))
        for path in place.rglob("*")
        if path.is_file() and NAME.encode() in path.read_bytes()
    ]


def test_a_history_is_forgotten_and_what_was_typed_is_in_the_file(
    client: Client, small: Path
) -> None:
    typed(client)
    assert kept(small)
    client.workplace.forget()
    assert kept(small) == []
    assert NAME in (small / "data/sources/example/people.csv").read_text("utf-8")
    table = client.workplace.tables.get(client.workplace.project, "example", "people.csv")
    assert not table.rows.can_undo


def test_what_is_in_no_file_yet_is_not_forgotten(client: Client, small: Path) -> None:
    typed(client)
    [path] = (project_state(small) / "journal").glob("*.jsonl")
    before = path.read_bytes()
    client.workplace.tables._open.clear()  # as after a power cut: nobody has the table open
    client.workplace.tables.forget()
    assert path.read_bytes() == before


@pytest.mark.heavy
def test_who_is_taken_down_is_in_nothing_that_the_workbench_keeps(
    client: Client, small: Path
) -> None:
    hrdgraph.build(small)
    typed(client)
    deliver(client, "news.html", f"<html lang=en><p>{NAME} won a prize.</p>".encode())
    deliver(client, "other.csv", b"Prix,Pays\nPrix Rafto,France\n")
    (project_state(small) / "build.json").write_text(f'{{"errors": ["{NAME}"]}}', "utf-8")
    found = hrdgraph.find_withdrawn(project=small)
    assert found.left == ()
    thing = "person/Ada_Example"
    form = {
        "what": "withdraw",
        "thing": thing,
        "code": "safety",
        "reason": "she asked",
        "who": "Me",
    }
    assert "Withdrawn from now on" in client.post("/publish", form).text
    assert kept(small) == []
    assert len(list((small / ".workbench/inbox").iterdir())) == 1
    (small / ".workbench/removed").mkdir()
    (small / ".workbench/removed/old.csv").write_text(f"name\n{NAME}\n", "utf-8")
    left = hrdgraph.find_withdrawn(project=small).left
    assert [item.text for item in left if ".workbench" in item.place] == [NAME]
    assert "Something is still there" in client.post("/publish", {"what": "check"}).text


@pytest.mark.heavy
def test_a_text_that_may_name_somebody_withdrawn_is_shown_until_it_is_taken_out(
    client: Client, small: Path
) -> None:
    write_laureates(small, "later", {"Rosa Parra": "for her work with Natalia Pienda"})
    hrdgraph.build(small)
    form = {"what": "withdraw", "code": "safety", "reason": "she asked", "who": "Me"}
    page = client.post("/publish", {**form, "thing": "Natalia Pineda"}).text
    assert "Natalia Pienda" in page
    hrdgraph.build(small)
    assert 'value="Natalia Pienda"' in client.ask("/publish").text  # behind a button
    assert "Natalia Pienda" in client.post("/publish", {"what": "check"}).text
    client.post("/publish", {**form, "thing": "Natalia Pienda"})
    hrdgraph.build(small)
    assert 'value="Natalia Pienda"' not in client.ask("/publish").text
    assert "Pienda" not in (small / "build" / "graph.nq").read_text("utf-8")
