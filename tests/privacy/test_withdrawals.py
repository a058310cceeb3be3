"""Taking things down: gone from every file, through judgements that change, and back again only by a row."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import click
import pytest
from tests.small_projects import KHAWAJA, MARIA, create_small_project, rename_people

from hrdgraph.cli.app import app, run
from hrdgraph.errors import HrdgraphError
from hrdgraph.html_templates import Templates
from hrdgraph.identity.ledger import Judgement, Ledger, Verdict
from hrdgraph.identity.persistent_iris import PersistentIRI
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.pipeline.withdrawal_audit import Needle, needles_in, pieces
from hrdgraph.privacy.withdrawals import CODES, Withdrawal, Withdrawals, append, read_withdrawals
from hrdgraph.privacy.withdrawn_names import normalise
from hrdgraph.project import open_project
from hrdgraph.rdf import IRI, ColumnGraph, Quad

ADA = "https://example.org/id/person/example/Ada_Example"
SECOND = "Ñusta “Majo” Łucja Wójcik-Dąbrowska"  # what another source calls her
OTHER = "https://example.org/id/person/second/A_Example"
QUICK = BuildOptions(validate=False)
DAY = date(2026, 11, 24)
Withdraw = Callable[..., tuple[int, str]]


def row(iri: str, action: str = "withdraw") -> Withdrawal:
    return Withdrawal(iri, action, DAY, "me", "safety", tombstone=True)


def same(left: str, right: str, verdict: Verdict = Verdict.SAME, number: int = 2) -> Judgement:
    return Judgement(left, right, verdict, "me", DAY, "why", number)


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built small project whose people have names in two sources. Never change it."""
    folder = tmp_path_factory.mktemp("withdrawals") / "small"
    create_small_project(folder, "Small")
    rename_people(folder)
    second = folder / "data" / "sources" / "second"
    shutil.copytree(folder / "data" / "sources" / "example", second)
    mapping = second / "mapping.ttl"
    mapping.write_text(
        mapping.read_text("utf-8")
        .replace("person/example/", "person/second/")
        .replace("conferral/example/", "conferral/second/"),
        encoding="utf-8",
    )
    toml = second / "source.toml"
    toml.write_text(
        toml.read_text("utf-8").replace('references = "', 'references = "second/'), encoding="utf-8"
    )
    for name in ("people.csv", "conferrals.csv"):
        table = second / name
        table.write_text(
            table.read_text("utf-8").replace("Ada_Example", "A_Example").replace(MARIA, SECOND),
            encoding="utf-8",
        )
    with (folder / "data" / "judgements.csv").open("a", encoding="utf-8") as file:
        file.write(f"{ADA},{OTHER},same,me,2026-01-01,why\n")
    build(open_project(folder), QUICK)
    return folder


