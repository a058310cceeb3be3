"""The rooms as pages: what they hold, in three languages, and what their forms do in the project folder."""

from __future__ import annotations

import json
import re
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.small_projects import publish_without_source
from tests.test_fuzz import ods
from tests.workbench.conftest import write_register
from tests.workbench.test_gate import HOST, Client

import hrdgraph
from hrdgraph.errors import HrdgraphError
from hrdgraph.library.withdrawal import decide
from hrdgraph.sources.fact_table import cells_of
from hrdgraph.user_state import project_state
from hrdgraph.workbench_app.inbox import file_name


@pytest.fixture
def client(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = Client(small, tmp_path)
    yield made
    made.workplace.close()


def deliver(client: Client, *files: tuple[str, bytes]) -> str:
    """Drop files; the address where it is asked what they are."""
    answer = client.ask(
        "/sources", "POST", files=[("files", item) for item in files], data={"project": client.workplace.mark}, headers={"Origin": f"http://{HOST}"}
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "Your sources"), ("fr", "Ajouter un tableau"), ("es", "Añadir una tabla")],
)
def test_sources_are_listed_in_three_languages(client: Client, language: str, word: str) -> None:
    page = client.ask("/sources", headers={"Accept-Language": language}).text
    assert "people.csv" in page
    assert word in page or language == "en"
    assert f'<html lang="{language}">' in page


def test_a_new_project_is_made_and_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    client = Client(None, tmp_path)
    assert "Create the project" in client.ask("/").text
    answer = client.post(
        "/new", {"title": "Registre <b>2024</b>", "folder": str(tmp_path), "language": "fr"}
    )
    assert answer.headers["location"] == "/sources"
    assert (tmp_path / "registre-b-2024-b" / "hrdgraph.toml").is_file()
    assert "Registre &lt;b&gt;2024" in client.ask("/sources").text
    answer = client.post("/new", {"title": "Registre <b>2024</b>", "folder": str(tmp_path)})
    assert answer.status_code == 400  # nothing is written over
    client.workplace.close()


def test_a_template_is_a_workbook(client: Client) -> None:
    answer = client.ask("/template?kind=act&kind=award")
    assert answer.content[:2] == b"PK"
    assert "act-award.xlsx" in answer.headers["content-disposition"]
    assert client.ask("/template?kind=nonsense").status_code == 400


def test_a_workbook_is_guessed_and_nothing_written_before_it_is_agreed(
    client: Client, small: Path, tmp_path: Path
) -> None:
    before = sorted(path for path in (small / "data").rglob("*"))
    book = write_register(tmp_path / "Registre 2024.xlsx")
    address = deliver(client, (book.name, book.read_bytes()))
    page = client.ask(address, headers={"Accept-Language": "fr"}).text
    assert "Nom de la victime" in page
    assert "arrestation : Marie Mukendi" in page
    assert sorted(path for path in (small / "data").rglob("*")) == before
    fields = {
        "t0.kind": "act",
        "t0.shown_kind": "act",
        "t0.dates": "dmy",
        "name": "registre",
        "source_title": "Registre",
        "publisher": "Nous",
    }
    columns = {
        "t0.c1": "victim",
        "t0.c2": "type",
        "t0.c3": "date",
        "t0.c4": "",
        "t0.c5": "country",
        "t0.c6": "document",
    }
    answer = client.post(
        address, {**fields, **columns, "action": "accept"}, {"Accept-Language": "fr"}
    )
    assert "est maintenant une source" in answer.text
    written = (small / "data/sources/registre/source.toml").read_text("utf-8")
    assert 'visibility = "restricted"' in written  # nobody has agreed to publish it
    assert 'withheld = ["Lieu"]\nignore = ["N°"]' in written
    assert 'publisher = "Nous"' in written
    assert (small / "data/sources/registre/Registre 2024.xlsx").read_bytes() == book.read_bytes()


def test_what_a_kind_needs_and_nobody_names_is_told(client: Client, small: Path) -> None:
    address = deliver(client, ("prix.csv", "Prix,Pays\nPrix Rafto,Norvège\n".encode()))
    fields = {
        "t0.kind": "act",
        "t0.shown_kind": "award",
        "name": "prix",
        "source_title": "Prix",
    }
    page = client.post(address, {**fields, "action": "again"}, {"HX-Request": "true"}).text
    assert "No column gives it yet" in page
    assert "<html" not in page
    answer = client.post(address, {**fields, "t0.shown_kind": "act", "action": "accept"})
    assert 'role="alert"' in answer.text
    assert not (small / "data/sources/prix").exists()


