"""Parts of a build that the next one takes as they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.small_projects import create_example_project

from hrdgraph.explain import plan_sources
from hrdgraph.explain.lineage import passed_over
from hrdgraph.mapping import Tracer
from hrdgraph.mapping.facts.checks import with_kinds
from hrdgraph.mapping.tracing.trace import NO_ROWS, Trace, Triple, Untraceable
from hrdgraph.pipeline import build
from hrdgraph.pipeline.reused_parts import RememberingTracer
from hrdgraph.project import open_project

Found = list[tuple[Trace, ...] | Untraceable]


def test_a_triple_is_traced_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create_example_project(tmp_path, "Small")
    project = with_kinds(open_project(tmp_path))
    (item, *_) = plan_sources(project, project.sources)
    subjects = {str(line).split()[0] for line in build(project).graph.text()["s"]}
    triples: list[Triple] = [(subject, None, None) for subject in sorted(subjects)]
    plain = Tracer(item.plan, passed_over).trace_each(triples)
    assert any(isinstance(found, tuple) for found in plain)

    asked: list[Triple] = []
    trace_each = Tracer.trace_each

    def spy(self: Tracer, triples: Sequence[Triple], most: int | None = None) -> Found:
        asked.extend(triples)
        return trace_each(self, triples, most)

    monkeypatch.setattr(Tracer, "trace_each", spy)
    tracer = RememberingTracer(item.plan, NO_ROWS)
    assert tracer.trace_each(triples[1:]) == plain[1:]
    assert tracer.trace_each([*triples, triples[0]]) == [*plain, plain[0]]
    assert asked == [*triples[1:], triples[0]]
    assert tracer.trace_each(triples, 1) == trace_each(Tracer(item.plan, passed_over), triples, 1)
