"""A question of a built graph → which engine answers it, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hrdgraph.api.graph import Graph
from hrdgraph.catalogue import Message
from hrdgraph.queries import bound
from hrdgraph.sparql import MANY
from hrdgraph.sparql.planner import STORE, ChosenEngine
from hrdgraph.store.worker_process import BoundedReader


@dataclass(frozen=True)
class EnginePlan:
    """The engine, `store` or `columns`, and the reason; its code and fields say it to programs."""

    engine: str
    reason: Message

    def as_dict(self) -> dict[str, object]:
        """The same for JSON."""
        given = self.reason.fields.items()
        fields = {
            name: value if isinstance(value, int) else str(value)
            for name, value in given
            if value != 0 and str(value)
        }
        return {"engine": self.engine, "reason": self.reason.code, **fields}


def plan_of(
    graph: Graph,
    question: str,
    parameters: Mapping[str, str] | None = None,
    *,
    language: str = "",
    stdin: Callable[[], str] = str,
) -> EnginePlan:
    """Which engine answers a question. It is worked out for that: only then columns know whether
    they can answer it. QueryError as of `Graph.answer`."""
    query, given = graph.asked(question, parameters, language, stdin)
    terms = bound(graph.reader, query, given, graph.project.base, language)
    if len(graph) < MANY:
        graph.reader.query(query.text, parameters=terms)
        small = Message("sparql-graph-small", count=len(graph), limit=MANY)
        return EnginePlan(STORE, small)
    assert isinstance(graph.reader, BoundedReader)  # a server does not say
    choice = graph.reader.choice(query.text, terms)
    assert isinstance(choice, ChosenEngine)
    return EnginePlan(
        choice.engine, Message(choice.reason, detail=choice.detail, count=choice.solutions)
    )
