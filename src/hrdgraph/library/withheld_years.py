"""Records of a built graph into the same with the years of birth that the build withholds, to
tell two people of one name apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hrdgraph.errors import HrdgraphError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hrdgraph.explain import SourcePlan
    from hrdgraph.identity import Ledger
    from hrdgraph.identity.records import Record
    from hrdgraph.mapping.plan import QuadRule
    from hrdgraph.project import Project


def with_withheld_years(
    project: Project, records: Sequence[Record], ledger: Ledger
) -> tuple[list[Record], HrdgraphError | None]:
    """The records, persons without a public year with the one that the sources say; and the
    error for which the sources could not be asked, so that no year keeps anybody apart. Only
    the rules that make years are mapped."""
    wanted = {record.iri for record in records if record.kind == "person" and record.birth is None}
    try:
        years = _years(project, ledger, wanted) if wanted else {}
    except HrdgraphError as error:  # a mapping that is being written: its build is still compared
        return list(records), error
    return [
        replace(record, withheld_birth=years[record.iri]) if record.iri in years else record
        for record in records
    ], None


def _years(project: Project, ledger: Ledger, wanted: set[str]) -> dict[str, int]:
    from hrdgraph.explain import plan_sources
    from hrdgraph.identity.record_extraction import birth_years
    from hrdgraph.ontology import Ontology
    from hrdgraph.pipeline.stages.mapping import map_sources

    plans = [made for plan in plan_sources(project, project.sources) if (made := _births(plan))]
    if not plans:
        return {}
    mapped = map_sources(project, plans, Ontology("", {}, {}, {}, {}, {}, ()), lambda _: None)
    said: dict[str, set[int]] = {}
    for iri, year in birth_years(mapped.graph).items():
        said.setdefault(ledger.canonical.get(iri, iri), set()).add(year)
    return {iri: min(found) for iri, found in said.items() if len(found) == 1 and iri in wanted}


def _births(item: SourcePlan) -> SourcePlan | None:
    """The plan of a source with nothing but its rules for years of birth; None where it has
    none."""
    rules = tuple(rule for rule in item.plan.rules if _may_be_birth(rule))
    return replace(item, plan=replace(item.plan, rules=rules)) if rules else None


def _may_be_birth(rule: QuadRule) -> bool:
    from hrdgraph.identity.record_extraction import BIRTHS
    from hrdgraph.mapping.model import Constant

    said = rule.predicate.expression
    return not isinstance(said, Constant) or said.term in BIRTHS
