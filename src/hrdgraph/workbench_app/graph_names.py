"""The names that the built graph knows into those that a person may mean, each with what tells it
from others."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Final

from hrdgraph.catalogue import Vocabulary
from hrdgraph.errors import HrdgraphError
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.identity.records import Record
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.project import Project

_MOST: Final = 12  # names that are offered at once
_PATIENCE: Final = 0.15  # seconds that an answer waits for names that are being read


@dataclass(frozen=True)
class KnownName:
    """A name, and what tells its bearer from others: years, countries, prizes."""

    name: str
    about: str


class GraphNames:
    """The names of the last build of a project, read in the background when they are first asked
    for; another build, another reading."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._build: object = None
        self._reading: Thread | None = None
        self._records: list[tuple[str, Record]] = []

    def like(
        self, text: str, kinds: Iterable[str], project: Project, language: str
    ) -> list[KnownName]:
        """The names of things of some kinds that have a text in them; those that begin with it
        first. None while they are being read."""
        wanted, of = folded(text), set(kinds)
        if len(wanted) < 2 or not self._is_ready(project):
            return []
        found = [one for one in self._records if one[1].kind in of and wanted in one[0]]
        found.sort(key=lambda one: (not one[0].startswith(wanted), one[0]))
        words = Vocabulary("review", language)
        return [KnownName(record.names[0], _about(record, words)) for _, record in found[:_MOST]]

    def _is_ready(self, project: Project) -> bool:
        with self._lock:
            build = _build_of(project)
            if build != self._build:
                self._build, self._records, self._reading = build, [], None
            if build is None:
                return False
            if self._reading is None:
                self._reading = Thread(target=self._read, args=(project, build), daemon=True)
                self._reading.start()
            reading = self._reading
        if reading is not None:
            reading.join(_PATIENCE)
        return reading is None or not reading.is_alive()

    def _read(self, project: Project, build: object) -> None:
        from hrdgraph.library.identity import records_of

        try:
            records, _ = records_of(project, withheld=False)
        except HrdgraphError:
            return  # nothing was built, or something was withdrawn since
        named = [(folded(name), record) for record in records for name in record.names]
        with self._lock:
            if build == self._build:
                self._records = named


def _build_of(project: Project) -> object:
    """What changes with each build, and with each withdrawal; None where none may be read."""
    try:
        return json.dumps(ReadableBuild(project).manifest, sort_keys=True)
    except HrdgraphError:
        return None


def _about(record: Record, words: Vocabulary) -> str:
    years = "–".join(f"{year}" for year in (record.birth, record.death) if year is not None)
    places = ", ".join(sorted(country.rpartition("/")[2] for country in record.countries)[:3])
    contexts = sorted({one.label for one in record.contexts if one.label})[:2]
    other = record.names[1:2]
    return " · ".join(filter(None, (words[record.kind], *other, years, places, *contexts)))
