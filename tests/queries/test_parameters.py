"""What people type for parameters: into terms of the declared type, or an error that says what fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import Problems, QueryError
from hrdgraph.queries.model import Parameter, Query, Type
from hrdgraph.queries.run import bind, guess
from hrdgraph.rdf import IRI, BlankNode, Literal, Term
from hrdgraph.vocab import RDF, XSD

BASE = "https://example.org/id/"
AWARD = Parameter("award", Type.IRI, "The award", "award", texts=(("fr", "Le prix"),))
QUERY = Query(
    "test",
    "",
    "",
    parameters=(
        AWARD,
        Parameter("year", Type.YEAR, "The year", optional=True),
        Parameter("lang", Type.LANGUAGE, "The language", default="en"),
    ),
)


def one(kind: Type, text: str, scope: str = "") -> Term:
    return bind(
        Query("x", "", "", parameters=(Parameter("p", kind, "P", scope),)), {"p": text}, BASE
    )["p"]


@pytest.mark.parametrize(
    ("kind", "scope", "text", "term"),
    [
        (Type.IRI, "award", "rafto-prize", IRI(BASE + "award/rafto-prize")),
        (Type.IRI, "award", " rafto-prize ", IRI(BASE + "award/rafto-prize")),
        (Type.IRI, "country", "Perú", IRI(BASE + "country/PE")),
        (Type.IRI, "country", "country/PE", IRI(BASE + "country/PE")),
        (Type.IRI, "country", "SUHH", IRI(BASE + "country/SUHH")),
        (Type.IRI, "", "person/x/Jos%C3%A9", IRI(BASE + "person/x/Jos%C3%A9")),
        (Type.IRI, "award", "http://example.org/a", IRI("http://example.org/a")),
        (Type.IRI, "", "<urn:x:1>", IRI("urn:x:1")),
        (Type.IRI, "", "hrd:Award", IRI("https://w3id.org/hrdgraph/ontology#Award")),
        (Type.IRI, "", "wd:Q1", IRI("http://www.wikidata.org/entity/Q1")),
        (
            Type.CONCEPT,
            "act-type",
            "killing",
            IRI("https://w3id.org/hrdgraph/vocabulary/act-type/killing"),
        ),
        (Type.STRING, "", ' "a" > } ', Literal(' "a" > } ')),
        (Type.LANGUAGE, "", "pt-BR", Literal("pt-br")),
        (Type.YEAR, "", "2011", Literal("2011", XSD.gYear.value)),
        (Type.DATE, "", "2012-02-29", Literal("2012-02-29", XSD.date.value)),
        (Type.INTEGER, "", "-7", Literal("-7", XSD.integer.value)),
    ],
)
def test_values_become_terms(kind: Type, scope: str, text: str, term: Term) -> None:
    assert one(kind, text, scope) == term


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Type.IRI, ""), (Type.IRI, "a b"), (Type.IRI, "x> } DROP ALL #"), (Type.IRI, 'a"b'), (Type.IRI, "a\nb"), (Type.IRI, "<>"),
        (Type.LANGUAGE, "e"), (Type.LANGUAGE, 'en") || true'), (Type.YEAR, "11"), (Type.YEAR, "2011-04"), (Type.YEAR, "२०११"),
        (Type.DATE, "2011-02-29"), (Type.DATE, "20110201"), (Type.DATE, "2011"), (Type.INTEGER, "1.5"), (Type.INTEGER, ""),
    ],
)  # fmt: skip
def test_what_is_not_of_the_type_is_refused_with_an_example(kind: Type, text: str) -> None:
    with pytest.raises(QueryError, match=r"'p' takes an? .*, not"):
        one(kind, text)


def test_defaults_hold_and_optional_ones_stay_open() -> None:
    assert bind(QUERY, {"award": "x"}, BASE) == {
        "award": IRI(BASE + "award/x"),
        "lang": Literal("en"),
    }


def test_an_unknown_name_gets_a_suggestion() -> None:
    with pytest.raises(QueryError, match="'awrad' is not known here") as caught:
        bind(QUERY, {"award": "x", "awrad": "y"}, BASE)
    assert caught.value.hint == "did you mean 'award'?"


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(Problems) as caught:
        bind(QUERY, {"year": "soon", "zzz": "1"}, BASE)
    assert [error.fact for error in caught.value.errors] == [
        "'zzz' is not known here", "'award' is missing", "'year' takes a year such as 2011, not 'soon'",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text"), [("", "The award"), ("fr", "Le prix"), ("pt", "The award")]
)
def test_what_is_missing_is_described_in_the_language_of_who_asks(language: str, text: str) -> None:
    with pytest.raises(QueryError, match="'award' is missing") as caught:
        bind(QUERY, {}, BASE, language)
    assert caught.value.hint.endswith(f": {text}")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("http://e/x", IRI("http://e/x")), ("<urn:x>", IRI("urn:x")), ('"x"@fr', Literal("x", RDF.langString.value, "fr")),
        ("_:b", BlankNode("b")), ("plain words", Literal("plain words")), ("note: not an IRI", Literal("note: not an IRI")),
        ("http://e/x> } DROP ALL", Literal("http://e/x> } DROP ALL")),
    ],
)  # fmt: skip
def test_undeclared_values_are_guessed(text: str, term: Term) -> None:
    assert guess(text) == term
    assert bind(Query("-", "", "", ad_hoc=True), {"v": text}, BASE) == {"v": term}


@given(st.text())
def test_any_text_is_a_string(text: str) -> None:
    assert one(Type.STRING, text) == Literal(text)


@given(st.text())
def test_any_text_makes_an_iri_without_gaps_or_is_refused(text: str) -> None:
    try:
        term = one(Type.IRI, text, "award")
    except QueryError:
        return
    assert isinstance(term, IRI)
    assert not set(term.value) & set(' <>"{}|\\^`\n\r\t')
