"""The engines: where each comes from, its settings, its command and its output."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from model import TriplesMap, current_rml, older_rml, plan

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))
import environments  # noqa: E402 - beside this folder

# rdfizer imports its ODBC driver at the start; where the system has no ODBC library an empty module
# stands in for the
# driver, since no scenario reads a database
SDM = """
import sys, types
try:
    import pyodbc
except ImportError:
    sys.modules["pyodbc"] = types.ModuleType("pyodbc")
from rdfizer import semantify
semantify("sdm.ini")
"""
OURS = "from hrdgraph.cli import main; main()"
CORES = os.cpu_count() or 1


@dataclass(frozen=True)
class Engine:
    """`command` gets the interpreter of the engine and whether graphs are named; it is run in
    the folder of the tables."""

    key: str
    title: str
    command: Callable[[str, bool], list[str]]
    output: str
    requirements: tuple[str, ...] = ()
    decode: bool = False
    one_core: bool = False
    files: Callable[[bool], dict[str, str]] = lambda _quads: {}


def install(engine: Engine, cache: Path) -> str:
    """Install an engine into an environment of its own in `cache`, once; the reason if that
    fails, else nothing.

    Of ours the modules are compiled, as pip does with what it installs: a checkout may be set up
    to leave that to each run.
    """
    if not engine.requirements:
        subprocess.run(
            [sys.executable, "-m", "compileall", "-q", HERE.parents[1] / "src" / "hrdgraph"],
            check=False,
        )
    return environments.install(engine.requirements, cache)


def prepare(maps: tuple[TriplesMap, ...], engines: list[Engine], folder: Path, quads: bool) -> None:
    """Write the mapping in each language, and the settings of each engine."""
    (folder / "new.ttl").write_text(current_rml(maps), encoding="utf-8")
    (folder / "old.ttl").write_text(older_rml(maps, str(folder)), encoding="utf-8")
    (folder / "plan.json").write_text(plan(maps), encoding="utf-8")
    for name, text in (
        (name, text) for engine in engines for name, text in engine.files(quads).items()
    ):
        (folder / name).write_text(text, encoding="utf-8")


def ours(key: str, title: str, one_core: bool, arguments: tuple[str, ...]) -> Engine:
    """This checkout's `hrdgraph map`."""

    def command(python: str, quads: bool) -> list[str]:
        return [
            python,
            "-c",
            OURS,
            "map",
            "new.ttl",
            "--format",
            "nq" if quads else "nt",
            "--output",
            f"{key}.out",
            *arguments,
        ]

    return Engine(key, title, command, f"{key}.out", one_core=one_core)


def morph(key: str, title: str, processes: int) -> Engine:
    """Morph-KGC with its default partitioning of the mapping, which its paper recommends, and
    the plainest output."""

    def settings(quads: bool) -> dict[str, str]:
        lines = (
            *(
                "[CONFIGURATION]",
                f"output_file={key}.out.{'nq' if quads else 'nt'}",
                f"output_format={'N-QUADS' if quads else 'N-TRIPLES'}",
            ),
            *(
                f"number_of_processes={processes}",
                "logging_level=ERROR",
                "[DS]",
                "mappings=old.ttl",
                "",
            ),
        )
        return {f"{key}.ini": "\n".join(lines)}

    def command(python: str, _quads: bool) -> list[str]:
        return [python, "-m", "morph_kgc", f"{key}.ini"]

    return Engine(
        key, title, command, f"{key}.out.*", ("morph-kgc==2.10.0",), decode=True, files=settings
    )


def _sdm_settings(_quads: bool) -> dict[str, str]:
    """Planned (`ordered`), with its enrichment of the mapping: the settings of its authors' own
    evaluation."""
    lines = (
        *(
            "[default]",
            "main_directory: .",
            "[datasets]",
            "number_of_datasets: 1",
            "output_folder: sdm",
            "all_in_one_file: no",
        ),
        *(
            "remove_duplicate: yes",
            "enrichment: yes",
            "ordered: yes",
            "large_file: false",
            "name: sdm",
            "output_format: n-triples",
        ),
        *("[dataset1]", "name: out", "mapping: old.ttl", ""),
    )
    return {"sdm.ini": "\n".join(lines)}


def _sdm_command(python: str, _quads: bool) -> list[str]:
    return [python, "-c", SDM]


def _maplib_command(python: str, _quads: bool) -> list[str]:
    return [python, str(HERE / "by_maplib.py"), "plan.json", "maplib.out"]


def _columns_command(python: str, _quads: bool) -> list[str]:
    return [python, str(HERE / "by_columns.py"), "plan.json", "columns.out"]


def _naive_command(python: str, _quads: bool) -> list[str]:
    return [python, str(HERE / "naive.py"), "plan.json", "naive.out"]


def engines(arguments: tuple[str, ...]) -> dict[str, Engine]:
    """All engines by key, ours first; `arguments` are added to our command."""
    found = (
        ours("hrdgraph", "hrdgraph", False, arguments),
        ours("hrdgraph-1", "hrdgraph, 1 core", True, arguments),
        morph("morph", "Morph-KGC", 1),
        morph("morph-multi", f"Morph-KGC, {CORES} proc.", CORES),
        Engine(
            "sdm",
            "SDM-RDFizer",
            _sdm_command,
            "sdm/out.n*",
            ("rdfizer==4.7.5.15.4.1",),
            decode=True,
            files=_sdm_settings,
        ),
        Engine("maplib", "maplib", _maplib_command, "maplib.out", ("maplib==0.20.26",)),
        Engine("columns", "by hand (bound)", _columns_command, "columns.out"),
        Engine("naive", "row by row", _naive_command, "naive.out"),
    )
    return {engine.key: engine for engine in found}
