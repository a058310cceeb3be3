"""The languages of the program: one entry each, beside the folder of its sentences.

Babel knows what an entry leaves out. A language may be incomplete: what it has no sentence for is
told in English. `python -m hrdgraph.catalogue` lists what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from babel import Locale

_THIN: Final = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True)
class Language:
    """A language. `plural` is the rule of gettext for counted sentences, `last` stands before the
    last of several things ("or", "and"), `grouping` between thousands, from `grouped` on."""

    tag: str
    plural: str = ""
    last: tuple[str, str] | None = None
    grouping: str | None = None
    grouped: int = 1000
    region: str = ""  # whose dates and units are written

    @property
    def locale(self) -> Locale:
        """Return its locale in Babel."""
        from babel import Locale

        return Locale.parse(f"{self.tag}_{self.region}" if self.region else self.tag)

    @property
    def own_name(self) -> str:
        """Return its name in its own words.

        >>> KNOWN["fr"].own_name
        'Français'"""
        return str(self.locale.language_name).capitalize()

    @cached_property
    def plural_forms(self) -> str:
        """Return the header of its catalogues that says which form a count takes."""
        if self.plural:
            return f"nplurals=2; plural={self.plural};"
        from babel.messages.plurals import get_plural

        return str(get_plural(self.tag))

    @cached_property
    def joining(self) -> dict[str | None, str]:
        """Return the words before the last of several things: in a choice, in a sum, in a list."""
        if self.last is None:
            from babel.lists import format_list

            pairs = [format_list(["{}", "{}"], style, self.tag) for style in ("or", "standard")]
            return dict(zip(("or", "and"), (pair[2:-2] for pair in pairs), strict=True)) | _LISTED
        return dict(zip(("or", "and"), self.last, strict=True)) | _LISTED

    def number(self, count: int) -> str:
        """Write a whole number with its digits in groups.

        >>> KNOWN["en"].number(12345)
        '12,345'"""
        if count < self.grouped:
            return str(int(count))
        if self.grouping is None:
            from babel.numbers import format_decimal

            return format_decimal(count, locale=self.tag)
        return f"{int(count):,}".replace(",", self.grouping)


_LISTED: Final[dict[str | None, str]] = {None: ", "}
_ALL: Final = (
    Language("en", "(n != 1)", (" or ", " and "), ",", region="GB"),
    # millions have no form of their own here
    Language("fr", "(n > 1)", (" ou ", " et "), _THIN),
    Language("es", "(n != 1)", (" o ", " y "), _THIN, 10_000),
)
KNOWN: Final = MappingProxyType({language.tag: language for language in _ALL})
LANGUAGES: Final = tuple(KNOWN)
