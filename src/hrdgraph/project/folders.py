"""Make a new project folder that builds, or move an older one over: the ontology and the questions
are used from hrdgraph, and what people have added lies in `local`."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Final, NamedTuple

from hrdgraph.atomic_files import write_file, writing_to
from hrdgraph.catalogue import LANGUAGES
from hrdgraph.errors import Origin, ProjectError
from hrdgraph.project.model import FORMAT, LOCAL, SHIPPED_BASE, Project, find_folder

TEMPLATE = Path(__file__).parent / "template"
EVENTS = "example-facts"
EXAMPLES = ("example", EVENTS)  # the sources that a new project begins with
COUNTRIES = "data/sources/countries"  # a source like any other, copied


def create_project(folder: Path, title: str, language: str = "en") -> None:
    """Make a project in a new or empty folder; its examples are in `language`, which comes first
    in what people read.

    ProjectError where something is there already, OutputError where it cannot be written."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError("folder-exists", origin=Origin(str(folder)), hint="choose-name")
    with writing_to(folder):
        language = language if language in LANGUAGES else "en"
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


ASIDE: Final = "before-upgrade"  # where files go that were shipped and have been changed since
_OWN_PLACES: Final = {
    "ontology/tables": "local/kinds", "ontology": LOCAL, "queries": "local/queries",
}  # fmt: skip


class Upgrade(NamedTuple):
    """What an upgrade did, as paths seen from the project: copies that were removed, files of the
    project that were moved, from where to where, and changed copies that were put aside."""

    before: int
    removed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    aside: tuple[str, ...] = ()

    @property
    def is_needed(self) -> bool:
        """Tell whether anything was to be done."""
        return self.before < FORMAT or bool(self.removed or self.moved or self.aside)


def upgrade_project(project: Project) -> Upgrade:
    """Move a project over to this version. Nothing that people wrote is lost: what they changed
    in a copy of hrdgraph's own files is put aside."""
    root, shipped = project.root, find_folder("ontology").parent
    if root.resolve() == shipped.resolve():
        return Upgrade(FORMAT)  # this repository is a project, and what it has is what is shipped
    # what tools/shipped_files.py has found: digests, and names of files that are shipped no longer
    known = frozenset(Path(__file__).with_name("shipped.txt").read_text("utf-8").split())
    removed: list[str] = []
    moved: dict[str, str] = {}
    folders = [root / name for name in ("ontology", "queries")]
    with writing_to(root):
        for path in (path for top in folders for path in sorted(top.rglob("*")) if path.is_file()):
            name, now = path.relative_to(root).as_posix(), shipped / path.relative_to(root)
            if known.intersection(digests := _digests(path, project.base)) or (
                now.is_file() and digests & _digests(now, SHIPPED_BASE)
            ):
                removed.append(name)
                path.unlink()
                continue
            is_changed = now.is_file() or name in known
            place = next(place for place in _OWN_PLACES if name.startswith(f"{place}/"))
            moved[name] = (
                f"{ASIDE}/{name}" if is_changed else name.replace(place, _OWN_PLACES[place], 1)
            )
            target = root / moved[name]
            target.parent.mkdir(parents=True, exist_ok=True)
            while target.exists():  # of an upgrade before
                target = target.with_name(f"{target.stem}-{target.suffix}")
            path.rename(target)
        for old_folder in (
            *(path for folder in folders for path in sorted(folder.rglob("*"))[::-1]),
            *folders,
        ):
            if old_folder.is_dir() and not any(old_folder.iterdir()):
                old_folder.rmdir()
        if project.format < FORMAT:
            text = project.settings_file.read_text("utf-8")
            text = re.sub(r"(?m)^(format\s*=\s*)\d+", rf"\g<1>{FORMAT}", text, count=1)
            write_file(project.settings_file, [text.encode()])
    aside = tuple(name for name, place in moved.items() if place.startswith(ASIDE))
    own = tuple((name, place) for name, place in moved.items() if name not in aside)
    return Upgrade(project.format, tuple(removed), own, aside)


def _digests(path: Path, base: str) -> set[str]:
    """Return the names that git gives a file, as far as they are kept: as it is, and with
    hrdgraph's base for that of the project."""
    data = path.read_bytes().replace(b"\r\n", b"\n")
    ways = {data, data.replace(base.encode(), SHIPPED_BASE.encode())}
    heads = ((b"blob %d\0" % len(way), way) for way in ways)
    return {hashlib.sha1(a + b, usedforsecurity=False).hexdigest()[:8] for a, b in heads}
