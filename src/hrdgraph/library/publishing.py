"""A built graph into a file, or a site of pages."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hrdgraph.errors import OutputError
from hrdgraph.library.building import answered, check_fit, graph_at
from hrdgraph.library.calls import Progress, Stages, UsageError, no_progress, processors
from hrdgraph.library.destination import check_place, write_out
from hrdgraph.library.graph import Graph
from hrdgraph.library.output_format import ENDINGS, format_of
from hrdgraph.privacy.readable_build import remember_output
from hrdgraph.rdf import IRI, ColumnGraph

if TYPE_CHECKING:
    from hrdgraph.fact_kinds import Kind
    from hrdgraph.project import Project


def network_bytes(
    graph: ColumnGraph, languages: Sequence[str], format: str, kinds: Mapping[str, Kind]
) -> bytes:
    """The network of a graph in `format` (graphml or gexf). OutputError where it has none."""
    from hrdgraph.exports.network import network
    from hrdgraph.exports.network_measures import format_gexf, format_graphml

    made = network(graph, languages, kinds)
    if len(graph) and not made:
        hint = "choose-ttl-or-another-format"
        raise OutputError("network-empty", hint=hint)
    return format_graphml(made) if format == "graphml" else format_gexf(made)


NETWORKS: Final = ("graphml", "gexf")  # without a place for the statement that it is restricted
ON_STANDARD_OUTPUT: Final = Path("-")
_ENDINGS: Final = ENDINGS | {".zip": ("csv",)}  # its tables are packed there


def export(
    output: str | Path | None = None, *, project: str | Path | Project | Graph = ".",
    format: str | None = None, entity: str | None = None, query: str | None = None,
    param: Mapping[str, object] | None = None, with_names: bool = False,
    even_with_violations: bool = False, include: str | None = None, who: str = "", reason: str = "",
) -> bytes:  # fmt: skip
    """Write the built graph in a format (ttl, trig, nq, nt, rdfxml, jsonld, csv, graphml,
    gexf), literals exactly as built.

    `entity` takes only one thing with its facts and their evidence; `query`, with its `param`,
    only what a CONSTRUCT question gives. `with_names` says names as rdfs:label, schema:name and
    foaf:name too, for tools that look for these. Without an `output` the bytes come back, else
    they are written there and what comes back is empty. ProjectError for a build with
    violations, unless it is to be exported `even_with_violations`.

    >>> import hrdgraph
    >>> b"Rafto" in hrdgraph.export(format="turtle", entity="award/rafto-prize",
    ...     even_with_violations=True)
    True
    """
    check_part(entity, query, param or {})
    path = None if output is None else Path(output)
    chosen = export_format(format, path)
    answer = answered(include, who, reason)
    is_file = path is not None and path != ON_STANDARD_OUTPUT
    if path is not None and is_file:
        check_place(path)
    if answer is not None:
        _check_marked(chosen, path)
    built = _exported(project, is_restricted=answer is not None)
    check_fit(built, anyway=even_with_violations)
    if path is not None and is_file:
        remember_output(built.project, path)
    part = _part(built, entity, query, param or {})
    if answer is not None:
        part = _marked(part, built.columns, built.project)
    if with_names:
        from hrdgraph.exports.subset import with_common_names

        part = with_common_names(part)
    return _written(part, built, chosen, path)


def _exported(project: str | Path | Project | Graph, *, is_restricted: bool) -> Graph:
    """The built graph of a project, or its copy with what is restricted."""
    graph = graph_at(project)
    return Graph(graph.project.for_restricted()) if is_restricted else graph


def check_part(entity: str | None, query: str | None, param: Mapping[str, object]) -> None:
    """UsageError where it is not clear what of a graph is wanted."""
    if entity is not None and query is not None:
        raise UsageError("entity-and-query")
    if param and query is None:
        raise UsageError("param-without-query")


def export_format(given: str | None, output: Path | None) -> str:
    """The format of an export."""
    from hrdgraph.exports.formats import FORMATS

    to_stdout = output == ON_STANDARD_OUTPUT
    format = format_of(None if to_stdout else output, given, [*FORMATS, *NETWORKS], "ttl", _ENDINGS)
    if format == "csv" and (
        sys.stdout.isatty() if to_stdout else output is not None and output.suffix.lower() == ".csv"
    ):
        raise UsageError("csv-needs-folder")
    return format


def _part(
    graph: Graph, entity: str | None, query: str | None, param: Mapping[str, object]
) -> ColumnGraph:
    if entity is not None:
        return graph.entity(entity)
    return graph.columns if query is None else graph.constructed(query, param)


def _written(part: ColumnGraph, graph: Graph, format: str, output: Path | None) -> bytes:
    from hrdgraph.exports.formats import export as write
    from hrdgraph.ontology import context_of

    project, held = graph.project, io.BytesIO()
    context = context_of(project)
    to_file = output is not None and output != ON_STANDARD_OUTPUT
    if format in NETWORKS:
        held.write(network_bytes(part, graph.languages, format, project.kinds))
    elif to_file:
        write(part, format, output, context=context, base=project.base, prefixes=project.prefixes)  # type: ignore[arg-type]
        return b""
    else:
        stream = sys.stdout.buffer if output == ON_STANDARD_OUTPUT else held
        write(part, format, stream, context=context, base=project.base, prefixes=project.prefixes)
    if output is None or not held.tell():
        return held.getvalue()

    write_out(held.getvalue(), output if to_file else None)
    return b""


def _check_marked(format: str, output: Path | None) -> None:
    """Refuse an output that would not say that it is restricted."""
    if format in NETWORKS:
        raise UsageError("format-without-restriction", format=format)
    if output is None or ".restricted" not in output.name:
        raise UsageError("restricted-file-unnamed", format="zip" if format == "csv" else format)


def _marked(chosen: ColumnGraph, whole: ColumnGraph, project: Project) -> ColumnGraph:
    """What was chosen, with the statement that it is restricted."""
    return ColumnGraph.union([chosen, whole.where(g=IRI(project.graph_name("restricted")))])


def site(
    output: str | Path, *, project: str | Path | Project | Graph = ".", base_url: str = "",
    processes: int | None = None, even_with_violations: bool = False,
    progress: Progress | None = None,
) -> int:  # fmt: skip
    """Write the pages of the built graph as files into a folder, for any static host. Returns
    how many files.

    `base_url` is where the site will stand, for its sitemap. An older site in the folder is
    replaced. ProjectError for a build with violations, unless it is to be written
    `even_with_violations`.
    Several `processes` write pages of a large graph.

    >>> import hrdgraph, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> project = hrdgraph.init(folder + "/prizes")
    >>> hrdgraph.build(project).failed
    False
    >>> hrdgraph.site(folder + "/site", project=project, processes=1) > 50
    True
    """
    target = Path(output)
    check_place(target)
    graph = graph_at(project)
    check_fit(graph, anyway=even_with_violations)
    remember_output(graph.project, target)
    if base_url and not base_url.startswith(("https://", "http://")):
        raise OutputError("site-address-malformed", address=base_url)
    from hrdgraph.web.site import EXTRAS, write_site  # who does not publish goes without

    stages, told = Stages(progress, 2 + len(EXTRAS)), progress or no_progress
    return write_site(
        graph, target, address=base_url, processes=processes or processors(), progress=stages,
        counted=lambda done, count: told("writing pages", done, count),
    )  # fmt: skip
