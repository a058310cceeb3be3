"""What a person types into the one thing it names, whatever its case, diacritics or language."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from hrdgraph.analysis.facts import PredicateIndex, shown
from hrdgraph.analysis.labels import folded
from hrdgraph.analysis.network import KINDS
from hrdgraph.analysis.phrases import kind_told
from hrdgraph.catalogue import Message
from hrdgraph.errors import QueryError
from hrdgraph.nearest import nearest_few
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.vocab import RDF

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped]


class NamedThing(NamedTuple):
    """A thing that could be meant: what to call it, what it is, and all its names."""

    label: str
    kind: str
    names: tuple[str, ...]


def find(network: nx.MultiDiGraph, text: str, language: str = "en") -> str:
    """The IRI of the one node that `text` names or is the IRI of. Raises QueryError with the
    candidates, and in the language what each is, or the nearest names."""
    iri = text.strip().removeprefix("<").removesuffix(">")
    if iri in network:
        return iri
    nodes = network.nodes(data=True)
    return _one(
        {
            node: NamedThing(data["label"], kind_told(data["kind"], language), data["names"])
            for node, data in nodes
        },
        text,
    )


def find_thing(graph: ColumnGraph, text: str, languages: Sequence[str] = ()) -> IRI:
    """The same for everything in a graph that has a label. Where a person, organisation, award
    or event has the name, only these count. What each of several things is, is told in the first
    of the languages in which its class has a label.
    """
    facts = PredicateIndex(graph, ())
    names = facts.names()

    def thing(iri: str) -> NamedThing:
        return NamedThing(
            shown(iri, names, languages),
            shown(kinds.get(iri, ["thing"])[0], names, languages),
            tuple(name.text for name in names[iri]),
        )

    everything = [iri for iri in names if not iri.startswith("_:")]
    main = set(facts.of_class(kind for classes in KINDS.values() for kind in classes))
    wanted = folded(text)
    named = sorted(
        iri
        for iri in main.intersection(everything)
        if any(folded(name.text) == wanted for name in names[iri])
    )
    kinds = facts.links(RDF.type, named)
    return IRI(_one({iri: thing(iri) for iri in named or everything}, text, main))


def _one(candidates: Mapping[str, NamedThing], text: str, first: Container[str] = ()) -> str:
    """The one that has the name; of those with a name like it, `first` are suggested before all
    others."""
    wanted = folded(text)
    names = {
        iri: {folded(name) for name in (item.label, *item.names)}
        for iri, item in candidates.items()
    }
    found = sorted(iri for iri, known in names.items() if wanted in known)
    if len(found) == 1:
        return found[0]
    if found:
        choices = "; ".join(
            f"{candidates[iri].label} ({candidates[iri].kind}) <{iri}>" for iri in found
        )
        raise QueryError("name-ambiguous", name=text, count=len(found), choices=choices)
    likely = {iri: known for iri, known in names.items() if iri in first}
    near = [candidates[iri].label for iri in _near(wanted, likely) or _near(wanted, names)]
    raise QueryError(
        "name-unknown",
        name=text,
        hint=Message("did-you-mean-one", names=tuple(map(repr, near)))
        if near
        else Message("give-its-iri"),
    )


def _near(wanted: str, names: Mapping[str, Iterable[str]]) -> list[str]:
    """Up to three: things with a name that has every word, then those with words that are
    spelled like these, then those with one that is spelled like the whole."""
    by_name = {name: iri for iri in sorted(names, reverse=True) for name in sorted(names[iri])}
    words = {name: set(name.split()) for name in by_name}
    every = set[str]().union(*words.values())
    alike = [{word, *nearest_few(word, every, 5, 0.8)} for word in wanted.split()]
    typed = [
        name for name in by_name if alike and all(words[name] & spellings for spellings in alike)
    ]
    typed.sort(key=lambda name: (not words[name].issuperset(wanted.split()), len(name), name))
    return list(
        dict.fromkeys(by_name[name] for name in (*typed, *nearest_few(wanted, by_name, 3, 0.7)))
    )[:3]
