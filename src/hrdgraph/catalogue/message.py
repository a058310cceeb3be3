"""Messages: a code with named fields, each of them public or cell data.

In a sentence `{name}` stands for a field: a quantity with its digits in groups, a message as its
own sentence, several values joined by commas, or by "or" and "and" in `{name:or}` and `{name:and}`.
The field `count` chooses between `msgstr[0]` and `msgstr[1]`. A missing translation is shown in
English, a missing field as its name in braces: it never fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self, TypeAlias

from hrdgraph.catalogue.languages import KNOWN, LANGUAGES

if TYPE_CHECKING:
    from hrdgraph.catalogue.compiling import CompiledCatalogue


# fields that hold what the system or a library says
REASONS: Final = frozenset({"fact", "found", "reason", "what", "why"})


def has_sentence(code: str, language: str = "en") -> bool:
    """Say whether a language has a sentence of its own for a code."""
    return code in _codes(language)


@cache
def _codes(language: str) -> frozenset[str]:
    """Return the codes of a language's own sentences."""
    keys = catalogue(language)._catalog  # gettext does not tell what it has
    several = {code[0] for code in keys if isinstance(code, tuple) and code[0].startswith("word-")}
    derived = {f"{code}{end}" for code in several for end in ("s", "s-n")}
    return frozenset(derived).union(code if isinstance(code, str) else code[0] for code in keys)


def sentence(code: str, count: object, language: str) -> str | None:
    """Return the sentence of a code for a count; None if it has none. A word that has a plural
    needs no code for it: `word-awards` is that of `word-award`, `word-awards-n` has the number."""
    texts = catalogue(language)
    if isinstance(count, int) and (counted := texts.ngettext(code, "", count)) not in (code, ""):
        return counted
    whole = texts.gettext(code)
    if whole != code:
        return whole
    word = code.removesuffix("-n")
    if not code.startswith("word-") or not has_sentence(code):
        return None
    many = count if word != code and isinstance(count, int) else 2
    several = texts.ngettext(word[:-1], "", many)
    return several if word == code else f"{{count}} {several}"


@cache
def catalogue(language: str) -> CompiledCatalogue:
    """Return all sentences of a language, with English for missing ones."""
    from hrdgraph.catalogue.compiling import load  # most of what is loaded needs no sentence

    texts = load(language)
    if language != "en":
        texts.add_fallback(catalogue("en"))
    return texts


PUBLIC: Final[frozenset[str]] = frozenset({
    "column", "columns", "command", "count", "encoding", "end", "ending", "engine", "extra", "file",
    "files", "folder", "format", "formats", "host", "known", "language", "languages", "library",
    "limit", "line", "lineno", "nearest", "option", "options", "parameter", "parameters", "path",
    "port", "position", "row", "rows", "scheme", "seconds", "setting", "settings", "sheet", "size",
    "start", "status", "syntax", "table", "tables", "version",
})  # fmt: skip

# whole numbers of these names are written with their digits in groups; a row, a port or a year is
# not
QUANTITIES: Final[frozenset[str]] = frozenset({"count", "limit", "size", "total"})


def number(count: int, language: str) -> str:
    """Write a whole number with its digits in groups."""
    return KNOWN.get(language, KNOWN["en"]).number(count)


BLANK: Final = "…"  # stands where a value is not shown
_FIELD: Final = re.compile(r"\{(\w+)(?::(or|and))?\}")


