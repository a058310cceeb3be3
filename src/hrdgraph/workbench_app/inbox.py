"""Keep files that a person gave until it is agreed what they are, and sources that were taken out
until they are brought back: in the project's folder for what is under way."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from hrdgraph.atomic_files import writing_to
from hrdgraph.errors import HrdgraphError, Origin
from hrdgraph.pipeline.importing.json_tables import JSON, mend_quotes, read_json_table
from hrdgraph.workbench_app.workplace import FOLDER, folder_of

TABLES: Final = (
    ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".tab", ".txt", *JSON,
)  # fmt: skip
PAGES: Final = (".html", ".htm", ".pdf", ".docx", ".md")
_NAME: Final = re.compile(r"[0-9a-f]{16}")
_LONGEST: Final = 120  # characters of the name of a file
_MOST: Final = 20  # deliveries that nobody agreed to; older ones are thrown away


@dataclass(frozen=True)
class Delivery:
    """Files that came together."""

    name: str
    folder: Path

    @property
    def files(self) -> list[Path]:
        return sorted(
            path for path in self.folder.iterdir() if path.is_file() and path.name[0] != "."
        )

    def remove(self) -> None:
        """Throw the files away."""
        shutil.rmtree(self.folder, ignore_errors=True)


def receive(
    root: Path, files: Sequence[tuple[str, bytes]]
) -> tuple[Delivery | None, list[Delivery]]:
    """Keep files by their names: tables together, and each page by itself. HrdgraphError where
    there is none, or one is of no kind that is read."""
    named = [(file_name(name), data) for name, data in files if name]
    if not named:
        raise HrdgraphError("workbench-no-file")
    for name, _ in named:
        if not name.lower().endswith((*TABLES, *PAGES)):
            raise HrdgraphError("workbench-file-unknown", file=name)
    named = [_as_text_table(name, data) for name, data in named]
    folder_of(root)
    if _inbox(root).is_dir():
        folders = sorted(_inbox(root).iterdir(), key=lambda path: path.stat().st_mtime)
        for folder in folders[: -_MOST or None]:
            shutil.rmtree(folder, ignore_errors=True)
    tables = [(name, data) for name, data in named if not name.lower().endswith(PAGES)]
    pages = [(name, data) for name, data in named if name.lower().endswith(PAGES)]
    return _store(root, tables) if tables else None, [_store(root, [page]) for page in pages]


def _as_text_table(name: str, data: bytes) -> tuple[str, bytes]:
    if not name.lower().endswith(JSON):
        is_text = name.lower().endswith((".csv", ".tsv", ".tab"))
        return name, (mend_quotes(data) if is_text else None) or data
    table = read_json_table(Path(name), data)
    return table.name, table.data


def _store(root: Path, files: Sequence[tuple[str, bytes]]) -> Delivery:
    """Store files as a delivery; of two with one name, the second gets another."""
    delivery = Delivery(key := secrets.token_hex(8), _inbox(root) / key)
    with writing_to(delivery.folder):
        delivery.folder.mkdir(mode=0o700, parents=True)
        for name, data in files:
            place, number = delivery.folder / name, 2
            while place.exists():
                place, number = place.with_stem(f"{Path(name).stem} ({number})"), number + 1
            place.write_bytes(data)
            place.chmod(0o600)  # what is uploaded has no permissions of its own
    return delivery


def find_delivery(root: Path, name: str) -> Delivery:
    """Return the files that came under a name. HrdgraphError where there are none."""
    folder = _inbox(root) / name
    if not _NAME.fullmatch(name) or not folder.is_dir():
        raise HrdgraphError("workbench-delivery-gone")
    return Delivery(name, folder)


def deliveries(root: Path) -> list[Delivery]:
    """List all that came and is still here, the newest first."""
    if not _inbox(root).is_dir():
        return []
    folders = sorted(_inbox(root).iterdir(), key=lambda path: -path.stat().st_mtime)
    return [Delivery(path.name, path) for path in folders if _NAME.fullmatch(path.name)]


def waiting_pages(root: Path) -> list[Delivery]:
    """List the deliveries that are pages."""
    return [
        delivery
        for delivery in deliveries(root)
        if delivery.files and delivery.files[0].name.lower().endswith((*PAGES, ".txt"))
    ]


def file_name(text: str) -> str:
    """Return a file's name without folders, and without characters that some systems refuse."""
    name = PurePosixPath(text.replace("\\", "/")).name
    plain = re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "_", name).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:_LONGEST]}{dot}{ending}" if stem else plain


def source_name(file: str) -> str:
    """Return the name of the source that a file becomes."""
    return re.sub(r"[\W_]+", "-", Path(file).stem.casefold()).strip("-") or "table"


def _inbox(root: Path) -> Path:
    return root / FOLDER / "inbox"


def remove_source(folder: Path, root: Path) -> None:
    """Take the folder of a source out. OutputError where the system does not allow it."""
    folder_of(root)
    target = _trash_folder(root) / folder.name
    number = 1
    while target.exists():
        number += 1
        target = _trash_folder(root) / f"{folder.name}.{number}"
    with writing_to(folder):
        target.parent.mkdir(mode=0o700, exist_ok=True)
        folder.rename(target)


def list_removed(root: Path) -> list[str]:
    """List the names of the sources that can be brought back."""
    kept = _trash_folder(root)
    return sorted(path.name for path in kept.iterdir()) if kept.is_dir() else []


def restore_source(root: Path, name: str) -> None:
    """Bring one back. HrdgraphError where there is none of that name, or another took its
    place."""
    if name not in list_removed(root):
        raise HrdgraphError("not-known-here", hint="load-page-again", name=name)
    target = root / "data" / "sources" / name.partition(".")[0]
    if target.exists():
        raise HrdgraphError("workbench-source-there", source=name, origin=Origin(str(target)))
    with writing_to(target):
        (_trash_folder(root) / name).rename(target)


def _trash_folder(root: Path) -> Path:
    return root / FOLDER / "removed"
