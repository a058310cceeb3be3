"""The page of what changed tells what is new by name, and of what is gone nothing but how much."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.small_projects import create_small_project

import hrdgraph
from hrdgraph.exports.release import GRAPH
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project
from hrdgraph.web.pages import Site
from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.views.about import changes_of

CRATE = """{"@graph": [{"@id": "./", "datePublished": "2026-01-02", "version": "2026.1"}]}"""
BASE = "https://example.org/id/"
ADA = f"{BASE}person/Ada_Example"


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built project. Never change it."""
    folder = tmp_path_factory.mktemp("changes") / "small"
    create_small_project(folder, "Small")
    build(open_project(folder), BuildOptions(validate=False))
    return folder


@pytest.fixture
def released(once: Path, tmp_path: Path) -> Callable[[Callable[[str], str]], Site]:
    """The site of the project beside a release whose graph is the built one, changed."""
    folder = shutil.copytree(once, tmp_path / "small")
    release = folder / "releases" / "2026.1"
    release.mkdir(parents=True)
    (release / "ro-crate-metadata.json").write_text(CRATE, "utf-8")

    def made(changed: Callable[[str], str]) -> Site:
        lines = (folder / "build" / "graph.nq").read_text("utf-8")
        (release / GRAPH).write_text(changed(lines), "utf-8")
        return Site.of(hrdgraph.open(folder))

    return made


def page(site: Site, language: str = "en") -> str:
    found = Pages(site).page(language, "changes", Links())
    assert found is not None
    return found.body.decode()


def test_without_a_release_there_is_nothing_to_compare_with(once: Path) -> None:
    site = Site.of(hrdgraph.open(once))
    assert changes_of(site) is None
    assert "No release has been made yet" in page(site)


def test_the_same_graph_has_not_changed(released: Callable[..., Site]) -> None:
    for language, said in (("en", "Nothing has changed"), ("fr", "Rien n’a"), ("es", "Nada ha")):
        assert said in page(released(lambda text: text), language)


def test_what_is_new_is_named_with_its_facts(released: Callable[..., Site]) -> None:
    def without(text: str) -> str:
        gone = (ADA, "conferral/example/example-award/2024/Berta_Example")
        return "".join(
            f"{line}\n" for line in text.splitlines() if not any(name in line for name in gone)
        )

    shown = page(released(without))
    assert "Ada Example</a>" in shown
    assert "Berta Example</a> <small>1 new fact" in shown
    assert "Since release 2026.1 of 2026-01-02" in shown


def test_what_is_gone_is_a_number(released: Callable[..., Site]) -> None:
    """Whoever was taken down is in no list, whatever an old release has of them."""
    secret = "https://example.org/id/person/Zora_Secret"

    def more(text: str) -> str:
        return text + "".join(
            line.replace(ADA, secret).replace("Ada Example", "Zora Secret") + "\n"
            for line in text.splitlines()
            if line.startswith(f"<{ADA}>")
        )

    shown = page(released(more))
    assert "1 thing or claim is no longer published" in shown
    assert "Zora" not in shown


def test_an_old_name_of_a_thing_does_not_make_it_new(released: Callable[..., Site]) -> None:
    site = released(lambda text: text.replace(f"{BASE}person/", f"{BASE}person/older/"))
    ada = site.node_of("person/Ada_Example")
    assert ada is not None
    site = Site(**{**vars_of(site), "aliases": {"person/older/Ada_Example": ada}})
    found = changes_of(site)
    assert found is not None
    assert ada not in found.new.get("person", [])


def vars_of(site: Site) -> dict[str, object]:
    return {name: getattr(site, name) for name in Site.__dataclass_fields__}


def test_a_release_that_cannot_be_read_is_none(released: Callable[..., Site]) -> None:
    site = released(lambda text: text)
    (site.graph.project.root / "releases" / "2026.1" / GRAPH).unlink()
    assert changes_of(site) is None
