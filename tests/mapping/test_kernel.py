"""Whatever the cells hold, the kernel's terms are those of the specifications: by our own terms, by another parser, by RFC 3987."""

from __future__ import annotations

import re

import polars as pl
import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hrdgraph.errors import MappingError
from hrdgraph.mapping.model import (
    Constant,
    FunctionExecution,
    Reference,
    Template,
    TermMap,
    TermType,
)
from hrdgraph.mapping.terms.iris import (
    blank_labels,
    encode_iri,
    encode_uri,
    escape_iri,
    escape_literal,
)
from hrdgraph.mapping.terms.kernel import term_column, value_column
from hrdgraph.mapping.terms.terms import canonical_double
from hrdgraph.mapping.terms.typed_literals import BadValue
from hrdgraph.rdf import IRI, Literal, parse_term
from hrdgraph.rdf.terms import LANGUAGE_TAG, escape
from hrdgraph.sources import ROW
from hrdgraph.vocab import XSD

TEXTS = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from(
        '\\"\n\r\t\b\f\x00\x1f\x7f\x80\x85\x9f\xa0\ue000\uf900\ufdd0\uffef\ufffe\U000e0001'
    ),
    max_size=8,
)
COLUMNS = st.lists(st.none() | TEXTS, max_size=6)
UNRESERVED = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def is_ucschar(code: int) -> bool:
    """The production ucschar of RFC 3987, written out plane by plane."""
    if code < 0x10000:
        return 0xA0 <= code <= 0xD7FF or 0xF900 <= code <= 0xFDCF or 0xFDF0 <= code <= 0xFFEF
    plane, rest = divmod(code, 0x10000)
    return plane <= 0xE and rest <= 0xFFFD and (plane != 0xE or rest >= 0x1000)


def encoded(text: str, *, iri: bool) -> str:
    """Percent-encoding by the definition: every byte of every character that is not unreserved."""
    kept = [
        c
        if c in UNRESERVED or (iri and is_ucschar(ord(c)))
        else "".join(f"%{byte:02X}" for byte in c.encode())
        for c in text
    ]
    return "".join(kept)


def column(values: list[str | None]) -> pl.Series:
    return pl.Series("v", values, dtype=pl.String)


@given(COLUMNS)
@example(['\\"', None, ""])
def test_escape_is_that_of_the_terms(values: list[str | None]) -> None:
    assert escape_literal(column(values)).to_list() == [
        None if value is None else escape(value) for value in values
    ]


@given(COLUMNS)
@example(["\ue000", "é %"])
@example(["\U000e0fff", "\U000e1000", "\U0001ffff"])
@example(["abc", None])
def test_iri_encoding_is_that_of_rfc_3987(values: list[str | None]) -> None:
    assert encode_iri(column(values)).to_list() == [
        None if value is None else encoded(value, iri=True) for value in values
    ]


@given(COLUMNS)
def test_uri_encoding_is_that_of_rfc_3986(values: list[str | None]) -> None:
    assert encode_uri(column(values)).to_list() == [
        None if value is None else encoded(value, iri=False) for value in values
    ]


@given(st.lists(TEXTS, max_size=6))
def test_encoding_keeps_texts_apart(values: list[str]) -> None:
    for encode in (encode_iri, encode_uri, blank_labels):
        assert encode(column(values)).n_unique() == len(set(values))


@given(COLUMNS)
@example(["a> <b"])
def test_unsafe_iris_stay_in_their_brackets(values: list[str | None]) -> None:
    escaped = pl.select(escape_iri(pl.lit(column(values)))).to_series()
    assert not any(set(text) & set('<>"{}|^` \n\r\t\x00') for text in escaped if text)
    for value, text in zip(values, escaped, strict=True):
        assert (value is None and text is None) or parse_term(f"<{text}>").value == value  # type: ignore[union-attr]


TERM_MAPS = [
    TermMap(Reference("v"), TermType.LITERAL),
    TermMap(Reference("v"), TermType.LITERAL, language=Constant(Literal("fr-CH"))),
    TermMap(Template(("a ", Reference("v"), ' "b"')), TermType.LITERAL),
    TermMap(Template(("http://e.org/", Reference("v"))), TermType.IRI),
    TermMap(Template(("", Reference("v"), "/x")), TermType.IRI, base="http://e.org/"),
    TermMap(Template(("http://e.org/", Reference("v"))), TermType.URI),
    TermMap(Reference("v"), TermType.BLANK_NODE),
    TermMap(Reference("v"), TermType.LITERAL, datatype=Template(("http://e.org/", Reference("v")))),
]


