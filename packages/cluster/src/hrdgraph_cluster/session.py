"""Engines: Sail as a process of this machine, or a cluster that speaks Spark Connect."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import Any, Final, NamedTuple

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, MappingError

SAIL: Final = "sail"
_TRIES: Final = 5  # each four times as long after the one before: some twenty seconds in all
_SERVER: Final = """
import sys
from pysail.spark import SparkConnectServer
server = SparkConnectServer("127.0.0.1", 0)
server.start(background=True)
print(server.listening_address[1], flush=True)
sys.stdin.read()
server.stop()
"""
_MODULE: Final = re.compile(r"No module named '([\w.]+)'")
_REMOTE: Final = re.compile(r"sc://[^/\s]+(/.*)?")


class EngineLimits(NamedTuple):
    """Bytes that an embedded engine may take for rows, and how many processors."""

    memory: int
    jobs: int


def is_address(on: str) -> bool:
    """Return whether this package knows an address: `sail`, or that of a Spark cluster."""
    return on == SAIL or _REMOTE.fullmatch(on) is not None


def check_engine(on: str) -> None:
    """Raise MappingError where the library of an engine is not installed."""
    if on == SAIL and find_spec("pysail") is None:
        raise MappingError(
            "library-missing",
            library="pysail",
            hint=Message("pip-install", syntax="hrdgraph-cluster[sail]"),
        )


@contextmanager
def session_on(on: str, limits: EngineLimits) -> Iterator[Any]:
    """A session of an engine; Sail lives as long as the block. What an engine says is an error
    of ours."""
    check_engine(on)
    with _quietly(), _told(on):
        if on == SAIL:
            with _sail(limits) as address, _connected(address, patient=False) as session:
                yield session
        else:
            with _connected(on) as session:
                yield session


@contextmanager
def _connected(address: str, *, patient: bool = True) -> Iterator[Any]:
    """A session at an address. Whether it is there is known after some seconds; after that, one
    that is `patient` waits for ten minutes where the network or the cluster fails."""
    from pyspark.sql.connect.client.retries import DefaultPolicy
    from pyspark.sql.connect.session import SparkSession

    session = SparkSession.builder.remote(address).create()
    try:
        session.client.set_retry_policies([DefaultPolicy(max_retries=_TRIES)])
        _ = session.version
        session.client.set_retry_policies([DefaultPolicy()] if patient else [])
        yield session
    finally:
        with suppress(Exception):  # it is gone already, or lets nobody go
            session.stop()


@contextmanager
def _sail(limits: EngineLimits) -> Iterator[str]:
    """The address of a server that ends with the block, or with this process: it reads from us."""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | _settings(limits),
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            port = server.stdout.readline().strip()
            if not port:
                raise MappingError("engine-failed", engine=SAIL, reason="sail spark server")
            yield f"sc://127.0.0.1:{port}"
        finally:
            server.kill()


def _settings(limits: EngineLimits) -> Mapping[str, str]:
    return {
        "SAIL_EXECUTION__BATCH_SIZE": str(1 << 15),
        "SAIL_EXECUTION__DEFAULT_PARALLELISM": str(limits.jobs),
        "SAIL_RUNTIME__MEMORY_POOL__TYPE": "fair",
        "SAIL_RUNTIME__MEMORY_POOL__FAIR__MAX_SIZE": str(limits.memory),
        "POLARS_MAX_THREADS": "1",  # the engine has a thread for each partition
        "RUST_LOG": "off",
    }


@contextmanager
def _quietly() -> Iterator[None]:
    """Without warnings of the engine's library about the versions of others."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _named_main():
            import pyspark.sql.connect  # noqa: F401
        yield


@contextmanager
def _named_main() -> Iterator[None]:
    """While it is imported, the engine's library takes a main module without a file, as of
    `python -c`, for a test of its own, and ends the process. The name goes again at once: a
    process started after that would run that file."""
    main = sys.modules["__main__"]
    if hasattr(main, "__file__"):
        yield
        return
    main.__file__ = "hrdgraph"
    try:
        yield
    finally:
        del main.__file__


@contextmanager
def _told(on: str) -> Iterator[None]:
    """Turn what an engine says into an error with a way out."""
    from grpc import RpcError  # type: ignore[import-untyped]
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, RpcError) as error:
        raise _error_of(on, str(error)) from error


def _error_of(on: str, text: str) -> HrdgraphError:
    if found := _MODULE.search(text):
        library = found[1].partition(".")[0]
        return MappingError("library-missing", library=library, hint="install-workers")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    reason = next((line for line in reversed(lines) if "Error" in line), (lines or ["?"])[0])
    return MappingError("engine-failed", engine=on, reason=reason[:500])
