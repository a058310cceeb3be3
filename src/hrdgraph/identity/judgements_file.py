"""The file of judgements into a ledger, or into errors that name the row and the column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, SourceError, raise_all
from hrdgraph.evidence import explain, is_edtf
from hrdgraph.identity.ledger import Judgement, Ledger, Verdict
from hrdgraph.identity.persistent_iris import read_persistent_iris
from hrdgraph.nearest import meant, nearest

COLUMNS = ("left", "right", "judgement", "who", "when", "why")
COMMAS = Message("save-with-commas")
_IRI = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*://[^\x00-\x20<>\"{}|\\^`]+|urn:[^\x00-\x20<>\"{}|\\^`]+)"
)
_DAY = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z))?"
)


def read_ledger(path: Path, name: str = "") -> Ledger:
    """Read judgements from CSV in UTF-8 with the columns of `COLUMNS`, in any order, and the
    persistent IRIs of the file beside it; `name` is how messages call the file.

    A byte order mark, CRLF and empty rows are tolerated, nothing else. All bad rows are reported
    at once (SourceError, or Problems); a ledger that contradicts itself is an IdentityError.
    """
    file = name or str(path)
    rows = _rows(_text(path, file), file)
    header, *body = rows or [[]]
    raise_all(_header_errors(header, file))
    read = [_Row(file, number, cells, header) for number, cells in enumerate(body, 2) if cells]
    raise_all([error for row in read for error in row.errors()])
    judgements = tuple(row.judgement() for row in read)
    return Ledger(judgements, file, persistent=read_persistent_iris(path))


def is_iri(text: str) -> bool:
    """Whether a text is a whole IRI, without prefix, brackets or spaces."""
    return bool(_IRI.fullmatch(text))


def _text(path: Path, file: str) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError("unreadable", reason=error.strerror, origin=Origin(file)) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The row is counted as CSV counts it: a cell may hold line breaks.
        row = len(_rows(data[: error.start].decode("utf-8-sig", "replace") + "x", file))
        hint = "save-file-utf-8-spreadsheet"
        raise SourceError(
            "byte-not-utf8-hex",
            byte=f"{data[error.start]:02x}",
            origin=Origin(file, row),
            hint=hint,
        ) from None


def _rows(text: str, file: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise SourceError(
            "csv-malformed-line", reason=error, origin=Origin(file, len(rows) + 1)
        ) from None
    return rows


def without_commas(header: Sequence[str]) -> Message | None:
    """What is wrong with a header whose cells are separated by something else; empty for any
    other."""
    mark = next((mark for mark in ";\t" if mark in header[0]), "") if len(header) == 1 else ""
    if not mark:
        return None
    name = Message("mark-tabs") if mark != ";" else repr(mark)
    return Message("separated-not-by-commas", mark=name)


def _header_errors(header: Sequence[str], file: str) -> list[SourceError]:
    first = Origin(file, 1)
    if not header:
        hint = Message("first-row-names-columns", known=",".join(COLUMNS))
        return [SourceError("first-row-empty", origin=first, hint=hint)]
    if fact := without_commas(header):
        return [SourceError(fact, origin=first, hint=COMMAS)]
    strange = [name for name in header if name not in COLUMNS]
    if missing := [name for name in COLUMNS if name not in header]:
        return [
            SourceError("column-missing", name=name, origin=first, hint=_rename(name, strange))
            for name in missing
        ]
    hint = Message("see-columns", known=", ".join(COLUMNS))
    twice = [name for place, name in enumerate(header) if name in header[:place]]
    wrong = [("ledger-column-unknown", name) for name in strange]
    wrong += [("column-twice", name) for name in twice if name in COLUMNS]
    return [SourceError(code, origin=Origin(file, 1, name), hint=hint) for code, name in wrong]


def _rename(name: str, strange: Sequence[str]) -> str | Message:
    near = nearest(name, [other.strip().lower() for other in strange])
    found = [other for other in strange if other.strip().lower() == near]
    return (
        Message("rename-to", found=found[0], name=name)
        if found
        else Message("see-columns", known=", ".join(COLUMNS))
    )


@dataclass(frozen=True)
class _Row:
    """One row of cells with its place."""

    file: str
    number: int
    cells: Sequence[str]
    header: Sequence[str]

    def __getitem__(self, column: str) -> str:
        return self.cells[self.header.index(column)]

    def errors(self) -> list[HrdgraphError]:
        if len(self.cells) != len(self.header):
            fact = Message("cells-beyond-first-row", count=len(self.cells), width=len(self.header))
            return [
                SourceError(
                    fact, origin=Origin(self.file, self.number), hint="put-cell-holds-comma-double"
                )
            ]
        found = [
            self._iri("left"),
            self._iri("right"),
            self._verdict(),
            self._said("who"),
            self._when(),
            self._said("why"),
        ]
        return [error for error in found if error] or self._self_pair()

    def judgement(self) -> Judgement:
        day, _, at = self["when"].partition("T")
        when, verdict = date.fromisoformat(day), Verdict(self["judgement"])
        return Judgement(
            self["left"], self["right"], verdict, self["who"], when, self["why"], self.number, at
        )

    def _error(self, column: str, fact: str | Message, hint: str | Message) -> SourceError:
        return SourceError(fact, origin=Origin(self.file, self.number, column), hint=hint)

    def _iri(self, column: str) -> SourceError | None:
        if is_iri(self[column]):
            return None
        fact = (
            Message("iri-malformed", text=self[column][:80])
            if self[column]
            else Message("iri-empty")
        )
        return self._error(column, fact, "write-whole-iri-without-prefix")

    def _verdict(self) -> SourceError | None:
        word = self["judgement"]
        if word in list(Verdict):
            return None
        folded = word.strip().lower().replace("_", "-").replace(" ", "-")
        hint = meant(folded, Verdict, "write-judgement")
        return self._error(
            "judgement",
            Message("judgement-unknown", judgement=word[:80])
            if word
            else Message("judgement-empty"),
            hint,
        )

    def _said(self, column: str) -> SourceError | None:
        hints = {"who": Message("say-who"), "why": Message("say-why")}
        return None if self[column].strip() else self._error(column, "cell-empty", hints[column])

    def _when(self) -> SourceError | None:
        text = self["when"]
        written = _DAY.fullmatch(text)
        if written and is_edtf(written[1]):
            return None
        hint = "write-judgement-day"
        if not text:
            return self._error("when", "day-empty", hint)
        return self._error("when", Message("day-malformed", text=text[:80]), explain(text) or hint)

    def _self_pair(self) -> list[HrdgraphError]:
        if self["left"] != self["right"]:
            return []
        left, apart = self["left"], self["judgement"] == Verdict.NOT_SAME
        fact = (
            Message("pair-of-one-thing-not-same", thing=left)
            if apart
            else Message("pair-of-one-thing", thing=left)
        )
        return [self._error("right", fact, "put-iri-other-thing-two")]
