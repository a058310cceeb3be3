"""Databases: R2RML's natural mapping, tables and queries, in batches, for reading only."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from hrdgraph.catalogue import Message
from hrdgraph.errors import NOWHERE, Origin, SourceError
from hrdgraph.sources import ROW, Database, Dialect, read
from hrdgraph.sources.database.connections import _clock, _day
from hrdgraph.sources.reference_columns import (
    BINARY,
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DOUBLE,
    INTEGER,
    STRING,
    TIME,
)
from hrdgraph.sources.registry import formulation
from hrdgraph.sources.values import UnsupportedValue

Typed = Callable[..., list[tuple[object, ...]]]
SCHEMA = """
CREATE TABLE "people" (
  id INTEGER, "Name" VARCHAR(20), born DATE, seen TIMESTAMP, hour TIME, price DECIMAL(8,2), size DOUBLE PRECISION, ok BOOLEAN, raw {blob}
);
INSERT INTO "people" VALUES (1, 'Ann', '2001-02-03', '2020-01-02 03:04:05.500', '10:20:30', 80.20, 80.25, TRUE, {bytes});
INSERT INTO "people" VALUES (2, NULL, NULL, NULL, NULL, 15.00, 1e30, FALSE, NULL);
"""
NAMES = ["id", "Name", "born", "seen", "hour", "price", "size", "ok", "raw"]
EXPECTED = [
    (
        1, "1", INTEGER, "Ann", STRING, "2001-02-03", DATE, "2020-01-02T03:04:05.5", DATETIME, "10:20:30", TIME,
        "80.2", DECIMAL, "8.025E1", DOUBLE, "true", BOOLEAN, "00AF", BINARY,
    ),
    (2, "2", INTEGER, None, None, None, None, None, None, None, None, "15", DECIMAL, "1.0E30", DOUBLE, "false", BOOLEAN, None, None),
]  # fmt: skip


def without_kinds_of_strings(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """A column of strings alone has no kinds."""
    return [(*row[:4], None, *row[5:]) for row in rows]


@pytest.fixture
def sqlite(tmp_path: Path) -> Path:
    path = tmp_path / "d.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA.format(blob="BLOB", bytes="x'00af'"))
    connection.close()
    return path


@pytest.fixture
def duck(tmp_path: Path) -> Path:
    duckdb = pytest.importorskip("duckdb", reason="pip install 'hrdgraph[duckdb]'")
    path = tmp_path / "d.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(SCHEMA.format(blob="BLOB", bytes=r"'\x00\xAF'::BLOB"))
    return path


@pytest.fixture(params=["sqlite", "duck"])
def database(request: pytest.FixtureRequest) -> Path:
    return Path(request.getfixturevalue(request.param))


def test_a_table(database: Path, typed: Typed) -> None:
    assert typed("SQL2008Table", database, NAMES, iterator="people") == without_kinds_of_strings(
        EXPECTED
    )


def test_a_query(database: Path, typed: Typed) -> None:
    query = """SELECT id, born, ok, price FROM people WHERE "Name" = 'Ann';"""
    assert typed("SQL2008Query", database, ["id", "born", "ok", "price"], iterator=query) == [
        (1, "1", INTEGER, "2001-02-03", DATE, "true", BOOLEAN, "80.2", DECIMAL)
    ]


def test_names_in_other_capitals_and_in_quotes(database: Path, typed: Typed) -> None:
    wanted = ["ID", "NAME", '"Name"']
    assert typed("SQL2008Table", database, wanted, iterator="people")[0] == (
        1,
        "1",
        INTEGER,
        "Ann",
        None,
        "Ann",
        None,
    )
    known = formulation("SQL2008Table", NOWHERE).columns(
        database, Dialect(iterator="people"), wanted
    )
    assert known == [*NAMES, *wanted]


def test_no_rows_are_a_frame_all_the_same(database: Path, typed: Typed) -> None:
    assert (
        typed("SQL2008Query", database, ["id"], iterator="SELECT id FROM people WHERE id > 5") == []
    )


@pytest.mark.parametrize(
    "iterator",
    ["SELECT * FROM nobody", "SELEC", "DELETE FROM people", "SELECT 1; DROP TABLE people", "$"],
)
def test_what_the_database_refuses(database: Path, iterator: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(read("SQL2008Query", database, Dialect(iterator=iterator), ["id"], NOWHERE))
    assert caught.value.origin.file == str(database)
    assert caught.value.fact


def test_a_column_that_is_not_there(database: Path) -> None:
    with pytest.raises(SourceError, match="no column 'nam'"):
        list(read("SQL2008Table", database, Dialect(iterator="people"), ["nam"], NOWHERE))


@pytest.mark.parametrize("name", ["none.sqlite", "none.duckdb"])
def test_no_database(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="the file is missing"):
        list(read("SQL2008Table", tmp_path / name, Dialect(iterator="t"), ["a"], NOWHERE))
    assert not (tmp_path / name).exists()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    for name in ("t.sqlite", "t.duckdb"):
        (tmp_path / name).write_bytes(b"id,name\n1,Ann\n" * 100)
        with pytest.raises(SourceError):
            list(read("SQL2008Table", tmp_path / name, Dialect(iterator="t"), ["a"], NOWHERE))


def test_duckdb_reads_no_other_file(duck: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n", "utf-8")
    with pytest.raises(SourceError):
        list(
            read(
                "SQL2008Query",
                duck,
                Dialect(iterator=f"SELECT * FROM '{tmp_path}/secret.csv'"),
                ["a"],
                NOWHERE,
            )
        )


ASKED = """
import sys
from pathlib import Path
from hrdgraph.errors import NOWHERE
from hrdgraph.sources import Dialect, read
dialect = Dialect(iterator="SELECT current_setting('enable_progress_bar') AS a")
for frame in read("SQL2008Query", Path(sys.argv[1]), dialect, ["a"], NOWHERE):
    print(*frame["a"])
