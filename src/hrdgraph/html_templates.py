"""Values → HTML by the Jinja templates of a package, with every value escaped."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import cached_property
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from hrdgraph.catalogue import CLOSE_MARK, OPEN_MARK, TAG_MARK
from hrdgraph.invisible_characters import DIRECTION_MARKS, TURNING

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_CONTROLS: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # HTML forbids them (§13.1.4)
_FORBIDDEN: Final = re.compile(f"[{_CONTROLS}]")
_UNSEEN: Final = re.compile(f"[{_CONTROLS}\r{DIRECTION_MARKS}{TURNING}]")
_TURNS: Final = re.compile(f"[{TURNING}]")
# texts that are marked as in another language than the page
_WHOLE: Final = re.compile(
    f"(<(?!br|wbr|hr|img|input)\\w[^<>]*)>{OPEN_MARK}([^{TAG_MARK}]*){TAG_MARK}([^<{CLOSE_MARK}]*){CLOSE_MARK}(?=</)"
)
_MARKUP: Final = re.compile(
    rf"(?s)(<(script|title|option)\b.*?</\2>|<[^>]*>)|{OPEN_MARK}(.*?){TAG_MARK}"
)
_OPENING: Final = re.compile(f"{OPEN_MARK}.*?{TAG_MARK}|{CLOSE_MARK}")


class Templates:
    """The templates of a package, in its folder `templates`. Markup characters of a value are
    escaped, and a name that has no value is an error. `filters` and `names` are what all of them
    can use."""

    def __init__(
        self, package: str, filters: Mapping[str, Callable[..., Any]] | None = None, **names: Any
    ) -> None:
        self._package = package
        self._filters = filters or {}
        self._names = names

    def render(self, template: str, /, **values: Any) -> str:
        """Return the template with its places filled."""
        page = self._environment.get_template(template).render(values)
        return _tag_texts(page) if OPEN_MARK in page else page

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import Environment, PackageLoader, StrictUndefined  # 30 ms: not for --help

        environment = Environment(
            loader=PackageLoader(self._package, "templates"), autoescape=True, trim_blocks=True,
            lstrip_blocks=True, undefined=StrictUndefined, auto_reload=False,
        )  # fmt: skip
        environment.filters |= self._filters
        environment.globals |= self._names
        return environment


def _tag_texts(page: str) -> str:
    """Say with `lang` which texts of a page are in another language, but for attributes, where
    nothing can."""
    page = _WHOLE.sub(r'\1 lang="\2">\3', page)
    page = _MARKUP.sub(
        lambda match: _OPENING.sub("", match[1]) if match[1] else f'<span lang="{match[3]}">', page
    )
    return page.replace(CLOSE_MARK, "</span>")


class InlineFile:
    """A style sheet or script of a package that stands in its pages. `digest` is what a content
    policy allows by: this text and no other."""

    def __init__(self, package: str, name: str) -> None:
        self._package = package
        self._name = name

    @cached_property
    def text(self) -> Markup:
        from markupsafe import Markup

        file = resources.files(self._package).joinpath("templates", self._name)
        return Markup(file.read_text("utf-8"))

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of the text, as policies write it."""
        return f"sha256-{b64encode(sha256(self.text.encode()).digest()).decode()}"


def without_turning(page: str) -> str:
    """Return a page in which control characters are written as their code points, wherever they
    come from, and those that turn the text around them, beyond the value that has them, are left
    out, as in tables."""
    return _FORBIDDEN.sub(_code_point, _TURNS.sub("", page))


def all_visible(text: str) -> str:
    """Return a text in which control characters and marks of direction, with which a value can be
    made to look like another, are written as their code points."""
    return _UNSEEN.sub(_code_point, text)


def _code_point(match: re.Match[str]) -> str:
    return f"[U+{ord(match[0]):04X}]"
