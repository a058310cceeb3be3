"""Keep what is open in the workbench: the project, locked against other workbenches, its folder
for what is under way, and the builds."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import Any, Final

from hrdgraph.atomic_files import write_file, writing_to
from hrdgraph.catalogue import Vocabulary
from hrdgraph.errors import HrdgraphError, Origin
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.file_locks import LockState, lock
from hrdgraph.git_repository import GitError, GitRepository
from hrdgraph.identity.records import Record
from hrdgraph.pipeline.importing.workbook_writer import Cells, write_sheet
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.processes.child_process import ChildProcess
from hrdgraph.project import Project, open_project
from hrdgraph.project.model import DRAFTS
from hrdgraph.tempfiles import TemporaryFolder
from hrdgraph.user_state import project_state
from hrdgraph.workbench_app.sittings import PageSitting, PairSitting
from hrdgraph.workbench_app.tables.open_tables import OpenTables

Told = Callable[[str, int, int], None]


class TaskEnded(HrdgraphError):
    """A task whose process was ended before it was done."""


class TaskProcess:
    """A process that has loaded what tasks need, works on one of them, and ends."""

    def __init__(self) -> None:
        self._process = ChildProcess("hrdgraph.workbench_app.tasks.worker", heard=True)
        self.is_stopped = False

    def run(
        self, task: str, given: dict[str, Any], progress: Told = lambda _stage, _done, _all: None,
        seconds: float = 0,
    ) -> Any:  # fmt: skip
        """Return the result of the task. The HrdgraphError that was raised there; TaskEnded where
        the process was ended, or did not finish within so many `seconds`."""
        timer = Timer(seconds, self.stop) if seconds else None
        if timer:
            timer.daemon = True
            timer.start()
        try:
            return self._outcome(json.dumps({"task": task, "given": given}), progress)
        finally:
            if timer:
                timer.cancel()
            self._end()

    def _outcome(self, order: str, progress: Told) -> Any:
        process = self._process
        try:
            process.input.write(order.encode() + b"\n")
            process.input.flush()
        except OSError:
            raise TaskEnded("task-ended") from None
        for line in process.output:
            message = json.loads(line)
            if "progress" in message:
                progress(*message["progress"])
            elif "error" in message:
                raise HrdgraphError.from_dict(message["error"])
            else:
                return message["result"]
        raise TaskEnded("task-ended")

    def _end(self) -> None:
        """Let the process go once its task is done; tests keep it for the next."""
        self.stop()

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self.is_stopped = True
        self._process.end()


class SpareProcesses:
    """Gives processes for tasks; one is always ready, so that no one waits for it to load."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._spare: TaskProcess | None = None

    def take(self) -> TaskProcess:
        """Return a process, and start the next."""
        with self._lock:
            taken, self._spare = self._spare or TaskProcess(), TaskProcess()
            return taken

    def prepare(self) -> None:
        """Begin the first."""
        with self._lock:
            self._spare = self._spare or TaskProcess()

    def close(self) -> None:
        """End the one that is ready."""
        with self._lock:
            if self._spare is not None:
                self._spare.stop()
            self._spare = None


RUNNING: Final = "running"
BUILT, FAILED, STOPPED, NONE = "built", "failed", "stopped", "none"
_BUILD_FILE: Final = "build.json"


@dataclass(frozen=True)
class BuildState:
    """Where a build is, or what came of the last one. `errors` are those of the input, because of
    which nothing was changed or cells are left out, as `HrdgraphError.as_dict` tells them;
    `result` is in numbers."""

    state: str = NONE
    stage: str = ""
    done: int = 0
    total: int = 1
    started: float = 0.0
    seconds: float = 0.0
    errors: list[dict[str, Any]] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        return self.state == RUNNING


