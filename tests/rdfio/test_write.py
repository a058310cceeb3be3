"""What is written is read back, for every format that can say it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import HrdgraphError
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad
from hrdgraph.rdf.terms import RDF_LANG_STRING
from hrdgraph.rdfio.formats import FORMATS
from hrdgraph.rdfio.oxi import from_ox, ox_quad, to_ox
from hrdgraph.rdfio.read import parse, serialize

XML_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=10
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
IRIS = st.builds(
    lambda rest: IRI(f"http://e.org/x{rest}"), st.text(st.sampled_from("aZ9_é漢"), max_size=4)
)
BLANKS = st.sampled_from([BlankNode("a"), BlankNode("b1")])


def literals(text: st.SearchStrategy[str]) -> st.SearchStrategy[Literal]:
    return (
        st.builds(Literal, text)
        | st.builds(lambda t, kind: Literal(t, kind.value), text, IRIS)
        | st.builds(
            lambda t, tag: Literal(t, RDF_LANG_STRING, tag), text, st.sampled_from(["en", "fr-ch"])
        )
    )


def quads(
    text: st.SearchStrategy[str], graphs: st.SearchStrategy[IRI | BlankNode | None]
) -> st.SearchStrategy[list[Quad]]:
    return st.lists(
        st.builds(Quad, IRIS | BLANKS, IRIS, IRIS | BLANKS | literals(text), graphs), max_size=6
    )


def meant(items: list[Quad]) -> ox.Dataset:
    made = ox.Dataset([ox_quad(item) for item in items])
    made.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return made


@pytest.mark.parametrize("name", ["trig", "nq"])
@given(data=st.data())
def test_quads_come_back(name: str, data: st.DataObject) -> None:
    items = data.draw(quads(TEXT, st.none() | IRIS | BLANKS))
    text = serialize(items, FORMATS[name], {"e": "http://e.org/"})
    assert meant(parse(text, FORMATS[name])) == meant(items)


@pytest.mark.parametrize("name", ["ttl", "nt", "rdfxml", "jsonld"])
@given(data=st.data())
def test_triples_come_back(name: str, data: st.DataObject) -> None:
    items = data.draw(quads(XML_TEXT, st.none()))
    text = serialize(items, FORMATS[name], {"e": "http://e.org/"})
    assert meant(parse(text, FORMATS[name])) == meant(items)


def test_order_and_prefixes_are_kept() -> None:
    items = [
        Quad(IRI(f"http://e.org/{name}"), IRI("http://e.org/p"), Literal("x")) for name in "bac"
    ]
    lines = serialize(items, FORMATS["ttl"], {"e": "http://e.org/"}).decode().splitlines()
    assert lines == [
        "@prefix e: <http://e.org/> .",
        'e:b e:p "x" .',
        'e:a e:p "x" .',
        'e:c e:p "x" .',
    ]


def test_nothing_is_written_as_nothing() -> None:
    assert serialize([], FORMATS["nq"], {}) == b""


@pytest.mark.parametrize(
    "term",
    [
        IRI("no scheme"),
        IRI("http://e.org/a b"),
        BlankNode("a b"),
        Literal("a", RDF_LANG_STRING, "é"),
    ],
)
def test_a_term_that_rdf_does_not_allow_is_refused(term: IRI | BlankNode | Literal) -> None:
    with pytest.raises(HrdgraphError, match="not valid"):
        to_ox(term)


def test_what_rdf_12_added_is_refused() -> None:
    inner = ox.Triple(
        ox.NamedNode("http://e.org/a"), ox.NamedNode("http://e.org/b"), ox.Literal("c")
    )
    with pytest.raises(HrdgraphError, match=r"RDF 1\.2"):
        from_ox(inner)
