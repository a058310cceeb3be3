"""Score from 0 to 1 how likely two records, and the names of persons in them, are one thing, with
every reason.

The score is the logistic function of a sum of log-odds: what the names say, what else is known, and
a start of -3, since most pairs are two things. A veto (another kind, year of birth, gender, name)
is never outweighed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import exp
from typing import Any, Final

from hrdgraph.catalogue import Vocabulary, has_sentence
from hrdgraph.identity.names.organisation import (
    OrganisationName,
    Unit,
    abbreviate,
    is_made_of,
    organisation_names,
)
from hrdgraph.identity.names.person import NamePart, PersonName, person_names
from hrdgraph.identity.names.scripts import is_indic, plain
from hrdgraph.identity.names.sounds import ALIKE, likeness, sounds
from hrdgraph.identity.names.words import Word, is_of_fathers
from hrdgraph.identity.records import (
    AWARD,
    EVENT,
    FINAL,
    ORGANISATION,
    PERSON,
    Record,
    SharedContext,
)

_MOST_FORMS = 3  # of each of two words that are written as one
# the letters that a name with a last a may end in
_VOWEL_LETTERS: Final = {"arabic": "اىيیةهۀہآأءعحةے", "hebrew": "האעחי"}
INITIAL: Final = 0.6  # what an initial that fits is worth of a word


@dataclass(frozen=True, slots=True)
class WordAlignment:
    """Pairs of places with their likeness, and the places left over."""

    pairs: tuple[tuple[int, int, float], ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    initials: int = 0

    @property
    def strength(self) -> float:
        """Return the mean likeness of the pairs."""
        return sum(pair[2] for pair in self.pairs) / len(self.pairs) if self.pairs else 0.0


def align(left: Sequence[Word], right: Sequence[Word]) -> WordAlignment:
    """Pair the most alike words first; then words that one side writes as two; then initials."""
    pairs: list[tuple[int, int, float]] = []
    rest = [set(range(len(left))), set(range(len(right)))]
    for score, a, b in sorted(_scores(left, right), key=lambda scored: (-scored[0], scored[1:])):
        if a in rest[0] and b in rest[1]:
            _take(pairs, rest, (a,), (b,), score)
    _join(left, right, pairs, rest)
    initials = _initials(left, right, pairs, rest)
    return WordAlignment(tuple(pairs), tuple(sorted(rest[0])), tuple(sorted(rest[1])), initials)


def alike(left: Word, right: Word) -> float:
    """Return how alike two words are, over all their spellings."""
    bare = (left.is_unvowelled or right.is_unvowelled) and not (
        left.script == right.script and is_indic(left.script)
    )
    if bare and _is_other_ending(left, right):
        return 0.0
    return max(likeness(a, b, unvowelled=bare) for a in left.forms for b in right.forms)


def _is_other_ending(left: Word, right: Word) -> bool:
    """Say whether one is in Arabic or Hebrew letters, which write a last a, and only one of the
    two has it: Samir is not Samira."""
    for one, other in ((left, right), (right, left)):
        if one.script in _VOWEL_LETTERS and other.script in ("latin", "cyrillic"):
            last, read = one.text[-1:], other.latin
            if read.endswith(("a", "ah")):
                return last not in _VOWEL_LETTERS[one.script]
            return last == "ة" and not read.endswith(("e", "i", "o", "u", "y", "h", "t"))
    return False


def _scores(left: Sequence[Word], right: Sequence[Word]) -> list[tuple[float, int, int]]:
    return [
        (score, a, b)
        for a, one in enumerate(left)
        for b, other in enumerate(right)
        if not one.is_initial and not other.is_initial and (score := alike(one, other)) >= ALIKE
    ]


def _take(
    pairs: list[tuple[int, int, float]], rest: list[set[int]], lefts: tuple[int, ...],
    rights: tuple[int, ...], score: float,
) -> None:  # fmt: skip
    rest[0] -= set(lefts)
    rest[1] -= set(rights)
    pairs.append((lefts[0], rights[0], score))


def _join(
    left: Sequence[Word], right: Sequence[Word], pairs: list[tuple[int, int, float]],
    rest: list[set[int]],
) -> None:  # fmt: skip
    for a in sorted(rest[0]):
        for b in [place for place in sorted(rest[1]) if place + 1 in rest[1]]:
            if (
                a in rest[0]
                and {b, b + 1} <= rest[1]
                and (score := _likeness_joined(left[a], right[b], right[b + 1])) >= ALIKE
            ):
                _take(pairs, rest, (a,), (b, b + 1), score)
    for b in sorted(rest[1]):
        for a in [place for place in sorted(rest[0]) if place + 1 in rest[0]]:
            if (
                b in rest[1]
                and {a, a + 1} <= rest[0]
                and (score := _likeness_joined(right[b], left[a], left[a + 1])) >= ALIKE
            ):
                _take(pairs, rest, (a, a + 1), (b,), score)


def _likeness_joined(whole: Word, first: Word, second: Word) -> float:
    bare = whole.is_unvowelled or first.is_unvowelled
    return max(
        likeness(form, one + other, unvowelled=bare)
        for form in whole.forms
        for one in first.forms[:_MOST_FORMS]
        for other in second.forms[:_MOST_FORMS]
    )


def _initials(
    left: Sequence[Word], right: Sequence[Word], pairs: list[tuple[int, int, float]],
    rest: list[set[int]],
) -> int:  # fmt: skip
    count = 0
    for a in sorted(rest[0]):
        for b in sorted(rest[1]):
            if (
                a in rest[0]
                and b in rest[1]
                and (left[a].is_initial or right[b].is_initial)
                and _fits(left[a], right[b])
            ):
                _take(pairs, rest, (a,), (b,), INITIAL)
                count += 1
    return count


def _fits(word: Word, other: Word) -> bool:
    return any(a.startswith(b) or b.startswith(a) for a in word.forms for b in other.forms)


VETO: Final = -20.0  # of one reason, which nothing outweighs


@dataclass(frozen=True, slots=True)
class Reason:
    """One observation: its code, its log-odds (below 0 speaks against), and its words."""

    code: str
    points: float
    words: tuple[str, ...] = ()


def explain(reasons: Sequence[Reason], language: str = "en") -> str:
    """Return the reasons as one sentence, the most important first."""
    texts = Vocabulary("match", language)
    ordered = sorted(reasons, key=lambda reason: -abs(reason.points))
    joint = "\N{NO-BREAK SPACE}; " if texts.language == "fr" else "; "
    return joint.join(_say(reason, texts) for reason in ordered)


def _say(reason: Reason, texts: Vocabulary) -> str:
    code, _, what = reason.code.partition("-")
    is_own = has_sentence(f"match-{reason.code}")  # "same name" has no sentence of its own
    text = texts[reason.code] if is_own else texts[code].format(texts[what])
    return f"{text} ({' / '.join(reason.words)})" if reason.words else text


def choose_best(readings: Iterable[tuple[Reason, ...]]) -> tuple[Reason, ...]:
    """Return the reasons of the two readings of names that agree best."""
    return max(
        readings,
        key=lambda reasons: sum(reason.points for reason in reasons),
        default=(Reason("no-likeness", VETO),),
    )


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
    """Yield what speaks against one person; a veto if it cannot be one."""
    # a reason against different generations: Junior is not senior, and a third is neither the
    # first nor the second
    if a.generation and b.generation:
        if a.generation != b.generation:
            yield Reason("other-name", VETO, (a.generation, b.generation))
    elif sign := a.generation or b.generation:
        points = _JUNIOR if sign in ("junior", "senior") else _NUMBERED
        yield Reason("more-names", points, (sign,))
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
        yield Reason("other-name", VETO, (a.text, b.text))
    yield from _short_names(a, b, aligned)
    yield from _without_given(a, b, aligned)


def _is_other_sign(x: Word, y: Word) -> bool:
    """Say whether both are written in Chinese characters, in Hangul, or in an abugida of
    South-East Asia, with different signs: many are read alike, but are other names."""
    if x.script != y.script or x.script not in _EXACT:
        return False
    return _simplify(x.text) != _simplify(y.text)


@lru_cache(maxsize=50_000)
def _simplify(text: str) -> str:
    return str(_converter().convert(text)) if any(sign >= "\u4e00" for sign in text) else text


@cache
def _converter() -> Any:
    from opencc import OpenCC  # type: ignore[import-untyped]

    return OpenCC("t2s")


def _is_pinyin(words: Sequence[str]) -> bool:
    return any(word.startswith(("zh", "x", "q")) for word in words)


def _is_other_latin(x: Word, y: Word, is_short: bool, is_exact: bool) -> bool:
    """Say whether two Latin words differ in what distinguishes names: one marked letter for
    another (Müller, Möller), the ending of a woman's name in French (Michel, Michelle), the
    father's name of Iceland; in names of East Asia n for ng and a glide, in pinyin any letter."""
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
    """Say whether each name is the other's two words turned, of people whose second name is their
    father's given name: Musa Ibrahim, Ibrahim Musa."""
    if len(a.parts) != 2 or len(b.parts) != 2 or len(aligned.pairs) != 2:
        return False
    is_turned = sorted((i, j) for i, j, _ in aligned.pairs) == [(0, 1), (1, 0)]
    return is_turned and all(is_of_fathers(part.word.latin) for part in (*a.parts, *b.parts))


