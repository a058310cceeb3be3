"""Percent-encode columns of text for IRIs, and find what is no IRI (RFC 3987)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Final, NamedTuple
from urllib.parse import quote

import polars as pl

from hrdgraph.sources.reference_columns import HIDDEN
from hrdgraph.sources.resources import in_order
from hrdgraph.sources.values import by_name, series

_SAMPLE: Final = 4_000  # texts; fewer are treated before they are counted
_WORTH: Final = 2  # how often a text must come on average


def do_repeat(values: pl.Series) -> bool:
    """Say whether texts repeat often enough, from a sample: one of n texts with few, d, repeats
    was drawn from about n² / 2(n - d) texts."""
    if len(values) <= _SAMPLE:
        return False
    sample = values.gather_every(max(len(values) // _SAMPLE, 1))
    size, distinct = len(sample), sample.n_unique()
    return size >= _WORTH * distinct or _WORTH * size**2 < 2 * (size - distinct) * len(values)


def for_distinct(
    values: pl.Series, function: Callable[[pl.Series], pl.Series], distinct: pl.Series | None = None
) -> pl.Series:
    """Apply a function to each text, once for each distinct one. Null stays null."""
    texts = (values.unique() if distinct is None else distinct).drop_nulls()
    return function(texts).gather(values.cast(pl.Enum(texts)).to_physical()).alias(values.name)


def each_distinct(values: pl.Series, function: Callable[[str], str]) -> pl.Series:
    """Apply a function of one text to each, once for each distinct one. Null stays null."""
    return for_distinct(
        values, lambda texts: pl.Series([function(text) for text in texts], dtype=pl.String)
    )


def _class_of(ranges: list[tuple[int, int]], *, rust: bool) -> str:
    """Return ranges for a character class, in the notation of Polars (Rust) or Python."""
    form = r"\x{{{0:X}}}-\x{{{1:X}}}" if rust else r"\U{0:08X}-\U{1:08X}"
    return "".join(form.format(*item) for item in ranges)


_PLANES: Final = [
    (plane << 16 | (0x1000 if plane == 0xE else 0), plane << 16 | 0xFFFD) for plane in range(1, 0xF)
]
_UCSCHAR: Final = [(0xA0, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFEF), *_PLANES]
_PRIVATE: Final = [(0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD)]

# iunreserved is kept (RML-Core §6.4.1, "IRI-safe")
_KEPT: Final = rf"A-Za-z0-9\-._~{_class_of(_UCSCHAR, rust=True)}"
_KEPT_ONE: Final = rf"[A-Za-z0-9\-._~{_class_of(_UCSCHAR, rust=False)}]"
UNSAFE_IRI: Final = rf"[^{_KEPT}]"
_BEYOND: Final = rf"[^\x00-\x9F{_class_of(_UCSCHAR, rust=True)}]"  # private use and noncharacters
UNSAFE_URI: Final = r"[^A-Za-z0-9\-._~]"
_PERCENT: Final = {
    chr(code): quote(chr(code), safe="")
    for code in range(0xA0)
    if not (chr(code).isascii() and chr(code).isalnum()) and chr(code) not in "-._~"
}
_REPLACED: Final = pl.lit(list(_PERCENT))
_ENCODINGS: Final = pl.lit(list(_PERCENT.values()))

# the grammar of RFC 3987 §2.2, tried only where a character makes it doubtful
SUSPICIOUS: Final = rf"""[^A-Za-z0-9\-._~!$&'()*+,;=:@/?#{_class_of(_UCSCHAR, rust=True)}]|#.*#|:[^0-9/].*@|//[^/?#]*[:@]"""
_CHARACTERS: Final = rf"[{_KEPT}!$&'()*+,;=:@"
_ENCODED: Final = "%[0-9A-Fa-f]{2}"
_PATH: Final = rf"(?:{_CHARACTERS}/]|{_ENCODED})*"
_HOST: Final = rf"(?:\[(?:[0-9A-Fa-f:.]+|[vV][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+)\]|(?:[{_KEPT}!$&'()*+,;=]|{_ENCODED})*)"
_AUTHORITY: Final = rf"//(?:(?:{_CHARACTERS[:-1]}]|{_ENCODED})*@)?{_HOST}(?::[0-9]*)?"
_IRI: Final = (
    rf"^[A-Za-z][A-Za-z0-9+.\-]*:(?:{_AUTHORITY}(?:/{_PATH})?|/|/(?:{_CHARACTERS}]|{_ENCODED}){_PATH}|(?:{_CHARACTERS}]|{_ENCODED}){_PATH}|)"
    rf"(?:\?(?:{_CHARACTERS}/?{_class_of(_PRIVATE, rust=True)}]|{_ENCODED})*)?(?:#(?:{_CHARACTERS}/?]|{_ENCODED})*)?$"
)

_AS_CODE: Final = {
    character: f"\\u{ord(character):04X}"
    for character in '<>"{}|^`\\' + "".join(map(chr, range(0x21)))
}


def encode_iri(values: pl.Series) -> pl.Series:
    """Percent-encode what is not iunreserved, as a template for IRIs does."""
    ascii_only = values.str.len_bytes().sum() == values.str.len_chars().sum()
    if ascii_only or not values.str.contains(_BEYOND).any():
        return replace_all(values, _REPLACED, _ENCODINGS)
    return each_distinct(
        values,
        lambda text: "".join(c if re.match(_KEPT_ONE, c) else quote(c, safe="") for c in text),
    )


def replace_all(values: pl.Series, old: pl.Expr, new: pl.Expr) -> pl.Series:
    """Replace each of many characters by the text at its place in another list."""
    return values.to_frame().select(pl.first().str.replace_many(old, new)).to_series()


def encode_uri(values: pl.Series) -> pl.Series:
    """Percent-encode what is not unreserved in a URI (RFC 3986), all letters beyond ASCII among
    it."""
    return each_distinct(values, lambda text: quote(text, safe="-._~"))


def is_bad_iri(values: pl.Expr) -> pl.Expr:
    """Say whether a text with a scheme breaks the grammar of IRIs; null counts as good."""
    doubtful, good = values.str.contains(SUSPICIOUS), values.str.contains(_IRI)
    return doubtful.fill_null(False) & ~good.fill_null(True)


def escape_iri(values: pl.Expr) -> pl.Expr:
    r"""Write what would end the brackets of an IRI as `\\uXXXX`: an unsafe IRI stays one term."""
    return values.str.replace_many(list(_AS_CODE), list(_AS_CODE.values()))


# canonical N-Triples (RDF 1.2 §4): short escapes where there are any, \uXXXX for the other control
# characters
_CONTROLS: Final = {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}
_ESCAPES: Final = _CONTROLS | {
    "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
}  # fmt: skip
# expressions, since to make one of a list takes longer than to look through a small table
ESCAPED: Final = pl.lit(list(_ESCAPES))
_AS: Final = pl.lit(list(_ESCAPES.values()))

NOT_IN_LABEL: Final = r"[^A-Za-z0-9]"


def escape_literal(values: pl.Series) -> pl.Series:
    """Escape lexical forms for between the quotes of an N-Triples literal. Null stays null."""
    return replace_all(values, ESCAPED, _AS)


def blank_labels(values: pl.Series) -> pl.Series:
    """Return a distinct blank node label for each text, with `_XX` for each byte of characters
    other than ASCII letters and digits."""
    return each_distinct(
        values,
        lambda text: re.sub(
            NOT_IN_LABEL, lambda m: "".join(f"_{byte:02X}" for byte in m[0].encode()), text
        ),
    )


Key = tuple[object, ...]


class Treatment(Enum):
    """How the characters of a value are treated on their way into a term: a test whether anything
    needs it (a pattern, or characters, which are faster to search for), and the treatment."""

    ESCAPE = (ESCAPED, escape_literal)
    IRI = (UNSAFE_IRI, encode_iri)
    URI = (UNSAFE_URI, encode_uri)
    LABEL = (NOT_IN_LABEL, blank_labels)

    def is_due(self, values: pl.Expr) -> pl.Expr:
        """Say whether a value needs this treatment."""
        sign = self.value[0]
        return (
            values.str.contains_any(sign)
            if isinstance(sign, pl.Expr)
            else values.str.contains(sign)
        )

    def __call__(self, values: pl.Series) -> pl.Series:
        """Do it to every value. Null stays null."""
        treated: pl.Series = self.value[1](values)
        return treated


Wanted = Iterable[tuple[str, Treatment]]


class Test(NamedTuple):
    """A test whether any value of a column needs a treatment."""

    name: str
    treatment: Treatment
    is_due: pl.Expr


class Batch:
    """Rows of a relation, with computed columns under hidden names. `schema` is that of the rows,
    kept because a frame computes it each time; `tests` are those that found nothing to treat.
    In `bare` rows, no value needs escapes in a literal."""

    def __init__(
        self, frame: pl.DataFrame, whole: Batch | None = None, *, bare: bool = False
    ) -> None:
        # Drop empty chunks, as filters leave them: `pl.format` of Polars 2.1 panics on one among
        # several.
        several = [
            column
            for column, count in zip(frame.iter_columns(), frame.n_chunks("all"), strict=True)
            if count > 1
        ]
        self.frame = frame = (
            frame.rechunk()
            if any(not len(chunk) for column in several for chunk in column.get_chunks())
            else frame
        )
        self.schema: dict[str, pl.DataType] = dict(frame.schema if whole is None else whole.schema)
        self.tests: list[Test] = []
        self._names: dict[Key, str] = {} if whole is None else dict(whole._names)
        self._bare: frozenset[str] = (
            frozenset(self.schema if bare else ()) if whole is None else whole._bare
        )

    def parts(self, rows: int) -> Iterator[Batch]:
        """Split the rows into parts of `rows`; each may compute more columns."""
        return (Batch(frame, self) for frame in self.frame.iter_slices(rows))

    def add(self, key: Key, make: Callable[[], pl.Series]) -> str:
        """Return the name of the column that `make` computes, once for each key."""
        if key not in self._names:
            self._add_column(key, make())
        return self._names[key]

    def _add_column(self, key: Key, column: pl.Series) -> None:
        name = f"{HIDDEN}made:{self.frame.width}"
        self._names[key], self.schema[name] = name, column.dtype
        self.frame = self.frame.hstack([column.alias(name)])

    def is_multi(self, name: str) -> bool:
        """Say whether a column holds a list for each row."""
        return self.schema[name] == pl.List

    def treat(self, wanted: Wanted) -> None:
        """Treat columns, all of them tested in one pass; those that need nothing stand for
        themselves."""
        new = [key for key in dict.fromkeys(wanted) if key not in self._names]
        texts = [(name, treatment) for name, treatment in new if self.schema[name] == pl.String]
        tests = [
            Test(name, how, how.is_due(by_name(name)).any().alias(f"{i}"))
            for i, (name, how) in enumerate(texts)
        ]
        needy = self._needy(tests)
        self.tests += tests if not needy else []
        for name, treatment in new:
            if (name, treatment) in needy:
                self._add_column((name, treatment), treatment(series(self.frame, name)))
            else:
                self._names[(name, treatment)] = name

    def needs_none(self, tests: Iterable[Test]) -> bool:
        """Say whether no test finds a value that needs its treatment."""
        return not self._needy(tests)

    def _needy(self, tests: Iterable[Test]) -> set[Key]:
        """Return the columns and treatments for which a test finds a value; impossible ones are
        not tested."""
        due = [test for test in tests if not self._is_bare(test.name, test.treatment)]
        results = self.frame.select(test.is_due for test in due).row(0) if due else ()
        return {
            (test.name, test.treatment) for test, needs in zip(due, results, strict=True) if needs
        }

    def _is_bare(self, name: str, treatment: Treatment) -> bool:
        return treatment is Treatment.ESCAPE and name in self._bare

    def treat_repeating(self, wanted: Wanted) -> None:
        """Treat the columns whose texts repeat, each distinct text once; others are left to
        `treat`."""
        new = [
            key
            for key in dict.fromkeys(wanted)
            if key not in self._names and self.schema[key[0]] == pl.String
        ]
        bare = [key for key in new if self._is_bare(*key)]
        self._names.update((key, key[0]) for key in bare)
        rest = [key for key in new if key not in bare]
        results = in_order(
            lambda key: _repeating(series(self.frame, key[0]), key[1]), rest, pl.thread_pool_size()
        )
        for key, (repeats, column) in zip(rest, results, strict=True):
            if column is not None:
                self._add_column(key, column)
            elif repeats:
                self._names[key] = key[0]

    def column(self, name: str, treatment: Treatment | None) -> pl.Expr:
        """Return a column as treated text; `treat` must have been called for it."""
        column = self._names[(name, treatment)] if treatment else name
        return (
            by_name(column) if self.schema[column] == pl.String else by_name(column).cast(pl.String)
        )


def _repeating(values: pl.Series, treatment: Treatment) -> tuple[bool, pl.Series | None]:
    """Say whether texts repeat, and return them treated if they do; None if they need no
    treatment."""
    if not do_repeat(values):
        return False, None
    distinct = values.unique()
    is_due = distinct.to_frame().select(treatment.is_due(pl.first()).any()).item()
    return True, for_distinct(values, treatment, distinct) if is_due else None
