"""Each entry of the catalogue is used somewhere, and each code that the source names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from tests.parts import tree_of

from hrdgraph.catalogue import compiling
from hrdgraph.catalogue.__main__ import entries
from hrdgraph.catalogue.compiling import LIBRARIES
from hrdgraph.fact_kinds import load_kinds

SOURCE = compiling.FOLDER.parent
PACKAGES = SOURCE.parents[1] / "packages"  # which name codes of the catalogue too
FILES = [file for file in sorted((compiling.FOLDER / "en").glob("*.po")) if file.stem != LIBRARIES]
QUOTED = re.compile(r"""["'`]([\w.:/ -]{1,80})["'`]""")
BEGUN = re.compile(r"""["']([\w-]+[_-])["']\s*~""")  # in a template: w('kind_' ~ name)
SPECIAL = {":": "colon", "": "thing"}
EXAMPLES = {"column-unknown", "did-you-mean"}  # of what an error is, in docs and tests
PARTS = ("page", "word", "workbench")  # of vocabularies that pages name otherwise


@cache
def plain(name: str) -> str:
    """A name as the catalogue writes it."""
    return SPECIAL.get(name, re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower().replace("_", "-"))


@cache
def named() -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """What the source spells out, what it begins with, what it ends with, and its vocabularies."""
    whole, begun, ended, parts = set(), set(), set(), set(PARTS)
    for path in (*SOURCE.rglob("*.py"), *PACKAGES.glob("*/src/**/*.py")):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole |= {plain(word) for word in (node.value, *node.value.split())}
            if isinstance(node, ast.JoinedStr):
                first, last = node.values[0], node.values[-1]
                if isinstance(first, ast.Constant) and re.fullmatch(r"[a-z-_]+[-_]", first.value):
                    begun.add(plain(first.value))
                if isinstance(last, ast.Constant) and re.fullmatch(r"-[a-z-]+|_lead", last.value):
                    ended.add(plain(last.value))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Vocabulary":
                parts |= {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)}
    kinds = load_kinds(SOURCE.parents[1] / "ontology" / "tables").values()
    whole |= {
        edge for kind in kinds for column in kind.attributes for edge in column.edges.values()
    }
    for path in (file for file in SOURCE.rglob("*.*") if file.suffix in (".html", ".js")):
        text = path.read_text("utf-8")
        whole |= {plain(word) for word in QUOTED.findall(text)}
        begun |= {plain(word) for word in BEGUN.findall(text)}
    return frozenset(whole), tuple(begun), tuple(ended), frozenset(parts)


def is_named(code: str) -> bool:
    whole, begun, ended, parts = named()
    base = code.removesuffix(".hint")
    names = [
        base,
        f"{base.removeprefix('word-')}s",  # the plural of a word
        f"{base}s-n",
        *(base.removeprefix(f"{part}-") for part in parts if base.startswith(f"{part}-")),
    ]
    return any(name in whole or name.startswith(begun) or name.endswith(ended) for name in names)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_entry_is_idle(file: Path) -> None:
    assert [code for code in entries(file) if not (is_named(code) or code in EXAMPLES)] == []


def test_a_code_that_nothing_names_would_be_seen() -> None:
    assert not is_named("no-such-code")
    assert not is_named("page-no-such-text")
    assert is_named("task-fault.hint")


def test_each_way_out_that_is_named_has_a_sentence() -> None:
    codes = {code for file in FILES for code in entries(file)}
    wrong = [
        (str(path.relative_to(SOURCE)), word.value.value)
        for path in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg == "hint" and isinstance(word.value, ast.Constant)
        if re.search(r"(Error|Problem)$", ast.unparse(node.func))
        if word.value.value and word.value.value not in codes
    ]
    assert wrong == []
