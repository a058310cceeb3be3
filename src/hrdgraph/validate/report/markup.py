"""Words and values into HTML in which no value can become markup."""

from __future__ import annotations

import html
import re

from hrdgraph.invisible_characters import DIRECTION_MARKS, TURNING

# control characters, and those that turn the writing direction: both can make a value look like
# another one
_UNSEEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{DIRECTION_MARKS}{TURNING}]")


class Html(str):
    """Text that is HTML already. Everything else is escaped wherever it is put."""

    __slots__ = ()


def escaped(value: object) -> Html:
    """A value as HTML: markup characters escaped, characters that cannot be seen written as
    their code points."""
    if isinstance(value, Html):
        return value
    return Html(html.escape(visible(str(value))))


def visible(text: str) -> str:
    """A text in which characters that cannot be seen are written as their code points."""
    return _UNSEEN.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def join(*parts: object) -> Html:
    """Parts one after another, each escaped unless it is HTML."""
    return Html("".join(map(escaped, parts)))


def element(name: str, /, *children: object, **attributes: object) -> Html:
    """An element. `class_` is `class`, `aria_label` is `aria-label`; attributes that are None or
    "" are left out.

    >>> element("a", "a < b", href="#x", class_="plain")
    '<a href="#x" class="plain">a &lt; b</a>'
    """
    kept = [
        (key.rstrip("_").replace("_", "-"), value)
        for key, value in attributes.items()
        if value not in (None, "")
    ]
    written = "".join(f' {key}="{escaped(value)}"' for key, value in kept)
    return Html(f"<{name}{written}>{join(*children)}</{name}>")


def link(address: str, words: object) -> Html:
    """A link, or the words alone where the address is not one of the web: no other scheme
    becomes clickable."""
    return (
        element("a", words, href=address, rel="noreferrer")
        if re.match(r"https?://", address)
        else escaped(words)
    )
