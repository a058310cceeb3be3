"""Two names of persons into reasons: which words are one name, which are left over, and whether
that speaks for two people."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from hrdgraph.identity.matching.alignment import INITIAL, WordAlignment, align
from hrdgraph.identity.matching.reasons import VETO, Reason, choose_best
from hrdgraph.identity.names.person import NamePart, PersonName, person_names
from hrdgraph.identity.names.scripts import plain
from hrdgraph.identity.names.sounds import sounds
from hrdgraph.identity.names.words import Word, is_of_fathers

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


_WHOLE, _HALF = 6.0, 3.0  # two words or more agree: to the letter; just alike enough
_INITIALS, _MORE_INITIALS, _LONE = 2.0, 2.0, 1.5
_SAME_INITIAL, _MIDDLE_INITIAL, _LONE_LONG = 4.0, 5.0, 3.9
_LONG_NAME = 7  # letters of an only name, from here on few have it
_MORE, _PATRONYMIC, _FORMER, _TURNED = -0.7, -0.1, -0.8, -1.5
_SURE = 0.85  # how alike words are that need no initial


def person_reasons(left: str, right: str) -> tuple[Reason, ...]:
    """Return the reasons of the two readings that agree best."""
    pairs = [(a, b) for a in person_names(left) for b in person_names(right)]
    return choose_best(_compare_persons(a, b, left, right) for a, b in pairs)


def _compare_persons(a: PersonName, b: PersonName, left: str, right: str) -> tuple[Reason, ...]:
    aligned = align([part.word for part in a.parts], [part.word for part in b.parts])
    if not aligned.pairs:
        return (Reason("no-likeness", VETO),)
    against = _against(a, b, aligned)
    if against:
        return against
    apart = tuple(distinctions(a, b, aligned))
    if any(reason.points <= VETO for reason in apart):
        return apart
    full = len(aligned.pairs) - aligned.initials
    return (
        _agreement(a, b, aligned, full, left, right),
        *_extras(a, b, aligned, full),
        *_turned(aligned),
        *_former(a, b, left, right),
        *apart,
    )


def _against(a: PersonName, b: PersonName, aligned: WordAlignment) -> tuple[Reason, ...]:
    """Names left over on both sides are names of two people; so are two patronymics, and
    patronymics of two genders."""
    lefts = [a.parts[place] for place in aligned.left]
    rights = [b.parts[place] for place in aligned.right]
    fathers = (
        [part.word.text for part in lefts if part.father],
        [part.word.text for part in rights if part.father],
    )
    if all(fathers):
        return (Reason("other-patronymic", VETO, (" ".join(fathers[0]), " ".join(fathers[1]))),)
    if a.gender and b.gender and a.gender != b.gender:
        return (Reason("other-gender", VETO),)
    if _are_exchanged(a, b, aligned):
        return (Reason("other-name", VETO, (a.text, b.text)),)
    others = (
        [part.word.text for part in lefts if not part.father],
        [part.word.text for part in rights if not part.father],
    )
    if all(others):
        return (Reason("other-name", VETO, (" ".join(others[0]), " ".join(others[1]))),)
    return ()


def _are_exchanged(a: PersonName, b: PersonName, aligned: WordAlignment) -> bool:
    """Whether the father of each has the name of the other: Salman bin Khalid, Khalid bin
    Salman."""
    roles = {(a.parts[i].father, b.parts[j].father) for i, j, _ in aligned.pairs}
    return {(True, False), (False, True)} <= roles


def _agreement(
    a: PersonName, b: PersonName, aligned: WordAlignment, full: int, left: str, right: str
) -> Reason:
    if full + aligned.initials < 2:
        return _of_one_word(a, b, left, right)
    if aligned.initials and (code := _sure_initials(a, b, aligned, full)):
        return Reason("initials", code, (left, right))
    if aligned.initials:
        points = _INITIALS + _MORE_INITIALS * (aligned.initials - 1)
        return Reason("initials", points if full else 0.0, (left, right))
    points = _HALF + (_WHOLE - _HALF) * max(0.0, (aligned.strength - 0.8) / 0.2)
    return Reason(*_kind(a, b, aligned, round(points, 2), left, right))


def _of_one_word(a: PersonName, b: PersonName, left: str, right: str) -> Reason:
    if len(a.parts) + len(b.parts) > 2:
        return Reason("one-name", 0.3, (left, right))
    one, other = a.parts[0].word.latin, b.parts[0].word.latin
    points = _LONE_LONG if one == other and len(one) >= _LONG_NAME else _LONE
    return Reason("same-name", points, (left,))


def _sure_initials(a: PersonName, b: PersonName, aligned: WordAlignment, full: int) -> float:
    """What initials tell where both names have the same ones, or where they are in the middle of
    names that agree without them; 0 for others."""
    words = [(a.parts[i].word, b.parts[j].word) for i, j, _ in aligned.pairs]
    whole = [score for _, _, score in aligned.pairs if score > INITIAL]
    if full >= 2 and min(whole, default=0.0) > _SURE:
        return _MIDDLE_INITIAL
    are_same = all(x.is_initial == y.is_initial for x, y in words)
    return _SAME_INITIAL if full and are_same and not (aligned.left or aligned.right) else 0.0


def _kind(
    a: PersonName, b: PersonName, aligned: WordAlignment, points: float, left: str, right: str
) -> tuple[str, float, tuple[str, ...]]:
    if left == right:
        return "same-name", points, (left,)
    if a.parts[0].word.script != b.parts[0].word.script:
        return "two-scripts", points, (left, right)
    return ("same-words" if aligned.strength > 0.99 else "sounds-alike"), points, (left, right)


def _extras(a: PersonName, b: PersonName, aligned: WordAlignment, full: int) -> tuple[Reason, ...]:
    left_over = [a.parts[place] for place in aligned.left] + [
        b.parts[place] for place in aligned.right
    ]
    fathers = [part.word.text for part in left_over if part.father]
    more = [part.word.text for part in left_over if not part.father]
    found = [Reason("patronymic", _PATRONYMIC, (" ".join(fathers),))] if fathers else []
    if more and full + aligned.initials >= 2:
        found.append(Reason("more-names", _MORE * min(len(more), 3), (" ".join(more),)))
    return tuple(found)


def _turned(aligned: WordAlignment) -> tuple[Reason, ...]:
    """Turned words that are equal are an order of writing; turned words that only sound alike
    are rather two names."""
    places = [(left, right) for left, right, _ in sorted(aligned.pairs)]
    is_turned = len(places) > 1 and [right for _, right in places] == sorted(
        (right for _, right in places), reverse=True
    )
    whole = [score for _, _, score in aligned.pairs if score > INITIAL]
    is_sure = not whole or sum(whole) / len(whole) >= 0.97
    return (Reason("turned", _TURNED),) if is_turned and not is_sure else ()


def _former(a: PersonName, b: PersonName, left: str, right: str) -> tuple[Reason, ...]:
    return (Reason("former-name", _FORMER, (left, right)),) if a.former or b.former else ()