@dataclass(frozen=True, slots=True)
class Cell:
    """Words from data: a cell, a page, the content of a file, or a library's words on these."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Label:
    """The names of a thing in the data, as pairs of language and text. A sentence uses its own
    language, else English, else the first."""

    texts: tuple[tuple[str, str], ...]

    def in_language(self, language: str) -> str:
        known = dict(self.texts)
        wanted = (language, "en", "", *known)
        return next((known[tag] for tag in wanted if tag in known), "")

    def __str__(self) -> str:
        return self.in_language("en")


class Message:
    """A code with its fields. Equal to a message of the same code and fields; cannot be changed.

    >>> Message("column-unknown", column="yaer").fields
    {'column': 'yaer'}
    >>> Message("date-unreadable", value="31.2.").fields
    {'value': Cell(text='31.2.')}
    """

    __slots__ = ("_items", "code")
    code: str
    _items: tuple[tuple[str, Part], ...]

    def __init__(self, code: str, /, **fields: Value) -> None:
        self.code = code
        self._items = tuple((name, _classify(name, value)) for name, value in fields.items())

    @property
    def fields(self) -> dict[str, Part]:
        return dict(self._items)

    def __bool__(self) -> bool:
        """Say whether it has a code; a message without one says nothing."""
        return bool(self.code)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[str, tuple[tuple[str, Part], ...]]:
        return self.code, self._items

    def __repr__(self) -> str:
        return "".join(
            (f"Message({self.code!r}", *(f", {name}={part!r}" for name, part in self._items), ")")
        )

    def __str__(self) -> str:
        return render(self, "en")

    def cells(self) -> Iterator[str]:
        """Yield the texts of all its cell data, also in the messages within it."""
        for _, part in self._items:
            yield from _cells(part)

    def with_cells(self, change: Callable[[str], str]) -> Self:
        """Return the message with each text of cell data changed: how values are removed before
        publishing."""
        changed = {name: _change(part, change) for name, part in self._items}
        return type(self)(self.code, **changed)

    def is_said_in(self, language: str) -> bool:
        """Say whether a language has a sentence for it, and for each message within it."""
        inner = (part for _, part in self._items if isinstance(part, Message))
        own = not self.code or has_sentence(self.code, language)
        return own and all(part.is_said_in(language) for part in inner)

    @property
    def texts(self) -> dict[str, str]:
        """Return its sentences by language: in English, and in each language that has all of it."""
        tags = (tag for tag in LANGUAGES if tag == "en" or self.is_said_in(tag))
        return {language: render(self, language) for language in tags}

    def as_dict(self) -> dict[str, Any]:
        """Return its code and fields as JSON values; `cells` names public-looking fields that hold
        cell data."""
        cells = [name for name, part in self._items if name in PUBLIC and any(_cells(part))]
        plain = {"code": self.code, "fields": {name: _plain(part) for name, part in self._items}}
        return plain | ({"cells": cells} if cells else {})

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Make the message of which `as_dict` gave the values."""
        cells = plain.get("cells", ())
        fields = plain["fields"].items()
        return cls(plain["code"], **{name: _part(item, name in cells) for name, item in fields})


NO_MESSAGE: Final = Message("")


def write_like(syntax: str) -> Message:
    """Return the hint to write something like an example."""
    return Message("write-like", syntax=syntax)


def add_this(syntax: str) -> Message:
    """Return the hint to add a text to a file."""
    return Message("add-this", syntax=syntax)


def kind_word(kind: str) -> Message:
    """Return the words for a kind of value, such as "a date"."""
    return Message(f"kind-type-{kind}")


def is_not(value: object, kind: str) -> Message:
    """Return the fact that a value is not of a kind."""
    return Message("is-not", value=value, kind=kind_word(kind))


def must_be(term: str, kind: str) -> Message:
    """Return the demand that a part of a file is of a kind."""
    return Message("must-be", term=term, kind=kind_word(kind))


def lacks(term: str, missing: str) -> Message:
    """Return the fact that a part of a file lacks another."""
    return Message("lacks", term=term, missing=missing)


def too_many(limit: int, word: str) -> Message:
    """Return the fact that there are more than so many of something, such as characters."""
    return Message("too-many", limit=limit, what=Message(f"word-{word}", count=limit))


def data_word(code: str) -> Label:
    """Return a word of the catalogue, such as a month, as the content of a cell: cell data, unlike
    a code."""
    return Label(tuple(Message(code).texts.items()))