def test_a_newer_copy_brings_its_source_up_to_date(client: Client, small: Path) -> None:
    address = deliver(client, ("prix.csv", "Prix,Pays\nPrix Rafto,Norvège\n".encode()))
    fields = {
        "t0.kind": "award",
        "t0.shown_kind": "award",
        "name": "prix",
        "source_title": "Prix",
    }
    client.post(address, {**fields, "t0.c0": "name", "t0.c1": "country", "action": "accept"})
    address = deliver(
        client, ("prix.csv", "Prix,Pays\nPrix Rafto,Norvège\nPrix Olof Palme,Suède\n".encode())
    )
    assert "Bring “Prix” up to date" in client.ask(address).text
    client.post(address, {"action": "update", "source": "prix"})
    assert "Palme" in (small / "data/sources/prix/prix.csv").read_text("utf-8")


def test_an_update_in_the_workbench_asks_keeps_and_is_taken_back(
    client: Client, small: Path
) -> None:
    head = "Prix,Pays\n"
    address = deliver(client, ("prix.csv", f"{head}Prix Rafto,Norvège\nPrix Olof Palme,Suède\nПремия,Россия\n".encode()))  # fmt: skip
    fields = {"t0.kind": "award", "t0.shown_kind": "award", "name": "prix", "source_title": "Prix", "t0.c0": "name", "t0.c1": "country"}  # fmt: skip
    client.post(address, {**fields, "action": "accept"})
    path = small / "data/sources/prix/prix.csv"
    corrected = f"{head}Prix Rafto,Islande\nPrix Olof Palme,Suède\nПремия,Литва\n"
    path.write_text(corrected, "utf-8")
    news = f"{head}Prix Rafto,Danemark\nPrix Olof Palme,Finlande\nПремия,Россия\n"
    address = deliver(client, ("Prix 2026 – v2.csv", news.encode()))
    assert "Bring “Prix” up to date" in client.ask(address).text
    page = client.post(address, {"action": "update", "source": "prix"}).text
    assert "Islande" in page
    assert "Danemark" in page
    assert path.read_text("utf-8") == corrected
    [key] = set(re.findall(r'name="([0-9a-f]{16})" value="mine"', page))
    page = client.post(address, {"action": "update", "source": "prix", key: "mine"}).text
    assert "2 corrections that were made here are kept" in page
    merged = f"{head}Prix Rafto,Islande\nPrix Olof Palme,Finlande\nПремия,Литва\n"
    assert path.read_text("utf-8") == merged
    assert "Bring it back" in client.post("/sources/undo", {"source": "prix"}).text
    assert path.read_text("utf-8") == corrected
    assert client.ask("/sources").text.count('action="/sources/undo"') == 1  # later, too
    client.post("/sources/undo", {"source": "prix"})
    assert path.read_text("utf-8") == merged
    assert client.post("/sources/undo", {"source": "example"}).status_code == 400


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b"no workbook"),
        ("a.csv", b""),
        ("a.csv", b"\x00\xff" * 50),
        ("a.xlsx", b"PK\x03\x04" + b"0" * 80),
    ],
)
def test_a_file_that_is_none_is_told(client: Client, name: str, data: bytes) -> None:
    answer = client.ask(deliver(client, (name, data)))
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_a_file_of_another_kind_is_refused(client: Client) -> None:
    answer = client.ask(
        "/sources", "POST", files={"files": ("a.exe", b"MZ")}, data={"project": client.workplace.mark}, headers={"Origin": f"http://{HOST}"}
    )  # fmt: skip
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\x\\y.csv", "y.csv"),
        ("a\x00b:c.csv", "a_b_c.csv"),
        ("..", ""),
        (".hidden.csv", "hidden.csv"),
    ],
)
def test_names_of_files_stay_names(text: str, name: str) -> None:
    assert file_name(text) == name


def test_a_source_is_taken_out_and_brought_back(client: Client, small: Path) -> None:
    client.post("/sources/remove", {"source": ["example", "../.."]})
    assert not (small / "data/sources/example").exists()
    page = client.ask("/sources").text
    assert "Bring it back" in page
    client.post("/sources/restore", {"source": "example"})
    assert (small / "data/sources/example/people.csv").is_file()
    assert client.post("/sources/restore", {"source": "../../etc"}).status_code == 400


