"""A page into its blocks, with what each of them names, and which names are of one thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from hrdgraph.extract.reading.blocks import HEADING, NOISE, Block, Sentence, blocks_of, sentences_of
from hrdgraph.extract.reading.headed_names import GENERIC
from hrdgraph.extract.reading.mentions import AWARD, BODY, COUNTRY, NAME, PERSON, Mention
from hrdgraph.extract.reading.naming import Naming
from hrdgraph.extract.reading.text import is_acronym, levelled

_KINDS: Final = {BODY: "organisation", PERSON: "person", AWARD: "award"}
_INFLECTED: Final = 3  # letters by which a form of a name may differ at its end
_STEM: Final = 4
_FAMILY: Final = 5  # letters of a family name that is known where it stands alone
_TITLED: Final = 8  # characters of a title before the name of a heading
_CLOSED: Final = re.compile(r"\s*(?:$|[-|:(,]\s)")  # what may follow the name of a heading
_TIED: Final = re.compile(
    r"(?<!\w)(?:with|by|of|from|for|than|avec|par|de|du|pour|con|por|del|para|com|pelo|pela|d[oa]"
    r"|вместе с|у|от|к|مع|من)"
    r"\s+(?:\w{1,3}\s+)?(?:[^\W\d_A-Z]+\s+){0,2}$"
)


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

    @property
    def language(self) -> str:
        """The language of most of its blocks."""
        spoken = [item.language for item in self.blocks]
        return max(spoken, key=spoken.count) if spoken else "en"

    def inside(self, start: int, end: int) -> list[Mention]:
        """What is named from `start` to before `end`."""
        return [item for item in self.mentions if start <= item.start and item.end <= end]

    def sentences(self) -> list[Sentence]:
        """The sentences of all blocks but noise."""
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
            return self._foremost(people)
        person = next(filter(_is_person, (*people[:1], section, self.topic)), None)
        bodies = (found[0] for items in before if (found := _of_type(items, BODY)))
        return person or section or next(bodies, None) or self.topic

    def _block_at(self, place: int) -> Block | None:
        return next((item for item in self.blocks if item.start <= place < item.end), None)

    def _foremost(self, people: list[Mention]) -> Mention:
        """Of the people of a sentence the one that it speaks of: the first that no small word ties
        to another ("with the lawyer Ana Paz"), else whom the page is about."""
        free = (item for item in people if not _TIED.search(self.level[: item.start][-40:]))
        return next(free, self.topic if self.topic and _is_person(self.topic) else people[0])

    def _section(self, block: Block) -> Mention | None:
        """The person or body whose name is the nearest heading above a block."""
        heads = (item for item in self.blocks if item.kind == HEADING and item.end <= block.start)
        return next((found for head in reversed(list(heads)) if (found := self.titled(head))), None)

    def owner(self, block: Block) -> Mention | None:
        """Whom a line that names nobody is about: the section, else the page."""
        return self._section(block) or self.topic

    def titled(self, head: Block) -> Mention | None:
        """The person or body whose name a heading is, with a country or a role."""
        inside = self.inside(head.start, head.end)
        named = [item for item in inside if item.type in (PERSON, BODY)]
        covered = sum(item.end - item.start for item in inside)
        if len(named) != 1 or named[0].start - head.start >= _TITLED:
            return None
        is_first = _CLOSED.match(self.level, named[0].end, head.end) is not None
        share = 0.3 if is_first and named[0].type == PERSON else 0.6
        return named[0] if covered >= share * (head.end - head.start) else None

    def last_award(self, place: int) -> Mention | None:
        """The award that "the prize" means at a place: the one that the page is about, unless its
        own paragraph names another."""
        named = [item for item in self.mentions if item.type == AWARD and item.value != GENERIC]
        block = self._block_at(place)
        near = [item for item in named if block and block.start <= item.start < place]
        return near[-1] if near else self._main_award(named, place)

    def _main_award(self, named: list[Mention], place: int) -> Mention | None:
        """The award of the title or the first heading, else the one that was named last."""
        title = levelled(self.title).lower()
        titled = [item for item in named if levelled(item.text).lower() in title]
        heads = [item for item in self.blocks if item.kind == HEADING][:3]
        headed = [item for item in named for head in heads if head.start <= item.start < head.end]
        before = [item for item in named if item.start < place]
        chosen = [*titled[:1], *headed[:1], *before[-1:], *named[:1]]
        return chosen[0] if chosen else None


def _is_person(mention: Mention | None) -> bool:
    return mention is not None and mention.type == PERSON


def _of_type(mentions: Iterable[Mention], kind: str) -> list[Mention]:
    return [item for item in mentions if item.type == kind and item.full]


def read_page(
    text: str, naming: Naming, *, language: str = "", name: str = "", title: str = ""
) -> Page:
    """Read a page. `name` is its address or that of its file."""
    blocks = tuple(blocks_of(text, naming.lexicons, language))
    first = _named(text, blocks, naming)
    again = replace(
        naming,
        known=naming.known.joined(_own_names(text, blocks, first)),
        families=_families(first),
    )
    mentions = tuple(_resolved(_named(text, blocks, again)))
    topic = _topic(mentions, blocks, title)
    return Page(text, levelled(text), blocks, mentions, topic, name, title)


def _named(text: str, blocks: Iterable[Block], naming: Naming) -> list[Mention]:
    return [
        item for block in blocks if block.kind != NOISE for item in naming.mentions(text, block)
    ]


def _families(found: list[Mention]) -> frozenset[str]:
    """The last words of the names of people in a script without capitals, which stand alone for
    them."""
    lasts = (levelled(item.text).split() for item in found if item.type == PERSON)
    return frozenset(
        words[-1] for words in lasts
        if len(words) > 1 and len(words[-1]) >= _FAMILY and not words[-1].isupper()
        and "\u0600" <= words[-1][0] <= "\u06ff"
    )  # fmt: skip


def _own_names(text: str, blocks: Iterable[Block], found: list[Mention]) -> list[tuple[str, str]]:
    """The names that the page itself gives: what was found in one place is known in all others."""
    names = []
    for item in found:
        if item.type in _KINDS and item.value != GENERIC and "\n" not in item.text:
            name = item.full or item.text
            name = name.rpartition(" (")[0] if name.endswith(")") else name
            names.append((name, _KINDS[item.type]))
    people = [name for name, kind in names if kind == "person"]
    own = [
        (name, kind)
        for name, kind in names
        if " " in name and len(name) > 6 and not (kind == "person" and _goes_on(name, people))
    ]
    read = (block for block in blocks if block.kind != NOISE)
    bodies = (name for block in read for name in item_bodies(text, block, found))
    return [*own, *((name, "organisation") for name in bodies)]


def _goes_on(name: str, people: list[str]) -> bool:
    """Whether a name is that of another person with more words behind it."""
    return any(name.startswith(other + " ") for other in people if " " in other)


def item_bodies(text: str, block: Block, found: list[Mention]) -> list[str]:
    """The middle of a line such as "Ana Paz, Mothers for Peace, Chile": between a person and a
    country stands a body."""
    parts = re.split(r"\s*[,;|]\s+|\s+-\s+", text[block.start : block.end].strip())
    if len(parts) != 3 or block.end - block.start > 160:
        return []
    inside = [item for item in found if block.start <= item.start and item.end <= block.end]
    begins = any(item.type in (PERSON, NAME) and item.start == block.start for item in inside)
    ends = any(item.type == COUNTRY and item.end >= block.end - 1 for item in inside)
    return [parts[1]] if begins and ends and parts[1][:1].isupper() else []


def _resolved(found: list[Mention]) -> list[Mention]:
    """Mentions with the longest name that the page gives the same thing; what that tells of
    their type."""
    people = [item for item in found if item.type == PERSON and len(item.text.split()) > 1]
    bodies = [item for item in found if item.type == BODY]
    aliases = {levelled(item.alias).lower(): item for item in bodies if item.alias}
    return [_with_full(item, people, bodies, aliases) for item in found]


def _with_full(
    item: Mention, people: list[Mention], bodies: list[Mention], aliases: dict[str, Mention]
) -> Mention:
    plain = levelled(item.text).lower()
    if item.type in (BODY, NAME) and plain in aliases:
        return replace(item, type=BODY, full=aliases[plain].text)
    if item.type in (PERSON, NAME):
        same = [other for other in people if _is_part(plain, levelled(other.text).lower())]
        if same:
            return replace(item, type=PERSON, full=same[0].text)
    if item.type in (BODY, NAME) and len(plain) > 3:
        longer = [other for other in bodies if _is_within(plain, levelled(other.text).lower())]
        if longer:
            best = max(longer, key=lambda other: len(other.text))
            return replace(item, type=BODY, full=best.full or best.text)
    return replace(item, full=item.full or item.text)


def _is_part(short: str, whole: str) -> bool:
    """Whether each word of a name is a word of a longer one, up to its ending."""
    parts = whole.split()
    return all(any(_is_form(word, part) for part in parts) for word in short.split())


def _is_within(short: str, whole: str) -> bool:
    return (
        short != whole
        and len(short) < len(whole)
        and (whole.startswith(short + " ") or whole.endswith((" " + short, f'"{short}"')))
    )


def _is_form(one: str, other: str) -> bool:
    one, other = (re.sub(r"'s?$|\W$", "", word) for word in (one, other))
    if one == other:
        return True
    shared = next(
        (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )
    is_cyrillic = "а" <= one[:1] <= "я"
    return is_cyrillic and shared >= _STEM and max(len(one), len(other)) - shared <= _INFLECTED


def _topic(mentions: Iterable[Mention], blocks: Iterable[Block], title: str) -> Mention | None:
    """The person or body of the first headings, else the person named most often, where the
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
    is_titled = bool(title) and levelled(best).lower() in levelled(title).lower()
    return next(item for item in named if item.full == best) if count > 1 or is_titled else None
