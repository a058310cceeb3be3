"""A plan and its tables into N-Quads by columns, as one would write them by hand for tables one
knows: a bound, not an engine.

Usage: python by_columns.py plan.json OUTPUT   (in the folder of the tables)

It takes every table to be well-formed and every value to be a term, reads no mapping language,
can tell nobody where a triple comes from, and holds everything in memory. What it costs is what
Python, Polars and the bytes cost; no engine on them can be much faster.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

Plan = dict[str, Any]
# nothing is tried on tables whose first bytes have no other
TAME = re.compile(rb'[^A-Za-z0-9_.:,\n{}\[\]" -]')
SAFE = re.compile(r"[A-Za-z0-9\-._~\u00a0-\U0010ffff]")
ENCODED = {chr(code): f"%{code:02X}" for code in range(0xA0) if not SAFE.match(chr(code))}
ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def table(one: Plan) -> pl.DataFrame:
    """All columns as text, equal rows once; no odd character is looked for where the first bytes
    have none."""
    frame = (
        pl.read_json(one["file"])
        if one["iterator"]
        else pl.read_csv(one["file"], infer_schema=False)
    )
    frame = frame if frame["id"].is_unique().all() else frame.unique()
    with Path(one["file"]).open("rb") as file:
        return frame if TAME.search(file.read(1 << 16)) is None else treated(frame, set(used(one)))


def used(one: Plan) -> Iterator[tuple[str, bool]]:
    """The columns that a map refers to, each with whether it is a literal."""
    templates = (one["subject"], one["graph"], *(rule["template"] for rule in one["rules"]))
    yield from ((name, False) for text in templates for name in re.findall(r"{(.+?)}", text))
    yield from ((rule["reference"], True) for rule in one["rules"] if rule["reference"])


def treated(frame: pl.DataFrame, wanted: set[tuple[str, bool]]) -> pl.DataFrame:
    """The columns escaped or encoded, once for each distinct text where texts repeat."""
    for name, literal in wanted:
        distinct = frame[name].unique()
        made = (
            distinct.to_frame()
            .select(pl.first().str.replace_many(ESCAPED if literal else ENCODED))
            .to_series()
        )
        few = len(distinct) < frame.height // 2
        column = (
            frame[name].replace_strict(distinct, made)
            if few
            else pl.col(name).str.replace_many(ESCAPED if literal else ENCODED)
        )
        frame = frame.with_columns(column.alias(name))
    return frame


def iri(template: str) -> str:
    """The pattern of an IRI: the names in braces are columns, as in the patterns of Polars."""
    return f"<{template}>"


def made(rule: Plan) -> str:
    """The pattern of an object."""
    if rule["join"]:
        return "{object}"
    if rule["template"]:
        return iri(rule["template"])
    if rule["constant"]:
        return iri(rule["constant"])
    return f'"{{{rule["reference"]}}}"' + (f"^^<{rule['datatype']}>" if rule["datatype"] else "")


def lines(
    one: Plan, frames: Callable[[Plan], pl.DataFrame], maps: dict[str, Plan]
) -> Iterator[pl.DataFrame]:
    """The statements of a map: those over its own table together, then those of each join."""
    names = sorted({name for name, _ in used({**one, "rules": []})})
    frame = frames(one).with_columns(subject=pl.format(iri(one["subject"])))
    own = [rule for rule in one["rules"] if not rule["join"]]
    # these say something of the subject alone
    if own and not any(rule["template"] or rule["reference"] for rule in own):
        yield from _of(one, frame.unique(names), own)
    elif own:
        yield from _of(one, frame, own)
    for rule in (rule for rule in one["rules"] if rule["join"]):
        parent = maps[rule["join"]["parent"]]
        right = frames(parent).select(
            pl.format(iri(parent["subject"])).alias("object"),
            pl.col(rule["join"]["parent_column"]).alias("key"),
        )
        right = right if parent["name"] != "shapes" else right.unique()
        yield from _of(
            one, frame.join(right, left_on=rule["join"]["child_column"], right_on="key"), [rule]
        )


def _of(one: Plan, frame: pl.DataFrame, rules: list[Plan]) -> Iterator[pl.DataFrame]:
    end = f" {iri(one['graph'])} ." if one["graph"] else " ."
    each = [
        pl.format(f"{{subject}} <{rule['predicate']}> {made(rule)}{end}").alias(str(n))
        for n, rule in enumerate(rules)
    ]
    for part in frame.iter_slices(20_000):
        yield pl.concat([column.alias("line").to_frame() for column in part.select(each)])


def main(plan: str, output: str) -> None:
    """Write every statement once."""
    maps = {one["name"]: one for one in json.loads(Path(plan).read_text(encoding="utf-8"))}
    held: dict[str, pl.DataFrame] = {}

    def frames(one: Plan) -> pl.DataFrame:
        if one["file"] not in held:
            held[one["file"]] = table(one)
        return held[one["file"]]

    with open(output, "wb") as file:
        for one in maps.values():
            for frame in lines(one, frames, maps):
                frame.write_csv(file, include_header=False, quote_style="never")


if __name__ == "__main__":
    main(*sys.argv[1:])
