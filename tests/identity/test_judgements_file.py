"""Ledgers in plain files: each good one with its aliases, each bad one with its message."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from hrdgraph.errors import HrdgraphError, IdentityError, Problems, SourceError
from hrdgraph.identity.judgements import read_ledger

GOLDEN = Path(__file__).parent / "golden"
GOOD, BAD = sorted((GOLDEN / "good").glob("*.csv")), sorted((GOLDEN / "bad").glob("*.csv"))


def test_there_are_examples() -> None:
    assert len(GOOD) >= 7
    assert len(BAD) >= 16


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_ledgers_name_their_aliases(path: Path) -> None:
    aliases = "".join(
        f"{alias} -> {canonical}\n" for alias, canonical in read_ledger(path).canonical.items()
    )
    assert aliases == path.with_suffix(".txt").read_text("utf-8")


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_ledgers_say_where_and_how_to_mend(path: Path) -> None:
    with pytest.raises(HrdgraphError) as caught:
        read_ledger(path, path.name)
    assert f"{caught.value}\n" == path.with_suffix(".txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("contradiction", IdentityError), ("empty", SourceError), ("dates", Problems)],
)
def test_contradictions_and_bad_cells_are_different_errors(
    name: str, kind: type[HrdgraphError]
) -> None:
    with pytest.raises(kind):
        read_ledger(GOLDEN / "bad" / f"{name}.csv")


def test_messages_call_the_file_as_asked(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"")
    with pytest.raises(SourceError, match=r"data/judgements\.csv, row 1"):
        read_ledger(tmp_path / "x.csv", "data/judgements.csv")


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(SourceError, match="cannot be read"):
            read_ledger(path, "judgements.csv")


def test_a_huge_cell_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "judgements.csv"
    path.write_text(
        f"left,right,judgement,who,when,why\nhttp://x/a,http://x/b,same,I,2024-05-01,{'x' * 5_000}\n",
        "utf-8",
    )
    usual = csv.field_size_limit(1_000)  # far less than what is usual, so that the file is small
    try:
        with pytest.raises(SourceError, match="row 2: not valid CSV"):
            read_ledger(path)
    finally:
        csv.field_size_limit(usual)


def test_a_lone_carriage_return_ends_a_row(tmp_path: Path) -> None:
    path = tmp_path / "judgements.csv"
    path.write_bytes(
        b"left,right,judgement,who,when,why\rhttp://x/a,http://x/b,same,I,2024-05-01,x\r"
    )
    assert read_ledger(path).canonical == {"http://x/b": "http://x/a"}
