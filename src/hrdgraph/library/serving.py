"""Serve a built graph: queries, pages, and what programs read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hrdgraph.catalogue import is_not
from hrdgraph.errors import Origin, ProjectError
from hrdgraph.library.building import check_manifest
from hrdgraph.library.calls import bytes_of
from hrdgraph.library.inputs import project_at
from hrdgraph.privacy.readable_build import ReadableBuild

if TYPE_CHECKING:
    from collections.abc import Callable

    from hrdgraph.project import Project
    from hrdgraph.store.remote_session import RemoteStore
    from hrdgraph.web.app import Serving


def start_logging(*, quiet: bool) -> None:
    """Write the log of a server to standard error; with `quiet`, only what goes wrong."""
    from hrdgraph.web.server import start_logging as start

    start(quiet=quiet)


def serve(
    project: str | Path | Project = ".", *, host: str = "127.0.0.1", port: int = 8000,
    store: str = "", even_with_violations: bool = False,
    ready: Callable[[str], None] = lambda _: None,
) -> None:  # fmt: skip
    """Serve the built graph until the process is told to stop: queries at /sparql, pages at /.

    `ready` is called with the address when requests are answered. With `store`, the server at that
    address is asked, which the build was pushed to. Everything else stands in [serve] of
    hrdgraph.toml. ProjectError for a build with violations, unless `even_with_violations`.

    >>> import hrdgraph
    >>> hrdgraph.serve(host="no such host", even_with_violations=True)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hrdgraph.errors.OutputError: cannot listen at no such host:8000: ...
    """
    opened = project_at(project)
    settings, place = opened.serve, Origin(str(opened.settings_file), node="[serve]")
    check_public_address(settings.public_url, place, wanted=settings.behind_proxy)
    try:
        memory = bytes_of(settings.memory, "M")
    except ValueError as error:
        raise ProjectError(error.args[0], origin=place) from error
    built = ReadableBuild(opened)
    check_manifest(built.manifest, opened, anyway=even_with_violations)
    from hrdgraph.web.app import Serving
    from hrdgraph.web.endpoint.limits import EndpointAccess, EndpointLimits

    limits = EndpointLimits(
        workers=settings.workers, timeout=settings.timeout, memory=memory, queue=settings.queue,
        client_seconds=settings.client_seconds, client_errors=settings.client_errors,
    )  # fmt: skip
    is_public = bool(settings.behind_proxy or settings.public_url) or not (
        host in ("localhost", "::1") or host.startswith("127.")
    )
    access = EndpointAccess(
        frozenset(settings.allow_service), sandbox=is_public and settings.sandbox,
        log_queries=settings.log_queries,
    )  # fmt: skip
    serving = Serving(
        limits=limits, access=access, behind_proxy=settings.behind_proxy,
        prefix=_prefix(settings.path_prefix or urlsplit(settings.public_url).path),
        address=settings.public_url, pages=settings.pages, anyway=even_with_violations,
        remote=_elsewhere(opened, built.digest, store, settings.timeout) if store else None,
    )  # fmt: skip
    _serve(opened, serving, host, port, ready)


def _serve(
    project: Project, serving: Serving, host: str, port: int, ready: Callable[[str], None]
) -> None:
    from hrdgraph.web.server import listen, serve

    with listen(host, port) as line:
        name = f"[{host}]" if ":" in host else host
        address = f"http://{name}:{line.getsockname()[1]}{serving.prefix}/"
        serve(project, serving, line, lambda _: ready(address))


def _elsewhere(project: Project, digest: str, address: str, seconds: float) -> RemoteStore:
    """Return the server that has the build of a digest, or raise ProjectError."""
    from hrdgraph.library.searching import store_at
    from hrdgraph.store.remote_session import RemoteReader

    store = store_at(project, address, seconds)
    RemoteReader(store, digest=digest).check()
    return store


def check_public_address(address: str, place: Origin, *, wanted: bool) -> None:
    """ProjectError where an address that the public finds a server at is none, or is wanted."""
    if wanted and not address:
        raise ProjectError("proxy-without-address", origin=place)
    parts = urlsplit(address)
    is_whole = parts.scheme in ("http", "https") and parts.netloc and parts.netloc.isascii()
    if address and not (is_whole and not parts.query and not parts.fragment):
        raise ProjectError(is_not(address, "address"), hint="copy-address", origin=place)


def _prefix(text: str) -> str:
    return f"/{text.strip('/')}" if text.strip("/") else ""
