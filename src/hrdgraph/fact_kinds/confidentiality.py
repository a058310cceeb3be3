"""Tell what headings and cells say about who may see something: levels of rows as people write
them (`sí` below `Confidencial` is restricted, and so is `non` below `Diffusion`), marks of
rows, and data of somebody's private life. The words are in `words/lists.tsv`, without case and
accents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, reduce
from operator import or_
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.fact_kinds.cell_values import CellError, Codes, whole_address, yes_no
from hrdgraph.fact_kinds.headings import (
    PRIVATE_WORDS,
    folded,
    plain_heading,
    read_words,
    words_pattern,
)

SCHEME: Final = "visibility"
PUBLIC, RESTRICTED = "public", "restricted"
# in headings below which `yes` keeps a row back, without case and accents
_SECRET: Final = PRIVATE_WORDS | frozenset(read_words("secret"))
# in headings below which `yes` lets it out, and an empty cell says nothing of the kind
_OPEN: Final = frozenset(map(folded, read_words("open")))
_NOT: Final = re.compile(r"(ne pas|pas|non|no|not|do not|never|jamais|nunca|nao|не|لا)\s\S")


_BETWEEN: Final = 3  # words between a negation and what it denies


@cache
def sense_of(heading: str) -> str:
    """Tell whether `yes` below a heading keeps back ("secret"), lets out ("open"), or is unclear:
    `no publicar` keeps back, and of two negations, or one that does not stand before what it
    denies, a person must say what they mean."""
    name = re.sub(rf"\s(?:{'|'.join(read_words('yes-or-no'))})$", "", folded(heading))
    if re.search(rf"\b(?:{'|'.join(read_words('yes-or-no'))})\b", name):
        return ""
    words = {*name.split()}
    is_secret, is_open = bool(words & _SECRET), bool(words & _OPEN)
    negations = [*words_pattern("negations").finditer(name)]
    if not negations:
        return "" if is_secret == is_open else "secret" if is_secret else "open"
    publishing = words_pattern("publishing")
    before, after = name[: negations[0].start()], name[negations[0].end() :]
    denied = publishing.search(after)
    if len(negations) > 1 or is_secret or denied is None or publishing.search(before):
        return ""
    between = after[: denied.start()]
    return "" if len(between.split()) > _BETWEEN or _pattern("asked").search(between) else "secret"


def level_code(text: str, heading: str, codes: Codes) -> str:
    """Return the code of a cell below a heading; that of an empty one below a heading that lets
    out is restricted, else none. ValueError on what is unclear."""
    name = folded(text)
    if not name:
        return RESTRICTED if sense_of(heading) == "open" else ""
    if (code := codes.find_code(text)) is not None:
        return code
    sense, is_yes = sense_of(heading), as_yes_or_no(text)
    if is_yes is None:
        if _NOT.match(name) or {*name.split()} & _SECRET:
            return RESTRICTED
        if name in _OPEN:
            return PUBLIC
    if is_yes is None or not sense:
        unclear = Message("level-unclear", value=text, column=heading)
        raise CellError(unclear, Message("write-level"))
    return RESTRICTED if is_yes == (sense == "secret") else PUBLIC


def level_or_restricted(text: str, heading: str, codes: Codes) -> str:
    """Return the code of a cell as `level_code` does, and restricted for a cell that is unclear."""
    try:
        return level_code(text, heading, codes)
    except CellError:
        return RESTRICTED


def cell_key(text: str) -> str:
    """Return what two spellings of a mark have in common: `SI` and `sí` are one answer."""
    return folded(text) or text.strip()


def lets_out(cell: str, heading: str, private: Iterable[str]) -> bool:
    """Tell whether a cell says that everybody may see its row: it has a word for that, or the
    opposite of the yes or no that means private, by the heading or else by the `private` texts."""
    if sense := _sense_of_consent(heading):
        answers = {sense == "secret"}
    else:
        answers = {one for text in private if (one := as_yes_or_no(text)) is not None}
    answer = as_yes_or_no(cell)
    return folded(cell) in _OPEN or (answer is not None and answers == {not answer})


@cache
def _sense_of_consent(heading: str) -> str:
    """Tell the sense of a heading as `sense_of` does, and of one that speaks of a consent, or of
    being named: `yes` lets out."""
    name = re.sub(rf"(?:\s(?:{'|'.join(read_words('yes-or-no'))}))+$", "", folded(heading))
    if (sense := sense_of(name)) or words_pattern("negations").search(name):
        return sense
    if {*name.split()} & _SECRET:
        return ""
    is_spoken = words_pattern("publishing").search(name)
    return "secret" if _pattern("anonymous").search(name) else "open" if is_spoken else ""


def are_remarks(heading: str, private: Iterable[str]) -> bool:
    """Tell whether the private cells below a heading are remarks, and no answers such as `no`."""
    has_answers = any(_is_consent(one) or as_yes_or_no(one) is not None for one in private)
    return private_topic(heading) == "remarks" and not (has_answers or keeps_back("", heading))


def keeps_back(cell: str, heading: str) -> bool:
    """Tell whether a cell below a heading of consent, publication or secrecy says that only we
    may see its row, or that nobody knows or has asked: a person who calls another cell private
    has not said that everybody may see this one."""
    sense, name = _sense_of_consent(heading), folded(cell)
    if not sense or not cell:
        return sense == "open"
    answer = as_yes_or_no(cell)
    if (reply := answer if answer is not None else _first_answer(cell)) is not None:
        return reply == (sense == "secret")
    patterns = (_pattern("asked"), _pattern("pending"), words_pattern("negations"))
    is_unclear = name in UNKNOWN or not name or any(pattern.search(name) for pattern in patterns)
    return bool(is_unclear or says_private(cell) or {*name.split()} & _SECRET)


def opposite_cells(heading: str, private: Iterable[str], public: Iterable[str]) -> list[str]:
    """List the cells called private whose words let everybody see the row, where no other is, and
    those called public that say no: `oui` below `Diffusion` is nobody's refusal."""
    if not (sense := _sense_of_consent(heading)):
        return []
    is_no = sense == "secret"
    said = {one: None if one.isdigit() else as_yes_or_no(one) for one in private}
    answers = {*said.values()} - {None}
    closed = [one for one, answer in said.items() if answer is not None]
    opened = [
        one
        for one in public
        if not one.isdigit() and is_no in (as_yes_or_no(one), _first_answer(one))
    ]
    return opened + (closed if answers == {not is_no} else [])


