"""The ledger of known findings → findings that carry their explanation, and a warning for each
row that fits no more."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, ProjectError, raise_all
from hrdgraph.findings.model import Finding, Kind, Severity, in_order
from hrdgraph.identity.judgements import COMMAS, without_commas
from hrdgraph.nearest import nearest

COLUMNS = ("rule", "focus", "why")
ANY = "*"
STALE = "known-findings"

_HINT = "columns-rule-focus-why-write"


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """One row of the ledger: the findings of `rule` at `focus` (or at any, `*`) are known, and
    why."""

    rule: str
    focus: str
    why: str
    origin: Origin


def read_known(path: Path, *, file: str = "") -> tuple[KnownFinding, ...]:
    """Read the ledger, which `file` names in errors; no file, no rows. ProjectError with row and
    column, all at once."""
    origin = Origin(file or str(path))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as error:
        raise ProjectError(
            "file-not-utf8-at", position=error.start, origin=origin, hint="save-as-utf8"
        ) from error
    except OSError as error:
        raise ProjectError(
            "unreadable", reason=error.strerror, origin=origin, hint="check-rights"
        ) from error
    return _rows(text, origin)


def _rows(text: str, origin: Origin) -> tuple[KnownFinding, ...]:
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ProjectError("csv-malformed", reason=error, origin=origin, hint=_HINT) from error
    header = tuple(cell.strip() for cell in records[0]) if records else ()
    if fact := without_commas(header):
        raise ProjectError(fact, origin=replace(origin, row=1), hint=COMMAS)
    if header != COLUMNS:
        raise ProjectError(
            "known-header-wrong", header=",".join(header), origin=replace(origin, row=1), hint=_HINT
        )
    errors: list[HrdgraphError] = []
    rows: dict[tuple[str, str], KnownFinding] = {}
    for number, cells in enumerate(records[1:], 2):
        if cells:
            _take(tuple(cell.strip() for cell in cells), replace(origin, row=number), rows, errors)
    raise_all(errors)
    return tuple(rows.values())


def _take(
    cells: tuple[str, ...],
    place: Origin,
    rows: dict[tuple[str, str], KnownFinding],
    errors: list[HrdgraphError],
) -> None:
    """Add one row, or what is wrong with it."""
    if len(cells) != len(COLUMNS):
        counts = {"count": len(cells), "expected": len(COLUMNS)}
        hint = "put-text-commas-into-double"
        errors.append(ProjectError("cells-not-as-many", origin=place, hint=hint, **counts))
        return
    if empty := [name for name, cell in zip(COLUMNS, cells, strict=True) if not cell]:
        at = replace(place, column=empty[0])
        errors.append(ProjectError("cell-empty", origin=at, hint=_HINT))
        return
    rule, focus, why = cells
    before = rows.setdefault((rule, focus), KnownFinding(rule, focus, why, place))
    if before.origin != place:
        errors.append(ProjectError("known-finding-twice", row=before.origin.row, origin=place))


def mark_known(findings: Iterable[Finding], ledger: Sequence[KnownFinding]) -> list[Finding]:
    """The findings with the explanation of the row that fits them (one that names the focus
    before one for all), and a warning for each row that fits none.
    """
    return in_order(marked(findings, ledger))


def marked(findings: Iterable[Finding], ledger: Sequence[KnownFinding]) -> Iterator[Finding]:
    """The same as they come, the warnings behind them."""
    rows = {(row.rule, row.focus): row for row in ledger}
    used: set[tuple[str, str]] = set()
    rules: set[str] = set()
    for finding in findings:
        fitting = [
            key for key in ((finding.rule, finding.focus), (finding.rule, ANY)) if key in rows
        ]
        used.update(fitting)
        rules.add(finding.rule)
        yield replace(finding, known=rows[fitting[0]].why) if fitting else finding
    yield from (_stale(row, sorted(rules)) for key, row in rows.items() if key not in used)


def _stale(row: KnownFinding, rules: Sequence[str]) -> Finding:
    near = "" if row.rule in rules else nearest(row.rule, rules, 0.8) or ""
    return Finding(
        severity=Severity.WARNING,
        kind=Kind.SOURCE,
        rule=STALE,
        fact=Message("known-finding-stale"),
        focus="" if row.focus == ANY else row.focus,
        value=row.rule,
        place=Origin(row.origin.file),
        origins=(row.origin,),
        suggestion=near,
    )