@pytest.mark.parametrize("term", TERM_MAPS, ids=repr)
@given(values=COLUMNS)
def test_every_line_that_is_made_parses(term: TermMap, values: list[str | None]) -> None:
    made = term_column(pl.DataFrame([column(values)]), term).to_list()
    assert [text is None for text in made] == [value is None for value in values]
    for value, text in zip(values, made, strict=True):
        if value is not None:
            (quad,) = ox.parse(
                f"<http://e.org/s> <http://e.org/p> {text} .", format=ox.RdfFormat.N_QUADS
            )
            if term.type is TermType.LITERAL and isinstance(term.expression, Reference):
                assert quad.object.value == value


@given(st.lists(st.lists(TEXTS, max_size=3), max_size=4))
def test_lists_give_the_terms_of_their_items(values: list[list[str]]) -> None:
    frame = pl.DataFrame({"v": pl.Series(values, dtype=pl.List(pl.String))})
    made = term_column(frame, TermMap(Reference("v"), TermType.LITERAL)).to_list()
    assert made == [[Literal(text).n3() for text in cell] or None for cell in values]


PIECES = st.sampled_from(
    [
        "http:",
        "urn:",
        "mailto:",
        "//",
        "/",
        "?",
        "#",
        "a",
        "é",
        "%",
        "%41",
        "%4",
        "[",
        "]",
        "[::1]",
        "@",
        ":",
        "80",
        "u:p@",
        ".",
        "..",
        "<",
        "|",
        "\\",
        "{x}",
        "&=+",
        "e.org",
        "-",
        " ",
        "\x7f",
        "\x85",
        "\xa0",
        "\ue000",
        "\ufffe",
        "\U0001ffff",
        "\U000f0000",
    ]
)


@given(st.lists(PIECES, max_size=7).map("".join) | TEXTS)
@example("http://[::1]:80/a")
@example("http://e.org/?a[0]=1")
@example("http://u:p@e.org:80")
@example("http:///a")
@example("urn:")
@example("http:#a#b")
@example("//e.org")
def test_a_reference_is_an_iri_or_an_error(value: str) -> None:
    term = TermMap(Reference("v"), TermType.IRI, base="http://e.org/")
    absolute = value if re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", value) else f"http://e.org/{value}"
    try:
        ox.NamedNode(absolute)
        valid = True
    except ValueError:
        valid = False
    if valid:
        assert term_column(pl.DataFrame({"v": [value]}), term).to_list() == [f"<{absolute}>"]
    elif (
        re.search(r"\[[^\]]*\]", absolute) is None
    ):  # the numbers of an IPv6 address are not checked
        with pytest.raises(MappingError, match="is not a whole IRI"):
            term_column(pl.DataFrame({"v": [value]}), term)


@given(st.floats(allow_nan=False))
@example(-0.0)
@example(5e-324)
@example(1e300)
def test_canonical_doubles_are_the_same_number(number: float) -> None:
    text = canonical_double(repr(number))
    assert float(text.replace("INF", "inf")) == number
    if "INF" not in text:
        mantissa, exponent = text.lstrip("-").split("E")
        assert mantissa[1] == "."
        assert mantissa[0] != "0" or number == 0
        assert str(int(exponent)) == exponent


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1", "1.0E0"),
        ("33.0", "3.3E1"),
        ("1e400", "INF"),
        ("-0.00012", "-1.2E-4"),
        ("100", "1.0E2"),
        ("-0.0", "-0.0E0"),
    ],
)
def test_canonical_double(text: str, canonical: str) -> None:
    assert canonical_double(text) == canonical


TAGS = [
    "en",
    "fr-CH",
    "zh-Hant-TW",
    "sr-Latn",
    "de-CH-1996",
    "x-private",
    "en-x-a",
    "i-klingon",
    "es-419",
    "hy-Latn-IT-arevela",
    "a-DE",
    "fr_FR",
]
TAGS += [
    "i-abc",
    "i-FR",
    "I-Default",
    "en-GB-oed",
    "en-gb-oed",
    "sgn-BE-FR",
    "sgn-BE-XX",
    "zh-min-nan",
    "art-lojban",
    "cel-gaulish",
    "i-klingon-x",
]
TAGS += [
    "",
    "e",
    "français",
    "en-",
    "-en",
    "en--GB",
    "en-toolongsubtag",
    "de-419-DE",
    "a-english",
    "12",
    "en-a",
]


