"""Open a project folder: hrdgraph.toml and each data/sources/<name>/source.toml."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unicodedata import normalize

from hrdgraph.catalogue import Message, is_not, kind_word, write_like
from hrdgraph.errors import HrdgraphError, Origin, ProjectError, raise_all
from hrdgraph.nearest import hint_at
from hrdgraph.project.model import (
    BUILDS,
    DRAFTS,
    FORMAT,
    LOCAL,
    OWN,
    PERSISTENT,
    RELEASES,
    VISIBILITIES,
    CitedPage,
    Project,
    ServeSettings,
    Source,
)
from hrdgraph.project.tables import expectation, read_file, tables_of
from hrdgraph.project.toml import TomlSection, misspelt, read_toml
from hrdgraph.user_state import find_allowed_folders_file, read_allowed_folders

_PARTS = (*OWN, *BUILDS, DRAFTS, RELEASES)


def check_inside(root: Path, paths: Iterable[tuple[Path, Origin]]) -> None:
    """Refuse paths that lead out of a project, each with the place that names it, unless the
    person who runs the program allows the folder that they lead to. ProjectError with all."""
    top, allowed = root.resolve(), None
    errors = []
    for path, place in paths:
        target = Path(os.path.realpath(path))
        if target.is_relative_to(top):
            continue
        allowed = read_allowed_folders() if allowed is None else allowed
        if not any(map(target.is_relative_to, allowed)):
            hint = Message("keep-inside-or-allow", folder=target, file=find_allowed_folders_file())
            errors.append(ProjectError("path-leaves-folder", path=path, origin=place, hint=hint))
    raise_all(errors)


def _links(path: str) -> Iterator[str]:
    """Yield a path and all below it that is a link, or on Windows a junction; none is followed."""
    if os.path.islink(path) or _is_junction(path):
        yield path
    elif os.path.isdir(path):
        yield from _links_in(path)


def _links_in(folder: str) -> Iterator[str]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return  # who reads it says so
    for entry in entries:
        if entry.is_symlink() or _is_junction(entry.path):
            yield entry.path
        elif entry.is_dir():
            yield from _links_in(entry.path)


if os.name == "nt":

    def _is_junction(path: str) -> bool:
        return os.path.realpath(path) != os.path.abspath(path) and os.path.isdir(path)

else:

    def _is_junction(path: str) -> bool:  # noqa: ARG001
        return False


def check_files(source: Source) -> None:
    """Refuse files that lie outside of the project, are missing, or have another name on the
    disk."""
    paths = dict.fromkeys([*source.mapping_files, *_list_described(source)])
    place = Origin(str(source.description_file))
    check_inside(source.folder.parents[2], ((path, place) for path in paths))
    there = [path.name for path in source.folder.iterdir() if path.is_file()]
    raise_all(
        [
            *[
                ProjectError(
                    _instead(path),
                    origin=place,
                    hint=hint_at(path.name, there, Message("put-into", folder=source.folder)),
                )
                for path in paths
                if not path.is_file()
            ],
            *(
                error
                for path in paths
                if (error := misspelt(path, source.folder.parents[2], place))
            ),
        ]
    )


def _list_described(source: Source) -> list[Path]:
    """List the files of which the description says something."""
    return [
        *(source.table_file(table) for table in source.tables),
        *(source.folder / file.name for file in source.files),
    ]


def check_once(sources: Iterable[Source]) -> None:
    """Refuse two sections on one file: what one withholds, a second would make public."""
    known: dict[Path, tuple[Source, str]] = {}
    labels: set[tuple[Path, str]] = set()
    errors: list[HrdgraphError] = []
    for source in sources:
        # The files that are described, each with the table of it that is: a workbook may
        # hold several.
        tables = [
            (source.table_file(table), table.label if table.facts else "")
            for table in source.tables
        ]
        for path, label in [*tables, *((source.folder / file.name, "") for file in source.files)]:
            real = path.resolve()
            first, seen = known.setdefault(real, (source, label))
            is_seen = (real, label) in labels or first is not source
            if is_seen or (seen != label and "" in (seen, label)):
                errors.append(_twice(path, source))
            labels.add((real, label))
    raise_all(errors)


def _twice(path: Path, source: Source) -> ProjectError:
    return ProjectError(
        "there-twice", name=path.name, origin=Origin(str(source.description_file)), hint="keep-one",
    )  # fmt: skip


def _instead(path: Path) -> str | Message:
    """Say what is where a file should be."""
    if path.is_dir():
        return Message("file-is-folder", path=path.name)
    if path.is_symlink():
        return Message("place-and-fact", file=path.name, fact=Message("file-missing"))
    return (
        Message("place-and-fact", file=path.name, fact=Message("file-not-regular"))
        if path.exists()
        else Message("missing", option=path.name)
    )


SETTINGS = "hrdgraph.toml"
MAPPINGS = ("mapping.ttl", "mapping.yml", "mapping.yaml")
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", re.I)  # fr, pt-BR; never a word such as "English"
_TELLING = (".toml", ".ttl", ".yml", ".yaml", ".rq")  # files that may name other sources
_SAYS_WHO = re.compile(r"^(title|publisher|licence)\s*=.*$", re.M)  # lines of them that name none
# no part of an IRI, and the graph of a source has its name
_NO_NAME = re.compile(r"""[\s\x00-\x1f"#%<>?\\^`{|}]+""")
_NO_IRI = re.compile(r"""[\s\x00-\x1f"<>\\^`{|}]""")


