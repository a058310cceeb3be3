"""Offer a built graph as tools that a language model calls, over the Model Context Protocol. Only
what the build makes public is told, each claim with its status and the documents that it cites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from hrdgraph.errors import HrdgraphError, QueryError
from hrdgraph.library.answers import plain
from hrdgraph.library.building import check_manifest
from hrdgraph.library.calls import bytes_of
from hrdgraph.library.inputs import project_at
from hrdgraph.library.searching import SearchingGraph
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.project import Project
from hrdgraph.queries.run import bound
from hrdgraph.rdf import IRI, Term
from hrdgraph.sources.resources import import_extra
from hrdgraph.store.contract import Answer, Boolean
from hrdgraph.store.worker_process import WorkerLimits
from hrdgraph.version import __version__
from hrdgraph.vocab import HRD
from hrdgraph.web.json_api.records import Record, Records
from hrdgraph.web.pages.claim_nodes import DOUBTED
from hrdgraph.web.pages.labels import Labels
from hrdgraph.web.pages.views.questions import rows_of

if TYPE_CHECKING:
    from hrdgraph.explain.explanation import ExplainedNode

_MOST: Final = 500  # rows, claims or hits of one answer: more do not fit what a model reads
_FOR_ROW: Final = 10  # claims that are cited for a row that names none
_INSTRUCTIONS: Final = """
A graph of human rights defenders, built from cited sources. Every claim has a status and documents:
cite their addresses. A claim with disputed: true is denied by somebody: never tell it as a fact.
What is not here may be true all the same."""
_NAMES: Final = ("search", "thing", "questions", "ask", "explain", "sparql")


def mcp(
    project: str | Path | Project = ".", *, timeout: float = 300.0, memory: str | int = "2G",
    even_with_violations: bool = False, lang: str = "",
) -> None:  # fmt: skip
    """Answer the calls of a language model on standard input and output until that is closed.
    What is told is in `lang`, else in the first language of the project. A query may take
    `timeout` seconds and so much `memory`. ProjectError where there is no build, or one that may
    not be published, unless `even_with_violations`.

    >>> import hrdgraph
    >>> hrdgraph.mcp("no such folder")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hrdgraph.errors.ProjectError: ...
    """
    limits = WorkerLimits(timeout, bytes_of(memory, "M"))
    tools = ModelTools(project_at(project), lang, limits, anyway=even_with_violations)
    sdk = import_extra("mcp.server.mcpserver", "mcp")
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp.types import ToolAnnotations

    server = sdk.MCPServer(
        "hrdgraph", version=__version__, instructions=_INSTRUCTIONS,
        log_level="CRITICAL",  # else the SDK notes what was asked
    )  # fmt: skip
    hints = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    for name in _NAMES:
        server.add_tool(_in_turn(getattr(tools, name), tools, ToolError), annotations=hints)
    server.run("stdio")


def _in_turn(
    tool: Callable[..., Record], tools: ModelTools, failed: type[Exception]
) -> Callable[..., Record]:
    """Return a tool that waits for its turn, and says in a sentence what is wrong."""

    @wraps(tool)
    def answer(**given: Any) -> Record:
        with tools.turn:
            try:
                tools.refresh()
                return tool(**given)
            except HrdgraphError as error:
                raise failed(error.text(tools.language)) from error

    return answer


class ModelTools:
    """The tools, over the last build of a project."""

    def __init__(
        self, project: Project, language: str, limits: WorkerLimits, *, anyway: bool
    ) -> None:
        self._project, self._limits, self._anyway = project, limits, anyway
        self.language, self.turn = language or project.languages[0], Lock()
        self._digest = ""
        self.refresh()

    def refresh(self) -> None:
        """Take up a new build. ProjectError where it may not be published, or something was
        withdrawn since it was made."""
        build = ReadableBuild(self._project)
        check_manifest(build.manifest, self._project, anyway=self._anyway)
        if build.digest != self._digest:
            tags = tuple(dict.fromkeys((self.language, *self._project.languages)))
            self._graph = SearchingGraph(self._project, tags, self._limits, build)
            site, self._digest = self._graph.pages.site, build.digest
            self._records = Records(site, Labels(site, site.words_in(self.language)), "")

    def search(self, text: str, kind: str = "", limit: int = 20) -> Record:
        """Find people, organisations, awards, events and places by a name in any script, even
        misspelt. `kind` narrows it down (person, organisation, award, edition, event, country,
        place)."""
        rows = self._graph.pages.index.search(text)
        nodes = [row.thing.node for row in rows if kind in ("", row.thing.kind)]
        return {"count": len(nodes), "things": [self._cite(n) for n in nodes[: _bound(limit)]]}

    def thing(self, name: str, limit: int = 20) -> Record:
        """Tell all that is known of one thing or claim, by its name, key (person/Igor_Kalyapin) or
        IRI, with every claim about it."""
        site = self._records.site
        if self._graph.pages.is_withdrawn(name.removeprefix(site.base)):
            raise QueryError("thing-withdrawn", thing=name)
        node = site.rdf.find(iri := self._graph.thing(name))
        if node not in site.kinds:
            raise QueryError("thing-unknown", thing=iri.value)
        if site.topics.is_claim(node):
            return self._records.claim(node) | self._standing(node)
        claims = site.topics.of(node)
        shown = [self._records.claim(c) | self._standing(c) for c in claims[: _bound(limit)]]
        word = self._records.word_of([node, *claims])
        return self._records.thing(node) | word | {"claims": shown, "count": len(claims)}

    def questions(self) -> Record:
        """List the questions that `ask` knows, with their parameters."""
        tag = self.language
        return {
            query.name: [query.title(tag), {p.name: p.describe(tag) for p in query.parameters}]
            for query in self._graph.questions()
        }

    def ask(
        self, question: str, parameters: dict[str, str | int] | None = None, limit: int = 100
    ) -> Record:
        """Ask one of the named questions. Parameters are texts; things are given by name, key or
        IRI."""
        graph, of = self._graph, list[Term]()
        name = graph.queries[question].name  # of no file, whatever its path
        answer = graph.answer(name, parameters, language=self.language)
        query, given = graph.read_question(name, parameters, self.language)
        with suppress(QueryError):  # what is given by a name
            of += bound(graph.reader, query, given, self._project.base, find=graph.thing).values()
        return self._answer(answer, limit, of)

    def sparql(self, query: str, limit: int = 100) -> Record:
        """Ask in SPARQL 1.1 (reading only). The prefixes hrd:, skos:, foaf: need no declaration.
        Select the IRIs of things too: a row is cited by them."""
        return self._answer(self._graph.answer("-", stdin=lambda: query), limit)

    def explain(self, name: str, predicate: str = "", value: str = "", limit: int = 20) -> Record:
        """Say where facts come from: of a thing or claim by its name, key or IRI, or of one
        triple, with `predicate` and `value`. Sources, rules that derived a fact, documents."""
        # what only whoever builds may see (rows, words of pages, judgements) is left out
        what = (name, predicate, value) if predicate else (name,)
        trace = self._graph.explain(*what, most=_bound(limit), brief=True)
        facts, grounds = (list(map(self._fact, some)) for some in (trace.facts, trace.grounds))
        return {"facts": facts, "follows_from": grounds, "untold": sum(trace.untold.values())}

    def _fact(self, fact: ExplainedNode) -> Record:
        statements = [
            (triple.predicate_label, triple.object_label, triple.source, *triple.derived_by)
            for triple in fact.statements
        ]
        node = self._records.site.rdf.find(fact.node)
        return {"kind": fact.kind, "statements": statements, **self._cite(node)}

    def _cite(self, node: int) -> Record:
        """Return a claim with its status, or a thing with the number of its claims by status; both
        with their documents."""
        records, topics = self._records, self._records.site.topics
        about = [] if topics.is_claim(node) else topics.of(node)
        standings = list(map(self._standing, about))
        counts = Counter(standing["status"] for standing in standings)
        counts["disputed"] = sum(standing["disputed"] for standing in standings)
        status = {"claims": counts} if about else self._standing(node)
        word = records.word_of([node, *about])
        return records.reference(node) | status | word | {"documents": word["documents"][:_FOR_ROW]}

    def _standing(self, node: int) -> Record:
        standing, rdf = self._records.standing(node), self._records.site.rdf
        is_denied = standing["status"] in DOUBTED or bool(rdf.objects(node, HRD.disputed))
        return standing | {"disputed": is_denied}

    def _answer(self, answer: Answer, limit: int, of: Iterable[Term] = ()) -> Record:
        """Return an answer, each row with the claims that it names; where it names none, with
        those about the things that it names, and about what was asked `of` too."""
        if isinstance(answer, Boolean):
            return {"answer": answer.value}
        columns, rows = rows_of(answer)
        answer_rows, cited, iri = [], dict[int, None](), self._records.site.rdf.iri
        for row in rows[: _bound(limit)]:
            key, behind = self._behind(row, of)
            cited |= dict.fromkeys(behind)
            values = dict(zip(columns, map(plain, row), strict=True))
            answer_rows.append({"values": values, key: list(map(iri, behind))})
        return {"count": len(rows), "rows": answer_rows, "claims": list(map(self._cite, cited))}

    def _behind(self, row: Iterable[Term | None], of: Iterable[Term]) -> tuple[str, list[int]]:
        site = self._records.site
        nodes = [site.rdf.find(term) for term in (*row, *of) if isinstance(term, IRI)]
        if named := [node for node in nodes if site.topics.is_claim(node)]:
            return "claims", named
        claim_sets = [set(site.topics.of(node)) for node in nodes if node in site.kinds]
        about = [claims for claims in claim_sets if claims] or [set[int]()]
        common = sorted(set.intersection(*about) or about[0], key=site.order.__getitem__)
        common.sort(key=lambda claim: not self._standing(claim)["disputed"])
        return "claims_about", common[:_FOR_ROW]


def _bound(limit: int) -> int:
    return min(max(limit, 0), _MOST)
