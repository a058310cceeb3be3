"""Align the words of two names: pairs that may be one word, and what is left on each side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hrdgraph.identity.names.scripts import is_indic
from hrdgraph.identity.names.sounds import ALIKE, likeness
from hrdgraph.identity.names.words import Word

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
    for score, a, b in sorted(_scores(left, right), key=lambda found: (-found[0], found[1:])):
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
        likeness(form, joined, unvowelled=bare)
        for form in whole.forms
        for joined in join_forms(first, second)
    )


def join_forms(first: Word, second: Word) -> tuple[str, ...]:
    """Return the spellings of two words as one."""
    return tuple(
        one + other for one in first.forms[:_MOST_FORMS] for other in second.forms[:_MOST_FORMS]
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


def _fits(one: Word, other: Word) -> bool:
    return any(a.startswith(b) or b.startswith(a) for a in one.forms for b in other.forms)
