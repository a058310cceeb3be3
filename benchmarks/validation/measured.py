"""What an engine found and what it spent → one JSON object on standard output. Used by each
engine, in its own environment."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterable
from typing import Any

SH = "http://www.w3.org/ns/shacl#"
Row = tuple[str, str, str, str]


def spent() -> tuple[float, float]:
    """CPU seconds so far, user and system, of all threads and of processes that have ended; and
    the peak of memory in MB of this one."""
    usage, ended = (
        resource.getrusage(resource.RUSAGE_SELF),
        resource.getrusage(resource.RUSAGE_CHILDREN),
    )
    return sum(one.ru_utime + one.ru_stime for one in (usage, ended)), usage.ru_maxrss / 1024


def tell(before: float, rows: Iterable[Row], after: tuple[float, float]) -> None:
    """Print what was spent between `before` and `after`, in all, and the distinct results: focus
    node, path, value, component."""
    found = sorted(set(rows))
    json.dump(
        {"validating": after[0] - before, "process": after[0], "memory": after[1], "rows": found},
        sys.stdout,
    )


def component(iri: str) -> str:
    """`MinCount` for the IRI of its component."""
    return iri.strip("<>").removeprefix(SH).removesuffix("ConstraintComponent")


def rows_of(report: Any) -> list[Row]:
    """The results of a sh:ValidationReport in an rdflib graph."""
    import rdflib
    from rdflib.collection import Collection

    sh = rdflib.Namespace(SH)

    def path(node: Any) -> str:
        if node is None or isinstance(node, rdflib.URIRef):
            return str(node or "")
        inner = report.value(node, sh.inversePath)
        return (
            f"^<{inner}>"
            if inner is not None
            else "/".join(f"<{item}>" for item in Collection(report, node))
        )

    def row(node: Any) -> Row:
        focus, where, value, kind = (
            report.value(node, sh[name])
            for name in ("focusNode", "resultPath", "value", "sourceConstraintComponent")
        )
        # a plain literal is the same term
        text = "" if value is None else value.n3().removesuffix(f"^^<{rdflib.XSD.string}>")
        return str(focus), path(where), text, component(str(kind))

    return [row(node) for node in report.subjects(rdflib.RDF.type, sh.ValidationResult)]
