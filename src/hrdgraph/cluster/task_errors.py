"""Errors of tasks as lines of JSON, and back: what workers wrote is read as data, never run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from hrdgraph.catalogue import Cell, Message
from hrdgraph.errors import HrdgraphError, MappingError, OntologyError, Origin, SourceError

_KINDS: Final = {kind.__name__: kind for kind in (MappingError, OntologyError, SourceError)}


def written(errors: Sequence[HrdgraphError]) -> bytes:
    """Errors as lines of JSON; of a kind that only this run knows, as MappingError."""
    return b"".join(json.dumps(_encoded(error)).encode() + b"\n" for error in errors)


def read_errors(data: bytes) -> Iterator[HrdgraphError]:
    """The errors that `written` wrote."""
    for line in data.splitlines():
        found = json.loads(line)
        advice = _message(found["advice"]) if found["advice"] else ""
        yield _KINDS.get(found["kind"], MappingError)(
            _message(found["message"]), origin=Origin(**found["origin"]), hint=advice
        )


def _encoded(error: HrdgraphError) -> dict[str, Any]:
    return {
        "kind": next(
            (name for name, kind in _KINDS.items() if isinstance(error, kind)), "MappingError"
        ),
        "message": _plain(error.message),
        "advice": _plain(error.advice) if error.advice else None,
        "origin": asdict(error.origin),
    }


def _plain(part: Any) -> Any:
    if isinstance(part, Message):
        return {"code": part.code, "fields": {n: _plain(v) for n, v in part.fields.items()}}
    if isinstance(part, tuple):
        return [_plain(item) for item in part]
    return part if isinstance(part, str | int | float) else {"cell": str(part)}


def _message(data: Any) -> Message:
    return Message(data["code"], **{name: _part(value) for name, value in data["fields"].items()})


def _part(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(_part(item) for item in data)
    if isinstance(data, dict):
        return Cell(data["cell"]) if "cell" in data else _message(data)
    return data
