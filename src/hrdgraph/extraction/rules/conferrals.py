"""Find who received which award: each award in scope (of the sentence, a heading, the title) with
each name in scope, and a model decides by the words and by the structure of the page."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise, product
from typing import Final, NamedTuple

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.blocks import HEADING, ITEM, NOISE, Block, Sentence, sentences_of
from hrdgraph.extraction.reading.headed_names import GENERIC
from hrdgraph.extraction.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extraction.reading.mentions import (
    AWARD,
    BODY,
    COUNTRY,
    DATE,
    NAME,
    PERSON,
    ROLE,
    Mention,
    years_of,
)
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.reading.text import unify
from hrdgraph.extraction.rules.masking import (
    LIFE,
    Masked,
    compile_pattern,
    find_enumerated,
    mask,
)
from hrdgraph.extraction.rules.scoring import read_model
from hrdgraph.extraction.rules.sentence_rules import argument_of

PROPOSER: Final = "triggers"
_WHO: Final = (PERSON, BODY, NAME)
_CONFERRING: Final = (  # words of a language that tell of a conferral
    "receive", "goes_to", "give", "laureate", "laureate_of", "laureates", "honoured", "choose",
    "accept",
)  # fmt: skip
_FINALIST: Final = ("finalist", "finalists")
_TOLD: Final = (  # and those that tell that it is none
    *_CONFERRING, *_FINALIST, "to_whom", "ceremony", "not_received", "announced", "say", "earlier",
)  # fmt: skip
_OUTCOMES: Final = (*_FINALIST, "laureate", "laureates", "receive")
_ABOVE: Final = ("heading", "title", "page")  # where an award of lines stands
_SAID: Final = (
    {  # of a line that says it outright: "Rosa Lamp - Chile - Laureate of the Lamp 2013"
        "sentence-line", "before-directly", "sentence-people1", "sentence-line-with-date",
    },
    {"introduced"},
    {"before-directly", "before-receive-between"},  # "Rosa Lamp won the Lantern Award"
    {"before-directly", "before-laureate_of-between"},
    {"after-directly", "after-goes_to-between"},
    {"meant-directly"},
    {"stated"},
)  # fmt: skip
_RECEIVES: Final = (  # what stands before an award of somebody whom a sentence leaves out
    r"(?:(?:.*\W)?{pronoun}(?:\s+\w+){0,2}|(?:.*[,;:])?(?:[\s\"]|{in}|{adverb}|{date}|{and})*)\s*"
    r"(?:{receive}|{laureate_of})\s*(?:{of}\s*)?(?:{article}\s*)?(?:[^\W\d]+\s){0,3}"
    r"(?:{award}(?:[\s,;()\"]|{date}|{and}|{article}|{in}|{country})*)*"
)
_OF_SOMEBODY: Final = r"(?:{role}|{founder_noun}|{member_of})\s*(?:{of}|{in})\s*(?:{article})?"
_CATEGORY: Final = r"(?:categor\w+|catégorie|номинаци\w+|فئة)\s*\"?$"  # before the name of one
_GIVER: Final = r"|{award}\"?\s*(?:{by}|{from})\s*(?:{article})?\s*\"?$|{gives_first}\s*$"
_FILE: Final = re.compile(r"(?:JPE?G|PNG|GIF|PDF)\b|[^\n]{0,20}\.(?:jpe?g|png|gif|pdf)\b", re.I)
_LISTS: Final = ("laureates", "finalists")
_LINKS: Final = (
    "by", "to", "of", "with", "from", "in", "goes_to", "laureates", "laureate", "choose", "give",
)  # fmt: skip
_TITLES: Final = r"(?:{article}\s*)?(?:{demonym}\s*)?(?:{role}\s*)?(?:{honorific}\s*)?"
_STATES: Final = (  # what stands before and between an award and, on its right or left, a name
    (True, r"(?:{laureates}|{laureate}|{receive})\s*\"?$",
     r"\W*(?:{date}\W*)?{be}(?:[^.;:()]|\([^()]*\))*"),
    (False, rf"{{receive}}\s*{_TITLES}$", "[^.;:,{who!}{award!}{date!}]{0,30}"),
    (False, rf"{{give}}\s*{{body}}\s*{_TITLES}$", "[^.;:{human!}{award!}]{0,80}"),
)  # fmt: skip
_MOST: Final = 40  # names of a sentence that are tried
_CARD: Final = 4  # words of a line under a name that says "Laureate"
_AROUND: Final = 6  # lines before and after one among which its like are counted
_LISTED: Final = 60  # blocks in which a heading or an introduction counts
_NO_MORE: Final = r"finalist[aeo]?s?|runners?-up|nomin(?:ee|ée?|ad[oa])s?|финалист\w*|номинант\w*"
_EDITION: Final = re.compile(  # words of a sentence whose year is that of an edition
    r"edi(?:ci|tion|ção)|édition|laur[eé]a|winner|ganador|galardon|premiad|vencedor|recipient"
    r"|honou?red|finalist|nomin|лауреат|победител|الفائز|للعام|لعام", re.I
)  # fmt: skip
_OLDER: Final = (  # words before a year of something older
    r"since|depuis|desde|founded|establish|cr[eé][éea]|institu(?:é|ída?|iu|yó|ted)|fund(?:ad|ó|ou)|fond(?:é|a\b)"
    r"|establec|born|nac[ií]|publi[séc]|diffus|broadcast|учрежд|основан|родил|опубликов|منذ|تاسس|نشر"
)
_PAST: Final = re.compile(  # and of a sentence whose years are old
    rf"{_OLDER}|found|fund|fond[éa]|died|muri|mort|first|primera? |première|anniver", re.I
)
_JUDGES: Final = re.compile(  # words of those who choose, host and pay
    r"\b(?:jur(?:y|ies|ado|ados|és?)|júri|judges|juez|jurors?|giuria|chair(?:s|ed)?|host(?:s|ed)?|sponsor"
    r"|trustees|board|committee|comis(?:ión|são)|comité|presid(?:e|ed|ida?|ió|iu|é|ée|io)"
    r"|patron(?:ato)?|жюри|председател\w+|ведущ\w+|لجنة)\b", re.I
)  # fmt: skip
_THIS_YEAR: Final = r"(?i)\b(?:this year|est[ea] a[nñ]o|cette année|в этом году|ل?هذا العام)\b"
_SINCE: Final = 45  # characters before a year that tell of something older
_BESIDE: Final = 10  # characters between an award and its year
_YEAR: Final = r"(?<!\d)(?:19|20)\d\d(?!\d)"
_BRACKETED: Final = re.compile(rf"[^\d.;:()]{{0,40}}\([^()]{{0,40}}?(?P<year>{_YEAR})\)")
_ENDING: Final = 80  # characters at the end of a heading or introduction that say of what it is
_NEAR: Final = 60  # characters between a year and the award after it
_FIRST: Final = 3  # blocks whose first date may be that of the page
_DATED: Final = 8  # words of a line that is a date
_TOP: Final = 8  # blocks at the top among which the date of a page stands

_LONGEST: Final = 40  # words of a line
_PREFIX: Final = re.compile(
    r"[^\w¡¿«\"'(]*(?:\(?(?:1[89]|20)\d\d(?:[-/]\d\d(?:\d\d)?)?\)?[^\w¡¿(]+|(?:\d{1,3}|[IVXLC]+)"
    r"[ºª°]?\W{0,2}[.:)|-]\s*)?[^\w¡¿«\"'(]*"
)
_MARK: Final = re.compile(r"\s+[-|]+\s*|[:;,]\s+|[:;,]$|\s*\|\s*|\s*[()]\s*")
_QUOTES: Final = " \"'.*"


class Part(NamedTuple):
    """A part of a line between two marks, with these."""

    start: int
    end: int
    before: str
    after: str


class Line(NamedTuple):
    """A line, what stands before its first part, and its parts."""

    opening: str
    parts: tuple[Part, ...]

    @property
    def shape(self) -> tuple[str, str]:
        """Return what lines of one list have in common."""
        return self.opening, self.parts[0].after if self.parts else ""


@lru_cache(1 << 12)
def _line_of(level: str, start: int, end: int) -> Line | None:
    """Return a stretch of a page cut at its marks; None where it is too long for a line."""
    words = level[start:end]
    if len(words.split()) > _LONGEST or len(re.findall(r"[^\W\d_]{2}[.!?]\s", words)) > 1:
        return None
    prefix = _PREFIX.match(words)
    at = prefix.end() if prefix else 0
    opening = "year" if re.search(r"\d{4}", words[:at]) else "bullet" if words[:at].strip() else ""
    parts, before = [], ""
    marks = [(item.start(), item.end(), item[0].strip()[:1]) for item in _MARK.finditer(words, at)]
    for first, last, mark in [*marks, (len(words), len(words), "")]:
        inside = words[at:first]
        left = len(inside) - len(inside.lstrip(_QUOTES))
        right = len(inside.rstrip(_QUOTES))
        if right > left:
            parts.append(Part(start + at + left, start + at + right, before, mark))
        at, before = last, mark
    return Line(opening, tuple(parts))


class AwardPair(NamedTuple):
    """A name and an award that may have been conferred on it: the sentence or line that says
    so, whether each of them stands elsewhere, and the features."""

    who: Mention
    award: Mention
    part: Sentence
    scope: str
    features: tuple[str, ...]


class _Scope(NamedTuple):
    """What a line stands under: "laureates" or "finalists", the award and the year that the
    heading or introduction names, and how many blocks before."""

    list_of: str = ""
    award: Mention | None = None
    year: Mention | None = None
    at: int = -_LISTED
    has_colon: bool = False


@dataclass(frozen=True)
class PageConferrals:
    """The pairs of a page."""

    page: Page
    lexicons: Lexicons

    def pairs(self) -> Iterator[AwardPair]:
        """Return each name with each award in its scope."""
        for part in self.page.sentences():
            if part.block.language in self.lexicons.by_language:
                yield from self.line(part).pairs()

    def line(self, part: Sentence) -> _AwardLine:
        """Return a sentence with the names that occur in it."""
        mentions = self.page.inside(part.start, part.end)
        return _AwardLine(self, part, self.lexicons.of(part.block.language), mentions)

    @cached_property
    def blocks(self) -> list[Block]:
        return [block for block in self.page.blocks if block.kind != NOISE]

    @cached_property
    def number(self) -> dict[int, int]:
        """The number of each block by its start."""
        return {block.start: number for number, block in enumerate(self.blocks)}

    @cached_property
    def lines(self) -> list[Line | None]:
        firsts = (sentences_of(self.page.text, block)[0] for block in self.blocks)
        return [_line_of(self.page.level, part.start, part.end) for part in firsts]

    def words(self, number: int) -> str:
        """Return the words of a block."""
        return self.page.level[self.blocks[number].start : self.blocks[number].end]

    def like(self, number: int) -> list[Line]:
        """Return the lines near one that have its shape."""
        line = self.lines[number]
        near = range(max(0, number - _AROUND), min(len(self.lines), number + _AROUND + 1))
        lines = (self.lines[at] for at in near if at != number)
        return [item for item in lines if item and line and item.shape == line.shape]

    @cached_property
    def _lists_words(self) -> dict[str, re.Pattern[str]]:
        """Words for laureates and finalists of all languages: a page may use those of another."""
        words_of, own = {}, self.lexicons.by_language.values()
        for name, more in (("laureates", "laureate"), ("finalists", "finalists")):
            words = [of.macros[macro] for of in own for macro in (name, more) if macro in of.macros]
            plain = [re.sub(r"\{[^{}]*[a-z][^{}]*\}", "(?!)", word) for word in words]
            plain.append(_NO_MORE) if name == "finalists" else None
            words_of[name] = re.compile(rf"(?<!\w)(?:{'|'.join(plain)})(?!\w)", re.I)
        return words_of

    def list_of(self, words: str) -> str:
        """Return what a heading, an introduction or a card says that names are."""
        is_finalist = self._lists_words["finalists"].search(words)
        is_laureate = self._lists_words["laureates"].search(words)
        return "laureates" if is_laureate else "finalists" if is_finalist else ""

    @cached_property
    def list_of_page(self) -> str:
        """Return what the title and the first lines say that the names of the page are."""
        first = "\n".join(map(self.words, range(min(3, len(self.blocks)))))
        words = f"{unify(self.page.title)}\n{first}"
        is_list = self._lists_words["laureates"].search(words) or re.search(_NO_MORE, words, re.I)
        return self.list_of(words) if is_list else ""

    def own_award(self, number: int) -> bool:
        """Tell whether the block below a heading names the award of the card that it heads."""
        block = self.blocks[min(number + 1, len(self.blocks) - 1)]
        is_card = self.blocks[number].kind == HEADING != block.kind
        return is_card and any(map(_is_named_award, self.page.inside(block.start, block.end)))

    def card(self, number: int) -> str:
        """Return what the short line under a name says of it: laureate or finalist."""
        for below in range(number + 1, min(number + 3, len(self.blocks))):
            words = self.words(below)
            is_card = len(words.split()) <= _CARD and not words.endswith(":")
            if is_card and (listed := self.list_of(words)):
                return listed
        return ""

    def is_name(self, number: int) -> bool:
        """Tell whether a line begins with a name."""
        line, block = self.lines[number], self.blocks[number]
        if line is None or not line.parts:
            return False
        inside = self.page.inside(block.start, block.end)
        first = line.parts[0]
        return any(item.type in _WHO and item.start - first.start < 12 for item in inside)

    @cached_property
    def scopes(self) -> list[_Scope]:
        """Return for each block the award, year and list that headings above it set."""
        scopes, scope = [], _Scope()
        for number, block in enumerate(self.blocks):
            scopes.append(scope)
            has_colon = self.words(number).rstrip().endswith(":")
            listed = self.list_of(self.words(number))
            if (block.kind == HEADING or has_colon) and (listed or not self.is_name(number)):
                scope = self._scope_below(number, scope, listed, has_colon=has_colon)
        return scopes

    def _scope_below(self, number: int, scope: _Scope, listed: str, *, has_colon: bool) -> _Scope:
        """Return what stands below a heading or introduction, from what stands at it."""
        block, words = self.blocks[number], self.words(number)
        inside = self.page.inside(block.start, block.end)
        year = next(filter(_is_year, inside), None)
        award = next(filter(_is_named_award, inside), None)
        if award is None and any(item.type == AWARD for item in inside):
            award = self.page.last_award(block.start)
        is_short = len(words.split()) <= 2 and not year and not re.search(r"s\W*$", words)
        is_card = is_short and number > 0 and self.is_name(number - 1)
        if year and len(re.findall(r"\w+", words)) == 1:
            return scope._replace(year=year, at=number)
        if listed and (award or has_colon or not is_card):
            same = _Scope() if award else scope
            return _Scope(listed, award or same.award, year or same.year, number, has_colon)
        if _JUDGES.search(words[-_ENDING:]):
            return scope._replace(list_of="judges", at=number, has_colon=has_colon)
        if award:
            list_of = "" if scope.list_of == "judges" else scope.list_of
            return _Scope(list_of, award, year, number, has_colon)
        if has_colon:
            return scope._replace(at=number, has_colon=True)
        is_other = not inside and not is_card and len(words.split()) > 1
        return scope._replace(has_colon=scope.has_colon and not is_other)

    @cached_property
    def listed(self) -> set[int]:
        """Return the blocks of lists whose introduction ends in a colon: the one below it, and
        those that go on in its form."""
        lines: set[int] = set()
        for number, (block, scope) in enumerate(zip(self.blocks, self.scopes, strict=True)):
            if not scope.has_colon or scope.list_of not in _LISTS:
                continue
            first = self.blocks[min(scope.at + 1, number)]
            is_next = number == scope.at + 1 or number - 1 in lines or number - 2 in lines
            if is_next and (block.kind == ITEM) == (first.kind == ITEM):
                lines.add(number)
        return lines

    @cached_property
    def title_award(self) -> Mention | None:
        """The award of the title, which has no place in the text."""
        return next((item for item in self.page.titled_awards if _is_named_award(item)), None)

    @cached_property
    def main_award(self) -> Mention | None:
        """The award that the text names most, the first of these."""
        named = [item for item in self.page.mentions if _is_named_award(item)]
        counts = Counter(_stems(item.text) for item in named)
        is_titled = {_stems(item.text) for item in self.page.titled_awards}
        return max(
            named, key=lambda item: (_stems(item.text) in is_titled, counts[_stems(item.text)]),
            default=None,
        )  # fmt: skip

    @cached_property
    def is_about_one(self) -> bool:
        """Tell whether the page names its main award in a heading, at its top, or twice."""
        main = _stems(self.main_award.text) if self.main_award else frozenset[str]()
        named = [_stems(item.text) for item in self.page.mentions if _is_named_award(item)]
        titled = map(_stems, (item.text for item in self.page.titled_awards))
        top = self.blocks[min(_FIRST, len(self.blocks) - 1)].end
        is_first = self.main_award is not None and self.main_award.start < top
        return is_first or main in titled or named.count(main) > 1

    @cached_property
    def years(self) -> dict[frozenset[str], set[str]]:
        """Return the years that stand beside each award on the page."""
        years: dict[frozenset[str], set[str]] = {}
        items = self.page.mentions
        for left, other in pairwise(items):
            award, date = (left, other) if left.type == AWARD else (other, left)
            if _is_named_award(award) and _is_year(date) and other.start - left.end < _BESIDE:
                years.setdefault(_stems(award.text), set()).add(next(years_of(date.value)))
        return years

    @cached_property
    def page_year(self) -> str:
        """Return the year that the page is of: of its title, else the one for which most speaks in
        its sentences: its award or an edition beside it, its place at the top."""
        if titled := re.findall(_YEAR, self.page.title):
            return str(titled[-1])
        if self.main_award and (joined := _read_year_in_name(self.main_award)):
            return joined
        votes: Counter[str] = Counter()
        main = _stems(self.main_award.text) if self.main_award else frozenset[str]()
        for number, block in enumerate(self.page.blocks):
            written = re.search(rf"\d[./]({_YEAR})", self.page.level[block.start : block.end][:40])
            if written and number < _TOP:
                votes[written[1]] += 2
            for part in sentences_of(self.page.text, block) if block.kind != NOISE else ():
                words = self.page.level[part.start : part.end]
                inside = self.page.inside(part.start, part.end)
                awards = [
                    mention
                    for mention in inside
                    if _is_named_award(mention) and _is_one(_stems(mention.text), main)
                ]
                for date in filter(_is_year, inside):
                    gaps = [max(date.start - award.end, award.start - date.end) for award in awards]
                    is_past = _PAST.search(words[: date.end - part.start]) is not None
                    votes[next(years_of(date.value))] += (
                        (2 if gaps and min(gaps) < _NEAR else 0)
                        + (1 if _EDITION.search(words) else 0)
                        + (1 if number < _FIRST or len(words.split()) < _DATED else 0)
                        - (4 if is_past else 0)
                    )
        best = max(votes.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        is_alone = sum(count >= best[1] for count in votes.values()) == 1
        return best[0] if best[1] > 0 and is_alone else ""


def _stems(name: str) -> frozenset[str]:
    """The beginnings of the longer words of a name, by which two names of an award are alike."""
    return frozenset(word[:5] for word in re.findall(r"\w{4,}", unify(name).lower()))


def _is_year(item: Mention) -> bool:
    years = {*years_of(item.value)}
    is_span = re.search(r"\.\.|^/|/$", item.value) or len(years) > 1
    return item.type == DATE and not is_span and bool(years)


def _read_year_in_name(award: Mention) -> str:
    """Return the year at the end of the name of an award: "Lantern Award-2012"."""
    return "".join(re.findall(rf"[\s-]({_YEAR})\W*$", award.text))


def _is_named_award(item: Mention) -> bool:
    return item.type == AWARD and item.value != GENERIC


@dataclass(frozen=True)
class _AwardLine:
    """One sentence, item or heading, with what it names."""

    whole: PageConferrals
    part: Sentence
    lexicon: Lexicon
    mentions: list[Mention]

    @cached_property
    def hidden(self) -> Masked:
        return mask(self.whole.page.level, self.part.start, self.part.end, self.mentions)

    @cached_property
    def told(self) -> list[tuple[str, int, int]]:
        """Return the words that tell, with where they begin and end."""
        spans = []
        for name in _TOLD:
            if name in self.lexicon.macros:
                pattern = compile_pattern(rf"(?<!\w){{{name}}}(?!\w)", self.lexicon.macro_words)
                spans += [(name, *item.span()) for item in pattern.finditer(self.hidden.text)]
        return spans

    @cached_property
    def number(self) -> int:
        return self.whole.number[self.part.block.start]

    @cached_property
    def line(self) -> Line | None:
        """Return the line that the sentence is: a whole block, or the first of one with a name at
        its beginning."""
        block, whole = self.part.block, self.whole
        is_line = self.part.end == block.end or block.kind == ITEM or whole.is_name(self.number)
        return whole.lines[self.number] if is_line and self.part.start == block.start else None

    @cached_property
    def scope(self) -> _Scope:
        scope = self.whole.scopes[self.number]
        return scope if self.number - scope.at <= _LISTED else _Scope()

    def pairs(self) -> Iterator[AwardPair]:
        whole, block = self.whole, self.part.block
        if whole.page.is_signature(block):
            return
        named = [item for item in self.mentions if item.type == AWARD]
        awards = [(item, "sentence") for item in filter(_is_named_award, named)]
        last = whole.page.last_award(self.part.start)
        if named and not awards and (meant := whole.main_award or whole.title_award or last):
            awards = [(meant, "generic")]
        # "Rosa Lamp Testimony": a heading about the person of the page names nobody else
        topic = whole.page.topic if block.kind == HEADING else None
        who = [
            (item, "")
            for item in self.mentions
            if item.type in _WHO and not whole.list_of(unify(item.text))
            if not (topic and item.text.startswith(f"{topic.text} "))
            if not self._is_described(item)
        ][:_MOST]
        if awards and not any(item.type == PERSON for item, _ in who):
            who += self._find_implied()
        if not awards and who:
            awards = [*self._above()]
            who = [item for item in who if not self._is_beside_person(item[0])]
        for (name, place), (award, scope) in product(who, awards):
            is_apart = name.end <= award.start or award.end <= name.start
            is_barred = not place and self._is_barred(name, award if scope == "sentence" else None)
            if is_apart and not is_barred and not _is_named_for(name, award):
                features = tuple(dict.fromkeys(self._features(name, award, place, scope)))
                yield AwardPair(name, award, self.part, place or scope, features)

    def _is_barred(self, who: Mention, award: Mention | None) -> bool:
        """Tell whether a name cannot be the recipient of an award of its sentence: it says what is
        quoted, gives the award, chooses, or its part between semicolons has an award of its own."""
        at, text = self._sign(who), self.hidden.text
        on = self._sign(award) if award else None
        if at is None:
            return False
        start, end = text.rfind(";", 0, at) + 1, text.find(";", at) % (len(text) + 1)
        own = {self.hidden.signs[place].type for place in self.hidden.signs if start <= place < end}
        if on is not None and not start <= on < end and AWARD in own:
            return True
        before, macros = text[start:at], self.lexicon.macro_words
        bars = _CATEGORY if self.told else rf"{_CATEGORY}|^\W*{{kin}}\W*$"
        bars += _GIVER if who.type == BODY else ""
        owns = compile_pattern(r"'s\s*(?:{date}\s*)?{award}", macros).match(text, at + 1)
        is_barred = compile_pattern(bars, macros).search(before) or (who.type == BODY and owns)
        if is_barred or _FILE.match(self.whole.page.level, who.start):
            return True
        said = r"\"[\s,]*(?:\w+\s)?{say}(?!\w)" if "say" in self.lexicon.macros else "(?!)"
        apart = [*_JUDGES.finditer(before), *compile_pattern(said, macros).finditer(before)]
        after = start + max((item.end() for item in apart), default=0)
        return bool(apart) and not any(
            name in _CONFERRING and after <= place < end for name, place, _ in self.told
        )

    def _is_described(self, who: Mention) -> bool:
        """Tell whether a name is of the body of somebody, or of the source of what is said."""
        at, words = self._sign(who), self.lexicon.macro_words
        pattern = _OF_SOMEBODY if who.type != PERSON else r"(?!)"
        before = compile_pattern(
            rf"(?:{pattern}|(?<!\w){{according}}\s*(?:{{article}})?)\s*\"?$", words
        )
        return at is not None and before.search(self.hidden.text[max(0, at - 60) : at]) is not None

    def _find_implied(self) -> Iterable[tuple[Mention, str]]:
        """Find whom a sentence that names nobody may be about: the person of its section, or the
        one named before it."""
        page, block = self.whole.page, self.part.block
        focus = page.focus(self.part.start) if block.kind != HEADING else None
        owner = page.owner(block)
        return {
            item.full: (item, place)
            for item, place in ((owner, "owner"), (focus, "focus"))
            if item and not self.whole.list_of(item.text)
        }.values()

    def _is_beside_person(self, who: Mention) -> bool:
        """Tell whether a name goes with the person of its line: the category or the work in an
        earlier part, or what stands behind who begins an item."""
        at, line, text = self._sign(who), self.line, self.hidden.text
        if line is None or at is None:
            return False
        joined = self._enumerations.get(at, (at, at))
        ends = [part.end for part in line.parts]
        is_given = unify(who.text).lower().split()[0] in self.whole.lexicons.given_names
        for place, item in self.hidden.signs.items():
            is_aside = re.search(r"\([^()]*$", text[:place]) is not None
            if item.type != PERSON or item is who or is_aside:
                continue
            is_behind = place < at
            if is_behind and self.part.block.kind == ITEM and self._is_introduced(item):
                between = re.sub(self.lexicon.joining, " ", text[place + 1 : at], flags=re.I)
                return re.search(r"\w", between) is not None
            if place in joined or (who.type == PERSON and (is_given or is_behind)):
                continue
            if is_behind:
                return True
            if who.type != BODY or " " not in who.text:
                return bisect_left(ends, who.start) < bisect_left(ends, item.start)
        return False

    def _above(self) -> Iterator[tuple[Mention, str]]:
        """Return the award of the introduction or heading, else the one that the page is about."""
        if award := self.scope.award:
            yield award, "heading"
        elif self.whole.own_award(self.number):
            return
        elif self.whole.main_award and self.whole.is_about_one:
            yield self.whole.main_award, "page"
        elif award := self.whole.title_award:
            yield award, "title"

    def _features(self, who: Mention, award: Mention, place: str, scope: str) -> Iterator[str]:
        where = place or scope
        group = "above" if where in _ABOVE else "meant" if place else where
        form = "line" if self.line else "text"
        yield from (f"scope-{where}", f"{group}-block-{self.part.block.kind}", f"{group}-{form}")
        yield from self._kind_of(who, group)
        at = self._sign(who) if not place else None
        on = self._sign(award) if scope == "sentence" else None
        if not place and self.line:
            yield from self._line_features(who, group, self.line)
        if not place and self._is_introduced(who):
            yield "introduced"
        if place and scope == "sentence":
            pattern = compile_pattern(_RECEIVES, self.lexicon.macro_words)
            received = pattern.fullmatch(self.hidden.text, 0, self._sign(award) or 0)
            if received and not any(name == "not_received" for name, _, _ in self.told):
                yield "meant-directly"
        if at is not None:
            yield from self._around(at, group)
        if at is not None and on is not None:
            yield from self._between(at, on)
        else:
            told = {name for name, _, _ in self.told}
            yield from (f"{group}-{of}{name}" for name in told for of in ("", f"{form}-"))
            before = {name for name, start, _ in self.told if at is not None and start < at}
            yield from (f"{group}-{name}-before" for name in before)
        yield from self._whole_features(group, form)
        if who.full and unify(who.full).lower() in unify(self.whole.page.title).lower():
            yield f"{group}-titled"

    def _whole_features(self, group: str, form: str) -> Iterator[str]:
        """What the sentence or line has as a whole."""
        words = self.whole.page.level[self.part.start : self.part.end]
        if not self.told:
            yield f"{group}-{form}-untold"
        if _JUDGES.search(words):
            yield from ("judges", f"{form}-judges")
        if self.line:
            yield f"{group}-words{min(len(words.split()) // 8, 4)}-ended{words.endswith('.')}"
            kinds = {item.type for item in self.mentions} & {COUNTRY, DATE, ROLE, BODY}
            yield from (f"{group}-line-with-{kind}" for kind in kinds)
        covered = sum(item.end - item.start for item in self.mentions)
        share = min(covered / max(self.part.end - self.part.start, 1), 0.99)
        people = sum(item.type in _WHO for item in self.mentions)
        yield from (f"{group}-covered{int(3 * share)}", f"{group}-people{min(people, 4)}")

    def _is_introduced(self, who: Mention) -> bool:
        """Tell whether a name begins an item of a list of laureates or finalists: of the block
        below its introduction, or of what follows a colon in the sentence."""
        at, text = self._sign(who), self.hidden.text
        if at is None or self.whole.number[self.part.block.start] == 0:
            return False
        colon = text.rfind(":", 0, at)
        is_inside = any(
            name in _LISTS and end <= colon + 1 and colon - start < _ENDING
            for name, start, end in self.told
        )
        is_below = self.number in self.whole.listed and self.part.start == self.part.block.start
        if not is_inside and not is_below:
            return False
        before = text[colon + 1 if is_inside else 0 : at]
        marks = ";" if ";" in text else r"(?:,|\s(?={and}))" if is_inside else "(?!)"
        if who.type == NAME and marks != ";" and self.part.block.kind != ITEM:
            return False
        following = rf"(?:[^()]|\([^()]*\))*{marks}\s*(?:{{and}})?\s*"
        item = rf"(?:{following}|[^\w(]*)(?:[^.;:()]{{1,40}}:\s*)?{_TITLES}"
        return compile_pattern(item, self.lexicon.macro_words).fullmatch(before) is not None

    def _kind_of(self, who: Mention, group: str) -> Iterator[str]:
        """What is known of the name by itself."""
        words = unify(who.text).lower().split()
        is_given = words[0] in self.whole.lexicons.given_names if words else False
        yield f"who-{who.type}"
        yield f"{group}-who-{who.type}"
        yield f"who-{who.type}-{'given' if is_given else 'words'}{min(len(words), 4)}"

    def _line_features(self, who: Mention, group: str, line: Line) -> Iterator[str]:
        """How the line is built, how many others are built alike, what it stands under, and at
        which of its marks the name stands."""
        whole, scope, number = self.whole, self.scope, self.number
        at = next((n for n, part in enumerate(line.parts) if who.end <= part.end + 2), -1)
        part = line.parts[at]
        like = whole.like(number)
        alike = min(len(like), 3)
        marks = "".join(item.after for item in line.parts[at:])
        is_dashed = bool(
            re.search("[-:|]", marks)
        )  # what stands behind it is said of it, or it of that
        is_whole = part.end - part.start - (who.end - who.start) < 6
        place = "first" if at == 0 else "second" if at == 1 else "later"
        under = f"{scope.list_of}{'-colon' * scope.has_colon}"
        role = f"{place}-{part.before or 'start'}-{part.after or 'end'}"
        yield f"{group}-{role}-{is_whole}"
        yield f"{role}-like{alike > 1}"
        yield f"{group}-{place}-{line.opening}-whole{is_whole}-like{alike}"
        yield f"{place}-like{alike > 1}-under-{under}"
        yield f"{place}-whole{is_whole}-under-{under}"
        yield f"{place}-dashed{is_dashed}-behind{bool(re.search('[-:|]', part.before))}-{who.type}"
        yield f"under-far{min((number - scope.at) // 5, 4)}-{scope.list_of}"

    def _sign(self, mention: Mention) -> int | None:
        return next((at for at, item in self.hidden.signs.items() if item is mention), None)

    def _around(self, at: int, where: str) -> Iterator[str]:
        text, macros = self.hidden.text, self.lexicon.macro_words
        before, after = text[max(0, at - 30) : at], text[at + 1 : at + 20]
        small = rf"\s*{_TITLES}$"
        for name in _LINKS:
            if name in self.lexicon.macros and compile_pattern(
                rf"(?<!\w){{{name}}}(?:\s*(?:{{be}}|:))?" + small, macros
            ).search(before):
                yield f"after-{name}"
        if "say" in self.lexicon.macros and compile_pattern(
            r"[^.;]{0,6}?(?<!\w){say}(?!\w)", macros
        ).match(after):
            yield "speaks"
        if re.search(r"\([^()]*$", text[:at]):
            yield from ("within-bracket", f"{where}-within-bracket")
        if re.match(r"\W*\(", after):
            yield f"{where}-bracket"

    @cached_property
    def _enumerations(self) -> dict[int, tuple[int, int]]:
        """The first and the last name of the enumeration that a name stands in."""
        names = sorted(at for at, item in self.hidden.signs.items() if item.type in _WHO)[:_MOST]
        return {
            at: (min(joined), max(joined))
            for at in names
            if len(joined := {at, *find_enumerated(self.hidden, at, self.lexicon)}) > 1
        }

    def _between(self, at: int, on: int) -> Iterator[str]:
        first_of, last_of = self._enumerations.get(at, (at, at))
        is_named = self.hidden.signs[at].type in ((PERSON, BODY) if at < on else (PERSON,))
        near = first_of if on < at else last_of
        if near != at and (first_of < on) == (last_of < on):
            yield "enumerated"
            at = near
        text, (first, last) = self.hidden.text, sorted((at, on))
        side = "before" if at < on else "after"
        between, macros = text[first + 1 : last], self.lexicon.macro_words
        for is_right, before, gap in _STATES if is_named else ():
            starts = compile_pattern(before, macros).search(text[:first])
            if is_right == (on < at) and starts and compile_pattern(gap, macros).fullmatch(between):
                yield "stated"
        yield f"{side}-gap{min(len(between.split()) // 3, 5)}"
        others = [other for other, item in self.hidden.signs.items() if first < other < last]
        crowd = sum(self.hidden.signs[other].type in _WHO for other in others)
        awards = sum(self.hidden.signs[other].type == AWARD for other in others)
        yield f"{side}-others{min(crowd, 3)}"
        yield f"{side}-awards{min(awards, 2)}"
        inside = {name for name, place, _ in self.told if first < place < last}
        outside = {name for name, _, _ in self.told} - inside
        for name, start, end in self.told:
            if first < start and end <= last:
                rest = f"{text[first + 1 : start]} {text[end:last]}"
                rest = compile_pattern("{adverb}", macros).sub(" ", rest)
                words = [word for word in re.findall(r"\w{4,}", rest) if word.isalpha()]
                yield f"{side}-{name}-between{'-comma' * between.lstrip().startswith(',')}"
                yield f"{side}-{name}-amid{min(len(words), 3)}-others{min(crowd, 1)}"
                if not words and not crowd and name in _CONFERRING:
                    yield f"{side}-directly"
        if inside:
            yield f"{side}-told-gap{min(len(between.split()) // 3, 5)}-others{min(crowd, 2)}"
        for name in outside:
            yield f"{side}-{name}-beside"

    def outcome(self, pair: AwardPair) -> str:
        """Return whether the words nearest to a name say that it was no more than proposed: in its
        sentence, under it, above it, or at the top of the page."""
        sign = self._sign(pair.who)
        told = [(0 if sign is None else abs(at - sign), name) for name, at, _ in self.told]
        telling = [item for item in told if item[1] in _OUTCOMES]
        if telling:
            return "finalist" if min(telling)[1] in _FINALIST else "laureate"
        card = self.whole.card(self.number) or self.scope.list_of or self.whole.list_of_page
        return "finalist" if card == "finalists" else "laureate"


def _is_named_for(who: Mention, award: Mention) -> bool:
    """Whether a name is part of the award's."""
    return set(unify(who.text).lower().split()) <= set(unify(award.text).lower().split())


