"""A served build whose store was left for later → the same with its store, filled beside the
server, which answers from the columns meanwhile."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from pathlib import Path
from typing import Final

from hrdgraph.processes.child_process import command, environment
from hrdgraph.project import Project
from hrdgraph.store.store_filling import is_for_later
from hrdgraph.web.served_builds import ServedBuild, lay_store_aside

_LOG: Final = logging.getLogger("hrdgraph.web")
_MAIN: Final = "hrdgraph.store.store_filling"


async def fill_later_store(project: Project, served: ServedBuild) -> bool:
    """Fill the store of what is served, if it was left for later; whether it is there now and was
    not before. That of a build is made in its own folder where that can be written, so that it is
    made once; nothing of it is taken if another build has come."""
    if not is_for_later(served.store):
        return False
    if served.digest == served.source and await _filled(project.build_dir / served.store.name):
        await asyncio.to_thread(lay_store_aside, project, served)
    if is_for_later(served.store):
        await _filled(served.store)
    if is_for_later(served.store):
        _LOG.warning("the store cannot be filled: what columns do not answer is not answered")
        return False
    return True


async def _filled(store: Path) -> bool:
    """Whether a process of its own has filled a store; it ends with this one, or when nobody
    waits for it any more."""
    process = await asyncio.create_subprocess_exec(
        *command(_MAIN, str(store.absolute())), env=environment(),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        return await process.wait() == 0
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
