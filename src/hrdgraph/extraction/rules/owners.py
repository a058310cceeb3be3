"""A noun of what was done and the words up to the next name into whether it was done to them."""

from __future__ import annotations

import re
from typing import Final

from hrdgraph.extraction.reading.lexicon import Lexicon
from hrdgraph.extraction.rules.masking import compiled

_PLAIN: Final = r"\s|[-']|{article}|{role}|{demonym}|{group}|{activist}"
_GIVEN: Final = r"\w\s+(?=\w){to}\s+(?:{article}\s+)?$"


def is_owned(lexicon: Lexicon, noun: str, between: str) -> bool:
    """Whether a noun is that of the name after it ("the murder of the lawyer …"), or was done
    against it ("el atentado contra la abogada …")."""
    macros = lexicon.macro_words
    against = lexicon.macros.get("against", "(?!)")
    if re.search(rf"(?<!\w)(?:{against})$", noun, re.I):
        return bool(compiled(f"(?:{_PLAIN}|{{definite}})*", macros).fullmatch(between))
    if compiled(_GIVEN, macros).search(between):
        return False
    return bool(compiled(rf"\s*{{of}}(?:\w+|{_PLAIN})*", macros).fullmatch(between))
