"""Quads into RDF text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from hrdgraph.errors import OutputError
from hrdgraph.rdf import Quad
from hrdgraph.rdfio.formats import RdfFormat
from hrdgraph.rdfio.oxi import ox_quad


def serialize(quads: Iterable[Quad], syntax: RdfFormat, prefixes: Mapping[str, str]) -> bytes:
    """Write quads in their order. Formats without named graphs take triples only. Raises
    OutputError on what they cannot say."""
    items = map(ox_quad, quads)
    try:
        if syntax.quads:
            return ox.serialize(items, format=syntax.oxigraph, prefixes=dict(prefixes)) or b""
        return (
            ox.serialize(
                (item.triple for item in items), format=syntax.oxigraph, prefixes=dict(prefixes)
            )
            or b""
        )
    except (ValueError, OSError) as error:
        hint = "write-n-quads-or-trig"
        raise OutputError(
            "unwritable-as-format", format=syntax.name, reason=error, hint=hint
        ) from error
