"""Read a page: its blocks, what each of them names, and which names are of one thing. A text is
read without vowel signs and invisible marks, and what is found is put back to its place."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.blocks import (
    HEADING,
    NOISE,
    Block,
    Sentence,
    blocks_of,
    sentences_of,
)
from hrdgraph.extraction.reading.headed_names import GENERIC
from hrdgraph.extraction.reading.mentions import AWARD, BODY, NAME, PERSON, Mention
from hrdgraph.extraction.reading.naming import Naming
from hrdgraph.extraction.reading.text import is_acronym, unify
from hrdgraph.invisible_characters import INVISIBLE

_KINDS: Final = {BODY: "organisation", PERSON: "person", AWARD: "award"}
_INFLECTED: Final = 3  # letters by which a form of a name may differ at its end
_STEM: Final = 4
_TITLED: Final = 8  # characters of a title before the name of a heading
_ENDING: Final = re.compile(r"'s?$|\W$")
_CLOSED: Final = re.compile(r"\s*(?:$|[-|:(,]\s)")  # what may follow the name of a heading


@dataclass(frozen=True)
class Page:
    """A page as it is read: `topic` is the person or body that it is about, where it seems to be
    about one."""

    text: str
    level: str
    blocks: tuple[Block, ...]
    mentions: tuple[Mention, ...]
    topic: Mention | None
    name: str = ""
    title: str = ""
    titled_awards: tuple[Mention, ...] = ()  # of the title, which stands at no place of the text

    @property
    def language(self) -> str:
        """Return the language of most of its blocks."""
        spoken = Counter(item.language for item in self.blocks).most_common(1)
        return spoken[0][0] if spoken else "en"

    @cached_property
    def _starts(self) -> list[int]:
        return [item.start for item in self.mentions]

    def inside(self, start: int, end: int) -> list[Mention]:
        """List what is named from `start` to before `end`."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [item for item in self.mentions[first:last] if item.end <= end]

    def sentences(self) -> list[Sentence]:
        """Return the sentences of all blocks but noise."""
        return self._sentences

    @cached_property
    def _sentences(self) -> list[Sentence]:
        return [
            part
            for block in self.blocks
            if block.kind != NOISE
            for part in sentences_of(self.text, block)
        ]

    def focus(self, place: int) -> Mention | None:
        """Whom a pronoun at a place means, as far as that is known: a person of its sentence, who
        the sentences before spoke of first, whom its section is about, else the topic."""
        block = self._block_at(place)
        if block is None:
            return self.topic
        parts = sentences_of(self.text, block)
        own = next((part.start for part in parts if part.start <= place < part.end), place)
        if inside := _of_type(self.inside(own, place), PERSON):
            return inside[-1]
        ended = reversed([part for part in parts if part.end <= place])
        before = [self.inside(part.start, part.end) for part in ended]
        people = next(filter(None, (_of_type(items, PERSON) for items in before)), [])
        section = self._section(block)
        if people and not _is_person(section):
            return people[0]
        person = next(filter(_is_person, (*people[:1], section, self.topic)), None)
        bodies = (body[0] for items in before if (body := _of_type(items, BODY)))
        return person or section or next(bodies, None) or self.topic

    def block_before(self, block: Block) -> Block | None:
        """Return the nearest block above another one that is no noise."""
        at = bisect_right(self._read_blocks, block.start, key=lambda item: item.end) - 1
        return self._read_blocks[at] if at >= 0 else None

    def is_signature(self, block: Block) -> bool:
        """Tell whether a line says whose the quotation above it is: "- Mary Robinson"."""
        above = self.block_before(block)
        words = self.level[above.start : above.end].rstrip(".") if above else ""
        return self.level.startswith("-", block.start) and words[:1] == words[-1:] == '"'

    @cached_property
    def _read_blocks(self) -> list[Block]:
        return [item for item in self.blocks if item.kind != NOISE]

    @cached_property
    def _headings(self) -> list[Block]:
        return [item for item in self.blocks if item.kind == HEADING]

    def _block_at(self, place: int) -> Block | None:
        at = bisect_right(self._block_starts, place) - 1
        return self.blocks[at] if at >= 0 and place < self.blocks[at].end else None

    @cached_property
    def _block_starts(self) -> list[int]:
        return [item.start for item in self.blocks]

    def _section(self, block: Block) -> Mention | None:
        """Return the person or body whose name is the nearest heading above a block."""
        at = bisect_right(self._section_ends, block.start) - 1
        return self._sections[at][1] if at >= 0 else None

    @cached_property
    def _sections(self) -> list[tuple[int, Mention]]:
        return [(head.end, name) for head in self._headings if (name := self.name_in_heading(head))]

    @cached_property
    def _section_ends(self) -> list[int]:
        return [end for end, _ in self._sections]

    @cached_property
    def _awards(self) -> list[Mention]:
        return [item for item in self.mentions if item.type == AWARD and item.value != GENERIC]

    def owner(self, block: Block) -> Mention | None:
        """Whom a line that names nobody is about: the section, else the page."""
        return self._section(block) or self.topic

    def name_in_heading(self, head: Block) -> Mention | None:
        """Return the person or body whose name a heading is, with a country or a role."""
        inside = self.inside(head.start, head.end)
        named = [item for item in inside if item.type in (PERSON, BODY)]
        covered = sum(item.end - item.start for item in inside)
        if len(named) != 1 or named[0].start - head.start >= _TITLED:
            return None
        is_first = _CLOSED.match(self.level, named[0].end, head.end) is not None
        share = 0.3 if is_first and named[0].type == PERSON else 0.6
        return named[0] if covered >= share * (head.end - head.start) else None

    def last_award(self, place: int) -> Mention | None:
        """Return the award that "the prize" means at a place: the last before, else the first."""
        at = bisect_left(self._awards, place, key=lambda item: item.start) - 1
        return self._awards[max(at, 0)] if self._awards else None


