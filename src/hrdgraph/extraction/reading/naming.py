"""Find what a block of a page names: awards, bodies, roles, countries, and runs of capital
words, which may be persons or bodies that nobody knows yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import takewhile
from typing import Final

from hrdgraph.extraction.reading.blocks import Block, sentences_of
from hrdgraph.extraction.reading.headed_names import (
    UPPER,
    NamedByHead,
    roles_pattern,
    stems_pattern,
)
from hrdgraph.extraction.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extraction.reading.mentions import (
    BODY,
    COUNTRY,
    DEMONYM,
    GROUP,
    NAME,
    PERSON,
    PLACE,
    ROLE,
    KnownNames,
    Mention,
    dates_of,
    without_overlaps,
)
from hrdgraph.extraction.reading.text import TOKEN, is_acronym, is_capital, unify

_ACRONYM: Final = re.compile(r"\s*\(\s*([^\W\d_][\w.-]{1,11})\s*\)")
_WITH_COUNTRY: Final = re.compile(r" \([^\W\d]+(?: [^\W\d]+)?\)\s*(?:\n|$)")  # ends a line
_NAMES: Final = 2  # words of an Arabic name that need no proof
_MOST: Final = 12  # words of a run


@dataclass(frozen=True)
class Run:
    """Capital words that follow each other, with small words between them that names have."""

    start: int
    end: int
    text: str
    words: tuple[str, ...]
    has_connector: bool
    is_honoured: bool
    starts_sentence: bool
    alias: str = ""

    @property
    def tokens(self) -> int:
        return sum(is_capital(word) or not word[0].islower() for word in self.words)

    @property
    def first(self) -> str:
        return self.words[0]

    def is_body(self, lexicons: Lexicons) -> bool:
        """Tell whether one of the words is a word of bodies, or the run is joined as bodies are."""
        if self.alias or (self.has_connector and self.tokens > 1):
            return True
        plain = [word.lower().removesuffix("'s") for word in self.words]
        shouted = [is_acronym(word) and len(word) > 2 for word in self.words]
        is_family = all(shouted[1:]) and len(self.words[-1]) > 3  # "Anna AYATI"
        return any(word in lexicons.body_words for word in plain) or (
            any(shouted[1:]) and not is_family
        )

    def is_only_common(self, lexicons: Lexicons) -> bool:
        """Tell whether it is one common word with a capital."""
        return self.tokens == 1 and not self.alias and self.words[0].lower() in lexicons.body_words


def runs_of(
    text: str, level: str, block: Block, taken: list[Mention], lexicon: Lexicon
) -> Iterator[Run]:
    """Return the runs of a block outside of the stretches that are taken. Scripts without capitals
    go by given names and titles."""
    finder = _NamesWithoutCapitals if lexicon.language == "ar" else _CapitalWords
    for sentence in sentences_of(text, block):
        for start, end in _free(sentence.start, sentence.end, taken):
            yield from finder(text, level, start, end, sentence.start, lexicon, taken).runs()


def _free(start: int, end: int, taken: list[Mention]) -> Iterator[tuple[int, int]]:
    for mention in sorted(taken, key=lambda item: item.start):
        if start <= mention.start < end:
            yield start, mention.start
        if start < mention.end <= end or mention.start <= start < mention.end:
            start = max(start, mention.end)
    if start < end:
        yield start, end


@dataclass(frozen=True)
class _Stretch:
    """A stretch of a sentence in which nothing is named yet; `sentence` is where that begins."""

    text: str
    level: str
    start: int
    end: int
    sentence: int
    lexicon: Lexicon
    taken: list[Mention]

    @cached_property
    def _tokens(self) -> list[re.Match[str]]:
        return list(TOKEN.finditer(self.level, self.start, self.end))


class _CapitalWords(_Stretch):
    def runs(self) -> Iterator[Run]:
        """Words with a capital that follow each other."""
        at, tokens = 0, self._tokens
        while at < len(tokens):
            if not is_capital(tokens[at][0]) or tokens[at][0][-1] == "'":
                at += 1
                continue
            last = self._last(at)
            if run := self._run(tokens[at : last + 1]):
                yield run
            at = last + 1

    def _last(self, at: int) -> int:
        """Return the last token of the run that begins at one."""
        last, bodies = at, self.lexicon.own_bodies
        while last + 1 < len(self._tokens) and last - at < _MOST:
            is_body = any(token[0].lower() in bodies for token in self._tokens[at : last + 1])
            step = self._reach(last, joins=is_body or last == at, is_body=is_body)
            if step == last:
                break
            last = step
        return last

    def _reach(self, last: int, *, joins: bool, is_body: bool) -> int:
        """Return the next capital word that belongs to the run, with up to three small words of
        names before it."""
        tokens, words = self._tokens, self.lexicon.words
        for place in range(last + 1, min(last + 5, len(tokens))):
            if not self._is_joined(tokens[place - 1], tokens[place]):
                return last
            if is_capital(tokens[place][0]):
                return place
            word = tokens[place][0].lower().rstrip("'")
            is_particle = word in words("particles")
            is_small = (is_particle or word in words("body_connectors")) and (is_particle or joins)
            is_and = word in self.lexicon.words("and")
            if not is_small or (is_and and not (is_body and place == last + 1)):
                return last
            if (
                is_and
                and place + 1 < len(tokens)
                and tokens[place + 1][0].lower() in words("given_names")
            ):
                return last
        return last

    def _is_joined(self, one: re.Match[str], other: re.Match[str]) -> bool:
        """Tell whether nothing stands between two words, or what belongs to the first."""
        between = self.level[one.end() : other.start()]
        is_owner = between == "' " and one[0].endswith("s") and self.lexicon.language == "en"
        return between in ("", " ") or is_owner or (between == ". " and len(one[0]) == 1)

    def _run(self, tokens: list[re.Match[str]]) -> Run | None:
        """Return the run without small words and titles in front of it."""
        starts = not re.search(r"[^\W\d_]", self.level[self.sentence : tokens[0].start()])
        listed = self.lexicon.words
        before = list(takewhile(lambda token: self._is_before(token, tokens, starts), tokens))
        tokens = tokens[len(before) :]
        if len(tokens) > 2 and tokens[1][0].lower() in listed("given_names"):
            last = self.level[self.sentence : tokens[0].start()].lower().split()[-1:]
            is_place = tokens[0][0].lower() not in listed("given_names")
            tokens = tokens[is_place and bool(last) and last[0] in listed("locatives") :]
        if not tokens or not is_capital(tokens[0][0]):
            return None
        start, end = tokens[0].start(), tokens[-1].end()
        end -= 2 if self.level[start:end].endswith("'s") else 0
        end -= 1 if self.level[end - 1] == "." and end - start > 3 else 0
        words = tuple(token[0] for token in tokens)
        connectors = listed("body_connectors") - listed("particles")
        is_joined = any(word.lower() in connectors for word in words)
        is_honoured = any(_plain(token[0]) in listed("honorifics") for token in before)
        run = Run(start, end, self.text[start:end], words, is_joined, is_honoured, starts)
        acronym = _ACRONYM.match(self.level, end, self.end)
        has_alias = acronym and is_acronym(acronym[1])
        return replace(run, end=acronym.end(), alias=acronym[1]) if acronym and has_alias else run

    def _is_before(self, token: re.Match[str], tokens: list[re.Match[str]], starts: bool) -> bool:
        """Tell whether a word stands before the name that a run is, and is none of it. A particle
        with a capital begins a name, unless it is a small word too."""
        word, words = _plain(token[0]), self.lexicon.words
        if word in words("function_words") or word in words("relation_words"):
            return True
        if word in words("particles") and is_capital(token[0]) and token is not tokens[-1]:
            return False
        is_small = word in words("honorifics") or word in words("particles")
        return is_small or (starts and self.lexicon.is_opener(word))


class _NamesWithoutCapitals(_Stretch):
    def runs(self) -> Iterator[Run]:
        """From a given name, or after a title or role, up to three words that are not small."""
        at, tokens = 0, self._tokens
        is_first = len(tokens) in (2, 3, 4) and self.sentence == tokens[0].start()
        if is_first and _WITH_COUNTRY.match(self.level, end := tokens[-1].end()):
            words = tuple(token[0] for token in tokens)
            yield Run(self.start, end, self.text[self.start : end], words, False, True, False)
            return
        while at < len(tokens):
            word, after = tokens[at][0], self._follows_title(at)
            given = self._given_name(tokens[at])
            is_named = after and _may_name(word, self.lexicon)
            if not given and (not is_named or word.startswith(("ال", "و", "لل"))):
                at += 1
                continue
            last = _last_name(self.level, tokens, at, self.lexicon)
            start = tokens[at].start() + (len(word) - len(given) if given else 0)
            words, end = tuple(token[0] for token in tokens[at : last + 1]), tokens[last].end()
            if last > at or after:
                yield Run(start, end, self.text[start:end], words, False, True, False)
            at = last + 1

    def _given_name(self, token: re.Match[str]) -> str:
        is_preposition = self.text[token.start() : token.end()] == "على"  # or a name: Ali
        return "" if is_preposition else _given_name(token[0], self.lexicon)

    def _follows_title(self, at: int) -> bool:
        """Tell whether a title or a role stands before a word."""
        start, titles = self._tokens[at].start(), self.lexicon.words("honorifics")
        is_role = any(item.type == "role" and 0 <= start - item.end <= 1 for item in self.taken)
        return is_role or bool(at and _plain(self._tokens[at - 1][0]) in titles)


def _given_name(word: str, lexicon: Lexicon) -> str:
    """Return the given name that a word is, without the small words written onto it, or ""."""
    names = lexicon.words("given_names")
    forms = (word, *(word[cut:] for cut in (1,) if word[:1] in "وبلكف"))
    return next((form for form in forms if form in names), "")


def _plain(word: str) -> str:
    return word.lower().rstrip(".")


def _may_name(word: str, lexicon: Lexicon) -> bool:
    plain = _plain(word)
    heads = lexicon.section("body").get("heads", ())
    return (
        len(plain) > 1
        and plain not in heads
        and plain[1:] not in heads
        and plain not in lexicon.words("function_words")
        and plain not in lexicon.words("relation_words")
    )


def _may_be_third(before: str, word: str, lexicon: Lexicon) -> bool:
    """Tell whether a third word belongs to a name: a given name, one after "son of", or the first
    with an article."""
    is_child = _plain(before) in lexicon.words("particles")
    is_family = word.startswith("ال") and not before.startswith("ال")
    return is_child or is_family or bool(_given_name(word, lexicon))


def _last_name(level: str, tokens: list[re.Match[str]], at: int, lexicon: Lexicon) -> int:
    last, names = at, int(_plain(tokens[at][0]) not in lexicon.words("particles"))
    names_known = lexicon.words("given_names")
    while last + 1 < len(tokens) and names < 4:
        between = level[tokens[last].end() : tokens[last + 1].start()]
        word = tokens[last + 1][0]
        if (
            between not in (" ", "-")
            or not _may_name(word, lexicon)
            or word.startswith(("بال", "لل", "وال", "كال"))
        ):
            break
        if word[:1] == "و" and word not in names_known and word[1:] in names_known:
            break
        is_particle = _plain(word) in lexicon.words("particles")
        if (
            names >= _NAMES
            and not is_particle
            and not _may_be_third(tokens[last][0], word, lexicon)
        ):
            break
        last += 1
        names += not is_particle
    return last


_QUOTED: Final = re.compile(rf"\"(?P<name>[{UPPER}][^\"\n]{{2,60}})\"")
_PLACES: Final = 50  # where a word is looked at, of those where it stands
_NUMERAL: Final = re.compile("[IVX]+")
_SAINTS: Final = frozenset(("san", "santa", "santo", "são", "saint", "sainte"))


@dataclass(frozen=True)
class Naming:
    """Finds what is named, in one language at a time."""

    lexicons: Lexicons
    known: KnownNames

    def mentions(self, text: str, block: Block) -> list[Mention]:
        """List what a block names, in order of place."""
        lexicon = self.lexicons.of(block.language)
        level = unify(text)
        inside = _Inside(self, text, level, block, lexicon)
        long_countries = [
            item for item in inside.countries() if " " in item.text and item.type == COUNTRY
        ]
        named = [*long_countries, *inside.find_known(), *inside.awards(), *inside.heads()]
        taken = [inside.dates(), named, inside.roles()]
        first = without_overlaps(taken)
        second = without_overlaps(
            [first, inside.bodies(first), inside.groups(), inside.countries()]
        )
        return without_overlaps([second, inside.runs(second)])

    @cached_property
    def given_names(self) -> frozenset[str]:
        return self.known.first_names() | self.lexicons.given_names


@dataclass(frozen=True)
class _Inside:
    naming: Naming
    text: str
    level: str
    block: Block
    lexicon: Lexicon

    def dates(self) -> list[Mention]:
        sentences = sentences_of(self.text, self.block)
        return [
            date
            for part in sentences
            for date in dates_of(self.text, part.start, part.end, self.block.language)
        ]

    def find_known(self) -> list[Mention]:
        start = self.block.start
        mentions = self.naming.known.find(self.text[start : self.block.end])
        return [with_acronym(_move(item, start), self.text, self.block.end) for item in mentions]

    def awards(self) -> Iterator[Mention]:
        for lexicon in self._lexicons():
            yield from self._by_head(lexicon).awards(self.naming.lexicons.given_names)

    def _lexicons(self) -> list[Lexicon]:
        """Names of awards and bodies are often those of English in a page of another language
        with the same letters."""
        own, known = self.block.language, self.naming.lexicons.by_language
        names = dict.fromkeys([own, "en"] if own in ("fr", "es", "pt", "it", "de") else [own])
        return [known[name] for name in names if name in known]

    def roles(self) -> Iterator[Mention]:
        for match in roles_pattern(self.lexicon).finditer(
            self.level, self.block.start, self.block.end
        ):
            concept = self.lexicon.roles.get(match["form"].lower(), "")
            yield self._mention(ROLE, match.start(), match.end(), concept)

    def groups(self) -> Iterator[Mention]:
        pattern = self.lexicon.macros.get("group")
        if pattern:
            matches = re.compile(rf"\b(?:{pattern})\b", re.I).finditer(
                self.level, self.block.start, self.block.end
            )
            yield from (self._mention(GROUP, item.start(), item.end()) for item in matches)

    def countries(self) -> Iterator[Mention]:
        own = self.block.language
        tables = [(COUNTRY, own), (DEMONYM, own)]
        if own in ("fr", "es", "pt", "it", "de"):  # lists of laureates are often not translated
            tables.append((COUNTRY, "en"))
        for kind, language in tables:
            pattern, codes = stems_pattern(kind, language, self.naming.lexicons)
            for match in pattern.finditer(self.level, self.block.start, self.block.end):
                stem = match["stem"]
                is_small = kind == COUNTRY and language != "ar" and not is_capital(stem)
                is_word = len(stem) < 4 and stem.isascii() and not stem.isupper()
                if not is_small and not is_word:
                    start = match.start("stem") if kind == COUNTRY else match.start()
                    yield self._mention(kind, start, match.end(), codes[stem.lower()])

    def heads(self) -> Iterator[Mention]:
        for lexicon in self._lexicons():
            yield from self._by_head(lexicon).bodies(self.naming.lexicons)

    def _by_head(self, lexicon: Lexicon) -> NamedByHead:
        return NamedByHead(self.text, self.level, self.block, lexicon, self.lexicon.role_forms)

    def bodies(self, taken: list[Mention]) -> Iterator[Mention]:
        for match in _QUOTED.finditer(self.level, self.block.start, self.block.end):
            if len(match["name"].split()) <= 6 and not match["name"].endswith((".", ",", "!", "?")):
                yield self._mention(NAME, match.start("name"), match.end("name"))
        for run in runs_of(self.text, self.level, self.block, taken, self.lexicon):
            if run.is_body(self.naming.lexicons) and not run.is_only_common(self.naming.lexicons):
                yield self._mention(BODY, run.start, run.end, alias=run.alias)

    def runs(self, taken: list[Mention]) -> Iterator[Mention]:
        for run in runs_of(self.text, self.level, self.block, taken, self.lexicon):
            kind = self._kind(run, taken)
            if kind:
                yield self._mention(kind, run.start, run.end, alias=run.alias)

    def _kind(self, run: Run, taken: list[Mention]) -> str:
        """Tell what a run of capital words names, by its words and by what stands before it."""
        lexicons, is_single = self.naming.lexicons, run.tokens == 1
        if is_single and is_acronym(run.text):
            is_common = run.text.lower() in lexicons.body_heads or _NUMERAL.fullmatch(run.text)
            return BODY if len(run.text) < 9 and not is_common else ""
        if run.is_body(lexicons):
            return "" if run.is_only_common(lexicons) else BODY
        if self._is_person(run, taken):
            return PERSON
        if self._is_place(run):
            return PLACE
        if is_single:
            return NAME if not run.starts_sentence or self._stands_elsewhere(run.text) else ""
        return PERSON if run.tokens <= 4 and not run.has_connector else NAME

    def _is_person(self, run: Run, taken: list[Mention]) -> bool:
        """Tell whether a title, a role or a given name says that a run is a person."""
        if run.is_honoured or run.first.lower() in self.naming.given_names:
            return True
        types = (ROLE, DEMONYM) if run.tokens > 1 else (ROLE,)
        ends = (item.end for item in taken if item.type in types)
        near = (end for end in ends if end <= run.start <= end + 2)
        return any(self.level[end : run.start] in ("", " ", ", ") for end in near)

    def _is_place(self, run: Run) -> bool:
        """Tell whether the word before a run, or its first, says that it is a place."""
        before = self.level[max(self.block.start, run.start - 14) : run.start].lower().split()
        last = before[-1] if before else ""
        if run.first.lower() in _SAINTS and last and not last.endswith((",", ".")):
            return True
        is_single = run.tokens == 1 and last in self.lexicon.words("locatives_single")
        return is_single or last in self.lexicon.words("locatives")

    def _stands_elsewhere(self, word: str) -> bool:
        """Tell whether a word has its capital within a sentence too."""
        return _stands_within(self.level, unify(word), 3 if self.lexicon.language == "ru" else 0)

    def _mention(
        self, kind: str, start: int, end: int, value: str = "", alias: str = ""
    ) -> Mention:
        return Mention(kind, start, end, self.text[start:end], value, alias=alias)


@lru_cache(1 << 14)
def _stands_within(level: str, word: str, most: int) -> bool:
    """Tell whether a word stands after another one, with up to `most` letters more."""
    first = re.match(r"\w*", word)
    rest = re.compile(rf"{re.escape(word)}\w{{0,{most}}}(?!\w)")
    places = _places_within(level, most).get(first[0] if first else "", ())
    return any(rest.match(level, place) for place in places)


@lru_cache(4)
def _places_within(level: str, most: int) -> dict[str, list[int]]:
    """Return the first places of the words that stand after another one, by the words and by these
    without their last letters."""
    places_of: dict[str, list[int]] = {}
    for match in re.finditer(r"(?<=[\w,;] )\w*", level):
        for cut in range(min(most, len(match[0])) + 1):
            places = places_of.setdefault(match[0][: len(match[0]) - cut], [])
            if len(places) < _PLACES:
                places.append(match.start())
    return places_of


def with_acronym(mention: Mention, text: str, end: int) -> Mention:
    """Return a body with the acronym in brackets that follows its name."""
    match = _ACRONYM.match(text, mention.end, end) if mention.type == BODY else None
    if match is None or not is_acronym(match[1]):
        return mention
    return replace(mention, end=match.end(), text=text[mention.start : match.end()], alias=match[1])


def _move(mention: Mention, by: int) -> Mention:
    return Mention(
        mention.type, mention.start + by, mention.end + by, mention.text, mention.value,
        proposer=mention.proposer,
    )  # fmt: skip
