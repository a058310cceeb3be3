"""A file or folder into all that can be read in it: its bytes as they lie there, and what they
hold when they are unpacked."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from hrdgraph.store import OxigraphStore, Solutions

PACKERS: Final[dict[bytes, Callable[[bytes], bytes]]] = {
    b"\x1f\x8b": gzip.decompress,
    b"BZh": bz2.decompress,
    b"\xfd7zXZ": lzma.decompress,
}
_STORE: Final = "CURRENT"  # a file that every RocksDB folder has

Piece = tuple[str, bytes]


def pieces(path: Path, skipped: Callable[[Path], bool] = lambda _: False) -> Iterator[Piece]:
    """Every piece below a path with its place; a store also as the statements that it answers
    with."""
    if path.is_dir():
        if (path / _STORE).is_file():
            yield f"{path} (its statements)", _dumped(path)
        for inner in sorted(path.iterdir()):
            if not skipped(inner):
                yield from pieces(inner, skipped)
    elif path.is_file():
        yield str(path), path.name.encode()
        yield from _opened(str(path), path.read_bytes())


def _opened(place: str, data: bytes, depth: int = 4) -> Iterator[Piece]:
    yield place, data
    if depth == 0:
        return
    if data.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield f"{place}!{name}", name.encode()
                yield from _opened(f"{place}!{name}", archive.read(name), depth - 1)
    elif data.startswith(b"PAR1"):
        yield f"{place} (its columns)", _texts(data)
    else:
        for magic, unpack in PACKERS.items():
            if data.startswith(magic):
                yield from _opened(f"{place} (unpacked)", unpack(data), depth - 1)


def _texts(data: bytes) -> bytes:
    """All texts of a Parquet file."""
    import polars as pl

    frame = pl.read_parquet(io.BytesIO(data))
    columns = (frame[name].cast(pl.String, strict=False).fill_null("") for name in frame.columns)
    return "\n".join(text for column in columns for text in column).encode()


def _dumped(folder: Path) -> bytes:
    with OxigraphStore.open(folder) as store:
        found = store.query("SELECT ?s ?p ?o ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
        assert isinstance(found, Solutions)
        return "\n".join(
            " ".join(term.n3() for term in row if term is not None) for row in found.rows
        ).encode()
