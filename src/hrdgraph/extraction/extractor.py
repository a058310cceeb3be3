"""Extract candidates from a page: read it, propose, verify, add the things that facts speak of, and
set candidates that compete beside one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Final, Protocol

from hrdgraph.errors import HrdgraphError
from hrdgraph.extraction.candidates import THINGS, Argument, Candidate, Refusal, Verifier
from hrdgraph.extraction.reading.headed_names import GENERIC
from hrdgraph.extraction.reading.lexicon import Lexicons, lexicons
from hrdgraph.extraction.reading.mentions import AWARD, BODY, PERSON, KnownNames, Mention
from hrdgraph.extraction.reading.naming import Naming
from hrdgraph.extraction.reading.page_reading import Page, Unmarked, read_page
from hrdgraph.extraction.rules.acts import act_candidates
from hrdgraph.extraction.rules.conferrals import conferral_candidates
from hrdgraph.extraction.rules.masking import mask
from hrdgraph.extraction.rules.quotations import quotation_candidates
from hrdgraph.extraction.rules.sentence_rules import rule_candidates

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
    """Return the facts, a name with its short form in brackets as its own row has it: without, so
    that both speak of one thing."""
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
        """Changes with what it finds."""

    def propose(self, page: Page) -> Iterable[Candidate]:
        """Return the candidates of a page, in any order."""


@dataclass(frozen=True)
class BuiltIn:
    """A proposer that comes with hrdgraph."""

    name: str
    version: str
    finder: Callable[[Page, Lexicons], Iterable[Candidate]]
    lexicons: Lexicons

    def propose(self, page: Page) -> Iterable[Candidate]:
        return self.finder(page, self.lexicons)


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

    @property
    def proposers(self) -> tuple[Proposer, ...]:
        built = (
            ("triggers", sentence_candidates), ("triggers", act_candidates),
            ("triggers", conferral_candidates), ("quotations", quotation_candidates),
        )  # fmt: skip
        return (*(BuiltIn(name, "1", finder, self.lexicons) for name, finder in built), *self.more)

    def extract(
        self, text: str, *, language: str = "", name: str = "", title: str = ""
    ) -> Extraction:
        """Find the candidates of a page's frozen text."""
        read = Unmarked.of(text)
        found = self._extract(read.text, language, name, title)
        return _move_marks(found, read) if read.gone else found

    def _extract(self, text: str, language: str, name: str, title: str) -> Extraction:
        page = read_page(
            text, Naming(self.lexicons, self.known), language=language, name=name, title=title
        )
        sure: list[Candidate] = []
        failures = []
        for proposer in self.proposers:
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
        found = tuple(with_competing([*things, *facts]))
        return Extraction(page, found, tuple(refused), tuple(failures))


def _move_marks(found: Extraction, read: Unmarked) -> Extraction:
    """Put what was found in a text without its marks into the text that has them."""
    plain = [replace(read.candidate(item), competing=()) for item in found.candidates]
    refused = [replace(item, candidate=read.candidate(item.candidate)) for item in found.refused]
    return replace(
        found, page=read.page(found.page), candidates=tuple(with_competing(plain)),
        refused=tuple(refused),
    )  # fmt: skip


def sentence_candidates(page: Page, known: Lexicons) -> Iterator[Candidate]:
    """Yield what rules and words of acts find, sentence by sentence."""
    for sentence in page.sentences():
        if sentence.block.language in known.by_language:
            lexicon = known.of(sentence.block.language)
            mentions = page.inside(sentence.start, sentence.end)
            hidden = mask(page.level, sentence.start, sentence.end, mentions)
            if len(hidden.text) < _SHORTEST:
                continue
            if len(mentions) <= _MOST:
                yield from rule_candidates(page, lexicon, hidden)


def distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One candidate for what several rules found: the one with most arguments, of these the one
    with fewest words."""
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


class _Beside:
    """Candidates by the stretches of the page that they reach into."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._by_stretch: dict[int, list[Candidate]] = defaultdict(list)
        for item in candidates:
            for number in range(item.start // _STRETCH, item.end // _STRETCH + 1):
                self._by_stretch[number].append(item)

    def overlapping(self, item: Candidate) -> Iterator[Candidate]:
        """Return the candidates that share words with one, itself among them."""
        for number in range(item.start // _STRETCH, item.end // _STRETCH + 1):
            for other in self._by_stretch.get(number, ()):
                if other.start < item.end and item.start < other.end:
                    yield other


def _without_parts(candidates: list[Candidate]) -> Iterator[Candidate]:
    """Leave out what another candidate says too, and more: the same cells, at an overlapping
    place."""
    beside = _Beside(candidates)
    for item in candidates:
        own = item.row
        row = {name: cell.lower() for name, cell in own.items() if cell}
        richer = (
            other
            for other in beside.overlapping(item)
            if other.kind == item.kind
            and len(there := other.row) > len(own)
            and all(there.get(name, "").lower() == cell for name, cell in row.items())
        )
        if next(richer, None) is None:
            yield item


def with_competing(candidates: list[Candidate]) -> Iterator[Candidate]:
    """Add to the candidates the keys of those that read the same words in another way."""
    groups: dict[tuple[str, ...], list[Candidate]] = defaultdict(list)
    matters = [_matter(item) for item in candidates]
    for item, matter in zip(candidates, matters, strict=True):
        if matter and matter[-1]:  # a conferral without a year competes with none
            groups[matter].append(item)
    for item, matter in zip(candidates, matters, strict=True):
        group = groups.get(matter, ())
        rivals = (other for other in group if other is not item and _competes(item, other))
        others = tuple(other.key for other in islice(rivals, _RIVALS))
        yield replace(item, competing=others) if others else item


def _matter(item: Candidate) -> tuple[str, ...]:
    """Return what two candidates that compete are both about."""
    if item.kind not in ("conferral", "founding"):
        return ()
    row = item.row
    if item.kind == "founding":
        return item.kind, row.get("organisation", "")
    return item.kind, row.get("award", "").lower(), row.get("year") or row.get("date", "")[:4]


def _competes(one: Candidate, other: Candidate) -> bool:
    if one.kind != other.kind or one.kind in THINGS:
        return False
    mine, theirs = one.row, other.row
    if one.kind == "conferral":
        years = [row.get("year") or row.get("date", "")[:4] for row in (mine, theirs)]
        same = (
            mine.get("award", "").lower() == theirs.get("award", "").lower()
            and years[0] == years[1] != ""
        )
        return (
            same
            and mine.get("recipient") != theirs.get("recipient")
            and not (one.start == other.start and one.rule == other.rule)
        )
    if one.kind == "founding":
        return mine.get("organisation") == theirs.get("organisation") and mine.get(
            "founder"
        ) != theirs.get("founder")
    return False
