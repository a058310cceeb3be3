"""Read JSON text item by item as an iterator selects: of a large array, only a few items are in
memory at a time."""

from __future__ import annotations

import codecs
import json
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final, NoReturn

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.resources import import_extra

_HALF_SURROGATE: Final = re.compile(r"\\u[dD][89abABcdefCDEF]")
_TOKEN: Final = re.compile(
    r'("(?:[^"\\]|\\.)*")(?=([ \t\n\r]*:)?)|[{}]', re.DOTALL
)  # a text, and whether it is a name; the ends of objects


class DecimalNumber(float):
    """A number with a point or an exponent, which keeps its digits as written."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> DecimalNumber:
        return _number(text, of=cls)


def _number(
    text: str,
    of: type[DecimalNumber] = DecimalNumber,
    make: Callable[[type[DecimalNumber], str], DecimalNumber] = float.__new__,
) -> DecimalNumber:
    """Make a number from its digits, in half the time of a constructor: documents have millions of
    them."""
    number = make(of, text)
    number.text = text
    return number


class RepeatedNameError(json.JSONDecodeError):
    """An object has a name twice; `pos` is the second place."""

    def __init__(self, name: str, text: str, at: int) -> None:
        super().__init__(f"the name '{name}' appears twice in one object", text, at)
        self.name = name


class _TwiceError(ValueError):
    """Some object has a name twice: a decoder does not know where."""


def _refuse(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is no JSON number", name, 0)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _TwiceError
    return members


_STRICT: Final = json.JSONDecoder(
    parse_float=_number, parse_constant=_refuse, object_pairs_hook=_members
)


def parse_value(text: str, start: int = 0) -> tuple[Any, int]:
    """Return a JSON value and where it ends. JSONDecodeError for NaN, half surrogates, unbearable
    depth or numbers, and a name that is twice in one object."""
    try:
        value, end = _STRICT.raw_decode(text, start)
        if _HALF_SURROGATE.search(text, start, end):
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise json.JSONDecodeError("nested too deeply", text, start) from None
    except UnicodeEncodeError:
        raise json.JSONDecodeError("half of a surrogate pair", text, start) from None
    except json.JSONDecodeError as error:
        where = error.pos if error.doc is text else start
        raise json.JSONDecodeError(error.msg, text, where) from None
    except _TwiceError:
        raise _find_repetition(text, start) from None
    except ValueError:
        raise json.JSONDecodeError("a number with thousands of digits", text, start) from None
    return value, end


def _find_repetition(text: str, start: int) -> RepeatedNameError:
    """Return the error for the first name that is twice in an object of a value."""
    objects: list[set[str]] = []
    for token in _TOKEN.finditer(text, start):
        if token[0] == "{":
            objects.append(set())
        elif token[0] == "}":
            objects.pop()
        elif token[2] is not None:
            name = json.loads(token[1], strict=False)
            if name in objects[-1]:
                return RepeatedNameError(name, text, token.start())
            objects[-1].add(name)
    raise AssertionError("a name stands twice, says the decoder")


# compiled when a path is first read, since the letters of all scripts make it dear
_STEP: Final = r"""(?s)\.([A-Za-z_@\u0080-\U0010FFFF][\w\-@ ]*)|\[(?:'((?:[^'\\]|\\['\\])*)'|"((?:[^"\\]|\\["\\])*)"|(\*|0|-?[1-9]\d*))\]|\.(\*)"""

Select = Callable[[Any], list[Any]]
Step = str | int | None  # a name, an index, or all children


@lru_cache(maxsize=4096)
def compile_path(path: str) -> Select:
    """Return the function that lists what a path selects in a value. ValueError for an invalid
    JSONPath."""
    steps = steps_of(path)
    if steps is None:
        library = import_extra("jsonpath_rfc9535", "jsonpath")
        try:
            query = library.compile(_add_root(path))
        except (library.JSONPathError, RecursionError) as error:
            reason = str(error).splitlines()[0].partition(", line ")[0]  # of which there is one
            raise ValueError(Message("path-not-understood", path=path, reason=reason)) from error

        def select(value: Any) -> list[Any]:
            try:
                return [node.value for node in query.find(value)]
            except library.JSONPathError as error:
                raise SourceError("path-not-understood", path=path, reason=error) from error

        return select
    return lambda value: walk([value], steps)


@lru_cache(maxsize=4096)
def steps_of(path: str) -> tuple[Step, ...] | None:
    """Return the steps of a path of names, indices and wildcards; None for others."""
    rest = _add_root(path).removeprefix("$")
    steps: list[Step] = []
    while rest:
        match = re.match(_STEP, rest)
        if match is None:
            return None
        steps.append(_step(match))
        rest = rest[match.end() :]
    return tuple(steps)


def singular(path: str) -> bool:
    """Say whether a path selects at most one value."""
    steps = steps_of(path)
    return steps is not None and None not in steps


def quote_name(name: str) -> str:
    """Return the path of one key with any characters."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'$["{escaped}"]'


