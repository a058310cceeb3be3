"""Columns of texts into the same texts without what spellings of one name differ in: case, accents,
marks, punctuation, and the order of words."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

import polars as pl

# letters that no decomposition takes the mark from; and signs that stand for nothing
_LETTERS: Final = {
    "ß": "ss", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
    "ħ": "h", "ŧ": "t", "ŋ": "n", "ə": "a", "ё": "е", "ى": "ي", "ة": "ه", "ـ": "",
}  # fmt: skip
_ESCAPES: Final = r"""\\(?:[tbnrf"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"""
_TAG: Final = r"""("@[A-Za-z0-9-]+|"\^\^<[^<>]*>)$"""
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)


def is_unspaced(word: str) -> bool:
    """Whether a word is of a script that does not part words by spaces."""
    return bool(_UNSPACED.search(word))


def fold_names(texts: pl.Series) -> pl.Series:
    """Texts, or N-Triples terms, in small letters without marks, with one space between words."""
    texts = texts.str.replace(_TAG, "")
    special = texts.str.contains(r"[^\x00-\x7f]|[%\\]").fill_null(False).arg_true()
    if len(special):
        some = texts.gather(special).str.replace_all(_ESCAPES, " ")
        coded = some.str.contains("%", literal=True).arg_true()
        if len(coded):
            some = some.scatter(coded, [unquote(text) for text in some.gather(coded)])
        some = some.str.normalize("NFKD").str.replace_all(r"[\p{M}\p{Cf}]+", "")
        some = some.str.to_lowercase().str.replace_many(_LETTERS)
        texts = texts.scatter(special, some)
    return texts.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+|ʼ", " ").str.strip_chars(" ")


def sort_words(texts: pl.Series) -> pl.Series:
    """The same with their words in one order."""
    return fold_names(texts).str.split(" ").list.sort().list.join(" ")
