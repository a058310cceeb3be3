"""Folded texts into a full-text index (SQLite's FTS5): what is said beside a name is found, and a
name that was typed with a mistake."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Final

_WORDS: Final = 8  # of what is looked for
_LONGEST: Final = 24  # characters of a word that may have mistakes
_CANDIDATES: Final = 120  # names that are compared letter by letter
_SHORTEST: Final = 4  # a shorter word has another meaning with another letter
_STEM: Final = 0.7  # of a word, that another one begins with: its endings are grammar


class TextSearch:
    """An index of names, and of what is said beside them, in memory. Safe to share between
    threads; where SQLite has no FTS5, nothing is found."""

    def __init__(self, names: Iterable[Sequence[str]], beside: Iterable[str]) -> None:
        self._lock = Lock()
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        self._names = [tuple(each) for each in names]
        self._is_there = self._filled(list(beside))

    def _filled(self, beside: Sequence[str]) -> bool:
        try:
            self._base.executescript(
                "CREATE VIRTUAL TABLE words USING fts5(text, detail='none');"
                "CREATE VIRTUAL TABLE grams USING fts5(text, tokenize='trigram', detail='full');"
            )
        except sqlite3.OperationalError:
            return False
        texts = [(at, " ".join(names)) for at, names in enumerate(self._names)]
        said = [(at, f"{text} {more}") for (at, text), more in zip(texts, beside, strict=True)]
        self._base.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", said)
        self._base.executemany("INSERT INTO grams (rowid, text) VALUES (?, ?)", texts)
        return True

    def beside(self, words: Sequence[str], most: int) -> list[int]:
        """The places of those that have every word in their name or beside it."""
        query = " ".join(f"{_quoted(word)}*" for word in words[:_WORDS])
        return self._asked("words", query, most) if words else []

    def similar(self, words: Sequence[str], most: int) -> list[int]:
        """The places of those that have a word like each of these in one of their names."""
        wanted = [word[:_LONGEST] for word in words[:_WORDS]]
        grams = {word[at : at + 3] for word in wanted for at in range(len(word) - 2)}
        found = self._asked("grams", " OR ".join(map(_quoted, sorted(grams))), _CANDIDATES)
        fits = ((self._distance(place, wanted), order) for order, place in enumerate(found))
        ranked = sorted((distance, order) for distance, order in fits if distance >= 0)
        return [found[order] for _, order in ranked[:most]]

    def _distance(self, place: int, wanted: Sequence[str]) -> int:
        """How many letters differ in the name that is most like what is wanted; -1 where none
        is."""
        found = [_unlike(name.split(), wanted) for name in self._names[place]]
        return min((distance for distance in found if distance >= 0), default=-1)

    def _asked(self, table: str, query: str, most: int) -> list[int]:
        if not query or not self._is_there:
            return []
        text = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rank LIMIT ?"
        try:
            with self._lock:
                return [int(row[0]) for row in self._base.execute(text, (query, most))]
        except sqlite3.OperationalError:  # a word that is no word to the index
            return []


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""').replace("\0", "") + '"'


def _unlike(name: Sequence[str], wanted: Sequence[str]) -> int:
    """In how many letters the words of a name differ from the wanted ones; -1 where one of them
    is like none."""
    whole = 0
    for word in wanted:
        near = [between(word, other[:_LONGEST]) for other in name[:_WORDS]]
        fits = [distance for distance in near if distance >= 0]
        if not fits:
            return -1
        whole += min(fits)
    return whole


def between(word: str, other: str) -> int:
    """How unlike two words are: the letters to change, add, leave out or swap, one in a word of
    four letters and two in one of eight; 3 where the ends of a long word differ; -1 beyond
    that."""
    most = 2 if len(word) >= 8 else 1 if len(word) >= _SHORTEST else 0
    distance = _edits(word, other, most)
    if distance >= 0:
        return distance
    stem = max(5, round(len(word) * _STEM))
    return 3 if len(word) >= 6 and word[:stem] == other[:stem] else -1


def _edits(word: str, other: str, most: int) -> int:
    """The distance of Damerau and Levenshtein where it is at most so much, else -1."""
    if abs(len(word) - len(other)) > most:
        return -1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        earlier, before, row = before, row, [i]
        for j, mark in enumerate(other, 1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != mark))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == mark:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return -1
    return row[-1] if row[-1] <= most else -1
