"""A build that was pushed to a server into what may be read of it: while nothing was withdrawn
since."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from hrdgraph.errors import HrdgraphError, ProjectError
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.privacy.withdrawal_state import list_mark, names_down, recorded
from hrdgraph.project import Project
from hrdgraph.project.manifest import read_manifest

if TYPE_CHECKING:
    from hrdgraph.store.push_record import PushRecord


class RemoteBuild(ReadableBuild):
    """What a server holds. Before each reading the list of withdrawals is looked at. Where anybody
    is down, the server must hold the last build of this folder, and that must have been made when
    they were: of another build it is not known whom it shows."""

    def __init__(self, project: Project, record: PushRecord) -> None:
        self._project, self._record = project, record
        self.manifest: Mapping[str, Any] = {"quads": record.count}
        self.digest = record.digest
        self._mark: object = None
        self.check()

    def check(self) -> None:
        """ProjectError where something was withdrawn since the build was made, or may have
        been."""
        mark = list_mark(self._project)
        if mark == self._mark:
            return
        down = names_down(self._project)
        if down and self._record.digest != _digest(self._project):
            raise ProjectError("remote-store-older-than-withdrawal", count=len(down))
        if count := len(down - recorded(self._project.build_dir)):
            raise ProjectError("remote-store-older-than-withdrawal", count=count)
        self._mark = mark

    def columns(self) -> NoReturn:
        """ProjectError: a server has no columns."""
        raise ProjectError("remote-store-only-asked")

    def rules(self) -> NoReturn:
        """ProjectError: a server does not know what derived a statement."""
        raise ProjectError("remote-store-only-asked")

    def store(self) -> Path:
        """ProjectError: the store is elsewhere."""
        raise ProjectError("remote-store-only-asked")

    def private(self, name: str) -> Path:
        """ProjectError: what only whoever builds may see is not sent."""
        raise ProjectError("remote-store-only-asked", file=name)


def _digest(project: Project) -> str:
    """The digest of the last build; empty where there is none."""
    try:
        return read_manifest(project)[1]
    except HrdgraphError:
        return ""
