"""A language model as a proposer: it is asked for words of the page, never for positions, and what
it says is held against the page like anybody's.

How it is asked is passed in, so that nothing here reaches a network. An answer that is no JSON, or
words that are not in the page, become candidates that the verifier refuses, never facts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hrdgraph.extraction.candidates import Argument, Candidate, Verifier
from hrdgraph.extraction.reading.page_reading import Page

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "conferral": ("recipient", "award", "date"),
    "role": ("member", "role_text", "organisation", "date"),
    "founding": ("organisation", "founder", "date"), "act": ("type", "victim", "date", "place"),
    "attribute": ("subject", "value"), "quotation": ("speaker",),
}  # fmt: skip
_CONSTANT: Final = ("type",)
PROMPT: Final = """Read the page below and list the facts that it states. Answer with JSON only:
{"facts": [{"kind": KIND, "words": WORDS, "arguments": {NAME: WORDS}}]}
Kinds and their arguments: %s.
WORDS are copied from the page letter by letter: never translate, correct, complete or invent.
Leave out an argument that the page does not state. Give no positions.

PAGE:
%s"""

Ask = Callable[[str], str]  # a prompt into the answer of the model


def prompt_of(text: str) -> str:
    """Return what would be sent for a page: all of it."""
    kinds = "; ".join(f"{kind} ({', '.join(names)})" for kind, names in COLUMNS.items())
    return PROMPT % (kinds, text)


@dataclass(frozen=True)
class ModelProposer:
    """Proposes what a model says. `model` is its name, which a change of model changes."""

    model: str
    ask: Ask
    name: str = "language-model"

    @property
    def version(self) -> str:
        return self.model

    def propose(self, page: Page) -> Iterable[Candidate]:
        """Return the candidates that the model named; those without their words are refused."""
        verifier = Verifier(page.text)
        for item in _facts(self.ask(prompt_of(page.text))):
            yield _candidate(page, verifier, item)


def _facts(answer: str) -> Iterator[Mapping[str, Any]]:
    """Return the facts of an answer, which may be wrapped in other words."""
    first, last = answer.find("{"), answer.rfind("}")
    try:
        said = json.loads(answer[first : last + 1])
        facts = said["facts"]
    except (ValueError, KeyError, TypeError):
        return
    for item in facts if isinstance(facts, list) else ():
        if isinstance(item, dict) and item.get("kind") in COLUMNS:
            yield item


def _candidate(page: Page, verifier: Verifier, item: Mapping[str, Any]) -> Candidate:
    kind, said = str(item["kind"]), str(item.get("words", ""))
    words = verifier.locate(said)
    given = item.get("arguments", {})
    arguments = given if isinstance(given, dict) else {}
    constants = {name: str(arguments[name]) for name in _CONSTANT if name in arguments}
    place = (words.start, words.end) if isinstance(words, Argument) else None
    located = {
        name: _argument(verifier, str(value), place)
        for name, value in arguments.items()
        if name in COLUMNS[kind] and name not in _CONSTANT and value
    }
    start, end = place or (0, 0)
    text = words.text if isinstance(words, Argument) else said
    return Candidate(
        kind, located, constants, start, end, page.language, "language-model", f"model.{kind}",
        words=text,
    )  # fmt: skip


def _argument(verifier: Verifier, words: str, place: tuple[int, int] | None) -> Argument:
    """Words of the page at their place; words that are not there keep no place, and are refused."""
    found = verifier.locate(words, place)
    return found if isinstance(found, Argument) else Argument(words, 0, 0)


def caching(ask: Ask, folder: Path, model: str) -> Ask:
    """Ask once: answers are kept by model and prompt, so that a second run costs nothing."""

    def ask_once(prompt: str) -> str:
        key = hashlib.sha256(f"{model}\x1f{prompt}".encode()).hexdigest()
        path = folder / f"{key}.txt"
        if path.is_file():
            return path.read_text("utf-8")
        answer = ask(prompt)
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(answer, "utf-8")
        return answer

    return ask_once
