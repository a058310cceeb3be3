"""Compile the .po files of a language for gettext, once for each state of the files."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from gettext import GNUTranslations
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Final

from hrdgraph.catalogue.languages import KNOWN

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

FOLDER: Final = Path(__file__).parent
COMPILED: Final = "sentences.mo"
LIBRARIES: Final = "libraries"  # the .po file, and the context, of what nobody here has written
_LIBRARY: Final = f"{LIBRARIES}\x04"
_VERSION: Final = "project-id-version"  # the header that holds the digest of the .po files


class CompiledCatalogue(GNUTranslations):
    """The sentences of a language; those of the system and of libraries are kept apart."""

    _catalog: dict[str | tuple[str, int], str]

    def of_libraries(self) -> dict[str, str]:
        """Return the sentences of the system and libraries, in English, with their translations."""
        return {
            code.removeprefix(_LIBRARY): sentence
            for code, sentence in self._catalog.items()
            if isinstance(code, str) and code.startswith(_LIBRARY)
        }


def load(language: str) -> CompiledCatalogue:
    """Load the catalogue of a language, compiling it if a .po file is new or changed."""
    files = sorted((FOLDER / language).glob("*.po"))
    digest = blake2b(b"\0".join(file.read_bytes() for file in files), digest_size=16).hexdigest()
    with suppress(OSError):
        with (FOLDER / language / COMPILED).open("rb") as stream:
            compiled = CompiledCatalogue(stream)
        if compiled.info().get(_VERSION, "").endswith(f" {digest}"):
            return compiled
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    whole = read_po(BytesIO(header(language)), locale=language)
    whole.project, whole.version = "hrdgraph", digest
    for file in files:
        context = LIBRARIES if file.stem == LIBRARIES else None
        for entry in read_catalogue(file):
            if entry.id and is_translated(entry):
                whole.add(entry.id, entry.string, flags=entry.flags, context=context)
    out = BytesIO()
    write_mo(out, whole)
    with suppress(OSError):
        _write(FOLDER / language / COMPILED, out.getvalue())
    return CompiledCatalogue(BytesIO(out.getvalue()))


def read_catalogue(path: Path) -> Catalog:
    """Read the entries of a .po file; none if there is no file. ValueError with the line of a code
    that stands there twice: one of its sentences would be dropped."""
    from babel.messages.pofile import read_po

    data = path.read_bytes() if path.exists() else header(path.parent.name)
    met: dict[str, int] = {}
    for number, line in enumerate(data.decode().splitlines(), 1):
        if re.match('msgid ".', line) and met.setdefault(line, number) < number:
            text = f"{path}, line {number}: {line} is in line {met[line]} too: drop one of them"
            raise ValueError(text)
    return read_po(BytesIO(data), locale=path.parent.name)


def is_translated(message: Message) -> bool:
    """Say whether a sentence is there, in all its forms."""
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def header(language: str) -> bytes:
    """Return the start of a .po file: only what gettext needs, and no date, so that nothing
    changes by itself."""
    return (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {KNOWN[language].plural_forms}\\n"\n'
    ).encode()


def _write(path: Path, data: bytes) -> None:
    """Put a file in its place whole: several processes may do so at once."""
    with NamedTemporaryFile(dir=path.parent, prefix=".sentences-", delete=False) as stream:
        stream.write(data)
    os.chmod(stream.name, 0o644)
    os.replace(stream.name, path)