def _is_other_arabic(x: Word, y: Word) -> bool:
    """Say whether both are in Arabic letters, and not the same ones: Salim is not Salem, nor Amr
    Omar. Letters that are exchanged in writing are the same."""
    if x.script != y.script or x.script != "arabic" or x.latin == y.latin:
        return False
    one, other = _arabic_letters(x.latin), _arabic_letters(y.latin)
    return one != other and min(len(one), len(other)) < _LONG


def _arabic_letters(latin: str) -> str:
    """Return the letters of a word without what people write in more than one way: hamza, the last
    letter of women's names, the last ya, a long vowel that old names may omit."""
    word = latin.replace("i", "a").replace("ww", "w")
    word = f"{word[:-1]}a" if word[-1:] in ("h", "y") else word
    return _OLD_SPELLINGS.get(word, word)


_OLD_SPELLINGS: Final = {
    "asmyl": "asmayl", "rhman": "rhmn", "abrhym": "abrahym", "ashq": "ashaq", "lqmn": "lqman",
    "abdrhman": "abdrhmn", "hrth": "harth", "sfyn": "sfyan", "slymn": "slyman", "mawya": "maawya",
}  # fmt: skip


def _is_other_tone(a: PersonName, b: PersonName) -> bool:
    """Say whether both are Vietnamese with their marks, and one mark differs: it is another
    name."""
    if not (_is_vietnamese(a.text) and _is_vietnamese(b.text)):
        return False
    left, right = sorted(map(_split_tone, a.text.split())), sorted(map(_split_tone, b.text.split()))
    return len(left) == len(right) and left != right


