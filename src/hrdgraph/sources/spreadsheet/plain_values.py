"""The values of plain cells into texts and kinds: numbers that are written as a person sees them
stay so, and any other number is what the reader of spreadsheets makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from hrdgraph.sources.spreadsheet.byte_array import Flags, Ints
from hrdgraph.sources.spreadsheet.columns import NotPlainSheetError, as_seen, settled, value_of
from hrdgraph.sources.value_kinds import BOOLEAN, DOUBLE, INTEGER, STRING
from hrdgraph.sources.values import UnsupportedValue

Ask = Callable[[Sequence[tuple[str, str]]], list[Any]]
_FORM: Final = re.compile(rb'"(?: s="(\d{1,6})")?(?: t="(\w+)")?|"(?: t="(\w+)")(?: s="(\d{1,6})")')
_TEXTS: Final = ("s", "inlineStr", "str")
# fifteen digits are those of one number: what is written so comes out so
_WHOLE: Final = r"^(?:0|-?[1-9][0-9]{0,14})$"
_DECIMAL: Final = r"^-?(?:0|[1-9][0-9]{0,7})\.[0-9]{0,6}[1-9]$"


class Forms(NamedTuple):
    """By the numbers that attributes of cells have: which cells share their text, which are texts
    at all, which are truth values, and which numbers are shown as such; and the formats."""

    shared: Flags
    texts: Flags
    truths: Flags
    numbers: Flags
    styles: pl.Series


def forms_of(attributes: Iterable[bytes], numeric: Sequence[bool]) -> Forms:
    """What attributes say; `numeric` tells which formats are of numbers. NotPlainSheetError for
    types that only the other reader knows."""
    pairs = [_form(one) for one in attributes]
    types = [kind for _, kind in pairs]
    return Forms(
        np.array([kind == "s" for kind in types], dtype=np.bool_),
        np.array([kind in _TEXTS for kind in types], dtype=np.bool_),
        np.array([kind == "b" for kind in types], dtype=np.bool_),
        np.array([_is_numeric(style, numeric) for style, _ in pairs], dtype=np.bool_),
        pl.Series([style for style, _ in pairs], dtype=pl.String),
    )


def _form(attributes: bytes) -> tuple[str, str]:
    """The format of a cell and its type."""
    found = _FORM.fullmatch(attributes)
    if found is None:
        raise NotPlainSheetError
    style, kind = ((found[1] or found[4] or b"").decode(), (found[2] or found[3] or b"n").decode())
    if kind not in (*_TEXTS, "n", "b"):
        raise NotPlainSheetError
    return style, kind


def _is_numeric(style: str, numeric: Sequence[bool]) -> bool:
    return not style or (int(style) < len(numeric) and numeric[int(style)])


def typed(
    texts: pl.Series, own: Ints, forms: Forms, ask: Ask
) -> tuple[pl.Series, npt.NDArray[np.uint8]]:
    """The texts and kinds of the cells of a column; `own` are their forms."""
    kinds = np.full(len(texts), DOUBLE, dtype=np.uint8)
    is_shown = forms.numbers[own]
    is_truth, is_text = forms.truths[own], forms.texts[own]
    kinds[is_shown & texts.str.contains(_WHOLE).to_numpy()] = INTEGER
    is_plain = is_shown & ((kinds == INTEGER) | texts.str.contains(_DECIMAL).to_numpy())
    kinds[is_truth], kinds[is_text] = BOOLEAN, STRING
    texts = _with_truths(texts, is_truth)
    others = np.flatnonzero(~(is_plain | is_truth | is_text))
    if len(others):
        found = _asked(texts.gather(others), forms.styles.gather(own[others]), ask)
        texts = texts.scatter(others, found["seen"])
        kinds[others] = found["kind"].to_numpy()
    return texts, kinds


def _with_truths(texts: pl.Series, which: Flags) -> pl.Series:
    places = np.flatnonzero(which)
    if not len(places):
        return texts
    own = texts.gather(places)
    if not own.is_in(["0", "1"]).all():
        raise NotPlainSheetError
    return texts.scatter(places, own.replace({"0": "false", "1": "true"}))


def _asked(texts: pl.Series, styles: pl.Series, ask: Ask) -> pl.DataFrame:
    """What is seen of numbers, and its kind; each number is asked for once."""
    cells = pl.DataFrame({"style": styles, "text": texts})
    distinct = cells.unique(maintain_order=True)
    values = settled([value_of(one) for one in ask(distinct.rows())])
    if any(one is None or isinstance(one, UnsupportedValue) for one in values):
        raise NotPlainSheetError
    seen = pl.DataFrame(
        [as_seen(one) for one in values],
        schema={"seen": pl.String, "kind": pl.UInt8},
        orient="row",
    )
    return cells.join(
        distinct.hstack(seen), on=["style", "text"], how="left", maintain_order="left"
    )
