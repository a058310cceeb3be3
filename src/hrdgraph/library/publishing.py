"""A built graph into a file, a site of pages, or a server."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from hrdgraph.api import Graph
from hrdgraph.errors import HrdgraphError, OutputError, ProjectError
from hrdgraph.library.building import answered, graph_at, project_at
from hrdgraph.library.files.output_format import ENDINGS, format_of
from hrdgraph.library.fitness import check_fit, check_manifest
from hrdgraph.library.misuse import UsageError
from hrdgraph.library.progress import Progress, Stages, no_progress
from hrdgraph.library.sizes import bytes_of
from hrdgraph.library.threads import processors
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.privacy.withdrawal_state import remember_output

if TYPE_CHECKING:
    from collections.abc import Callable

    from hrdgraph.project import Project
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.store.remote_session import RemoteStore

NETWORKS: Final = ("graphml", "gexf")
# where the statement that says that it is restricted has no place
UNMARKED: Final = ("jsonld-framed", *NETWORKS)
ON_STANDARD_OUTPUT: Final = Path("-")
_ENDINGS: Final = ENDINGS | {".zip": ("csv",)}  # its tables are packed there


def export(
    output: str | Path | None = None,
    *,
    project: str | Path | Project | Graph = ".",
    format: str | None = None,
    entity: str | None = None,
    query: str | None = None,
    param: Mapping[str, str] | None = None,
    with_names: bool = False,
    even_with_violations: bool = False,
    include: str | None = None,
    who: str = "",
    reason: str = "",
) -> bytes:
    """Write the built graph in a format (ttl, trig, nq, nt, rdfxml, jsonld, jsonld-framed, csv,
    graphml, gexf), literals exactly as built.

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
    if path is not None and path != ON_STANDARD_OUTPUT:
        from hrdgraph.library.files.destination import check_place

        check_place(path)
    graph = project if isinstance(project, Graph) else project_at(project)
    if answer is not None:
        _check_marked(chosen, path)
        graph = graph.project.restricted() if isinstance(graph, Graph) else graph.restricted()
    built = graph_at(graph)
    check_fit(built, anyway=even_with_violations)
    if path is not None and path != ON_STANDARD_OUTPUT:
        remember_output(built.project, path)
    thing, part = _part(built, entity, query, param or {})
    if answer is not None:
        part = _marked(part, built.columns, built.project)
    if with_names:
        from hrdgraph.export.common_names import with_common_names

        part = with_common_names(part)
    return _written(part, thing, built, chosen, path)


def check_part(entity: str | None, query: str | None, param: Mapping[str, str]) -> None:
    """UsageError where it is not clear what of a graph is wanted."""
    if entity is not None and query is not None:
        raise UsageError("entity-and-query")
    if param and query is None:
        raise UsageError("param-without-query")


def export_format(given: str | None, output: Path | None) -> str:
    """The format of an export."""
    from hrdgraph.export import FORMATS

    to_stdout = output == ON_STANDARD_OUTPUT
    format = format_of(None if to_stdout else output, given, [*FORMATS, *NETWORKS], "ttl", _ENDINGS)
    if format == "csv" and (
        sys.stdout.isatty() if to_stdout else output is not None and output.suffix.lower() == ".csv"
    ):
        raise UsageError("csv-needs-folder")
    return format


def _part(
    graph: Graph, entity: str | None, query: str | None, param: Mapping[str, str]
) -> tuple[str | None, ColumnGraph]:
    """The thing, where one is wanted, and the statements."""
    if entity is not None:
        return graph.entity(entity)
    return None, graph.columns if query is None else graph.constructed(query, param)


def _written(
    part: ColumnGraph, thing: str | None, graph: Graph, format: str, output: Path | None
) -> bytes:
    from hrdgraph.export import export as write

    project, held = graph.project, io.BytesIO()
    to_file = output is not None and output != ON_STANDARD_OUTPUT
    if format in NETWORKS:
        from hrdgraph.library.files.network_file import network_bytes

        held.write(network_bytes(part, graph.languages, format))
    elif to_file:
        write(part, format, output, context=project.context_file, base=project.base, root=thing)  # type: ignore[arg-type]
        return b""
    else:
        stream = sys.stdout.buffer if output == ON_STANDARD_OUTPUT else held
        write(part, format, stream, context=project.context_file, base=project.base, root=thing)
    if output is None or not held.tell():
        return held.getvalue()
    from hrdgraph.library.files.writing import write_out

    write_out(held.getvalue(), output if to_file else None)
    return b""


def _check_marked(format: str, output: Path | None) -> None:
    """Refuse an output that would not say that it is restricted."""
    if format in UNMARKED:
        raise UsageError("format-without-restriction", format=format)
    if output is None or ".restricted" not in output.name:
        raise UsageError("restricted-file-unnamed", format="zip" if format == "csv" else format)


def _marked(chosen: ColumnGraph, whole: ColumnGraph, project: Project) -> ColumnGraph:
    """What was chosen, with the statement that it is restricted."""
    from hrdgraph.rdf import IRI, ColumnGraph

    return ColumnGraph.union([chosen, whole.where(g=IRI(project.graph_name("restricted")))])


