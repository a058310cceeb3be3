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
_CHUNK: Final = 12_000  # characters of a page that are asked about at once
_BESIDE: Final = 1_000  # characters between a passage and what it is about
_AGAIN: Final = "\n\nYour answer was no JSON of that form. Answer with JSON only."
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
    """Proposes what a model says. `model` is its name, which a change of model changes; `types`
    are the codes of acts, where they are known."""

    model: str
    ask: Ask
    types: frozenset[str] = frozenset()
    name: str = "language-model"

    @property
    def version(self) -> str:
        return self.model

    def propose(self, page: Page) -> Iterable[Candidate]:
        """Return the candidates that the model named; those without their words are refused."""
        verifier = Verifier(page.text)
        for part in _parts(page.text):
            prompt = prompt_of(part)
            facts = _facts(self.ask(prompt))
            for item in _facts(self.ask(prompt + _AGAIN)) or () if facts is None else facts:
                yield _candidate(page, verifier, item, self.types)


def _parts(text: str) -> Iterator[str]:
    """Cut a long page at line ends."""
    start = 0
    while start < len(text):
        end = text.rfind("\n", start + 1, start + _CHUNK) if len(text) - start > _CHUNK else -1
        end = end if end > start else start + _CHUNK
        yield text[start:end]
        start = end


def _facts(answer: str) -> list[Mapping[str, Any]] | None:
    """Return the facts of an answer, which may be wrapped in other words; None of a broken one."""
    first, last = answer.find("{"), answer.rfind("}")
    try:
        facts = json.loads(answer[first : last + 1])["facts"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(facts, list):
        return None
    return [item for item in facts if isinstance(item, dict) and str(item.get("kind")) in COLUMNS]


def _candidate(
    page: Page, verifier: Verifier, item: Mapping[str, Any], types: frozenset[str]
) -> Candidate:
    kind, passage = str(item["kind"]), str(item.get("words", ""))
    words = verifier.locate(passage)
    given = item.get("arguments", {})
    arguments = given if isinstance(given, dict) else {}
    constants = {name: str(arguments[name]) for name in _CONSTANT if name in arguments}
    invented = [text for text in constants.values() if types and text not in types]
    place = (words.start, words.end) if isinstance(words, Argument) else None
    located = {
        name: _argument(verifier, str(value), place)
        for name, value in arguments.items()
        if name in COLUMNS[kind] and name not in _CONSTANT and value
    }
    if invented:
        located["type"] = Argument(invented[0], 0, 0)  # a code that is none is refused
    start, end = place or (0, 0)
    text = words.text if isinstance(words, Argument) else passage
    return Candidate(
        kind, located, constants, start, end, page.language, "language-model", f"model.{kind}",
        words=text,
    )  # fmt: skip


def _argument(verifier: Verifier, words: str, place: tuple[int, int] | None) -> Argument:
    """Words of the page at their place; words that are not in the passage or near it keep no place,
    and are refused."""
    argument = verifier.locate(words, place)
    if not isinstance(argument, Argument):
        return Argument(words, 0, 0)
    start, end = place or (argument.start, argument.end)
    is_beside = max(argument.start - end, start - argument.end) <= _BESIDE
    return argument if is_beside else Argument(words, 0, 0)


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
