"""Find the one thing that a person means: by its IRI, its key (the path below the base), that key
without its kind, a code, or a name in any script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hrdgraph.catalogue import Message
from hrdgraph.errors import QueryError
from hrdgraph.exports.folding import fold
from hrdgraph.exports.network import KINDS, Links, PredicateIndex, label_of
from hrdgraph.fact_kinds.cell_values import country_code, is_country
from hrdgraph.nearest import nearest_few
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.vocab import DCTERMS, RDF, SKOS

Accepts = Callable[[str], bool]
Names = Mapping[str, list[str]]  # IRIs by folded names


@dataclass(frozen=True)
class ThingFinder:
    """Finds things of a graph. What is called so by its own name comes before what has it in its
    key or as its code: people, organisations, awards and events first, then editions and places,
    last claims and words of the ontology."""

    graph: ColumnGraph
    base: str
    languages: Sequence[str] = ()

    def find(self, text: str, accepts: Accepts | None = None, *, is_near_told: bool = True) -> IRI:
        """Return what is meant, of the IRIs that are accepted: of these, things only. QueryError
        where there is none, with the nearest names, which a server has no time to look for; and
        where several have the name, with their classes."""
        sought = text.strip().removeprefix("<").removesuffix(">")
        for some in self._candidates(sought, is_any=accepts is None):
            current = map(self.follow, filter(self._has, some))
            things = [iri for iri in dict.fromkeys(current) if accepts is None or accepts(iri)]
            if len(things) == 1:
                return IRI(things[0])
            if things:
                choices = "; ".join(map(self._describe, sorted(things)))
                raise QueryError("name-ambiguous", name=text, count=len(things), choices=choices)
        near = self._near_names(fold(text), accepts) if is_near_told else ()
        hint = Message("did-you-mean-one", names=near) if near else Message("give-full-iri")
        raise QueryError("name-unknown", name=text, hint=hint)

    def follow(self, iri: str) -> str:
        """Return the IRI that stands for a thing now."""
        new = self.graph.objects(IRI(iri), DCTERMS.isReplacedBy)
        return next((term.value for term in new if isinstance(term, IRI)), iri)

    def _candidates(self, text: str, *, is_any: bool) -> Iterator[Iterable[str]]:
        """Yield what a text may mean, the likeliest first."""
        yield text, self.base + text
        folded = fold(text)
        tails = [f"{self.base}{kind}/{text}" for kind in self._kinds]
        if "_" in text or "/" in text:  # a key, and no name
            yield tails
        yield from (names.get(folded, ()) for names in self._names)
        yield tails
        yield (f"{self.base}{kind}/{text.upper()}" for kind in self._kinds)
        yield [f"{self.base}country/{country_code(text)}"] if is_country(text) else ()
        if is_any:
            yield self._all_names.get(folded, ())

    def _has(self, iri: str) -> bool:
        return self.graph.position(f"<{iri}>") is not None

    @cached_property
    def _names(self) -> tuple[Names, Names]:
        """Return what networks have by its names; other things of ours by their names and codes."""
        facts = PredicateIndex(self.graph, ())
        codes = {iri: c for iri, c in facts.links(SKOS.notation).items() if self._is_own(iri)}
        main = facts.of_class(kind for classes in KINDS.values() for kind in classes)
        named = {iri for iri in facts.links(SKOS.prefLabel) if self._is_own(iri)}
        other = sorted({*named, *codes}.difference(main))
        return self._by_name(main, {}), self._by_name(other, codes) if other else {}

    @cached_property
    def _all_names(self) -> Names:
        return self._by_name((), {})

    def _by_name(self, iris: Sequence[str], codes: Links) -> Names:
        """Return IRIs by their folded names and codes; with none, whatever has a label."""
        by_name: dict[str, list[str]] = {}
        for iri, names in PredicateIndex(self.graph, ()).names(iris).items():
            for name in {fold(text) for text in (*codes.get(iri, ()), *(n.text for n in names))}:
                by_name.setdefault(name, []).append(iri)
        return by_name

    @cached_property
    def _kinds(self) -> tuple[str, ...]:
        """Return the first parts of keys."""
        terms, start = self.graph.terms, f"<{self.base}"
        keys = terms.filter(terms.str.starts_with(start)).str.strip_prefix(start)
        return tuple(keys.str.extract("^([^/]+)/").drop_nulls().unique().sort())

    def _is_own(self, iri: str) -> bool:
        return iri.startswith(self.base)

    def _describe(self, iri: str) -> str:
        """Return a thing with its class, in the first of the languages that their labels have."""
        facts = PredicateIndex(self.graph, ())
        kind = facts.links(RDF.type, [iri]).get(iri, ["thing"])[0]
        return f"{self._label(iri)} ({self._label(kind)}) <{iri}>"

    def _label(self, iri: str) -> str:
        return label_of(iri, PredicateIndex(self.graph, ()).names([iri]), self.languages)

    def _near_names(self, sought: str, accepts: Accepts | None) -> tuple[str, ...]:
        """Return the nearest names: those of people, organisations, awards and events before
        others."""
        every = self._names if accepts else (*self._names, self._all_names)
        is_meant = accepts or bool
        fit = (
            {name: some for name, iris in each.items() if (some := [*filter(is_meant, iris)])}
            for each in every
        )
        near = next(filter(None, (_near(sought, names) for names in fit)), [])
        return tuple(map(repr, map(self._label, near)))


def _near(wanted: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    """Return up to three: things with a name that has every word, then those with similarly
    spelled words, then those with a similar whole name."""
    by_name = {name: min(iris) for name, iris in sorted(names.items())}
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
