"""Texts with `$(references)` into their parts, and the parts into what RML writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from hrdgraph.catalogue import Message
from hrdgraph.mapping.language.yarrrml.yaml import Node, wrong


class Ref(NamedTuple):
    """A reference to a column or path."""

    name: str


Part = str | Ref
Parts = tuple[Part, ...]


def parse(text: str, node: Node, external: Mapping[str, str]) -> Parts:
    r"""Split a text into plain parts and references. `\$`, `\(`, `\)` and `\\` are the
    characters themselves.

    `$(_name)` is the value of the external reference `name` where there is one; `$(\_name)` is
    always a column `_name`.
    """
    parts: list[Part] = []
    at = 0
    while at < len(text):
        if text.startswith("$(", at):
            name, at = _reference(text, at + 2, node)
            parts.append(_resolved(name, node, external))
        else:
            plain, at = _plain(text, at)
            parts.append(plain)
    return _merged(parts)


def _plain(text: str, at: int) -> tuple[str, int]:
    if text[at] == "\\" and text[at + 1 : at + 2] in ("$", "(", ")", "\\"):
        return text[at + 1], at + 2
    return text[at], at + 1


def _reference(text: str, start: int, node: Node) -> tuple[str, int]:
    """The text of a reference, escapes kept, and where it ends. Brackets within it are those of
    a path, in pairs."""
    depth, at = 1, start
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == "(":
            depth += 1
        elif text[at] == ")":
            depth -= 1
            if not depth:
                return text[start:at], at + 1
        at += 1
    raise wrong(
        node, Message("reference-not-closed", text=text[start:]), "write-name-name-comma-stands"
    )


def _resolved(raw: str, node: Node, external: Mapping[str, str]) -> Part:
    name = re.sub(r"\\([$()\\_])", r"\1", raw)
    if not name.strip():
        raise wrong(node, "reference-without-name", "write-name-column-or-path")
    if raw.startswith("_") and name[1:] in external:
        return external[name[1:]]
    return Ref(name)


def _merged(parts: Iterable[Part]) -> Parts:
    """Neighbouring plain parts as one, empty ones dropped."""
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    return tuple(merged)


def plain_text(parts: Parts) -> str | None:
    """The text of parts without a reference; None where there is one."""
    if any(isinstance(part, Ref) for part in parts):
        return None
    return "".join(part for part in parts if isinstance(part, str))


def as_template(parts: Parts) -> str:
    """Parts as a template of RML-Core, braces and backslashes escaped."""
    return "".join(
        f"{{{_escaped(part.name)}}}" if isinstance(part, Ref) else _escaped(part) for part in parts
    )


def _escaped(text: str) -> str:
    return re.sub(r"([\\{}])", r"\\\1", text)
