"""An accepted candidate into a row of its source's table, with its words cited; and back."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from hrdgraph.atomic_files import write_file
from hrdgraph.evidence.addresses import is_web_address
from hrdgraph.evidence.snapshots import digest_of
from hrdgraph.extraction.candidates import THINGS, Candidate
from hrdgraph.extraction.review.rows import cells_of, evidence_of, table_kind

_CITING = (
    "document",
    "publisher",
    "document_language",
    "document_digest",
    "evidence_start",
    "evidence_end",
    "evidence_sha256",
)

# columns of the page as a whole: they are written with every row, and not by a person
CITED_WITH = (*_CITING, "document_title", "reliability")
DOCUMENTS = "extracted-document.csv"


def row_of(candidate: Candidate) -> dict[str, str]:
    """The whole row: its id, cells, and the words that it cites."""
    kind = table_kind(candidate)
    own = {} if kind in THINGS else {"id": candidate.key}
    document = {"document": candidate.page}
    return own | cells_of(candidate) | document | evidence_of(candidate)


def publisher_of(page: str) -> str:
    """The host of an address, else the name of the document."""
    found = re.match(r"https?://(?:www\.)?([^/]+)", page)
    return found[1] if found else page


def table_file(candidate: Candidate) -> str:
    """The file of the table that the row goes into."""
    return f"extracted-{table_kind(candidate)}.csv"


def add_row(
    folder: Path, candidate: Candidate, language: str, description: str = "", text: str = ""
) -> str:
    """Write the row into the source's table, which is made and described where there is none;
    the name of the file. `text` is that of the page, by which one without an address is found."""
    folder.mkdir(parents=True, exist_ok=True)
    name = table_file(candidate)
    _add_document(folder, candidate.page, language, description, text)
    rows = _rows(folder / name)
    row = row_of(candidate)
    if row not in rows:
        _write(folder / name, [*rows, row])
    _describe(folder / "source.toml", name, table_kind(candidate), description)
    return name


def _add_document(folder: Path, page: str, language: str, description: str, text: str) -> None:
    """Describe the page among the documents of the source: by its address, else by its name and
    the digest of its text."""
    about = {"title": page, "publisher": publisher_of(page), "language": language}
    if is_web_address(page):
        row = {"address": page, **about}
    else:
        row = {"name": page, **about} | ({"sha256": digest_of(text)} if text else {})
    row["reliability"] = "unknown"
    mine = next(iter(row))
    rows = [item for item in _rows(folder / DOCUMENTS) if item.get(mine) != page]
    _write(folder / DOCUMENTS, [*rows, row], ())
    _describe(folder / "source.toml", DOCUMENTS, "document", description)


def remove_row(folder: Path, candidate: Candidate) -> None:
    """Take the row out of the source's table."""
    path = folder / table_file(candidate)
    row = row_of(candidate)
    kept = [item for item in _rows(path) if {k: v for k, v in item.items() if v} != row]
    _write(path, kept)


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    read = csv.DictReader(io.StringIO(path.read_text("utf-8")))
    return [{name: cell for name, cell in row.items() if cell} for row in read]


def _write(path: Path, rows: list[dict[str, str]], citing: tuple[str, ...] = _CITING) -> None:
    columns = dict.fromkeys(name for row in rows for name in row)
    ordered = [*(name for name in columns if name not in citing), *citing]
    out = io.StringIO()
    writer = csv.DictWriter(out, ordered, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_file(path, [out.getvalue().encode()])


def _describe(path: Path, name: str, kind: str, description: str) -> None:
    text = path.read_text("utf-8") if path.is_file() else description
    if f'"{name}"' not in text:
        table = f'\n[[table]]\nfile = "{name}"\nkind = "{kind}"\n'
        write_file(path, [(text.rstrip("\n") + "\n" + table).encode()])
