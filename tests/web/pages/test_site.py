"""The static site: whole or not at all, the same pages, no broken link, equal bytes."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from functools import cache
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote, urljoin

import pytest

import hrdgraph
from hrdgraph.cli.app import run
from hrdgraph.errors import HrdgraphError, OutputError
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import create_project, open_project
from hrdgraph.web.pages.links import file_name
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.site import Site
from hrdgraph.web.site import MOVED, place_things, write_bytes, write_moved, write_pages, write_site

LINK = re.compile(r'(?:(?:href|src|action|data-index)="|<loc>)([^"<]*)')


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> hrdgraph.Graph:
    """A new project, built once. Never changed here."""
    folder = tmp_path_factory.mktemp("new") / "project"
    create_project(folder, "Small")
    build(open_project(folder), BuildOptions())
    return hrdgraph.open(folder)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def broken_links(site: Path, address: str) -> set[tuple[str, str]]:
    """Pages and what they lead to below the address of the site, where there is no such file, or no such place on the page."""
    broken = set()
    for page in (*site.rglob("*.html"), site / "sitemap.xml"):
        text = page.read_text("utf-8")
        for href in LINK.findall(text):
            target, _, place = urljoin(
                address + page.relative_to(site).as_posix(), unescape(href)
            ).partition("#")
            is_here = unquote(target.partition("?")[0]).startswith(address)
            if (
                is_here
                and not (site / unquote(target.partition("?")[0]).removeprefix(address)).is_file()
            ):
                broken.add((str(page.relative_to(site)), href))
            if href.startswith("#") and f'id="{unquote(place)}"' not in unescape(text):
                broken.add((str(page.relative_to(site)), href))
            if is_here and "#claim-" in href and not has_place(site, address, target, place):
                broken.add((str(page.relative_to(site)), href))
    return broken


@cache
def has_place(site: Path, address: str, target: str, place: str) -> bool:
    """Whether a page of the site has a place of that name."""
    file = site / unquote(target).removeprefix(address)
    return file.is_file() and f'id="{place}"' in file.read_text("utf-8")


@pytest.mark.heavy
def test_a_site_is_written_and_no_link_in_it_is_broken(
    graph: hrdgraph.Graph, tmp_path: Path
) -> None:
    target = tmp_path / "site"
    count = write_site(graph, target, address="https://example.org/x/")
    files = digests(target)
    assert len(files) == count
    assert {
        "index.html",
        "404.html",
        "robots.txt",
        "sitemap.xml",
        "en/index.html",
        "files/SHA256SUMS",
        "static/things.json.gz",
    } <= files.keys()
    assert broken_links(target, "https://example.org/x/") == set()
    _check_claims(graph, target)


def _check_claims(graph: hrdgraph.Graph, target: Path) -> None:
    """Claims have no page of their own; old addresses of theirs lead to where they are told."""
    site, moved = Site.of(graph), json.loads(gzip.decompress((target / MOVED).read_bytes()))
    homes = place_things(site).homes
    assert {site.kinds[site.node_of(path[3:])] for path in homes} >= {"conferral"}  # type: ignore[index]
    for path, home in homes.items():
        led = moved[unquote(file_name(path))]
        page, _, place = led.partition("#")
        assert place == home.partition("#")[2]
        for language in site.languages:
            assert not (target / f"{language}/{file_name(path)}.html").exists()
            assert has_place(target, "", f"{language}/{page}", place)
        assert f"/x/{quote(path)} /x/en/{led} 301\n" in (target / "_redirects").read_text("utf-8")


@pytest.mark.heavy
def test_a_large_site_tells_thin_things_together_and_every_iri_leads_to_its_place(
    graph: hrdgraph.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hrdgraph.web.site._SMALL", 5)
    target = tmp_path / "site"
    write_site(graph, target, address="https://example.org/x/")
    site, placed = Site.of(graph), place_things(Site.of(graph))
    assert broken_links(target, "https://example.org/x/") == set()
    moved = json.loads(gzip.decompress((target / MOVED).read_bytes()))
    redirects = (target / "_redirects").read_text("utf-8")
    assert "/x/id/* /x/en/id/:splat.html 302\n" in redirects
    for node in site.kinds:
        path = f"id/{site.key_of(node)}"
        if (target / f"en/{file_name(path)}.html").is_file():
            continue
        page, _, place = moved[unquote(path)].partition("#")
        assert has_place(target, "", f"fr/{page}", place), path
        assert f"/x/{quote(unquote(path))} " in redirects
    pages = len(list((target / "en").rglob("*.html")))
    assert pages < len(site.kinds) / 2
    assert placed.shared
    for page in placed.shared:  # no place twice: a link leads to the first of them
        text = (target / f"en/{page}.html").read_text("utf-8")
        places = re.findall(r' id="([^"]+)"', text)
        assert len(places) == len(set(places)), page
    listed = (target / "sitemap.xml").read_text("utf-8")
    assert all(f"/en/{page}.html" in listed for page in placed.shared)


@pytest.mark.heavy
def test_the_records_of_the_api_lie_in_a_site_of_files(
    graph: hrdgraph.Graph, tmp_path: Path
) -> None:
    write_site(graph, tmp_path / "site", address="https://example.org/")
    index = json.loads((tmp_path / "site/api/v1/index.json").read_bytes())
    filled: set[str] = set()
    for name, address in index["lists"].items():
        document = json.loads(
            (tmp_path / "site" / address.removeprefix("https://example.org/")).read_bytes()
        )
        records = document if isinstance(document, list) else document["data"]
        filled |= {name} if records else set()
        for record in records:
            page = record.get("page", "https://example.org/index.html").partition("#")[0]
            file = unquote(page).removeprefix("https://example.org/")
            assert (tmp_path / "site" / file).is_file(), (name, page)
    assert filled >= {
        "people",
        "organisations",
        "awards",
        "editions",
        "laureates",
        "events",
        "claims",
    }


@pytest.mark.heavy
def test_the_same_graph_gives_the_same_bytes_whatever_the_processes(
    graph: hrdgraph.Graph, tmp_path: Path
) -> None:
    for name, processes in (("one", 1), ("two", 2)):
        write_site(graph, tmp_path / name, processes=processes)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


@pytest.mark.heavy
def test_a_site_replaces_a_site_and_nothing_else(graph: hrdgraph.Graph, tmp_path: Path) -> None:
    target = tmp_path / "site"
    write_site(graph, target)
    written = digests(target)
    (target / "index.html").write_text("old")
    write_site(graph, target)
    assert digests(target) == written
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match="holds other things"):
        write_site(graph, other)
    assert (other / "thesis.txt").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "site"]


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["CNAME", ".git/config", "static/logo.png"])
def test_what_others_put_into_a_site_stays(
    graph: hrdgraph.Graph, tmp_path: Path, name: str
) -> None:
    write_site(graph, tmp_path / "site")
    (tmp_path / "site" / name).parent.mkdir(exist_ok=True)
    (tmp_path / "site" / name).write_text("mine")
    with pytest.raises(OutputError, match=re.escape(f"('{name.removesuffix('/config')}')")):
        write_site(graph, tmp_path / "site")
    assert (tmp_path / "site" / name).read_text() == "mine"


@pytest.mark.heavy
def test_a_site_that_cannot_be_finished_leaves_the_old_one(
    graph: hrdgraph.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "site"
    write_site(graph, target)
    before = digests(target)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hrdgraph.web.site.EXTRAS", (fail,))
    with pytest.raises(HrdgraphError, match="No space left"):
        write_site(graph, target)
    assert digests(target) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


def test_no_page_takes_the_file_of_another(tmp_path: Path) -> None:
    """As on a disk to which `Ada.html` is `ada.html`."""
    write_bytes(tmp_path / "id/Ada.html", b"one")
    with pytest.raises(OutputError, match=r"two pages would have the same file here: Ada\.html"):
        write_bytes(tmp_path / "id/Ada.html", b"another")
    assert (tmp_path / "id/Ada.html").read_bytes() == b"one"


@pytest.mark.heavy
def test_an_old_name_does_not_take_the_page_of_the_new_one(
    graph: hrdgraph.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hrdgraph.web.site.file_name", lambda path: path.lower())
    site = Site.of(graph)
    pages = Pages(
        replace(site, aliases={thing.key.upper(): node for node, thing in site.things.items()})
    )
    placed = place_things(pages.site)
    write_pages(pages, placed, tmp_path)
    before = digests(tmp_path)
    write_moved(pages, placed, tmp_path)
    assert before.items() <= digests(tmp_path).items()


@pytest.mark.heavy
def test_the_command_refuses_what_was_not_validated(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(open_project(small), BuildOptions(validate=False))
    target = tmp_path / "site"
    assert run(["site", str(small), "--output", str(target), "-q"]) == 1
    assert "was not checked" in capsys.readouterr().err
    assert not target.exists()
    assert (
        run(
            [
                "site",
                str(small),
                "--output",
                str(target),
                "-q",
                "--even-with-violations",
                "--processes",
                "1",
            ]
        )
        == 0
    )
    assert (target / "index.html").is_file()
    assert (
        run(["site", str(small), "--output", str(target), "--base-url", "example.org", "--anyway"])
        == 1
    )


@pytest.mark.heavy
def test_pages_of_files_lead_to_files_and_name_no_other_host(
    graph: hrdgraph.Graph, tmp_path: Path
) -> None:
    write_site(graph, tmp_path / "site")
    home = (tmp_path / "site/en/index.html").read_text("utf-8")
    assert "../static/site.css" in home
    assert 'http-equiv="Content-Security-Policy" content="default-src \'self\'' in home
    assert not (tmp_path / "site/sitemap.xml").exists()
