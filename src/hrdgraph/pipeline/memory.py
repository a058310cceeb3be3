"""What the builds of a process made, kept for the next one: a part whose key and files are what
they were is taken as it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from hrdgraph.project import Project, Source

T = TypeVar("T")
FilesOf = Callable[[Any], Iterable[Path] | None]
State = tuple[int, ...]
_ABSENT: Final[State] = ()
_TICK: Final = 50_000_000  # nanoseconds within which a file may change and look the same


@dataclass(frozen=True, eq=False)
class Itself:
    """A value as a part of a key, where no other that is equal will do, or where to compare what
    it holds would be dear."""

    value: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Itself) and self.value is other.value

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class _Part:
    """A part of a build: what it was made from, and which of all that were made it is."""

    key: object
    states: dict[Path, State]
    value: Any
    number: int


class BuildMemory:
    """Parts of the last build, by their names.

    A part is made again unless its key is equal and each of its files is the one that was read:
    the same inode, size and times, of which a program cannot set back the last. So a build with a
    memory gives what one without gives. Nothing of it is on disk, and it holds what is not
    public: it must not outlive the process of whoever builds.
    """

    def __init__(self) -> None:
        self._parts: dict[str, _Part] = {}
        self._states: dict[Path, State] = {}
        self._used: set[str] = set()
        self._count = 0

    def begin(self) -> None:
        """Begin a build: files are looked at again."""
        self._states, self._used = {}, set()

    def end(self) -> None:
        """End a build that has succeeded: parts that it did not ask for are forgotten. One that
        failed may not have come to them."""
        self._parts = {name: part for name, part in self._parts.items() if name in self._used}

    def part(
        self, name: str, key: object, make: Callable[[], T], files: FilesOf = lambda _: ()
    ) -> T:
        """The value of a part, made anew where something it comes from has changed. `files` tells
        of a value which files it was made from, or None where they cannot be told: then it is
        made in every build."""
        self._used.add(name)
        part = self._parts.get(name)
        if part is None or part.key != key or not self._is_current(part):
            part = self._made(name, key, make, files)
        return cast(T, part.value)

    def known(self, project: Project) -> Project:
        """A project whose sources are those of the last build where nothing else is said of
        them: a part whose key holds one is compared at once."""

        def same(source: Source) -> Source:
            return self.part(f"source {source.name}", source, lambda: source)

        return replace(project, sources=tuple(map(same, project.sources)))

    @property
    def keeps(self) -> bool:
        """Whether anything is kept."""
        return True

    def keep(self, name: str, value: object) -> None:
        """Keep something whose maker sees itself whether it still holds."""
        self._used.add(name)
        self._parts[name] = _Part(None, {}, value, self._next())

    def recall(self, name: str) -> Any:
        """What the last build kept under a name, or None."""
        return self._parts[name].value if name in self._parts else None

    def number(self, name: str) -> int:
        """Which of all values that were made a part has: with the same number, the same value."""
        return self._parts[name].number if name in self._parts else self._next()

    def _made(self, name: str, key: object, make: Callable[[], T], files: FilesOf) -> _Part:
        self._parts.pop(name, None)
        began, value = time.time_ns(), make()
        read = files(value)
        states = {path: state_of(path) for path in read or ()}
        self._states |= states
        part = _Part(key, states, value, self._next())
        if read is not None and all(
            max(state[2:], default=0) < began - _TICK for state in states.values()
        ):
            self._parts[name] = part
        return part

    def _is_current(self, part: _Part) -> bool:
        return all(self._seen(path) == state for path, state in part.states.items())

    def _seen(self, path: Path) -> State:
        """The state of a file; each is looked at once a build."""
        if path not in self._states:
            self._states[path] = state_of(path)
        return self._states[path]

    def _next(self) -> int:
        self._count += 1
        return self._count


class NoMemory(BuildMemory):
    """For who builds once: everything is made, and nothing kept."""

    @property
    def keeps(self) -> bool:
        """Nothing is kept."""
        return False

    def keep(self, name: str, value: object) -> None:
        """Keep nothing."""

    def _made(self, name: str, key: object, make: Callable[[], T], files: FilesOf) -> _Part:  # noqa: ARG002
        return _Part(key, {}, make(), self._next())


def state_of(path: Path) -> State:
    """Inode, size, and when a file was written and changed last; nothing where there is none."""
    try:
        found = path.stat()
    except OSError:
        return _ABSENT
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
