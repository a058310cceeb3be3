"""Reasons for and against a match into sentences in English, French and Spanish."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from hrdgraph.catalogue import Vocabulary

VETO: Final = -20.0  # of one reason, which nothing outweighs


@dataclass(frozen=True, slots=True)
class Reason:
    """One observation: its code, what it adds to the score in log-odds (less than 0 speaks
    against), and the words it is about."""

    code: str
    points: float
    words: tuple[str, ...] = ()


def worded(reasons: Sequence[Reason], language: str = "en") -> str:
    """The reasons as one sentence, what counts most first."""
    texts = Vocabulary("match", language)
    ordered = sorted(reasons, key=lambda reason: -abs(reason.points))
    joint = "\N{NO-BREAK SPACE}; " if texts.language == "fr" else "; "
    return joint.join(texts[reason.code].format(*reason.words) for reason in ordered)


def choose_best(readings: Iterable[tuple[Reason, ...]]) -> tuple[Reason, ...]:
    """Return the reasons of the two readings of names that agree best."""
    return max(
        readings,
        key=lambda reasons: sum(reason.points for reason in reasons),
        default=(Reason("no-likeness", VETO),),
    )
