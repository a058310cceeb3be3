"""The query suites of SPARQL 1.0 and 1.1 by manifest, through both engines: the store must answer as the case says, the columns as the
store does, or not at all."""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from tests.conformance.sparql_cases import Case, cases, plain
from tests.conformance.test_page import QUERIES
from tests.conftest import SHARED

from hrdgraph.errors import HrdgraphError
from hrdgraph.sparql import ColumnAnswers, Untranslated
from hrdgraph.store.oxigraph import OxigraphStore

SUITES = SHARED / "conformance"
FOLDERS = ("sparql10", "sparql11/query")
LEAST = 219  # of 512 cases, those that columns answer; most others are SELECT *, whose columns only the store puts in order


@cache
def known() -> dict[str, str]:
    with Path(__file__).with_name("sparql_failures.csv").open(encoding="utf-8", newline="") as file:
        return {row["case"]: row["reason"] for row in csv.DictReader(file)}


def answered(engine: OxigraphStore | ColumnAnswers, case: Case) -> object:
    try:
        return plain(engine.query(case.text()))
    except HrdgraphError as error:
        return error


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_store_passes_all_but_the_known(folder: str) -> None:
    wrong = []
    for case in cases(SUITES / folder):
        store = OxigraphStore.create()
        store.add(case.graph())
        if (answered(store, case) == case.expected()) == (case.name in known()):
            wrong.append(case.name)
    assert wrong == []


def test_columns_answer_as_the_store_or_not_at_all() -> None:
    wrong, tally = [], Counter[bool]()
    for case in (case for folder in FOLDERS for case in cases(SUITES / folder)):
        store = OxigraphStore.create()
        store.add(case.graph())
        try:
            found = answered(ColumnAnswers.of(case.graph()), case)
        except Untranslated:
            tally[False] += 1
            continue
        tally[True] += 1
        expected = answered(store, case)
        if found != expected and not isinstance(expected, HrdgraphError):
            wrong.append(case.name)
    assert wrong == []
    assert tally[True] >= LEAST, tally


def test_every_known_failure_is_a_case() -> None:
    names = [case.name for folder in FOLDERS for case in cases(SUITES / folder)]
    assert set(known()) <= set(names)
    assert len(names) == QUERIES
