"""A block into its runs of capital words: what may be the name of a person or a body that nobody
knows yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hrdgraph.extract.reading.blocks import Block, sentences_of
from hrdgraph.extract.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extract.reading.mentions import Mention
from hrdgraph.extract.reading.text import TOKEN, is_acronym, is_capital

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
    for sentence in sentences_of(text, block):
        free = _free(sentence.start, sentence.end, taken)
        for start, end in free:
            finder = _without_capitals if lexicon.language == "ar" else _capitals
            yield from finder(text, level, (start, end), sentence.start, lexicon, taken)


def _free(start: int, end: int, taken: list[Mention]) -> Iterator[tuple[int, int]]:
    for mention in sorted(taken, key=lambda item: item.start):
        if start <= mention.start < end:
            yield start, mention.start
        if start < mention.end <= end or mention.start <= start < mention.end:
            start = max(start, mention.end)
    if start < end:
        yield start, end


def _capitals(
    text: str,
    level: str,
    place: tuple[int, int],
    sentence: int,
    lexicon: Lexicon,
    _taken: list[Mention],
) -> Iterator[Run]:
    tokens = list(TOKEN.finditer(level, *place))
    at = 0
    while at < len(tokens):
        if not is_capital(tokens[at][0]) or tokens[at][0][-1] == "'":
            at += 1
            continue
        last = _last(level, tokens, at, lexicon)
        yield from _run(text, level, tokens[at : last + 1], sentence, lexicon, place[1])
        at = last + 1


def _last(level: str, tokens: list[re.Match[str]], at: int, lexicon: Lexicon) -> int:
    """The last token of the run that begins at one."""
    section = lexicon.section("body")
    bodies = frozenset(
        word.lower() for name in ("heads", "words") for word in section.get(name, ())
    )
    last = at
    while last + 1 < len(tokens) and last - at < _MOST:
        is_body = any(token[0].lower() in bodies for token in tokens[at : last + 1])
        step = _reach(level, tokens, last, lexicon, first=at, is_body=is_body)
        if step == last:
            break
        last = step
    return last


def _reach(
    level: str,
    tokens: list[re.Match[str]],
    last: int,
    lexicon: Lexicon,
    *,
    first: int,
    is_body: bool,
) -> int:
    """The next capital word that belongs to the run, with up to three small words of names
    before it."""
    small = lexicon.lists["particles"] | lexicon.lists["body_connectors"]
    for place in range(last + 1, min(last + 5, len(tokens))):
        between = level[tokens[place - 1].end() : tokens[place].start()]
        is_owner = (
            between == "' " and tokens[place - 1][0].endswith("s") and lexicon.language == "en"
        )
        is_initial = between == ". " and len(tokens[place - 1][0]) == 1
        if between not in ("", " ") and not is_owner and not is_initial:
            return last
        if is_capital(tokens[place][0]):
            return place
        word = tokens[place][0].lower().rstrip("'")
        is_and = word in lexicon.words("and") and place > last
        joins = word in lexicon.lists["particles"] or is_body or last == first
        if word not in small or not joins or (is_and and not (is_body and place == last + 1)):
            return last
    return last


def _run(
    text: str, level: str, tokens: list[re.Match[str]], sentence: int, lexicon: Lexicon, limit: int
) -> Iterator[Run]:
    """The run without small words and titles in front of it."""
    is_honoured = False
    starts = not re.search(r"[^\W\d_]", level[sentence : tokens[0].start()])
    small = lexicon.lists["function_words"] | lexicon.lists["relation_words"]
    small |= lexicon.lists["honorifics"] | lexicon.lists["particles"]
    while tokens and (
        (word := tokens[0][0].lower().rstrip(".")) in small or (starts and lexicon.is_opener(word))
    ):
        if (
            word in lexicon.lists["particles"]
            and is_capital(tokens[0][0])
            and len(tokens) > 1
            and word not in lexicon.lists["function_words"] | lexicon.lists["relation_words"]
        ):
            break
        is_honoured = is_honoured or word in lexicon.lists["honorifics"]
        tokens = tokens[1:]
    if not tokens or not is_capital(tokens[0][0]):
        return
    start, end = tokens[0].start(), tokens[-1].end()
    end -= 2 if level[start:end].endswith("'s") else 0
    end -= 1 if level[end - 1] == "." and end - start > 3 else 0
    connectors = lexicon.lists["body_connectors"] - lexicon.lists["particles"]
    words = tuple(token[0] for token in tokens)
    acronym = _ACRONYM.match(level, end, limit)
    alias = acronym[1] if acronym and is_acronym(acronym[1]) else ""
    joined = any(word.lower() in connectors for word in words)
    yield Run(
        start,
        acronym.end() if alias and acronym else end,
        text[start:end],
        words,
        joined,
        is_honoured,
        starts,
        alias,
    )


def _without_capitals(
    text: str,
    level: str,
    place: tuple[int, int],
    _sentence: int,
    lexicon: Lexicon,
    taken: list[Mention],
) -> Iterator[Run]:
    """Names in a script without capitals: from a given name or after a title or role, up to
    three words that are not small ones."""
    tokens = list(TOKEN.finditer(level, *place))
    at = 0
    while at < len(tokens):
        word = tokens[at][0]
        after_role = any(
            item.type == "role" and 0 <= tokens[at].start() - item.end <= 1 for item in taken
        )
        is_title = at and _plain(tokens[at - 1][0]) in lexicon.lists["honorifics"]
        given = _given(word, lexicon)
        given = "" if text[tokens[at].start() : tokens[at].end()] == "على" else given
        is_named = (after_role or is_title) and _may_name(word, lexicon)
        if not given and (not is_named or word.startswith(("ال", "و", "لل"))):
            at += 1
            continue
        last = _last_name(level, tokens, at, lexicon)
        start = tokens[at].start() + (len(word) - len(given) if given else 0)
        words = tuple(token[0] for token in tokens[at : last + 1])
        end = tokens[last].end()
        if last > at or after_role or is_title:
            yield Run(start, end, text[start:end], words, False, True, False)
        at = last + 1


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
