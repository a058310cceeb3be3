"""Read a PostgreSQL database in rows of Python values, some thousand at a time, in a read-only
transaction."""

from __future__ import annotations

import datetime as dt
import os
import re
import socket
import ssl
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from getpass import getuser
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from hrdgraph.catalogue import Message, kind_word
from hrdgraph.sources.dialect import Database
from hrdgraph.sources.resources import import_extra
from hrdgraph.sources.values import UnsupportedValue, hour, moment, within_years

_SECONDS: Final = 30  # to wait for a server
_PORT: Final = "5432"
_SOCKETS: Final = ("/var/run/postgresql", "/tmp")  # where servers put them
_TLS: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_VARIABLES: Final = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD",
    "dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "connect_timeout": "PGCONNECT_TIMEOUT",
    "application_name": "PGAPPNAME",
}  # fmt: skip


@dataclass(frozen=True)
class Address:
    """The address of a server (`socket` is a path, empty if `host` is meant), the login, and the
    encryption."""

    host: str
    port: int
    socket: str
    database: str
    user: str
    password: str = field(repr=False)
    tls: str
    authority: str
    certificate: str
    key: str
    seconds: int
    application: str


def address_of(
    database: Database, refusal: type[Exception], environment: Mapping[str, str] = os.environ
) -> Address:
    """Return the address from a URL, the user and password beside it, and the environment, in this
    order; `refusal` if no server could understand it."""
    try:
        stated = _read_url(database)
        settings = {
            name: stated.get(name) or environment.get(variable, "")
            for name, variable in _VARIABLES.items()
        }
        return _address(settings)
    except ValueError as error:
        raise refusal(Message("unusable", fact=error)) from None


def _read_url(database: Database) -> dict[str, str]:
    parts = urlsplit(database.url)
    credentials, _, place = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    host, _, port = _host_and_port(place)
    named = {
        "host": host, "port": port, "user": user, "password": password,
        "dbname": parts.path.lstrip("/"),
    }  # fmt: skip
    values = {name: unquote(value) for name, value in named.items()}
    values |= dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    unknown = sorted(values.keys() - _VARIABLES.keys())
    if unknown:
        raise ValueError(Message("not-known-here", name=unknown[0]))
    return values | {
        name: value
        for name, value in (("user", database.user), ("password", database.password))
        if value
    }


def _host_and_port(place: str) -> tuple[str, str, str]:
    if place.startswith("["):  # an address of IPv6
        host, bracket, port = place[1:].partition("]")
        return host, bracket, port.removeprefix(":")
    return place.partition(":")


def _address(values: Mapping[str, str]) -> Address:
    port = _number("port", values["port"] or _PORT)
    tls = values["sslmode"] or ("verify-ca" if values["sslrootcert"] else "prefer")
    if tls not in _TLS:
        raise ValueError(Message("must-be-one-of", term="sslmode", known=_TLS))
    user = values["user"] or getuser()
    return Address(
        host=values["host"] or "localhost", port=port, socket=_socket(values["host"], port),
        database=values["dbname"] or user, user=user, password=values["password"], tls=tls,
        authority=values["sslrootcert"], certificate=values["sslcert"], key=values["sslkey"],
        seconds=_number("connect_timeout", values["connect_timeout"] or str(_SECONDS)),
        application=values["application_name"] or "hrdgraph",
    )  # fmt: skip


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) < 1 << 16 and len(text) < 9):
        raise ValueError(Message("takes-not", option=name, value=text, kind=kind_word("number")))
    return int(text)


def _socket(host: str, port: int) -> str:
    """Return the socket in a folder given instead of a host; without a host, one in a usual
    place."""
    name = f".s.PGSQL.{port}"
    if host.startswith("/"):
        return f"{host}/{name}"
    there = [f"{folder}/{name}" for folder in _SOCKETS if not host and Path(folder, name).exists()]
    return there[0] if there else ""


