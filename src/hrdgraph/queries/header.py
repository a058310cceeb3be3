"""The text of a query file into a `Query`: its leading comment lines say what it is.

    # title@en: Laureates of an award in a year
    # parameter award: iri award — The award's key or IRI
    # parameter@fr award: La clé ou l'IRI du prix
    # parameter lang: language (default en) — The language of the names
    # parameter country: iri country (optional) — Only recipients of this country
    # column laureate: Who received it
    # empty@en: No award is listed yet: a table of laureates fills this
    # severity: warning
    # message@en: {?focus} has no label

`empty` says what it means that there is no row, and what would bring some. The last two are for
checks. The header ends at the first line that is no comment; comments below
it are free.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, QueryError
from hrdgraph.queries.model import SEVERITIES, AnswerColumn, Parameter, Query, Texts, Type

_LINE = re.compile(
    r"#\s*(?:(title|message|empty)@([A-Za-z-]+)|(parameter|column)(?:@([A-Za-z-]+))?\s+(\w+)|(severity))\s*:\s*(.+)"
)
_PARAMETER = re.compile(
    r"(?P<type>[a-z]+)(?:\s+(?P<scope>[\w-]+))?(?:\s+\((?:(?P<optional>optional)|default "
    r"(?P<default>[^)]+))\))?\s+[—–-]\s+(?P<text>.+)"
)
_SCOPED = (Type.IRI, Type.CONCEPT)
_HINT = "header-line-title-en"

_Entry = tuple[int, str, str, str]


def parse(text: str, *, name: str, topic: str, path: Path | None = None) -> Query:
    """Read a query file. Raises QueryError with the line for a header line that says nothing
    known, or says it twice."""
    entries = list(_entries(text, str(path or "")))
    _refuse_repeats(entries, str(path or ""))
    told = _told(entries, str(path or ""))
    parameters = tuple(
        _parameter(entry, told, str(path or "")) for entry in entries if entry[1] == "parameter"
    )
    columns = tuple(
        AnswerColumn(of, value, told.get((key, of), ()))
        for _, key, of, value in entries
        if key == "column"
    )
    titles, messages = _texts(entries, "title"), _texts(entries, "message")
    return Query(
        name,
        topic,
        text,
        path,
        titles,
        parameters,
        columns,
        _severity(entries, str(path or "")),
        messages,
        _texts(entries, "empty"),
    )


def _entries(text: str, file: str) -> Iterator[_Entry]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#"):
            return
        if line.strip("# \t"):
            yield _entry(number, line, file)


def _entry(number: int, line: str, file: str) -> _Entry:
    found = _LINE.fullmatch(line.rstrip())
    if not found:
        raise QueryError(
            "header-line-malformed", text=line[:60], origin=Origin(file, line=number), hint=_HINT
        )
    worded, language, named, spoken, name, severity, value = found.groups()
    key = f"{named}@{spoken.lower()}" if spoken else worded or named or severity
    return number, key, language or name or "", value


def _told(entries: list[_Entry], file: str) -> dict[tuple[str, str], Texts]:
    """What parameters and columns are in other languages than English, by their kind and name."""
    found: dict[tuple[str, str], Texts] = {}
    declared = {(key, of) for _, key, of, _ in entries}
    for number, key, of, value in entries:
        kind, _, language = key.partition("@")
        if language and (kind, of) not in declared:
            hint = Message("declare-text-first", kind=kind, of=of)
            raise QueryError(
                "translation-without-original",
                what=kind,
                of=of,
                origin=Origin(file, line=number),
                hint=hint,
            )
        if language:
            found[kind, of] = (*found.get((kind, of), ()), (language, value))
    return found


def _refuse_repeats(entries: list[_Entry], file: str) -> None:
    seen: set[tuple[str, str]] = set()
    for number, key, of, _ in entries:
        if (key, of) in seen:
            raise QueryError(
                "header-line-twice" if of else "header-key-twice",
                key=key,
                language=of,
                origin=Origin(file, line=number),
                hint="keep-two-lines",
            )
        seen.add((key, of))


def _parameter(entry: _Entry, told: dict[tuple[str, str], Texts], file: str) -> Parameter:
    number, _, name, value = entry
    found = _PARAMETER.fullmatch(value)
    if not found or found["type"] not in list(Type):
        hint = Message("write-parameter-type", type=", ".join(Type))
        raise QueryError(
            "parameter-type-unknown",
            name=name,
            value=value[:60],
            origin=Origin(file, line=number),
            hint=hint,
        )
    kind, scope = Type(found["type"]), found["scope"] or ""
    if (scope and kind not in _SCOPED) or (kind is Type.CONCEPT and not scope):
        hint = Message("see-types-with-word")
        raise QueryError(
            "parameter-default-wrong",
            name=name,
            value=value[:60],
            origin=Origin(file, line=number),
            hint=hint,
        )
    texts = told.get(("parameter", name), ())
    return Parameter(
        name, kind, found["text"], scope, found["default"], bool(found["optional"]), texts
    )


def _texts(entries: list[_Entry], wanted: str) -> Texts:
    return tuple((of.lower(), value) for _, key, of, value in entries if key == wanted)


def _severity(entries: list[_Entry], file: str) -> str:
    for number, key, _, value in entries:
        if key == "severity":
            if value not in SEVERITIES:
                raise QueryError(
                    "severity-unknown",
                    value=value,
                    known=", ".join(SEVERITIES),
                    origin=Origin(file, line=number),
                    hint="one-of",
                )
            return value
    return ""
