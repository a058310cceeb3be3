"""A graph into records of its events: what was done to whom, when and in which country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from hrdgraph.identity.records import EVENT, Record, SharedContext
from hrdgraph.rdf import IRI, ColumnGraph, Literal, parse_term
from hrdgraph.vocab import HRD, RDF, SKOS

Pairs = Mapping[str, tuple[str, ...]]
_TYPED: Final = HRD.HumanRightsEvent


def event_records(graph: ColumnGraph) -> list[Record]:
    """The events of the graph that have an act, in the order of their IRIs. Of bounds, the
    widest count."""
    typed = graph.where(p=RDF.type, o=_TYPED).quads["s"].unique().sort()
    events = [text for text in graph.terms.gather(typed) if text.startswith("<")]
    return list(_records(graph, events)) if events else []


def _records(graph: ColumnGraph, events: Iterable[str]) -> Iterable[Record]:
    acts, kinds, victims = (_pairs(graph, term) for term in (HRD.act, HRD.actType, HRD.victim))
    first, last, countries = (
        _pairs(graph, term) for term in (HRD.earliest, HRD.latest, HRD.country)
    )
    dates, labels, sources = _pairs(graph, HRD.date), _pairs(graph, SKOS.prefLabel), _sources(graph)
    for event in events:
        mine = acts.get(event, ())
        done = dict.fromkeys(kind for act in mine for kind in kinds.get(act, ()))
        whom = dict.fromkeys(victim for act in mine for victim in victims.get(act, ()))
        if done:
            yield Record(
                iri=event[1:-1],
                kind=EVENT,
                names=(_name(done, whom, labels, dates.get(event, ())),),
                countries=frozenset(country[1:-1] for country in countries.get(event, ())),
                contexts=frozenset(
                    [SharedContext("victim", node[1:-1], _label(node, labels)) for node in whom]
                    + [SharedContext("act", node[1:-1], _code(node)) for node in done]
                ),
                sources=sources.get(event, ()),
                days=_days(first.get(event, ()), last.get(event, ())),
            )


def _pairs(graph: ColumnGraph, predicate: IRI) -> Pairs:
    rows = graph.where(p=predicate).text().select("s", "o").unique().sort("s", "o")
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for subject, value in rows.iter_rows():
        found[subject] = (*found[subject], value)
    return found


def _sources(graph: ColumnGraph) -> Pairs:
    """The names of the graphs that say that something is an event."""
    rows = graph.where(p=RDF.type, o=_TYPED).text().select("s", "g").unique().sort("s", "g")
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for subject, home in rows.iter_rows():
        found[subject] = (*found[subject], home.strip("<>").rpartition("/")[2])
    return found


def _name(done: Iterable[str], whom: Iterable[str], labels: Pairs, dates: tuple[str, ...]) -> str:
    """What an event is called where it has no name: `killing: Anna Politkovskaya (2006-10-07)`."""
    what, who = ", ".join(map(_code, done)), ", ".join(_label(node, labels) for node in whom)
    when = ", ".join(_text(value) for value in dates)
    return f"{what}{f': {who}' if who else ''}{f' ({when})' if when else ''}"


def _label(node: str, labels: Pairs) -> str:
    return next(iter(map(_text, labels.get(node, ()))), _code(node))


def _code(node: str) -> str:
    return node.strip("<>").rpartition("/")[2].replace("-", " ").replace("_", " ")


def _text(term: str) -> str:
    value = parse_term(term)
    return value.value if isinstance(value, Literal) else term


def _days(first: tuple[str, ...], last: tuple[str, ...]) -> tuple[int, int] | None:
    """The bounds of a date as days; None where one of them is open or no day."""
    begins, ends = ([_day(_text(value)) for value in values] for values in (first, last))
    known = [day for day in (*begins, *ends) if day is not None]
    return (
        (min(known), max(known))
        if begins and ends and len(known) == len(begins) + len(ends)
        else None
    )


def _day(text: str) -> int | None:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None
