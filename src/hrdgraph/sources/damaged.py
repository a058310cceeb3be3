"""Texts that a program left in a cell in the place of what a person typed: errors of a spreadsheet, letters read in a wrong encoding."""

from __future__ import annotations

import re
from typing import Final

LOST: Final = "\N{REPLACEMENT CHARACTER}"  # in the place of a letter that could not be read
_WORDS: Final = (  # as spreadsheets show them in English, French, Spanish, Portuguese, Italian, German, Dutch, Polish, Russian
    "NULL|NAME|VALUE|REF|NUM|SPILL|CALC|FIELD|BLOCKED|CONNECT|UNKNOWN|BUSY|ERROR|NUL|NOM|VALEUR|PROPAGATION|CALCUL|CHAMP|BLOQUÉ|NULO|NOMBRE"
    "|VALOR|NÚM|DESBORDAMIENTO|CAMPO|NOME|NULLO|VALORE|RIF|ESPANSIONE|WERT|BEZUG|ZAHL|ÜBERLAUF|KALK|FELD|LEEG|WAARDE|VERW|NAAM|GETAL|ARG"
    "|ADR|NAZWA|LICZBA|ZERO|ПУСТО|ЗНАЧ|ССЫЛКА|ИМЯ|ЧИСЛО"
)
_SHOWN: Final = (
    rf"#[¡¿]?(?:{_WORDS})\s?[!?]|#[¡¿]?(?:DIV|DEEL|DZIEL|ДЕЛ)/0\s?!?|#(?:N/[ADB]|Н/Д|NV|GETTING_DATA)!?|Err\s?:\s?\d{{3}}|#{{3,}}"
)
_NEXT: Final = "[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\x80-\xbf]"  # what the later bytes of a letter in UTF-8 are taken for
_BROKEN: Final = (  # and the first: of one letter, where it is Latin or a sign; of other scripts no letter stands alone
    rf"[ÂÃÄÅ]{_NEXT}|â€{_NEXT}|â‚¬|â„¢|á[º»]{_NEXT}|ï»¿|ï¿½|(?:[ÎÏÐÑØÙÚÛ]{_NEXT}){{2}}|(?:[à-ï]{_NEXT}{{2}}){{2}}|ðŸ{_NEXT}{{2}}"
)
_IN_IRI: Final = rf"%23[¡¿]?(?:{_WORDS}|DIV|DEEL|DZIEL|ДЕЛ|N%2F|Н%2F|NV|GETTING_DATA|%23%23)|Err(?:%20)?%3A"
ERROR_SIGN: Final = rf'^"\s*(?:{_SHOWN})\s*"|{_IN_IRI}'  # of a term (an N-Triples text) that may be made of such a text
BROKEN_SIGN: Final = rf"{LOST}|%EF%BF%BD|{_BROKEN}"
_ERROR: Final = re.compile(_SHOWN)
_BROKEN_TEXT: Final = re.compile(_BROKEN)


def is_error(text: str) -> bool:
    """Whether a text is what a spreadsheet shows in the place of a value.

    >>> is_error("#¿NOMBRE?"), is_error("#NiUnaMenos")
    (True, False)
    """
    return _ERROR.fullmatch(text.strip()) is not None


def mended(text: str) -> str:
    """What a text in UTF-8 was before it was read as Windows-1252, once or several times; "" where it is none such.

    >>> mended("JosÃ©"), mended("São")
    ('José', '')
    """
    if not _BROKEN_TEXT.search(text):
        return ""
    try:
        found = b"".join(char.encode("latin-1" if "\x80" <= char <= "\x9f" else "cp1252") for char in text).decode("utf-8")
    except UnicodeError:
        return ""
    return mended(found) or found
