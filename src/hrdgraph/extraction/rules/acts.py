"""Find acts with a victim by the words for what was done to people, and situations where nobody is
named. Who did the deed, or is kin of the victim, is no victim."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.blocks import HEADING, Sentence
from hrdgraph.extraction.reading.lexicon import Lexicon
from hrdgraph.extraction.reading.mentions import BODY, GROUP, NAME, PERSON, Mention, is_of_state
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.rules.masking import Masked, compiled, enumerated, sign_class
from hrdgraph.extraction.rules.sentence_rules import PROPOSER, argument_of, nearest

_TITLED = r"(?:{article}\s*)?(?:{demonym}\s*)?(?:{role}\s*)?(?:{honorific}\s*)?"
_OF = r"(?=\w)(?:{of})"
_PASSIVE, _ACTIVE = "passive", "active"


@dataclass(frozen=True)
class Agency:
    """A word of an act in a sentence whose names are signs."""

    lexicon: Lexicon
    text: str
    found: re.Match[str]
    kind: str
    form: str

    def is_no_victim(self, place: int | None) -> bool:
        """Whether who stands at a place, or is meant by a pronoun, did it or is kin of the
        victim."""
        is_after = place is not None and place > self.found.start()
        return (
            (self._is_deed(is_named=place is not None) and not is_after)
            or (place is not None and self._is_agent(place))
            or self._is_of_kin(place if is_after else None)
        )

    def _is_deed(self, *, is_named: bool) -> bool:
        """Whether the subject of the verb does it: "she has accused", "she stopped at Lyon"."""
        if self._search(r"(?<!\w){which}[^,;.]*$", "which"):
            return False
        if self.form == _ACTIVE:
            is_done = bool(re.fullmatch(self._word("done_to"), self.kind))
            subject = r"(?<!\w){pronoun}\s+(?:\w+\s+)?$"
            return is_done and (is_named or bool(self._search(subject, "pronoun")))
        adverb = r"\s+(?:{adverb}\s+|\w+ment\w?\s+)?$"
        return self.form == _PASSIVE and bool(
            self._search("{did_itself}" + adverb, "did_itself")
            or (self._is_bare() and self._search("{did}" + adverb, "did"))
        )

    def _is_bare(self) -> bool:
        """Whether a participle stands alone and agrees with nothing."""
        return not re.search(r"\s|[aes]$", self.found[0], re.I)

    def _is_agent(self, place: int) -> bool:
        """Whether a passive says that it was done by them."""
        if self.form != _PASSIVE or place < self.found.end():
            return False
        between = self.text[self.found.end() : place]
        return bool(self._compiled(r"\s*{by}\s*" + _TITLED).fullmatch(between))

    def _is_of_kin(self, after: int | None) -> bool:
        """Whether the one named stands for another: "her husband", "the lawyer of Ana Paz"."""
        if not self._word("kin", ""):
            return False
        if after is not None:
            between = self.text[self.found.end() : after]
            return bool(self._compiled(r"(?<!\w){kin}\s*" + _OF).search(between))
        if self.form not in (_PASSIVE, _ACTIVE):
            return False
        others = r"(?:{kin}|{role})\s*" + _OF + r"\s*" + _TITLED + "{human}|{possessive}\\s*{kin}"
        said = self._search(rf"(?:{others})(?:(?!{{human}}|{{body}})[^,;.])*$", "kin")
        joined = rf"{self.lexicon.joining}\s*(?:{{article}}\s*)?$"
        return bool(said and not self._compiled(joined).search(self.text[: said.start()]))

    def _search(self, pattern: str, word: str) -> re.Match[str] | None:
        """A pattern in what stands before, where the language has the word that it uses."""
        before = self.text[: self.found.start()]
        return self._compiled(pattern).search(before) if self._word(word, "") else None

    def _word(self, name: str, otherwise: str = "(?!)") -> str:
        return self.lexicon.macros.get(name, otherwise)

    def _compiled(self, pattern: str) -> re.Pattern[str]:
        return compiled(pattern, self.lexicon.macro_words)


_PAST: Final = re.compile(r"\w*л(?P<feminine>а)?(?!\w)")
_VOWELS: Final = "аеиоуыэюяь"


def agrees(words: str, name: str) -> bool:
    """Whether a name, by the end of its first word, is in the nominative of a verb's gender:
    "Анна … обвинила", "Олег … обвинил", but not "Анну … обвинила", "Олега … обвинил"."""
    past, first = _PAST.search(words.lower()), name.split()[0].lower()
    if past is None or not re.search("[а-я]$", first):
        return False
    return first[-1] in "ая" if past["feminine"] else first[-1] not in _VOWELS


_PLAIN: Final = r"\s|[-']|{article}|{role}|{demonym}|{group}|{activist}"
_GIVEN: Final = r"\w\s+(?=\w){to}\s+(?:{article}\s+)?$"


def is_owned(lexicon: Lexicon, noun: str, between: str) -> bool:
    """Whether a noun is that of the name after it ("the murder of the lawyer …"), or was done
    against it ("el atentado contra la abogada …")."""
    macros = lexicon.macro_words
    against = lexicon.macros.get("against", "(?!)")
    if re.search(rf"(?<!\w)(?:{against})$", noun, re.I):
        return bool(compiled(f"(?:{_PLAIN}|{{definite}})*", macros).fullmatch(between))
    if compiled(_GIVEN, macros).search(between):
        return False
    return bool(compiled(rf"\s*{{of}}(?:\w+|{_PLAIN})*", macros).fullmatch(between))


_FORMS: Final = ("passive", "active", "noun")
_WHO: Final = (PERSON, BODY, NAME)
_TELLING: Final = frozenset(
    (
        "harassment", "threat", "judicial-harassment", "raid", "travel-ban", "professional-ban",
        "asset-freeze", "conviction", "smear-campaign", "hunger-strike",
    )
)  # fmt: skip
_OF_BODIES: Final = frozenset(
    (
        "dissolution", "raid", "threat", "attack", "harassment", "smear-campaign",
        "judicial-harassment", "asset-freeze",
    )
)  # fmt: skip
_OF_ONESELF: Final = frozenset(("death", "exile", "protest", "hunger-strike", "dissolution"))
_SPOKEN: Final = 4  # words from which what stands between quotation marks was said
_BESIDE: Final = 80  # characters between a word and the person who may have undergone it
_CLAUSE: Final = re.compile(r"[,;:—]| - |\(|\)")


def act_candidates(
    page: Page, lexicon: Lexicon, sentence: Sentence, hidden: Masked
) -> Iterator[Candidate]:
    """Return the acts that a sentence tells of, and the situations."""
    acts = lexicon.section("acts")
    if not acts:
        return
    macros = lexicon.macro_words
    for kind, forms in acts.items():
        for form in _FORMS:
            if forms.get(form):
                for found in compiled(rf"(?<!\w)[وف]?(?:{forms[form]})(?!\w)", macros).finditer(
                    hidden.text
                ):
                    yield from _Act(page, lexicon, sentence, hidden, kind, form, found).candidates()


@dataclass(frozen=True)
class _Act:
    page: Page
    lexicon: Lexicon
    sentence: Sentence
    hidden: Masked
    kind: str
    form: str
    found: re.Match[str]

    def candidates(self) -> Iterator[Candidate]:
        if (
            self._is_quoted()
            or self._is_denied()
            or self._is_attribute()
            or self.sentence.block.kind == HEADING
        ):
            return
        if group := self._group():
            if self._country():
                yield self._situation(group)
            return
        if self.kind == "at-risk":
            return
        victim, place = self._victim()
        if victim is None or self._agency().is_no_victim(place):
            return
        yield self._candidate({"victim": victim}, place)
        for other in enumerated(self.hidden, place, self.lexicon) if place is not None else ():
            if (mention := self.hidden.mention(other)) and mention.type == PERSON:
                yield self._candidate({"victim": argument_of(mention)}, place)

    def _agency(self) -> Agency:
        return Agency(self.lexicon, self.hidden.text, self.found, self.kind, self.form)

    def _is_quoted(self) -> bool:
        """Whether the word stands between quotation marks that are not those of a term."""
        text, at = self.hidden.text, self.found.start()
        start, end = text.rfind('"', 0, at), text.find('"', self.found.end())
        is_open = text.count('"', 0, at) % 2 == 1 and end >= 0
        return is_open and len(text[start + 1 : end].split()) >= _SPOKEN

    def _is_denied(self) -> bool:
        before = self.hidden.text[max(0, self.found.start() - 28) : self.found.start()]
        denial = self.lexicon.macros.get("denial", "")
        return bool(denial and re.search(rf"(?<!\w)(?:{denial})(?![\w-])[^,;]*$", before, re.I))

    def _is_attribute(self) -> bool:
        """Whether an English participle only describes others: "wounded students"."""
        if self._is_of_many():
            return True
        if self.lexicon.language != "en" or self.form != "passive" or " " in self.found[0].strip():
            return False
        before = self.hidden.text[max(0, self.found.start() - 18) : self.found.start()]
        after = self.hidden.text[self.found.end() :]
        is_said = re.search(
            r"(?:,|and|was|were|been|being|is|are|got|s?he|him|her|who|then)\s*(?:\w+\s)?$", before
        )
        return bool(re.match(r"\s[a-z]{3,}s\b", after)) and not is_said

    def _is_of_many(self) -> bool:
        """Whether the word names people in general: "auprès des détenus"."""
        many = self.lexicon.macros.get("many", "")
        before = self.hidden.text[max(0, self.found.start() - 24) : self.found.start()]
        is_plural = self.found[0].rstrip().endswith("s") and self.form == "passive"
        return bool(many and is_plural and re.search(rf"(?<!\w)(?:{many})\s+$", before, re.I))

    def _victim(self) -> tuple[Argument | None, int | None]:
        """Whom it was done to, by the form of the word, and where their sign stands."""
        place = {"passive": self._subject, "active": self._object, "noun": self._owner}[self.form]()
        if body := self._body(place):
            return body, None
        if meant := self._described(place):
            return meant, None
        if place is not None and (mention := self.hidden.mention(place)):
            return argument_of(mention), place
        if self.kind == "dissolution":
            return self._last_body(), None
        if (self.form == "noun" and not self._is_framed()) or self._is_done_by_named():
            return None, None
        if meant := self._pronoun():
            return meant, None
        near = self._nearest_person()
        mention = self.hidden.mention(near) if near is not None else None
        return (argument_of(mention), near) if mention else (None, None)

    def _body(self, place: int | None) -> Argument | None:
        """The body that "the organisation" means, where that is said after the name, if any."""
        if self.kind not in _OF_BODIES or self.form != "passive":
            return None
        named = self.lexicon.macros.get("generic_body", "(?!)")
        since = place + 1 if place is not None and place < self.found.start() else 0
        text = self.hidden.text[since : self.found.end()]
        said = re.search(rf"(?<!\w)(?:{named})(?!\w)[^.;,]{{0,40}}$", text, re.I)
        at = self.hidden.places[since + said.start()] if said else 0
        bodies = [item for item in self.page.mentions if item.type == BODY and item.start < at]
        said_words = said[0].split(" ")[0] if said else ""
        return argument_of(bodies[-1], is_inferred=True, basis=said_words) if bodies else None

    def _last_body(self) -> Argument | None:
        """The body that was named last: what is dissolved is one."""
        at = self.hidden.places[self.found.start()]
        before = [item for item in self.page.mentions if item.type == BODY and item.start < at]
        named = [item for item in before if not is_of_state(item.text)]
        return argument_of(named[-1], is_inferred=True, basis=self.found[0]) if named else None

    def _is_state(self, at: int) -> bool:
        """Whether a body is one of those that do such things."""
        mention = self.hidden.mention(at)
        return mention is not None and is_of_state(mention.text)

    def _described(self, place: int | None) -> Argument | None:
        """The person whom a pronoun or a description means that stands between the name before
        and the word: "Ana Paz founded a school; the teacher was threatened"."""
        if place is None or place > self.found.start():
            return None
        words = "|".join(
            self.lexicon.macros.get(name, "(?!)").replace("{role}", f"[{sign_class('role')}]")
            for name in ("pronoun", "definite")
        )
        between = self.hidden.text[place + 1 : self.found.start()]
        said = re.search(
            rf"(?:[,;.]|(?<!\w){self._and()}(?!\w))\s*({words})(?!\w)\W[^;.]{{0,60}}$",
            between,
            re.I,
        )
        if said is None:
            return None
        focus = self.page.focus(self.hidden.stretch(*self.found.span())[0])
        is_person = focus is not None and focus.type != BODY
        return argument_of(focus, is_inferred=True, basis=said[1]) if focus and is_person else None

    def _and(self) -> str:
        return f"(?:{self.lexicon.macros.get('and', ',')})"

    def _nearest_person(self) -> int | None:
        """Of the people of the clause the one beside the word, where nothing else tells."""
        start, end = self.found.span()
        near = [at for at in self._people() if at > start - _BESIDE and at < end + _BESIDE]
        return min(near, key=lambda at: max(start - at, at - end), default=None)

    def _pronoun(self) -> Argument | None:
        """The person whom a pronoun of the sentence, or a verb without a subject, means."""
        before = self.hidden.text[: self.found.end()]
        described = self.lexicon.macros.get("definite", "(?!)").replace(
            "{role}", f"[{sign_class('role')}]"
        )
        pattern = "|".join(
            (
                self.lexicon.macros.get("pronoun", "(?!)"),
                self.lexicon.macros.get("object_pronoun", "(?!)"),
                described,
            )
        )
        said = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", before, re.I)
        focus = self.page.focus(self.hidden.stretch(*self.found.span())[0])
        if focus is None or focus.type == BODY or not (said or not self._people()):
            return None
        return argument_of(focus, is_inferred=True, basis=said[0] if said else "")

    def _people(self) -> list[int]:
        return [at for at in self._who() if self._type(at) == PERSON]

    def _subject(self) -> int | None:
        """Of a passive: the person before it in its clause, or in the sentence; a body, of what
        is done to bodies; or within it, or just after."""
        within = self._first(self.found.start(), self.found.end())
        if within is not None:
            return within
        before = [at for at in self._who() if at < self.found.start() and self._may_suffer(at)]
        near = [
            at
            for at in before
            if not re.search(r"[;:]|[.!?]\"", self.hidden.text[at : self.found.start()])
        ]
        if near:
            return self._untied(near)
        is_opening = not self.hidden.text[: self.found.start()].strip(" \"'")
        room = 45 if self.lexicon.language == "ar" else 70 if is_opening else 14
        return self._first(self.found.end(), self.found.end() + room)

    def _first(self, start: int, end: int) -> int | None:
        """The first who may suffer it between two places."""
        named = (at for at in self._who() if start <= at <= end and self._may_suffer(at))
        return next(named, None)

    def _untied(self, places: list[int]) -> int:
        """The name that "who" stands after, or the last before the word that is no part of
        another phrase, else the first."""
        macros = self.lexicon.macro_words
        verbs = "{found}|{lead}|{belong}|{work_for}|{receive}"
        tied = compiled(
            f'(?:{{of}}|{{by}}|{{from}}|{{to}}|{self.lexicon.joining}|{verbs})\\s*(?:{{article}}\\s*)?"?$',
            macros,
        )
        which = compiled('["\\s)]*,?\\s*{rel}', macros)
        for at in reversed(places):
            after = self.hidden.text[at + 1 :]
            if "rel" in self.lexicon.macros and which.match(after):
                return at
            if not tied.search(self.hidden.text[max(0, at - 25) : at]) and not after.lstrip(
                '" '
            ).startswith(","):
                return at
        people = [at for at in places if self._type(at) == PERSON]
        return (people or places)[0]

    def _object(self) -> int | None:
        """Of an active verb: who stands after it."""
        after = next(
            (at for at in self._who() if 0 <= at - self.found.end() <= 50 and self._may_suffer(at)),
            None,
        )
        is_free = self.form == "active" and self.lexicon.language == "ru"
        if after is None and is_free and not self._is_done_by_named():
            before = [
                at
                for at in self._who()
                if 0 < self.found.start() - at <= 50 and self._type(at) == PERSON
            ]
            return before[-1] if before else None
        return after

    def _is_done_by_named(self) -> bool:
        """Whether the person before a verb is who did it: "Анна Лебедева обвинила полицию"."""
        if self.form != "active" or self.kind in _OF_ONESELF:
            return False
        before = [at for at in self._people() if 0 < self.found.start() - at <= _BESIDE]
        mention = self.hidden.mention(before[-1]) if before else None
        return mention is not None and agrees(self.found[0], mention.text)

    def _owner(self) -> int | None:
        """Of a noun: of whom it is, or who is said to have undergone it."""
        after = self._object()
        if after is not None and is_owned(
            self.lexicon, self.found[0], self.hidden.text[self.found.end() : after]
        ):
            return after
        before = [at for at in self._who() if at < self.found.start() and self._may_suffer(at)]
        return self._untied(before) if before and self._is_framed() else None

    def _is_framed(self) -> bool:
        """Whether a noun is said of somebody: they underwent it, it is theirs, or the word alone
        is enough."""
        before = self.hidden.text[max(0, self.found.start() - 60) : self.found.start()]
        words = self.lexicon.macros
        own, gap = words.get("possessive", "(?!)"), words.get("frame_gap", "[^.;]{0,45}")
        frames = rf"{{undergo}}(?!\w){gap}|{{possessive}}(?!\w){words.get('owner_gap', gap)}"
        framed = compiled(rf"(?:{frames})$", self.lexicon.macro_words).search(before)
        owns = re.match(rf"(?:{own})\b", self.found[0], re.I)
        return bool(framed or owns or self.kind in _TELLING)

    def _may_suffer(self, at: int) -> bool:
        kind = self._type(at)
        if (self.kind == "dissolution" and kind == PERSON) or (kind == BODY and self._is_state(at)):
            return False
        return (
            kind == PERSON
            or (kind == BODY and self.kind in _OF_BODIES)
            or (kind == NAME and self.form != "noun" and self._is_close(at))
        )

    def _is_close(self, at: int) -> bool:
        return abs(at - self.found.start()) <= 30 or 0 <= at - self.found.end() <= 12

    def _who(self) -> list[int]:
        return sorted(at for at, item in self.hidden.signs.items() if item.type in _WHO)

    def _type(self, at: int) -> str:
        mention = self.hidden.mention(at)
        return mention.type if mention else ""

    def _group(self) -> Mention | None:
        """People in general, where nobody is named before the word."""
        named = (
            self._people()
            if self.form != "noun"
            else [at for at in self._people() if at < self.found.start()]
        )
        groups = [(at, item) for at, item in self.hidden.signs.items() if item.type == GROUP]
        return (
            None
            if named or not groups
            else min(groups, key=lambda item: abs(item[0] - self.found.start()))[1]
        )

    def _country(self) -> Mention | None:
        return nearest(self.hidden, self.sentence.start, self.sentence.end, "country")

    def _stretch(self, place: int | None) -> tuple[int, int]:
        """The clause: from the victim, or the start of the clause, to the end of it."""
        text, first, last = self.hidden.text, self.found.start(), self.found.end()
        if place is not None:
            first, last = min(first, place), max(last, place + 1)
        stops = [item.end() for item in _CLAUSE.finditer(text, 0, first)]
        begin = stops[-1] if stops else 0
        end = next((item.start() for item in _CLAUSE.finditer(text, last)), len(text))
        begin += len(text[begin:]) - len(text[begin:].lstrip())
        return self.hidden.stretch(begin, max(len(text[:end].rstrip(" .!?؟")), last))

    def _candidate(self, arguments: Mapping[str, Argument], place: int | None) -> Candidate:
        start, end = self._stretch(place)
        filled = dict(arguments)
        for name in ("date", "place"):
            at, to = self.hidden.stretch(*self.found.span())
            if near := nearest(self.hidden, at, to, name, self.lexicon.macros.get("order", "")):
                filled[name] = argument_of(near)
        start, end = (
            min([start, *(a.start for n, a in filled.items() if n == "date")]),
            max([end, *(a.end for n, a in filled.items() if n == "date")]),
        )
        return Candidate(
            "act", filled, {"type": self.kind}, start, end, self.lexicon.language, PROPOSER,
            f"{self.lexicon.language}.act.{self.kind}.{self.form}", words=self.page.text[start:end],
        )  # fmt: skip

    def _situation(self, group: Mention) -> Candidate:
        start, end = self.hidden.stretch(*self.found.span())
        filled = {"affected_group": argument_of(group)}
        if country := self._country():
            filled["country"] = argument_of(country)
        return Candidate(
            "situation",
            filled,
            {"abuse": self.kind} if self.kind != "at-risk" else {},
            start,
            end,
            self.lexicon.language,
            PROPOSER,
            f"{self.lexicon.language}.situation.{self.kind}",
            words=self.page.text[start:end],
        )