def _is_person(mention: Mention | None) -> bool:
    return mention is not None and mention.type == PERSON


def _of_type(mentions: Iterable[Mention], kind: str) -> list[Mention]:
    return [item for item in mentions if item.type == kind and item.full]


def read_page(
    text: str, naming: Naming, *, language: str = "", name: str = "", title: str = ""
) -> Page:
    """Read a page. `name` is its address or that of its file."""
    blocks = tuple(blocks_of(text, naming.lexicons, language, title))
    level = unify(text)
    first = _find_mentions(text, blocks, naming)
    again = replace(naming, known=naming.known.with_names(_own_names(first)))
    mentions = tuple(_resolve(_find_mentions(text, blocks, again)))
    topic = _topic(mentions, blocks, title)
    titled = tuple(_titled_awards(title, again, blocks[0].language)) if title and blocks else ()
    return Page(text, level, blocks, mentions, topic, name, title, titled)


def _titled_awards(title: str, naming: Naming, language: str) -> Iterator[Mention]:
    """Return the awards of a title, placed before the text."""
    for item in naming.mentions(title, Block(0, len(title), HEADING, language)):
        if item.type == AWARD:
            yield replace(item, start=item.start - len(title), end=item.end - len(title))


def _find_mentions(text: str, blocks: Iterable[Block], naming: Naming) -> list[Mention]:
    return [
        item for block in blocks if block.kind != NOISE for item in naming.mentions(text, block)
    ]


def _own_names(mentions: list[Mention]) -> list[tuple[str, str]]:
    """List the names that the page itself gives: once found, they are known everywhere."""
    names = []
    for item in mentions:
        if item.type in _KINDS and item.value != GENERIC and "\n" not in item.text:
            name = item.full or item.text
            name = name.rpartition(" (")[0] if name.endswith(")") else name
            names.append((name, _KINDS[item.type]))
    return [(name, kind) for name, kind in names if " " in name and len(name) > 6]


def _resolve(mentions: list[Mention]) -> list[Mention]:
    """Give each mention the longest name that the page has for the same thing, and the type that
    this name tells."""
    people = [item for item in mentions if item.type == PERSON and len(item.text.split()) > 1]
    bodies = [item for item in mentions if item.type == BODY]
    aliases = {unify(item.alias).lower(): item for item in bodies if item.alias}
    names = _NamesByWord(people, bodies)
    return [_with_full(item, names, aliases) for item in mentions]


def _with_full(item: Mention, names: _NamesByWord, aliases: dict[str, Mention]) -> Mention:
    plain = unify(item.text).lower()
    if item.type in (BODY, NAME) and plain in aliases:
        return replace(item, type=BODY, full=aliases[plain].text)
    if item.type in (PERSON, NAME) and (same := names.person(plain)):
        return replace(item, type=PERSON, full=same.text)
    if item.type in (BODY, NAME) and len(plain) > 3 and (best := names.longest_body(plain)):
        return replace(item, type=BODY, full=best.full or best.text)
    return replace(item, full=item.full or item.text)


class _NamesByWord:
    """The names of a page, to be found by one of their words."""

    def __init__(self, people: list[Mention], bodies: list[Mention]) -> None:
        self._people: dict[str, dict[str, Mention]] = {}
        self._bodies: dict[str, dict[str, Mention]] = {}
        self._found: dict[str, Mention | None] = {}
        for item in people:
            whole = unify(item.text).lower()
            for part in whole.split():
                for form in _forms(part):
                    self._people.setdefault(form, {}).setdefault(whole, item)
        for item in bodies:
            whole = unify(item.text).lower()
            for part in {whole.split()[0], whole.split()[-1].strip('"')} if whole.split() else ():
                self._bodies.setdefault(part, {}).setdefault(whole, item)

    def person(self, short: str) -> Mention | None:
        """Return the first person each of whose words, up to their endings, a name has."""
        if short not in self._found:
            self._found[short] = self._look_for_person(short)
        return self._found[short]

    def _look_for_person(self, short: str) -> Mention | None:
        words = short.split()
        if not words:
            return next((item for some in self._people.values() for item in some.values()), None)
        tried = (
            [known for form in _forms(word) if (known := self._people.get(form))] for word in words
        )
        few = min(tried, key=lambda names: sum(map(len, names)))
        fitting = (
            item for some in few for whole, item in some.items() if _is_part(words, whole.split())
        )
        return min(fitting, key=lambda item: item.start, default=None)

    def longest_body(self, short: str) -> Mention | None:
        """Return the longest body whose name begins or ends with a name."""
        words = short.split()
        ends = {words[0], words[-1].strip('"')} if words else set()
        known = (self._bodies[word].items() for word in ends if word in self._bodies)
        longer = [item for some in known for whole, item in some if _is_within(short, whole)]
        return min(longer, key=lambda item: (-len(item.text), item.start), default=None)


