"""Judgements into the formats of other tools, and theirs into decisions: nomenklatura's
resolver, and SSSOM."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from hrdgraph.errors import HrdgraphError, IdentityError, Origin, raise_all
from hrdgraph.identity.judgements import JudgementDecision, is_iri
from hrdgraph.identity.ledger import Judgement, Ledger, Verdict, clusters
from hrdgraph.identity.persistent_iris import in_rdf


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


_VERDICTS: Final = {
    "positive": Verdict.SAME,
    "negative": Verdict.NOT_SAME,
    "unsure": Verdict.UNSURE,
}
_WORDS: Final = {verdict: word for word, verdict in _VERDICTS.items()}
_UNDECIDED, _DELETED = "without-a-judgement", "word-deleted"
_OWN: Final = "NK-"  # names that nomenklatura gives to clusters


def write_nomenklatura(ledger: Ledger) -> str:
    """The judgements that stand, in the order of their rows."""
    rows = (
        [row.left, row.right, _WORDS[row.verdict], None, row.who, row.moment.removesuffix("Z")]
        for row in ledger.standing.values()
    )
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def read_nomenklatura(text: str, file: str, taker: Taker) -> Read:
    """The decisions of the file. Its own names of clusters (`NK-…`) stand for the first of their
    members. All bad lines are reported."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    edges, left_out, errors = [], Counter[str](), list[HrdgraphError]()
    for number, line in lines:
        try:
            edge = _edge(line, Origin(file, line=number))
        except HrdgraphError as error:
            errors.append(error)
            continue
        reason = (
            _DELETED if edge[6:] and edge[6] else _UNDECIDED if edge[2] == "no_judgement" else ""
        )
        left_out.update([reason] if reason else [])
        edges += [] if reason else [(number, edge)]
    raise_all(errors)
    members = _members([edge for _, edge in edges])
    decisions = [
        found
        for number, edge in edges
        if (found := _decision(edge, members, taker, Origin(file, line=number)))
    ]
    return Read(tuple(decisions), dict(left_out))


def _edge(line: str, origin: Origin) -> list[Any]:
    try:
        edge = json.loads(line)
    except ValueError as error:
        raise IdentityError("line-not-json", reason=error, origin=origin) from None
    if (
        not isinstance(edge, list)
        or len(edge) < 3
        or not all(isinstance(part, str) and part for part in edge[:3])
    ):
        raise IdentityError("edge-malformed", origin=origin)
    if edge[2] not in (*_VERDICTS, "no_judgement"):
        raise IdentityError(
            "judgement-unknown", judgement=edge[2][:40], known=", ".join(_VERDICTS), origin=origin
        )
    return [*edge, *[None] * (6 - len(edge))]


def _members(edges: list[list[Any]]) -> dict[str, str]:
    """Each of nomenklatura's own names with the first other name of its cluster."""
    same = [(edge[0], edge[1]) for edge in edges if edge[2] == "positive"]
    rank = {
        name: place
        for place, name in enumerate(dict.fromkeys(name for pair in same for name in pair))
    }
    found: dict[str, str] = {}
    for names in clusters(same, rank):
        others = [name for name in names if not name.startswith(_OWN)]
        found |= {name: others[0] for name in names if name.startswith(_OWN) and others}
    return found


def _decision(
    edge: list[Any], members: dict[str, str], taker: Taker, origin: Origin
) -> JudgementDecision | None:
    """None where the line only says that a name of nomenklatura's own stands for what it stands
    for."""
    left, right = (as_iri(members.get(name, name), taker, origin) for name in edge[:2])
    if left == right and _VERDICTS[edge[2]] is Verdict.SAME:
        return None
    day, at = moment(edge[5] or "", taker, origin)
    return JudgementDecision(
        left, right, _VERDICTS[edge[2]], edge[4] or taker.who, day, taker.why, at, origin
    )


_COLUMNS: Final = (
    "subject_id",
    "predicate_modifier",
    "predicate_id",
    "object_id",
    "mapping_justification",
    "author_label",
    "mapping_date",
    "comment",
)
_NEEDED: Final = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_PREFIXES: Final = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sssom": "https://w3id.org/sssom/",
}
_SAME: Final = ("skos:exactMatch", "owl:sameAs")
_OTHER_RELATIONS = "of-another-relation"
_BY_PROGRAM = "found-by-a-program-and-not-by-a-person"
_BY_PERSON: Final = ("semapv:ManualMappingCuration", "semapv:MappingReview")
_TIME: Final = "time of the judgement: "


def write_sssom(ledger: Ledger) -> str:
    """The judgements that stand, in the order of their rows, whole IRIs in place of prefixed
    names."""
    out = io.StringIO(newline="")
    out.write(
        "# mapping_set_id: urn:hrdgraph:judgements\n# license: "
        "https://w3id.org/sssom/license/unspecified\n# curie_map:\n"
    )
    out.writelines(f"#   {prefix}: {beginning}\n" for prefix, beginning in _PREFIXES.items())
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(_row(row) for row in ledger.standing.values())
    return out.getvalue()


