"""Make a new project folder that builds: settings, two example sources, the countries. The
ontology and the questions are used from hrdgraph."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from hrdgraph.atomic_files import told
from hrdgraph.catalogue import LANGUAGES
from hrdgraph.errors import Origin, ProjectError
from hrdgraph.project.model import find_folder

TEMPLATE = Path(__file__).parent / "template"
EVENTS = "example-facts"
EXAMPLES = ("example", EVENTS)  # the sources that a new project begins with
COUNTRIES = "data/sources/countries"  # a source like any other, copied


def create_project(folder: Path, title: str, language: str = "en") -> None:
    """Make a project in a new or empty folder; its examples are in `language`, which comes first
    in what people read.

    ProjectError where something is there already, OutputError where it cannot be written."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError("folder-exists", origin=Origin(str(folder)))
    with told(folder):
        _copy(folder, title, language if language in LANGUAGES else "en")


def _copy(folder: Path, title: str, language: str) -> None:
    shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(EVENTS))
    spoken = language if (TEMPLATE / EVENTS / language).is_dir() else "en"
    shutil.copytree(TEMPLATE / EVENTS / spoken, folder / "data" / "sources" / EVENTS)
    shutil.copytree(find_folder(COUNTRIES), folder / COUNTRIES)
    ordered = json.dumps([language, *(tag for tag in LANGUAGES if tag != language)])
    _replace(folder / "hrdgraph.toml", '["en", "fr", "es"]', ordered)
    for name in ("gitignore", "gitattributes"):
        (folder / name).rename(folder / f".{name}")
    quoted = json.dumps(title, ensure_ascii=False)  # a JSON string is a TOML string
    _replace(folder / "hrdgraph.toml", '"{title}"', quoted)
    _replace(folder / "README.md", "{title}", title)


def _replace(path: Path, place: str, text: str) -> None:
    path.write_text(path.read_text("utf-8").replace(place, text), encoding="utf-8")
