"""The documentation as values, and what it is held against."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from hrdgraph.queries.catalogue import Catalogue, find

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^```(\w*) ?([^\n]*)\n(.*?)^```$", re.S | re.M)
_INLINE = re.compile(r"`(hrdgraph [a-z][^`]*)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_STANDS_FOR = re.compile(r"…|[A-Z]{2,}")


@dataclass(frozen=True)
class Block:
    """A code block: its language, what stands behind the language, and its text."""

    language: str
    title: str
    text: str


@dataclass(frozen=True)
class Page:
    """A Markdown file."""

    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def prose(self) -> str:
        """The text without its code blocks."""
        return _FENCE.sub("", self.text)

    @property
    def blocks(self) -> list[Block]:
        return [Block(*match.groups()) for match in _FENCE.finditer(self.text)]

    @property
    def links(self) -> list[str]:
        return _LINK.findall(self.prose)

    @property
    def code(self) -> list[str]:
        """What stands between back quotes within sentences."""
        return _CODE.findall(self.prose)

    @property
    def anchors(self) -> set[str]:
        """The anchors of headings, as GitHub makes them."""
        headings = re.findall(r"^#+ (.+)$", self.prose, re.M)
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    @property
    def shown(self) -> Iterator[list[str]]:
        """The arguments of each `hrdgraph` command in sh and console blocks."""
        for block in self.blocks:
            for line in block.text.splitlines() if block.language in ("sh", "console") else ():
                command = line.removeprefix("$ ").rpartition("| ")[2]
                if command.startswith("hrdgraph ") and (
                    block.language == "sh" or line.startswith("$ ")
                ):
                    yield shlex.split(command, comments=True)[1:]

    @property
    def told(self) -> Iterator[tuple[list[str], list[str]]]:
        """The arguments of each `hrdgraph` command in console blocks that shows what it prints, and these lines."""
        for block in self.blocks:
            for session in (
                re.split(r"^\$ ", block.text, flags=re.M)[1:] if block.language == "console" else ()
            ):
                command, *lines = session.splitlines()
                if lines:
                    yield shlex.split(command)[1:], lines

    @property
    def mentioned(self) -> Iterator[list[str]]:
        """The arguments of each `hrdgraph` command named within a sentence, without words that stand for something."""
        for command in _INLINE.findall(self.prose):
            yield [word for word in shlex.split(command)[1:] if not _STANDS_FOR.fullmatch(word)]

    def section(self, heading: str) -> str:
        """What stands below a heading, up to the next one of any level."""
        found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", self.prose, re.S | re.M)
        assert found, f"{self.path.name} has no heading '{heading}'"
        return found[1]

    def rows(self, heading: str) -> list[list[str]]:
        """The rows of the tables below a heading, cell by cell, without header and rule."""
        lines = [
            line.strip("|").split("|")
            for line in self.section(heading).splitlines()
            if line.startswith("|")
        ]
        rules = [number for number, cells in enumerate(lines) if set("".join(cells)) <= set("-: ")]
        return [
            [cell.strip() for cell in cells]
            for number, cells in enumerate(lines)
            if not {number, number + 1} & set(rules)
        ]

    def keys(self, heading: str) -> list[str]:
        """The first cells of these rows, without back quotes."""
        return [cells[0].strip("`") for cells in self.rows(heading)]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def page() -> Callable[[str], Page]:
    """A Markdown file by its path in the repository."""
    return lambda name: Page(ROOT / name)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The queries of the shipped project."""
    return find(ROOT / "queries")