def _add_root(path: str) -> str:
    """Add the root, which references often lack."""
    path = path.strip()
    if path.startswith("$") or not path:
        return path or "$"
    return f"${path}" if path[0] in ".[" else f"$.{path}"


def _step(match: re.Match[str]) -> Step:
    name, single, double, index, star = match.groups()
    if star or index == "*":
        return None
    if index:
        return int(index)
    quoted = single if single is not None else double
    return name if quoted is None else re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)


def walk(values: list[Any], steps: Sequence[Step]) -> list[Any]:
    """Return what the steps select, one after another, from values."""
    for step in steps:
        values = [item for value in values for item in _children(value, step)]
    return values


def _children(value: Any, step: Step) -> list[Any]:
    if step is None:
        return (
            list(value.values())
            if isinstance(value, dict)
            else value
            if isinstance(value, list)
            else []
        )
    if isinstance(step, int):
        return [value[step]] if isinstance(value, list) and -len(value) <= step < len(value) else []
    return [value[step]] if isinstance(value, dict) and step in value else []


CHUNK: Final = 1 << 20
# characters after a number that may belong to it, as in 1.5e-7, or not, as in 1.5 at the end of a
# window
_TAIL: Final = 3
_SPACE: Final = re.compile(r"[ \t\n\r]*")
# what a parser stumbles over at a cut
_BEGUN: Final = re.compile(r"-|\.|[eE][+-]?|u[\da-fA-F]{0,3}|t(?:ru?)?|f(?:a(?:ls?)?)?|n(?:ul?)?|")
# characters; with fewer at hand a value may be cut off, and to find that out costs a look at the
# whole window
_REST: Final = 1 << 16