def wait(client: Client, until: float = 240) -> str:
    end = time.monotonic() + until
    while client.workplace.builds.state.is_running and time.monotonic() < end:
        time.sleep(0.1)
    return client.workplace.builds.state.state


def test_a_cell_that_cannot_be_read_is_left_out_and_leads_to_its_place(
    client: Client, small: Path
) -> None:
    folder = small / "data/sources/prix"
    folder.mkdir()
    (folder / "source.toml").write_text('title = "Prix"\npublisher = "Nous"\nlicence = "x"\nlanguage = "fr"\n[facts]\nlanguage = "fr"\n[[table]]\nfile = "prix.csv"\nkind = "act"\n', "utf-8")  # fmt: skip
    (folder / "prix.csv").write_text(
        "Acte,Victime,Pays,Source\nmenace,Awa Diop,Nulleparterre,https://example.org\n", "utf-8"
    )
    client.post("/build", {})
    assert wait(client) == "built"
    page = client.ask("/build", headers={"Accept-Language": "fr"}).text
    assert "aissée de côté" in page
    assert "Nulleparterre" in page
    assert "prix.csv, ligne 2" in page  # in the language of who looks, not of who began
    assert "prix.csv, row 2" in client.ask("/build").text
    assert "/table?source=prix&amp;table=prix.csv&amp;row=2&amp;column=Pays" in page


@pytest.mark.heavy
def test_a_build_can_be_stopped(client: Client, small: Path) -> None:
    client.post("/build", {})
    assert client.workplace.builds.state.is_running
    client.post("/build/stop", {})
    assert client.workplace.builds.state.state == "stopped"
    assert not (small / "build" / "manifest.json").exists()
    assert "The build was stopped" in client.ask("/build").text


@pytest.mark.heavy
def test_a_build_is_followed_to_its_pages(client: Client, small: Path) -> None:
    client.post("/build", {})
    assert wait(client) == "built"
    assert "statements" in client.ask("/build").text
    assert "Findings" in client.ask("/findings").text
    client.workplace.close()
    again = Client(small, small.parent)  # what came of it is known after a restart
    assert again.workplace.builds.state.state == "built"
    again.workplace.close()


def test_a_project_is_open_in_one_workbench(client: Client, small: Path, tmp_path: Path) -> None:
    with pytest.raises(HrdgraphError, match="another workbench"):
        Client(small, tmp_path)
    looking = Client(small, tmp_path, read_only=True)
    assert looking.ask("/sources").status_code == 200
    looking.workplace.close()
    client.post("/open", {"folder": str(small)})  # the same one again
    client.workplace.close()
    again = Client(small, tmp_path)
    again.workplace.close()


def test_looking_writes_nothing(small: Path, tmp_path: Path) -> None:
    before = sorted(small.rglob("*"))
    client = Client(small, tmp_path, read_only=True)
    for path in (
        "/",
        "/sources",
        "/findings",
        "/publish",
        "/pages",
        "/table?source=example&table=people.csv",
    ):
        assert client.ask(path).status_code < 400, path
    rows = client.ask("/table/rows?source=example&table=people.csv&from=0&count=5").json()
    assert rows["total"] == 2
    client.workplace.close()
    assert sorted(small.rglob("*")) == before


def test_rooms_that_need_a_build_say_so(client: Client) -> None:
    for path, word in (
        ("/publish", "Build the graph first"),
        ("/same", "Build the graph first"),
        ("/findings", "Build the graph first"),
    ):
        assert word in client.ask(path).text, path
    assert client.ask("/graph/en/").status_code == 400


@pytest.mark.heavy
def test_something_is_taken_down_and_brought_back_by_forms(client: Client, small: Path) -> None:
    given = {
        "what": "withdraw",
        "thing": "person/example/Ada_Example",
        "code": "consent",
        "who": "Ada",
    }
    assert client.post("/publish", given).status_code == 400  # without a reason
    page = client.post("/publish", {**given, "reason": "she asked"}).text
    assert "Withdrawn from now on" in page
    assert "consent" in (small / "data/withdrawn.csv").read_text("utf-8")
    assert "she asked" not in client.ask("/publish").text
    page = client.post("/publish", {**given, "reason": "a mistake", "undo": "1"}).text
    assert "Published again" in page
    answer = client.post("/publish", {**given, "thing": "person/nobody", "reason": "x"})
    assert answer.status_code == 200, answer.text
    assert "nobody" in (small / "data/withdrawn.csv").read_text("utf-8")
    assert "No source uses this name: check the spelling" in answer.text
    assert client.post("/publish", {"what": "nonsense"}).status_code == 400


