"""Find all that told of withdrawn things, and the places in files where one of these still
stands."""

from __future__ import annotations

import bz2
import gzip
import html
import io
import lzma
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import polars as pl

from hrdgraph.errors import HrdgraphError
from hrdgraph.explain.lineage import plan_sources
from hrdgraph.findings.model import ANY, read_known
from hrdgraph.identity.judgements import read_ledger
from hrdgraph.mapping.execution.scan import NO_ROWS, Skip
from hrdgraph.mapping.facts.layout import with_kinds
from hrdgraph.ontology import load
from hrdgraph.pipeline.inputs import read_inputs
from hrdgraph.pipeline.result import BuildOptions
from hrdgraph.pipeline.stages.mapping import map_sources
from hrdgraph.privacy.levels import Level, Policy
from hrdgraph.privacy.node_kinds import NAMES
from hrdgraph.privacy.publication import policy_of
from hrdgraph.privacy.readable_build import list_older_outputs
from hrdgraph.privacy.visibility import publish_graph
from hrdgraph.privacy.withdrawals import (
    IDLE,
    MENTION,
    NAME,
    IdleWithdrawal,
    Withdrawals,
    withdrawals_of,
)
from hrdgraph.privacy.withdrawn_names import (
    LikelyReturn,
    NameSearch,
    find_mentions,
    is_telling,
    list_ends,
    normalise,
    part_words,
    read_plain_words,
    read_words,
)
from hrdgraph.project import Project
from hrdgraph.project.model import PRIVATE
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.marks import Columns, find
from hrdgraph.store.contract import Solutions
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.user_state import project_state

# characters: shorter words stand in too much that has nothing to do with the thing
_LONG: Final = 8
_INITIAL: Final = re.compile(r"\b[^\W\d_]\.")
_QUOTED: Final = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_WINDOW, _OVERLAP = 8 << 20, 1 << 14  # bytes that are read at once, and again with the next
_ESCAPED: Final = re.compile(r"(?:\\u[0-9a-fA-F]{4})+|\\U[0-9a-fA-F]{8}|\\[nrt\"'\\/]")
_PACKERS: Final[dict[bytes, Callable[[bytes], bytes]]] = {
    b"\x1f\x8b": gzip.decompress, b"BZh": bz2.decompress, b"\xfd7zXZ": lzma.decompress,
}  # fmt: skip
UNREAD: Final = "withdrawal-tables-unread"
# where Turtle states a class: behind a family name, the keyword is no initial
_IS_A: Final = re.compile(r"\sa\s+(?=<\w+:|[\w.-]*:\w)")
_STORE: Final = "CURRENT"  # a file that every RocksDB folder has

Piece = tuple[str, bytes]


@dataclass(frozen=True)
class Needle:
    """Something that told of a withdrawn thing: what kind of something, and how it is written
    where it is normalised. `kept` are normalised texts that stay and hold it: the name of an
    award, the address of a document."""

    kind: str
    text: str
    forms: tuple[str, ...]
    kept: tuple[str, ...] = ()

    @property
    def probes(self) -> tuple[str, ...]:
        """Return texts to look for first: any mention contains one of them. Of a name they are
        words, since an address may have anything between two words."""
        ends = (end for form in self.forms for end in list_ends(form))
        return tuple(ends) if self.kind == "a name" else self.forms

    def mark(self, texts: pl.Series, words: pl.Series) -> pl.Series:
        """Mark the normalised texts that say it; `words` are these with their words parted."""
        if self.kind == "a name":
            return NameSearch(self.forms).mark(words)
        return texts.str.contains_any([*self.forms])

    def is_in(self, text: pl.Series, words: pl.Series) -> bool:
        """Tell whether a normalised text says it other than in what stays."""
        for other in self.kept:
            text = text.str.replace_all(other, " ", literal=True)
        return bool(self.mark(text, part_words(text) if self.kept else words)[0])


@dataclass(frozen=True)
class Remnant:
    """A place where something of a withdrawn thing still stands."""

    place: str
    kind: str
    text: str


@dataclass(frozen=True)
class AuditResult:
    """How many names are withdrawn, how much was looked for in how many files and parts of
    files, and what was found. `kept` is what stays and holds a name: an address, or the name of
    something else; another build says it too. For what is `idle`, nothing could be looked
    for: no source tells what to look for. Each has the reason that known_findings.csv gives, or
    "". Outputs that are `older` than the last withdrawal count as holding it, whatever was found
    in them. `returns` are who may have come back, and is closed until somebody answers; `mentions`
    what may mean somebody, is public, and is not in known_findings.csv. `unread` is the code of a
    message about what could not be read of the sources, or ""."""

    names: int
    needles: int
    pieces: int
    left: tuple[Remnant, ...]
    kept: tuple[Remnant, ...] = ()
    idle: tuple[tuple[IdleWithdrawal, str], ...] = ()
    older: tuple[str, ...] = ()
    returns: tuple[LikelyReturn, ...] = ()
    mentions: tuple[LikelyReturn, ...] = ()
    unread: str = ""


