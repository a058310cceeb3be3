"""What a request and the FROM clauses of its query say about graphs, into the dataset that is
asked (SPARQL 1.1 Protocol §2.1.4), and what Oxigraph is asked with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from hrdgraph.errors import QueryError
from hrdgraph.store.tokens import iris_in, tokens_of


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs whose merge is the default graph, and the named graphs, by IRI."""

    default: tuple[str, ...]
    named: tuple[str, ...]


def dataset_of(text: str, prefixes: Mapping[str, str], base: str) -> Dataset | None:
    """Return the dataset of a query's own FROM clauses, None where it has none. QueryError for a
    prefix that nobody declares."""
    tokens = tokens_of(text)
    default, named = list[str](), list[str]()
    for place, iri in iris_in(text, prefixes, base):
        words = [token.text for token in tokens[max(place - 2, 0) : place] if token.kind == "word"]
        graphs = default if words[-1:] == ["FROM"] else named
        if words[-1:] not in (["FROM"], ["FROMNAMED"]) and words != ["FROM", "NAMED"]:
            continue
        if iri is None:
            raise QueryError("query-prefix-undeclared", prefix=tokens[place].text.partition(":")[0])
        graphs.append(iri)
    return Dataset(tuple(default), tuple(named)) if default or named else None


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