class BuildRuns:
    """The builds of the open project, one after the other, each in a process that ends with it."""

    def __init__(self, spare: SpareProcesses) -> None:
        self._spare, self._lock = spare, Lock()
        self._folder: Path | None = None
        self._process: TaskProcess | None = None
        self.state = BuildState()

    def of(self, folder: Path) -> None:
        """Turn to the builds of a project, by its folder for what is under way."""
        self.stop()
        self._folder = folder
        try:
            state = BuildState(**json.loads((folder / _BUILD_FILE).read_text("utf-8")))
            for error in state.errors:  # of another version they may be told otherwise
                HrdgraphError.from_dict(error)
            self.state = state
        except (OSError, ValueError, TypeError, KeyError):
            self.state = BuildState()

    def start(self, root: Path, language: str) -> None:
        """Begin a build, if none is under way."""
        with self._lock:
            if self.state.is_running:
                return
            self._process = process = self._spare.take()
            self.state = BuildState(RUNNING, "reading", started=time.time())
        given = {"project": str(root), "language": language}
        Thread(target=self._run, args=(process, given), daemon=True).start()

    def _run(self, process: TaskProcess, given: dict[str, Any]) -> None:
        def progress(stage: str, done: int, total: int) -> None:
            self.state = replace(self.state, stage=stage, done=done, total=total)

        try:
            result = process.run("build", given, progress)
            end = replace(self.state, state=BUILT, errors=result.pop("unread"), result=result)
        except HrdgraphError as error:
            state = STOPPED if isinstance(error, TaskEnded) else FAILED
            end = replace(self.state, state=state, errors=[error.as_dict()])
        self._process = None
        end = replace(end, seconds=round(time.time() - self.state.started, 1))
        self.state = end
        if self._folder is not None:
            text = json.dumps(asdict(end), ensure_ascii=False)
            with suppress(HrdgraphError):  # a full disk: it is known until the workbench ends
                write_file(self._folder / _BUILD_FILE, [text.encode()])

    def forget(self) -> None:
        """Forget what came of the last build, whose errors may have texts of cells."""
        if not self.state.is_running and self._folder is not None:
            self.stop()
            self.state = BuildState()
            (self._folder / _BUILD_FILE).unlink(missing_ok=True)

    def stop(self) -> None:
        """End the build that is under way, and its process; the last one that finished stays what
        it was."""
        process = self._process
        if process is not None:
            process.stop()
        while self.state.is_running:
            time.sleep(0.02)


_VERSIONS_FILE: Final = "versions.json"
_KEPT: Final = ("data", "hrdgraph.toml")  # what a person changes here; what is ignored stays out
_PAUSE: Final = (
    1.5  # seconds without an action, before a commit: typed cells are in their file then
)


