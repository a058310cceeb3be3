"""No canary is in any output of any command, byte by byte; and what is withheld changes no byte of what is published."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.pipeline.canaries import EXAMPLE, PLACES, RESTRICTED, canary, forms, make, read_outputs

from hrdgraph.cli.app import run
from hrdgraph.exports.formats import FORMATS

Run = Callable[..., bytes]
WITHHELD = tuple(place for place in PLACES if place not in RESTRICTED)
WORD = ("--include", "restricted", "--who", "me", "--reason", "a test", "--i-answer-for-it")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make(tmp_path_factory.mktemp("canaries") / "project")
    assert (
        run(["build", str(folder)]) == 3
    )  # expectations are not met, on purpose: their messages are outputs too
    return folder


@pytest.fixture
def said(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run a command; all that it prints."""

    def call(*arguments: str, codes: tuple[int, ...] = (0,)) -> bytes:
        code = run(list(arguments))
        sys.stdout.flush()
        captured = capfdbinary.readouterr()
        assert code in codes, captured.err.decode()
        return captured.out + captured.err

    return call


def found(
    pieces: list[tuple[str, bytes]], places: tuple[str, ...], flock: str = "A"
) -> list[tuple[str, str]]:
    words = {place: forms(canary(place, flock)) for place in places}
    return [
        (where, place)
        for where, data in pieces
        for place, all_forms in words.items()
        if any(form in data for form in all_forms)
    ]


def test_the_search_would_find_them(project: Path) -> None:
    pieces = [
        (str(path), path.name.encode() + path.read_bytes())
        for path in (project / "data").rglob("*")
        if path.is_file()
    ]
    missing = set(PLACES) - {place for _, place in found(pieces, PLACES)}
    assert missing == {"columnkey", "function", "note"}  # places that hold another canary


def test_no_canary_is_in_the_build(project: Path) -> None:
    assert found(list(read_outputs(project / "build")), PLACES) == []


def test_the_graph_holds_what_is_public(project: Path) -> None:
    graph = (project / "build" / "graph.nq").read_text("utf-8")
    for words in ("Ada Example", "Berta Example", "Rosa Risk", "known as Ada_Example"):
        assert words in graph
    assert "a line" not in graph
    assert 'atRisk> "true' not in graph
    assert "Q424242" not in graph  # who is at risk is linked to no other place that tells of her
    assert (
        "Q525252" not in graph
    )  # nor does a link of a name that is not public pass to one that is
    assert '#prefLabel> "Ada Example"' in graph


@pytest.mark.sampled(4)
@pytest.mark.parametrize("format", FORMATS)
def test_no_canary_is_in_an_export(format: str, project: Path, tmp_path: Path, said: Run) -> None:
    output = tmp_path / f"out.{'zip' if format == 'csv' else format}"
    printed = said("export", "-p", str(project), "-f", format, "-o", str(output), "--anyway")
    assert found([("printed", printed), *read_outputs(output)], PLACES) == []


@pytest.mark.heavy
def test_no_canary_is_in_what_commands_print(project: Path, tmp_path: Path, said: Run) -> None:
    place = ("-p", str(project))
    shutil.copytree(project, tmp_path / "again")
    printed = [
        ("stats", said("graphs", "stats", *place, "--json")),
        ("sources", said("query", *place, "sources")),
        (
            "all",
            said("query", *place, "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }", "--format", "csv"),
        ),
        ("validate", said("validate", *place, "--json", codes=(0, 3))),
        ("build", said("build", str(tmp_path / "again"), codes=(3,))),
        ("build --json", said("build", str(tmp_path / "again"), "--json", codes=(3,))),
        ("refused", said("export", *place, codes=(3,))),
        ("network", said("graphs", "analyse", *place)),
        (
            "explain",
            said("explain", *place, "Ada Example", "--json") + said("explain", *place, "Rosa Risk"),
        ),
        (
            "entity",
            said(
                "export",
                *place,
                "-e",
                "https://example.org/id/person/Ada_Example",
                "--anyway",
            ),
        ),
    ]
    assert found(printed, PLACES) == []


