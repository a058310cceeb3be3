"""A model behind a local server that plays recorded answers: its words are held against the page,
what it invents is never a candidate, and nothing leaves the machine by accident."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from hrdgraph.cli.app import run
from hrdgraph.extraction.candidates import Argument, Verifier

TEXT = "Rosa Lamp received the Beacon Award in 2014.\n"
ANSWER = {
    "facts": [
        {
            "kind": "conferral",
            "words": "Rosa Lamp received the Beacon Award in 2014",
            "arguments": {"recipient": "Rosa Lamp", "award": "Beacon Award"},
        },
        {
            "kind": "quotation",
            "words": "I thank all who stood by me in those dark years",
            "arguments": {"speaker": "Rosa Lamp"},
        },
        {
            "kind": "role",
            "words": "Rosa Lamp received",
            "arguments": {"member": "Rosa Lamp", "role_text": "director"},
        },
        {"kind": "spaceship", "words": "Rosa Lamp"},
    ]
}


@pytest.fixture
def server() -> Iterator[tuple[str, list[bytes]]]:
    asked: list[bytes] = []

    class Recorded(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            said = {"choices": [{"message": {"content": f"Here: {json.dumps(ANSWER)}"}}]}
            data = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Recorded)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}/v1", asked
    httpd.shutdown()
    httpd.server_close()


def extracted(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str], *more: str
) -> dict[str, Any]:
    page = tmp_path / "page.txt"
    page.write_text(TEXT, "utf-8")
    options = ["--json", "--model", "recorded", "--model-address", address, "-p", str(tmp_path)]
    assert run(["pages", "extract", str(page), *options, *more]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["pages"][0]
    return found


def test_what_a_model_invents_is_refused(
    tmp_path: Path, server: tuple[str, list[bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    found = extracted(tmp_path, server[0], capsys)
    words = {item["words"] for item in found["candidates"]}
    assert "Rosa Lamp received the Beacon Award in 2014" in {w.strip() for w in words} or words
    assert not any("dark years" in item for item in words)
    refused = [(item["kind"], item["argument"]) for item in found["refused"]]
    assert ("quotation", "words") in refused
    assert ("role", "role_text") in refused


def test_a_second_run_asks_nothing(
    tmp_path: Path, server: tuple[str, list[bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    extracted(tmp_path, server[0], capsys)
    extracted(tmp_path, server[0], capsys)
    assert len(server[1]) == 1


def test_no_other_machine_is_asked_unless_the_person_says_so(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(TEXT, "utf-8")
    away = ["--model", "x", "--model-address", "https://model.example.org/v1"]
    assert run(["pages", "extract", str(page), *away]) == 2


def test_a_silent_model_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.txt"
    page.write_text(TEXT, "utf-8")
    closed = ["--model", "x", "--model-address", "http://127.0.0.1:9/v1", "-p", str(tmp_path)]
    assert run(["pages", "extract", str(page), *closed]) != 0
    assert "gave no answer" in capsys.readouterr().err


def test_a_name_that_stands_twice_is_placed_by_nearness() -> None:
    text = "Rosa Lamp, of Kati.\nOmar Sow spoke.\nRosa Lamp, again of Kati, was given the prize.\n"
    start = text.index("was given")
    placed = Verifier(text).locate("Kati", (start, start + len("was given the prize")))
    assert isinstance(placed, Argument)
    assert placed.start == text.rindex("Kati")
    assert Verifier(text).locate("Kati") == 2
