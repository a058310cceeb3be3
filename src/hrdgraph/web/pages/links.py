"""Address pages and files: absolute below a prefix for a server, relative with file names for a
folder of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from typing import Final, NamedTuple
from urllib.parse import quote, unquote, urlencode

from hrdgraph.project import Project
from hrdgraph.vocab import HRDV

SOFTWARE: Final = "https://w3id.org/hrdgraph/software/"
# of these the graph tells only what stands at their own node
PLAIN: Final = ("concept", "graph", "software")
DATASET: Final = "dataset"


class AddressSpace(NamedTuple):
    """A namespace whose IRIs answer below a folder of the site."""

    folder: str
    prefix: str
    kind: str


def spaces_of(project: Project) -> tuple[AddressSpace, ...]:
    """Return the namespaces beside the base of a project."""
    return (
        AddressSpace("vocabulary/", HRDV.prefix, "concept"),
        AddressSpace("graph/", project.graph_base, "graph"),
        AddressSpace("software/", SOFTWARE, "software"),
    )


def is_of_dataset(key: str) -> bool:
    """Tell whether a key is of the data set itself, or of a part that its description names."""
    return key == DATASET or key.startswith((f"{DATASET}/", f"{DATASET}#"))


# of Windows
_DEVICES = {
    "con", "prn", "aux", "nul",
    *(f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10)),
}  # fmt: skip
_quote = lru_cache(maxsize=100_000)(quote)
_KEPT = "/:@!$&'()*+,;=~-._"


@dataclass(frozen=True)
class Links:
    """`root` leads from the page at hand to the top of the site and ends in `/`, or is empty;
    `ending` is `.html` for files. `own` is the language of a file at hand and
    `here` its path; `homes` is where what has no page of its own is told: by its path the path of
    a page and a place on it."""

    root: str = "/"
    ending: str = ""
    own: str = ""
    here: str = ""
    homes: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def is_static(self) -> bool:
        """Tell whether the addresses are of files."""
        return bool(self.ending)

    def page(self, language: str, path: str = "", /, **query: str) -> str:
        """Return the address of a page in a language; the home page where the path is empty."""
        tail = f"?{urlencode(query)}" if query else ""
        if not path:
            return f"{self._top(language)}{'index.html' if self.ending else ''}{tail}"
        home = self.homes.get(path)
        path, _, place = home.partition("#") if home else (path, "", "")
        there = f"#{place}" if place else ""
        if place and (language, path) == (self.own, self.here):
            return there
        return f"{self._top(language)}{self._spell(path)}{self.ending}{tail}{there}"

    def _top(self, language: str) -> str:
        """Return the beginning of the addresses of a language."""
        is_near = language == self.own and self.root.startswith("../")
        return self.root[3:] if is_near else f"{self.root}{language}/"

    def data(self, key: str, ending: str) -> str:
        """Return the address of a thing's data."""
        return f"{self.root}data/{self._spell(key)}.{ending}"

    def file(self, path: str) -> str:
        """Return the address of another file of the site."""
        return f"{self.root}{path}"

    def asset(self, name: str) -> str:
        """Return the address of a style sheet or script, which changes with its content."""
        return f"{self.root}static/{name}?v={asset_digest(name)}"

    def _spell(self, path: str) -> str:
        return _quote(file_name(path), _KEPT) if self.ending else _quote(path, _KEPT + "%")


@lru_cache(maxsize=100_000)
def file_name(path: str) -> str:
    """Return a path that every file system can have and every host finds: escapes undone as hosts
    undo them, odd parts replaced."""
    return "/".join(_part(part) for part in path.split("/"))


def _part(part: str) -> str:
    plain = unquote(part)
    odd = (
        plain in ("", ".", "..")
        or len(plain.encode()) > 150
        or any(ord(char) < 32 or char in '/\\:*?"<>|%' for char in plain)
    )
    odd = odd or plain.endswith((".", " ")) or plain.partition(".")[0].lower() in _DEVICES
    return f"x-{sha256(part.encode()).hexdigest()[:16]}" if odd else plain


@lru_cache(maxsize=100)
def asset(name: str) -> bytes:
    """Read a file of the folder `static`. FileNotFoundError where there is none."""
    return resources.files("hrdgraph.web.pages").joinpath("static", *name.split("/")).read_bytes()


@lru_cache(maxsize=100)
def asset_digest(name: str) -> str:
    """Return the beginning of the digest of a file of the folder `static`."""
    return sha256(asset(name)).hexdigest()[:10]
