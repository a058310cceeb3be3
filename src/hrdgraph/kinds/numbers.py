"""Numbers, truth values and languages as people write them into what the graph has."""

from __future__ import annotations

import re
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.kinds.cell_errors import CellError
from hrdgraph.kinds.headings import folded

_DIGITS: Final = re.compile(r"\d(?:[\d\s\u00a0\u202f.,']*\d)?")
_WORDS: Final = {
    "one un une uno una um uma один одна واحد": 1,
    "two deux dos dois duas два две": 2,
    "three trois tres три": 3,
    "four quatre cuatro quatro четыре": 4,
    "five cinq cinco пять": 5,
    "six seis шесть": 6,
    "seven sept siete sete семь": 7,
    "eight huit ocho oito восемь": 8,
    "nine neuf nueve nove девять": 9,
    "ten dix diez dez десять": 10,
    "eleven onze once одиннадцать": 11,
    "twelve douze doce doze двенадцать": 12,
    "twenty vingt veinte vinte двадцать": 20,
}
_NUMBERS: Final = {word: number for words, number in _WORDS.items() for word in words.split()}
_YES: Final = frozenset(
    (
        "true",
        "yes",
        "y",
        "oui",
        "o",
        "vrai",
        "x",
        "si",
        "s",
        "sim",
        "verdadero",
        "verdadeiro",
        "да",
        "д",
        "نعم",
        "1",
        "✓",
        "✔",
    )
)
_NO: Final = frozenset(["false", "no", "n", "non", "faux", "nao", "falso", "нет", "н", "لا", "0"])
_LANGUAGES: Final = {
    **dict.fromkeys(("english", "anglais", "ingles", "английский", "eng"), "en"),
    **dict.fromkeys(("french", "francais", "frances", "французский", "fra", "fre"), "fr"),
    **dict.fromkeys(
        ("spanish", "espagnol", "espanol", "castellano", "espanhol", "испанский", "spa"), "es"
    ),
    **dict.fromkeys(("portuguese", "portugais", "portugues", "португальский", "por"), "pt"),
    **dict.fromkeys(("russian", "russe", "ruso", "russo", "русский", "rus"), "ru"),
    **dict.fromkeys(("arabic", "arabe", "арабский", "العربية", "ara"), "ar"),
    **dict.fromkeys(("chinese", "chinois", "chino", "chines", "китайский", "zho"), "zh"),
}


def number(text: str) -> str:
    """The number of "3 hommes" or "trois hommes". ValueError where there is none, or several."""
    found = [re.sub(r"\D", "", match) for match in _DIGITS.findall(text)]
    found = found or [str(_NUMBERS[word]) for word in folded(text).split() if word in _NUMBERS]
    if len(found) != 1:
        fact = Message("numbers-several" if found else "number-unread", value=text)
        raise CellError(fact, Message("write-digits"))
    return str(int(found[0]))


def yes_no(text: str) -> str:
    """`true` or `false`. ValueError on what is neither."""
    word = folded(text) or text.strip()
    if word in _YES:
        return "true"
    if word in _NO:
        return "false"
    raise CellError(Message("yes-no-unread", value=text), Message("write-yes-or-no"))


def language_code(text: str) -> str:
    """The tag of a language: the text itself where it is one, else that of its name. ValueError
    otherwise."""
    if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*", text):
        return text
    found = _LANGUAGES.get(folded(text)) or (
        text.lower() if re.fullmatch("[A-Za-z]{2}", text) else None
    )
    if found is None:
        fact = Message("language-name-unknown", value=text)
        raise CellError(fact, Message("write-language-tag"))
    return found
