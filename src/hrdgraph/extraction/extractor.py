"""Extract candidates from a page: read it, propose, verify, add the things that facts speak of, and
set candidates that compete beside one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Final, Protocol

from hrdgraph.errors import HrdgraphError
from hrdgraph.extraction.candidates import Argument, Candidate, Refusal, Verifier
from hrdgraph.extraction.reading.headed_names import GENERIC
from hrdgraph.extraction.reading.lexicon import Lexicons, lexicons
from hrdgraph.extraction.reading.mentions import AWARD, BODY, PERSON, KnownNames, Mention
from hrdgraph.extraction.reading.naming import Naming
from hrdgraph.extraction.reading.page_reading import Page, Unmarked, read_page
from hrdgraph.extraction.rules.acts import act_candidates
from hrdgraph.extraction.rules.conferrals import conferral_candidates
from hrdgraph.extraction.rules.masking import masked_sentences
from hrdgraph.extraction.rules.quotations import quotation_candidates
from hrdgraph.extraction.rules.sentence_rules import run_rule

_KINDS: Final = {PERSON: "person", BODY: "organisation", AWARD: "award"}


def thing_candidates(page: Page, facts: Iterable[Candidate]) -> Iterator[Candidate]:
    """Return a row for each thing that a fact names, where the page names it first; and one for
    each edition of an award."""
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
    """Return the facts with names as in their own rows: without a short form in brackets."""
    names = {
        " ".join(mention.text.split()): _name_alone(mention)
        for mention in page.mentions
        if mention.alias and mention.type in _KINDS
    }
    return [_rename(fact, names) if names else fact for fact in facts]


def _rename(fact: Candidate, names: Mapping[str, str]) -> Candidate:
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
    """Return a row for each award and year that a conferral names."""
    done: set[tuple[str, str]] = set()
    for fact in facts:
        award, cells = fact.arguments.get("award"), fact.arguments
        year = cells.get("year") or cells.get("date")
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


_STRETCH: Final = 1024
_SHORTEST: Final = 3  # characters in which something may be said, where a name is one
_MOST: Final = 60  # names in what may be a sentence; more are a list, and rules try each pair
_RIVALS: Final = 100  # other readings that a candidate names
_MAIN: Final = {
    "conferral": ("recipient", "award"), "role": ("member", "organisation", "role_text"),
    "founding": ("organisation", "founder"), "act": ("victim",), "attribute": ("subject", "value"),
    "quotation": ("speaker",),
}  # fmt: skip


class Proposer(Protocol):
    """Finds candidates in a page. What it finds is held against the page before anybody sees it."""

    @property
    def name(self) -> str:
        """Return what it is called in reports of precision."""

    @property
    def version(self) -> str:
        """Name this version of the proposer: another name when it may find something else."""

    def propose(self, page: Page) -> Iterable[Candidate]:
        """Return the candidates of a page, in any order."""


@dataclass(frozen=True)
class Extraction:
    """What was found in a page: candidates in order of place, what proposers said that the page
    does not bear out, and why a proposer that the person added could not be asked."""

    page: Page
    candidates: tuple[Candidate, ...]
    refused: tuple[Refusal, ...] = ()
    failures: tuple[HrdgraphError, ...] = ()


@dataclass(frozen=True)
class Extractor:
    """Finds facts in pages, by the rules of a folder and the names that a graph knows."""

    lexicons: Lexicons
    known: KnownNames = field(default_factory=KnownNames)
    more: tuple[Proposer, ...] = ()

    @classmethod
    def of(
        cls, folder: Path, known: Iterable[tuple[str, str]] = (), more: tuple[Proposer, ...] = ()
    ) -> Extractor:
        """With the rules of a folder, and (name, kind) pairs."""
        return cls(lexicons(folder), KnownNames.of(known), more)

    def extract(
        self, text: str, *, language: str = "", name: str = "", title: str = ""
    ) -> Extraction:
        """Find the candidates of a page's frozen text."""
        read = Unmarked.of(text)
        result = self._extract(read.text, language, name, title)
        return _move_marks(result, read) if read.gone else result

    def _extract(self, text: str, language: str, name: str, title: str) -> Extraction:
        page = read_page(
            text, Naming(self.lexicons, self.known), language=language, name=name, title=title
        )
        sure: list[Candidate] = []
        failures = []
        for finder in (
            sentence_candidates, act_candidates, conferral_candidates, quotation_candidates,
        ):  # fmt: skip
            sure += finder(page, self.lexicons)
        for proposer in self.more:
            try:
                sure += proposer.propose(page)
            except HrdgraphError as error:  # the others' proposals stay
                failures.append(error)
        proposed = [replace(item, page=name) for item in sure]
        held, refused = Verifier(text).verify(proposed)
        facts = with_row_names(page, distinct(held))
        things = [
            replace(item, page=name)
            for item in (*thing_candidates(page, facts), *edition_candidates(facts))
        ]
        candidates = tuple(with_competing([*things, *facts]))
        return Extraction(page, candidates, tuple(refused), tuple(failures))


