"""Find acts by the words for what was done to people: who did it, and to whom.

A candidate is such a word and a person in its sentence. Whoever did it, by voice or by a word of
agency, is never a victim on that page; a model decides of the others."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.blocks import HEADING, Sentence
from hrdgraph.extraction.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extraction.reading.mentions import BODY, GROUP, NAME, PERSON, ROLE, Mention
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.reading.text import unify
from hrdgraph.extraction.rules.masking import Masked, compile_pattern, mask, sign_class
from hrdgraph.extraction.rules.scoring import read_model
from hrdgraph.extraction.rules.sentence_rules import PROPOSER, argument_of, nearest

_FORMS: Final = ("passive", "active", "noun")
_TITLED: Final = (
    r"\W*(?:{article}\s*)?(?:\w+\s+){0,2}?(?:{demonym}\s*)?(?:{role}\s*,?\s*)?(?:\w+\s+)?"
    r"(?:{honorific}\s*)?"
)
_BEING: Final = (
    r"(?<!\w)(?:am|is|are|was|were|be|been|being|gets?|got|getting|reported|found|left|feared)"
    r"(?!\w)"
)
_AIMED: Final = (  # what follows an English verb of the past whose subject did it
    r"\s*(?:(?:up|down|on|at|out|away)\s)?(?:[{who!}{role!}{group!}{demonym!}]|(?:him|her|them|me"
    r"|us|his|their|its|the|an?|at least|about|around|over|more|some|several|many|two|three|four"
    r"|five|six|seven|eight|nine|ten|dozens|hundreds|scores|thousands|\d[\d,]*|another|other"
    r"|fellow|former|people|human|women|men|children|(?!years|besides|towards|across|always"
    r"|sometimes|hours|days|weeks|months)[a-z]{3,}s)(?!\w))"
)
_PLAIN_PAST: Final = re.compile(r"(?:ed|shot|beat|took|hit)$", re.I)
_CLAUSE: Final = re.compile(r"[,;:—]| - |\(|\)")
_CLOSE: Final = 60  # characters between who does an act and its verb
_SAID: Final = 28  # characters between a name and the verb by which it speaks
_WIDEST: Final = 240  # characters between a word of an act and a person that it is tried with
_SPOKEN: Final = 4  # words from which what stands between quotation marks was said
_STATE_ROLES: Final = frozenset(
    ("president", "minister", "mayor", "commissioner", "officer", "secretary", "spokesperson",
     "high-commissioner", "special-rapporteur", "member-of-parliament")
)  # fmt: skip
_AT_RISK_ROLES: Final = frozenset(
    ("journalist", "lawyer", "writer", "teacher", "editor-in-chief", "scientist", "film-director")
)


class Trigger(NamedTuple):
    """A word of an act in a masked sentence; `voice` says whether its subject underwent it
    (passive), did it (active), or it is a noun."""

    kind: str
    voice: str
    found: re.Match[str]


def triggers_of(lexicon: Lexicon, hidden: Masked) -> Iterator[Trigger]:
    """Return the words of acts that a sentence has, but those that are denied or quoted."""
    macros = lexicon.macro_words
    for kind, forms in lexicon.section("acts").items():
        for form in _FORMS:
            if forms.get(form):
                pattern = compile_pattern(rf"(?<!\w)[وف]?(?:{forms[form]})(?!\w)", macros)
                for found in pattern.finditer(hidden.text):
                    if not _is_denied(lexicon, hidden.text, found):
                        yield Trigger(kind, _voice(lexicon, hidden.text, form, found), found)


def _voice(lexicon: Lexicon, text: str, form: str, found: re.Match[str]) -> str:
    """English has one form for "killed" and "was killed", other languages an auxiliary: what
    stands before and after tells which it is."""
    before = text[: found.start()]
    if form != "passive":
        return form
    if lexicon.language != "en":
        did = "|".join(filter(None, map(lexicon.macros.get, ("did", "did_itself"))))
        is_bare = not re.search(r"\s|[aes]$", found[0], re.I)
        is_done = (
            did and is_bare and re.search(rf"(?<!\w)(?:{did})\s+(?:\w+ment\w?\s+)?$", before, re.I)
        )
        return "active" if is_done else "passive"
    if not _PLAIN_PAST.search(found[0]) or re.match(_BEING, found[0], re.I):
        return form
    is_being = re.search(
        rf"{_BEING}(?:\s+\w+ly|\s+(?:also|then|later|again|already|first|\w+ed and|\w+ed,))*\s*$",
        before,
        re.I,
    )
    if is_being:
        return form
    is_aimed = compile_pattern(_AIMED).match(text, found.end())
    is_whom = re.search(r"(?<!\w)(?:whom|that)\s[^,;.]{0,40}$", before, re.I)
    return "active" if is_aimed or is_whom else "passive"


def _is_denied(lexicon: Lexicon, text: str, found: re.Match[str]) -> bool:
    denial = lexicon.macros.get("denial", "(?!)")
    before = text[max(0, found.start() - 28) : found.start()]
    if re.search(rf"(?<!\w)(?:{denial})(?![\w-])[^,;]*$", before, re.I):
        return True
    start, end = text.rfind('"', 0, found.start()), text.find('"', found.end())
    is_open = text.count('"', 0, found.start()) % 2 == 1 and end >= 0
    return is_open and len(text[start + 1 : end].split()) >= _SPOKEN


class Undergone(NamedTuple):
    """A person who may have undergone an act: where their sign stands, or `meant` by a pronoun."""

    trigger: Trigger
    person: Mention
    place: int | None
    basis: str
    features: tuple[str, ...]


@dataclass(frozen=True)
class _ActSentence:
    """One sentence, the people that it names and the words of acts in it."""

    page: Page
    lexicon: Lexicon
    sentence: Sentence
    hidden: Masked

    @cached_property
    def who(self) -> list[int]:
        named = self.hidden.signs.items()
        return sorted(at for at, item in named if item.type in (PERSON, BODY, NAME))

    @cached_property
    def triggers(self) -> list[Trigger]:
        return [*triggers_of(self.lexicon, self.hidden)]

    def mention(self, at: int) -> Mention:
        return self.hidden.signs[at]

    def _matches(self, pattern: str, text: str, *, full: bool = True) -> bool:
        found = compile_pattern(pattern, self.lexicon.macro_words)
        return bool(found.fullmatch(text) if full else found.search(text))

    def agents(self) -> Iterator[Mention]:
        """Return who did the acts of the sentence, as far as voice or a word of agency tells."""
        text, has_by = self.hidden.text, "by" in self.lexicon.macros
        for trigger in self.triggers:
            start, end = trigger.found.span()
            if trigger.voice == "active" and trigger.kind not in _OF_ONESELF:
                before = [at for at in self.who if at < start][-1:]
                between = text[before[0] + 1 : start] if before else "."
                if len(between) < _CLOSE and not re.search(r"[.;:]", between):
                    yield self.mention(before[0])
            for at in self.who if trigger.voice != "active" and has_by else ():
                agent = r"[^.;:]{0,40}?(?<!\w){by}\s*" + _TITLED
                if at >= end and self._matches(agent, text[end:at]):
                    yield self.mention(at)

    def undergone(self) -> Iterator[Undergone]:
        """Return each word of an act with each person whom it may have been done to."""
        for trigger in self.triggers:
            start, end = trigger.found.span()
            near = [at for at in self.who if start - _WIDEST < at < end + _WIDEST]
            near = [
                at for at in near if self.mention(at).type != BODY or trigger.kind in _OF_BODIES
            ]
            for at in near:
                yield Undergone(
                    trigger, self.mention(at), at, "", tuple(self._relation(trigger, at))
                )
            if meant := self._find_meant(trigger):
                focus, basis = meant
                features = (
                    "pronoun",
                    f"pronoun-{trigger.voice}",
                    *(("pronoun-alone",) if not near else ()),
                )
                yield Undergone(trigger, focus, None, basis, features)

    def _find_meant(self, trigger: Trigger) -> tuple[Mention, str] | None:
        """Return whom a pronoun or a description of the clause means."""
        if trigger.voice == "noun":
            return None  # "his murder" may be that of anybody of whom the page speaks
        words = self.lexicon.macros
        names = ("pronoun", "definite") if trigger.voice == "passive" else ("object_pronoun",)
        pattern = "|".join(words[name] for name in names if name in words).replace(
            "{role}", f"[{sign_class('role')}]"
        )
        if not pattern:
            return None
        if trigger.voice == "active":
            said = re.match(rf"\s+({pattern})(?!\w)", self.hidden.text[trigger.found.end() :], re.I)
        else:
            said = re.search(
                rf"(?<!\w)({pattern})(?!\w)[^.;{sign_class('who')}]{{0,60}}$",
                self.hidden.text[: trigger.found.end()],
                re.I,
            )
        focus = self.page.focus(self.hidden.stretch(*trigger.found.span())[0]) if said else None
        return (focus, said[1]) if said and focus and focus.type == PERSON else None

    def _relation(self, trigger: Trigger, at: int) -> Iterator[str]:
        text, (start, end) = self.hidden.text, trigger.found.span()
        is_after = at >= end
        between = text[end:at] if is_after else text[at + 1 : start]
        side = f"{trigger.voice}-{'after' if is_after else 'within' if at >= start else 'before'}"
        others = sum(min(at, start) < other < max(at, end) for other in self.who) - (
            at > start and at < end
        )
        yield side
        if side == "passive-before" and any(
            other.voice == "active" and other.found.end() <= at < start
            and self._matches(_TITLED, text[other.found.end() : at])
            for other in self.triggers
        ):  # fmt: skip
            yield "object-of-another"
        yield f"{side}-gap{min(len(between.split()) // 3, 4)}"
        yield f"{side}-others{min(max(others, 0), 2)}"
        if re.search(r"[;:]|[.!?]\"", between):
            yield f"{side}-apart"
        if "," in between:
            yield f"{side}-comma"
        if is_after and self._matches(_TITLED, between):
            yield f"{side}-direct"
        if is_after and self._matches(r"\s*{of}" + _TITLED, between):
            yield f"{side}-of"
        if is_after and self._matches(r"\s*{and}" + _TITLED, between):
            yield f"{side}-and"
        before, after = text[max(0, at - 40) : at], text[at + 1 : at + 1 + _SAID]
        if self._matches(
            r"(?:{of}|{by}|{from}|{to}|{with})\s*(?:{article}\s*)?(?:{role}\s*)?(?:{honorific}\s*)?$",
            before,
            full=False,
        ):
            yield f"{side}-tied"
        if "kin" in self.lexicon.macros and self._matches(r"(?<!\w){kin}\W*$", before, full=False):
            yield "kin"
        if (
            not is_after
            and self._matches(r"\"?[\s,]*{rel}", after[:8], full=False)
            and "rel" in self.lexicon.macros
        ):
            yield f"{side}-rel"


_OF_BODIES: Final = frozenset(
    (
        "dissolution", "raid", "threat", "attack", "harassment", "smear-campaign",
        "judicial-harassment", "asset-freeze",
    )
)  # fmt: skip
_OF_ONESELF: Final = frozenset(
    ("death", "exile", "protest", "hunger-strike", "dissolution", "release")
)


@dataclass(frozen=True)
class PageActs:
    """The acts of a page, and what the whole page tells of each person."""

    page: Page
    lexicons: Lexicons

    @cached_property
    def sentences(self) -> list[_ActSentence]:
        found = []
        for sentence in self.page.sentences():
            if sentence.block.language in self.lexicons.by_language:
                mentions = self.page.inside(sentence.start, sentence.end)
                hidden = mask(self.page.level, sentence.start, sentence.end, mentions)
                lexicon = self.lexicons.of(sentence.block.language)
                found.append(_ActSentence(self.page, lexicon, sentence, hidden))
        return found

    @cached_property
    def doers(self) -> frozenset[str]:
        """Return who is said anywhere on the page to have done such an act."""
        return frozenset(_key(item) for part in self.sentences for item in part.agents())

    @cached_property
    def people(self) -> dict[str, tuple[str, ...]]:
        """Return the features of each person by name: how often and where they are named, what
        they are, whether they speak."""
        counts: Counter[str] = Counter()
        seen: dict[str, set[str]] = defaultdict(set)
        title = unify(self.page.title).lower()
        for number, part in enumerate(self.sentences):
            text = part.hidden.text
            for at in part.who:
                name = _key(item := part.mention(at))
                counts[name] += 1
                if number < 3:
                    seen[name].add("early")
                if name.split()[-1] in title:
                    seen[name].add("titled")
                if len(name.split()) == 1:
                    seen[name].add("single")
                if name.split()[0] in self.lexicons.given_names:
                    seen[name].add("given")
                seen[name].add(item.type)
                seen[name] |= set(_roles_beside(part, at))
                if part._matches(
                    r"[^.;]{0,12}?(?<!\w){say}(?!\w)", text[at + 1 : at + 1 + _SAID], full=False
                ) or part._matches(
                    r"(?<!\w)(?:{say}|{according})\W*(?:{article}\s*)?(?:{role}\s*)?$",
                    text[max(0, at - 30) : at],
                    full=False,
                ):
                    seen[name].add("speaks")
        most = max(counts.values(), default=0)
        for name, count in counts.items():
            seen[name].add(f"count{min(count, 4)}")
            if count == most:
                seen[name].add("foremost")
        if self.page.topic:
            seen[_key(self.page.topic)].add("topic")
        return {name: tuple(sorted(features)) for name, features in seen.items()}

    @cached_property
    def undergone(self) -> list[tuple[_ActSentence, Undergone]]:
        """Return each word of an act with each person near it; doers are left out."""
        every = ((part, item) for part in self.sentences for item in part.undergone())
        return [
            pair
            for pair in every
            if _key(pair[1].person) not in self.doers
            and "object-of-another" not in pair[1].features
        ]

    @cached_property
    def victims(self) -> dict[str, tuple[str, ...]]:
        """Return the features of each person near a word of an act: those of the person, and all
        that stand in between over the page."""
        found: dict[str, set[str]] = {}
        hits = Counter(_key(item.person) for _, item in self.undergone)
        for _, item in self.undergone:
            own = found.setdefault(_key(item.person), set(self.people.get(_key(item.person), ())))
            own |= {*item.features, f"kind-{item.trigger.kind}"}
        for name, own in found.items():
            own |= {f"hits{min(hits[name], 6)}", f"people{min(len(found), 6)}"}
        return {name: tuple(sorted(own)) for name, own in found.items()}


def _key(mention: Mention) -> str:
    return unify(mention.full or mention.text).lower()


def _roles_beside(part: _ActSentence, at: int) -> Iterator[str]:
    for other, item in part.hidden.signs.items():
        if item.type == ROLE and abs(other - at) < 20:
            yield (
                "state-role"
                if item.value in _STATE_ROLES
                else "risk-role"
                if item.value in _AT_RISK_ROLES
                else "role"
            )
    around = part.hidden.text[max(0, at - 30) : at + 40]
    if part._matches(r"(?<!\w){activist}(?!\w)", around, full=False):
        yield "activist"


def act_candidates(page: Page, lexicons: Lexicons) -> Iterator[Candidate]:
    """Return the acts of a page, and the situations of groups in which nobody is named."""
    acts, folder = PageActs(page, lexicons), lexicons.folder
    people, pairs = read_model(folder, "victim"), read_model(folder, "act")
    best: dict[str, float] = defaultdict(float)
    scored = []
    for part, item in acts.undergone:
        name = _key(item.person)
        if people.score(acts.victims[name]) >= people.threshold and item.trigger.kind not in _VAGUE:
            score = pairs.score((*item.features, f"kind-{item.trigger.kind}"))
            best[name] = max(best[name], score)
            scored.append((score, part, item))
    for score, part, item in scored:
        if score >= min(pairs.threshold, best[_key(item.person)]):
            yield _candidate(part, item)
    told = {item.trigger.kind for score, _, item in scored if score >= pairs.threshold}
    for part in acts.sentences:
        situations = [*_situations(part)]
        yield from situations
        for trigger in () if situations else part.triggers:
            if trigger.kind not in {*told, *_VAGUE} and part.sentence.block.kind != HEADING:
                told.add(trigger.kind)
                yield _row(part, trigger, {}, None)


_VAGUE: Final = frozenset(("at-risk", "massacre"))  # said of groups


def _candidate(part: _ActSentence, item: Undergone) -> Candidate:
    """Return an act with its victim as a row."""
    is_meant = item.place is None
    victim = argument_of(item.person, is_inferred=is_meant, basis=item.basis)
    return _row(part, item.trigger, {"victim": victim}, item.place)


def _row(
    part: _ActSentence, trigger: Trigger, filled: dict[str, Argument], place: int | None
) -> Candidate:
    """Return an act as a row: from the victim, or the start of the clause, to the clause's end.
    Without a victim it waits for the person who reviews to type one."""
    page, hidden, found = part.page, part.hidden, trigger.found
    text, first, last = hidden.text, found.start(), found.end()
    if place is not None:
        first, last = min(first, place), max(last, place + 1)
    begin = max((stop.end() for stop in _CLAUSE.finditer(text, 0, first)), default=0)
    end = next((stop.start() for stop in _CLAUSE.finditer(text, last)), len(text))
    begin += len(text[begin:]) - len(text[begin:].lstrip())
    start, end = hidden.stretch(begin, max(len(text[:end].rstrip(" .!?؟")), last))
    at, to = hidden.stretch(*found.span())
    for name in ("date", "place"):
        if near := nearest(hidden, at, to, name, part.lexicon.macros.get("order", "")):
            filled[name] = argument_of(near)
    if date := filled.get("date"):
        start, end = min(start, date.start), max(end, date.end)
    language = part.lexicon.language
    return Candidate(
        "act", filled, {"type": trigger.kind}, start, end, language, PROPOSER,
        f"{language}.act.{trigger.kind}.{trigger.voice}", words=page.text[start:end],
    )  # fmt: skip


def _situations(part: _ActSentence) -> Iterator[Candidate]:
    """Return what is done to people in general, where a sentence names a country and nobody."""
    signs, page, language = part.hidden.signs.items(), part.page, part.lexicon.language
    groups = [(at, item) for at, item in signs if item.type == GROUP]
    country = nearest(part.hidden, part.sentence.start, part.sentence.end, "country")
    if not groups or not country or any(item.type == PERSON for _, item in signs):
        return
    for kind, _, found in part.triggers:
        group = min(groups, key=lambda item: abs(item[0] - found.start()))[1]
        filled = {"affected_group": argument_of(group), "country": argument_of(country)}
        start, end = part.hidden.stretch(*found.span())
        yield Candidate(
            "situation", filled, {"abuse": kind} if kind != "at-risk" else {}, start, end,
            language, PROPOSER, f"{language}.situation.{kind}", words=page.text[start:end],
        )  # fmt: skip