def _is_vietnamese(text: str) -> bool:
    lower = unicodedata.normalize("NFC", text).lower()
    if not lower.isascii() and plain(lower.split()[0]) in _VIETNAMESE_FAMILIES.split():
        return True
    return any(sign in "ơưđ" or "\u1ea0" <= sign <= "\u1ef9" for sign in lower)


def _split_tone(word: str) -> tuple[str, tuple[str, ...]]:
    """Return a syllable and its tone, wherever the mark stands: hoà is hòa."""
    signs = unicodedata.normalize("NFD", word.lower())
    return "".join(s for s in signs if s not in _TONES), tuple(s for s in signs if s in _TONES)


def _is_other_order(a: PersonName, b: PersonName, aligned: WordAlignment) -> bool:
    """Say whether all words agree, three or more, in an order that nobody writes: family names go
    first or last, in one piece. García Márquez is not Márquez García."""
    if aligned.left or aligned.right or aligned.initials or len(aligned.pairs) < 3:
        return False
    if any(part.father for part in (*a.parts, *b.parts)):
        return False
    order = [right for _, right, _ in sorted(aligned.pairs)]
    start = order.index(min(order))
    return order[start:] + order[:start] != sorted(order)


def _short_names(a: PersonName, b: PersonName, aligned: WordAlignment) -> Iterator[Reason]:
    """Yield a reason against if a short name has one more syllable, which is another given name:
    Zaw Min and Zaw Min Tun, Kim Young and Kim Young-hee."""
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
    """Yield a reason against if one name is the end of the other without its given name, so that
    fathers' names follow: Kebede Tesfaye is not Abebe Kebede Tesfaye."""
    order = [right for _, right, _ in sorted(aligned.pairs)]
    if len(order) < 2 or order != sorted(order) or (aligned.left and aligned.right):
        return
    missing, longer = (aligned.left, a) if aligned.left else (aligned.right, b)
    if missing and missing == tuple(range(len(missing))) and _is_given(longer.parts[0]):
        yield Reason("more-names", _NO_GIVEN, (longer.parts[0].word.text,))