@pytest.fixture
def withdraw(small: Path, twice: Path, capsys: pytest.CaptureFixture[str]) -> Withdraw:
    """Run `withdraw` in a copy of that project; exit code and output."""
    shutil.rmtree(small)
    shutil.copytree(twice, small)

    def call(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = run(["withdraw", "-p", str(small), *arguments])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return call


def test_a_thing_is_gone_from_every_file_under_all_its_names(
    small: Path, withdraw: Withdraw
) -> None:
    assert withdraw("--check") == (0, "nothing is withdrawn\n")
    code, out = withdraw(OTHER, "--reason", "it was asked for", "--code", "consent", "--who", "me")
    assert code == 0
    assert ADA in out
    assert "Your own tables still hold it" in out
    code, out = withdraw("--check")  # the old build is still there
    assert code == 3
    assert "left:" in out
    build(open_project(small), QUICK)
    code, out = withdraw("--check")
    assert (code, "is no longer in" in out) == (0, True), out
    graph = (small / "build" / "graph.nq").read_text("utf-8")
    assert MARIA not in graph
    assert SECOND not in graph
    assert ADA not in graph  # a tombstone carries no name
    stones = [line.split(" ")[:2] for line in graph.splitlines() if "/withdrawn/" in line]
    assert {predicate for _, predicate in stones} == {
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
        "<http://www.w3.org/ns/prov#invalidatedAtTime>",
    }
    assert KHAWAJA in graph
    assert "asked for" not in (small / "data" / "withdrawn.csv").read_text("utf-8")
    reasons = small / "data" / "private" / "withdrawn-reasons.csv"
    assert "asked for" in reasons.read_text("utf-8")
    assert reasons.stat().st_mode & 0o077 == 0
    assert withdraw(OTHER, "--undo", "--reason", "back again")[0] == 0
    build(open_project(small), QUICK)
    assert MARIA in (small / "build" / "graph.nq").read_text("utf-8")


@pytest.mark.heavy
def test_it_stays_down_when_the_ledger_changes(small: Path, withdraw: Withdraw) -> None:
    assert withdraw(ADA, "--reason", "asked for")[0] == 0
    ledger = small / "data" / "judgements.csv"
    ledger.write_text(
        ledger.read_text("utf-8").splitlines()[0] + "\n", encoding="utf-8"
    )  # the two are one no longer
    build(open_project(small), QUICK)
    assert withdraw("--check")[0] == 0
    assert SECOND not in (small / "build" / "graph.nq").read_text("utf-8")


def test_the_check_sees_a_file_of_any_kind(small: Path, withdraw: Withdraw, tmp_path: Path) -> None:
    assert (
        run(["export", "-p", str(small), "-f", "csv", "-o", str(tmp_path / "out.zip"), "--anyway"])
        == 0
    )
    assert withdraw(ADA, "--reason", "asked for")[0] == 0
    code, out = withdraw("--check", str(tmp_path / "out.zip"))
    assert (code, "out.zip!" in out) == (3, True)
    assert withdraw("--check", str(tmp_path / "nothing"))[0] == 1


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("said", "others", "code"),
    [
        ("Presidenta", "", 0),
        ("Matriarcha", "matriarcha", 0),
        ("Matriarcha", "MATRIARCHA", 0),
        (MARIA, MARIA.lower(), 3),
    ],
)
def test_words_that_others_say_too_do_not_count_but_names_do(
    said: str, others: str, code: int, small: Path, withdraw: Withdraw, tmp_path: Path
) -> None:
    """A page writes the name of a role (here one of the vocabulary, one of another source) with a capital."""
    mapping = small / "data" / "sources" / "example" / "mapping.ttl"
    noted = f'<http://x/note/ada> a rml:TriplesMap ; rml:logicalSource :people ; rml:subjectMap [ rml:template "{ADA[:-11]}{{key}}" ] ; '
    noted += f'rml:predicateObjectMap [ rml:predicate hrd:note ; rml:objectMap [ rml:constant "{said}" ] ] .\n'
    with mapping.open("a", encoding="utf-8") as file:
        file.write(noted.replace("{key}", "Ada_Example"))
        file.write(
            f':award rml:predicateObjectMap [ rml:predicate hrd:note ; rml:objectMap [ rml:constant "a {others}" ] ] .\n'
        )
    assert withdraw(ADA, "--reason", "asked for")[0] == 0
    (tmp_path / "page.html").write_text(f"<h1>{said}</h1>", encoding="utf-8")
    assert withdraw("--check", str(tmp_path / "page.html"))[0] == code


def test_what_is_wrong_is_said(small: Path, withdraw: Withdraw) -> None:
    assert "is not withdrawn" in withdraw(ADA, "--undo", "--reason", "x")[1]
    assert withdraw(ADA)[0] == 2
    assert not (small / "data" / "withdrawn.csv").exists()
    code, out = withdraw("https://example.org/id/person/example/Nobody", "--reason", "x")
    assert (code, "No source uses this name" in out) == (3, True)


