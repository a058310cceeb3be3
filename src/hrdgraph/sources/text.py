"""Decode the bytes of a file into text, or report the line where that fails: encodings, byte order
marks, delimiters, and text that was decoded wrongly before. Large files are not held."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final
from unicodedata import normalize

from hrdgraph.errors import HrdgraphError, Origin, SourceError
from hrdgraph.sources.dialect import Dialect
from hrdgraph.sources.resources import writing_temporary
from hrdgraph.tempfiles import TemporaryFolder

Reject = Callable[[SourceError], None]  # is told of a record that is left out

COMPRESSIONS: Final = (
    "none", "gzip", "bzip2", "xz", "zstd", "zip", "tar", "targz", "targzip", "tarbzip2", "tarxz",
    "tarzstd",
)  # fmt: skip
_NO_TEXT: Final = ("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape")


@contextmanager
def plain(path: Path, dialect: Dialect) -> Iterator[Path]:
    """Yield a plain UTF-8 file with the same text: the file itself if it is one, else a temporary
    one. Errors name the file."""
    if is_plain(dialect):
        yield path
        return

    from hrdgraph.sources.unpacking import unpack  # loads the libraries of all compressions

    with temporary_folder() as folder, relocate_errors(folder, path):
        target = Path(folder) / path.name
        with writing_temporary(), target.open("wb") as out:
            for chunk in _decode(unpack(path, dialect.compression), path, dialect.encoding):
                out.write(chunk)
        yield target


def temporary_folder() -> TemporaryFolder:
    """Make a temporary folder; OutputError if there can be none."""
    with writing_temporary():
        return TemporaryFolder()


@contextmanager
def relocate_errors(folder: str, path: Path, rows: int = 0) -> Iterator[None]:
    """Move errors of files in a temporary folder to the original file, `rows` further down."""
    try:
        yield
    except SourceError as error:
        if Path(error.origin.file).parent != Path(folder):
            raise
        raise _at(error, path, rows) from error


def relocating(reject: Reject, path: Path, rows: int = 0) -> Reject:
    """Return a function that rejects records at their places in the original file, `rows` further
    down."""
    return lambda error: reject(_at(error, path, rows))


def _at(error: SourceError, path: Path, rows: int) -> SourceError:
    place = error.origin
    moved = replace(
        place, file=str(path), row=place.row and place.row + rows,
        line=place.line and place.line + rows,
    )  # fmt: skip
    return type(error)(error.message, origin=moved, hint=error.advice)


def is_utf8(encoding: str) -> bool:
    """Say whether an encoding needs no change, or is not stated."""
    return not encoding or codecs.lookup(encoding).name == "utf-8"


def is_plain(dialect: Dialect) -> bool:
    """Say whether a file is plain UTF-8 text."""
    return dialect.compression == "none" and is_utf8(dialect.encoding)


def is_encoding(name: str) -> bool:
    """Say whether bytes can be text in an encoding of this name."""
    try:
        b"text".decode(name)
    except UnicodeError:
        pass  # text it would be, but not these bytes
    except (LookupError, ValueError):
        return False
    return codecs.lookup(name).name not in _NO_TEXT


def _decode(chunks: Iterator[bytes], path: Path, encoding: str) -> Iterator[bytes]:
    if is_utf8(encoding):
        yield from chunks
        return
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    try:
        for chunk in chunks:
            text = decoder.decode(chunk)
            line += text.count("\n")
            yield text.encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise SourceError(
            "not-in-encoding", encoding=encoding, origin=Origin(str(path), line=line),
            hint="save-utf-8-or-say",
        ) from error  # fmt: skip


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
    """Say whether a text is an error value of a spreadsheet.

    >>> is_error("#¿NOMBRE?"), is_error("#NiUnaMenos")
    (True, False)"""
    return _ERROR.fullmatch(text.strip()) is not None


def repair_text(text: str) -> str:
    """Return the text before UTF-8 was read as Windows-1252 or as Mac Roman, or Windows-1252 as
    Mac Roman, once or several times; "" if it was not.

    >>> repair_text("JosÃ©"), repair_text("Jos√©"), repair_text("JosÈ"), repair_text("São")
    ('José', 'José', 'José', '')"""
    for sign, taken, own in _WAYS:
        if sign.search(text) and (repaired := _read_again(text, taken, own)):
            return repair_text(repaired) or repaired
    return ""


def compose_accents(text: str) -> str:
    r"""Return a text with separate accents put on their letters; "" if it has none.\n\n>>>
    compose_accents("Jose\\u0301"), compose_accents("José")\n('José', '')"""
    composed = normalize("NFC", text)
    return composed if len(composed) < len(text) and _ACCENT.search(text) else ""


def _read_again(text: str, taken: str, own: str) -> str:
    """Return a text, wrongly read in one encoding, in its own; "" if its bytes are not valid
    there."""
    try:
        return b"".join(
            char.encode("latin-1" if "\x80" <= char <= "\x9f" else taken) for char in text
        ).decode(own)
    except UnicodeError:
        return ""


CHUNK: Final = 1 << 20
ZIPPED: Final = b"PK\x03\x04"


@contextmanager
def check_unchanged(paths: Iterable[Path]) -> Iterator[None]:
    """Raise SourceError if a file changes during the block: what was read may be of both
    versions."""
    states = {path: _state_of(path) for path in paths}
    try:
        yield
    except HrdgraphError as error:
        _compare(states, error)  # perhaps it is wrong only since something is about to write it
        raise
    _compare(states)


def _compare(
    states: Mapping[Path, tuple[int, ...] | None], cause: HrdgraphError | None = None
) -> None:
    changed = next((path for path, state in states.items() if _state_of(path) != state), None)
    if changed is not None:
        raise SourceError("file-changed-meanwhile", origin=Origin(str(changed))) from cause


def _state_of(path: Path) -> tuple[int, ...] | None:
    """Return what identifies the state of a file; None if it is inaccessible."""
    try:
        state = path.stat()
    except OSError:
        return None
    return (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


def check_regular(path: Path) -> None:
    """Raise SourceError for a pipe or a device: a source is read more than once, and their content
    is gone then."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        hint = "save-comes-out-file-map"
        raise SourceError("file-not-regular", origin=Origin(str(path)), hint=hint)


