"""What writers share: options, terms taken apart in columns, and IRIs shortened with prefixes and
a base."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import in_order
from hrdgraph.rdf.terms import unescape
from hrdgraph.vocab import HRDV, PREFIXES

# the part of PN_LOCAL that needs no escape
TURTLE_LOCAL = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
ANY_LOCAL = r"[A-Za-z0-9_][^\s:]*"

# No scheme, no query, no dot segment, no empty segment: nothing that resolving a reference (RFC
# 3986 §5.2) could change.
# At least one slash, so that no keyword or term of a JSON-LD context has the same spelling.
_RELATIVE = r"^(?:[\w~-][\w.~%!$'()*,@=+-]*/)+[\w~-][\w.~%!$'()*,@=+-]*$"


@dataclass(frozen=True)
class IriShortener:
    """Prefixes and a base. A name that is given means the IRI it was made from, in Turtle and in
    JSON-LD alike."""

    prefixes: tuple[tuple[str, str], ...]
    base: str = ""

    @classmethod
    def of(cls, prefixes: Mapping[str, str], base: str) -> IriShortener:
        """Longer namespaces are tried first. A base that does not end in `/` is not used:
        references would not join on to it."""
        return cls(
            tuple(sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))),
            base if base.endswith("/") else "",
        )

    def prefixed(self, iris: pl.Series, local: str = TURTLE_LOCAL) -> pl.Series:
        """`prefix:local` of each IRI, null where no namespace fits or the rest does not match
        `local`."""
        if not self.prefixes:
            return pl.repeat(None, len(iris), dtype=pl.String, eager=True)
        spaces = "|".join(re.escape(space) for _, space in self.prefixes)
        names = dict(
            zip(
                (space for _, space in reversed(self.prefixes)),
                (prefix for prefix, _ in reversed(self.prefixes)),
                strict=True,
            )
        )
        found = (
            iris.rename("iri")
            .to_frame()
            .select(pl.col("iri").str.extract_groups(f"^(?<space>{spaces})(?<local>{local})$"))
            .unnest("iri")
        )
        return found.select((pl.col("space").replace(names) + ":" + pl.col("local")).alias("name"))[
            "name"
        ]

    def relative(self, iris: pl.Series) -> pl.Series:
        """The reference that, resolved against the base, is the IRI; null where there is none."""
        rest = pl.col("iri").str.slice(len(self.base))
        fits = pl.col("iri").str.starts_with(self.base) & rest.str.contains(_RELATIVE)
        return (
            iris.rename("iri")
            .to_frame()
            .select(pl.when(fits & bool(self.base)).then(rest).alias("name"))["name"]
        )


def scheme_counts(iris: pl.Series) -> Counter[str]:
    """The concept schemes that occur, with the number of IRIs in each."""
    schemes = iris.str.extract(f"^{HRDV}([a-z][a-z0-9-]*[a-z0-9])/[^/]").drop_nulls()
    return Counter(dict(schemes.value_counts().iter_rows()))


def with_schemes(schemes: Iterable[str], prefixes: Mapping[str, str] = PREFIXES) -> dict[str, str]:
    """`prefixes`, and one for each concept scheme: `outcome:laureate` reads better than an
    escaped slash."""
    return {scheme: f"{HRDV}{scheme}/" for scheme in schemes} | dict(prefixes)


_LITERAL = r'(?s)^(?<lexical>".*")(?:@(?<language>[A-Za-z0-9-]+)|\^\^<(?<datatype>[^>]*)>)?$'


def merged(graph: ColumnGraph) -> pl.DataFrame:
    """Columns s, p, o without graph names: each triple once, in the order of the dictionary."""
    return in_order(graph.quads.select("s", "p", "o"))


def parts(terms: pl.Series) -> pl.DataFrame:
    """Each term in pieces, a row a term: `text`; `iri` or `blank` (the label); or `lexical`
    (still quoted and escaped), `language` and `datatype` (null for a plain string). What does
    not apply is null.
    """
    text = pl.col("text")
    return terms.rename("text").to_frame().select(
        text,
        pl.when(text.str.starts_with("<")).then(text.str.slice(1).str.head(-1)).alias("iri"),
        pl.when(text.str.starts_with("_:")).then(text.str.slice(2)).alias("blank"),
        text.str.extract_groups(_LITERAL).alias("literal"),
    ).unnest("literal")  # fmt: skip


def unescaped(texts: pl.Series) -> pl.Series:
    """Undo the N-Triples escapes. Only the few distinct texts that have a backslash are touched."""
    escaped = texts.filter(texts.str.contains("\\", literal=True).fill_null(False)).unique()
    return (
        texts.replace(escaped, pl.Series([unescape(text) for text in escaped], dtype=pl.String))
        if len(escaped)
        else texts
    )


@dataclass(frozen=True)
class ExportOptions:
    """`context` is the JSON-LD context file (none: IRIs are written out), `base` the IRI that
    short references are relative to, `rows_at_once` how many statements are put into words at
    once, whose texts the cache of a processor should hold.
    """

    context: Path | None
    base: str = ""
    rows_at_once: int = 8_000
