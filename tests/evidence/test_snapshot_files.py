"""A page is taken once, whole, under its digest; a changed page is a new version; positions lead back to the original."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hrdgraph.errors import OutputError, SourceError
from hrdgraph.evidence.snapshots import DocumentDescription, Snapshots, Taken, take
from hrdgraph.evidence.texts.freeze import freeze

PAGE = b"<html><body><p>Ana founded\n the <b>group</b>.</p></body></html>"
ADDRESS = "https://example.org/ana"


def taken(
    folder: Path, data: bytes = PAGE, name: str = "page.html", address: str = ADDRESS, **about: str
) -> Taken:
    return take(
        folder, data, freeze(data, name), DocumentDescription("news", "CC0-1.0", address, **about)
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_page_is_kept_with_its_text_and_a_description(tmp_path: Path) -> None:
    made = taken(tmp_path, retrieved="2024-05-31")
    assert set(contents(tmp_path)) == {
        f"{made.text}.txt",
        f"{made.text}.json",
        f"{made.original}.html",
        f"{made.original}.places.json",
    }
    assert (tmp_path / f"{made.original}.html").read_bytes() == PAGE
    described = json.loads((tmp_path / f"{made.text}.json").read_bytes())
    assert described["takes"] == [
        {
            "address": ADDRESS, "version": 1, "retrieved": "2024-05-31", "source": "news", "licence": "CC0-1.0", "title": "",
            "media_type": "text/html", "encoding": "utf-8", "normaliser": "html/1", "library": "", "original": made.original, "replaces": "",
        }
    ]  # fmt: skip
    assert Snapshots((tmp_path,)).text(made.text) == "Ana founded the group."


def test_the_way_back_is_kept(tmp_path: Path) -> None:
    made = taken(tmp_path)
    places = Snapshots((tmp_path,)).places(made.text)
    assert places == made.frozen.places
    assert PAGE[places.at(16) :].startswith(b"group")
    assert Snapshots((tmp_path,)).places("0" * 64) is None


def test_taking_a_page_again_changes_no_byte(tmp_path: Path) -> None:
    assert taken(tmp_path).is_new
    before = contents(tmp_path)
    assert not taken(tmp_path).is_new
    assert contents(tmp_path) == before
    other = tmp_path / "other"
    taken(other)
    assert contents(other) == {name: data for name, data in before.items() if name != "other"}


def test_a_text_that_is_its_own_original_is_kept_once(tmp_path: Path) -> None:
    made = taken(tmp_path, "Été\r\n".encode(), "page.txt")
    assert set(contents(tmp_path)) == {f"{made.text}.txt", f"{made.text}.json"}
    assert made.text == made.original


def test_versions_of_an_address_follow_one_another(tmp_path: Path) -> None:
    first = taken(tmp_path)
    second = taken(tmp_path, PAGE.replace(b"founded", b"led"))
    assert (first.replaces, second.replaces) == ("", first.text)
    assert Snapshots((tmp_path,)).current == {ADDRESS: second.text}
    assert Snapshots((tmp_path,)).predecessor(second.text) == first.text
    back = taken(tmp_path)  # the page is as it was
    assert back.text == first.text
    assert back.replaces == second.text
    assert Snapshots((tmp_path,)).current == {ADDRESS: first.text}
    assert [take.version for take in Snapshots((tmp_path,)).takes] == [1, 2, 3]


def test_another_markup_with_the_same_text_is_the_same_version(tmp_path: Path) -> None:
    first, second = taken(tmp_path), taken(tmp_path, PAGE.replace(b"<b>", b"<i>"))
    assert (second.text, second.replaces) == (first.text, "")
    assert [take.version for take in Snapshots((tmp_path,)).takes] == [1, 1]


def test_what_is_replaced_may_be_named(tmp_path: Path) -> None:
    first = taken(tmp_path, address="")
    second = taken(tmp_path, b"<p>other", address="", replaces=first.text)
    assert Snapshots((tmp_path,)).predecessor(second.text) == first.text
    with pytest.raises(SourceError, match="is not known here"):
        taken(tmp_path, replaces="0" * 64)


def test_a_spoilt_description_is_an_error(tmp_path: Path) -> None:
    made = taken(tmp_path)
    for text in ("", "[]", '{"takes": [{}]}', '{"takes": [{"address": 1}]}'):
        (tmp_path / f"{made.text}.json").write_text(text)
        with pytest.raises(SourceError, match="not written as expected"):
            taken(tmp_path)


def test_a_folder_that_cannot_be_written_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot be written"):
        taken(tmp_path / "file")


def test_nothing_half_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="No space left"):
        taken(tmp_path)
    assert contents(tmp_path) == {}
