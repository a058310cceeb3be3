"""Show what is withheld and why, and what changed; make releases and sites; take things down."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from hrdgraph.catalogue import Vocabulary, render
from hrdgraph.errors import HrdgraphError
from hrdgraph.library.withdrawal import project_for_list
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.privacy.withdrawals import CODES, MENTION, NAME, RETURN, is_stand_in, withdrawals_of
from hrdgraph.project import Project
from hrdgraph.project.model import RELEASES, why_unfit
from hrdgraph.workbench_app.rooms.findings import FindingLine, read_rules
from hrdgraph.workbench_app.visit import Visit, in_thread, text_of

_SECONDS: Final = 3600.0  # that a site of many pages may take


async def publish(visit: Visit) -> Response:
    """Show what there is to publish."""
    return await _render(visit)


async def _render(visit: Visit, **more: Any) -> Response:
    project = _project(visit)
    has_build = project.is_built
    reason = _reason(project, visit.language) if has_build else ""
    build = visit.workplace.builds.state
    values = {"done": None, "checked": None, "change": None, "errors": [], **more}
    reasons = Vocabulary("reason", visit.language)
    withheld = build.result.get("withheld_for")  # None until something is built here
    return visit.page(
        "publish.html", has_build=has_build, reason=reason,
        withheld=None if withheld is None else {reasons(name): n for name, n in withheld.items()},
        releases=_releases(project),
        site_folder=str(project.root / "site"), codes=CODES,
        standing=await in_thread(_standing, project),
        asked=await in_thread(_list_asked, project, visit.language), **values,
    )  # fmt: skip


def _project(visit: Visit) -> Project:
    """Open the project; without its sources where these are damaged, so that things can be taken
    down all the same."""
    try:
        return visit.workplace.project
    except HrdgraphError:
        if visit.workplace.root is None:
            raise
        return project_for_list(visit.workplace.root)


def _reason(project: Project, language: str) -> str:
    """Why the last build cannot be published; "" where it can be."""
    try:
        return render(why_unfit(ReadableBuild(project).manifest), language)
    except HrdgraphError as error:  # something was withdrawn since
        return render(error.message, language)


def _releases(project: Project) -> list[str]:
    folder = project.root / RELEASES
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def _list_asked(project: Project, language: str) -> list[tuple[FindingLine, bool]]:
    """List the people who may be somebody withdrawn, and whether nothing about them is published
    until somebody answers; what may mean one in words is public."""
    return [
        (line, rule.rule == RETURN)
        for rule in read_rules(project, language) or ()
        if rule.rule in (RETURN, MENTION)
        for line in rule.findings
        if not line.known
    ]


def _standing(project: Project) -> list[dict[str, str]]:
    """List what is withdrawn, by the names that it was withdrawn under."""
    try:
        down = withdrawals_of(project)
    except HrdgraphError:
        return []
    base, called = project.base, down.list_traits(NAME)
    return [
        {
            "iri": row.iri,
            "name": called[row.iri][0] if is_stand_in(row.iri) else row.iri.removeprefix(base),
            "when": row.when.isoformat(),
            "who": row.who,
            "code": row.code,
        }
        for row in down.standing.values()
    ]


async def act(visit: Visit) -> Response:
    """Release, site, withdrawal, or a look at what changed or is left."""
    form = await visit.form()
    what = text_of(form, "what")
    root = str(_project(visit).root)
    given: dict[str, Any] = {"project": root, "language": visit.language}
    texts = {name: text_of(form, name) for name in ("version", "folder", "address", "thing")}
    more = {name: text_of(form, name) for name in ("reason", "code", "who")}
    given |= texts | more | {"undo": bool(form.get("undo"))}
    if what not in ("change", "release", "site", "withdraw", "check"):
        raise HrdgraphError("not-as-expected", hint="load-page-again")
    if what in ("withdraw", "check"):
        await in_thread(visit.workplace.forget)
    result = await in_thread(_task, visit, what, given)
    if what == "change":
        return await _render(visit, change=result)
    if what == "check":
        return await _render(visit, checked=result)
    return await _render(visit, done={"what": what, "undo": given["undo"], "result": result})


def _task(visit: Visit, what: str, given: dict[str, Any]) -> Any:
    return visit.workplace.spare.take().run(what, given, seconds=_SECONDS)
