"""The functions that mappings may call, each on values and on missing ones."""

from __future__ import annotations

import json

import polars as pl
import pytest

from hrdgraph.errors import MappingError
from hrdgraph.mapping.functions.calls import bind, call, functions
from hrdgraph.mapping.functions.grel import GREL, IDLAB, SYNONYMS
from hrdgraph.mapping.model import Constant, FunctionExecution
from hrdgraph.rdf import IRI, Literal
from hrdgraph.vocab import HRDF

N = None
# what is no page: a witness, a paper, or an address that nobody can complete
NO_PAGES = [
    "M.Dupont", "ana@example.org", "rapport.md", "12.03/2020", "S.A/12", "www.exemple", "www. x.org",
    "htp://example.org", "example.org b", "dossier/example.org", "J.de", "rapport.pdf", "etc...",
]  # fmt: skip
RESULTS = [
    (HRDF.slugApart, [" Ana  Pérez", '[" Ana  Pérez"]', "a1"], "Ana_Pérez-a1"),
    (HRDF.slugApart, ["Ana Ruiz", '["Ana Pérez"]', "a1"], "Ana_Ruiz"),
    (HRDF.slugApart, [None, '["Ana Pérez"]', "a1"], None),
    (HRDF.slug, ["  Natalia  Estemirova "], "Natalia_Estemirova"),
    (HRDF.slug, ["Э\u0438\u0306"], "Эй"),
    (HRDF.slug, [""], N),
    (HRDF.slug, [N], N),
    (HRDF.host, ["https://www.Memorial.ORG:443/a"], "memorial.org"),
    (HRDF.host, ["not an address"], N),
    (HRDF.splitList, ["a; b;;c ", ";"], ["a", "b", "c"]),
    (HRDF.splitList, [" ; ", ";"], N),
    (HRDF.splitList, [N, ";"], N),
    (HRDF.languageOf, ["Prix Rafto@fr"], "fr"),
    (HRDF.languageOf, ["a@example.org"], N),
    (HRDF.textOf, ["Prix Rafto@fr"], "Prix Rafto"),
    (HRDF.textOf, ["Prix Rafto"], "Prix Rafto"),
    (HRDF.taggedText, ["Prix@fr"], "Prix"),
    (HRDF.taggedText, ["Prix"], N),
    (HRDF.untaggedText, ["Prix@fr"], N),
    (HRDF.untaggedText, ["Prix"], "Prix"),
    (HRDF.pythonLiteralToJson, ["[{'a': None, 'b': True}]"], '[{"a": null, "b": true}]'),
    (HRDF.pythonLiteralToJson, [N], N),
    (HRDF.truncateDate, ["1873-00-00"], "1873"),
    (HRDF.truncateDate, ["1873-05-00"], "1873-05"),
    (HRDF.truncateDate, ["1873-05-07"], "1873-05-07"),
    (HRDF.truncateDate, ["about 1873"], "about 1873"),
    (HRDF.truncateDate, ["0000-00-00"], N),
    (HRDF.truncateDate, ["0000"], N),
    (HRDF.readDate, ["entre 2006 et 2009", "fr"], "2006/2009"),
    (HRDF.readDate, ["15-Jul-09", "en", "2025"], "2009-07-15"),
    (HRDF.readDate, ["03/04/2011", N, N, "dmy"], "2011-04-03"),
    (HRDF.readDate, [" ", "fr"], N),
    (HRDF.readDate, [N, "fr"], N),
    (HRDF.interval, ["1996", N], "1996/"),
    (HRDF.interval, [N, "2001"], "/2001"),
    (HRDF.interval, [N, N], N),
    (HRDF.interval, ["2001", "2005-04~"], "2001/2005-04~"),
    (HRDF.interval, ["2001", ".."], "2001/.."),
    (HRDF.interval, ["..", ""], N),
    (HRDF.when, ["a", "a", "v"], "v"),
    (HRDF.when, [N, "a", "v"], N),
    (HRDF.whenNot, ["a", "a", "v"], N),
    (HRDF.whenNot, [N, "a", "v"], "v"),
    (HRDF.whenNull, [N, "v"], "v"),
    (HRDF.whenNull, ["", "v"], N),
    (HRDF.whenStartsWith, ["http://x", "http", "v"], "v"),
    (HRDF.whenStartsWith, [N, "http", "v"], N),
    (HRDF.whenContains, ["Nobel Peace", "Peace", "v"], "v"),
    (HRDF.whenContains, ["Nobel", "Peace", "v"], N),
    (HRDF.orElse, [N, "v"], "v"),
    (HRDF.orElse, ["", "v"], ""),
    (GREL.toUpperCase, ["straße"], "STRASSE"),
    (GREL.toLowerCase, ["ÉTÉ"], "été"),
    (GREL.toLowerCase, [N], N),
    (GREL.string_trim, [" a "], "a"),
    (GREL.string_replace, ["a.a", ".", "-"], "a-a"),
    (GREL.string_replace, ["aa", "", "-"], "aa"),
    (GREL.string_split, ["a,,b", ","], ["a", "", "b"]),
    (GREL.string_split, [N, ","], N),
    (GREL.string_split, [N, ""], N),
    (GREL.string_substring, ["Venus", "1", "3"], "en"),
    (GREL.string_substring, ["Venus", "5", N], ""),
    (GREL.string_substring, ["Venus", "6", N], N),
    (GREL.string_length, ["été\U0001f600"], "4"),
    (GREL.string_length, [N], N),
    (GREL.string_contains, ["abc", "b"], "true"),
    (GREL.string_startsWith, ["abc", "b"], "false"),
    (GREL.string_endsWith, ["abc", "c"], "true"),
    (GREL.string_endsWith, [N, "c"], N),
    (GREL.escape, ["A&B <\"'>", "html"], "A&amp;B &lt;&quot;&#x27;&gt;"),
    (GREL.escape, ["a b/é", "url"], "a+b%2F%C3%A9"),
    (GREL.escape, ['a,"b"', "csv"], '"a,""b"""'),
    (GREL.escape, [N, "csv"], N),
    (IDLAB.alwaysReturnsABC, [], "ABC"),
    (IDLAB.toUpperCaseURL, ["www.e.org"], "http://WWW.E.ORG"),
    (IDLAB.toUpperCaseURL, ["https://e.org"], "HTTPS://E.ORG"),
    (IDLAB.toUpperCaseURL, [N], N),
    (IDLAB.equal, ["a", "a"], "true"),
    (IDLAB.equal, ["a", "b"], "false"),
    (IDLAB.equal, ["a", N], N),
    (IDLAB.equal, [N, N], N),
    (IDLAB.notEqual, ["a", "b"], "true"),
    (IDLAB.notEqual, ["a", "a"], "false"),
    (IDLAB.notEqual, [N, "FR"], N),
    (IDLAB.notEqual, ["a", ""], "true"),
    (IDLAB.isNull, [N], "true"),
    (IDLAB.isNull, [""], "false"),
    (IDLAB.trueCondition, ["true", "v"], "v"),
    (IDLAB.trueCondition, [N, "v"], N),
    (HRDF.nothing, [], N),
    (HRDF["items"], [" ", "[]", "{}"], N),
    (HRDF.trimmed, [" Ana  Pérez\u00a0"], "Ana Pérez"),
    (HRDF.trimmed, [N], N),
    (HRDF.date, ["2011-05~"], "2011-05~"),
    (HRDF.date, ["15 juillet 2009", "fr"], "2009-07-15"),
    (HRDF.date, ["03/04/2011", "en", "dmy"], "2011-04-03"),
    (HRDF.date, [" ", "fr"], N),
    (HRDF.date, [N], N),
    (HRDF.year, [" 1993 "], "1993"),
    (HRDF.year, ["15 juillet 2009", "fr"], "2009"),
    (HRDF.year, [N, "fr"], N),
    (HRDF.money, ["5 000 €", "fr"], "5000 EUR"),
    (HRDF.duration, ["2 ans et demi", "fr"], "P2Y6M"),
    (HRDF.countryCode, ["RDC"], "CD"),
    (HRDF.countryCode, ["ДРК"], "CD"),
    (HRDF.countryCode, [" "], N),
    (HRDF.code, ["contestée", "claim-status"], "contested"),
    (HRDF.code, ["verified", "claim-status"], "verified"),
    (HRDF.code, [N, "claim-status"], N),
    (HRDF.codeIfKnown, ["disputada", "claim-status"], "contested"),
    (HRDF.codeIfKnown, ["promenade", "claim-status"], N),
    (HRDF.remark, ["1973 (declined)", "date"], "1973"),
    (HRDF.remark, ["1988 [refusé]", "outcome"], "declined"),
    (HRDF.remark, ["1931 (посмертно)", "words"], "посмертно"),
    (HRDF.remark, ["1931 (or later)", "date"], "1931 (or later)"),
    (HRDF.remark, ["1931 (or later)", "words"], N),
    (HRDF.choice, ["personne", "person|organisation"], "person"),
    (HRDF.choice, [N, "person|organisation"], N),
    (HRDF.number, ["3 hommes"], "3"),
    (HRDF.number, [""], N),
    (HRDF.number, ["1 500,50 €", "fr"], "1500.50"),
    (HRDF.count, ["1.500 víctimas", "es"], "1500"),
    (HRDF.count, [N], N),
    (HRDF.date, ["1399/09/18", "", "", "persian"], "2020-12-08"),
    (HRDF.year, ["1399", "", "", "gregorian"], "1399"),
    (HRDF.yesNo, ["oui"], "true"),
    (HRDF.yesNo, ["нет"], "false"),
    (HRDF.yesNo, [N], N),
    (HRDF.languageCode, ["français"], "fr"),
    (HRDF.languageCode, [N], N),
    (HRDF.documentKey, ["https://example.org/a"], "b5b10dd0429e69ac"),
    (HRDF.documentKey, ["interview 12"], "interview_12"),
    (HRDF.documentKey, [" "], N),
    (HRDF.page, [" https://example.org/a"], "https://example.org/a"),
    (HRDF.page, ["interview 12"], N),
    (HRDF.page, ["www.example.org/a?b"], "https://www.example.org/a?b"),
    (HRDF.page, ["Example.org"], "https://Example.org"),
    (HRDF.page, ["HTTPS://example.org"], "https://example.org"),
    *((HRDF.page, [text], N) for text in NO_PAGES),
    (HRDF.paper, ["www.example.org"], N),
    (HRDF.documentKey, ["www.example.org/a"], "5fcc169d9cd23de0"),
    (HRDF.webAddress, ["example.org/a"], "https://example.org/a"),
    (HRDF.webAddress, [" "], N),
    (HRDF.level, ["sí", "Confidencial"], "restricted"),
    (HRDF.level, [N, "Confidencial"], N),
    (HRDF.level, [N, "Diffusion"], "restricted"),
    (HRDF.joinWords, ["Ana ", N, " Pérez\u00a0 Ruiz", ""], "Ana Pérez Ruiz"),
    (HRDF.joinWords, [N, " "], N),
    (HRDF.joinDate, ["1965", "2", N], "1965-02"),
    (HRDF.date, ["03/04/17", "es", "dmy", "", "2026"], "2017-04-03"),
    (HRDF.joinPlaces, ["Villa  Ñandú ", N, "Artigas", "Artigas"], "Villa Ñandú, Artigas"),
    (HRDF.joinNotes, ["armé", " Non ", "причина", N, "", "3"], "armé: Non; 3"),
    (HRDF.joinNotes, ["armé", N], N),
    (HRDF.page, [N], N),
    (HRDF.paper, ["interview 12"], "interview_12"),
    (HRDF.paper, ["https://example.org/a"], N),
    (HRDF.paper, [N], N),
]  # fmt: skip


