"""The address of a PostgreSQL database, as libpq writes it, into what a connection needs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from getpass import getuser
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from hrdgraph.catalogue import Cell, Message
from hrdgraph.sources.dialect import Database

_SECONDS: Final = 30  # to wait for a server
_PORT: Final = "5432"
_SOCKETS: Final = ("/var/run/postgresql", "/tmp")  # where servers put them
_TLS: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_VARIABLES: Final = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "application_name": "PGAPPNAME",
}


@dataclass(frozen=True)
class Address:
    """Where a server is (`socket` is the path of one, empty where `host` is meant), who asks,
    and how the way is encrypted."""

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
    """What a URL, the user and password beside it and the environment say, the first before the
    others; `refusal` on what no server could
    understand."""
    try:
        given = _given(database)
        said = {
            name: given.get(name) or environment.get(variable, "")
            for name, variable in _VARIABLES.items()
        }
        return _address(said)
    except ValueError as error:
        raise refusal(Message("database-address-wrong", reason=error)) from None


def _given(database: Database) -> dict[str, str]:
    parts = urlsplit(database.url)
    credentials, _, place = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    host, _, port = _host_and_port(place)
    named = {
        "host": host,
        "port": port,
        "user": user,
        "password": password,
        "dbname": parts.path.lstrip("/"),
    }
    found = {name: unquote(value) for name, value in named.items()}
    found |= dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    unknown = sorted(found.keys() - _VARIABLES.keys())
    if unknown:
        raise ValueError(
            Message("address-option-unknown", option=Cell(unknown[0]), known=tuple(_VARIABLES))
        )
    return found | {
        name: value
        for name, value in (("user", database.user), ("password", database.password))
        if value
    }


def _host_and_port(place: str) -> tuple[str, str, str]:
    if place.startswith("["):  # an address of IPv6
        host, bracket, port = place[1:].partition("]")
        return host, bracket, port.removeprefix(":")
    return place.partition(":")


def _address(said: Mapping[str, str]) -> Address:
    port = _number("port", said["port"] or _PORT)
    tls = said["sslmode"] or ("verify-ca" if said["sslrootcert"] else "prefer")
    if tls not in _TLS:
        raise ValueError(Message("address-encryption-unknown", value=tls, known=_TLS))
    user = said["user"] or getuser()
    return Address(
        host=said["host"] or "localhost",
        port=port,
        socket=_socket(said["host"], port),
        database=said["dbname"] or user,
        user=user,
        password=said["password"],
        tls=tls,
        authority=said["sslrootcert"],
        certificate=said["sslcert"],
        key=said["sslkey"],
        seconds=_number("connect_timeout", said["connect_timeout"] or str(_SECONDS)),
        application=said["application_name"] or "hrdgraph",
    )


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) < 1 << 16 and len(text) < 9):
        raise ValueError(Message("address-number-malformed", option=name, value=text))
    return int(text)


def _socket(host: str, port: int) -> str:
    """The socket in a folder that stands in the place of a host; without a host, one where
    servers usually put them."""
    name = f".s.PGSQL.{port}"
    if host.startswith("/"):
        return f"{host}/{name}"
    there = [f"{folder}/{name}" for folder in _SOCKETS if not host and Path(folder, name).exists()]
    return there[0] if there else ""
