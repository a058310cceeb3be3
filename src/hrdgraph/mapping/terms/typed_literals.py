"""Check literals of a datatype: texts outside its lexical space are data errors (RML-Core "Data
errors", R2RML §10.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError, Origin
from hrdgraph.rdf.lexical import EDTF_TYPES, ENOUGH, is_of
from hrdgraph.rdf.terms import XSD_STRING
from hrdgraph.sources import ROW
from hrdgraph.sources.reference_columns import HIDDEN

LINE: Final = f"{HIDDEN}line"  # numbers the rows of a batch while multi-valued cells are spread out


_NOWHERE: Final[Mapping[str, int]] = MappingProxyType({})


class Check(NamedTuple):
    """A test of a batch: if `doubt` is true of any row, `settle` looks closely, and raises on
    errors."""

    doubt: pl.Expr
    settle: Callable[[pl.DataFrame], None]


class BadValue(MappingError):
    """The error of one row: `numbers` are its row numbers in each file, by the columns that hold
    them; errors of functions have none. `places` are the positions of all rows with the same
    error, and `at` returns the error of each."""

    def __init__(
        self, fact: str | Message, *, origin: Origin | None = None, hint: str | Message | None = "",
        numbers: Mapping[str, int] = _NOWHERE,
    ) -> None:  # fmt: skip
        super().__init__(fact, origin=origin, hint=hint)
        self.numbers = numbers
        self.places: pl.Series | None = None
        self.at: Callable[[int], BadValue] = lambda _: self

    def stand_for(self, lines: pl.Series) -> None:
        """Tell the positions of other rows: of those that the rows were made of, one for each."""
        if self.places is not None:
            at, places = self.at, lines.gather(self.places)
            first = dict(
                zip(reversed(places.to_list()), reversed(self.places.to_list()), strict=True)
            )
            self.places, self.at = places.unique(maintain_order=True), lambda line: at(first[line])


def bad_value(
    frame: pl.DataFrame, bad: pl.Series, values: pl.Series, fact: Callable[[str], str | Message],
    hint: str | Message | Callable[[str], str | Message], origin: Origin,
) -> BadValue:  # fmt: skip
    """Return the error of the first bad row; `origin` names the rule and the column of the rows.
    The message depends on the value."""
    numbers = [name for name in frame.columns if name.endswith(ROW)]

    def at(place: int) -> BadValue:
        row = {name: frame[name][place] for name in numbers}
        there = Origin(origin.file, row.get(ROW), origin.column, origin.node, origin.line)
        value = str(values[place])
        return BadValue(
            fact(value), origin=there,
            hint=hint if isinstance(hint, str | Message) else hint(value), numbers=row,
        )  # fmt: skip

    places = bad.fill_null(False).arg_true()
    first = at(places[0])
    if ROW in numbers:
        first.places, first.at = places, at
    return first


_XSD: Final = XSD_STRING.removesuffix("string")


def check_datatype(texts: pl.Expr, datatype: str, origin: Origin) -> list[Check]:
    """Return the check of escaped texts as literals of one datatype; none for unknown datatypes."""
    if datatype not in ENOUGH:
        return []
    return [
        Check(
            ~texts.str.contains(f"^(?:{ENOUGH[datatype]})$"),
            lambda frame: _settle(frame, texts, pl.lit(datatype), origin),
        )
    ]


def check_all(texts: pl.Expr, datatypes: pl.Expr, origin: Origin) -> Check:
    """Return the check of texts as literals whose datatypes vary from row to row."""
    return Check(
        datatypes.is_in(list(ENOUGH)), lambda frame: _settle(frame, texts, datatypes, origin)
    )


def ill_typed(text: str, datatype: str) -> bool:
    """Say whether a datatype forbids a text."""
    return datatype in ENOUGH and not _fits(pl.Series([text]), datatype)[0]


def no_such(text: str, datatype: str) -> Message:
    """Return the message for a text that its datatype forbids."""
    name = f"<{datatype}>"
    if datatype.startswith(_XSD):
        name = f"xsd:{datatype.removeprefix(_XSD)}"
    return Message("is-not", value=text, kind=name)


def way_out(text: str, datatype: str) -> Message:
    """Return the hint for a text that its datatype forbids."""
    keep = Message("datatypes-keep")
    if not text:
        return Message("declare-null", otherwise=keep)
    bare = text.strip()
    if bare != text and not ill_typed(bare, datatype):
        return Message("trim-spaces", otherwise=keep)
    if datatype in EDTF_TYPES:
        return Message("write-edtf", otherwise=keep)
    return Message("correct-or-change-datatype", otherwise=keep)


def _settle(frame: pl.DataFrame, texts: pl.Expr, datatypes: pl.Expr, origin: Origin) -> None:
    """Try the texts of each datatype by all that it asks of them."""
    rows = frame.select(texts.alias("text"), datatypes.alias("datatype"))
    for name in rows["datatype"].unique(maintain_order=True).drop_nulls():
        if name in ENOUGH:
            bad = (rows["datatype"] == name) & ~_fits(rows["text"], name)
            if bad.any():
                raise bad_value(
                    frame, bad, rows["text"], partial(no_such, datatype=name),
                    partial(way_out, datatype=name), origin,
                )  # fmt: skip


def _fits(texts: pl.Series, datatype: str) -> pl.Series:
    """Say whether the datatype allows each text; null for null."""
    return is_of('"' + texts + f'"^^<{datatype}>', datatype, _is_edtf)


def _is_edtf(text: str) -> bool:
    from hrdgraph.evidence.dates import is_edtf  # loaded only for dates that are not plain

    return is_edtf(text)