@dataclass(frozen=True, eq=False)
class UnfilteredGraph:
    """The graph of all sources in their names, nothing taken out, the policy for it, the
    withdrawals, and those that take nothing down."""

    graph: ColumnGraph
    policy: Policy
    withdrawals: Withdrawals = field(default_factory=Withdrawals)
    idle: tuple[IdleWithdrawal, ...] = ()


def map_everything(project: Project, only: str = "", skip: Skip = NO_ROWS) -> UnfilteredGraph:
    """Map all that the sources of a project say, or one of them, but for the rows of `skip`."""
    ledger, ontology = read_ledger(project.judgements_file), load(project)
    sources = tuple(source for source in project.sources if only in ("", source.name))
    mapped = map_sources(
        project, plan_sources(project, sources), ontology, lambda _: None, skip=skip
    )
    policy = policy_of(project, sources, ontology, ledger, mapped.graph, rooms=mapped.rooms)
    down, asked = withdrawals_of(project), {each.withdrawn for each in policy.returns}
    return UnfilteredGraph(
        mapped.graph, policy, down, tuple(down.find_idle(ledger, mapped.graph, asked))
    )


def map_readable(project: Project, only: str = "") -> tuple[UnfilteredGraph, str]:
    """Map what can be read of the sources, or of one of them: without the rows that are wrong,
    else the withdrawals alone, whose names are known; and the code of what to say of the rest."""
    with suppress(HrdgraphError):
        if project.sources:
            return map_everything(project, only), ""
    with suppress(HrdgraphError):
        inputs = read_inputs(with_kinds(project), BuildOptions(on_error="cell"))
        if rows := inputs.left_out.rows:
            return map_everything(project, only, rows), "withdrawal-rows-unread"
    return UnfilteredGraph(ColumnGraph.from_quads(()), Policy(), withdrawals_of(project)), UNREAD


def search(project: Project, paths: Iterable[Path]) -> AuditResult:
    """Look for everything that told of the withdrawn things, in what is packed too, in all files
    below `paths`. What a build keeps for whoever builds is passed over."""
    paths = tuple(paths)
    whole, unread = map_readable(project)
    standing = whole.withdrawals.standing
    levels = (Level.PUBLIC, Level.RESTRICTED) if standing else ()
    needles = {level: needles_of(project, whole, level) for level in levels}
    traces = [
        [Remnant(place, needle.kind, needle.text) for needle in needles_in(data, own)]
        for path in (paths if needles else ())
        for own in [needles[_level(project, path)]]
        for place, data in pieces(path, lambda inner: inner.name == PRIVATE)
    ]
    every = dict.fromkeys(needle for own in needles.values() for needle in own)
    # what is under way in the workbench was not made of a build
    drafts = (project.drafts_dir.resolve(), project_state(project.root).resolve())
    outputs = [path for path in paths if not any(map(path.resolve().is_relative_to, drafts))]
    known = {(row.rule, row.focus): row.why for row in read_known(project.known_findings_file)}
    mentions = find_mentions(whole.withdrawals, publish_graph(whole.graph, whole.policy).graph)
    return AuditResult(
        len(standing),
        len({needle.text for needle in every}),
        len(traces),
        tuple(item for each in traces for item in each),
        tuple(
            Remnant(text, needle.kind, needle.text)
            for needle in every
            if needle.kind == "a name"
            for text in needle.kept
        ),
        tuple(
            (item, known.get((IDLE, item.row.iri)) or known.get((IDLE, ANY), ""))
            for item in whole.idle
        ),
        tuple(map(str, list_older_outputs(project, outputs))),
        whole.policy.returns,
        tuple(
            each for each in mentions if not known.keys() & {(MENTION, each.iri), (MENTION, ANY)}
        ),
        unread,
    )


def _level(project: Project, path: Path) -> Level:
    """Return what is shown in a place: more in the build with what is restricted."""
    is_restricted = path.resolve().is_relative_to(project.for_restricted().build_dir.resolve())
    return Level.RESTRICTED if is_restricted else Level.PUBLIC


def needles_of(project: Project, whole: UnfilteredGraph, shown: Level) -> list[Needle]:
    """List the names of the withdrawn things, and every term that is shown without the withdrawals
    and not with them: its IRI too, which may hold a name."""
    graph, policy = whole.graph, replace(whole.policy, shown=shown)
    after = publish_graph(graph, policy).graph
    before = publish_graph(graph, replace(policy, withdrawn=frozenset())).graph
    columns = Columns.of(graph)
    named = columns.having("p", find(graph, NAMES))
    named &= columns.having("s", find(graph, policy.withdrawn))
    texts = [text for each in whole.withdrawals.list_traits(NAME).values() for text in each]
    texts += [
        word for text in graph.terms.filter(columns.objects(named)) for word in read_words(text)
    ]
    names = {text: (normalise(text),) for text in texts if is_telling(normalise(text))}
    needles = [Needle("a name", text, forms) for text, forms in sorted(names.items())]
    is_name = set[str]().union(*names.values())
    for text in sorted(set(before.terms) - set(after.terms)):
        needles += _needles_of_term(text, project.base, is_name)
    rest = _texts_with(needles, after.terms)
    words = part_words(rest)
    marked = (
        replace(needle, kept=tuple(rest.filter(needle.mark(rest, words)))) for needle in needles
    )
    # what others say too may stand in a file for them
    return [needle for needle in marked if needle.kind != "words" or not needle.kept]


