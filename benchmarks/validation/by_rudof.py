"""data.nt and shapes → results, with pyrudof's own engine.

Usage: python by_rudof.py FILE SHAPES
"""

from __future__ import annotations

import sys

import pyrudof
from measured import component, spent, tell

session = pyrudof.Rudof(pyrudof.RudofConfig())
session.read_data(sys.argv[1], format=pyrudof.RDFFormat.NTriples)
session.read_shacl(sys.argv[2])
before, _ = spent()
report = session.validate_shacl()
after = spent()


def text(value: str | None) -> str:
    """As N-Triples, where rudof writes an IRI bare and shortens those of datatypes."""
    if value is None or value.startswith("_:"):
        return value or ""
    if not value.startswith('"'):
        return f"<{value}>"
    lexical, short, name = value.rpartition("^^xsd:")
    return f"{lexical}^^<http://www.w3.org/2001/XMLSchema#{name}>" if short else value


tell(
    before,
    (
        (one.focus_node, one.path or "", text(one.value), component(one.constraint_component))
        for one in report
    ),
    after,
)
