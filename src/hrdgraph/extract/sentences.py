"""A candidate into the sentence that a person reads before deciding."""

from __future__ import annotations

import re
from typing import Final

from hrdgraph.extract.candidates import Candidate

_PATTERNS: Final = {
    "conferral": "{recipient}: {outcome} of {award}[, {date}][, {year}][; accepted by "
    "{accepted_by}].",
    "role": "{member}: {role_text}[ of {organisation}][, {date}].",
    "founding": "{organisation} was founded[ by {founder}][, {date}].",
    "act": "{type}: {victim}[, {place}][, {date}].",
    "attribute": "{subject}: {property} {value}.",
    "quotation": "{speaker} spoke.",
    "situation": "{abuse} of {affected_group}[ in {country}].",
    "award-event": "{kind} of {award}[: {date}][, {place}].",
    "person": "{name} is a person.",
    "organisation": "{name} is an organisation[ ({other_name})].",
    "award": "{name} is an award.",
    "edition": "{award} had an edition in {year}.",
}
_OPTIONAL: Final = re.compile(r"\[([^\[\]]*)\]")
_NAME: Final = re.compile(r"\{(\w+)\}")


def sentence_of(candidate: Candidate) -> str:
    """The row read aloud; what stands in brackets is left out where its cell is empty."""
    row = candidate.row
    if candidate.kind == "role" and not row.get("role_text"):
        row |= {"role_text": row.get("role", "")}
    kept = _OPTIONAL.sub(
        lambda found: found[1] if all(row.get(name) for name in _NAME.findall(found[1])) else "",
        _PATTERNS.get(candidate.kind, "{}"),
    )
    return " ".join(_NAME.sub(lambda found: row.get(found[1], ""), kept).split())
