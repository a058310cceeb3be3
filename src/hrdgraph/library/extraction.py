"""Pages into the facts that they seem to state, each with its words."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hrdgraph.library.misuse import UsageError

if TYPE_CHECKING:
    from hrdgraph.evidence.texts.model import Frozen
    from hrdgraph.extraction import Extraction, Extractor


def extract(
    *pages: str | Path,
    project: str | Path = ".",
    address: str = "",
    language: str = "",
    encoding: str = "",
) -> list[Extraction]:
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
        raise UsageError("address-of-one-page")
    extractor = extractor_of(Path(project))
    return [_extraction(extractor, Path(path), address, language, encoding) for path in pages]


def extractor_of(root: Path) -> Extractor:
    """An extractor with the rules of a project, else with those of the installation, and the
    names of the project's build."""
    from hrdgraph.extraction import Extractor
    from hrdgraph.project.create import shared_folder

    own = root / "ontology" / "extraction"
    return Extractor.of(
        (own if own.is_dir() else shared_folder("ontology") / "extraction").resolve(),
        list(_known(root)),
    )


def _known(root: Path) -> Iterator[tuple[str, str]]:
    """The names of the built graph; none where nothing was built, or it cannot be read."""
    from hrdgraph.errors import HrdgraphError
    from hrdgraph.project import open_project
    from hrdgraph.project.open import SETTINGS

    if not (root / SETTINGS).is_file():
        return
    try:
        from hrdgraph.library.identity import records_of

        records, _ = records_of(open_project(root), withheld=False)
    except HrdgraphError:
        return
    for record in records:
        yield from ((name, record.kind) for name in record.names)


def _extraction(
    extractor: Extractor, path: Path, address: str, language: str, encoding: str
) -> Extraction:
    _, page = read_page(path, encoding)
    name = address or page.address or path.name
    return extractor.extract(page.text, language=language, name=name, title=page.title)


def read_page(path: Path, encoding: str) -> tuple[bytes, Frozen]:
    """Read a page; its bytes, and its frozen text."""
    from hrdgraph.evidence.location import unreadable
    from hrdgraph.evidence.texts.freeze import freeze

    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    return data, freeze(data, str(path), encoding=encoding)
