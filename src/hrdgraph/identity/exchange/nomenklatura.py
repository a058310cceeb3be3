"""The file of nomenklatura's resolver, one JSON list a line, into decisions, and a ledger into
such a file.

A line is `[target, source, judgement, score, user, created_at]`, in some versions with
`deleted_at`. It has no reason: the reasons of a ledger are lost on this way.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

from hrdgraph.errors import HrdgraphError, IdentityError, Origin, raise_all
from hrdgraph.identity.clusters import clusters
from hrdgraph.identity.exchange.foreign import Read, Taker, as_iri, moment
from hrdgraph.identity.ledger import Ledger, Verdict
from hrdgraph.identity.recording import JudgementDecision

_VERDICTS: Final = {
    "positive": Verdict.SAME,
    "negative": Verdict.NOT_SAME,
    "unsure": Verdict.UNSURE,
}
_WORDS: Final = {verdict: word for word, verdict in _VERDICTS.items()}
_UNDECIDED, _DELETED = "without-a-judgement", "word-deleted"
_OWN: Final = "NK-"  # names that nomenklatura gives to clusters


def write_nomenklatura(ledger: Ledger) -> str:
    """The judgements that stand, in the order of their rows."""
    rows = (
        [row.left, row.right, _WORDS[row.verdict], None, row.who, row.moment.removesuffix("Z")]
        for row in ledger.standing.values()
    )
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def read_nomenklatura(text: str, file: str, taker: Taker) -> Read:
    """The decisions of the file. Its own names of clusters (`NK-…`) stand for the first of their
    members. All bad lines are reported."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    edges, left_out, errors = [], Counter[str](), list[HrdgraphError]()
    for number, line in lines:
        try:
            edge = _edge(line, Origin(file, line=number))
        except HrdgraphError as error:
            errors.append(error)
            continue
        reason = (
            _DELETED if edge[6:] and edge[6] else _UNDECIDED if edge[2] == "no_judgement" else ""
        )
        left_out.update([reason] if reason else [])
        edges += [] if reason else [(number, edge)]
    raise_all(errors)
    members = _members([edge for _, edge in edges])
    decisions = [
        found
        for number, edge in edges
        if (found := _decision(edge, members, taker, Origin(file, line=number)))
    ]
    return Read(tuple(decisions), dict(left_out))


def _edge(line: str, origin: Origin) -> list[Any]:
    try:
        edge = json.loads(line)
    except ValueError as error:
        raise IdentityError("line-not-json", reason=error, origin=origin) from None
    if (
        not isinstance(edge, list)
        or len(edge) < 3
        or not all(isinstance(part, str) and part for part in edge[:3])
    ):
        raise IdentityError("edge-malformed", origin=origin)
    if edge[2] not in (*_VERDICTS, "no_judgement"):
        raise IdentityError(
            "judgement-unknown", judgement=edge[2][:40], known=", ".join(_VERDICTS), origin=origin
        )
    return [*edge, *[None] * (6 - len(edge))]


def _members(edges: list[list[Any]]) -> dict[str, str]:
    """Each of nomenklatura's own names with the first other name of its cluster."""
    same = [(edge[0], edge[1]) for edge in edges if edge[2] == "positive"]
    rank = {
        name: place
        for place, name in enumerate(dict.fromkeys(name for pair in same for name in pair))
    }
    found: dict[str, str] = {}
    for names in clusters(same, rank):
        others = [name for name in names if not name.startswith(_OWN)]
        found |= {name: others[0] for name in names if name.startswith(_OWN) and others}
    return found


def _decision(
    edge: list[Any], members: dict[str, str], taker: Taker, origin: Origin
) -> JudgementDecision | None:
    """None where the line only says that a name of nomenklatura's own stands for what it stands
    for."""
    left, right = (as_iri(members.get(name, name), taker, origin) for name in edge[:2])
    if left == right and _VERDICTS[edge[2]] is Verdict.SAME:
        return None
    day, at = moment(edge[5] or "", taker, origin)
    return JudgementDecision(
        left, right, _VERDICTS[edge[2]], edge[4] or taker.who, day, taker.why, at, origin
    )
