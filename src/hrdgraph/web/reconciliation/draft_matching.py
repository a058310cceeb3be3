"""A query of API 1.0 (a draft) into the things that may be meant: by their ids, by one or several
names, or by what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hrdgraph.web.pages.search.folding import fold
from hrdgraph.web.reconciliation.draft_queries import MatchQuery
from hrdgraph.web.reconciliation.matching import Matcher, ReconciliationCandidate

Matched = list[tuple[ReconciliationCandidate, bool]]
_LIMIT = 50  # candidates of each name, where there are several


def matched(matcher: Matcher, wanted: MatchQuery) -> Matched:
    """The candidates, best first, each with whether it is a certain match."""
    if wanted.ids:
        found = _by_id(matcher, wanted)
    elif len(wanted.names) < 2:
        text = "".join(wanted.names)
        limit = _LIMIT if wanted.without else wanted.query.limit
        found = matcher.match(replace(wanted.query, text=text, limit=limit))
    else:
        runs = [
            matcher.match(replace(wanted.query, text=name, limit=_LIMIT)) for name in wanted.names
        ]
        found = _joined(runs, every=wanted.every)
    without = {fold(name) for name in wanted.without}
    return [(item, certain) for item, certain in found if not without & _names(item)][
        : wanted.query.limit
    ]


def _by_id(matcher: Matcher, wanted: MatchQuery) -> Matched:
    things = dict.fromkeys(filter(None, map(matcher.entities.thing, wanted.ids)))
    meeting = [thing for thing in things if matcher.has_required(thing, wanted.query)]
    return [
        (ReconciliationCandidate(thing, 1.0, (("id", 1.0),), alone=False), len(meeting) == 1)
        for thing in meeting
    ]


def _joined(runs: Sequence[Matched], *, every: bool) -> Matched:
    """What all of several names find, or one of them: each with its best score, none certain
    unless the names agree."""
    best: dict[int, tuple[ReconciliationCandidate, bool]] = {}
    for item, certain in (pair for run in runs for pair in run):
        node = item.thing.node
        if node not in best or best[node][0].score < item.score:
            best[node] = (item, certain)
    shared = set.intersection(*({item.thing.node for item, _ in run} for run in runs))
    sure = {node for node, (_, certain) in best.items() if certain}
    kept = [best[node] for node in best if not every or node in shared]
    ordered = sorted(kept, key=lambda pair: (-pair[0].score, pair[0].thing.key))
    return [(item, certain and len(sure) == 1) for item, certain in ordered]


def _names(item: ReconciliationCandidate) -> set[str]:
    return {fold(name.text) for name in (*item.thing.names, *item.thing.others)}