def as_yes_or_no(text: str) -> bool | None:
    """Tell whether a word is yes in some language; None where it is neither yes nor no."""
    try:
        return yes_no(text) == "true"
    except CellError:
        return None


_IS_PATTERN: Final = re.compile(r"[\\(\[|?*^$]")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """Return a pattern of the words of a list, which are patterns themselves. Plain words are
    compared as cells are: a vowel sign of Hindi is no letter, and a syllable of Korean several."""
    words = read_words(name)
    return re.compile("|".join(x if _IS_PATTERN.search(x) else folded(x) for x in words))


_MARK_WORDS: Final = frozenset(map(folded, read_words("mark-words")))
_MARKED: Final = _MARK_WORDS - _OPEN  # words that say that something is not for everybody
_COLOURS: Final = frozenset(map(folded, read_words("mark-colours")))
_SIGNS: Final = frozenset("✓✔☑✗✘☒×●•*!+-⚑🔒🔴🟠🟡🟢⚪🚫⛔")
UNKNOWN: Final = frozenset(folded(word) or word for word in read_words("not-known"))
_FEW, _SHORT_CELL = 12, 40  # different cells, and characters of one, that still look like marks


def says_private(text: str) -> bool:
    """Tell whether a title, a name of a sheet or file, or a cell says that what it stands over or
    in is not for everybody."""
    return bool(private_words(text))


def is_private_title(text: str) -> bool:
    """Tell whether a title says so, and not who may compete: `Restricted to architects`."""
    return says_private(text) and not _pattern("eligible").fullmatch(folded(text))


def private_words(text: str) -> str:
    """Return the words by which a text says that it is not for everybody, or ""."""
    name = folded(text)
    if re.match(r"(?:non|not|no|nicht|nao|не) (?:confid|vertraul|secre|конфид|секрет)", name):
        return ""
    if match := _pattern("mark-phrases").search(name):
        return match[0]
    parts = (name, *map(folded, _BETWEEN_PARTS.split(text)))  # `sealed - family`
    return next((part for part in parts if part in _MARKED), "")


