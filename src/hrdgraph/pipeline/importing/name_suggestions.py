"""Find what the names in a table may be: one name in two spellings, several names
in a cell, an organisation among people. Suggestions, never merges."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from hrdgraph.fact_kinds import Column, Kind
from hrdgraph.fact_kinds.cell_values import (
    ANDS,
    SIGNS,
    Codes,
    country_code,
    is_country,
    split_cell,
    whole_address,
)
from hrdgraph.fact_kinds.confidentiality import SCHEME
from hrdgraph.fact_kinds.headings import folded, read_words, words_pattern
from hrdgraph.identity.ledger import Ledger
from hrdgraph.identity.records import ORGANISATION, PERSON, Record
from hrdgraph.pipeline.importing.table_proposal import TableProposal

MOST: Final = 10  # suggestions that are shown


def names_in(proposal: TableProposal, kind: Kind) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Yield each name in a column of a table, with the kinds of things that it may be of."""
    for column in kind.columns:
        things = (kind.thing,) if column.name == kind.key_of else column.of
        if things and column.name in proposal.columns:
            for cell in dict.fromkeys(proposal.texts_of(column.name)):
                if cell and cell not in proposal.unknown:
                    yield cell, things


_LIKELY: Final = 0.6  # the score of two names from which a person is told of them
_MANY: Final = 400  # names that are compared before a file is read
_SHORTEST_NAME: Final = 3  # letters of a word that may be a name by itself


class TwoSpellings(NamedTuple):
    """Two names that may be of one person or organisation; `is_short` says that the first is a
    word of the other."""

    name: str
    other: str
    thing: str
    is_short: bool = False


def find_spellings(
    proposals: Iterable[TableProposal], kinds: Mapping[str, Kind]
) -> list[TwoSpellings]:
    """List names that may be one, the likeliest first; then words that may be short for a name."""
    by_thing: dict[str, dict[str, None]] = {PERSON: {}, ORGANISATION: {}}
    for proposal in proposals:
        for name, things in names_in(proposal, kinds[proposal.guess.kind]):
            if things[0] in by_thing:
                by_thing[things[0]][" ".join(name.split())] = None
    return [
        pair
        for thing, names in by_thing.items()
        for pair in (*_alike([*names][:_MANY], thing), *_short([*names], thing))
    ]


def _alike(names: Sequence[str], thing: str) -> Iterator[TwoSpellings]:
    records = [Record(name, thing, (name,)) for name in names]
    from hrdgraph.identity.matching.propose import propose  # not every import compares names

    for found in propose(records, Ledger(), at_least=_LIKELY).best:
        yield TwoSpellings(found.left.iri, found.right.iri, thing)


def _short(names: Sequence[str], thing: str) -> Iterator[TwoSpellings]:
    """Words that stand alone and begin or end longer names: a surname, or a given name."""
    words_of = {name: folded(name).split() for name in names} if thing == PERSON else {}
    longer: dict[str, str] = {}
    for name, words in words_of.items():
        for word in (words[0], words[-1]) if len(words) > 1 else ():
            longer.setdefault(word, name)
    for name, words in words_of.items():
        if len(name) >= _SHORTEST_NAME and (other := longer.get(" ".join(words))):
            yield TwoSpellings(name, other, thing, is_short=True)


_LISTS: Final = re.compile(r"\s*[;/|\n]\s*")
_WORDS: Final = re.compile(r",\s*|\s+(?:y|e|et|and|и|و|&)\s+")
_BRACKETS: Final = re.compile(r"\s*\[[^]]*\]?")
_SURNAME_FIRST: Final = re.compile(r"([^\W\d_a-z]['’-]?){2,} .*[a-zß-ÿ]")
# words of names of organisations, without case and accents
_BODIES: Final = frozenset(read_words("bodies"))
_ALONE: Final = frozenset(map(folded, read_words("works-alone")))
_FUNCTION_WORDS: Final = frozenset(read_words("function-words"))