Convert = Callable[[str], Any]
_ELEMENT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|([^{},"]+)', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_TIMETZ: Final = 1266  # of type `timetz`, which the driver has no name for
_DATES: Final[dict[str, Convert]] = {
    "DATE": dt.date.fromisoformat, "TIME": hour, "TIMESTAMP": moment, "TIMESTAMPTZ": moment,
}  # fmt: skip


def _decimal(text: str) -> Any:
    number = Decimal(text)
    return (
        number
        if number.is_finite()
        else UnsupportedValue(Message("is-not", value=text, kind="xsd:decimal"))
    )


_OTHERS: Final[dict[str, Convert]] = {
    **dict.fromkeys(("SMALLINT", "INTEGER", "BIGINT", "OID"), int),
    **dict.fromkeys(("REAL", "FLOAT"), float), "NUMERIC": _decimal, "BOOLEAN": "t".__eq__,
    "BYTES": lambda text: bytes.fromhex(text.removeprefix("\\x")),
}  # fmt: skip


def converters(library: Any) -> Iterator[tuple[int, Convert]]:
    """Yield the number of each type that the driver knows, with a reader for its texts. Types
    outside R2RML's natural mapping keep the server's text: months are no days, and JSON keeps
    its digits."""
    types = library.converters
    singles = _OTHERS | {name: within_years(parse) for name, parse in _DATES.items()}
    names = {
        oid: name
        for name in dir(types)
        if isinstance(oid := getattr(types, name), int) and oid in types.PG_TYPES
    }
    for oid, name in names.items():
        convert = singles.get(name.removesuffix("_ARRAY"), str)
        yield oid, partial(elements, convert=convert) if name.endswith("_ARRAY") else convert
    yield _TIMETZ, within_years(hour)


def elements(text: str, convert: Convert) -> list[Any]:
    """Return the elements of an array, of all its dimensions (PostgreSQL, Arrays, §8.15.6)."""
    matches = _ELEMENT.finditer(text, text.index("{"))  # bounds may stand before: [0:1]={a,b}
    return [_element(match[1], match[2], convert) for match in matches]


def _element(quoted: str | None, bare: str | None, convert: Convert) -> Any:
    if bare is None:
        return convert(_ESCAPE.sub(r"\1", quoted or ""))
    return None if bare == "NULL" else convert(bare)


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
def run(
    path: Path, database: Database, query: str
) -> Iterator[tuple[list[str], Callable[[int], Rows]]]:
    """Yield the columns of a query, and a function for its next rows, none at the end.

    Rows come through a cursor of the server, so that a large answer is never in memory as a whole.
    The extended protocol takes one statement at a time, so that no second one can end the
    transaction."""
    library = import_extra("pg8000", "postgresql", str(path))
    import_extra("pg8000.native", "postgresql", str(path))
    address = address_of(database, library.InterfaceError)
    with _plain_errors(library), _shutting(_channel(library, address)) as channel:
        connection = _connect(library, address, channel)
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
    with _plain_errors(library):
        rows: Rows = connection.execute_unnamed(f"FETCH {count} FROM {_CURSOR}").rows
    return rows


@contextmanager
def _plain_errors(library: Any) -> Iterator[None]:
    """Raise errors of the server in its own words, without their codes."""
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


def _connect(library: Any, address: Address, channel: socket.socket) -> Any:
    """Open a connection within the time limit of the address; queries have none."""
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
    """Open a channel to the server, encrypted if the address says so or, if it says nothing, if
    the server can."""
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
    """Return the demands on the server's certificate: none, a known authority, or its name too
    (sslmode of libpq)."""
    context = ssl.create_default_context(cafile=address.authority or None)
    context.check_hostname = address.tls == "verify-full"
    if not address.tls.startswith("verify") and not address.authority:
        context.verify_mode = ssl.CERT_NONE
    if address.certificate:
        context.load_cert_chain(address.certificate, address.key or None)
    return context
