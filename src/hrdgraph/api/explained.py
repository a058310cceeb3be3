"""An explanation that prints: as text, and as HTML in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from html import escape
from typing import Final, Self

from hrdgraph.api.explanation_summary import WHOLE, short_lines
from hrdgraph.api.explanation_text import Heading, lines
from hrdgraph.catalogue import phrase
from hrdgraph.explain import Explanation

_FACTS: Final = "facts-tell-all"


@dataclass(frozen=True)
class Explained(Explanation):
    """What is said of a thing or a triple, and where each statement comes from. `str()` and
    notebooks show it in `language`."""

    base: str = ""
    language: str = "en"
    asked: str = ""

    @classmethod
    def of(cls, found: Explanation, *, base: str, language: str, asked: str) -> Self:
        """An explanation with what is needed to print it."""
        return cls(
            **{one.name: getattr(found, one.name) for one in fields(Explanation)},
            base=base,
            language=language,
            asked=asked,
        )

    def lines(self, *, full: bool = False) -> list[str]:
        """The lines of the text: all of them, or a summary of what is longer than a screen.
        Headings are of the class `Heading`."""
        if self.is_short or (full and not self.untold):
            return list(self._whole)
        count = len(self.facts) + sum(self.untold.values())
        return [
            *short_lines(self, self.base, self.language),
            "",
            phrase(_FACTS, self.language, count=count, asked=self.asked),
        ]

    @property
    def is_short(self) -> bool:
        """Whether all of the text is shown unless one asks for less."""
        return not self.untold and (len(self._whole) <= WHOLE or len(self.facts) == 1)

    @cached_property
    def _whole(self) -> tuple[str, ...]:
        return tuple(lines(self, self.base, self.language))

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        return f"<pre>{_marked(self.lines())}</pre>"


def _marked(shown: Sequence[str]) -> str:
    return "\n".join(
        f"<strong>{escape(line)}</strong>" if isinstance(line, Heading) else escape(line)
        for line in shown
    )
