"""Folders of queries, and the many ways to name one query."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import Problems, QueryError
from hrdgraph.queries.catalogue import Catalogue, find, resolve


def write(folder: Path, name: str, text: str | bytes = "# title@en: T\nASK {}") -> Path:
    path = folder / f"{name}.rq"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def no_stdin() -> str:
    raise AssertionError("standard input was read")


def test_queries_are_found_by_topic_in_order(tmp_path: Path) -> None:
    for name in ("b/two", "a/one", "derive/20-x", "derive/10-y", "checks/z"):
        write(tmp_path, name)
    write(tmp_path, "loose")
    found = find(tmp_path)
    assert [(query.topic, query.name) for query in found] == [
        ("a", "one"), ("b", "two"), ("checks", "z"), ("derive", "10-y"), ("derive", "20-x"),
    ]  # fmt: skip
    assert [query.name for query in found.questions] == ["one", "two"]
    assert [query.name for query in found.topic("derive")] == ["10-y", "20-x"]


def test_a_missing_folder_has_no_queries(tmp_path: Path) -> None:
    assert len(find(tmp_path / "none")) == 0


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    write(tmp_path, "a/bad", "# nonsense\nASK {}")
    write(tmp_path, "a/latin", "# title@en: caf\xe9".encode("latin-1"))
    write(tmp_path, "a/same")
    write(tmp_path, "b/same")
    with pytest.raises(Problems) as caught:
        find(tmp_path)
    assert [error.fact for error in caught.value.errors] == [
        "'# nonsense' is not written as expected", "not valid UTF-8", "'same' appears twice",
    ]  # fmt: skip


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    write(tmp_path, "a/x", b"\xef\xbb\xbf# title@en: T\nASK {}")
    assert find(tmp_path)["x"].title() == "T"


@pytest.mark.parametrize("name", ["laureates-in-year", "awards/laureates-in-year"])
def test_a_name_finds_its_query(name: str, catalogue: Catalogue) -> None:
    assert resolve(catalogue, name, no_stdin).name == "laureates-in-year"


def test_a_misspelt_name_gets_a_suggestion(catalogue: Catalogue) -> None:
    with pytest.raises(QueryError, match="'laureate-in-yaer' is not known here") as caught:
        resolve(catalogue, "laureate-in-yaer", no_stdin)
    assert "laureates-in-year" in caught.value.hint


def test_standard_input_is_read_for_a_dash(catalogue: Catalogue) -> None:
    query = resolve(catalogue, "-", lambda: "ASK {}")
    assert (query.text, query.ad_hoc) == ("ASK {}", True)


def test_text_is_a_query(catalogue: Catalogue) -> None:
    for text in (
        "ASK { ?s ?p ?o }",
        "DESCRIBE <https://example.org/a.rq>",
        "prefix ex: <https://example.org/>\ndescribe\nex:a",
    ):
        assert resolve(catalogue, text, no_stdin).text == text


def test_a_file_with_declared_parameters_takes_no_others(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    declared = write(tmp_path, "declared", "# parameter year: year — The year\nSELECT ?year {}")
    free = write(tmp_path, "free", "SELECT ?year {}")
    assert [resolve(catalogue, str(path), no_stdin).ad_hoc for path in (declared, free)] == [
        False,
        True,
    ]


def test_a_missing_file_is_an_error_with_its_path(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(QueryError, match="cannot be read") as caught:
        resolve(catalogue, str(tmp_path / "none.rq"), no_stdin)
    assert caught.value.origin.file == str(tmp_path / "none.rq")


def test_parameters_and_columns_are_told_in_other_languages(tmp_path: Path) -> None:
    header = "# parameter year: year — The year\n# parameter@fr year: L'année\n# column a: It\n# column@es a: Eso\n"
    write(tmp_path, "a/told", f"{header}SELECT ?a ?year {{ ?a ?b ?year }}")
    (query,) = find(tmp_path)
    assert [query.parameters[0].describe(tag) for tag in ("fr", "es", "en")] == [
        "L'année",
        "The year",
        "The year",
    ]
    assert [query.columns[0].describe(tag) for tag in ("es", "fr")] == ["Eso", "It"]


@pytest.mark.parametrize(
    "header",
    [
        "# parameter@fr year: L'année",
        "# column@fr a: Cela",
        "# column a: x\n# column@fr a: y\n# column@fr a: z",
    ],
)
def test_what_is_told_of_nothing_or_twice_is_an_error(tmp_path: Path, header: str) -> None:
    write(tmp_path, "a/bad", f"{header}\nSELECT ?a {{ ?a ?b ?c }}")
    with pytest.raises(QueryError) as caught:
        find(tmp_path)
    assert caught.value.hint