def _row(row: Judgement) -> list[str]:
    predicate = "skos:closeMatch" if row.verdict is Verdict.UNSURE else "skos:exactMatch"
    modifier = "Not" if row.verdict is Verdict.NOT_SAME else ""
    why = f"{row.why} [{_TIME}{row.at}]" if row.at else row.why  # mapping_date is a day
    return [row.left, modifier, predicate, row.right, _BY_PERSON[0], row.who, f"{row.when}", why]


def read_sssom(text: str, file: str, taker: Taker) -> Read:
    """The decisions of the file. All bad rows are reported at once."""
    header, body, first = _parted(text, file)
    prefixes = {**_PREFIXES, **dict(_strings(header.get("curie_map")))}
    rows = csv.reader(io.StringIO(body, newline=""), delimiter="\t")
    columns = next(rows, [])
    raise_all([_no_column(name, file, first) for name in _NEEDED if name not in columns])
    decisions, left_out, errors = [], Counter[str](), list[HrdgraphError]()
    for cells in rows:
        line = _Line(
            dict(zip(columns, cells, strict=False)),
            prefixes,
            Origin(file, line=first + rows.line_num - 1),
        )
        reason = line.reason_to_leave_out(taker) if any(cells) else None
        try:
            decisions += [line.decision(taker)] if reason == "" else []
        except HrdgraphError as error:
            errors.append(error)
        left_out.update([reason] if reason else [])
    raise_all(errors)
    return Read(tuple(decisions), dict(left_out))


def _no_column(name: str, file: str, line: int) -> IdentityError:
    return IdentityError("column-missing", name=name, origin=Origin(file, line=line))


def _parted(text: str, file: str) -> tuple[Mapping[str, Any], str, int]:
    """The header as values, the table, and the number of the table's first line."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    size = next((place for place, line in enumerate(lines) if not line.startswith("#")), len(lines))
    import yaml

    try:
        header = yaml.safe_load("".join(line[1:] for line in lines[:size]))
    except yaml.YAMLError as error:
        raise IdentityError("header-not-yaml", reason=error, origin=Origin(file, line=1)) from None
    return header if isinstance(header, dict) else {}, "".join(lines[size:]), size + 1


def _strings(value: object) -> Iterator[tuple[str, str]]:
    yield from (
        ((str(key), str(item)) for key, item in value.items()) if isinstance(value, dict) else ()
    )


@dataclass(frozen=True)
class _Line:
    """A row of the table with the prefixes of its file."""

    cells: Mapping[str, str]
    prefixes: Mapping[str, str]
    origin: Origin

    def reason_to_leave_out(self, taker: Taker) -> str:
        """Why this is no judgement of identity; "" where it is one."""
        if self._short("predicate_id") not in (*_SAME, "skos:closeMatch"):
            return _OTHER_RELATIONS
        return (
            ""
            if taker.automatic or self._short("mapping_justification") in _BY_PERSON
            else _BY_PROGRAM
        )

    def decision(self, taker: Taker) -> JudgementDecision:
        """The row as a decision."""
        left, right = (
            as_iri(self._whole(self.cells.get(name, "")), taker, self.origin)
            for name in ("subject_id", "object_id")
        )
        why, _, time = self.cells.get("comment", "").removesuffix("]").partition(f" [{_TIME}")
        day, at = moment(
            self.cells.get("mapping_date", "") + (f"T{time}" if time else ""), taker, self.origin
        )
        who = (
            self.cells.get("author_label")
            or self.cells.get("reviewer_label")
            or self.cells.get("author_id")
            or taker.who
        )
        why = why if time else self.cells.get("comment", "")
        return JudgementDecision(
            left, right, self._verdict(), who, day, why.strip() or taker.why, at, self.origin
        )

    def _verdict(self) -> Verdict:
        modifier = self.cells.get("predicate_modifier", "")
        if modifier not in ("", "Not"):
            raise IdentityError("modifier-unknown", modifier=modifier[:40], origin=self.origin)
        is_same = self._short("predicate_id") in _SAME
        if is_same:
            return Verdict.NOT_SAME if modifier else Verdict.SAME
        if modifier:
            raise IdentityError("close-match-negated", origin=self.origin)
        return Verdict.UNSURE

    def _whole(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        return self.prefixes[prefix] + local if colon and prefix in self.prefixes else name

    def _short(self, column: str) -> str:
        whole = self._whole(self.cells.get(column, ""))
        return next(
            (
                f"{prefix}:{whole.removeprefix(start)}"
                for prefix, start in _PREFIXES.items()
                if whole.startswith(start)
            ),
            whole,
        )


FORMATS: Final[Mapping[str, JudgementFormat]] = MappingProxyType({
    "nomenklatura": JudgementFormat(read_nomenklatura, write_nomenklatura),
    "sssom": JudgementFormat(read_sssom, write_sssom),
})  # fmt: skip

__all__ = ["FORMATS", "JudgementFormat", "Read"]
