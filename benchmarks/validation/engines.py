"""The engines: where each comes from, the script that runs it, and what is known of its results."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))
from environments import interpreter  # noqa: E402 - beside this folder


@dataclass(frozen=True)
class Engine:
    """`requirements` go into an environment of their own; none means this one. `parts` says that
    reading and validating are told apart; else what validating costs is the whole less a run
    with a shape that has no target. `most` is the largest graph.
    """

    key: str
    title: str
    script: str
    requirements: tuple[str, ...] = ()
    parts: bool = True
    most: int = 10**9


@dataclass(frozen=True)
class Told:
    """What one run told: CPU seconds, memory in MB and results; or why it did not."""

    validating: float = 0.0
    process: float = 0.0
    memory: float = 0.0
    rows: frozenset[tuple[str, ...]] = field(default=frozenset())
    failure: str = ""


ENGINES = (
    Engine("hrdgraph", "hrdgraph, from columns", "by_hrdgraph.py"),
    Engine("hrdgraph-nt", "hrdgraph, from N-Triples", "by_hrdgraph.py"),
    Engine("pyshacl", "pySHACL", "by_pyshacl.py", ("pyshacl==0.40.1",), most=200_000),
    Engine("rust", "shacl-rust", "by_rust.py", ("shacl-rust==0.2.12",), parts=False),
    Engine("shifty", "pyshifty", "by_shifty.py", ("pyshifty[rdflib]==0.5.1",), parts=False),
    Engine("turbo", "pyshacl-turbo", "by_turbo.py", ("pyshacl-turbo[oxigraph]==0.6.5",)),
    Engine("rudof", "pyrudof", "by_rudof.py", ("pyrudof==0.3.35",)),
)
OURS = ("hrdgraph", "hrdgraph-nt")


def run(engine: Engine, cache: Path, folder: Path, timeout: float) -> Told:
    """One run over `data.nt` and `shapes.ttl` of a folder, and one with nothing to validate
    where that tells the parts apart."""
    whole = _run(engine, cache, folder, "shapes.ttl", timeout)
    if engine.parts or whole.failure:
        return whole
    idle = _run(engine, cache, folder, "nothing.ttl", timeout)
    return (
        idle
        if idle.failure
        else Told(whole.process - idle.process, whole.process, whole.memory, whole.rows)
    )


def _run(engine: Engine, cache: Path, folder: Path, shapes: str, timeout: float) -> Told:
    data = "columns" if engine.key == "hrdgraph" else "data.nt"
    command = [interpreter(engine.requirements, cache), str(HERE / engine.script), data, shapes]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            out, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return Told(failure=f"stopped after {timeout:.0f} s")
    if process.returncode:
        last = (errors.decode("utf-8", "replace").strip().splitlines() or ["nothing said"])[-1]
        return Told(failure=f"exit {process.returncode}: {last[-200:]}")
    told = json.loads(out)
    return Told(
        told["validating"], told["process"], told["memory"], frozenset(map(tuple, told["rows"]))
    )