class JsonWindow:
    """The part of a file that is being read."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file, self._path = file, path
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self.text, self.at, self._passed, self._ended = "", 0, 0, False

    def more(self) -> bool:
        """Take in more of the file, and let go of what was read; False at its end."""
        if self._ended:
            return False
        self._passed += self.at
        data = self._file.read(max(CHUNK, len(self.text) - self.at))
        self._ended = not data
        try:
            self.text = self.text[self.at :] + self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError as error:
            before = self.text[self.at :].encode() + error.object[: error.start]
            line = self._line() + before.count(b"\n")
            raise SourceError(
                "not-in-encoding", encoding="UTF-8", origin=Origin(str(self._path), line=line),
                hint="save-utf-8-or-say",
            ) from error  # fmt: skip
        self.at = 0
        return True

    @property
    def place(self) -> int:
        """Return the number of characters before the window's position."""
        return self._passed + self.at

    def _line(self) -> int:
        """Return the line at which the window begins, from 1; the lines before it are only counted
        now, for an error."""
        line, rest = 1, self._passed
        with self._path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            while rest and (text := file.read(min(rest, CHUNK))):
                line, rest = line + text.count("\n"), rest - len(text)
        return line

    def peek(self) -> str:
        """Return the next character that is no space; empty at the end."""
        while True:
            match = _SPACE.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.text) or not self.more():
                return self.text[self.at : self.at + 1]

    def take(self, character: str) -> bool:
        """Say whether the next character is this one, and move past it if so."""
        is_next = self.peek() == character
        self.at += is_next
        return is_next

    def value(self) -> Any:
        """Return the next value."""
        self.peek()
        if len(self.text) - self.at < _REST:
            self.more()
        while True:
            try:
                value, end = parse_value(self.text, self.at)
            except RepeatedNameError as error:
                raise self.twice(error.name, error.pos) from error
            except json.JSONDecodeError as error:
                if self.more():
                    continue
                raise self.wrong(error.msg, error.pos) from error
            if end > len(self.text) - _TAIL and self.more():
                continue
            self.at = end
            return value

    def at_hand(self) -> list[Any]:
        """Return the next value in a list and move past it; an empty list if it is not wholly in
        the window, or in doubt."""
        self.peek()
        try:
            value, end = parse_value(self.text, self.at)
        except json.JSONDecodeError:
            return []
        if end > len(self.text) - _TAIL:
            return []
        self.at = end
        return [value]

    def twice(self, name: str, at: int | None = None) -> SourceError:
        """Return the error for a name that an object had before."""
        at = self.at if at is None else at
        fact = Message("json-key-twice", name=name, position=self._passed + at + 1)
        line = self._line() + self.text.count("\n", 0, at)
        return SourceError(fact, origin=Origin(str(self._path), line=line), hint="keep-one")

    def wrong(self, fact: str, at: int | None = None, *, hint: str | Message = "") -> SourceError:
        """Return the error for something unexpected at a place of the window; if the file ends
        there, that it is cut off."""
        at = self.at if at is None else at
        line = self._line() + self.text.count("\n", 0, at)
        cut = fact.startswith("Unterminated string") or (
            self._ended and _BEGUN.fullmatch(self.text[at:].rstrip())
        )
        hint = hint or (Message("check-whole") if cut else Message("look-just-before-place"))
        return SourceError(
            "not-valid",
            format="JSON",
            reason=fact,
            origin=Origin(str(self._path), line=line),
            hint=hint,
        )


Run = tuple[list[Any], int]  # items, and how many characters of the file they stand in


def read_runs(path: Path, steps: Sequence[Step], *, lines: bool = False) -> Iterator[Run]:
    """Yield the items that steps select in a document, or in each of the documents of a file of
    lines, as many at a time as are decoded at once. SourceError at the file's line."""
    try:
        with path.open("rb") as file:
            window, place = JsonWindow(file, path), 0
            if not window.peek():
                hint = "check-whole"
                raise SourceError("file-empty", origin=Origin(str(path)), hint=hint)
            for items in _documents(window, steps) if lines else _document(window, steps):
                yield items, window.place - place
                place = window.place
    except OSError as error:
        raise SourceError.unreadable(path, error) from error


def _documents(window: JsonWindow, steps: Sequence[Step]) -> Iterator[list[Any]]:
    while window.peek():
        yield walk([window.value()], steps)


def _document(window: JsonWindow, steps: Sequence[Step]) -> Iterator[list[Any]]:
    yield from _within(window, steps)
    if window.peek():
        raise window.wrong("something follows the document", hint=Message("call-it-jsonl"))


def _within(window: JsonWindow, steps: Sequence[Step]) -> Iterator[list[Any]]:
    """Yield what the steps select in the next value, and move past it."""
    here = window.peek()
    if steps and steps[0] is None and here == "[":
        yield from _array(window, steps[1:])
    elif steps and isinstance(steps[0], str) and here == "{":
        yield from _member(window, steps[0], steps[1:])
    else:
        yield walk([window.value()], steps)


def _array(window: JsonWindow, steps: Sequence[Step]) -> Iterator[list[Any]]:
    """Yield what the steps select in each item of an array."""
    window.take("[")
    if window.take("]"):
        return
    yield from _item(window, steps)
    while window.take(","):
        yield from _item(window, steps)
    if not window.take("]"):
        raise window.wrong("Expecting ',' delimiter")


def _item(window: JsonWindow, steps: Sequence[Step]) -> Iterator[list[Any]]:
    """Yield what the steps select in the next value: a large one is read in parts, so that only
    the selected ones are held."""
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
