"""Say where the facts of a graph or of a mapping come from: explain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from hrdgraph.catalogue import render
from hrdgraph.cli import completion
from hrdgraph.cli.command_from_function import (
    FILE,
    FLAG,
    READING,
    CommandCall,
    argument,
    option,
    own_command,
)
from hrdgraph.cli.common import echo_json, echo_utf8, languages, name_options, open_in
from hrdgraph.cli.option_values import OneOf, PathTo
from hrdgraph.cli.progress import counting
from hrdgraph.errors import Origin, SourceError
from hrdgraph.library.calls import UsageError
from hrdgraph.library.explained import ENOUGH, Heading, trace_lines
from hrdgraph.library.mapping_runs import bound, trace_terms
from hrdgraph.mapping.tracing import Trace, Tracer, Untraceable
from hrdgraph.rdfio.read import statement_texts


def _explain_each(tracer: Tracer, file: str, language: str, *, as_json: bool) -> None:
    """Print how each statement of an N-Triples or N-Quads file is made, in one pass over the
    sources; graph names are not looked at."""
    try:
        with click.open_file(file, "rb") as statements:
            triples = statement_texts(statements.read(), file)
    except OSError as error:
        raise SourceError("unreadable", reason=error.strerror, origin=Origin(file)) from error
    pairs = zip(triples, tracer.trace_each(triples), strict=True)
    # a statement a line: to spread thousands of them over more takes longer than to find their rows
    if as_json:
        each = ({"statement": triple, **_traces_dict(traces)} for triple, traces in pairs)
        lines = ",\n".join(json.dumps(explanation, ensure_ascii=False) for explanation in each)
        echo_utf8(f"[\n{lines}\n]")
        return
    for triple, traces in pairs:
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


def _check_explain(given: dict[str, Any]) -> None:
    of_mapping = [name for name in ("statements", "on_error", *READING) if given[name]]
    if given["mapping"] is None and of_mapping:
        raise UsageError("goes-with", option=name_options(of_mapping), options="--mapping")
    if len(given["what"]) not in ((0,) if given["statements"] else (1, 3)):
        raise UsageError("give-iri-or-triple")


@own_command(
    "explain", project="folder", check=_check_explain, mapping=option(type=FILE),
    what=argument(metavar="IRI | SUBJECT PREDICATE OBJECT", shell_complete=completion.things),
    statements=option(type=PathTo(allow_dash=True, dir_okay=False)),
    on_error=option(type=OneOf(["fail", "skip"])), full=FLAG, **READING,
)  # fmt: skip
def run_explain(call: CommandCall, what: Sequence[str], *, mapping: Path | None = None) -> None:
    """Say where facts come from."""
    given = call.given
    if mapping is None:
        _explain(what, given["root"], given["lang"], full=given["full"], as_json=call.is_json)
        return
    plan = bound(mapping, **{name: given[name] for name in READING}).plan
    skips = given["on_error"] == "skip"  # rows that cannot be mapped: `map` tells of them
    if given["statements"]:
        tracer = Tracer(plan, reject=(lambda _: None) if skips else None)
        _explain_each(tracer, given["statements"], call.language, as_json=call.is_json)
        return
    traces = trace_terms(plan, mapping, what, skips=skips)
    if call.is_json:
        echo_json([_as_dict(trace) for trace in traces])
    else:
        click.echo("\n".join(_lines(traces, call.language)))


def _explain(
    what: Sequence[str], root: Path, lang: str | None, *, full: bool, as_json: bool
) -> None:
    from hrdgraph.library.graph import Graph

    project = open_in(root)
    tags = languages(lang, project)
    graph = Graph(project, tags)
    with counting(tags[0]) as progress:
        most, brief = (None, False) if full or as_json else (ENOUGH, True)
        explanation = graph.explain(*what, most=most, progress=progress, brief=brief)
    if as_json:
        echo_json(explanation.as_dict())
        return
    for line in explanation.lines(full=full):
        click.echo(click.style(line, bold=True) if isinstance(line, Heading) else line)
