"""Documents into frozen texts: pages as readers see them, encodings as they are said, PDF and DOCX; and what is hostile, bounded."""

from __future__ import annotations

import time
from html import escape
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import SourceError
from hrdgraph.evidence.texts.freeze import freeze, freeze_docx, freeze_pdf
from hrdgraph.evidence.texts.model import Frozen
from hrdgraph.evidence.texts.page import freeze_page

GOLDEN = sorted((Path(__file__).parent / "golden/pages").glob("*.html"))
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_page_gives_the_text_beside_it(path: Path) -> None:
    made = freeze_page(path.read_bytes(), path.name)
    assert made.text == path.with_suffix(".txt").read_bytes().decode()
    assert (made.title, made.address, made.normaliser) == (
        "Titre & suite",
        "https://example.org/page",
        "html/1",
    )


def test_each_character_of_a_page_leads_back_to_the_original() -> None:
    page = GOLDEN[0].read_text("utf-8")
    made = freeze_page(page.encode(), "page")
    for position, char in enumerate(made.text):
        there = page[made.places.at(position)]
        assert there in (char, "&") or char in " \n", (position, char, there)
    start = made.text.index("Elle a dit")
    assert page[made.places.at(start) :].startswith("Elle a dit&#160;")


pieces = st.one_of(
    st.text(st.sampled_from("aé <>&\"'\n\t\u00a0x"), max_size=6).map(escape),
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<br>",
            "<td>",
            "<!-- x -->",
            "<pre>",
            "</pre>",
            "<svg>",
            "</svg>",
            "<script>",
            "</script>",
        ]
    ),
    st.sampled_from(
        [
            "<",
            "</",
            "<a href='",
            '<a title="',
            "<!--",
            "&",
            "&#",
            "&#x;",
            "&nbsp;",
            "&#1114112;",
            "<?x",
            "\0"[:0],
        ]
    ),
)


@given(st.lists(pieces, max_size=25).map("".join))
def test_whatever_a_page_holds_its_text_is_of_it(page: str) -> None:
    made = freeze_page(page.encode(), "page")
    assert [run[0] for run in made.places.runs] == sorted({run[0] for run in made.places.runs})
    assert freeze_page(page.encode(), "page") == made
    for position in range(len(made.text)):
        assert 0 <= made.places.at(position) < len(page)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=60))
def test_words_of_a_page_are_its_words(words: str) -> None:
    made = freeze_page(f"<p>{escape(words)}</p>".encode(), "page")
    assert made.text.split() == words.split()


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "page",
    ["<svg>" * 100_000, '<a "' * 100_000, "<a x='" * 100_000, "<!--" * 100_000, "&#" * 100_000, "<div>" * 100_000, "<" * 100_000, "<a =" * 100_000,
     "</script" * 100_000, "<script>" * 100_000, "<p x=\"" + "=" * 400_000, "&" + "9" * 400_000, "&#" + "9" * 400_000],
    ids=lambda page: page[:8],
)  # fmt: skip
def test_a_hostile_page_takes_linear_time(page: str) -> None:
    start = time.process_time()
    freeze_page(page.encode(), "page")
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        ("<p>été".encode(), "été", "utf-8"),
        (b"\xef\xbb\xbf<p>\xc3\xa9", "é", "utf-8"),
        ("<p>été".encode("utf-16"), "été", "utf-16-le"),
        (b"<meta charset=windows-1251><p>\xd0\xf3", "Ру", "cp1251"),
        (
            b'<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1"><p>\x93\xe9\x94',
            "“é”",
            "cp1252",
        ),
        (b'<?xml version="1.0" encoding="koi8-r"?><html><p>\xf2\xd5', "Ру", "koi8-r"),
        ('<meta charset="utf-16"><p>é'.encode(), "é", "utf-8"),
    ],
)
def test_a_page_is_in_the_encoding_that_it_says(data: bytes, text: str, encoding: str) -> None:
    made = freeze(data, "page.html")
    assert (made.text, made.encoding) == (text, encoding)


def test_the_encoding_that_is_given_counts() -> None:
    assert freeze("Москва".encode("cp1251"), "page.txt", encoding="windows-1251").text == "Москва"


@pytest.mark.parametrize(
    ("data", "name", "fact"),
    [
        (b"a\ncaf\xe9", "p.txt", r"line 2: not valid utf-8"),
        (b"<html><meta charset=utf-8><p>\xff", "p.html", r"line 1: not valid utf-8"),
        (b"<meta charset=unicode_escape><p>x", "p.html", "'unicode_escape' is not known here"),
        (b"a\0b", "p.txt", "not a text"),
        (b"", "p.txt", "the file is empty"),
        (b"   \n", "p.html", "the file is empty"),
        (b"<html><body><script>fill()</script></body></html>", "p.html", "it has no text"),
        (b"<!DOCTYPE html><p>Not found", "report.pdf", "is called .pdf but is HTML"),
        (b"words", "report.docx", "is called .docx but is something else"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "report.docx", "read as a Word document"),
        (b"x" * ((16 << 20) + 1), "p.txt", "more than 16 MB"),
        (b"PK\x03\x04rest", "p.docx", "cannot be read"),
        (b"%PDF-1.7 nonsense", "p.pdf", "cannot be read"),
    ],
)
def test_what_cannot_be_taken_says_why(data: bytes, name: str, fact: str) -> None:
    with pytest.raises(SourceError, match=fact) as caught:
        freeze(data, name)
    assert caught.value.hint


