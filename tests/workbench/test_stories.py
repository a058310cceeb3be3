"""What a person does in the workbench, from beginning to end, in a real browser."""

from __future__ import annotations

import csv
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hrdgraph

pytestmark = pytest.mark.heavy

FACTS = 'title = "Registro"\npublisher = "Nosotras"\nlicence = "x"\nlanguage = "es"\n[facts]\nlanguage = "es"\ndates = "dmy"\n[[table]]\nfile = "registro.csv"\nkind = "act"\n'
SPANISH = """Hecho,Víctima,Fecha,País,Fuente
amenaza,Ana Pérez,3/4/2021,Colombia,https://example.org/1
amenza,Luis Gómez,31/02/2021,Colombia,https://example.org/2
detención,Rosa Díaz,mayo de 2021,Colonbia,https://example.org/3
"""


def until(page: Any, script: str, seconds: float = 120) -> None:
    """Wait until a script says so; `wait_for_function` needs what the policy forbids."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if page.evaluate(script):
            return
        time.sleep(0.05)
    raise AssertionError(f"never: {script}")


def source_of(project: Path, name: str, toml: str, **files: str) -> Path:
    folder = project / "data/sources" / name
    folder.mkdir(parents=True)
    (folder / "source.toml").write_text(toml, "utf-8")
    for file, text in files.items():
        (folder / f"{file}.csv").write_text(text, "utf-8")
    return folder


def built(page: Any) -> None:
    page.click("#build-bar button")
    page.wait_for_url("**/build")
    page.wait_for_selector("#build-state .verdict", timeout=240_000)


def quiet(page: Any) -> None:
    """Nothing was asked of others, nothing refused by the policy, no script failed."""
    assert [text for text in page.told if "favicon" not in text] == []


def test_from_a_french_workbook_to_a_published_site(
    workbench: Callable[..., Any],
    visitor: Callable[..., Any],
    violations: Callable[..., Any],
    french_workbook: Path,
    tmp_path: Path,
) -> None:
    started = time.monotonic()
    running = workbench(tmp_path)
    page = visitor(running.address, "fr")
    page.fill("input[name=title]", "Registre")
    page.click("button >> text=Créer le projet")
    assert violations(page)[0] == []
    page.set_input_files("#files", str(french_workbook))
    page.wait_for_selector("text=arrestation : Marie Mukendi")
    assert violations(page)[0] == []
    page.select_option("[name='t0.c4']", "")  # a change shows at once what will be understood
    page.wait_for_selector("li:has-text('arrestation : Marie Mukendi, RDC')")
    page.select_option("[name='t0.c4']", "place")
    page.wait_for_selector("li:has-text('Mukendi, Goma, RDC')")
    page.click("text=L’ajouter et publier les colonnes marquées")
    page.wait_for_selector("p.verdict.good")
    page.click("nav >> text=Sources")
    page.click("text=Retirer les exemples")
    built(page)
    assert "Construit" in page.inner_text("#build-state .verdict")
    print(f"first fact in the graph after {time.monotonic() - started:.0f} s, 8 actions")
    assert violations(page)[0] == []
    page.click("nav >> text=Constats")
    assert violations(page)[0] == []
    page.click("nav >> text=Graphe")
    page.wait_for_selector("text=aperçu des pages")
    page.click("text=← Atelier")
    page.click("nav >> text=Publier")
    page.wait_for_selector("text=Ce qui n’est pas publié")
    assert violations(page)[0] == []
    page.click("button >> text=Écrire le site")
    page.wait_for_selector("[role=status] >> text=fichiers sont dans", timeout=240_000)
    assert (tmp_path / "registre/site/fr/index.html").is_file()
    page.fill("input[name=version]", "1.0")
    page.click("button >> text=Faire la version")
    page.wait_for_selector("text=La version 1.0 est dans", timeout=120_000)
    assert (tmp_path / "registre/releases/1.0/graph.nq").is_file()
    quiet(page)


def test_a_spanish_table_is_mended_in_the_grid_by_keys_alone(
    workbench: Callable[..., Any],
    visitor: Callable[..., Any],
    violations: Callable[..., Any],
    small: Path,
) -> None:
    folder = source_of(small, "registro", FACTS, registro=SPANISH)
    running = workbench(small)
    page = visitor(running.address, "es")
    built(page)
    page.wait_for_selector(".verdict.bad")
    page.click(".errors a >> nth=0")  # an error leads to its cell
    until(page, "document.querySelectorAll('#grid .wrong').length === 3")
    assert violations(page)[0] == []
    keys = page.keyboard
    for wrong, right in (
        ("31/02/2021", "28/02/2021"),
        ("Colonbia", "Colombia"),
        ("amenza", "amenaza"),
    ):
        cell = page.evaluate(
            f"[...document.querySelectorAll('#grid .g-cell')].find((one) => one.textContent === '{wrong}').id"
        )
        _, at, column = cell.split("-")
        page.focus("#grid")
        keys.press("Control+Home")
        for _ in range(int(at)):
            keys.press("ArrowDown")
        for _ in range(int(column)):
            keys.press("ArrowRight")
        keys.press("F2")
        keys.press("Control+a")
        keys.type(right)
        until(page, "!document.querySelector('#help .finding')")
        keys.press("Enter")
    until(
        page,
        "document.querySelectorAll('#grid .wrong').length === 0 && document.getElementById('state').textContent === 'Todo está guardado en el archivo.'",
    )
    rows = list(csv.reader((folder / "registro.csv").read_text("utf-8").splitlines()))
    assert rows[2] == ["amenaza", "Luis Gómez", "28/02/2021", "Colombia", "https://example.org/2"]
    keys.press("Control+z")
    until(page, "document.querySelectorAll('#grid .wrong').length === 1")
    keys.press("Control+y")
    until(page, "document.querySelectorAll('#grid .wrong').length === 0")
    built(page)
    assert "Construido" in page.inner_text("#build-state .verdict")
    quiet(page)


def test_two_that_look_alike_are_kept_apart(
    workbench: Callable[..., Any],
    visitor: Callable[..., Any],
    violations: Callable[..., Any],
    small: Path,
) -> None:
    head = "Award,Year,Laureate,Source\n"
    toml = 'title = "{0}"\npublisher = "We"\nlicence = "x"\nlanguage = "en"\n[facts]\nlanguage = "en"\n[[table]]\nfile = "prizes.csv"\nkind = "conferral"\n'
    source_of(
        small,
        "one",
        toml.format("One"),
        prizes=head + "Rafto Prize,2001,Maria Fernanda Lopez,https://example.org/1\n",
    )
    source_of(
        small,
        "two",
        toml.format("Two"),
        prizes=head + "Palme Prize,2003,Maria Fernanda Lopez,https://example.org/2\n",
    )
    hrdgraph.build(small)
    page = visitor(workbench(small).address)
    page.click("nav >> text=Same?")
    page.wait_for_selector(".sides h2")
    assert violations(page)[0] == []
    while "Lopez" not in page.inner_text(".sides"):
        page.click("button[value=skip]")
    page.fill("textarea[name=why]", "born in different countries")
    page.fill("input[name=who]", "Ada")
    page.click("button[value=not-same]")
    page.wait_for_load_state()
    text = (small / "data/judgements.csv").read_text("utf-8")
    assert "not-same" in text
    assert "born in different countries" in text
    page.click("text=take back the last decision")
    page.wait_for_selector(".sides h2")
    assert "open" in (small / "data/judgements.csv").read_text("utf-8")
    quiet(page)


def test_something_is_taken_down_and_nothing_of_it_is_left(
    workbench: Callable[..., Any], visitor: Callable[..., Any], whole: Path
) -> None:
    shutil.rmtree(whole / "data/sources/example-facts")  # which names another of the same name
    hrdgraph.build(whole)
    running = workbench(whole)
    page = visitor(running.address)
    page.click("nav >> text=Publish")
    page.fill("input[name=thing]", "person/Ada_Example")
    page.select_option("select[name=code]", "safety")
    page.fill("form.fields input[name=reason]", "she asked")
    page.fill("form.fields input[name=who]", "Ada")
    page.click("button >> text=Withdraw something")
    page.wait_for_selector("text=Withdrawn from now on", timeout=120_000)
    page.click("text=Check whether anything is left")
    page.wait_for_selector("text=Something is still there", timeout=120_000)
    built(page)
    page.click("nav >> text=Publish")
    page.click("text=Check whether anything is left")
    page.wait_for_selector("text=Nothing of it was found", timeout=120_000)
    assert "Ada_Example" not in (whole / "build/graph.nq").read_text("utf-8")
    answer = page.goto(f"{running.host}/graph/en/id/person/Ada_Example")
    assert answer.status == 410
    quiet_but_gone = [text for text in page.told if "410" not in text and "503" not in text]
    assert quiet_but_gone == []


def test_the_server_is_killed_in_the_middle_of_typing(
    workbench: Callable[..., Any], visitor: Callable[..., Any], small: Path
) -> None:
    folder = source_of(small, "registro", FACTS, registro=SPANISH)
    running = workbench(small)
    page = visitor(running.address, "en")
    page.goto(f"{running.host}/table?source=registro&table=registro.csv")
    until(page, "(document.getElementById('cell-0-1') || {}).textContent === 'Ana Pérez'")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("Ana María Pérez")
    page.keyboard.press("Enter")
    until(page, "document.querySelectorAll('.waiting').length === 0")
    running.kill()  # before the file is written
    assert "Ana María" not in (folder / "registro.csv").read_text("utf-8")
    page.keyboard.type("Luis Alberto Gómez")
    page.keyboard.press("Enter")
    page.keyboard.type("Rosa Elena D")  # and in the middle of a word
    until(
        page,
        "document.getElementById('state').textContent.startsWith('The workbench does not answer')",
    )
    running.restart()
    other = page.context.new_page()
    other.goto(running.address)  # as the terminal says
    other.close()
    until(page, "document.querySelectorAll('.waiting').length === 0")
    page.reload()  # what was half typed is there again
    until(page, "(document.querySelector('input.editor') || {}).value === 'Rosa Elena D'")
    page.keyboard.type("íaz")
    page.keyboard.press("Enter")
    until(
        page, "document.getElementById('state').textContent === 'Everything is saved in the file.'"
    )
    names = [
        row[1] for row in csv.reader((folder / "registro.csv").read_text("utf-8").splitlines())
    ]
    assert names == ["Víctima", "Ana María Pérez", "Luis Alberto Gómez", "Rosa Elena Díaz"]


def test_two_windows_on_one_table(
    workbench: Callable[..., Any],
    visitor: Callable[..., Any],
    violations: Callable[..., Any],
    small: Path,
) -> None:
    folder = source_of(small, "registro", FACTS, registro=SPANISH)
    running = workbench(small)
    one = visitor(running.address)
    two = one.context.new_page()
    for page in (one, two):
        page.goto(f"{running.host}/table?source=registro&table=registro.csv")
        until(page, "(document.getElementById('cell-0-1') || {}).textContent === 'Ana Pérez'")
    two.keyboard.press("ArrowRight")
    two.keyboard.press("F2")  # before the other window changes it
    one.keyboard.press("ArrowRight")
    one.keyboard.type("Ana, of one")
    one.keyboard.press("Enter")
    until(one, "document.querySelectorAll('.waiting').length === 0")
    two.keyboard.press("Control+a")
    two.keyboard.type("Ana, of two")
    two.keyboard.press("Enter")
    two.wait_for_selector("#conflict[open]")
    assert "Ana, of one" in two.inner_text("#conflict")
    assert violations(two)[0] == []
    two.click("text=Keep the other text")
    until(two, "document.getElementById('cell-0-1').textContent === 'Ana, of one'")
    two.keyboard.press("Control+Home")
    two.keyboard.press("ArrowRight")
    two.keyboard.press("ArrowRight")
    two.keyboard.type("4/4/2021")
    two.keyboard.press("Enter")
    until(
        one, "document.getElementById('cell-0-2').textContent === '4/4/2021'"
    )  # the other follows by itself
    until(
        one, "document.getElementById('state').textContent === 'Everything is saved in the file.'"
    )
    row = list(csv.reader((folder / "registro.csv").read_text("utf-8").splitlines()))[1]
    assert row[1:3] == ["Ana, of one", "4/4/2021"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_axe_finds_nothing_in_any_room(
    workbench: Callable[..., Any],
    visitor: Callable[..., Any],
    violations: Callable[..., Any],
    small: Path,
    language: str,
    theme: str,
) -> None:
    source_of(small, "registro", FACTS, registro=SPANISH)
    running = workbench(small)
    page = visitor(running.address, language, color_scheme=theme)
    for path in (
        "/?start=1",
        "/sources",
        "/build",
        "/findings",
        "/publish",
        "/same",
        "/pages",
        "/nothing",
        "/table?source=registro&table=registro.csv",
    ):
        page.goto(running.host + path)
        page.wait_for_load_state("networkidle")
        found, _, account = violations(page)
        assert found == [], f"{path}: {account}"


def test_many_rows_without_a_stutter(
    workbench: Callable[..., Any], visitor: Callable[..., Any], small: Path
) -> None:
    rows = "".join(
        f"amenaza,Persona {n},2024-01-{n % 28 + 1:02d},Colombia,https://example.org/{n}\n"
        for n in range(100_000)
    )
    source_of(small, "registro", FACTS, registro=SPANISH.partition("\n")[0] + "\n" + rows)
    running = workbench(small)
    page = visitor(running.address)
    page.goto(f"{running.host}/table?source=registro&table=registro.csv")
    until(page, "(document.getElementById('cell-9-1') || {}).textContent === 'Persona 9'")
    worst = page.evaluate(
        """async () => { const grid = document.getElementById('grid'); const frames = []; let last = performance.now();
        for (let step = 0; step < 120; step += 1) { grid.scrollTop = step * 26000; await new Promise(requestAnimationFrame);
          const now = performance.now(); frames.push(now - last); last = now; }
        frames.sort((a, b) => a - b); return frames[Math.floor(frames.length * 0.9)]; }"""
    )  # fmt: skip
    nodes = page.evaluate("document.querySelectorAll('#grid *').length")
    print(f"nine of ten frames under {worst:.0f} ms, {nodes} nodes for 100,000 rows")
    assert nodes < 1500
    assert worst < 200
    page.focus("#grid")
    page.keyboard.press("Control+End")
    until(page, "(document.getElementById('cell-99999-1') || {}).textContent === 'Persona 99999'")
