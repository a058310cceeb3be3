"""Quads in columns into a place that answers SPARQL."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hrdgraph.store.contract import (
        NO_FUNCTIONS,
        NO_PARAMETERS,
        Answer,
        Boolean,
        Functions,
        GraphAnswer,
        Parameters,
        Reader,
        Solutions,
        Store,
    )
    from hrdgraph.store.oxigraph import OxigraphStore, as_stored, refuse_unreadable, remove_logs

__all__ = [
    "NO_FUNCTIONS",
    "NO_PARAMETERS",
    "Answer",
    "Boolean",
    "Functions",
    "GraphAnswer",
    "OxigraphStore",
    "Parameters",
    "Reader",
    "Solutions",
    "Store",
    "as_stored",
    "refuse_unreadable",
    "remove_logs",
]

_MODULES = ("contract", "contract", "oxigraph")


def __getattr__(name: str) -> Any:
    """Load the public names when they are first used: a process that only answers queries starts
    without columns."""
    if name in __all__:
        for module in map(import_module, (f"{__name__}.{part}" for part in _MODULES)):
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