def test_an_unknown_encoding_is_an_error() -> None:
    for name in ("klingon", "rot13", "zip", "idna", "cp99999", "mac_none", "unicode_escape"):
        with pytest.raises(SourceError, match="is not known here"):
            freeze(b"x", "p.txt", encoding=name)


def test_the_kind_is_seen_in_the_content() -> None:
    assert freeze(b"  <!doctype html><p>x", "-").normaliser == "html/1"
    assert freeze(b"# Title\n\nwords", "notes.md").media_type == "text/markdown"
    assert freeze(b"words <html>", "-").normaliser == "text/1"
    assert freeze(pdf("words"), "-").normaliser == "pdf/1"
    assert freeze(docx("<w:p><w:r><w:t>words</w:t></w:r></w:p>"), "-").normaliser == "docx/1"


def docx(body: str, more: dict[str, str] | None = None) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as packed:
        packed.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
        )
        for name, text in (more or {}).items():
            packed.writestr(name, text)
    return made.getvalue()


def test_a_word_document_is_its_paragraphs() -> None:
    body = (
        "<w:p><w:r><w:t>First </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r><w:p><w:r><w:t>gone</w:t></w:r></w:p></w:del>"
        "<w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>"
        "<w:p/><w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:instrText>PAGE</w:instrText></w:r></w:p>"
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice><w:p><w:r><w:t>box</w:t></w:r></w:p>'
        "</mc:Choice><mc:Fallback><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"
    )
    notes = f'<w:footnotes xmlns:w="{W}"><w:footnote><w:p><w:r><w:t>note</w:t></w:r></w:p></w:footnote></w:footnotes>'
    made = freeze_docx(docx(body, {"word/footnotes.xml": notes}), "d.docx")
    assert made.text == "First new\n\na\tb\nc\nbox\nnote"
    assert (
        made.places.unit,
        made.places.at(0),
        made.places.at(made.text.index("b")),
        made.places.at(len(made.text) - 1),
    ) == (
        "paragraph",
        1,
        3,
        5,
    )


def fact_of(data: bytes, **options: int) -> str:
    with pytest.raises(SourceError) as caught:
        freeze_docx(data, "d.docx", **options)
    return caught.value.fact


def test_a_hostile_word_document_is_refused() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    made = BytesIO()
    with ZipFile(made, "w") as packed:
        packed.writestr(
            "word/document.xml", f'<!DOCTYPE x [<!ENTITY e0 "lol">{entities}]><x>&e11;</x>'
        )
    assert "<!DOCTYPE>" in fact_of(made.getvalue())
    assert "unpacks to" in fact_of(
        docx("<w:p><w:r><w:t>" + "0" * 3_000_000 + "</w:t></w:r></w:p>"), largest=1 << 20
    )
    assert "not valid word/document.xml" in fact_of(docx("<w:p>"))
    assert "read as a Word document" in fact_of(_zip("other.xml", "<x/>"))
    assert "it has no text" in fact_of(docx("<w:p/>"))
    assert "cannot be read" in fact_of(docx("<w:p/>")[:-30])
    assert (
        freeze_docx(
            docx(
                "<w:tbl>" * 20_000 + "<w:p><w:r><w:t>deep</w:t></w:r></w:p>" + "</w:tbl>" * 20_000
            ),
            "d.docx",
        ).text
        == "deep"
    )


def _zip(name: str, text: str) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as packed:
        packed.writestr(name, text)
    return made.getvalue()


def pdf(*pages: str) -> bytes:
    """A PDF of pages with one line each; an empty one has nothing on it."""
    numbers = [4 + 2 * number for number in range(len(pages))]
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{number} 0 R' for number in numbers)}] >>",
        3: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    }
    for number, words in zip(numbers, pages, strict=True):
        content = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET" if words else ""
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents {number + 1} 0 R >>"
        )
        objects[number + 1] = f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"
    out, places = "%PDF-1.4\n", {}
    for number, text in sorted(objects.items()):
        places[number] = len(out)
        out += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{places[number]:010} 00000 n \n" for number in sorted(objects))
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out.encode("latin-1")


def test_a_pdf_is_its_pages() -> None:
    made = freeze_pdf(pdf("Caf\xe9 one", "", "page three"), "p.pdf")
    assert [page.strip() for page in made.text.split("\f")] == ["Café one", "", "page three"]
    assert [str(note) for note in made.notes] == ["there is no text on page 2"]
    assert made.library.startswith("pypdf ")
    assert [made.places.at(made.text.index(words)) for words in ("Café", "three")] == [1, 3]


def refused(data: bytes, seconds: float = 60) -> str:
    with pytest.raises(SourceError) as caught:
        freeze_pdf(data, "p.pdf", seconds=seconds)
    return f"{caught.value.fact}; {caught.value.hint}"


def test_pdf_that_gives_no_text_says_what_to_do() -> None:
    assert "it has no text; are its pages pictures?" in refused(pdf("", ""))
    assert "cannot be read" in refused(pdf("words")[:120])
    assert "takes more than 0.001 seconds" in refused(pdf("words"), seconds=0.001)


def test_a_frozen_text_is_a_value() -> None:
    assert freeze(b"x", "p.txt") == freeze(b"x", "other.txt")
    assert isinstance(freeze(b"x", "p.txt"), Frozen)
