"""Show the sources and where new tables come in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.responses import Response

from hrdgraph.library.building import kinds
from hrdgraph.library.importing import template
from hrdgraph.pipeline.importing.propose import is_as_written
from hrdgraph.pipeline.importing.update import can_undo_update
from hrdgraph.project import Project, Source
from hrdgraph.project.folders import EXAMPLES
from hrdgraph.workbench_app.inbox import list_removed, receive, remove_source, restore_source
from hrdgraph.workbench_app.rooms.addresses import table_address, table_name
from hrdgraph.workbench_app.visit import Visit, in_thread, text_of, to

_USUAL = ("act", "person", "organisation", "award", "conferral", "perpetrator", "proceeding")
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class ListedTable:
    """A table in the list: its file and sheet, the kind of its rows, where it is edited."""

    name: str
    kind: str
    address: str


@dataclass(frozen=True)
class ListedSource:
    """A source in the list."""

    name: str
    title: str
    publisher: str
    visibility: str
    can_ask: bool  # who may see it: nobody has confirmed that, and nothing is written by hand
    is_example: bool
    tables: list[ListedTable]
    can_undo: bool  # its last update


async def sources(visit: Visit) -> Response:
    """Show the sources with their tables."""
    project = visit.workplace.project
    labels = {kind.name: kind.label(visit.language) for kind in kinds(project=project)}
    lines = [_line(project, source, labels, visit.language) for source in project.sources]
    return visit.page(
        "sources.html",
        sources=[line for line in lines if not line.is_example],
        examples=[line for line in lines if line.is_example],
        usual=[(name, labels[name]) for name in _USUAL if name in labels],
        kinds=sorted(
            (item for item in labels.items() if item[0] not in _USUAL),
            key=lambda item: item[1].casefold(),
        ),
        removed=list_removed(project.root),
        versions=visit.workplace.versions,
        can_commit=await in_thread(lambda: visit.workplace.versions.is_possible),
    )


def _line(project: Project, source: Source, labels: dict[str, str], language: str) -> ListedSource:
    tables = [
        ListedTable(
            table_name(source, table),
            labels.get(table.facts.kind, table.facts.kind) if table.facts else "",
            table_address(source.name, table.label),
        )
        for table in source.tables
    ]
    return ListedSource(
        source.name, source.titles.get(language, source.title), source.publisher, source.visibility,
        source.visibility != "public" and is_as_written(source),
        source.name in (*EXAMPLES, "countries"), tables, can_undo_update(project, source.name),
    )  # fmt: skip


async def upload(visit: Visit) -> Response:
    """Take files; what they are is asked next."""
    form = await visit.form()
    files = [
        (item.filename or "", await item.read())
        for item in form.getlist("files")
        if isinstance(item, UploadFile)
    ]
    await form.close()
    tables, pages = await in_thread(receive, visit.workplace.project.root, files)
    if tables is not None:
        return to(f"/import/{tables.name}")
    return to(f"/pages/{pages[0].name}" if len(pages) == 1 else "/pages")


async def ask_who_sees(visit: Visit) -> Response:
    """Ask again who may see a source that is restricted, with its files as they are now."""
    form = await visit.form()
    root = visit.workplace.project.root
    source = visit.workplace.project.source(text_of(form, "source"))
    names = dict.fromkeys(table.file for table in source.tables)
    files = [(name, (source.folder / name).read_bytes()) for name in names]
    tables, _ = await in_thread(receive, root, files)
    return to(f"/import/{tables.name}?source={quote(source.name)}" if tables else "/sources")


async def give_template(visit: Visit) -> Response:
    """Send a workbook to type facts in."""
    chosen = visit.request.query_params.getlist("kind") or ["act"]
    data = await in_thread(_template, visit.workplace.project, chosen, visit.language)
    name = f"{'-'.join(chosen[:3])}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, headers=headers, media_type=_WORKBOOK)


def _template(project: Project, chosen: list[str], language: str) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        return template(*chosen, output=path, project=project, lang=language).read_bytes()


async def take_out(visit: Visit) -> Response:
    """Take sources out of the project; they can be brought back."""
    form = await visit.form()
    project = visit.workplace.project
    for name in form.getlist("source"):
        if any(source.name == name for source in project.sources):
            await in_thread(remove_source, project.source(str(name)).folder, project.root)
    return to("/sources")


async def bring_back(visit: Visit) -> Response:
    """Bring back a source that was taken out."""
    form = await visit.form()
    await in_thread(restore_source, visit.workplace.project.root, text_of(form, "source"))
    return to("/sources")


async def choose_versions(visit: Visit) -> Response:
    """Begin or end with a commit an action."""
    form = await visit.form()
    await in_thread(lambda: visit.workplace.versions.wish(commits=bool(form.get("commits"))))
    return to("/sources#versions")