_BETWEEN_PARTS: Final = re.compile(r"\s[-–—]+\s|[/(:;|]")


def _may_instruct(text: str) -> bool:
    """Tell whether a text may say what is to be done with its row, in words of any sort."""
    return any(pattern.search(folded(text)) for pattern in map(words_pattern, _INSTRUCTING))


_INSTRUCTING: Final = ("negations", "publishing", "among-us")
_MANY_CELLS: Final = 40  # of fewer, it is quicker to read each


def _list_cells(cells: Sequence[str], says: Callable[[str], bool]) -> list[str]:
    """List the cells that say something; of many, a fast test leaves out most others."""
    if len(cells) < _MANY_CELLS:
        return [cell for cell in cells if says(cell)]
    is_sure = says is says_private
    patterns = [_pattern("mark-phrases")] if is_sure else map(words_pattern, _INSTRUCTING)
    plain = [_without_bounds(pattern, keeps=not is_sure) for pattern in patterns]
    return [cell for cell in find_likely(cells, _MARKED, plain) if says(cell)]


def find_likely(
    cells: Sequence[str], names: Iterable[str], patterns: Iterable[str] = ()
) -> pl.Series:
    """Find the cells that may be one of some names, or have some pattern, without case and
    accents: all that are, and few others."""
    texts = pl.Series(cells, dtype=pl.String)
    bare = texts.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"[\x{300}-\x{344}]", "")
    plain = bare.str.replace_all(r"[\W_]+", " ").str.strip_chars(" ")
    # of letters but those of Latin the two engines may think otherwise
    may = plain.is_in([*names]) | bare.str.contains(r"[^\x00-\x7f]")
    may |= texts.str.contains(r"[^\x00-\x{344}]")
    for pattern in patterns:
        may |= plain.str.contains(pattern)
    return texts.filter(may)


class RowMarks(NamedTuple):
    """A column that may say which rows are private, and the different cells that may say it.
    Where it is prose, rows with other cells are not meant. `is_likely`: its heading or a cell
    speaks of such, and it is neither only yes and no nor remarks."""

    heading: str
    cells: tuple[str, ...]
    is_prose: bool = False
    is_likely: bool = True


def row_marks(
    heading: str, cells: Sequence[str], *,
    is_content: bool = False, is_remarks: bool = False, is_unread: bool = True,
) -> RowMarks | None:  # fmt: skip
    """List the cells below a heading that may say which rows are private; None where nothing looks
    so. Below a heading that is understood (`is_content`) these are the ones that say it. Elsewhere
    any short text may be an instruction in somebody's own words: all are listed where a heading,
    or a cell, speaks of such, and where they are remarks; of very many the ones that may be."""
    values = tuple(dict.fromkeys(cells))
    filled = [value for value in values if value and not ("." in value and whole_address(value))]
    private = _list_cells(filled, says_private)
    is_marking, is_flagged = speaks_of_marks(heading), is_flag(values)
    are_numbers = not is_marking and all(map(_NUMBER.fullmatch, filled))
    are_numbers |= len(values) == 1 and values[0][:1] == "-" and values[0][1:].isdigit()
    is_short = len(filled) <= _FEW and all(len(value) <= _SHORT_CELL for value in filled)
    are_addresses = 2 * len(filled) < len(values) - 1
    is_private = private_topic(heading) not in ("", "typist", "beliefs", "remarks")
    if is_private and not is_flagged:
        has_marks = is_short and any(map(_is_mark, filled))
        is_content |= not (speaks_of_marks(heading, "", "-perhaps") and has_marks)
    if is_content or are_prose(filled) or are_numbers or are_addresses:
        texts = RowMarks(heading, tuple(private), is_prose=True, is_likely=False)
        return texts if private else None
    may_say = _list_cells(filled, _may_instruct) if is_short or is_remarks or is_marking else []
    # `Classification` stands over many things, too
    speaks = is_remarks or (is_marking and (is_short or sense_of(heading) or may_say))
    if is_short and (speaks or private or speaks_of_marks(heading, "-perhaps")):
        are_levels = sense_of(heading) or is_abbreviated(heading)
        is_likely = bool(are_levels) or not all(map(str.isdigit, filled))
        return RowMarks(heading, values, is_likely=is_likely)
    if speaks or private:
        is_whole = len(values) <= _REMARKS or is_marking
        marks = tuple(dict.fromkeys((*private, *(values if is_whole else may_say))))
        is_likely = any(_is_consent(one) or _first_answer(one) is not None for one in filled)
        return RowMarks(heading, marks, not is_whole, is_likely) if marks else None
    asks = any(" " in value or value[:1].islower() for value in may_say)  # `Lawyer` is what one is
    is_odd = (is_short and asks) or may_be_flag(heading, cells) or _are_rare(cells, filled)
    if is_flagged or (is_unread and len(values) > 1 and is_odd):
        consents = sum(map(_is_consent, filled[:_FEW]))
        return RowMarks(heading, values, is_likely=3 * consents >= max(len(filled), 3))
    return None