def open_project(root: Path, *, with_sources: bool = True, only: Sequence[str] = ()) -> Project:
    """Open the project folder `root`. One ProjectError has all mistakes, with file, key and
    hint. Without `with_sources` no description of a source is read; with `only`, just these
    sources and those that they name."""
    path = root / SETTINGS
    if not path.exists():
        raise ProjectError("file-missing", origin=Origin(str(path)), hint=_where_a_project_is(root))
    top = os.path.realpath(root)
    links = (link for name in _PARTS for link in _links(os.path.join(top, name)))
    check_inside(root, ((Path(link), Origin(link)) for link in links))
    section = TomlSection(read_toml(path), path)
    number = section.get("format", int, ...)
    if "format" in section.values:
        if number > FORMAT:
            fact = Message("project-format-newer", number=number, known=FORMAT)
            raise ProjectError(fact, origin=Origin(str(path)), hint="upgrade")
        if number < 1:
            raise ProjectError(
                "not-known-here",
                name=f"format = {number}",
                origin=Origin(str(path)),
                hint=write_like(f"format = {FORMAT}"),
            )
    base = section.get("base", str, "https://w3id.org/hrdgraph/id/")
    graph_base = section.get("graph_base", str, "https://w3id.org/hrdgraph/graph/")
    title = section.get("title", str, root.resolve().name)
    tags = section.texts("languages") or ("en", "fr", "es")
    for tag in tags:
        if not _TAG.fullmatch(tag):
            raise section.error(is_not(tag, "language-tag"))
    languages = tags
    snapshots = tuple(root / name for name in section.texts("snapshots"))
    check_inside(root, ((folder, Origin(str(path), node="snapshots")) for folder in snapshots))
    settings: dict[str, Any] = {
        "publish_words": section.get("publish_words", bool, False),
        "titles": _titles(section),
        "short_titles": {"": section.get("short_title", str, "")}
        | _titles(section, "short_title_"),
        "public_properties": _iris(section, section.texts("public_properties")),
        "public_classes": _iris(section, section.texts("public_classes")),
        "persistent_iris": _kinds(section),
        "certain": section.get("certain", float, 0.0),
        "serve": _serve_settings(section.section(section.get("serve", dict, {}), "[serve]")),
        "format": number,
        "own_prefixes": _read_prefixes(root / LOCAL / "prefixes.toml"),
    }
    section.check_keys(prefixes=("title_", "short_title_"))
    _check_bases(section, base, graph_base)
    sources = _open_sources(root, only) if with_sources else ()
    return Project(root, title, base, graph_base, languages, snapshots, sources, **settings)


_BOUNDS = {
    "workers": (1, 64), "timeout": (0.1, 3600), "queue": (1, 10_000),
    "client_seconds": (0, 1 << 31), "client_errors": (0, 1 << 31),
}  # fmt: skip


def _serve_settings(section: TomlSection) -> ServeSettings:
    settings = section.read(ServeSettings, {})
    for name, (least, most) in _BOUNDS.items():
        if not least <= (value := getattr(settings, name)) <= most:
            kind = Message("range-from-to", kind=kind_word("number"), least=least, most=most)
            fact = Message("takes-not", option=name, value=f"{value:g}", kind=kind)
            raise section.error(fact)
    section.check_keys()
    return settings


def _read_prefixes(path: Path) -> dict[str, str]:
    """Read the prefixes of a project's own terms: `name = "IRI"`, a line each."""
    if not path.is_file():
        return {}
    section = TomlSection(read_toml(path), path)
    prefixes = {name: section.get(name, str, "") for name in list(section.values)}
    _iris(section, tuple(prefixes.values()))
    return prefixes


def _kinds(section: TomlSection) -> tuple[str, ...]:
    """Read the kinds of things whose IRIs last: first parts of names below the base. A project
    that says nothing has the usual ones, an old one too: its former names lead to the new ones."""
    if "persistent_iris" not in section.values:
        return PERSISTENT
    words = section.texts("persistent_iris")
    for word in words:
        if not re.fullmatch(r"[a-z][a-z0-9-]*", word):
            raise section.error(
                Message("not-known-here", name=word),
                write_like('persistent_iris = ["person", "organisation"]'),
            )
    return words