def _move_marks(result: Extraction, read: Unmarked) -> Extraction:
    """Put what was found in a text without its marks into the text that has them."""
    plain = [replace(read.candidate(item), competing=()) for item in result.candidates]
    refused = [replace(item, candidate=read.candidate(item.candidate)) for item in result.refused]
    return replace(
        result, page=read.page(result.page), candidates=tuple(with_competing(plain)),
        refused=tuple(refused),
    )  # fmt: skip


def sentence_candidates(page: Page, known: Lexicons) -> Iterator[Candidate]:
    """Yield what the rules find, sentence by sentence."""
    for _, lexicon, hidden in masked_sentences(page, known):
        if len(hidden.text) >= _SHORTEST and len(hidden.signs) <= _MOST:
            for rule in lexicon.rules:
                yield from run_rule(page, lexicon, rule, hidden)


def distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep one of the candidates that say the same: rather stated than inferred, with most
    arguments, then with fewest words."""
    groups: dict[tuple[object, ...], list[Candidate]] = defaultdict(list)
    for item in candidates:
        groups[_sameness(item)].append(item)
    best = [
        max(
            group,
            key=lambda item: (not item.is_inferred, len(item.arguments), item.start - item.end),
        )
        for group in groups.values()
    ]
    return sorted(
        _without_parts(best),
        key=lambda item: (item.start, item.end, item.kind, item.rule),
    )


def _sameness(item: Candidate) -> tuple[object, ...]:
    row = item.row
    main = tuple(row.get(name, "").lower() for name in _MAIN.get(item.kind, tuple(row)))
    if item.kind == "quotation":
        return item.kind, item.start
    extra = (
        (row.get("type"), row.get("date", ""))
        if item.kind == "act"
        else (row.get("year", ""),)
        if item.kind == "conferral"
        else ()
    )
    return item.kind, main, extra


def _without_parts(candidates: list[Candidate]) -> Iterator[Candidate]:
    """Leave out what another candidate says too, and more: the same cells, at an overlapping
    place."""
    by_stretch: dict[int, list[Candidate]] = defaultdict(list)
    for item in candidates:
        for number in range(item.start // _STRETCH, item.end // _STRETCH + 1):
            by_stretch[number].append(item)
    for item in candidates:
        row = {name: cell.lower() for name, cell in item.row.items() if cell}
        stretches = range(item.start // _STRETCH, item.end // _STRETCH + 1)
        beside = (other for number in stretches for other in by_stretch[number])
        if not any(
            other.start < item.end and item.start < other.end
            and other.kind == item.kind and len(there := other.row) > len(item.row)
            and all(there.get(name, "").lower() == cell for name, cell in row.items())
            for other in beside
        ):  # fmt: skip
            yield item


def with_competing(candidates: list[Candidate]) -> Iterator[Candidate]:
    """Add to the candidates the keys of those that read the same words in another way: another
    recipient of an award in a year, another founder of a body."""
    groups: dict[tuple[str, ...], list[Candidate]] = defaultdict(list)
    for item in candidates:
        groups[_matter(item)].append(item)
    for item in candidates:
        matter = _matter(item)
        own = item.row.get("recipient") or item.row.get("founder")
        rivals = (
            other.key
            for other in (groups[matter] if matter else ())
            if (other.row.get("recipient") or other.row.get("founder")) != own
            and (other.start, other.rule) != (item.start, item.rule)
        )
        rival = tuple(islice(rivals, _RIVALS))
        yield replace(item, competing=rival) if rival else item


def _matter(item: Candidate) -> tuple[str, ...]:
    """Return what two candidates that compete are both about; nothing for one without a year."""
    row = item.row
    year = row.get("year") or row.get("date", "")[:4]
    if item.kind == "conferral" and year:
        return item.kind, row.get("award", "").lower(), year
    return (item.kind, row.get("organisation", "")) if item.kind == "founding" else ()
