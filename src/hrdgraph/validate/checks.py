"""Check queries and a store → a finding for each row they answer with; a graph that is in order
answers with none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hrdgraph.catalogue import LANGUAGES, Label, Message
from hrdgraph.errors import HrdgraphError, Origin, raise_all
from hrdgraph.paths import project_path
from hrdgraph.queries import Query, Violation, check
from hrdgraph.rdf import IRI
from hrdgraph.store import Reader
from hrdgraph.validate.findings.model import Finding, Kind, Severity, in_order, messages_of


def run_checks(
    checks: Iterable[Query], store: Reader, *, root: Path | None = None
) -> list[Finding]:
    """Run every check. The rule is the name of the query, its place the file (relative to
    `root`). A check without a severity finds violations, one without messages tells its title.
    Raises QueryError for the checks that cannot run.
    """
    found: list[Finding] = []
    errors: list[HrdgraphError] = []
    for query in checks:
        try:
            found.extend(_finding(violation, root) for violation in check(store, query))
        except HrdgraphError as error:
            errors.append(error)
    raise_all(errors)
    return in_order(found)


def _finding(violation: Violation, root: Path | None) -> Finding:
    query, focus = violation.check, violation.focus
    return Finding(
        severity=Severity(query.severity or Severity.VIOLATION),
        kind=Kind.CHECK,
        rule=f"checks/{query.name}",
        messages=messages_of(dict(violation.messages)),
        fact=None if violation.messages else Message("check-found", title=_title(query)),
        focus=focus.value if isinstance(focus, IRI) else focus.n3(),
        value=violation.value.n3() if violation.value else None,
        place=_place(query, root),
    )


def _title(query: Query) -> Label:
    return Label(tuple((language, query.title(language)) for language in LANGUAGES))


def _place(query: Query, root: Path | None) -> Origin:
    if query.path is None:
        return Origin()
    return Origin(project_path(query.path, root))
