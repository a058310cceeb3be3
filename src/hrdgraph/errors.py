"""The error tree: every failure a person can meet, with its place, the fact and the way out.

HrdgraphError
 ├─ ProjectError      the project folder: a missing or malformed file, a newer version, no build
 ├─ SourceError       the words and tables that came in: encoding, columns, cells, keys, evidence
 ├─ MappingError      a mapping that does not parse, bind or run
 ├─ OntologyError     the ontology, its vocabularies or its shapes
 ├─ IdentityError     judgements that contradict one another
 ├─ QueryError        a query that does not parse, or parameters that do not fit
 ├─ EvidenceError     cited words that are not where the row says
 ├─ OutputError       what could not be written
 └─ Problems          several of the above, found in one pass
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Self

from hrdgraph.catalogue import Message, Value, has_sentence, phrase, render


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was written. Row numbers are those a spreadsheet shows: the header is row
    1. Of a file that may hold several tables, `part` says which: its sheet, its table, or what a
    path selects."""

    file: str = ""
    row: int | None = None
    column: str | None = None
    node: str | None = None
    line: int | None = None
    part: str | None = None

    def __str__(self) -> str:
        return self.text("en")

    def text(self, language: str) -> str:
        """Return the place in the words of a language."""
        return ", ".join(
            render(part, language) if isinstance(part, Message) else part for part in self.parts()
        )

    def parts(self) -> tuple[str | Message, ...]:
        """Return what is known of the place; as a field of a message it is said in each
        language."""
        parts = (
            self.file, self.part or "",
            Message("place-line", line=str(self.line)) if self.line else "",
            Message("place-row", row=str(self.row)) if self.row else "",
            Message("place-column", column=self.column) if self.column else "", self.node or "",
        )  # fmt: skip
        return tuple(part for part in parts if part)


NOWHERE = Origin()


class HrdgraphError(Exception):
    """A failure: its place (`origin`), the fact (`message`) and the way out (`advice`).

    The fact is a code with named fields, whose sentences stand in the catalogue. The way out is
    the sentence `<code>.hint`, if there is one; `hint` names another, or "" for none. It is
    filled with the same fields. `code` names the fact, and `hint` is the way out in English; `text`
    has all of it in a language, and `as_dict` for programs. `with_cells` is the same with other
    cell data.

    >>> print(MappingError("column-unknown", column="yaer", hint="did-you-mean", nearest="year"))
    no column 'yaer'
      hint: did you mean 'year'?
    >>> error = MappingError("column-unknown", column="yaer")
    >>> error.code, error.fact, error.advice, error.text("fr")
    ('column-unknown', "no column 'yaer'", None, 'pas de colonne « yaer »')
    """

    def __init__(
        self, code: str | Message, /, *, origin: Origin | None = None,
        hint: str | Message | None = None, **fields: Value,
    ) -> None:  # fmt: skip
        message = code if isinstance(code, Message) else Message(code, **fields)
        super().__init__(message)
        self.message = message
        self.origin = origin or NOWHERE
        self._hint = Message(hint, **fields) if isinstance(hint, str) else hint

    @classmethod
    def unreadable(cls, path: object, error: Exception, hint: str | Message | None = None) -> Self:
        """Return the error for a file that the system or a library cannot read."""
        reason = reason_of(error) if isinstance(error, OSError) else error
        return cls("unreadable", reason=reason, origin=Origin(str(path)), hint=hint)

    @property
    def code(self) -> str:
        return self.message.code

    @property
    def fact(self) -> str:
        """Return the fact in English."""
        return str(self.message)

    @property
    def advice(self) -> Message | None:
        """Return the way out; None where there is none."""
        if self._hint is not None:
            return self._hint if self._hint.code else None
        code = f"{self.code}.hint"
        return Message(code, **self.message.fields) if has_sentence(code) else None

    @property
    def hint(self) -> str:
        """Return the way out in English; empty where there is none."""
        return str(self.advice or "")

    def __str__(self) -> str:
        return self.text("en")

    def text(self, language: str) -> str:
        """Return all three in a language."""
        place, fact = self.origin.text(language), render(self.message, language)
        head = phrase("place-and-fact", language, file=place, fact=self.message) if place else fact
        return f"{head}\n  {phrase('hint', language, fact=self.advice)}" if self.advice else head

    def with_cells(self, change: Callable[[str], str]) -> Self:
        """Return the same error with each text of its cell data changed."""
        changed = copy(self)
        changed.message = self.message.with_cells(change)
        changed.args = (changed.message,)
        changed._hint = self._hint and self._hint.with_cells(change)
        return changed

    def as_dict(self) -> dict[str, Any]:
        """Return the same for machines: kind, code, fields, fact, hint and the parts of the origin
        that are known."""
        place = {name: value for name in Origin.__slots__ if (value := getattr(self.origin, name))}
        content = {
            "kind": type(self).__name__, **self.message.as_dict(), "fact": self.fact,
            "hint": self.hint,
        }  # fmt: skip
        return content | place | ({} if self._hint is None else {"advice": self._hint.as_dict()})

    @staticmethod
    def from_dict(content: Mapping[str, Any]) -> HrdgraphError:
        """Return the error of which `as_dict` tells, such as one of another process: to be shown in
        any language, with what must not be published taken out."""
        if "errors" in content:
            return Problems([HrdgraphError.from_dict(item) for item in content["errors"]])
        kinds = {kind.__name__: kind for kind in HrdgraphError.__subclasses__()}
        advice = content.get("advice")
        return kinds.get(content["kind"], HrdgraphError)(
            Message.from_dict(content),
            origin=Origin(**{name: content[name] for name in Origin.__slots__ if name in content}),
            hint=None if advice is None else Message.from_dict(advice),
        )


