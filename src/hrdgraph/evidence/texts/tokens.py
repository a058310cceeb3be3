"""The characters of an HTML page into tags and texts with their places: the tokens of the HTML
standard, as far as text depends on them.

No library tells where a text stood in the page: lxml and selectolax keep no offsets, and
`html.parser` of the standard library, which does, differs between patch releases of Python and
takes quadratic time on hostile pages. This is one regular expression that never goes back, so
that time is linear, and a list of elements without text. It builds no tree, so that nesting has
no depth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final

# elements whose content is no text of the page
# (https://html.spec.whatwg.org/#parsing-html-fragments), up to their end tag
_RAW: Final = frozenset(("script", "style", "iframe", "noembed", "noframes", "noscript"))
_APART: Final = frozenset(("template", "svg", "math", "object", "select", "datalist"))
_TOKEN: Final = re.compile(
    r"""
    <!--(?:-?>|(?s:.*?)(?:--!?>|\Z))                                        # a comment; an unfinished one takes the rest
  | <(?P<end>/?)(?P<name>[A-Za-z][^\s/>]*+)
      (?P<attributes>(?:[^>"'=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+|["'])*+)(?:>|\Z)
  | <[!?/][^>]*+(?:>|\Z)                                                    # a doctype, an instruction, a bogus comment
  | (?P<reference>&(?:\#[0-9]{1,8}+;?|\#[xX][0-9a-fA-F]{1,8}+;?|[A-Za-z][A-Za-z0-9]{1,40}+;?))
  | (?P<text>[^<&]++|[<&])
    """,
    re.X,
)
_ATTRIBUTE: Final = re.compile(r"""([^\s"'>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or end tag; `name` in lower case."""

    name: str
    is_end: bool
    attributes: str


@dataclass(frozen=True, slots=True)
class TextToken:
    """Characters of the page: those at `start` as they are, or what a character reference there
    stands for."""

    value: str
    start: int
    is_reference: bool = False


def tokens(page: str) -> Iterator[Tag | TextToken]:
    """Tags and texts in the order of the page, without comments and without the content of
    scripts and the like."""
    position, endless = 0, set[str]()
    while position < len(page):
        found = _TOKEN.match(page, position)
        assert found is not None, "every character begins a token"
        position = found.end()
        if found["name"]:
            tag = Tag(found["name"].lower(), bool(found["end"]), found["attributes"])
            yield tag
            position = position if tag.is_end else _after(page, position, tag.name, endless)
        elif found["reference"]:
            value = unescape(found["reference"])
            yield TextToken(value, found.start(), value != found["reference"])
        elif found["text"]:
            yield TextToken(found["text"], found.start())


def _after(page: str, position: int, name: str, endless: set[str]) -> int:
    """Where reading goes on after a start tag. `endless` are elements known to have no end tag
    any more: they are looked for once."""
    if name not in _RAW | _APART or (name in endless and name in _APART):
        return position
    end = re.compile(rf"</{name}(?=[\s/>])", re.I | re.A).search(page, position)
    if end is None:
        endless.add(name)
        return len(page) if name in _RAW else position
    return end.start()


def attributes(tag: Tag) -> dict[str, str]:
    """The attributes of a tag, names in lower case; of two with one name the first."""
    found = [
        (name.lower(), unescape(one or two or three))
        for name, one, two, three in _ATTRIBUTE.findall(tag.attributes[:8192])
    ]
    return dict(reversed(found))
