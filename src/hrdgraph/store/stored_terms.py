"""Terms → as Oxigraph gives them back: it keeps the value of a number or a date, not its text."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from hrdgraph.rdfio.oxi import ox_from_text, text_of_ox


def as_stored(texts: Sequence[str]) -> list[str]:
    """N-Triples texts of terms, each as a store writes the term that it has taken in."""
    store = ox.Store()
    predicate = ox.NamedNode("x:p")
    # a literal is never a subject, so the number of each is one
    store.extend(
        ox.Quad(ox.NamedNode(f"x:{number}"), predicate, ox_from_text(text))
        for number, text in enumerate(texts)
    )
    found = {
        quad.subject.value: text_of_ox(quad.object)
        for quad in store.quads_for_pattern(None, None, None)
        if isinstance(quad.subject, ox.NamedNode)
    }
    return [found[f"x:{number}"] for number in range(len(texts))]
