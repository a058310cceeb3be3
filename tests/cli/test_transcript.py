"""What commands say of the new project of `hrdgraph init`, whole: golden/transcript.txt has each command behind a `$`, and what it says.
A new case is a new line with a `$`; what stands behind `<<<` is typed, `|` for Enter. HRDGRAPH_REWRITE=1 writes the file anew, to be read
before it is kept."""

from __future__ import annotations

import io
import os
import re
import shlex
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from hrdgraph.cli.app import run
from hrdgraph.version import __version__

GOLDEN = Path(__file__).parent / "golden" / "transcript.txt"
PAGE = """Rosa Lamp

Bolivian lawyer Rosa Lamp is president of the Lantern Committee. She received the Beacon Award in 2014. On 3 March 2016 she was arrested
in La Paz.
"""
TABLE = """Surname;First name;Country;Date of arrest;Place;Remarks;Colour
Lamp;Rosa;Bolivia;03/04/2011;La Paz;her son was told;red
Torch;Ivo;Peru;13/05/2011;Lima;do not publish;blue
Candle;Mia, Leo;Bolivia;around 2012;La Paz;;red
"""
LINES = 40  # of one answer that are kept to be read; the others are kept as a digest


def replace_what_changes(text: str, project: Path) -> list[str]:
    text = text.replace(str(project), "PROJECT").replace(__version__, "VERSION")
    changing = r"[0-9.,]+(?= (?:s|MB|kB)\b)|\b[0-9a-f]{40,}\b|\d{4}-\d\d-\d\dT[\d:.+Z]+"
    return re.sub(changing, "…", text).splitlines()


def test_commands_say_what_they_said(
    small_built: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:  # fmt: skip
    monkeypatch.chdir(small_built)
    (small_built / "page.txt").write_text(PAGE, "utf-8")
    (small_built / "arrests.csv").write_text(TABLE, "utf-8")
    lines = []
    for command in re.findall(r"^\$ (.*)", GOLDEN.read_text("utf-8"), re.M):
        words, _, keys = command.partition(" <<< ")
        typed = io.StringIO(keys.replace("|", "\n"))
        if words.startswith("import"):
            monkeypatch.setattr(typed, "isatty", lambda keys=keys: bool(keys))
        monkeypatch.setattr("sys.stdin", typed)
        code = run(shlex.split(words))
        sys.stdout.flush()
        said = capfdbinary.readouterr()
        told = replace_what_changes(said.out.decode() + said.err.decode(), small_built)
        rest = sha256("\n".join(told[LINES:]).encode()).hexdigest()[:12]
        more = [f"… {len(told) - LINES} lines {rest}"] if len(told) > LINES else []
        lines += [f"$ {command}", *told[:LINES], *more]
        lines += [f"exit code {code}"] if code else []
    if os.environ.get("HRDGRAPH_REWRITE"):
        GOLDEN.write_text("\n".join(lines) + "\n", "utf-8")
    assert lines == GOLDEN.read_text("utf-8").splitlines()
