"""Taking things down: gone from every file, through judgements that change, and back again only by a row."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from hrdgraph.cli.app import run
from hrdgraph.errors import HrdgraphError
from hrdgraph.identity import Ledger, Verdict
from hrdgraph.identity.ledger import Judgement
from hrdgraph.pipeline import Options, build
from hrdgraph.pipeline.unpacked import pieces
from hrdgraph.pipeline.withdrawals import Withdrawal, Withdrawals, append, read_withdrawals
from hrdgraph.project import open_project
from hrdgraph.rdf import IRI

ADA = "https://example.org/id/person/example/Ada_Example"
OTHER = "https://example.org/id/person/second/A_Example"
QUICK = Options(validate=False)
DAY = date(2026, 11, 24)
Withdraw = Callable[..., tuple[int, str]]


def row(iri: str, action: str = "withdraw") -> Withdrawal:
    return Withdrawal(iri, action, DAY, "me", "safety", tombstone=True)


def same(left: str, right: str, verdict: Verdict = Verdict.SAME, number: int = 2) -> Judgement:
    return Judgement(left, right, verdict, "me", DAY, "why", number)


@pytest.fixture
def withdraw(small: Path, capsys: pytest.CaptureFixture[str]) -> Withdraw:
    """Run `withdraw` in a small project whose two people have names in two sources; exit code and output."""
    second = small / "data" / "sources" / "second"
    shutil.copytree(small / "data" / "sources" / "example", second)
    mapping = second / "mapping.ttl"
    mapping.write_text(
        mapping.read_text("utf-8").replace("person/example/", "person/second/").replace("conferral/example/", "conferral/second/"),
        encoding="utf-8",
    )
    toml = second / "source.toml"
    toml.write_text(toml.read_text("utf-8").replace('references = "', 'references = "second/'), encoding="utf-8")
    for name in ("people.csv", "conferrals.csv"):
        table = second / name
        table.write_text(
            table.read_text("utf-8").replace("Ada_Example", "A_Example").replace("Ada Example", "Éda Second"), encoding="utf-8"
        )
    with (small / "data" / "judgements.csv").open("a", encoding="utf-8") as file:
        file.write(f"{ADA},{OTHER},same,me,2026-01-01,why\n")
    build(open_project(small), QUICK)

    def call(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = run(["withdraw", "-p", str(small), *arguments])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return call


def test_a_thing_is_gone_from_every_file_under_all_its_names(small: Path, withdraw: Withdraw) -> None:
    assert withdraw("--check") == (0, "nothing is withdrawn\n")
    code, out = withdraw(OTHER, "--reason", "it was asked for", "--code", "consent", "--who", "me")
    assert code == 0
    assert ADA in out
    assert "tables of the sources still hold it" in out
    code, out = withdraw("--check")  # the old build is still there
    assert code == 3
    assert "left:" in out
    build(open_project(small), QUICK)
    code, out = withdraw("--check")
    assert (code, "nothing is left" in out) == (0, True), out
    graph = (small / "build" / "graph.nq").read_text("utf-8")
    assert "Ada Example" not in graph
    assert "\u00c9da Second" not in graph
    assert [line.split(" ")[1] for line in graph.splitlines() if f"<{ADA}>" in line] == [
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
        "<http://www.w3.org/ns/prov#invalidatedAtTime>",
    ]
    assert "Berta Example" in graph
    assert "asked for" not in (small / "data" / "withdrawn.csv").read_text("utf-8")
    reasons = small / "data" / "private" / "withdrawn-reasons.csv"
    assert "asked for" in reasons.read_text("utf-8")
    assert reasons.stat().st_mode & 0o077 == 0
    assert withdraw(OTHER, "--undo", "--reason", "back again")[0] == 0
    build(open_project(small), QUICK)
    assert "Ada Example" in (small / "build" / "graph.nq").read_text("utf-8")


def test_it_stays_down_when_the_ledger_changes(small: Path, withdraw: Withdraw) -> None:
    assert withdraw(ADA, "--reason", "asked for")[0] == 0
    ledger = small / "data" / "judgements.csv"
    ledger.write_text(ledger.read_text("utf-8").splitlines()[0] + "\n", encoding="utf-8")  # the two are one no longer
    build(open_project(small), QUICK)
    assert withdraw("--check")[0] == 0
    assert "\u00c9da Second" not in (small / "build" / "graph.nq").read_text("utf-8")


def test_the_check_sees_a_file_of_any_kind(small: Path, withdraw: Withdraw, tmp_path: Path) -> None:
    assert run(["export", "-p", str(small), "-f", "csv", "-o", str(tmp_path / "out.zip"), "--anyway"]) == 0
    assert withdraw(ADA, "--reason", "asked for")[0] == 0
    code, out = withdraw("--check", str(tmp_path / "out.zip"))
    assert (code, "out.zip!" in out) == (3, True)
    assert withdraw("--check", str(tmp_path / "nothing"))[0] == 1


def test_what_is_wrong_is_said(small: Path, withdraw: Withdraw) -> None:
    assert "no source mentions" in withdraw("https://example.org/id/person/example/Nobody", "--reason", "x")[1]
    assert "is not withdrawn" in withdraw(ADA, "--undo", "--reason", "x")[1]
    assert withdraw(ADA)[0] == 2
    assert not (small / "data" / "withdrawn.csv").exists()


@pytest.mark.parametrize("text", ["iri,action\n", "iri,action,when,who,code,tombstone\nx,hide,2026-11-24,me,safety,yes\n",
                                  "iri,action,when,who,code,tombstone\nx,withdraw,yesterday,me,safety,yes\n",
                                  "iri,action,when,who,code,tombstone\nx,withdraw\n"])  # fmt: skip
def test_a_damaged_list_stops_the_build(text: str, tmp_path: Path) -> None:
    path = tmp_path / "withdrawn.csv"
    path.write_text(text + "x,withdraw\n" if text == "iri,action\n" else text, encoding="utf-8")
    with pytest.raises(HrdgraphError, match="row"):
        read_withdrawals(path)


def test_the_last_row_counts_and_all_names_are_down() -> None:
    rows = Withdrawals((row("http://x/a"), row("http://x/b"), row("http://x/b", "undo")))
    ledger = Ledger(
        (same("http://x/a", "http://x/c"), same("http://x/c", "http://x/d", number=3), same("http://x/e", "http://x/f", number=4))
    )
    assert rows.down(Ledger()) == {IRI("http://x/a")}
    assert rows.down(ledger) == {IRI(f"http://x/{name}") for name in "acd"}
    assert [iri.value for iri, _ in rows.tombstones()] == ["http://x/a"]


def test_rows_are_only_added(tmp_path: Path) -> None:
    path, reasons = tmp_path / "withdrawn.csv", tmp_path / "private" / "reasons.csv"
    append(path, reasons, [row("http://x/a")], 'a "reason",\nof two lines')
    path.write_text(path.read_text("utf-8").rstrip("\n"), encoding="utf-8")  # as an editor may leave it
    append(path, reasons, [row("http://x/a", "undo")], "x")
    assert [each.action for each in read_withdrawals(path).rows] == ["withdraw", "undo"]
    assert read_withdrawals(tmp_path / "none.csv").rows == ()


def test_everything_in_a_file_is_read(tmp_path: Path) -> None:
    import gzip
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.gz", gzip.compress(b"deep inside"))
    places = dict(pieces(tmp_path))
    assert any(b"deep inside" in data for data in places.values())
