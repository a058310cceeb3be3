"""The candidates of a page before a person, and how often rules were right by what people said."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.cli.shared.common import echo_json, misused, tell

if TYPE_CHECKING:
    from hrdgraph.evidence.texts.model import Frozen
    from hrdgraph.extract import Extraction
    from hrdgraph.extract.review.candidate_review import CandidateReview
    from hrdgraph.extract.review.decisions import RulePrecision
    from hrdgraph.project import Project


@dataclass(frozen=True)
class Sitting:
    """Who reviews, for which source of a project, in which language; `bar` is the share of right
    proposals from which a rule may be accepted in bulk."""

    project: Project
    source: str
    who: str | None
    bar: float
    language: str


def review_of(sitting: Sitting, data: bytes, frozen: Frozen, found: Extraction) -> CandidateReview:
    """The candidates of a page as they wait for a person; the page is taken as a snapshot first,
    so that a build finds the words."""
    from hrdgraph.evidence.snapshot_files import DocumentDescription, take
    from hrdgraph.extract.review.candidate_review import CandidateReview
    from hrdgraph.extract.review.decisions import DecisionLog
    from hrdgraph.library.identity import reviewer
    from hrdgraph.mapping.facts.layout import kinds_of

    project, source = sitting.project, sitting.source
    folder, name = _source_folder(project, source), reviewer(sitting.who)
    described = DocumentDescription(source, address=_web(found.page.name))
    if project.snapshot_dirs:
        take(project.snapshot_dirs[0], data, frozen, described)
    return CandidateReview(
        frozen.text,
        found.candidates,
        folder,
        DecisionLog.read(project.extraction_file),
        name,
        sitting.bar,
        found.page.language,
        _description(found),
        kinds_of(project),
    )


def review_here(review: CandidateReview, language: str) -> None:
    """Ask about the candidates in the terminal."""
    from hrdgraph.cli.curate.extract_dialogue import CandidateDialogue
    from hrdgraph.extract.review.decisions import ACCEPTED

    dialogue = CandidateDialogue(review, language)
    try:
        dialogue.ask_all()
    except (KeyboardInterrupt, EOFError, click.Abort):
        click.echo()
    left = len(review.log.waiting(review.candidates))
    counts: dict[str, Any] = review.counts()
    tell("extract-summary", language, left=left, keys=dialogue.keys, **counts)
    if counts[ACCEPTED]:
        tell("extract-next", language)


def _web(address: str) -> str:
    from hrdgraph.evidence.addresses import is_web_address

    return address if is_web_address(address) else ""


def _source_folder(project: Project, source: str) -> Path:
    """The folder of the source, which may not be there yet."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", source):
        raise misused("option-takes-source-name", option="--source", value=source)
    return project.root / "data" / "sources" / source


def _description(found: Extraction) -> str:
    """The description of a new source, by its page."""
    from hrdgraph.extract.review.acceptance import publisher_of

    title = json.dumps(found.page.title or found.page.name, ensure_ascii=False)
    publisher = json.dumps(publisher_of(found.page.name), ensure_ascii=False)
    lines = [
        f"title = {title}",
        f"publisher = {publisher}",
        'licence = "Facts only: no sentence of the page is kept."',
        f'language = "{found.page.language}"',
        "[facts]",
        f'language = "{found.page.language}"',
    ]
    return "\n".join(lines) + "\n"


def show_precision(project: Project, as_json: bool, language: str) -> None:
    """Print how often each proposer and each rule was right, by the decisions of a project."""
    from hrdgraph.extract.review.decisions import DecisionLog

    log = DecisionLog.read(project.extraction_file)
    found = {by: log.precision(by) for by in ("proposer", "rule")}
    if as_json:
        echo_json({by: [_precision(item) for item in items] for by, items in found.items()})
        return
    for item in (*found["proposer"], *found["rule"]):
        tell("extract-rule-record", language, **_precision(item) | {"share": f"{item.share:.0%}"})


def _precision(item: RulePrecision) -> dict[str, Any]:
    return {"name": item.name, "right": item.right, "wrong": item.wrong, "share": item.share}
