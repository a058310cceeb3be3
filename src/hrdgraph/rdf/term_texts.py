"""A term into the texts that may stand for it in the cell of a table."""

from __future__ import annotations

import re
from urllib.parse import unquote

from hrdgraph.rdf import Literal, parse_term


def texts_of(value: str) -> set[str]:
    """The words of a literal; an IRI and the parts of its path, without their escapes too; of
    what is no term, the text and its parts."""
    try:
        term = parse_term(value)
    except ValueError:
        return {value.strip(), *(part.strip() for part in value.split(", "))}
    if isinstance(term, Literal):
        return {term.value.strip()}
    name = value[1:-1] if value.startswith("<") else value
    parts = re.split("[/#]", name)[3:]  # behind the host
    return {name, *parts, *map(unquote, parts)}
