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
    from hrdgraph.errors import HrdgraphError as HrdgraphError
    from hrdgraph.library.answers import Answer as Answer
    from hrdgraph.library.answers import AnswerTable as AnswerTable
    from hrdgraph.library.answers import Statements as Statements
    from hrdgraph.library.answers import Truth as Truth
    from hrdgraph.library.building import FinishedBuild as FinishedBuild
    from hrdgraph.library.building import build as build
    from hrdgraph.library.building import init as init
    from hrdgraph.library.building import kinds as kinds
    from hrdgraph.library.building import upgrade as upgrade
    from hrdgraph.library.building import watch as watch
    from hrdgraph.library.calls import Progress as Progress
    from hrdgraph.library.curation import cite as cite
    from hrdgraph.library.curation import date as date
    from hrdgraph.library.curation import extract as extract
    from hrdgraph.library.curation import snapshot as snapshot
    from hrdgraph.library.curation import suggest_citations as suggest_citations
    from hrdgraph.library.graph import Graph as Graph
    from hrdgraph.library.handing_on import PushedGraphs as PushedGraphs
    from hrdgraph.library.handing_on import bulk as bulk
    from hrdgraph.library.handing_on import push as push
    from hrdgraph.library.identity import ProposedPairs as ProposedPairs
    from hrdgraph.library.identity import judge as judge
    from hrdgraph.library.identity import reconcile as reconcile
    from hrdgraph.library.identity import review as review
    from hrdgraph.library.importing import import_tables as import_tables
    from hrdgraph.library.importing import template as template
    from hrdgraph.library.mapping import check as check
    from hrdgraph.library.mapping import map as map
    from hrdgraph.library.mapping import plan as plan
    from hrdgraph.library.mapping import trace as trace
    from hrdgraph.library.model_tools import mcp as mcp
    from hrdgraph.library.publishing import export as export
    from hrdgraph.library.publishing import site as site
    from hrdgraph.library.releases import GraphChange as GraphChange
    from hrdgraph.library.releases import Release as Release
    from hrdgraph.library.releases import diff as diff
    from hrdgraph.library.releases import patch as patch
    from hrdgraph.library.releases import release as release
    from hrdgraph.library.searching import open as open
    from hrdgraph.library.serving import serve as serve
    from hrdgraph.library.validation import Validation as Validation
    from hrdgraph.library.validation import validate as validate
    from hrdgraph.library.withdrawal import find_withdrawn as find_withdrawn
    from hrdgraph.library.withdrawal import withdraw as withdraw
    from hrdgraph.workbench_app.server import workbench as workbench

    __version__: str

_HOMES = {
    "errors": "HrdgraphError", "library.answers": "Answer AnswerTable Statements Truth",
    "library.building": "FinishedBuild build init kinds upgrade watch", "library.calls": "Progress",
    "library.curation": "cite date extract snapshot suggest_citations", "library.graph": "Graph",
    "library.handing_on": "PushedGraphs bulk push",
    "library.identity": "ProposedPairs judge reconcile review",
    "library.importing": "import_tables template", "library.mapping": "check map plan trace",
    "library.model_tools": "mcp", "library.publishing": "export site",
    "library.releases": "GraphChange Release diff patch release", "library.searching": "open",
    "library.serving": "serve", "library.validation": "Validation validate",
    "library.withdrawal": "find_withdrawn withdraw", "version": "__version__",
    "workbench_app.server": "workbench",
}  # fmt: skip
__all__ = sorted(" ".join(_HOMES.values()).split())


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})


if not TYPE_CHECKING:
    __getattr__ = lazily(__name__, _HOMES)
