"""The rows of a file that is too large to be held, in parts that are not: rows that agree in a column come into the same one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.passing import TemporaryFolder
from hrdgraph.sources.kinds import HIDDEN
from hrdgraph.sources.named import named, series
from hrdgraph.sources.temporary import writing_temporary

_LINES: Final = 1_000_000  # so many lines, each once, can be sorted out as lines
_MOST: Final = 256  # parts; each is a file for each batch
_PART: Final = f"{HIDDEN}part"


class Looked(NamedTuple):
    """What a first reading of some columns found: the number of rows, the columns that differ in every row, nulls aside, and of each
    column that holds one text a row, how many different ones there are."""

    rows: int
    unique: frozenset[str]
    distinct: Mapping[str, int]

    def parting(self, keys: Sequence[frozenset[str]]) -> str | None:
        """The column that settles most rules once rows that agree in it are together; None where what is left without is little.

        `keys` are the columns of each rule of which one that differs makes its quads differ.
        """
        times = Counter(name for names in keys if not names & self.unique for name in sorted(names & self.distinct.keys()))
        best = max(times, key=lambda name: (times[name], self.distinct[name]), default=None)
        return best if best is not None and times[best] * self.distinct[best] > _LINES else None


def looked_at(frames: Iterable[pl.DataFrame], names: frozenset[str]) -> Looked:
    """Look at columns. Only hashes are held: where these differ, so do the texts."""
    rows, hashes = 0, {name: list[pl.Series]() for name in names}
    for frame in frames:
        rows += frame.height
        # of a column that holds lists in some batch nothing is known: what these hold would be missing among the hashes
        hashes = {
            name: [*seen, series(frame, name).drop_nulls().hash()] for name, seen in hashes.items() if frame.schema[name] == pl.String
        }
    texts = {name: sum(map(len, seen)) for name, seen in hashes.items() if seen}
    distinct = {name: pl.concat(hashes[name]).n_unique() for name in texts}
    return Looked(rows, frozenset(name for name in texts if texts[name] == distinct[name]), distinct)


@contextmanager
def parted(frames: Iterable[pl.DataFrame], column: str, count: int) -> Iterator[Iterator[list[pl.DataFrame]]]:
    """The rows in `count` parts, at most 256, each as frames in the order of the file. They wait on disk as long as the block runs."""
    count = min(count, _MOST)
    with writing_temporary("the rows that do not fit into memory"):
        folder = TemporaryFolder()
    with folder as name:
        for number, frame in enumerate(frames):
            _write(frame, column, count, Path(name), number)
        yield (_read(Path(name), part) for part in range(count))


def _write(frame: pl.DataFrame, column: str, count: int, folder: Path, number: int) -> None:
    numbered = frame.with_columns((named(column).hash() % count).alias(_PART))
    with writing_temporary("the rows that do not fit into memory"):
        for (part,), rows in numbered.partition_by(_PART, as_dict=True, include_key=False, maintain_order=True).items():
            (folder / f"{part}").mkdir(exist_ok=True)
            rows.write_ipc(folder / f"{part}" / f"{number}")


def _read(folder: Path, part: int) -> list[pl.DataFrame]:
    """The frames of a part."""
    files = (folder / f"{part}").glob("*")
    return [pl.read_ipc(file) for file in sorted(files, key=lambda path: int(path.name))]
