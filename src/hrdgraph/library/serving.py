"""A built graph served: queries, pages, and what programs read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hrdgraph.library.building import check_manifest
from hrdgraph.library.calls import UsageError, bytes_of
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
    built, is_public = ReadableBuild(opened), _is_public(host, behind_proxy or public_url)
    check_manifest(built.manifest, opened, anyway=even_with_violations)
    from hrdgraph.web.app import Serving
    from hrdgraph.web.endpoint.limits import EndpointAccess, EndpointLimits

    limits = EndpointLimits(
        workers=workers, timeout=timeout, memory=bytes_of(memory, "M"), queue=queue,
        client_seconds=client_seconds, client_errors=client_errors,
    )  # fmt: skip
    access = EndpointAccess(
        frozenset(allow_service), sandbox=is_public and not without_sandbox, log_queries=log_queries
    )
    serving = Serving(
        limits=limits, access=access, behind_proxy=behind_proxy, prefix=prefix, address=public_url,
        pages=pages, anyway=even_with_violations,
        remote=_elsewhere(opened, built.digest, store, timeout) if store else None,
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
    """The server that has the build of a digest. ProjectError where it has none, or another one."""
    from hrdgraph.library.searching import store_at
    from hrdgraph.store.remote_session import RemoteReader

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
