"""Results in columns → a standard sh:ValidationReport as Turtle, most of it written whole
columns at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

import numpy as np
import polars as pl

from hrdgraph.rdf import IRI, BlankNode, Literal, Term
from hrdgraph.rdf.terms import RDF_LANG_STRING
from hrdgraph.rdfio import format_named, serialize
from hrdgraph.validate.engine.columns.data import TripleArrays
from hrdgraph.validate.engine.results.report import REPORT, batch_quads, fixed_parts
from hrdgraph.validate.engine.results.result_columns import ResultBatch, blocks_of, messages_for
from hrdgraph.validate.shapes import Shapes
from hrdgraph.vocab import PREFIXES, RDF, SH


def report_turtle(
    data: TripleArrays, shapes: Shapes, batches: Sequence[ResultBatch], *, conforms: bool
) -> Iterator[bytes]:
    """The triples of `report_quads`, in parts that are Turtle one after the other."""
    prefixes = "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())
    told = "true" if conforms else "false"
    yield f"{prefixes}\n{REPORT.n3()} a sh:ValidationReport ;\n    sh:conforms {told} .\n".encode()
    numbers = count()
    for batch in batches:
        for part in blocks_of(batch):
            if _is_plain(part):
                yield _written(data, shapes, part, numbers)
            else:
                names = (BlankNode(f"report{number}") for number in numbers)
                yield serialize(batch_quads(data, shapes, part, names), format_named("nt"), {})


def _is_plain(batch: ResultBatch) -> bool:
    """Whether all rows say the same but for their focus nodes and values."""
    path = batch.shape.path
    return (
        not batch.messages
        and batch.times is None
        and batch.paths is None
        and (path is None or isinstance(path, IRI))
    )


def _written(
    data: TripleArrays, shapes: Shapes, batch: ResultBatch, numbers: Iterator[int]
) -> bytes:
    names = pl.Series("name", [f"_:report{next(numbers)}" for _ in range(len(batch))])
    focus = data.texts(batch.focus.astype(np.uint32))
    there = pl.Series((batch.values >= 0).tolist(), dtype=pl.Boolean)
    texts = data.texts(np.maximum(batch.values, 0).astype(np.uint32))
    values = (" ;\n    sh:value " + texts).zip_with(there, pl.repeat("", len(batch), eager=True))
    lines = (
        f"{REPORT.n3()} sh:result "
        + names
        + " .\n"
        + names
        + " a sh:ValidationResult ;\n    sh:focusNode "
        + focus
        + values
        + _shared(shapes, batch)
        + " ."
    )
    return ("\n".join(lines.to_list()) + "\n").encode()


def _shared(shapes: Shapes, batch: ResultBatch) -> str:
    """What all rows say."""
    path = batch.shape.path
    parts = [(SH.resultPath, path)] if isinstance(path, IRI) else []
    said: list[tuple[IRI, Term]] = [
        *parts,
        *(part for part in fixed_parts(batch) if part[0] != RDF.type),
    ]
    for language, text in messages_for(batch, shapes):
        said.append(
            (
                SH.resultMessage,
                Literal(text, RDF_LANG_STRING, language) if language else Literal(text),
            )
        )
    return "".join(f" ;\n    {_name(predicate)} {_name(term)}" for predicate, term in said)


def _name(term: Term) -> str:
    """A term as Turtle, names of SHACL shortened."""
    text = term.n3()
    return (
        f"sh:{text[len(str(SH)) + 1 : -1]}"
        if text.startswith(f"<{SH}") and text[len(str(SH)) + 1 : -1].isalpha()
        else text
    )