def _is_part(words: list[str], parts: list[str]) -> bool:
    """Tell whether each word of a name is a word of a longer one, up to its ending."""
    return all(any(_is_form(word, part) for part in parts) for word in words)


def _forms(word: str) -> list[str]:
    """By what a word may be found of which a name has another form."""
    plain = _ENDING.sub("", word)
    return [plain, f"{plain[:_STEM]}*"] if "а" <= plain[:1] <= "я" else [plain]


def _is_within(short: str, whole: str) -> bool:
    return (
        short != whole
        and len(short) < len(whole)
        and (whole.startswith(short + " ") or whole.endswith((" " + short, f'"{short}"')))
    )


def _is_form(one: str, other: str) -> bool:
    one, other = _ENDING.sub("", one), _ENDING.sub("", other)
    if one == other:
        return True
    shared = next(
        (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )
    is_cyrillic = "а" <= one[:1] <= "я"
    return is_cyrillic and shared >= _STEM and max(len(one), len(other)) - shared <= _INFLECTED


def _topic(mentions: Iterable[Mention], blocks: Iterable[Block], title: str) -> Mention | None:
    """Return the person or body of the first headings, else the person named most often, where the
    title names them too."""
    named = [item for item in mentions if item.type in (PERSON, BODY) and not is_acronym(item.text)]
    blocks = list(blocks)
    heads = [block for block in blocks[: max(4, len(blocks) // 3)] if block.kind == HEADING][:4]
    for head in heads:
        inside = [item for item in named if head.start <= item.start and item.end <= head.end]
        if len(inside) == 1 and inside[0].end - inside[0].start >= 0.7 * (head.end - head.start):
            return inside[0]
    counts = Counter(item.full for item in named if item.type == PERSON)
    if not counts:
        return None
    best, count = counts.most_common(1)[0]
    is_titled = bool(title) and unify(best).lower() in unify(title).lower()
    return next(item for item in named if item.full == best) if count > 1 or is_titled else None


_MARKS: Final = re.compile(
    rf"[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed{INVISIBLE}]"
    r"|(?<=[\u0400-\u04ff])[\u0300\u0301]"
)


@dataclass(frozen=True)
class Unmarked:
    """A text without its marks; `gone` are the places of these in the whole text."""

    whole: str
    text: str
    gone: tuple[int, ...]

    @classmethod
    def of(cls, whole: str) -> Unmarked:
        gone = tuple(match.start() for match in _MARKS.finditer(whole))
        return cls(whole, _MARKS.sub("", whole) if gone else whole, gone)

    def place(self, at: int) -> int:
        """Return where a character of the text without marks stands in the whole text."""
        return at + bisect_left(_Shifts(self.gone), at + 1)

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch stands in the whole text, with the marks on its last character."""
        first = self.place(start)
        last = self.place(end - 1) + 1 if end > start else first
        while (match := _MARKS.match(self.whole, last)) and self.whole[last].strip():
            last = match.end()
        return first, last

    def candidate(self, item: Candidate) -> Candidate:
        """Return the candidate with its places and words in the whole text."""
        arguments = {name: self.argument(value) for name, value in item.arguments.items()}
        start, end = self.stretch(item.start, item.end)
        words = self.whole[start:end]
        return replace(item, arguments=arguments, start=start, end=end, words=words)

    def argument(self, item: Argument) -> Argument:
        """Return the argument in the whole text; its cell stays what was read, without marks."""
        start, end = self.stretch(item.start, item.end)
        text = self.whole[start:end]
        value = item.value or (item.cell if text != item.text else "")
        return replace(item, text=text, start=start, end=end, value=value)

    def mention(self, item: Mention) -> Mention:
        start, end = self.stretch(item.start, item.end)
        return replace(item, start=start, end=end, text=self.whole[start:end])

    def page(self, page: Page) -> Page:
        """Return the page with its blocks and mentions in the whole text."""
        blocks = []
        for block in page.blocks:
            start, end = self.stretch(block.start, block.end)
            blocks.append(replace(block, start=start, end=end))
        mentions = tuple(self.mention(item) for item in page.mentions)
        topic = self.mention(page.topic) if page.topic else None
        return replace(
            page, text=self.whole, level=unify(self.whole), blocks=tuple(blocks),
            mentions=mentions, topic=topic,
        )  # fmt: skip


@dataclass(frozen=True)
class _Shifts:
    """The places of marks, each less the number of marks before it: in order, to be searched."""

    gone: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.gone)

    def __getitem__(self, number: int) -> int:
        return self.gone[number] - number
