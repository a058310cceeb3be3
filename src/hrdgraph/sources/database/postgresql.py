"""A PostgreSQL database into rows of Python values, some thousand at a time, in a transaction
that can only read."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from hrdgraph.catalogue import Message
from hrdgraph.sources.database.postgresql_address import Address, address_of
from hrdgraph.sources.database.postgresql_values import converters
from hrdgraph.sources.dialect import Database
from hrdgraph.sources.optional_libraries import needed

Rows = Sequence[Sequence[Any]]
_CURSOR: Final = "answer_of_mapping"
# PostgreSQL, frontend/backend protocol, SSLRequest
_TLS_REQUEST: Final = struct.pack("!ii", 8, 80877103)
_SETTINGS: Final = {
    "client_encoding": "UTF8",
    "options": "-c default_transaction_read_only=on -c TimeZone=UTC -c DateStyle=ISO -c "
    "IntervalStyle=postgres -c bytea_output=hex",
}


@contextmanager
def asked(
    path: Path, database: Database, query: str
) -> Iterator[tuple[list[str], Callable[[int], Rows]]]:
    """The columns of a query, and a function for its next rows, none at the end.

    Rows come through a cursor of the server, so that a large answer is never in memory as a
    whole. The extended protocol takes one statement at a time, so that no second one can end the
    transaction.
    """
    library = needed("pg8000", "postgresql", Message("reading-postgresql"), str(path))
    needed("pg8000.native", "postgresql", Message("reading-postgresql"), str(path))
    address = address_of(database, library.InterfaceError)
    with _told(library), _shutting(_channel(library, address)) as channel:
        connection = _connected(library, address, channel)
        try:
            connection.execute_simple("BEGIN TRANSACTION READ ONLY")
            connection.execute_unnamed(f"DECLARE {_CURSOR} NO SCROLL CURSOR FOR {query}")
            columns = connection.prepare_statement(f"FETCH 1 FROM {_CURSOR}", ())[1]
            yield (
                [column["name"] for column in columns],
                lambda count: _rows(library, connection, count),
            )
        finally:
            with suppress(library.Error, OSError):
                connection.close()


def _rows(library: Any, connection: Any, count: int) -> Rows:
    with _told(library):
        rows: Rows = connection.execute_unnamed(f"FETCH {count} FROM {_CURSOR}").rows
    return rows


@contextmanager
def _told(library: Any) -> Iterator[None]:
    """Errors of the server in its own words, without their codes."""
    try:
        yield
    except library.DatabaseError as error:
        fields = error.args[0] if error.args else ""
        if not isinstance(fields, dict):
            raise
        # message, detail, hint (protocol, error and notice fields)
        parts = [fields[key] for key in "MDH" if key in fields]
        raise library.DatabaseError(": ".join(parts)) from None


@contextmanager
def _shutting(channel: socket.socket) -> Iterator[socket.socket]:
    """Close it in the end, at once: the library leaves a reader of it open, which would keep it
    so."""
    try:
        yield channel
    finally:
        with suppress(OSError):
            socket.close(channel.detach())


def _connected(library: Any, address: Address, channel: socket.socket) -> Any:
    """A connection whose making takes no longer than the address allows; what is asked over it
    may take as long as it takes."""
    try:
        connection = library.native.Connection(
            address.user,
            database=address.database,
            password=address.password,
            sock=channel,
            ssl_context=False,  # the channel is encrypted already, where it is to be
            application_name=address.application,
            startup_params=_SETTINGS,
        )
    except (library.Error, OSError):
        raise
    except Exception as error:  # of any type, where a server speaks something else
        raise library.InterfaceError(Message("server-not-postgresql", reason=error)) from error
    channel.settimeout(None)
    for oid, convert in converters(library):
        connection.register_in_adapter(oid, convert)
    return connection


def _channel(library: Any, address: Address) -> socket.socket:
    """The way to the server, encrypted where the address says so or, where it says nothing,
    where the server can."""
    if address.socket:
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        channel.settimeout(address.seconds)
        with _closing_on_error(channel):
            channel.connect(address.socket)
        return channel
    channel = socket.create_connection((address.host, address.port), address.seconds)
    with _closing_on_error(channel):
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if address.tls == "disable":
            return channel
        channel.sendall(_TLS_REQUEST)
        if channel.recv(1) == b"S":
            return _context(address).wrap_socket(channel, server_hostname=address.host)
        if address.tls not in ("allow", "prefer"):
            raise library.InterfaceError(Message("server-without-encryption"))
    return channel


@contextmanager
def _closing_on_error(channel: socket.socket) -> Iterator[None]:
    try:
        yield
    except BaseException:
        channel.close()
        raise


def _context(address: Address) -> ssl.SSLContext:
    """What is asked of the server's certificate: nothing, that its authority is known, or its
    name too (sslmode of libpq)."""
    context = ssl.create_default_context(cafile=address.authority or None)
    context.check_hostname = address.tls == "verify-full"
    if not address.tls.startswith("verify") and not address.authority:
        context.verify_mode = ssl.CERT_NONE
    if address.certificate:
        context.load_cert_chain(address.certificate, address.key or None)
    return context