def several_names(
    proposal: TableProposal, kind: Kind, splits: Mapping[str, tuple[str, ...]]
) -> list[str]:
    """List the cells that have names of several people where one is read, each once, but those
    that `splits` take apart."""
    texts = [*people_in(proposal, kind)]
    # `Surname, Given names` in nearly every cell is one person, and where given names come first
    # in the other cells
    commas = [text for _, text in texts if _COMMA.fullmatch(text)]
    first = {folded(text).split(" ")[0] for _, text in texts if "," not in text}
    left, right = (
        sum(folded(text.split(",")[at]).split(" ")[0] in first for text in commas) for at in (0, 1)
    )
    surnames_first = len(commas) >= _SEVERAL and 5 * len(commas) > 4 * len(texts)
    surnames_first |= right >= _SEVERAL and right > 4 * left
    found = (
        text
        for column, text in texts
        if _is_several(text, column) and len(split_cell(text, splits.get(column.name, ()))) == 1
        if not (surnames_first and _COMMA.fullmatch(text))
    )
    return list(dict.fromkeys(found))


_SEVERAL: Final = 5  # cells that are written alike
_COMMA: Final = re.compile(r"[^,;/\n]+, ?[^,;/\n]+")


def names_nobody(text: str) -> bool:
    """Tell whether a text stands where nobody knows the name: `Une femme`, `two unidentified men`,
    a vacant seat, or signs alone."""
    is_told = "." not in text and bool(words_pattern("nobody").fullmatch(folded(text)))
    return is_told or not any(map(str.isalnum, text))


def bodies_among_people(proposal: TableProposal, kind: Kind) -> list[str]:
    """List the names of organisations among those that would be people, each once."""
    if kind.thing == "organisation":
        return []
    texts = dict.fromkeys(text for _, text in people_in(proposal, kind))
    return [text for text in texts if not _BODIES.isdisjoint(folded(text).split())]


def people_in(proposal: TableProposal, kind: Kind) -> Iterator[tuple[Column, str]]:
    """Yield each text that would name somebody, unless another column says of what kind."""
    for column in kind.columns:
        is_own = kind.thing == "person" and column.name == kind.key_of
        is_told = column.kind_column in proposal.columns or column.name not in proposal.columns
        if (is_own or column.of[:1] == ("person",)) and not is_told:
            for text in dict.fromkeys(proposal.texts_of(column.name)):
                if text and text not in proposal.unknown:
                    yield column, text


def _is_several(text: str, column: Column) -> bool:
    """Tell whether a cell has names of several people. What stands in square brackets says more of
    one; and where the first name begins with a surname in capitals (`ABBAS Yvonne, Marie Anne`),
    each does."""
    text = _BRACKETS.sub("", text)
    if not _LISTS.search(text) and not _WORDS.search(text):
        return False
    surnames_first = _SURNAME_FIRST.match(text)
    items = [item for item in _LISTS.split(text) if len(item) > 2]
    if len(items) > 1 and not (column.many and ";" in text):
        return True
    parts = [[part for part in _WORDS.split(item) if " " in part.strip()] for item in items]
    if surnames_first:
        parts = [[part for part in those if part.split()[0].isupper()] for those in parts]
    return any(len(those) > 1 for those in parts)


_BLANKS: Final = ("; ", ", ", "\n", " ")  # between addresses, which have none
_PARTS: Final = 8  # items of a list; a longer text is prose


def find_lists(proposal: TableProposal, kind: Kind) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Find the columns of names and addresses whose cells hold lists, and what stands between the
    items."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for meaning in proposal.guess.meanings:
        column = kind.column(meaning.column)
        if column is None or meaning.parts:
            continue
        if column.name == "document" and kind.name != "document":
            texts = {
                cell for cell in proposal.cells_of(meaning.heading) if " " in cell or "\n" in cell
            }
            if texts and all(all(map(whole_address, split_cell(text, _BLANKS))) for text in texts):
                found.append((column.name, _BLANKS))
        if column.type != "name" or column.name == kind.key_of:
            continue  # a row is about one
        cells = {cell for cell in proposal.cells_of(meaning.heading) if cell and len(cell) < 300}
        every = "\x00".join(cells)
        signs = [
            sign
            for sign in (*SIGNS, ",", *ANDS)
            if _sign_in_cell(sign) in every
            and any(_sign_in_cell(sign) in cell and _is_list(cell, sign, column) for cell in cells)
            and not (sign == "," and _may_have_surnames_first(cells, column))
            and not _say_more(cells, sign)
        ]
        if signs and not (column.many and signs == [";"]):
            found.append((column.name, tuple(signs)))
    return tuple(found)


