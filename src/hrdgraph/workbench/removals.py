"""Sources that were taken out of a project, kept in its folder for what is under way until they are
brought back."""

from __future__ import annotations

from pathlib import Path

from hrdgraph.atomic_files import told
from hrdgraph.errors import HrdgraphError, Origin
from hrdgraph.workbench.workplace import FOLDER, folder_of


def remove_source(folder: Path, root: Path) -> None:
    """Take the folder of a source out. OutputError where the system does not allow it."""
    folder_of(root)
    target = _kept(root) / folder.name
    number = 1
    while target.exists():
        number += 1
        target = _kept(root) / f"{folder.name}.{number}"
    with told(folder):
        target.parent.mkdir(mode=0o700, exist_ok=True)
        folder.rename(target)


def removed_sources(root: Path) -> list[str]:
    """The names of those that can be brought back."""
    kept = _kept(root)
    return sorted(path.name for path in kept.iterdir()) if kept.is_dir() else []


def restore_source(root: Path, name: str) -> None:
    """Bring one back. HrdgraphError where there is none of that name, or another took its
    place."""
    if name not in removed_sources(root):
        raise HrdgraphError("workbench-source-gone", source=name)
    target = root / "data" / "sources" / name.partition(".")[0]
    if target.exists():
        raise HrdgraphError("workbench-source-there", source=name, origin=Origin(str(target)))
    with told(target):
        (_kept(root) / name).rename(target)


def _kept(root: Path) -> Path:
    return root / FOLDER / "removed"
