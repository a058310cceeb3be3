"""Literals of a datatype: their texts must be in its lexical space; what is not is a data error
(RML-Core "Data errors", R2RML §10.3)."""

from __future__ import annotations

from functools import partial
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin
from hrdgraph.mapping.terms.invalid_values import Check, bad_value
from hrdgraph.rdf.lexical import EDTF_TYPES, ENOUGH, is_of
from hrdgraph.rdf.terms import XSD_STRING

_XSD: Final = XSD_STRING.removesuffix("string")


def typed_check(texts: pl.Expr, datatype: str, origin: Origin) -> list[Check]:
    """The check of escaped texts that are to be literals of one datatype; none where it is not
    known which texts it allows."""
    if datatype not in ENOUGH:
        return []
    return [
        Check(
            ~texts.str.contains(f"^(?:{ENOUGH[datatype]})$"),
            lambda frame: _settle(frame, texts, pl.lit(datatype), origin),
        )
    ]


def varied_check(texts: pl.Expr, datatypes: pl.Expr, origin: Origin) -> Check:
    """The check of texts that are to be literals of datatypes which differ from row to row."""
    return Check(
        datatypes.is_in(list(ENOUGH)), lambda frame: _settle(frame, texts, datatypes, origin)
    )


def ill_typed(text: str, datatype: str) -> bool:
    """Whether a text is none that the datatype allows."""
    return datatype in ENOUGH and not _fits(pl.Series([text]), datatype)[0]


def no_such(text: str, datatype: str) -> Message:
    """What is said of a text that the datatype does not allow."""
    name = f"<{datatype}>"
    if datatype.startswith(_XSD):
        name = f"xsd:{datatype.removeprefix(_XSD)}"
    return Message("not-of-datatype", value=text, datatype=name)


def way_out(text: str, datatype: str) -> Message:
    """What can be done about it."""
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
    made = frame.select(texts.alias("text"), datatypes.alias("datatype"))
    for name in made["datatype"].unique(maintain_order=True).drop_nulls():
        if name in ENOUGH:
            bad = (made["datatype"] == name) & ~_fits(made["text"], name)
            if bad.any():
                raise bad_value(
                    frame,
                    bad,
                    made["text"],
                    partial(no_such, datatype=name),
                    partial(way_out, datatype=name),
                    origin,
                )


def _fits(texts: pl.Series, datatype: str) -> pl.Series:
    """Whether the datatype allows each text; null where there is none."""
    return is_of('"' + texts + f'"^^<{datatype}>', datatype, _is_edtf)


def _is_edtf(text: str) -> bool:
    from hrdgraph.evidence import is_edtf  # loaded only for dates that are not plain

    return is_edtf(text)
