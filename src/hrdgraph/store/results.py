"""What a query answers, as frozen values: solutions, triples, or yes and no."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hrdgraph.rdf import Quad, Term

Row = tuple[Term | None, ...]


@dataclass(frozen=True, slots=True)
class Solutions:
    """The answer to SELECT: every row has one place for each variable, None where it is unbound;
    the order is the query's."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Term | None]]:
        """The rows as dictionaries by variable."""
        return (dict(zip(self.variables, row, strict=True)) for row in self.rows)

    def column(self, variable: str) -> tuple[Term | None, ...]:
        """What stands under one variable, in row order."""
        place = self.variables.index(variable)
        return tuple(row[place] for row in self.rows)

    def project(self, variables: Sequence[str]) -> Solutions:
        """The same rows with these variables only, in this order."""
        places = [self.variables.index(name) for name in variables]
        return Solutions(
            tuple(variables), tuple(tuple(row[place] for place in places) for row in self.rows)
        )


@dataclass(frozen=True, slots=True)
class GraphAnswer:
    """The answer to CONSTRUCT or DESCRIBE: distinct quads without a graph, sorted by their
    N-Triples text."""

    quads: tuple[Quad, ...]

    def __len__(self) -> int:
        return len(self.quads)

    def __iter__(self) -> Iterator[Quad]:
        return iter(self.quads)


@dataclass(frozen=True, slots=True)
class Boolean:
    """The answer to ASK."""

    value: bool

    def __bool__(self) -> bool:
        return self.value


Answer = Solutions | GraphAnswer | Boolean
