"""A row into the sentence that its kind makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from hrdgraph.catalogue.message import BLANK
from hrdgraph.fact_kinds.codes import Codes
from hrdgraph.fact_kinds.model import Kind

_NAME: Final = re.compile(r"\{(\w+)\}")
_OPTIONAL: Final = re.compile(r"\[([^\[\]]*)\]")


def sentence_of(kind: Kind, cells: Mapping[str, str], language: str) -> str:
    """The row read aloud in a language, else in English: what stands in brackets is left out
    where a cell of it is empty. A cell that may not be empty is heard as a gap."""
    pattern = kind.sentences.get(language) or kind.sentences["en"]

    def whole(match: re.Match[str]) -> str:
        return match[1] if all(cells.get(name) for name in _NAME.findall(match[1])) else ""

    gaps = {one.name: BLANK for one in kind.columns if one.required and not one.unless}
    said = {**gaps, **{name: text for name, text in cells.items() if text}}
    text = _NAME.sub(lambda match: said.get(match[1], ""), _OPTIONAL.sub(whole, pattern))
    return re.sub(r"\s+([,.;])", r"\1", " ".join(text.split()))


def with_labels(
    kind: Kind, cells: Mapping[str, str], language: str, codes: Callable[[str], Codes]
) -> dict[str, str]:
    """Cells with the label in a language where they hold a code: in a French sentence `laureate`
    is a `lauréat`. `codes` gives those of a scheme."""
    schemes = {column.name: column.scheme for column in kind.columns if column.scheme}
    return {
        name: codes(schemes[name]).label(text, language) if name in schemes and text else text
        for name, text in cells.items()
    }