class Versions:
    """The commits of the open project: off until the person wishes them, which is kept in the
    person's own folder, not in the project. The author is who git says. `problem` is what git
    said when a commit did not succeed."""

    def __init__(self, saved: Callable[[], None] = lambda: None) -> None:
        self._saved = saved  # writes what is not in the files yet
        self._lock = Lock()
        self._timer: Timer | None = None
        self._root: Path | None = None
        self._file: Path | None = None
        self._actions: list[str] = []
        self.problem = ""

    def of(self, root: Path, folder: Path, saved: Callable[[], None]) -> None:
        """Turn to a project, by its folder and the person's own folder about it."""
        self.finish()
        self._root, self._file, self._saved, self.problem = (
            root, folder / _VERSIONS_FILE, saved, "",
        )  # fmt: skip

    @property
    def is_wished(self) -> bool:
        """Tell whether the person wishes commits of this project."""
        with suppress(OSError, ValueError):
            return bool(self._file and json.loads(self._file.read_text("utf-8"))["commits"])
        return False

    def wish(self, *, commits: bool) -> None:
        """Begin or end with commits."""
        self.finish()
        self.problem = ""
        if self._file is not None:
            write_file(self._file, [json.dumps({"commits": commits}).encode()])

    @property
    def is_possible(self) -> bool:
        """Tell whether the folder of the project is in a repository, and git is there."""
        return self._root is not None and GitRepository(self._root).is_there

    def note(self, action: str) -> None:
        """Commit what an action changed, soon."""
        if not self.is_wished:
            return
        with self._lock:
            if action not in self._actions:
                self._actions.append(action)
            if self._timer is not None:
                self._timer.cancel()
            self._timer = Timer(_PAUSE, self.finish)
            self._timer.daemon = True
            self._timer.start()

    def finish(self) -> None:
        """Commit what was noted and is not committed yet."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            actions, self._actions, self._timer = self._actions, [], None
        if actions:
            self._saved()
            assert self._root is not None
            names = [name for name in _KEPT if (self._root / name).exists()]
            try:
                GitRepository(self._root).commit(names, "; ".join(actions))
                self.problem = ""
            except GitError as error:
                self.problem = str(error)


_MOST: Final = 12  # names that are offered at once
_PATIENCE: Final = 0.15  # seconds that an answer waits for names that are being read


@dataclass(frozen=True)
class KnownName:
    """A name, and what tells its bearer from others: years, countries, prizes."""

    name: str
    about: str


class GraphNames:
    """The names of the last build of a project, read in the background when they are first asked
    for; another build, another reading."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._build: object = None
        self._reading: Thread | None = None
        self._records: list[tuple[str, Record]] = []

    def like(
        self, text: str, kinds: Iterable[str], project: Project, language: str
    ) -> list[KnownName]:
        """List the names of things of some kinds that have a text in them; those that begin with
        it first. None while they are being read."""
        wanted, of = folded(text), set(kinds)
        if len(wanted) < 2 or not self._is_ready(project):
            return []
        records = [item for item in self._records if item[1].kind in of and wanted in item[0]]
        records.sort(key=lambda item: (not item[0].startswith(wanted), item[0]))
        words = Vocabulary("review", language)
        return [KnownName(record.names[0], _about(record, words)) for _, record in records[:_MOST]]

    def _is_ready(self, project: Project) -> bool:
        with self._lock:
            build = _build_of(project)
            if build != self._build:
                self._build, self._records, self._reading = build, [], None
            if build is None:
                return False
            if self._reading is None:
                self._reading = Thread(target=self._read, args=(project, build), daemon=True)
                self._reading.start()
            reading = self._reading
        if reading is not None:
            reading.join(_PATIENCE)
        return reading is None or not reading.is_alive()

    def _read(self, project: Project, build: object) -> None:
        from hrdgraph.library.identity import records_of

        try:
            records, _ = records_of(project, withheld=False)
        except HrdgraphError:
            return  # nothing was built, or something was withdrawn since
        named = [(folded(name), record) for record in records for name in record.names]
        with self._lock:
            if build == self._build:
                self._records = named


def _build_of(project: Project) -> object:
    """Return a value that changes with each build and withdrawal; None where none may be read."""
    try:
        return json.dumps(ReadableBuild(project).manifest, sort_keys=True)
    except HrdgraphError:
        return None


def _about(record: Record, words: Vocabulary) -> str:
    years = "–".join(f"{year}" for year in (record.birth, record.death) if year is not None)
    places = ", ".join(sorted(country.rpartition("/")[2] for country in record.countries)[:3])
    contexts = sorted({context.label for context in record.contexts if context.label})[:2]
    other = record.names[1:2]
    return " · ".join(filter(None, (words[record.kind], *other, years, places, *contexts)))


class ProjectLock:
    """The lock, held until it is released or the process ends. HrdgraphError where another holds
    it."""

    def __init__(self, folder: Path) -> None:
        self._file: int | None = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        if lock(self._file) is LockState.TAKEN:
            self.release()
            raise HrdgraphError("workbench-open-elsewhere", origin=Origin(str(folder.parent)))

    def release(self) -> None:
        """Let go."""
        if self._file is not None:
            with suppress(OSError):
                os.close(self._file)
        self._file = None


