"""Candidates of a page, one at a time, at the keyboard: accept, mend, refuse, unsure, undo."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click

from hrdgraph.catalogue import phrase
from hrdgraph.extract.acceptance import add_row, remove_row
from hrdgraph.extract.candidates import Argument, Candidate
from hrdgraph.extract.decisions import (
    ACCEPTED,
    MENDED,
    REFUSED,
    UNDONE,
    UNSURE,
    DecisionLog,
)
from hrdgraph.extract.sentences import sentence_of

_AROUND: Final = 160  # characters of the page that are shown on either side of the words
_KEYS: Final = "extract-keys"
FEWEST: Final = 10  # decisions of a rule before it may be accepted in bulk


@dataclass
class CandidateDialogue:
    """Asks about the candidates of one page. Each decision is on the disk before the next is
    asked for, so that one may stop at any time."""

    text: str
    folder: Path
    log: DecisionLog
    who: str
    language: str
    bar: float
    spoken: str = "en"  # the language of the page
    description: str = ""  # of the source, where it is new
    keys: int = 0
    done: list[tuple[Candidate, str]] = field(default_factory=list)

    def ask_all(self, candidates: tuple[Candidate, ...]) -> None:
        """Ask until none is left or the person stops."""
        while waiting := [
            item for item in self.log.waiting(candidates) if not self._is_put_off(item)
        ]:
            item = waiting[0]
            self._show(item, len(waiting))
            key = self._key()
            if key in ("q", "", "\x04"):
                break
            self._do(key, item, waiting)

    def _is_put_off(self, item: Candidate) -> bool:
        return any(other.key == item.key and verdict == UNSURE for other, verdict in self.done)

    def _do(self, key: str, item: Candidate, waiting: list[Candidate]) -> None:
        if key == "a":
            self._accept(item)
        elif key == "m":
            self._mend(item)
        elif key in ("r", "u"):
            self._decide(item, REFUSED if key == "r" else UNSURE)
        elif key == "z":
            self._undo()
        elif key == "b":
            self._bulk(item, waiting)
        else:
            click.echo(phrase(_KEYS, self.language))

    def _accept(self, item: Candidate) -> None:
        table = add_row(self.folder, item, self.spoken, self.description)
        self._decide(item, ACCEPTED, table=table)

    def _decide(self, item: Candidate, verdict: str, *, table: str = "", why: str = "") -> None:
        self.log = self.log.with_decision(item, verdict, self.who, table=table, why=why)
        self.done.append((item, verdict))

    def _mend(self, item: Candidate) -> None:
        """Ask for cells until a blank line; the row is the person's then, with the same words."""
        changed: dict[str, str] = {}
        while line := self._line(phrase("ask-column-value", self.language)):
            name, _, value = line.partition("=")
            if name.strip() in item.row:
                changed[name.strip()] = value.strip()
            else:
                known = ", ".join(sorted(item.row))
                click.echo(phrase("no-such-column", self.language, known=known))
        if not changed:
            return
        mended = item.changed(**changed)
        table = add_row(self.folder, mended, self.spoken, self.description)
        self.log = self.log.with_decision(
            mended, ACCEPTED, self.who, table=table, why="mended " + " ".join(sorted(changed))
        )
        self._decide(item, MENDED, why=mended.key)
        self.done.append((mended, ACCEPTED))

    def _undo(self) -> None:
        if not self.done:
            click.echo(phrase("nothing-to-undo", self.language))
            return
        item, verdict = self.done.pop()
        if verdict == ACCEPTED:
            remove_row(self.folder, item)
        self.log = self.log.with_decision(item, UNDONE, self.who)
        if self.done and self.done[-1][1] == MENDED and verdict == ACCEPTED:
            self._undo()

    def _bulk(self, item: Candidate, waiting: list[Candidate]) -> None:
        """Accept all of one rule, where people found it right often enough in this project."""
        found = next((rule for rule in self.log.precision() if rule.name == item.rule), None)
        judged = found.right + found.wrong if found else 0
        if found is None or judged < FEWEST or found.share < self.bar:
            text = "bulk-too-early"
            share = found.share if found else 0.0
            values: Mapping[str, object] = {
                "judged": judged,
                "share": f"{share:.0%}",
                "fewest": FEWEST,
                "bar": f"{self.bar:.0%}",
            }
            click.echo(phrase(text, self.language, **values))
            return
        for other in waiting:
            if other.rule == item.rule:
                self._accept(other)

    def _show(self, item: Candidate, left: int) -> None:
        click.echo()
        click.echo("\n".join(self._lines(item, left)))

    def _lines(self, item: Candidate, left: int) -> Iterator[str]:
        yield f"── {left} ── {item.kind} · {item.rule}"
        before = self.text[max(0, item.start - _AROUND) : item.start]
        after = self.text[item.end : item.end + _AROUND]
        marked = click.style(_plain(self.text[item.start : item.end]), bold=True, reverse=True)
        yield f"…{_plain(before)}{marked}{_plain(after)}…"
        yield click.style(sentence_of(item), bold=True)
        for name, cell in item.row.items():
            yield f"    {name} = {cell}{self._inferred(item.arguments.get(name))}"
        if item.competing:
            text = "other-reading-too"
            yield f"    {phrase(text, self.language)}"

    def _inferred(self, argument: Argument | None) -> str:
        if argument is None or not argument.is_inferred:
            return ""
        basis = f" ({argument.basis})" if argument.basis else ""
        return f"  ? {phrase('concluded-not-said', self.language)}{basis}"

    def _key(self) -> str:
        click.echo(phrase(_KEYS, self.language) + "\n> ", nl=False)
        self.keys += 1
        if not sys.stdin.isatty():
            return sys.stdin.readline().strip().lower()[:1]
        key = click.getchar()
        click.echo(key if key.isprintable() else "")
        return key.lower()

    def _line(self, prompt: str) -> str:
        click.echo(prompt, nl=False)
        self.keys += 1
        return sys.stdin.readline().strip()


def _plain(words: str) -> str:
    """Words on one line, without what moves a terminal."""
    return "".join(char if char.isprintable() else " " for char in words)


def counts_of(dialogue: CandidateDialogue) -> dict[str, int]:
    """How many of this sitting were decided in which way."""
    verdicts = [verdict for _, verdict in dialogue.done]
    return {name: verdicts.count(name) for name in (ACCEPTED, REFUSED, UNSURE)}
