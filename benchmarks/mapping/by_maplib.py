"""A plan and its tables into N-Quads with maplib: Polars reads and joins, an OTTR template makes
the triples.

Usage: python by_maplib.py plan.json OUTPUT   (in maplib's own environment, in the folder of the
tables)

maplib has no RML and encodes no IRI, so that is done here in Polars, once per distinct value and
only where a value needs it. IRIs are therefore right by construction, and its own check of them
is switched off, as its manual allows. It writes one graph at a time and no N-Quads; a graph's
name is put to its lines here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl
from maplib import Model, RDFType, SolutionMappings

UNSAFE = r"[^\p{L}\p{M}\p{N}\-._~]"
Plan = dict[str, Any]


def table(one: Plan) -> pl.DataFrame:
    """All columns as text."""
    return (
        pl.read_json(one["file"])
        if one["iterator"]
        else pl.read_csv(one["file"], infer_schema=False)
    )


def encoded(data: pl.DataFrame, name: str) -> pl.Expr:
    """A column with IRI-safe values."""
    values = data[name]
    if not values.str.contains(UNSAFE).any():
        return pl.col(name)
    distinct = values.unique()
    return pl.col(name).replace_strict(distinct, pl.Series([safe(value) for value in distinct]))


def safe(value: str) -> str:
    """Percent-encode what is ASCII and not unreserved."""
    return "".join(char if ord(char) >= 0xA0 else quote(char, safe="") for char in value)


def iri(data: pl.DataFrame, template: str) -> pl.Expr:
    """A template over columns."""
    first, *parts = template.split("{")
    pairs = [part.partition("}") for part in parts]
    return pl.concat_str(
        [
            pl.lit(first),
            *(piece for name, _, rest in pairs for piece in (encoded(data, name), pl.lit(rest))),
        ]
    )


def typed(rule: Plan) -> pl.Expr:
    """A literal's column in the type that maplib makes the datatype of."""
    column = pl.col(rule["reference"])
    kinds = {
        "integer": column.cast(pl.Int64),
        "decimal": column.cast(pl.Decimal(38, 12)),
        "date": column.str.to_date("%Y-%m-%d"),
    }
    return kinds.get(rule["datatype"].rpartition("#")[2], column)


def expand(model: Model, one: Plan, data: pl.DataFrame, graph: str | None) -> None:
    """All rules of a triples map but joins, by one template."""
    rules = [rule for rule in one["rules"] if not rule["join"]]
    values = [
        pl.lit(None)
        if rule["constant"]
        else iri(data, rule["template"])
        if rule["template"]
        else typed(rule)
        for rule in rules
    ]
    places = {
        f"o{number}": value
        for number, (rule, value) in enumerate(zip(rules, values, strict=True))
        if not rule["constant"]
    }
    kinds = [
        "ottr:IRI"
        if rule["template"]
        else f"<{rule['datatype'] or 'http://www.w3.org/2001/XMLSchema#string'}>"
        for rule in rules
    ]
    names = ", ".join(["ottr:IRI ?s", *(f"{kinds[int(place[1:])]} ?{place}" for place in places)])
    bodies = [
        f"<{rule['constant']}>" if rule["constant"] else f"?o{number}"
        for number, rule in enumerate(rules)
    ]
    triples = ", ".join(
        f"ottr:Triple(?s, <{rule['predicate']}>, {body})"
        for rule, body in zip(rules, bodies, strict=True)
    )
    if rules:
        model.add_template(
            f"@prefix ottr: <http://ns.ottr.xyz/0.4/> . <urn:t:{one['name']}> [{names}] :: {{ "
            f"{triples} }} ."
        )
        model.map(
            f"urn:t:{one['name']}",
            data.select(s=iri(data, one["subject"]), **places),
            graph=graph,
            validate_iris=False,
        )


def joined(model: Model, one: Plan, parent: Plan, rule: Plan) -> None:
    """One join, by Polars."""
    join, left, right = rule["join"], table(one), table(parent)
    children = left.select(key=pl.col(join["child_column"]), subject=iri(left, one["subject"]))
    parents = right.select(
        key=pl.col(join["parent_column"]), object=iri(right, parent["subject"])
    ).unique()
    pairs = children.join(parents, on="key").select("subject", "object")
    types = {"subject": RDFType.IRI, "object": RDFType.IRI}
    model.map_triples(
        SolutionMappings(pairs, types), predicate=rule["predicate"], validate_iris=False
    )


def by_graph(one: Plan, data: pl.DataFrame, output: Path) -> None:
    """One model a graph; the graph's name goes before the full stop."""
    named = data.with_columns(iri(data, one["graph"]).alias("__graph"))
    with output.open("wb") as file:
        for (name,), part in named.partition_by("__graph", as_dict=True).items():
            model = Model()
            expand(model, one, part, None)
            text = model.writes(format="ntriples").encode()
            file.write(text.replace(b" .\n", f" <{name}> .\n".encode()))


def main(plan: str, output: str) -> None:
    """Write the distinct triples."""
    maps = {one["name"]: one for one in json.loads(Path(plan).read_text())}
    model = Model()
    for one in maps.values():
        if one["graph"]:
            by_graph(one, table(one), Path(output))
            return
        expand(model, one, table(one), None)
        for rule in (rule for rule in one["rules"] if rule["join"]):
            joined(model, one, maps[rule["join"]["parent"]], rule)
    model.write(output, format="ntriples")


if __name__ == "__main__":
    main(*sys.argv[1:])