@pytest.mark.parametrize("tag", TAGS)
def test_language_tags_are_those_that_the_parser_takes(tag: str) -> None:
    ours = bool(column([tag]).str.contains(LANGUAGE_TAG).any())
    try:
        ox.Literal("x", language=tag)
        theirs = True
    except ValueError:
        theirs = False
    assert ours == theirs


@pytest.mark.parametrize("kept", [[0, 3], [1, 2], [3], [0]])
@pytest.mark.parametrize("condition", [None, Reference("yes")])
def test_rows_that_a_filter_has_left_of_several_chunks(
    kept: list[int], condition: Reference | None
) -> None:
    parts = [
        pl.DataFrame({"a": [f"{number}"] * 5, "yes": ["true" if number in kept else "no"] * 5})
        for number in range(4)
    ]
    frame = pl.concat(parts, rechunk=False).with_row_index("number")
    term = TermMap(Template(("http://e.org/", Reference("a"))), TermType.IRI, condition=condition)
    rows = frame if condition else frame.filter(pl.col("yes") == "true")
    made = term_column(rows, term)
    assert made.drop_nulls().to_list() == [
        f"<http://e.org/{number}>" for number in kept for _ in range(5)
    ]


def test_a_template_that_is_no_term_of_what_a_filter_has_left_of_several_chunks() -> None:
    parts = [pl.DataFrame({"a": [f"{number}"] * 5, "b": ["same"] * 5}) for number in range(3)]
    rows = pl.concat(parts, rechunk=False).with_row_index("number").filter(pl.col("a") != "1")
    assert value_column(rows, Template(("x", Reference("a")))).unique(
        maintain_order=True
    ).to_list() == ["x0", "x2"]


REFUSED = FunctionExecution(
    IRI("https://w3id.org/hrdgraph/function#pythonLiteralToJson"),
    ((IRI("https://w3id.org/hrdgraph/function#value"), Reference("a")),),
)


@pytest.mark.parametrize(
    ("term", "cells"),
    [
        (
            TermMap(Reference("a"), TermType.LITERAL, datatype=Constant(XSD.integer)),
            ["[", "1", "[", "["],
        ),
        (
            TermMap(
                Reference("a"),
                TermType.LITERAL,
                datatype=Constant(XSD.integer),
                condition=Reference("yes"),
            ),
            ["[", "1", "[", "["],
        ),
        (
            TermMap(Reference("a"), TermType.LITERAL, datatype=Constant(XSD.integer)),
            [["2", "["], ["1"], ["[", "3", "["], ["["]],
        ),
        (
            TermMap(
                Reference("a"),
                TermType.LITERAL,
                datatype=Constant(XSD.integer),
                condition=Reference("yes"),
            ),
            [["["], [], ["2", "["], ["["]],
        ),
        (TermMap(REFUSED, TermType.LITERAL), ["[", "1", "[", "["]),
        (TermMap(REFUSED, TermType.LITERAL, condition=Reference("yes")), ["[", "1", "[", "["]),
        (TermMap(REFUSED, TermType.LITERAL), [["2", "["], ["1"], ["[", "3", "["], ["["]]),
    ],
)
def test_an_error_knows_all_rows_of_which_the_same_is_wrong(
    term: TermMap, cells: list[str] | list[list[str]]
) -> None:
    """So that rows which are left out need not be looked for one by one."""
    rows = pl.DataFrame(
        {
            ROW: [2, 3, 4, 5],
            "a": cells,
            "yes": ["true", "true", "true", "no" if term.condition else "true"],
        }
    )
    with pytest.raises(BadValue) as caught:
        term_column(rows, term)
    error = caught.value
    assert error.places is not None
    assert error.places.to_list() == ([0, 2] if term.condition else [0, 2, 3])
    assert [error.at(place).fact for place in error.places] == [error.fact] * len(error.places)
    if error.numbers:
        assert [error.at(place).origin.row for place in error.places] == rows[ROW].gather(
            error.places
        ).to_list()
