"""Graphs and queries that hypothesis makes: small, and full of what is easily got wrong."""

from __future__ import annotations

from functools import cache

import polars as pl
from hypothesis import strategies as st

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.terms import parse_term

XSD = "http://www.w3.org/2001/XMLSchema#"
IRIS = tuple(f"<http://x/{name}>" for name in "abcd")
PREDICATES = tuple(f"<http://x/{name}>" for name in ("p", "q", "r"))
LITERALS = (
    '"a"', '"b"', '""', '"a"@en', '"a"@fr', '"b"@en', '"2"', '"true"',
    f'"1"^^<{XSD}integer>', f'"2"^^<{XSD}integer>', f'"10"^^<{XSD}integer>', f'"2.0"^^<{XSD}decimal>',
    f'"0"^^<{XSD}integer>', f'"1.5"^^<{XSD}decimal>', f'"true"^^<{XSD}boolean>', f'"false"^^<{XSD}boolean>',
    f'"2020-01-02"^^<{XSD}date>', f'"2021-01-02"^^<{XSD}date>', f'"2020"^^<{XSD}gYear>', f'"2021"^^<{XSD}gYear>',
    '"2020-01"^^<http://x/edtf>', '"2021"^^<http://x/edtf>', f'"01"^^<{XSD}integer>', f'"x"^^<{XSD}integer>',
)  # fmt: skip
VARIABLES = ("?a", "?b", "?c", "?d")
variables = st.sampled_from(VARIABLES)
terms = st.sampled_from([*IRIS, *LITERALS])


def people(count: int) -> ColumnGraph:
    """A graph in which so many people have a name, a year, one of ten countries and, every
    hundredth, a prize."""
    numbers = range(count)
    a = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    rows = [
        *((f"<http://x/person/{n}>", a, "<http://x/Person>") for n in numbers),
        *((f"<http://x/person/{n}>", "<http://x/name>", f'"Name {n}"') for n in numbers),
        *(
            (f"<http://x/person/{n}>", "<http://x/year>", f'"{1900 + n % 90}"^^<{XSD}gYear>')
            for n in numbers
        ),
        *(
            (f"<http://x/person/{n}>", "<http://x/country>", f"<http://x/country/{n % 10}>")
            for n in numbers
        ),
        *(
            (f"<http://x/person/{n}>", "<http://x/prize>", "<http://x/prize/1>")
            for n in numbers[::100]
        ),
    ]
    frame = pl.DataFrame(rows, schema=["s", "p", "o"], orient="row")
    return ColumnGraph.from_text(frame.with_columns(g=pl.lit("<http://x/graph>")))


@st.composite
def graphs(draw: st.DrawFn) -> ColumnGraph:
    """A graph of a few quads, some of them in several graphs."""
    quads = draw(
        st.lists(
            st.tuples(
                st.sampled_from(IRIS),
                st.sampled_from(PREDICATES),
                terms,
                st.sampled_from(("", *IRIS[:2])),
            ),
            min_size=1,
            max_size=16,
        )
    )
    from hrdgraph.rdf import Quad

    return ColumnGraph.from_quads(
        Quad(*map(parse_term, quad[:3]), parse_term(quad[3]) if quad[3] else None)  # type: ignore[arg-type]
        for quad in quads
    )


@st.composite
def patterns(draw: st.DrawFn) -> str:
    """A triple pattern."""
    subject = draw(st.one_of(variables, variables, st.sampled_from(IRIS)))
    predicate = draw(
        st.one_of(
            st.sampled_from(PREDICATES),
            st.sampled_from(PREDICATES),
            st.builds("{}/{}".format, st.sampled_from(PREDICATES), st.sampled_from(PREDICATES)),
            st.builds("({}|{})".format, st.sampled_from(PREDICATES), st.sampled_from(PREDICATES)),
            st.builds("^{}".format, st.sampled_from(PREDICATES)),
            variables,
        )
    )
    return f"{subject} {predicate} {draw(st.one_of(variables, variables, terms))} ."


