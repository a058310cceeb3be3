"""What was withdrawn since the served build was made into a refusal: 410 for the thing itself, and
503 for all else until a build without it is served; and the served build into what is left of it,
which is served until then."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hrdgraph.errors import HrdgraphError, ProjectError
from hrdgraph.identity import read_ledger
from hrdgraph.privacy.readable_build import KEY
from hrdgraph.privacy.visibility import without
from hrdgraph.privacy.withdrawals import ListMark, gone_keys, list_mark, names_down
from hrdgraph.project import Project
from hrdgraph.project.model import PRIVATE
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdfio import load_columns, save_columns
from hrdgraph.sparql.prepared_columns import prepare_columns
from hrdgraph.store.store_filling import fill_elsewhere, is_for_later
from hrdgraph.web.endpoint.problems import Problem
from hrdgraph.web.endpoint.replies import problem_response
from hrdgraph.web.served_builds import ServedBuild

_LOG: Final = logging.getLogger("hrdgraph.web")
_GONE: Final = Problem(410, "thing-withdrawn")
_CLOSED: Final = Problem(503, "graph-awaits-withdrawal")
_PLACES: Final = ("/id/", "/data/")  # before the key of a thing in an address


@dataclass(frozen=True)
class Decision:
    """The names that are down, the keys of those of which it is said that they are gone, and
    whether the list could be read at all."""

    down: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    is_read: bool = True

    def lets_through(self, known: frozenset[str]) -> bool:
        """Whether something may be shown that was made when these names were down."""
        return self.is_read and self.down <= known


class WithdrawalGate:
    """Lets a request through where the build that is served was made after all withdrawals. The
    list is looked at before each answer and each part of one, and read again only where its file
    or the ledger has changed; one that cannot be read lets nothing through. So an answer that is
    under way is broken off."""

    def __init__(self, app: ASGIApp, project: Project, known: Callable[[], frozenset[str]]) -> None:
        self._app, self._project, self._known = app, project, known
        self._mark: ListMark | None = None
        self._decision = Decision()
        self._reading = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known = self._known()  # of what answers this request, to its end
        is_begun, is_held = False, not (await self._decided()).lets_through(known)

        async def heeding(message: Message) -> None:
            nonlocal is_begun, is_held
            is_held = is_held or not (await self._decided()).lets_through(known)
            if not is_held:
                is_begun = True
                await send(message)

        if not is_held:
            await self._app(scope, receive, heeding)  # 410 is a page in the visitor's language
        # to return without the last message is to break the connection off
        if is_held and not is_begun:
            is_gone = _is_of(scope["path"], (await self._decided()).gone)
            await problem_response(_GONE if is_gone else _CLOSED)(scope, receive, send)

    async def _decided(self) -> Decision:
        if (mark := list_mark(self._project)) != self._mark:
            async with self._reading:
                if mark != self._mark:
                    self._decision = await asyncio.to_thread(_decide, self._project)
                    self._mark = mark
        return self._decision


def _decide(project: Project) -> Decision:
    try:
        return Decision(names_down(project), gone_keys(project))
    except HrdgraphError as error:
        _LOG.error("the list of withdrawals cannot be read, so nothing is shown: %s", error.code)
        return Decision(is_read=False)


def _is_of(path: str, keys: frozenset[str]) -> bool:
    """Whether an address is that of one of the things, in any language and form."""
    plain = unquote(path).rstrip("/")
    found = (plain.partition(place)[2] for place in _PLACES)
    return any(key and (key in keys or key.rpartition(".")[0] in keys) for key in found)


def redact_build(
    project: Project, served: ServedBuild, folder: Path, down: frozenset[str]
) -> ServedBuild | None:
    """What is served without the names that are `down`, in a folder of its own below `folder`:
    columns and store, no downloads. None where it cannot be made, which is said: then nothing is
    shown."""
    target = folder / f"redacted-{secrets.token_hex(8)}"
    try:
        graph = _take_out(project, served, down)
        return _write_redacted(graph, served, target, down)
    except HrdgraphError as error:
        _LOG.error("what was withdrawn cannot be taken out: %s", error.code)
    except Exception as error:  # whatever it is, it may repeat a name
        _LOG.error("what was withdrawn cannot be taken out: %s", type(error).__name__)
    shutil.rmtree(target, ignore_errors=True)
    return None


def _take_out(project: Project, served: ServedBuild, down: frozenset[str]) -> ColumnGraph:
    whole = load_columns(served.folder / project.columns_dir.name)
    clusters = read_ledger(project.judgements_file).clusters
    graph = without(whole, down - served.withdrawn, clusters)
    if any(graph.position(IRI(name)) is not None for name in down):
        raise ProjectError("withdrawn-since-build", count=len(down))
    return graph


def _write_redacted(
    graph: ColumnGraph, served: ServedBuild, target: Path, down: frozenset[str]
) -> ServedBuild:
    columns, store = target / "columns", target / served.store.name
    save_columns(graph, columns)
    prepare_columns(graph, columns)
    save_columns(ColumnGraph.from_quads(()), columns / "rules")  # nothing is derived any more
    if not is_for_later(store):  # of a large graph, columns answer until there is one
        fill_elsewhere(store, columns)
    # of a table and of a download that hold something else, no digest
    manifest = {**served.manifest, "quads": len(graph), "inputs": {}, "outputs": {}}
    manifest.pop("quads_by_source", None)
    (target / PRIVATE).mkdir(mode=0o700)
    for place, said in ((target, manifest), (target / PRIVATE, {KEY: sorted(down)})):
        (place / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    digest = secrets.token_hex(32)  # of the names nothing is told, so no digest of them either
    return replace(
        served, manifest=manifest, digest=digest, folder=target, store=store, withdrawn=down
    )
