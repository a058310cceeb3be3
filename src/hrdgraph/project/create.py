"""A new project folder that builds: settings, one example source, the countries, the ontology,
and the questions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from hrdgraph.atomic_files import told
from hrdgraph.catalogue import LANGUAGES
from hrdgraph.errors import Origin, ProjectError

TEMPLATE = Path(__file__).parent / "template"
EVENTS = "example-facts"
EXAMPLES = ("example", EVENTS)  # the sources that a new project begins with
_BASE = "https://example.org/id/"
_OURS = "https://w3id.org/hrdgraph/id/"
_OF_BASE = (
    "data/sources/countries/mapping.yml",
    "ontology/vocabularies/places.ttl",
    "ontology/context.jsonld",
)
# copied from the package, or from the checkout that it runs in
SHARED = ("ontology", "queries", "data/sources/countries")


def create_project(folder: Path, title: str, language: str = "en") -> None:
    """Make a project in a new or empty folder; its examples are in `language`, which comes first
    in what people read.

    ProjectError where something is there already, OutputError where it cannot be written."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError("folder-not-empty", origin=Origin(str(folder)))
    with told(folder):
        _copy(folder, title, language if language in LANGUAGES else "en")


def _copy(folder: Path, title: str, language: str) -> None:
    shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(EVENTS))
    spoken = language if (TEMPLATE / EVENTS / language).is_dir() else "en"
    shutil.copytree(TEMPLATE / EVENTS / spoken, folder / "data" / "sources" / EVENTS)
    for name in SHARED:
        shutil.copytree(shared_folder(name), folder / name)
    # countries and places are called as the project calls them, or no map knows them
    for name in _OF_BASE:
        _put(folder / name, _OURS, _BASE)
    ordered = json.dumps([language, *(tag for tag in LANGUAGES if tag != language)])
    _put(folder / "hrdgraph.toml", '["en", "fr", "es"]', ordered)
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
