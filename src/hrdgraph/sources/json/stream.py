"""JSON text into the items that an iterator selects, one after another: of a large array, only a
few are in memory at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.json.path import Step, walk
from hrdgraph.sources.json.window import JsonWindow

Run = tuple[list[Any], int]  # items, and how many characters of the file they stand in


def read_items(path: Path, steps: Sequence[Step], *, lines: bool = False) -> Iterator[Any]:
    """The items that steps select in a document, or in each of the documents of a file of lines.
    SourceError at the file's line."""
    return chain.from_iterable(items for items, _ in read_runs(path, steps, lines=lines))


def read_runs(path: Path, steps: Sequence[Step], *, lines: bool = False) -> Iterator[Run]:
    """The same items, as many at a time as are decoded at once."""
    try:
        with path.open("rb") as file:
            window, place = JsonWindow(file, path), 0
            if not window.peek():
                hint = "document-needs-least-or"
                raise SourceError("file-empty", origin=Origin(str(path)), hint=hint)
            for items in _documents(window, steps) if lines else _document(window, steps):
                yield items, window.place - place
                place = window.place
    except OSError as error:
        hint = "check-path-and-rights"
        raise SourceError(
            "unreadable", reason=error.strerror, origin=Origin(str(path)), hint=hint
        ) from error


def _documents(window: JsonWindow, steps: Sequence[Step]) -> Iterator[list[Any]]:
    while window.peek():
        yield walk([window.value()], steps)


def _document(window: JsonWindow, steps: Sequence[Step]) -> Iterator[list[Any]]:
    yield from _within(window, steps)
    if window.peek():
        hint = Message("call-it-jsonl")
        raise window.wrong("something follows the document", hint=hint)


def _within(window: JsonWindow, steps: Sequence[Step]) -> Iterator[list[Any]]:
    """What the steps select in the next value, which is passed over as a whole."""
    here = window.peek()
    if steps and steps[0] is None and here == "[":
        yield from _array(window, steps[1:])
    elif steps and isinstance(steps[0], str) and here == "{":
        yield from _member(window, steps[0], steps[1:])
    else:
        yield walk([window.value()], steps)


def _array(window: JsonWindow, steps: Sequence[Step]) -> Iterator[list[Any]]:
    """What the steps select in each item of an array."""
    window.take("[")
    if window.take("]"):
        return
    yield from _item(window, steps)
    while True:
        for run in window.following():
            yield walk(run, steps)
        if not window.take(","):
            break
        yield from _item(window, steps)
    if not window.take("]"):
        raise window.wrong("Expecting ',' delimiter")


def _item(window: JsonWindow, steps: Sequence[Step]) -> Iterator[list[Any]]:
    """What the steps select in the next value: a large one is taken apart, so that no more of it
    is held than they select."""
    values = window.at_hand()
    return iter([walk(values, steps)]) if values else _within(window, steps)


def _pass_over(window: JsonWindow) -> None:
    """Go behind the next value; a large one is not held, as long as it is made of small ones."""
    if window.at_hand():
        return
    here = window.peek()
    if here == "[":
        deque(_array(window, ()), maxlen=0)
    elif here == "{":
        deque(_member(window, None, ()), maxlen=0)
    else:
        window.value()


def _member(window: JsonWindow, name: str | None, steps: Sequence[Step]) -> Iterator[list[Any]]:
    window.take("{")
    names = set[str]()
    while window.peek() == '"':
        key = window.value()
        if key in names:
            raise window.twice(key)
        names.add(key)
        if not window.take(":"):
            raise window.wrong("Expecting ':' delimiter")
        if key == name:
            yield from _within(window, steps)
        else:
            _pass_over(window)
        if not window.take(","):
            break
        if window.peek() != '"':
            raise window.wrong("Expecting property name enclosed in double quotes")
    if not window.take("}"):
        raise window.wrong("Expecting ',' delimiter or '}'")
