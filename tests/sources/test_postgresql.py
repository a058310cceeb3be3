"""PostgreSQL: addresses as libpq understands them, arrays, batches, and servers that do not answer as one."""

from __future__ import annotations

import gc
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.catalogue import render
from hrdgraph.errors import NOWHERE, SourceError
from hrdgraph.sources import Database, Dialect, read
from hrdgraph.sources.database.postgresql import Address, address_of, elements
from hrdgraph.sources.reference_columns import BOOLEAN, INTEGER, STRING, TIME

Typed = Callable[..., list[tuple[object, ...]]]
PLACE = Path("postgresql:test")


def address(url: str, user: str = "", password: str = "", **environment: str) -> Address:
    return address_of(Database("postgresql", url, user, password), LookupError, environment)


@pytest.mark.parametrize(
    ("url", "host", "port", "way", "database", "user", "password"),
    [
        (
            "postgresql://ann:s%40x@db.example:5433/g%20h",
            "db.example",
            5433,
            "",
            "g h",
            "ann",
            "s@x",
        ),
        ("postgresql://ann@[::1]:99/x", "::1", 99, "", "x", "ann", ""),
        ("postgresql://ann@[::1]/x", "::1", 5432, "", "x", "ann", ""),
        (
            "postgresql:///x?host=%2Frun%2Fpg&user=ann&port=7",
            "/run/pg",
            7,
            "/run/pg/.s.PGSQL.7",
            "x",
            "ann",
            "",
        ),
        (
            "postgresql://ann@%2FRun%2Fpg/x",
            "/Run/pg",
            5432,
            "/Run/pg/.s.PGSQL.5432",
            "x",
            "ann",
            "",
        ),
        (
            "postgresql://h/x?user=bob&password=s3cret&dbname=y&host=k",
            "k",
            5432,
            "",
            "y",
            "bob",
            "s3cret",
        ),
        ("postgresql://ann@h", "h", 5432, "", "ann", "ann", ""),
    ],
)
def test_addresses(
    url: str, host: str, port: int, way: str, database: str, user: str, password: str
) -> None:
    found = address(url)
    assert (found.host, found.port, found.socket, found.database, found.user, found.password) == (
        host,
        port,
        way,
        database,
        user,
        password,
    )
    assert (found.tls, found.seconds) == ("prefer", 30)
    assert not password or password not in repr(found)


def test_what_counts_more() -> None:
    variables = {
        "PGHOST": "e",
        "PGUSER": "eve",
        "PGPASSWORD": "pe",
        "PGDATABASE": "de",
        "PGPORT": "1",
        "PGSSLMODE": "disable",
    }
    found = address("postgresql://ann@h/", "bob", "", **variables)
    assert (found.host, found.port, found.user, found.password, found.database, found.tls) == (
        "h",
        1,
        "bob",
        "pe",
        "de",
        "disable",
    )
    assert address("postgresql://h/x?sslrootcert=ca.pem&connect_timeout=3", "u").tls == "verify-ca"


@pytest.mark.parametrize(
    "query",
    [
        "sslmode=no",
        "port=x",
        "port=70000",
        "port=0",
        "options=-c%20x",
        "novalue",
        "connect_timeout=-1",
        "port=" + "9" * 5000,
    ],
)
def test_addresses_that_are_not_right(query: str) -> None:
    with pytest.raises(LookupError, match="cannot be used") as refused:
        address(f"postgresql://ann:s3cret@h/x?{query}")
    assert "s3cret" not in str(refused.value)
    assert render(refused.value.args[0], "fr").startswith("cela ne peut pas servir")


def test_an_address_that_is_not_right_is_told_in_the_language_of_the_person() -> None:
    database = Database("postgresql", "postgresql://ann:s3cret@h/x?sslmode=s3cret", "", "s3cret")
    with pytest.raises(SourceError) as refused:
        list(
            read(
                "SQL2008Query",
                PLACE,
                Dialect(iterator="SELECT 1", database=database),
                None,
                NOWHERE,
            )
        )
    told = refused.value.text("es")
    assert "esto no sirve: " in told
    assert "s3cret" not in told


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{}", []),
        ("{a,NULL,b c}", ["a", None, "b c"]),
        ('{"NULL",null,""}', ["NULL", "null", ""]),
        (r'{"a\"b\\","{,}"}', ['a"b\\', "{,}"]),
        ("[0:1]={1,2}", ["1", "2"]),
        ("{{1,2},{3,4}}", ["1", "2", "3", "4"]),
    ],
)
def test_arrays(text: str, found: list[str | None]) -> None:
    assert elements(text, str) == found


@given(st.lists(st.none() | st.text(alphabet=st.characters(codec="utf-8"), max_size=4), max_size=4))
def test_arrays_as_the_server_quotes_them(values: list[str | None]) -> None:
    quoted = [
        "NULL" if value is None else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        for value in values
    ]
    assert elements("{" + ",".join(quoted) + "}", str) == values


def ask(url: str, query: str, columns: list[str]) -> list[tuple[int, int]]:
    frames = read(
        "SQL2008Query",
        PLACE,
        Dialect(iterator=query, database=Database("postgresql", url)),
        columns,
        NOWHERE,
    )
    return [(frame.height, int(frame[columns[0]][-1])) for frame in frames]