def _needles_of_term(text: str, base: str, names: set[str]) -> Iterator[Needle]:
    if text.startswith("<"):
        iri = text[1:-1]
        short = iri.removeprefix(base)
        more = [short] if short != iri and len(short) >= _LONG else []
        yield Needle("an IRI", iri, tuple(map(read_plain, [iri, *more])))
    for word in read_words(text):
        form = normalise(word)
        if form not in names and len(form) >= _LONG and any(map(str.isalpha, form)):
            yield Needle("words", word, (form,))


def _texts_with(needles: Iterable[Needle], terms: pl.Series) -> pl.Series:
    """List the texts of terms that hold any needle, normalised, the longest first; of IRIs the
    last parts too, which stand alone where a prefix is written for the rest."""
    texts = set[str]().union(*map(read_plain_words, terms))
    for iri in (read_plain(text[1:-1]) for text in terms if text.startswith("<")):
        parts = re.split("[/#]", iri)
        texts |= {iri, *("/".join(parts[-count:]) for count in (1, 2, 3))}
    series = pl.Series(sorted(texts - {""}, key=len, reverse=True), dtype=pl.String)
    return series.filter(
        series.str.contains_any([form for needle in needles for form in needle.probes])
    )


def needles_in(data: bytes, needles: Iterable[Needle]) -> list[Needle]:
    """Find the needles that stand in the bytes of a file, however they are written there."""
    wanted, needles_here = list(needles), dict[Needle, None]()
    forms = [form for needle in wanted for form in needle.probes]
    for start in range(0, len(data), _WINDOW):
        part = data[start : start + _WINDOW + _OVERLAP]
        text = read_plain(_IS_A.sub(" rdf:type ", part.decode("utf-8", "replace")))
        texts = pl.Series([text])
        if texts.str.contains_any(forms)[0]:
            words = part_words(texts)
            # in what is no text, a letter before a name is no initial
            needles_here |= dict.fromkeys(
                n for n in wanted if any(map(text.__contains__, n.probes)) and n.is_in(texts, words)
                if b"\0" not in part or not _INITIAL.search(n.text) or n.text.encode() in part
            )  # fmt: skip
        if b"\0" in part:  # as some programs keep their texts
            needles_here |= dict.fromkeys(n for n in wanted if n.text.encode("utf-16-le") in part)
    return list(needles_here)


def read_plain(text: str) -> str:
    """Return a text normalised, without the escapes of RDF, JSON, HTML and addresses."""
    if "\\" in text:
        text = _ESCAPED.sub(_unescape, text)
    if "&" in text:
        text = html.unescape(text)
    if "%" in text:
        text = _QUOTED.sub(lambda match: unquote(match[0]), text)
    return normalise(text)


def _unescape(match: re.Match[str]) -> str:
    text = match[0]
    if text[1] == "u":  # of a letter beyond the first plane there are two
        return bytes.fromhex(text.replace("\\u", "")).decode("utf-16-be", "replace")
    if text[1] == "U":
        return chr(min(int(text[2:], 16), 0x10FFFF))
    return " " if text[1] in "nrt" else text[1]


def pieces(path: Path, skipped: Callable[[Path], bool] = lambda _: False) -> Iterator[Piece]:
    """Yield every piece below a path with its place; a store also as the statements that it
    answers with."""
    if path.is_dir():
        if (path / _STORE).is_file():
            yield f"{path} (its statements)", _dump(path)
        for inner in sorted(path.iterdir()):
            if not skipped(inner):
                yield from pieces(inner, skipped)
    elif path.is_file():
        yield str(path), path.name.encode()
        yield from _open(str(path), path.read_bytes())


def _open(place: str, data: bytes, depth: int = 4) -> Iterator[Piece]:
    yield place, data
    if depth == 0:
        return
    if data.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield f"{place}!{name}", name.encode()
                yield from _open(f"{place}!{name}", archive.read(name), depth - 1)
    elif data.startswith(b"PAR1"):
        yield f"{place} (its columns)", _column_texts(data)
    else:
        for magic, unpack in _PACKERS.items():
            if data.startswith(magic):
                yield from _open(f"{place} (unpacked)", unpack(data), depth - 1)


def _column_texts(data: bytes) -> bytes:
    """Return all texts of a Parquet file."""
    frame = pl.read_parquet(io.BytesIO(data))
    columns = (frame[name].cast(pl.String, strict=False).fill_null("") for name in frame.columns)
    return "\n".join(text for column in columns for text in column).encode()


def _dump(folder: Path) -> bytes:
    with OxigraphStore.open(folder) as store:
        rows = store.query("SELECT ?s ?p ?o ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
        assert isinstance(rows, Solutions)
        return "\n".join(
            " ".join(term.n3() for term in row if term is not None) for row in rows.rows
        ).encode()