JSON = {
    "Content-Type": "application/json",
    "Origin": f"http://{HOST}",
    "Accept": "application/json",
}


def changed(client: Client, **given: Any) -> Any:
    """A change of the people of the example, as the grid sends it."""
    body = {"source": "example", "table": "people.csv", "project": client.workplace.mark, **given}
    return client.ask("/table/change", "POST", json=body, headers=JSON)


def test_a_cell_is_changed_and_a_conflict_shown(client: Client, small: Path) -> None:
    address = "/table/rows?source=example&table=people.csv&from=0&count=5"
    row = client.ask(address).json()["rows"][0]
    answer = changed(client, what="set", row=row["id"], column=1, old=row["cells"][1], new="Ada E.")
    assert answer.json()["row"]["cells"][1] == "Ada E."
    assert "Ada E." in next((project_state(small) / "journal").iterdir()).read_text(
        "utf-8"
    )  # before it is answered
    answer = changed(client, what="set", row=row["id"], column=1, old=row["cells"][1], new="mine")
    assert answer.status_code == 409
    assert answer.json()["now"] == "Ada E."
    client.workplace.tables.save()
    assert "Ada E." in (small / "data/sources/example/people.csv").read_text("utf-8")
    assert changed(client, what="undo").json()["redo"]
    assert client.ask(address).json()["rows"][0]["cells"] == row["cells"]


@pytest.mark.parametrize(
    "given",
    [
        {"what": "set", "row": "x"},
        {"what": "set", "row": 2, "column": 99, "old": "", "new": "x"},
        {"source": "../x"},
        {"project": "0"},
        {"table": "no.csv"},
    ],
)
def test_a_change_that_makes_no_sense_is_refused(client: Client, given: dict[str, Any]) -> None:
    answer = changed(client, **given)
    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_rows_are_found_filtered_and_sorted(client: Client) -> None:
    address = "/table/rows?source=example&table=people.csv&from=0&count=5"
    every = client.ask(address).json()
    found = client.ask(address + "&text=BERTA").json()
    assert [row["id"] for row in found["rows"]] == [every["rows"][1]["id"]]
    down = client.ask(address + "&sort=0&desc=1").json()["rows"]
    assert [row["id"] for row in down] == [row["id"] for row in reversed(every["rows"])]
    assert client.ask(address + "&findings=1").json()["total"] == 0


def test_pages_that_come_together_are_each_read(client: Client) -> None:
    page = b"<html><body><p>Ana Torres was arrested in Lima.</p></body></html>"
    assert deliver(client, ("a.html", page), ("b.html", page)) == "/pages"
    listed = client.ask("/pages").text
    assert "a.html" in listed
    assert "b.html" in listed
    address = deliver(client, ("c.html", page), ("prix.csv", b"Prix,Pays\nRafto,NO\n"))
    assert address.startswith("/import/")
    assert "c.html" in client.ask("/pages").text


def test_two_files_of_one_name_are_both_there(client: Client) -> None:
    table = "Prix,Pays\nPrix Rafto,Norvège\n".encode()
    page = client.ask(deliver(client, ("prix.csv", table), ("prix.csv", table))).text
    assert "prix (2).csv" in page


def test_what_cannot_be_read_leads_to_its_cell_and_is_said_shortly(client: Client) -> None:
    table = b"Victime,Acte,Date\nEva Paz,menace,2024\nAna Torres,menace,un jour\n"
    address = deliver(client, ("Mes faits (1).csv", table))
    fields = {"t0.kind": "act", "t0.shown_kind": "act", "name": "mes-faits", "source_title": "Faits"}  # fmt: skip
    answer = client.post(address, {**fields, "action": "accept"}, {"Accept-Language": "fr"}).text
    assert "/table?source=mes-faits&amp;table=Mes+faits" in answer
    assert "Mes faits (1).csv, ligne 3" in answer
    assert "data/sources" not in answer
    assert "« un jour »" in answer or "&#39;un jour&#39;" in answer
    assert "Retirer les exemples" in answer


