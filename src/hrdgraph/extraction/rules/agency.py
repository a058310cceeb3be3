"""Who of a sentence did the deed that a word tells of, or is kin of whom it was done to: they are
not its victims."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hrdgraph.extraction.reading.lexicon import Lexicon
from hrdgraph.extraction.rules.masking import compiled

_TITLED = r"(?:{article}\s*)?(?:{demonym}\s*)?(?:{role}\s*)?(?:{honorific}\s*)?"
_OF = r"(?=\w)(?:{of})"
_PASSIVE, _ACTIVE = "passive", "active"


@dataclass(frozen=True)
class Agency:
    """A word of an act in a sentence whose names are signs."""

    lexicon: Lexicon
    text: str
    found: re.Match[str]
    kind: str
    form: str

    def is_no_victim(self, place: int | None) -> bool:
        """Whether who stands at a place, or is meant by a pronoun, did it or is kin of the
        victim."""
        is_after = place is not None and place > self.found.start()
        return (
            (self._is_deed(is_named=place is not None) and not is_after)
            or (place is not None and self._is_agent(place))
            or self._is_of_kin(place if is_after else None)
        )

    def _is_deed(self, *, is_named: bool) -> bool:
        """Whether the subject of the verb does it: "she has accused", "she stopped at Lyon"."""
        if self._search(r"(?<!\w){which}[^,;.]*$", "which"):
            return False
        if self.form == _ACTIVE:
            is_done = bool(re.fullmatch(self._word("done_to"), self.kind))
            subject = r"(?<!\w){pronoun}\s+(?:\w+\s+)?$"
            return is_done and (is_named or bool(self._search(subject, "pronoun")))
        adverb = r"\s+(?:{adverb}\s+|\w+ment\w?\s+)?$"
        return self.form == _PASSIVE and bool(
            self._search("{did_itself}" + adverb, "did_itself")
            or (self._is_bare() and self._search("{did}" + adverb, "did"))
        )

    def _is_bare(self) -> bool:
        """Whether a participle stands alone and agrees with nothing."""
        return not re.search(r"\s|[aes]$", self.found[0], re.I)

    def _is_agent(self, place: int) -> bool:
        """Whether a passive says that it was done by them."""
        if self.form != _PASSIVE or place < self.found.end():
            return False
        between = self.text[self.found.end() : place]
        return bool(self._compiled(r"\s*{by}\s*" + _TITLED).fullmatch(between))

    def _is_of_kin(self, after: int | None) -> bool:
        """Whether the one named stands for another: "her husband", "the lawyer of Ana Paz"."""
        if not self._word("kin", ""):
            return False
        if after is not None:
            between = self.text[self.found.end() : after]
            return bool(self._compiled(r"(?<!\w){kin}\s*" + _OF).search(between))
        if self.form not in (_PASSIVE, _ACTIVE):
            return False
        others = r"(?:{kin}|{role})\s*" + _OF + r"\s*" + _TITLED + "{human}|{possessive}\\s*{kin}"
        said = self._search(rf"(?:{others})(?:(?!{{human}}|{{body}})[^,;.])*$", "kin")
        joined = rf"{self.lexicon.joining}\s*(?:{{article}}\s*)?$"
        return bool(said and not self._compiled(joined).search(self.text[: said.start()]))

    def _search(self, pattern: str, word: str) -> re.Match[str] | None:
        """A pattern in what stands before, where the language has the word that it uses."""
        before = self.text[: self.found.start()]
        return self._compiled(pattern).search(before) if self._word(word, "") else None

    def _word(self, name: str, otherwise: str = "(?!)") -> str:
        return self.lexicon.macros.get(name, otherwise)

    def _compiled(self, pattern: str) -> re.Pattern[str]:
        return compiled(pattern, self.lexicon.macro_words)