def execution(function: IRI, parameters: tuple[IRI, ...]) -> FunctionExecution:
    return FunctionExecution(function, tuple((name, Constant(Literal(""))) for name in parameters))


def run(function: IRI, *rows: list[str | None]) -> list[object]:
    """The results for each row of arguments, in the order of the function's parameters."""
    columns = [pl.Series(list(values), dtype=pl.String) for values in zip(*rows, strict=True)]
    return call(
        execution(function, functions()[function].parameters[: len(columns)]), columns, len(rows)
    ).to_list()


@pytest.mark.parametrize(
    ("function", "arguments", "result"), RESULTS, ids=lambda value: getattr(value, "value", None)
)
def test_function(function: IRI, arguments: list[str | None], result: object) -> None:
    assert run(function, arguments) == [result]


def test_items_of_a_cell_are_cut_and_meant() -> None:
    meant = json.dumps({"Israël": ["IL"], "les deux": ["IL", "PS"]})
    cells = ["Israël; les deux", "Pérou / Chili"]
    assert run(HRDF["items"], *([cell, '[";", " / "]', meant] for cell in cells)) == [
        ["IL", "IL", "PS"],
        ["Pérou", "Chili"],
    ]


def test_every_function_is_in_the_table() -> None:
    assert {function for function, _, _ in RESULTS} == functions().keys() - {HRDF.contentHash}