_REMARKS: Final = 60  # different short remarks that a person has patience to look at
_LONG: Final = 100  # characters of the middle one of texts that are prose


def are_prose(cells: Sequence[str]) -> bool:
    """Tell whether most of some cells are long."""
    return bool(cells) and sorted(map(len, cells))[len(cells) // 2] > _LONG


def _are_rare(cells: Sequence[str], values: Sequence[str]) -> bool:
    """Tell whether a column is blank but for a few texts of several words, and no names."""
    filled = sum(map(bool, cells))
    phrases = sum(value.count(" ") > 1 and value[:1].islower() for value in values)
    return 0 < 3 * filled <= 2 * len(cells) and len(values) <= _REMARKS and 2 * phrases >= filled


def speaks_of_marks(heading: str, *more: str) -> bool:
    """Tell whether a heading itself says that marks of private rows stand below it."""
    name = folded(heading)
    return any(_pattern(f"row-marks{one}").search(name) for one in more or ("",))


def is_flag(cells: Iterable[str]) -> bool:
    """Tell whether different cells are few marks: with texts for "not known" alone, or with one
    that begins with yes or no, such as `sí (verbal)` beside `solo iniciales`. What is the same in
    all rows tells none of them apart."""
    values = {*cells}
    if not 1 < len(values) <= _FEW:
        return False
    marks = [value for value in values if _is_mark(value)]
    other_values = {folded(value) or value.strip() for value in values.difference(marks, [""])}
    if marks and other_values <= UNKNOWN:
        return True
    is_short = all(len(value) <= _SHORT_CELL for value in values)
    has_consent = len(other_values) <= _FEW_MARKS and any(map(_is_consent, values))
    return is_short and (has_consent or any(_first_answer(value) is not None for value in values))


def _is_consent(cell: str) -> bool:
    """Tell whether a cell begins with a word of consent or refusal."""
    return bool(words_pattern("consents").match(folded(cell)))


def may_be_flag(heading: str, cells: Sequence[str]) -> bool:
    """Tell whether a column that is not understood may be marks in somebody's own words: few short
    texts that come again or stand beside blanks below a heading that is cut short, one or two
    that do both below another."""
    filled = [cell for cell in cells if cell]
    values = {*filled}
    if not 0 < len(values) <= _FEW_MARKS or max(map(len, values)) > _SHORT_MARK:
        return False
    if private_topic(heading) not in ("", "remarks") or all(map(_NUMBER.fullmatch, values)):
        return False
    is_cut = heading.rstrip().endswith((".", "?"))
    if not is_cut and (len(values) > 1 or len(filled[0]) > 1) and all(map(_is_code, values)):
        return False  # `M` and `F` below `SEX`, `MO` below `ST`
    are_blanks, is_again = len(filled) < len(cells), len(values) < len(filled)
    if is_abbreviated(heading):
        return are_blanks or (is_again and len(values) > 1)
    return are_blanks and is_again and len(values) <= 2


def _is_code(text: str) -> bool:
    """Tell whether a text is a few letters that begin with a capital, and no word for a mark."""
    letters = text.strip(". ")
    return letters.isalpha() and letters[0].isupper() and len(letters) < _CUT and not _is_mark(text)


_FEW_MARKS, _SHORT_MARK = 6, 25  # different cells, and characters of one
_NUMBER: Final = re.compile(r"\W*\d[\W\d]+")


def is_abbreviated(heading: str) -> bool:
    """Tell whether a heading is cut short, so that nobody else knows what stands below it."""
    return len(folded(heading)) < _CUT or heading.rstrip().endswith((".", "?"))


_CUT: Final = 4  # letters: shorter headings are no words


def _first_answer(text: str) -> bool | None:
    """Return the yes or no that a text begins with, if any."""
    # `No weapon` is a thing that is not there, and `no - asked not to be named` is an answer
    word = re.match(r"\w+(?=\s*[(.,;:!?/]|\s+[-–—]|$)", text.strip())
    first = folded(word[0]) if word else ""
    return as_yes_or_no(first) if len(first) > 1 and not first.isdigit() else None


def _is_mark(text: str) -> bool:
    """Tell whether a cell is a tick, a colour, yes or no, or a word for who may see something."""
    name = folded(text)
    is_sign = text.strip().strip("️") in _SIGNS
    return name in _COLOURS or name in _MARK_WORDS or is_sign or as_yes_or_no(text) is not None


def unread_levels(cells: Iterable[str], heading: str, codes: Codes) -> bool:
    """Tell whether some cell below a heading of levels is not understood precisely: a figure below
    `Niveau` may count from above or from below."""
    is_scale = re.search(r"level|nive|stufe|уров|مستو|classif|grade|tlp", folded(heading))
    for cell in dict.fromkeys(cells):
        if (is_scale and folded(cell).isdigit()) or re.fullmatch(r"-\d+", cell):
            return True
        try:
            level_code(cell, heading, codes)
        except CellError:
            return True
    return False


_TOPICS: Final = (
    "birth", "contact", "address", "health", "family", "typist", "private-source",
    "identity-number", "beliefs", "safety", "remarks", "free-text",
)  # fmt: skip


# what each private text has; most keys and years, of which there are many, have none of it
_LIKELY: Final = r"(?s)@|°|\s.*\d|\d.*\s|(?:\d\D{0,3}){6}|\p{L}\P{L}{0,5}(?:19|20)\d\d"
_DATE: Final = re.compile(
    r"\b\d{4}[-./]\d{1,2}([-./]\d{1,2})?\b|\b\d{1,2}[-./]\d{1,2}[-./](\d{4}|\d{2})\b"
    r"|\b\d{4}(\s*[-–/,; ]\s*(19|20)\d\d)+\b"
)


_DEGREES: Final = r"-?(?:1[0-7]\d|[1-9]?\d)\.\d{4,}"  # a coordinate, and no phone


@cache
def _private_cells() -> Mapping[str, re.Pattern[str]]:
    """Return a pattern for each sort of private data."""
    streets = "|".join(read_words("streets"))
    return {
    "holds-email": re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"),
    "holds-coordinates": re.compile(
        r"-?\d{1,2}[.,]\d{3,}\s*[,;/ ]\s*-?\d{1,3}[.,]\d{3,}|\d{1,3}\s*°\s*\d{1,2}\s*['′’]"
        rf"|^{_DEGREES}$"
    ),
    "holds-birth-date": re.compile(
        r"(?<!\w)(born|b\.|d\.?o\.?b\.?|née?|nacid[oa]|nascid[oa]|geb\.?|geboren|род\.|родил\w*"
        r"|р\.|مواليد|ولد)"
        r"[^\d\n]{0,25}(\d{1,2}\D{1,12}){0,2}(19|20)\d\d",
        re.IGNORECASE,
    ),
    "holds-identity-number": re.compile(
        r"\b\d{3}-\d{2}-\d{4}\b|\b\d{3}\.\d{3}\.\d{3}-\d{2}\b|\b[A-Z]{4}\d{6}[HM][A-Z]{5}\w\d\b"
        r"|\b\d{8}-?[A-Z]\b"
        r"|(?<!\d\.)\b[12]\s?\d{2}\s?(0[1-9]|1[0-2])\s?\d[\dAB]\s?\d{3}\s?\d{3}(\s?\d\d)?\b"
        r"|\b[A-Z]{1,2}\d{7,8}\b|\b\d{1,2}\.\d{3}\.\d{3}-[\dkK]\b"
        r"|(?i:\b(passport|passeport|pasaporte|паспорт|cni|dni|cpf|curp|c[ée]dula|c\.?c\.?|ssn|id)(?!\w)"
        r"\s*(n[o°º]?|no\.|№|number|:|#)?\s*[.:]?\s*[A-Z]{0,3}\d[\d. -]{4,}\d)"
    ),
    "holds-phone": re.compile(
        r"(?<![\w+])(\+|00)\s?\d([\s().-]{0,2}\d){7,13}(?!\w)"
        r"|(?<![\w/.,+-])\(?0\d{1,3}\)?([\s.-]?\d{2,4}){2,4}(?![\w/-])"
        r"|(?i:\b(tel|tél|phone|tlf|telf|cel|cell|mob|mobile|whatsapp|signal|тел"
        r"|هاتف)\b\W{0,4}\d([\s().-]{0,2}\d){5,})"
        rf"|^(?!{_DEGREES}$)\W*\d([\s().-]{0,2}\d){8,12}\W*$"
    ),
    "holds-street": re.compile(
        rf"(?i:\b\d{{1,5}}\s*(bis|ter)?,?\s+({streets})\b\.?\s+\w"
        rf"|\b\d{{1,5}}\s+(\w+\s){{1,3}}(street|st(?!\.?\s+\w+['’]s)|road|rd|lane"
        rf"|drive|avenue|ave|blvd)\b|\b({streets})\b\.?\s+[^,\d]{{0,40}},?\s*(n[o°º]?\.?|#|№"
        rf"|д\.)?\s*\d{{1,5}}\b(?!\s*\w*\s*(19|20)\d\d))"
    ),
}  # fmt: skip


def private_topic(heading: str) -> str:
    """Return the private matter that a heading speaks of, or ""."""
    names = f"{folded(heading)}\n{plain_heading(heading)}"
    return next((topic for topic in _TOPICS if words_pattern(f"topic-{topic}").search(names)), "")


def speaks_of_secret(heading: str) -> bool:
    """Tell whether a heading itself says that what stands below it is not for everybody."""
    return says_private(heading) or not (_SECRET | _MARKED).isdisjoint(folded(heading).split())


def private_data_in(cells: Iterable[str]) -> list[str]:
    """Return what private data some cells hold, such as phone numbers."""
    texts = pl.Series([*dict.fromkeys(cells)], dtype=pl.String)
    undated = texts.str.replace_all(_DATE.pattern, " ")
    return [
        name
        for name, pattern in _private_cells().items()
        for these in (texts if name == "holds-birth-date" else undated,)
        if any(map(pattern.search, these.filter(these.str.contains(_without_bounds(pattern)))))
    ]


def private_data_of(cell: str) -> str:
    """Return the first sort of private data that a cell holds, or ""."""
    undated = _DATE.sub(" ", cell)
    for name, pattern in _private_cells().items():
        if pattern.search(cell if name == "holds-birth-date" else undated):
            return name
    return ""


def cells_with_private_data(cells: Iterable[str | None]) -> Iterator[str]:
    """Yield the different cells that hold private data."""
    texts = cells if isinstance(cells, pl.Series) else pl.Series([*cells], dtype=pl.String)
    likely = texts.filter(texts.str.contains(_LIKELY)).unique(maintain_order=True)
    undated = pl.Series([_DATE.sub(" ", text) for text in likely], dtype=pl.String)
    may_hold = (
        (likely if name == "holds-birth-date" else undated).str.contains(_without_bounds(pattern))
        for name, pattern in _private_cells().items()
    )
    return filter(private_data_of, likely.filter(reduce(or_, may_hold)))


@cache
def _without_bounds(pattern: re.Pattern[str], *, keeps: bool = False) -> str:
    """Return a pattern that finds all that this one finds, and more, for Polars, which knows no
    look-around, and other signs as letters. `keeps`: it still finds whole words only."""
    bounds = r"\(\?<?[!=](?:[^()]|\([^()]*\))*\)" + ("" if keeps else r"|\\b")
    plain = re.sub(bounds, "", pattern.pattern)
    if not keeps:  # an accent of its own is no letter here, and a last line may end
        plain = plain.replace(r"\W", r"[\W\pM]").replace("$", r"\n?$")
    return f"(?{'i' if pattern.flags & re.IGNORECASE else 's'}){plain}"
