"""A plan and its tables into N-Quads, row by row with nothing clever: what the right output is.

Usage: python naive.py plan.json OUTPUT   (in the folder of the tables)
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from typing import Any

UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
UCSCHAR = (
    (0xA0, 0xD7FF),
    (0xF900, 0xFDCF),
    (0xFDF0, 0xFFEF),
    *((plane | 0x0000, plane | 0xFFFD) for plane in range(0x10000, 0xE0000, 0x10000)),
)
Row = dict[str, str]


def records(one: dict[str, Any]) -> Iterator[Row]:
    """The records of a file, in order."""
    with open(one["file"], newline="", encoding="utf-8") as file:
        yield from json.load(file) if one["iterator"] else csv.DictReader(file)


def safe(value: str) -> str:
    """An IRI-safe value: whatever is not `iunreserved` of RFC 3987 is percent-encoded (RML-Core,
    template)."""
    if all(char in UNRESERVED for char in value):
        return value
    return "".join(
        char if _kept(char) else "".join(f"%{byte:02X}" for byte in char.encode()) for char in value
    )


def _kept(char: str) -> bool:
    return char in UNRESERVED or any(low <= ord(char) <= high for low, high in UCSCHAR)


def iri(template: str, row: Row) -> str:
    """A template with IRI-safe values in its places."""
    first, *parts = template.split("{")
    pairs = (part.partition("}") for part in parts)
    return "<" + first + "".join(safe(row[name]) + rest for name, _, rest in pairs) + ">"


def literal(value: str, datatype: str) -> str:
    """A literal, with the four escapes of canonical N-Triples."""
    text = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{text}"^^<{datatype}>' if datatype else f'"{text}"'


def parents(join: dict[str, str], maps: dict[str, dict[str, Any]]) -> dict[str, set[str]]:
    """Parent subjects by the value that they are joined on."""
    found: dict[str, set[str]] = {}
    parent = maps[join["parent"]]
    for row in records(parent):
        found.setdefault(row[join["parent_column"]], set()).add(iri(parent["subject"], row))
    return found


def objects(rule: dict[str, Any], row: Row, index: dict[str, set[str]]) -> list[str]:
    """The objects that a rule makes of a row."""
    if rule["join"]:
        return sorted(index.get(row[rule["join"]["child_column"]], ()))
    if rule["template"]:
        return [iri(rule["template"], row)]
    return (
        [f"<{rule['constant']}>"]
        if rule["constant"]
        else [literal(row[rule["reference"]], rule["datatype"])]
    )


def lines(one: dict[str, Any], maps: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The statements of one triples map; a statement may come again."""
    rules = [(rule, parents(rule["join"], maps) if rule["join"] else {}) for rule in one["rules"]]
    for row in records(one):
        subject, graph = (
            iri(one["subject"], row),
            " " + iri(one["graph"], row) if one["graph"] else "",
        )
        for rule, index in rules:
            yield from (
                f"{subject} <{rule['predicate']}> {made}{graph} .\n"
                for made in objects(rule, row, index)
            )


def main(plan: str, output: str) -> None:
    """Write each statement once."""
    with open(plan, encoding="utf-8") as file:
        maps = {one["name"]: one for one in json.load(file)}
    found = dict.fromkeys(line for one in maps.values() for line in lines(one, maps))
    with open(output, "w", newline="\n", encoding="utf-8") as file:
        file.writelines(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
