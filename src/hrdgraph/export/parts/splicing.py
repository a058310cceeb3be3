"""The file of a graph, and how the graph has changed since → the document of the graph now, of
which all that has not changed stands in that file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.export.options import ExportOptions
from hrdgraph.export.parts.document import Chunk, Document, KnownChunk, Section
from hrdgraph.export.parts.graph_texts import GraphTexts, PartTexts
from hrdgraph.export.parts.reading_order import QuadOrder
from hrdgraph.export.parts.written_files import WrittenFile
from hrdgraph.export.turtle_terms import NameUse
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import DEFAULT_GRAPH, QuadChange

_SHARE: Final = 2  # of a graph: where more is written anew, the whole is written in less time


class Parted(NamedTuple):
    """How documents of a format are made in parts: from which order of quads, by what, and whether
    in the prefixes of Turtle. Those have a head that depends on all terms; of any other format,
    documents with another head have other chunks."""

    order: QuadOrder
    write: Callable[[GraphTexts], Document]
    is_turtle: bool = False


class _Cut(NamedTuple):
    """The subjects of a chunk: that of a place in the section of a graph, the only one of a graph
    that has no section."""

    graph: str
    place: int


def spliced(
    last: WrittenFile,
    format: Parted,
    graph: ColumnGraph,
    change: QuadChange,
    options: ExportOptions,
    use: NameUse,
) -> Document | None:
    """The document of a graph, where `last` is the file of the graph before a change, and `use`
    what the terms of the graph use. None where all of it must be written anew. OutputError on
    what the format cannot say."""
    known = {section.graph: section for section in last.sections}
    cuts = _cuts(known, _changed(change, format.order))
    frames = [_rows(graph, known, cut, format.order) for cut in cuts]
    full = [(cut, frame) for cut, frame in zip(cuts, frames, strict=True) if frame.height]
    if sum(frame.height for frame in frames) * _SHARE > len(graph):
        return None
    made = format.write(_part(graph, full, options, use))
    if not format.is_turtle and made.head != last.head:
        return None
    new = dict(zip((cut for cut, _ in full), made.sections, strict=True)) if full else {}
    return made._replace(sections=[*_sections(known, cuts, new)])


def _changed(change: QuadChange, order: QuadOrder) -> Iterable[tuple[str, str]]:
    """The subjects of which something has changed, with the graphs."""
    texts = pl.concat([part.text().select("g", "s") for part in (change.gone, change.came)])
    if order is not QuadOrder.BY_GRAPH:
        texts = texts.with_columns(g=pl.lit(DEFAULT_GRAPH))
    return texts.unique().iter_rows()


def _cuts(known: dict[str, Section], changed: Iterable[tuple[str, str]]) -> list[_Cut]:
    """The chunks that have, or will have, some subjects; in order."""
    firsts = {graph: [chunk.first for chunk in section.chunks] for graph, section in known.items()}
    return sorted(
        {
            # before the first subject comes what the first chunk will begin with
            _Cut(graph, max(bisect_right(firsts.get(graph, ()), subject) - 1, 0))
            for graph, subject in changed
        }
    )


def _rows(
    graph: ColumnGraph, known: dict[str, Section], cut: _Cut, order: QuadOrder
) -> pl.DataFrame:
    """The quads of a chunk, as they are now."""
    chunks = [*known[cut.graph].chunks] if cut.graph in known else []
    begin = graph.terms.search_sorted(chunks[cut.place].first) if cut.place else 0
    is_last = cut.place + 1 >= len(chunks)
    end = len(graph.terms) if is_last else graph.terms.search_sorted(chunks[cut.place + 1].first)
    subjects = graph.quads["s"]
    first, last = (int(subjects.search_sorted(place, "left")) for place in (begin, end))
    rows = graph.quads.slice(first, last - first)
    if order is not QuadOrder.BY_GRAPH:
        return rows
    name = graph.position(cut.graph)
    return rows.filter(pl.col("g") == name) if name is not None else rows.clear()


def _part(
    graph: ColumnGraph,
    cuts: Sequence[tuple[_Cut, pl.DataFrame]],
    options: ExportOptions,
    use: NameUse,
) -> PartTexts:
    quads = pl.concat([graph.quads.clear(), *(rows for _, rows in cuts)])
    ends = [0]
    for _, rows in cuts:
        ends.append(ends[-1] + rows.height)
    places = [slice(*ends[number : number + 2]) for number in range(len(cuts))]
    names = [cut.graph for cut, _ in cuts]
    part = ColumnGraph(graph.terms, quads.rechunk()).trimmed()
    return PartTexts(part, options, use, tuple(zip(names, places, strict=True)))


def _sections(
    known: dict[str, Section], cuts: Sequence[_Cut], new: dict[_Cut, Section]
) -> Iterable[Section]:
    """The sections with their chunks, those of cuts made anew; none without any."""
    added = {cut.graph: section for cut, section in new.items()}
    for name in sorted({*known, *added}):
        chunks: list[Chunk | KnownChunk] = []
        for place, chunk in enumerate(known[name].chunks if name in known else [None]):
            cut = _Cut(name, place)
            if cut in new:
                chunks += new[cut].chunks
            elif chunk is not None and cut not in cuts:
                chunks.append(chunk)
        if chunks:
            yield (known.get(name) or added[name])._replace(chunks=chunks)
