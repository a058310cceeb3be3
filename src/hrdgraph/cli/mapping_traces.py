"""Statements back to the rows that a mapping makes them of: one that is named, or each of a
file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from hrdgraph.catalogue import render
from hrdgraph.cli.common import echo_json, echo_utf8
from hrdgraph.errors import Origin, SourceError
from hrdgraph.library.explained import trace_lines
from hrdgraph.library.mapping_runs import trace_terms
from hrdgraph.mapping.plan import Plan
from hrdgraph.mapping.tracing import Trace, Tracer, Untraceable
from hrdgraph.rdfio.read import statement_texts


def explain_mapping(
    plan: Plan, mapping: Path, asked: str | Sequence[str], *, language: str, skips: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Explain a thing or a triple, or each statement of the file that is named. Where it
    `skips`, rows that cannot be mapped are passed over: `map` tells of them."""
    if isinstance(asked, str):
        tracer = Tracer(plan, reject=(lambda _: None) if skips else None)
        _explain_each(tracer, asked, language, as_json=as_json)
    else:
        _explain_one(plan, mapping, asked, language, skips=skips, as_json=as_json)


def _explain_one(
    plan: Plan, mapping: Path, what: Sequence[str], language: str, *, skips: bool, as_json: bool
) -> None:
    """Print every way in which a thing or a triple is made. MappingError where there is none."""
    found = trace_terms(plan, mapping, what, skips=skips)
    if as_json:
        echo_json([_as_dict(trace) for trace in found])
    else:
        click.echo("\n".join(_lines(found, language)))


def _explain_each(tracer: Tracer, file: str, language: str, *, as_json: bool) -> None:
    """Print how each statement of an N-Triples or N-Quads file is made, in one pass over the
    sources; graph names are not looked at."""
    try:
        with click.open_file(file, "rb") as statements:
            triples = statement_texts(statements.read(), file)
    except OSError as error:
        raise SourceError("unreadable", reason=error.strerror, origin=Origin(file)) from error
    found = zip(triples, tracer.trace_each(triples), strict=True)
    # a statement a line: to spread thousands of them over more takes longer than to find their rows
    if as_json:
        each = ({"statement": triple, **_traces_dict(traces)} for triple, traces in found)
        lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in each)
        echo_utf8(f"[\n{lines}\n]")
        return
    for triple, traces in found:
        click.secho(f"{' '.join(triple)} .", bold=True)
        if isinstance(traces, Untraceable):
            click.echo(render(traces.reason, language))
        else:
            click.echo("\n".join(_lines(traces, language)))


def _traces_dict(traces: tuple[Trace, ...] | Untraceable) -> dict[str, object]:
    return (
        {"untraceable": str(traces.reason)}
        if isinstance(traces, Untraceable)
        else {"traces": [_as_dict(trace) for trace in traces]}
    )


def _as_dict(trace: Trace) -> dict[str, object]:
    cells = [{"origin": _place(cell.origin), "value": cell.value} for cell in trace.cells]
    return {"rule": _place(trace.rule), "rows": [_place(row) for row in trace.rows], "cells": cells}


def _place(origin: Origin) -> dict[str, object]:
    return {name: getattr(origin, name) for name in Origin.__slots__}


def _lines(traces: Sequence[Trace], language: str) -> list[str]:
    return [line.strip() for trace in traces for line in trace_lines(trace, language)]
