"""What is written is read back as an isomorphic graph, by every reader of the format."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.exports.formats import FORMATS
from hrdgraph.rdf import IRI, XSD_STRING, BlankNode, ColumnGraph, Literal, Quad
from hrdgraph.rdfio.formats import FORMATS as READ

BASE = "https://w3id.org/hrdgraph/id/"
XSD = "http://www.w3.org/2001/XMLSchema#"
LANG = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
SYNTAXES = [name for name in FORMATS if name in READ]
PAIRS = [(syntax, reader) for syntax in SYNTAXES for reader in ("oxigraph", "rdflib")] + [
    ("jsonld", "pyld")
]


@pytest.mark.parametrize(("syntax", "reader"), PAIRS)
def test_small_graph(
    syntax: str, reader: str, small: ColumnGraph, written: Callable[..., bytes], meant, readers
) -> None:
    assert readers[reader](written(small, syntax), syntax) == meant(small, syntax)


def _iris(spaces: list[str], characters: str) -> st.SearchStrategy[IRI]:
    return st.builds(
        lambda space, rest: IRI(space + rest),
        st.sampled_from(spaces),
        st.text(st.sampled_from(characters), max_size=8),
    )


SPACES = [
    BASE,
    BASE + "person/",
    "https://w3id.org/hrdgraph/ontology#",
    "https://w3id.org/hrdgraph/vocabulary/outcome/",
    "http://e.org/",
    "urn:x:",
]
# No "//" and no dot segments, which the readers themselves treat differently; no "%" alone, which no IRI has.
NASTY = "aZ09-_~!$&'()*+,;=@éß漢ع"
NODES = (
    _iris(SPACES, NASTY)
    | _iris(["http://e.org/a/", "http://e.org/?"], NASTY + "?/:")
    | st.just(IRI("https://w3id.org/hrdgraph/vocabulary/outcome/laureate"))
)
PREDICATES = _iris(
    ["https://w3id.org/hrdgraph/ontology#p", "http://e.org/p", "urn:x:p"], "ab-_é9"
) | st.sampled_from(
    [
        IRI("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
        IRI("http://www.w3.org/2004/02/skos/core#prefLabel"),
        IRI("http://www.w3.org/2004/02/skos/core#altLabel"),
        IRI("http://purl.org/dc/terms/title"),
        IRI("https://w3id.org/hrdgraph/ontology#outcome"),
        IRI("https://w3id.org/hrdgraph/ontology#recipient"),
        IRI("https://w3id.org/hrdgraph/ontology#evidence"),
        IRI("https://w3id.org/hrdgraph/ontology#date"),
        IRI("https://w3id.org/hrdgraph/ontology#editionYear"),
        IRI("https://w3id.org/hrdgraph/ontology#editionOf"),
    ]
)
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12
) | st.sampled_from(
    [
        '"',
        '\\"',
        "\\",
        "\\\\n",
        "\n",
        "\r\n",
        "\t ",
        "<b>&amp;]]>",
        "👩🏽‍⚖️",
        "‏مرحبا‎",
        "\\u0041",
        "\\U0001F600",
        "a\\'b",
        "\x7f\x1f",
        "{}",
        "@fr",
        '"@fr',
        '"^^<http://e.org/>',
        " ",
    ]
)
LITERALS = st.one_of(  # of doubles only a canonical one: pyld rewrites the others when it reads
    TEXT.map(Literal),
    st.builds(
        lambda text, tag: Literal(text, LANG, tag),
        TEXT,
        st.sampled_from(["fr", "en-GB", "zh-Hant", "ar"]),
    ),
    st.sampled_from(
        [
            Literal("1.50", XSD + "decimal"),
            Literal("+05", XSD + "integer"),
            Literal("007", XSD + "integer"),
            Literal("7", XSD + "integer"),
            Literal("true", XSD + "boolean"),
            Literal("1", XSD + "boolean"),
            Literal("-0", XSD + "integer"),
            Literal("2011", XSD + "gYear"),
            Literal("2011-04/..", "http://id.loc.gov/datatypes/edtf"),
            Literal("1.5E0", XSD + "double"),
            Literal("x", XSD + "integer"),
            Literal("a\nb", "http://e.org/type?a&b"),
            Literal("<i>", "http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML"),
        ]
    ),
)
BLANKS = st.sampled_from([BlankNode("b0"), BlankNode("0x"), BlankNode("a.b-c")])
GRAPHS = st.none() | st.sampled_from(
    [IRI("https://w3id.org/hrdgraph/graph/one"), IRI("http://e.org/g?x&y"), IRI(BASE + "a/b")]
)


def _quads(nodes: st.SearchStrategy, literals: st.SearchStrategy) -> st.SearchStrategy[list[Quad]]:
    return st.lists(
        st.builds(Quad, nodes | BLANKS, PREDICATES, nodes | BLANKS | literals, GRAPHS), max_size=10
    )


FAST = settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize(("syntax", "reader"), [pair for pair in PAIRS if pair[0] != "rdfxml"])
@FAST
@given(quads=_quads(NODES, LITERALS))
@example(quads=[])
def test_any_graph(
    syntax: str, reader: str, quads: list[Quad], written: Callable[..., bytes], meant, readers
) -> None:
    graph = ColumnGraph.from_quads(quads)
    assert readers[reader](written(graph, syntax), syntax) == meant(graph, syntax)


XML_TEXT = TEXT.filter(
    lambda text: not any((c < " " and c not in "\t\n\r") or c in "\ufffe\uffff" for c in text)
)


@pytest.mark.parametrize("reader", ["oxigraph", "rdflib"])
@FAST
@given(
    quads=_quads(
        NODES, XML_TEXT.map(Literal) | XML_TEXT.map(lambda text: Literal(text, LANG, "fr"))
    )
)
@example(quads=[])
def test_any_graph_in_rdfxml(
    reader: str, quads: list[Quad], written: Callable[..., bytes], meant, readers
) -> None:
    graph = ColumnGraph.from_quads(quads)
    assert readers[reader](written(graph, "rdfxml"), "rdfxml") == meant(graph, "rdfxml")


@FAST
@given(quads=_quads(NODES, LITERALS))
def test_lines_are_the_graph_itself(quads: list[Quad], written: Callable[..., bytes]) -> None:
    graph = ColumnGraph.from_quads(quads)
    assert written(graph, "nq") == "".join(f"{line}\n" for line in graph.lines()).encode()


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_literals_keep_their_lexical_form(syntax: str, written: Callable[..., bytes]) -> None:
    values = {
        Literal("1.50", XSD + "decimal"),
        Literal("+05", XSD + "integer"),
        Literal("1.50", XSD_STRING),
    }
    graph = ColumnGraph.from_quads(
        Quad(IRI("http://e.org/s"), IRI("http://e.org/p"), value) for value in values
    )
    text = written(graph, syntax).decode()
    assert text.count("1.50") == 2
    assert "+05" in text
