"""The official cases of RML on an engine: equal to the local run, or refused by name."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from tests.conformance.test_rml import KNOWN, SUITES, Case, cases_of, plan_of

from hrdgraph.errors import HrdgraphError, MappingError
from hrdgraph.mapping.execution.execute import run
from hrdgraph.mapping.execution.ntriples import LineSink
from hrdgraph.mapping.plan import Plan

SUITE = SUITES  # that it is there is asked before the first case
pytestmark = [pytest.mark.shared, pytest.mark.suite]
MODULES = ("rml-core", "rml-lv", "rml-fnml")
REFUSED = {"RMLLVTC0000c"}  # numbers the rows of a view over another view
CASES = [case for module in MODULES for case in cases_of(module) if case.name not in KNOWN]


def local_lines(plan: Plan) -> list[str]:
    out = io.BytesIO()
    sink = LineSink(plan, out, graphs=True)
    run(plan, sink)
    sink.finish()
    return sorted(out.getvalue().decode().split("\n")[:-1])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, mapped: Callable[..., list[str]]) -> None:
    if case.fails:
        with pytest.raises(HrdgraphError):
            mapped(plan_of(case))
        return
    plan = plan_of(case)
    if case.name in REFUSED:
        with pytest.raises(MappingError) as caught:
            mapped(plan)
        assert caught.value.code == "engine-cannot"
        return
    assert mapped(plan) == local_lines(plan)