def test_large_answers_come_in_batches(postgresql: str) -> None:
    assert ask(postgresql, "SELECT g FROM generate_series(1, 45000) AS g", ["g"]) == [
        (20_000, 20_000),
        (20_000, 40_000),
        (5_000, 45_000),
    ]


def test_a_large_answer_is_never_held_as_a_whole(postgresql: str) -> None:
    endless = Dialect(
        iterator="SELECT generate_series(1, 4000000000) AS a",
        database=Database("postgresql", postgresql),
    )
    frames = read("SQL2008Query", PLACE, endless, ["a"], NOWHERE)
    assert next(frames).height == 20_000
    frames.close()  # type: ignore[attr-defined]


def test_arrays_of_many_types(postgresql: str, typed: Typed) -> None:
    query = """SELECT '[0:1]={1,2}'::int[] AS i, '{t,f}'::bool[] AS b, '{1.50}'::jsonb[] AS j, ARRAY['1 mon'::interval] AS v,
      '[1,3)'::int4range AS r, '12:00+02'::timetz AS z, 7::oid AS o, 'ab'::name AS n, '10.0.0.1/8'::inet AS a"""
    (row,) = typed(
        "SQL2008Query",
        PLACE,
        list("ibjvrzona"),
        iterator=query,
        database=Database("postgresql", postgresql),
    )
    assert row[1:] == (
        ["1", "2"], [INTEGER] * 2, ["true", "false"], [BOOLEAN] * 2, ["1.50"], [STRING], ["1 mon"], [STRING],
        "[1,3)", None, "12:00:00+02:00", TIME, "7", INTEGER, "ab", None, "10.0.0.1/8", None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT 1 AS g; COMMIT; CREATE TABLE mine (a int)", "multiple commands"),
        ("SELECT 1 AS g; SELECT 2", "multiple commands"),
        ("WITH d AS (DELETE FROM pg_class RETURNING 1) SELECT 1 AS g FROM d", "data-modifying"),
        ("SELECT set_config('transaction_read_only', 'off', false) AS g", "read-write mode"),
        ("SELECT nextval('pg_toast.none') AS g", "does not exist"),
        ("SELECT 'infinity'::date AS g", "beyond those"),
        ("SELECT '24:00:00'::time AS g", "beyond those"),
        ("SELECT 1/(g-2) AS g FROM generate_series(1,3) AS g", "division by zero"),
        ("SELECT :a AS g", "syntax error"),
        ("SELECT $1 AS g", "prepared statement"),
    ],
)
def test_what_is_refused(query: str, told: str, postgresql: str) -> None:
    with pytest.raises(SourceError, match=r"does the database answer|beyond those") as caught:
        ask(postgresql, query, ["g"])
    assert told in str(caught.value)
    assert "'S'" not in str(caught.value)


def test_colons_and_quotes_are_those_of_the_query(postgresql: str) -> None:
    assert ask(
        postgresql,
        """SELECT (':a'::text || E'\\'' || $$:b$$) = ':a'':b' AND true AS t, 5::int AS g -- :c $1""",
        ["g"],
    ) == [(1, 5)]


def test_a_table_in_a_schema_that_is_not_there_is_named(postgresql: str) -> None:
    with pytest.raises(
        SourceError, match=r'relation "a\.b" does not exist|schema "a"|relation "a.b"'
    ):
        list(
            read(
                "SQL2008Table",
                PLACE,
                Dialect(iterator="a.b", database=Database("postgresql", postgresql)),
                ["x"],
                NOWHERE,
            )
        )


@contextmanager
def server_that_says(answer: bytes | None) -> Iterator[int]:
    """A server that answers each message with the same bytes; None: that does not answer at all."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            channel, _ = server.accept()
            with channel:
                channel.settimeout(5)
                try:
                    while channel.recv(4096) and answer:
                        channel.sendall(answer)
                    done.wait(5)
                except OSError:
                    pass

        done, thread = threading.Event(), threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            done.set()
            thread.join()


@pytest.mark.sampled(4)
@pytest.mark.parametrize("mode", ["prefer", "disable", "require"])
@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"N", b"S", b"\0" * 64, b"R\0\0\0\x08\0\0\0\x63", None],
)
def test_what_is_no_server(answer: bytes | None, mode: str) -> None:
    pytest.importorskip("pg8000", reason="pip install 'hrdgraph[postgresql]'")
    with server_that_says(answer) as port, pytest.raises(SourceError):
        ask(
            f"postgresql://ann:s3cret@127.0.0.1:{port}/x?sslmode={mode}&connect_timeout=1",
            "SELECT 1 AS g",
            ["g"],
        )


@pytest.mark.heavy
def test_a_connection_that_came_to_nothing_is_closed_at_once() -> None:
    """Not when Python finds the time: the library leaves a reader of it open."""
    pytest.importorskip("pg8000", reason="pip install 'hrdgraph[postgresql]'")
    gc.collect()
    before = open_sockets()
    gc.disable()
    try:
        with (
            server_that_says(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port,
            pytest.raises(SourceError),
        ):
            ask(f"postgresql://ann@127.0.0.1:{port}/x?sslmode=disable", "SELECT 1 AS g", ["g"])
        assert open_sockets() <= before
    finally:
        gc.enable()


def open_sockets() -> set[int]:
    return {one.fileno() for one in gc.get_objects() if isinstance(one, socket.socket)} - {-1}
