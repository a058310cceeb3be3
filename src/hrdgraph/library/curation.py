"""Take pages, search them for facts, and cite them; read dates."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import date as Day
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from unicodedata import normalize

from hrdgraph.catalogue import Message, add_this, is_not
from hrdgraph.errors import HrdgraphError, Origin, ProjectError, SourceError, raise_all
from hrdgraph.evidence.snapshots import DocumentDescription, Snapshots, locate, take, unreadable
from hrdgraph.evidence.texts.model import LARGEST, Frozen
from hrdgraph.library.calls import UsageError
from hrdgraph.library.inputs import project_at
from hrdgraph.nearest import hint_at
from hrdgraph.project import Project, Source, model_dirs, open_project
from hrdgraph.project.open import SETTINGS

if TYPE_CHECKING:
    from hrdgraph.evidence.dating import DateResult
    from hrdgraph.evidence.snapshots import Taken, WordPosition
    from hrdgraph.extraction.extractor import Extraction, Extractor
    from hrdgraph.extraction.review.suggestions import CitationSuggestions
    from hrdgraph.pipeline.reanchoring import ReanchoringResult


def suggest_citations(
    project: str | Path | Project = ".", *, source: str = "", certain: float = 0.0
) -> CitationSuggestions:
    """Find the passage for each row of a project's tables of facts that cites a page and no words
    of it, in the newest snapshot of the page. Nothing is written.

    `source` is the one source to look at; `certain` the score, from 0 to 1, from which a passage
    is taken for certain, else that of the project's settings. ProjectError for one that is not
    there.

    >>> import hrdgraph
    >>> found = hrdgraph.suggest_citations(".", source="kalyapin-page")
    >>> found.uncited
    0
    """
    from hrdgraph.extraction.review.rows import fact_rows
    from hrdgraph.extraction.review.suggestions import suggest_citations as suggest

    opened = project_at(project)
    sources = [source_named(opened, source)] if source else list(opened.sources)
    return suggest(
        [fact_rows(opened, item) for item in sources], Snapshots(opened.snapshot_dirs),
        extractor_of(opened.root).lexicons, certain or opened.certain,
    )  # fmt: skip


def extract(
    *pages: str | Path, project: str | Path = ".", address: str = "", language: str = "",
    encoding: str = "",
) -> list[Extraction]:  # fmt: skip
    """Propose the facts that pages state (HTML, text, PDF, DOCX). Nothing is written: a proposal is
    no fact until a person accepts it.

    `address` is that of the page, where there is one; `language` and `encoding` are those of the
    pages, where they do not say it. Names that the built graph of the `project` knows are found.
    `pages` are files. SourceError where one cannot be read.

    >>> import hrdgraph, pathlib, tempfile
    >>> page = pathlib.Path(tempfile.mkdtemp()) / "page.txt"
    >>> _ = page.write_text("Ada Example won the Example Award in 2023.")
    >>> [found] = hrdgraph.extract(page, language="en")
    >>> found.page.text
    'Ada Example won the Example Award in 2023.'
    """
    if address and len(pages) > 1:
        raise UsageError("goes-with", option="--address, --replaces", options="FILE")
    extractor = extractor_of(Path(project))
    read: list[Extraction] = []
    for path in map(Path, pages):
        _, page = read_page(path, encoding)
        name = address or page.address or path.name
        read.append(extractor.extract(page.text, language=language, name=name, title=page.title))
    return read


def extractor_of(root: Path) -> Extractor:
    """Return an extractor with the rules of a project, else with those of the installation, and
    the names of the project's build."""
    from hrdgraph.extraction.extractor import Extractor

    return Extractor.of(
        (model_dirs(root)[0] / "extraction").resolve(),
        list(_names_of_build(root)),
    )