def test_what_is_withheld_changes_no_byte(project: Path, tmp_path: Path) -> None:
    """Another flock of canaries, and the published files are the same."""
    other = make(tmp_path / "project", "B")
    assert run(["build", str(other)]) == 3
    for path in sorted((project / "build").rglob("*")):
        inner = path.relative_to(project / "build")
        if path.is_file() and inner.parts[0] not in ("private", "store"):
            assert path.read_bytes() == (other / "build" / inner).read_bytes(), inner


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("people.csv", "https://example.org/award/2024,", "https://example.org/a ward/2024,"),
        ("people.csv", "Berta_Example,", "Ada_Example,"),
        (
            "conferrals.csv",
            "finalist,,https://example.org/award/2024",
            "finalits,,https://example.org/award/2024",
        ),
        ("conferrals.csv", "canaryrowkeyAq", "canaryrowkeyAqx"),
    ],
)
def test_no_canary_is_in_an_error(
    file: str, old: str, new: str, project: Path, tmp_path: Path, said: Run
) -> None:
    shutil.copytree(project, tmp_path / "bad", ignore=shutil.ignore_patterns("build"))
    path = tmp_path / "bad" / EXAMPLE / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    printed = said(
        "build", str(tmp_path / "bad"), *(["--json"] if file == "people.csv" else []), codes=(1,)
    )
    assert file.encode() in printed
    assert found([("printed", printed)], PLACES) == []


def test_a_bad_value_of_a_withheld_column_is_told_by_its_place_alone(
    project: Path, tmp_path: Path, said: Run
) -> None:
    shutil.copytree(project, tmp_path / "bad", ignore=shutil.ignore_patterns("build"))
    path = tmp_path / "bad" / EXAMPLE / "source.toml"
    path.write_text(
        path.read_text("utf-8").replace(
            'phone = { visibility = "withheld" }',
            'phone = { visibility = "withheld", type = "integer" }',
        ),
        encoding="utf-8",
    )
    printed = said("build", str(tmp_path / "bad"), codes=(1,)).decode()
    assert "people.csv, row 2, column 'phone'" in printed
    assert "column is not public" in printed
    assert found([("printed", printed.encode())], PLACES) == []


@pytest.mark.heavy
def test_a_restricted_build_is_marked_and_apart(project: Path, tmp_path: Path, said: Run) -> None:
    shutil.copytree(project, tmp_path / "copy")
    folder = str(tmp_path / "copy")
    before = (tmp_path / "copy" / "build" / "graph.nq").read_bytes()
    said("build", folder, *WORD, codes=(3,))
    restricted = tmp_path / "copy" / "build-restricted"
    assert (tmp_path / "copy" / "build" / "graph.nq").read_bytes() == before
    assert restricted.stat().st_mode & 0o077 == 0
    assert (restricted / ".gitignore").read_text() == "*\n"
    pieces = list(read_outputs(restricted))
    assert {place for _, place in found(pieces, PLACES)} == set(RESTRICTED)
    assert not (restricted / "graph.nq").exists()
    for ending in ("nq", "ttl", "trig", "jsonld"):
        assert re.search(
            "accessRights.*visibility[/:]restricted",
            (restricted / f"graph.restricted.{ending}").read_text("utf-8"),
        )
    assert '"visibility": "restricted"' in (restricted / "manifest.json").read_text()
    assert '"who": "me"' in (restricted / "manifest.json").read_text()
    for format in ("nq", "rdfxml", "jsonld", "csv"):
        output = tmp_path / f"out.restricted.{'zip' if format == 'csv' else format}"
        said("export", "-p", folder, "-f", format, "-o", str(output), "--anyway", *WORD)
        pieces = list(read_outputs(output))
        assert {place for _, place in found(pieces, PLACES)} == set(RESTRICTED)
        assert any(b"Dataset" in data and b"visibility/restricted" in data for _, data in pieces), (
            format
        )


@pytest.mark.parametrize(
    "options", [WORD[:2], WORD[:4], WORD[:6], (*WORD[:2], "--i-answer-for-it")]
)
def test_without_a_persons_word_nothing_restricted_is_made(
    options: tuple[str, ...], project: Path, said: Run
) -> None:
    assert b"takes responsibility" in said("build", str(project), *options, codes=(1,))
    assert not (project / "build-restricted").exists()


def test_an_export_that_would_not_say_so_is_refused(
    project: Path, tmp_path: Path, said: Run
) -> None:
    assert b"graph.restricted.nq" in said(
        "export",
        "-p",
        str(project),
        "-f",
        "nq",
        "-o",
        str(tmp_path / "graph.nq"),
        *WORD,
        codes=(2,),
    )
    assert b"no way to say" in said(
        "export",
        "-p",
        str(project),
        "-f",
        "gexf",
        "-o",
        str(tmp_path / "x.restricted.gexf"),
        *WORD,
        codes=(2,),
    )
    assert b"withheld" in said("export", "-p", str(project), "--include", "withheld", codes=(2,))