@cache
def comparisons() -> st.SearchStrategy[str]:
    """An expression that is true, false or an error."""
    atoms = st.one_of(variables, variables, terms)
    words = st.one_of(
        atoms,
        st.builds("STR({})".format, variables),
        st.builds("LANG({})".format, variables),
        st.builds("COALESCE({}, {})".format, variables, atoms),
        st.builds("IF({} = {}, {}, {})".format, variables, atoms, atoms, variables),
        st.builds("CONCAT(STR({}), {})".format, variables, st.sampled_from(('"x"', '""'))),
        st.builds("SUBSTR(STR({}), 1, 2)".format, variables),
        st.builds("STRLEN(STR({}))".format, variables),
        st.builds("YEAR({})".format, variables),
        st.builds("LCASE(STR({}))".format, variables),
    )
    single = st.one_of(
        st.builds(
            "({} {} {})".format, words, st.sampled_from(("=", "!=", "<", "<=", ">", ">=")), words
        ),
        st.builds("BOUND({})".format, variables),
        st.builds("({})".format, variables),
        st.builds(
            "({} {} ({}, {}))".format, variables, st.sampled_from(("IN", "NOT IN")), terms, atoms
        ),
        st.builds("sameTerm({}, {})".format, variables, atoms),
        st.builds('REGEX(STR({}), "[a2]")'.format, variables),
        st.builds("STRSTARTS({}, {})".format, words, st.sampled_from(('"a"', '"2"'))),
        st.builds("LANGMATCHES(LANG({}), {})".format, variables, st.sampled_from(('"en"', '"*"'))),
        st.builds("isIRI({})".format, variables),
        st.builds("isLiteral({})".format, variables),
        st.builds("EXISTS {{ {} }}".format, patterns()),
        st.builds("NOT EXISTS {{ {} FILTER({} = {}) }}".format, patterns(), variables, variables),
    )
    return st.one_of(
        single,
        st.builds("({} && {})".format, single, single),
        st.builds("({} || {})".format, single, single),
        st.builds("(!{})".format, single),
    )


@cache
def groups() -> st.SearchStrategy[str]:
    """What stands between the braces of a group."""
    basic = st.lists(patterns(), min_size=1, max_size=2).map(" ".join)

    def wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("{} OPTIONAL {{ {} }}".format, inner, inner),
            st.builds(
                "{} OPTIONAL {{ {} FILTER{} }}".format,
                inner,
                basic,
                comparisons().map("({})".format),
            ),
            st.builds("{} MINUS {{ {} }}".format, inner, inner),
            st.builds("{{ {} }} UNION {{ {} }}".format, inner, inner),
            st.builds("{} FILTER({})".format, inner, comparisons()),
            st.builds("GRAPH ?g {{ {} }} {}".format, basic, inner),
            st.builds("{} VALUES {} {{ {} {} }}".format, inner, variables, terms, terms),
            st.builds("{} VALUES (?a ?b) {{ ({} UNDEF) (UNDEF {}) }}".format, inner, terms, terms),
            st.builds("{{ {} }} {{ {} }}".format, inner, inner),
            st.builds("{} BIND({} AS ?e)".format, basic, comparisons()),
            st.builds("{{ SELECT DISTINCT {} WHERE {{ {} }} }} {}".format, variables, basic, inner),
        )

    return st.recursive(basic, wider, max_leaves=4)


@cache
def queries() -> st.SearchStrategy[str]:
    """A whole query."""
    aggregates = st.sampled_from(
        (
            "COUNT(*)",
            "COUNT(?b)",
            "COUNT(DISTINCT ?b)",
            "MIN(?b)",
            "MAX(?b)",
            "MIN(STR(?b))",
            "SUM(?b)",
        )
    )
    return st.one_of(
        st.builds("SELECT ?a ?b ?c ?d ?e ?g WHERE {{ {} }}".format, groups()),
        st.builds("SELECT ?a ?b WHERE {{ {} }}".format, groups()),
        st.builds("SELECT DISTINCT ?a ?d WHERE {{ {} }} ORDER BY ?a ?d".format, groups()),
        st.builds("SELECT ?a ({} AS ?n) WHERE {{ {} }} GROUP BY ?a".format, aggregates, groups()),
        st.builds("SELECT ({} AS ?n) WHERE {{ {} }}".format, aggregates, groups()),
        st.builds(
            "SELECT ?a ?c ({} AS ?n) WHERE {{ {} }} GROUP BY ?a ?c HAVING(COUNT(*) > 1)".format,
            aggregates,
            groups(),
        ),
        st.builds(
            "SELECT ?b WHERE {{ {} }} ORDER BY {}".format,
            groups(),
            st.sampled_from(("?b", "DESC(?b)", "STR(?b)")),
        ),
        st.builds("ASK {{ {} }}".format, groups()),
        st.builds(
            "CONSTRUCT {{ ?a <http://x/new> ?b . ?b <http://x/was> ?c }} WHERE {{ {} }}".format,
            groups(),
        ),
    )
