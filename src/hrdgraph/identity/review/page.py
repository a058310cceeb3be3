"""A pair into a page that works without JavaScript, with a keyboard and with a screen reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hrdgraph.catalogue import LANGUAGES, Vocabulary
from hrdgraph.html_templates import InlineFile, Templates
from hrdgraph.identity.review.record_lines import Side
from hrdgraph.identity.review.session import ReviewPair

_PACKAGE: Final = "hrdgraph.identity.review"
_NO_FACTS: Final = 40  # facts shown of one side; a record of a country may have thousands
_TEMPLATES: Final = Templates(_PACKAGE, most_facts=_NO_FACTS, languages=LANGUAGES)
STYLE: Final = InlineFile(_PACKAGE, "review.css")


@dataclass(frozen=True)
class ReviewView:
    """What a page shows: the pair or None, its two sides (or none), how many are left, a notice,
    and who the reviewer is."""

    pair: ReviewPair | None
    sides: tuple[Side, ...]
    left: int
    notice: str
    who: str
    why: str = ""


def page(view: ReviewView, language: str, token: str) -> str:
    """The whole document in a language. `token` goes back with every form."""
    return _TEMPLATES.render(
        "review.html",
        view=view,
        words=Vocabulary("review", language),
        language=language,
        token=token,
        style=STYLE.text,
    )
