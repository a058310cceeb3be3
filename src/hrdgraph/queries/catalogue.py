"""A folder of `.rq` files into a catalogue, and a name, file or text into one query."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, QueryError, raise_all
from hrdgraph.nearest import meant
from hrdgraph.queries.header import parse
from hrdgraph.queries.model import Query

CHECKS: Final = "checks"
DERIVE: Final = "derive"
BECAUSE: Final = "because"
# the one form that needs no braces (SPARQL 1.1 §16.4)
_DESCRIBE: Final = re.compile(r"\bDESCRIBE(?:\s|<)", re.I)


@dataclass(frozen=True)
class Catalogue:
    """The queries of a folder, sorted by topic and name. A name is unique in the whole folder."""

    queries: tuple[Query, ...]

    def __iter__(self) -> Iterator[Query]:
        return iter(self.queries)

    def __len__(self) -> int:
        return len(self.queries)

    @property
    def questions(self) -> tuple[Query, ...]:
        """The queries that people ask: all but checks, derivations and their reasons."""
        return tuple(
            query for query in self.queries if query.topic not in (CHECKS, DERIVE, BECAUSE)
        )

    def topic(self, topic: str) -> tuple[Query, ...]:
        """The queries of one topic, in the order of their file names."""
        return tuple(query for query in self.queries if query.topic == topic)

    def __getitem__(self, name: str) -> Query:
        """The query called `name` (or `topic/name`); QueryError with a suggestion otherwise."""
        for query in self.queries:
            if name in (query.name, f"{query.topic}/{query.name}"):
                return query
        names = [query.name for query in self.questions]
        hint = meant(name, names, "see-queries", cutoff=0.5, count=3, shown="{}")
        raise QueryError("query-unknown", name=name, hint=hint)


def find(directory: Path) -> Catalogue:
    """Read `<topic>/<name>.rq` under a folder. Raises all that is wrong with them at once; a
    missing folder has no queries."""
    queries: list[Query] = []
    errors: list[HrdgraphError] = []
    for path in sorted(directory.glob("*/*.rq")):
        try:
            queries.append(read(path, topic=path.parent.name))
        except QueryError as error:
            errors.append(error)
    raise_all(errors + _same_names(queries))
    return Catalogue(tuple(queries))


def read(path: Path, *, topic: str = "") -> Query:
    """Read one query file; its name is that of the file without the ending. Raises QueryError
    with the file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryError(
            "file-not-utf8-at",
            position=error.start,
            origin=Origin(str(path)),
            hint="save-as-utf8",
        ) from error
    except OSError as error:
        raise QueryError(
            "unreadable",
            reason=error.strerror,
            origin=Origin(str(path)),
            hint="check-path-and-rights",
        ) from error
    return parse(text, name=path.stem, topic=topic, path=path)


def resolve(catalogue: Catalogue, what: str, stdin: Callable[[], str]) -> Query:
    """The query that a person means: `-` for standard input, a name of the catalogue, a file, or
    SPARQL text."""
    if what == "-":
        return Query("-", "", stdin(), ad_hoc=True)
    if what.endswith((".rq", ".sparql")) and "{" not in what:
        return _open_parameters(read(Path(what)))
    if "{" in what or _DESCRIBE.search(what):
        return Query("text", "", what, ad_hoc=True)
    return catalogue[what]


def _open_parameters(query: Query) -> Query:
    return (
        query
        if query.parameters
        else Query(query.name, query.topic, query.text, query.path, query.titles, ad_hoc=True)
    )


def _same_names(queries: list[Query]) -> list[HrdgraphError]:
    first: dict[str, Query] = {}
    errors: list[HrdgraphError] = []
    for query in queries:
        other = first.setdefault(query.name, query)
        if other is not query:
            hint = Message("rename-other-is", path=other.path)
            errors.append(
                QueryError(
                    "query-name-taken", name=query.name, origin=Origin(str(query.path)), hint=hint
                )
            )
    return errors
