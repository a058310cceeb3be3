"""JSON text into Python values: numbers keep their digits, and no name stands twice in one
object."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final, NoReturn

_HALF_SURROGATE: Final = re.compile(r"\\u[dD][89abABcdefCDEF]")
_TOKEN: Final = re.compile(
    r'("(?:[^"\\]|\\.)*")(?=([ \t\n\r]*:)?)|[{}]', re.DOTALL
)  # a text, and whether it is a name; the ends of objects


class DecimalNumber(float):
    """A number with a point or an exponent, which keeps the digits that it was written with."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> DecimalNumber:
        return _number(text, of=cls)


def _number(
    text: str,
    of: type[DecimalNumber] = DecimalNumber,
    make: Callable[[type[DecimalNumber], str], DecimalNumber] = float.__new__,
) -> DecimalNumber:
    """A number of its digits. Documents have millions of them: this takes half the time of a
    constructor."""
    number = make(of, text)
    number.text = text
    return number


class RepeatedNameError(json.JSONDecodeError):
    """An object has a name twice; `pos` is where it stands again."""

    def __init__(self, name: str, text: str, at: int) -> None:
        super().__init__(f"the name '{name}' stands twice in one object", text, at)
        self.name = name


class _TwiceError(ValueError):
    """Some object has a name twice: all that a decoder knows."""


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


def parsed(text: str, start: int = 0) -> tuple[Any, int]:
    """A JSON value and where it ends. JSONDecodeError on NaN, half surrogates, depth or numbers
    that no parser can bear, and on a name that stands twice in one object."""
    try:
        value, end = _STRICT.raw_decode(text, start)
        place = _HALF_SURROGATE.search(text, start, end)
        if place:
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise json.JSONDecodeError("nested too deeply", text, start) from None
    except UnicodeEncodeError:
        raise json.JSONDecodeError("half of a surrogate pair", text, start) from None
    except json.JSONDecodeError as error:
        where = error.pos if error.doc is text else start
        raise json.JSONDecodeError(error.msg, text, where) from None
    except _TwiceError:
        raise _repeated(text, start) from None
    except ValueError:
        raise json.JSONDecodeError("a number with thousands of digits", text, start) from None
    return value, end


def _repeated(text: str, start: int) -> RepeatedNameError:
    """The first name that stands twice in an object of a value."""
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
