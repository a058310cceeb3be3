"""Split a name of an organisation or award into units of meaning, without legal forms and stop
words, and its acronyms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product
from typing import Final

from hrdgraph.identity.names.scripts import to_latin
from hrdgraph.identity.names.words import Word, words

LANGUAGES: Final = ("en", "fr", "es", "ru", "ar", "de", "pt", "it", "fa")
_LONGEST: Final = 3  # words of a phrase
_SHORTEST_STEM: Final = 3
_PREFIXES: Final = {
    "arabic": ("ال", "لل", "وال", "بال", "و", "ل", "ب", "ولل"),
    "hebrew": ("ה", "ל", "ב", "ו", "מ", "של", "וה"),
}


@dataclass(frozen=True, slots=True)
class OrganisationLexicon:
    """Words and phrases with their concepts; `stems` may have any ending (`cyrillic:komitet*`). A
    word is its script and its plain Latin letters: French `les` is no Russian forest."""

    concepts: Mapping[tuple[str, ...], frozenset[str]]
    classes: Mapping[str, str]
    stems: frozenset[str]
    joined: frozenset[str] = (
        frozenset()
    )  # Latin words of bodies and themes, which some languages join

    def find(self, following: Sequence[Word]) -> tuple[int, frozenset[str]]:
        """Return the longest phrase that the words begin with: its number of words, and its
        concepts; (0, none) if there is none."""
        for size in range(min(_LONGEST, len(following)), 0, -1):
            for phrase in product(*(self._spellings(word) for word in following[:size])):
                if phrase in self.concepts:
                    return size, self.concepts[phrase]
        return 0, frozenset()

    def has(self, word: Word) -> bool:
        """Say whether the word alone means something: neither a stop word nor a legal form."""
        return self.class_of(self.find([word])[1]) not in ("", "stop", "legal")

    def is_stop(self, word: Word) -> bool:
        """Say whether the word alone is one that names leave out."""
        return self.class_of(self.find([word])[1]) == "stop"

    def class_of(self, concepts: frozenset[str]) -> str:
        """Return the class of the first of the concepts: body, award, scope, theme, place, light,
        stop, legal; "" for none."""
        return self.classes[min(concepts)] if concepts else ""

    def _spellings(self, word: Word) -> tuple[str, ...]:
        return _spellings(self.stems, word)


@lru_cache(maxsize=50_000)
def _spellings(stems: frozenset[str], word: Word) -> tuple[str, ...]:
    forms = list(dict.fromkeys((*word.forms[:1], *_without_prefixes(word), *word.forms[1:])))
    starts = (
        f"{word.script}:{form[:size]}*"
        for form in forms
        for size in range(len(form), _SHORTEST_STEM - 1, -1)
    )
    return (
        *(f"{word.script}:{form}" for form in forms),
        *(f"{word.script}:{form}" for form in _numbers(word)),
        *(start for start in starts if start in stems),
    )


def _numbers(word: Word) -> Iterator[str]:
    """Yield a Latin word in the other number, as in English and the Romance languages."""
    form = word.latin
    if word.script != "latin" or len(form) < 5:
        return
    yield f"{form}s"
    if form.endswith("s"):
        yield form[:-1]
    if form.endswith("es"):
        yield form[:-2]


def _without_prefixes(word: Word) -> Iterator[str]:
    """Yield an Arabic or Hebrew word without the and, for or article that is written as part of
    it."""
    for prefix in _PREFIXES.get(word.script, ()):
        if word.text.startswith(prefix) and len(word.text) > len(prefix) + 2:
            yield to_latin(word.text[len(prefix) :], word.script)


@cache
def lexicon() -> OrganisationLexicon:
    """Return the words shipped with the program, and the names of countries."""
    concepts: dict[tuple[str, ...], set[str]] = {}
    classes = dict(_classes())
    for concept, phrase in _phrases():
        concepts.setdefault(phrase, set()).add(concept)
    for concept, names in _places():
        classes.setdefault(concept, "place")
        for name in names:
            phrase = tuple(name.split())
            if not any(
                classes.get(known, "place") != "place" for known in concepts.get(phrase, ())
            ):
                concepts.setdefault(phrase, set()).add(concept)
    stems = frozenset(part for phrase in concepts for part in phrase if part.endswith("*"))
    words = (
        phrase[0].removeprefix("latin:").removesuffix("*")
        for phrase, ids in concepts.items()
        if len(phrase) == 1
        and phrase[0].startswith("latin:")
        and classes.get(min(ids)) in ("body", "theme")
    )
    return OrganisationLexicon(
        {phrase: frozenset(ids) for phrase, ids in concepts.items() if phrase}, classes, stems,
        frozenset(word for word in words if len(word) >= _SHORTEST_STEM),
    )  # fmt: skip


def _rows(name: str) -> Iterator[list[str]]:
    text = files("hrdgraph.identity.names").joinpath(name).read_text("utf-8")
    yield from (line.split("\t") for line in text.splitlines()[1:])


def _classes() -> Iterator[tuple[str, str]]:
    yield from ((concept, kind) for concept, kind, *_ in _rows("organisation_words.tsv"))


def _phrases() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the concepts with their folded phrases. Both files can be extended by people who know
    a language."""
    for concept, _, *cells in _rows("organisation_words.tsv"):
        yield from ((concept, fold_phrase(phrase)) for cell in cells for phrase in cell.split("|"))
    for _, concept, cell in _rows("organisation_words_more.tsv"):
        concept = {"stop": "of"}.get(concept, concept)
        yield from ((concept, fold_phrase(phrase)) for phrase in cell.split("|"))


def _places() -> Iterator[tuple[str, list[str]]]:
    yield from ((concept, names.split("|")) for concept, names in _rows("places.tsv"))


def fold_phrase(phrase: str) -> tuple[str, ...]:
    """Fold the words of a phrase as the lexicon does. Asterisks stay, Arabic articles go."""
    read = (
        (part, [word for word in words(part) if word.latin != "al" or part == "ال"])
        for part in phrase.split()
    )
    return tuple(
        f"{word.script}:{word.latin}" + ("*" if part.endswith("*") and word is own[-1] else "")
        for part, own in read
        for word in own
    )


_BRACKETED: Final = re.compile(r"\(([^()]+)\)|\[([^\[\]]+)\]")
_UNSPACED: Final = ("cjk", "hangul", "hiragana", "katakana", "thai", "lao", "khmer")
_LONGEST_PIECE, _SHORTEST_COMPOUND, _SHORTEST_PIECE = 10, 7, 3
_JOINTS: Final = ("", "s", "en", "n", "er", "es", "e")  # what German and its like put between words
_WEIGHTS: Final = {
    "body": 0.5, "award": 0.5, "light": 0.25, "scope": 0.4, "theme": 1.0, "place": 1.5,
    "brand": 1.5, "number": 2.0, "proper": 2.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of meaning: concepts of the lexicon, or a word that is in no lexicon (`kind` is
    proper or number)."""

    kind: str
    word: Word
    concepts: frozenset[str] = frozenset()

    @property
    def weight(self) -> float:
        """Return how much it distinguishes one organisation from others."""
        return _WEIGHTS[self.kind]

    @property
    def is_capitals(self) -> bool:
        """Say whether it is letters that stand for words."""
        text = self.word.text
        return self.kind == "proper" and text.isupper() and 2 <= len(text) <= 6

    @property
    def tells_apart(self) -> bool:
        """Say whether two different ones mean two organisations; committee and council do not."""
        return self.kind in ("scope", "theme", "place", "brand", "number", "proper")


@dataclass(frozen=True, slots=True)
class OrganisationName:
    """One reading of one name. `acronym` is the name if it is one, in Latin letters; `initials`
    are its possible short forms, `own` its words that are in no lexicon."""

    text: str
    units: tuple[Unit, ...]
    acronym: str
    initials: frozenset[str]
    own: tuple[Unit, ...]

    @property
    def is_general(self) -> bool:
        """Say whether it has no word of its own: there may be such a body in every country."""
        return not any(unit.kind in ("proper", "place", "brand", "number") for unit in self.units)


@lru_cache(maxsize=100_000)
def organisation_names(text: str) -> tuple[OrganisationName, ...]:
    """Return the readings of a name: whole; without the text in brackets; the text in brackets."""
    inside = [a or b for a, b in _BRACKETED.findall(text)]
    readings = dict.fromkeys((text, _BRACKETED.sub(" ", text).strip(), *inside))
    read = (_organisation_name(reading) for reading in readings)
    return tuple(name for name in read if name.units or name.acronym)


@lru_cache(maxsize=100_000)
def _organisation_name(text: str) -> OrganisationName:
    pieces = tuple(piece for word in words(text) for piece in _pieces(word))
    units = tuple(_units(pieces))
    # The possible short forms of a name: the first letters of all its words, or of those
    # that mean something.
    known = lexicon()
    classes = [known.class_of(known.find([word])[1]) for word in pieces]
    content = [word for word, kind in zip(pieces, classes, strict=True) if kind != "legal"]
    meaningful = [
        word for word, kind in zip(pieces, classes, strict=True) if kind not in ("stop", "legal")
    ]
    return OrganisationName(
        text, units, _acronym(pieces), (frozenset(
        "".join(to_latin(word.text[:1], word.script) for word in some)
        for some in (meaningful, content)
        if len(some) > 1
    )),
        tuple(unit for unit in units if unit.kind == "proper"),
    )  # fmt: skip


def _units(pieces: tuple[Word, ...]) -> Iterator[Unit]:
    known = lexicon()
    left = list(_meaningful(pieces))
    while left:
        size, concepts = known.find(left)
        word = left[0]
        if not size:
            yield Unit("number" if word.latin.isdigit() else "proper", word)
        elif known.class_of(concepts) not in ("stop", "legal"):
            yield Unit(known.class_of(concepts), word, concepts)
        del left[: max(size, 1)]


def _pieces(word: Word) -> tuple[Word, ...]:
    """Return the words in a word: of a script without spaces, or of a language that joins them;
    else the word itself."""
    if word.script in _UNSPACED:
        return tuple(_split_unspaced(word))
    if word.script != "latin" or len(word.latin) < _SHORTEST_COMPOUND or lexicon().find([word])[0]:
        return (word,)
    return _compound(word) or (word,)


def _split_unspaced(word: Word) -> Iterator[Word]:
    """Yield the longest known words from the left, and what is unknown between them."""
    known, text, unknown = lexicon(), word.text, ""
    while text:
        piece = next(
            (
                first_piece
                for size in range(min(len(text), _LONGEST_PIECE), 0, -1)
                if known.has((first_piece := _piece(text[:size], word.script)))
            ),
            None,
        )
        if piece is None:
            unknown, text = unknown + text[0], text[1:]
            continue
        yield from (_piece(some, word.script) for some in (unknown,) if some)
        yield piece
        unknown, text = "", text[len(piece.text) :]
    yield from (_piece(some, word.script) for some in (unknown,) if some)


def _piece(text: str, script: str) -> Word:
    return Word(text, script, (to_latin(text, script) or text,))


def _compound(word: Word) -> tuple[Word, ...]:
    """Split a compound into two known words, with or without a joint: Flüchtlings-rat; () for
    others."""
    known, latin = lexicon().joined, word.latin
    for place in range(len(latin) - _SHORTEST_PIECE, _SHORTEST_PIECE - 1, -1):
        if latin[place:] not in known:
            continue
        for joint in _JOINTS:
            start = latin[:place].removesuffix(joint) if latin[:place].endswith(joint) else ""
            if len(start) >= _SHORTEST_PIECE and start in known:
                return _piece(start, word.script), _piece(latin[place:], word.script)
    return ()


def _meaningful(pieces: tuple[Word, ...]) -> Iterator[Word]:
    """Yield the words without stop words, for finding phrases. A lone word is never one."""
    known = lexicon()
    kept = [
        word
        for word in pieces
        if known.class_of(known.find([word])[1]) != "stop" and not word.is_initial
    ]
    yield from kept or pieces


def abbreviate(name: OrganisationName, letters: str) -> OrganisationName | None:
    """Return the name with these letters in place of the words that they begin; None if no words
    do, or if nothing else would be left."""
    all_words = [word for word in words(name.text) if not lexicon().is_stop(word)]
    size = len(letters)
    for place in range(len(all_words) - size + 1):
        run = all_words[place : place + size]
        if "".join(word.latin[:1] for word in run) == letters and len(all_words) > size:
            rest = (word.text for word in (*all_words[:place], *all_words[place + size :]))
            return _organisation_name(" ".join((letters.upper(), *rest)))
    return None


def is_made_of(acronym: str, name: OrganisationName) -> bool:
    """Say whether an acronym consists of the beginnings of a name's words, as CENIDH of Centro
    Nicaragüense de Derechos Humanos; words may be missing, but not the first."""
    latin = [word.latin for word in words(name.text) if not lexicon().is_stop(word)]
    return len(acronym) > _SHORTEST_PIECE + 1 and len(latin) > 1 and _begins(acronym, latin)


def _begins(letters: str, pieces: list[str], first: bool = True) -> bool:
    if not letters:
        return True
    if not pieces:
        return False
    takes = (
        size
        for size in range(min(len(letters), len(pieces[0]), _SHORTEST_PIECE + 1), 0, -1)
        if pieces[0].startswith(letters[:size])
    )
    return any(_begins(letters[size:], pieces[1:], False) for size in takes) or (
        not first and _begins(letters, pieces[1:], False)
    )


def _acronym(pieces: tuple[Word, ...]) -> str:
    """Return the name in small letters if it is one word of capitals, or letters with stops
    between them."""
    if len(pieces) > 1 and all(len(word.text) == 1 for word in pieces):
        return "".join(word.latin[:1] for word in pieces)
    word = pieces[0] if len(pieces) == 1 else None
    return word.latin if word and word.text.isupper() and 2 <= len(word.text) <= 8 else ""
