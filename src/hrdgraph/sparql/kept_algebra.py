"""The algebra of the rules and checks of a project, as the last process read it: the parser takes
some hundredths of a second for each, in which columns would have answered several."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version

from hrdgraph.disk_cache import code_version, digest_of, keep, recall
from hrdgraph.sparql.translation import are_taken_up, read, take_up


def read_queries(place: str, texts: Iterable[str]) -> None:
    """Read queries, which hold no cell of any table, or take them up if the last process has read
    them so for the project in a place."""
    wanted = sorted(texts)
    if are_taken_up(wanted):
        return
    name, key = f"algebra {place}", digest_of([code_version(), version("rdflib"), *wanted])
    known = recall(name, key)
    if known is None:
        known = {text: read(text) for text in wanted}
        keep(name, key, known)
    take_up(known)
