"""Standard output that is closed, full, or no longer read: a clear error, or a quiet end, and never a traceback."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from hrdgraph.cli.process import guard, visible

PROGRAM = f'{shlex.quote(sys.executable)} -c "from hrdgraph.cli import main; main()"'
MAPPING = """@prefix rml: <http://w3id.org/rml/> .
<#m> rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:template "http://e.org/{id}" ] ;
  rml:predicateObjectMap [ rml:predicate <http://e.org/p> ; rml:objectMap [ rml:reference "id" ] ] .
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a mapping whose result is more than a pipe holds."""
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("id\n" + "".join(f"{n}\n" for n in range(20_000)), "utf-8")
    Path("m.ttl").write_text(MAPPING, "utf-8")
    return tmp_path


def shell(words: str, around: str = "") -> tuple[int, str, str]:
    """Exit code of the program, standard output, standard error; `around` stands behind it in a line of the shell."""
    done = subprocess.run(
        ["bash", "-c", f"{PROGRAM} {words} {around}; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.sampled(1)
@pytest.mark.parametrize("words", ["map m.ttl", "map m.ttl -o out", "map m.ttl --format ttl"])
def test_a_reader_that_has_enough_is_no_error(words: str) -> None:
    Path("out").symlink_to("/dev/stdout")
    code, out, errors = shell(words, "| head -1")
    assert (code, out.count("\n"), errors) == (0, 1, "")


@pytest.mark.heavy
@pytest.mark.parametrize("words", ["--help", "map --help", "mappings check m.ttl", "query --help"])
def test_nor_is_one_that_reads_nothing(words: str) -> None:
    assert shell(words, "| (exec <&-; sleep 2)")[::2] == (0, "")


def test_files_appear_all_the_same() -> None:
    assert shell("map m.ttl --on-error skip --rejected r.csv", "| head -1")[0] == 0
    assert Path("r.csv").is_file()


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    "words", ["map m.ttl", "mappings check m.ttl", "mappings check m.ttl --json", "--help"]
)
@pytest.mark.parametrize(
    ("where", "fact"),
    [(">&-", "is closed"), (">/dev/full", "cannot be written: No space left on device")],
)
def test_standard_output_that_takes_nothing_is_an_error(words: str, where: str, fact: str) -> None:
    code, _, errors = shell(words, where)
    assert code == 1
    assert errors.startswith(f"error: standard output: {fact}\n  hint: ")
    assert errors.count("\n") == 2


def test_it_is_not_missed_where_nothing_goes_there() -> None:
    assert shell("map m.ttl -o out.nq", ">&- 2>&- <&-") == (0, "", "")
    assert Path("out.nq").read_bytes().count(b"\n") == 20_000


@pytest.mark.sampled(1)
@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full", "2>&1 >/dev/null | (exec <&-; sleep 2)"])
def test_standard_error_that_takes_nothing_changes_no_exit_code(where: str) -> None:
    assert shell("map none.ttl", where)[0] == 1
    assert shell("biuld", where)[0] == 2


def test_an_error_for_machines_is_said_to_people_where_it_cannot_be_written() -> None:
    code, _, errors = shell("mappings check none.ttl --json", ">&-")
    assert code == 1
    assert errors.startswith("error: none.ttl: cannot be read")


def test_a_terminal_without_the_letters_gets_escapes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "out").open("w", encoding="latin-1") as stream, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        guard()
        print("März, марта")
        sys.stdout.flush()
    assert (tmp_path / "out").read_bytes() == b"M\xe4rz, \\u043c\\u0430\\u0440\\u0442\\u0430\n"


def test_json_is_utf_8_whatever_the_terminal_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    code, out, errors = shell("tables date '5 марта 2010 г.' --json")
    assert (code, json.loads(out)["text"], errors) == (0, "5 марта 2010 г.", "")


@pytest.mark.heavy
def test_no_control_character_of_the_data_reaches_a_terminal(tmp_path: Path) -> None:
    assert shell("init p")[0] == 0
    table = tmp_path / "p/data/sources/example/people.csv"
    table.write_text(
        table.read_text("utf-8").replace("Ada Example", "Ada\a\x1b]0;owned\a\x9b2J"), "utf-8"
    )
    assert shell("build p --no-validate")[0] == 0
    for words in (
        "explain person/Ada_Example -p p",
        "explain person/Ada_Example -p p --json",
    ):
        code, out, _ = shell(words)
        assert (code, set(out) & {"\a", "\x1b", "\x9b"}) == (0, set())
        assert "Ada\\u0007\\u001b]0;owned\\u0007\\u009b2J" in out
    Path("t\a.yml").write_text("mappings: [", "utf-8")
    assert "error: t\\u0007.yml" in shell("mappings check t\a.yml")[2]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc", "a\tb\nc"),
        ("\x1b[1mbold\x1b[0m", "\x1b[1mbold\x1b[0m"),
        ("\x1b[8mhidden\x1b[2J\r", "\\u001b[8mhidden\\u001b[2J\\u000d"),
        ("\x7f\x85é", "\\u007f\\u0085é"),
    ],
)
def test_what_a_terminal_would_obey_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
