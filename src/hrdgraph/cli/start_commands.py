"""Commands that begin a project, or move it over: init, upgrade, workbench."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote
from typing import Any

from hrdgraph.cli.command_from_function import FLAG, CommandCall, command, option
from hrdgraph.cli.option_values import WholeNumber
from hrdgraph.project.folders import ASIDE, Upgrade
from hrdgraph.project.model import FORMAT


@command("init")
def show_init(call: CommandCall, folder: Path) -> None:
    """Say that the project is there, and what to do next."""
    call.answer({"folder": str(folder)}, "project-made", folder=folder)
    if not call.is_json:
        command = f"hrdgraph import -p {quote(str(folder))}"
        build = f"hrdgraph build {quote(str(folder))}"
        call.tell("project-made-next", command=command, build=build)


@command("upgrade", project="argument")
def show_upgrade(call: CommandCall, done: Upgrade) -> None:
    """Say what was removed, moved and put aside."""
    if call.is_json or not done.is_needed:
        call.answer(done._asdict() | {"format": FORMAT}, "upgrade-not-needed")
        return
    call.tell("upgrade-done", before=done.before, after=FORMAT)
    if done.removed:
        call.tell("upgrade-removed", count=len(done.removed))
    for old, new in done.moved:
        call.tell("upgrade-moved", old=old, new=new)
    for name in done.aside:
        call.tell("upgrade-aside", old=name, new=f"{ASIDE}/{name}")
    call.tell("build-next", commands="hrdgraph build")


def _open_workbench(call: CommandCall, workbench: Any, **options: Any) -> None:
    if call.given["shortcut"]:
        from hrdgraph.workbench_app.server import write_shortcut

        call.tell("workbench-shortcut", path=write_shortcut(Path.cwd(), call.given["root"]))
        return

    def show_address(address: str) -> None:
        call.tell("workbench-at", address=address)
        sys.stdout.flush()

    workbench(**options, ready=show_address)


@command(
    "workbench", run=_open_workbench, json=False, project="argument folder",
    port=option(type=WholeNumber(0, 65535)), shortcut=FLAG,
)  # fmt: skip
def show_workbench(call: CommandCall, ended: None) -> None:
    """Say nothing more once the workbench has ended."""
