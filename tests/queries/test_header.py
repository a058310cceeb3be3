"""Header comments into queries: what is read, and what is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import QueryError
from hrdgraph.queries.catalogue import parse
from hrdgraph.queries.model import AnswerColumn, Parameter, Type

WHOLE = """\
# title@en: Laureates
# title@FR: Lauréats : la liste
#
# parameter award: iri award — The award: key or IRI
# parameter kind: concept act-type (optional) — The kind
# parameter lang: language (default pt-BR) - The language
# column who: Who
# severity: info
# message@en: {?focus} is odd
SELECT ?award WHERE { }
# title@es: not in the header any more
"""


def test_a_whole_header_is_read() -> None:
    query = parse(WHOLE, name="laureates", topic="awards", path=Path("q.rq"))
    assert query.titles == (("en", "Laureates"), ("fr", "Lauréats : la liste"))
    assert query.parameters == (
        Parameter("award", Type.IRI, "The award: key or IRI", "award"),
        Parameter("kind", Type.CONCEPT, "The kind", "act-type", optional=True),
        Parameter("lang", Type.LANGUAGE, "The language", default="pt-BR"),
    )
    assert query.columns == (AnswerColumn("who", "Who"),)
    assert (query.severity, query.messages) == ("info", (("en", "{?focus} is odd"),))
    assert query.text == WHOLE


@pytest.mark.parametrize(
    ("language", "title"), [("fr", "Lauréats : la liste"), ("ru", "Laureates")]
)
def test_titles_fall_back_to_english(language: str, title: str) -> None:
    assert parse(WHOLE, name="x", topic="").title(language) == title


def test_without_a_header_there_is_the_name() -> None:
    query = parse("SELECT * {}", name="bare", topic="")
    assert (query.title("en"), query.parameters, query.columns) == ("bare", (), ())


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ("# a remark", "not written as expected"),
        ("# title: no language", "not written as expected"),
        ("# title@en:", "not written as expected"),
        ("# title@en: Again", "'title en' appears twice"),
        ("# parameter x: text — What", "is not known here"),
        ("# parameter x: year", "is not known here"),
        ("# parameter x: year award — What", "is not written as expected"),
        ("# parameter x: concept — What", "is not written as expected"),
        ("# severity: fatal", "'fatal' is not known here"),
        ("# column x y: What", "not written as expected"),
    ],
)
def test_what_is_malformed_is_refused_with_its_line(line: str, fact: str) -> None:
    with pytest.raises(QueryError, match=fact) as caught:
        parse(
            f"# title@en: First\n{line}\nSELECT * {{}}",
            name="x",
            topic="",
            path=Path("queries/a/x.rq"),
        )
    assert (caught.value.origin.file, caught.value.origin.line) == (str(Path("queries/a/x.rq")), 2)
    assert caught.value.hint


def test_a_cell_may_have_a_prefix_that_the_query_declares() -> None:
    text = "# cell until: other local:released\nPREFIX local: <https://example.org/ontology#>\nSELECT ?focus ?other {}"
    [cell] = parse(text, name="x", topic="checks").cells
    assert (cell.thing, cell.predicate.value) == ("other", "https://example.org/ontology#released")
    with pytest.raises(QueryError):
        parse("# cell until: other locl:released\nSELECT ?focus {}", name="x", topic="checks")
