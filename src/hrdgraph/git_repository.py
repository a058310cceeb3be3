"""Git, for a folder that may be hostile: every call of git goes through this module.

The settings of a repository can name programs (a file monitor, filters, hooks, an editor, a
pager). None of them may run because somebody opened a project. So only git's plumbing is used,
which reads and writes objects and the index; what could start a program is switched off; files
become objects as they are, without filters; nothing is fetched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

_SECONDS: Final = 30.0  # that git may take
_SETTINGS: Final = {
    "core.fsmonitor": "false", "core.hooksPath": os.devnull, "core.attributesFile": os.devnull,
    "core.sshCommand": "false", "core.askPass": "", "core.editor": "false", "core.pager": "cat",
    "core.alternateRefsCommand": "false", "credential.helper": "", "commit.gpgSign": "false",
    "gpg.program": "false", "diff.external": "", "gc.auto": "0", "maintenance.auto": "false",
    "safe.bareRepository": "explicit",
}  # fmt: skip
_PERSONAL: Final = ("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM")
_ENVIRONMENT: Final = {
    "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C.UTF-8",
}  # fmt: skip


class GitError(Exception):
    """What git said when it refused something."""


class GitRepository:
    """The repository that a folder is in, if there is one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def is_there(self) -> bool:
        """Say whether git is installed and the folder is in a work tree."""
        try:
            return self._run("rev-parse", "--is-inside-work-tree").strip() == b"true"
        except GitError:
            return False

    @property
    def user_name(self) -> str:
        """Return the name of the person that git knows; "" where it knows none."""
        try:
            return self._run("config", "--get", "user.name").decode("utf-8", "replace").strip()
        except GitError:
            return ""

    def commit(self, names: Sequence[str], message: str) -> None:
        """Commit the files and folders `names` of the folder as they are now, but for what git
        ignores and links; nothing where nothing changed. What was staged by hand stays staged.
        GitError where git refuses."""
        prefix = self._run("rev-parse", "--show-prefix").rstrip(b"\n")
        listed = self._run(
            "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *names
        )
        entries = self._entries(sorted({name for name in listed.split(b"\0") if name}), prefix)
        head = self._head()
        with TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": os.path.join(folder, "index")}
            self._run("read-tree", head or "--empty", more=index)
            self._run("update-index", "-z", "--index-info", given=entries, more=index)
            tree = self._run("write-tree", more=index).decode().strip()
        if head and self._run("rev-parse", f"{head}^{{tree}}").decode().strip() == tree:
            return
        self._run("update-index", "-z", "--index-info", given=entries)
        parents = ("-p", head) if head else ()
        commit_id = self._run("commit-tree", tree, *parents, "-m", message).decode().strip()
        self._run(
            "update-ref",
            "-m",
            f"commit: {message}",
            "HEAD",
            commit_id,
            head or "0" * len(commit_id),
        )

    def _head(self) -> str:
        try:
            return self._run("rev-parse", "--verify", "--quiet", "HEAD").decode().strip()
        except GitError:
            return ""  # nothing was committed yet

    def _entries(self, names: Sequence[bytes], prefix: bytes) -> bytes:
        """Write the files as git objects and return the lines that add them to an index, and
        remove files that are gone from it. Links, other repositories and names with line breaks
        stay as they are.
        """
        width = 64 if self._run("rev-parse", "--show-object-format").strip() == b"sha256" else 40
        lines, entries = [], []
        for name in names:
            path = self._folder / os.fsdecode(name)
            if path.is_file() and not path.is_symlink() and b"\n" not in name:
                mode = b"100755" if os.name != "nt" and path.stat().st_mode & 0o100 else b"100644"
                entries.append((mode, name))
            elif not os.path.lexists(path):
                lines.append(b"0 %s\t%s\0" % (b"0" * width, prefix + name))
        top = os.fsencode(self._folder.resolve())
        paths = b"".join(os.path.join(top, name) + b"\n" for _, name in entries)
        objects = self._run("hash-object", "-w", "--no-filters", "--stdin-paths", given=paths)
        for (mode, name), object_id in zip(entries, objects.split(), strict=True):
            lines.append(b"%s %s\t%s\0" % (mode, object_id, prefix + name))
        return b"".join(lines)

    def _run(
        self, *arguments: str, given: bytes = b"", more: dict[str, str] | None = None
    ) -> bytes:
        """Return what git answers. GitError where it refuses, is not there, or takes too long."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GIT_") or name.startswith(_PERSONAL)
        }
        settings = (part for item in _SETTINGS.items() for part in ("-c", "=".join(item)))
        try:
            program = shutil.which("git")
            # Windows also looks in the folder that one is in, where a project may have put one
            folders = (Path.cwd(), self._folder.resolve())
            if program is None or Path(program).resolve().parent in folders:
                raise GitError("git is not installed")
            done = subprocess.run(
                [program, "--no-pager", *settings, *arguments], cwd=self._folder,
                input=given, capture_output=True, timeout=_SECONDS, check=False,
                env={**kept, **_ENVIRONMENT, **(more or {})},
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as error:
            raise GitError(f"git: {error}") from error
        if done.returncode:
            raise GitError(done.stderr.decode("utf-8", "replace").strip() or "git")
        return done.stdout