_LARGE: Final = 256 << 10  # bytes of a workbook: below, writing it takes no half second
_SECONDS: Final = 300.0  # that writing a workbook may take
FOLDER: Final = DRAFTS  # in a project: files that wait, and sources that were taken out


class Workplace:
    """One start of the workbench. `here` is the folder that new projects are made in; `mark`
    names the project that is open, so that a page of another changes nothing in it."""

    def __init__(self, root: Path | None, here: Path, *, read_only: bool = False) -> None:
        self.here, self.read_only = here, read_only
        self.key, self.secret = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.spare = SpareProcesses()
        self.root: Path | None = None
        self._lock: ProjectLock | None = None
        self._passing: TemporaryFolder | None = None
        self.builds = BuildRuns(self.spare)
        self.tables = OpenTables(here)
        self.review: PairSitting | None = None
        self.names = GraphNames()
        self.versions = Versions()
        self.sittings: dict[str, PageSitting] = {}  # over pages, by their deliveries
        if root is not None:
            self.open(root)

    def open(self, root: Path) -> None:
        """Open a project. ProjectError where there is none."""
        open_project(root)
        held, state = self._lock_project(root.resolve())
        self.root = root.resolve()
        self.tables.save()
        if self._lock is not None and self._lock is not held:
            self._lock.release()
        self._lock = held
        self.tables = OpenTables(state, self._write_sheet)
        self.review, self.sittings = None, {}
        self.builds.of(state)
        self.versions.of(self.root, state, self.tables.save)

    def _lock_project(self, root: Path) -> tuple[ProjectLock | None, Path]:
        """Lock a project, and return the person's own folder about it; where nothing may be
        changed, no lock and a temporary folder. HrdgraphError where another workbench has it."""
        if self.read_only:
            self._passing = self._passing or TemporaryFolder()
            return None, Path(self._passing.name)
        folder, state = folder_of(root), project_state(root)
        with writing_to(state):
            state.mkdir(mode=0o700, parents=True, exist_ok=True)
        if root == self.root and self._lock is not None:
            return self._lock, state
        return ProjectLock(folder), state

    @property
    def mark(self) -> str:
        """Return the name of the open project in forms."""
        return sha256(str(self.root).encode()).hexdigest()[:16] if self.root else ""

    @property
    def project(self) -> Project:
        """Return the project as it stands in its folder now. HrdgraphError where none is open."""
        if self.root is None:
            raise HrdgraphError("workbench-no-project")
        return open_project(self.root)

    def _write_sheet(self, path: Path, sheet: str, cells: Cells) -> str:
        """Write into a workbook: a large one in a process, so that nobody waits for it, and one
        that never ends is ended."""
        if path.stat().st_size < _LARGE:
            return write_sheet(path, sheet, cells)
        plain = {row: dict(texts) for row, texts in cells.items()}
        given = {"file": str(path), "sheet": sheet, "cells": plain}
        digest: str = self.spare.take().run("write", given, seconds=_SECONDS)
        return digest

    def forget(self) -> None:
        """Drop the undo history and the tables in memory, which may name somebody who is
        withdrawn now. Changes that are not in the files yet are written first."""
        self.tables.forget()
        self.builds.forget()
        self.review, self.sittings, self.names = None, {}, GraphNames()

    def close(self) -> None:
        """End what is under way."""
        self.versions.finish()
        self.tables.save()
        self.builds.stop()
        self.spare.close()
        if self._lock is not None:
            self._lock.release()
        if self._passing is not None:
            self._passing.cleanup()


def folder_of(root: Path) -> Path:
    """Return the folder for what is under way in a project: closed to others, ignored by git."""
    folder = root / FOLDER
    if not folder.is_dir():
        folder.mkdir(mode=0o700)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    return folder