def _is_given(part: NamePart) -> bool:
    """Say whether a first word may be a given name: no kunya, no honorific, no number."""
    is_honorific = part.by_child or part.word.latin in _BURMESE_HONORIFICS
    return not is_honorific and part.word.latin.isalpha() and not part.word.is_initial


@cache
def _lines(name: str) -> frozenset[str]:
    """Return the words of a file, a line each, in Latin letters."""
    return frozenset(files("hrdgraph.identity.names").joinpath(name).read_text("utf-8").split())


def _latin(parts: Sequence[NamePart]) -> list[str]:
    return [part.word.latin for part in parts]


def _is_burmese(words: Sequence[str]) -> bool:
    return bool(words) and all(
        word in _lines("burmese_syllables.txt") or word in _BURMESE_HONORIFICS for word in words
    )


def _has_east_asian_family(words: Sequence[str]) -> bool:
    return 2 <= len(words) <= 4 and bool({words[0], words[-1]} & _lines("east_asian_families.txt"))


def _is_east_asian(words: Sequence[str]) -> bool:
    """Say whether a name is a family name of East Asia and one or two short syllables."""
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
    left_over = [a.parts[place] for place in aligned.left] + [
        b.parts[place] for place in aligned.right
    ]
    fathers = [part.word.text for part in left_over if part.father]
    more = [part.word.text for part in left_over if not part.father]
    reasons = [Reason("patronymic", _PATRONYMIC, (" ".join(fathers),))] if fathers else []
    if more and full + aligned.initials >= 2:
        reasons.append(Reason("more-names", _MORE * min(len(more), 3), (" ".join(more),)))
    if a.former or b.former:
        apart = (Reason("former-name", _FORMER, (left, right)), *apart)
    agreement = _agreement(a, b, aligned, full, left, right)
    return (agreement, *reasons, *_check_turned(aligned), *apart)


def _against(a: PersonName, b: PersonName, aligned: WordAlignment) -> tuple[Reason, ...]:
    """Return reasons against: names left on both sides are of two people; so are two patronymics,
    and patronymics of two genders."""
    lefts = [a.parts[place] for place in aligned.left]
    rights = [b.parts[place] for place in aligned.right]
    fathers = (
        [part.word.text for part in lefts if part.father],
        [part.word.text for part in rights if part.father],
    )
    if all(fathers):
        return (Reason("other-name", VETO, (" ".join(fathers[0]), " ".join(fathers[1]))),)
    if a.gender and b.gender and a.gender != b.gender:
        return (Reason("other-gender", VETO),)
    # Whether the father of each has the name of the other: Salman bin Khalid, Khalid bin
    # Salman.
    roles = {(a.parts[i].father, b.parts[j].father) for i, j, _ in aligned.pairs}
    if {(True, False), (False, True)} <= roles:
        return (Reason("other-name", VETO, (a.text, b.text)),)
    rest = (
        [part.word.text for part in lefts if not part.father],
        [part.word.text for part in rights if not part.father],
    )
    if all(rest):
        return (Reason("other-name", VETO, (" ".join(rest[0]), " ".join(rest[1]))),)
    return ()


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
    """Return the weight of initials if both names have the same ones, or if they are in the middle
    of names that agree without them; 0 for others."""
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