def site(
    output: str | Path,
    *,
    project: str | Path | Project | Graph = ".",
    base_url: str = "",
    processes: int | None = None,
    even_with_violations: bool = False,
    progress: Progress | None = None,
) -> int:
    """Write the pages of the built graph as files into a folder, for any static host. Returns
    how many files.

    `base_url` is where the site will stand, for its sitemap. An older site in the folder is
    replaced. ProjectError for a build with violations, unless it is to be written
    `even_with_violations`.

    >>> import hrdgraph, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> project = hrdgraph.init(folder + "/prizes")
    >>> hrdgraph.build(project).failed
    False
    >>> hrdgraph.site(folder + "/site", project=project, processes=1) > 50
    True
    """
    from hrdgraph.library.files.destination import check_place

    target = Path(output)
    check_place(target)
    graph = graph_at(project)
    check_fit(graph, anyway=even_with_violations)
    remember_output(graph.project, target)
    if base_url and not base_url.startswith(("https://", "http://")):
        raise OutputError("site-address-malformed", address=base_url)
    try:
        from hrdgraph.web.site import write_site
        from hrdgraph.web.site.extras import EXTRAS
    except ModuleNotFoundError as error:
        raise ProjectError(
            "pages-need-library", library=error.name or "", hint="install-web"
        ) from error
    return write_site(
        graph,
        target,
        address=base_url,
        processes=processes or processors(),
        progress=Stages(progress, 2 + len(EXTRAS)),
        counted=lambda done, count: (progress or no_progress)("writing pages", done, count),
    )


def start_logging(*, quiet: bool) -> None:
    """Write the log of a server to standard error; with `quiet`, only what goes wrong."""
    with _web():
        from hrdgraph.web.server import start_logging as start
    start(quiet=quiet)


@contextmanager
def _web() -> Iterator[None]:
    """Turn the error of a library that is not installed into one that names the extra."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise HrdgraphError(
            "serving-needs-library", library=error.name or "", hint="install-web"
        ) from error


def serve(
    project: str | Path | Project = ".",
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 4,
    timeout: float = 30.0,
    memory: str | int = "512M",
    queue: int = 64,
    client_seconds: float = 120.0,
    client_errors: int = 60,
    allow_service: Sequence[str] = (),
    behind_proxy: bool = False,
    path_prefix: str = "",
    public_url: str = "",
    without_sandbox: bool = False,
    pages: bool = True,
    log_queries: bool = False,
    store: str = "",
    even_with_violations: bool = False,
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve the built graph until the process is told to stop: queries at /sparql, pages at /.

    `ready` is called with the address when requests are answered; the other options are those of
    `hrdgraph serve`. ProjectError for a build with violations, unless `even_with_violations`.

    >>> import hrdgraph
    >>> hrdgraph.serve(host="no such host", even_with_violations=True)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hrdgraph.errors.OutputError: cannot listen at no such host:8000: ...
    """
    check_public_address(public_url, wanted=behind_proxy)
    opened, prefix = project_at(project), _prefix(path_prefix or urlsplit(public_url).path)
    built = ReadableBuild(opened)
    check_manifest(built.manifest, opened, anyway=even_with_violations)
    access = {
        "services": frozenset(allow_service),
        "sandbox": not without_sandbox and _is_public(host, behind_proxy or public_url),
        "log_queries": log_queries,
    }
    limits = {
        "workers": workers,
        "timeout": timeout,
        "memory": bytes_of(memory, "M"),
        "queue": queue,
        "client_seconds": client_seconds,
        "client_errors": client_errors,
    }
    serving = {
        "behind_proxy": behind_proxy,
        "prefix": prefix,
        "address": public_url,
        "pages": pages,
        "anyway": even_with_violations,
        "remote": _elsewhere(opened, built.digest, store, timeout) if store else None,
    }
    _serve(opened, (host, port), limits, access, serving, ready)


def _elsewhere(project: Project, digest: str, address: str, seconds: float) -> RemoteStore:
    """The server that has the build of a digest. ProjectError where it has none, or another one."""
    from hrdgraph.api.remote import store_at
    from hrdgraph.store.remote_reader import RemoteReader

    store = store_at(project, address, seconds)
    RemoteReader(store, digest=digest).check()
    return store


def check_public_address(address: str, *, wanted: bool) -> None:
    """UsageError where an address that the public finds a server at is none, or is wanted."""
    if wanted and not address:
        raise UsageError("proxy-without-address")
    parts = urlsplit(address)
    is_whole = parts.scheme in ("http", "https") and parts.netloc and parts.netloc.isascii()
    if address and not (is_whole and not parts.query and not parts.fragment):
        raise UsageError("public-address-malformed", address=address)


def _is_public(host: str, told: object) -> bool:
    """Whether others than this machine are served."""
    return bool(told) or not (host in ("localhost", "::1") or host.startswith("127."))


def _prefix(text: str) -> str:
    return f"/{text.strip('/')}" if text.strip("/") else ""


def _serve(
    project: Project,
    place: tuple[str, int],
    limits: dict[str, Any],
    access: dict[str, Any],
    serving: dict[str, Any],
    ready: Callable[[str], None],
) -> None:
    with _web():
        from hrdgraph.web.app import Serving
        from hrdgraph.web.endpoint.settings import EndpointAccess, EndpointLimits
        from hrdgraph.web.server import listen, serve
    host = f"[{place[0]}]" if ":" in place[0] else place[0]
    with listen(*place) as line:
        shown = f"http://{host}:{line.getsockname()[1]}{serving['prefix']}/"
        serve(
            project,
            Serving(limits=EndpointLimits(**limits), access=EndpointAccess(**access), **serving),
            line,
            lambda _: ready(shown),
        )
