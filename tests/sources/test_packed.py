"""Compressed, archived and otherwise encoded files: the same rows as from the plain file, or an error that names the file."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.errors import NOWHERE, SourceError
from hrdgraph.sources import Dialect, header_of, read, unpacking
from hrdgraph.sources.text import COMPRESSIONS
from hrdgraph.sources.unpacking import OPENERS

Frame = Callable[..., pl.DataFrame]
TABLE = "id,name\n1,Ann\n2,Ré\n".encode()


def tar(files: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def zstd(data: bytes) -> bytes:
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    return bytes(pytest.importorskip(name, reason="pip install 'hrdgraph[zstd]'").compress(data))


PACK: dict[str, Callable[[bytes], bytes]] = {
    "none": bytes,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd,
    "zip": lambda data: zipped({"t.csv": data, "__MACOSX/._t.csv": b"x"}),
    "tar": lambda data: tar({"t.csv": data}),
    "targz": lambda data: tar({"../../t.csv": data}, "w:gz"),
    "targzip": lambda data: tar({"/t.csv": data}, "w:gz"),
    "tarbzip2": lambda data: tar({"t.csv": data}, "w:bz2"),
    "tarxz": lambda data: tar({"t.csv": data}, "w:xz"),
    "tarzstd": lambda data: zstd(tar({"t.csv": data})),
}


@pytest.fixture(params=sorted(OPENERS))
def packed(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    path = tmp_path / "t.packed"
    path.write_bytes(PACK[request.param](TABLE))
    return path, request.param


def test_every_compression(packed: tuple[Path, str], frame: Frame) -> None:
    path, name = packed
    assert header_of(path, Dialect(compression=name)) == ["id", "name"]
    assert frame("CSV", path, compression=name).rows() == [(2, "1", "Ann"), (3, "2", "Ré")]


def test_every_compression_that_a_mapping_may_name_can_be_opened() -> None:
    assert set(COMPRESSIONS) == set(OPENERS)


def test_a_packed_file_that_is_cut_off(packed: tuple[Path, str], frame: Frame) -> None:
    path, name = packed
    path.write_bytes(path.read_bytes()[:-9])
    if name not in (
        "none",
        "tar",
    ):  # of a plain file the readers say so; a tar archive ends in blocks of zeros that say nothing
        with pytest.raises(SourceError) as caught:
            frame("CSV", path, compression=name)
        assert caught.value.origin.file == str(path)


def test_what_is_not_packed(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TABLE * 100)
    for name in sorted(OPENERS.keys() - {"none"}):
        with pytest.raises(SourceError) as caught:
            frame("CSV", path, compression=name)
        assert caught.value.origin.file == str(path)
        assert caught.value.hint


@pytest.mark.heavy
@pytest.mark.parametrize(
    "compression", ["gzip", "bzip2", "xz", "zstd", "zip", "targz", "tarbzip2", "tarxz", "tarzstd"]
)
def test_a_bomb_is_stopped(
    compression: str, tmp_path: Path, frame: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "FREE", 1 << 20)
    path = tmp_path / "t.packed"
    path.write_bytes(PACK[compression](bytes(64 << 20)))
    with pytest.raises(SourceError, match="decompression bomb"):
        frame("CSV", path, compression=compression)


def test_an_archive_of_several_files(tmp_path: Path, frame: Frame) -> None:
    for name, data in (
        ("zip", zipped({"a.csv": TABLE, "b.csv": TABLE})),
        ("tar", tar({"a.csv": TABLE, "b.csv": TABLE})),
    ):
        path = tmp_path / f"t.{name}"
        path.write_bytes(data)
        with pytest.raises(SourceError, match=r"holds 2 files: a\.csv, b\.csv"):
            frame("CSV", path, compression=name)


def test_an_archive_of_no_file(tmp_path: Path, frame: Frame) -> None:
    for name, data in (("zip", zipped({})), ("tar", tar({}))):
        path = tmp_path / f"t.{name}"
        path.write_bytes(data)
        with pytest.raises(SourceError, match="the file is empty"):
            frame("CSV", path, compression=name)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_in_an_archive(kind: bytes, tmp_path: Path, frame: Frame) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("t.csv")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)
    path = tmp_path / "t.tar"
    path.write_bytes(out.getvalue())
    with pytest.raises(SourceError, match="which is not a plain file"):
        frame("CSV", path, compression="tar")


def sparse(kind: str) -> bytes:
    """An archive of a file that is a hole of three gigabytes, as GNU tar writes it."""
    member = tarfile.TarInfo("t.csv")
    if kind == "pax":
        member.pax_headers = {
            "GNU.sparse.major": "0",
            "GNU.sparse.minor": "1",
            "GNU.sparse.size": str(3 << 30),
            "GNU.sparse.map": "0,0",
        }
        return member.tobuf(tarfile.PAX_FORMAT) + bytes(1024)
    member.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    header[386:410], header[483:495] = (
        b"%011o\0" % (3 << 30) + b"%011o\0" % 0,
        b"%011o\0" % (3 << 30),
    )
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + bytes(1024)


@pytest.mark.parametrize("kind", ["gnu", "pax"])
@pytest.mark.parametrize("compression", ["tar", "targz"])
def test_a_file_of_holes_in_an_archive(
    kind: str, compression: str, tmp_path: Path, frame: Frame
) -> None:
    path = tmp_path / "t.packed"
    path.write_bytes(sparse(kind) if compression == "tar" else gzip.compress(sparse(kind)))
    with pytest.raises(
        SourceError, match=r"the archive holds 't\.csv', which is not a plain file"
    ) as caught:
        frame("CSV", path, compression=compression)
    assert "without --sparse" in caught.value.hint


@pytest.mark.parametrize("encoding", ["UTF-16", "UTF-16-LE", "ISO-8859-1", "windows-1252", "utf-8"])
def test_every_encoding(encoding: str, tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TABLE.decode().encode(encoding))
    assert frame("CSV", path, encoding=encoding).rows() == [(2, "1", "Ann"), (3, "2", "Ré")]


def test_the_wrong_encoding(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TABLE)
    with pytest.raises(SourceError, match="not valid ascii") as caught:
        frame("CSV", path, encoding="ascii")
    assert caught.value.origin.file == str(path)


def test_errors_in_a_packed_file_name_its_row(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"id,name\n1,Ann\n2\n"))
    with pytest.raises(SourceError, match="1 cell, but the header has 2") as caught:
        frame("CSV", path, compression="gzip")
    assert (caught.value.origin.file, caught.value.origin.row) == (str(path), 3)


def test_so_do_rows_of_it_that_are_left_out(tmp_path: Path) -> None:
    path, told = tmp_path / "t.gz", list[SourceError]()
    path.write_bytes(gzip.compress(b"id,name\n1,Ann\n2\n3,Cid\n"))
    (found,) = read("CSV", path, Dialect(compression="gzip"), ["id", "name"], NOWHERE, told.append)
    assert found.select("id", "name").rows() == [("1", "Ann"), ("3", "Cid")]
    assert [(error.origin.file, error.origin.row) for error in told] == [(str(path), 3)]


def test_a_missing_packed_file(tmp_path: Path, frame: Frame) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        frame("CSV", tmp_path / "none.csv.gz", compression="gzip")


@settings(max_examples=examples(60))
@given(
    st.binary(max_size=80),
    st.sampled_from(sorted(OPENERS)),
    st.sampled_from(["UTF-8", "UTF-16", "ISO-8859-1", "shift_jis"]),
    st.booleans(),
)
def test_any_bytes_give_frames_or_an_error(
    tmp_path_factory: pytest.TempPathFactory,
    data: bytes,
    compression: str,
    encoding: str,
    whole: bool,
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.packed"
    path.write_bytes(PACK[compression](data) if whole else data)
    for name, column in (("CSV", None), ("JSONPath", ["a"])):
        place = ""
        try:
            list(
                read(
                    name, path, Dialect(compression=compression, encoding=encoding), column, NOWHERE
                )
            )
        except SourceError as error:
            place = error.origin.file
        assert place in ("", str(path))
