"""A block into its runs of capital words: what may be the name of a person or a body that nobody
knows yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from typing import Final

from hrdgraph.extraction.reading.blocks import Block, sentences_of
from hrdgraph.extraction.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extraction.reading.mentions import Mention
from hrdgraph.extraction.reading.text import TOKEN, is_acronym, is_capital

_ACRONYM: Final = re.compile(r"\s*\(\s*([^\W\d_][\w.-]{1,11})\s*\)")
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
        """Whether one of the words is a word of bodies, or the run is joined as bodies are."""
        if self.alias or (self.has_connector and self.tokens > 1):
            return True
        plain = [word.lower().removesuffix("'s") for word in self.words]
        return any(word in lexicons.body_words for word in plain) or any(
            is_acronym(word) and len(word) > 2 for word in self.words[1:]
        )

    def is_only_common(self, lexicons: Lexicons) -> bool:
        """Whether it is one common word with a capital."""
        return self.tokens == 1 and not self.alias and self.words[0].lower() in lexicons.body_words


def runs_of(
    text: str, level: str, block: Block, taken: list[Mention], lexicon: Lexicon
) -> Iterator[Run]:
    """The runs of a block outside of the stretches that are taken. Scripts without capitals go
    by given names and titles."""
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
        """The last token of the run that begins at one."""
        last, bodies = at, self.lexicon.own_bodies
        while last + 1 < len(self._tokens) and last - at < _MOST:
            is_body = any(token[0].lower() in bodies for token in self._tokens[at : last + 1])
            step = self._reach(last, joins=is_body or last == at, is_body=is_body)
            if step == last:
                break
            last = step
        return last

    def _reach(self, last: int, *, joins: bool, is_body: bool) -> int:
        """The next capital word that belongs to the run, with up to three small words of names
        before it."""
        tokens, lists = self._tokens, self.lexicon.lists
        for place in range(last + 1, min(last + 5, len(tokens))):
            if not self._is_joined(tokens[place - 1], tokens[place]):
                return last
            if is_capital(tokens[place][0]):
                return place
            word = tokens[place][0].lower().rstrip("'")
            is_particle = word in lists["particles"]
            is_small = (is_particle or word in lists["body_connectors"]) and (is_particle or joins)
            is_and = word in self.lexicon.words("and")
            if not is_small or (is_and and not (is_body and place == last + 1)):
                return last
        return last

    def _is_joined(self, one: re.Match[str], other: re.Match[str]) -> bool:
        """Whether nothing stands between two words, or what belongs to the first."""
        between = self.level[one.end() : other.start()]
        is_owner = between == "' " and one[0].endswith("s") and self.lexicon.language == "en"
        return between in ("", " ") or is_owner or (between == ". " and len(one[0]) == 1)

    def _run(self, tokens: list[re.Match[str]]) -> Run | None:
        """The run without small words and titles in front of it."""
        starts = not re.search(r"[^\W\d_]", self.level[self.sentence : tokens[0].start()])
        lists = self.lexicon.lists
        before = list(takewhile(lambda token: self._is_before(token, tokens, starts), tokens))
        tokens = tokens[len(before) :]
        if not tokens or not is_capital(tokens[0][0]):
            return None
        start, end = tokens[0].start(), tokens[-1].end()
        end -= 2 if self.level[start:end].endswith("'s") else 0
        end -= 1 if self.level[end - 1] == "." and end - start > 3 else 0
        words = tuple(token[0] for token in tokens)
        connectors = lists["body_connectors"] - lists["particles"]
        is_joined = any(word.lower() in connectors for word in words)
        is_honoured = any(_plain(token[0]) in lists["honorifics"] for token in before)
        run = Run(start, end, self.text[start:end], words, is_joined, is_honoured, starts)
        acronym = _ACRONYM.match(self.level, end, self.end)
        has_alias = acronym and is_acronym(acronym[1])
        return replace(run, end=acronym.end(), alias=acronym[1]) if acronym and has_alias else run

    def _is_before(self, token: re.Match[str], tokens: list[re.Match[str]], starts: bool) -> bool:
        """Whether a word stands before the name that a run is, and is none of it. A particle with
        a capital begins a name, unless it is a small word too."""
        word, lists = _plain(token[0]), self.lexicon.lists
        if word in lists["function_words"] or word in lists["relation_words"]:
            return True
        if word in lists["particles"] and is_capital(token[0]) and token is not tokens[-1]:
            return False
        is_small = word in lists["honorifics"] or word in lists["particles"]
        return is_small or (starts and self.lexicon.is_opener(word))


class _NamesWithoutCapitals(_Stretch):
    def runs(self) -> Iterator[Run]:
        """From a given name, or after a title or role, up to three words that are not small."""
        at, tokens = 0, self._tokens
        while at < len(tokens):
            word, after = tokens[at][0], self._follows_title(at)
            given = self._given(tokens[at])
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

    def _given(self, token: re.Match[str]) -> str:
        is_preposition = self.text[token.start() : token.end()] == "على"  # or a name: Ali
        return "" if is_preposition else _given(token[0], self.lexicon)

    def _follows_title(self, at: int) -> bool:
        """Whether a title or a role stands before a word."""
        start, titles = self._tokens[at].start(), self.lexicon.lists["honorifics"]
        is_role = any(item.type == "role" and 0 <= start - item.end <= 1 for item in self.taken)
        return is_role or bool(at and _plain(self._tokens[at - 1][0]) in titles)


def _given(word: str, lexicon: Lexicon) -> str:
    """The given name that a word is, without the small words written onto it; empty where it is
    none."""
    names = lexicon.lists["given_names"]
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
        and plain not in lexicon.lists["function_words"]
        and plain not in lexicon.lists["relation_words"]
    )


def _may_be_third(before: str, word: str, lexicon: Lexicon) -> bool:
    """Whether a third word belongs to a name: a given name, one after "son of", or the first with
    an article."""
    is_child = _plain(before) in lexicon.lists["particles"]
    is_family = word.startswith("ال") and not before.startswith("ال")
    return is_child or is_family or bool(_given(word, lexicon))


def _last_name(level: str, tokens: list[re.Match[str]], at: int, lexicon: Lexicon) -> int:
    last, names = at, int(_plain(tokens[at][0]) not in lexicon.lists["particles"])
    names_known = lexicon.lists["given_names"]
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
        is_particle = _plain(word) in lexicon.lists["particles"]
        if (
            names >= _NAMES
            and not is_particle
            and not _may_be_third(tokens[last][0], word, lexicon)
        ):
            break
        last += 1
        names += not is_particle
    return last
