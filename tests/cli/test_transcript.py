"""What commands say of the new project of `hrdgraph init`, whole: golden/transcript.txt has each command behind a `$`, and what it says.
A new case is a new line with a `$`; the test writes the file anew where one can read and copy it."""

from __future__ import annotations

import re
import shlex
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from hrdgraph.cli.app import run
from hrdgraph.version import __version__

GOLDEN = Path(__file__).parent / "golden" / "transcript.txt"
LINES = 40  # of one answer that are kept to be read; the others are kept as a digest


def replace_what_changes(text: str, project: Path) -> list[str]:
    text = text.replace(str(project), "PROJECT").replace(__version__, "VERSION")
    changing = r"[0-9.,]+(?= (?:s|MB|kB)\b)|\b[0-9a-f]{40,}\b|\d{4}-\d\d-\d\dT[\d:.+Z]+"
    return re.sub(changing, "…", text).splitlines()


def test_commands_say_what_they_said(
    small_built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:  # fmt: skip
    monkeypatch.chdir(small_built)
    lines = []
    for command in re.findall(r"^\$ (.*)", GOLDEN.read_text("utf-8"), re.M):
        code = run(shlex.split(command))
        sys.stdout.flush()
        said = capfdbinary.readouterr()
        told = replace_what_changes(said.out.decode() + said.err.decode(), small_built)
        rest = sha256("\n".join(told[LINES:]).encode()).hexdigest()[:12]
        more = [f"… {len(told) - LINES} lines {rest}"] if len(told) > LINES else []
        lines += [f"$ {command}", *told[:LINES], *more]
        lines += [f"exit code {code}"] if code else []
    now = tmp_path / GOLDEN.name
    now.write_text("\n".join(lines) + "\n", "utf-8")
    assert lines == GOLDEN.read_text("utf-8").splitlines(), f"if it is better, copy {now}"
