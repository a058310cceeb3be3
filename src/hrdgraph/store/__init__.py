"""Quads in columns into a place that answers SPARQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.store.contract import NO_FUNCTIONS as NO_FUNCTIONS
    from hrdgraph.store.contract import NO_PARAMETERS as NO_PARAMETERS
    from hrdgraph.store.contract import Answer as Answer
    from hrdgraph.store.contract import Boolean as Boolean
    from hrdgraph.store.contract import Functions as Functions
    from hrdgraph.store.contract import GraphAnswer as GraphAnswer
    from hrdgraph.store.contract import Parameters as Parameters
    from hrdgraph.store.contract import Reader as Reader
    from hrdgraph.store.contract import Solutions as Solutions
    from hrdgraph.store.contract import Store as Store
    from hrdgraph.store.oxigraph import OxigraphStore as OxigraphStore
    from hrdgraph.store.oxigraph import as_stored as as_stored
    from hrdgraph.store.oxigraph import refuse_unreadable as refuse_unreadable
    from hrdgraph.store.oxigraph import remove_logs as remove_logs
else:
    homes = {
        "contract": "NO_FUNCTIONS NO_PARAMETERS Answer Boolean Functions GraphAnswer Parameters "
        "Reader Solutions Store",
        "oxigraph": "OxigraphStore as_stored refuse_unreadable remove_logs",
    }
    __getattr__ = lazily(__name__, homes)
