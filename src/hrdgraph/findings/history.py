"""Write the findings to findings.json, and compare them with those of the last build."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from hrdgraph.catalogue import number
from hrdgraph.errors import Origin
from hrdgraph.findings.model import (
    Finding,
    FindingGroup,
    Kind,
    Severity,
    group_findings,
    messages_of,
    origin_dict,
    short,
)

FILE: Final = "findings.json"
FORMAT: Final = 1  # of findings.json
SHOWN: Final = 20  # new and gone findings named in `--json`; the others are counted

Written = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Since:
    """The difference between two builds of the same sources, checked in the same way. `untold`
    findings are gone too, but not named."""

    new: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    unchanged: int = 0
    untold: int = 0

    @property
    def is_change(self) -> bool:
        """Say whether a finding is new or gone."""
        return bool(self.new or self.gone or self.untold)

    def counts(self) -> dict[str, int]:
        """Count new, gone and unchanged findings."""
        return {
            "new": len(self.new), "gone": len(self.gone) + self.untold, "unchanged": self.unchanged,
        }  # fmt: skip

    def as_public(self) -> Since:
        """Return the difference without the findings that are gone: what they name may have been
        withdrawn."""
        return replace(self, gone=(), untold=self.untold + len(self.gone))

    def as_dict(self) -> dict[str, object]:
        """Return the counts, and the first new and gone findings, as JSON values."""
        first = {
            f"{name}_findings": [item.as_dict() for item in items[:SHOWN]]
            for name, items in (("new", self.new), ("gone", self.gone))
        }
        return {**self.counts(), **first}


NO_CHANGE: Final = Since()


def compare_findings(now: Sequence[Finding], before: Sequence[Finding]) -> Since:
    """Compare findings by identity; of several with the same one, the surplus is new (or gone)."""
    new = tuple(_beyond(now, before))
    return Since(new, tuple(_beyond(before, now)), len(now) - len(new))


def _beyond(findings: Iterable[Finding], partners: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings without a partner among the others, in order."""
    unmatched = Counter(finding.identity for finding in partners)
    for finding in findings:
        if unmatched[finding.identity] > 0:
            unmatched[finding.identity] -= 1
        else:
            yield finding


def write_findings(path: Path, findings: Iterable[Finding], scope: Mapping[str, object]) -> None:
    """Write all findings, a line each, below the rule that they have in common. `scope` says
    what was looked at."""
    head = {"format": FORMAT, **scope}
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{json.dumps(head, ensure_ascii=False)[:-1]}, "rules": [')
        for number, group in enumerate(group_findings(findings)):
            file.write(",\n" if number else "\n")
            file.writelines(_lines(group))
        file.write("\n]}\n")


def _lines(group: FindingGroup) -> Iterator[str]:
    first = group.first
    shared = {
        "severity": first.severity.value, "kind": first.kind.value, "rule": first.rule,
        "place": origin_dict(first.place), "messages": dict(first.texts), "count": group.count,
    }  # fmt: skip
    yield f'{json.dumps(shared, ensure_ascii=False)[:-1]}, "findings": [\n'
    for place, finding in enumerate(group.findings):
        parts = {name: part for name, part in finding.as_dict().items() if shared.get(name) != part}
        yield (",\n  " if place else "  ") + json.dumps(parts, ensure_ascii=False)
    yield "\n]}"


def read_findings(path: Path, scope: Mapping[str, object]) -> list[Finding] | None:
    """Read the findings of a build with the same scope, in order; None for another scope, for no
    file, and for a file of another kind: then nothing can be compared, which is no fault of
    this build."""
    wanted = {"format": FORMAT, **scope}
    try:
        document = json.loads(path.read_bytes())
        if any(document[name] != value for name, value in wanted.items()):
            return None
        parts = ({**rule, **own} for rule in document["rules"] for own in rule["findings"])
        return list(map(_finding, parts))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def worst_rules(path: Path, most: int, language: str = "en") -> list[str]:
    """Return a line for each of the worst unexplained rules of a build: how often, the rule, and
    the first place."""
    findings, lines = read_findings(path, {}) or (), []
    for group in group_findings(item for item in findings if not item.known)[:most]:
        first = group.first
        look = next((origin.text(language) for origin in first.origins), "") or first.focus
        lines.append(
            f"{number(group.count, language)} × {short(first.rule)}: {first.message(language)} "
            f"({look})"
        )
    return lines


def _finding(parts: Written) -> Finding:
    return Finding(
        severity=Severity(parts["severity"]), kind=Kind(parts["kind"]), rule=str(parts["rule"]),
        messages=messages_of(parts["messages"]), focus=parts.get("focus", ""),
        path=parts.get("path"), value=parts.get("value"), place=_origin(parts.get("place", {})),
        component=parts.get("component", ""), origins=tuple(map(_origin, parts.get("origins", []))),
        suggestion=parts.get("suggestion", ""), known=parts.get("known", ""),
    )  # fmt: skip


def _origin(parts: Written) -> Origin:
    return Origin(**{name: value for name, value in parts.items() if name in Origin.__slots__})
