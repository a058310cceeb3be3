"""Start, watch and stop builds."""

from __future__ import annotations

from starlette.responses import Response

from hrdgraph.catalogue import phrase
from hrdgraph.workbench_app.rooms.addresses import cell_addresses
from hrdgraph.workbench_app.visit import Visit, in_thread, parse_errors, to


async def begin(visit: Visit) -> Response:
    """Begin a build."""
    await visit.form()
    project = visit.workplace.project
    await in_thread(visit.workplace.tables.save)
    visit.workplace.builds.start(project.root, visit.language)
    return state(visit) if visit.is_part else to("/build")


async def stop(visit: Visit) -> Response:
    """Stop the build that is under way."""
    await visit.form()
    await in_thread(visit.workplace.builds.stop)
    return state(visit) if visit.is_part else to("/build")


async def look(visit: Visit) -> Response:
    """Show how far the build is, or what came of it."""
    return state(visit)


def state(visit: Visit) -> Response:
    """Render the page, or the part of it that changes while a build goes on."""
    build = visit.workplace.builds.state
    template = "build.html" if not visit.is_part else "parts/build_state.html"
    target = visit.request.headers.get("hx-target", "")
    project = visit.workplace.project
    errors = parse_errors(build.errors, visit.language, project.root)
    head, _, source = build.stage.partition(" ")
    return visit.page(  # the state that the errors belong to: a build may end meanwhile
        "parts/build_bar.html" if target == "build-bar" else template,
        build=build,
        stage=(
            f"{phrase(f'stage-{head}', visit.language)} {source}".strip() if build.stage else ""
        ),
        has_graph=project.is_built,
        errors=cell_addresses(project, errors),
    )
