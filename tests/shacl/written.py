"""Shapes and data written in a few words of Turtle, for tests."""

from __future__ import annotations

import numpy as np
import polars as pl

from hrdgraph.findings.model import Finding
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse
from hrdgraph.shacl.shapes import Shapes, ShapesFile
from hrdgraph.shacl.validator import ColumnSHACL
from hrdgraph.vocab import Namespace

PREFIXES = """@prefix ex: <http://ex.example/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
EX = Namespace("http://ex.example/")
NOTHING = ColumnGraph.from_quads([])


def graph_of(turtle: str) -> ColumnGraph:
    return ColumnGraph.from_quads(parse(PREFIXES + turtle, format_named("ttl"), scope="data"))


def shapes_of(turtle: str, background: str = "") -> Shapes:
    text = PREFIXES + turtle
    return Shapes(
        (ShapesFile("shapes.ttl", text, tuple(parse(text, format_named("ttl"), scope="shape"))),),
        graph_of(background),
    )


def found(data: str | ColumnGraph, shapes: str, background: str = "") -> list[Finding]:
    return ColumnSHACL().validate(
        graph_of(data) if isinstance(data, str) else data, shapes_of(shapes, background)
    )


def pairs_graph(left: np.ndarray, right: np.ndarray, predicate: str = "p") -> ColumnGraph:
    names = [pl.Series(column).cast(pl.String) for column in (left, right)]
    frame = pl.DataFrame({"s": names[0], "o": names[1]}).select(
        s=pl.format("<http://ex.example/n{}>", "s"), p=pl.lit(f"<http://ex.example/{predicate}>"),
        o=pl.format("<http://ex.example/n{}>", "o"), g=pl.lit(""),
    )  # fmt: skip
    return ColumnGraph.from_text(frame)


NODE = "ex:S a sh:NodeShape ; sh:targetNode ex:a ; "
VALUES = "ex:S a sh:PropertyShape ; sh:targetNode ex:a ; sh:path ex:p ; "
