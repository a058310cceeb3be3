"""Characters that nobody sees, by what they are for. Each is written out, so that they can stand
in a class of a regular expression."""

from __future__ import annotations

from typing import Final

SOFT_HYPHEN: Final = "\u00ad"
ZERO_WIDTH: Final = "\u200b\u2060\ufeff"  # spaces without width, and the mark of an encoding
JOINERS: Final = "\u200c\u200d"  # letters of some scripts are written otherwise beside them
OPERATORS: Final = "\u2061\u2062\u2063\u2064"  # of formulas
DIRECTION_MARKS: Final = "\u061c\u200e\u200f"
# they turn the text around them: with one, a value can be made to look like another
TURNING: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE: Final = SOFT_HYPHEN + ZERO_WIDTH + JOINERS + OPERATORS + DIRECTION_MARKS + TURNING
