"""Types of cells: each has one entry, from which reading, checking, templates and pages follow."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.kinds.test_import import FOR_US, run
from tests.small_projects import create_bare_project

from hrdgraph.catalogue import LANGUAGES, Vocabulary
from hrdgraph.fact_kinds.cell_types import CELL_TYPES, duration, money
from hrdgraph.fact_kinds.cell_values import CellError
from hrdgraph.mapping.functions.calls import functions
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project
from hrdgraph.rdf import Literal
from hrdgraph.vocab import HRD, HRDF, PREFIXES, XSD


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("3 years 6 months", "en", "P3Y6M"), ("a year and a half", "en", "P1Y6M"), ("two and a half years", "en", "P2Y6M"),
        ("2½ years", "", "P2Y6M"), ("half a year", "en", "P6M"), ("3 weeks", "", "P21D"), ("six months", "", "P6M"),
        ("2 ans et demi", "fr", "P2Y6M"), ("2,5 ans", "fr", "P2Y6M"), ("36 heures", "fr", "PT36H"), ("dix-huit mois", "fr", None),
        ("5 meses", "es", "P5M"), ("año y medio", "es", "P1Y6M"), ("dos años, tres meses y cinco días", "es", "P2Y3M5D"),
        ("3 года и 6 месяцев", "ru", "P3Y6M"), ("سنتان ونصف", "ar", "P2Y6M"), ("P1Y6M", "", "P1Y6M"), ("PT36H", "", "PT36H"),
        ("2-3 years", "", None), ("de 2 a 3 años", "es", None), ("about 2 years", "", None), ("à perpétuité", "fr", None),
        ("un mois et demi", "fr", None), ("3", "", None), ("2 years 2 years", "", None), ("3 years or 6 months", "", None), ("P", "", None),
    ],
)  # fmt: skip
def test_an_exact_length_of_time_is_read(text: str, language: str, found: str | None) -> None:
    if found is not None:
        assert duration(text, language) == found
        return
    with pytest.raises(CellError):
        duration(text, language)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("5000 EUR", "", "5000 EUR"), ("5 000 €", "fr", "5000 EUR"), ("USD 5,000", "en", "5000 USD"), ("US$ 300", "en", "300 USD"),
        ("20.000 pesos mexicanos", "es", "20000 MXN"), ("12 500,50 euros", "fr", "12500.50 EUR"), ("€1.250,00", "es", "1250.00 EUR"),
        ("3000 российских рублей", "ru", "3000 RUB"), ("$5,000", "en", None), ("500 000 FCFA", "fr", None), ("20.000 pesos", "es", None),
        ("5 millions d'euros", "fr", None), ("1000", "", None), ("10-20 EUR", "", None), ("5.000 EUR", "en", None),
    ],
)  # fmt: skip
def test_money_is_read_where_its_currency_is_said(
    text: str, language: str, found: str | None
) -> None:
    if found is not None:
        assert money(text, language) == found
        return
    with pytest.raises(CellError):
        money(text, language)


def test_a_sum_that_only_a_language_tells_is_one() -> None:
    fits = CELL_TYPES["money"].fits
    assert fits is not None
    assert fits("20.000 pesos mexicanos")
    assert not fits("veinte mil pesos")


def test_every_type_is_whole() -> None:
    for name, type_ in CELL_TYPES.items():
        for language in LANGUAGES:
            words = Vocabulary("kind-type", language)
            assert name in words or name in ("position", "digest"), name
        assert type_.datatype.partition(":")[0] in ("", *PREFIXES), type_.datatype
        if type_.function:
            assert HRDF[type_.function] in functions()
        if type_.fits and type_.example:
            assert type_.fits(type_.example)
        if type_.read and type_.example:
            assert type_.read(type_.example, "en")


COURT = """\
Accusé;Durée de la peine;Amende;Tribunal;Verdict
Awa Ndiaye;2 ans et demi;500 000 XOF;Tribunal de Dakar;coupable
Ousmane Ba;à perpétuité;5 000 $;Cour d'appel de Thiès;coupable
"""


def test_a_table_of_courts_is_read_as_people_write_it(tmp_path: Path) -> None:
    root, table = tmp_path / "project", tmp_path / "tribunaux.csv"
    create_bare_project(root, "Observatoire", "fr")
    table.write_text(COURT, "utf-8")
    code, output = run(root, str(table), "--yes", "--public", "--kind", "proceeding")
    assert code == 0, output
    result = build(open_project(root), BuildOptions(on_error="row", answer=FOR_US))
    said = {one.object for one in result.graph if one.predicate in (HRD.fine, HRD.sentenceLength)}
    assert said == {
        Literal("500000 XOF", datatype=HRD.money.value),
        Literal("P2Y6M", datatype=XSD.duration.value),
    }
    assert {(error.code, error.origin.row, error.origin.column) for error in result.left_out} == {
        ("is-not", 3, "Durée de la peine"),
        ("currency-unknown", 3, "Amende"),
    }


ACTS = """\
Fait;Victime;Date;Pays
assassinat;Marie-José Mukendi wa Kalonji;2015-03-04;RDC
perquisition;Marie-José Mukendi wa Kalonji;2018-05-05;RDC
"""


@pytest.mark.heavy
def test_a_check_shows_the_cells_of_both_rows_that_it_compares(tmp_path: Path) -> None:
    root, table = tmp_path / "project", tmp_path / "faits.csv"
    create_bare_project(root, "Observatoire", "fr")
    table.write_text(ACTS, "utf-8")
    code, output = run(root, str(table), "--yes", "--public", "--kind", "act")
    assert code == 0, output
    result = build(open_project(root), BuildOptions(answer=FOR_US))
    found = next(one for one in result.findings if one.rule == "checks/act-after-death")
    assert [(origin.row, origin.column) for origin in found.origins] == [(3, "Date"), (2, "Date")]
