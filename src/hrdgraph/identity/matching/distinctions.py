"""Two names of persons whose words agree into reasons why they may be two people all the same: the
rules of a naming culture say more than sound does."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from hrdgraph.identity.matching.alignment import WordAlignment
from hrdgraph.identity.matching.reasons import Reason
from hrdgraph.identity.names.person import NamePart, PersonName
from hrdgraph.identity.names.words import Word

VETO: Final = -20.0
_JUNIOR, _NUMBERED, _SHORT = -1.5, -4.0, -4.0
_EXACT: Final = ("cjk", "hangul", "thai", "lao", "khmer", "myanmar")
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
_BURMESE_HONORIFICS: Final = frozenset(("u", "daw", "ko", "ma", "maung", "saw", "naw", "sai"))


def distinctions(a: PersonName, b: PersonName, aligned: WordAlignment) -> Iterator[Reason]:
    """What speaks against one person; a veto where it cannot be one."""
    yield from _generations(a, b)
    pairs = [(a.parts[i].word, b.parts[j].word) for i, j, _ in aligned.pairs]
    other = next(((x, y) for x, y in pairs if _is_other_sign(x, y)), None)
    if other or _is_other_tone(a, b) or _is_other_order(a, b, aligned):
        yield _other(a, b)
    yield from _short_names(a, b, aligned)


def _other(a: PersonName, b: PersonName) -> Reason:
    return Reason("other-name", VETO, (a.text, b.text))


def _generations(a: PersonName, b: PersonName) -> Iterator[Reason]:
    """Junior is not senior, and a third is neither the first nor the second."""
    if a.generation and b.generation:
        if a.generation != b.generation:
            yield Reason("other-name", VETO, (a.generation, b.generation))
    elif said := a.generation or b.generation:
        points = _JUNIOR if said in ("junior", "senior") else _NUMBERED
        yield Reason("more-names", points, (said,))


def _is_other_sign(x: Word, y: Word) -> bool:
    """Whether both are written in Chinese characters, in Hangul, or in an abugida of South-East
    Asia, and in others: many are read alike, and are other names."""
    if x.script != y.script or x.script not in _EXACT:
        return False
    return _simplified(x.text) != _simplified(y.text)


@lru_cache(maxsize=50_000)
def _simplified(text: str) -> str:
    return str(_converter().convert(text)) if any(sign >= "\u4e00" for sign in text) else text


@cache
def _converter() -> Any:
    from opencc import OpenCC  # type: ignore[import-untyped]

    return OpenCC("t2s")


def _is_other_tone(a: PersonName, b: PersonName) -> bool:
    """Whether both are Vietnamese with their marks, and one mark differs: it is another name."""
    if not (_is_vietnamese(a.text) and _is_vietnamese(b.text)):
        return False
    left, right = sorted(map(_toned, a.text.split())), sorted(map(_toned, b.text.split()))
    return len(left) == len(right) and left != right


def _is_vietnamese(text: str) -> bool:
    lower = unicodedata.normalize("NFC", text).lower()
    return any(sign in "ơưđ" or "\u1ea0" <= sign <= "\u1ef9" for sign in lower)


def _toned(word: str) -> tuple[str, tuple[str, ...]]:
    """A syllable and its tone, wherever in it the mark stands: hoà is hòa."""
    signs = unicodedata.normalize("NFD", word.lower())
    return "".join(s for s in signs if s not in _TONES), tuple(s for s in signs if s in _TONES)


def _is_other_order(a: PersonName, b: PersonName, aligned: WordAlignment) -> bool:
    """Whether all words agree, three or more, in an order that is none of writing: family names
    go first or last, in one piece. García Márquez is not Márquez García."""
    if aligned.left or aligned.right or aligned.initials or len(aligned.pairs) < 3:
        return False
    if any(part.father for part in (*a.parts, *b.parts)):
        return False
    order = [right for _, right, _ in sorted(aligned.pairs)]
    start = order.index(min(order))
    return order[start:] + order[:start] != sorted(order)


def _short_names(a: PersonName, b: PersonName, aligned: WordAlignment) -> Iterator[Reason]:
    """A syllable more is another given name, where names are short: Zaw Min and Zaw Min Tun, Kim
    Young and Kim Young-hee."""
    more = [a.parts[place] for place in aligned.left] + [b.parts[place] for place in aligned.right]
    if not more or aligned.initials:
        return
    words = [_latin(a.parts), _latin(b.parts)]
    left_over = [part.word.latin for part in more]
    short = all(len(word) <= 6 for word in left_over)
    burmese = all(map(_is_burmese, words)) and not set(left_over) <= _BURMESE_HONORIFICS
    if burmese or (any(map(_is_east_asian, words)) and short):
        yield Reason("more-names", _SHORT, (" ".join(left_over),))


@cache
def _listed(name: str) -> frozenset[str]:
    """The words of a file, a line each, in Latin letters."""
    return frozenset(files("hrdgraph.identity.names").joinpath(name).read_text("utf-8").split())


def _latin(parts: Sequence[NamePart]) -> list[str]:
    return [part.word.latin for part in parts]


def _is_burmese(words: Sequence[str]) -> bool:
    return bool(words) and all(
        word in _listed("burmese_syllables.txt") or word in _BURMESE_HONORIFICS for word in words
    )


def _is_east_asian(words: Sequence[str]) -> bool:
    """Whether a name is a family name of East Asia and one or two short syllables."""
    short = all(len(word) <= 6 for word in words)
    return (
        2 <= len(words) <= 3
        and short
        and bool({words[0], words[-1]} & _listed("east_asian_families.txt"))
    )
