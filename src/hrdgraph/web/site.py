"""Write a built graph as a site of files, whole or not at all: pages by several processes, then
what they need, then one rename."""

from __future__ import annotations

import gc
import gzip
import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from hrdgraph.atomic_files import whole_folder, writing_to
from hrdgraph.errors import HrdgraphError, Origin, OutputError
from hrdgraph.ontology import files_of_ontology
from hrdgraph.processes.bounds import die_with
from hrdgraph.project.model import SITE_MARK
from hrdgraph.queries.output import write as write_answer
from hrdgraph.store.contract import Answer
from hrdgraph.vocab import HRD
from hrdgraph.web.json_api.downloads import Downloads
from hrdgraph.web.json_api.lists import Lists
from hrdgraph.web.json_api.records import Records
from hrdgraph.web.machines.dataset import FORMATS, DataSet, examples
from hrdgraph.web.pages.claim_nodes import earliest
from hrdgraph.web.pages.claim_view import anchor_of
from hrdgraph.web.pages.documents import Feed, SitemapFiles, checksums, robots
from hrdgraph.web.pages.labels import Labels
from hrdgraph.web.pages.links import Links, asset, file_name
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.site import Site
from hrdgraph.web.pages.views.about import files_of
from hrdgraph.web.pages.views.questions import (
    MOST_PIECES,
    answer_name,
    can_be_asked,
    pieces_of,
    values_given,
)
from hrdgraph.web.pages.views.sources import publisher_anchor
from hrdgraph.web.pages.views.thing import SharedPage, list_claims_of_page

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from hrdgraph.library.graph import Graph


# what has pages in a large site, the best home of claims first; lists and searches lead to them
_SOUGHT: Final = ("person", "organisation", "group", "award", "country", "place")
_HOMES: Final = ("person", "organisation", "edition")  # in a small one, where events have pages too
_OWN: Final = ("event", "act")
_SMALL: Final = 500  # things that have pages of their own in a site of any size
_STATEMENTS: Final = 150  # for each page of a thing in a large site
_TOGETHER: Final = 25  # things on a page that they share


class HomesOfThings(NamedTuple):
    """Where things stand that have no page of their own in a site of files. `homes` gives, by the
    path of such a thing, the page and the place on it; `shared` are pages of several things."""

    homes: Mapping[str, str]
    shared: Mapping[str, SharedPage]