def _check_turned(aligned: WordAlignment) -> tuple[Reason, ...]:
    """Return a reason against turned words that only sound alike: those are rather two names,
    equal ones an order of writing."""
    places = [(left, right) for left, right, _ in sorted(aligned.pairs)]
    is_turned = len(places) > 1 and [right for _, right in places] == sorted(
        (right for _, right in places), reverse=True
    )
    whole = [score for _, _, score in aligned.pairs if score > INITIAL]
    is_sure = not whole or sum(whole) / len(whole) >= 0.97
    return (Reason("turned", _TURNED),) if is_turned and not is_sure else ()


THRESHOLD: Final = 0.7  # from here on a pair is proposed as one thing
_START = -3.0
_COUNTRY, _OTHER_COUNTRY, _GENERAL_OTHER_COUNTRY = 0.5, -1.0, -2.5
_YEAR, _NEAR_YEAR = 1.5, -1.0
_AWARD, _ORGANISATION, _PERSON, _IDENTIFIER, _ONE_SOURCE = 2.5, 1.0, 1.5, 8.0, -0.5
_FULL_NAMES = -2.0  # an acronym fits, but the names that it stands for do not
_AUTHORITY_LENGTH = 3  # scheme, empty, host


@dataclass(frozen=True, slots=True)
class Comparison:
    """How likely two records are one thing, 0 to 1, and why."""

    score: float
    reasons: tuple[Reason, ...]

    def why(self, language: str = "en") -> str:
        """Return the reasons as one sentence."""
        return explain(self.reasons, language)


def compare(left: Record, right: Record) -> Comparison:
    """Compare two records; which of them is left means nothing for the score."""
    if left.kind and right.kind and left.kind != right.kind:
        return _score((Reason("kinds", VETO, (left.kind, right.kind)),))
    if EVENT in (left.kind, right.kind):
        return _score(tuple(event_reasons(left, right)))
    identified = tuple(_identifiers(left, right))
    named = _names(left, right)
    # an authority knows better than names that are left over
    if identified and identified[0].points > 0:
        named = tuple(reason for reason in named if reason.points > VETO)
    return _score((*named, *identified, *_years(left, right), *_facts(left, right)))


def _score(reasons: tuple[Reason, ...]) -> Comparison:
    if any(reason.points <= VETO for reason in reasons):
        vetoes = tuple(reason for reason in reasons if reason.points <= VETO)
        return Comparison(0.0, (*vetoes, *(reason for reason in reasons if reason.points > VETO)))
    return Comparison(
        round(1 / (1 + exp(-(_START + sum(reason.points for reason in reasons)))), 3), reasons
    )


def weigh(comparison: Comparison, reason: Reason) -> Comparison:
    """Add a reason to a comparison."""
    return _score((*comparison.reasons, reason))


def _names(left: Record, right: Record) -> tuple[Reason, ...]:
    """Return the reasons of the two names that agree best."""
    by_name = person_reasons if PERSON in (left.kind, right.kind) else organisation_reasons
    best = choose_best(by_name(a, b) for a in left.names for b in right.names)
    if (
        best[0].code == "acronym"
        and not is_acronym_only(left.names)
        and not is_acronym_only(right.names)
    ):
        return (*best, Reason("full-names", _FULL_NAMES))
    return best


def _identifiers(left: Record, right: Record) -> Iterator[Reason]:
    shared = left.identifiers & right.identifiers
    if shared:
        yield Reason("same-identifier", _IDENTIFIER, (min(shared),))
        return
    mine = {_authority(iri): iri for iri in sorted(left.identifiers)}
    for iri in sorted(right.identifiers):
        if _authority(iri) in mine:
            yield Reason("other-identifier", VETO, (mine[_authority(iri)], iri))
            return


def _authority(iri: str) -> str:
    return "/".join(iri.split("/")[:_AUTHORITY_LENGTH])


def _years(left: Record, right: Record) -> Iterator[Reason]:
    begun = "birth" if PERSON in (left.kind, right.kind) else "founded"
    if left.birth is not None and right.birth is not None:
        yield from _year(left.birth, right.birth, begun)
    elif _are_apart(left.compared_birth, right.compared_birth):
        yield Reason("withheld-apart", VETO)
    if left.death is not None and right.death is not None and begun == "birth":
        yield from _year(left.death, right.death, "death")


