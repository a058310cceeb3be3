"""A rule is explained in three languages, with examples that were validated: what passes passes, what fails fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import OntologyError
from hrdgraph.findings.model import SHORTENED, short
from hrdgraph.project import open_shipped_model
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.read import read_quads
from hrdgraph.shacl.rule_help import rule_help
from hrdgraph.shacl.shapes import Shapes, read_shapes, read_shapes_at
from hrdgraph.shacl.validator import ColumnSHACL, PySHACL
from hrdgraph.vocab import SH

FOLDER = Path(__file__).parent / "rules"
EXAMPLES = (
    "year",
    "state",
    "pages",
    "author",
    "loan",
    "card",
    "https://example.org/shapes#Book https://example.org/ontology#shelf",
)
OWN = "https://example.org/shapes#"


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return read_shapes_at(FOLDER / "shapes.ttl")


@pytest.fixture(scope="module")
def shipped() -> Shapes:
    return read_shapes(open_shipped_model())


def whole(name: str) -> str:
    return name if ":" in name else OWN + name


def validated(turtle: str, shapes: Shapes, tmp_path: Path) -> list[str]:
    prefixes = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in SHORTENED.items())
    (tmp_path / "data.ttl").write_text(prefixes + turtle, encoding="utf-8")
    graph = ColumnGraph.from_quads(read_quads(tmp_path / "data.ttl", base="file:///data.ttl"))
    return [finding.rule for finding in PySHACL().validate(graph, shapes)]


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("name", ["year", "author", "late"])
def test_it_is_as_it_was(shapes: Shapes, name: str, language: str) -> None:
    """After a change that is meant, write the file anew and read it."""
    said = (
        rule_help(whole(name), shapes, ColumnSHACL()).text(language).replace(str(FOLDER), "rules")
    )
    assert said + "\n" == (FOLDER / f"{name}.{language}.txt").read_text("utf-8")


@pytest.mark.heavy
@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_pass_and_fail_by_the_other_engine_too(
    shapes: Shapes, name: str, tmp_path: Path
) -> None:
    said = rule_help(whole(name), shapes, ColumnSHACL()).as_dict("en")
    assert said["passes"]
    assert said["fails"]
    assert said["rule"] not in validated(str(said["passes"]), shapes, tmp_path)
    for failing in said["fails"]:  # type: ignore[attr-defined]
        assert said["rule"] in validated(failing, shapes, tmp_path), failing


def test_a_shape_that_no_example_can_be_drawn_from_says_so(shapes: Shapes) -> None:
    said = rule_help(OWN + "late", shapes, ColumnSHACL())
    assert said.good is None
    assert "There is no example for this rule" in said.text("en")
    assert "lateSince" in said.text("en")


@pytest.mark.heavy
def test_most_of_our_own_rules_have_examples(shipped: Shapes) -> None:
    """All that can have one: rules about a property of a class. Not those that ask a query, and parts of other shapes."""
    about = [quad.subject for quad in shipped.quads if quad.predicate == SH.targetClass]
    named = sorted(
        {
            shipped.rule_of(quad.object)
            for quad in shipped.quads
            if quad.subject in about and quad.predicate == SH.property
        }
    )
    without = [
        short(rule) for rule in named if rule_help(rule, shipped, ColumnSHACL()).good is None
    ]
    assert len(named) > 60
    assert without == ["shape:proceeding-about"]  # which asks for one of several properties


@pytest.mark.parametrize(
    "name",
    [
        "award-name",
        "shape:award-name",
        "https://w3id.org/hrdgraph/shapes#award-name",
        "<https://w3id.org/hrdgraph/shapes#award-name>",
    ],
)
def test_a_rule_may_be_named_in_short(shipped: Shapes, name: str) -> None:
    assert (
        rule_help(name, shipped, ColumnSHACL()).rule
        == "https://w3id.org/hrdgraph/shapes#award-name"
    )


def test_an_unknown_rule_is_told_with_the_nearest(shipped: Shapes) -> None:
    with pytest.raises(OntologyError, match="'award-nmae' is not known here") as caught:
        rule_help("award-nmae", shipped, ColumnSHACL())
    assert "award-name" in caught.value.hint


def test_another_language_is_told_in_english(shapes: Shapes) -> None:
    said = rule_help(OWN + "year", shapes, ColumnSHACL())
    assert said.text("ru") == said.text("en")
    assert said.text("fr-CA") == said.text("fr")
