"""Move the rows that cite an old version of a page to the new one, where their words stand now;
write the tables, where wanted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Final

from hrdgraph.atomic_files import write_file
from hrdgraph.catalogue import NO_MESSAGE, Message
from hrdgraph.errors import NOWHERE, HrdgraphError, Origin, SourceError, raise_all
from hrdgraph.evidence.anchors import (
    PassageAnchor,
    anchors_of,
    anchors_text,
    find_anchor,
    is_surrounded_alike,
    read_anchors,
)
from hrdgraph.evidence.citations import Citation, citations_of, evidence_of
from hrdgraph.evidence.documents import with_digests
from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.evidence.word_search import QuotedWords, SearchableText, Stretch, fold, nowhere
from hrdgraph.explain.lineage import Lineage, SourcePlan, plan_sources
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.pipeline.importing.typed_rows import read_delimited
from hrdgraph.project import Project, Source
from hrdgraph.rdf import IRI, ColumnGraph, Literal, parse_term
from hrdgraph.vocab import HRD, OA

AROUND: Final = 60  # characters on either side that are compared
TELLS: Final = 8  # characters of them that must be the same to tell one place from another
SHORT: Final = 20  # words of fewer characters may well stand in a page by chance
SEARCHED: Final = 2_000_000  # characters in which words known by their digest alone are looked for


@dataclass(frozen=True, slots=True)
class Move:
    """Where the words of a citation stood, where they stand now, the sha256 of them now, and
    whether other words stand around them, as a denial may; or the reason why they have no place."""

    citation: Citation
    old: Stretch | None
    new: Stretch | None = None
    digest: str = ""
    reason: Message = NO_MESSAGE
    is_changed: bool = False

    @property
    def is_moved(self) -> bool:
        return self.new is not None and (
            self.new != self.old or self.citation.digest not in ("", self.digest)
        )


@dataclass(frozen=True, slots=True)
class _SearchTarget:
    words: QuotedWords
    place: Stretch | None = None  # in the old text
    before: str = ""
    after: str = ""


def reanchor(
    citations: Iterable[Citation], old: str | None, new: str, anchors: Iterable[PassageAnchor] = ()
) -> list[Move]:
    """Find each citation again. `old` is the text that they were made in, if it is at hand; else
    words are found by their anchors, else by their digest."""
    page = SearchableText(new)
    known = {(item.document, item.start, item.end): item for item in anchors}
    return [_move(citation, old, page, known) for citation in citations]


def _move(
    citation: Citation, old: str | None, page: SearchableText,
    known: Mapping[tuple[str, int, int], PassageAnchor],
) -> Move:  # fmt: skip
    place = _place(citation)
    anchor = known.get((citation.sha256, *place)) if place and old is None else None
    search = find_anchor(anchor, page.text) if anchor else None
    match: Stretch | Message | None = search.place if search else None
    if not match:
        wanted = _target(citation, place, old)
        place = place or (wanted.place if wanted else None)
        match = _find(citation, place, wanted, page)
    if isinstance(match, Message):
        return Move(citation, place, reason=match)
    is_changed = bool(search and search.is_changed)
    if old is not None and place is not None:
        is_changed = not is_surrounded_alike(old, place, page.text, match)
    return Move(citation, place, match, digest_of(page.text[slice(*match)]), is_changed=is_changed)


def _find(
    citation: Citation, place: Stretch | None, wanted: _SearchTarget | None, page: SearchableText
) -> Stretch | Message:
    """Find the words of a citation in a page, or say why they have no place there."""
    if wanted:
        places = page.places(wanted.words)
        if not places:
            return nowhere(wanted.words, page, NOWHERE).advice or Message("")
    elif place is None or not citation.digest:
        return Message("cited-words-unknown")
    else:
        places = _by_digest(page.text, place, citation.digest)
        if not places:
            return Message("words-not-found")
    chosen = _choose(places, wanted or _SearchTarget(QuotedWords("")), page.text)
    listed = ", ".join(f"{start}–{end}" for start, end in places[:5])
    return chosen or Message("words-stand-often", count=len(places), places=listed)


def _place(citation: Citation) -> Stretch | None:
    is_there = (
        citation.start.isdecimal()
        and citation.end.isdecimal()
        and int(citation.start) < int(citation.end)
    )
    return (int(citation.start), int(citation.end)) if is_there else None


def _target(citation: Citation, place: Stretch | None, old: str | None) -> _SearchTarget | None:
    """Return the words of a citation: as they stood in the old text, else as they were typed."""
    if old is not None and place is not None and place[1] <= len(old):
        cited = old[slice(*place)]
        if citation.digest in ("", digest_of(cited)):
            return _with_context(QuotedWords(cited), place, old)
    if not citation.words:
        return None
    words = QuotedWords(citation.words, citation.before, citation.after)
    places = SearchableText(old).places(words) if old is not None else []
    if old is None or len(places) != 1:
        return _SearchTarget(words)
    return _with_context(words, places[0], old)


def _with_context(words: QuotedWords, place: Stretch, old: str) -> _SearchTarget:
    """Return words with what stood around them in the old text."""
    start, end = place
    before, after = old[max(start - AROUND, 0) : start], old[end : end + AROUND]
    return _SearchTarget(words, place, before, after)


def _choose(places: list[Stretch], wanted: _SearchTarget, text: str) -> Stretch | None:
    """Return the one place that the surroundings tell, if they do."""
    scores = sorted(
        ((_alike(place, wanted, text), place) for place in places),
        key=lambda item: (-item[0], item[1]),
    )
    best, place = scores[0]
    if len(places) == 1:
        typed_alone = bool(wanted.words.exact) and wanted.place is None
        return place if place[1] - place[0] >= SHORT or best >= TELLS or typed_alone else None
    return place if best >= TELLS and best > scores[1][0] else None


def _alike(place: Stretch, wanted: _SearchTarget, text: str) -> int:
    """Count the characters on both sides that are the same, folded."""
    start, end = place
    left = _count_common(text[max(start - AROUND, 0) : start][::-1], wanted.before[::-1])
    return left + _count_common(text[end : end + AROUND], wanted.after)


def _count_common(text: str, other: str) -> int:
    """Count the characters that two texts begin with together, folded."""
    pairs = zip(fold(text).text.strip(), fold(other).text.strip(), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _by_digest(text: str, place: Stretch | None, digest: str) -> list[Stretch]:
    """List every stretch as long as the old one whose words have the digest."""
    if place is None or len(text) > SEARCHED:
        return []
    length = place[1] - place[0]
    return [
        (start, start + length)
        for start in range(len(text) - length + 1)
        if digest_of(text[start : start + length]) == digest
    ]


_TABLES: Final = (".csv", ".tsv")


@dataclass(frozen=True)
class CitationSearch:
    """A citation that was looked for in the new version, with the rows that make it."""

    move: Move
    rows: tuple[Origin, ...]


@dataclass(frozen=True)
class Edit:
    """A cell that is to change from `old` to `new`; `origin` has its file as seen from the
    project folder."""

    origin: Origin
    old: str
    new: str


@dataclass(frozen=True)
class ReanchoringResult:
    """What became of the citations of one source when a page was taken anew: the text `old`
    replaced by `new`. `by_hand` are values that no cell holds."""

    old: str
    new: str
    cited: tuple[CitationSearch, ...]
    edits: tuple[Edit, ...]
    by_hand: tuple[Message, ...] = ()

    @property
    def lost(self) -> list[CitationSearch]:
        return [item for item in self.cited if item.move.new is None]

    @property
    def changed(self) -> list[CitationSearch]:
        return [item for item in self.cited if item.move.is_changed]

    @property
    def moved(self) -> list[CitationSearch]:
        return [item for item in self.cited if item.move.is_moved]


def find_moves(
    project: Project, source: Source, old: str, new: str, address: str
) -> ReanchoringResult:
    """Look for what a source cites of the text with digest `old` in that with digest `new`.
    `address` is that of the page."""
    snapshots = Snapshots(project.snapshot_dirs, read_anchors(project.anchors_file))
    [plan] = plan_sources(project, [source])
    mapped = _map(plan)
    graph = with_digests(mapped, {address: old} if address else {})
    evidence = evidence_of(graph).drop("graph").unique(maintain_order=True)
    citations = [
        item
        for item in citations_of(graph, evidence)
        if item.sha256 == old and (item.start or item.words)
    ]
    moves = reanchor(citations, snapshots.text(old), snapshots.text(new) or "", snapshots.anchors)
    lineage = Lineage([plan], lambda text: frozenset((text,)), project.root)
    cited = [
        CitationSearch(move, _rows(lineage, move.citation.origin.node or "")) for move in moves
    ]
    wanted = dict.fromkeys(item for move in moves for item in _statements(graph, move))
    wanted |= dict.fromkeys((node, HRD.sha256, text, new) for node, text in _documents(mapped, old))
    pairs = [(item, _edits(lineage, item)) for item in wanted]
    by_hand = tuple(
        Message("change-by-hand", value=value) for (_, _, _, value), edits in pairs if not edits
    )
    all_edits = dict.fromkeys(edit for _, edits in pairs for edit in edits)
    return ReanchoringResult(old, new, tuple(sorted(cited, key=_first)), tuple(all_edits), by_hand)


def keep_anchors(project: Project, source: Source, sha256: str, address: str) -> int:
    """Write anchors of what a source cites of a text that is at hand, so that its words are found
    in other texts of the page; how many there are of it."""
    text = Snapshots(project.snapshot_dirs).text(sha256)
    [plan] = plan_sources(project, [source])
    graph = with_digests(_map(plan), {address: sha256} if address else {})
    evidence = evidence_of(graph).drop("graph").unique(maintain_order=True)
    cited = [item for item in citations_of(graph, evidence) if item.sha256 == sha256]
    own = anchors_of(text, sha256, address, _verify_places(text, cited)) if text else []
    foreign = [item for item in read_anchors(project.anchors_file) if item.document != sha256]
    if own:
        write_file(project.anchors_file, [anchors_text([*foreign, *own]).encode()])
    return len(own)


def _verify_places(text: str, cited: Iterable[Citation]) -> Iterator[tuple[int, int]]:
    """Yield the places of a text whose words have the digest that is cited."""
    for item in cited:
        if item.start.isdecimal() and item.end.isdecimal():
            start, end = int(item.start), int(item.end)
            if start < end <= len(text) and digest_of(text[start:end]) == item.digest:
                yield start, end


def _first(item: CitationSearch) -> tuple[str, int]:
    return min(((row.file, row.row or 0) for row in item.rows), default=("", 0))


# a statement, its object as N-Triples text, and what its object should be from now on
Wanted = tuple[str, IRI, str, str]


def _map(plan: SourcePlan) -> ColumnGraph:
    sink = GraphSink(IRI(plan.graph).n3())
    run(plan.plan, sink)
    return sink.graph()


def _rows(lineage: Lineage, node: str) -> tuple[Origin, ...]:
    return tuple(
        dict.fromkeys(row for trace in lineage.of(node, OA.hasSource.n3()) for row in trace.rows)
    )


def _statements(graph: ColumnGraph, move: Move) -> Iterator[Wanted]:
    """Return the statements of a citation that the new version makes wrong."""
    if move.new is None or not move.is_moved or not move.citation.start:
        return
    node = move.citation.origin.node or ""
    for selector in graph.where(s=node, p=OA.hasSelector).text()["o"].unique().sort():
        for term, value in zip((OA.start, OA.end), move.new, strict=True):
            yield from (
                (selector, term, text, str(value))
                for text in graph.where(s=selector, p=term).text()["o"].unique()
            )
    yield from (
        (node, HRD.quoteDigest, text, move.digest)
        for text in graph.where(s=node, p=HRD.quoteDigest).text()["o"].unique()
    )


def _documents(graph: ColumnGraph, old: str) -> Iterator[tuple[str, str]]:
    text = Literal(old).n3()
    yield from (
        (node, text) for node in graph.where(p=HRD.sha256, o=text).text()["s"].unique().sort()
    )


def _edits(lineage: Lineage, wanted: Wanted) -> list[Edit]:
    subject, predicate, text, value = wanted
    held = parse_term(text)
    cells = [cell for trace in lineage.of(subject, predicate.n3(), text) for cell in trace.cells]
    exact = [
        cell
        for cell in cells
        if isinstance(held, Literal)
        and cell.value == held.value
        and cell.origin.file.lower().endswith(_TABLES)
    ]
    return [Edit(cell.origin, cell.value, value) for cell in exact]


def write_edits(project: Project, source: Source, moves: ReanchoringResult) -> list[str]:
    """Change the cells, and nothing else of the tables, and the sha256 of [document]; the names
    of the files. Nothing is written unless every cell is as it was."""
    new = _tables(project, source, moves.edits)
    if source.document and source.document.sha256 == moves.old:
        description = source.description_file
        new[description] = description.read_bytes().replace(moves.old.encode(), moves.new.encode())
    for path, data in new.items():
        write_file(path, [data])
    return sorted(path.relative_to(project.root).as_posix() for path in new)


def _tables(project: Project, source: Source, edits: Iterable[Edit]) -> dict[Path, bytes]:
    """Return the new bytes of each table that the edits change."""
    by_file: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        by_file[edit.origin.file].append(edit)
    delimiters = {source.table_file(table): table.delimiter for table in source.tables}
    new: dict[Path, bytes] = {}
    errors: list[HrdgraphError] = []
    for name, changes in by_file.items():
        path = project.root / name
        default = "\t" if path.suffix.lower() == ".tsv" else ","
        try:
            new[path] = edit_cells(path, path.read_bytes(), changes, delimiters.get(path, default))
        except HrdgraphError as error:
            errors.append(error)
    raise_all(errors)
    return new


def edit_cells(path: Path, data: bytes, edits: Iterable[Edit], delimiter: str) -> bytes:
    """Return the table with the edits; rows without one stay to the byte. SourceError where a
    cell is not there or does not hold what it held."""
    file = read_delimited(path, data, delimiter, "")
    header = next((cells for cells in file.cells if any(cells)), [])
    changed: dict[int, list[str]] = {}
    for edit in edits:
        row, column = edit.origin.row or 0, edit.origin.column or ""
        cells = changed.get(row) or list(file.cells[row - 1] if 0 < row <= len(file.cells) else ())
        index = header.index(column) if column in header else len(cells)
        if index >= len(cells) or cells[index].strip() != edit.old:
            raise SourceError("file-changed-meanwhile", origin=edit.origin)
        cells[index] = edit.new
        changed[row] = cells
    return file.format([(row, changed.get(row)) for row in range(1, len(file.cells) + 1)])
