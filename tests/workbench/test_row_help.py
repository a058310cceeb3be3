"""What helps who types a row: the words that it cites, names that the graph knows, what an import asks; and rows of words of a page."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.workbench.test_gate import HOST, Client

import hrdgraph
from hrdgraph.errors import EvidenceError
from hrdgraph.evidence.snapshots import DocumentDescription, take
from hrdgraph.evidence.texts.freeze import freeze
from hrdgraph.project import open_project, vocabulary_dirs
from hrdgraph.workbench_app.rooms.pages import fields_of, problems_of
from hrdgraph.workbench_app.rooms.table import row_evidence
from hrdgraph.workbench_app.sittings import PageSitting, sitting_of
from hrdgraph.workbench_app.workplace import GraphNames

PAGE = (
    b"<html lang=en><title>News</title><p>Ada Example was arrested in Goma. Ada Example spoke.</p>"
)
ADDRESS = "https://example.org/news"


@pytest.fixture
def client(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = Client(whole, tmp_path)
    yield made
    made.workplace.close()


def deliver(client: Client, name: str, data: bytes) -> str:
    answer = client.ask(
        "/sources", "POST", files={"files": (name, data)}, data={"project": client.workplace.mark}, headers={"Origin": f"http://{HOST}"}
    )  # fmt: skip
    return str(answer.headers["location"])


@pytest.fixture
def sitting(whole: Path) -> PageSitting:
    text = freeze(PAGE, "news.html").text
    project = open_project(whole)
    found = {"text": text, "name": ADDRESS, "title": "News", "language": "en", "candidates": []}
    made = sitting_of(project, "news", found, project.kinds)
    made.review.who = "Ada"
    return made


def test_words_are_found_where_they_were_selected(sitting: PageSitting) -> None:
    with pytest.raises(EvidenceError, match="2 places"):
        sitting.stretch("Ada Example", -1)
    text = sitting.review.text
    second = text.rindex("Ada Example")
    assert sitting.stretch("Ada Example", second - 3)[0] == second
    assert sitting.stretch("Ada\n Example was  arrested", -1)[0] == text.index("Ada Example")
    with pytest.raises(EvidenceError):
        sitting.stretch("words that nobody wrote", 0)


def test_a_row_of_words_has_their_place_and_digest_and_none_of_them(
    sitting: PageSitting, whole: Path
) -> None:
    kind = sitting.review.kinds["act"]
    words = "Ada Example was arrested in Goma"
    row = sitting.make_row(
        kind, sitting.stretch(words, -1), {"type": "arrest", "victim": "Ada Example"}
    )
    assert sitting.review.missing(row) == ()
    sitting.review.accept(row)
    written = (whole / "data/sources/news/extracted-act.csv").read_text("utf-8")
    assert sha256(words.encode()).hexdigest() in written
    assert words not in written
    assert sitting.review.undo() == row
    assert words not in (whole / "data/extraction.csv").read_text("utf-8")
    assert "Ada Example" not in (whole / "data/sources/news/extracted-act.csv").read_text("utf-8")
    lacking = sitting.make_row(kind, (0, 4), {"victim": "Ada Example"})
    assert sitting.review.missing(lacking) == ("type",)
    assert not sitting.review.retype(row, {"victim": "Ada Example"})


def test_fields_have_labels_and_codes_in_the_persons_language(
    sitting: PageSitting, whole: Path
) -> None:
    kind = sitting.review.kinds["act"]
    fields = fields_of(kind, {"victim": "Ada"}, ["type"], "fr", vocabulary_dirs(whole), {})
    assert [one.label for one in fields][:2] == ["Acte", "Victime"]
    assert ("arrest", "arrestation") in fields[0].options
    cells = {"date": "31 février 2021", "country": "Nulleparterre", "victim": "Ada"}
    told = problems_of(kind, cells, open_project(whole), "fr", "fr")
    assert told.keys() == {"date", "country"}
    assert problems_of(kind, {"date": "4 mars 2021"}, open_project(whole), "fr", "fr") == {}


def test_the_words_of_a_row_are_shown_only_where_they_are_still_those(whole: Path) -> None:
    project = open_project(whole)
    frozen = freeze(PAGE, "news.html")
    start = frozen.text.index("Ada")
    words = frozen.text[start : start + 11]
    cells = {
        "document": ADDRESS,
        "evidence_start": str(start),
        "evidence_end": str(start + 11),
        "evidence_sha256": sha256(words.encode()).hexdigest(),
    }
    source = project.source("example")
    assert row_evidence(project, source, cells).state == "away"
    take(project.snapshot_dirs[0], PAGE, frozen, DocumentDescription("news", address=ADDRESS))
    found = row_evidence(project, source, cells)
    assert (found.state, found.words) == ("verified", "Ada Example")
    assert found.after.startswith(" was arrested")
    wrong = {**cells, "evidence_sha256": "0" * 64}
    assert (row_evidence(project, source, wrong).state, row_evidence(project, source, wrong).words) == ("gone", "")  # fmt: skip
    beyond = {**cells, "evidence_start": "90000", "evidence_end": "90001"}
    assert row_evidence(project, source, beyond).state == "gone"
    assert row_evidence(project, source, {"document": ADDRESS}).state == "uncited"


def test_the_evidence_of_a_row_is_a_part_of_its_table(client: Client) -> None:
    label = client.workplace.project.source("example-facts").tables[0].label
    place = f"source=example-facts&table={label}"
    row = client.ask(f"/table/rows?{place}&from=0&count=1").json()["rows"][0]
    answer = client.ask(f"/table/evidence?{place}&id={row['id']}", headers={"HX-Request": "true"})
    assert "cites no words of it" in answer.text
    assert client.ask(f"/table/evidence?{place}&id=x").status_code == 400
    assert client.ask(f"/table/evidence?{place}&id=99999").status_code == 400


@pytest.mark.heavy
def test_names_of_the_graph_come_with_what_tells_them_apart(whole: Path) -> None:
    hrdgraph.build(whole)
    names, project = GraphNames(), open_project(whole)
    found = []
    for _ in range(200):
        found = names.like("ada", ["person"], project, "fr")
        if found:
            break
    assert found[0].name.startswith("Ada")
    assert found[0].about.startswith("Personne")
    assert names.like("ada", ["award"], project, "fr") == []


def test_no_name_is_known_before_a_build(whole: Path) -> None:
    assert GraphNames().like("ada", ["person"], open_project(whole), "en") == []


def test_an_import_asks_about_namesakes_and_what_no_column_says(client: Client) -> None:
    rows = "Nom,Date de naissance,Date,Pays,Source\nIgor Petrov,1960,2019,Russie,https://example.org/1\nIgor Petrov,1991,2020,Russie,https://example.org/2\n"
    address = deliver(client, "tues.csv", rows.encode())
    fields = {"t0.kind": "act", "t0.shown_kind": "act", "name": "", "source_title": "Tués"}  # fmt: skip
    columns = {"t0.c0": "victim", "t0.c1": "", "t0.c2": "date", "t0.c3": "country", "t0.c4": "document"}  # fmt: skip
    asked = client.post(address, {**fields, **columns, "action": "again"}, {"HX-Request": "true"})
    assert "Igor Petrov" in asked.text
    assert "count as different unless" in asked.text
    assert "what is it in all rows" in asked.text
    client.post(address, {**fields, **columns, "t0.what": "killing", "action": "accept"})
    written = (client.workplace.project.root / "data/sources/tués/source.toml").read_text("utf-8")
    assert "killing" in written
    assert "Igor Petrov" in written.partition("apart")[2]
    again = deliver(client, "tues2.csv", rows.encode())
    said = {"t0.what": "killing", "t0.one": "Igor Petrov", "source_title": "Une"}
    page = client.post(again, {**fields, **columns, **said, "action": "again"}, {"HX-Request": "true"}).text  # fmt: skip
    assert "is the same person or thing in all rows" in page
    client.post(again, {**fields, **columns, **said, "action": "accept"})
    written = (client.workplace.project.root / "data/sources/une/source.toml").read_text("utf-8")
    assert "apart" not in written
