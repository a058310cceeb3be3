"""Texts that repeat are treated once each, and come out as if each had been treated by itself."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.mapping.model import Reference, Template, TermMap, TermType
from hrdgraph.mapping.terms import iris as batches
from hrdgraph.mapping.terms.iris import Batch, Treatment, do_repeat, for_distinct
from hrdgraph.mapping.terms.kernel import prepare, repeating

TEXTS = st.none() | st.sampled_from(
    ["", "plain", "a b", 'say "x"', "é", "100%", "\\", "x\ny", "\ue000", "_", "🦉"]
)
COLUMNS = st.lists(TEXTS, min_size=1, max_size=12)
TERMS = [
    TermMap(Template(("http://e.org/", Reference("a"))), TermType.IRI),
    TermMap(Template(("http://e.org/", Reference("a"))), TermType.URI),
    TermMap(Reference("a"), TermType.LITERAL),
    TermMap(Reference("a"), TermType.BLANK_NODE),
    TermMap(Template((Reference("a"), "-", Reference("b"))), TermType.LITERAL),
]


@given(COLUMNS, st.data(), st.integers(1, 5))
def test_parts_of_a_batch_know_what_was_treated(
    column: list[str | None], data: st.DataObject, size: int
) -> None:
    other = data.draw(st.lists(TEXTS, min_size=len(column), max_size=len(column)))
    frame = pl.DataFrame({"a": column, "b": other}, schema={"a": pl.String, "b": pl.String})
    plain = prepare(frame, TERMS).columns(TERMS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "do_repeat", lambda _: True)
        parts = [
            prepare(part, TERMS).columns(TERMS)
            for part in repeating(Batch(frame), TERMS).parts(size)
        ]
    for term in TERMS:
        assert pl.concat([part[term] for part in parts]).to_list() == plain[term].to_list()


@pytest.mark.parametrize("treatment", Treatment)
def test_what_repeats_is_treated_once(
    treatment: Treatment, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(
        batches,
        "for_distinct",
        lambda *given: seen.extend(map(len, given[2:])) or for_distinct(*given),
    )
    batch = Batch(
        pl.DataFrame(
            {
                "few": ["é b", None, '"\\'] * 5_000,
                "many": [f"é {number}" for number in range(15_000)],
            }
        )
    )
    batch.treat_repeating([("few", treatment), ("many", treatment)])
    assert seen == [3]
    assert batch.frame.width == 3


@pytest.mark.parametrize(("distinct", "rows", "expected"), [
    (10, 4_000, False),  # too few rows to be worth a look
    (10, 5_000, True),
    (5_000, 100_000, True),
    (90_000, 100_000, False),
    (100_000, 100_000, False),
    (1, 100_000, True),
])  # fmt: skip
def test_whether_texts_repeat_is_told_from_a_sample(
    distinct: int, rows: int, expected: bool
) -> None:
    # in an order that follows no step of the sample
    values = pl.Series([f"text {number * 7_919 % distinct}" for number in range(rows)]).sample(
        fraction=1, shuffle=True, seed=7
    )
    assert do_repeat(values) == expected


def test_a_column_without_any_text_repeats_nothing() -> None:
    assert for_distinct(
        pl.Series("a", [None, None], dtype=pl.String), lambda texts: texts
    ).to_list() == [None, None]
