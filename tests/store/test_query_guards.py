"""Texts that are too long or too deep for an engine to read."""

from __future__ import annotations

import pytest

from hrdgraph.errors import QueryError
from hrdgraph.store.query_guards import refuse_excess


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("ASK {" + " " * 1000 + "}", "bytes"),
        ("ASK { FILTER('" + "é" * 400 + "' = ?a) }", "bytes"),
        ("ASK " + "{" * 30 + "}" * 30, "nested too deeply"),
        ("ASK { ?s ?p " + "[ ?p " * 30 + "1" + "]" * 30 + "}", "nested too deeply"),
        ("ASK { ?s ?p " + "(" * 30 + ")" * 30 + "}", "nested too deeply"),
        ("ASK { #\r ?s ?p " + "(" * 30 + ")" * 30 + "}", "nested too deeply"),
        ("ASK { FILTER(?a<?b#>'\n) ?s ?p " + "(" * 30 + ")" * 30 + " #'\n}", "nested too deeply"),
        ("ASK { FILTER(?a<" + "(" * 30 + "1" + ")" * 30 + ">?b) }", "nested too deeply"),
        ("ASK { FILTER(" + "!" * 60 + "true) }", "nested too deeply"),
        ("ASK { ?s " + "^ " * 60 + "<p:p> ?o }", "nested too deeply"),
    ],
)
def test_excess_is_refused(text: str, fact: str) -> None:
    with pytest.raises(QueryError, match=fact):
        refuse_excess(text, size=600, depth=20)


@pytest.mark.parametrize("declared", ["PREFIX FILTERex:", "prefixFilter:", "PREFIX aHavingb:"])
def test_a_prefix_that_reads_like_a_keyword_is_refused(declared: str) -> None:
    with pytest.raises(QueryError, match="reads like the word"):
        refuse_excess(declared + "<http://e/> ASK {}", size=600, depth=9)
    refuse_excess("PREFIX filt:<http://e/> ASK { FILTERfilt:f(1) }", size=600, depth=9)


def test_brackets_in_words_do_not_count() -> None:
    refuse_excess(
        'ASK { ?s ?p "' + "{" * 50 + '" # ' + "(" * 50 + "\n ?p <u:" + "(" * 50 + "> }",
        size=600,
        depth=5,
    )


def test_breadth_is_no_depth() -> None:
    refuse_excess("ASK { " + "{ ?s ?p [] } " * 40 + "}", size=600, depth=3)
