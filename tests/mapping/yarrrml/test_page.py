"""docs/tutorial/yarrrml.md against the program: its files give the results that it shows, and its tables name every key, and no other."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from hrdgraph.cli.app import run
from hrdgraph.mapping.language.yarrrml import document, terms, triples

PAGE = (Path(__file__).parents[3] / "docs" / "tutorial" / "yarrrml.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", PAGE, re.S | re.M)
SHOWN = [text.split("\n", 1) for language, _, text in BLOCKS if language == "console"]
Known = Mapping[str, Sequence[str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the page shows."""
    for _, name, text in BLOCKS:
        if name:
            (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("command", "result"), SHOWN, ids=[command for command, _ in SHOWN])
@pytest.mark.usefixtures("folder")
def test_results_are_those_that_are_shown(
    command: str, result: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(shlex.split(command.removeprefix("$ hrdgraph "))) == 0
    assert capfdbinary.readouterr().out.decode() == result


def test_error_is_the_one_that_is_shown(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    mapping = folder / "mapping.yml"
    mapping.write_text(mapping.read_text("utf-8").replace("$(name)", "$(nmae)"), "utf-8")
    assert run(["map", "mapping.yml"]) == 1
    [error] = [text for language, _, text in BLOCKS if language == "text"]
    assert capfdbinary.readouterr().err.decode() == f"error: {error}"


def test_it_is_ten_lines() -> None:
    assert [len(text.splitlines()) for _, name, text in BLOCKS if name == "mapping.yml"] == [10]


def documented(heading: str) -> dict[str, set[str]]:
    """The keys of the table below a heading, each with its short forms."""
    section = re.search(rf"^### {heading}\n(.*?)(?=^#|\Z)", PAGE, re.S | re.M)
    assert section, heading
    rows = [
        line.strip("|").split("|")[:2] for line in section[1].splitlines() if line.startswith("| `")
    ]
    return {
        key: set(re.findall(r"`([^`]+)`", short))
        for keys, short in rows
        for key in re.findall(r"`([^`]+)`", keys)
    }


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("The document", document._DOCUMENT),
        ("A mapping", document._MAPPING),
        ("A source", triples._SOURCE),
        ("A predicate and object", document._PAIR),
        ("A value", {**terms._OBJECT, **terms._PARAMETER, **document._JOIN}),
        ("A target", document._TARGET),
    ],
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_keys_are_those_that_are_read(heading: str, known: Known) -> None:
    assert documented(heading) == {key: set(shorts) for key, shorts in known.items()}


def test_the_parts_of_authors_and_credentials_are_named() -> None:
    assert all(f"`{key}`" in PAGE for key in (*document._AUTHOR, *triples._CREDENTIALS))


def test_values_are_those_that_are_read() -> None:
    values = [
        *terms._TYPES,
        *triples._DATABASES,
        *document._TYPES,
        *document._SERIALIZATIONS,
        *terms._SIDES,
    ]
    assert [value for value in values if f"`{value}`" not in PAGE] == []
