"""Property paths as frozen values, each as the specification names it (§2.3.1). None is compared
with another."""

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
class AlternativePath:
    """sh:alternativePath."""

    choices: tuple[Path, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedPath:
    """sh:zeroOrMorePath (`*`), sh:oneOrMorePath (`+`) and sh:zeroOrOnePath (`?`)."""

    path: Path
    mark: str


_ZERO, _MANY = ("*", "?"), ("*", "+")


def flattened(path: Path, mark: str) -> tuple[Path, str]:
    """A repeated path without what repeats within: `(p*)+` is `p*`, `(^(p?))+` is `(^p)*`,
    `(p*|q)+` is `(p|q)*`."""
    zero, many = mark in _ZERO, mark in _MANY
    while True:
        match path:
            case RepeatedPath(inner, other):
                path, zero, many = inner, zero or other in _ZERO, many or other in _MANY
            case Inverse(RepeatedPath(inner, other)):
                path, zero, many = Inverse(inner), zero or other in _ZERO, many or other in _MANY
            case AlternativePath(choices) if many and any(
                isinstance(choice, RepeatedPath) for choice in choices
            ):
                parts = [
                    flattened(choice.path, choice.mark)
                    if isinstance(choice, RepeatedPath)
                    else (choice, "")
                    for choice in choices
                ]
                path, zero = (
                    AlternativePath(tuple(choice for choice, _ in parts)),
                    zero or any(other in _ZERO for _, other in parts),
                )
            case _:
                return path, "*" if zero and many else "+" if many else "?"


Path = IRI | Inverse | Sequence | AlternativePath | RepeatedPath
