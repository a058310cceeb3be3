"""Find the passage of a page that says what a row says. Candidates are sentences, items and lines
with the headings above them; a model scores names, dates, words of the kind and plain overlap."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import exp
from typing import Final, NamedTuple

from hrdgraph.evidence.dating.lexicon import LANGUAGES, fold, lexicon
from hrdgraph.extraction.candidates import Candidate
from hrdgraph.extraction.extractor import Extractor
from hrdgraph.extraction.reading.blocks import HEADING, NOISE, Block, blocks_of, sentences_of
from hrdgraph.extraction.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extraction.reading.mentions import (
    BODY,
    NAME,
    PERSON,
    Mention,
    dates_of,
    years_of,
)
from hrdgraph.extraction.reading.text import any_of, unify
from hrdgraph.extraction.rules.masking import compile_pattern
from hrdgraph.extraction.rules.scoring import read_model
from hrdgraph.identity.names.scripts import script_of, to_latin

SUBJECTS: Final = {
    "conferral": "recipient", "role": "member", "founding": "organisation", "act": "victim",
    "attribute": "subject", "quotation": "speaker", "award-event": "award", "defender": "person",
    "situation": "affected_group",
}  # fmt: skip
_OBJECTS: Final = ("award", "organisation", "founder", "country", "value", "accepted_by")
_TEXTS: Final = ("role", "role_text", "place", "type", "abuse", "outcome", "event_kind")
_WORDS: Final = {
    "conferral": "receive|goes_to|give|laureate|laureate_of|honoured",
    "role": "lead|belong|member_of|work_for|works_as|be", "founding": "found|founded|founder_noun",
    "quotation": "say|say_that|state|according", "award-event": "ceremony|announced",
    "defender": "defender|activist",
}  # fmt: skip
_CODES: Final = {  # of acts in tables, as the words of acts have them
    "imprisonment": "detention", "enforced-disappearance": "disappearance", "search": "raid",
    "defamation": "smear-campaign", "group-ban": "dissolution", "dismissal": "professional-ban",
}  # fmt: skip
_FINALIST: Final = ("finalist", "nominee", "shortlisted", "shortlist")
_PARTS: Final = ("part", "other", "unnamed", "none")  # what a proposal shares with a row, at best
_TELLING: Final = 3  # letters of a word by which names are told
_SOUNDS: Final = str.maketrans({"c": "k", "q": "k", "z": "s", "w": "v", "f": "v", "b": "v",
                                "p": "v", "d": "t", "g": "k", "j": "y"})  # fmt: skip
_AGAINST: Final = {  # what no certain passage has
    "year-other", "year-none", "year-far-above", "object-none", "told-other", "named-other",
}  # fmt: skip
_TO_THE_DAY: Final = {"year-day", "year-month", "year-yearless"}
CERTAIN: Final = 0.6  # the score of what is certain, where a project sets none
_ABOVE: Final = 6  # lines above that may be headings of a passage
_ALONE: Final = 5.0  # how far the only passage of a page is ahead


class WantedFact(NamedTuple):
    """What a row says, as it is looked for: each name with all that its source calls the thing."""

    kind: str
    subject: tuple[str, ...]
    objects: tuple[tuple[str, ...], ...] = ()
    date: str = ""
    code: str = ""
    texts: tuple[str, ...] = ()


class ScoredPassage(NamedTuple):
    """A passage and how likely it says what the row says, from 0 to 1."""

    start: int
    end: int
    score: float


def fact_of_row(kind: str, cells: Mapping[str, tuple[str, ...]]) -> WantedFact:
    """Return what a row of a kind says, by the columns of the kind."""
    subject = SUBJECTS.get(kind, "")
    objects = tuple(cells[name] for name in _OBJECTS if name in cells and name != subject)
    date = next((cells[name][0] for name in ("date", "year") if cells.get(name)), "")
    code = next((cells[name][0] for name in ("type", "abuse", "outcome") if cells.get(name)), "")
    texts = tuple(cells[name][0] for name in _TEXTS if cells.get(name))
    return WantedFact(kind, cells.get(subject, ()), objects, date, code, texts)


@lru_cache(1 << 15)
def _forms(word: str) -> frozenset[str]:
    """Return a word as it is compared: in Latin letters without marks; and its consonants, by
    which a name in another script is told."""
    script = script_of(word)
    latin = to_latin(word, script)
    stem = latin[:-2] if script == "cyrillic" and len(latin) > 6 else latin
    sounds = re.sub("[aeiouyh]", "", latin.translate(_SOUNDS))
    sounds = re.sub(r"(.)\1", r"\1", sounds)
    return frozenset((latin, stem, *((f"~{sounds}",) if len(sounds) > 1 else ())))


def words_of(text: str) -> list[str]:
    """Return the words by which names and texts are compared."""
    words: list[str] = re.findall(r"\w+", unify(text))
    return [word for word in words if len(word) >= _TELLING or word.isdigit()] or words


@dataclass(frozen=True)
class _Passage:
    start: int
    end: int
    level: str
    above: str
    before: str
    block: Block
    dates: tuple[str, ...]
    years_above: tuple[str, ...]
    whose: str


class PagePassages:
    """The passages of a page, to be scored for one row after another."""

    def __init__(self, text: str, lexicons: Lexicons, title: str = "", language: str = "") -> None:
        self.text, self.lexicons, self.title, self.language = text, lexicons, title, language
        read = Extractor(lexicons).extract(text, language=language, title=title)
        self._mentions, self._facts = read.page.mentions, read.candidates
        self._passages = [*self._split(unify(text), title, language)]

    def _split(self, level: str, title: str, language: str) -> Iterator[_Passage]:
        above, before, years = unify(title), "", tuple(years_of(title))
        headings: list[str] = []
        whose = above
        for block in blocks_of(self.text, self.lexicons, language):
            if block.kind == NOISE:
                continue
            for part in sentences_of(self.text, block):
                words = level[part.start : part.end]
                mentions = dates_of(self.text, part.start, part.end, block.language)
                dates = tuple(item.value for item in mentions)
                here = (part.start, part.end, words, above, before, block, dates, years, whose)
                yield _Passage(*here)
                before = f"{before[-300:]} {words}"
            if block.kind == HEADING:
                headings = [*headings, level[block.start : block.end]][-_ABOVE:]
                above = " \n".join((unify(title), *headings))
                years = tuple(years_of(headings[-1])) or years
                whose = headings[-1] if self._names_of(block) else whose

    def rank(self, wanted: WantedFact) -> list[ScoredPassage]:
        """Return the passages by their score, the best first. A page that says another year, or
        does not name the person, has none that is certain."""
        folder = self.lexicons.folder
        model, sure = read_model(folder, "passage"), read_model(folder, "certain")
        told = [(model.total(features), features, item) for item, features in self.compare(wanted)]
        told.sort(key=lambda item: -item[0])
        if not told:
            return []
        first, features, _ = told[0]
        second = told[1][0] if len(told) > 1 else first - _ALONE
        best = sure.score(certainty_features(first - second, features))
        best = best if is_borne_out(wanted.kind, features) else best / 2
        scores = (best / (1 + exp(min(first - total, 30.0))) for total, _, _ in told[1:])
        return [
            ScoredPassage(item.start, item.end, round(score, 2))
            for score, (_, _, item) in zip((best, *scores), told, strict=True)
        ]

    def compare(self, wanted: WantedFact) -> Iterator[tuple[_Passage, tuple[str, ...]]]:
        """Return each passage with what it has of the row."""
        for item in self._passages:
            lexicon = self.lexicons.by_language.get(item.block.language)
            told, apart = self._says_same(item, wanted), self._how_far(item, wanted)
            further = [f"{of}told-{told}" for of in ("", f"{wanted.kind}-")]
            further += [f"{of}apart-{apart}" for of in ("", f"{wanted.kind}-")]
            further.append(f"named-{self._names_other(item, wanted)}")
            if wanted.kind == "attribute":
                is_said = bool(self._countries(item, wanted))
                further.append("country-said" if is_said else "country-none")
            yield item, (*further, *_features(item, wanted, lexicon))

    def _names_of(self, part: Block | _Passage) -> list[Mention]:
        """Return the names of persons and bodies in a part of the page."""
        first = bisect_left(self._mentions, part.start, key=lambda item: item.start)
        after = bisect_left(self._mentions, part.end, key=lambda item: item.start)
        return [item for item in self._mentions[first:after] if item.type in (PERSON, BODY, NAME)]

    def _names_other(self, item: _Passage, wanted: WantedFact) -> str:
        """Tell whom a passage names where it does not name the person of the row."""
        if any(_share(item.level, name) >= 0.5 for name in wanted.subject):
            return "same"
        return "other" if any(name.type == PERSON for name in self._names_of(item)) else "none"

    def _how_far(self, item: _Passage, wanted: WantedFact) -> str:
        """Tell how far what the row says of somebody is from her name: in steps of 20 characters;
        "other" where another person stands nearer."""
        words = [(match.start(), _forms(match[0])) for match in re.finditer(r"\w+", item.level)]
        named = [names for names in (*wanted.objects[:1], wanted.texts) if names]
        other_forms = {form for names in named for name in names for form in _name_forms(name)}
        own = {form for name in wanted.subject for form in _name_forms(name)}
        things = [at for at, forms in words if forms & other_forms and not forms & own]
        things += [country.start() for country in self._countries(item, wanted)]
        places = [at for at, forms in words if forms & own]
        own_places = [
            name.start - item.start
            for name in self._names_of(item)
            if name.type == PERSON and not _name_forms(name.text) & own
        ]
        if not things or not places:
            return "unasked"
        gap = min(abs(at - place) for at in things for place in places)
        if own_places and min(abs(at - place) for at in things for place in own_places) < gap:
            return "other"
        return str(min(gap // 20, 4))

    @cached_property
    def _proposed(self) -> Mapping[int, list[Candidate]]:
        """Return the facts that `extract` proposes, by the start of each passage that says them."""
        candidates_at: dict[int, list[Candidate]] = defaultdict(list)
        starts = [item.start for item in self._passages]
        for fact in self._facts:
            first = max(bisect_right(starts, fact.start) - 1, 0)
            for item in self._passages[first : bisect_left(starts, fact.end)]:
                candidates_at[item.start] += [fact] if fact.start < item.end else []
        return candidates_at

    def _says_same(self, item: _Passage, wanted: WantedFact) -> str:
        """Tell whether a fact that is proposed of a passage is that of the row: "same", "part" if
        only its subject is, "other" if that is not, "unnamed" if it has none, "none" without such
        a fact."""
        part = "none"
        for fact in self._proposed.get(item.start, ()):
            if fact.kind != wanted.kind:
                continue
            row, subject = fact.row, fact.row.get(SUBJECTS.get(wanted.kind, ""), "")
            words = unify(" ".join(row.values()))
            is_same = any(
                _share(unify(subject), name) >= 0.5 or (subject and _share(name, subject) > 0.99)
                for name in wanted.subject
            )
            when = (row.get("year") or row.get("date", ""))[:4]
            named = [names for names in (*wanted.objects[:1], wanted.texts) if names]
            is_then = not when or not wanted.date or when == wanted.date[:4]
            if (
                is_same
                and is_then
                and all(any(_share(words, name) >= 0.5 for name in of) for of in named)
            ):
                return "same"
            now = "part" if is_same else "other" if subject else "unnamed"
            part = min(part, now, key=_PARTS.index)
        return part

    def _countries(self, item: _Passage, wanted: WantedFact) -> list[re.Match[str]]:
        """Return where a passage names the country of the row, or its people."""
        if wanted.kind != "attribute" or not wanted.objects:
            return []
        asked, language = {name.lower() for name in wanted.objects[0]}, item.block.language
        tables = (self.lexicons.countries, self.lexicons.demonyms)
        named = {
            code
            for table in tables
            for forms in table.values()
            for form, code in forms.items()
            if form in asked
        }
        codes = {name.upper() for name in asked} | named
        here = (table.get(language, {}).items() for table in tables)
        forms = [form for table in here for form, code in table if code in codes]
        return [*re.finditer(rf"(?<!\w)(?:{any_of(forms)})", item.level, re.I)] if forms else []


@lru_cache(1 << 12)
def _name_forms(name: str) -> frozenset[str]:
    return frozenset(form for word in words_of(name) for form in _forms(word))


def certainty_features(margin: float, features: Sequence[str]) -> Iterator[str]:
    """Return what tells whether the best passage, so far ahead of the next, is the right one."""
    yield f"margin{min(int(max(margin, 0) * 2), 8)}"
    yield f"fine-margin{min(int(max(margin, 0) * 5), 5)}"
    yield from (name for name in features if not name.startswith(("length", "quoted")))


def is_borne_out(kind: str, features: Sequence[str]) -> bool:
    """Tell whether a passage has what each certain one has: name, year, word of the act."""
    subject = next(name for name in features if name.startswith("subject-"))
    of = {*features}
    founder = {"object-whole", "object-part-above", "object-above", "object-unasked"}
    if subject not in ("subject-whole", "subject-part-above", "subject-above") or (
        kind == "founding" and not founder & of
    ):
        return False
    if _AGAINST & of or (kind == "conferral" and {"told-none", "kind-none", "is-paragraph"} <= of):
        return False
    if kind in ("act", "award-event"):
        is_said = "kind-said" in of and "year-other-month" not in of
        return is_said and (kind == "act" or bool(_TO_THE_DAY & of))
    return kind != "role" or not {"role-texts0", "role-texts1"} & of


def _features(item: _Passage, wanted: WantedFact, lexicon: Lexicon | None) -> Iterator[str]:
    subject = _where(item, wanted.subject, is_subject=True)
    yield from (f"subject-{subject}", f"is-{wanted.kind}")
    place = _where(item, wanted.objects[0]) if wanted.objects else "unasked"
    yield from (f"object-{place}", f"{wanted.kind}-object-{place}")
    yield f"both-{subject}-{place}"
    time = _time(item, wanted.date)
    yield from (f"year-{time}", f"{wanted.kind}-year-{time}")
    if lexicon:
        kind_said = _says_kind(item, wanted, lexicon)
        yield from (f"kind-{kind_said}", f"{wanted.kind}-kind-{kind_said}")
    asked = {form for text in wanted.texts for word in words_of(text) for form in _forms(word)}
    there = {form for word in words_of(item.level) for form in _forms(word)}
    if asked:
        yield f"{wanted.kind}-texts{int(3 * len(asked & there) / len(asked))}"
    if lexicon and "pronoun" in lexicon.macros:
        words = f"(?:{lexicon.macros['pronoun']}|{lexicon.macros.get('object_pronoun', '(?!)')})"
        if re.search(rf"(?<!\w){words}(?!\w)", item.level, re.I):
            yield f"pronoun-{subject}"
    if wanted.kind == "quotation" and '"' in item.level:
        yield from ("quoted", f"quoted-{subject}")
    yield from (f"length{min(len(item.level.split()) // 6, 5)}", f"is-{item.block.kind}")


def _where(item: _Passage, names: tuple[str, ...], *, is_subject: bool = False) -> str:
    """Say where a name stands: whole or in part in the passage, in what is above it, in what is
    before it, or nowhere."""
    if not any(names):
        return "unasked"
    best = max(_share(item.level, name) for name in names)
    if best > 0.99:
        return "whole"
    above = max(_share(item.above, name) for name in names)
    if best >= 0.5:
        return "part-above" if above > 0.99 else "part"
    if above >= 0.5:
        # a heading that gives another first name or family name tells of somebody else
        is_near = max(_share(item.whose, name) for name in names) > 0.99
        return "above" if is_near or not is_subject else "far-above"
    return "before" if max(_share(item.before, name) for name in names) >= 0.5 else "none"


@lru_cache(1 << 14)
def _share(level: str, name: str) -> float:
    """Return how much of a name stands in a text. Across scripts its consonants do."""
    asked = words_of(name)
    there = {form for word in words_of(level) for form in _forms(word)}
    if not asked:
        return 0.0
    scripts = {script_of(word) for word in asked}
    is_other = not scripts & {script_of(word) for word in re.findall(r"\w+", level)}
    stands = [_stands(word, there, by_sound=is_other) for word in asked]
    weights = [min(len(word), 8) for word in asked]
    return sum(w for w, is_there in zip(weights, stands, strict=True) if is_there) / sum(weights)


def _stands(word: str, there: set[str], *, by_sound: bool) -> bool:
    forms = _forms(word)
    plain = {form for form in forms if not form.startswith("~")}
    return bool(plain & there) or (by_sound and bool(forms & there))


def _time(item: _Passage, date: str) -> str:
    """Say how the dates of a passage agree with that of the row."""
    if not date:
        return "unasked"
    years = {year for date in item.dates for year in years_of(date)}
    date, language = date.partition("/")[0], item.block.language
    if date[5:7].isdigit():
        if any(each.startswith(date) for each in item.dates):
            return "day" if len(date) > len("2016-03") else "month"
        words = re.findall(r"\w+", item.level)
        months = lexicon(language).months if language in LANGUAGES else {}
        named = {months[word] for word in map(fold, words) if word in months}
        if int(date[5:7]) in named and not years:
            return "yearless" if {date[8:10].lstrip("0")} & {"", *words} else "other"
        if named and int(date[5:7]) not in named and date[:4] in years:
            return "other-month"
    if date[:4] in years or date[:4] in item.level:
        return "same"
    if years:
        return "other"
    if date[:4] in item.years_above:
        return "above"
    return "far-above" if date[:4] in item.above else "none"


def _says_kind(item: _Passage, wanted: WantedFact, lexicon: Lexicon) -> str:
    """Say whether a passage has the words of the kind: of the act, of the outcome."""
    macros = lexicon.macro_words
    if wanted.kind in ("act", "situation"):
        forms = lexicon.section("acts").get(_CODES.get(wanted.code, wanted.code), {})
        patterns = [f"(?:{pattern})" for pattern in forms.values()]
    elif wanted.kind == "conferral" and wanted.code in _FINALIST:
        patterns = [f"{{{name}}}" for name in ("finalist", "finalists") if name in lexicon.macros]
    else:
        names = _WORDS.get(wanted.kind, "").split("|")
        patterns = [f"{{{name}}}" for name in names if name in lexicon.macros]
    if not patterns:
        return "unasked"
    pattern = compile_pattern(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", macros)
    return "said" if pattern.search(item.level) else "none"
