"""Terms and their N-Triples text are two forms of one thing."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hrdgraph.errors import HrdgraphError
from hrdgraph.rdf import IRI, XSD_STRING, BlankNode, Literal, Term, parse_term
from hrdgraph.rdf.terms import RDF_LANG_STRING, escape, unescape

TEXT = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from('\\"\n\r\t\b\f\x00\x01\x1f\x7f\x85\xa0\u2028\ufeff\ufffe\U0001f600'),
    max_size=12,
)
IRIS = st.builds(
    lambda rest: IRI(f"http://e.org/{rest}"),
    st.text(st.sampled_from("aZ09-._~!$&'()*+,;=:@é漢\U00010348"), max_size=8),
)
BLANKS = st.builds(
    BlankNode, st.from_regex(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,6}[A-Za-z0-9_-])?", fullmatch=True)
)
TAGS = st.sampled_from(["en", "fr-CH", "zh-Hant-TW", "sr-Latn", "x-private"])
LITERALS = (
    st.builds(Literal, TEXT)
    | st.builds(lambda text, kind: Literal(text, kind.value), TEXT, IRIS)
    | st.builds(lambda text, tag: Literal(text, RDF_LANG_STRING, tag), TEXT, TAGS)
)
TERMS = IRIS | BLANKS | LITERALS


def read_by_oxigraph(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    line = f"<http://e.org/s> <http://e.org/p> {term.n3()} .\n"
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_TRIPLES)
    return quad.object


@given(TERMS)
@example(Literal("\\u0041"))
@example(Literal('\\"'))
@example(Literal("a\\"))
def test_text_of_a_term_is_read_back(term: Term) -> None:
    assert parse_term(term.n3()) == term


@given(TEXT)
@example("\\n")
@example("\\U0001F600")
def test_escape_is_undone(text: str) -> None:
    escaped = escape(text)
    assert unescape(escaped) == text
    assert not any(ord(c) < 0x20 or c == "\x7f" for c in escaped)


@given(LITERALS)
def test_oxigraph_reads_the_same_literal(literal: Literal) -> None:
    read = read_by_oxigraph(literal)
    assert isinstance(read, ox.Literal)
    assert (read.value, read.language or "") == (
        literal.value,
        literal.language.lower(),
    )  # the library writes tags in lower case
    assert read.datatype.value == literal.datatype


@given(IRIS)
def test_oxigraph_reads_the_same_iri(iri: IRI) -> None:
    read = read_by_oxigraph(iri)
    assert isinstance(read, ox.NamedNode)
    assert read.value == iri.value


@given(BLANKS)
def test_oxigraph_takes_the_blank_node(node: BlankNode) -> None:
    assert isinstance(read_by_oxigraph(node), ox.BlankNode)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=10))
@example("a b")
@example('a> <b> "')
@example("a\nb")
@example("a\\u0020b")
def test_no_iri_breaks_out_of_its_brackets(rest: str) -> None:
    iri = IRI(f"http://e.org/{rest}")
    assert parse_term(iri.n3()) == iri
    assert not set(iri.n3()[1:-1]) & set('<>"{}|^` \n\r\t\x00')


@given(LITERALS)
def test_every_escape_of_the_grammar_is_read(literal: Literal) -> None:
    spelt = "".join(f"\\U{ord(c):08X}" for c in literal.value)
    assert parse_term(f'"{spelt}"') == Literal(literal.value)


@pytest.mark.parametrize(
    "text",
    ["", "x", '"', '"a', '"a"b', '"a"@', '"a"^^', '"a"^^<x', "<x", "<x> <y>", '"a\\"', '"a"@é'],
)
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not written as expected"):
        parse_term(text)


def test_string_is_the_plain_datatype() -> None:
    assert parse_term(f'"a"^^<{XSD_STRING}>') == Literal("a")
    assert Literal("a", XSD_STRING).n3() == '"a"'


def test_a_triple_term_is_refused_by_name() -> None:
    with pytest.raises(HrdgraphError, match="a triple as a term"):
        parse_term('<<( <http://e.org/a> <http://e.org/b> "c" )>>')
