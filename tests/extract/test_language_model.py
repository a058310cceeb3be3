"""A model behind a local server that plays recorded answers: its words are held against the page,
what it invents is never a candidate, and nothing leaves the machine by accident."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from hrdgraph.cli.app import run
from hrdgraph.extraction.candidates import Argument, Candidate, Verifier
from hrdgraph.extraction.language_model import ModelProposer
from hrdgraph.extraction.reading.lexicon import lexicons
from hrdgraph.extraction.reading.mentions import KnownNames
from hrdgraph.extraction.reading.naming import Naming
from hrdgraph.extraction.reading.page_reading import read_page

ROOT = Path(__file__).parents[2]
RULES, INVENTED = ROOT / "ontology" / "extraction", ROOT / "benchmarks" / "extraction" / "invented"

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
    said = capsys.readouterr()
    assert "does not answer" in said.err
    assert "Beacon Award" in said.out  # what the rules propose stays


def test_a_name_that_stands_twice_is_placed_by_nearness() -> None:
    text = "Rosa Lamp, of Kati.\nOmar Sow spoke.\nRosa Lamp, again of Kati, was given the prize.\n"
    start = text.index("was given")
    placed = Verifier(text).locate("Kati", (start, start + len("was given the prize")))
    assert isinstance(placed, Argument)
    assert placed.start == text.rindex("Kati")
    assert Verifier(text).locate("Kati") == 2


COLUMNS = {
    "award_conferral": ("conferral", "recipient", "award"),
    "nomination": ("conferral", "recipient", "award"),
    "role": ("role", "member", "role_text"), "membership": ("role", "member", "organisation"),
    "founding": ("founding", "founder", "organisation"), "statement": ("quotation", "speaker", ""),
}  # fmt: skip


def propose(text: str, answer: Callable[[str], str]) -> tuple[list[Candidate], int]:
    """What of a model's answer holds, and how much does not."""
    proposer = ModelProposer("stand-in", answer, frozenset(("killing", "arrest")))
    page = read_page(text, Naming(lexicons(RULES), KnownNames()), language="en")
    held, refused = Verifier(text).verify(proposer.propose(page))
    return held, len(refused)


def test_a_perfect_model_keeps_what_it_says() -> None:
    kept = told = 0
    for path in sorted(INVENTED.glob("*.txt")):
        _, text, lines = re.split(r"(?m)^---\n", path.read_text("utf-8"), maxsplit=2)
        facts = []
        for line in lines.strip().splitlines():
            kind, subject, thing, quote = (
                part.strip().replace(" / ", "\n") for part in line.split("|")
            )
            if kind in COLUMNS and subject in text and thing in text:
                name, one, other = COLUMNS[kind]
                arguments = {one: subject} | ({other: thing} if other else {})
                facts.append({"kind": name, "words": quote, "arguments": arguments})
        held, _ = propose(text, lambda _, told=facts: json.dumps({"facts": told}))  # type: ignore[misc]
        kept, told = kept + len(held), told + len(facts)
    assert told > 300
    assert kept >= 0.95 * told


def test_nothing_of_a_lying_model_is_kept() -> None:
    far = "Omar Sow spoke.\n" + "Nothing else was said that day.\n" * 100
    said = "Rosa Lamp received the Beacon Award"
    lies = [
        {"words": "Rosa Lamp was killed in 2014", "arguments": {"victim": "Rosa Lamp", "type": "killing"}, "kind": "act"},
        {"words": said, "arguments": {"victim": "Rosa Lamp", "type": "witchcraft"}, "kind": "act"},
        {"words": said, "arguments": {"recipient": "Karl Lindt", "award": "Beacon Award"}, "kind": "conferral"},
        {"words": said, "arguments": {"recipient": "Omar Sow", "award": "Beacon Award"}, "kind": "conferral"},
        {"words": "", "arguments": {"speaker": "Rosa Lamp"}, "kind": "quotation"},
        {"words": said, "arguments": ["Rosa Lamp"], "kind": {"a": 1}},
    ]  # fmt: skip
    held, refused = propose(far + TEXT, lambda _: json.dumps({"facts": lies}))
    assert held == []
    assert refused == 5


@pytest.mark.parametrize("broken", ["", "No.", "{", '{"facts": 7}', "[" * 5000, "{}"])
def test_a_broken_answer_is_asked_for_again(broken: str) -> None:
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return json.dumps({"facts": ANSWER["facts"][:1]}) if len(asked) == 2 else broken

    held, _ = propose(TEXT, answer)
    assert [item.row["award"] for item in held] == ["Beacon Award"]
    assert len(asked) == 2


def test_a_long_page_is_asked_about_in_parts() -> None:
    text = "Nothing was said that day.\n" * 1000 + TEXT
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        is_there = "Beacon Award" in prompt
        return json.dumps({"facts": ANSWER["facts"][:1] if is_there else []})

    assert len(propose(text, answer)[0]) == 1
    assert len(asked) == 3
