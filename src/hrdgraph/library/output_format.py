"""Tell the format of an output: what follows from its name, and what contradicts it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.library.calls import UsageError
from hrdgraph.nearest import hint_at as likely
from hrdgraph.rdfio.formats import ALIASES, canonical

FORMATS_OF_MAP: Final = ("nq", "nt", "ttl", "trig", "rdfxml", "jsonld", "parquet")
Endings = Mapping[str, tuple[str, ...]]

# Where an ending is that of several formats, the first that a command can write holds where none
# is given. What no command writes is here too, so that nothing else is
# written under its name.
ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    ".graphml": ("graphml",), ".parquet": ("parquet",), ".jsonld": ("jsonld",), ".gexf": ("gexf",),
    ".json": ("json", "jsonld"), ".rdfp": ("rdfp",), ".trig": ("trig",), ".docx": ("docx",),
    ".html": ("html",), ".xlsx": ("xlsx",), ".csv": ("csv",), ".rdf": ("rdfxml",),
    ".srj": ("json",), ".srx": ("xml",), ".tsv": ("tsv",), ".ttl": ("ttl",),
    ".xml": ("xml", "rdfxml"), ".ods": ("ods",), ".pdf": ("pdf",), ".zip": ("zip",), ".nq": ("nq",),
    ".nt": ("nt",),
}  # fmt: skip
_PACKED: Final = (
    ".gz", ".bz2", ".xz", ".zst", ".lz4", ".br", ".7z", ".tgz", ".txz", ".tbz2", ".tar", ".rar",
)  # fmt: skip


def format_of(
    output: Path | None, given: str | None, formats: Collection[str], default: str | None = None,
    endings: Endings = ENDINGS,
) -> str:  # fmt: skip
    """Return the format of an output: the one that is given, by any of its names, else what the
    name of the file says, else the default.

    UsageError where the name says another than the given, or one that is not among `formats`, or
    that the file is packed, since whoever reads the file would go by its name; and where nothing
    says which.

    >>> format_of(Path("people.ttl"), None, ("nq", "ttl"), "nq")
    'ttl'
    >>> format_of(Path("people.txt"), None, ("nq", "ttl"), "nq")
    'nq'"""
    if output is not None and output.suffix.lower() in _PACKED:
        raise UsageError("output-name-packed", file=output.name, name=output.stem)
    given = None if given is None else format_named(given, formats)
    name = "" if output is None else output.name.lower()
    meant = next((formats for ending, formats in endings.items() if name.endswith(ending)), ())
    able = [name for name in meant if name in formats]
    chosen = given or (able[0] if able else None if meant else default)
    if output is not None and meant and chosen not in able:
        named = {given} if given else {*formats}
        listed = [ending for ending, known in endings.items() if not named.isdisjoint(known)]
        raise UsageError(
            "name-of-other-format", file=output.name, meant=(able or meant)[0],
            hint=Message("name-ending", endings=listed or [".txt"]),
        )  # fmt: skip
    if chosen is None:
        raise UsageError("missing", option="--format", hint="there-is", known=tuple(formats))
    return chosen


def format_named(name: str, formats: Collection[str]) -> str:
    """Return the format that a name means, among those that are given: `turtle` is `ttl`.
    UsageError with the nearest otherwise.

    >>> format_named("N-Quads", ("nq", "ttl"))
    'nq'"""
    known_name = canonical(name)
    if known_name in formats:
        return known_name
    names = [*formats, *(alias for alias, known in ALIASES.items() if known in formats)]
    fact = Message("not-known-here", name=name)
    raise UsageError(
        fact, hint=likely(known_name, names, Message("there-is", known=", ".join(formats)))
    )
