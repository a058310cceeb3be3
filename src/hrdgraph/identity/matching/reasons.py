"""Reasons for and against a match into sentences in English, French and Spanish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hrdgraph.catalogue import Vocabulary


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
