"""The library as its examples show it: each function has one, and what it shows is so."""

from __future__ import annotations

import doctest
import inspect
import pkgutil
import re
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest

import hrdgraph
import hrdgraph.library

FLAGS = doctest.ELLIPSIS
MODULES = [
    hrdgraph.__name__,
    *(f"hrdgraph.library.{one.name}" for one in pkgutil.iter_modules(hrdgraph.library.__path__)),
    "hrdgraph.errors",
]
LONG = {  # they build, write a site, or have the whole graph as rdflib's
    "hrdgraph.library.graph",
    "hrdgraph.library.identity",
    "hrdgraph.library.publishing",
    "hrdgraph.library.serving",
    "hrdgraph.library.releases",
    "hrdgraph.library.building",
    "hrdgraph.library.withdrawal",
}
FUNCTIONS = [name for name in hrdgraph.__all__ if inspect.isfunction(getattr(hrdgraph, name))]
METHODS = [
    name
    for name, one in vars(hrdgraph.Graph).items()
    if inspect.isfunction(one) and not name.startswith("_")
]


@pytest.mark.filterwarnings(
    "ignore:Dataset.default_context:DeprecationWarning"
)  # rdflib calls it itself
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.heavy) if name in LONG else name for name in MODULES],
)
def test_examples_are_true(name: str, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(built)
    assert doctest.testmod(import_module(name), optionflags=FLAGS).failed == 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_has_an_example_and_types(name: str) -> None:
    function = getattr(hrdgraph, name)
    assert ">>> " in (inspect.getdoc(function) or "")
    signature = inspect.signature(function)
    assert all(
        one.annotation is not inspect.Parameter.empty for one in signature.parameters.values()
    )
    assert signature.return_annotation is not inspect.Signature.empty


PAGE = (Path(__file__).parents[2] / "docs/reference/library.md").read_text("utf-8")
SAME = set(
    re.findall(r"`(\w+)`", PAGE.partition("### Arguments that mean the same")[2].split("\n###")[0])
)
AS_OPTIONS = {"serve", "workbench"}  # whose many arguments are those of the command
# of a graph, each method has its own
CLASSES = [
    name
    for name in hrdgraph.__all__
    if inspect.isclass(getattr(hrdgraph, name)) and name != "Graph"
]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_says_its_arguments_and_errors(name: str) -> None:
    function = getattr(hrdgraph, name)
    said = inspect.getdoc(function) or ""
    assert re.search(r"\b\w*Error\b|Problems|Raises|all\nthat is wrong is raised", said)
    named = set(re.findall(r"`(\w+)", said))
    arguments = set(inspect.signature(function).parameters)
    assert name in AS_OPTIONS or arguments - named - SAME == set()


@pytest.mark.parametrize("name", CLASSES)
def test_each_class_has_an_example_of_what_it_has(name: str) -> None:
    one = getattr(hrdgraph, name)
    said = inspect.getdoc(one) or ""
    assert ">>> " in said
    public = {
        key
        for key, part in vars(one).items()
        if not key.startswith("_")
        and isinstance(part, FunctionType | property | cached_property)
        and ">>> " not in (inspect.getdoc(part) or "")
    }
    assert {key for key in public if not re.search(rf"[.`]{key}\b", said)} == set()


def test_each_name_has_a_place_on_the_page() -> None:
    listed = set(re.findall(r"`(\w+)(?:\(\))?`", PAGE))
    assert {*hrdgraph.__all__} - {"__version__"} - listed == set()


@pytest.mark.parametrize(
    "name", sorted(set(METHODS) - {"answer", "read_question", "construct_columns", "entity"})
)  # for programs of our own
def test_each_method_of_a_graph_has_an_example(name: str) -> None:
    assert ">>> " in (inspect.getdoc(getattr(hrdgraph.Graph, name)) or "")
