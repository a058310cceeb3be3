"""Put the catalogues in order: entries by their codes, each translation with its English sentence.
`python -m hrdgraph.catalogue` counts, by file, the sentences that a language lacks and the
translations of a sentence that has changed since, and names the first of them."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from hrdgraph.catalogue.compiling import FOLDER, header, is_translated, read_catalogue
from hrdgraph.catalogue.languages import LANGUAGES


class Gap(NamedTuple):
    """A sentence that a language lacks, or that translates an outdated one."""

    language: str
    file: str
    code: str
    what: str

    def __str__(self) -> str:
        return f"{self.language}/{self.file}: {self.code}: {self.what}"


def code_of(entry: Message) -> str:
    """Return the code of an entry, which is its msgid."""
    return entry.id if isinstance(entry.id, str) else str(entry.id[0])


def entries(path: Path) -> dict[str, Message]:
    """Read the entries of a .po file by their codes."""
    return {code_of(entry): entry for entry in read_catalogue(path) if entry.id}


def gaps() -> Iterator[Gap]:
    """Yield the sentences that other languages than English lack, and superfluous ones."""
    for file in sorted((FOLDER / "en").glob("*.po")):
        english = entries(file)
        for language in LANGUAGES[1:]:
            translated = entries(FOLDER / language / file.name)
            for code in sorted(english.keys() | translated.keys()):
                if what := _gap(english.get(code), translated.get(code)):
                    yield Gap(language, file.name, code, what)


def _gap(english: Message | None, entry: Message | None) -> str:
    if english is None:
        return "not in English"
    if entry is None or not is_translated(entry):
        return "not translated"
    if entry.fuzzy:
        return "the English is another since it was translated"
    return (
        "" if entry.pluralizable == english.pluralizable else "with a plural in one language only"
    )


def sort_catalogues() -> list[Gap]:
    """Write all .po files anew, sorted, translations with their English sentence. Translations of
    a changed sentence become fuzzy, and are not used until somebody has checked them."""
    for file in sorted((FOLDER / "en").glob("*.po")):
        english = read_catalogue(file)
        _write(english, file)
        for language in LANGUAGES[1:]:
            path = FOLDER / language / file.name
            _write(_update(read_catalogue(path), english, language), path)
    return list(gaps())


def _update(present: Catalog, english: Catalog, language: str) -> Catalog:
    old = {code_of(entry): entry for entry in present if entry.id}
    new = read_po(BytesIO(header(language)), locale=language)
    for entry in english:
        if not entry.id:
            continue
        sentence = " | ".join(
            [entry.string] if isinstance(entry.string, str) else entry.string or ()
        )
        sentence = " ".join(sentence.split())  # a comment keeps no paragraphs
        was = old.get(code_of(entry))
        changed = (
            was and was.auto_comments and " ".join(was.auto_comments).split() != sentence.split()
        )
        flags = {"fuzzy"} if was and (was.fuzzy or changed) and is_translated(was) else set()
        new.add(entry.id, was.string if was else None, flags=flags, auto_comments=[sentence])
    return new


def _write(catalogue: Catalog, path: Path) -> None:
    """Write the file sorted, each sentence on one line."""
    out = BytesIO()
    write_po(out, catalogue, width=0, sort_output=True, omit_header=True)
    path.parent.mkdir(exist_ok=True)  # of a language that is new
    path.write_bytes(header(path.parent.name) + b"\n" + out.getvalue().strip() + b"\n")


if __name__ == "__main__":
    codes: dict[str, list[str]] = {}
    for gap in sort_catalogues():
        codes.setdefault(f"{gap.language}/{gap.file}: {gap.what}", []).append(gap.code)
    for what, lacking in codes.items():
        print(f"{what}: {len(lacking)} ({', '.join(lacking[:3])}{', …' if lacking[3:] else ''})")