def _are_apart(left: int | None, right: int | None) -> bool:
    """Say whether two years, one of which is withheld, must be of two people. Equal ones do not
    count: a higher score would reveal that they are equal."""
    return left is not None and right is not None and abs(left - right) > 1


def _year(left: int, right: int, what: str) -> Iterator[Reason]:
    if left == right:
        yield Reason(f"same-{what}", _YEAR)
    elif (
        what == "founded"
    ):  # a network is founded several times: as a group, by its statutes, on a register
        yield Reason("other-founded", _NEAR_YEAR)
    elif abs(left - right) == 1:
        yield Reason("near-birth" if what == "birth" else "other-death", _NEAR_YEAR)
    else:
        yield Reason(f"other-{what}", VETO)


def _facts(left: Record, right: Record) -> Iterator[Reason]:
    if (
        left.gender
        and right.gender
        and left.gender != right.gender
        and PERSON in (left.kind, right.kind)
    ):
        yield Reason("other-gender", VETO)
    one_source = bool(set(left.sources) & set(right.sources))
    if one_source:
        yield Reason("one-source", _ONE_SOURCE)
    shared = sorted(left.contexts & right.contexts, key=lambda context: (context.kind, context.iri))
    for kind, points in ((AWARD, _AWARD), (ORGANISATION, _ORGANISATION), (PERSON, _PERSON)):
        labels = [context.label or context.iri for context in shared if context.kind == kind]
        if labels and not (one_source and kind == AWARD):  # a list of laureates names two people
            yield Reason(f"same-{kind}", points, (labels[0],))
    if left.countries and right.countries:
        yield _country(left, right)


def _country(left: Record, right: Record) -> Reason:
    shared = sorted(left.countries & right.countries)
    if shared:
        return Reason("same-country", _COUNTRY, (_last_part(shared[0]),))
    general = left.kind != PERSON and is_general(left.names) and is_general(right.names)
    return Reason(
        "other-country",
        _GENERAL_OTHER_COUNTRY if general else _OTHER_COUNTRY,
        _country_codes(left, right),
    )


def _country_codes(left: Record, right: Record) -> tuple[str, str]:
    return _last_part(min(left.countries)), _last_part(min(right.countries))


def _last_part(iri: str) -> str:
    return iri.rpartition("/")[2]


# --- names of organisations

_ALL_MEANING = 5.5  # all of the meaning agrees
_LEAST = 0.5  # less shared meaning than this says nothing
_ACRONYM, _SHORT_ACRONYM = 4.0, 2.6
_SLIP, _SLIP_LETTERS = 0.88, 6  # how alike words are of which one is a slip of the hand
_FAMILIES: Final = (
    frozenset(("committee", "commission", "council", "assembly", "court")),
    frozenset(("association", "society", "union", "league")),
    frozenset(("federation", "confederation", "union", "coalition")),
    frozenset(("centre", "institute", "house", "office", "observatory", "agency", "foundation")),
    frozenset(("organisation", "group", "initiative", "network", "platform", "coordination")),
    frozenset(("coalition", "alliance", "network", "collective", "forum", "coordination")),
    frozenset(("movement", "campaign", "initiative", "group", "union")),
    frozenset(("organisation", "association", "institute", "society", "group")),
)  # bodies that are not always told apart in translation
_GENERAL = -1.5


@dataclass(frozen=True, slots=True)
class _UnitAlignment:
    """Pairs of units with their likeness, and the units left over on each side."""

    pairs: tuple[tuple[Unit, Unit, float], ...]
    left: tuple[Unit, ...]
    right: tuple[Unit, ...]

    @property
    def share(self) -> float:
        """Return the shared part of the weight of both sides, 0 to 1."""
        shared = sum((a.weight + b.weight) * likeness for a, b, likeness in self.pairs)
        whole = sum(a.weight + b.weight for a, b, _ in self.pairs) + sum(
            unit.weight for unit in (*self.left, *self.right)
        )
        return shared / whole if whole else 0.0


def organisation_reasons(left: str, right: str) -> tuple[Reason, ...]:
    """Return the reasons of the two readings that agree best."""
    lefts, rights = organisation_names(left), organisation_names(right)
    return choose_best(_compare_organisations(a, b) for a in lefts for b in rights)


