"""Requirements → an environment of their own, made once: what other engines need must not meet
what ours needs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def install(requirements: Sequence[str], cache: Path) -> str:
    """Install requirements into an environment in `cache`, once; the reason if that fails, else
    nothing (also without any)."""
    folder = _environment(requirements, cache)
    if not requirements or (folder / "ready").is_file():
        return ""
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", folder], capture_output=True, text=True
    )
    pip = [
        interpreter(requirements, cache),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        *requirements,
    ]
    done = made if made.returncode else subprocess.run(pip, capture_output=True, text=True)
    if done.returncode:
        return (
            "not installed: "
            + ((done.stderr or done.stdout).strip().splitlines() or ["no reason given"])[-1]
        )
    (folder / "ready").touch()
    return ""


def interpreter(requirements: Sequence[str], cache: Path) -> str:
    """The Python that has the requirements; this one without any."""
    return (
        str(_environment(requirements, cache) / "bin" / "python")
        if requirements
        else sys.executable
    )


def _environment(requirements: Sequence[str], cache: Path) -> Path:
    """The folder: one for the first requirement, with the interpreter's version."""
    name, _, version = requirements[0].partition("==") if requirements else ("none", "", "")
    return (
        cache
        / f"{name.partition('[')[0]}-{version}-py{sys.version_info.major}{sys.version_info.minor}"
    )
