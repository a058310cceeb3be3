"""What a file plainly looks like, whatever its name ends in: for the hint of an error, never to
choose how it is read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Message

_OF_TURTLE: Final = (".ttl", ".trig")
_BEGIN: Final = 65536  # bytes that are looked at
_TURTLE: Final = re.compile(r"(@prefix|@base)\s|(PREFIX|BASE)\s+\S*\s*<", re.I)
_YARRRML: Final = re.compile(r"^(mappings|prefixes)[ \t]*:[ \t]*(#.*)?(\r?$|[{&])", re.M)


def way_out(path: Path, yaml: tuple[str, ...]) -> Message | None:
    """A hint to rename a mapping that is not what its name says; None where that is not plain.
    `yaml` are the endings of YARRRML."""
    text, ending = _begin(path), path.suffix.lower()
    if _is_turtle(text):
        if ending in _OF_TURTLE:
            return None
        return Message("looks-like-turtle", file=_stem(path, _OF_TURTLE), ending=_OF_TURTLE[0])
    if ending not in yaml and _YARRRML.search(text):
        return Message("looks-like-yarrrml", file=_stem(path, yaml), ending=yaml[0])
    return None


def _begin(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_BEGIN).decode("utf-8-sig", errors="replace")
    except OSError:
        return ""


def _is_turtle(text: str) -> bool:
    """Whether the first line that is no comment declares a prefix or base."""
    lines = (line.strip() for line in text.splitlines())
    return bool(
        _TURTLE.match(next((line for line in lines if line and not line.startswith("#")), ""))
    )


def _stem(path: Path, endings: tuple[str, ...]) -> str:
    """The name of a file without its ending, nor the right one before it, as in
    `mapping.yml.txt`."""
    inner = Path(path.stem)
    return inner.stem if inner.suffix.lower() in endings else inner.name
