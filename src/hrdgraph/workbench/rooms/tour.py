"""The tour: a step in each room, left out with one key, and there again whenever it is wished."""

from __future__ import annotations

from starlette.responses import Response

from hrdgraph.workbench.visit import TOUR_COOKIE, TOUR_ROOMS, Visit, to


async def step(visit: Visit) -> Response:
    """Go to a step, in its room; without one, leave the tour."""
    asked = visit.request.query_params.get("step", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 0
    if not 1 <= number <= len(TOUR_ROOMS) or visit.workplace.root is None:
        answer = to("/sources")
        answer.set_cookie(TOUR_COOKIE, "0", samesite="strict", max_age=31_536_000)
        return answer
    answer = to(f"/{TOUR_ROOMS[number - 1]}")
    answer.set_cookie(TOUR_COOKIE, f"{number}", samesite="strict", max_age=31_536_000)
    return answer
