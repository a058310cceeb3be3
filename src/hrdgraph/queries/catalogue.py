"""Find queries in folders of `.rq` files, and read what their headers say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Message, add_this, lacks, write_like
from hrdgraph.errors import HrdgraphError, Origin, QueryError, raise_all
from hrdgraph.nearest import hint_at
from hrdgraph.queries.model import (
    SEVERITIES,
    AnswerColumn,
    CheckedCell,
    Parameter,
    Query,
    Texts,
    Type,
)  # fmt: skip
from hrdgraph.rdf import IRI
from hrdgraph.vocab import PREFIXES

_LINE = re.compile(
    r"#\s*(?:(title|message|empty)@([A-Za-z-]+)|(parameter|column|cell)(?:@([A-Za-z-]+))?\s+(\w+)|(severity))\s*:\s*(.+)"
)
_PARAMETER = re.compile(
    r"(?P<type>[a-z]+)(?:\s+(?P<scope>[\w-]+))?(?:\s+\((?:(?P<optional>optional)|default "
    r"(?P<default>[^)]+))\))?\s+[—–-]\s+(?P<text>.+)"
)
_DECLARED = re.compile(r"(?im)^\s*PREFIX\s+([\w-]*):\s*<([^<>]*)>")
_SCOPED = (Type.IRI, Type.CONCEPT)
_HINT = write_like("# title@en: …, # column name: …, # message@en: …")

_Entry = tuple[int, str, str, str]


@lru_cache(maxsize=256)
def parse(text: str, *, name: str, topic: str, path: Path | None = None) -> Query:
    """Read a query file. Raises QueryError with the line for a header line that says nothing
    known, or says it twice."""
    entries = list(_entries(text, str(path or "")))
    file = str(path or "")
    seen: set[tuple[str, str]] = set()
    for number, key, of, _ in entries:
        if (key, of) in seen:
            fact = Message("there-twice", name=f"{key} {of}".strip())
            raise QueryError(fact, origin=Origin(file, line=number), hint="keep-one")
        seen.add((key, of))
    texts = _translations_of(entries, str(path or ""))
    parameters = tuple(
        _parameter(entry, texts, str(path or "")) for entry in entries if entry[1] == "parameter"
    )
    columns = tuple(
        AnswerColumn(of, value, texts.get((key, of), ()))
        for _, key, of, value in entries
        if key == "column"
    )
    titles, messages = _texts(entries, "title"), _texts(entries, "message")
    return Query(
        name, topic, text, path, titles, parameters, columns, _severity(entries, str(path or "")),
        messages, _texts(entries, "empty"),
        cells=tuple(_cell(entry, file, text) for entry in entries if entry[1] == "cell"),
    )  # fmt: skip


def _entries(text: str, file: str) -> Iterator[_Entry]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#"):
            return
        if line.strip("# \t"):
            yield _entry(number, line, file)


def _entry(number: int, line: str, file: str) -> _Entry:
    match = _LINE.fullmatch(line.rstrip())
    if not match:
        raise QueryError(
            "value-not-as-expected", value=line[:60], origin=Origin(file, line=number), hint=_HINT
        )
    worded, language, named, spoken, name, severity, value = match.groups()
    key = f"{named}@{spoken.lower()}" if spoken else worded or named or severity
    return number, key, language or name or "", value


def _cell(entry: _Entry, file: str, text: str) -> CheckedCell:
    """Read `# cell NAME: thing hrd:property`; a prefix may be one that the query declares."""
    number, _, name, value = entry
    thing, _, known = value.strip().partition(" ")
    prefix, _, local = known.strip().partition(":")
    prefixes = PREFIXES | dict(_DECLARED.findall(text))
    if prefix not in prefixes:
        raise QueryError(
            "value-not-as-expected", value=value[:60], origin=Origin(file, line=number),
            hint=write_like("# cell charged: focus hrd:chargedOn"),
        )  # fmt: skip
    return CheckedCell(name, thing.lstrip("?"), IRI(prefixes[prefix] + local))


def _translations_of(entries: list[_Entry], file: str) -> dict[tuple[str, str], Texts]:
    """Return the translated texts of parameters and columns, by their kind and name."""
    texts: dict[tuple[str, str], Texts] = {}
    declared = {(key, of) for _, key, of, _ in entries}
    for number, key, of, value in entries:
        kind, _, language = key.partition("@")
        if language and (kind, of) not in declared:
            text, origin = f"{kind} {of}".strip(), Origin(file, line=number)
            raise QueryError(lacks(key, text), origin=origin, hint=add_this(f"# {text}: …"))
        if language:
            texts[kind, of] = (*texts.get((kind, of), ()), (language, value))
    return texts


def _parameter(entry: _Entry, translations: dict[tuple[str, str], Texts], file: str) -> Parameter:
    number, _, name, value = entry
    match = _PARAMETER.fullmatch(value)
    if not match or match["type"] not in list(Type):
        hint = Message("write-parameter-type", type=", ".join(Type))
        raise QueryError(
            "not-known-here", name=value[:60], origin=Origin(file, line=number),
            hint=hint,
        )  # fmt: skip
    kind, scope = Type(match["type"]), match["scope"] or ""
    if (scope and kind not in _SCOPED) or (kind is Type.CONCEPT and not scope):
        hint = write_like("iri award, concept act-type")
        raise QueryError(
            "value-not-as-expected", value=value[:60],
            origin=Origin(file, line=number), hint=hint,
        )  # fmt: skip
    texts = translations.get(("parameter", name), ())
    return Parameter(
        name, kind, match["text"], scope, match["default"], bool(match["optional"]), texts
    )


def _texts(entries: list[_Entry], wanted: str) -> Texts:
    return tuple((of.lower(), value) for _, key, of, value in entries if key == wanted)


def _severity(entries: list[_Entry], file: str) -> str:
    for number, key, _, value in entries:
        if key == "severity":
            if value not in SEVERITIES:
                raise QueryError(
                    "not-known-here", name=value, known=", ".join(SEVERITIES),
                    origin=Origin(file, line=number), hint="there-is",
                )  # fmt: skip
            return value
    return ""


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
        """Return the queries that people ask: all but checks, derivations and their reasons."""
        return tuple(
            query for query in self.queries if query.topic not in (CHECKS, DERIVE, BECAUSE)
        )

    def topic(self, topic: str) -> tuple[Query, ...]:
        """Return the queries of one topic, in the order of their file names."""
        return tuple(query for query in self.queries if query.topic == topic)

    def __getitem__(self, name: str) -> Query:
        """Return the query called `name` (or `topic/name`); else QueryError with a suggestion."""
        for query in self.queries:
            if name in (query.name, f"{query.topic}/{query.name}"):
                return query
        names = [query.name for query in self.questions]
        listed = Message("see-address", address="hrdgraph query --list")
        hint = hint_at(name, names, listed, cutoff=0.5, count=3, shown="{}")
        raise QueryError("not-known-here", name=name, hint=hint)


def find(*folders: Path) -> Catalogue:
    """Read `<topic>/<name>.rq` under some folders. Raises all that is wrong with them at once; a
    missing folder has no queries."""
    queries: list[Query] = []
    errors: list[HrdgraphError] = []
    paths = (path for folder in folders for path in folder.glob("*/*.rq"))
    for path in sorted(paths, key=lambda path: path.parts[-2:]):
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
            "not-in-encoding", encoding="UTF-8", origin=Origin(str(path)),
        ) from error  # fmt: skip
    except OSError as error:
        raise QueryError.unreadable(path, error) from error
    return parse(text, name=path.stem, topic=topic, path=path)


def resolve(catalogue: Catalogue, what: str, stdin: Callable[[], str]) -> Query:
    """Find the query that a person means: `-` for standard input, a name, a file, or SPARQL
    text."""
    if what == "-":
        return Query("-", "", stdin(), ad_hoc=True)
    if what.endswith((".rq", ".sparql")) and "{" not in what:
        query = read(Path(what))
        return (
            query
            if query.parameters
            else Query(query.name, query.topic, query.text, query.path, query.titles, ad_hoc=True)
        )
    if "{" in what or _DESCRIBE.search(what):
        return Query("text", "", what, ad_hoc=True)
    return catalogue[what]


def _same_names(queries: list[Query]) -> list[HrdgraphError]:
    first: dict[str, Query] = {}
    errors: list[HrdgraphError] = []
    for query in queries:
        other = first.setdefault(query.name, query)
        if other is not query:
            hint = Message("rename-other-is", path=other.path)
            errors.append(
                QueryError(
                    "there-twice", name=query.name, origin=Origin(str(query.path)), hint=hint
                )
            )
    return errors
