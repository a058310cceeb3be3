"""Find acts by the words for what was done to people: who did it, and to whom.

A candidate is such a word and a person in its sentence. Whoever did it, by voice or by a word of
agency, is never a victim on that page; a model decides of the others."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.blocks import HEADING, Sentence
from hrdgraph.extraction.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extraction.reading.mentions import BODY, GROUP, NAME, PERSON, ROLE, Mention
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.reading.text import unify
from hrdgraph.extraction.rules.masking import (
    Masked,
    compile_pattern,
    masked_sentences,
    sign_class,
)
from hrdgraph.extraction.rules.scoring import read_model
from hrdgraph.extraction.rules.sentence_rules import PROPOSER, argument_of, nearest

_FORMS: Final = ("passive", "active", "noun")
_TITLED: Final = (
    r"\W*(?:{article}\s*)?(?:\w+\s+){0,2}?(?:{demonym}\s*)?(?:{role}\s*,?\s*)?(?:\w+\s+)?"
    r"(?:{honorific}\s*)?"
)
_NAMED: Final = (
    r"(?:{article}\s*)?(?:{demonym}\s*)?(?:{role}\s*,?\s*)?(?:{demonym}\s*)?(?:{honorific}\s*)?"
)
_BEING: Final = (
    r"(?<!\w)(?:am|is|are|was|were|be|been|being|gets?|got|getting|reported|found|left|feared)"
    r"(?!\w)"
)
_AIMED: Final = (  # what follows an English verb of the past whose subject did it
    r"\s*(?:(?:up|down|at|out|away)\s)?(?:[{who!}{role!}{group!}{demonym!}]|(?:him|her|them|me"
    r"|us|his|their|its|the|an?|at least|about|around|over|more|some|several|many|two|three|four"
    r"|five|six|seven|eight|nine|ten|dozens|hundreds|scores|thousands|\d[\d,]*|another|other"
    r"|fellow|former|people|human|women|men|children|(?!years|besides|towards|across|always"
    r"|sometimes|hours|days|weeks|months)[a-z]{3,}s)(?!\w))"
)
_ACCUSED: Final = (  # before a word of violence
    r"{accused}(?:(?!{unrelated})[^.;:{who!}]){0,30}?(?:"
    + _TITLED
    + r"(?P<who>[{who!}])(?:(?!{unrelated})[^.;:{who!}]){0,30}?)?"
    r"(?P<over>{over})(?:\s*(?!{unrelated})[^\s.,;:{who!}]+){0,4}?\s*$"
)
_APPOSED: Final = r",\s+(?![{who!}])[^.;:]{3,80}[{who!}][^,.;:]{0,20}[,-]\s*(?:{be}|\w+)?\s*"
_PLAIN_PAST: Final = re.compile(r"(?:ed|shot|beat|took|hit)(?: on| down)?$", re.I)
_ACCUSES: Final = re.compile(r"\s*(?:a\s+)?acc?us|обвин", re.I)  # who says it does no harm
_CLAUSE: Final = re.compile(r"[,;:—]| - |\(|\)")
_OPENING: Final = 20  # characters before a verb that opens a sentence: "Après avoir tué"
_CLOSE: Final = 80  # characters between who does an act and its verb
_WIDEST: Final = 240  # characters between a word of an act and a person that it is tried with
_SPOKEN: Final = 4  # words from which what stands between quotation marks was said
_BESIDE: Final = re.compile(r"[\ue000-\uf8ff]|[^\W_]+|[,:(\"]")  # what a name may stand beside
_SAME: Final = {  # acts that a page tells together
    "detention": "arrest", "conviction": "arrest", "charge": "arrest", "death": "killing",
    "massacre": "killing", "ill-treatment": "torture",
}  # fmt: skip
_LONGER: Final = re.compile(r"[a-z]{4,}")
_WEIGHED: Final = ("arrest", "killing", "abduction", "disappearance", "torture")


class Trigger(NamedTuple):
    """A word of an act in a masked sentence; `voice` says whether its subject underwent it
    (passive), did it (active), or it is a noun."""

    kind: str
    voice: str
    found: re.Match[str]
    is_denied: bool = False

    @property
    def weighed(self) -> str:
        """Return the kind of act under which it counts when a page is weighed."""
        return _SAME.get(self.kind, self.kind)


def triggers_of(lexicon: Lexicon, hidden: Masked) -> Iterator[Trigger]:
    """Return the words of acts that a sentence has."""
    macros = lexicon.macro_words
    for kind, forms in lexicon.section("acts").items():
        for form in _FORMS:
            if forms.get(form):
                pattern = compile_pattern(rf"(?<!\w)[وف]?(?:{forms[form]})(?!\w)", macros)
                for match in pattern.finditer(hidden.text):
                    voice = _voice(lexicon, hidden.text, form, match)
                    is_own = voice == "active" == form and kind in _OF_ONESELF
                    denied = _is_denied(lexicon, hidden.text, match)
                    yield Trigger(kind, "passive" if is_own else voice, match, denied)


def _voice(lexicon: Lexicon, text: str, form: str, match: re.Match[str]) -> str:
    """A participle is active after "have" and what may stand between ("a, en 2014, menacé"), else
    passive; English has one form for "killed" and "was killed": what follows tells."""
    before = text[max(0, match.start() - _WIDEST) : match.start()]
    if form != "passive":
        return form
    if _is_perfect(lexicon, before, match[0]) and not (
        "," in before[-2:]
        and compile_pattern(r"\s*{by}", lexicon.macro_words).match(text, match.end())
    ):
        return "active"
    is_plain = _PLAIN_PAST.search(match[0]) and re.fullmatch(
        lexicon.macros.get("done", "(?!)"), match[0].strip(), re.I
    )
    if lexicon.language != "en" or not is_plain:
        return form
    is_being = re.search(
        rf"{_BEING}(?:\s+\w+ly|\s+(?:also|then|later|again|already|first)"
        rf"|[^.;,:{sign_class('who')}]{{0,50}}\s(?:and|or)(?:\s+\w+ly)?)*[\s\"]*$",
        before,
        re.I,
    )
    if is_being:
        return form
    is_aimed = compile_pattern(_AIMED).match(text, match.end()) or (
        match[0].lower().endswith("threatened") and text.startswith((" to ", " that "), match.end())
    )
    is_whom = re.search(
        rf"(?<!\w)(?:whom|that)\s[^,;.]{{0,30}}[{sign_class('who')}][^,;.]{{0,15}}$", before, re.I
    )
    return "active" if is_aimed or is_whom else "passive"


def _is_perfect(lexicon: Lexicon, before: str, words: str) -> bool:
    """Tell whether a participle goes with a word such as "have" before it."""
    known = lexicon.macros
    if "having" not in known or not re.fullmatch(known["done"], words.strip(), re.I):
        return False
    stop = rf"(?!(?:{known['passive']})(?!\w))"
    between = rf"(?:[\s,]+{stop}[^\s,;:.]+){{0,8}}[\s,]+"
    return re.search(rf"(?<!\w)(?:{known['having']}){between}$", before, re.I) is not None


def _is_denied(lexicon: Lexicon, text: str, match: re.Match[str]) -> bool:
    denial = lexicon.macros.get("denial", "(?!)")
    before = text[max(0, match.start() - 28) : match.start()]
    if re.search(rf"(?<!\w)(?:{denial})(?![\w-])[^,;]*$", before, re.I):
        return True
    start, end = text.rfind('"', 0, match.start()), text.find('"', match.end())
    is_open = text.count('"', 0, match.start()) % 2 == 1 and end >= 0
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
    def every_trigger(self) -> list[Trigger]:
        verbs = {trigger.start() for trigger in self._doing}
        return [
            item._replace(voice="active")
            if item.voice == "noun" and item.found.start() in verbs
            else item
            for item in triggers_of(self.lexicon, self.hidden)
        ]

    @cached_property
    def _doing(self) -> list[re.Match[str]]:
        """Return the verbs of which a subject does harm, by their endings."""
        has = "does" in self.lexicon.macros
        pattern = compile_pattern("{does}" if has else "(?!)", self.lexicon.macro_words)
        matches = [*pattern.finditer(self.hidden.text)]
        if self.lexicon.language != "en":
            return matches
        aimed = compile_pattern(_AIMED)
        return [
            item for item in matches if " " in item[0] or aimed.match(self.hidden.text, item.end())
        ]

    @cached_property
    def triggers(self) -> list[Trigger]:
        """Return the words of acts, but those that are denied or quoted."""
        return [item for item in self.every_trigger if not item.is_denied]

    def mention(self, at: int) -> Mention:
        return self.hidden.signs[at]

    def _matches(self, pattern: str, text: str, *, full: bool = True) -> bool:
        compiled = compile_pattern(pattern, self.lexicon.macro_words)
        return bool(compiled.fullmatch(text) if full else compiled.search(text))

    def agents(self) -> Iterator[Mention]:
        """Return who did the acts of the sentence: the subject of an active verb, whom a word of
        agency names, and who is called the murderer or was convicted of it."""
        known = self.lexicon.macros
        for start, end in self._deeds:
            if (at := self._subject(start, end)) is not None:
                yield from self._with_joined(at)
        yield from filter(None, self.find_accused())
        for trigger in self.every_trigger:
            end = trigger.found.end()
            for word, most in (("by", 45), ("from", 0)) if trigger.voice != "active" else ():
                if word in known and (
                    most or (trigger.voice == "noun" and trigger.kind == "threat")
                ):
                    agent = (
                        rf"[^.;:]{{0,{most}}}?(?<!\w){{{word}}}\s*(?:\w+\s+{{of}}\s*)?" + _TITLED
                    )
                    for at in self.who:
                        words = self.hidden.text[end - 5 * bool(most) : at].lstrip()
                        is_owner = self.hidden.text.startswith("'s", at + 1)
                        if at >= end and not is_owner and self._matches(agent, words):
                            yield from self._with_joined(at)
        for at in self.who if "killer" in known else ():
            text = self.hidden.text
            called = rf"(?<!\w){{killer}}(?:\s*{{of}}\s*{_NAMED}[{{who!}}])?[\s,:]*{_NAMED}$"
            if self._matches(called, text[max(0, at - 60) : at], full=False):
                yield self.mention(at)

    @cached_property
    def _deeds(self) -> list[tuple[int, int]]:
        """Return where it stands that somebody does harm."""
        own = compile_pattern(
            "{forces}" if "forces" in self.lexicon.macros else "(?!)", self.lexicon.macro_words
        )
        deeds = [
            item.found.span()
            for item in self.every_trigger
            if item.voice == "active" and item.kind != "release"
            and not _ACCUSES.match(item.found[0]) and not own.match(item.found[0].lstrip())
        ]  # fmt: skip
        return [*deeds, *(item.span() for item in self._doing)]

    def find_accused(self) -> Iterator[Mention | None]:
        """Return of whom a sentence says that they are held to have done violence: "arrested for
        the murder", "police charged Rosa Lamp with murder", "he confessed to the murder"; None
        for somebody without a name."""
        if "over" not in self.lexicon.macros:
            return
        accused = compile_pattern(_ACCUSED, self.lexicon.macro_words)
        for item in self.every_trigger:
            if item.kind in _VIOLENT and item.voice != "active":
                match = accused.search(self.hidden.text, 0, item.found.start())
                if match is None:
                    continue
                before = self.hidden.text[max(0, match.start() - 30) : match.start()]
                pronoun = rf"(?<!\w)(?:{self.lexicon.macros['pronoun']})(?!\w)[^.,;:]*$"
                own = match.start("who") if match["who"] else None
                at = own or self._subject(match.start(), match.start("over"))
                if at is not None:
                    yield from self._with_joined(at)
                    yield from self._find_accused_too()
                elif re.search(pronoun, before, re.I):
                    focus = self.page.focus(self.hidden.places[match.start()])
                    yield from () if focus is None else (focus,)
                else:
                    yield None

    def find_prosecuted(self) -> Iterator[Mention]:
        """Return against whom there is a case: "the prosecution of Rosa Lamp and Ana Paz"."""
        pattern = compile_pattern(
            rf"{{prosecution}}\s*{_NAMED}(?P<who>[{{who!}}])", self.lexicon.macro_words
        )
        for match in pattern.finditer(self.hidden.text):
            yield from self._with_joined(match.start("who"))

    def _find_accused_too(self) -> Iterator[Mention]:
        """Return of whom else a sentence says so: "…, and Ana Paz was sentenced to ten years"."""
        pattern = compile_pattern("{accused}", self.lexicon.macro_words)
        for match in pattern.finditer(self.hidden.text):
            if (at := self._subject(*match.span())) is not None:
                yield self.mention(at)

    def _subject(self, start: int, end: int) -> int | None:
        """Return the subject of a verb: the last name before it that is no object, unless others
        ("the police") stand between; else the name after the verb, or after its clause."""
        text, macros = self.hidden.text, self.lexicon.macros
        after, before = [at for at in self.who if at >= end], [at for at in self.who if at < start]
        if after and "object" in macros:  # "la amenazó Pablo": objects have a word before them
            is_object = self._matches(
                rf"(?<!\w){{object}}{_NAMED}$", text[start : after[0]], full=False
            )
            if not is_object and self._matches(r"\s*" + _NAMED, text[end : after[0]]):
                return after[0]
        form = re.compile(macros.get("object_form", "(?!)"), re.I)
        verb = text[start:end].strip()
        free = [at for at in before if not form.fullmatch(f"{self.mention(at).text} {verb}")]
        if before and not free and after and self._matches(r"\s*" + _NAMED, text[end : after[0]]):
            return after[0]
        between = text[free[-1] + 1 : start] if free else "."
        if len(free) > 1 and self._matches(_APPOSED, text[free[-2] + 1 : start]):
            free, between = free[:-1], ""
        if free and len(between) < _CLOSE and not re.search(r"[.;:]", between):
            forces = rf"(?<!\w)(?:{macros.get('forces', '(?!)')})(?!\w)"
            is_own = re.match(rf"\s*(?:{self.lexicon.joining}|'s\s)", between, re.I)
            return None if re.search(forces, between, re.I) and not is_own else free[-1]
        is_opening = not before and start < _OPENING
        following = (at for at in after if is_opening and re.search(r",\s*$", text[end:at]))
        return next(following, None)

    def _with_joined(self, at: int) -> Iterator[Mention]:
        """Return a name with those that "and" joins to it."""
        yield self.mention(at)
        pattern = (
            rf"\s*(?:{self.lexicon.joining})\s*(?:(?!(?!alleged)\w+ed\s)[\w-]+,?\s+){{0,4}}{_NAMED}"
        )
        for first, second in pairwise(self.who):
            if at in (first, second) and self._matches(
                pattern, self.hidden.text[first + 1 : second]
            ):
                yield self.mention(second if first == at else first)

    def undergone(self) -> Iterator[Undergone]:
        """Return each word of an act with each person whom it may have been done to."""
        for trigger in self.triggers:
            start, end = trigger.found.span()
            near = [
                at
                for at in self.who
                if start - _WIDEST < at < end + _WIDEST
                and ";" not in self.hidden.text[min(at, end) : max(at, start)]
                and (self.mention(at).type != BODY or trigger.kind in _OF_BODIES)
            ]
            if trigger.voice == "noun":  # "the murder of the defender Rosa Lamp": of nobody before
                of = r"\s*{of}[^,.;:{who!}]{0,50}"
                tied = (
                    at for at in near if at >= end and self._matches(of, self.hidden.text[end:at])
                )
                first = next(tied, 0)
                near = [at for at in near if at >= first]
            for at in near:
                if trigger.voice == "active" and at < start and not self._is_whom(at, start):
                    continue
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

    def _is_whom(self, at: int, start: int) -> bool:
        """Tell whether a verb after a name says what others did to it: "whom they killed"."""
        return self._matches(r"[\s,]*{whom}[^.;:]{0,60}", self.hidden.text[at + 1 : start])

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
            match = re.match(
                rf"\s+({pattern})(?!\w)", self.hidden.text[trigger.found.end() :], re.I
            )
        else:
            match = re.search(
                rf"(?<!\w)({pattern})(?!\w)[^.;{sign_class('who')}]{{0,60}}$",
                self.hidden.text[: trigger.found.end()],
                re.I,
            )
        focus = self.page.focus(self.hidden.stretch(*trigger.found.span())[0]) if match else None
        return (focus, match[1]) if match and focus and focus.type == PERSON else None

    def _relation(self, trigger: Trigger, at: int) -> Iterator[str]:
        text, (start, end) = self.hidden.text, trigger.found.span()
        is_after = at >= end
        between = text[end:at] if is_after else text[at + 1 : start]
        side = f"{trigger.voice}-{'after' if is_after else 'within' if at >= start else 'before'}"
        yield side
        yield f"{side}-gap{min(len(between.split()) // 3, 4)}"

    def beside(self, at: int) -> Iterator[str]:
        """Return the two words before and after a name; of another name its type or role."""
        text, signs = self.hidden.text, self.hidden.signs
        before = [*_BESIDE.finditer(text, max(0, at - 40), at)][-2:]
        after = [*_BESIDE.finditer(text, at + 1, at + 40)][:2]
        for side, mentions in (("before", before), ("after", after)):
            for item in mentions:
                named = signs.get(item.start())
                word = item[0].lower() if named is None else named.type.upper()
                yield f"{side}-{named.value if named and named.type == ROLE else word}"


_OF_BODIES: Final = frozenset(
    (
        "dissolution", "raid", "threat", "attack", "harassment", "smear-campaign",
        "judicial-harassment", "asset-freeze",
    )
)  # fmt: skip
_OF_ONESELF: Final = frozenset((
    "death", "detention", "disappearance", "exile", "protest", "hunger-strike",
    "dissolution", "release",
))  # fmt: skip
_VIOLENT: Final = frozenset((
    "killing", "massacre", "attack", "abduction", "torture", "threat", "disappearance",
    "ill-treatment",
))  # fmt: skip


@dataclass(frozen=True)
class PageActs:
    """The acts of a page, and what the whole page tells of each person."""

    page: Page
    lexicons: Lexicons

    @cached_property
    def sentences(self) -> list[_ActSentence]:
        every = masked_sentences(self.page, self.lexicons)
        return [_ActSentence(self.page, lexicon, part, hidden) for part, lexicon, hidden in every]

    @cached_property
    def doers(self) -> frozenset[str]:
        """Return who is said anywhere on the page to have done such an act; where somebody without
        a name is held to have done violence, also who is prosecuted."""
        doers = {_key(item) for part in self.sentences for item in part.agents()}
        if any(item is None for part in self.sentences for item in part.find_accused()):
            doers |= {_key(item) for part in self.sentences for item in part.find_prosecuted()}
        return frozenset(doers)

    @cached_property
    def people(self) -> dict[str, set[str]]:
        """Return the features of each person by name: what they are and stand beside."""
        seen: dict[str, set[str]] = defaultdict(set)
        for part in self.sentences:
            for at in part.who:
                name = _key(item := part.mention(at))
                first, *further = name.split()
                is_given = first in self.lexicons.given_names
                seen[name] |= {item.type, *part.beside(at), *(("given",) if is_given else ())}
                seen[name] |= set() if further else {"single"}
        return seen

    @cached_property
    def kinds(self) -> dict[str, tuple[str, ...]]:
        """Return the features of the kinds of acts that an English page has words of: how often,
        where first, how many of the people may have undergone them, and the words of the page."""
        every = [
            (number, part, item)
            for number, part in enumerate(self.sentences)
            for item in part.triggers
        ]
        counts = Counter(item.weighed for _, _, item in every)
        hits = Counter(item.trigger.weighed for _, item in self.undergone)
        of_page = set(_LONGER.findall(self.page.level.lower()))
        features_of: dict[str, tuple[str, ...]] = {}
        for kind in _WEIGHED if self.page.language == "en" else ():
            own = [item for item in every if item[2].weighed == kind]
            features = {
                f"is-{kind}", f"count{min(len(own), 6)}", f"hits{min(hits[kind], 3)}",
                f"most{len(own) == max(counts.values(), default=0)}",
                f"named{any(part.who for _, part, _ in own)}",
                *(f"first{min(number, 4)}" for number, _, _ in own[:1]),
                *(f"share{5 * len(own) // len(every)}" for _ in own[:1]),
                *(f"voice-{item.voice}" for _, _, item in own),
                *(f"word-{item.found[0].lower().strip()}" for _, _, item in own),
                *(f"{kind}-{word}" for word in of_page),
            }  # fmt: skip
            features_of |= {kind: tuple(sorted(features))} if own else {}
        return features_of

    @cached_property
    def undergone(self) -> list[tuple[_ActSentence, Undergone]]:
        """Return each word of an act with each person near it; doers are left out."""
        every = ((part, item) for part in self.sentences for item in part.undergone())
        return [pair for pair in every if _key(pair[1].person) not in self.doers]

    @cached_property
    def victims(self) -> dict[str, tuple[str, ...]]:
        """Return the features of each person named near a word of an act: the person's own, and
        those of every such place on the page."""
        victims: dict[str, set[str]] = {}
        hits = Counter(_key(item.person) for _, item in self.undergone)
        for _, item in self.undergone:
            own = victims.setdefault(_key(item.person), set(self.people[_key(item.person)]))
            own |= {*item.features, f"kind-{item.trigger.kind}"}
        for name, own in victims.items():
            own |= {f"hits{min(hits[name], 6)}", f"people{min(len(victims), 6)}"}
        return {name: tuple(sorted(own)) for name, own in victims.items()}


def _key(mention: Mention) -> str:
    return unify(mention.full or mention.text).lower()


def act_candidates(page: Page, lexicons: Lexicons) -> Iterator[Candidate]:
    """Return the acts of a page."""
    acts, folder = PageActs(page, lexicons), lexicons.folder
    victim, kinds = read_model(folder, "victim"), read_model(folder, "kind")
    is_told = {kind: kinds.score(of) >= kinds.threshold for kind, of in acts.kinds.items()}
    done = set(_VAGUE)
    for part, item in acts.undergone:
        is_likely = victim.score(acts.victims[_key(item.person)]) >= victim.threshold
        is_of_one = item.trigger.kind not in _VAGUE
        if is_likely and is_of_one and is_told.get(item.trigger.weighed, True):
            done.add(item.trigger.kind)
            is_meant = item.place is None
            victim_said = argument_of(item.person, is_inferred=is_meant, basis=item.basis)
            yield _row(part, item.trigger, {"victim": victim_said}, item.place)
    for part in acts.sentences:
        named = {item.type for item in part.hidden.signs.values()}
        is_loose = part.sentence.block.kind == HEADING or (GROUP in named and PERSON not in named)
        for trigger in part.triggers:
            if trigger.kind not in done and is_told.get(trigger.weighed, not is_loose):
                done.add(trigger.kind)
                yield _row(part, trigger, {}, None)


_VAGUE: Final = frozenset(("massacre",))  # said of groups


def _row(
    part: _ActSentence, trigger: Trigger, filled: dict[str, Argument], place: int | None
) -> Candidate:
    """Return an act as a row: from the victim, or the start of the clause, to the clause's end.
    Without a victim it waits for the person who reviews to type one."""
    page, hidden, match = part.page, part.hidden, trigger.found
    text, first, last = hidden.text, match.start(), match.end()
    if place is not None:
        first, last = min(first, place), max(last, place + 1)
    begin = max((stop.end() for stop in _CLAUSE.finditer(text, 0, first)), default=0)
    end = next((stop.start() for stop in _CLAUSE.finditer(text, last)), len(text))
    begin += len(text[begin:]) - len(text[begin:].lstrip())
    start, end = hidden.stretch(begin, max(len(text[:end].rstrip(" .!?؟")), last))
    at, to = hidden.stretch(*match.span())
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
