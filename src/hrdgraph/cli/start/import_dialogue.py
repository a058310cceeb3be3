"""What a table is taken for, shown and asked: the dialogue of `hrdgraph import`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from hrdgraph.api.words import headings
from hrdgraph.catalogue import phrase
from hrdgraph.cli.shared.common import error_told, table, tell
from hrdgraph.kinds.addresses import whole_address

if TYPE_CHECKING:
    from hrdgraph.kinds import Kind
    from hrdgraph.kinds.guess import Meaning
    from hrdgraph.pipeline.importing.propose import TableProposer
    from hrdgraph.pipeline.importing.table_proposal import TableProposal

_DAYS_FIRST: Final = ("fr", "es", "pt", "ru", "ar")
_LONGEST, _CELLS = 28, 12  # characters of an example, and cells of a question
_REASONS: Final = {
    "exact": "heading-says-it",
    "alike": "heading-like-it",
    "cells": "cells-are-such",
}


class ImportDialogue(NamedTuple):
    """Shows a person what tables are taken for, and asks about what is in doubt."""

    proposer: TableProposer
    language: str

    def show(self, proposal: TableProposal) -> None:
        """What a table is taken for, and five of its rows read aloud."""
        from hrdgraph.pipeline.importing.table_proposal import read_aloud

        self._show_table(proposal)
        self._show_columns(proposal)
        self._show_open(proposal)
        codes = self.proposer.codes
        for sentence in read_aloud(proposal, self._kind(proposal), self.language, codes):
            click.echo(f"  · {sentence}")

    def ask_to_publish(
        self, proposals: Sequence[TableProposal]
    ) -> tuple[list[TableProposal], bool]:
        """The tables with who sees their columns, and whether they are published: asked once, and
        again after each change."""
        from hrdgraph.pipeline.importing.audience import AUDIENCES, choose_audience

        found = [replace(item, is_seen=True) for item in proposals]
        by_word = {phrase(f"who-{name}", self.language): name for name in AUDIENCES}
        yes, no = (phrase(code, self.language) for code in ("word-yes", "word-no"))
        words = {"yes": yes, "no": no, "known": " / ".join(by_word)}
        while True:
            answer = click.prompt(phrase("ask-publish", self.language, **words), default=no)
            heading, equals, word = (part.strip() for part in answer.rpartition("="))
            seen_by = by_word.get(word.casefold(), word if word in AUDIENCES else "")
            if not equals and word.casefold() in (yes, no):
                return found, word.casefold() == yes
            if not seen_by or not any(heading in item.headings for item in found):
                tell("there-is-these", self.language, known=(*by_word, yes, no))
                continue
            for place, item in enumerate(found):
                if heading in item.headings:
                    found[place] = choose_audience(item, {heading: seen_by})
                    self._show_columns(found[place])

    def asked(self, proposal: TableProposal) -> TableProposal:
        """The proposal after the questions about what is in doubt."""
        if proposal.guess.doubt:
            proposal = self._asked_kind(proposal)
        proposal = self._asked_meanings(proposal)
        if proposal.dates_doubt:
            order = self._chosen("ask-date-order", ["dmy", "mdy"])
            proposal = replace(proposal, dates=order, dates_doubt=False)
        if proposal.missing:
            proposal = self._asked_value(proposal)
        return self._ask_private(self._asked_namesakes(proposal))

    def _ask_private(self, proposal: TableProposal) -> TableProposal:
        """The proposal after the questions which rows are private, and whether a title counts."""
        from hrdgraph.pipeline.importing.audience import answer_row_marks

        flags = [marks for marks in proposal.row_marks if not marks.is_likely]
        text = phrase("ask-flags", self.language, headings=[marks.heading for marks in flags])
        if flags and click.confirm(text, default=False):  # one question for all of them
            for marks in flags:
                proposal = answer_row_marks(proposal, marks, ())
        for marks in proposal.row_marks:
            cells = [
                cell or phrase("word-empty-cell", self.language) for cell in marks.cells[:_CELLS]
            ]
            text = phrase("ask-private-rows", self.language, heading=marks.heading, cells=cells)
            none, unsure = (phrase(code, self.language) for code in ("word-none", "word-unsure"))
            while True:
                hint = f"{text} ({none}, {unsure})"
                answer = [one.strip() for one in click.prompt(hint, default=unsure).split(";")]
                if answer == [unsure]:
                    break
                if answer == [none] or set(answer) <= {*cells, *marks.cells}:
                    by_text = dict(zip(cells, marks.cells, strict=False))
                    private = [by_text.get(one, one) for one in answer if one != none]
                    proposal = answer_row_marks(proposal, marks, private)
                    break
                tell("there-is-these", self.language, known=tuple(cells))
        title = proposal.private_title
        text = phrase("ask-private-title", self.language, text=title)
        if title and not click.confirm(text, default=True):
            proposal = replace(proposal, private_title="")
        return proposal

    def settled(self, proposal: TableProposal) -> TableProposal:
        """Where no date tells the order, days come first in languages that write so; in English
        it stays open."""
        if proposal.dates_doubt and self.language in _DAYS_FIRST:
            return replace(proposal, dates="dmy")
        return proposal

    def _kind(self, proposal: TableProposal) -> Kind:
        return self.proposer.kinds[proposal.guess.kind]

    def _label(self, proposal: TableProposal, name: str, otherwise: str) -> str:
        column = self._kind(proposal).column(name)
        return column.label(self.language) if column else otherwise

    def _show_table(self, proposal: TableProposal) -> None:
        guess = proposal.guess
        tell(
            "import-table", self.language, apart=True,
            where=", ".join(filter(None, (proposal.file.name, proposal.sheet))),
            row=proposal.region.header,
            count=len(proposal.rows),
            kind=self._kind(proposal).label(self.language),
            doubt=f" ({' / '.join(guess.others)}?)" if guess.doubt else "",
        )  # fmt: skip

    def _show_columns(self, proposal: TableProposal) -> None:
        """Each column with what it means, examples, and who will see it."""
        from hrdgraph.pipeline.importing.audience import audience_of

        rows = []
        for item in audience_of(proposal, self._kind(proposal)):
            meaning = next((m for m in proposal.guess.meanings if item.heading in m.headings), None)
            label = self._label(proposal, item.column, "") + ("?" * bool(meaning and meaning.doubt))
            examples = " · ".join(shorten(one, _LONGEST, placeholder="…") for one in item.examples)
            why = phrase(item.reason, self.language) if item.reason else self._reason(meaning)
            who = phrase(f"who-{item.seen_by}", self.language)
            rows.append((item.heading, label, examples, who, why))
        names = ("heading", "means", "examples", "who will see it", "because")
        table(headings(names, self.language), rows)

    def _reason(self, meaning: Meaning | None) -> str:
        """Why a heading is taken for its column."""
        if meaning is None or meaning.reason not in _REASONS:
            return ""
        reason, share = phrase(_REASONS[meaning.reason], self.language), meaning.share
        if share is not None and share < 1:
            reason += " " + phrase("cells-that-fit", self.language, share=round(100 * share))
        return reason

    def _show_open(self, proposal: TableProposal) -> None:
        """What is not sure, not read, or not there."""
        language, dropped = self.language, proposal.region.dropped
        if proposal.dates or proposal.dates_doubt:
            order = proposal.dates or phrase("day-month-doubt", language)
            tell("import-dates", language, order=order)
        if proposal.unknown:
            tell("texts-not-known", language, texts=", ".join(proposal.unknown))
        if dropped:
            numbers = ", ".join(map(str, dropped))
            tell("totals-left-out", language, count=len(dropped), numbers=numbers)
        if proposal.missing:
            label = self._label(proposal, proposal.missing, proposal.missing)
            tell("column-missing-what", language, column=label)
        self._show_names(proposal)
        self._show_rows(proposal)

    def _show_names(self, proposal: TableProposal) -> None:
        """What becomes of names in parts, and which names are of two."""
        language = self.language
        for parted in (one for one in proposal.guess.meanings if one.parts):
            example = next(
                (name for row in proposal.rows if (name := proposal.cell(row, parted.column))), ""
            )
            code = "names-joined-doubt" if parted.doubt else "names-joined"
            tell(code, language, columns=parted.parts, name=example)
        for item in proposal.namesakes:
            same, what = item.names[0], item.heading
            tell("name-in-rows-that-differ", language, name=same, count=item.rows, what=what)

    def _show_rows(self, proposal: TableProposal) -> None:
        """Cells and rows that a person should look at, and why nothing is published yet."""
        from hrdgraph.pipeline.importing.audience import why_restricted

        language = self.language
        for code, texts in _odd_cells(proposal):
            read = whole_address(texts[0])
            tell(code, language, count=len(texts), text=texts[0], read=read)
        if (level := proposal.guess.of("visibility")) is not None:
            count, column = len(proposal.hidden), level.heading
            tell("rows-kept-back", language, count=count, column=column)
        for name, rows in proposal.marks._asdict().items():
            if rows:
                numbers = ", ".join(map(str, sorted(rows)))
                tell(f"rows-{name}", language, count=len(rows), numbers=numbers)
        for code, text in why_restricted(proposal):
            tell(code, language, text=text)

    def _chosen(self, code: str, choices: list[str]) -> str:
        """What a person chooses, by default the first."""
        text = f"{phrase(code, self.language)} ({', '.join(choices)})"
        while (chosen := click.prompt(text, default=choices[0])) not in choices:
            tell("there-is-these", self.language, known=tuple(choices))
        return chosen

    def _asked_kind(self, proposal: TableProposal) -> TableProposal:
        guessed = proposal.guess.kind
        chosen = self._chosen("ask-kind", [guessed, *proposal.guess.others])
        if chosen != guessed:
            proposal = self.proposer.as_kind(proposal, chosen) or proposal
        return replace(proposal, guess=replace(proposal.guess, doubt=False))

    def _asked_meanings(self, proposal: TableProposal) -> TableProposal:
        guess, kept = proposal.guess, []
        for meaning in guess.meanings:
            label = self._label(proposal, meaning.column, "")
            heading = " + ".join(meaning.headings)
            text = phrase("ask-heading", self.language, heading=heading, column=label)
            if not meaning.doubt or click.confirm(text, default=True):
                kept.append(replace(meaning, doubt=False))
        columns = {meaning.column for meaning in kept}
        dropped = (
            name for item in guess.meanings if item.column not in columns for name in item.headings
        )
        unread = (*guess.unread, *dropped)
        return replace(proposal, guess=replace(guess, meanings=tuple(kept), unread=unread))

    def _asked_value(self, proposal: TableProposal) -> TableProposal:
        """The proposal with the answer to what no column says; asked again where it is no code."""
        from hrdgraph.errors import SourceError

        label = self._label(proposal, proposal.missing, proposal.missing)
        text = phrase("ask-what-is-missing", self.language, column=label)
        while True:
            try:
                return self.proposer.with_value(proposal, click.prompt(text))
            except SourceError as error:
                click.echo(error_told(error, self.language))

    def _asked_namesakes(self, proposal: TableProposal) -> TableProposal:
        apart = []
        for item in proposal.namesakes:
            text = phrase("ask-one-and-same", self.language, name=item.names[0])
            if not click.confirm(text, default=False):
                apart.append(item)
        return replace(proposal, namesakes=tuple(apart), namesakes_asked=True)


def _odd_cells(proposal: TableProposal) -> list[tuple[str, tuple[str, ...]]]:
    """What is told of cells, and of which."""
    told = (
        ("addresses-completed", proposal.completed),
        ("addresses-unlikely", proposal.misshaped),
        ("papers-restricted", proposal.papers),
        ("names-several", proposal.several),
        ("names-of-bodies", proposal.bodies),
    )
    return [(code, texts) for code, texts in told if texts]


def _told_cells(proposal: TableProposal) -> dict[str, Any]:
    """What a person should look at, for machines."""
    return {
        "addresses_completed": list(proposal.completed),
        "addresses_unlikely": list(proposal.misshaped),
        "papers": list(proposal.papers),
        "several_names": list(proposal.several),
        "organisations": list(proposal.bodies),
        "rows_not_public": len(proposal.hidden),
        "marks": {name: sorted(rows) for name, rows in proposal.marks._asdict().items()},
    }


def proposal_as_dict(proposal: TableProposal, kind: Kind) -> dict[str, Any]:
    """A proposal for machines."""
    from hrdgraph.pipeline.importing.audience import audience_of, why_restricted

    guess = proposal.guess
    why = [{"reason": code, "text": text} for code, text in why_restricted(proposal)]
    return {
        "file": proposal.file.name,
        "sheet": proposal.sheet,
        "area": proposal.area,
        "header": proposal.region.header,
        "rows": len(proposal.rows),
        "left_out_rows": list(proposal.region.dropped),
        "kind": guess.kind,
        "kind_in_doubt": guess.doubt,
        "other_kinds": list(guess.others),
        "columns": [_meaning_as_dict(item) for item in guess.meanings],
        "not_read": list(guess.unread),
        **_told_cells(proposal),
        "who_will_see_it": [item._asdict() for item in audience_of(proposal, kind)],
        "may_mark_private_rows": [item._asdict() for item in proposal.row_marks],
        "visibility": "restricted" if why else "public",
        "restricted_because": why,
        "missing": proposal.missing,
        "values": dict(proposal.values),
        "dates": proposal.dates,
        "dates_in_doubt": proposal.dates_doubt and not proposal.dates,
        "unknown": list(proposal.unknown),
        "namesakes": [
            {"names": list(item.names), "rows": item.rows, "differ_in": item.heading}
            for item in proposal.namesakes
        ],
        "delimiter": proposal.delimiter,
        "encoding": proposal.encoding,
    }


def _meaning_as_dict(item: Meaning) -> dict[str, Any]:
    named = {"heading": item.heading, "column": item.column, "reason": item.reason}
    return {**named, "share": item.share, "in_doubt": item.doubt, "joined": list(item.parts)}
