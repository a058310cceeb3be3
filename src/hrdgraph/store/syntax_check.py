"""The text of a query → SyntaxError where Oxigraph does not read it; nothing is worked out."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox


def check_syntax(text: str, prefixes: Mapping[str, str], base: str | None = None) -> None:
    """Raise SyntaxError for a query that does not parse."""
    name = "nowhere"
    while name in text:
        name += "_"
    try:  # Oxigraph looks for a parameter when it has parsed the query, and before all else
        ox.Store().query(
            text,
            base_iri=base,
            prefixes=dict(prefixes),
            substitutions={ox.Variable(name): ox.BlankNode()},
        )
    except RuntimeError:
        return
