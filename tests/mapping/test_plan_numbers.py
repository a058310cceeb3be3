"""The parts of a plan have numbers: each its own, and the same whenever the mapping is."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.plan import UNNUMBERED, Plan, Relation, Scan, parts_of
from hrdgraph.mapping.planning.bind import bind

GOLDEN = Path(__file__).parent / "golden"
MAPPINGS = sorted(
    path for path in GOLDEN.rglob("mapping.*") if path.suffix in (".ttl", ".yml", ".yaml")
)


def plan_of(path: Path) -> Plan | None:
    try:
        return bind(read_mapping(path))
    except Exception:  # mappings that are refused are the matter of other tests
        return None


def relations_of(plan: Plan) -> list[Relation]:
    return [part for rule in plan.rules for part in parts_of(rule.relation)]


def test_parts_have_numbers_of_their_own_and_the_same_each_time() -> None:
    plans = [(plan, plan_of(path)) for path in MAPPINGS if (plan := plan_of(path)) is not None]
    assert len(plans) > 20
    for plan, again in plans:
        assert again is not None
        assert [rule.number for rule in plan.rules] == [*range(len(plan.rules))]
        parts = {id(part): part for part in relations_of(plan)}.values()
        assert UNNUMBERED not in {part.number for part in parts}
        assert len({part.number for part in parts}) == len(parts)
        numbers = [part.number for part in relations_of(plan)]
        assert numbers == [part.number for part in relations_of(again)]
        assert repr(plan) == repr(again)


def test_equal_relations_are_one_and_those_below_come_first() -> None:
    for path in MAPPINGS:
        plan = plan_of(path)
        parts = relations_of(plan) if plan is not None else []
        by_value: dict[Relation, int] = {}
        for part in parts:
            assert by_value.setdefault(part, part.number) == part.number
            below = [] if isinstance(part, Scan) else parts_of(part)[1:]
            assert all(one.number < part.number for one in below)


def test_numbers_are_there_in_another_process() -> None:
    plan = next(plan for path in MAPPINGS if (plan := plan_of(path)) is not None)
    moved = pickle.loads(pickle.dumps(plan))
    assert moved == plan
    assert [part.number for part in relations_of(moved)] == [
        part.number for part in relations_of(plan)
    ]


@pytest.mark.parametrize("columns", [600])
def test_a_view_of_many_fields_has_numbers(tmp_path: Path, columns: int) -> None:
    names = [f"c{number}" for number in range(columns)]
    (tmp_path / "wide.csv").write_text(",".join(names) + "\n")
    fields = " ;\n".join(
        f'rml:field [ a rml:ExpressionField ; rml:fieldName "{name}" ; rml:reference "{name}" ]'
        for name in names
    )
    (tmp_path / "mapping.ttl").write_text(f"""
@prefix rml: <http://w3id.org/rml/> . @base <http://example.org/> .
<#csv> a rml:LogicalSource ; rml:source [ a rml:RelativePathSource ; rml:path "wide.csv" ] ;
  rml:referenceFormulation rml:CSV .
<#view> a rml:LogicalView ; rml:viewOn <#csv> ;
{fields} .
<#map> a rml:TriplesMap ; rml:logicalSource <#view> ;
  rml:subjectMap [ rml:template "http://example.org/{{c0}}" ] ;
  rml:predicateObjectMap [ rml:predicate <p> ; rml:objectMap [ rml:reference "c1" ] ] .
""")
    (rule,) = bind(read_mapping(tmp_path / "mapping.ttl")).rules
    assert rule.relation.number == columns + 2
