"""What the formats of other tools have in common: how they are read and written, and what a
reading gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from urllib.parse import quote

from hrdgraph.errors import IdentityError, Origin
from hrdgraph.identity.authorities import in_rdf
from hrdgraph.identity.judgements_file import is_iri
from hrdgraph.identity.ledger import Ledger
from hrdgraph.identity.recording import JudgementDecision


@dataclass(frozen=True)
class Taker:
    """Who takes over judgements: their name where the file names nobody, the reason where it
    gives none, the day where it has none; what stands before names that are no IRIs; and whether
    what programs found is taken over in their name."""

    who: str
    why: str
    today: date
    prefix: str = ""
    automatic: bool = False


@dataclass(frozen=True)
class Read:
    """The decisions of a file, and how many of its lines were left out, by the reason."""

    decisions: tuple[JudgementDecision, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class JudgementFormat:
    """A format of judgements: text and its name for messages into decisions, and a ledger into
    text."""

    read: Callable[[str, str, Taker], Read]
    write: Callable[[Ledger], str]


def as_iri(name: str, taker: Taker, origin: Origin) -> str:
    """The IRI of a name in a foreign file: a Wikidata number's, the name itself, or the prefix
    with the name."""
    if name[:1] == "Q" and name[1:].isdigit():
        return in_rdf(f"wd:{name}")
    if is_iri(name):
        return in_rdf(name)
    if taker.prefix and is_iri(made := taker.prefix + quote(name, safe="-._~")):
        return made
    raise IdentityError("iri-malformed", text=name[:80], origin=origin, hint="give-prefix")


def moment(text: str, taker: Taker, origin: Origin) -> tuple[date, str]:
    """The day and the time of the day in UTC of an ISO 8601 text; the taker's day where there is
    none."""
    if not text.strip():
        return taker.today, ""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise IdentityError("time-malformed", text=text[:40], origin=origin) from None
    if len(text.strip()) <= len("2024-05-31"):
        return read.date(), ""
    there = read.astimezone(UTC) if read.tzinfo else read
    return there.date(), f"{there:%H:%M:%S}Z"
