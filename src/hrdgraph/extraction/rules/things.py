"""The persons, bodies, awards and editions that the facts of a page speak of, into candidates
for rows of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.headed_names import GENERIC
from hrdgraph.extraction.reading.mentions import AWARD, BODY, PERSON, Mention
from hrdgraph.extraction.reading.page_reading import Page

_KINDS: Final = {PERSON: "person", BODY: "organisation", AWARD: "award"}


def thing_candidates(page: Page, facts: Iterable[Candidate]) -> Iterator[Candidate]:
    """A row for each thing that a fact names, where the page names it first; and one for each
    edition of an award."""
    spoken = [argument for fact in facts for argument in fact.arguments.values()]
    places = {(argument.start, argument.end) for argument in spoken}
    done: set[tuple[str, str]] = set()
    first = {(item.type, item.text): item for item in reversed(page.mentions)}
    for mention in page.mentions:
        name = (mention.type, mention.full)
        if (
            mention.type in _KINDS
            and mention.value != GENERIC
            and name not in done
            and (mention.start, mention.end) in places
        ):
            done.add(name)
            yield _thing(page, first.get((mention.type, mention.full), mention))


def with_row_names(page: Page, facts: Iterable[Candidate]) -> list[Candidate]:
    """The facts, a name with its short form in brackets as its own row has it: without, so that
    both speak of one thing."""
    names = {
        " ".join(mention.text.split()): _name_alone(mention)
        for mention in page.mentions
        if mention.alias and mention.type in _KINDS
    }
    return [_renamed(fact, names) if names else fact for fact in facts]


def _renamed(fact: Candidate, names: Mapping[str, str]) -> Candidate:
    arguments = {
        name: replace(item, value=names[item.cell]) if item.cell in names else item
        for name, item in fact.arguments.items()
    }
    return replace(fact, arguments=arguments)


def _name_alone(mention: Mention) -> str:
    return mention.text[: mention.text.rfind(mention.alias)].rstrip(" (")


def _thing(page: Page, mention: Mention) -> Candidate:
    kind = _KINDS[mention.type]
    value = mention.full if mention.full != mention.text else ""
    arguments = {"name": Argument(mention.text, mention.start, mention.end, value)}
    if mention.alias:
        place = mention.text.rfind(mention.alias)
        alone = _name_alone(mention)
        arguments["name"] = Argument(alone, mention.start, mention.start + len(alone))
        arguments["other_name"] = Argument(
            mention.alias, mention.start + place, mention.start + place + len(mention.alias)
        )
    return Candidate(
        kind, arguments, {}, mention.start, mention.end, "", mention.proposer, f"things.{kind}",
        words=page.text[mention.start : mention.end],
    )  # fmt: skip


def edition_candidates(facts: Iterable[Candidate]) -> Iterator[Candidate]:
    """A row for each award and year that a conferral names."""
    done: set[tuple[str, str]] = set()
    for fact in facts:
        award, said = fact.arguments.get("award"), fact.arguments
        year = said.get("year") or said.get("date")
        if fact.kind != "conferral" or award is None or year is None:
            continue
        name = (award.cell, year.cell[:4])
        if name not in done:
            done.add(name)
            when = Argument(year.text, year.start, year.end, year.cell[:4], year.is_inferred)
            yield Candidate(
                "edition", {"award": award, "year": when}, {}, fact.start, fact.end,
                fact.language, fact.proposer, "things.edition", words=fact.words,
            )  # fmt: skip
