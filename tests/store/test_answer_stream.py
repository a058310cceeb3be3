"""A store asked with the dataset of a request."""

from __future__ import annotations

import io
import subprocess
import sys
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest

from hrdgraph.errors import QueryError
from hrdgraph.rdfio.xmltext import XmlText
from hrdgraph.store.answer_stream import StoreSession
from hrdgraph.store.contract import Dataset, dataset_of

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
PREFIXES = {"g": "http://g/"}


@pytest.fixture
def served() -> StoreSession:
    """Graphs one and two share a triple; the default graph is their union, as a build writes it."""
    store = ox.Store()
    shared, one, two = "<u:s> <u:p> <u:o> .", "<u:s> <u:p> 1 .", "<u:s> <u:p> 2 ."
    for name, text in (
        ("http://g/one", shared + one),
        ("http://g/two", shared + two),
        (None, shared + one + two),
    ):
        graph = ox.NamedNode(name) if name else ox.DefaultGraph()
        store.load(text.encode(), format=ox.RdfFormat.TURTLE, to_graph=graph)
    return StoreSession(store, PREFIXES)


def number(served: StoreSession, text: str, dataset: Dataset | None = None) -> int:
    out = io.BytesIO()
    served.query(text, dataset, "http://h/").write(out, "csv")
    return int(out.getvalue().split()[-1])


@pytest.mark.parametrize(
    ("default", "named", "triples", "quads"),
    [
        (("http://g/one",), (), 2, 0),
        (("http://g/one", "http://g/two"), (), 3, 0),  # the merge has the shared triple once
        (("http://g/one", "http://g/two"), ("http://g/two",), 3, 2),
        (("http://g/one", "http://g/one"), (), 2, 0),
        ((), ("http://g/one", "http://g/two"), 0, 4),
        (("http://g/none",), (), 0, 0),
    ],
)
def test_the_dataset_of_a_request(
    served: StoreSession, default: tuple[str, ...], named: tuple[str, ...], triples: int, quads: int
) -> None:
    dataset = Dataset(default, named)
    assert number(served, COUNT, dataset) == triples
    assert number(served, NAMED, dataset) == quads


@pytest.mark.parametrize(
    ("clauses", "triples"),
    [
        ("", 3),
        ("FROM <http://g/one>", 2),
        ("FROM <http://g/one> FROM <http://g/two>", 3),
        ("FROM g:one FROM g:two", 3),
        ("FROM g:one # FROM g:two\n", 2),
        ("FROM NAMED g:one", 0),
    ],
)
def test_the_dataset_of_a_query(served: StoreSession, clauses: str, triples: int) -> None:
    assert number(served, f"SELECT (COUNT(*) AS ?n) {clauses} {{ ?s ?p ?o }}") == triples


def test_the_request_goes_before_the_query(served: StoreSession) -> None:
    text = "SELECT (COUNT(*) AS ?n) FROM <http://g/one> FROM <http://g/two> { ?s ?p ?o }"
    assert number(served, text, Dataset(("http://g/two",), ())) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "PREFIX a: <http://x/> SELECT * FROM a:b FROM NAMED <rel> { ?s ?p 'FROM <x>' }",
            Dataset(("http://x/b",), ("http://h/d/rel",)),
        ),
        ("BASE <http://b/> ASK FROM <c> {}", Dataset(("http://b/c",), ())),
        ("# FROM <a:a>\nASK {}", None),
        ("SELECT ('FROM <a:a>' AS ?f) FROM <b:b> {}", Dataset(("b:b",), ())),
        ("ASK { ?s ?p ?o } # FROM <a:a>", None),
        ("CONSTRUCT { ?s ?p 'FROM <a:a>' } FROM <b:b> WHERE { ?s ?p ?o }", Dataset(("b:b",), ())),
        (
            "CONSTRUCT # {\n { ?s from:p ?o } FROM # FROM\n <b:b> WHERE { GRAPH ?g { } }",
            Dataset(("b:b",), ()),
        ),
        ("CONSTRUCT FROM <b:b> WHERE { ?s ?p ?o }", Dataset(("b:b",), ())),
        (
            "DESCRIBE ?from <a:a> from:x g:from g:x FROM NAMED g:a:b%20\\, {}",
            Dataset((), ("http://g/a:b%20,",)),
        ),
        ("SELECT (base:f(?x) AS ?y) FROM <b:b> {}", Dataset(("b:b",), ())),
    ],
)
def test_from_clauses_are_read(text: str, expected: Dataset | None) -> None:
    assert dataset_of(text, PREFIXES, "http://h/d/") == expected


def test_an_unknown_prefix_is_said() -> None:
    with pytest.raises(QueryError, match="not declared"):
        dataset_of("ASK FROM x:y {}", PREFIXES, "")


def test_parameters_are_terms(served: StoreSession) -> None:
    out = io.BytesIO()
    served.query(
        "SELECT ?s ?o { ?s ?p ?o }",
        None,
        None,
        {"o": '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'},
    ).write(out, "csv")
    assert out.getvalue().split() == [b"s,o", b"u:s,1"]


TABLE, GRAPH = "SELECT ?x { VALUES ?x { '%s' } }", "CONSTRUCT { <u:s> <u:p> '%s' } {}"


@pytest.mark.parametrize(("text", "format"), [(TABLE, "xml"), (GRAPH, "rdfxml")])
def test_xml_says_a_carriage_return_and_refuses_what_it_cannot_say(
    served: StoreSession, text: str, format: str
) -> None:
    out = io.BytesIO()
    served.query(text % r"a\r\n<b>\uFFFD", None, "http://h/").write(out, format)
    assert "".join(ET.fromstring(out.getvalue()).itertext()).strip() == "a\r\n<b>\ufffd"
    for escape in (r"\u0000", r"\u001F", r"\uFFFE", r"\uFFFF"):
        with pytest.raises(QueryError, match="XML cannot hold"):
            served.query(text % escape, None, "http://h/").write(io.BytesIO(), format)


def test_rdf_xml_refuses_a_predicate_without_a_name(served: StoreSession) -> None:
    with pytest.raises(QueryError, match="XML cannot hold"):
        served.query("CONSTRUCT { <u:s> <http://a/1> 'x' } {}", None, "http://h/").write(
            io.BytesIO(), "rdfxml"
        )


def test_what_xml_cannot_say_is_seen_across_pieces() -> None:
    for data in (b"a\xef\xbf\xbeb", b"<oxprefix: xmlns"):
        for place in range(len(data)):
            xml = XmlText(io.BytesIO())
            with pytest.raises(QueryError):
                any(xml.write(part) and False for part in (data[:place], data[place:]))


def test_a_process_that_only_answers_starts_without_columns() -> None:
    code = "import hrdgraph.web.endpoint.worker, sys; print(sorted({'polars', 'starlette', 'rdflib'} & sys.modules.keys()))"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )
