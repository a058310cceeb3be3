"""Read the files ontology/extraction/<lang>.yml as the words and patterns by which a language
speaks of facts."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

from hrdgraph.errors import Origin, ProjectError
from hrdgraph.extraction.reading.text import any_of, unify
from hrdgraph.fact_kinds.cell_values import DEMONYMS, read_declaration

SCRIPTS: Final = {"ar": "arabic", "ru": "cyrillic"}
COMMON: Final = "common"
CLASSES: Final = frozenset((
    "who", "person", "human", "body", "award", "date", "country", "place", "demonym", "role",
    "seat", "org", "group",
))  # fmt: skip
_MACRO: Final = re.compile(r"\{([a-z_]+)\}")
_OPENING: Final = (
    "founder_noun", "laureate", "finalist", "found", "founded", "receive", "goes_to", "led", "lead",
    "activist", "works_as",
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One rule of a language: patterns over a sentence whose names are masked, and what becomes
    of what they find."""

    id: str
    kind: str
    patterns: tuple[str, ...]
    subject: str = ""
    many: str = ""
    fill: Mapping[str, str] | None = None
    set: Mapping[str, str] | None = None
    unless: str = ""
    not_after: str = ""


@dataclass(frozen=True, eq=False)
class MacroWords:
    """The words that patterns name, of one language: equal to itself alone, as a key that is
    looked up for each pattern of each sentence."""

    words: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The words of one language. Patterns are levelled as texts are, and are compared without
    regard to case."""

    language: str
    raw: Mapping[str, Any]
    file: str
    common: tuple[Mapping[str, Any], ...] = ()

    def words(self, name: str) -> frozenset[str]:
        """Return the words of a list, in lower case."""
        if name not in self.lists_of_words:
            words = (unify(str(word)).lower() for word in self.raw.get(name, ()))
            self.lists_of_words[name] = frozenset(words)
        return self.lists_of_words[name]

    @cached_property
    def roles(self) -> Mapping[str, str]:
        """Return the concept of each written form of a role."""
        roles = self.raw.get("roles", {})
        return {unify(form).lower(): concept for concept, forms in roles.items() for form in forms}

    @cached_property
    def role_forms(self) -> frozenset[str]:
        """Return the words of roles, which no name goes on with."""
        return frozenset(self.roles) | self.words("founder_forms")

    @cached_property
    def joining(self) -> str:
        """Return the words for "and", without the comma that joins names as well."""
        words = (word for word in self.macros.get("and", "(?!)").split("|") if word != ",")
        return rf"(?<!\w)(?:{'|'.join(words)})(?!\w)"

    @cached_property
    def is_opener(self) -> Callable[[str], bool]:
        """Tell whether a word with a capital at the start of a sentence is what somebody is or had
        done to them, and no name: "Finalist", "Fondatrice", "Detenido"."""
        return lru_cache(4096)(lambda word: self._openers.fullmatch(word) is not None)

    @cached_property
    def _openers(self) -> re.Pattern[str]:
        opening = [self.macros[name] for name in _OPENING if name in self.macros]
        acts = self.section("acts").values()
        opening += [of[form] for of in acts for form in ("passive", "noun") if form in of]
        plain = (re.sub(r"\{\w+(?::\w+)?\}", "(?!)", pattern) for pattern in opening)
        return re.compile("|".join(f"(?:{pattern})" for pattern in (*plain, *self._forms)), re.I)

    @property
    def _forms(self) -> list[str]:
        return [re.escape(form) for form in self.roles]

    @cached_property
    def own_bodies(self) -> frozenset[str]:
        """Return the words of bodies in this language."""
        section = self.section("body")
        return frozenset(
            word.lower() for name in ("heads", "words") for word in section.get(name, ())
        )

    @cached_property
    def lists_of_words(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def macro_words(self) -> MacroWords:
        return MacroWords(self.macros)

    @cached_property
    def macros(self) -> Mapping[str, str]:
        return {name: unify(pattern) for name, pattern in self.raw.get("words", {}).items()}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Return the rules of the language before those of all languages, as far as it has the
        words that these use. Its own rule stands for the one of the same kind and id."""
        own = self.raw.get("rules") or ()
        own_ids = {(item.get("kind"), item.get("id")) for item in own}
        shared = (item for item in self.common if (item.get("kind"), item.get("id")) not in own_ids)
        every = (*own, *(item for item in shared if self._has_words(item)))
        return tuple(_rule(self, item) for item in every)

    def _has_words(self, item: Mapping[str, Any]) -> bool:
        text = " ".join(item["patterns"])
        return all(name in self.macros or name in CLASSES for name in _MACRO.findall(text))

    def section(self, name: str) -> Mapping[str, Any]:
        section = self.raw.get(name, {})
        return section if isinstance(section, Mapping) else {}


def _rule(lexicon: Lexicon, item: Mapping[str, Any]) -> Rule:
    """Return a rule, with what the language adds under `unless` to that where it finds nothing."""
    own = lexicon.section("unless").get(f"{item.get('kind')}.{item.get('id')}", "")
    try:
        return Rule(
            f"{lexicon.language}.{item['kind']}.{item['id']}", item["kind"],
            tuple(item["patterns"]), item.get("subject", ""), item.get("many", ""),
            item.get("fill", {}), item.get("set", {}),
            "|".join(filter(None, (item.get("unless", ""), own))), item.get("not_after", ""),
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        reason, place = f"a rule lacks {error}", Origin(lexicon.file)
        raise ProjectError("unreadable", reason=reason, origin=place) from None


@dataclass(frozen=True, eq=False)
class Lexicons:
    """The languages in which facts are found, with the names of countries in each."""

    by_language: Mapping[str, Lexicon]
    countries: Mapping[str, Mapping[str, str]]  # language → written stem → code
    demonyms: Mapping[str, Mapping[str, str]]
    folder: Path = Path()

    @cached_property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.by_language)

    @cached_property
    def body_heads(self) -> frozenset[str]:
        """Return the heads of names of bodies in every language: a proper name keeps its own."""
        heads: Iterable[str] = (
            head
            for lexicon in self.by_language.values()
            for head in lexicon.section("body").get("heads", ())
        )
        return frozenset(unify(head).lower() for head in heads)

    @cached_property
    def body_words(self) -> frozenset[str]:
        words: Iterable[str] = (
            word
            for lexicon in self.by_language.values()
            for word in lexicon.section("body").get("words", ())
        )
        return frozenset(unify(word).lower() for word in words) | self.body_heads

    @cached_property
    def noise(self) -> frozenset[str]:
        """Return the phrases of all languages that are no part of what a page says."""
        return frozenset[str]().union(*(item.words("noise") for item in self.by_language.values()))

    @cached_property
    def any_body_head(self) -> str:
        """Return a pattern of the heads of bodies, the longest first."""
        return any_of(self.body_heads)

    @cached_property
    def given_names(self) -> frozenset[str]:
        """Return the given names of all languages."""
        own = (lexicon.words("given_names") for lexicon in self.by_language.values())
        return frozenset[str]().union(*own)

    def of(self, language: str) -> Lexicon:
        return self.by_language[language]


@cache
def lexicons(folder: Path) -> Lexicons:
    """Read the files of a folder. ProjectError or OntologyError where one is not as it should
    be."""
    # the first is the language of a text without small words
    files = sorted(folder.glob("*.yml"), key=lambda path: (path.stem != "en", path))
    if not files:
        raise ProjectError("folder-lacks", files="*.yml", origin=Origin(str(folder)))
    raw = {path.stem: read_declaration(path) for path in files}
    shared = tuple(raw.pop(COMMON, {}).get("rules", ()))
    by_language = {
        name: Lexicon(name, words, str(folder / f"{name}.yml"), shared)
        for name, words in raw.items()
    }
    return Lexicons(by_language, _columns(folder / "countries.csv"), _columns(DEMONYMS), folder)


def _columns(path: Path) -> dict[str, dict[str, str]]:
    """By language, the written forms and the code of each; a cell may hold several forms,
    separated by `|`."""
    codes: dict[str, dict[str, str]] = {}
    if not path.is_file():
        return codes
    for row in csv.DictReader(path.read_text("utf-8").splitlines()):
        code = row.pop("code")
        for language, cell in row.items():
            for form in re.split(r"\||\s*\((?=\D)|\)", cell or ""):
                if form.strip():
                    codes.setdefault(language, {})[unify(form.strip()).lower()] = code
    return codes