def is_acronym_only(names: tuple[str, ...]) -> bool:
    """Say whether no name gives the words behind the letters."""
    return all(name.acronym for text in names for name in organisation_names(text))


def is_general(names: tuple[str, ...]) -> bool:
    """Say whether none of the names has a word of its own."""
    return all(
        name.is_general and not name.acronym for text in names for name in organisation_names(text)
    )


def _compare_organisations(a: OrganisationName, b: OrganisationName) -> tuple[Reason, ...]:
    short = _acronym(a, b) or _acronym(b, a)
    if short:
        return (short,)
    a, b = _abbreviate(a, b), _abbreviate(b, a)
    own = a.own, b.own
    if all(own) and not any(_likeness(one, other) >= ALIKE for one in own[0] for other in own[1]):
        return (_apart(*own),)  # no need to look at the rest
    shared = _align_units(a, b)
    sides = (shared.left, shared.right)
    against = tuple([unit for unit in side if unit.tells_apart] for side in sides)
    bodies = tuple([unit for unit in side if unit.kind == "body"] for side in sides)
    if all(against):
        return (_apart(*against),)
    if all(bodies) and a.units[0].word.script == b.units[0].word.script:
        return (_apart(*bodies),)
    return (Reason("no-likeness", VETO),) if shared.share < _LEAST else _score_meaning(a, b, shared)


def _abbreviate(long: OrganisationName, short: OrganisationName) -> OrganisationName:
    """Return a name with an acronym of the other in place of its words: LBH Jakarta."""
    letters = [unit.word.latin for unit in short.own if unit.is_capitals]
    candidates = (abbreviate(long, some) for some in letters if not short.acronym)
    return next((name for name in candidates if name), long)


def _acronym(short: OrganisationName, long: OrganisationName) -> Reason | None:
    if not short.acronym or long.acronym:
        return None
    if short.acronym in long.initials or is_made_of(short.acronym, long):
        return Reason(
            "acronym",
            _ACRONYM if len(short.acronym) > 2 else _SHORT_ACRONYM,
            (short.text, long.text),
        )
    return None


def _apart(left: Sequence[Unit], right: Sequence[Unit]) -> Reason:
    return Reason("other-meaning", VETO, (_join_words(left), _join_words(right)))


def _score_meaning(
    a: OrganisationName, b: OrganisationName, shared: _UnitAlignment
) -> tuple[Reason, ...]:
    points = round(_ALL_MEANING * (2 * shared.share - 1), 2)
    more = [unit for unit in (*shared.left, *shared.right) if unit.kind not in ("light",)]
    reasons = [
        Reason(
            "near-meaning" if more else _code(a, b),
            points,
            (a.text, b.text) if a.text != b.text or more else (a.text,),
        )
    ]
    if more:
        reasons.append(Reason("more-meaning", -0.7, (_join_words(more),)))
    if a.is_general and b.is_general:
        reasons.append(Reason("general-name", _GENERAL))
    return tuple(reasons)


def _code(a: OrganisationName, b: OrganisationName) -> str:
    if a.text == b.text:
        return "same-name"
    own = [unit for unit in a.units if unit.kind == "proper"]
    if len(own) == len(a.units):
        return "two-scripts" if a.units[0].word.script != b.units[0].word.script else "sounds-alike"
    return "same-meaning"


def _join_words(units: Sequence[Unit]) -> str:
    return " ".join(unit.word.text for unit in units)


def _align_units(a: OrganisationName, b: OrganisationName) -> _UnitAlignment:
    scores = sorted(
        (
            (score, i, j)
            for i, one in enumerate(a.units)
            for j, other in enumerate(b.units)
            if (score := _likeness(one, other)) >= ALIKE
        ),
        key=lambda scored: (-scored[0], scored[1:]),
    )
    left, right, pairs = set(range(len(a.units))), set(range(len(b.units))), []
    for score, i, j in scores:
        if i in left and j in right:
            left.discard(i)
            right.discard(j)
            pairs.append((a.units[i], b.units[j], score))
    return _UnitAlignment(
        tuple(pairs),
        tuple(a.units[i] for i in sorted(left)),
        tuple(b.units[j] for j in sorted(right)),
    )