def _iris(section: TomlSection, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Whole IRIs: a prefixed name would fit nothing, and say so nowhere."""
    for text in texts:
        if not text.startswith(("http://", "https://", "urn:")) or _NO_IRI.search(text):
            raise section.error(is_not(text, "iri"), write_like("https://schema.org/description"))
    return texts


def _where_a_project_is(root: Path) -> str | Message:
    """Tell the way from a wrong folder: to the project that it is in, or that is in it."""
    above = next(
        (folder for folder in root.resolve().parents if (folder / SETTINGS).is_file()), None
    )
    project_folder = above or next(
        (path.parent for path in sorted(root.glob(f"*/{SETTINGS}"))), None
    )
    return (
        Message("project-is-at", folder=project_folder)
        if project_folder
        else Message("go-folder-your-project-hrdgraph")
    )


def _titles(section: TomlSection, prefix: str = "title_") -> dict[str, str]:
    """Read the titles in other languages: `title_fr` and its like."""
    return {
        key.removeprefix(prefix): section.get(key, str, "")
        for key in list(section.values)
        if key.startswith(prefix)
    }


def _check_bases(section: TomlSection, *bases: str) -> None:
    for base in bases:
        if not base.startswith(("http://", "https://", "urn:")) or not base.endswith(
            ("/", "#", ":")
        ):
            raise section.error(is_not(base, "address"), write_like("https://example.org/id/"))


def list_source_folders(root: Path) -> dict[str, Path]:
    """List the folders of the sources of a project by the names of these."""
    folder = root / "data" / "sources"
    files = sorted(folder.iterdir()) if folder.is_dir() else ()  # git keeps no empty folder
    # macOS has é as e and an accent: a name that is typed is another
    return {
        normalize("NFC", path.name): path
        for path in files
        if path.is_dir() and not path.name.startswith((".", "_"))
    }


def _choose_folders(folders: Mapping[str, Path], only: Sequence[str]) -> list[Path]:
    """Return the folders of some sources and of all that their files name; all of them where
    none is chosen, or one that is not there."""
    chosen = {normalize("NFC", name) for name in only}
    if not chosen or not chosen <= folders.keys():
        return [*folders.values()]
    while True:
        files = (
            file for name in chosen for file in folders[name].glob("*") if file.suffix in _TELLING
        )
        text = _SAYS_WHO.sub("", "\n".join(file.read_text("utf-8", "replace") for file in files))
        # as a folder in a path, as a whole text, or at the end of the IRI of a graph
        form = r"""(?<![\w-]){0}/|["'/]{0}["'>]"""
        named = {name for name in folders if re.search(form.format(re.escape(name)), text)}
        if named <= chosen:
            return [path for name, path in folders.items() if name in chosen]
        chosen |= named


def _open_sources(root: Path, only: Sequence[str]) -> tuple[Source, ...]:
    folders = list_source_folders(root)
    sources: list[Source] = []
    errors: list[HrdgraphError] = []
    for item in _choose_folders(folders, only):
        try:
            sources.append(_open_source(item))
        except HrdgraphError as error:
            errors.append(error)
    raise_all(errors)
    check_once(sources)
    unknown = [
        (source, name) for source in sources for name in source.writes_to if name not in folders
    ]
    raise_all(
        [
            ProjectError(
                "not-known-here",
                name=name,
                hint="there-is",
                known=[*folders],
                origin=Origin(str(source.description_file), node="writes_to"),
            )
            for source, name in unknown
        ]
    )
    return tuple(sources)


def _open_source(folder: Path) -> Source:
    if _NO_NAME.search(folder.name):
        hint = Message("rename-to", found=folder.name, name=_NO_NAME.sub("_", folder.name))
        raise ProjectError(
            "value-not-as-expected", value=folder.name, origin=Origin(str(folder)), hint=hint
        )
    path = folder / "source.toml"
    section = TomlSection(read_toml(path), path)
    # The mapping that the description names, else the one that lies there under a usual
    # name; two of these are never chosen between.
    named = section.get("mapping", str, "")
    there = [name for name in MAPPINGS if (folder / name).is_file()]
    if len(there) > 1:
        raise section.error(Message("not-together", names=there), "keep-one")
    if there and named in MAPPINGS and named not in there:
        raise section.error(
            Message("missing", option=named),
            write_like(f'mapping = "{there[0]}"'),
        )
    source = section.read(
        Source, {"kind": ("award-list", "")}, folder=folder,
        # macOS has é as e and an accent: a name that is typed is another
        name=normalize("NFC", folder.name), address=section.get("address", str, ""),
        visibility=section.choice("visibility", VISIBILITIES, "public"), titles=_titles(section),
        mapping_file=folder / (named or (there or MAPPINGS)[0]), document=_document(section),
        tables=tables_of(section, section.get("facts", dict, {}), section.sections("table")),
        expectations=tuple(expectation(item) for item in section.sections("expect")),
        files=tuple(read_file(item) for item in section.sections("file")),
    )  # fmt: skip
    section.check_keys(prefixes=("title_",))
    check_files(source)
    return source


def _document(section: TomlSection) -> CitedPage | None:
    values = section.get("document", dict, None)
    if values is None:
        return None
    inner = section.section(values, "[document]")
    document = CitedPage(inner.get("address", str, ...), inner.get("sha256", str, ""))
    inner.check_keys()
    return document
