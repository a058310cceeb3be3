"""The names of a thing into the one to show, and into the form in which names are compared."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

# Letters that Unicode does not take apart into a plain letter and a mark.
_PLAIN: Final = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ħ": "h",
        "ŋ": "n",
    }
    | {"’": "'", "‘": "'", "ʼ": "'", "‐": "-", "–": "-"}
)


class TaggedLabel(NamedTuple):
    """A label with its language tag ("" for none); `preferred` tells `skos:prefLabel` from the
    others."""

    text: str
    language: str
    preferred: bool


def best(names: Iterable[TaggedLabel], languages: Sequence[str], fallback: str) -> str:
    """The name to show: a preferred label before another name, then by the order of `languages`,
    then untagged, then by text."""
    order = {language.lower(): number for number, language in enumerate(languages)}

    def rank(name: TaggedLabel) -> tuple[bool, int, str]:
        tag = name.language.lower()
        place = order.get(tag, order.get(tag.partition("-")[0], len(order) + bool(tag)))
        return not name.preferred, place, name.text

    return min(names, key=rank, default=TaggedLabel(fallback, "", False)).text


def folded(text: str) -> str:
    """Without case, diacritics and doubled spaces: `Aleś  BIALIACKI` is `ales bialiacki`."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def is_latin(text: str) -> bool:
    """Whether every letter is of the Latin script."""
    return all(unicodedata.name(c, "").startswith("LATIN") for c in text if c.isalpha())


def latin(label: str, names: Sequence[str]) -> str:
    """`label`, or the first of `names` that is in Latin letters where `label` is not and one
    exists."""
    return label if is_latin(label) else next((name for name in names if is_latin(name)), label)