class ProjectError(HrdgraphError):
    """The project folder cannot be opened or used as it is."""


class SourceError(HrdgraphError):
    """A table or document of a source is not what it should be."""


class MappingError(HrdgraphError):
    """A mapping does not parse, does not bind to its sources, or fails on a row."""


class OntologyError(HrdgraphError):
    """The ontology, a vocabulary or a shapes file is broken."""


class IdentityError(HrdgraphError):
    """The ledger of judgements contradicts itself."""


class QueryError(HrdgraphError):
    """A query does not parse, is unknown, or its parameters do not fit."""


class EvidenceError(HrdgraphError):
    """Cited words are not where a row says they are."""


class OutputError(HrdgraphError):
    """A result could not be written whole; nothing half-written is left."""


class Problems(HrdgraphError):
    """Several errors found in one pass, in the order of their places. Never empty."""

    def __init__(self, errors: Sequence[HrdgraphError]) -> None:
        super().__init__(
            Message("problems", count=len(errors)) if len(errors) > 1 else errors[0].message
        )
        self.errors = tuple(errors)
        self.args = (self.errors,)

    def text(self, language: str) -> str:
        return "\n".join(error.text(language) for error in self.errors)

    def with_cells(self, change: Callable[[str], str]) -> Self:
        """Return the same errors with each text of their cell data changed."""
        return type(self)([error.with_cells(change) for error in self.errors])

    def as_dict(self) -> dict[str, Any]:
        errors = [error.as_dict() for error in self.errors]
        return {"kind": "Problems", "fact": self.fact, "errors": errors}


def reason_of(error: OSError) -> str:
    """Why the system refused something, in its words. Errors of the column library hold them in
    another place."""
    return error.strerror or str(error).partition(" (os error")[0] or type(error).__name__


def group_alike(errors: Iterable[HrdgraphError]) -> list[list[HrdgraphError]]:
    """Return errors that say the same of one column together, the most common first."""
    alike: dict[tuple[object, ...], list[HrdgraphError]] = {}
    for error in errors:
        place = error.origin
        alike.setdefault((place.file, place.part, place.column, error.fact), []).append(error)
    return sorted(alike.values(), key=len, reverse=True)


def table_of_errors(errors: Sequence[HrdgraphError], language: str = "en") -> bytes:
    """Return errors as a CSV table."""
    text = io.StringIO()
    rows = (
        (
            error.origin.file,
            error.origin.part or "",
            error.origin.row or "",
            error.origin.column or "",
            render(error.message, language),
            render(error.advice, language) if error.advice else "",
        )
        for error in errors
    )
    csv.writer(text, lineterminator="\n").writerows(
        [("file", "part", "row", "column", "reason", "hint"), *rows]
    )
    return text.getvalue().encode()


def raise_all(errors: Sequence[HrdgraphError]) -> None:
    """Raise what was found: nothing for none, the error itself for one, `Problems` for several."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise Problems(errors)
