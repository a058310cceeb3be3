"""Each YARRRML file that is wrong gives the error beside it, with its line. A new case is a new pair of files."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from hrdgraph.errors import HrdgraphError, MappingError
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind

FOLDER = Path(__file__).parent / "errors"
CASES = sorted(FOLDER.glob("*.yml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_error(path: Path) -> None:
    with pytest.raises(HrdgraphError) as caught:
        bind(read_mapping(path))
    assert str(caught.value).replace(f"{FOLDER}{os.sep}", "") == path.with_suffix(".txt").read_text(
        "utf-8"
    ).rstrip("\n")
    assert caught.value.origin.line or path.stem == "empty"


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join(f'*{old}' for _ in range(9))}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "laughs": LAUGHS,
    "deep lists": "mappings: " + "[" * 100_000,
    "deep keys": "{a: " * 100_000,
    "deep functions": 'mappings: {m: {sources: t.csv~csv, po: [[rdf:type, {function: "'
    + "ex:f(a=" * 100_000
    + '"}]]}}',
    "an alias of itself": "mappings: &a {m: *a}",
    "many keys": "".join(f"k{number}: v\n" for number in range(200_000)),
    "long": "x" * 5_000_000,
    "long reference": "mappings: {m: {sources: t.csv~csv, s: 'http://x/$("
    + "(" * 1_000_000
    + "'}}",
    "multiplied": "mappings:\n  m:\n    sources: ["
    + ", ".join(["t.csv~csv"] * 5000)
    + "]\n    s: ["
    + ", ".join(["'http://example.org/$(id)'"] * 5000)
    + "]\n",
    "nul": "mappings: \0",
    "unpaired surrogate": 'mappings: "\\ud800"',
    "not UTF-8": b"mappings: \xff",
    "UTF-16": "mappings: {}".encode("utf-16"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_at_a_bounded_cost(name: str, tmp_path: Path) -> None:
    path = tmp_path / "mapping.yml"
    text = HOSTILE[name]
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    start = time.process_time()
    with pytest.raises(MappingError):
        read_mapping(path)
    assert time.process_time() - start < 10


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="cannot be read"):
        read_mapping(tmp_path / "mapping.yaml")
