"""Guess the kind of a table's rows and the column that each heading means from its headings and
cells, with reasons and doubts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, NamedTuple

from hrdgraph.fact_kinds.cell_types import CELL_TYPES
from hrdgraph.fact_kinds.cell_values import Codes, is_choice, is_country, is_yes_or_no
from hrdgraph.fact_kinds.confidentiality import (
    SCHEME,
    UNKNOWN,
    find_likely,
    private_topic,
    sense_of,
    unread_levels,
)
from hrdgraph.fact_kinds.headings import (
    PRIVATE_WORDS,
    folded,
    plain_heading,
    read_words,
    words_pattern,
)
from hrdgraph.fact_kinds.model import Column, Kind, is_loose
from hrdgraph.fact_kinds.regions import Region, Rows

# the same for an engine that knows no accents from letters
PLAIN_UNKNOWN: Final = UNKNOWN.union(text.casefold() for text in read_words("not-known"))
_AS_ABOVE: Final = read_words("as-above")
DITTO: Final = frozenset(folded(text) or text for text in _AS_ABOVE)
PLAIN_DITTO: Final = DITTO.union(text.casefold() for text in _AS_ABOVE)
_LONGEST: Final = 2 * max(map(len, UNKNOWN))  # of a text for "not known", with its signs
_YEAR: Final = re.compile(r"(1[89]|20)\d\d")
_NO_YEAR: Final = "2200"  # in this figure and later ones nothing has happened
_NUMERIC: Final = re.compile(r"\s*(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})(\s+0?0:00(:00)?)?\s*")
_ISO: Final = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_NAME: Final = re.compile(r"[^\W\d_][\w'’.-]*(,?\s+[^\W\d_][\w'’.()-]*){1,7}")


def is_unknown(text: str) -> bool:
    """Tell whether people say by a text that they do not know."""
    if len(text) > _LONGEST or text[-1:].isdigit():
        return False
    return (folded(text) or text.strip()) in UNKNOWN or text.strip() in ("?", "-", "—", "–")


def is_ditto(text: str) -> bool:
    """Tell whether a text says that the cell is as the one above."""
    return (folded(text) or text.strip()) in DITTO


def unknown_in(cells: Iterable[str]) -> list[str]:
    """List the texts of cells that say "not known", each once."""
    short = [*{cell for cell in cells if cell and len(cell) <= _LONGEST}]
    return sorted(filter(is_unknown, find_likely(short, ["", *UNKNOWN])))


def order_of_dates(cells: Iterable[str]) -> str:
    """Return the order of days and months that dates of figures have: told by one that can only be
    read in that order, and none in the other."""
    first = second = False
    for cell in cells:
        match = _NUMERIC.fullmatch(cell)
        if match:
            first |= int(match[1]) > 12
            second |= int(match[2]) > 12
    return "dmy" if first and not second else "mdy" if second and not first else ""


def is_ambiguous(cells: Iterable[str]) -> bool:
    """Tell whether some dates of figures can be read in two ways."""
    return any(
        (match := _NUMERIC.fullmatch(cell))
        and int(match[1]) <= 12
        and int(match[2]) <= 12
        and match[1] != match[2]
        for cell in cells
    )


Reader = Callable[[str], bool]
_PROSE: Final = 60  # characters
_SMALL: Final = re.compile(r"\s[^\W\d_A-ZÀ-ÞА-Я]")  # the beginning of a word in small letters
_COUNTRY_NAME: Final = "name of a country"
_Fit = Callable[[str], float]  # how well a cell fits, from 0 to 1
_ENOUGH_CELLS: Final = 2_000  # different ones: a share is then off by 2 % at most, mostly


class Recogniser:
    """Tells how many cells of a column fit what a column of a kind holds. `is_date` reads dates,
    `codes` are the schemes by name, `known` the names that the graph has."""

    def __init__(
        self, is_date: Reader, codes: Mapping[str, Codes], known: frozenset[str] = frozenset()
    ) -> None:
        self._is_date, self._codes, self._known = is_date, codes, known

    def share(self, column: Column, cells: Sequence[str]) -> float | None:
        """Return the share of cells that fit a column (0 to 1), None if they cannot tell. Of very
        many different cells some tell of all: those that stand in even distances."""
        counts = Counter(cells)
        filled = [cell for cell in counts if cell and not is_unknown(cell)]
        test = self._test(column)
        if test is None or not filled:
            return None
        parts: Counter[str] = Counter()
        for cell in filled[:: 1 + len(filled) // _ENOUGH_CELLS]:
            for part in cell.split(";") if column.many else (cell,):
                parts[part.strip()] += counts[cell]
        del parts[""]
        return sum(test(part) * count for part, count in parts.items()) / max(parts.total(), 1)

    def _test(self, column: Column) -> _Fit | None:
        if column.enum:
            return lambda cell: is_choice(cell, column.enum)
        if column.type == "code":
            codes = self._codes.get(column.scheme)
            if codes is not None and column.scheme == SCHEME:
                return lambda cell: not unread_levels([cell], "public", codes)
            return lambda cell: (
                codes is not None
                and (codes.find_code(cell) is not None or folded(cell) in codes.shared)
            )
        if column.type == "date":
            return self._may_be_date
        if column.type == _COUNTRY_NAME:
            return lambda cell: is_country(cell) and not is_yes_or_no(cell)
        return self._is_name if column.type == "name" else CELL_TYPES[column.type].fits

    def _may_be_date(self, cell: str) -> bool:
        if cell.isdigit() and (len(cell) < 4 or (len(cell) == 4 and cell >= _NO_YEAR)):
            return False  # a number, such as that of a district or a member
        if "://" in cell or not any(map(str.isdigit, cell)):
            return False
        plain = _ISO.fullmatch(cell) or _NUMERIC.fullmatch(cell) or _YEAR.fullmatch(cell)
        return bool(plain) or self._is_date(cell)

    def _is_name(self, cell: str) -> float:
        if folded(cell) in self._known or _NAME.fullmatch(cell) or not cell.isascii():
            return 1.0
        # one word may be a name, or any word; figures and links are none
        return 0.0 if re.search(r"\d|://", cell) else 0.5


_SURE: Final = 0.8
_ENOUGH: Final = 0.5
_NEVER: Final = 0.05
_NEARLY_ALL: Final = 0.9
_DATES: Final = ("date", "year")
# what may be the same in all rows, where the table has these columns: a list of killings
_SAID_ONCE: Final[Mapping[str, Sequence[str]]] = {
    "type": ("victim", "date"), "award": ("recipient", "year"),
    "intervener": ("intervention_type", "date"),
}  # fmt: skip
_GUESSED: Final = (
    "act", "conferral", "award", "person", "organisation", "role", "founding", "award-event",
    "event", "assembly", "situation", "quotation", "document", "defender", "attribute", "edition",
)  # fmt: skip
# addresses that only headings tell from that of the page where a row was read: `Site web` may be
# that of an award
_SITES: Final = ("website", "award_website")
LINKS: Final = ("document", "address")  # types of columns whose cells are addresses of the Web
_PICTURE: Final = re.compile(
    r"\.(jpe?g|png|gif|webp|svg|bmp|tiff?)\b|[/_-](photos?|images?|fotos?)[/_-]"
)
# headings of what counts or names the rows, in small letters
ROW_NUMBERS: Final = frozenset(map(folded, read_words("row-numbers")))


class Evidence(NamedTuple):
    """What a heading of one subject (a list of words) proves: the dates that it may be, and the
    only columns that it may mean (None: any; each as `kind.column`, or the beginning or the end of
    such), and those that it never does (the ends of such); the kinds of rows that a table with it
    is not of, those that it speaks for, those that are unlikely without it, and those that are
    never proposed without; what was done, where no column says."""

    subject: str
    dates: tuple[str, ...] | None = None
    only: tuple[str, ...] | None = None
    never: tuple[str, ...] = ()
    rules_out: tuple[str, ...] = ()
    speaks_for: tuple[str, ...] = ()
    expected_by: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()
    act: str = ""


_NOBODY: Final = (  # kinds of rows that are about nobody
    "organisation", "award", "edition", "award-event", "founding", "document", "event", "assembly",
    "situation",
)  # fmt: skip
_ALONE: Final = tuple(name for name in _NOBODY if name != "assembly")  # no protest counts its dead
_HARMED: Final = (*_NOBODY, "proceeding", "conferral", "role")  # … or about nobody who was harmed
_WHEN: Final = ("act.date", "fate.date", "event.date")
_HARM: Final = ("act.", "fate.", "event.")
_BY: Final = ("act.perpetrator", "perpetrator.")
_BORN: Final = ("person.birth", "attribute.day", "act.victim_age")
EVIDENCE: Final = (
    Evidence("about-killer", only=_BY, rules_out=_HARMED, act="killing"),
    Evidence("about-perpetrator", only=_BY, rules_out=_HARMED),
    Evidence("about-victim", rules_out=(*_NOBODY, "conferral", "role"), speaks_for=("act",)),
    Evidence("about-entry", dates=()),
    Evidence("about-documenter", only=(".publisher",)),
    Evidence("about-place-code", never=("place",)),
    Evidence("about-image", only=("media.",)),
    Evidence("topic-birth", only=_BORN, rules_out=_NOBODY),
    Evidence("about-person", rules_out=_NOBODY),
    Evidence("about-killing", _WHEN, _HARM, rules_out=_HARMED, speaks_for=("act",), act="killing"),
    Evidence("about-death", _WHEN, _HARM, rules_out=_ALONE, speaks_for=("act",), act="death"),
    Evidence(
        "about-disappearance", _WHEN, _HARM, rules_out=_HARMED, speaks_for=("act",),
        act="enforced-disappearance",
    ),
    Evidence("about-detention", _WHEN, rules_out=_ALONE, speaks_for=("act",), act="detention"),
    Evidence(
        "about-trial", ("proceeding.",), rules_out=(*_NOBODY, "defender", "role"),
        speaks_for=("proceeding",), needed_by=("proceeding",),
    ),
    Evidence(
        "about-prize", ("conferral.", "edition.", "award"), rules_out=("founding",),
        speaks_for=("conferral",), needed_by=("award", "conferral", "edition", "award-event"),
    ),
    Evidence("about-organisation", expected_by=("organisation",)),
    Evidence(
        "about-founding", ("organisation.founded", "award.founded", "founding.", "role.from"),
        ("organisation.", "award.", "founding.", "role."), needed_by=("founding",),
    ),
    Evidence("about-document", needed_by=("document",)),
    Evidence("about-party", rules_out=("document", "award", "event", "situation")),
    Evidence("about-defender", needed_by=("defender",)),
    Evidence("about-quotation", needed_by=("quotation",)),
    Evidence(
        "about-intervention", rules_out=("act", "role", "person", "event", "assembly"),
        speaks_for=("intervention",), needed_by=("intervention",),
    ),
    Evidence("about-event", needed_by=("event",)),
    Evidence(
        "about-gathering", rules_out=("organisation", "founding", "event"),
        speaks_for=("assembly",), needed_by=("assembly",),
    ),
)  # fmt: skip
_RARE: Final = ("alternative", "attribute", "media", "edition", "evidence")  # of other facts
_OF_PRIZES: Final = ("award", "edition", "award-event")
_OF_CELLS: Final = (
    ("about-prize", "prizes"), ("about-organisation", "bodies"),
    ("about-intervention", "interventions"),
)  # fmt: skip
_SOME: Final = 0.2  # of the cells of a column: enough to tell what its names are names of
_UNTOLD: Final = 3  # what acts lose of which nothing speaks
_UNPROVEN: Final = 0.9  # what a kind loses that nothing speaks for: it stays in doubt


@dataclass(frozen=True)
class Subjects:
    """What the headings of a table, its title and its names speak of."""

    headings: Mapping[str, tuple[Evidence, ...]]
    title: tuple[Evidence, ...] = ()
    cells: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, columns: Mapping[str, Sequence[str]], headings: Iterable[str] = (), title: str = ""
    ) -> Subjects:
        """Find the subjects of a table; `headings` are those whose columns are put together."""
        spoken = {name: _evidence_in(name) for name in (*columns, *headings)}
        names = {
            subject
            for subject, words in _OF_CELLS
            for cells in columns.values()
            if (words != "interventions" or 4 * len({*cells}) < len(cells))  # a log repeats them
            and _share_with(words, cells) >= _SOME
        }
        # where harm is told, what an office did is one column of it
        of_others = (
            heading
            for heading, cells in columns.items()
            if not are_names_of_people(cells, often=True)
        )
        if any(item.act for heading in of_others for item in spoken[heading]):
            names.discard("about-intervention")
        return cls(spoken, _evidence_in(title), frozenset(names))

    @property
    def spoken(self) -> frozenset[str]:
        """Return the names of all subjects."""
        evidence = (self.title, *self.headings.values())
        return self.cells | {item.subject for items in evidence for item in items}

    def rules_out(self, kind: str) -> bool:
        """Tell whether some heading proves that rows are not of a kind, or none that they are."""
        evidence = {item for items in self.headings.values() for item in items}
        evidence.update(item for item in EVIDENCE if item.subject in self.cells)
        is_against = any(kind in item.rules_out for item in evidence)
        needed = {item.subject for item in EVIDENCE if kind in item.needed_by}
        return is_against or bool(needed and not needed & self.spoken)

    def weight(self, kind: str) -> float:
        """Return how much more, or less, likely a kind is for what the table speaks of."""
        spoken = self.spoken
        expected = {item.subject for item in EVIDENCE if kind in item.expected_by}
        votes = sum(item.subject in spoken and kind in item.speaks_for for item in EVIDENCE)
        titled = any(kind in item.expected_by for item in self.title)
        unproven = _UNPROVEN if expected and not expected & spoken else 0
        return min(votes, 2) * 0.8 + titled * 0.4 - unproven

    def tells_of(self, kind: str) -> bool:
        """Tell whether a heading or the title speaks for a kind."""
        return any(item.subject in self.spoken and kind in item.speaks_for for item in EVIDENCE)

    def rivals(self, kind: str) -> tuple[str, ...]:
        """List the kinds that the table speaks of, if it speaks of nothing that `kind` is about."""
        spoken = self.spoken
        items = [item for item in EVIDENCE if item.subject in spoken]
        only = (name.partition(".")[0] for item in items for name in item.only or ())
        meant = {
            *only,
            *(subject for item in items for subject in (*item.speaks_for, *item.needed_by)),
        }
        # a prize, or a price, is one column of many lists
        rest = (item for item in items if item.subject != "about-prize")
        told = dict.fromkeys(subject for item in rest for subject in item.speaks_for)
        if kind in _OF_PRIZES:
            heads = {item.subject for heading in self.headings.values() for item in heading}
            is_sure = "about-prize" in heads and "about-organisation" not in spoken
            return () if is_sure else ("organisation",)
        return () if kind in meant else tuple(told)

    def act(self, headings: Iterable[str], other_headings: Iterable[str] = ()) -> tuple[str, bool]:
        """Tell what was done in every row, as the first of some headings says that speaks of it,
        and whether that is in doubt, since only others or the title do."""
        for name in headings:
            if act := next((item.act for item in self.headings.get(name, ()) if item.act), ""):
                return act, False
        items = (item for name in other_headings for item in self.headings.get(name, ()))
        return next((item.act for item in (*self.title, *items) if item.act), ""), True


@lru_cache(maxsize=1 << 14)
def _evidence_in(text: str) -> tuple[Evidence, ...]:
    names = f"{folded(text)}\n{plain_heading(text)}"  # `DoB` is one word, `birthDate` are two
    return tuple(item for item in EVIDENCE if words_pattern(item.subject).search(names))


def tells_of_harm(text: str) -> bool:
    """Tell whether a heading or a title speaks of what was done to people, or of a trial."""
    kinds = {"act", "proceeding"}
    return any(item.act or kinds.intersection(item.speaks_for) for item in _evidence_in(text))


def is_of_death(heading: str) -> bool:
    """Tell whether a heading speaks of somebody's death, and of nothing else that was done."""
    return {item.act for item in _evidence_in(heading) if item.act} == {"death"}


