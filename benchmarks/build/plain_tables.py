"""The graph of a build → what Morph-KGC makes the same statements of, in the form that costs it
least: a table of two columns for each property and sort of value, and a rule for each table.

Usage: python plain_tables.py PROJECT FOLDER

What the build does on its way, such as splitting cells, reading dates, naming, deriving, is spared
the other tools: they are given its result.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from hrdgraph.exports.graph_texts import parts
from hrdgraph.rdf.lexical import unescape_column
from hrdgraph.rdfio.columns import load_columns

HEAD = """@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
"""
SORT = ("p", "is_iri", "language", "datatype")


def make(project: Path, folder: Path) -> None:
    """Write the tables and `mapping.ttl` into a new folder."""
    folder.mkdir()
    graph = load_columns(project / "build" / "columns").triples()
    pieces = parts(graph.terms).with_columns(
        words=unescape_column(
            pl.Series("words", parts(graph.terms)["lexical"].str.slice(1).str.head(-1))
        )
    )
    rows = graph.quads.select(
        s=pieces["iri"].gather(graph.quads["s"]),
        p=pieces["iri"].gather(graph.quads["p"]),
        o=pieces.select(pl.coalesce("iri", "words"))["iri"].gather(graph.quads["o"]),
        is_iri=pieces["iri"].is_not_null().gather(graph.quads["o"]),
        language=pieces["language"].gather(graph.quads["o"]),
        datatype=pieces["datatype"].gather(graph.quads["o"]),
    )
    rules = [HEAD]
    for number, (sort, some) in enumerate(rows.group_by(SORT, maintain_order=True)):
        some.select("s", "o").write_csv(folder / f"t{number}.csv", quote_style="always")
        rules.append(_rule(number, *sort))
    (folder / "mapping.ttl").write_text("\n".join(rules), encoding="utf-8")


def _rule(number: int, predicate: object, is_iri: object, language: object, kind: object) -> str:
    how = (
        " ; rr:termType rr:IRI"
        if is_iri
        else f' ; rr:language "{language}"'
        if language
        else f" ; rr:datatype <{kind}>"
        if kind
        else ""
    )
    return (
        f'<http://x/#m{number}> rml:logicalSource [ rml:source "t{number}.csv" ; '
        "rml:referenceFormulation ql:CSV ] ;\n"
        '  rr:subjectMap [ rml:reference "s" ; rr:termType rr:IRI ] ;\n'
        f"  rr:predicateObjectMap [ rr:predicate <{predicate}> ; rr:objectMap [ "
        f'rml:reference "o"{how} ] ] .\n'
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
