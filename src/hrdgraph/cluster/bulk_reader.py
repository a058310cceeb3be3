"""The parts of a bulk folder into one graph of columns."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.ntriples import read_canonical
from hrdgraph.sources.temporary import writing_temporary
from hrdgraph.tempfiles import TemporaryFolder


def read_bulk(folder: Path) -> ColumnGraph:
    """The statements of a bulk folder, blank nodes named as they are written: those of all parts
    are of one run."""
    return ColumnGraph.union(_parts(folder))


def _parts(folder: Path) -> Iterator[ColumnGraph]:
    with closing(_Unpacked()) as unpacked:
        for path in sorted(folder.glob("part-*.nq.gz")):
            part = read_canonical(unpacked.of(path))
            assert part is not None  # we wrote it
            yield part


class _Unpacked:
    """One part at a time, on disk."""

    def __init__(self) -> None:
        self._folder = TemporaryFolder()

    def of(self, path: Path) -> Path:
        """Where the text of a part is, until the next one is asked for."""
        target = Path(self._folder.name) / "part.nq"
        with (
            writing_temporary("a part of the statements"),
            gzip.open(path) as packed,
            target.open("wb") as out,
        ):
            shutil.copyfileobj(packed, out)
        return target

    def close(self) -> None:
        self._folder.cleanup()
