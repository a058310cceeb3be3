"""A new project folder that builds: settings, one example source, the countries, the ontology,
and the questions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from hrdgraph.atomic_files import told
from hrdgraph.errors import Origin, ProjectError

TEMPLATE = Path(__file__).parent / "template"
# copied from the package, or from the checkout that it runs in
SHARED = ("ontology", "queries", "data/sources/countries")


def create_project(folder: Path, title: str) -> None:
    """Make a project in a new or empty folder. ProjectError where something is there already,
    OutputError where it cannot be written."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError(
            "folder-not-empty",
            origin=Origin(str(folder)),
        )
    with told(folder):
        _copy(folder, title)


def _copy(folder: Path, title: str) -> None:
    shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True)
    for name in SHARED:
        shutil.copytree(shared_folder(name), folder / name)
    (folder / "gitignore").rename(folder / ".gitignore")
    quoted = json.dumps(title, ensure_ascii=False)  # a JSON string is a TOML string
    _put(folder / "hrdgraph.toml", '"{title}"', quoted)
    _put(folder / "README.md", "{title}", title)


def _put(path: Path, place: str, text: str) -> None:
    path.write_text(path.read_text("utf-8").replace(place, text), encoding="utf-8")


def shared_folder(name: str) -> Path:
    """A folder that the wheel carries inside the package, and a checkout at its top."""
    packaged = Path(__file__).parent / "shared" / name
    checkout = Path(__file__).parents[3] / name
    found = next((path for path in (packaged, checkout) if path.is_dir()), None)
    if found is None:
        raise ProjectError("installation-incomplete", folder=name)
    return found
