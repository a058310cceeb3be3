"""Two files of N-Triples or N-Quads → whether they are the same set, with an example of each
difference.

Usage: python compare.py OURS THEIRS [--decode]   (prints JSON)

Lines are brought to canonical N-Triples and compared by a 64-bit hash, eight bytes a line, so
that ten million fit in memory. Of n lines two share a hash with a probability of n² / 2^65: 1 in
370,000 for ten million.

`--decode` undoes one difference in the second file, known and argued. Morph-KGC and SDM-RDFizer
percent-encode every non-ASCII letter in an IRI made of a template. RML-Core has templates make
IRI-safe values, in which all characters of `iunreserved` (RFC 3987) stay as they are, and these
include the letters of all scripts. A `%` of the data is itself encoded (`%25`), so that decoding
just the sequences of those characters takes no two IRIs for one.
"""

from __future__ import annotations

import json
import re
import sys
from array import array
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np

BLOCK = 1 << 24
ESCAPE = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
NAMED = {b"t": "\t", b"b": "\b", b"n": "\n", b"r": "\r", b"f": "\f"}
ESCAPED = {"\n": b"\\n", "\r": b"\\r", '"': b'\\"', "\\": b"\\\\"}
ENCODED = re.compile(rb"(?:%[89A-Fa-f][0-9A-Fa-f])+")
PLAIN_TEXT = b"^^<http://www.w3.org/2001/XMLSchema#string>"


@dataclass(frozen=True)
class Result:
    """`lines` of ours, `distinct` of ours and `theirs`; examples are empty where the sets are
    equal."""

    lines: int
    distinct: int
    theirs: int
    only_ours: str
    only_theirs: str


def canonical(line: bytes, decode: bool) -> bytes:
    """One statement in canonical N-Triples: least escapes, no xsd:string, one space between
    terms."""
    text = ESCAPE.sub(_unescaped, line.strip()).removesuffix(b".").rstrip()
    text = text.removesuffix(PLAIN_TEXT) + b" ."
    return _decoded(text) if decode and b"%" in text else text


def _unescaped(found: re.Match[bytes]) -> bytes:
    short, long, name = found.groups()
    char = chr(int(short or long, 16)) if short or long else NAMED.get(name, name.decode("latin-1"))
    return ESCAPED.get(char) or char.encode("utf-8", "surrogatepass")


def _decoded(line: bytes) -> bytes:
    """Decode in IRIs only: a literal may hold such a sequence as its text."""
    subject, predicate, rest = line.split(b" ", 2)
    return b" ".join(
        (
            ENCODED.sub(_letters, subject),
            predicate,
            ENCODED.sub(_letters, rest) if rest.startswith(b"<") else rest,
        )
    )


def _letters(found: re.Match[bytes]) -> bytes:
    raw = bytes.fromhex(found[0].replace(b"%", b"").decode())
    try:
        letters = raw.decode()
    except UnicodeDecodeError:
        return found[0]
    return raw if all(char >= "\xa0" for char in letters) else found[0]


def blocks(path: Path, decode: bool) -> Iterator[list[bytes]]:
    """Canonical lines, some megabytes at a time; a block that is canonical already is not looked
    at line by line."""
    with path.open("rb") as file:
        while lines := file.readlines(BLOCK):
            block = b"".join(lines)
            odd = b"\\" in block or PLAIN_TEXT in block or (decode and b"%" in block)
            if odd or block.count(b"> .\n") + block.count(b'" .\n') != len(lines):
                yield [canonical(line, decode) for line in lines if line.strip()]
            else:
                yield [line[:-1] for line in lines]


def hashes(path: Path, decode: bool) -> np.ndarray:
    """One number a line."""
    found = array("q")
    for block in blocks(path, decode):
        found.extend(map(hash, block))
    return np.frombuffer(found, dtype=np.int64) if found else np.empty(0, dtype=np.int64)


def example(path: Path, decode: bool, wanted: np.ndarray) -> str:
    """The first line whose hash is wanted."""
    if not len(wanted):
        return ""
    numbers = set(wanted[:100_000].tolist())
    lines = (line for block in blocks(path, decode) for line in block)
    return next(line.decode("utf-8", "replace") for line in lines if hash(line) in numbers)


def compare(ours: Path, theirs: Path, decode: bool) -> Result:
    """Both as sets of canonical lines."""
    mine = hashes(ours, False)
    lines, mine, other = len(mine), np.unique(mine), np.unique(hashes(theirs, decode))
    missing = partial(np.setdiff1d, assume_unique=True)
    return Result(
        lines,
        len(mine),
        len(other),
        example(ours, False, missing(mine, other)),
        example(theirs, decode, missing(other, mine)),
    )


if __name__ == "__main__":
    print(json.dumps(asdict(compare(Path(sys.argv[1]), Path(sys.argv[2]), "--decode" in sys.argv))))