def calendar_word(kind: str, number: int) -> Label:
    """Return the name of a month (from 1) or a weekday (Monday is 1) as the content of a cell."""
    from babel.dates import get_day_names, get_month_names  # most of what is loaded needs no dates

    names, place = (get_month_names, number) if kind == "month" else (get_day_names, number - 1)
    return Label(tuple((tag, names(locale=KNOWN[tag].locale)[place]) for tag in LANGUAGES))


Part: TypeAlias = str | int | float | Cell | Label | Message | tuple["Part", ...]
Value: TypeAlias = object  # whatever has a text: `_classify` makes a part of it


def _classify(name: str, value: Any) -> Part:
    """Return a field's value as a part of a message: cell data, unless its name is public."""
    if isinstance(value, BaseException) and value.args and isinstance(value.args[0], Message):
        return value.args[0]  # an error that says what it says by a code
    if isinstance(value, Cell | Label | Message):
        return value
    if isinstance(value, tuple | list):
        return tuple(_classify(name, item) for item in value)
    if name not in PUBLIC:
        return Cell(str(value))
    return value if isinstance(value, str | int | float) else str(value)


def _cells(part: Part) -> Iterator[str]:
    if isinstance(part, Cell):
        yield part.text
    elif isinstance(part, Label):
        yield from (text for _, text in part.texts)
    elif isinstance(part, Message):
        yield from part.cells()
    elif isinstance(part, tuple):
        for item in part:
            yield from _cells(item)


def _change(part: Part, change: Callable[[str], str]) -> Part:
    if isinstance(part, Cell):
        return Cell(change(part.text))
    if isinstance(part, Label):
        return Label(tuple((language, change(text)) for language, text in part.texts))
    if isinstance(part, Message):
        return part.with_cells(change)
    return tuple(_change(item, change) for item in part) if isinstance(part, tuple) else part


def _plain(part: Part) -> Any:
    if isinstance(part, Message):
        return part.as_dict()
    if isinstance(part, tuple):
        return [_plain(item) for item in part]
    if isinstance(part, Label):
        return dict(part.texts)
    return part.text if isinstance(part, Cell) else part


def _part(item: Any, is_cell: bool) -> Value:
    """Undo `_plain`. A field with cell data beside messages is all cell data."""
    if isinstance(item, list):
        return tuple(_part(part, is_cell) for part in item)
    if isinstance(item, dict):
        return Message.from_dict(item) if "code" in item else Label(tuple(item.items()))
    return Cell(str(item)) if is_cell else item


def phrase(code: str, language: str, /, **fields: Value) -> str:
    """Return the sentence of a code in a language, with its fields."""
    return render(Message(code, **fields), language)


def render(message: Message, language: str) -> str:
    """Return a message in a language; without a sentence, its code."""
    if not message.code:
        return ""
    language = language if language in LANGUAGES else "en"
    fields = message.fields
    text = sentence(message.code, fields.get("count"), language)
    if text is None:
        return message.code
    return _FIELD.sub(lambda place: _fill(place, fields, language), text)


def _fill(place: re.Match[str], fields: dict[str, Part], language: str) -> str:
    part = fields.get(place[1], place[0])
    if place[1] in QUANTITIES and isinstance(part, int):
        return number(part, language)
    if place[1] in REASONS and isinstance(part, Cell):
        return translate(part.text, language)
    return _to_words(part, language, place[2])


def _to_words(part: Part, language: str, joined: str | None) -> str:
    """Return the words for a field in a sentence."""
    if isinstance(part, Message):
        return render(part, language)
    if isinstance(part, Label):
        return part.in_language(language)
    if isinstance(part, tuple):
        words = [_to_words(item, language, joined) for item in part]
        last = KNOWN[language].joining[joined]
        return last.join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    return str(part)


# parts whose shared words are headings and labels
_LABELLED: Final = frozenset(
    {"page", "workbench", "report", "workbook", "review", "candidate", "template"}
)
_SPECIAL: Final = {":": "colon", "": "thing"}
_WORD_START: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


# around a text that is in another language than its page, after its tag
OPEN_MARK, TAG_MARK, CLOSE_MARK = "\ue000", "\ue001", "\ue002"