def read_bytes(path: Path) -> bytes:
    """Read a file that must exist and not be empty."""
    data = b"".join(_chunks(path))
    if not (text := data.removeprefix(codecs.BOM_UTF8)) or text.isspace():
        raise _empty(path)
    return data


def check_text(path: Path) -> None:
    """Raise SourceError if a file is unreadable, empty, not UTF-8 (with or without a byte order
    mark), or contains a NUL."""
    decoder, nul = codecs.getincrementaldecoder("utf-8")(), -1
    passed, is_empty = 0, True
    for chunk in _chunks(path):
        if not passed and chunk.startswith(ZIPPED):  # whatever its name
            hint = "rename-workbook-xlsx-or-ods"
            raise SourceError("file-not-text", origin=Origin(str(path)), hint=hint)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            start = len(chunk) - len(error.object) + error.start  # in this chunk, or before it
            raise SourceError(
                "not-in-encoding", encoding="UTF-8", hint="save-csv-utf8",
                origin=Origin(str(path), line=_line(path, passed + start)),
            ) from error  # fmt: skip
        nul = passed + chunk.index(0) if nul < 0 and 0 in chunk else nul
        text = chunk if passed else chunk.removeprefix(codecs.BOM_UTF8)
        is_empty = is_empty and not text.strip()
        passed += len(chunk)
    if is_empty:
        raise _empty(path)
    if nul >= 0:
        raise SourceError(
            "file-not-text", origin=Origin(str(path), line=_line(path, nul)), hint="save-as-table"
        )


def _chunks(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file, and an empty piece at its end."""
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
        yield b""
    except OSError as error:
        raise SourceError.unreadable(path, error) from error


def _empty(path: Path) -> SourceError:
    return SourceError("table-empty", origin=Origin(str(path)))


def _line(path: Path, place: int) -> int:
    """Return the line of a byte, from 1."""
    line = 1
    for chunk in _chunks(path):
        line += chunk.count(b"\n", 0, max(place, 0))
        place -= len(chunk)
    return line


_DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE: Final = 60  # lines
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENCODINGS: Final = (  # in which spreadsheets save CSV
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("cp932", "cp949", "gb18030", "big5", "cp874", "mac_roman", "cp850", "cp866"),
)


def read_text(path: Path, encoding: str = "", delimiter: str = "") -> tuple[str, str]:
    """Return the text of a file and its delimiter; `encoding` and `delimiter` are used if known."""
    data = read_bytes(path)
    if (
        not encoding
        and b"\0" in data[:4096]
        and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    ):
        raise SourceError("file-not-text", origin=Origin(str(path)), hint="save-as-table")
    try:
        text = data.decode(encoding or encoding_of(data))
    except (UnicodeDecodeError, LookupError) as error:
        raise SourceError(
            "not-in-encoding", encoding=encoding, origin=Origin(str(path)),
            hint="save-csv-utf8",
        ) from error  # fmt: skip
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first) == 5:  # as some programs write for others
        return "\n" + rest, first[4]
    return text, delimiter or delimiter_of(text)


def encoding_of(data: bytes) -> str:
    """Return the encoding of a text: by its mark, else UTF-8 if valid, else the one in
    which its letters make most sense."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    try:
        data.decode()
    except UnicodeDecodeError:
        # The encoding in which a text makes most sense; that of Western Europe, or its old one of
        # DOS, where it makes as much: it fits others too, but with other letters for ñ and ã.
        import charset_normalizer  # only where a text is no UTF-8

        sample = data[: data.rfind(b"\n", 0, CHUNK) + 1] or data
        guesses = charset_normalizer.from_bytes(sample, cp_isolation=list(_ENCODINGS))
        best = guesses.best()
        if best is None:
            return "cp1252"
        fits = {name: guess.coherence for guess in guesses for name in guess.could_be_from_charset}
        if fits.get("cp1252", -1) >= best.coherence:
            return "cp1252"
        return "cp850" if best.encoding == "cp1250" and "cp850" in fits else best.encoding
    return "utf-8"


_ENTITY: Final = re.compile(r"&[a-zA-Z]?[a-z]{2,7};|&#\w+;")  # of HTML: its end parts no cells


def delimiter_of(text: str) -> str:
    """Return the character that occurs equally often in most of the first lines; a comma if there
    is none."""
    lines = [line for line in text.split("\n", _SAMPLE * 2)[: _SAMPLE * 2] if line.strip()]
    lines = [_ENTITY.sub("", line) for line in lines[:_SAMPLE]]
    best, likely = 0.0, ","
    for mark in _DELIMITERS:
        counts = ["".join(line.split('"')[::2]).count(mark) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        same = counts.count(usual) / len(counts) if counts else 0
        score = same * min(usual, 8) if usual else (sum(counts) / len(counts) / 4 if counts else 0)
        if score > best:
            best, likely = score, mark
    return likely