def place_things(site: Site) -> HomesOfThings:
    """Decide what has a page of its own.

    In a small site that is everything but claims. In a large one it is what most is told of: a
    person of whom one thing is known shares a page with others, editions are told by their awards,
    events and claims by the people that they are about, documents by their sources. So the number
    of pages grows with the statements and not with the things.
    """
    most = max(_SMALL, len(site.graph) // _STATEMENTS)
    claims = sum(
        site.topics.is_claim(node) and kind not in _OWN for node, kind in site.kinds.items()
    )
    if len(site.kinds) - claims + len(site.documents) <= most:
        nodes = _of_kinds(site, _HOMES)
        return HomesOfThings(
            _claims_on(site, {node: f"id/{site.key_of(node)}" for node in nodes}), {}
        )
    return _large(site, most)


def _of_kinds(site: Site, kinds: Sequence[str]) -> list[int]:
    return [node for kind in kinds for node, its_kind in site.kinds.items() if its_kind == kind]


def _claims_on(site: Site, pages: Mapping[int, str], *own: str) -> dict[str, str]:
    """Return the places of claims on the first page that tells each."""
    homes: dict[str, str] = {}
    for node, page in pages.items():
        for claim in list_claims_of_page(site, node)[0]:
            if site.kinds[claim] not in own:
                key = site.key_of(claim)
                homes.setdefault(f"id/{key}", f"{page}#{anchor_of(key)}")
    return homes


def _large(site: Site, most: int) -> HomesOfThings:
    sought, rdf = _of_kinds(site, _SOUGHT), site.rdf
    weights = {node: _weight(site, node) for node in sought}
    ranked = sorted(weights.values(), reverse=True)
    least = ranked[most] + 1 if len(ranked) > most else 0
    own = {node: f"id/{site.key_of(node)}" for node in sought if weights[node] >= least}
    thin = _share(site, [node for node in sought if node not in own])
    places = {node: page.path for page in thin for node in page.nodes}
    homes = _claims_on(site, {node: own.get(node) or places[node] for node in sought})
    for node in _of_kinds(site, ("edition",)):
        if award := own.get(rdf.first(node, HRD.editionOf)):
            homes[f"id/{site.key_of(node)}"] = f"{award}#{anchor_of(site.key_of(node))}"
    for key, node in site.documents_by_key.items():
        publisher = site.documents[node].publisher or site.documents[node].host
        if source := site.publishers.get(publisher):
            homes[f"documents/{key}"] = f"sources/{source}#{publisher_anchor(publisher)}"
    acts = {node: rdf.subjects(HRD.act, node) for node in _of_kinds(site, ("act",))}
    left = (node for node in site.kinds if node not in weights and not acts.get(node))
    rest = _share(site, [node for node in left if f"id/{site.key_of(node)}" not in homes])
    for page in (*thin, *rest):
        for key in map(site.key_of, page.nodes):
            homes[f"id/{key}"] = f"{page.path}#{anchor_of(key)}"
    for node, events in acts.items():
        if events:
            homes[f"id/{site.key_of(node)}"] = homes[f"id/{site.key_of(events[0])}"]
    return HomesOfThings(homes, {page.path: page for page in (*thin, *rest)})


def _weight(site: Site, node: int) -> int:
    """Return how much is told of a thing. Awards tell their editions."""
    if site.kinds[node] == "award":
        return len(site.kinds)
    people = site.people_of(node) if site.kinds[node] in ("country", "place") else ()
    return len(site.topics.of(node)) + len(people)


def _share(site: Site, nodes: Iterable[int]) -> list[SharedPage]:
    """Return the pages that things share, those of a kind by their keys."""
    kinds: dict[str, list[int]] = {}
    for node in nodes:
        kinds.setdefault(site.kinds[node], []).append(node)
    pages = []
    for kind, members in kinds.items():
        members.sort(key=site.key_of)
        parts = [members[at : at + _TOGETHER] for at in range(0, len(members), _TOGETHER)]
        pages += [
            SharedPage(kind, number, len(parts), tuple(part))
            for number, part in enumerate(parts, 1)
        ]
    return pages


ENDING: Final = ".html"
_TOLD: Final = 250  # pages between two words on how far it is


def write_part(parent: int, root: str, target: str, address: str, part: int, parts: int) -> None:
    """Open the graph of a project and write every `parts`-th of its pages, beginning with `part`,
    for a process that this one ends with."""
    die_with(parent)
    gc.disable()
    from hrdgraph.library.graph import Graph
    from hrdgraph.project import open_project

    site = Site.of(Graph(open_project(Path(root))), address=address)
    write_pages(Pages(site), place_things(site), Path(target), part, parts)


def write_pages(
    pages: Pages, placed: HomesOfThings, target: Path, part: int = 0, parts: int = 1,
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> None:  # fmt: skip
    """Write a part of the pages of a prepared site."""
    jobs = [(language, path) for path in paths(pages, placed) for language in pages.site.languages]
    mine = jobs[part::parts]
    for number, (language, path) in enumerate(mine):
        if number % _TOLD == 0:
            progress(number * parts, len(jobs))
        file = page_file(language, path)
        links = replace(links_from(file, language), here=path, homes=placed.homes)
        shared = placed.shared.get(path)
        response = (
            pages.shared_page(language, shared, links)
            if shared
            else pages.page(language, path, links)
        )
        assert response is not None, path
        write_bytes(target / file, response.body)


def paths(pages: Pages, placed: HomesOfThings) -> Iterator[str]:
    """Yield the paths of the pages that a site has: none of what is told on another page."""
    yield from (path for path in pages.paths() if path not in placed.homes)
    yield from placed.shared


def page_file(language: str, path: str) -> str:
    """Return the file of a page below the folder of the site."""
    return f"{language}/{file_name(path) if path else 'index'}{ENDING}"


def links_from(file: str, language: str = "") -> Links:
    """Return the addresses that are right on a page in a file, of a language where it lies in its
    folder."""
    return Links("../" * file.count("/"), ENDING, language)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a new file, and the folders above it where they are missing. OutputError where
    another page has it already."""
    try:
        with _open_new(path) as stream:
            stream.write(data)
    except FileExistsError as error:
        hint = "give-two-things-another-key"
        raise OutputError("pages-collide", file=path.name, hint=hint) from error


def _open_new(path: Path) -> BinaryIO:
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
    graph: Graph, target: Path, *, address: str = "", processes: int = 1,
    progress: Progress = lambda _: None, counted: Counted = lambda _, __: None,
) -> int:  # fmt: skip
    """Write the site of a built graph to a folder; returns the number of its files.

    Equal builds give equal bytes. `address` is where the site will stand, for sitemaps and
    canonical links; `counted` is told how many pages are written. A folder that is there is
    replaced only if it is such a site, or empty. Raises OutputError, and leaves what was there,
    where anything fails.
    """
    target = target.resolve()
    with ExitStack() as end, writing_to(target), whole_folder(_replaceable(target)) as partial:
        end.callback(gc.enable)
        gc.disable()  # to look for the few cycles of a site takes a third of its time
        progress("reading")
        pages = Pages(Site.of(graph, address=address))
        placed = place_things(pages.site)
        progress("writing")
        _write_all(pages, placed, partial, processes, counted)
        for write in EXTRAS:
            progress("writing")
            write(pages, placed, partial)
        write_bytes(
            partial / SITE_MARK, "\n".join([_MARK, *sorted(_list_files(partial)), ""]).encode()
        )
        return sum(len(files) for _, _, files in os.walk(partial))


def _list_files(folder: Path) -> set[str]:
    """List the files and folders below a folder, by their paths in it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def _write_all(
    pages: Pages, placed: HomesOfThings, partial: Path, processes: int, counted: Counted
) -> None:
    """Share the pages out: this process has the graph already, each other one reads it anew."""
    count = sum(1 for _ in paths(pages, placed)) * len(pages.site.languages)
    parts = max(1, min(processes, count // _FEW))
    # a fork would take the threads of the column library along
    context = multiprocessing.get_context("spawn")
    arguments = (
        os.getpid(), str(pages.site.graph.project.root), str(partial), pages.site.address
    )  # fmt: skip
    more_processes = [
        context.Process(target=write_part, args=(*arguments, part, parts))
        for part in range(1, parts)
    ]
    try:
        for process in more_processes:
            process.start()
        write_pages(pages, placed, partial, 0, parts, counted)
        _join(more_processes)
    finally:
        for process in more_processes:
            process.kill() if process.is_alive() else None


def _join(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.join()
        if process.exitcode:
            raise OutputError("process-ended", hint="is-memory-left")


def _replaceable(target: Path) -> Path:
    """Return the folder itself, where a site may take its place. OutputError otherwise."""
    if target.exists() and not target.is_dir():
        raise OutputError("file-instead-of-folder", origin=Origin(str(target)))
    if target.is_dir() and (strange := min(_strange(target), default="")):
        hint = "choose-place"
        raise OutputError(
            "folder-holds-other-file", name=strange, origin=Origin(str(target)), hint=hint
        )
    return target


def _strange(target: Path) -> set[str]:
    """List what is in a folder, but was not written there with a site."""
    mark = target / SITE_MARK
    return _list_files(target) - (
        {SITE_MARK, *mark.read_text("utf-8").splitlines()} if mark.is_file() else set()
    )


# what but a script reads is in gzip, which it unpacks
INDEX: Final = "static/things.json.gz"
MOVED: Final = "static/moved.json.gz"
_REDIRECTS: Final = 10_000  # rules; more of them hosts do not read
_ASSETS: Final = (
    "site.css", "site.js", "icon.svg", "card.png", "vendor/vendor.json",
    "vendor/world-atlas.LICENSE.txt",
)  # fmt: skip


def write_questions(pages: Pages, placed: HomesOfThings, target: Path) -> None:
    """Write the pages of saved queries, and the answers of those that need no value."""
    for query in pages.site.graph.queries.questions:
        for language in pages.site.languages:
            given = values_given(query, {}, language)
            answer: Answer | HrdgraphError | None = None
            if can_be_asked(query, given):
                answer = pages.site.graph.answer(query.name, given)
                for ending in ("csv", "json"):
                    file = target / "queries" / answer_name(query, ending, language)
                    if not file.exists():
                        write_bytes(file, write_answer(answer, ending))
            for piece in range(1, pieces_of(answer, MOST_PIECES) + 1):
                path = f"queries/{query.name}/{piece}" if piece > 1 else f"queries/{query.name}"
                page = page_file(language, path)
                links = replace(links_from(page, language), homes=placed.homes)
                rendered = pages.question(language, query, given, answer, links, piece)
                write_bytes(target / page, rendered.body)


def write_files(pages: Pages, placed: HomesOfThings, target: Path) -> None:
    """Write the files of the build with their checksums, the ontology, the JSON-LD context, style
    and script, the index of names."""
    (target / "files").mkdir()
    for file in files_of(pages.site, static=True):
        if file.packed:
            write_bytes(target / "files" / file.name, file.packed)
        else:
            shutil.copyfile(
                pages.site.graph.project.build_dir / file.name, target / "files" / file.name
            )
    for table in Downloads(pages.site).files:
        write_bytes(target / "files" / table.name, table.data)
    write_bytes(target / "files/SHA256SUMS", checksums(pages.site, static=True))
    for name, data in files_of_ontology(pages.site.graph.project).items():
        write_bytes(target / "ontology" / name, data)
    path, context = pages.site.context
    write_bytes(target / path, context)
    for name in _ASSETS:
        write_bytes(target / "static" / name, asset(name))
    write_bytes(target / INDEX, gzip.compress(pages.index.document(placed.homes), mtime=0))


def write_machines(pages: Pages, _: HomesOfThings, target: Path) -> None:
    """Write the description of the data set, and examples of queries. A folder of files has no
    endpoint that they could name."""
    site, data_set = pages.site, DataSet(pages.site)
    for name in FORMATS:
        write_bytes(target / f"void.{name}", data_set.document(site.address, name, endpoint=False))
    write_bytes(target / ".well-known/void", data_set.document(site.address, "ttl", endpoint=False))
    write_bytes(target / "queries/examples.ttl", examples(site, site.address, endpoint=False))


def write_moved(pages: Pages, placed: HomesOfThings, target: Path) -> None:
    """Write where old addresses lead, and those of things that have no page of their own: for
    hosts that read `_redirects`, as far as they read so many, and for the page for what is
    missing. None where a thing was withdrawn: the name of the address would say who it was."""
    site, homes = pages.site, placed.homes
    keys = {f"id/{key}": f"id/{site.key_of(node)}" for key, node in sorted(site.aliases.items())}
    keys |= {path: path for node in site.kinds if _is_odd(path := f"id/{site.key_of(node)}")}
    top, language = urlsplit(site.address).path or "/", site.languages[0]
    plain, near, places = Links("", ENDING), Links("", ENDING, homes=homes), {}
    lines = []
    for path in sorted({*keys, *homes}):
        is_odd = _is_odd(path)
        if is_odd or path in homes or not (target / page_file(language, path)).exists():
            led = near.page("", keys.get(path, path))[1:]
            asked = quote(unquote(path)) if is_odd else plain.page("", path)[1 : -len(ENDING)]
            lines.append(f"{top}{asked} {top}{language}/{led} 301\n")
            places[unquote(asked)] = led
    whole = [file.name for file in files_of(site, static=True) if "jsonld" in file.name]
    lines = [
        *(lines if len(lines) <= _REDIRECTS else ()),
        f"{top}id/* {top}{language}/id/:splat{ENDING} 302\n",
        *(f"{top}data/* {top}files/{name} 302\n" for name in whole),
    ]
    write_bytes(target / "_redirects", "".join(lines).encode())
    _write_json(target / MOVED, places)


def _is_odd(path: str) -> bool:
    """Tell whether a page has a file of another name than its path."""
    return file_name(path) != unquote(path)


def write_records(pages: Pages, placed: HomesOfThings, target: Path) -> None:
    """Write the lists of the API with all their records, each in one file, and what there is. They
    name pages where the site has them. Claims that have a list of their own, such as events, are
    not in the list of claims again."""
    site, lists = pages.site, Lists(pages)
    language, top = site.languages[0], site.address or "../../"
    links = Links(top, ENDING, homes=placed.homes)
    records = Records(site, Labels(site, site.words_in(language)), top, links)
    names = [name for name in lists.names if name != "laureates"]
    elsewhere = {"act", *(kind for name in names for kind in lists.kinds(name))}
    for name in names:
        if name == "claims":
            claims = [node for node in site.claims if site.kinds[node] not in elsewhere]
            claims.sort(key=lambda node: (earliest(site.topics, node), site.key_of(node)))
            data = [records.claim(node) for node in claims]
        else:
            of = lists.get(name)
            assert of is not None
            data = [of.make(records, entry.node) for entry in of.sort_by(of.sorts[0])]
        _write_json(target / f"api/v1/{name}.json", {"count": len(data), "data": data})
    files = {name: f"{top}api/v1/{name}.json" for name in names}
    files["laureates"] = f"{top}files/laureates.json"
    _write_json(
        target / "api/v1/index.json",
        {"title": site.graph.project.title_in(language), "lists": files},
    )


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    data = text.encode("utf-8", "replace")
    write_bytes(path, gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def write_entrance(pages: Pages, placed: HomesOfThings, target: Path) -> None:
    """Write the home page at the top, the page for what is missing, and what crawlers ask for."""
    first, address = pages.site.languages[0], pages.site.address
    home = pages.page(first, "", replace(links_from("index.html"), homes=placed.homes))
    assert home is not None
    write_bytes(target / "index.html", home.body)
    # it is shown at addresses of any depth, so its links begin at the top of the host
    top = Links(urlsplit(address).path or "/", ENDING)
    write_bytes(target / "404.html", pages.missing(first, top).body)
    write_bytes(target / "robots.txt", robots(address))
    feed = Feed(pages.site)
    for language in pages.site.languages:
        write_bytes(target / language / "feed.atom", feed.document(language, address))
    if address:
        listed = SitemapFiles(pages, paths(pages, placed))
        for name in listed.names:
            write_bytes(target / name, listed.file(name, address, Links(address, ENDING)))


EXTRAS: Final[tuple[Callable[[Pages, HomesOfThings, Path], None], ...]] = (
    write_questions, write_files, write_records, write_machines, write_moved, write_entrance,
)  # fmt: skip
