"""The graphs of a dataset into what Oxigraph is asked: a store, and the arguments that name its
graphs."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from hrdgraph.store.dataset import Dataset


def over(store: ox.Store, dataset: Dataset | None) -> tuple[ox.Store, dict[str, Any]]:
    """The store itself where the default graph is one or none of its graphs, or its own; a merge
    where there are several."""
    if dataset is None:
        return store, {}
    named = [ox.NamedNode(name) for name in dict.fromkeys(dataset.named)]
    if len(set(dataset.default)) < 2:
        return store, {
            "default_graph": [ox.NamedNode(name) for name in set(dataset.default)],
            "named_graphs": named,
        }
    return _merge(store, dataset), {"default_graph": ox.DefaultGraph(), "named_graphs": named}


def _merge(store: ox.Store, dataset: Dataset) -> ox.Store:
    """The merge of several graphs as one. Oxigraph's own repeats a triple for every graph that
    has it, which spoils counts."""
    merged = ox.Store()
    for name in dataset.default:
        merged.bulk_extend(
            ox.Quad(*quad.triple)
            for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(name))
        )
    for name in dataset.named:
        merged.bulk_extend(store.quads_for_pattern(None, None, None, ox.NamedNode(name)))
    return merged
