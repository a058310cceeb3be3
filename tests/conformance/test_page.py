"""docs/reference/conformance.md says what the official suites say: it is made of their lists of cases and of the failures that are known.

`HRDGRAPH_WRITE=1 pytest tests/conformance/test_page.py` writes it anew.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

from tests.conformance.suites import SUITES as SUITES_FROM
from tests.conftest import SHARED

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "reference" / "conformance.md"
SUITES = SHARED / "conformance"
MODULES = {
    "RML-Core": ("rml-core", ""),
    "RML-IO, sources": ("rml-io", "RMLSTC"),
    "RML-IO, targets": ("rml-io", "RMLTTC"),
    "RML-FNML (functions)": ("rml-fnml", ""),
    "RML-LV (logical views)": ("rml-lv", ""),
    "RML-CC (collections and containers)": ("rml-cc", ""),
    "RML-star (quoted triples)": ("rml-star", ""),
}
SHACL = {
    "SHACL Core": 98,
    "SHACL-SPARQL": 22,
}  # tests/conformance/test_shacl.py holds these numbers against the manifests
QUERIES = (
    515  # evaluation tests; tests/conformance/test_sparql_query.py holds it against the manifests
)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def made() -> str:
    known = {row["case"]: row["reason"] for row in rows(HERE / "known_failures.csv")}
    asked = {row["case"]: row["reason"] for row in rows(HERE / "sparql_failures.csv")}
    cases = {
        title: [
            r["ID"] for r in rows(SUITES / folder / "metadata.csv") if r["ID"].startswith(start)
        ]
        for title, (folder, start) in MODULES.items()
    }
    lines = [
        "# The official suites",
        "",
        "This page is made of the suites' own lists of cases; a test compares it with them. `make conformance` runs them all. A case that",
        "expects an error passes only if one is raised; outputs are compared as graphs. A case that is known to fail must fail.",
        "",
        "| suite | cases | pass |",
        "|---|--:|--:|",
    ]
    lines += [
        f"| {title} | {len(names)} | {len([n for n in names if n not in known])} |"
        for title, names in cases.items()
    ]
    lines += [f"| {title} | {count} | {count} |" for title, count in SHACL.items()]
    lines += [f"| SPARQL queries | {QUERIES} | {QUERIES - len(asked)} |"]
    lines += [
        "",
        "## Getting the suites",
        "",
        "They are not in the repository. `make suites` clones them from those who keep them into `../shared/conformance`, or below",
        "`HRDGRAPH_SHARED`; a folder that is there stays as it is. By hand: copy the folder in the second column to the first.",
        "",
        "| folder | from |",
        "|---|---|",
    ]
    lines += [
        f"| `conformance/{name}` | `{folder}` of <{address}> |"
        for name, (address, folder) in SUITES_FROM.items()
    ]
    lines += [
        "",
        "A suite that is missing, or that has other cases than those counted here, is an error of `make conformance`. Tests that compare the",
        "data with unpublished pages and lists (`facts`, `gold`, `pages`, `sources` below the same folder) run only where these files are.",
    ]
    lines += ["", "## Known failures", "", "| why it is not followed | cases |", "|---|---|"]
    reasons: dict[str, list[str]] = {}
    for case, reason in (known | asked).items():
        reasons.setdefault(reason.replace("|", chr(92) + "|"), []).append(case)
    lines += [f"| {reason} | {', '.join(names)} |" for reason, names in reasons.items()]
    return "\n".join(lines) + "\n"


def test_the_page_is_up_to_date() -> None:
    text = made()
    if os.environ.get("HRDGRAPH_WRITE"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text("utf-8") == text, (
        "HRDGRAPH_WRITE=1 pytest tests/conformance/test_page.py writes it anew"
    )


def test_each_known_failure_is_a_case() -> None:
    names = {
        row["ID"]
        for folder, _ in MODULES.values()
        for row in rows(SUITES / folder / "metadata.csv")
    }
    assert {row["case"] for row in rows(HERE / "known_failures.csv")} <= names
