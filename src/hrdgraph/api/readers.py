"""A finished build into what answers queries of it, in this process or in one of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hrdgraph.sparql import MANY
from hrdgraph.store.worker_process import COLUMNS_WORKER, USUAL, WORKER, BoundedReader, WorkerLimits

if TYPE_CHECKING:
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.store import Reader, Store


def reader_of(graph: ColumnGraph, folder: Path, store: Callable[[], Store]) -> Reader:
    """The store of a build, or, while that is still to be made in its folder, the columns, and
    the store only for what these do not answer."""
    from hrdgraph.store.store_filling import COLUMNS, is_for_later

    if not is_for_later(folder):
        return store()
    from hrdgraph.sparql import ColumnStore
    from hrdgraph.sparql.prepared_columns import prepared_answers

    return ColumnStore(graph, lambda _: store(), prepared_answers(folder.parent / COLUMNS))


def bounded_reader(folder: Path, quads: int, limits: WorkerLimits | None) -> BoundedReader:
    """The same of so many quads with bounds, in a process that has no network and can be ended."""
    main = COLUMNS_WORKER if quads >= MANY else WORKER
    return BoundedReader(folder, limits or USUAL, main)