"""


def test_duckdb_writes_no_progress_among_the_statements(duck: Path) -> None:
    """It does where Python has no script to run, as in a notebook."""
    assert (
        subprocess.run(
            [sys.executable, "-c", ASKED, str(duck)], capture_output=True, check=True
        ).stdout
        == b"false\n"
    )


def test_sqlite_attaches_no_other_file(sqlite: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        list(
            read(
                "SQL2008Query",
                sqlite,
                Dialect(iterator=f"ATTACH '{tmp_path}/other.sqlite' AS o"),
                ["a"],
                NOWHERE,
            )
        )
    assert not (tmp_path / "other.sqlite").exists()


def test_sqlite_lets_anything_stand_in_a_column(tmp_path: Path, typed: Typed) -> None:
    path = tmp_path / "odd.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE t (d DATE, b BOOLEAN, n NUMERIC); INSERT INTO t VALUES ('soon', 'maybe', 'x'), ('2020-01-01', 1, 2.50)"
    )
    connection.close()
    assert typed("SQL2008Table", path, ["d", "b", "n"], iterator="t") == [
        (1, "soon", STRING, "maybe", STRING, "x", STRING),
        (2, "2020-01-01", DATE, "true", BOOLEAN, "2.5", DECIMAL),
    ]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("DATETIME", "2020-01-01T00:00:00.123456789"),
        ("TIMESTAMP", "2020-01-01 00:00:00,1234567"),
        ("TIME", "10:00:00.1234567"),
        ("TIME", "10:00:00+05:30:15"),
        ("TIME", "10:00:00-14:01"),
        ("DATETIME", "0001-01-01T00:00:00+05:00"),
        ("TIMESTAMP", "9999-12-31T23:00:00-05:00"),
    ],
)
def test_dates_and_times_of_sqlite_that_no_literal_can_say(
    kind: str, text: str, tmp_path: Path, typed: Typed
) -> None:
    path = tmp_path / "odd.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(
        f"CREATE TABLE t (n INTEGER, d {kind}); INSERT INTO t VALUES (1, NULL), (2, '{text}'), (3, 'soon.1234567')"
    )
    connection.close()
    with pytest.raises(SourceError, match=r"the table t.*beyond those that can be read") as caught:
        typed("SQL2008Table", path, ["d"], iterator="t")
    assert (caught.value.origin.row, caught.value.origin.column) == (2, "d")
    told: list[SourceError] = []
    (found,) = read("SQL2008Table", path, Dialect(iterator="t"), ["n", "d"], NOWHERE, told.append)
    assert found.select("n", "d").rows() == [("1", None), ("3", "soon.1234567")]
    assert [
        row[1]
        for row in typed("SQL2008Query", path, ["d"], iterator="SELECT CAST(d AS TEXT) AS d FROM t")
    ] == [
        None,
        text,
        "soon.1234567",
    ]


def test_dates_and_times_of_sqlite_that_have_a_zone(tmp_path: Path, typed: Typed) -> None:
    path = tmp_path / "odd.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE t (d DATETIME, h TIME);"
        "INSERT INTO t VALUES ('2020-01-01T00:00:00.1234560+05:30', '10:00:00+14:00'), ('2020-01-01T00:00:00Z', '10:00:00.5Z')"
    )
    connection.close()
    assert typed("SQL2008Table", path, ["d", "h"], iterator="t") == [
        (1, "2019-12-31T18:30:00.123456Z", DATETIME, "10:00:00+14:00", TIME),
        (2, "2020-01-01T00:00:00Z", DATETIME, "10:00:00.5Z", TIME),
    ]


def test_an_infinite_number_in_a_column_of_decimals_is_a_double(
    tmp_path: Path, typed: Typed
) -> None:
    path = tmp_path / "odd.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE t (n NUMERIC); INSERT INTO t VALUES (9e999), (-9e999), (1)"
    )
    connection.close()
    assert typed("SQL2008Table", path, ["n"], iterator="t") == [
        (1, "INF", DOUBLE),
        (2, "-INF", DOUBLE),
        (3, "1", DECIMAL),
    ]


def test_large_answers_come_in_batches(tmp_path: Path) -> None:
    path = tmp_path / "large.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a INTEGER)")
    connection.executemany("INSERT INTO t VALUES (?)", ((number,) for number in range(45_000)))
    connection.commit()
    connection.close()
    frames = list(read("SQL2008Table", path, Dialect(iterator="t"), ["a"], NOWHERE))
    assert [frame.height for frame in frames] == [20_000, 20_000, 5_000]
    assert frames[-1].row(-1)[:2] == (45_000, "44999")


@pytest.fixture
def server(postgresql: str) -> Database:
    import pg8000.native

    folder = parse_qs(urlsplit(postgresql).query)["host"][0]
    with pg8000.native.Connection(
        "tester", database="postgres", unix_sock=f"{folder}/.s.PGSQL.5432"
    ) as connection:
        connection.run("DROP TABLE IF EXISTS people")
        connection.run(SCHEMA.format(blob="BYTEA", bytes=r"'\x00af'"))
    return Database("postgresql", postgresql)


def test_postgresql(server: Database, typed: Typed) -> None:
    rows = typed("SQL2008Table", Path("postgresql:test"), NAMES, iterator="people", database=server)
    assert rows == without_kinds_of_strings(EXPECTED)


def test_postgresql_types_of_its_own(server: Database, typed: Typed) -> None:
    query = """SELECT '1 mon 2 days'::interval AS i, '{"a": 1.50}'::jsonb AS j, ARRAY['x', NULL, 'y'] AS l, 1.50::numeric AS n,
      '2020-01-01 12:00:00+02'::timestamptz AS t, 'c0ffee00-0000-0000-0000-000000000000'::uuid AS u, 'NaN'::float8 AS f, 'x'::char(3) AS c"""
    names = ["i", "j", "l", "n", "t", "u", "f", "c"]
    (row,) = typed("SQL2008Query", Path("postgresql:test"), names, iterator=query, database=server)
    assert row[1::2] == (
        "1 mon 2 days", '{"a": 1.50}', ["x", "y"], "1.5", "2020-01-01T10:00:00Z", "c0ffee00-0000-0000-0000-000000000000", "NaN", "x  ",
    )  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM people RETURNING id",
        "INSERT INTO people (id) VALUES (9) RETURNING id",
        "SELECT nothing",
        "",
    ],
)
def test_postgresql_is_only_read(server: Database, query: str, typed: Typed) -> None:
    with pytest.raises(SourceError):
        typed("SQL2008Query", Path("postgresql:test"), ["id"], iterator=query, database=server)
    assert (
        len(
            typed(
                "SQL2008Table", Path("postgresql:test"), ["id"], iterator="people", database=server
            )
        )
        == 2
    )


@pytest.mark.parametrize(
    "value",
    ["'0044-03-15 BC'::date", "'infinity'::date", "'-infinity'::timestamp", "'10000-01-01'::timestamptz", "ARRAY[NULL, 'infinity'::date]",
     "'NaN'::numeric", "'24:00'::time", "'10:00:00+05:30:15'::timetz", "'10:00:00+15:00'::timetz"],
)  # fmt: skip
def test_what_no_literal_can_say_in_postgresql(value: str, server: Database, typed: Typed) -> None:
    query = (
        f"SELECT 1 AS n, NULL AS d UNION ALL SELECT 2, {value}"
        if "ARRAY" not in value
        else f"SELECT 1 AS n, {value} AS d"
    )
    with pytest.raises(
        SourceError, match=r"beyond those that can be read|is not xsd:decimal"
    ) as caught:
        typed("SQL2008Query", Path("postgresql:test"), ["d"], iterator=query, database=server)
    assert (caught.value.origin.row, caught.value.origin.column) == (
        1 if "ARRAY" in value else 2,
        "d",
    )
    assert len(
        typed("SQL2008Query", Path("postgresql:test"), ["n"], iterator=query, database=server)
    ) in (1, 2)


def test_rows_that_no_literal_can_say_are_left_out_on_demand(duck: Path) -> None:
    query = "SELECT * FROM (VALUES (1, 'infinity'::date, TIME '24:00:00'), (2, DATE '2020-01-01', NULL), (3, NULL, TIME '24:00:00')) t(n, d, h)"
    told: list[SourceError] = []
    (found,) = read(
        "SQL2008Query", duck, Dialect(iterator=query), ["n", "d", "h"], NOWHERE, told.append
    )
    assert found.select(ROW, "n", "d").rows() == [(2, "2", "2020-01-01")]
    assert [(error.origin.row, error.origin.column) for error in told] == [
        (1, "d"),
        (3, "h"),
    ]  # a row is told once
    assert all("beyond those that can be read" in error.fact for error in told)
    (found,) = read(
        "SQL2008Query",
        duck,
        Dialect(iterator="SELECT 'infinity'::date AS d"),
        ["d"],
        NOWHERE,
        told.append,
    )
    assert found.rows() == []


def answer(duck: Path, typed: Typed, *values: str) -> list[tuple[object, object]]:
    """What DuckDB says in columns of one row: text and kind of each."""
    names = [f"c{number}" for number in range(len(values))]
    query = (
        "SELECT "
        + ", ".join(f"{value} AS {name}" for value, name in zip(values, names, strict=True))
        + " -- so"
    )
    (row,) = typed("SQL2008Query", duck, names, iterator=query)
    return list(zip(row[1::2], row[2::2], strict=True))


@pytest.mark.heavy
@pytest.mark.parametrize(
    "value",
    ["'infinity'::timestamp", "'-infinity'::timestamp_ns", "'infinity'::timestamptz", "'-infinity'::date", "DATE '10000-01-01'",
     "TIMESTAMP '0044-03-15 (BC) 00:00:00'", "TIME '24:00:00'", "[NULL, DATE '2020-01-01', 'infinity'::date]",
     "TIMESTAMP_NS '2020-01-01 00:00:00.123456789'", "TIMETZ '10:00:00+05:30:15'", "TIMETZ '10:00:00+15:00'"],
)  # fmt: skip
def test_what_no_literal_can_say_in_duckdb(value: str, duck: Path, typed: Typed) -> None:
    query = f"SELECT n, d FROM (SELECT 1 AS n, NULL AS d UNION ALL SELECT 2, {value}) ORDER BY n"
    with pytest.raises(
        SourceError,
        match=r"the answer to SELECT n, d.*beyond those that can be read",
    ) as caught:
        typed("SQL2008Query", duck, ["d"], iterator=query)
    assert caught.value.origin == Origin(str(duck), 2, "d", part=f"query '{query}'")
    assert "convert it to text" in caught.value.hint
    assert [row[1] for row in typed("SQL2008Query", duck, ["n"], iterator=query)] == [
        "1",
        "2",
    ]  # who does not want it is not bothered
    cast = query.replace("SELECT n, d", "SELECT n, d::VARCHAR AS d")
    assert typed("SQL2008Query", duck, ["d"], iterator=cast)[1][1]


def test_duckdb_types_of_its_own(duck: Path, typed: Typed) -> None:
    found = answer(
        duck, typed, "INTERVAL '1 month 2 days 3 hours'", "{'a': NULL, 'b': 'x', 'd': DATE '2020-01-01'}", "MAP {'a': 1.50}", "1::HUGEINT",
        "DATE '9999-12-31'", "TIMESTAMP '9999-12-31 23:59:59.999999'", "TIMESTAMP_NS '2020-01-02 03:04:05.5'", "TIMETZ '10:00:00+02'",
        "TIMESTAMPTZ '2020-01-01 12:00:00+02'", "[[1, 2], NULL, [3]]", "[INTERVAL 1 DAY]", "array_value(DATE '2020-01-01')",
        "[{'a': 1}]", "'x'::ENUM('x', 'y')", "union_value(n := 2)", "'c0ffee00-0000-0000-0000-000000000000'::UUID", "[NULL]", "'-infinity'::FLOAT",
    )  # fmt: skip
    assert found == [
        ("1 month 2 days 03:00:00", None), ("{'a': NULL, 'b': x, 'd': 2020-01-01}", None), ("{a=1.50}", None), ("1", INTEGER),
        ("9999-12-31", DATE), ("9999-12-31T23:59:59.999999", DATETIME), ("2020-01-02T03:04:05.5", DATETIME), ("10:00:00+02:00", TIME),
        ("2020-01-01T10:00:00Z", DATETIME), (["1", "2", "3"], [INTEGER] * 3), (["1 day"], [STRING]), (["2020-01-01"], [DATE]),
        (["{'a': 1}"], [STRING]), ("x", None), ("2", None), ("c0ffee00-0000-0000-0000-000000000000", None), (None, None), ("-INF", DOUBLE),
    ]  # fmt: skip


def test_numbers_of_32_bits_in_duckdb(duck: Path, typed: Typed) -> None:
    found = answer(
        duck,
        typed,
        "0.1::FLOAT",
        "16777216::FLOAT",
        "1e-45::FLOAT",
        "'NaN'::FLOAT",
        "[0.1::FLOAT, NULL]",
        "0.1::DOUBLE",
    )
    assert found == [
        ("1.0E-1", DOUBLE), ("1.6777216E7", DOUBLE), ("1.0E-45", DOUBLE), ("NaN", DOUBLE), (["1.0E-1"], [DOUBLE]), ("1.0E-1", DOUBLE),
    ]  # fmt: skip


def test_columns_of_one_name(database: Path, typed: Typed) -> None:
    query = (
        "SELECT a.id, b.id, a.born FROM people AS a JOIN people AS b USING (id) ORDER BY a.id DESC"
    )
    assert [row[1] for row in typed("SQL2008Query", database, ["born"], iterator=query)] == [
        None,
        "2001-02-03",
    ]
    with pytest.raises(SourceError, match="'id' appears twice"):
        typed("SQL2008Query", database, ["id"], iterator=query)


def test_columns_of_one_name_in_postgresql(server: Database, typed: Typed) -> None:
    with pytest.raises(SourceError, match="'id' appears twice"):
        typed(
            "SQL2008Query",
            Path("postgresql:test"),
            ["id"],
            iterator="SELECT 1 AS id, 2 AS id",
            database=server,
        )


@pytest.mark.parametrize(
    ("value", "text"),
    [("36:00:01", "36:00:01"), ("-01:02:03.5", "-01:02:03.500000"), ("-838:59:59", "-838:59:59")],
)
def test_spans_of_mysql(value: str, text: str) -> None:
    hours, minutes, seconds = value.lstrip("-").split(":")
    span = timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    assert _clock(-span if value.startswith("-") else span) == text


def test_days_that_only_mysql_has() -> None:
    assert _day("2020-00-00") == UnsupportedValue(Message("date-beyond-range", value="2020-00-00"))
    assert [_day(cell) for cell in (None, date(2020, 1, 1))] == [None, date(2020, 1, 1)]


@pytest.fixture
def maria(mysql: str) -> Database:
    import pymysql

    schema = (
        SCHEMA.format(blob="BLOB", bytes="x'00af'")
        .replace('"', "`")
        .replace("TIMESTAMP", "DATETIME(3)")
        .replace("TIME,", "TIME,")
    )
    with pymysql.connect(
        unix_socket=mysql.partition("unix_socket=")[2], user="root", autocommit=True
    ) as connection:
        cursor = connection.cursor()
        cursor.execute("CREATE DATABASE IF NOT EXISTS test")
        cursor.execute("USE test")
        for statement in ["DROP TABLE IF EXISTS people", *schema.split(";")[:-1]]:
            cursor.execute(statement)
    return Database("mysql", mysql)


def test_mysql(maria: Database, typed: Typed) -> None:
    rows = typed("SQL2008Table", Path("mysql:test"), NAMES, iterator="people", database=maria)
    assert rows == without_kinds_of_strings(EXPECTED)


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM people",
        "SELECT nothing",
        "SELECT 1 INTO OUTFILE 'none-of-ours'",
        "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE people",
    ],
)
def test_mysql_is_only_read(maria: Database, query: str, typed: Typed) -> None:
    with pytest.raises(SourceError):
        typed("SQL2008Query", Path("mysql:test"), ["id"], iterator=query, database=maria)
    assert (
        len(typed("SQL2008Table", Path("mysql:test"), ["id"], iterator="people", database=maria))
        == 2
    )


def test_a_server_that_does_not_answer_keeps_its_password(typed: Typed) -> None:
    pytest.importorskip("pg8000", reason="pip install 'hrdgraph[postgresql]'")
    nowhere = Database("postgresql", "postgresql://127.0.0.1:1/none", "me", "s3cret-word")
    with pytest.raises(SourceError) as caught:
        typed(
            "SQL2008Table", Path("postgresql:127.0.0.1/none"), ["a"], iterator="t", database=nowhere
        )
    assert "s3cret-word" not in str(caught.value) + repr(nowhere)
