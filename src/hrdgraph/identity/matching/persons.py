"""Two names of persons into reasons: which words are one name, which are left over, and whether
that speaks for two people."""

from __future__ import annotations

from hrdgraph.identity.matching.alignment import INITIAL, WordAlignment, align
from hrdgraph.identity.matching.distinctions import distinctions
from hrdgraph.identity.matching.reasons import Reason
from hrdgraph.identity.names.person import PersonName, person_names

_WHOLE, _HALF = 6.0, 3.0  # two words or more agree: to the letter; just alike enough
_INITIALS, _MORE_INITIALS, _LONE = 2.0, 2.0, 1.5
_SAME_INITIAL, _MIDDLE_INITIAL, _LONE_LONG = 4.0, 5.0, 3.9
_LONG = 7  # letters of an only name, from here on few have it
_MORE, _PATRONYMIC, _FORMER, _TURNED = -0.7, -0.1, -0.8, -1.5
VETO = -20.0
_SURE = 0.85  # how alike words are that need no initial


def person_reasons(left: str, right: str) -> tuple[Reason, ...]:
    """The reasons of the two readings that agree best."""
    pairs = [(a, b) for a in person_names(left) for b in person_names(right)]
    found = [_compared(a, b, left, right) for a, b in pairs]
    return max(
        found,
        key=lambda reasons: sum(reason.points for reason in reasons),
        default=(Reason("no-likeness", VETO),),
    )


def _compared(a: PersonName, b: PersonName, left: str, right: str) -> tuple[Reason, ...]:
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
    points = _LONE_LONG if one == other and len(one) >= _LONG else _LONE
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
