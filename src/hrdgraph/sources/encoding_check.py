"""Texts that a program left in a cell in the place of what a person typed: errors of a
spreadsheet, letters read in a wrong encoding."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import normalize

LOST: Final = "\N{REPLACEMENT CHARACTER}"  # in the place of a letter that could not be read
# as spreadsheets show them in English, French, Spanish, Portuguese, Italian, German, Dutch, Polish,
# Russian
_WORDS: Final = (
    "NULL|NAME|VALUE|REF|NUM|SPILL|CALC|FIELD|BLOCKED|CONNECT|UNKNOWN|BUSY|ERROR|NUL|NOM|VALEUR|PROPAGATION|CALCUL|CHAMP|BLOQUÉ|NULO|NOMBRE"
    "|VALOR|NÚM|DESBORDAMIENTO|CAMPO|NOME|NULLO|VALORE|RIF|ESPANSIONE|WERT|BEZUG|ZAHL|ÜBERLAUF|KALK|FELD|LEEG|WAARDE|VERW|NAAM|GETAL|ARG"
    "|ADR|NAZWA|LICZBA|ZERO|ПУСТО|ЗНАЧ|ССЫЛКА|ИМЯ|ЧИСЛО"
)
_SHOWN: Final = rf"#[¡¿]?(?:{_WORDS})\s?[!?]|#[¡¿]?(?:DIV|DEEL|DZIEL|ДЕЛ)/0\s?!?|#(?:N/[ADB]|Н/Д|NV|GETTING_DATA)!?|Err\s?:\s?\d{{3}}|#{{3,}}"
# what the later bytes of a letter in UTF-8 are taken for
_NEXT: Final = "[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\x80-\xbf]"
# and the first: of one letter, where it is Latin or a sign; of other scripts no letter stands alone
_BROKEN: Final = rf"[ÂÃÄÅ]{_NEXT}|â€{_NEXT}|â‚¬|â„¢|á[º»]{_NEXT}|ï»¿|ï¿½|(?:[ÎÏÐÑØÙÚÛ]{_NEXT}){{2}}|(?:[à-ï]{_NEXT}{{2}}){{2}}|ðŸ{_NEXT}{{2}}"
# the same where they are taken for Mac Roman
_MAC_NEXT: Final = f"[{re.escape(bytes(range(0x80, 0xC0)).decode('mac_roman'))}]"
# no florin alone before a vowel with a tone, which Ewe writes; no dash or letter of these alone
_MAC_BROKEN: Final = (
    rf"[√≈]{_MAC_NEXT}|¬[†´ªøßæ£®©±∑]|ƒ[çüôÖ±ÅìóÑÇ]|iƒá|‚Ä{_MAC_NEXT}|‚Ç¨|‚Ñ¢|·[∫ª]{_MAC_NEXT}|Ôªø|Ôøº"
    rf"|(?:[–—ÿŸ⁄€Œœ◊]{_MAC_NEXT}){{2}}|(?:[·„‰ÂÊÁËÈÍÎÏÌÓÔ]{_MAC_NEXT}{{2}}){{2}}"
)
# small letters of Windows-1252 that are taken for Mac Roman become capitals, within words: `JosÈ`,
# `PeÒa`. Irish has such capitals with an
# acute (`na hÓige`), behind one or two letters of which none is a vowel
_LATIN_BROKEN: Final = r"(?:[a-zß-ÿ][ÈÌÛÒËÙÎÏÔ]|[aeiouàâãèéêîïôõ][ÁÍÓÚÊ]|[aeiou][nr][ÁÊ]|[A-Za-z][˙¸ˆ˘˚¯][a-z])(?:[^A-ZÀ-Þ]|$)"
_IN_IRI: Final = (
    rf"%23[¡¿]?(?:{_WORDS}|DIV|DEEL|DZIEL|ДЕЛ|N%2F|Н%2F|NV|GETTING_DATA|%23%23)|Err(?:%20)?%3A"
)
# of a term (an N-Triples text) that may be made of such a text
ERROR_SIGN: Final = rf'^"\s*(?:{_SHOWN})\s*"|{_IN_IRI}'
BROKEN_SIGN: Final = rf"{LOST}|%EF%BF%BD|{_BROKEN}|{_MAC_BROKEN}|{_LATIN_BROKEN}"
_ACCENT: Final = re.compile("[\u0300-\u036f]")
_ERROR: Final = re.compile(_SHOWN)
# of a term with accents as characters of their own, as macOS names files
DECOMPOSED_SIGN: Final = r"\pL[\x{300}-\x{36f}]"
_WAYS: Final = (  # of letters that tell that a text was read wrongly, as what, and what it was
    (re.compile(_BROKEN), "cp1252", "utf-8"),
    (re.compile(_MAC_BROKEN), "mac_roman", "utf-8"),
    (re.compile(_LATIN_BROKEN), "mac_roman", "cp1252"),
)


def is_error(text: str) -> bool:
    """Whether a text is what a spreadsheet shows in the place of a value.

    >>> is_error("#¿NOMBRE?"), is_error("#NiUnaMenos")
    (True, False)
    """
    return _ERROR.fullmatch(text.strip()) is not None


def mended(text: str) -> str:
    """What a text in UTF-8 was before it was read as Windows-1252 or as Mac Roman, or one in
    Windows-1252 before it was read as Mac Roman, once or several times; "" where it is none
    such.

    >>> mended("JosÃ©"), mended("Jos√©"), mended("JosÈ"), mended("São")
    ('José', 'José', 'José', '')
    """
    for sign, taken, own in _WAYS:
        if sign.search(text) and (found := _read_again(text, taken, own)):
            return mended(found) or found
    return ""


def composed(text: str) -> str:
    """A text whose accents are characters of their own, with letters that have them; "" where no
    letter of it has.

    >>> composed("Jose\\u0301"), composed("José")
    ('José', '')
    """
    found = normalize("NFC", text)
    return found if len(found) < len(text) and _ACCENT.search(text) else ""


def _read_again(text: str, taken: str, own: str) -> str:
    """A text that was taken for an encoding, in its own; "" where its bytes are none there."""
    try:
        return b"".join(
            char.encode("latin-1" if "\x80" <= char <= "\x9f" else taken) for char in text
        ).decode(own)
    except UnicodeError:
        return ""
