"""Property paths as frozen values, each as the specification names it (§2.3.1). None is compared with another."""

from __future__ import annotations

from dataclasses import dataclass

from hrdgraph.rdf import IRI


@dataclass(frozen=True, slots=True, eq=False)
class Inverse:
    """sh:inversePath."""

    path: Path


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """A list of paths, one after the other."""

    steps: tuple[Path, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """sh:alternativePath."""

    choices: tuple[Path, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """sh:zeroOrMorePath (`*`), sh:oneOrMorePath (`+`) and sh:zeroOrOnePath (`?`)."""

    path: Path
    mark: str


Path = IRI | Inverse | Sequence | Alternative | Repeated