def conferral_candidates(page: Page, lexicons: Lexicons) -> Iterator[Candidate]:
    """Return the conferrals of a page, each once."""
    model, whole = read_model(lexicons.folder, "conferral"), PageConferrals(page, lexicons)
    scored = [(model.score(pair.features), pair) for pair in whole.pairs()]
    told = [
        item
        for item in scored
        if item[0] >= model.threshold or any(features <= {*item[1].features} for features in _SAID)
    ]
    yield from best_of_each(whole, told)


def best_of_each(
    whole: PageConferrals, chosen: list[tuple[float, AwardPair]]
) -> Iterator[Candidate]:
    """Return the pairs as rows, those of sentences and the likeliest first, without those that
    say what one before them says: the same recipient, award and year, or no year."""
    kept: dict[str, list[tuple[frozenset[str], str]]] = {}
    rows = [(score, candidate_of(whole, pair), pair) for score, pair in chosen]
    rows.sort(key=lambda item: (item[2].scope in _ABOVE, -item[0], item[2].part.start))
    dated: dict[str, list[tuple[frozenset[str], Argument]]] = {}
    for _, row, pair in rows:
        if date := row.arguments.get("year") or row.arguments.get("date"):
            dated.setdefault(_name_of(pair), []).append((_stems(pair.award.text), date))
    for _, row, pair in rows:
        award, year = _stems(pair.award.text), (row.row.get("year") or row.row.get("date", ""))[:4]
        who = _name_of(pair)
        same = kept.setdefault(who, [])
        if any(
            _is_one(award, other) and (not year or not when or year == when) for other, when in same
        ):
            continue
        if not year:  # as another place says
            when = next((date for stems, date in dated.get(who, ()) if _is_one(award, stems)), None)
            if when:
                year = when.cell[:4]
                given = {"year": replace(when, value=year, is_inferred=True)}
                row = replace(row, arguments={**row.arguments, **given})
        same.append((award, year))
        yield row


