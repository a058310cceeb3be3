"""What a site of files has beside the pages of its paths: answers to queries, files, moved
things, what crawlers and hosts look for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from hrdgraph.errors import HrdgraphError
from hrdgraph.queries import write as write_answer
from hrdgraph.store import Answer
from hrdgraph.web.json_api.downloads import Downloads
from hrdgraph.web.machines.dataset import FORMATS, DataSet
from hrdgraph.web.machines.examples import examples
from hrdgraph.web.pages.feeds.checksums import checksums
from hrdgraph.web.pages.feeds.feed import Feed
from hrdgraph.web.pages.feeds.sitemaps import robots, sitemaps
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.routing.links import Links, asset, file_name
from hrdgraph.web.pages.views.about import FILES
from hrdgraph.web.pages.views.ontology import ontology_files
from hrdgraph.web.pages.views.questions import can_be_asked, given_to, pieces_of
from hrdgraph.web.site.claim_homes import claim_homes
from hrdgraph.web.site.parts import ENDING, links_from, page_file, write_bytes

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
