"""Give things IRIs without a source: recorded ones, and for new things the next free ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count, product
from typing import Final
from urllib.parse import unquote

import polars as pl

from hrdgraph.identity.ledger import Ledger
from hrdgraph.identity.persistent_iris import PersistentIRI
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.marks import Columns, beginning
from hrdgraph.vocab import HRD

_SUFFIX: Final = re.compile("-[0-9a-f]{16}$")  # what tells namesakes of one source apart


@dataclass(frozen=True)
class NamingScheme:
    """How a project makes names: below `base`, for the `kinds` of things that have IRIs without a
    source (`person` …), after the names of `sources`. `apart` are sources with the keys that
    are somebody else in each row: such a name ends in a digest of the row."""

    base: str
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    apart: frozenset[tuple[str, str]] = frozenset()

    def stem(self, name: str) -> tuple[str, str, str] | None:
        """Split a name, without the digest that distinguishes namesakes of one source."""
        parts = self.split(name)
        if parts is None or not self.apart:
            return parts
        kind, source, key = parts
        stem = _strip_digest(key)
        return (kind, source, stem) if (source, unquote(stem)) in self.apart else parts

    def split(self, name: str) -> tuple[str, str, str] | None:
        """Return the kind, the source and the key of a source's name for a thing, whether or not
        the source exists; None for other IRIs."""
        parts = name.removeprefix(self.base).split("/") if name.startswith(self.base) else []
        kind, source, key = parts if len(parts) == 3 else ("", "", "")
        return (kind, source, key) if kind in self.kinds and source and key else None

    def is_missing_sources(self, names: Iterable[str]) -> bool:
        """Say whether a name may be of a source that no longer exists."""
        heads = tuple(f"{self.base}{kind}/{of}/" for kind, of in product(self.kinds, self.sources))
        return not all(name.startswith(heads) for name in names)

    def texts_of_sources(self, graph: ColumnGraph) -> pl.Series:
        """Return the names of this form in a graph as N-Triples texts, in the order of the
        dictionary."""
        columns = Columns.of(graph)
        nodes = columns.mark(columns.s) | columns.mark(columns.o)
        terms = [pl.Series("term", dtype=pl.String)]
        for kind, source in product(self.kinds, self.sources):
            start = f"<{self.base}{kind}/{source}/"
            places = beginning(graph, start).arg_true()
            texts = graph.terms.gather(places.filter(nodes.gather(places))).rename("term")
            key = texts.str.slice(len(start)).str.strip_suffix(">")
            terms.append(texts.filter((key != "") & ~key.str.contains("[/>]")))
        return pl.concat(terms).unique(maintain_order=True)

    def in_order(self, texts: Iterable[str]) -> list[str]:
        """Return names from their N-Triples texts, sorted."""
        return sorted((text[1:-1] for text in texts), key=self._by_source)

    def _by_source(self, name: str) -> tuple[str, ...]:
        """Return the sort key for things of one key by the names of their sources: `press` before
        `press-archive`, though a hyphen sorts before a slash."""
        return self.split(name) or (name,)

    def without_source(self, graph: ColumnGraph) -> Iterator[str]:
        """Yield the IRIs in a graph of the form that `candidate` gives."""
        kinds = "|".join(map(re.escape, self.kinds))
        form = f"^<{re.escape(self.base)}(?:{kinds})/[^/>]*>$"
        return (text[1:-1] for text in graph.terms.gather(self._below(graph, form)))

    def _below(self, graph: ColumnGraph, form: str) -> pl.Series:
        """Return the places of the terms of a form, which begin with the base."""
        places = graph.terms.str.starts_with(f"<{self.base}").arg_true()
        return places.filter(graph.terms.gather(places).str.contains(form))

    def candidate(self, name: str, number: int) -> str:
        """Return the IRI of a name without its source; from the second one on with a number. No
        source can have such a name."""
        kind, _, key = self.stem(name) or ("", "", "")
        return f"{self.base}{kind}/{key}" + (f"-{number}" if number > 1 else "")


def follow_renamed(ledger: Ledger, scheme: NamingScheme, graph: ColumnGraph) -> Ledger:
    """Return the ledger with the new names of sources renamed since they were recorded. A source
    is a renamed one if no row has a name of it, and half or more of the names of a source that
    no longer exists are its names too. `graph` has the names of the sources."""
    if not scheme.is_missing_sources(row.name for row in ledger.persistent):
        return ledger
    rows = {parts: row for row in ledger.persistent if (parts := scheme.split(row.name))}
    missing = Counter(source for _, source, _ in rows if source not in scheme.sources)
    if not missing:
        return ledger
    recorded = {source for _, source, _ in rows}
    new = [
        parts
        for name in scheme.in_order(scheme.texts_of_sources(graph))
        if (parts := scheme.split(name))
    ]
    moved: dict[str, str] = {}
    for source in sorted({source for _, source, _ in new} - recorded):
        keys = [(kind, key) for kind, of, key in new if of == source]
        like = Counter(old for old in missing for kind, key in keys if (kind, old, key) in rows)
        best = min(like, key=lambda old: (-like[old], old), default="")
        if best and best not in moved.values() and 2 * like[best] >= missing[best]:
            moved[source] = best
    return _move(ledger, scheme, rows, new, moved)


def _move(
    ledger: Ledger, scheme: NamingScheme, rows: Mapping[tuple[str, str, str], PersistentIRI],
    new: Iterable[tuple[str, str, str]], moved: Mapping[str, str],
) -> Ledger:  # fmt: skip
    changed = {}
    for kind, source, key in new:
        row = rows.get((kind, moved.get(source, ""), key))
        if row:
            name = f"{scheme.base}{kind}/{source}/{key}"
            changed[row.iri] = replace(row, name=name, formerly=(row.name, *row.formerly))
    return replace(ledger, persistent=tuple(changed.get(row.iri, row) for row in ledger.persistent))


def mint(
    ledger: Ledger, scheme: NamingScheme, graph: ColumnGraph, *, before: ColumnGraph | None = None,
    exact: Collection[str] = (), taken: Collection[str] = (),
) -> Ledger:  # fmt: skip
    """Give an IRI to each thing of which the published `graph` has a source's name and which has
    none yet, and to each claim whose name is a digest of cells that say too much of somebody
    living: such cells are withheld, and the node is among those (N-Triples texts) that are too
    `exact`. IRIs in `taken` are avoided.

    `before` is the graph with everything in it. Withheld things get none, and take none away. The
    order of sources does not matter."""
    before = graph if before is None else before
    if exact:
        ledger = _with_claims(ledger, scheme, graph, before, exact)
    texts = scheme.texts_of_sources(graph)
    named_already = ledger.names.filter("is_given")["name"]
    names = scheme.in_order(texts.filter(~texts.is_in(named_already.implode())))
    known = {row.iri for row in ledger.persistent} - ledger.unsaid if names else ()
    first: dict[str, str] = {}
    for name in names:
        thing = ledger.canonical.get(name, name)
        if thing not in known and (thing == name or scheme.split(thing)):
            first.setdefault(thing, name)
    fresh = set(names)
    mine = [thing if thing in fresh else name for thing, name in first.items()]
    if not mine:
        return ledger
    ledger, mine = _inherit(ledger, scheme, _order_namesakes(mine, scheme, graph), before)
    used = set(scheme.without_source(graph))
    used |= {row.iri for row in ledger.persistent} | set(taken)
    return replace(ledger, persistent=(*ledger.persistent, *_free(mine, scheme, used)))


def _free(names: Sequence[str], scheme: NamingScheme, used: set[str]) -> list[PersistentIRI]:
    persistent_iris = []
    for name in names:
        iris = (scheme.candidate(name, number) for number in count(1))
        iri = next(iri for iri in iris if iri not in used)
        used.add(iri)
        persistent_iris.append(PersistentIRI(iri, name))
    return persistent_iris


def _order_namesakes(
    names: Sequence[str], scheme: NamingScheme, graph: ColumnGraph
) -> Sequence[str]:
    """Order the namesakes of a source by what is published of them: the digests of cells in
    their names may be of cells that are not."""
    stems = {name: parts for name in names if (parts := scheme.stem(name)) != scheme.split(name)}
    if not stems:
        return names
    digests = _digest_content({f"<{name}>": name for name in stems}, graph)
    keys = {name: (scheme.stem(name) or (), digests.get(name, ""), name) for name in names}
    return sorted(names, key=keys.__getitem__)


def _inherit(
    ledger: Ledger, scheme: NamingScheme, names: Sequence[str], before: ColumnGraph
) -> tuple[Ledger, list[str]]:
    """Leave somebody their IRI whose name got or lost the digest that tells namesakes of one
    source apart, where only one can be meant; also return the names without an IRI."""
    wanted = Counter(map(scheme.stem, names))
    rows = {row.iri: row for row in ledger.persistent}
    moved = {}
    for name in names:
        row = rows.get(scheme.candidate(name, 1))
        if (
            row is not None
            and wanted[scheme.stem(name)] == 1
            and _strip_digest(row.name) == _strip_digest(name)
            and before.position(f"<{row.name}>") is None
        ):
            moved[row.iri] = _rename(row, name)
    rows |= moved
    given = {row.name for row in moved.values()}
    ledger = replace(ledger, persistent=tuple(rows.values())) if moved else ledger
    return ledger, [name for name in names if name not in given]


def _rename(row: PersistentIRI, name: str) -> PersistentIRI:
    """Return the row under another name in its source; a name that is not public is not kept."""
    former = (row.name,) if row.public_name == row.name else ()
    return replace(row, name=name, formerly=(*former, *row.formerly))


def _strip_digest(name: str) -> str:
    return _SUFFIX.sub("", name)


def _with_claims(
    ledger: Ledger, scheme: NamingScheme, graph: ColumnGraph, before: ColumnGraph,
    exact: Collection[str],
) -> Ledger:  # fmt: skip
    """Give claims an IRI made of what is published of them, where their names are digests of
    cells of which one is withheld: such a cell could be guessed until the digest fits."""
    # The published names (N-Triples texts) that are digests of a row of which a cell is
    # withheld because it says too much of somebody living; each with the source and the digest.
    lost = pl.Series(sorted(exact), dtype=pl.String)
    acts = graph.where(p=HRD.act).text().filter(pl.col("s").is_in(lost.implode()))["o"]
    form = f"^<{re.escape(scheme.base)}[^/>]+/([^/>]+/[0-9a-f]{{16}})>$"
    keys = graph.terms.filter(graph.terms.is_in(pl.concat([lost, acts]).implode()))
    wanted = keys.str.extract(form).drop_nulls().unique()
    all_keys = graph.terms.str.extract(form)
    marks = all_keys.is_in(wanted.implode()).fill_null(False)
    names = dict(zip(graph.terms.filter(marks), all_keys.filter(marks), strict=True))
    given = {name for row in ledger.persistent for name in row.names}
    new = {name: key for name, key in names.items() if name[1:-1] not in given}
    if not new:
        return ledger
    # all of them: what one says of another must not be in a digest either
    content = _digest_content(names, graph)
    rows = {row.iri: row for row in ledger.persistent}
    for name, key in sorted(new.items(), key=lambda each: (content[each[1]], each)):
        start = f"{name[1:].rpartition('/')[0]}/{content[key]}"
        iris = (f"{start}-{number}" if number > 1 else start for number in count(1))
        for iri in iris:
            row = rows.get(iri)
            if row is None or before.position(f"<{row.name}>") is None:
                rows[iri] = _rename(row, name[1:-1]) if row else PersistentIRI(iri, name[1:-1])
                break
    return replace(ledger, persistent=tuple(rows.values()))


def _digest_content(names: Mapping[str, str], graph: ColumnGraph) -> dict[str, str]:
    """Digest what a graph says of groups of names (N-Triples texts with what they belong to), in
    which no such name counts but by its kind."""
    texts = pl.Series([*names], dtype=pl.String).implode()
    quads = graph.text().filter(pl.col("s").is_in(texts) | pl.col("o").is_in(texts))
    lines: dict[str, list[str]] = {group: [] for group in names.values()}
    for quad in quads.select("s", "p", "o", "g").iter_rows():
        for group in {names[term] for term in (quad[0], quad[2]) if term in names}:
            blank = [
                f"{term.split('/')[-3]} {names[term] == group}" if term in names else term
                for term in quad
            ]
            lines[group].append("\x1f".join(blank))
    return {
        group: sha256("\x1e".join(sorted(each)).encode()).hexdigest()[:16]
        for group, each in lines.items()
    }
