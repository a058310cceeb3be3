"""Names of countries in many languages, from Unicode's CLDR, into `places.tsv`, the file that the
lexicon of organisations reads them from: `python tools/place_names.py`.

A name without its end (`camero*`) stands for what belongs to the country, too; two countries with
one such beginning have none. The countries of organisation_words.tsv have theirs there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final, cast

from hrdgraph.identity.names.organisation import fold_phrase

_LANGUAGES: Final = (
    "en fr es pt it de nl sv no da fi pl cs hu ro el tr az ru uk bg sr sr_Latn ka hy ar fa he ur "
    "hi bn id sw zh zh_Hant ja ko th vi am ca"
)
_SKIPPED: Final = ("QO", "EU", "UN", "ZZ", "XA", "XB", "EZ")
_SHORTEST, _LONG, _CUT = 5, 7, 3  # letters of a beginning, and what is cut from a long name
_BRACKETS: Final = re.compile(r"\s*[(（].*?[)）]")


def place_names() -> str:
    """The file: a line for each country, its concept and its folded names."""
    names = {code: _names(code) for code in sorted(_codes())}
    words = files("hrdgraph.identity.names").joinpath("organisation_words.tsv").read_text("utf-8")
    known = {
        " ".join(fold_phrase(word)): concept
        for concept, kind, *cells in (line.split("\t") for line in words.splitlines()[1:])
        if kind == "place"
        for cell in cells
        for word in cell.split("|")
    }
    lines = []
    for code, found in names.items():
        concept = next((known[word] for word in found if word in known), _english(code))
        lines.append((concept, found))
    starts = _beginnings({one: found for one, found in lines if one not in known.values()})
    rows = (
        "\t".join((concept, "|".join((*found, *starts.get(concept, ())))))
        for concept, found in sorted(lines)
    )
    return "\n".join(("concept\tnames", *rows)) + "\n"


def _territories(language: str) -> Mapping[str, str]:
    from babel import Locale

    return cast(Mapping[str, str], Locale.parse(language).territories)


def _codes() -> Iterator[str]:
    yield from (code for code in _territories("en") if len(code) == 2 and code not in _SKIPPED)


def _english(code: str) -> str:
    return _territories("en")[code].lower()


def _names(code: str) -> tuple[str, ...]:
    """The folded names of a country, words separated by spaces; Congo has two rivers' banks."""
    said = (_territories(language).get(code, "") for language in _LANGUAGES.split())
    made = (" ".join(fold_phrase(_BRACKETS.sub("", name))) for name in said if name)
    return tuple(dict.fromkeys(name for name in made if name and len(name.split()) <= 3))


def _beginnings(names: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    owners: dict[str, set[str]] = defaultdict(set)
    for concept, found in names.items():
        for name in found:
            owners[_beginning(name)].add(concept)
    made: dict[str, list[str]] = defaultdict(list)
    for start, concepts in owners.items():
        if start and len(concepts) == 1:
            made[min(concepts)].append(f"{start}*")
    return {concept: tuple(sorted(found)) for concept, found in made.items()}


def _beginning(name: str) -> str:
    """The name without its end, where it is one word of letters that are joined; else ""."""
    script, _, word = name.partition(":")
    if " " in name or script not in ("latin", "cyrillic") or len(word) < _SHORTEST:
        return ""
    if len(word) < _LONG:
        return f"{script}:{word[:_SHORTEST] if word[-1] in 'aeiouy' else word}"
    return f"{script}:{word[: max(_SHORTEST + 1, len(word) - _CUT)]}"


if __name__ == "__main__":
    folder = files("hrdgraph.identity.names")
    Path(str(folder.joinpath("places.tsv"))).write_text(place_names(), "utf-8")