def are_names_of_people(cells: Iterable[str], *, often: bool = False) -> bool:
    """Tell whether cells look like names of people: most are two to six words in capitals, and,
    unless people may stand there `often`, hardly any is there twice, as places and parties are."""
    filled = [cell for cell in cells if cell and not is_unknown(cell)]
    different = {*filled}
    if len(different) < max(_SEVERAL, (_OFTEN if often else _SURE) * len(filled)):
        return False
    if _share_with("bodies", filled) >= _NEVER:
        return False
    looked = [*different][:: 1 + len(different) // _ENOUGH_CELLS]
    names = sum(bool(_PERSON.fullmatch(cell)) for cell in looked)
    return names >= 0.6 * len(looked)


_SEVERAL, _OFTEN = 5, 0.25  # names, and the share of them where people stand in several rows
_PERSON: Final = re.compile(
    r"[^\W\d_a-zà-ÿа-я][\w'’.-]*(,?\s+(?:(?:d[aeou]s?|del|della|van|von|der|den|bin|al|el|la|le|y|e)\s+){0,2}"
    r"[^\W\d_a-zà-ÿа-я][\w'’.-]*){1,5}"
)


def _share_with(words: str, cells: Sequence[str]) -> float:
    """Return the share of cells that have one of a list of words and are names, not prose."""
    filled = [cell for cell in cells if cell]
    filled = filled[:: 1 + len(filled) // _ENOUGH_CELLS]
    has_word = words_pattern(words).search
    return sum(len(cell) < 100 and bool(has_word(folded(cell))) for cell in filled) / max(
        len(filled), 1
    )


@dataclass(frozen=True)
class Meaning:
    """What a heading means: the column, why (exact, alike, cells), and whether that is in doubt.
    `parts` are the headings that have the names together, in the order of the name; the first is
    the heading itself."""

    heading: str
    column: str
    reason: str
    share: float | None = None
    doubt: bool = False
    parts: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """Return all headings that are read for the column."""
        return self.parts or (self.heading,)


@dataclass(frozen=True)
class Guess:
    """A kind of a table, and how its headings are understood. `unread` are headings that mean
    nothing; `doubts` are about the kind."""

    kind: str
    meanings: tuple[Meaning, ...]
    unread: tuple[str, ...]
    score: float
    doubt: bool = False
    others: tuple[str, ...] = field(default=())
    missing: str = ""  # a code that no column says: one answer is that of all rows
    told: str = ""  # that answer, where a heading or the title says it
    is_open: bool = False  # no kind fits: a person has to say which

    def of(self, column: str) -> Meaning | None:
        """Return what is taken for a column."""
        return next((item for item in self.meanings if item.column == column), None)


def guess_table(
    kinds: Mapping[str, Kind], columns: Mapping[str, Sequence[str]], cells: Recogniser,
    subjects: Subjects | None = None,
) -> Guess | None:  # fmt: skip
    """Guess the likeliest kind of a table of some columns; None where no kind has what it needs."""
    shares = ColumnShares(cells)  # for all kinds: many have a column of dates, or of countries
    subjects = subjects or Subjects.of(columns)
    guesses = [
        replace(guess, score=guess.score + subjects.weight(name))
        for name in _order(kinds)
        if not subjects.rules_out(name)
        and (guess := guess_columns(kinds[name], columns, shares, subjects)) is not None
    ]
    ranked = sorted(guesses, key=lambda guess: -guess.score)
    if not ranked:
        return None
    people = [each for each in ranked if each.kind == "person"]
    if people and _leaves_names(ranked[0], kinds["person"], columns):
        ranked = [*people, *(each for each in ranked if each not in people)]
    best = ranked[0]
    needed = {
        column.name for column in kinds[best.kind].columns if column.required and not column.scheme
    }
    is_doubtful = any(meaning.doubt for meaning in best.meanings if meaning.column in needed)
    spoken = subjects.spoken if not is_doubtful else ()
    spoken_of = {kind for item in EVIDENCE if item.subject in spoken for kind in item.speaks_for}
    near = [
        rival.kind
        for rival in ranked[1:]
        if rival.score > best.score - 1 or rival.kind in spoken_of
    ]
    near += [
        kind_name
        for kind_name in subjects.rivals(best.kind)
        if kind_name in kinds and kind_name not in near
    ]
    if _names_awards_once(best, columns) and "award" not in near:
        near.insert(0, "award")
    if best.kind == "person" and "act" not in near and _has_dates_of_people(kinds, columns, shares):
        near.append("act")
    is_open = bool(best.missing and not best.told) or is_doubtful
    if is_open and best.kind not in spoken_of:
        # neither what the rows need nor any heading proves the kind: it may be any
        near += [rival.kind for rival in ranked[1:] if rival.kind not in near]
        near += [kind_name for kind_name in _order(kinds) if kind_name not in (best.kind, *near)]
        return replace(best, doubt=True, others=tuple(near))
    if best.doubt or near or _explains_little(best, columns, is_told=best.kind in spoken_of):
        plain = (kind_name for kind_name in _order(kinds) if kind_name not in _RARE)
        near += [kind_name for kind_name in plain if kind_name not in (best.kind, *near)]
    return replace(best, doubt=bool(near), others=tuple(near))


def _explains_little(guess: Guess, columns: Mapping[str, Sequence[str]], *, is_told: bool) -> bool:
    """Tell whether less than two headings say exactly what they are (where one speaks of the kind,
    such as a charge, beside those of whom it is told), and less than a third, or then half, of the
    columns is understood, but those of private life."""
    exact = [
        meaning for meaning in guess.meanings if meaning.reason == "exact" and not meaning.doubt
    ]
    if sum(meaning.column not in _COMMON for meaning in exact) > 1 + is_told:
        return False
    open_ones = [
        name
        for name, cells in columns.items()
        if any(cells) and not private_topic(name) and not numbers_rows(name, cells)
    ]
    known = sum(name not in guess.unread for name in open_ones)
    return (2 if is_told else 3) * known < len(open_ones)


def _leaves_names(guess: Guess, people: Kind, columns: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether a heading that a guess does not read says exactly that names stand below it."""
    column = people.column(people.key_of)
    known = column.known_headings if column else ()
    names = (columns[heading] for heading in guess.unread if folded(heading) in known)
    return any(are_names_of_people(cells, often=True) for cells in names)


def _has_dates_of_people(
    kinds: Mapping[str, Kind], columns: Mapping[str, Sequence[str]], shares: ColumnShares
) -> bool:
    """Tell whether something may have happened to people of a table, on a day."""
    if (
        "act" not in kinds
        or (acts := guess_columns(kinds["act"], columns, shares, partly=True)) is None
    ):
        return False
    return all(acts.of(name) for name in ("victim", "date"))


def _names_awards_once(guess: Guess, columns: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether editions may be awards: no award has two."""
    meaning = guess.of("award") if guess.kind == "edition" else None
    names = list(filter(None, columns[meaning.heading])) if meaning else []
    return len(names) > 1 and len({*map(folded, names)}) == len(names)


def guess_by_headings(
    kinds: Mapping[str, Kind], columns: Mapping[str, Sequence[str]], cells: ColumnShares,
    usual: str, title: str = "",
) -> Guess:  # fmt: skip
    """Guess the kind that explains most of some columns, though it lacks what it needs; only what
    headings say is taken for anything, and all of it in doubt. A person has to say which kind."""
    subjects = Subjects.of(columns, title=title)

    def rank(name: str) -> tuple[bool, float]:
        guess = guess_columns(kinds[name], columns, cells, subjects, partly=True)
        read = [item.column for item in guess.meanings] if guess else []
        lacking = kinds[name].lacking(read)
        score = guess.score if guess else 0.0
        return subjects.rules_out(name), len(lacking) - score - subjects.weight(name)

    ranked = sorted(dict.fromkeys(filter(None, (usual, *_order(kinds)))), key=rank)
    best, *rest = sorted(ranked, key=(*_RARE, "perpetrator", "fate").__contains__)
    guess = guess_columns(kinds[best], columns, cells, subjects, partly=True)
    exact = [meaning for meaning in (guess.meanings if guess else ()) if meaning.reason == "exact"]
    meanings = [replace(meaning, doubt=True) for meaning in exact]
    unread = tuple(name for name in columns if all(name != meaning.heading for meaning in exact))
    known = {meaning.column for meaning in exact}
    missing = next((column.name for column in kinds[best].lacking(known) if column.scheme), "")
    return Guess(best, tuple(meanings), unread, 0.0, True, tuple(rest), missing, is_open=True)


def _order(kinds: Mapping[str, Kind]) -> list[str]:
    return [
        *(name for name in _GUESSED if name in kinds),
        *(name for name in kinds if name not in (*_GUESSED, "evidence")),
    ]


class ColumnShares:
    """The share of the cells under each heading of one table that fit what a column holds, each
    worked out once."""

    def __init__(self, cells: Recogniser) -> None:
        self._cells = cells
        self._found: dict[tuple[object, ...], float | None] = {}

    def of(
        self, column: Column, heading: str, values: Sequence[str], *, each_once: bool = False
    ) -> float | None:
        """Return the share of cells that fit a column, from 0 to 1; None if the cells cannot
        tell."""
        key = (heading, column.type, column.scheme, column.many, column.enum, each_once)
        if key not in self._found:
            read = list(dict.fromkeys(map(folded, values))) if each_once else values
            share = self._cells.share(column, read)
            self._found[key] = None if each_once and len(read) < 2 else share  # a word is no list
        return self._found[key]


def guess_columns(
    kind: Kind, columns: Mapping[str, Sequence[str]], cells: ColumnShares,
    subjects: Subjects | None = None, *, partly: bool = False,
) -> Guess | None:  # fmt: skip
    """Tell how the headings of a table would be understood, were its rows of a kind; None where a
    needed column is missing or empty, unless it may be read `partly`."""
    taken: dict[str, Meaning] = {}
    used: set[str] = set()
    subjects = subjects or Subjects.of(columns)
    for meaning in sorted(_candidates(kind, columns, cells, subjects), key=_rank):
        if meaning.column not in taken and meaning.heading not in used:
            taken[meaning.column] = meaning
            used.add(meaning.heading)
    dated = [
        heading
        for heading in columns
        for name, item in taken.items()
        if name in ("date", "place") and item.heading == heading
    ]
    when = taken.get("date")
    is_dated = when is not None and when.reason == "exact" and not when.doubt
    is_told = partly or is_dated or "type" in taken or bool(subjects.act(dated)[0])
    if not is_told and any(column.beside for column in kind.columns):
        # what stands beside a victim tells of people too: it makes no act of a list of members,
        # none of whom has a day
        beside = {column.name for column in kind.columns if column.beside}
        taken = {name: item for name, item in taken.items() if name not in beside}
        used = {item.heading for item in taken.values()}
    filled = {name for name, meaning in taken.items() if any(columns[meaning.heading])}
    if (
        kind.key_of
        and "title" in filled
        and kind.key_of in [column.name for column in kind.lacking(filled)]
    ):
        taken[kind.key_of] = replace(taken.pop("title"), column=kind.key_of)  # its only name
        filled.add(kind.key_of)
    lacking = kind.lacking(filled, named=not partly)
    if partly:
        lacking = [column for column in lacking if column.scheme or column.name in _SAID_ONCE]
    elif len(lacking) > 1 or any(column.name not in _SAID_ONCE for column in lacking):
        return None
    missing = lacking[0].name if lacking else ""
    order = {name: place for place, name in enumerate(columns)}
    known = sorted(taken.values(), key=lambda item: order[item.heading])
    whole = [name for name in columns if not is_partial(name, columns[name])]
    code, doubt = subjects.act(dated, whole) if missing == "type" else ("", False)
    is_of_some = bool(code) and when is not None and is_partial(when.heading, columns[when.heading])
    if is_of_some:
        code = ""  # a date of death that many lack is that of people, most of whom may live
    # what a heading or the title tells needs no date to be believed
    asked = [name for name in _SAID_ONCE.get(missing, ()) if not (code and name == "date")]
    if not partly and not all(name in taken for name in asked):
        return None
    unread = tuple(name for name in columns if name not in used and any(columns[name]))
    # rows that speak of nothing that was done, and describe nobody, are none of acts
    is_spoken = subjects.tells_of(kind.name) or any(
        column.beside for column in map(kind.column, taken) if column
    )
    untold = 1 if missing != "type" or (is_spoken and not is_of_some) else _UNTOLD
    score = _score(kind, taken, columns) - (0.5 if code else untold if missing else 0)
    doubt = is_of_some or (doubt and bool(code))
    return Guess(kind.name, tuple(known), unread, score, doubt, missing=missing, told=code)


def _rank(meaning: Meaning) -> tuple[bool, int, float]:
    """Rank the surest first; a heading whose cells are nothing of the kind comes last."""
    share = 0.7 if meaning.share is None else meaning.share
    is_empty_word = meaning.share is not None and meaning.doubt and share < _NEVER
    return is_empty_word, ("exact", "alike", "cells").index(meaning.reason), -share


def _candidates(
    kind: Kind, columns: Mapping[str, Sequence[str]], cells: ColumnShares, subjects: Subjects
) -> list[Meaning]:
    meanings: list[Meaning] = []
    texts = (*kind.labels.values(), *kind.singulars.values())
    own_words = frozenset(word for text in texts for word in folded(text).split())
    readings = [_ColumnHeadings(column, own_words) for column in kind.columns]
    for heading, values in columns.items():
        if numbers_rows(heading, values):
            continue
        evidence = subjects.headings.get(heading) or _evidence_in(heading)
        own = [
            reading
            for reading in readings
            if reading.column.is_own and folded(heading) in reading.names
        ]
        for column in own or readings:  # what a project calls so is nothing else
            is_number = column.column.technical and folded(heading) in ROW_NUMBERS
            is_said = folded(heading) in column.names
            if is_number or not (is_said or _may_be(kind.name, column.column, evidence)):
                continue
            if column.column.name.endswith("place") and _are_figures(values):
                continue  # a code, whatever its heading says
            if column.column.type in LINKS and kind.name != "media" and _are_pictures(values):
                continue  # a picture of somebody is no source of what is said of her
            meaning = column.meaning(heading, values, cells)
            if meaning is not None:
                name = f"{kind.name}.{column.column.name}"
                is_date = meaning.reason == "alike" and column.column.type in _DATES
                is_date &= (meaning.share or 0) >= _SURE
                if is_date and any(it.dates and name.startswith(it.dates) for it in evidence):
                    meaning = replace(meaning, doubt=False)
                meanings.append(meaning)
    same = Counter(item.column for item in meanings if item.reason == "alike")
    names = [column.name for column in kind.columns if column.type == "name"]
    exact = Counter(it.heading for it in meanings if it.reason == "exact" and it.column in names)
    # of two headings that are no more than like it, or two sorts of people, either may be meant
    return [
        replace(
            m,
            doubt=m.doubt
            or (m.reason == "alike" and same[m.column] > 1)
            or (m.column in names and exact[m.heading] > 1),
        )
        for m in meanings
    ]


def is_partial(heading: str, cells: Sequence[str]) -> bool:
    """Tell whether a heading says what was done to people, such as a day of death, of whom many
    have nothing below it."""
    is_told = any(item.act for item in _evidence_in(heading))
    known = sum(1 for cell in cells if cell and not is_unknown(cell)) if is_told else 0
    return is_told and known < _NEARLY_ALL * len(cells)


def numbers_rows(heading: str, cells: Iterable[str]) -> bool:
    """Tell whether a column counts the rows or names them: its heading says so, and no cell stands
    there twice, as a number of dead or a vote would."""
    if folded(heading) not in ROW_NUMBERS:
        return False
    filled = [cell for cell in cells if cell]
    return len(set(filled)) == len(filled)


def _are_prose(cells: Sequence[str]) -> bool:
    """Tell whether most cells are long, and most words in them small."""
    return _are_mostly(
        lambda cell: len(cell) > _PROSE and cell.count(" ") < 2 * len(_SMALL.findall(cell)), cells
    )


def _are_pictures(cells: Sequence[str]) -> bool:
    return _are_mostly(lambda cell: bool(_PICTURE.search(cell.casefold())), cells)


def _are_figures(cells: Sequence[str]) -> bool:
    known = (cell for cell in cells if not is_unknown(cell))
    return _are_mostly(lambda cell: not any(map(str.isalpha, cell)), known)


def _are_mostly(test: Reader, cells: Iterable[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return 2 * sum(map(test, filled)) > len(filled)


def _may_be(kind: str, column: Column, evidence: Iterable[Evidence]) -> bool:
    """Tell whether a heading of some subjects may mean a column."""
    name, is_date = f"{kind}.{column.name}", column.type in ("date", "year")
    return all(
        (item.only is None or name.startswith(item.only) or name.endswith(item.only))
        and not name.endswith(item.never)
        and (not is_date or item.dates is None or name.startswith(item.dates))
        for item in evidence
    )


_QUALIFIERS: Final = frozenset(read_words("qualifiers"))


class _ColumnHeadings:
    """A column with the headings that mean it; a table may have very many headings. `own_words`
    are those for rows of its kind: a place of the protest is a place."""

    def __init__(self, column: Column, own_words: frozenset[str]) -> None:
        self.column, self._qualifiers = column, _QUALIFIERS | own_words
        self.names, self._words = frozenset(column.known_headings), column.heading_words
        # what the cells alone prove; dates and codes of private life are told by headings
        self._by_cells = (
            not column.technical
            and column.visibility == "public"
            and (
                column.type == column.name == "date"
                or (
                    column.type in ("country", "code", "address", "document")
                    and column.name not in ("status", "visibility", "reliability", *_SITES)
                )
            )
        )

    def meaning(self, heading: str, values: Sequence[str], cells: ColumnShares) -> Meaning | None:
        """Tell how a heading may mean the column: it is one of those that are known, it holds one
        of them, or its cells are of that type."""
        column, name = self.column, folded(heading)
        if name not in self.names:
            name = plain_heading(heading)
        if name in self.names and not is_loose(column, heading):
            share = cells.of(column, heading, values)
            if column.type in ("name", "document"):  # any text may be one, but no prose a name
                fits = share if column.type == "name" else None
                doubt = fits is not None and _are_prose(values)
                return Meaning(heading, column.name, "exact", fits, doubt=doubt)
            is_needed = column.required and column.type == "code"  # its words can be explained
            if share is not None and share < _NEVER and not is_needed:
                return None  # the heading says it, and no cell does
            doubt = share is not None and share < _ENOUGH
            return Meaning(heading, column.name, "exact", share, doubt=doubt)
        return self._by_likeness(heading, name, values, cells)

    def _by_likeness(
        self, heading: str, name: str, values: Sequence[str], cells: ColumnShares
    ) -> Meaning | None:
        """Tell what a heading that is not known may mean; in doubt."""
        column = self.column
        if column.name == "visibility" and not column.technical and sense_of(heading):
            share = cells.of(column, heading, values)
            good = share is not None and share >= _SURE
            return Meaning(heading, column.name, "alike", share, doubt=True) if good else None
        if not PRIVATE_WORDS.isdisjoint(name.split()):
            return None  # what somebody keeps to himself is published on no guess
        if self._is_alike(name):
            share = cells.of(column, heading, values)
            good = share is None or share >= _ENOUGH
            return Meaning(heading, column.name, "alike", share, doubt=True) if good else None
        if column.type == "country":  # French may be a language
            column = replace(column, type=_COUNTRY_NAME)
        share = cells.of(column, heading, values) if self._by_cells else None
        if share is not None and column.type == "code":  # of many words, one that is known is none
            share = cells.of(column, heading, values, each_once=True)
        if share is not None and share >= _SURE:
            return Meaning(heading, column.name, "cells", share, doubt=True)
        return None

    def _is_alike(self, name: str) -> bool:
        words = set(name.split()) if not self.column.technical else set[str]()
        if self.column.name in _SITES and words:
            return any(words <= item for item in self._words)
        # where no cell can tell, the words that are more must say nothing else
        column_type = self.column.type
        is_told = column_type in ("date", "code") or CELL_TYPES[column_type].fits is not None
        return any(
            item <= words and (is_told or words - item <= self._qualifiers) for item in self._words
        )


def _score(kind: Kind, taken: Mapping[str, Meaning], columns: Mapping[str, Sequence[str]]) -> float:
    """Score how well a kind explains a table: headings that it knows, cells that fit, little that
    is left over."""
    score = sum(_worth(kind, meaning) for meaning in taken.values())
    understood = {item.heading for item in taken.values()}
    score -= 0.3 * sum(name not in understood for name in columns)
    named = taken.get(_NAMED_ONCE.get(kind.name, kind.key_of))
    names = [*filter(None, columns[named.heading])] if named else []
    if not names:
        return score
    # rows that are things name each of them once, in few words; and what is nobody has no name
    # that people have
    score -= 2 * (1 - len({*map(folded, names)}) / len(names))
    score -= sorted(map(len, names))[len(names) // 2] > _PROSE
    if kind.name == "person":
        return score - 2 * (_share_with("bodies", names) >= _SOME)
    return score - (kind.name in _NOBODY and are_names_of_people(names))


def _worth(kind: Kind, meaning: Meaning) -> float:
    """Score what one understood heading says for a kind; against it, if cells do not fit."""
    column, share = kind.column(meaning.column), meaning.share
    is_required = column is not None and column.required
    weight = 2.0 if is_required else 0.4 if meaning.column in _COMMON else 1.0
    fit = 1.0 if share is None else 0.3 + 0.7 * share
    against = 2.5 if is_required and share is not None and share < _ENOUGH else 0.0
    return weight * _WORTH[meaning.reason] * fit - against


_NAMED_ONCE: Final = {"founding": "organisation", "defender": "person"}
_WORTH: Final = {"exact": 1.0, "alike": 0.6, "cells": 0.5}
_COMMON: Final = (
    *("document", "document_title", "publisher", "reliability", "status", "visibility"),
    *("note", "row_language", "id"),
)


# headings in two rows: one that stands twice, such as a name, means what the group above it says


def guess_below_groups(
    rows: Rows, region: Region, names: Sequence[str],
    guessed: Callable[[Sequence[str]], Guess | None],
) -> Guess | None:  # fmt: skip
    """Guess a table, where a heading that stands twice is read as its group. `names` are its
    headings, each once; what is told by a group is in doubt."""
    grouped = _group_names(rows, region, names)
    guess = guessed(grouped)
    return guess and _with_headings(guess, dict(zip(grouped, names, strict=True)))


def _group_names(rows: Rows, region: Region, names: Sequence[str]) -> list[str]:
    """Return the heading of each column; if it stands twice, the group, if no other is it."""
    cells = list(map(folded, region.cells(rows, region.header)))
    groups = _groups(region.cells(rows, region.header - 1)) if region.header > 1 else []
    there = Counter(cells)
    own = [
        group if group and there[cell] > 1 else name
        for name, cell, group in zip(names, cells, groups or names, strict=True)
    ]
    again = Counter(map(folded, own))
    return [
        name if again[folded(group)] > 1 else group for name, group in zip(names, own, strict=True)
    ]


def _groups(cells: Sequence[str]) -> list[str]:
    """Spread each group over all columns up to the next; a text file has it over the first."""
    groups: list[str] = []
    for cell in cells:
        groups.append(" ".join(cell.split()) or (groups[-1] if groups else ""))
    return groups


def _with_headings(guess: Guess, names: Mapping[str, str]) -> Guess:
    """Return the guess with the headings as the table has them."""
    meanings = tuple(
        replace(
            item,
            heading=names[item.heading],
            parts=tuple(names[part] for part in item.parts),
            doubt=item.doubt or any(names[part] != part for part in item.headings),
        )
        for item in guess.meanings
    )
    return replace(guess, meanings=meanings, unread=tuple(names[name] for name in guess.unread))
