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
from hrdgraph.identity.names.given_names import is_of_fathers
from hrdgraph.identity.names.person import NamePart, PersonName
from hrdgraph.identity.names.scripts import plain
from hrdgraph.identity.names.sounds import sounds
from hrdgraph.identity.names.words import Word

VETO: Final = -20.0
_JUNIOR, _NUMBERED, _SHORT, _NO_GIVEN = -3.5, -4.0, -4.0, -3.0
_LONG = 6  # letters of an Arabic word, from here on one more is rather a slip
_EXACT: Final = ("cjk", "hangul", "thai", "lao", "khmer", "myanmar")
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
_MASCULINE: Final = (
    "el", "al", "in", "ien", "ian", "is", "aul", "ert", "and", "ent", "on", "ean", "an",
)  # fmt: skip
_SONS: Final = ("sson", "sdottir")
_VIETNAMESE_FAMILIES: Final = (
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh doan truong trinh "
    "mai dao cao luong luu ha to thai ta lam phung"
)
_BURMESE_HONORIFICS: Final = frozenset(("u", "daw", "ko", "ma", "maung", "saw", "naw", "sai"))


def distinctions(a: PersonName, b: PersonName, aligned: WordAlignment) -> Iterator[Reason]:
    """What speaks against one person; a veto where it cannot be one."""
    yield from _generations(a, b)
    pairs = [(a.parts[i].word, b.parts[j].word) for i, j, _ in aligned.pairs]
    names = [_latin(name.parts) for name in (a, b)]
    is_short = any(map(_has_east_asian_family, names))
    is_exact = is_short and len(names[0]) == len(names[1]) and all(map(_is_pinyin, names))
    other = next(((x, y) for x, y in pairs if _is_other_sign(x, y)), None)
    if not other:
        other = next(((x, y) for x, y in pairs if _is_other_arabic(x, y)), None)
    if not other:
        other = next(((x, y) for x, y in pairs if _is_other_latin(x, y, is_short, is_exact)), None)
    if (
        other
        or _are_son_and_father(a, b, aligned)
        or _is_other_tone(a, b)
        or _is_other_order(a, b, aligned)
    ):
        yield _other(a, b)
    yield from _short_names(a, b, aligned)
    yield from _without_given(a, b, aligned)


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


def _is_pinyin(words: Sequence[str]) -> bool:
    return any(word.startswith(("zh", "x", "q")) for word in words)


def _is_other_latin(x: Word, y: Word, is_short: bool, is_exact: bool) -> bool:
    """Whether both are Latin and differ in what tells names apart: one marked letter for another
    (Müller, Möller), the ending of a woman's name in French (Michel, Michelle), the father's name
    of Iceland; in names of East Asia n for ng and a glide, in pinyin any letter."""
    if x.script != y.script or x.script != "latin" or x.latin == y.latin:
        return False
    one, other = sorted((x.latin, y.latin), key=len)
    if is_exact or (is_short and (other == f"{one}g" or _is_other_glide(one, other))):
        return True
    if one.endswith(_SONS) and other.endswith(_SONS) and not (x.text + y.text).isascii():
        return True
    if other in (f"{one}e", f"{one}{one[-1]}e") and one.endswith(_MASCULINE):
        return True
    return _is_other_mark(x.text.lower(), y.text.lower())


def _is_other_glide(one: str, other: str) -> bool:
    read = sounds(one), sounds(other)
    return read[0] != read[1] and read[0].replace("y", "") == read[1].replace("y", "")


