"""An HTML page into the text that a reader sees (html/1): a line for each block, white space as
one space, references resolved."""

from __future__ import annotations

import re
from typing import Final

from hrdgraph.evidence.texts.decoding import decoded
from hrdgraph.evidence.texts.model import Frozen, Places, Run
from hrdgraph.evidence.texts.tokens import Tag, TextToken, attributes, tokens

NORMALISER: Final = "html/1"
_BLOCKS: Final = frozenset(
    (  # elements that begin and end a line
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "listing",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "textarea",
        "tfoot",
        "thead",
        "tr",
        "ul",
        "video",
        "audio",
    )
)
_CELLS: Final = frozenset(("td", "th"))
_KEPT: Final = frozenset(("pre", "textarea", "listing"))  # white space in them is text
_WORD: Final = re.compile(r"[^ \t\n\r\f]+")
_SAVED: Final = re.compile(r"<!-- saved from url=\(\d{1,9}\)(https?://[^\s<>]{1,2000}) -->")
_WEB: Final = re.compile(r"https?://[^\s<>\"]{1,2000}")


def freeze_page(data: bytes, place: str, *, encoding: str = "") -> Frozen:
    """Decode a page and take its text; the title is kept apart, and so is the address that it
    gives as its own."""
    page, name = decoded(data, place, given=encoding, is_page=True)
    made = _TextBuilder()
    for token in tokens(page):
        made.take(token)
    saved = _SAVED.search(page[:4096])
    address = saved[1] if saved else made.address
    return Frozen(
        "".join(made.parts),
        "text/html",
        "html",
        NORMALISER,
        Places("character", tuple(made.runs)),
        name,
        title=" ".join("".join(made.title).split()),
        address=address,
    )


class _TextBuilder:
    """The text as it grows."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.runs: list[Run] = []
        self.title: list[str] = []
        self.address = ""
        self._length = 0
        self._gap = ""
        self._kept = 0
        self._in_title = False

    def take(self, token: Tag | TextToken) -> None:
        if isinstance(token, Tag):
            self._tag(token)
        elif self._in_title:
            self.title.append(token.value)
        elif token.is_reference and not token.value.isspace():
            self._put(token.value, token.start)
        elif token.is_reference and token.value not in " \t\n\r\f":
            self._put(token.value, token.start)  # a no-break space is a character of the text
        elif self._kept:
            self._put(token.value, token.start)
        else:
            self._words(token)

    def _tag(self, tag: Tag) -> None:
        if tag.name == "title":
            self._in_title = not tag.is_end and not self.title
        elif tag.name == "body":
            self._in_title = False
        elif tag.name == "link" and not self.address:
            self.address = _canonical(tag)
        if tag.name in _KEPT:
            self._kept = max(self._kept + (-1 if tag.is_end else 1), 0)
        if tag.name in _BLOCKS:
            self._gap = "\n"
        elif tag.name in _CELLS:
            self._gap = self._gap or " "

    def _words(self, token: TextToken) -> None:
        end = 0
        for word in _WORD.finditer(token.value):
            self._gap = self._gap or (" " if word.start() > end else "")
            self._put(word[0], token.start + word.start())
            end = word.end()
        if end < len(token.value):
            self._gap = self._gap or " "

    def _put(self, text: str, place: int) -> None:
        if self._gap and self._length:
            self.parts.append(self._gap)
            self._length += 1
        self._gap = ""
        self.parts.append(text)
        self._run(place, len(text))
        self._length += len(text)

    def _run(self, place: int, length: int) -> None:
        """Words of one text with one space between them are one run."""
        if self.runs:
            start, before, _ = self.runs[-1]
            if place - before == self._length - start:
                self.runs[-1] = (start, before, self._length - start + length)
                return
        self.runs.append((self._length, place, length))


def _canonical(tag: Tag) -> str:
    found = attributes(tag)
    is_own = "canonical" in found.get("rel", "").lower().split()
    return found.get("href", "") if is_own and _WEB.fullmatch(found.get("href", "")) else ""
