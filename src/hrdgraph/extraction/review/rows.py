"""A candidate into the cells of a row of its kind of fact table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hrdgraph.evidence.snapshots import digest_of
from hrdgraph.extraction.candidates import BY_COLUMN, Argument, Candidate
from hrdgraph.fact_kinds import Kind

ACT_CODES: Final = {
    "disappearance": "enforced-disappearance",
    "smear-campaign": "defamation",
    "massacre": "killing",
    "dissolution": "group-ban",
    # no acts that were done to anybody: the person who reviews says which, or refuses
    "protest": "",
    "hunger-strike": "",
    "at-risk": "",
}
ROLE_CODES: Final = frozenset(
    (
        "president",
        "chair",
        "vice-chair",
        "director",
        "executive-director",
        "head",
        "leader",
        "member",
        "secretary",
        "secretary-general",
        "coordinator",
        "spokesperson",
        "officer",
        "commissioner",
        "high-commissioner",
        "special-rapporteur",
        "public-defender",
        "mayor",
        "minister",
        "editor-in-chief",
        "journalist",
        "lawyer",
    )
)
_EITHER: Final = ("recipient", "member", "founder", "victim", "speaker", "subject")
_NAMES: Final = {
    "quotation": {"kind": "quotation_kind", "language": "quotation_language"},
    "organisation": {"other_name": "other_names"},
}
_EVENTS: Final = {
    "ceremony": "CeremonyEvent",
    "acceptance": "CeremonyEvent",
    "announcement": "Announcement",
}


def table_kind(candidate: Candidate) -> str:
    """The kind of table that the row goes into."""
    if candidate.rule == BY_COLUMN:
        return candidate.kind
    is_defender = candidate.kind == "attribute" and candidate.row.get("property") == "defender"
    return "defender" if is_defender else candidate.kind


def cells_of(candidate: Candidate) -> dict[str, str]:
    """The cells by the column names of the kind, without evidence; empty ones are left out."""
    row = candidate.row
    if candidate.rule == BY_COLUMN:
        return {name: cell for name, cell in row.items() if cell}
    makers = {
        "role": _role,
        "act": _act,
        "situation": _situation,
        "attribute": _attribute,
        "conferral": _conferral,
        "award-event": _award_event,
    }
    renamed = {_NAMES.get(candidate.kind, {}).get(name, name): cell for name, cell in row.items()}
    made = (
        makers[candidate.kind](renamed, candidate.arguments)
        if candidate.kind in makers
        else renamed
    )
    return {name: cell for name, cell in (_kinds(candidate) | made).items() if cell}


def missing_cells(candidate: Candidate, kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    """The columns that a row of its kind needs, and that the page does not say here."""
    kind, cells = kinds.get(table_kind(candidate)), cells_of(candidate)
    return tuple(
        column.name
        for column in (kind.columns if kind else ())
        if column.required
        and not column.technical
        and not column.default
        and not any(cells.get(name) for name in (column.name, *column.unless))
    )


def _kinds(candidate: Candidate) -> dict[str, str]:
    """For each name of a person or a body, the column that says which; a person needs none."""
    bodies = [name for name, item in candidate.arguments.items() if item.type == "body"]
    return {f"{name}_kind": "organisation" for name in bodies if name in _EITHER}


def evidence_of(candidate: Candidate) -> dict[str, str]:
    """The columns that cite the candidate's words."""
    digest = digest_of(candidate.words)
    return {
        "evidence_start": str(candidate.start),
        "evidence_end": str(candidate.end),
        "evidence_sha256": digest,
    }


def _role(row: dict[str, str], _arguments: Mapping[str, Argument]) -> dict[str, str]:
    code = row.get("role", "")
    kept = {name: cell for name, cell in row.items() if name not in ("role", "role_text")}
    return kept | {
        "role_code": code if code in ROLE_CODES else "",
        "role": row.get("role_text", "") or code,
    }


def _act(row: dict[str, str], arguments: Mapping[str, Argument]) -> dict[str, str]:
    return _placed(row, arguments) | {
        "type": ACT_CODES.get(row.get("type", ""), row.get("type", ""))
    }


def _situation(row: dict[str, str], _arguments: Mapping[str, Argument]) -> dict[str, str]:
    abuse = row.get("abuse", "")
    return row | {"abuse": ACT_CODES.get(abuse, abuse)}


def _attribute(row: dict[str, str], _arguments: Mapping[str, Argument]) -> dict[str, str]:
    if row.get("property") == "defender":
        return {"person": row.get("subject", "")}
    value = row.get("value", "")
    is_part = "-" in value
    kept = {name: cell for name, cell in row.items() if name != "value"}
    return kept | ({"value_kind": "subdivision", "value": value} if is_part else {"country": value})


def _conferral(row: dict[str, str], _arguments: Mapping[str, Argument]) -> dict[str, str]:
    date = row.get("date", "")
    dated = {"date": date} if len(date) > 4 else {"date": ""}
    return row | dated | {"year": row.get("year", "") or date[:4]}


def _award_event(row: dict[str, str], arguments: Mapping[str, Argument]) -> dict[str, str]:
    kept = {name: cell for name, cell in row.items() if name not in ("kind", "accepted_by")}
    return _placed(kept, arguments) | {
        "event_kind": _EVENTS.get(row.get("kind", ""), ""),
        "year": row.get("date", "")[:4],
    }


def _placed(row: dict[str, str], arguments: Mapping[str, Argument]) -> dict[str, str]:
    """A country in the column of countries, any other place as it is written."""
    place = arguments.get("place")
    if place is None or not place.value or len(place.value) > 6 or not place.value[:2].isupper():
        return row
    return {name: cell for name, cell in row.items() if name != "place"} | {
        "country": place.value[:2]
    }
