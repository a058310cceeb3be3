"""A path of the model → SPARQL with whole IRIs."""

from __future__ import annotations

from hrdgraph.rdf import IRI
from hrdgraph.validate.engine.model.paths import (
    AlternativePath,
    Inverse,
    Path,
    RepeatedPath,
    Sequence,
)


def sparql_path(path: Path) -> str:
    """The path as SPARQL; anything but a predicate in brackets."""
    match path:
        case IRI():
            return path.n3()
        case Inverse(inner):
            return f"(^{sparql_path(inner)})"
        case Sequence(steps):
            return "(" + "/".join(map(sparql_path, steps)) + ")"
        case AlternativePath(choices):
            return "(" + "|".join(map(sparql_path, choices)) + ")"
        case RepeatedPath(inner, mark):
            return f"({sparql_path(inner)}{mark})"
