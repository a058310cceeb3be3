"""A visit to a page that was given: with the page, and the sitting over it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from hrdgraph.extract.review.candidate_review import CandidateReview
from hrdgraph.extract.review.decisions import DecisionLog
from hrdgraph.mapping.facts.layout import kinds_of
from hrdgraph.project import Project
from hrdgraph.workbench.inbox import Delivery, delivered, source_name
from hrdgraph.workbench.sittings import PageSitting, sitting_of
from hrdgraph.workbench.visit import WHO_COOKIE, Visit, in_thread

FOUND: Final = ".found.json"  # what was found in a page, beside it
_SECONDS: Final = 300.0  # that reading a page may take


@dataclass(frozen=True)
class PageVisit:
    """What answers about a page need."""

    visit: Visit
    project: Project
    delivery: Delivery
    sitting: PageSitting

    @property
    def review(self) -> CandidateReview:
        return self.sitting.review

    @property
    def address(self) -> str:
        """Where the next proposal is asked about."""
        return f"/pages/{self.delivery.name}#now"

    def take(self) -> None:
        """Take the page as a snapshot, once, so that a build finds the words that are cited."""
        if self.sitting.is_taken:
            return
        given = {
            "project": str(self.project.root),
            "file": str(self.delivery.files[0]),
            "name": self.sitting.name,
            "source": self.review.folder.name,
            "language": self.visit.language,
        }
        _task(self.visit, "take", given)
        self.sitting.is_taken = True


def delivery_of(visit: Visit) -> Delivery:
    """The page that is asked for. HrdgraphError where it is gone."""
    return delivered(visit.workplace.project.root, visit.request.path_params["delivery"])


async def page_visit(visit: Visit) -> PageVisit:
    """The visit; decisions are read anew, since others may have written some."""
    project, delivery = visit.workplace.project, delivery_of(visit)
    held = visit.workplace.sittings.get(delivery.name)
    if held is None:
        file = delivery.folder / FOUND
        if file.is_file():
            found = json.loads(file.read_text("utf-8"))
        else:
            found = await in_thread(read_anew, visit, delivery, "")
        name = source_name(delivery.files[0].name)
        held = sitting_of(project, name, found, kinds_of(project))
        visit.workplace.sittings[delivery.name] = held
    held.review.log = DecisionLog.read(project.extraction_file)
    held.review.who = unquote(visit.request.cookies.get(WHO_COOKIE, ""))
    return PageVisit(visit, project, delivery, held)


def read_anew(visit: Visit, delivery: Delivery, address: str) -> dict[str, Any]:
    """What is found in the page, written down beside it."""
    given = {
        "project": str(visit.workplace.root),
        "file": str(delivery.files[0]),
        "address": address,
        "language": visit.language,
    }
    found: dict[str, Any] = _task(visit, "read", given)
    (delivery.folder / FOUND).write_text(json.dumps(found, ensure_ascii=False), "utf-8")
    return found


def _task(visit: Visit, task: str, given: dict[str, Any]) -> Any:
    return visit.workplace.spare.take().run(task, given, seconds=_SECONDS)
