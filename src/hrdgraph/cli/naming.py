"""The name of an output into its format: what follows from the name, and what contradicts it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import click

# Longest first, so that x.framed.jsonld is not just JSON-LD. Where an ending is that of several formats, the first that a command
# can write holds where none is given. Those that no command writes are refused: whoever names a file so believes that it is one.
ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    ".framed.jsonld": ("jsonld-framed",),
    ".graphml": ("graphml",),
    ".parquet": ("parquet",),
    ".jsonld": ("jsonld", "jsonld-framed"),
    ".ijson": ("nomenklatura",),
    ".gexf": ("gexf",),
    ".json": ("json", "jsonld", "jsonld-framed", "nomenklatura"),
    ".rdfp": ("rdfp",),
    ".trig": ("trig",),
    ".csv": ("csv",),
    ".rdf": ("rdfxml",),
    ".srj": ("json",),
    ".srx": ("xml",),
    ".tsv": ("tsv", "sssom"),
    ".ttl": ("ttl",),
    ".xml": ("xml", "rdfxml"),
    ".zip": ("csv",),
    ".docx": ("docx",),
    ".html": ("html",),
    ".xlsx": ("xlsx",),
    ".ods": ("ods",),
    ".pdf": ("pdf",),
    ".nq": ("nq",),
    ".nt": ("nt",),
}


def format_of(output: Path | None, given: str | None, formats: Collection[str], default: str | None = None) -> str:
    """The format of an output: the one that is given, else what the name of the file says, else the default. UsageError where the name
    says another than the given, or one that is not among `formats`, since whoever reads the file would go by its name; and where
    nothing says which.

    >>> format_of(Path("people.ttl"), None, ("nq", "ttl"), "nq"), format_of(Path("people.txt"), None, ("nq", "ttl"), "nq")
    ('ttl', 'nq')
    """
    meant = _meant(output)
    able = [name for name in meant if name in formats]
    chosen = given or (able[0] if able else None if meant else default)
    if output is not None and meant and chosen not in able:
        raise click.UsageError(_refused(output.name, (able or meant)[0], given, able, formats))
    if chosen is None:
        raise click.UsageError(f"say which format: --format {' or '.join(formats)}")
    return chosen


def _meant(output: Path | None) -> tuple[str, ...]:
    name = "" if output is None else output.name.lower()
    return next((formats for ending, formats in ENDINGS.items() if name.endswith(ending)), ())


def _refused(name: str, meant: str, given: str | None, able: Sequence[str], formats: Collection[str]) -> str:
    """What a name says, and the ways out."""
    named = [given] if given else list(formats)
    endings = [ending for ending, known in ENDINGS.items() if not set(known).isdisjoint(named)] or [".txt"]
    listed = " or ".join(endings)
    ways_out = f"--format {able[0]}, or a name that ends in {listed}" if able else f"a name that ends in {listed}"
    if given:
        return f"{name} is a name for {meant}, not for {given}: {ways_out}"
    return f"{name} is a name for {meant}, which this command does not write: {ways_out}"
