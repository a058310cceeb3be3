"""SSSOM mappings (a TSV file with a YAML header) into decisions, and a ledger into such a file.

same is skos:exactMatch; not same is skos:exactMatch with the modifier Not; unsure, for which
SSSOM has no word, is skos:closeMatch. https://mapping-commons.github.io/sssom/
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hrdgraph.errors import HrdgraphError, IdentityError, Origin, raise_all
from hrdgraph.identity.exchange.foreign import Read, Taker, as_iri, moment
from hrdgraph.identity.ledger import Judgement, Ledger, Verdict
from hrdgraph.identity.recording import JudgementDecision

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
