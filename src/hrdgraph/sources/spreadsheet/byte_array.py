"""Bytes as an array, of which many places are looked at together: eight bytes at each, and the
numbers and letters that stand there."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.signedinteger[Any]]
Kinds = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]


class ByteArray:
    """Bytes, and the words of eight of them that begin at each."""

    def __init__(self, block: bytes) -> None:
        self.block = block
        self.data: Bytes = np.frombuffer(block + b"\0" * 32, np.uint8)
        self._words: Words = np.ndarray(len(block) + 24, np.dtype("<u8"), self.data, 0, (1,))

    def words(self, places: Ints, size: int = 8) -> Words:
        """So many bytes at some places, as numbers."""
        found = self._words[places]
        return found if size == 8 else found & np.uint64((1 << 8 * size) - 1)

    def have(self, places: Ints, text: bytes) -> Flags:
        """Whether a text stands at some places."""
        found = np.ones(len(places), dtype=np.bool_)
        for start in range(0, len(text), 8):
            part = text[start : start + 8]
            found &= self.words(places + start, len(part)) == int.from_bytes(part, "little")
        return found


def digits_at(text: ByteArray, starts: Ints) -> tuple[Ints, Ints]:
    """The numbers of up to seven digits at some places, 0 for none, and where they end."""
    return _counted(text.words(starts), starts, 7, ord("0"), 10)


def letters_at(text: ByteArray, starts: Ints) -> tuple[Ints, Ints]:
    """The numbers of columns of up to three letters at some places, 0 for none, and where they
    end."""
    return _counted(text.words(starts), starts, 3, ord("A") - 1, 26)


def _counted(words: Words, starts: Ints, most: int, zero: int, base: int) -> tuple[Ints, Ints]:
    """The numbers that words begin with, of up to so many signs, and where they end. Digits begin
    with 0, letters with 1."""
    numbers, ends = np.zeros(len(words), dtype=np.int64), starts.copy()
    is_more = np.ones(len(words), dtype=np.bool_)
    least = 0 if base == 10 else 1
    for place in range(most):
        signs = (words >> np.uint64(8 * place)).astype(np.uint8) - np.uint8(zero + least)
        is_more &= signs < base
        if not is_more.any():
            break
        numbers = np.where(is_more, numbers * base + signs + least, numbers)
        ends += is_more
    return numbers, ends
