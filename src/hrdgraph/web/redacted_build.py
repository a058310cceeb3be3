"""A served build into one without what was withdrawn since it was made, which is served until the
next build is there."""

from __future__ import annotations

import json
import logging
import secrets
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Final

from hrdgraph.errors import HrdgraphError, ProjectError
from hrdgraph.identity import read_ledger
from hrdgraph.privacy.withdrawal_redaction import without
from hrdgraph.privacy.withdrawal_state import KEY
from hrdgraph.project import Project
from hrdgraph.project.model import PRIVATE
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdfio import load_columns, save_columns
from hrdgraph.sparql.prepared_columns import prepare_columns
from hrdgraph.store.store_filling import fill_elsewhere, is_for_later
from hrdgraph.web.served_builds import ServedBuild

_LOG: Final = logging.getLogger("hrdgraph.web")


def redacted(
    project: Project, served: ServedBuild, folder: Path, down: frozenset[str]
) -> ServedBuild | None:
    """What is served without the names that are `down`, in a folder of its own below `folder`:
    columns and store, no downloads. None where it cannot be made, which is said: then nothing is
    shown."""
    target = folder / f"redacted-{secrets.token_hex(8)}"
    try:
        graph = _taken_out(project, served, down)
        return _written(graph, served, target, down)
    except HrdgraphError as error:
        _LOG.error("what was withdrawn cannot be taken out: %s", error.code)
    except Exception as error:  # whatever it is, it may repeat a name
        _LOG.error("what was withdrawn cannot be taken out: %s", type(error).__name__)
    shutil.rmtree(target, ignore_errors=True)
    return None


def _taken_out(project: Project, served: ServedBuild, down: frozenset[str]) -> ColumnGraph:
    whole = load_columns(served.folder / project.columns_dir.name)
    clusters = read_ledger(project.judgements_file).clusters
    graph = without(whole, down - served.withdrawn, clusters)
    if any(graph.position(IRI(name)) is not None for name in down):
        raise ProjectError("withdrawn-since-build", count=len(down))
    return graph


def _written(
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
