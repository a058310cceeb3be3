"""Write a built graph into a file, or a site of pages."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import is_not
from hrdgraph.errors import OutputError
from hrdgraph.library.building import check_fit, graph_at, read_accountability
from hrdgraph.library.calls import Progress, Stages, UsageError, no_progress
from hrdgraph.library.destination import check_place
from hrdgraph.library.graph import Graph
from hrdgraph.library.output_format import ENDINGS, format_of
from hrdgraph.privacy.readable_build import remember_output
from hrdgraph.processes import processors
from hrdgraph.project import Project
from hrdgraph.rdf import IRI, ColumnGraph

ON_STANDARD_OUTPUT: Final = Path("-")


def export(
    output: str | Path | None = None, *, project: str | Path | Project | Graph = ".",
    format: str | None = None, entity: str | None = None, query: str | None = None,
    param: Mapping[str, object] | None = None, with_names: bool = False,
    even_with_violations: bool = False, include: str | None = None, who: str = "", reason: str = "",
) -> bytes:  # fmt: skip
    """Write the built graph in a format such as ttl, jsonld, csv or parquet (`hrdgraph export
    --help` lists them), literals exactly as built.

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
    answer = read_accountability(include, who, reason)
    is_file = path is not None and path != ON_STANDARD_OUTPUT
    if path is not None and is_file:
        check_place(path)
    if answer is not None:
        _check_marked(chosen, path)
    graph = graph_at(project)
    built = Graph(graph.project.for_restricted()) if (answer is not None) else graph
    check_fit(built, anyway=even_with_violations)
    if path is not None and is_file:
        remember_output(built.project, path)
    part = _part(built, entity, query, param or {})
    if answer is not None:
        part = ColumnGraph.union(
            [part, built.columns.where(g=IRI(built.project.graph_name("restricted")))]
        )
    if with_names:
        from hrdgraph.exports.subset import with_common_names

        part = with_common_names(part)
    return _write(part, built, chosen, path)


def check_part(entity: str | None, query: str | None, param: Mapping[str, object]) -> None:
    """UsageError where it is not clear what of a graph is wanted."""
    if entity is not None and query is not None:
        raise UsageError("not-together", names="--entity, --query", hint="keep-one")
    if param and query is None:
        raise UsageError("goes-with", option="--param", options="--query")


def export_format(given: str | None, output: Path | None) -> str:
    """Return the format of an export."""
    from hrdgraph.exports.formats import FORMATS

    to_stdout = output == ON_STANDARD_OUTPUT
    # without an ending it may be the name of a thing, and with another a slip
    default = "ttl" if output is None or to_stdout or output.suffix.lower() == ".txt" else None
    endings = ENDINGS | {item.ending: (name,) for name, item in FORMATS.items()}
    format = format_of(None if to_stdout else output, given, [*FORMATS], default, endings)
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
    return graph.columns if query is None else graph.construct_columns(query, param)


def _write(part: ColumnGraph, graph: Graph, format: str, output: Path | None) -> bytes:
    from hrdgraph.exports.formats import export as write
    from hrdgraph.ontology import context_of

    project, held = graph.project, io.BytesIO()
    to_file = output is not None and output != ON_STANDARD_OUTPUT
    place = output if to_file else sys.stdout.buffer if output == ON_STANDARD_OUTPUT else held
    write(
        part, format, place, context=context_of(project), base=project.base,  # type: ignore[arg-type]
        prefixes=project.prefixes, languages=graph.languages, kinds=project.kinds,
    )  # fmt: skip
    return held.getvalue()


def _check_marked(format: str, output: Path | None) -> None:
    """Refuse an output that would not say that it is restricted."""
    from hrdgraph.exports.formats import FORMATS

    if not FORMATS[format].is_marked:
        known = tuple(item.name for item in FORMATS.values() if item.is_marked)
        raise UsageError("format-without-restriction", format=format, known=known)
    if output is None or ".restricted" not in output.name:
        raise UsageError("restricted-file-unnamed", format="zip" if format == "csv" else format)


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
        raise OutputError(is_not(base_url, "address"), hint="copy-address")
    from hrdgraph.web.site import EXTRAS, write_site  # who does not publish goes without

    stages, report = Stages(progress, 2 + len(EXTRAS)), progress or no_progress
    return write_site(
        graph, target, address=base_url, processes=processes or processors(), progress=stages,
        counted=lambda done, count: report("writing", done, count),
    )  # fmt: skip