def _is_one(award: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two names may be of one award, the one longer than the other."""
    return award <= other or other <= award


def _name_of(pair: AwardPair) -> str:
    return unify(pair.who.full or pair.who.text).lower()


def candidate_of(whole: PageConferrals, pair: AwardPair) -> Candidate:
    """Return a pair as a row, with the year that the sentence or the heading gives."""
    part, page = pair.part, whole.page
    is_here = part.start <= pair.award.start < part.end
    is_named = part.start <= pair.who.start < part.end
    who = argument_of(pair.who, is_inferred=not is_named)
    award = argument_of(pair.award, is_inferred=not is_here)
    if pair.award.start < 0:
        award = Argument(who.text, who.start, who.end, pair.award.text, True, who.text, AWARD)
    line = whole.line(part)
    given = {"recipient": who, "award": award} | _find_date(line, pair)
    inside = [item for item in given.values() if part.start <= item.start < part.end]
    is_short = part.end - part.start < 200 or not inside
    start = part.start if is_short else min(item.start for item in inside)
    end = part.end if is_short else max(item.end for item in inside)
    language = part.block.language
    return Candidate(
        "conferral", given, {"outcome": line.outcome(pair)}, start, end, language, PROPOSER,
        f"{language}.conferral.{pair.scope}", words=page.text[start:end],
    )  # fmt: skip


def _find_date(line: _AwardLine, pair: AwardPair) -> dict[str, Argument]:
    """Return the year or date in brackets after the name, of the line or sentence, of what it
    stands under, beside the award elsewhere, or that the page is of."""
    part, who, level = pair.part, pair.who, line.whole.page.level
    life = LIFE.match(level, who.end)
    near = [item for item in (pair.award, who) if part.start <= item.start < part.end]
    names = (item.start for item in line.mentions if item.type in (PERSON, who.type))
    following = min((at for at in names if at >= who.end), default=part.end)
    bracket = _BRACKETED.match(level, who.end, following)
    if bracket and who in near and not life:
        start, end = bracket.span("year")
        return {"year": Argument(line.whole.page.text[start:end], start, end)}
    if pair.award in near and (joined := _read_year_in_name(pair.award)):
        return {"year": _elsewhere(pair.award, joined)}
    lived = life.end() if life else who.end
    dates = [item for item in filter(_is_year, line.mentions) if not who.end < item.start < lived]
    if date_found := _date_beside(line, pair, dates, near):
        return date_found
    above = line.scope.year if pair.scope not in ("owner", "focus", "sentence") else None
    if above:
        value = next(years_of(above.value))
        return {"year": Argument(above.text, above.start, above.end, value, is_inferred=True)}
    is_now = re.search(_THIS_YEAR, level[part.start : part.end])
    value = line.whole.page_year if is_now else _year_elsewhere(line.whole, pair)
    return {"year": _elsewhere(who, value)} if value else {}


def _date_beside(
    line: _AwardLine, pair: AwardPair, dates: list[Mention], near: list[Mention]
) -> dict[str, Argument]:
    """Return the nearest date of a line or sentence that is said of its award."""

    def gap(date: Mention) -> int:
        return min((max(date.start - each.end, each.start - date.end) for each in near), default=0)

    says = any(name in _CONFERRING for name, _, _ in line.told)
    is_above = pair.scope in ("page", "title")
    opening = pair.part.block.start + 6
    for item in sorted(dates, key=gap):
        ended = pair.award.end if pair.award.end <= item.start else 0
        since = max(pair.part.start, item.start - _SINCE, ended)
        if re.search(_OLDER, line.whole.page.level[since : item.start], re.I):
            continue
        is_said = says and (len(dates) == 1 or (gap(item) < _NEAR and not is_above))
        if line.line or is_said or gap(item) < _BESIDE or item.start < opening:
            argument, is_edition = argument_of(item), gap(item) < 2 or is_above
            is_edition = is_edition or (line.line is not None and not is_said)
            if len(item.value) > 4 or not is_edition:
                return {"date": argument}
            return {"year": replace(argument, value=next(years_of(item.value)), type="")}
    return {}


def _year_elsewhere(whole: PageConferrals, pair: AwardPair) -> str:
    """Return the year that stands beside an award elsewhere, or that the page is of."""
    own = _stems(pair.award.text)
    years, main = whole.years.get(own, set()), whole.main_award or whole.title_award
    is_main = main is None or _is_one(own, _stems(main.text)) or pair.scope == "heading"
    is_apart = len(years) == 1 and pair.scope in ("title", "page", "heading", "generic")
    if is_apart and not (is_main and re.search(_YEAR, whole.page.title)):
        return next(iter(years))
    return whole.page_year if is_main else ""


def _elsewhere(who: Mention, value: str) -> Argument:
    """Return what the title of the page says, at the place of the name that it is said of."""
    return Argument(who.text, who.start, who.end, value, True, who.text)
