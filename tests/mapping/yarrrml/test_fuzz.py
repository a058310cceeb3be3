"""Whatever YAML says, reading it gives a mapping or a MappingError; the parser with and without libyaml say the same."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.mapping.conftest import check_message
from tests.parts import examples

from hrdgraph.errors import MappingError
from hrdgraph.mapping.language.expressions import parse_template
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.language.yarrrml.names import Ref, as_template, parse
from hrdgraph.mapping.language.yarrrml.yaml import YamlText
from hrdgraph.mapping.model import Mapping, Reference

WORDS = [
    "a", "foaf:name", "rdf:type", "ex:x", "$(id)", "http://example.org/$(id)", "$(name)~iri", "en~lang", "xsd:date", "~", "$(", "t.csv~csv",
    "['x']", "equal", "equal(str1=$(a), str2=$(b))", "grel:toUpperCase(valueParam = $(a))", "iri", "blank", "$(_name)", "x~fr~lang", "{id}",
    "person", "%", "@", "no", "", " ", "\\", "urn:x:$(y)", "t.json~jsonpath", "$.a[*]", "mysql", "sqlite", "void", "turtle", "\ud7ff", "<>",
]  # fmt: skip
KEYS = [
    "base", "prefixes", "authors", "external", "sources", "source", "targets", "mappings", "mapping", "m", "subjects", "s", "po", "p", "o",
    "predicates", "objects", "predicateobjects", "graphs", "g", "condition", "c", "function", "fn", "parameters", "pms", "parameter", "pm",
    "value", "v", "type", "datatype", "language", "inversepredicates", "access", "referenceFormulation", "iterator", "delimiter",
    "encoding", "nulls", "query", "table", "credentials", "username", "person", "name", "ex",
]  # fmt: skip
SCALARS = st.one_of(
    st.sampled_from(WORDS),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=8),
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=4)), inner, max_size=4),
    ),
    max_leaves=25,
)
VALUES = st.one_of(
    SCALARS, st.lists(TREES, max_size=3), st.dictionaries(st.sampled_from(KEYS), TREES, max_size=3)
)
MAPS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("sources", "s", "po", "graphs", "condition"), VALUES)
) | st.fixed_dictionaries(
    {"sources": st.just("t.csv~csv"), "s": st.sampled_from(["ex:$(id)", "http://example.org/$(id)"]),
     "po": st.lists(st.one_of(st.lists(VALUES, min_size=2, max_size=3), st.fixed_dictionaries({"p": VALUES, "o": VALUES}, optional={"g": VALUES, "c": VALUES, "i": VALUES})), max_size=3)},
)  # fmt: skip
DOCUMENTS = st.fixed_dictionaries(
    {
        "prefixes": st.just({"ex": "http://example.org/"}),
        "mappings": st.dictionaries(st.sampled_from(["person", "x y"]), MAPS, max_size=2),
    },
    optional=dict.fromkeys(("base", "authors", "external", "sources", "targets"), VALUES),
)

TERMS = st.sampled_from(
    [
        "ex:x",
        "ex:$(a)",
        "$(a)",
        "http://example.org/$(a)",
        "foaf:name",
        "$(a)~iri",
        "nope:x",
        "$(",
        "x y",
        "_:b",
        "mailto:$(a)",
    ]
)
CALLS = st.fixed_dictionaries(
    {
        "function": st.sampled_from(
            [
                "equal",
                "grel:toUpperCase",
                "ex:f",
                "equal(str1 = $(a), str2 = b)",
                "grel:toUpperCase(valueParam = ex:g(x = $(a)))",
                "f(",
            ]
        )
    },
    optional={
        "parameters": st.lists(
            st.tuples(st.sampled_from(["str1", "str2", "valueParam", "ex:p", "p"]), TERMS).map(
                list
            ),
            max_size=2,
        )
    },
)
OBJECTS = st.one_of(
    TERMS,
    st.sampled_from(["text", "$(a) and $(b)~fr~lang", "$(a)~blank", "ex:x~literal", "5"]),
    st.tuples(
        TERMS, st.sampled_from(["xsd:date", "en~lang", "$(b)~lang", "ex:$(b)", "no tag~lang"])
    ).map(list),
    st.fixed_dictionaries(
        {"value": TERMS},
        optional={
            "type": st.sampled_from(["iri", "literal", "blank", "url"]),
            "datatype": TERMS,
            "language": st.sampled_from(["no", "$(b)"]),
            "condition": CALLS,
            "targets": st.sampled_from(["here", "there", "x.nq~void"]),
        },
    ),
    CALLS,
    st.fixed_dictionaries(
        {"mapping": st.sampled_from(["person", "other"])}, optional={"condition": CALLS}
    ),
)
PAIRS = st.one_of(
    st.tuples(TERMS, OBJECTS).map(list),
    st.tuples(st.just("a"), TERMS, st.sampled_from(["xsd:date", "en~lang"])).map(list),
    st.fixed_dictionaries(
        {"p": TERMS, "o": st.one_of(OBJECTS, st.lists(OBJECTS, max_size=3))},
        optional={"g": TERMS, "i": TERMS, "condition": CALLS, "type": st.just("iri")},
    ),
)
LIKELY = st.fixed_dictionaries(
    {
        "prefixes": st.just({"ex": "http://example.org/"}),
        "mappings": st.dictionaries(
            st.sampled_from(["person", "other"]),
            st.fixed_dictionaries(
                {
                    "sources": st.sampled_from(
                        [
                            "t.csv~csv",
                            "t",
                            ["t", "u.json~jsonpath"],
                            ["u.json~jsonpath", "$.a"],
                            {"access": "t.db", "type": "sqlite", "query": "SELECT 1"},
                        ]
                    )
                },
                optional={
                    "s": st.one_of(TERMS, st.lists(TERMS, max_size=3), CALLS),
                    "po": st.one_of(PAIRS, st.lists(PAIRS, max_size=4)),
                    "graphs": TERMS,
                    "condition": CALLS,
                },
            ),
            min_size=1,
        ),
        "sources": st.just({"t": ["t.csv~csv"]}),
    },
    optional={
        "targets": st.just({"here": ["t.nq~void"]}),
        "external": st.just({"x": "y"}),
        "base": TERMS,
    },
)
FEW = settings(
    max_examples=examples(200),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def outcome(text: str | bytes) -> Mapping | MappingError:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.yml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        try:
            return read_mapping(path)
        except MappingError as error:
            found = error
    check_message(found)
    return found


@FEW
@given(DOCUMENTS)
def test_documents(document: object) -> None:
    outcome(yaml.safe_dump(document, allow_unicode=True))


def test_likely_documents_are_good_as_well_as_bad() -> None:
    found: list[Mapping | MappingError] = []

    @settings(FEW, max_examples=max(50, examples(200)))  # enough for some of either kind
    @given(LIKELY)
    def read(document: object) -> None:
        found.append(outcome(yaml.safe_dump(document)))

    read()
    good = [item for item in found if isinstance(item, Mapping)]
    assert len(good) >= 5
    assert len(found) - len(good) >= 5


@FEW
@given(TREES)
def test_trees(document: object) -> None:
    outcome(yaml.safe_dump(document))


@FEW
@given(st.text(alphabet=st.sampled_from(list("mapings:{}[]$()~-'\"\\|>&*!%@#, \t\n?x1"))))
def test_texts(text: str) -> None:
    outcome(text)


@FEW
@given(st.binary(max_size=200))
def test_bytes(data: bytes) -> None:
    outcome(data)


GOOD = (Path(__file__).parent / "models" / "functions.yml").read_text("utf-8")


@FEW
@given(
    st.integers(0, len(GOOD) - 1),
    st.integers(0, 12),
    st.sampled_from(["", ":", "$(", ")", "~", "[", "'", "\t", "\n", "- ", "{", "%"]),
)
def test_damaged_documents(at: int, length: int, put: str) -> None:
    outcome(GOOD[:at] + put + GOOD[at + length :])


NAMES = st.text(min_size=1).filter(lambda name: name.strip() and not name.startswith("_"))
PARTS = st.lists(
    st.one_of(st.text(st.characters(exclude_characters="$\\"), min_size=1), NAMES.map(Ref))
)


def as_written(part: str | Ref) -> str:
    return part if isinstance(part, str) else "$(" + re.sub(r"([$()\\])", r"\\\1", part.name) + ")"


def marked(parts: Iterable[str | Ref | Reference]) -> str:
    return "".join(part if isinstance(part, str) else f"\0{part.name}\0" for part in parts)


@FEW
@given(PARTS)
def test_templates_come_back(parts: list[str | Ref]) -> None:
    """Parts written as YARRRML are read as the same parts, and the template of RML made of them says the same."""
    text = "".join(map(as_written, parts))
    read = parse(text, YamlText(text), {})
    assert marked(read) == marked(parts)
    assert marked(parse_template(as_template(read)).parts) == marked(parts)


@FEW
@given(DOCUMENTS)
def test_without_libyaml_the_same(document: object) -> None:
    text = yaml.safe_dump(document, allow_unicode=True)
    with pytest.MonkeyPatch.context() as patch:
        fast = outcome(text)
        patch.delattr(yaml, "CSafeLoader", raising=False)
        slow = outcome(text)
    assert type(fast) is type(slow)
    if isinstance(fast, MappingError) and isinstance(slow, MappingError):
        assert (fast.fact, fast.origin.line, fast.origin.node) == (
            slow.fact,
            slow.origin.line,
            slow.origin.node,
        )
