"""Each example of docs/consume.md is asked of a server over the shipped graph, and says what is shown; the clients run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from tests.conftest import ROOT
from tests.web.endpoint.conftest import Running

PAGE = ROOT / "docs/consume.md"
CLIENTS = ROOT / "docs/clients"
_SHOWN = r"^```\n(?:\n```(json|text)\n(.*?)^```)?"
_BLOCK = re.compile(rf"^```http\n(.*?){_SHOWN}", re.S | re.M)
_COMMANDS = re.findall(rf"^```sh\n(.*?){_SHOWN}", PAGE.read_text("utf-8"), re.S | re.M)


class Example(NamedTuple):
    """What is asked, and the part of the answer that is shown."""

    path: str
    headers: dict[str, str]
    status: int
    media_type: str
    language: str
    shown: str


def examples() -> Iterator[Example]:
    for asked, language, shown in _BLOCK.findall(PAGE.read_text("utf-8")):
        first, *rest = asked.strip().splitlines()
        headers = dict(line.split(": ", 1) for line in rest if not line.startswith("=>"))
        expected = next((line[3:].split() for line in rest if line.startswith("=>")), ["200"])
        yield Example(
            first.removeprefix("GET "),
            headers,
            int(expected[0]),
            expected[1] if len(expected) > 1 else "",
            language,
            shown,
        )


EXAMPLES = list(examples())


@pytest.fixture(scope="module")
def server(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("consumed") / "project"
    shutil.copytree(built, folder, copy_function=os.link)
    running = Running(folder, client_errors=0, client_seconds=0)
    yield running
    running.stop()


def holds(found: Any, shown: Any) -> bool:
    """Whether an answer has all that is shown: the keys of an object, somewhere the items of a list."""
    if isinstance(shown, dict):
        return isinstance(found, dict) and all(
            key in found and holds(found[key], value) for key, value in shown.items()
        )
    if isinstance(shown, list):
        return isinstance(found, list) and all(
            any(holds(item, wanted) for item in found) for wanted in shown
        )
    return bool(found == shown)


def test_there_are_twenty_examples() -> None:
    count = len(EXAMPLES) + len(_COMMANDS)
    assert count >= 20
    numbers = re.findall(r"^### (\d+)\. ", PAGE.read_text("utf-8"), re.M)
    assert numbers == [str(number) for number in range(1, count + 1)]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("example", EXAMPLES, ids=[example.path[:60] for example in EXAMPLES])
def test_the_answer_is_what_is_shown(server: Running, example: Example) -> None:
    assert re.fullmatch(r"[!-~]+", example.path)  # so that any client takes it as it is
    address = server.address + example.path
    answer = httpx.get(address, headers=example.headers, follow_redirects=True, timeout=120)
    assert answer.status_code == example.status, answer.text[:300]
    if example.media_type:
        assert answer.headers["content-type"].startswith(example.media_type)
    if example.language == "json":
        assert holds(answer.json(), json.loads(example.shown)), answer.text[:600]
    for line in example.shown.splitlines() if example.language == "text" else ():
        assert line in answer.text


@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("sh")), reason="no curl, or no shell"
)
@pytest.mark.parametrize(("command", "language", "shown"), _COMMANDS)
def test_a_command_runs_as_printed(
    server: Running, command: str, language: str, shown: str
) -> None:
    command = command.replace("http://127.0.0.1:8000", server.address)
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, check=True, timeout=120
    )
    assert holds(json.loads(done.stdout), json.loads(shown)) if language == "json" else shown.strip() in done.stdout  # fmt: skip


@pytest.mark.heavy
def test_a_language_model_reads_what_the_page_shows(built: Path) -> None:
    pytest.importorskip("mcp")
    (code,) = re.findall(
        r"^```python\n(import asyncio.*?)^```", PAGE.read_text("utf-8"), re.S | re.M
    )
    code = code.replace('command="hrdgraph", args=["mcp", "."]', f'command={sys.executable!r}, args=["-m", "hrdgraph", "mcp", {str(built)!r}, "--anyway"]')  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    lines = done.stdout.splitlines()
    assert any("Martin Ennals" in line and "Joint Mobile Group" in line for line in lines)
    assert all(re.search(r" (verified|asserted) \['https://", line) for line in lines)


@pytest.mark.heavy
def test_the_python_client_runs(server: Running) -> None:
    command = [sys.executable, str(CLIENTS / "hrdgraph_client.py"), server.address]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    *won, events, found = done.stdout.splitlines()
    assert {line.split(" ", 1)[1] for line in won} == {"Joint Mobile Group"}
    assert int(events.split()[0]) > 50
    assert found == "Igor Kalyapin"


@pytest.mark.heavy
def test_the_typescript_client_runs(server: Running, tmp_path: Path) -> None:
    node = shutil.which("node")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout if node else ""  # fmt: skip
    if not version or int(version[1:].partition(".")[0]) < 22:
        pytest.skip("no Node of version 22 or later, which runs TypeScript as it is")
    shutil.copy(CLIENTS / "hrdgraph.ts", tmp_path)
    (tmp_path / "main.mts").write_text(
        'import { Graph } from "./hrdgraph.ts";\n'
        f'const graph = new Graph("{server.address}");\n'
        'const won = await graph.laureates("award/martin-ennals-award", "2013");\n'
        "console.log(new Set(won.flatMap((one) => one.recipients.map((who) => who.label))));\n"
        'console.log((await graph.search("kalyapn"))[0].label);\n'
    )
    command = [str(node), "--experimental-strip-types", str(tmp_path / "main.mts")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert "Joint Mobile Group" in done.stdout
    assert "Igor Kalyapin" in done.stdout
