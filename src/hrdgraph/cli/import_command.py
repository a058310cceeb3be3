"""`hrdgraph import`: workbooks and tables into sources, with what was guessed, why, and what is
left to say."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from shlex import quote
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from hrdgraph.catalogue import Message, phrase, render
from hrdgraph.catalogue.words import headings
from hrdgraph.cli.build_command import tell_restricted
from hrdgraph.cli.command_from_function import (
    EXISTING,
    FLAG,
    CommandCall,
    argument,
    option,
    own_command,
)
from hrdgraph.cli.common import echo_json, table, tell, tell_left_out
from hrdgraph.cli.option_values import OneOf
from hrdgraph.errors import HrdgraphError, SourceError, table_of_errors
from hrdgraph.fact_kinds.cell_values import (
    is_country,
    split_cell,
    whole_address,
)
from hrdgraph.fact_kinds.confidentiality import as_yes_or_no
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.library.calls import UsageError
from hrdgraph.library.importing import cell_errors, proposals_of
from hrdgraph.project import open_project
from hrdgraph.project.model import PRIVATE
from hrdgraph.tempfiles import TemporaryFolder

if TYPE_CHECKING:
    from hrdgraph.fact_kinds import Kind
    from hrdgraph.fact_kinds.guess import Meaning
    from hrdgraph.pipeline.importing.name_suggestions import TwoSpellings
    from hrdgraph.pipeline.importing.propose import TableProposer
    from hrdgraph.pipeline.importing.questions import TableQuestion
    from hrdgraph.pipeline.importing.table_proposal import TableProposal
    from hrdgraph.pipeline.importing.update import RowChange, SourceUpdate, UpdateConflict
    from hrdgraph.project import Project


def find_source(
    project: Project, files: Sequence[Path], name: str, language: str, *, asks: bool
) -> str | None:
    """Return the source that files are for: `name`, or one that has older copies of them under
    another name, where the person says so. None where that must be said first."""
    from hrdgraph.pipeline.importing.update import find_similar_sources

    usual = re.sub(r"[\W_]+", "-", files[0].stem.casefold()).strip("-") or "table"
    if name != usual or any(source.name == name for source in project.sources):
        return name  # it was chosen, or is the one that has a file of this name
    similar = [one for one in find_similar_sources(project, files) if one.is_sure]
    if not similar:
        return name
    tell("import-looks-known", language, file=files[0].name, known=similar[0].file,
         name=similar[0].name, count=similar[0].same, total=similar[0].total)  # fmt: skip
    if not asks:
        tell("import-say-which", language, err=True, name=similar[0].name, other=name)
        return None
    return similar[0].name if confirm("import-is-newer-copy", language) else name


def update_source(
    project: Project, files: Sequence[Path], name: str, prefer: str, language: str, *, asks: bool,
    as_json: bool,
) -> SourceUpdate | None:  # fmt: skip
    """Merge files into a source, and print what came of it, or the conflicts that are left. None
    where the description of the source does not fit them."""
    from hrdgraph.pipeline.importing.update import update_files

    done = update_files(project, name, files, {}, prefer)
    if done is not None and done.conflicts and asks:
        choices = {conflict.key: _ask(conflict, language) for conflict in done.conflicts}
        done = update_files(project, name, files, choices, prefer)
    if done is None:
        return None
    if as_json:
        echo_json(_as_dict(name, done))
    elif done.conflicts:
        tell("import-conflicts", language, err=True, count=len(done.conflicts))
        for one in done.conflicts:
            click.echo(f"  {describe_conflict(one, language)}", err=True)
        tell("import-decide-conflicts", language, err=True)
    else:
        _print_changes(name, done.files, language)
        for kept in done.kept_back:
            click.echo(render(kept.message(project.source(name).description_file), language))
    return done


def describe_conflict(conflict: UpdateConflict, language: str) -> str:
    """Return a conflict in words: where it is, and the texts."""
    if conflict.heading:
        code = "import-conflict"
    else:
        code = "import-conflict-row-deleted" if not conflict.mine else "import-conflict-row-gone"
    fields = conflict._asdict() | {"before": conflict.before or "", "column": conflict.heading}
    del fields["heading"]
    return render(Message(code, **fields), language)


def _ask(conflict: UpdateConflict, language: str) -> str:
    click.echo(describe_conflict(conflict, language))
    chosen = click.Choice(["mine", "theirs"])
    question = phrase("import-whose-text", language)
    answer: str = click.prompt(question, type=chosen, default="mine")
    return answer


def _print_changes(name: str, change: Mapping[str, RowChange], language: str) -> None:
    for file, one in change.items():
        tell("import-updated", language, file=file, count=one.before, after=one.after)
        if one.after < one.before:
            tell("import-rows-fewer", language, count=one.before - one.after)
        if one.dropped:
            numbers = ", ".join(map(str, one.dropped))
            tell("totals-left-out", language, count=len(one.dropped), numbers=numbers)
        if one.kept:
            tell("import-corrections-kept", language, count=one.kept)
        if one.unwritten:
            cells = "; ".join(one.unwritten)
            tell("import-corrections-unwritten", language, count=len(one.unwritten), cells=cells)
    tell("import-undo-with", language, name=name)


def _as_dict(name: str, done: SourceUpdate) -> dict[str, object]:
    return {
        "source": name,
        "updated": not done.conflicts,
        "rows": {file: [one.before, one.after] for file, one in done.files.items()},
        "left_out_rows": {file: list(one.dropped) for file, one in done.files.items()},
        "kept": {file: one.kept for file, one in done.files.items()},
        "conflicts": [conflict._asdict() | {"key": conflict.key} for conflict in done.conflicts],
        "only_us": [one._asdict() for one in done.kept_back],
    }


def confirm(code: str, language: str, *, default: bool = True, **fields: Any) -> bool:
    """Ask yes or no, in the words of the language or of another."""
    yes, no = (phrase(one, language) for one in ("word-yes", "word-no"))
    choices = f"[{yes[0].upper()}/{no[0]}]" if default else f"[{yes[0]}/{no[0].upper()}]"
    while True:
        text = f"{phrase(code, language, **fields)} {choices}"
        typed = click.prompt(text, default=yes if default else no, show_default=False)
        if (is_yes := as_yes_or_no(typed)) is not None:
            return is_yes
        tell("there-is", language, known=(yes, no))


_LONGEST, _CELLS = 28, 12  # characters of an example, and cells of a question
_EXAMPLES: Final = 5  # cells of each column of a question
_FIRST: Final = 8  # choices of a long list that are shown


class ImportDialogue(NamedTuple):
    """Shows a person what tables are taken for, and asks about what is in doubt."""

    proposer: TableProposer
    language: str

    def show(self, proposal: TableProposal) -> None:
        """Show what a table is taken for, and five of its rows read aloud."""
        from hrdgraph.pipeline.importing.table_proposal import read_aloud

        self._show_table(proposal)
        self._show_columns(proposal)
        self._show_notes(proposal)
        if not self.proposer.asks:
            self._show_open(proposal)
        codes = self.proposer.codes
        for sentence in read_aloud(proposal, self._kind(proposal), self.language, codes):
            click.echo(f"  · {sentence}")

    def ask_to_publish(
        self, proposals: Sequence[TableProposal]
    ) -> tuple[list[TableProposal], bool]:
        """Ask who sees the columns of tables and whether to publish them: once, and again after
        each change."""
        from hrdgraph.pipeline.importing.table_proposal import AUDIENCES, choose_audience

        tables = [*proposals]
        by_word = {phrase(f"who-{name}", self.language): name for name in AUDIENCES}
        yes, no = (phrase(code, self.language) for code in ("word-yes", "word-no"))
        words = {"yes": yes, "no": no, "known": " / ".join(by_word)}
        while True:
            for item in tables:
                self._show_audience(item)
            answer = click.prompt(phrase("ask-publish", self.language, **words), default=no)
            heading, equals, word = (part.strip() for part in answer.rpartition("="))
            seen_by = by_word.get(word.casefold(), word if word in AUDIENCES else "")
            if not equals and (is_yes := as_yes_or_no(word)) is not None:
                return tables, is_yes
            if not seen_by or not any(heading in item.headings for item in tables):
                tell("there-is", self.language, known=(*by_word, yes, no))
                continue
            for place, item in enumerate(tables):
                if heading in item.headings:
                    tables[place] = choose_audience(item, {heading: seen_by}, self._kind(item))

    def _show_audience(self, proposal: TableProposal) -> None:
        """Show which columns and rows everybody would see, and say why it would be none."""
        from hrdgraph.pipeline.importing.table_proposal import (
            audience_of,
            describe_marks,
            name_of,
            why_restricted,
        )

        why, kind = why_restricted(proposal), self._kind(proposal)
        seen = [one for one in audience_of(proposal, kind) if one.shown_to != "ignore"]
        open_ones = [one.heading for one in seen if one.shown_to == "public" and not why]
        own = [one.heading for one in seen if one.heading not in open_ones]
        none = phrase("word-none", self.language)
        tell("ask-publish-lists", self.language, table=name_of(proposal),
             public=tuple(open_ones) or none, own=tuple(own) or none)  # fmt: skip
        for message in describe_marks(proposal):
            click.echo(render(message, self.language))
        for code, text in why:
            tell(code, self.language, text=text)

    def ask_all(
        self, proposal: TableProposal, answers: Mapping[str, Any]
    ) -> tuple[TableProposal, Mapping[str, Any]]:
        """Ask each question about a proposal once, and return it, and all its answers."""
        from hrdgraph.pipeline.importing.questions import answer, merge_answers, questions_of

        done: set[tuple[object, ...]] = set()
        while answers.get("kind") != "ignore":
            questions = questions_of(proposal, self._kind(proposal), self.proposer.codes)
            open_ones = (
                (question, ask, key)
                for question in questions
                for ask in question.asks
                if (key := (question.heading, question.needs, question.choices, ask)) not in done
                # what a column means is asked together with whether everybody may see it
                and (ask != "means" or question.heading)
                and (ask != "everybody" or not proposal.open_titles)
            )
            if (first := next(open_ones, None)) is None:
                break
            question, ask, key = first
            done.add(key)
            replies = self._ask(proposal, question, ask)
            whole = {"columns": {question.heading: replies}} if question.heading else replies
            proposal = answer(proposal, self.proposer, whole)
            answers = merge_answers(answers, whole)
        return proposal, answers

    def _ask(self, proposal: TableProposal, question: TableQuestion, ask: str) -> dict[str, Any]:
        """Ask one part of a question, and return the answer as an answers file has it."""
        from hrdgraph.pipeline.importing.table_proposal import list_doubtful

        heading, texts = question.heading, [text for text, _ in question.texts]
        examples = "; ".join(shorten(text, _LONGEST, placeholder="…") for text in texts[:3])
        if ask == "title":
            is_private = confirm("ask-private-title", self.language, text=" · ".join(texts))
            return {ask: "restricted" if is_private else "public"}
        if ask == "everybody":
            known = list_doubtful(proposal, self._kind(proposal))
            return self._ask_open(proposal, [one for one in texts if one in known])
        if ask == "not_about_privacy":
            self._show_cells(proposal, texts)
            is_marking = confirm("ask-flags", self.language, headings=texts)
            return {ask: [] if is_marking else texts}
        if ask == "split":
            is_list = confirm("ask-split", self.language, heading=heading, text=examples)
            return {ask: list(question.choices) if is_list else []}
        if ask == "unsourced":
            count = question.texts[0][1]
            if confirm("ask-unsourced", self.language, default=False, count=count):
                return {ask: "public"}
            if proposal.guess.kind == "document":
                return {ask: "restricted"}
            none = phrase("word-nothing", self.language)
            typed = click.prompt(phrase("ask-document", self.language), default=none).strip()
            return {ask: "restricted"} if typed == none else {"document": typed}
        if ask == "private":
            return self._ask_private(proposal, heading, texts)
        if ask == "together":
            return {ask: [*(self._choose_several("ask-together", texts[:_CELLS]) or ())]}
        labels = self._labels(proposal, question, ask)
        if ask == "values":
            by_heading = {heading: name for name, heading in proposal.columns.items()}
            return {"means": by_heading[heading], ask: self._ask_values(question, labels)}
        if ask == "what":
            return self._ask_what(proposal, question, labels)
        code = f"ask-{ask}".replace("_", "-")
        whole = next((one for one in proposal.guess.meanings if one.heading == heading), None)
        name = " + ".join(whole.headings) if whole else heading
        chosen = self._choose(code, labels, question.usual, heading=name, text=examples)
        return {ask: chosen}

    def _ask_what(
        self, proposal: TableProposal, question: TableQuestion, labels: list[tuple[str, str]]
    ) -> dict[str, Any]:
        """Ask which heading means a column that rows need, or what they all have in it."""
        from hrdgraph.pipeline.importing.table_proposal import may_be_same

        column = self._kind(proposal).column(question.needs)
        assert column is not None
        options = [*((f"={text}", f"[{text}]") for text, _ in question.texts), *labels]
        fits: Callable[[str], bool] | None = None
        if may_be_same(self._kind(proposal), column) and column.type != "code":
            fits = is_country if column.type == "country" else bool
        label = column.label(self.language)
        reply = self._choose("ask-what", options, question.usual, fits, column=label)
        if reply[:1] == "=":
            return {"means": {reply[1:]: column.name}}
        return {"what": {column.name: reply}}

    def _ask_private(
        self, proposal: TableProposal, heading: str, texts: Sequence[str]
    ) -> dict[str, Any]:
        """Ask which cells of a column mark private rows, and say who would see which rows."""
        from hrdgraph.pipeline.importing.table_proposal import (
            answer_of_ticks,
            answer_row_marks,
            describe_marked,
            describe_marks,
        )

        by_shown = {self._name_cell(text): text for text in texts}
        while True:
            ticked = self._choose_several("ask-private", [*by_shown], heading=heading)
            if ticked is None:
                return {}
            marks = answer_of_ticks(heading, texts, [by_shown[one] for one in ticked])
            after = answer_row_marks(proposal, heading, marks["private"], marks["public"])
            if opposite := dict(after.opposite).get(heading):
                tell("who-marks-opposite", self.language, text=f"{heading}: {opposite}")
                continue
            lines = [*describe_marks(after, heading)]
            if not ticked:
                lines = [describe_marked(heading, texts, len(proposal.rows), is_open=True)]
            for message in lines:
                click.echo(render(message, self.language))
            if ticked or confirm("ask-right", self.language, default=False):
                return marks

    def _ask_open(self, proposal: TableProposal, headings: Sequence[str]) -> dict[str, Any]:
        """Ask which columns that only we would see everybody may see, or what they mean."""
        self._show_cells(proposal, headings)
        click.echo(phrase("ask-everybody", self.language))
        columns = [one for one in self._kind(proposal).columns if not one.technical]
        labels = [(one.name, one.label(self.language)) for one in columns]
        none = phrase("word-none", self.language)
        named = self._ask_pairs(headings, proposal.headings, labels, {none: {}}) or {}
        means = {heading: column for heading, column in named.items() if column is not None}
        return {"everybody": [one for one in named if one not in means], "means": means}

    def _choose_several(
        self, code: str, options: Sequence[str], **fields: Any
    ) -> Mapping[str, str | None] | None:
        """Let a person choose options, or none of them; None where she does not know."""
        click.echo(phrase(code, self.language, **fields))
        self._list([f"{at} {one}" for at, one in enumerate(options, 1)])
        none, unsure = (phrase(f"word-{name}", self.language) for name in ("none", "unsure"))
        return self._ask_pairs(options, options, (), {none: {}, unsure: None})

    def _ask_pairs(
        self, listed: Sequence[str], names: Sequence[str], meanings: Sequence[tuple[str, str]],
        words: Mapping[str, Mapping[str, str | None] | None],
        fits: Callable[[str], bool] | None = None,
    ) -> Mapping[str, str | None] | None:  # fmt: skip
        """Ask for some of the names that are listed, by their numbers, and what they mean: all in
        one line, such as `1; 3, 4 = place`. A name without a meaning has None. `words` are other
        answers, of which the last holds where nothing is typed."""
        by_name = {folded(one): one for one in names} | {one: one for one in names}
        by_name |= {str(at): one for at, one in enumerate(listed, 1)}
        codes = {folded(word): code for code, label in meanings for word in (code, label)}
        codes |= {str(at): code for at, (code, _) in enumerate(meanings, 1)}
        hint = f"({', '.join(words)})" if len(words) > 1 else ""
        while True:
            typed = click.prompt(hint, prompt_suffix="> ", default=[*words][-1]).strip()
            if typed in words:
                return words[typed]
            for signs in ("[;\n]", "[;,\n]"):  # a cell may have a comma itself
                pairs = [
                    (name, equals, word)
                    for part in re.split(signs, typed) if part.strip()
                    for names, equals, word in [part.partition("=")]
                    for name in ([names] if folded(names) in by_name else names.split(","))
                ]  # fmt: skip
                read: dict[str, str | None] = {}
                for one, equals, word in pairs:
                    said = word.strip()
                    code = codes.get(folded(said), said if fits and fits(said) else None)
                    name = by_name.get(one.strip()) or by_name.get(folded(one))
                    if name is None or (equals and code is None):
                        break
                    read[name] = code
                else:
                    if read:
                        return read
            known = [f"{at} {one}" for at, one in enumerate(listed, 1)]
            known += [f"… = {at} {label}" for at, (_, label) in enumerate(meanings, 1)]
            tell("there-is", self.language, known=(*known, *words))

    def _show_cells(self, proposal: TableProposal, headings: Sequence[str]) -> None:
        """Show what stands below headings, and why only we see it."""
        from hrdgraph.pipeline.importing.table_proposal import audience_of

        why = {cell.heading: cell.reason for cell in audience_of(proposal, self._kind(proposal))}
        for at, heading in enumerate(headings, 1):
            counts = Counter(filter(None, proposal.cells_of(heading))).most_common(_EXAMPLES)
            cells = (shorten(cell, _LONGEST, placeholder="…") for cell, _ in counts)
            reason = phrase(why[heading], self.language)
            click.echo(f"{at} {heading} – {' · '.join(cells)} – {reason}")

    def _name_cell(self, text: str) -> str:
        return text or phrase("word-empty-cell", self.language)

    def _labels(
        self, proposal: TableProposal, question: TableQuestion, ask: str
    ) -> list[tuple[str, str]]:
        """List what may be answered, each with its words."""
        none = phrase("word-nothing", self.language)
        if ask == "kind":
            kinds, unread = self.proposer.kinds, phrase("who-ignore", self.language)
            names = [choice for choice in question.choices if choice in kinds]
            return [*((one, kinds[one].label(self.language)) for one in names), ("ignore", unread)]
        if ask == "means":
            return [(choice, self._label(proposal, choice, none)) for choice in question.choices]
        if ask == "marked_rows":
            words = (phrase(f"rows-marked-{one}", self.language) for one in question.choices)
            return [*zip(question.choices, words, strict=True)]
        if ask == "dates":
            return [("dmy", "31/12"), ("mdy", "12/31")]
        if ask == "pivot":
            return [(choice, f"{int(choice) - 99}–{choice}") for choice in question.choices]
        by_heading = {heading: name for name, heading in proposal.columns.items()}
        column = self._kind(proposal).column(question.needs or by_heading.get(question.heading, ""))
        codes = self.proposer.codes.get(column.scheme) if column else None
        if codes is None:
            return [(choice, choice or none) for choice in question.choices]
        return [(label, codes.label(label, self.language)) for label in codes.labels]

    def _ask_values(self, question: TableQuestion, labels: list[tuple[str, str]]) -> dict[str, str]:
        """Ask what the texts of a column mean: codes, or nothing."""
        texts = [text for text, _ in question.texts]
        tell("ask-values", self.language, heading=question.heading, count=len(texts))
        self._list([f"{at} {self._name_cell(text)}" for at, text in enumerate(texts, 1)])
        click.echo(phrase("ask-pairs", self.language))
        none = phrase("word-nothing", self.language)
        usual = dict(labels).get(question.usual, none)
        fits = None if labels else is_country  # of countries, any name will do
        named = self._ask_pairs(texts, texts, [*labels, ("", none)], {usual: {}}, fits) or {}
        said = dict.fromkeys(texts, question.usual)
        return {**said, **{text: code for text, code in named.items() if code is not None}}

    def _choose(
        self, code: str, options: Sequence[tuple[str, str]], usual: str,
        fits: Callable[[str], bool] | None = None, **fields: Any,
    ) -> str:  # fmt: skip
        """Let a person choose by number, words or code, or type another text that fits."""
        by_word: dict[str, str] = {}
        for number, (value, label) in enumerate(options, 1):
            for word in (str(number), label, value):
                by_word.setdefault(folded(word) or word, value)
        click.echo(phrase(code, self.language, **fields))
        listed = [f"{at} {label}" for at, (_, label) in enumerate(options, 1)]
        self._list(listed)
        default = next((label for value, label in options if value == usual), "?")
        while True:
            typed = click.prompt("", prompt_suffix="> ", default=default)
            if (word := folded(typed) or typed) in by_word:
                return by_word[word]
            if fits and typed != "?" and fits(typed.strip()):
                return typed.strip()
            names = ("CD", "Mexico", "…") if fits is is_country else ()
            tell("there-is", self.language, known=(*listed, *names))

    def _list(self, choices: Sequence[str]) -> None:
        """Show choices: of many, the first, and that `?` shows the others."""
        shown = choices if len(choices) <= _CELLS else (*choices[:_FIRST], "?…")
        click.echo("   ".join(shown))

    def _kind(self, proposal: TableProposal) -> Kind:
        return self.proposer.kinds[proposal.guess.kind]

    def _label(self, proposal: TableProposal, name: str, otherwise: str) -> str:
        column = self._kind(proposal).column(name)
        return column.label(self.language) if column else otherwise

    def _show_table(self, proposal: TableProposal) -> None:
        guess = proposal.guess
        labels = [self.proposer.kinds[one].label(self.language) for one in guess.others[:3]]
        tell(
            "import-table", self.language, apart=True,
            where=", ".join(filter(None, (proposal.file.name, proposal.sheet))),
            row=proposal.region.header,
            count=len(proposal.rows),
            kind=self._kind(proposal).label(self.language),
            doubt=f" ({' / '.join(labels)}?)" if guess.doubt else "",
        )  # fmt: skip
        if guess.doubt:
            tell("import-kind-first", self.language)
        if proposal.encoding.replace("-", "_") not in ("", "utf_8", "utf_8_sig", "utf_16"):
            tell("import-encoding", self.language, encoding=proposal.encoding)

    def _show_columns(self, proposal: TableProposal) -> None:
        """Show each column with what it means, examples, and who will see it."""
        from hrdgraph.pipeline.importing.table_proposal import audience_of

        rows = []
        for item in audience_of(proposal, self._kind(proposal)):
            meaning = next((m for m in proposal.guess.meanings if item.heading in m.headings), None)
            label = self._label(proposal, item.column, "") + ("?" * bool(meaning and meaning.doubt))
            examples = " · ".join(shorten(one, _LONGEST, placeholder="…") for one in item.examples)
            why = phrase(item.reason, self.language) if item.reason else self._reason(meaning)
            who = phrase(f"who-{item.shown_to}", self.language)
            rows.append((item.heading, label, examples, who, why))
        names = ("heading", "means", "examples", "who will see it", "because")
        table(headings(names, self.language), rows)

    def _reason(self, meaning: Meaning | None) -> str:
        """Why a heading is taken for its column."""
        if meaning is None or meaning.reason not in ("exact", "alike", "cells"):
            return ""
        reason, share = phrase(f"reason-{meaning.reason}", self.language), meaning.share
        if share is not None and share < 1:
            reason += " " + phrase("cells-that-fit", self.language, share=round(100 * share))
        return reason

    def _show_notes(self, proposal: TableProposal) -> None:
        """Show how cells are read, and which are not."""
        language, dropped = self.language, proposal.region.dropped
        if proposal.dates or proposal.dates_doubt:
            order = proposal.dates or phrase("day-month-doubt", language)
            order += f", {proposal.pivot - 99}–{proposal.pivot}" if proposal.pivot else ""
            tell("import-dates", language, order=order)
        if proposal.unknown:
            tell("texts-not-known", language, texts=", ".join(proposal.unknown))
        if dropped:
            numbers = ", ".join(map(str, dropped))
            tell("totals-left-out", language, count=len(dropped), numbers=numbers)
        for name, value in proposal.values:
            column = self._kind(proposal).column(name)
            codes = self.proposer.codes.get(column.scheme) if column else None
            word = codes.label(value, language) if codes else value
            tell("same-in-all-rows", language, column=self._label(proposal, name, name), value=word)
        self._show_names(proposal)
        self._show_rows(proposal)

    def _show_open(self, proposal: TableProposal) -> None:
        """Show what a person would be asked: how cells are taken apart, with an example, texts
        that are not understood, what is not there, and why nothing is published yet."""
        from hrdgraph.pipeline.importing.questions import unread_values
        from hrdgraph.pipeline.importing.table_proposal import count_unsourced, why_restricted

        for name, signs in proposal.splits:
            heading = proposal.columns.get(name, "")
            cells = (one for one in proposal.cells_of(heading) if len(split_cell(one, signs)) > 1)
            if example := next(cells, ""):
                parts = " | ".join(split_cell(example, signs))
                tell("lists-taken-apart", self.language, heading=heading, text=example, parts=parts)
        kind, codes = self._kind(proposal), self.proposer.codes
        for column, texts in unread_values(proposal, kind, codes):
            shown = "; ".join(f"{self._name_cell(text)} ({n})" for text, n in texts[:_CELLS])
            heading = proposal.columns[column.name]
            tell("values-not-understood", self.language, heading=heading, texts=shown)
        if missing := kind.column(proposal.missing):
            example = missing.example if missing.scheme else "…"
            label = missing.label(self.language)
            tell("column-missing-what", self.language, column=label, code=example)
        for item in proposal.namesakes[:_CELLS]:
            same, what = item.names[0], item.heading
            tell("name-in-rows-that-differ", self.language, name=same, count=item.rows, what=what)
        if more := proposal.namesakes[_CELLS:]:
            tell("and-more", self.language, count=len(more))
        if count := count_unsourced(proposal, kind):
            tell("import-unsourced", self.language, count=count)
        for code, text in why_restricted(proposal):
            tell(code, self.language, text=text)

    def _show_names(self, proposal: TableProposal) -> None:
        """Show what becomes of names in parts, and which names are of two."""
        from hrdgraph.pipeline.importing.table_proposal import NOTE, without_hidden_parts

        language = self.language
        read = without_hidden_parts(proposal, self._kind(proposal))
        named = (one for one in read.guess.meanings if one.parts and one.column != NOTE)
        for parted in named:
            example = next(
                (name for row in read.rows if (name := read.cell(row, parted.column))), ""
            )
            code = "names-joined-doubt" if parted.doubt else "names-joined"
            tell(code, language, columns=parted.parts, name=example)

    def _show_rows(self, proposal: TableProposal) -> None:
        """Show the cells and rows that a person should look at."""
        from hrdgraph.pipeline.importing.table_proposal import describe_marks

        language = self.language
        cited = dict(proposal.chosen).get(proposal.columns.get("document", ""))
        papers = proposal.papers if cited != "public" else ()
        odd_cells = {
            "address-completed": proposal.completed, "addresses-unlikely": proposal.misshaped,
            "papers-restricted": papers, "names-several": proposal.several,
            "names-of-bodies": proposal.bodies,
        }  # fmt: skip
        for code, texts in odd_cells.items():
            for text in texts[:1]:
                tell(code, language, count=len(texts), text=text, read=whole_address(text))
        for text, read in proposal.repaired[:1]:
            tell("cells-repaired", language, count=len(proposal.repaired), text=text, read=read)
        if (level := proposal.guess.of("visibility")) is not None and not proposal.row_marks:
            count, column = len(proposal.hidden), level.heading
            tell("rows-kept-back", language, count=count, column=column)
        for message in describe_marks(proposal):
            click.echo(render(message, language))
        for name, rows in proposal.marks._asdict().items():
            if rows and name != "columns":
                numbers = ", ".join(map(str, sorted(rows)))
                tell(f"rows-{name}", language, count=len(rows), numbers=numbers)


def proposal_as_dict(proposal: TableProposal, kind: Kind) -> dict[str, Any]:
    """Return a proposal for machines."""
    from hrdgraph.pipeline.importing.table_proposal import (
        audience_of,
        list_private_rows,
        why_restricted,
    )

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
        "addresses_completed": list(proposal.completed),
        "addresses_unlikely": list(proposal.misshaped),
        "papers": list(proposal.papers),
        "several_names": list(proposal.several),
        "organisations": list(proposal.bodies),
        "rows_not_public": len(list_private_rows(proposal)),
        "marks": {name: sorted(rows) for name, rows in proposal.marks._asdict().items()},
        "who_will_see_it": [
            item._asdict() | {"seen_by": item.shown_to} for item in audience_of(proposal, kind)
        ],
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


_SHOWN = 12  # errors of cells
_SAID_ONCE: Final = (
    "kind",
    "what",
    "publisher",
    "answers",
)  # options that the description of a source keeps


class Chosen(NamedTuple):
    """The options. `asks` says that a person can be asked."""

    name: str
    title: str
    publisher: str
    kind: str
    what: str
    yes: bool
    public: bool
    dry_run: bool
    as_json: bool
    language: str
    conflicts: str | None
    undo: bool
    on_error: str | None
    answers: Path | None
    given: Mapping[str, Any] = {}

    @property
    def asks(self) -> bool:
        return not (self.yes or self.dry_run or self.as_json) and sys.stdin.isatty()


def _check_import(given: dict[str, Any]) -> None:
    if bool(given["files"]) is given["undo"] or (given["undo"] and not given["name"]):
        raise UsageError("import-usage")
    if given["public"] and not given["yes"]:
        raise UsageError("goes-with", option="--public", options="--yes")


TEXT: Final = option(default="")


@own_command(
    "import", check=_check_import, files=argument(metavar="FILE…", type=EXISTING),
    name=TEXT, title=TEXT, publisher=TEXT, kind=TEXT, what=TEXT, yes=FLAG, public=FLAG,
    dry_run=FLAG, conflicts=option(type=OneOf(["mine", "theirs"])), undo=FLAG,
    on_error=option(type=OneOf(["cell", "row", "stop"])), answers=option(type=EXISTING),
)  # fmt: skip
def import_files(call: CommandCall, files: Sequence[Path]) -> int:
    """Make a source of workbooks, CSV files, JSON and exports."""
    from hrdgraph.pipeline.importing.json_tables import make_text_tables
    from hrdgraph.pipeline.importing.update import undo_update

    given = {name: call.given[name] for name in Chosen._fields if name in call.given}
    chosen = Chosen(**given, language=call.language)
    if chosen.undo:
        files_before = tuple(undo_update(call.project, chosen.name))
        tell("import-undone", chosen.language, files=files_before, name=chosen.name)
        return 0
    stem = files[0].stem
    name = chosen.name or re.sub(r"[\W_]+", "-", stem.casefold()).strip("-") or "table"
    chosen = chosen._replace(name=name, title=chosen.title or stem)
    with TemporaryFolder() as folder:
        tables, messages = make_text_tables(files, Path(folder))
        for message in messages if not chosen.as_json else ():
            click.echo(render(message, chosen.language))
        return _import(call.project, tables, chosen)


def _import(project: Project, files: Sequence[Path], chosen: Chosen) -> int:
    from hrdgraph.pipeline.importing.name_suggestions import find_spellings
    from hrdgraph.pipeline.importing.propose import TableProposer
    from hrdgraph.pipeline.importing.questions import (
        answers_to,
        as_dicts,
        check_answers,
        list_kept,
        list_needed,
        merge_answers,
        places_of,
        read_answers,
        refuse_open,
        remember,
        settle,
        spread_answers,
    )
    from hrdgraph.pipeline.importing.table_proposal import LeftTable, name_of

    is_update = not chosen.dry_run and not _is_asked_again(project, files, chosen)
    if is_update and (code := _update(project, files, chosen)) is not None:
        return code
    proposer = TableProposer(project, chosen.language, asks=chosen.asks)
    known = next((item for item in project.sources if item.name == chosen.name), None)
    if chosen.answers is not None:
        chosen = chosen._replace(given=read_answers(chosen.answers))
    places = {**(places_of(known) if known else {}), **chosen.given}
    proposals, rest = proposals_of(proposer, files, chosen.kind, places)
    fresh = proposals
    proposals = [remember(item, proposer, known) for item in proposals] if known else proposals
    if chosen.answers and (kept := list_kept(fresh, proposals, chosen.given, proposer)):
        tell("import-answers-kept", chosen.language, err=True, answers=kept)
    if idle := check_answers(chosen.given, proposals, proposer, rest):
        tell("import-answers-idle", chosen.language, err=True, answers=idle)
    tables, settled = [], dict(chosen.given)
    for item in proposals:
        given = answers_to(spread_answers(settled, proposals, proposer), item)
        table, asked = _review(item, proposer, chosen._replace(given=given))
        tables.append(table)
        settled |= {name_of(item): asked} if asked else {}
        if once := {key: asked[key] for key in asked if key == "unsourced"}:  # asked once of a file
            settled = merge_answers({item.file.name: once}, settled)
    rest += [LeftTable(name_of(one), "place-said-ignore", one) for one in tables if one.is_left]
    tables = [one for one in tables if not one.is_left]
    if not tables:
        raise SourceError("facts-not-found", name=files[0].name)
    left = [one.message for one in rest]
    questions = as_dicts(tables, proposer)
    tables = [settle(item, proposer, chosen.language) for item in tables]
    spellings = find_spellings(tables, proposer.kinds)
    if chosen.as_json and not chosen.dry_run:
        refuse_open(tables, proposer)
    needed = list_needed(questions)
    is_open = bool(needed) and not (chosen.yes or chosen.asks)
    is_written = not (chosen.dry_run or is_open or any(item.missing for item in tables))
    _tell_result(tables, left, spellings, chosen, proposer.kinds, questions, is_written=is_written)
    is_final = not chosen.as_json and (chosen.yes or chosen.answers is not None)
    if is_final or not chosen.dry_run:  # in JSON the questions say what is missing
        refuse_open(tables, proposer)
    if chosen.dry_run and not (is_open and is_final):
        return 0
    if is_open:
        about = tuple(dict.fromkeys(needed))
        tell("import-in-doubt", chosen.language, err=True, count=len(needed), asked=about)
        return 1
    if chosen.asks:
        dialogue = ImportDialogue(proposer, chosen.language)
        tables, publish = dialogue.ask_to_publish(tables)
        chosen = chosen._replace(public=publish)
    return _write(project, tables, proposer, chosen)


def _is_asked_again(project: Project, files: Sequence[Path], chosen: Chosen) -> bool:
    """Tell whether the same files are imported again only to answer questions or to publish
    what is restricted. Their source.toml is then written anew, unless it was edited by hand."""
    from hrdgraph.pipeline.importing.propose import is_as_written

    source = next((item for item in project.sources if item.name == chosen.name), None)
    if source is None or not (chosen.asks or chosen.public or chosen.answers):
        return False
    own = [source.folder / file.name for file in files]
    pairs = zip(own, files, strict=True)
    is_same = all(one.is_file() and one.read_bytes() == file.read_bytes() for one, file in pairs)
    levels = {source.visibility, *(table.visibility for table in source.tables)}
    is_closed = levels != {"public"}
    return is_same and (is_closed or chosen.answers is not None) and is_as_written(source)


def _review(
    proposal: TableProposal, proposer: TableProposer, chosen: Chosen
) -> tuple[TableProposal, Mapping[str, Any]]:
    """Show a proposal, and ask about it where somebody can be asked; return it, and what she
    answered, with what was given."""
    from hrdgraph.pipeline.importing.questions import answer

    dialogue = ImportDialogue(proposer, chosen.language)
    if chosen.what:
        proposal = proposer.with_value(proposal, chosen.what)
    if chosen.given:
        proposal = answer(proposal, proposer, chosen.given)
    if not chosen.as_json:
        dialogue.show(proposal)
    return dialogue.ask_all(proposal, chosen.given) if chosen.asks else (proposal, {})


def _tell_result(
    tables: Sequence[TableProposal], left: Sequence[Message], spellings: Sequence[TwoSpellings],
    chosen: Chosen, kinds: Mapping[str, Kind],
    questions: Sequence[Mapping[str, Any]], *, is_written: bool,
) -> None:  # fmt: skip
    from hrdgraph.pipeline.importing.table_proposal import audience_of, name_of

    if chosen.as_json:
        told_tables = [proposal_as_dict(item, kinds[item.guess.kind]) for item in tables]
        result = {"source": chosen.name, "tables": told_tables}
        result["left_out"] = [render(one, chosen.language) for one in left]
        result["visibility"] = "public" if chosen.public else "restricted"
        result["questions"] = list(questions)
        result["two_spellings"] = [item._asdict() for item in spellings]
        echo_json({**result, "written": is_written})
        return
    for one in left:
        click.echo(render(one, chosen.language))
    for proposal in () if chosen.asks else tables:
        seen = audience_of(proposal, kinds[proposal.guess.kind])
        why = {one.heading: one.reason for one in seen if one.shown_to != "public"}
        unclear = tuple(one for one in why if why[one] in ("who-not-understood", "who-in-doubt"))
        unread = tuple(
            one.heading for one in seen
            if one.shown_to == "ignore" and one.reason != "who-nothing-there"
        )  # fmt: skip
        for code, names in (("columns-unclear", unclear), ("columns-unread", unread)):
            if names:
                tell(
                    code, chosen.language, count=len(names), table=name_of(proposal), headings=names
                )
    for pair in spellings[:_SHOWN]:
        code = "name-may-be-short" if pair.is_short else "name-spelled-twice"
        tell(code, chosen.language, name=pair.name, other=pair.other)
    if more := len(spellings[_SHOWN:]):
        tell("and-more", chosen.language, count=more)
    if spellings:
        tell("judge-after-build", chosen.language, commands="hrdgraph names reconcile")


def _write(
    project: Project, tables: Sequence[TableProposal], proposer: TableProposer, chosen: Chosen
) -> int:
    from hrdgraph.pipeline.importing.propose import SourceDescription, write_source

    publisher, on_error = chosen.publisher or project.title, chosen.on_error or ""
    about = SourceDescription(chosen.title, publisher, chosen.language, on_error)
    folder = write_source(
        project, chosen.name, about, tables, proposer.kinds, publish=chosen.public
    )
    errors = cell_errors(project.root, chosen.name, whole=True)
    if not chosen.as_json:
        tell("import-written", chosen.language, apart=True, folder=folder)
        _print_result(project.root, errors, chosen)
    return 1 if errors and chosen.on_error == "stop" else 0


def _update(project: Project, files: Sequence[Path], chosen: Chosen) -> int | None:
    """Bring newer copies of files to a source that has them: the exit code where its description
    fits them as it is."""
    name = find_source(project, files, chosen.name, chosen.language, asks=chosen.asks)
    if name is None:
        return 1
    chosen = chosen._replace(name=name)
    prefer, language = chosen.conflicts or "", chosen.language
    asked = {"asks": chosen.asks, "as_json": chosen.as_json}
    updated = update_source(project, files, name, prefer, language, **asked)
    if updated is None or updated.conflicts:
        return 1 if updated else None
    errors = cell_errors(project.root, chosen.name, whole=True)
    if chosen.as_json:
        return 0
    if unused := tuple(f"--{name}" for name in _SAID_ONCE if getattr(chosen, name)):
        tell("import-options-unused", chosen.language, options=unused, name=chosen.name)
    _print_result(project.root, errors, chosen)
    return 1 if chosen.answers else 0


def _print_result(root: Path, errors: Sequence[HrdgraphError], chosen: Chosen) -> None:
    """Say what of a source only we see; which cells cannot be read, and write them into a table to
    correct; ask whether somebody in it is one who was withdrawn; say what can be done now."""
    from hrdgraph.library.withdrawal import ask_about_returns

    project, language = open_project(root), chosen.language
    tell_restricted(project, [project.source(chosen.name)], language)
    if errors:
        folder = root / "data" / PRIVATE
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"left-out-{chosen.name}.csv"
        file.write_bytes("\ufeff".encode() + table_of_errors(errors, language))
        tell_left_out("cells-unread-yet", errors, file, language)
    for question in ask_about_returns(root, chosen.name, language):
        click.echo(question)
    place = "" if root == Path() else f" {quote(str(root))}"
    tell("build-next", language, commands=f"hrdgraph build{place}")
