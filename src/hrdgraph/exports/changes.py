"""Compare two graphs: as statements and things, in sentences, as an RDF Patch, and with a
condition such as `removed > 5%`."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message, Vocabulary, lacks, number
from hrdgraph.errors import Origin, OutputError, SourceError
from hrdgraph.ontology import Ontology
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.graph import COLUMNS
from hrdgraph.rdfio.ntriples import parse_lines
from hrdgraph.vocab import PREFIXES, RDF

MEASURES: Final = ("new", "gone", "changed", "added", "removed")


@dataclass(frozen=True, eq=False)
class Differences:
    """The differences. `old`, `new`, `added` and `removed` share one dictionary, so that their
    numbers can be compared. Blank nodes are compared by label: a build gives the same ones to
    the same rows."""

    old: ColumnGraph
    new: ColumnGraph
    added: ColumnGraph
    removed: ColumnGraph

    def __bool__(self) -> bool:
        return bool(len(self.added) or len(self.removed))

    @cached_property
    def by_class(self) -> pl.DataFrame:
        """Return one row for each class that changed: `class` (IRI), `before` (things in the old
        graph), and the MEASURES: things that are new, gone, or changed (there before and
        after), statements about them that were added or removed."""
        old, new = _things(self.old), _things(self.new)
        counts = [
            _count(old, "before"), _count(new.join(old, on=["class", "s"], how="anti"), "new"),
            _count(old.join(new, on=["class", "s"], how="anti"), "gone"),
            _count(self._find_changed(old, new), "changed"),
            _count(_about(self.added, new), "added"), _count(_about(self.removed, old), "removed"),
        ]  # fmt: skip
        table = pl.concat(counts, how="align").fill_null(0)
        named = table.with_columns(
            self.old.terms.gather(table["class"]).str.strip_chars("<>").alias("class")
        )
        return named.filter(pl.any_horizontal(pl.col(MEASURES) > 0)).sort("class")

    @cached_property
    def totals(self) -> dict[str, int]:
        """Return the MEASURES over all things, each counted once whatever its classes, and
        `before`: the statements of the old graph."""
        old, new = (_things(graph).select("s").unique() for graph in (self.old, self.new))
        return {
            "before": len(self.old), "new": new.join(old, on="s", how="anti").height,
            "gone": old.join(new, on="s", how="anti").height,
            "changed": self._find_changed(old, new).height, "added": len(self.added),
            "removed": len(self.removed),
        }  # fmt: skip

    def _find_changed(self, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
        touched = pl.concat([self.added.quads.select("s"), self.removed.quads.select("s")]).unique()
        keys = list(new.columns)
        return new.join(old, on=keys, how="semi").join(touched, on="s", how="semi")


def compare(old: ColumnGraph, new: ColumnGraph) -> Differences:
    """Compare two graphs, statement by statement, graph names included."""
    terms = pl.concat([old.terms.rename("term"), new.terms.rename("term")]).unique().sort()
    before, after = _recode(old, terms), _recode(new, terms)
    added = after.quads.join(before.quads, on=COLUMNS, how="anti").sort(COLUMNS)
    removed = before.quads.join(after.quads, on=COLUMNS, how="anti").sort(COLUMNS)
    return Differences(before, after, ColumnGraph(terms, added), ColumnGraph(terms, removed))


def _recode(graph: ColumnGraph, terms: pl.Series) -> ColumnGraph:
    """Encode the quads with a larger sorted dictionary; their order stays, since both are
    sorted."""
    places = terms.search_sorted(graph.terms).cast(pl.UInt32)
    return ColumnGraph(
        terms, graph.quads.select(places.gather(graph.quads[name]).alias(name) for name in COLUMNS)
    )


def _things(graph: ColumnGraph) -> pl.DataFrame:
    """Return the things of each class: columns `class` and `s`, distinct."""
    return graph.where(p=RDF.type).quads.select(pl.col("o").alias("class"), "s").unique()


def _about(statements: ColumnGraph, things: pl.DataFrame) -> pl.DataFrame:
    return statements.quads.join(things, on="s")


def _count(things: pl.DataFrame, name: str) -> pl.DataFrame:
    return things.group_by("class").agg(pl.len().cast(pl.Int64).alias(name))


def sentences(
    differences: Differences | None, previous: str, ontology: Ontology, language: str = "en"
) -> str:
    """Describe what changed since the release `previous` in one short paragraph; None is a first
    release."""
    words = Vocabulary("difference", language)
    if differences is None:
        return words("first")
    start = words("since", previous=previous)
    if not differences:
        return f"{start} {words('nothing')}"
    totals = differences.totals
    added, removed = (number(totals[name], language) for name in ("added", "removed"))
    return " ".join(
        [
            start,
            words("statements", added=added, removed=removed),
            *_thing_sentences(differences, ontology, language, words),
        ]
    )


def _thing_sentences(
    differences: Differences, ontology: Ontology, language: str, words: Vocabulary
) -> Iterator[str]:
    """Yield one sentence for each of new, gone and changed that is not empty: class and number,
    the largest first."""
    for name in ("new", "gone", "changed"):
        rows = differences.by_class.filter(differences.by_class[name] > 0).sort(
            [name, "class"], descending=[True, False]
        )
        things = [
            f"{ontology.label(IRI(row['class']), (language, 'en'))} {number(row[name], language)}"
            for row in rows.to_dicts()
        ]
        if things:
            yield words(name, things=", ".join(things))


_DELETED: Final = "# D hmac-sha256:"
_HEADER: Final = re.compile(r'H (?P<name>previous|id|next) "(?P<value>[0-9a-f]{64})" \.')
_ROW: Final = re.compile(r"(?P<kind>[AD]) (?P<statement>.+ \.)")
_REST: Final = re.compile(r"(?:TX \.|TC \.|#.*|\s*)")


def patch_lines(differences: Differences, *, clear: bool = False) -> Iterator[str]:
    """Yield the lines of a patch (https://afs.github.io/rdf-patch/) in canonical order: the same
    two graphs give the same patch. `previous` and `next` are the SHA-256 of the two graphs as
    sorted N-Quads, so that a patch is not applied to another graph."""
    old, new = differences.old.document(), differences.new.document()
    yield f'H previous "{hashlib.sha256(old).hexdigest()}" .'
    yield f'H next "{hashlib.sha256(new).hexdigest()}" .'
    yield "TX ."
    if clear:
        yield from (f"D {line}" for line in differences.removed.lines())
    else:
        key = _key(old)
        yield from sorted(_DELETED + _hash_line(key, line) for line in differences.removed.lines())
    yield from (f"A {line}" for line in differences.added.lines())
    yield "TC ."


def apply_patch(old: ColumnGraph, lines: Iterable[str], name: str = "patch") -> ColumnGraph:
    """Make the new graph from the old one and a patch. SourceError where the patch is damaged or
    belongs to another graph."""
    headers, kept, added = _read(lines, name)
    document = old.document()
    if headers.get("previous") not in (None, hashlib.sha256(document).hexdigest()):
        raise SourceError("patch-of-other-graph", origin=Origin(name))
    left = _without(old, document, kept, name)
    graph = ColumnGraph.union([left, parse_lines(added, name)])
    if headers.get("next") not in (None, hashlib.sha256(graph.document()).hexdigest()):
        raise SourceError("patch-result-wrong", origin=Origin(name))
    return graph


def _read(lines: Iterable[str], name: str) -> tuple[dict[str, str], set[str], list[str]]:
    """Read a patch: its headers; what to delete, as lines of N-Quads or keyed digests; and lines
    of N-Quads to add. It must end with TC."""
    headers: dict[str, str] = {}
    deleted: set[str] = set()
    added: list[str] = []
    last = ""
    for place, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n")
        last = line or last
        if line.startswith(_DELETED):
            deleted.add(line)
        elif match := _ROW.fullmatch(line):
            added.append(match["statement"]) if match["kind"] == "A" else deleted.add(
                match["statement"]
            )
        elif match := _HEADER.fullmatch(line):
            headers[match["name"]] = match["value"]
        elif not _REST.fullmatch(line):
            raise SourceError("not-as-expected", origin=Origin(name, line=place))
    if last != "TC .":
        raise SourceError(lacks("RDF Patch", "TC ."), origin=Origin(name), hint="check-whole")
    return headers, deleted, added


def _without(old: ColumnGraph, document: bytes, deleted: set[str], name: str) -> ColumnGraph:
    lines = old.lines()
    hidden = any(line.startswith(_DELETED) for line in deleted)
    names = _all_keyed(_key(document), lines) if hidden else lines
    gone = (
        (names.is_in(list(deleted)) | lines.is_in(list(deleted)))
        if hidden
        else lines.is_in(list(deleted))
    )
    if int(gone.sum()) != len(deleted):
        raise SourceError("patch-of-other-graph", origin=Origin(name))
    return ColumnGraph(old.terms, old.quads.filter(~gone))


def _key(document: bytes) -> bytes:
    return hashlib.sha256(b"hrdgraph: key of deletions\n" + document).digest()


def _hash_line(key: bytes, line: str) -> str:
    return hmac.new(key, line.encode(), "sha256").hexdigest()


def _all_keyed(key: bytes, lines: pl.Series) -> pl.Series:
    return pl.Series([_DELETED + _hash_line(key, line) for line in lines], dtype=pl.String)


def write_patch(lines: Iterable[str]) -> bytes:
    """Return a patch as UTF-8 text."""
    text = "".join(f"{line}\n" for line in lines)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise OutputError("term-with-lone-surrogate", position=error.start) from error


_CONDITION = re.compile(
    rf"\s*(?:(?P<class>\S+)\s+)?(?P<measure>{'|'.join(MEASURES)})\s*(?P<sign>>=?)\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<percent>%)?\s*"
)


@dataclass(frozen=True)
class Threshold:
    """A bound on a measure, of all or of one class; a percentage refers to the old graph: its
    statements for `added` and `removed` of all, its things otherwise."""

    text: str
    class_iri: str
    measure: str
    reached: bool  # whether the number itself is too much already
    number: float
    percent: bool

    def is_crossed(self, differences: Differences) -> bool:
        """Say whether the change is larger than this allows."""
        counts = _of_class(differences, self.class_iri) if self.class_iri else differences.totals
        value = float(counts[self.measure])
        bound = self.number * counts["before"] / 100 if self.percent else self.number
        return value >= bound and value > 0 if self.reached else value > bound


def parse_threshold(text: str) -> Threshold:
    """Read `[CLASS] new|gone|changed|added|removed > NUMBER[%]`; CLASS is an IRI or a prefixed
    name. OutputError otherwise."""
    match = _CONDITION.fullmatch(text)
    if match is None:
        hint = Message("write-condition", known=", ".join(MEASURES))
        raise OutputError("value-not-as-expected", value=text, hint=hint)
    return Threshold(
        text, _iri(match["class"] or ""), match["measure"], match["sign"] == ">=",
        float(match["number"]), bool(match["percent"]),
    )  # fmt: skip


def _iri(name: str) -> str:
    prefix, colon, local = name.partition(":")
    if colon and not local.startswith("//") and prefix not in PREFIXES:
        raise OutputError(
            "not-known-here", name=f"{prefix}:", known=", ".join(PREFIXES), hint="there-is"
        )
    if name and not colon:
        raise OutputError("not-known-here", name=name, hint="write-whole-iri")
    return PREFIXES[prefix] + local if prefix in PREFIXES else name.strip("<>")


def _of_class(differences: Differences, iri: str) -> dict[str, int]:
    rows = differences.by_class.filter(differences.by_class["class"] == iri).to_dicts()
    return rows[0] if rows else dict.fromkeys(("before", *MEASURES), 0)
