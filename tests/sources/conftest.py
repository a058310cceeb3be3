"""What the tests of readers share."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import polars as pl
import pytest

from hrdgraph.errors import NOWHERE
from hrdgraph.sources import ROW, Dialect, read
from hrdgraph.sources.reference_columns import kinds_of

Frame = Callable[..., pl.DataFrame]


@pytest.fixture
def frame() -> Frame:
    """A whole source as one frame."""

    def whole(
        name: str, path: Path, columns: list[str] | None = None, **dialect: object
    ) -> pl.DataFrame:
        return pl.concat(read(name, path, Dialect(**dialect), columns, NOWHERE), how="diagonal")  # type: ignore[arg-type]

    return whole


@pytest.fixture
def typed(frame: Frame) -> Callable[..., list[tuple[object, ...]]]:
    """The rows of a source: row number, then text and kind of each column."""

    def rows(
        name: str, path: Path, columns: list[str] | None = None, **dialect: object
    ) -> list[tuple[object, ...]]:
        found = frame(name, path, columns, **dialect)
        names = columns or [column for column in found.columns if not column.startswith("\0")]
        beside = [column for name in names for column in (name, kinds_of(name))]
        missing = [pl.lit(None).alias(column) for column in beside if column not in found.columns]
        return found.with_columns(missing).select(ROW, *beside).rows()

    return rows


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, in a folder of its own, reached through a socket there."""
    pytest.importorskip("pg8000", reason="pip install 'hrdgraph[postgresql]'")
    programs = programs_of_postgresql()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with TemporaryDirectory(
        prefix="pg-"
    ) as name:  # short, since the path of a socket has at most 107 bytes
        folder = Path(name)
        folder.chmod(0o755)
        user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
        if user:
            shutil.chown(folder, user)
        run = partial(subprocess.run, check=True, capture_output=True, user=user, cwd=folder)
        run(
            [
                programs / "initdb",
                "-D",
                folder / "data",
                "-U",
                "tester",
                "--auth=trust",
                "-E",
                "UTF8",
                "--no-sync",
            ]
        )
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        subprocess.run(
            [programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start"],
            check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield f"postgresql:///postgres?host={quote(name, safe='')}&user=tester"
        finally:
            run([programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop"])


@pytest.fixture(scope="session")
def mysql() -> Iterator[str]:
    """The address of a MariaDB server of our own, which speaks MySQL's protocol, reached through a socket."""
    pytest.importorskip("pymysql", reason="pip install 'hrdgraph[mysql]'")
    install, server = (
        shutil.which("mariadb-install-db"),
        shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin"),
    )
    if install is None or server is None:
        pytest.skip("MariaDB is not installed: apt-get install mariadb-server")
    with TemporaryDirectory(prefix="my-") as name:
        folder = Path(name)
        common = [
            "--no-defaults",
            f"--datadir={folder}/data",
            *(["--user=root"] if os.geteuid() == 0 else []),
        ]
        subprocess.run(
            [install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )
        arguments = [
            server,
            *common,
            f"--socket={folder}/s",
            "--skip-networking",
            f"--pid-file={folder}/pid",
            f"--log-error={folder}/log",
        ]
        process = subprocess.Popen(
            arguments, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_for(folder / "s", process)
            yield f"mysql://root@localhost/test?unix_socket={folder}/s"
        finally:
            process.terminate()
            process.wait(30)


def wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Until a server has made its socket."""
    for _ in range(300):
        if path.exists() or process.poll() is not None:
            break
        time.sleep(0.1)
    assert path.exists(), "the server did not start"


def programs_of_postgresql() -> Path | None:
    """Where Debian puts the programs of the newest PostgreSQL, or where the path finds them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    program = shutil.which("initdb")
    return Path(program).resolve().parent if program else None
