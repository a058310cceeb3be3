"""What could make the engine ask another server is refused, however it is spelt; what only looks a little like it is not."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import QueryError
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.store.query_guards import refuse_service

SPELLINGS = {
    "plain": "SELECT * { SERVICE <http://e/> {?s ?p ?o} }",
    "silent": "select * { sErViCe sIlEnT <http://e/>{}}",
    "no space at all": "PREFIX : <http://e/> SELECT * { SERVICESILENT:{?s ?p ?o} }",
    "empty prefix": "PREFIX : <http://e/> SELECT * { SERVICE:{?s ?p ?o} }",
    "prefix with a comment after it": "PREFIX s: <http://e/> SELECT * { SERVICE s:x#c d\n{} }",
    "escaped local name": r"PREFIX s: <http://e/> SELECT * { SERVICE s:a\-b {} }",
    "after a number": "PREFIX : <u:> SELECT * { ?s :p 1SERVICE<http://e/>{} }",
    "comments between": "SELECT * { SERVICE#x\n<http://e/>#y\r{?s ?p ?o} }",
    "a variable": "SELECT * { VALUES ?u {<http://e/>} SERVICE?u{?s ?p ?o} }",
    "a dollar variable": "SELECT * { SERVICE $u#\n#\n { } }",
    "code point": "SELECT * { \\u0053ERVICE <http://e/> {} }",
    "long code point": "SELECT * { SERVIC\\U00000045 <http://e/> {} }",
    "an escape that spells an escape": "SELECT * { \\u005Cu0053ERVICE <http://e/> {} }",
    "IRI closed by an escape": "SELECT * { SERVICE <http://e/\\u003E {} }",
    "the parser takes the IRI <?b#> for an operator and a comment": 'SELECT * { {} FILTER(?a<?b#>"""\n) SERVICE <http://e/> {?s ?p ?o} #"""\n }',
    "beside a variable of that name": "SELECT * { ?x ?SERVICE ?service . SERVICE <http://e/> {} }",
    "many times": "SERVICE " * 200,
}
HARMLESS = {
    "a variable": "SELECT ?service ?x { ?service ?p ?x }",
    "a dollar variable": "SELECT $service $x{ $service ?b $x }",
    "words": 'SELECT * { ?s ?p "service" FILTER(CONTAINS(?p, "SERVICE <http"))}',
    "a comment": "# the service: all\nSELECT * {?s ?p ?o}",
    "a property": "SELECT * { ?s schema:service ?o . ?o a schema:Service }",
    "a graph": 'SELECT ?x { GRAPH ?service { ?x ?p "human rights service" } }',
    "another variable": "SELECT ?services ?x { ?services ?b ?x }",
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_service_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="SERVICE is not allowed"):
        refuse_service(text)


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_the_store_refuses_it_too(text: str) -> None:
    with OxigraphStore.create() as store, pytest.raises(QueryError, match="SERVICE is not allowed"):
        store.query(text)


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_is_no_service_is_answered(text: str) -> None:
    with OxigraphStore.create() as store:
        store.query(text)


def test_an_allowed_server_is_named_in_full() -> None:
    allowed = frozenset({"http://ok/"})
    refuse_service("SELECT * { SERVICE <http://ok/> {} SERVICE SILENT <http://ok/> {} }", allowed)
    for text in (
        "SELECT * { SERVICE <http://ok/> { SERVICE <http://e/> {} } }",
        "PREFIX o: <http://ok/> SELECT * { SERVICE o: {} }",
        "SELECT * { SERVICE ?ok {} }",
        "SELECT * { SERVICE <http://ok/x> {} }",
    ):
        with pytest.raises(QueryError, match="SERVICE"):
            refuse_service(text, allowed)


def test_the_line_is_said() -> None:
    with pytest.raises(QueryError) as caught:
        refuse_service("SELECT *\n{\n  SERVICE <http://e/> {} }")
    assert caught.value.origin.line == 3


@given(
    st.text(alphabet="{}<>?$:#\"'\\ \n\tabES", max_size=40),
    st.text(alphabet="{}<>?$:#\"'\\ \n\tab", max_size=40),
)
def test_nothing_around_it_hides_it(before: str, after: str) -> None:
    if (
        before.rpartition("?")[2].isidentifier()
        or before.rpartition("$")[2].isidentifier()
        or before.endswith(("?", "$", "\\"))
    ):
        before += " "
    with pytest.raises(QueryError):
        refuse_service(f"{before}SERVICE <http://e/> {{{after}")


@pytest.mark.parametrize(
    "piece",
    [
        "SERVICE#",
        "SERVICE:",
        "SERVICE<",
        "SERVICE?a ",
        "SERVICE SILENT ",
        ":",
        "#",
        "\\u005C",
        '"',
        "<a",
        "SERVICE" + "\\-" * 300,
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    text = (piece * (64_000 // len(piece) + 1))[:64_000]
    started = time.process_time()
    with suppress(QueryError):
        refuse_service(text)
    assert time.process_time() - started < 2  # about 0.15 s at the worst


@pytest.mark.parametrize(
    "space", ["\u1680", "\u2000", "\u3000", "\u00a0", "\u2028", "\x0b", "\x0c", "\x1f", "\x85"]
)
def test_a_space_that_is_a_letter_of_a_name_hides_nothing(space: str) -> None:
    for server in (
        f"?a{space}b",
        f"$a{space}b",
        f"x:a{space}b",
        f"x{space}y:a",
        f"<http://e/{space}>",
        f":{space}",
    ):
        for text in (
            f"SERVICE {server} {{}}",
            f"SERVICE{server}{{}}",
            f"SERVICE SILENT {server}#{space}\n{{}}",
        ):
            with pytest.raises(QueryError, match="SERVICE is not allowed"):
                refuse_service(f"SELECT * {{ {text} }}")


def test_a_clause_that_goes_on_for_too_long_is_refused() -> None:
    for fill in (" " * 9000, "#\n" * 5000, f"#{'x' * 9000}\n"):
        with pytest.raises(QueryError, match="SERVICE is not allowed"):
            refuse_service(f"SELECT * {{ SERVICE{fill}?x{fill}{{}} }}")
    refuse_service("# a service\n" + "#\n" * 1000 + "ASK {}")
