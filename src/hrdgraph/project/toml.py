"""TOML tables into checked values: every key is known, every value has its type, every error has
its file."""

from __future__ import annotations

import codecs
import os
import tomllib
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import MISSING, Field, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from hrdgraph.catalogue import Message, add_this, kind_word, must_be, write_like
from hrdgraph.errors import Origin, ProjectError, raise_all
from hrdgraph.nearest import hint_at, nearest


def misspelt(path: Path, root: Path, place: Origin) -> ProjectError | None:
    """Return the error of a file that is there under another name than this; None where each
    folder below `root` has it so, or none at all."""
    if not os.path.exists(path):
        return None
    real, top = path.resolve(), root.resolve()
    below = len(real.parts) - len(top.parts) if real.is_relative_to(top) else 0
    for part in (real, *real.parents[: max(below - 1, 0)]):
        with suppress(OSError):  # a folder that cannot be listed
            there = os.listdir(part.parent)
            if part.name not in there:
                return ProjectError(
                    "missing", option=part.name, origin=place,
                    hint=hint_at(part.name, there, Message("put-into", folder=part.parent)),
                )  # fmt: skip
    return None


def read_toml(path: Path) -> dict[str, Any]:
    """Return the document in a TOML file; ProjectError where it is missing or does not parse."""
    try:
        return parse_toml(_text(path.read_bytes(), path), path)
    except FileNotFoundError as error:
        hint = Message("put-into", folder=path.parent)
        raise ProjectError("file-missing", origin=Origin(str(path)), hint=hint) from error
    except OSError as error:
        raise ProjectError.unreadable(path, error) from error


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """Return the document that a text is; ProjectError, which names its file, where it is none."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(
            "not-valid", format="TOML", reason=error, origin=Origin(str(path)), hint="quote-texts"
        ) from error
    except RecursionError as error:
        raise ProjectError("nested-too-deep", origin=Origin(str(path))) from error
    except ValueError as error:  # of Python, which reads no number of thousands of digits
        raise ProjectError("toml-number-too-long", origin=Origin(str(path))) from error


def _text(data: bytes, path: Path) -> str:
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ProjectError(
            "not-in-encoding", encoding="UTF-8", origin=Origin(str(path), line=line)
        ) from error


T = TypeVar("T")


class TomlSection:
    """One table of a TOML document: asks for keys by type, and knows which were never asked for,
    and which are missing. Of these, and of those of the tables within it, the document tells
    when it is `done`; until then what is missing is the empty value of its type."""

    def __init__(
        self, values: Mapping[str, Any], path: Path, name: str = "",
        within: TomlSection | None = None,
    ) -> None:  # fmt: skip
        self.values = dict(values)
        self.path = path
        self.name = name
        self._within = within
        self._known: set[str] = set()
        self._missing: list[str] = []
        self._errors: list[ProjectError] = within._errors if within else []

    def get(self, key: str, kind: type, default: Any = None) -> Any:
        """Return the value of a key, or the default where it is absent; a required key has the
        default `...`."""
        self._known.add(key)
        value = self.values.get(key, default)
        if value is ...:
            self._missing.append(key)
            return kind()
        accepted = (int, float) if kind is float else kind
        if key in self.values and not isinstance(value, accepted):
            raise self.error(
                Message("takes-not", option=f"'{key}'", kind=_KINDS[kind], value=value)
            )
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where the key is absent."""
        values = self.get(key, list, [])
        if not all(isinstance(value, str) for value in values):
            raise self.error(must_be(f"'{key}'", "texts"), write_like('["a", "b"]'))
        return tuple(values)

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        """Return a text that must be one of a few."""
        value: str = self.get(key, str, default)
        if value not in choices:
            raise self.error(
                Message("option-takes-other", option=f"'{key}'", value=value),
                Message("there-is", known=", ".join(filter(None, choices))),
            )
        return value

    def read(
        self, kind: type[T], choices: Mapping[str, tuple[str, ...]], /, *,
        above: TomlSection | None = None, shared: Collection[str] = (), **own: Any,
    ) -> T:  # fmt: skip
        """Return a dataclass of what the keys say that are called like its fields, but for its
        `own` values. `choices` has what the texts of some fields may be; what is not said of
        `shared` ones, the section `above` says."""
        for item in fields(kind):  # type: ignore[arg-type]
            if item.name not in own:
                value = ... if item.default is MISSING else item.default
                if above is not None and item.name in shared:
                    value = above._field(item, value, choices)
                own[item.name] = self._field(item, value, choices)
        return kind(**own)

    def _field(self, item: Field[Any], usual: Any, choices: Mapping[str, tuple[str, ...]]) -> Any:
        if item.name in choices:
            return self.choice(item.name, choices[item.name], usual)
        if item.type == "tuple[str, ...]":
            return self.texts(item.name) or usual
        return self.get(item.name, _TYPES[str(item.type).removesuffix(" | None")], usual)

    def sections(self, key: str) -> list[TomlSection]:
        """Return the tables of an array of tables."""
        return [
            self.section(values, f"[[{key}]] {number}")
            for number, values in enumerate(self.get(key, list, []), 1)
        ]

    def section(self, values: Mapping[str, Any], name: str) -> TomlSection:
        """Return a table within this one."""
        return TomlSection(values, self.path, name, self)

    def check_keys(self, *, prefixes: tuple[str, ...] = ()) -> None:
        """Refuse keys that nothing asked for, since a misspelt key is never passed over, and the
        lack of others: all of them at once."""
        unknown = [
            key
            for key in self.values
            if key not in self._known and not key.startswith(prefixes or ("\0",))
        ]
        misspelt = {nearest(key, self._known) for key in unknown}
        known = Message("there-is", known=", ".join(sorted(self._known)))
        self._errors += [
            self.error(Message("not-known-here", name=key), hint_at(key, self._known, known))
            for key in unknown
        ]
        self._errors += [
            self.error(Message("missing", option=f"'{key}'"), add_this(f"{key} = …"))
            for key in self._missing
            if key not in misspelt
        ]
        if self._within is None:
            raise_all(self._errors)

    def error(self, fact: str | Message, hint: str | Message | None = None) -> ProjectError:
        return ProjectError(fact, origin=Origin(str(self.path), node=self.name or None), hint=hint)


_TYPES: Mapping[str, type] = {kind.__name__: kind for kind in (str, int, float, bool, date)}
_KINDS = {
    str: kind_word("text"), int: kind_word("whole-number"), float: kind_word("number"),
    list: kind_word("texts"), dict: kind_word("table"), bool: kind_word("true-or-false"),
}  # fmt: skip
