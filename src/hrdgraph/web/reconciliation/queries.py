"""JSON of a reconciliation request into queries that are whole and bounded, or an error that
says where it is not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hrdgraph.errors import Origin, QueryError

BATCH: Final = 50  # queries in one request; manifests of 0.2 cannot say it, OpenRefine sends ten
BATCH_WORDS: Final = 600  # words of all names of one request: they are what matching costs
LONGEST: Final = 400  # characters of a name or a value
_VALUES: Final = 20  # values of one property
_MOST: Final = 50
_FEW: Final = 10


@dataclass(frozen=True)
class Condition:
    """What a property should be: one of some texts, or of some ids of things."""

    property: str
    texts: tuple[str, ...]
    ids: tuple[str, ...]


@dataclass(frozen=True)
class ReconciliationQuery:
    """One name to reconcile (§4.2). `types` is empty where any will do."""

    text: str
    types: tuple[str, ...]
    limit: int
    conditions: tuple[Condition, ...]


def read_batch(text: str) -> dict[str, ReconciliationQuery]:
    """Read `queries`: an object of queries by key. QueryError otherwise."""
    document = _parsed(text, "queries")
    if len(document) > BATCH:
        raise QueryError("queries-too-many", count=len(document), known=BATCH)
    batch = {key: _query(key, item) for key, item in document.items()}
    if (words := sum(len(query.text.split()) for query in batch.values())) > BATCH_WORDS:
        raise QueryError("queries-too-wordy", count=words, limit=BATCH_WORDS)
    return batch


def read_extension(text: str) -> tuple[list[str], list[tuple[str, int]]]:
    """Read `extend` (§7): the ids of things, and properties with how many values of each are
    wanted. QueryError otherwise."""
    document = _parsed(text, "extend")
    ids, properties = document.get("ids"), document.get("properties")
    if (
        not isinstance(ids, list)
        or not isinstance(properties, list)
        or len(ids) > 1000
        or len(properties) > 50
    ):
        raise QueryError("extension-malformed")
    return [_text_of(item, "ids") for item in ids], [_wanted(item) for item in properties]


def _wanted(item: Any) -> tuple[str, int]:
    if not isinstance(item, Mapping):
        raise QueryError("property-not-object")
    settings = item.get("settings")
    limit = settings.get("limit", 0) if isinstance(settings, Mapping) else 0
    try:
        return _text_of(item.get("id"), "properties"), max(int(limit or 0), 0)
    except (TypeError, ValueError, OverflowError):
        raise QueryError("property-limit-malformed") from None


def _parsed(text: str, name: str) -> dict[str, Any]:
    """An object in JSON. QueryError where it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise QueryError("value-not-json", name=name, origin=Origin(line=line)) from None
    if not isinstance(found, dict):
        raise QueryError("value-not-object", name=name)
    return found


def _query(key: str, item: Any) -> ReconciliationQuery:
    if not isinstance(item, Mapping):
        raise QueryError("reconciliation-query-not-object", key=key)
    kinds = item.get("type") or []
    if not isinstance(kinds, str | list):
        raise QueryError("reconciliation-type-malformed", key=key)
    conditions = item.get("properties", [])
    if not isinstance(conditions, list) or len(conditions) > 20:
        raise QueryError("reconciliation-properties-malformed", key=key)
    text = _text_of(item.get("query", ""), key)
    if not text.strip() and not conditions:
        raise QueryError("reconciliation-query-empty", key=key)
    found = tuple(_condition(key, condition) for condition in conditions)
    return ReconciliationQuery(
        text,
        tuple(_text_of(kind, key) for kind in ([kinds] if isinstance(kinds, str) else kinds)),
        _limit_of(item),
        found,
    )


def _limit_of(item: Mapping[str, Any]) -> int:
    """How many candidates are wanted, within bounds."""
    limit = item.get("limit")
    return (
        min(max(int(limit), 1), _MOST)
        if isinstance(limit, int | float) and abs(limit) < 1e9 and not isinstance(limit, bool)
        else _FEW
    )


def _condition(key: str, item: Any) -> Condition:
    if not isinstance(item, Mapping) or "pid" not in item or "v" not in item:
        raise QueryError("reconciliation-property-incomplete", key=key)
    texts, ids = _values_of(item["v"], key)
    return Condition(_text_of(item["pid"], key), texts, ids)


def _values_of(said: Any, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts and the ids of a value, or of a list of values."""
    values = (said if isinstance(said, list) else [said])[:_VALUES]
    ids = (
        _text_of(value["id"], key)
        for value in values
        if isinstance(value, Mapping) and "id" in value
    )
    return tuple(_scalars(values)), tuple(ids)


def _scalars(values: list[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, bool):
            yield str(value).lower()
        elif isinstance(value, str | int | float):
            yield str(value)[:LONGEST]


def _text_of(value: Any, where: str) -> str:
    """A text, cut where it is long. QueryError where it is none."""
    if not isinstance(value, str):
        raise QueryError("text-expected", where=where)
    return value[:LONGEST]
