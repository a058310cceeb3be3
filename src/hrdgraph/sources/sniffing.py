"""The bytes of a text table into its text and the character between its cells, where nobody says
which."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.text import read_bytes

_DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE: Final = 60  # lines
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LETTERS: Final = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяё")


def sniffed(path: Path, encoding: str = "", delimiter: str = "") -> tuple[str, str]:
    """The text of a file and its delimiter; `encoding` and `delimiter` are what is known
    already."""
    data = read_bytes(path)
    if (
        not encoding
        and b"\0" in data[:4096]
        and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    ):
        raise SourceError("file-not-text", origin=Origin(str(path)))
    try:
        text = data.decode(encoding or encoding_of(data))
    except (UnicodeDecodeError, LookupError) as error:
        raise SourceError(
            "file-not-in-encoding",
            encoding=encoding,
            origin=Origin(str(path)),
            hint="save-as-csv-utf8",
        ) from error
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first) == 5:  # as some programs write for others
        return "\n" + rest, first[4]
    return text, delimiter or delimiter_of(text)


def encoding_of(data: bytes) -> str:
    """The encoding of a text: by its mark, else UTF-8 where it is that, else that of Windows in
    which its letters make most sense."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    try:
        data.decode()
    except UnicodeDecodeError:
        return _of_windows(data)
    return "utf-8"


def _of_windows(data: bytes) -> str:
    """Cyrillic where words are made of its letters, Arabic likewise; else that of Western
    Europe, or the old one of DOS."""
    high = [byte for byte in data if byte > 127]
    plain = sum(97 <= byte | 32 <= 122 for byte in data)
    if len(high) > plain:
        cyrillic = bytes(high).decode("cp1251", "replace").lower()
        arabic = bytes(high).decode("cp1256", "replace")
        is_arabic = sum("\u0600" <= letter <= "\u06ff" for letter in arabic)
        return "cp1251" if sum(letter in _LETTERS for letter in cyrillic) >= is_arabic else "cp1256"
    return (
        "cp850"
        if sum(byte in b"\x82\x85\x87\x88\x8a\xa0\xa1\xa2\xa3\xa4" for byte in high)
        > len(high) * 0.8
        else "cp1252"
    )


def delimiter_of(text: str) -> str:
    """The character that stands equally often in most of the first lines; a comma where none
    does."""
    lines = [line for line in text.split("\n")[: _SAMPLE * 2] if line.strip()][:_SAMPLE]
    best, found = 0.0, ","
    for mark in _DELIMITERS:
        counts = [_outside_quotes(line).count(mark) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        same = counts.count(usual) / len(counts) if counts else 0
        score = same * min(usual, 8) if usual else (sum(counts) / len(counts) / 4 if counts else 0)
        if score > best:
            best, found = score, mark
    return found


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])
