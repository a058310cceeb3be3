"""Show in a form how tables are understood; write nothing before the person agrees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.responses import Response

from hrdgraph.errors import HrdgraphError
from hrdgraph.library.building import kinds
from hrdgraph.pipeline.importing import update
from hrdgraph.project import Project
from hrdgraph.project.folders import EXAMPLES
from hrdgraph.workbench_app.inbox import Delivery, find_delivery, source_name, waiting_pages
from hrdgraph.workbench_app.rooms.addresses import cell_addresses, table_address, table_name
from hrdgraph.workbench_app.visit import Visit, errors_of, in_thread, parse_errors, text_of, to

# of what an import or an update tells
_PARTS: Final = ("fits", "dropped", "kept", "unwritten", "undone", "returns", "only_us")
WHOSE: Final = (update.MINE, update.THEIRS)
_SECONDS: Final = 120.0  # that reading a file may take
_BY_PLACE: Final = {"c": "columns", "w": "who", "h": "shown_who"}  # the fields of a column
_SEVERAL: Final = ("one", "marks_said", "private", "right", "value", "whole")


async def proposal(visit: Visit) -> Response:
    """Show the form, as it is guessed."""
    project = visit.workplace.project
    delivery = find_delivery(project.root, visit.request.path_params["delivery"])
    texts = _first_texts(project, delivery)
    again = visit.request.query_params.get("source", "")
    if known := next((source for source in project.sources if source.name == again), None):
        texts = {"name": again, "source_title": known.title, "publisher": known.publisher}
    return await _render(visit, project, delivery, {}, texts)


async def answer(visit: Visit) -> Response:
    """Show the form with answers; write the source where the person agrees."""
    form = await visit.form()
    project = visit.workplace.project
    delivery = find_delivery(project.root, visit.request.path_params["delivery"])
    action = text_of(form, "action")
    if action == "cancel":
        delivery.remove()
        return to("/sources")
    texts = {name: text_of(form, name) for name in ("name", "source_title", "publisher")}
    if action == "update":
        choices = {name: str(value) for name, value in form.multi_items() if value in WHOSE}
        return await _update(visit, delivery, text_of(form, "source"), choices)
    answers = _answers(form)
    if action not in ("accept", "publish"):
        return await _render(visit, project, delivery, answers, texts)
    try:
        return await _accept(visit, delivery, answers, texts, publish=action == "publish")
    except HrdgraphError as error:
        errors = errors_of(error, visit.language, project.root)
        return await _render(visit, project, delivery, answers, texts, errors)


async def _render(
    visit: Visit, project: Project, delivery: Delivery, answers: dict[str, Any],
    texts: dict[str, str], errors: Iterable[dict[str, Any]] = (),
) -> Response:  # fmt: skip
    proposed = await in_thread(_task, visit, "propose", _task_input(visit, delivery, answers))
    known = {kind.name: kind for kind in kinds(project=project)}
    return visit.page(
        "parts/proposal.html" if visit.is_part else "import.html",
        delivery=delivery,
        found=proposed,
        known=known,
        texts=texts,
        errors=list(errors),
        updates=[]
        if visit.is_part
        else await in_thread(_updatable, project, delivery, texts["name"]),
    )


def _task(visit: Visit, task: str, given: dict[str, Any]) -> Any:
    return visit.workplace.spare.take().run(task, given, seconds=_SECONDS)


def _task_input(visit: Visit, delivery: Delivery, answers: dict[str, Any]) -> dict[str, Any]:
    return {
        "project": str(visit.workplace.root), "files": [str(path) for path in delivery.files],
        "language": visit.language, "answers": answers,
    }  # fmt: skip


def _first_texts(project: Project, delivery: Delivery) -> dict[str, str]:
    """Suggest a name for a source: after its file, and no other source of the project."""
    file = delivery.files[0].name
    taken = {source.name for source in project.sources}
    name = base = source_name(file)
    number = 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return {"name": name, "source_title": delivery.files[0].stem, "publisher": project.title}


def _updatable(project: Project, delivery: Delivery, asked_again: str) -> list[tuple[str, str]]:
    """List the sources that have older copies of these files, whatever their names."""
    similar = update.find_similar_sources(project, delivery.files)
    named = [source.name for source in similar if source.name != asked_again]
    return [(name, project.source(name).title) for name in named]


def _answers(form: FormData) -> dict[str, Any]:
    """Read what a person said, by the places of tables: fields are called `t0.kind`, `t0.c3`."""
    answers: dict[str, Any] = {}
    for name, value in form.multi_items():
        table, dot, field = name.partition(".")
        if not (dot and table[:1] == "t" and table[1:].isdigit() and isinstance(value, str)):
            continue
        said = answers.setdefault(table[1:], {})
        if field[:1] in _BY_PLACE and field[1:].isdigit():
            said.setdefault(_BY_PLACE[field[:1]], {})[field[1:]] = value
        elif field in _SEVERAL:
            said.setdefault(field, []).append(value)
        else:
            said[field] = value
    return answers


async def _accept(
    visit: Visit, delivery: Delivery, answers: dict[str, Any], texts: dict[str, str], *,
    publish: bool,
) -> Response:  # fmt: skip
    given = _task_input(visit, delivery, answers) | {
        "publish": publish, "name": source_name((texts["name"] or texts["source_title"]) + ".x"),
        "title": texts["source_title"] or texts["name"], "publisher": texts["publisher"],
    }  # fmt: skip
    done = await in_thread(_task, visit, "accept", given)
    delivery.remove()
    return _result(visit, given["name"], done["errors"], {"returns": done["returns"]})


async def _update(visit: Visit, delivery: Delivery, name: str, choices: dict[str, str]) -> Response:
    project = visit.workplace.project
    await in_thread(visit.workplace.tables.save)
    given = _task_input(visit, delivery, {}) | {"name": name, "choices": choices}
    done = await in_thread(_task, visit, "update", given)
    if done["conflicts"]:
        source = project.source(name)
        return visit.page("conflicts.html", source=source, choices=choices, **done)
    if not done["fits"]:
        errors = [{"text": visit.words("import_not_updated", source=name)}]
        return await _render(visit, project, delivery, {}, _first_texts(project, delivery), errors)
    delivery.remove()
    return _result(visit, name, done["errors"], done)


async def undo_update(visit: Visit) -> Response:
    """Bring a source back to what it was before its last update, or forth again."""
    form = await visit.form()
    name = text_of(form, "source")
    await in_thread(visit.workplace.tables.save)
    await in_thread(update.undo_update, visit.workplace.project, name)
    return _result(visit, name, [], {"undone": True})


def _result(
    visit: Visit, name: str, errors: list[dict[str, Any]], change: dict[str, Any] | None = None
) -> Response:
    source = visit.workplace.project.source(name)
    tables = [
        (table_name(source, table), table_address(name, table.label)) for table in source.tables
    ]
    project = visit.workplace.project
    shown = parse_errors(errors, visit.language, project.root)
    return visit.page(
        "imported.html", source=source, tables=tables,
        change={**dict.fromkeys(_PARTS), **(change or {})}, errors=cell_addresses(project, shown),
        pages=len(waiting_pages(project.root)),
        examples=[source.name for source in project.sources if source.name in EXAMPLES],
    )  # fmt: skip
