"""Move an older project over: the ontology and the questions are used from hrdgraph, and what
people have added lies in `local`."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from hrdgraph.atomic_files import told, write_file
from hrdgraph.project.model import FORMAT, LOCAL, SHIPPED_BASE, Project, shared_folder

ASIDE: Final = "before-upgrade"  # where files go that were shipped and have been changed since
_COPIED: Final = ("ontology", "queries")
_PLACES: Final = {"ontology/tables": "kinds", "ontology": "", "queries": "queries"}


class Upgrade(NamedTuple):
    """What an upgrade did, as paths seen from the project: copies that were removed, files of the
    project that were moved, from where to where, and changed copies that were put aside."""

    before: int
    removed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    aside: tuple[str, ...] = ()

    @property
    def is_needed(self) -> bool:
        """Whether anything was to be done."""
        return self.before < FORMAT or bool(self.removed or self.moved or self.aside)


def upgrade_project(project: Project) -> Upgrade:
    """Move a project over to this version. Nothing that people wrote is lost: what they changed
    in a copy of hrdgraph's own files is put aside."""
    root, shipped = project.root, shared_folder("ontology").parent
    text = project.settings_file.read_text("utf-8")
    found = re.search(r"(?m)^format\s*=\s*(\d+)", text)
    before = int(found[1]) if found else FORMAT
    removed: list[str] = []
    moved: list[tuple[str, str]] = []
    aside: list[str] = []
    if root.resolve() == shipped.resolve():
        return Upgrade(FORMAT)  # this repository is a project, and what it has is what is shipped
    with told(root):
        for path in (path for name in _COPIED for path in sorted((root / name).rglob("*"))):
            name = path.relative_to(root).as_posix()
            if not path.is_file():
                continue
            if _is_copy(path, project.base, shipped / name):
                removed.append(name)
                path.unlink()
            elif (shipped / name).is_file() or name in _shipped():
                aside.append(name)
                _move(path, root / ASIDE / name)
            else:
                target = _own_place(name)
                moved.append((name, target))
                _move(path, root / target)
        for name in _COPIED:
            _remove_empty(root / name)
        if found and before < FORMAT:
            data = text[: found.start(1)] + str(FORMAT) + text[found.end(1) :]
            write_file(project.settings_file, [data.encode()])
    return Upgrade(before, tuple(removed), tuple(moved), tuple(aside))


def _is_copy(path: Path, base: str, shipped: Path) -> bool:
    """Whether a file is a version of hrdgraph's own, with the base of the project or its own."""
    data = path.read_bytes().replace(b"\r\n", b"\n")
    ways = (data, data.replace(base.encode(), SHIPPED_BASE.encode()))
    if shipped.is_file() and shipped.read_bytes().replace(b"\r\n", b"\n") in ways:
        return True
    return any(_digest(way) in _shipped() for way in ways)


def _digest(data: bytes) -> str:
    """The name that git gives a file, as far as it is kept."""
    head = b"blob %d\0" % len(data)
    return hashlib.sha1(head + data, usedforsecurity=False).hexdigest()[:8]


@cache
def _shipped() -> frozenset[str]:
    """The digests of files that were shipped, and the names of those that no longer are, as
    tools/shipped_files.py finds them."""
    return frozenset(Path(__file__).with_name("shipped.txt").read_text("utf-8").split())


def _own_place(name: str) -> str:
    folder = next(one for one in _PLACES if name.startswith(f"{one}/"))
    return "/".join(filter(None, (LOCAL, _PLACES[folder], name.removeprefix(f"{folder}/"))))


def _move(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    while target.exists():  # of an upgrade before
        target = target.with_name(f"{target.stem}-{target.suffix}")
    path.rename(target)


def _remove_empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
