"""JSON of the match service of API 1.0 (a draft) into queries that are whole and bounded, or an
error that says where it is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hrdgraph.errors import QueryError
from hrdgraph.web.reconciliation.queries import (
    BATCH,
    Condition,
    ReconciliationQuery,
    limit_of,
    parsed,
    text_of,
    values_of,
)

QUALIFIERS: Final = ("exact", "starts", "contains")  # how texts are alike
_QUANTIFIERS: Final = ("any", "all", "none")
_MATCHED: Final = ("name", "property", "id")
_CONDITIONS: Final = 20  # of one query
_NAMES: Final = 5  # of one query: each is looked for


@dataclass
class MatchQuery:
    """What is asked of things: `names`, of which one or `every` is theirs, names that they do not
    have, their `ids`, and a query with the rest."""

    query: ReconciliationQuery
    names: list[str] = field(default_factory=list)
    every: bool = False
    without: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)


def read_match(data: bytes) -> list[MatchQuery]:
    """Read a batch: an object whose `queries` are a list. QueryError otherwise."""
    items = parsed(data, "match").get("queries")
    if not isinstance(items, list):
        raise QueryError("match-without-queries")
    if len(items) > BATCH:
        raise QueryError("queries-too-many", count=len(items), known=BATCH)
    return [_query(str(place), item) for place, item in enumerate(items)]


def _query(key: str, item: Any) -> MatchQuery:
    if not isinstance(item, Mapping):
        raise QueryError("reconciliation-query-not-object", key=key, hint="match-conditions.hint")
    conditions = item.get("conditions")
    if not isinstance(conditions, list) or not 0 < len(conditions) <= _CONDITIONS:
        raise QueryError("match-conditions", key=key, count=_CONDITIONS)
    kind = item.get("type")
    types = (text_of(kind, key),) if kind else ()
    said = [_condition(key, condition) for condition in conditions]
    properties = tuple(condition for how, condition in said if how == "property")
    wanted = MatchQuery(ReconciliationQuery("", types, limit_of(item), properties))
    for how, condition in said:
        if how == "name":
            _add_names(wanted, condition)
        elif how == "id":
            wanted.ids += [*condition.ids, *condition.texts]
    return wanted


def _add_names(wanted: MatchQuery, condition: Condition) -> None:
    if condition.quantifier == "none":
        wanted.without += condition.texts
        return
    wanted.names = [*wanted.names, *condition.texts][:_NAMES]
    wanted.every = wanted.every or condition.quantifier == "all"


def _condition(key: str, item: Any) -> tuple[str, Condition]:
    if not isinstance(item, Mapping) or "propertyValue" not in item:
        raise QueryError("match-conditions", key=key, count=_CONDITIONS)
    how = _chosen(key, item, "matchType", _MATCHED)
    texts, ids = values_of(item["propertyValue"], key)
    return how, Condition(
        text_of(item.get("propertyId"), key) if how == "property" else "",
        texts,
        ids,
        _chosen(key, item, "matchQuantifier", _QUANTIFIERS, "any"),
        _chosen(key, item, "matchQualifier", QUALIFIERS, ""),
        item.get("required") is True,
    )


def _chosen(
    key: str, item: Mapping[str, Any], name: str, known: Sequence[str], default: str | None = None
) -> str:
    value = item.get(name)
    if value is None and default is not None:
        return default
    if value not in known:
        raise QueryError("match-word-unknown", key=key, name=name, value=str(value), known=known)
    return str(value)
