"""Numbers, truth values and languages as people write them into what the graph has."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final
from unicodedata import category, digit

from hrdgraph.catalogue import Message
from hrdgraph.fact_kinds.cell_errors import CellError
from hrdgraph.fact_kinds.headings import folded

# a run of figures with the marks that may stand inside a number; a space only before three figures
_FIGURES: Final = re.compile(r"[-−+±]?\s?\d+(?:[.,'’٫٬]\d+|\s\d{3}(?!\d))*")
_IN_THREES: Final = re.compile(r"\d{1,3}(?:(?P<mark>[.,'’٬\s])\d{3})(?:(?P=mark)\d{3})*")
_INDIAN: Final = re.compile(r"\d{1,2}(?:,\d\d)+,\d{3}")  # 12,34,567
_DECIMAL_MARKS: Final = MappingProxyType({"en": ".", "zh": ".", "fr": ",", "pt": ",", "ru": ","})
_BOTH_MARKS: Final = ("es", "ar")  # a point here, a comma there
# what makes the figures beside it another number than they say
_NO_DIGIT: Final = re.compile(r"\D")
_SIGNS: Final = re.compile(r"[%‰<>≤≥±~×^/]")
_SCALED: Final = re.compile(
    r"\d[km]\b|\b(?:millions?|millones|milhao|milhoes|milliards?|billions?|miles?|mil"
    r"|mille|milliers?|thousands?|hundreds?|cents?|centaines?|cien|cientos?|centenas?|cem|vingts?"
    r"|dozens?|dizaines?|douzaines?|decenas?|docenas?|duzias?|dezenas?|half|halves|quarters?|demie?s?"
    r"|medi[oa]|mei[oa]|тыс\w*|млн|миллион\w*|млрд|миллиард\w*|сот\w*|сто|десятк\w*|половин\w*|k)\b"
    r"|[万千亿百]|ألف|الف|آلاف|الاف|مليون|ملايين|مئ[ةه]|مائ[ةه]"
)
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


def number(text: str, language: str = "") -> str:
    """Return the number in a text, with a point before its fraction: "1 500,50 €" is 1500.50.

    Where a mark may divide thousands as well as a fraction ("1,500"), the language decides.
    CellError where it does not, and where the text holds no number, several, or part of one
    ("3 million").
    """
    written = [match[0] for match in _FIGURES.finditer(text)]
    if len(written) > 1:
        raise _refuse("numbers-several", text)
    odd = _SIGNS.search(text) or any(category(sign) == "No" for sign in text)
    if odd or _SCALED.search(folded(text)):
        raise _refuse("number-in-words", text)
    if not written:
        return str(_number_word(text))
    plain = "".join(str(digit(sign)) if sign.isdigit() else sign for sign in written[0])
    sign, unsigned = ("-", plain[1:].lstrip()) if plain[0] in "-−" else ("", plain.lstrip("+ "))
    if sign and text[: text.index(written[0])].strip()[-1:].isalnum():
        sign = ""  # "COVID-19" is not below zero
    return sign + _read_figures(unsigned, text, language.lower().partition("-")[0])


def count(text: str, language: str = "") -> str:
    """Return the whole number in a text. CellError as for `number`, and for one with a fraction or
    below zero.

    Nobody counts in thousandths: in a language that does not write fractions with a point only,
    "1.500" is 1500.
    """
    match = _FIGURES.search(text)
    usual = _DECIMAL_MARKS.get(language, "" if language in _BOTH_MARKS else ".,")
    groups = _IN_THREES.fullmatch(match[0]) if match else None
    if groups and groups["mark"] not in usual and groups[0][0] != "0":
        text = text.replace(groups[0], _NO_DIGIT.sub("", groups[0]))
    found = re.sub(r"\.00?$", "", number(text, language))
    if not found.isdecimal():
        raise _refuse("number-not-whole", text)
    return found


def _read_figures(written: str, text: str, language: str) -> str:
    """Tell the marks between thousands from the one before a fraction."""
    marks = _NO_DIGIT.findall(written)
    last = marks[-1] if marks else ""
    whole, _, fraction = written.rpartition(last) if last else (written, "", "")
    digits = _NO_DIGIT.sub("", whole)
    if not marks:
        return str(int(written))
    if len(set(marks)) == 2 and marks.count(last) == 1 and last in ".,٫" and _in_groups(whole):
        return f"{int(digits)}.{fraction}"
    if len(set(marks)) > 1:
        raise _refuse("number-unread", text)
    usual = _DECIMAL_MARKS.get(language, "")
    if not _in_groups(written) or last == "٫":
        if len(marks) > 1 or last not in ".,٫":
            raise _refuse("number-unread", text)
        if last == "," and usual == ".":
            raise _refuse("numbers-several", text)
        return f"{int(whole)}.{fraction}"
    if len(marks) > 1 or last not in ".,":
        return digits + fraction
    if last == usual:
        return f"{int(whole)}.{fraction}"
    if last == "," and usual == ".":
        return digits + fraction
    # a point in a language of commas may come from a cell that a spreadsheet holds as a number
    raise CellError(
        Message("number-ambiguous", value=text),
        Message("write-number-plainly", whole=digits + fraction, part=f"{digits}.{fraction}0"),
    )


def _in_groups(written: str) -> bool:
    """Whether the figures stand in groups of thousands."""
    groups = _IN_THREES.fullmatch(written) or _INDIAN.fullmatch(written)
    return groups is not None and written[0] != "0"


def _number_word(text: str) -> int:
    """Return the number that the first word of a text names, if no other word names one."""
    words = folded(text).split()
    found = [_NUMBERS[word] for word in words if word in _NUMBERS]
    if len(found) > 1:
        raise _refuse("numbers-several", text)
    if not found or words[0] not in _NUMBERS:
        raise _refuse("number-unread", text)
    return found[0]


def _refuse(code: str, text: str) -> CellError:
    return CellError(Message(code, value=text), Message("write-digits"))


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
