"""The fourteen pages with marked facts: taken as text, HTML and DOCX, every fact cited in three ways, every one verified where it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from unicodedata import normalize

import pytest
from tests.conftest import SHARED
from tests.evidence.test_texts import docx

from hrdgraph.evidence.citations import Citation, CitationOutcome, examine
from hrdgraph.evidence.snapshots import DocumentDescription, Snapshots, digest_of, take
from hrdgraph.evidence.texts.freeze import freeze

pytestmark = pytest.mark.shared
NAMES = sorted(path.stem for path in (SHARED / "pages").glob("*.json"))


@dataclass(frozen=True)
class Gold:
    """A page, and the stretches of it that are marked."""

    text: str
    spans: tuple[tuple[int, int], ...]


def gold(name: str) -> Gold:
    page, marked = (
        json.loads((SHARED / folder / f"{name}.json").read_text("utf-8"))
        for folder in ("pages", "gold")
    )
    spans = tuple((fact["start"], fact["end"]) for fact in marked["facts"])
    assert all(
        page["text"][fact["start"] : fact["end"]] == fact["quote"] for fact in marked["facts"]
    )
    return Gold(page["text"], spans)


def as_html(text: str) -> bytes:
    paragraphs = "\n".join(
        f"<p>{escape(line, quote=False).replace(chr(160), '&nbsp;')}</p>"
        for line in text.split("\n")
    )
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{paragraphs}</body></html>".encode()


def as_docx(text: str) -> bytes:
    lines = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in text.split("\n")
    )
    return docx(lines)


FORMATS = {"page.txt": str.encode, "page.html": as_html, "page.docx": as_docx}


def test_the_pages_are_there() -> None:
    assert len(NAMES) == 14, f"no pages in {SHARED}: see CONTRIBUTING.md"


def retyped(words: str) -> str:
    """The words as another keyboard and another program would write them."""
    plain = str.maketrans(
        {"’": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "\u00a0": " "}
    )
    return normalize("NFD", words).translate(plain).replace(" ", "\n ", 1)


def around(text: str, start: int, end: int, words: str) -> tuple[str, str]:
    """As much of what stands around as a person has to type: nothing, where the words stand once."""
    if text.count(words) == 1:
        return "", ""
    return next(
        (text[start - size : start], text[end : end + size])
        for size in range(5, 500)
        if text.count(text[max(start - size, 0) : end + size]) == 1
    )


def citations(page: Gold, sha256: str, text: str) -> Iterator[tuple[Citation, str]]:
    """Every marked stretch, cited by place, by words, by words typed otherwise, and as a whole."""
    from hrdgraph.errors import Origin

    for start, end in page.spans:
        words = page.text[start:end]
        before, after = around(page.text, start, end, words)
        yield Citation(sha256, "", "", "", Origin(), words, before, after), words
        yield (
            Citation(sha256, "", "", "", Origin(), retyped(words), retyped(before), retyped(after)),
            words,
        )
        yield Citation(sha256, "", "", "", Origin()), ""
        if text == page.text:
            yield Citation(sha256, str(start), str(end), digest_of(words), Origin()), words


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("format", FORMATS)
def test_every_marked_fact_is_verified_where_it_stands(
    name: str, format: str, tmp_path: Path
) -> None:
    page = gold(name)
    data = FORMATS[format](page.text)
    taken = take(tmp_path, data, freeze(data, format), DocumentDescription("gold"))
    snapshots = Snapshots((tmp_path,))
    text = snapshots.text(taken.text)
    assert text is not None
    cited = list(citations(page, taken.text, text))
    assert len(cited) >= 3 * len(page.spans) > 0
    for (citation, words), outcome in zip(
        cited, examine([item for item, _ in cited], snapshots), strict=True
    ):
        assert isinstance(outcome, CitationOutcome), (outcome, citation)
        assert outcome.status == ("verified" if words else "whole-document")
        if words:
            assert outcome.start is not None
            assert text[outcome.start : outcome.end].split() == words.split()
            assert outcome.digest == digest_of(text[outcome.start : outcome.end])
            if text == page.text:
                assert (outcome.start, outcome.end) in page.spans