def test_findings_of_a_whole_row_have_a_place(client: Client, small: Path) -> None:
    folder = small / "build" / "private"
    folder.mkdir(parents=True, exist_ok=True)
    table = next((small / "data/sources/example").glob("people.csv"))
    rule = {
        "rule": "r",
        "severity": "warning",
        "count": 1,
        "messages": {"en": "Say who confers it."},
        "findings": [{"focus": "x", "origins": [{"file": str(table), "row": 2}]}],
    }

    text = json.dumps({"rules": [rule]})
    (small / "told.json").write_text(text, "utf-8")

    class Build:
        def __init__(self, _project: object) -> None: ...

        def private_file(self, _name: str) -> Path:
            return small / "told.json"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            import_module("hrdgraph.workbench_app.rooms.findings"), "ReadableBuild", Build
        )
        assert "people.csv" in client.ask("/findings").text


def test_a_table_that_nothing_is_known_of_is_asked_about(client: Client, small: Path) -> None:
    address = deliver(client, ("liste.csv", b"Qui,Quoi\nAna Torres,menace\nEva Paz,menace\n"))
    page = client.ask(address, headers={"Accept-Language": "fr"})
    assert page.status_code == 200
    assert "Aucune colonne ne le donne encore" in page.text
    fields = {"t0.kind": "act", "t0.shown_kind": "act", "name": "liste", "source_title": "Liste"}  # fmt: skip
    client.post(address, {**fields, "t0.c0": "victim", "t0.c1": "type", "action": "accept"})
    written = (small / "data/sources/liste/source.toml").read_text("utf-8")
    assert 'victim = "Qui"' in written


def test_more_than_can_be_dropped_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("hrdgraph.workbench_app.gate"), "LONGEST", 1000)
    answer = client.ask(
        "/sources", "POST", files=[("files", ("a.csv", b"a" * 5000))], data={"project": client.workplace.mark}, headers={"Origin": f"http://{HOST}"}
    )  # fmt: skip
    assert answer.status_code == 400
    assert "split the file" in answer.text
    assert "data-most" in client.ask("/sources").text


@pytest.fixture
def spreadsheet(small: Path) -> Path:
    """A source over a spreadsheet that cannot be written back: numbers, a day, text like a formula."""
    rows = [
        ["Victime", "Acte", "Date", "Nombre de victimes"],
        ["Ana Torres", "menace", "2024-03-01", "3"],
        ["=1+1", "menace", "2023", "007"],
    ]
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
            for text in row
        )
        + "</table:table-row>"
        for row in rows
    )
    folder = small / "data/sources/faits"
    folder.mkdir()
    (folder / "faits.ods").write_bytes(ods(cells))
    (folder / "source.toml").write_text(
        'title = "F"\npublisher = "P"\nlicence = "x"\nlanguage = "fr"\n# ours\n'
        '[[table]]\nfile = "faits.ods"\nkind = "act"\nsheet = "S"\nheader = 1\n',
        "utf-8",
    )
    return folder


def test_a_spreadsheet_that_is_only_read_gets_a_copy_that_is_edited(
    client: Client, spreadsheet: Path
) -> None:
    place = {"source": "faits", "table": "faits.ods#S#1"}
    assert "Make a copy" in client.ask("/table", params=place).text
    answer = client.post("/table/copy", place)
    assert answer.status_code == 303, answer.text
    page = client.ask(answer.headers["location"]).text
    assert "Back to the original" in page
    assert "Make a copy" not in page
    copy = spreadsheet / "faits.xlsx"
    assert cells_of(copy, "S") == cells_of(spreadsheet / "faits.ods", "S")
    assert "# ours" in (spreadsheet / "source.toml").read_text("utf-8")
    now = {"source": "faits", "table": "faits.xlsx#S#1"}
    change = {"what": "set", "row": 2, "column": 0, "old": "Ana Torres", "new": "Ana T. <b>"}
    given = {"project": client.workplace.mark, **now, **change}
    answer = client.ask("/table/change", "POST", json=given, headers={"Origin": f"http://{HOST}"})
    assert answer.status_code == 200
    client.workplace.tables.save()
    assert cells_of(copy, "S")[1][0] == "Ana T. <b>"
    client.post("/table/copy", {**now, "undo": "1"})
    assert 'file = "faits.ods"' in (spreadsheet / "source.toml").read_text("utf-8")
    client.post("/table/copy", place)  # and again: what was typed in the first copy stays
    assert (spreadsheet / "faits (2).xlsx").is_file()
    assert cells_of(copy, "S")[1][0] == "Ana T. <b>"


