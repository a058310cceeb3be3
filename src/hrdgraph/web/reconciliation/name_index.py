"""The names of all things into those that are near to a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from hrdgraph.identity.matching.keys import keys_of
from hrdgraph.identity.record_extraction import records_of
from hrdgraph.identity.records import Record
from hrdgraph.web.memo import once
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.site import Thing

MOST_COMPARED: Final = 400  # records that one query is compared with


class NameIndex:
    """The things of a site, ready to be looked for in any language. Worked out when first asked,
    once; safe to share between threads."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def near(self, wanted: Record) -> Iterator[Record]:
        """The records that share a key, those that share most first."""
        shared: dict[int, int] = {}
        for key in plain_key(keys_of(wanted)):
            for place in self._places.get(key, ()):
                shared[place] = shared.get(place, 0) + 1
        best = sorted(shared, key=lambda place: (-shared[place], place))[:MOST_COMPARED]
        return (self._records[place] for place in best)

    @once
    def named(self) -> Mapping[str, list[Thing]]:
        """The things by their folded names: thousands of conditions may come in one request."""
        found: dict[str, list[Thing]] = {}
        for row in self._pages.index.rows:
            for name in row.folded:
                found.setdefault(name, []).append(row.thing)
        return found

    @once
    def _records(self) -> list[Record]:
        return records_of(self._pages.site.graph.columns)

    @once
    def _places(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, record in enumerate(self._records):
            for key in plain_key(keys_of(record)):
                found.setdefault(key, []).append(place)
        return found


def plain_key(keys: Iterable[str]) -> Iterator[str]:
    """The keys as they are looked up: an initial and a name that it may stand for are one key,
    as in blocking."""
    return (f"pi{key[2:]}" if key[:2] == "pn" else key for key in keys)