def _may_have_surnames_first(cells: Collection[str], column: Column) -> bool:
    """Tell whether each comma may stand between the surnames and the given names of one person:
    no cell has two commas, or most have one."""
    counts = [cell.count(",") for cell in cells]
    is_person = column.of[:1] != ("organisation",)
    return is_person and (max(counts) < 2 or 2 * counts.count(1) > len(counts))


def _say_more(cells: Collection[str], sign: str) -> bool:
    """Tell whether what stands after a sign says more of the one who is named before it, such as
    professions: of these many stand again in other cells, or begin with small letters. What is a
    surname with given names, or stands first in some cell, is a name."""
    signs = (sign,)
    parts = [split_cell(cell, signs) if sign in cell.casefold() else [cell] for cell in cells]
    later = [part for items in parts for part in items[1:] if "," not in part]
    first = {folded(items[0]) for items in parts if items} if later else ()
    later = [part for part in later if folded(part) not in first]
    counts = Counter(map(folded, later))
    said = sum(counts[folded(part)] > 1 or part[0].islower() for part in later)
    return said > 2 and 4 * said > len(later)


def _sign_in_cell(sign: str) -> str:
    """Return a sign as it stands between the items of a cell: a word with its spaces."""
    return f" {sign} " if sign.isalpha() else sign


def _is_list(cell: str, sign: str, column: Column) -> bool:
    """Tell whether a sign stands between names in a cell, and in no name: a word or a comma stands
    in names of organisations too, and a comma before given names."""
    items = split_cell(cell, (sign,))
    if not 1 < len(items) <= _PARTS or not all(map(_may_be_name, items)) or is_country(cell):
        return False
    if sign in ("\n", ";", "|"):
        return True
    if column.of[:1] == ("organisation",):
        begin = {folded(item).split(" ")[0] for item in items[1:]}
        return sign in (" / ", ",") and begin.isdisjoint(_FUNCTION_WORDS)
    is_body = bool(_BODIES & {*folded(cell).split()})
    return not is_body and all(" " in item for item in items)


def _may_be_name(text: str) -> bool:
    words = text.split()
    has_figures = any(sign.isdigit() for sign in text)
    return 0 < len(words) <= 6 and not has_figures and not all(text[0].islower() for text in words)


def lists_of_codes(
    proposal: TableProposal, kind: Kind, codes: Mapping[str, Codes]
) -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
    """Yield the cells that list codes or countries, each known, by column: a text that is no such
    list stays whole. Who works alone (`freelance`) has no organisation."""
    for meaning in proposal.guess.meanings:
        column = kind.column(meaning.column)
        if column and column.of[:1] == ("organisation",) and not column.required:
            texts = {*proposal.cells_of(meaning.heading)}
            alone = {text for text in texts if folded(text) in _ALONE}
            yield column.name, dict.fromkeys(sorted(alone), ())
        if column is None or column.scheme == SCHEME or column.type not in ("code", "country"):
            continue
        read = codes[column.scheme].find_code if column.type == "code" else _find_country
        # `Intimidación y hostigamiento` is one answer of a form
        words = ANDS if column.type == "country" else ()
        signs = (*SIGNS, ",", *words) if column.many or words else ()
        cells = {*proposal.cells_of(meaning.heading)} - {""}
        shared = codes[column.scheme].find_shared(cells) if column.type == "code" else {}
        found: dict[str, tuple[str, ...]] = {cell: (code,) for cell, code in shared.items()}
        for cell in cells - found.keys():
            if read(cell) is None:
                ways = (list(map(read, split_cell(cell, (sign,)))) for sign in signs)
                items = next((way for way in ways if len(way) > 1 and None not in way), ())
                if items:
                    found[cell] = tuple(dict.fromkeys(item for item in items if item))
        if found:
            yield column.name, dict(sorted(found.items()))


def _find_country(text: str) -> str | None:
    return country_code(text) if is_country(text) else None
