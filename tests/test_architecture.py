"""The house keeps its shape: imports go strictly down, without a cycle; each library has its home; nothing is hidden."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src"
LAYERS = {
    "errors": 0, "lazy": 0, "nearest": 0, "passing": 0, "rdf": 0, "translation": 0, "vocab": 0, "writing": 0,
    "rdfio": 1,
    "kinds": 2, "project": 2, "ontology": 2, "evidence": 2, "sources": 2,
    "mapping": 3, "identity": 3, "store": 3,
    "queries": 4, "explain": 4, "conflicts": 4,
    "validate": 5, "export": 5, "analysis": 5,
    "pipeline": 6, "api": 6, "release": 6,
    "web": 7,
    "cli": 8,
}  # fmt: skip
WITHIN_LAYER_ZERO = {
    ("rdf", "errors"),
    ("rdf", "lazy"),
    ("translation", "errors"),
    ("vocab", "rdf"),
    ("vocab", "errors"),
    ("writing", "errors"),
    ("writing", "passing"),
}  # layer 0 has an order of its own
HOMES = {
    "pyoxigraph": {"rdfio", "store"},
    "rdflib": {"rdfio", "validate", "api"},
    "pyshacl": {"validate"},
    "networkx": {"analysis"},  # elsewhere only as a type
    "matplotlib": {"analysis"},
    "numpy": {"analysis", "sources", "validate"},
    "edtf": {"evidence"},
    "pypdf": {"evidence"},
    "anyascii": {"identity"},
    "yaml": {"identity", "kinds", "mapping"},
    **{name: {"sources"} for name in ("lxml", "duckdb", "pg8000", "pymysql", "python_calamine", "jsonpath_rfc9535")},
    "xlsxwriter": {"validate"},
    **{name: {"web"} for name in ("starlette", "uvicorn", "jinja2", "babel", "markupsafe")},
    "click": {"cli"},
    "rich": {"cli"},
    "polars": {
        "conflicts",
        "rdf",
        "rdfio",
        "sources",
        "mapping",
        "identity",
        "evidence",
        "queries",
        "validate",
        "export",
        "analysis",
        "pipeline",
        "api",
        "release",
    },
}
FILES = sorted(SRC.rglob("*.py"))


def module_of(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part_of(module: str) -> str:
    return [*module.split("."), ""][1]


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Every imported module, wherever in the file the import stands, with its line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno} relative import"
            assert all(alias.name != "*" for alias in node.names), f"{path}:{node.lineno} star import"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_imports_go_strictly_down(path: Path) -> None:
    here = part_of(module_of(path))
    for name, line in imported(path):
        there = part_of(name) if name.startswith("hrdgraph.") else ""
        if not there or there == here or there.startswith("__") or (here, there) in WITHIN_LAYER_ZERO or not here:
            continue
        assert LAYERS[there] < LAYERS[here], f"{path}:{line} {here} (layer {LAYERS[here]}) imports {there} (layer {LAYERS[there]})"


def only_for_types(path: Path) -> set[int]:
    """The lines below `if TYPE_CHECKING`: they load nothing. Between our own parts they count all the same."""
    blocks = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.If))
    return {
        child.lineno
        for node in blocks
        if ast.unparse(node.test) == "TYPE_CHECKING"
        for child in ast.walk(node)
        if isinstance(child, ast.stmt)
    }


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_each_library_has_its_home(path: Path) -> None:
    here = part_of(module_of(path))
    for name, line in imported(path):
        homes = HOMES.get(name.split(".")[0])
        if line in only_for_types(path):
            continue
        assert homes is None or here in homes, f"{path}:{line} {name} does not belong in {here}"


def test_every_part_has_a_layer() -> None:
    parts = {part_of(module_of(path)) for path in FILES} - {""}
    assert parts <= LAYERS.keys()


def test_no_import_cycle() -> None:
    modules = {module_of(path) for path in FILES}
    graph: dict[str, set[str]] = {}
    for path in FILES:
        names = {name if name in modules else name.rpartition(".")[0] for name, _ in imported(path)}
        names |= {name.rpartition(".")[0] for name, _ in imported(path)}  # a package runs before its modules
        graph[module_of(path)] = (names & modules) - {module_of(path)}
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 400, "a design is missing"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            assert size <= 50, f"{path}:{node.lineno} {node.name} has {size} lines"


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_modules_and_public_things_say_what_they_are(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree), f"{path} has no docstring"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{path}:{node.lineno} {node.name} has no docstring"


def test_only_the_command_line_exits() -> None:
    for path in FILES:
        if part_of(module_of(path)) != "cli":
            assert "sys.exit" not in path.read_text("utf-8"), path