@pytest.mark.parametrize(
    ("function", "arguments", "said"),
    [
        (HRDF.date, ["03/04/2011", "en"], "2011-04-03 .day first. or 2011-03-04"),
        (HRDF.year, ["2006/2009"], "'2006/2009' is not a year"),
        (HRDF.code, ["promenade", "claim-status"], "promenade"),
        (HRDF.choice, ["promenade", "person|organisation"], "promenade"),
        (HRDF.countryCode, ["Atlantide"], "Atlantide"),
        (HRDF.webAddress, ["www.exemple"], "www.exemple"),
        (HRDF.level, ["quizá", "Confidencial"], "quizá"),
        (HRDF.number, ["plusieurs"], "plusieurs"),
        (HRDF.yesNo, ["peut-être"], "peut-être"),
        (HRDF.languageCode, ["martien"], "martien"),
    ],
    ids=lambda value: getattr(value, "value", None),
)
def test_a_cell_that_says_something_else_stops_the_mapping(
    function: IRI, arguments: list[str | None], said: str
) -> None:
    with pytest.raises(MappingError, match=said):
        run(function, arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["03/04/2011", "en"], "2011-04-03 .day first. or 2011-03-04"),
        (["Mai 2011", "ja"], "must be one of: ar, en, es, fr, pt, ru"),
        (["2011", "en", "99"], "pivot takes a year such as 2011"),
        (["2011", "en", N, "ymd"], "dmy or mdy"),
    ],
)
def test_a_date_that_is_not_certain_stops_the_mapping(
    arguments: list[str | None], said: str
) -> None:
    with pytest.raises(MappingError, match=said):
        run(HRDF.readDate, arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["2005", "2001"], "did you mean 2001/2005"),
        (["2001", "si"], "'si' cannot be read as a date: write a day as"),
        (["15/04/2011", N], "'15/04/2011' cannot be read as a date: did you mean 2011-04-15"),
        (["2001", "2005-00-00"], "'2005-00-00' cannot be read as a date: did you mean 2005"),
        (
            ["[2001,2002]", "2005"],
            "'.2001,2002.' cannot be read as a date: a period cannot end with a set or a time of day",
        ),
    ],
)
def test_what_is_no_period_stops_the_mapping(arguments: list[str | None], said: str) -> None:
    with pytest.raises(MappingError, match=said):
        run(HRDF.interval, arguments)


