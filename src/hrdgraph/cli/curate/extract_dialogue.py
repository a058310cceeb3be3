"""Candidates of a page, one at a time, at the keyboard: accept, mend, refuse, unsure, undo."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import click

from hrdgraph.catalogue import phrase
from hrdgraph.cli.shared.common import tell
from hrdgraph.extract.candidates import Argument, Candidate
from hrdgraph.extract.review.candidate_review import CandidateReview
from hrdgraph.extract.review.sentences import sentence_of

_AROUND: Final = 160  # characters of the page that are shown on either side of the words
_KEYS: Final = "extract-keys"


@dataclass
class CandidateDialogue:
    """Asks about the candidates of one page. Each decision is on the disk before the next is
    asked for, so that one may stop at any time. `keys` counts every key, Enter too."""

    review: CandidateReview
    language: str
    keys: int = 0

    def ask_all(self) -> None:
        """Ask until none is left or the person stops."""
        while waiting := self.review.waiting():
            self._show(waiting[0], len(waiting))
            key = self._key()
            if key in ("q", "", "\x04"):
                break
            self._do(key, waiting[0])

    def _do(self, key: str, item: Candidate) -> None:
        review = self.review
        plain = {"a": review.accept, "r": review.refuse, "u": review.put_off}
        if key == "a" and (missing := review.missing(item)):
            columns = ", ".join(missing)
            tell("row-needs-columns", self.language, columns=columns)
        elif key in plain:
            plain[key](item)
        elif key == "m":
            self._mend(item)
        elif key == "z":
            self._undo()
        elif key == "b":
            self._bulk(item)
        else:
            tell(_KEYS, self.language)

    def _mend(self, item: Candidate) -> None:
        """Ask for cells until a blank line; say so where no row came of them."""
        known, changed = self.review.columns(item), {}
        while line := self._line(phrase("ask-column-value", self.language)):
            name, _, value = line.partition("=")
            if name.strip() in known:
                changed[name.strip()] = value.strip()
            else:
                columns = ", ".join(known)
                tell("no-such-column", self.language, known=columns)
        if not self.review.mend(item, changed):
            self._say_why_not(item.changed(**changed))

    def _say_why_not(self, mended: Candidate) -> None:
        if missing := self.review.missing(mended):
            columns = ", ".join(missing)
            tell("row-needs-columns", self.language, columns=columns)
        else:
            tell("nothing-mended", self.language)

    def _undo(self) -> None:
        if self.review.undo() is None:
            tell("nothing-to-undo", self.language)

    def _bulk(self, item: Candidate) -> None:
        """Accept all of one rule, where people found it right often enough in this project."""
        standing = self.review.standing(item.rule)
        if standing.is_enough:
            self.review.accept_rule(item.rule)
            return
        values: dict[str, Any] = standing._asdict()
        values |= {"share": f"{standing.share:.0%}", "bar": f"{standing.bar:.0%}"}
        tell("bulk-too-early", self.language, **values)

    def _show(self, item: Candidate, left: int) -> None:
        click.echo()
        click.echo("\n".join(self._lines(item, left)))

    def _lines(self, item: Candidate, left: int) -> Iterator[str]:
        still = phrase("candidates-left", self.language, count=left)
        yield f"── {still} ── {item.kind} · {item.rule}"
        before = self.review.text[max(0, item.start - _AROUND) : item.start]
        after = self.review.text[item.end : item.end + _AROUND]
        marked = click.style(
            _plain(self.review.text[item.start : item.end]), bold=True, reverse=True
        )
        yield f"…{_plain(before)}{marked}{_plain(after)}…"
        yield click.style(sentence_of(item, self.language), bold=True)
        for name, cell in item.row.items():
            yield f"    {name} = {cell}{self._inferred(item.arguments.get(name))}"
        for name in self.review.missing(item):
            yield f"    {name} = ?  {phrase('cell-to-type', self.language)}"
        if item.competing:
            yield f"    {phrase('other-reading-too', self.language)}"

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
        line = sys.stdin.readline().strip()
        self.keys += len(line) + 1
        return line


def _plain(words: str) -> str:
    """Words on one line, without what moves a terminal."""
    return "".join(char if char.isprintable() else " " for char in words)
