"""A Spark cluster on loopback: a master, workers of one processor, a Connect server; processes of this one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]


class SparkCluster(NamedTuple):
    """Its address for clients; the processes of its workers, each with what it started; and where
    these keep what they hand to each other."""

    address: str
    workers: list[subprocess.Popen[bytes]]
    local: Path

    def kill_worker(self, number: int) -> None:
        """End a worker and its executors, as when its machine goes."""
        os.killpg(self.workers[number].pid, signal.SIGKILL)

    def shuffled(self) -> int:
        """How many files workers have written for each other."""
        return sum(1 for _ in self.local.glob("**/shuffle_*.data"))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def is_open(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a port is open. AssertionError with the log where that never comes."""
    for _ in range(600):
        if is_open(port):
            return
        assert process.poll() is None, log.read_text(encoding="utf-8")[-3000:]
        time.sleep(0.2)
    raise AssertionError(log.read_text(encoding="utf-8")[-3000:])


@contextmanager
def spark_cluster(
    home: Path, folder: Path, workers: int = 2, memory: str = "1g"
) -> Iterator[SparkCluster]:
    """A cluster of the Spark in a folder, as `pip install pyspark` leaves it; its logs go into another."""
    folder.mkdir(parents=True, exist_ok=True)
    python = [
        str(home.parent),
        *map(str, home.parent.glob("lib/py4j*.zip")),
        str(ROOT / "src"),
        str(ROOT / "packages/cluster/src"),
    ]
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(folder / "work"),
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "PYTHONPATH": os.pathsep.join(python),
        "PYSPARK_PYTHON": sys.executable,
        "POLARS_MAX_THREADS": "1",
    }
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *command: str) -> tuple[subprocess.Popen[bytes], Path]:
        log = folder / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [str(home / "bin" / command[0]), *command[1:]],
                stdout=out, stderr=out, env=environment, start_new_session=True,
            )  # fmt: skip
        started.append(process)
        return process, log

    port, connect = free_port(), free_port()
    master = f"spark://127.0.0.1:{port}"
    deploy = "org.apache.spark.deploy"
    try:
        wait_for(
            port,
            *start(
                "master",
                "spark-class",
                f"{deploy}.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "--webui-port",
                "0",
            ),
        )
        held = [
            start(
                f"worker-{n}",
                "spark-class",
                f"{deploy}.worker.Worker",
                "-c",
                "1",
                "-m",
                memory,
                "--webui-port",
                "0",
                master,
            )[0]
            for n in range(workers)
        ]
        settings = {
            "spark.connect.grpc.binding.port": str(connect),
            "spark.executor.memory": "600m",
            "spark.driver.memory": "600m",
            "spark.executor.cores": "1",
            "spark.sql.shuffle.partitions": "4",
            "spark.sql.files.maxPartitionBytes": "4m",
            "spark.ui.enabled": "false",
        }
        options = [
            word for name, value in settings.items() for word in ("--conf", f"{name}={value}")
        ]
        server = start(
            "connect",
            "spark-submit",
            "--master",
            master,
            *options,
            "--class",
            "org.apache.spark.sql.connect.service.SparkConnectServer",
            "spark-internal",
        )
        wait_for(connect, *server)
        yield SparkCluster(f"sc://127.0.0.1:{connect}", held, folder / "local")
    finally:
        for process in reversed(started):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
