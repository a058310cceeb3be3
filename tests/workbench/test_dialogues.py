"""What the rooms say from the first file to the last decision: golden/dialogues.txt has each request behind a `>`, and the words of its
answer. HRDGRAPH_REWRITE=1 writes the file anew, to be read before it is kept."""

from __future__ import annotations

import os
import re
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Final

import pytest
from tests.cli.test_transcript import PAGE, TABLE
from tests.workbench.test_gate import Client
from tests.workbench.test_rooms import deliver

from hrdgraph.version import __version__

GOLDEN: Final = Path(__file__).parent / "golden" / "dialogues.txt"
LINES: Final = 30  # of one answer that are kept to be read; the others are kept as a digest
_PAGE_STEPS: Final = (
    {"what": "accept"}, {"what": "accept", "who": "Inés"}, {"what": "undo"}, {"what": "undo"}, {"what": "refuse"}, {"what": "unsure"},
    {"what": "bulk"}, {"what": "nonsense"}, {"what": "accept", "cell.name": "Beacon Prize"}, {"what": "accept"}, {"what": "accept"},
    {"what": "accept"}, {"what": "accept", "cell.organisation": ""}, {"what": "accept", "cell.date": "31 February 2016"},
    {"what": "add", "words": "she was arrested in La Paz", "start": "0", "kind": "nothing"},
    {"what": "add", "words": "she was arrested in La Paz", "start": "0", "kind": "act", "cell.date": "never"},
    {"what": "add", "words": "she was arrested in La Paz", "start": "0", "kind": "act", "cell.type": "arrest", "cell.victim": "Rosa Lamp", "cell.date": "2016"},
)  # fmt: skip
_ROOMS: Final = (
    "/", "/sources", "/findings", "/publish", "/pages", "/citing", "/same", "/build", "/names?text=ad", "/tour?step=2", "/nowhere",
    "/table?source=example&table=people.csv", "/table/rows?source=example&table=people.csv&from=0&count=5", "/sources?start=1",
)  # fmt: skip


class _Talk:
    """Asks as one person does, and writes down what is answered."""

    def __init__(self, client: Client, root: Path) -> None:
        self.client, self.root, self.lines, self.last = client, root, list[str](), ""

    def say(
        self, title: str, path: str, data: dict[str, str] | None = None, tag: str = "en"
    ) -> None:
        """Ask for a page, or send a form, and follow to where it leads."""
        head = {"Accept-Language": tag}
        answer = self.client.ask(path, headers=head) if data is None else self.client.post(path, data, head)  # fmt: skip
        code = [answer.status_code]
        while answer.status_code == 303:
            answer = self.client.ask(answer.headers["location"], headers=head)
            code.append(answer.status_code)
        self.last = answer.text
        words = [self._plain(line) for line in _words_of(answer.text)]
        rest = sha256("\n".join(words[LINES:]).encode()).hexdigest()[:12]
        more = [f"… {len(words) - LINES} lines {rest}"] if len(words) > LINES else []
        self.lines += [f"> {title} {data or ''}".rstrip() + f" {code}", *words[:LINES], *more]

    def _plain(self, line: str) -> str:
        line = line.replace(str(self.root), "PROJECT").replace(str(self.root.parent), "FOLDER")
        line = line.replace(__version__, "VERSION").replace(self.client.workplace.mark, "MARK")
        return re.sub(r"\b[0-9a-f]{16,}\b|\d{4}-\d\d-\d\dT[\d:.+Z]+|\d\d:\d\d\b", "…", line)


def _words_of(page: str) -> list[str]:
    """The text of a page line by line, and what its fields hold; without what stands on each page."""
    page = page[page.find("<main") :] if "<main" in page else page
    page = re.sub(r"(?s)<(style|script|svg)\b.*?</\1>|<head\b.*?</head>", "", page)
    page = re.sub(r'<(?:input|option|button)\b[^>]*?name="([^"]*)"[^>]*?value="([^"]*)"[^>]*>', r"\n[\1 = \2]\n", page)  # fmt: skip
    page = unescape(re.sub(r"<[^>]*>", "\n", page))
    return [" ".join(line.split()) for line in page.splitlines() if line.strip()]


def test_rooms_say_what_they_said(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    client = Client(small, tmp_path)
    talk = _Talk(client, small)
    for room in _ROOMS:
        talk.say(room, room, tag={"/sources": "fr", "/publish": "es"}.get(room, "en"))
    text = "".join(f"<p>{part}</p>" for part in PAGE.split("\n\n"))
    place = deliver(client, ("page.html", f"<html><body>{text}</body></html>".encode()))
    talk.say("the page", place)
    talk.say("the page, of no address", f"{place}?address=nowhere")
    talk.say("the page, of an address", f"{place}?address=https://example.org/lamp")
    talk.say("words of the page", f"{place}?words=president+of+the&start=0&kind=role")
    for number, step in enumerate(_PAGE_STEPS):
        key = re.search(r'name="key" value="([^"]+)"', talk.last)
        if number >= 2:
            client.cookies["hrdgraph-who"] = "In%C3%A9s"
        language = "es" if number % 5 == 4 else "en"
        keyed = {"key": key[1]} if key else {}
        lines = len(talk.lines)
        talk.say("decide", place, {**keyed, **step}, language)
        talk.lines[lines] = re.sub(r"'key': '[^']*'", "'key': …", talk.lines[lines])
        if 'name="key"' not in talk.last:
            talk.say("again", place)
    place = deliver(client, ("arrests.csv", TABLE.encode()))
    talk.say("the table", place)
    talk.say("la table", place, tag="fr")
    fields = {"t0.kind": "act", "t0.shown_kind": "act", "name": "arrests", "source_title": "Arrests"}  # fmt: skip
    talk.say("change", place, {**fields, "action": "show"})
    talk.say("accept", place, {**fields, "action": "accept"})
    for path in sorted((small / "data/sources").rglob("*")):
        if path.is_file() and path.parent.name not in ("example", "countries"):
            talk.lines += [f"= {path.relative_to(small)}", *path.read_text("utf-8").splitlines()]
    client.workplace.close()
    if os.environ.get("HRDGRAPH_REWRITE"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text("\n".join(talk.lines) + "\n", "utf-8")
    assert talk.lines == GOLDEN.read_text("utf-8").splitlines()