def test_no_copy_is_made_of_what_is_no_table(client: Client, spreadsheet: Path) -> None:
    for table in ("../hrdgraph.toml", "people.csv", "", "faits.ods"):
        answer = client.post("/table/copy", {"source": "faits", "table": table})
        assert answer.status_code == 400
    assert not list(spreadsheet.glob("*.xlsx"))


def test_headings_that_say_what_they_are_are_taken_though_no_cell_fits(client: Client) -> None:
    table = "Victime,Acte,Date\n" + "".join(f"P {n},bastonnade,2023\n" for n in range(9))
    page = client.ask(deliver(client, ("liste.csv", table.encode()))).text
    for name in ("victim", "type", "date"):
        assert f'<option value="{name}" selected>' in page


def test_a_guess_in_doubt_is_confirmed_by_a_tick_alone(client: Client, small: Path) -> None:
    acts = "Día,Víctima,Acto,Lugar,Enlace\n23/04/2020,Ana Ruiz,detención,Lima,https://example.org/a\n23/05/2020,Eva Mora,detención,Puno,https://example.org/b\n"
    people = "Apellidos,Nombre,Año\nRuiz Pardo,Ana,1940\nMora Gil,Eva,1941\nSanz,Luis,1939\n"
    address = deliver(client, ("a.csv", acts.encode()), ("p.csv", people.encode()))
    seen = {"t0.h0": "withheld", "t0.w0": "withheld", "t0.h3": "", "t0.w3": ""}
    columns = {f"t0.c{n}": name for n, name in enumerate(("date", "victim", "type", "place", "document"))}  # fmt: skip
    shown = {"t0.kind": "act", "t0.shown_kind": "act", "t1.kind": "person", "t1.shown_kind": "person", **seen, **columns}  # fmt: skip
    again = client.post(address, {**shown, "action": ""}).text
    assert 'name="t0.right" value="0"' in again
    assert 'name="t1.right" value="kind"' in again
    assert "everybody, of people who died" in again
    written = small / "data/sources/unsaid/source.toml"
    client.post(address, {**shown, "name": "unsaid", "source_title": "U", "action": "publish"})
    text = written.read_text("utf-8")
    assert 'restricted = ["Día"]' in text
    assert 'visibility = "restricted"' in text.partition('file = "p.csv"')[2]
    ticks = {"t0.right": "0", "t1.right": "kind", "t0.w3": "public"}
    address = deliver(client, ("a.csv", acts.encode()), ("p.csv", people.encode()))
    again = client.post(address, {**shown, **ticks, "action": ""}).text
    assert re.search(r'name="t0.right" value="0"[^>]* checked', again)
    assert re.search(r'name="t0.w3"[^>]*><option value="">[^>]*><option value="public" selected', again)  # fmt: skip
    ticked = {**shown, **ticks, "name": "said", "source_title": "S", "action": "publish"}
    client.post(address, ticked)
    text = (small / "data/sources/said/source.toml").read_text("utf-8")
    assert 'date = "Día"' in text
    assert '["Día"]' not in text
    assert 'noted = ["Lugar"]' in text
    assert '"restricted"' not in text