def _names_of_build(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the names of the built graph; none where nothing was built, or it cannot be read."""
    if not (root / SETTINGS).is_file():
        return
    try:
        from hrdgraph.library.identity import records_of

        records, _ = records_of(open_project(root), withheld=False)
    except HrdgraphError:
        return
    for record in records:
        yield from ((name, record.kind) for name in record.names)


def read_page(path: Path, encoding: str) -> tuple[bytes, Frozen]:
    """Read a page; its bytes, and its frozen text."""
    from hrdgraph.evidence.texts.freeze import freeze

    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    return data, freeze(data, str(path), encoding=encoding)


_AHEAD: Final = timedelta(hours=14)  # where the day begins first


def date(
    text: str, *, language: str = "", pivot: int | None = None,
    order: Literal["dmy", "mdy"] | None = None,
    calendar: Literal["gregorian", "hijri", "persian"] | None = None,
) -> DateResult:  # fmt: skip
    """Read a date as people write it, in Arabic, English, French, Portuguese, Russian or
    Spanish, and in the Hijri and Persian calendars where they are named: its EDTF, or its readings
    where it has several.

    `language` is that of the text; `pivot` the last year that two digits can mean; `order` "dmy"
    or "mdy", where the source states it; `calendar` "gregorian", "hijri" or "persian",
    without which a date in figures of the years 1300 to 1499 is not read.
    `text` is the date. UsageError for a language that is not read.

    >>> import hrdgraph
    >>> hrdgraph.date("avril 2011").edtf
    '2011-04'
    >>> hrdgraph.date("03/04/2011").edtf is None
    True
    """
    from hrdgraph.evidence.dating import Convention, DateCalendar, DateOrder, read_date

    try:
        return read_date(
            text,
            language,
            convention=Convention(
                pivot,
                DateOrder(order) if order else None,
                DateCalendar(calendar) if calendar else None,
            ),
        )
    except ValueError as error:
        fact = error.args[0]
        raise UsageError(
            fact if isinstance(fact, Message) else Message("library-says", reason=error)
        ) from error


def cite(
    file: str | Path, words: str, *, before: str = "", after: str = "", encoding: str = ""
) -> WordPosition:
    """Find `words` that stand exactly once in the `file` of a page or its text: their start, end
    and sha256, for the evidence columns of a table.

    `encoding` is that of the file, where it does not say it;
    `before` and `after` are what stands beside them, where they stand in several places.
    EvidenceError where they do not stand there.

    >>> import hrdgraph, pathlib, tempfile
    >>> page = pathlib.Path(tempfile.mkdtemp()) / "page.txt"
    >>> _ = page.write_text("conferred every year since 2020")
    >>> place = hrdgraph.cite(page, "since 2020")
    >>> place.start, place.end
    (21, 31)
    """
    return locate(Path(file), words, before, after, encoding)


class Snapshot(NamedTuple):
    """A page that was taken: its name, what was taken, what became of citations of an older
    version, and the tables that were corrected."""

    name: str
    taken: Taken
    reanchored: ReanchoringResult | None
    written: list[str]


def snapshot(
    path: str | Path, *, source: str, project: str | Path | Project = ".", address: str = "",
    retrieved: str | Day | None = None, replaces: str = "", encoding: str = "", write: bool = False,
) -> list[Snapshot]:  # fmt: skip
    """Copy a page (HTML, text, Markdown, PDF, DOCX), or all of a folder, into data/snapshots.

    `source` is the source that it belongs to; `address` and `retrieved` say where it was found,
    and when; `replaces` is the sha256 of the text that it is a new version of; `encoding` is that
    of the page, where it does not say it. What rows cite of
    the old version is looked for in the new; `write` corrects the tables.
    `path` is the file or the folder. SourceError where a page cannot be read, ProjectError for a
    source that is not there.

    >>> import hrdgraph, tempfile
    >>> project = hrdgraph.init(tempfile.mkdtemp() + "/prizes")
    >>> page = project / "page.txt"
    >>> _ = page.write_text("conferred every year since 2020")
    >>> [taken] = hrdgraph.snapshot(page, source="example", project=project)
    >>> taken.taken.is_new
    True
    """
    day = Day.fromisoformat(retrieved) if retrieved and isinstance(retrieved, str) else retrieved
    day = day if isinstance(day, Day) else None
    from hrdgraph.evidence.addresses import is_web_address

    if address and not is_web_address(address):
        raise UsageError(is_not(address, "address"), hint="copy-address")
    if day and day > (datetime.now(UTC) + _AHEAD).date():
        raise UsageError("day-in-future", date=day.isoformat())
    opened, place = project_at(project), Path(path)
    described = source_named(opened, normalize("NFC", source))
    if place.is_dir() and (address or replaces):
        raise UsageError("goes-with", option="--address, --replaces", options="FILE")
    # Freeze the files' texts. Of a folder either all are taken, or none, and what is wrong with
    # any of them is said.
    from hrdgraph.evidence.texts.freeze import freeze

    errors: list[HrdgraphError] = []
    pages: list[tuple[str, bytes, Frozen]] = []
    for name, data in list(_files(place)):
        try:
            pages.append((name, data, freeze(data, name, encoding=encoding)))
        except HrdgraphError as error:
            errors.append(error)
    raise_all(errors)
    if not opened.snapshot_dirs:
        origin = Origin(str(opened.settings_file))
        hint = add_this('snapshots = ["data/snapshots"]')
        raise ProjectError("missing", option="snapshots", origin=origin, hint=hint)
    document = described.document if len(pages) == 1 else None
    day = day or described.retrieved
    given = DocumentDescription(
        described.name, described.licence, address or (document.address if document else ""),
        day.isoformat() if day else "", replaces,
    )  # fmt: skip
    cited = document.sha256 if document else ""
    return [_take(opened, described, page, given, cited, write=write) for page in pages]


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    if str(path) == "-":
        yield "-", sys.stdin.buffer.read(LARGEST + 1)
        return
    files = (
        sorted(item for item in path.rglob("*") if item.is_file() and not _is_hidden(item, path))
        if path.is_dir()
        else [path]
    )
    if not files:
        raise SourceError("folder-lacks", files="*.html, *.pdf, *.docx", origin=Origin(str(path)))
    for item in files:
        try:
            with item.open("rb") as file:
                # one byte more is refused, and a file without end is not waited for
                yield str(item), file.read(LARGEST + 1)
        except OSError as error:
            raise unreadable(item, error) from error


def _is_hidden(path: Path, folder: Path) -> bool:
    """Also what Word leaves beside a document that is open in it."""
    return any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)


def source_named(project: Project, name: str) -> Source:
    """Return the source of a name. ProjectError where there is none."""
    names = [source.name for source in project.sources]
    if name not in names:
        raise ProjectError("not-known-here", name=name, hint=hint_at(name, names))
    return project.source(name)


def _take(
    project: Project, source: Source, page: tuple[str, bytes, Frozen], given: DocumentDescription,
    cited: str, *, write: bool,
) -> Snapshot:  # fmt: skip
    from hrdgraph.pipeline.reanchoring import find_moves, keep_anchors, write_edits

    name, data, frozen = page
    about = replace(given, address=given.address or frozen.address)
    taken = take(project.snapshot_dirs[0], data, frozen, about)
    known = taken.replaces or Snapshots(project.snapshot_dirs).predecessor(taken.text)
    old = known or (cited if cited != taken.text else "")
    moves = find_moves(project, source, old, taken.text, taken.address) if old else None
    keep_anchors(project, source, taken.text, taken.address)
    written = write_edits(project, source, moves) if moves and write else []
    return Snapshot(name, taken, moves, written)
