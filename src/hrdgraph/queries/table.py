"""Rows of terms into a plain text table whose columns line up in a terminal, whatever the
script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import category, east_asian_width

from hrdgraph.catalogue import phrase
from hrdgraph.invisible_characters import TURNING
from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.vocab import XSD, short_iri

_GAP = "  "
_NUMBERS = {XSD[name].value for name in ("integer", "decimal", "double", "float")}
# bidirectional overrides, which can make one value look like another
_MOVES_TEXT = re.compile(f"[{TURNING}]")


def table(
    variables: Sequence[str],
    rows: Sequence[Sequence[Term | None]],
    base: str = "",
    language: str = "en",
) -> str:
    """Header, rule and rows, then how many rows there are. Numbers are set right, everything
    else left."""
    cells = [[cell(term, base) for term in row] for row in rows]
    widths = [
        max([width(name), *(width(row[place]) for row in cells)])
        for place, name in enumerate(variables)
    ]
    right = [
        bool(rows) and all(_is_number(row[place]) for row in rows)
        for place in range(len(variables))
    ]
    lines = [_line(list(variables), widths, right), _GAP.join("─" * size for size in widths)]
    lines += [_line(row, widths, right) for row in cells]
    count = phrase("rows-counted" if rows else "rows-none", language, count=len(rows))
    return "\n".join([*lines, f"({count})", ""])


def cell(term: Term | None, base: str = "") -> str:
    """A term as people read it, on one line: IRIs short, literals bare, control characters shown
    and not obeyed."""
    if term is None:
        return ""
    text = (
        short(term.value, base)
        if isinstance(term, IRI)
        else term.value
        if isinstance(term, Literal)
        else term.n3()
    )
    text = _MOVES_TEXT.sub("", " ".join(text.split()))
    return "".join(repr(char)[1:-1] if category(char) == "Cc" else char for char in text)


def short(iri: str, base: str = "") -> str:
    """An IRI under `base` as its key, one of a known vocabulary with its prefix, any other
    whole."""
    if base and iri.startswith(base) and len(iri) > len(base):
        return iri[len(base) :]
    return short_iri(iri)


def width(text: str) -> int:
    """How many columns of a terminal a text takes: wide characters two, combining and invisible
    ones none."""
    return sum(
        0 if category(char) in ("Mn", "Me", "Cf") else 2 if east_asian_width(char) in "WF" else 1
        for char in text
    )


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for text, size, to_right in zip(cells, widths, right, strict=True):
        blank = " " * (size - width(text))
        padded.append(blank + text if to_right else text + blank)
    return _GAP.join(padded).rstrip()


def _is_number(term: Term | None) -> bool:
    return term is None or (isinstance(term, Literal) and term.datatype in _NUMBERS)