def test_an_empty_separator_stops_the_mapping() -> None:
    with pytest.raises(MappingError, match="separator is missing"):
        run(GREL.string_split, ["abc", ""])


def test_each_row_gets_its_own_result_in_order() -> None:
    assert run(GREL.toUpperCase, ["b"], [None], ["a"], ["b"]) == ["B", None, "A", "B"]
    assert run(GREL.string_split, ["a,b", ","], [None, ","], ["a", ","], ["a,b", ","]) == [
        ["a", "b"],
        None,
        ["a"],
        ["a", "b"],
    ]
    assert (
        call(
            execution(GREL.toUpperCase, (GREL.valueParam,)), [pl.Series([], dtype=pl.String)], 0
        ).to_list()
        == []
    )


def test_the_hash_depends_on_each_value_and_its_place() -> None:
    parameter = functions()[HRDF.contentHash].parameters[0]
    rows = [["a", "b"], ["b", "a"], ["ab", None], [None, "ab"], ["a", "b"]]
    columns = [pl.Series([row[place] for row in rows], dtype=pl.String) for place in (0, 1)]
    made = call(execution(HRDF.contentHash, (parameter, parameter)), columns, len(rows)).to_list()
    assert made[0] == made[4]
    assert len(set(made)) == 4
    assert all(len(text) == 16 and set(text) <= set("0123456789abcdef") for text in made)


def test_an_optional_parameter_may_be_left_out_and_the_order_is_free() -> None:
    reverse = (GREL.p_int_i_from, GREL.valueParam)
    assert call(
        execution(GREL.string_substring, reverse), [pl.Series(["2"]), pl.Series(["Venus"])], 1
    ).to_list() == ["nus"]


def test_synonyms_name_parameters_that_there_are() -> None:
    known = {name for function in functions().values() for name in function.parameters}
    assert set(SYNONYMS.values()) <= known
    assert not SYNONYMS.keys() & known
    assert bind(execution(GREL.toUpperCase, (GREL.valueParameter,))).iri == GREL.toUpperCase


@pytest.mark.parametrize(
    ("function", "arguments", "fact"),
    [
        (HRDF.pythonLiteralToJson, ["[1"], "not written as expected"),
        (HRDF.pythonLiteralToJson, ["__import__('os')"], "not written as expected"),
        (HRDF.pythonLiteralToJson, ["{1: {2, 3}}"], "not written as expected"),
        (HRDF.pythonLiteralToJson, ["(" * 500], "not written as expected"),
        (HRDF.host, ["http://[x"], "is not a web address"),
        (GREL.escape, ["a", "latin"], "'latin' is not known here"),
        (GREL.string_substring, ["a", "x", None], "'x' is not a whole number"),
    ],
)
def test_a_value_that_a_function_refuses(
    function: IRI, arguments: list[str | None], fact: str
) -> None:
    with pytest.raises(MappingError) as caught:
        run(function, arguments)
    assert fact in caught.value.fact
    assert f"'{arguments[0]}'" in caught.value.hint