def in_language(text: str, language: str) -> str:
    """Return a text that a page is to say in another language than its own."""
    return f"{OPEN_MARK}{language}{TAG_MARK}{text}{CLOSE_MARK}"


@dataclass(frozen=True)
class Vocabulary:
    """The sentences of a part in a language: `words("left", count=3)` of the part `review` is the
    sentence of `review-left`, and `words["left"]` the same with open fields. What is said in
    English, since the language lacks it, may be `marked` as such, for templates."""

    part: str
    language: str
    marked: bool = False

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            object.__setattr__(self, "language", "en")

    def __call__(self, name: str, /, **fields: object) -> str:
        return self._as_label(name, phrase(self.code(name), self.language, **{"count": 1} | fields))

    def __getitem__(self, name: str) -> str:
        if (text := self.text(name)) is None:
            raise KeyError(name)
        return text

    def text(self, name: str, count: int | None = None) -> str | None:
        """Return the sentence of a name with open fields."""
        text = sentence(self.code(name), 1 if count is None else count, self.language)
        return text and self._as_label(name, text)

    def _as_label(self, name: str, text: str) -> str:
        """Begin a shared sentence with a capital on pages, where it is a heading or a label."""
        code = self.code(name)
        is_label = self.part in _LABELLED and not code.startswith(self.part)
        is_label = is_label and not name.startswith("kinds")  # "3 awards"
        text = text[:1].upper() + text[1:] if is_label else text
        is_lacking = self.marked and not has_sentence(code, self.language)
        return in_language(text, "en") if is_lacking else text

    def __contains__(self, name: str) -> bool:
        return has_sentence(self.code(name))

    def code(self, name: str) -> str:
        """Return the code of a name. If this part has no such sentence, it is a shared word or
        sentence: `kind_award` and `facet_award` are `word-award`."""
        name = _SPECIAL.get(name, _WORD_START.sub("-", name).lower().replace("_", "-"))
        tail = name.partition("-")[2] or name
        codes = (f"{self.part}-{name}", f"word-{name}", name, f"word-{tail}", tail)
        return next(filter(has_sentence, codes), codes[1])


_PLACE: Final = re.compile(r"\{(\w+)\}")
_DEEPEST: Final = 4  # sentences within sentences
_LONGEST: Final = 2000  # characters of a text that is looked at


class _Template(NamedTuple):
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    sentence: str


def translate(text: str, language: str, depth: int = 0) -> str:
    """Translate a text of the system or a library, which are English. Only these are matched: by
    templates such as `{value} is not one of {other}.`, the msgids of `libraries.po`. Values are
    copied, but `{reason}`, `{what}` and `{why}` are such sentences too. Others stay as they are."""
    if language == "en" or not text or len(text) > _LONGEST or depth == _DEEPEST:
        return text
    for template in _templates(language):
        if match := template.pattern.fullmatch(text):
            values = dict(zip(template.names, match.groups(), strict=True))
            return _PLACE.sub(
                lambda place: _value(place[1], values, language, depth),  # noqa: B023 -- at once
                template.sentence,
            )
    return text


def _value(name: str, values: dict[str, str], language: str, depth: int) -> str:
    value = values[name]
    return translate(value, language, depth + 1) if name in REASONS else value


@cache
def _templates(language: str) -> tuple[_Template, ...]:
    """Return the templates, first those that begin with words of their own, then the longest."""
    library_texts = catalogue(language).of_libraries()
    order = sorted(library_texts.items(), key=lambda item: _order(item[0]))
    return tuple(_template(english, sentence) for english, sentence in order)


def _order(english: str) -> tuple[bool, int, str]:
    return english.startswith("{"), -len(_PLACE.sub("", english)), english


def _template(english: str, sentence: str) -> _Template:
    parts = _PLACE.split(english)
    pattern = "".join("(.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return _Template(re.compile(pattern, re.DOTALL), tuple(parts[1::2]), sentence)
