"""The parameters of a request into a question to a list, and the list into one page of its
answer. Every parameter that is not known is told, with those that are."""

from __future__ import annotations

import base64
import binascii
import json
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hrdgraph.nearest import nearest
from hrdgraph.web.endpoint.problems import Problem
from hrdgraph.web.json_api.lists import ApiEntry, ApiList, is_doubted, place_of

LIMIT: Final = 50
MOST: Final = 500
_LONGEST: Final = 400  # characters of a value
COMMON: Final = ("limit", "cursor", "sort", "fields", "lang", "q", "facet")


@dataclass(frozen=True)
class ListQuestion:
    """What is asked of a list: values that entries must have, the order, where to begin."""

    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = "key"
    limit: int = LIMIT
    after: tuple[str, str] | None = None
    fields: tuple[str, ...] = ()
    text: str = ""
    facet: str = ""


@dataclass(frozen=True)
class ListPage:
    """One page: the entries, how many there are in all, how many contested ones were left out,
    and the cursor of the next page."""

    entries: Sequence[ApiEntry]
    count: int
    left_out: int
    cursor: str


def read_question(given: Mapping[str, str], of: ApiList) -> ListQuestion:
    """What the parameters of a request ask of a list. Problem where one is wrong."""
    for name, value in given.items():
        if name not in (*of.filters, *COMMON):
            raise unknown_parameter(name, (*of.filters, *COMMON))
        if len(value) > _LONGEST:
            raise Problem(400, "api-value-too-long", parameter=name)
    sort = given.get("sort") or of.sorts[0]
    if sort.removeprefix("-") not in of.sorts:
        ways = tuple(way for name in of.sorts for way in (name, f"-{name}"))
        raise Problem(400, "api-sort-unknown", value=sort[:40], known=ways)
    return ListQuestion(
        {name: given[name] for name in of.filters if given.get(name)},
        sort,
        _limit(given.get("limit", "")),
        _position(given["cursor"]) if given.get("cursor") else None,
        tuple(filter(None, given.get("fields", "").split(",")))[:50],
        given.get("q", ""),
        _facet(given.get("facet", ""), of),
    )


def page_of(of: ApiList, asked: ListQuestion, among: Mapping[int, int] | None = None) -> ListPage:
    """One page of a list. `among` are the nodes that a search has found."""
    shown, left_out = _shown(of, asked, among)
    start = _start(shown, asked)
    found = shown[start : start + asked.limit]
    more = start + asked.limit < len(shown)
    cursor = _cursor(found[-1], asked.sort) if more else ""
    return ListPage(found, len(shown), left_out, cursor)


def counts_of(
    of: ApiList, asked: ListQuestion, among: Mapping[int, int] | None = None
) -> list[tuple[str, int]]:
    """How many entries of a list have each value of a facet, the most frequent first."""
    shown, _ = _shown(of, asked, among)
    found = Counter(value for entry in shown for value in entry.values.get(asked.facet, ()))
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def _shown(
    of: ApiList, asked: ListQuestion, among: Mapping[int, int] | None
) -> tuple[list[ApiEntry], int]:
    """The entries that fit, and how many contested or refuted ones are left out."""
    fitting = [
        entry
        for entry in of.ordered(asked.sort)
        if (among is None or entry.node in among) and _fits(entry, asked.filters)
    ]
    guarded = of.guarded and "status" not in asked.filters
    shown = [entry for entry in fitting if not (guarded and is_doubted(entry))]
    return shown, len(fitting) - len(shown)


def _fits(entry: ApiEntry, filters: Mapping[str, str]) -> bool:
    return all(value in entry.values.get(name, ()) for name, value in filters.items())


def _start(shown: Sequence[ApiEntry], asked: ListQuestion) -> int:
    """The place of the first entry after the cursor, which need not be there any more."""
    if asked.after is None:
        return 0
    name, after = asked.sort.removeprefix("-"), asked.after
    if not asked.sort.startswith("-"):
        return bisect_right(shown, after, key=lambda entry: place_of(entry, name))
    turned = shown[::-1]
    return len(shown) - bisect_left(turned, after, key=lambda entry: place_of(entry, name))


def _cursor(entry: ApiEntry, sort: str) -> str:
    place = json.dumps(place_of(entry, sort.removeprefix("-")), separators=(",", ":"))
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _position(cursor: str) -> tuple[str, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        order, key = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if isinstance(order, str) and isinstance(key, str):
            return order, key
    except (ValueError, TypeError, binascii.Error, RecursionError):
        pass
    raise Problem(400, "api-cursor-malformed")


def _facet(name: str, of: ApiList) -> str:
    if name and name not in of.filters:
        code = "api-facet-unknown" if of.filters else "api-facets-none"
        raise Problem(400, code, value=name[:40], known=tuple(of.filters))
    return name


def _limit(text: str) -> int:
    if not text:
        return LIMIT
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 0 < int(text) <= MOST):
        raise Problem(400, "api-limit-malformed", limit=MOST)
    return int(text)


def unknown_parameter(name: str, known: Sequence[str]) -> Problem:
    """There is no parameter of this name; the nearest, and those that there are."""
    near = nearest(name[:40], known)
    return Problem(
        400,
        "api-parameter-unknown",
        hint="did-you-mean-among" if near else "",
        parameter=name[:40],
        nearest=near,
        known=tuple(known),
    )


def projected(record: Mapping[str, Any], fields: Sequence[str]) -> Mapping[str, Any]:
    """The wanted fields of a record, all where none is named. Problem where it has none of that
    name."""
    if not fields:
        return record
    if unknown := [name for name in fields if name not in record]:
        raise unknown_parameter(unknown[0], tuple(record))
    return {name: record[name] for name in dict.fromkeys(("id", *fields))}
