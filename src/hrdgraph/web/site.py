"""A built graph into a site of files, whole or not at all: pages by several processes, then what
they need, then one rename."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import unquote, urlsplit

from hrdgraph.atomic_files import told, whole_folder
from hrdgraph.errors import HrdgraphError, Origin, OutputError
from hrdgraph.exports.graph_texts import turtle
from hrdgraph.exports.names import ExportOptions
from hrdgraph.exports.subset import LABELS, LinkIndex, Selection, select
from hrdgraph.processes.bounds import die_with
from hrdgraph.project.model import SITE_MARK
from hrdgraph.queries import write as write_answer
from hrdgraph.rdf import ColumnGraph
from hrdgraph.store import Answer
from hrdgraph.vocab import DCTERMS
from hrdgraph.web.json_api.downloads import Downloads
from hrdgraph.web.machines.dataset import FORMATS, DataSet, examples
from hrdgraph.web.pages.claim_nodes import is_claim
from hrdgraph.web.pages.claim_view import anchor_of
from hrdgraph.web.pages.documents import Documents, Feed, checksums, robots, sitemaps
from hrdgraph.web.pages.links import Links, asset, file_name
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.site import Site, Thing
from hrdgraph.web.pages.views.about import FILES
from hrdgraph.web.pages.views.ontology import ontology_files
from hrdgraph.web.pages.views.questions import can_be_asked, given_to, pieces_of

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from hrdgraph.library.graph import Graph


_USED = re.compile(r"(?:^|[\s,;^])([a-z][a-z0-9-]*):")
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')
_PREFIX = re.compile(r"(?:@prefix|@base) .*\n")


class AllData:
    """The data of the things of a site, for one who wants most of them. Each format is prepared
    when it is first asked for."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._graph = site.graph.columns.triples()

    def of(self, thing: Thing, ending: str) -> bytes:
        """The document of a thing in the format with an ending: ttl, jsonld or nt."""
        if ending == "jsonld":
            return self._jsonld(thing)
        return self._turtle(thing) if ending == "ttl" else self._ntriples(thing)

    @cached_property
    def _index(self) -> LinkIndex:
        return LinkIndex.of(self._graph)

    def _selection(self, thing: Thing) -> tuple[int, Selection]:
        position = self._graph.position(f"<{thing.iri}>")
        if position is None:
            raise KeyError(thing.iri)
        return position, select(self._index, position)

    def _ntriples(self, thing: Thing) -> bytes:
        terms = self._terms
        _, rows = self._rows(thing)
        return "".join(f"{terms[s]} {terms[p]} {terms[o]} .\n" for s, p, o in rows).encode()

    def _rows(self, thing: Thing) -> tuple[int, list[tuple[int, int, int]]]:
        """The position of a thing, and all that belongs to it."""
        position, selection = self._selection(thing)
        outgoing = self._index.outgoing
        shown = [(s, p, o) for s in selection.full for p, o in outgoing.get(s, ())]
        shown += [
            (s, p, o)
            for s in selection.labelled
            for p, o in outgoing.get(s, ())
            if p in self._label_predicates
        ]
        shown += [
            (s, p, position)
            for p, s in self._index.incoming.get(position, ())
            if p == self._replaced
        ]
        return position, sorted(set(shown))

    def _turtle(self, thing: Thing) -> bytes:
        position, selection = self._selection(thing)
        full, labels = self._blocks, self._label_blocks
        found = {s: full[s] for s in selection.full if s in full} | {
            s: labels[s] for s in selection.labelled if s in labels
        }
        found |= self._alias_blocks(position, found)
        body = " .\n\n".join(text for _, text in sorted(found.items()))
        return f"{self._header(body)}{body} .\n".encode()

    def _alias_blocks(self, position: int, found: Mapping[int, str]) -> dict[int, str]:
        aliases = [
            s
            for p, s in self._index.incoming.get(position, ())
            if p == self._replaced and s not in found
        ]
        return {s: self._blocks[s] for s in aliases if s in self._blocks}

    def _header(self, body: str) -> str:
        """The prefixes that a document uses."""
        # for rdf:type, as the export has it
        used = set(_USED.findall(_LITERAL.sub("", body))) | ({"rdf"} if " a " in body else set())
        lines = [
            line
            for line in self._prefixes
            if line.startswith("@base") or line.split()[1].rstrip(":") in used
        ]
        return "".join(lines) + ("\n" if lines else "")

    def _jsonld(self, thing: Thing) -> bytes:
        position, rows = self._rows(thing)
        return self._documents.of(position, rows, self._terms)

    @cached_property
    def _documents(self) -> Documents:
        return Documents(self._site)

    @cached_property
    def _terms(self) -> list[str]:
        return self._graph.terms.to_list()

    @cached_property
    def _label_predicates(self) -> frozenset[int]:
        return frozenset(
            place for term in LABELS if (place := self._graph.position(term)) is not None
        )

    @cached_property
    def _replaced(self) -> int:
        place = self._graph.position(DCTERMS.isReplacedBy)
        return -1 if place is None else place

    @cached_property
    def _text(self) -> str:
        return self._written(self._graph)

    def _written(self, graph: ColumnGraph) -> str:
        return b"".join(turtle(graph, ExportOptions(None, self._site.base))).decode()

    @cached_property
    def _prefixes(self) -> list[str]:
        return _PREFIX.findall(self._text)

    @cached_property
    def _blocks(self) -> dict[int, str]:
        return self._cut(self._text, self._graph)

    @cached_property
    def _label_blocks(self) -> dict[int, str]:
        """The blocks with labels only."""
        wanted = self._label_predicates
        kept = self._graph.quads["p"].is_in(list(wanted))
        graph = ColumnGraph(self._graph.terms, self._graph.quads.filter(kept))
        return self._cut(self._written(graph), graph)

    def _cut(self, text: str, graph: ColumnGraph) -> dict[int, str]:
        """Turtle cut into its subjects: blocks stand in the order of subjects, with an empty
        line between."""
        body = _PREFIX.sub("", text).strip()
        blocks = body.removesuffix(" .").split(" .\n\n") if body else []
        subjects: Iterable[int] = graph.quads["s"].unique().sort().to_list()
        return dict(zip(subjects, blocks, strict=True))


