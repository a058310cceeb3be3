"""Tables that people have as tasks: what they are taken for, and what a person made of that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from hrdgraph.errors import SourceError
from hrdgraph.library.importing import cell_errors, proposals_of, two_spellings
from hrdgraph.library.progress import Progress
from hrdgraph.pipeline.importing.editable_copy import back_to_original, make_editable
from hrdgraph.pipeline.importing.propose import TableProposer
from hrdgraph.pipeline.importing.table_proposal import TableProposal
from hrdgraph.pipeline.importing.update import update_files
from hrdgraph.pipeline.importing.workbook_cells import write_sheet
from hrdgraph.pipeline.importing.write import SourceDescription, write_source
from hrdgraph.project import open_project
from hrdgraph.workbench.proposals import answered, lacking, proposal_view, with_audience

_USUAL: Final = "act"  # what rows are, until a person says otherwise


def propose_tables(given: dict[str, Any], _: Progress) -> dict[str, Any]:
    """What the tables of files are taken for, as far as answers do not say otherwise."""
    proposer, found, left = _proposed(given)
    language = given["language"]
    pairs = two_spellings(proposer, [proposal for proposal, _ in found])
    return {
        "tables": [
            {
                **proposal_view(
                    with_audience(proposal, answer),
                    proposal,
                    proposer,
                    language,
                    answer.get("one", ()),
                ),
                "take": answer.get("take", True),
                "lacking": lacking(proposal, proposer.kinds, language),
            }
            for proposal, answer in found
        ],
        "left": left,
        "spellings": [pair._asdict() for pair in pairs],
    }


def accept_tables(given: dict[str, Any], _: Progress) -> dict[str, Any]:
    """Write the source; what cannot be read in its cells yet."""
    proposer, found, _left = _proposed(given)
    taken = [
        replace(with_audience(proposal, answer), is_seen=True)
        for proposal, answer in found
        if answer.get("take", True)
    ]
    for proposal in taken:
        if labels := lacking(proposal, proposer.kinds, given["language"]):
            kind = proposer.kinds[proposal.guess.kind].label(given["language"])
            raise SourceError("facts-columns-missing", kind=kind, labels=", ".join(labels))
    if not taken:
        raise SourceError("facts-not-found")
    project, name = open_project(Path(given["project"])), given["name"]
    publisher = given["publisher"] or project.title
    about = SourceDescription(given["title"], publisher, given["language"])
    write_source(project, name, about, taken, proposer.kinds, publish=given["publish"])
    return {"errors": _unread(given, name)}


def update_tables(given: dict[str, Any], _: Progress) -> dict[str, Any]:
    """Merge newer copies of files into a source; no rows where its description does not fit them,
    or conflicts are left."""
    project, name = open_project(Path(given["project"])), given["name"]
    files = [Path(file) for file in given["files"]]
    done = update_files(project, name, files, given["choices"])
    change = done.files if done is not None else {}
    return {
        "fits": done is not None,
        "conflicts": [one._asdict() | {"key": one.key} for one in done.conflicts] if done else [],
        "rows": {file: [one.before, one.after] for file, one in change.items()},
        "dropped": [number for one in change.values() for number in one.dropped],
        "kept": sum(one.kept for one in change.values()),
        "unwritten": [cell for one in change.values() for cell in one.unwritten],
        "errors": _unread(given, name) if change else [],
    }


def copy_table(given: dict[str, Any], _: Progress) -> str:
    """Make a copy of a spreadsheet that can be edited, or turn back to the original; the name
    of the file that its source has now."""
    project = open_project(Path(given["project"]))
    act = back_to_original if given["undo"] else make_editable
    return act(project, given["name"], given["file"])


def write_cells(given: dict[str, Any], _: Progress) -> str:
    """Write cells into a sheet of a workbook; the digest of the file then."""
    cells = {
        int(row): {int(column): text for column, text in texts.items()}
        for row, texts in given["cells"].items()
    }
    return write_sheet(Path(given["file"]), given["sheet"], cells)


def _proposed(
    given: dict[str, Any],
) -> tuple[TableProposer, list[tuple[TableProposal, dict[str, Any]]], list[str]]:
    project = open_project(Path(given["project"]))
    proposer = TableProposer(project, given["language"])
    found: list[TableProposal] = []
    left: list[str] = []
    for file in map(Path, given["files"]):
        tables, rest = _tables_of(proposer, file)
        found, left = [*found, *tables], [*left, *rest]
    answers = given.get("answers") or {}
    return (
        proposer,
        [
            (answered(proposal, proposer, answer, given["language"]), answer)
            for place, proposal in enumerate(found)
            for answer in [answers.get(str(place), {})]
        ],
        left,
    )


def _tables_of(proposer: TableProposer, file: Path) -> tuple[list[TableProposal], list[str]]:
    """The tables of a file; where none is recognised, the one of which a person says all."""
    try:
        return proposals_of(proposer, [file], "")
    except SourceError as error:
        found = proposer.unguessed(file, _USUAL) if error.code == "facts-not-found" else None
        if found is None:
            raise
        return [found], []


def _unread(given: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [error.as_dict() for error in cell_errors(Path(given["project"]), name)]