def test_who_sees_each_column_is_asked_before_anything_is_published(
    client: Client, small: Path
) -> None:
    table = "Nom,Profession,Téléphone,Accord\nFatou Diallo-Bâ,avocate,77 123 45 67,oui\nАнна Шмидт,juge,,refusé\n"
    address = deliver(client, ("personnes.csv", table.encode()))
    page = client.ask(address, headers={"Accept-Language": "fr"}).text
    for word in ("Qui le verra", "tout le monde", "nous seuls", "pas lu", "Publier", "refusé"):
        assert word.casefold() in page.casefold()
    fields = {"t0.kind": "person", "t0.shown_kind": "person", "name": "personnes", "source_title": "Personnes"}  # fmt: skip
    client.post(address, {**fields, "action": "accept"})
    written = small / "data/sources/personnes/source.toml"
    assert 'visibility = "restricted"\n\n[facts]' in written.read_text("utf-8")
    assert 'withheld = ["Téléphone", "Accord"]' in written.read_text("utf-8")
    # later somebody confirms it, with another choice for a column and the meaning of its marks
    assert "Confirm who may see it" in client.ask("/sources").text
    again = client.post("/sources/ask", {"source": "personnes"}).headers["location"]
    ticked = {**fields, "t0.private": "Accord\trefusé", "action": ""}  # before the last tick, too
    assert re.search(r'value="Accord\trefusé" checked', client.post(again, ticked).text)
    chosen = {"t0.h1": "public", "t0.w1": "withheld", "t0.marks_said": "Accord", "t0.private": "Accord\trefusé"}  # fmt: skip
    client.post(again, {**fields, **chosen, "action": "publish"})
    said = written.read_text("utf-8")
    assert 'visibility = "public"\n\n[facts]' in said
    assert 'withheld = ["Profession", "Téléphone", "Accord"]' in said
    assert '[table.rows."Accord"]\n"oui" = "public"\n"refusé" = "restricted"' in said
    assert (
        said.count("visibility") == 1
    )  # the table is public, since it is known which rows are not


def test_who_was_withdrawn_and_comes_back_is_asked_about_at_once(
    client: Client, small: Path
) -> None:
    decide("Фатима Диалло-Бâ", "elle le demande", "safety", project=small)
    table = "Prix,Année,Lauréat\nPrix Rafto,2025,ДИАЛЛО-БÂ Фатима\n".encode()
    address = deliver(client, ("lauréats 2025.csv", table))
    fields = {"t0.kind": "conferral", "t0.shown_kind": "conferral", "name": "laureats", "source_title": "Lauréats"}  # fmt: skip
    answer = client.post(address, {**fields, "action": "accept"}, {"Accept-Language": "fr"}).text
    assert "ДИАЛЛО-БÂ Фатима" in answer
    assert "withdraw --undo" in answer
    hrdgraph.build(small)
    page = client.ask("/publish", headers={"Accept-Language": "fr"}).text
    assert "Фатима Диалло-Бâ</code>" in page  # not what stands for the name
    assert ">urn:" not in page
    assert "Tout ce qui a été lu est publié" not in page  # this workbench has built nothing
    assert "Construisez d’abord le graphe" in page
    assert "C’est quelqu’un d’autre" in page
    [iri] = re.findall(r'name="thing" value="(http[^"]*)"', page)
    answer = {"what": "withdraw", "thing": iri, "code": "other", "reason": "autre", "undo": "1"}
    assert client.post("/publish", answer).status_code == 200
    assert iri in (small / "data" / "judgements.csv").read_text("utf-8")


SPELLED = {
    "memorial": ("Natalya Estemirova", "Berta Cáceres Flores", "Zoé Kabongo Ndala"),
    "front-line": ("Natalia Estemirova", "Bertha Cáceres Flores", "Zoë Kabongo Ndala"),
}


@pytest.mark.heavy
def test_pairs_of_one_rule_are_judged_at_once_with_their_acts(client: Client, small: Path) -> None:
    for source, names in SPELLED.items():
        folder = small / "data" / "sources" / source
        folder.mkdir()
        rows = [f"{name},killing,2009-07-1{place}" for place, name in enumerate(names)]
        (folder / "acts.csv").write_text("\n".join(("Victim,Act,Date", *rows)), "utf-8")
        (folder / "source.toml").write_text(
            f'title = "{source}"\npublisher = "{source}"\nlicence = "not stated"\nlanguage = "en"\n'
            'visibility = "public"\n[facts]\nlanguage = "en"\n'
            '[[table]]\nfile = "acts.csv"\nkind = "act"\n',
            "utf-8",
        )
    publish_without_source(small)
    hrdgraph.build(small)
    page = client.ask("/same").text
    assert "becomes one too" in page
    assert "3 pairs have the same reasons" in page
    page = client.ask("/same?all=1").text
    assert "Bertha Cáceres Flores" in page
    found = dict(re.findall(r'name="(left|right|count)" value="([^"]+)"', page))
    client.post("/same", {**found, "what": "all", "who": "Inés", "why": "two spellings"})
    judged = (small / "data" / "judgements.csv").read_text("utf-8")
    assert judged.count("two spellings") == 6  # three people and three killings
    client.post("/same", {"what": "undo"})
    assert (small / "data" / "judgements.csv").read_text("utf-8").count(",open,") == 6
