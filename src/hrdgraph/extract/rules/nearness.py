"""Names that stand near each other, where no rule has read the sentence, into candidates that
are often right and never sure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from hrdgraph.extract.candidates import Argument, Candidate
from hrdgraph.extract.reading.blocks import HEADING, Sentence
from hrdgraph.extract.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extract.reading.mentions import BODY, COUNTRY, DEMONYM, PERSON, ROLE, Mention
from hrdgraph.extract.reading.page_reading import Page
from hrdgraph.extract.rules.sentence_rules import argument_of

PROPOSER: Final = "nearness"
_CLOSE: Final = 45  # characters between a person and what is said of them
_ROLE: Final = 80


def near_candidates(
    page: Page, lexicons: Lexicons, found: Iterable[Candidate]
) -> Iterator[Candidate]:
    """What sentences hold whose names are in no candidate of their kind."""
    known = list(found)
    for sentence in page.sentences():
        if sentence.block.kind == HEADING or sentence.block.language not in lexicons.by_language:
            continue
        lexicon = lexicons.of(sentence.block.language)
        here = [item for item in known if item.start < sentence.end and sentence.start < item.end]
        inside = page.inside(sentence.start, sentence.end)
        people = [item for item in inside if item.type == PERSON]
        yield from _roles(page, lexicon, sentence, inside, people, here)
        yield from _countries(page, sentence, inside, people, here)


def _roles(
    page: Page,
    lexicon: Lexicon,
    sentence: Sentence,
    inside: list[Mention],
    people: list[Mention],
    here: list[Candidate],
) -> Iterator[Candidate]:
    """A role and the person beside it; a body and the person beside it with a word of belonging
    between."""
    spoken = [(item.start, item.end) for item in here if item.kind == "role"]
    for role in (item for item in inside if item.type == ROLE and not _is_in(item, spoken)):
        person = _nearest(role, people, _ROLE)
        if person and not _is_split(page, role, person):
            arguments = {
                "member": argument_of(person),
                "role_text": Argument(role.text, role.start, role.end),
            }
            yield _made("role", arguments, {"role": role.value}, page, sentence, [role, person])
    words, article = lexicon.macros.get("of") or "(?!)", lexicon.macros.get("article", "")
    between = rf"[\s,(]*(?:{words})\s*(?:{article})?\s*(?:\w+\s*){{0,2}}\"?"
    of = re.compile(between, re.I)
    for body in (item for item in inside if item.type == BODY and not _is_in(item, spoken)):
        person = next((item for item in reversed(people) if item.end <= body.start), None)
        if (
            person
            and body.start - person.end <= _CLOSE
            and of.fullmatch(page.level[person.end : body.start])
        ):
            arguments = {"member": argument_of(person), "organisation": argument_of(body)}
            yield _made("role", arguments, {}, page, sentence, [person, body])


def _countries(
    page: Page,
    sentence: Sentence,
    inside: list[Mention],
    people: list[Mention],
    here: list[Candidate],
) -> Iterator[Candidate]:
    """A word for the people of a country in the same phrase as a person."""
    spoken = [(item.start, item.end) for item in here if item.kind == "attribute"]
    for word in (
        item for item in inside if item.type in (DEMONYM, COUNTRY) and not _is_in(item, spoken)
    ):
        person = _nearest(word, people, 30 if word.type == DEMONYM else 0)
        between = (
            page.level[min(word.end, person.end) : max(word.start, person.start)] if person else "."
        )
        if person and word.type == DEMONYM and not re.search(r"[.;:,]", between):
            arguments = {"subject": argument_of(person), "value": argument_of(word)}
            yield _made(
                "attribute", arguments, {"property": "country"}, page, sentence, [word, person]
            )


def _nearest(mention: Mention, others: list[Mention], room: int) -> Mention | None:
    gaps = [
        (
            max(item.start - mention.end, mention.start - item.end, 0),
            item.start < mention.start,
            item.start,
            item,
        )
        for item in others
    ]
    best = min(gaps, key=lambda item: item[:3], default=None)
    return best[3] if best and best[0] <= room else None


def _is_split(page: Page, one: Mention, other: Mention) -> bool:
    first, second = sorted((one, other), key=lambda item: item.start)
    return bool(re.search(r"[.;:!?\"]", page.level[first.end : second.start]))


def _is_in(mention: Mention, places: list[tuple[int, int]]) -> bool:
    return any(start <= mention.start and mention.end <= end for start, end in places)


def _made(
    kind: str,
    arguments: dict[str, Argument],
    constants: dict[str, str],
    page: Page,
    sentence: Sentence,
    mentions: list[Mention],
) -> Candidate:
    start, end = min(item.start for item in mentions), max(item.end for item in mentions)
    return Candidate(
        kind,
        arguments,
        constants,
        start,
        end,
        sentence.block.language,
        PROPOSER,
        f"nearness.{kind}",
        words=page.text[start:end],
    )