def _is_other_mark(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    apart = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(apart) == 1 and not "".join(apart[0]).isascii() and _are_marked(*apart[0])


def _are_marked(one: str, other: str) -> bool:
    if one.isascii() or other.isascii():
        return False
    return unicodedata.normalize("NFD", one)[0] != unicodedata.normalize("NFD", other)[0]


def _are_son_and_father(a: PersonName, b: PersonName, aligned: WordAlignment) -> bool:
    """Whether two names are each other's two words turned, of people whose second name is the
    given name of their father: Musa Ibrahim, Ibrahim Musa."""
    if len(a.parts) != 2 or len(b.parts) != 2 or len(aligned.pairs) != 2:
        return False
    is_turned = sorted((i, j) for i, j, _ in aligned.pairs) == [(0, 1), (1, 0)]
    return is_turned and all(is_of_fathers(part.word.latin) for part in (*a.parts, *b.parts))


def _is_other_arabic(x: Word, y: Word) -> bool:
    """Whether both are written in Arabic letters, and not in the same: Salim is not Salem, nor
    Amr Omar. Letters that are exchanged in writing are the same."""
    if x.script != y.script or x.script != "arabic" or x.latin == y.latin:
        return False
    one, other = _arabic_letters(x.latin), _arabic_letters(y.latin)
    return one != other and min(len(one), len(other)) < _LONG


def _arabic_letters(latin: str) -> str:
    """The letters of a word without what people write in more than one way: hamza, the last
    letter of women's names, the last ya, a long vowel that is or is not written in old names."""
    word = latin.replace("i", "a").replace("ww", "w")
    word = f"{word[:-1]}a" if word[-1:] in ("h", "y") else word
    return _OLD_SPELLINGS.get(word, word)


_OLD_SPELLINGS: Final = {
    "asmyl": "asmayl", "rhman": "rhmn", "abrhym": "abrahym", "ashq": "ashaq", "lqmn": "lqman",
    "abdrhman": "abdrhmn", "hrth": "harth", "sfyn": "sfyan", "slymn": "slyman", "mawya": "maawya",
}  # fmt: skip


def _is_other_tone(a: PersonName, b: PersonName) -> bool:
    """Whether both are Vietnamese with their marks, and one mark differs: it is another name."""
    if not (_is_vietnamese(a.text) and _is_vietnamese(b.text)):
        return False
    left, right = sorted(map(_toned, a.text.split())), sorted(map(_toned, b.text.split()))
    return len(left) == len(right) and left != right


def _is_vietnamese(text: str) -> bool:
    lower = unicodedata.normalize("NFC", text).lower()
    if not lower.isascii() and plain(lower.split()[0]) in _VIETNAMESE_FAMILIES.split():
        return True
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
    in_letters = all(part.word.script == "myanmar" for name in (a, b) for part in name.parts)
    burmese = (in_letters or all(map(_is_burmese, words))) and not set(
        left_over
    ) <= _BURMESE_HONORIFICS
    if burmese or (any(map(_is_east_asian, words)) and short):
        yield Reason("more-names", _SHORT, (" ".join(left_over),))


def _without_given(a: PersonName, b: PersonName, aligned: WordAlignment) -> Iterator[Reason]:
    """A name of which the other is the end lacks what comes first: where fathers' names follow,
    it is the father's. Kebede Tesfaye is not Abebe Kebede Tesfaye."""
    order = [right for _, right, _ in sorted(aligned.pairs)]
    if len(order) < 2 or order != sorted(order) or (aligned.left and aligned.right):
        return
    missing, longer = (aligned.left, a) if aligned.left else (aligned.right, b)
    if missing and missing == tuple(range(len(missing))) and _is_given(longer.parts[0]):
        yield Reason("more-names", _NO_GIVEN, (longer.parts[0].word.text,))


def _is_given(part: NamePart) -> bool:
    """Whether a first word may be a given name: no kunya, no honorific, no number."""
    is_honorific = part.by_child or part.word.latin in _BURMESE_HONORIFICS
    return not is_honorific and part.word.latin.isalpha() and not part.word.is_initial


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


def _has_east_asian_family(words: Sequence[str]) -> bool:
    return 2 <= len(words) <= 4 and bool({words[0], words[-1]} & _listed("east_asian_families.txt"))


def _is_east_asian(words: Sequence[str]) -> bool:
    """Whether a name is a family name of East Asia and one or two short syllables."""
    short = all(len(word) <= 6 for word in words)
    return len(words) <= 3 and short and _has_east_asian_family(words)
