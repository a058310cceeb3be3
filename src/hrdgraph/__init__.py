"""hrdgraph: source facts into a cited, validated RDF graph of human rights defenders.

Everything that the command line does is a function here; each is loaded when it is first asked for.

>>> import hrdgraph
>>> hrdgraph.open(".")  # doctest: +ELLIPSIS
<hrdgraph.Graph 'Human rights defenders, their organisations, awards and events', ... quads>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.errors import HrdgraphError
    from hrdgraph.library.answers import Answer, AnswerTable, Statements, Truth
    from hrdgraph.library.building import FinishedBuild, build, init, kinds, watch
    from hrdgraph.library.calls import Progress
    from hrdgraph.library.curation import cite, date, extract, snapshot, suggest_citations
    from hrdgraph.library.graph import Graph
    from hrdgraph.library.handing_on import PushedGraphs, bulk, push
    from hrdgraph.library.identity import (
        ProposedPairs,
        export_judgements,
        import_judgements,
        judge,
        reconcile,
        review,
    )
    from hrdgraph.library.importing import import_tables, template
    from hrdgraph.library.mapping import check, map, plan, trace
    from hrdgraph.library.publishing import export, site
    from hrdgraph.library.releases import GraphChange, Release, diff, patch, release
    from hrdgraph.library.searching import open
    from hrdgraph.library.serving import serve
    from hrdgraph.library.validation import Validation, validate
    from hrdgraph.library.withdrawal import find_withdrawn, withdraw
    from hrdgraph.workbench_app.opening import workbench

    __version__: str

_HOMES = {
    "Graph": "library.graph",
    "open": "library.searching",
    **dict.fromkeys(("Answer", "Statements", "AnswerTable", "Truth"), "library.answers"),
    "HrdgraphError": "errors",
    **dict.fromkeys(("FinishedBuild", "build", "init", "kinds"), "library.building"),
    **dict.fromkeys(("cite", "date", "snapshot"), "library.curation"),
    "suggest_citations": "library.curation",
    **dict.fromkeys(("ProposedPairs", "reconcile", "review"), "library.identity"),
    **dict.fromkeys(("export_judgements", "import_judgements", "judge"), "library.identity"),
    **dict.fromkeys(("check", "map", "plan", "trace"), "library.mapping"),
    "extract": "library.curation",
    **dict.fromkeys(("import_tables", "template"), "library.importing"),
    "Progress": "library.calls",
    **dict.fromkeys(("PushedGraphs", "bulk", "push"), "library.handing_on"),
    **dict.fromkeys(("export", "site"), "library.publishing"),
    "serve": "library.serving",
    **dict.fromkeys(("GraphChange", "Release", "diff", "patch", "release"), "library.releases"),
    **dict.fromkeys(("Validation", "validate"), "library.validation"),
    "watch": "library.building",
    **dict.fromkeys(("find_withdrawn", "withdraw"), "library.withdrawal"),
    "workbench": "workbench_app.opening",
    "__version__": "version",
}

__all__ = [
    "Answer",
    "AnswerTable",
    "FinishedBuild",
    "Graph",
    "GraphChange",
    "HrdgraphError",
    "Progress",
    "ProposedPairs",
    "PushedGraphs",
    "Release",
    "Statements",
    "Truth",
    "Validation",
    "__version__",
    "build",
    "bulk",
    "check",
    "cite",
    "date",
    "diff",
    "export",
    "export_judgements",
    "extract",
    "find_withdrawn",
    "import_judgements",
    "import_tables",
    "init",
    "judge",
    "kinds",
    "map",
    "open",
    "patch",
    "plan",
    "push",
    "reconcile",
    "release",
    "review",
    "serve",
    "site",
    "snapshot",
    "suggest_citations",
    "template",
    "trace",
    "validate",
    "watch",
    "withdraw",
    "workbench",
]


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})


if not TYPE_CHECKING:
    __getattr__ = lazily(__name__, _HOMES)
