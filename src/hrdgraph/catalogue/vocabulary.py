"""The sentences of one part of the program, by short names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from hrdgraph.catalogue.message import phrase
from hrdgraph.catalogue.sentences import LANGUAGES, has_sentence, sentence

_SPECIAL: Final = {":": "colon", "": "thing"}
_WORD_START: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Vocabulary:
    """The sentences of a part in a language: `words("left", count=3)` of the part `review` is the
    sentence of `review-left`, and `words["left"]` the same with its fields still open."""

    part: str
    language: str

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            object.__setattr__(self, "language", "en")

    def __call__(self, name: str, /, **fields: object) -> str:
        return phrase(self.code(name), self.language, **fields)

    def __getitem__(self, name: str) -> str:
        found = sentence(self.code(name), None, self.language)
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name: str) -> bool:
        return has_sentence(self.code(name))

    def code(self, name: str) -> str:
        """The code of a name: `kind_shacl` and `minCount` become `kind-shacl` and `min-count`."""
        plain = _WORD_START.sub("-", name).lower().replace("_", "-")
        return f"{self.part}-{_SPECIAL.get(name, plain)}"
