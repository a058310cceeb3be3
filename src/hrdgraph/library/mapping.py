"""Run, check and plan mappings in RML, R2RML or YARRRML, and trace statements back to their
rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from hrdgraph.errors import ProjectError
from hrdgraph.library.answers import Statements
from hrdgraph.library.calls import Progress, UsageError, bytes_of, check_choice
from hrdgraph.library.destination import check_targets
from hrdgraph.library.inputs import document_file, project_at, stage
from hrdgraph.library.mapping_runs import (
    BoundPlan,
    MapLimits,
    bound,
    rows_read,
    run_into,
    run_on_engine,
    trace_terms,
)
from hrdgraph.rdf import ColumnGraph
from hrdgraph.sources.table_cache import handing_on

if TYPE_CHECKING:
    from hrdgraph.mapping.plan import Plan
    from hrdgraph.mapping.planning.show import Pass
    from hrdgraph.mapping.tracing import Trace

Sources = Mapping[str, Any]
Datatypes = Literal["check", "keep"] | None
ON_ERROR: Final = ("fail", "skip")


def _reading(
    base: str | None, database: str | None, datatypes: str | None, outside: bool, servers: bool
) -> dict[str, Any]:
    """Return how a document and its sources are read, as `bound` wants to know it."""
    named = {"base": base, "database": database, "datatypes": datatypes}
    return {**named, "outside": outside, "servers": servers}


@contextmanager
def _bound(
    mapping: Any, sources: Sources | None, **reading: Any
) -> Iterator[tuple[Path, BoundPlan]]:
    with document_file(mapping) as path, stage(sources or {}) as instead:
        yield path, bound(path, instead=instead, **reading)


def map(
    mapping: Any, *, sources: Sources | None = None, output: str | Path | None = None,
    format: str | None = None, on: str | None = None, distinct: str = "exact",
    on_error: str = "fail", rejected: str | Path | None = None, jobs: int | None = None,
    memory: str | int = "1G", base: str | None = None, database: str | None = None,
    datatypes: Datatypes = None, outside: bool = False, servers: bool = False,
    progress: Progress | None = None,
) -> Statements:  # fmt: skip
    """Run a mapping (RML, R2RML or YARRRML; a path, its text, or a graph of rdflib) over the
    sources that it names.

    `sources` gives some or all of these by name instead: as a path, as a text, or as a data
    frame (Polars, pandas, Arrow, a list of dictionaries). With an `output` the statements are
    written there, in pieces, and read from there if they are asked for. Rows that cannot be
    mapped are errors, or with `on_error="skip"` in `left_out` of what comes back. `progress` is
    called with the file that is read, how many rows of it have been, and 0. MappingError,
    SourceError and OutputError say what is wrong.

    With `on`, an engine of another package runs it, by its address. The output is a new folder
    then, or its URL, of gzipped parts; see `distinct` under `hrdgraph map --help`.

    >>> import hrdgraph
    >>> mapping = '''
    ... prefixes: {ex: "http://example.org/"}
    ... mappings:
    ...   award: {sources: [awards.csv~csv], s: "ex:$(key)", po: [[ex:name, $(name)]]}
    ... '''
    >>> made = hrdgraph.map(mapping, sources={
    ...     "awards.csv": [{"key": "rafto", "name": "Rafto Prize"}]})
    >>> print(made.serialize("nt"), end="")
    <http://example.org/rafto> <http://example.org/name> "Rafto Prize" .
    """
    rejects = None if rejected is None else Path(rejected)
    check_choice(on_error, ON_ERROR)
    limits = MapLimits(bytes_of(memory), on_error == "skip", rejects)
    reading = _reading(base, database, datatypes, outside, servers)
    with handing_on(), _bound(mapping, sources, jobs=jobs, **reading) as (path, plan):
        if on is not None:
            run_on_engine(plan, output, format, on, distinct, limits, progress)
        elif output is None:
            from hrdgraph.mapping.execution.execute import GraphSink, run

            sink = GraphSink()
            run(
                plan.plan, sink, memory=limits.memory, reject=limits.reject, jobs=plan.jobs,
                progress=rows_read(progress),
            )  # fmt: skip
            return Statements(sink.graph(), left_out=limits.in_order())
        else:
            run_into(path, plan, Path(output), format, limits, progress)
    target, is_bulk = output or "", on is not None
    return Statements(lambda: _read_back(target, is_bulk=is_bulk), left_out=limits.in_order())


def _read_back(output: str | Path, *, is_bulk: bool) -> ColumnGraph:
    if is_bulk:
        from hrdgraph.engines import is_url
        from hrdgraph.exports.bulk import read_bulk_folder

        if is_url(output):
            raise UsageError("bulk-folder-elsewhere")
        return read_bulk_folder(Path(output))
    from hrdgraph.rdfio.ntriples import read_columns

    return read_columns(Path(output))


class Checked(NamedTuple):
    """A mapping that fits its sources: how many rules it has, over how many relations."""

    rules: int
    relations: int


def check(
    mapping: Any, *, sources: Sources | None = None, base: str | None = None,
    database: str | None = None, datatypes: Datatypes = None, outside: bool = False,
    servers: bool = False,
) -> Checked:  # fmt: skip
    """Hold a mapping against its sources: terms, columns, paths, functions. No row is read; all
    that is wrong is raised at once.
    MappingError, SourceError, or both at once in `Problems`.

    >>> import hrdgraph
    >>> hrdgraph.check("data/sources/nobel-peace/mapping.ttl").rules > 10
    True
    """
    reading = _reading(base, database, datatypes, outside, servers)
    with _bound(mapping, sources, **reading) as (path, bound):
        check_targets(bound.plan, [path, *bound.sources], {})
        return Checked(len(bound.plan.rules), len(bound.plan.by_relation()))


def plan(
    mapping: Any, *, sources: Sources | None = None, base: str | None = None,
    database: str | None = None, datatypes: Datatypes = None, outside: bool = False,
    servers: bool = False,
) -> tuple[Pass, ...]:  # fmt: skip
    """Return how a mapping will be run: each rewrite of its plan, with the plan before and after
    it. A name that is no file is a source of the project here: its kinds are its mapping.
    MappingError where the mapping does not fit its sources.

    >>> import hrdgraph
    >>> hrdgraph.plan("data/sources/nobel-peace/mapping.ttl")[0].name != ""
    True"""
    reading = _reading(base, database, datatypes, outside, servers)
    from hrdgraph.mapping.planning.show import passes

    if (own := _of_source(str(mapping))) is not None:
        return passes(own)
    with _bound(mapping, sources, **reading) as (_, bound):
        return passes(bound.plan)


def _of_source(name: str) -> Plan | None:
    """Return the plan of the source of the project here that is called so, or None."""
    from hrdgraph.mapping.facts.document import read_source
    from hrdgraph.mapping.planning.bind import bind

    if not re.fullmatch(r"[^/\\\n]+", name) or Path(name).is_file():
        return None
    try:
        project = project_at(".")
    except ProjectError:
        return None
    named = next((source for source in project.sources if source.name == name), None)
    return bind(read_source(project, named)) if named is not None else None


def trace(
    mapping: Any, *what: str, sources: Sources | None = None, on_error: str = "fail",
    base: str | None = None, database: str | None = None, datatypes: Datatypes = None,
    outside: bool = False, servers: bool = False,
) -> tuple[Trace, ...]:  # fmt: skip
    """Return the rows, cells and rules from which a mapping makes a thing (`what`: one IRI), or a
    triple (three terms). MappingError where nothing does.

    >>> import hrdgraph
    >>> prize = "https://w3id.org/hrdgraph/id/edition/nobel-peace-prize/1962"
    >>> hrdgraph.trace("data/sources/nobel-peace/mapping.ttl", prize)[0].rows[0].file
    'data/sources/nobel-peace/Nobel_dfmerge_2_1.csv'"""
    check_choice(on_error, ON_ERROR)
    reading = _reading(base, database, datatypes, outside, servers)
    with _bound(mapping, sources, **reading) as (path, bound):
        return trace_terms(bound.plan, path, what, skips=on_error == "skip")
