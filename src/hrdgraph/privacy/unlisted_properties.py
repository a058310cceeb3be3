"""Properties and classes that are said of persons and are not named as public into warnings:
which rule says them, and how to allow it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin
from hrdgraph.explain import SourcePlan
from hrdgraph.findings.model import Finding, Kind, Severity
from hrdgraph.mapping.model import Constant, TermMap
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.paths import project_path
from hrdgraph.privacy.allow_list import Missing
from hrdgraph.project import Project
from hrdgraph.rdf import IRI
from hrdgraph.vocab import RDF

RULES: Final = {"property": "property-not-public", "class": "class-not-public"}


def find_unlisted(
    project: Project, plans: Iterable[SourcePlan], missing: Iterable[Missing]
) -> list[Finding]:
    """One warning for each property or class, with the rules that may say it. For whoever
    builds: it tells of what is withheld."""
    plans, counts = tuple(plans), dict[tuple[str, IRI], int]()
    for item in missing:
        counts[item.kind, item.term] = counts.get((item.kind, item.term), 0) + item.count
    return [
        _finding(kind, term, count, _places(project.root, plans, kind, term))
        for (kind, term), count in sorted(counts.items(), key=str)
    ]


def _finding(kind: str, term: IRI, count: int, places: tuple[Origin, ...]) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        kind=Kind.SOURCE,
        rule=RULES[kind],
        fact=Message(RULES[kind], term=term.value, count=count),
        focus=term.value,
        origins=places,
    )


def _places(root: Path, plans: tuple[SourcePlan, ...], kind: str, term: IRI) -> tuple[Origin, ...]:
    """Where the rules stand that name it, else those whose property (or class) is worked out."""
    rules = [rule for item in plans for rule in item.plan.rules]
    said = [rule for rule in rules if _says(rule, kind, term)] or [
        rule for rule in rules if _may_say(rule, kind)
    ]
    return tuple(
        dict.fromkeys(
            replace(rule.origin, file=project_path(Path(rule.origin.file), root)) for rule in said
        )
    )


def _says(rule: QuadRule, kind: str, term: IRI) -> bool:
    if kind == "property":
        return _constant(rule.predicate) == term
    return _constant(rule.predicate) == RDF.type and _constant(rule.object) == term


def _may_say(rule: QuadRule, kind: str) -> bool:
    predicate = _constant(rule.predicate)
    return predicate is None or (
        kind == "class" and predicate == RDF.type and _constant(rule.object) is None
    )


def _constant(term: TermMap) -> IRI | None:
    made = term.expression
    return made.term if isinstance(made, Constant) and isinstance(made.term, IRI) else None