# whose pages tell claims one by one, the best home first
_HOMES: Final = ("person", "organisation", "edition")
_OWN: Final = ("event", "act")  # these have pages of their own: others are told on them


def claim_homes(site: Site) -> dict[str, str]:
    """The key of a page and a place on it, for the key of each claim that another page tells in
    full."""
    found: dict[str, str] = {}
    for kind in _HOMES:
        for node, its_kind in site.kinds.items():
            if its_kind == kind:
                for claim in site.told.of(node):
                    if is_claim(site.kinds[claim]) and site.kinds[claim] not in _OWN:
                        key = site.key_of(claim)
                        found.setdefault(key, f"{site.key_of(node)}#{anchor_of(key)}")
    return found


ENDING: Final = ".html"
DATA: Final = "jsonld"  # of each thing; the whole graph is there in every format
_TOLD: Final = 250  # pages between two words on how far it is


def write_part(parent: int, root: str, target: str, address: str, part: int, parts: int) -> None:
    """Open the graph of a project and write every `parts`-th of its pages and data, beginning
    with `part`, for a process that this one ends with."""
    die_with(parent)
    from hrdgraph.library.graph import open_graph

    write_pages(Pages(Site.of(open_graph(root), address=address)), Path(target), part, parts)


def write_pages(
    pages: Pages,
    target: Path,
    part: int = 0,
    parts: int = 1,
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> None:
    """Write a part of the pages of a prepared site, and of the data of its things."""
    data, homes = AllData(pages.site), claim_homes(pages.site)
    jobs = [(language, path) for path in paths(pages, homes) for language in pages.site.languages]
    mine = jobs[part::parts]
    for number, (language, path) in enumerate(mine):
        if number % _TOLD == 0:
            progress(number * parts, len(jobs))
        file = page_file(language, path)
        made = pages.page(language, path, replace(links_from(file, language), homes=homes))
        assert made is not None, path
        write_bytes(target / file, made.body)
    things = [thing for thing in pages.site.things.values() if thing.key not in homes]
    for thing in things[part::parts]:
        write_bytes(target / f"data/{file_name(thing.key)}.{DATA}", data.of(thing, DATA))


def paths(pages: Pages, homes: Mapping[str, str]) -> Iterator[str]:
    """The paths of the pages that a site has: none of what is told on another page."""
    return (path for path in pages.paths() if path.removeprefix("id/") not in homes)


def page_file(language: str, path: str) -> str:
    """The file of a page below the folder of the site."""
    return f"{language}/{file_name(path) if path else 'index'}{ENDING}"


def links_from(file: str, language: str = "") -> Links:
    """The addresses that are right on a page in a file, of a language where it lies in its
    folder."""
    return Links("../" * file.count("/"), ENDING, language)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a new file, and the folders above it where they are missing. OutputError where
    another page has it already."""
    try:
        with _opened(path) as stream:
            stream.write(data)
    except FileExistsError as error:
        hint = "give-two-things-another-key"
        raise OutputError("pages-collide", file=path.name, hint=hint) from error


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")


_MARK: Final = (
    "written by hrdgraph site with these files; it may replace this folder while it has no others"
)
_FEW: Final = 1500  # pages that one process writes sooner than another starts

Progress = Callable[[str], None]
Counted = Callable[[int, int], None]  # pages written, of so many


def write_site(
    graph: Graph,
    target: Path,
    *,
    address: str = "",
    processes: int = 1,
    progress: Progress = lambda _: None,
    counted: Counted = lambda _, __: None,
) -> int:
    """Write the site of a built graph to a folder; returns the number of its files.

    Equal builds give equal bytes. `address` is where the site will stand, for sitemaps and
    canonical links; `counted` is told how many pages are written. A folder that is there is
    replaced only if it is such a site, or empty. Raises OutputError, and leaves what was there,
    where anything fails.
    """
    target = target.resolve()
    with told(target), whole_folder(_replaceable(target)) as partial:
        progress("reading the graph")
        pages = Pages(Site.of(graph, address=address))
        progress("writing pages")
        _write_all(pages, partial, processes, counted)
        for name, write in EXTRAS:
            progress(f"writing {name}")
            write(pages, partial)
        write_bytes(partial / SITE_MARK, "\n".join([_MARK, *sorted(_held(partial)), ""]).encode())
        return sum(len(files) for _, _, files in os.walk(partial))


def _held(folder: Path) -> set[str]:
    """The files and folders below a folder, by their paths in it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def _write_all(pages: Pages, partial: Path, processes: int, counted: Counted) -> None:
    """Share the pages out: this process has the graph already, each other one reads it anew."""
    homes = claim_homes(pages.site)
    count = sum(1 for _ in paths(pages, homes)) * len(pages.site.languages)
    parts = max(1, min(processes, count // _FEW))
    # a fork would take the threads of the column library along
    context = multiprocessing.get_context("spawn")
    arguments = (
        os.getpid(), str(pages.site.graph.project.root), str(partial), pages.site.address
    )  # fmt: skip
    others = [
        context.Process(target=write_part, args=(*arguments, part, parts))
        for part in range(1, parts)
    ]
    try:
        for process in others:
            process.start()
        write_pages(pages, partial, 0, parts, counted)
        _join(others)
    finally:
        for process in others:
            process.kill() if process.is_alive() else None


def _join(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.join()
        if process.exitcode:
            raise OutputError("page-writer-failed")


def _replaceable(target: Path) -> Path:
    """The folder itself, where a site may take its place. OutputError otherwise."""
    if target.exists() and not target.is_dir():
        raise OutputError("file-instead-of-folder", origin=Origin(str(target)))
    if target.is_dir() and (strange := min(_strange(target), default="")):
        hint = "choose-new-folder-or-keep"
        raise OutputError(
            "folder-holds-other-things", name=strange, origin=Origin(str(target)), hint=hint
        )
    return target


def _strange(target: Path) -> set[str]:
    """What is in a folder, but was not written there with a site."""
    mark = target / SITE_MARK
    return _held(target) - (
        {SITE_MARK, *mark.read_text("utf-8").splitlines()} if mark.is_file() else set()
    )


MOVED: Final = "static/moved.json"
_ASSETS: Final = (
    "site.css",
    "site.js",
    "icon.svg",
    "card.png",
    "vendor/vendor.json",
    "vendor/world-atlas.LICENSE.txt",
)


def write_questions(pages: Pages, target: Path) -> None:
    """The pages of saved queries, and the answers of those that need no value."""
    homes = claim_homes(pages.site)
    for query in pages.site.queries.questions:
        for language in pages.site.languages:
            given = given_to(query, {}, language)
            answer: Answer | HrdgraphError | None = None
            if can_be_asked(query, given):
                answer = pages.site.graph.answer(query.name, given)
                for ending in ("csv", "json"):
                    write_bytes(
                        target / f"queries/{query.name}.{language}.{ending}",
                        write_answer(answer, ending),
                    )
            for piece in range(1, pieces_of(answer) + 1):
                path = f"queries/{query.name}/{piece}" if piece > 1 else f"queries/{query.name}"
                file = page_file(language, path)
                links = replace(links_from(file, language), homes=homes)
                made = pages.question(language, query, given, answer, links, piece)
                write_bytes(target / file, made.body)


def write_files(pages: Pages, target: Path) -> None:
    """The files of the build with their checksums, the ontology, the JSON-LD context, style and
    script, the index of names."""
    project = pages.site.graph.project
    for name, _, _ in FILES:
        if (pages.site.files / name).is_file():
            (target / "files").mkdir(exist_ok=True)
            shutil.copyfile(pages.site.files / name, target / "files" / name)
    for file in Downloads(pages.site).files:
        write_bytes(target / "files" / file.name, file.data)
    write_bytes(target / "files/SHA256SUMS", checksums(pages.site.manifest))
    for _, name in ontology_files(pages.desk(pages.site.languages[0], Links())):
        write_bytes(target / "ontology" / name, (project.ontology_dir / name).read_bytes())
    path, context = pages.site.context
    write_bytes(target / path, context)
    for name in _ASSETS:
        write_bytes(target / "static" / name, asset(name))
    write_bytes(target / "static/things.json", pages.index.document())


def write_machines(pages: Pages, target: Path) -> None:
    """The description of the data set, and examples of queries. A folder of files has no
    endpoint that they could name."""
    site, data_set = pages.site, DataSet(pages.site)
    for name in FORMATS:
        write_bytes(target / f"void.{name}", data_set.document(site.address, name, endpoint=False))
    write_bytes(target / ".well-known/void", data_set.document(site.address, "ttl", endpoint=False))
    write_bytes(target / "queries/examples.ttl", examples(site, site.address, endpoint=False))


def write_moved(pages: Pages, target: Path) -> None:
    """Where old addresses lead, and those of claims that have no page of their own: for hosts
    that read `_redirects`, and for the page for what is missing. None where a thing was
    withdrawn: the name of the address would say who it was."""
    site, homes = pages.site, claim_homes(pages.site)
    keys = {key: site.things[node].key for key, node in sorted(site.aliases.items())}
    moved = {key: homes.get(new, new) for key, new in keys.items()} | homes
    top, language = urlsplit(site.address).path or "/", site.languages[0]
    near, places = Links("", ENDING), {}
    lines = []
    for key, home in sorted(moved.items()):
        if not (target / page_file(language, f"id/{key}")).exists():
            page, _, place = home.partition("#")
            old, new = (near.thing("", one).removeprefix("/") for one in (key, page))
            led = f"{new}#{place}" if place else new
            lines += [
                f"{top}{old.removesuffix(ENDING)} {top}{language}/{led} 301\n",
                f"{top}:lang/{old} {top}:lang/{led} 301\n",
            ]
            places[unquote(old.removesuffix(ENDING))] = led
    write_bytes(target / "_redirects", "".join(lines).encode())
    text = json.dumps(places, ensure_ascii=False, separators=(",", ":"))
    write_bytes(target / MOVED, text.encode())


def write_entrance(pages: Pages, target: Path) -> None:
    """The home page at the top, the page for what is missing, and what crawlers ask for."""
    first, address = pages.site.languages[0], pages.site.address
    homes = claim_homes(pages.site)
    home = pages.page(first, "", replace(links_from("index.html"), homes=homes))
    assert home is not None
    write_bytes(target / "index.html", home.body)
    # it is shown at addresses of any depth, so its links begin at the top of the host
    top = Links(urlsplit(address).path or "/", ENDING)
    write_bytes(target / "404.html", pages.missing(first, top).body)
    write_bytes(target / "robots.txt", robots(address))
    for language in pages.site.languages:
        feed = Feed(pages.site).document(language, address)
        write_bytes(target / language / "feed.atom", feed)
    if address:
        for name, body in sitemaps(pages, address, Links(address, ENDING)).items():
            write_bytes(target / file_name(name), body)


EXTRAS: Final[tuple[tuple[str, Callable[[Pages, Path], None]], ...]] = (
    ("answers to queries", write_questions),
    ("files", write_files),
    ("what machines read", write_machines),
    ("addresses that have moved", write_moved),
    ("the entrance", write_entrance),
)