def _likeness(unit: Unit, other: Unit) -> float:
    if unit.concepts & other.concepts:
        return 1.0
    if unit.kind == other.kind == "body":
        return 0.8 if _are_near(unit, other) else 0.0
    if unit.kind == other.kind == "number":
        return float(unit.word.latin == other.word.latin)
    if unit.is_capitals or other.is_capitals:  # letters of an acronym are no sounds
        return float(unit.word.latin == other.word.latin)
    if unit.kind == other.kind == "proper":
        return alike(unit.word, other.word)
    return _slip(unit, other) if "proper" in (unit.kind, other.kind) else 0.0


def _are_near(unit: Unit, other: Unit) -> bool:
    if unit.word.script != other.word.script:
        return True
    return any(unit.concepts & some and other.concepts & some for some in _FAMILIES)


def _slip(unit: Unit, other: Unit) -> float:
    """Return how alike two words are, one known and one not, that may be the same with a slip,
    or spelt by sound in another script."""
    words = unit.word, other.word
    is_written_alike = words[0].script == words[1].script
    if is_written_alike and min(len(word.latin) for word in words) < _SLIP_LETTERS:
        return 0.0
    score = alike(*words)
    return score if score >= _SLIP else 0.0


# --- events

_VICTIM, _ACT, _ONCE, _OTHER_ACT = 2.5, 1.5, 1.5, -2.5
_SAME_DAYS, _OVERLAP, _UNDATED = 2.0, 0.7, -0.5
_IMPRECISE = -0.5  # two dates that are both no days say too little
_SHARED_COUNTRY, _SOURCE_OF_BOTH = 0.5, -1.0
_FEW_DAYS = 31  # an overlap of dates no wider than this says that they are the same


def event_reasons(left: Record, right: Record) -> Iterator[Reason]:
    """Yield what speaks for one event, and what against. Events without a common victim are two:
    names of places say too little."""
    yield _victims(left, right)
    yield from _acts(left, right)
    if left.days is None or right.days is None:
        yield Reason("undated", _UNDATED)
    elif left.days[1] < right.days[0] or right.days[1] < left.days[0]:
        yield Reason("other-days", VETO)
    elif left.days[0] < left.days[1] and right.days[0] < right.days[1]:
        yield Reason("overlapping-days", _IMPRECISE)
    elif max(left.days[1], right.days[1]) - min(left.days[0], right.days[0]) <= _FEW_DAYS:
        yield Reason("same-days", _SAME_DAYS)
    else:
        yield Reason("overlapping-days", _OVERLAP)
    if left.countries and right.countries:
        shared = left.countries & right.countries
        codes = _country_codes(left, right)
        yield (
            Reason("same-country", _SHARED_COUNTRY, codes[:1])
            if shared
            else Reason("other-country", VETO, codes)
        )
    if set(left.sources) & set(right.sources):
        yield Reason("one-source", _SOURCE_OF_BOTH)


def _victims(left: Record, right: Record) -> Reason:
    shared = _of(left, "victim") & _of(right, "victim")
    return (
        Reason("same-victim", _VICTIM, (_first(shared),))
        if shared
        else Reason("other-victim", VETO)
    )


def _acts(left: Record, right: Record) -> Iterator[Reason]:
    mine, other = _of(left, "act"), _of(right, "act")
    shared = mine & other
    if shared:
        yield Reason("same-act", _ACT, (_first(shared),))
    elif not (_codes(mine) & FINAL and _codes(other) & FINAL):  # a death here, a killing there
        yield Reason("other-act", _OTHER_ACT, (_first(mine), _first(other)))
    if _codes(mine) & FINAL and _codes(other) & FINAL:
        yield Reason("only-once", _ONCE)


def _of(record: Record, kind: str) -> frozenset[SharedContext]:
    return frozenset(context for context in record.contexts if context.kind == kind)


def _codes(contexts: frozenset[SharedContext]) -> frozenset[str]:
    return frozenset(_last_part(context.iri) for context in contexts)


def _first(contexts: frozenset[SharedContext]) -> str:
    return min(context.label or context.iri for context in contexts)