HEADER = "iri,action,when,who,code,tombstone\n"


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        ("", 1, None),
        ("iri,action\nhttp://x/a,withdraw\n", 1, None),
        ("http://x/a,withdraw,2026-11-24,me,safety,yes\n", 1, None),
        (f"{HEADER}\nhttp://x/a,withdraw\n", 3, None),
        (f"{HEADER}http://x/a,hide,2026-11-24,me,safety,yes\n", 2, "action"),
        (f"{HEADER}http://x/a,withdraw,yesterday,me,safety,yes\n", 2, "when"),
        (f"{HEADER}http://x/a b,withdraw,2026-11-24,me,safety,yes\n", 2, "iri"),
        (f"{HEADER}x/a,withdraw,2026-11-24,me,safety,yes\n", 2, "iri"),
        (f"{HEADER}http://x/a,withdraw,2026-11-24,me,safety,yess\n", 2, "tombstone"),
        (f"{HEADER}http://x/a,withdraw,2026-11-24,me,she asked,yes\n", 2, "code"),
    ],
)
def test_a_damaged_list_is_an_error_that_names_nobody(
    text: str, row: int, column: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "withdrawn.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(HrdgraphError) as caught:
        read_withdrawals(path)
    assert (caught.value.origin.row, caught.value.origin.column) == (row, column)
    assert "x/a" not in str(caught.value)


def test_spaces_around_a_cell_bring_nobody_back(small: Path, withdraw: Withdraw) -> None:
    assert withdraw(ADA, "--reason", "asked for")[0] == 0
    path = small / "data" / "withdrawn.csv"
    path.write_text(
        path.read_text("utf-8").replace(",withdraw,", " ,withdraw, ").replace(",yes", ", yes"),
        encoding="utf-8",
    )
    build(open_project(small), QUICK)
    assert withdraw("--check")[0] == 0
    assert MARIA not in (small / "build" / "graph.nq").read_text("utf-8")


def rename_ada(project: Path) -> None:
    """As a colleague corrects a key."""
    for name in ("people.csv", "conferrals.csv"):
        table = project / "data" / "sources" / "example" / name
        table.write_text(
            table.read_text("utf-8").replace("Ada_Example", "Ada_M_Example"), encoding="utf-8"
        )


@pytest.mark.heavy
def test_somebody_whose_key_was_corrected_stays_closed_until_somebody_answers(
    small: Path, withdraw: Withdraw, capsys: pytest.CaptureFixture[str]
) -> None:
    assert withdraw(ADA, "--reason", "asked for")[0] == 0
    rename_ada(small)
    assert run(["build", str(small), "--no-validate"]) == 0
    assert "may be one that was withdrawn" in capsys.readouterr().err
    assert b"Ada_M_Example" not in (small / "build" / "graph.nq").read_bytes()


def _names(path: Path, word: bytes) -> bool:
    return path.is_file() and word in path.read_bytes()


@pytest.mark.heavy
def test_what_takes_nothing_down_is_named_in_private_alone(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (small / "data" / "withdrawn.csv").write_text(
        f"{HEADER}https://example.org/id/Secret,withdraw,2026-11-24,me,safety,no\n",
        encoding="utf-8",
    )
    for option in ("--json", "--strict"):
        assert run(["build", str(small), "--no-validate", option]) == 3
        said = capsys.readouterr()
        assert "Secret" not in said.out + said.err
        assert "withdrawn.csv, row 2" in said.err
    told = {
        path.relative_to(small / "build").as_posix()
        for path in (small / "build").rglob("*")
        if _names(path, b"/Secret")
    }
    assert told == {f"private/{name}" for name in ("report.html", "findings.json", "manifest.json")}


@pytest.mark.heavy
def test_a_list_that_is_lost_is_an_error(small: Path, withdraw: Withdraw) -> None:
    assert withdraw(ADA, "--reason", "asked for")[0] == 0
    build(open_project(small), QUICK)
    path = small / "data" / "withdrawn.csv"
    path.unlink()
    for lost in (small / "data" / "private", small / "build"):
        with pytest.raises(HrdgraphError, match="is missing"):
            build(open_project(small), QUICK)
        assert "is missing" in withdraw("--check")[1] or lost.name == "build"
        shutil.rmtree(lost)
    build(open_project(small), QUICK)  # nothing is known of any more
    path.write_text(HEADER, encoding="utf-8")
    build(open_project(small), QUICK)


@pytest.mark.heavy
def test_the_check_looks_into_every_output_in_the_project(small: Path, withdraw: Withdraw) -> None:
    restricted = [
        "build",
        str(small),
        "--no-validate",
        "--include",
        "restricted",
        "--who",
        "me",
        "--reason",
        "x",
        "--i-answer-for-it",
    ]
    again = ["build", str(small), "--no-validate"]
    written = [
        ["release", "-p", str(small), "--anyway", "1"],
        ["site", str(small), "--anyway", "-q", "--output", str(small / "public")],
    ]
    assert [run(arguments) for arguments in (restricted, *written)] == [0, 0, 0]
    code, out = withdraw(ADA, "--reason", "asked for")
    assert "build --include restricted, or delete it" in out
    assert run(again) == 0
    for name in ("build-restricted", "releases", "public"):
        code, out = withdraw("--check")
        assert code == 3
        assert f"for {small / name}: " in out
        assert "something is left: hrdgraph build;" not in out  # that one was made anew
        run(restricted) if name == "build-restricted" else shutil.rmtree(small / name)
    code, out = withdraw("--check")
    assert (
        code,
        f"what was withdrawn is no longer in {small / 'build'}, {small / 'build-restricted'}"
        in out,
    ) == (0, True), out


def test_a_row_that_another_name_of_the_thing_needs_is_not_idle() -> None:
    a, b, new = (f"http://x/{name}" for name in ("a", "b", "new"))

    def idle(names: Iterable[str], there: Iterable[str], *judgements: Judgement) -> list[str]:
        graph = ColumnGraph.from_quads(
            Quad(IRI(name), IRI("http://x/p"), IRI("http://x/o")) for name in there
        )
        return [
            item.row.iri
            for item in Withdrawals(tuple(map(row, names))).find_idle(Ledger(judgements), graph)
        ]

    assert idle([a], [a]) == []
    assert idle([a], [new]) == [a]
    assert idle([a], [new], same(a, new)) == []
    assert idle([a, b], [b, new], same(a, b)) == [a]  # what b takes down, its own row takes down
    assert idle([a, new], [new], same(a, new)) == [a]
    assert idle(["http://x/p", "http://x/o"], [new]) == []


def test_a_row_of_a_lasting_iri_is_idle_with_the_names_it_was_given_to() -> None:
    """A lasting IRI stands in no source: it takes down what its names do."""
    lasting, own, former = "http://x/person/José_Lima", "http://x/a/José_Lima", "http://x/b/Lima"
    given = PersistentIRI(lasting, own, f"{DAY}", (former,))
    for there, names, idle in (
        ([own], [lasting], []),
        ([], [lasting], [lasting]),
        (["http://x/else"], [lasting], [lasting]),
        ([], [lasting, own], [own]),  # told of once, by the name that a source gave
        ([own], [lasting, former], []),
    ):
        graph = ColumnGraph.from_quads(
            Quad(IRI(name), IRI("http://x/p"), IRI("http://x/o")) for name in there
        )
        found = Withdrawals(tuple(map(row, names))).find_idle(
            Ledger((), persistent=(given,)), graph
        )
        assert [item.row.iri for item in found] == idle, (there, names)


def test_who_may_have_come_back_is_asked_about_and_not_idle() -> None:
    down, graph = Withdrawals((row("http://x/a"), row("http://x/b"))), ColumnGraph.from_quads([])
    ledger = Ledger((same("http://x/b", "http://x/c"),))
    assert [one.row.iri for one in down.find_idle(ledger, graph)] == ["http://x/a", "http://x/b"]
    assert [one.row.iri for one in down.find_idle(ledger, graph, ["http://x/a"])] == ["http://x/b"]
    assert [one.row.iri for one in down.find_idle(ledger, graph, ["http://x/c"])] == ["http://x/a"]
    unborn = Withdrawals((row("urn:uuid:1b9d"),))
    assert unborn.find_idle(ledger, graph) == []  # waits for somebody to bear the name


def test_an_idle_row_has_the_nearest_name() -> None:
    graph = ColumnGraph.from_quads(
        [Quad(IRI("http://x/person/María_José_Ñáñez"), IRI("http://x/p"), IRI("http://x/o"))]
    )
    down = Withdrawals((row("http://x/person/María_Jose_Ñáñez"),))
    [found] = down.find_idle(Ledger(), graph)
    assert found.suggestion == "http://x/person/María_José_Ñáñez"


@pytest.mark.parametrize("data", [b"\xff\xfe", b'iri,"action\n', b'iri,action\n"x"y,z\n', None])
def test_a_list_that_is_no_table_is_an_error(data: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "withdrawn.csv"
    path.mkdir() if data is None else path.write_bytes(data)
    with pytest.raises(HrdgraphError) as caught:
        read_withdrawals(path)
    assert caught.value.origin.file == str(path)
    assert caught.value.hint


def test_the_last_row_counts_and_all_names_are_down() -> None:
    rows = Withdrawals((row("http://x/a"), row("http://x/b"), row("http://x/b", "undo")))
    ledger = Ledger(
        (
            same("http://x/a", "http://x/c"),
            same("http://x/c", "http://x/d", number=3),
            same("http://x/e", "http://x/f", number=4),
        )
    )
    assert rows.list_down(Ledger()) == {IRI("http://x/a")}
    assert rows.list_down(ledger) == {IRI(f"http://x/{name}") for name in "acd"}
    assert [iri.value for iri, _ in rows.tombstones("http://x/")] == ["http://x/withdrawn/0"]


def test_rows_are_only_added(tmp_path: Path) -> None:
    path, reasons = tmp_path / "withdrawn.csv", tmp_path / "private" / "reasons.csv"
    append(path, reasons, [row("http://x/a")], 'a "reason",\nof two lines')
    path.write_text(
        path.read_text("utf-8").rstrip("\n"), encoding="utf-8"
    )  # as an editor may leave it
    append(path, reasons, [row("http://x/a", "undo")], "x")
    assert [each.action for each in read_withdrawals(path).rows] == ["withdraw", "undo"]
    assert read_withdrawals(tmp_path / "none.csv").rows == ()


@pytest.mark.parametrize("name", ["Sinegugu O'Brien", 'Óscar "El Gallo" Peña', "Nguyễn & Trần"])
def test_a_name_is_found_in_our_own_pages_whatever_its_marks(name: str) -> None:
    page = Templates("hrdgraph.library").render(
        "table.html", rows=[[(name, "")]], columns=(), caption=""
    )
    assert name not in page
    needle = Needle("a name", name, (normalise(name),))
    assert needles_in(page.encode(), [needle]) == [needle]


def test_everything_in_a_file_is_read(tmp_path: Path) -> None:
    import gzip
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.gz", gzip.compress(b"deep inside"))
    places = dict(pieces(tmp_path))
    assert any(b"deep inside" in data for data in places.values())


def test_the_command_offers_the_kinds_of_reason_that_the_list_may_have() -> None:
    command = app.get_command(click.Context(app), "withdraw")
    assert command is not None
    offered = next(option for option in command.params if option.name == "code")
    assert offered.to_info_dict()["type"]["choices"] == CODES
