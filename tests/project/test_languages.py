"""A language is one entry and a folder of sentences; what it lacks is told in English, under the right tag."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import hrdgraph
from hrdgraph.catalogue import KNOWN, LANGUAGES, Language, Message

PACKAGE = Path(hrdgraph.__file__).parent
SENTENCES = 34
ENTRY = re.compile(r'^msgid "([\w-]+)"\nmsgstr "(.+)"$', re.M)
TABLE = "Acto;Víctima;Fecha;País\nameaça;Conceição Evaristo dos Santos;31.02.2021;Brasil\n"


@pytest.fixture(scope="module")
def with_portuguese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with a language that somebody has begun: an entry, and a few sentences."""
    folder = tmp_path_factory.mktemp("program") / "src"
    shutil.copytree(PACKAGE, folder / "hrdgraph")  # no links: its tests write into it
    for name in ("ontology", "queries", "data"):
        if (shared := PACKAGE.parents[1] / name).is_dir():
            (folder.parent / name).symlink_to(shared)
    entries = folder / "hrdgraph" / "catalogue" / "languages.py"
    text = entries.read_text("utf-8").replace(
        "    # millions", '    Language("pt"),\n    # millions'
    )
    entries.unlink()
    entries.write_text(text, "utf-8")
    sentences = folder / "hrdgraph" / "catalogue" / "pt"
    sentences.mkdir()
    english = (PACKAGE / "catalogue" / "en" / "dates.po").read_text("utf-8")
    found = [f'msgid "{code}"\nmsgstr "PT {text}"\n' for code, text in ENTRY.findall(english)]
    (sentences / "dates.po").write_text("\n".join(found[:SENTENCES]), "utf-8")
    return folder


def run(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(program), "LC_ALL": "pt_BR"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.heavy
def test_a_language_of_a_few_sentences_builds(with_portuguese: Path, tmp_path: Path) -> None:
    root, table = tmp_path / "projeto", tmp_path / "atos.csv"
    made = run(with_portuguese, "-m", "hrdgraph", "init", str(root))
    assert made.returncode == 0, made.stderr
    assert '"pt"' in (root / "hrdgraph.toml").read_text("utf-8")
    table.write_text(TABLE, "utf-8")
    ending = ("--yes", "--public", "-p", str(root), "--kind", "act")
    imported = run(with_portuguese, "-m", "hrdgraph", "import", str(table), *ending)
    assert imported.returncode == 0, imported.stderr
    built = run(with_portuguese, "-m", "hrdgraph", "build", str(root), "--on-error", "row")
    assert "Traceback" not in built.stderr
    assert (root / "build" / "graph.ttl").is_file(), built.stderr
    page = (root / "build" / "private" / "report.html").read_text("utf-8")
    assert '<span lang="en">' in page
    assert 'lang="pt"' in page
    lines = (root / "build" / "graph.nq").read_text("utf-8").splitlines()
    assert not any("@pt" in line and "#hiddenLabel>" not in line for line in lines)
    written = run(
        with_portuguese, "-m", "hrdgraph", "site", "-p", str(root), "--output", str(root / "pages")
    )
    assert written.returncode == 0, written.stderr
    page = (root / "pages" / "pt" / "index.html").read_text("utf-8")
    assert '<html lang="pt">' in page
    assert re.search(r'<a [^>]*lang="en">Browse</a>', page)
    assert 'title="Português"' in page
    assert not re.search("[\ue000-\ue002]", page)
    page = (root / "pages" / "pt" / "id" / "person" / "Ada_Example.html").read_text("utf-8")
    assert '<span lang="en">awarding body</span>' in page


SPOKEN = """
from hrdgraph.catalogue import Message, render
own, english = Message("{own}"), Message("not-known-here", name="x")
print(own.texts["pt"], "|", *english.texts, "|", render(english, "pt"))
"""


def test_english_is_never_told_under_the_tag_of_another(with_portuguese: Path) -> None:
    text = (with_portuguese / "hrdgraph" / "catalogue" / "pt" / "dates.po").read_text("utf-8")
    code, sentence = ENTRY.findall(text)[0]
    told = run(with_portuguese, "-c", SPOKEN.format(own=code)).stdout
    assert told == f"{sentence} | en fr es | 'x' is not known here\n"


def test_one_command_says_what_a_language_lacks(with_portuguese: Path) -> None:
    found = run(with_portuguese, "-m", "hrdgraph.catalogue").stdout
    assert "pt/pipeline.po" in found
    assert re.search(r"pt/workbench\.po: not translated: \d+ \(", found)


def test_babel_knows_what_an_entry_leaves_out() -> None:
    made = Language("pt")
    assert made.joining["or"] == " ou "
    assert made.joining["and"] == " e "
    assert made.number(12345) == "12.345"
    assert made.plural_forms.startswith("nplurals=3;")


def test_a_message_is_said_in_languages_that_have_all_of_it() -> None:
    assert [*Message("not-known-here", name="quizás").texts] == [*LANGUAGES]
    assert [*Message("library-says", reason=Message("no-such-code")).texts] == ["en"]
    assert KNOWN["es"].number(9999) == "9999"
