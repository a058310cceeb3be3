"""Things taken down, brought back, and looked for in every file."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from hrdgraph.api import Graph
from hrdgraph.errors import ProjectError
from hrdgraph.library.building import project_at
from hrdgraph.library.misuse import UsageError
from hrdgraph.privacy.readable_build import ReadableBuild, built_names
from hrdgraph.privacy.withdrawal_state import known_outputs, names_down
from hrdgraph.user_state import project_state

if TYPE_CHECKING:
    from hrdgraph.pipeline.withdrawal_audit import AuditResult
    from hrdgraph.project import Project
    from hrdgraph.rdf import IRI


def withdraw(
    thing: str,
    *,
    reason: str,
    code: str = "other",
    who: str = "",
    undo: bool = False,
    project: str | Path | Project = ".",
) -> list[str]:
    """Take a `thing` down: from now on, nothing that is published says anything of it. Returns
    the names that the decision is about.

    `reason` is kept in data/private and never published; `code` is its kind (safety, consent,
    error, legal, other) and `who` decided. `undo` lets the thing be published again.
    ProjectError where no source mentions it.

    >>> import hrdgraph, tempfile
    >>> project = hrdgraph.init(tempfile.mkdtemp() + "/prizes")
    >>> hrdgraph.withdraw("person/example/Ada_Example", reason="an example", who="Ada",
    ...     project=project)
    ['https://example.org/id/person/example/Ada_Example']
    """
    if not reason.strip():
        raise UsageError("withdrawal-without-reason")
    opened = project_at(project)
    return _decide(
        opened,
        _thing(opened, thing),
        reason.strip(),
        code,
        who.strip() or getpass.getuser(),
        undo=undo,
    )


def find_withdrawn(
    paths: Sequence[str | Path] = (), *, project: str | Path | Project = "."
) -> AuditResult:
    """Look for all that told of what was withdrawn: in the outputs of a project and in what is
    under way in its workbench, or in files and folders that are named.
    `paths` are those files and folders. ProjectError where there is no project.

    >>> import hrdgraph
    >>> hrdgraph.find_withdrawn().left
    ()
    """
    from hrdgraph.pipeline.withdrawal_audit import search

    opened = project_at(project)
    return search(opened, looked_in(opened, paths))


def looked_in(project: Project, paths: Sequence[str | Path]) -> list[Path]:
    """The places that are named, or the outputs of a project and what is under way in its
    workbench. ProjectError where one is not there."""
    wanted = [*map(Path, paths)] or known_outputs(project) or [project.build_dir]
    if not paths:
        under_way = (project.drafts_dir, project_state(project.root))
        wanted += [folder for folder in under_way if folder.is_dir()]
    for path in wanted:
        if not path.exists():
            raise ProjectError("path-missing", path=path)
    return wanted


def _thing(project: Project, text: str) -> IRI:
    from hrdgraph.api.typed_terms import parse_thing
    from hrdgraph.rdf import IRI

    found = parse_thing(text, project.base, or_name=True)
    if isinstance(found, IRI):
        return found
    # a name is looked up in an older build too: somebody else may be down since
    return IRI(Graph(project, build=ReadableBuild(project, names_down(project))).entity(text)[0])


def _decide(
    project: Project, thing: IRI, reason: str, code: str, who: str, *, undo: bool
) -> list[str]:
    """Add the rows; the names that they are about."""
    from hrdgraph.pipeline.withdrawal_audit import known_names
    from hrdgraph.privacy import withdrawals

    standing = withdrawals.withdrawals_of(project).standing
    names, is_mentioned = known_names(project, thing)
    if undo and not any(name.value in standing for name in names):
        raise ProjectError(
            "not-withdrawn", thing=thing.value, withdrawn_file=project.withdrawn_file
        )
    if not undo and not is_mentioned:
        raise ProjectError("thing-not-mentioned", thing=thing.value)
    public = built_names(project)  # only of what was published is it said that it was withdrawn
    today, action = date.today(), withdrawals.UNDO if undo else withdrawals.WITHDRAW
    rows = [
        withdrawals.Withdrawal(
            name.value, action, today, who, code, not undo and name.value in public
        )
        for name in names
    ]
    withdrawals.append(project.withdrawn_file, project.withdrawn_reasons_file, rows, reason)
    return [row.iri for row in rows]
