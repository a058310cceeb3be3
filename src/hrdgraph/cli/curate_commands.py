"""Commands that prepare facts: snapshot, date, reconcile, review, judgements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.catalogue import LANGUAGES, Message, phrase, render
from hrdgraph.catalogue.words import headings, word
from hrdgraph.cli import completion
from hrdgraph.cli.common import echo_json, error_told, languages, table, tell
from hrdgraph.cli.generate import FILE, PATH, CommandCall, argument, command, option
from hrdgraph.cli.option_values import Day, Number, WholeNumber
from hrdgraph.library.destination import write_out
from hrdgraph.library.output_format import format_of

if TYPE_CHECKING:
    from hrdgraph.errors import HrdgraphError
    from hrdgraph.evidence.dating import DateResult
    from hrdgraph.evidence.snapshots import Taken
    from hrdgraph.identity.judgements import AppendResult
    from hrdgraph.identity.matching.propose import Proposal, Proposals
    from hrdgraph.identity.records import Record
    from hrdgraph.identity.review import Session
    from hrdgraph.library.curation import Snapshot
    from hrdgraph.library.identity import ProposedPairs
    from hrdgraph.pipeline.reanchoring import CitationSearch, ReanchoringResult
    from hrdgraph.project import Project

NOT_READ = 1
LOST = 3  # the exit code where words of the old version are not in the new one
SCORE = Number(0, 1)


@command("date", lang=False, language=option("-l"), pivot=option(type=WholeNumber(1000, 9999)))
def show_date(call: CommandCall, found: DateResult) -> int:
    """Print a date as EDTF with its first and last day, or its readings where there are several."""
    if call.is_json:
        echo_json(found.as_dict())
    else:
        click.echo("\n".join(_date_lines(found, call.language)))
    return 0 if found.edtf else NOT_READ


def _date_lines(found: DateResult, language: str) -> list[str]:
    if found.edtf is None:
        refused = Message("text-not-read", reason=found.reason)
        readings = (render(reading.message, language) for reading in found.readings)
        return [render(refused, language), *(f"  {line}" for line in readings)]
    lines = [_days(found, language)]
    if how := next((reading.why for reading in found.readings if reading.calendar), None):
        lines.append(render(how, language))
    if found.lost:
        lines.append(phrase("date-words-not-kept", language, words=", ".join(found.lost)))
    return [found.edtf, *(f"  {line}" for line in lines)]


def _days(found: DateResult, language: str) -> str:
    values = found.as_dict()
    first, last = values["earliest"], values["latest"]
    if not (first or last or "/" in str(found.edtf) or ".." in str(found.edtf)):
        return phrase("days-beyond-calendar", language)
    code = f"days-{'from' if first else 'to'}-{'to' if first and last else 'open'}"
    return phrase(code if first or last else "days-open", language, first=first, last=last)


@command(
    "snapshot",
    path=argument(metavar="FILE|DIR|-", type=PATH),
    source=option(shell_complete=completion.sources),
    retrieved=option(type=Day()),
    replaces=option(metavar="SHA256"),
)
def show_snapshots(call: CommandCall, taken: list[Snapshot]) -> int:
    """Print which pages were taken, and what became of citations of their older versions."""
    if call.is_json:
        echo_json({"snapshots": [_snapshot_dict(*item) for item in taken]})
    else:
        for item in taken:
            _show_snapshot(*item, call.language)
    return LOST if any(item.reanchored and item.reanchored.lost for item in taken) else 0


def _show_snapshot(
    name: str, taken: Taken, found: ReanchoringResult | None, written: Sequence[str], language: str
) -> None:
    size, normaliser = len(taken.frozen.text), taken.frozen.normaliser
    state = phrase("word-taken" if taken.is_new else "word-there-already", language)
    tell("snapshot-taken", language, name=name, count=size, normaliser=normaliser, state=state)
    for key, value in _described(taken, language):
        if value:
            click.echo(f"  {word(key, language):9} {value}")
    for line in _citation_lines(found, written, language) if found else ():
        click.echo(line)


def _described(taken: Taken, language: str) -> Iterator[tuple[str, str]]:
    """What is known of a page, by words for it."""
    yield "sha256", taken.text
    yield "address", taken.address or phrase("address-not-known", language)
    yield "title", taken.frozen.title
    yield "replaces", taken.replaces
    yield from (("note", render(note, language)) for note in taken.frozen.notes)


def _citation_lines(
    found: ReanchoringResult, written: Sequence[str], language: str
) -> Iterator[str]:
    still = len(found.cited) - len(found.moved) - len(found.lost)
    counts = phrase(
        "evidence-moved", language, still=still, moved=len(found.moved), lost=len(found.lost)
    )
    yield f"  {phrase('word-evidence', language):9} {counts}"
    for item in found.moved:
        old, new = (_span(place, language) for place in (item.move.old, item.move.new))
        yield f"    {phrase('word-moved', language):9}{_rows_in(item, language)}: {old} → {new}"
    for item in found.lost:
        why = render(item.move.reason, language)
        yield (
            f"    {phrase('word-lost', language):9}{_rows_in(item, language)}: "
            f"{_span(item.move.old, language)}: {why}"
        )
    for by_hand in found.by_hand:
        yield f"    {phrase('word-note', language):9}{render(by_hand, language)}"
    if written:
        yield f"  {phrase('word-written', language):9} {', '.join(written)}"
    elif found.edits:
        yield (f"  {phrase('word-next', language):9} {phrase('write-corrects-tables', language)}")


def _rows_in(item: CitationSearch, language: str) -> str:
    files = dict.fromkeys(row.file for row in item.rows)
    rows = {
        file: ", ".join(str(row.row) for row in item.rows if row.file == file) for file in files
    }
    listed = (
        phrase("place-file-row", language, file=file, rows=some) for file, some in rows.items()
    )
    return "; ".join(listed) or (item.move.citation.origin.node or "")


def _span(place: tuple[int, int] | None, language: str) -> str:
    return f"{place[0]}–{place[1]}" if place else phrase("word-words", language)


def _snapshot_dict(
    name: str, taken: Taken, found: ReanchoringResult | None, written: Sequence[str]
) -> dict[str, object]:
    frozen = taken.frozen
    known: dict[str, object] = {
        "file": name,
        "sha256": taken.text,
        "original_sha256": taken.original,
        "characters": len(frozen.text),
        "address": taken.address,
        "title": frozen.title,
        "media_type": frozen.media_type,
        "normaliser": frozen.normaliser,
        "encoding": frozen.encoding,
        "replaces": taken.replaces,
        "is_new": taken.is_new,
        "notes": list(map(str, frozen.notes)),
    }
    return known | ({"evidence": _evidence(found, written)} if found else {})


def _evidence(found: ReanchoringResult, written: Sequence[str]) -> dict[str, object]:
    return {
        "unchanged": len(found.cited) - len(found.moved) - len(found.lost),
        "moved": [_cited(item) for item in found.moved],
        "lost": [_cited(item) | {"reason": str(item.move.reason)} for item in found.lost],
        "by_hand": list(map(str, found.by_hand)),
        "written": list(written),
    }


def _cited(item: CitationSearch) -> dict[str, object]:
    rows = [{"file": row.file, "row": row.row} for row in item.rows]
    return {
        "evidence": (item.move.citation.origin.node or "").strip("<>"),
        "rows": rows,
        "old": item.move.old,
        "new": item.move.new,
    }


def _check_table(given: dict[str, Any]) -> None:
    format_of(given["output"], "csv", ("csv",))


@command(
    "reconcile",
    check=_check_table,
    min_score=option(type=SCORE),
    limit=option(type=WholeNumber(1)),
    jobs=option(type=WholeNumber(1, 64)),
    output=option(type=FILE),
)
def show_pairs(call: CommandCall, pairs: ProposedPairs) -> None:
    """Print pairs that may be one thing, or write them to a file."""
    found, language, output = pairs.proposals, call.language, call.given["output"]
    tell_unasked(pairs.unasked, language)
    if call.given["with_withheld"]:
        call.tell("withheld-compared", err=True)
    if output is not None:
        from hrdgraph.identity.matching.propose import proposals_table

        write_out(proposals_table(found.best, language).encode(), output)
        call.tell("pairs-written", err=True, count=len(found.best), file=quote(str(output)))
        if found.found > len(found.best):
            call.tell("best-pairs", err=True, found=found.found)
    elif call.is_json:
        echo_json(_pairs_dict(found, language))
    else:
        _print_pairs(found, call.project, language)


def tell_unasked(error: HrdgraphError | None, language: str) -> None:
    """Say that withheld years kept nobody apart, and the error for which they did not."""
    if error is not None:
        told = error_told(error, language)
        tell("years-not-compared", language, err=True, fact=told)


def _print_pairs(found: Proposals, project: Project, language: str) -> None:
    if found.best:
        columns = headings(("score", "left", "right", "why"), language)
        title = phrase("pairs-may-be-one", language, title=project.title_in(language))
        table(
            columns, [_pair_row(item, project.base, language) for item in found.best], title=title
        )
    pairs = phrase("pairs-to-judge", language, count=found.found)
    shown = (
        ", " + phrase("pairs-shown", language, count=len(found.best))
        if found.found > len(found.best)
        else ""
    )
    compared = phrase("joint-semicolon", language).join(
        render(fact, language) for fact in found.candidates.facts()
    )
    judged = phrase("pairs-judged", language, count=found.judged, compared=compared)
    click.echo(pairs + shown + phrase("joint-semicolon", language) + judged)
    if found.best:
        tell("reconcile-next", language)


def _pair_row(item: Proposal, base: str, language: str) -> tuple[str, str, str, str]:
    left, right = (
        f"{record.names[0]}\n{record.iri.removeprefix(base)}" for record in (item.left, item.right)
    )
    return f"{item.comparison.score:.2f}", left, right, item.comparison.why(language)


def _pairs_dict(found: Proposals, language: str) -> dict[str, object]:
    return {
        "found": found.found,
        "judged": found.judged,
        "compared": found.candidates.pairs.height,
        "left_out_keys": found.candidates.left_out,
        "pairs": [
            {
                "score": item.comparison.score,
                "left": _side(item.left),
                "right": _side(item.right),
                "why": item.comparison.why(language),
                "reasons": [
                    {"code": reason.code, "points": reason.points, "words": reason.words}
                    for reason in item.comparison.reasons
                ],
            }
            for item in found.best
        ],
    }


def _side(record: Record) -> dict[str, object]:
    return {
        "iri": record.iri,
        "kind": record.kind,
        "names": record.names,
        "sources": record.sources,
    }


@command("review", json=False, from_=option(type=FILE), min_score=option(type=SCORE))
def ask_about_pairs(call: CommandCall, session: Session) -> None:
    """Ask about pairs in the terminal, one after the other."""
    from hrdgraph.cli.review_dialogue import ask_all
    from hrdgraph.library.identity import record_facts

    tags = languages(call.given["lang"], call.project)
    language = next((tag for tag in tags if tag in LANGUAGES), "en")
    tell_unasked(session.unasked, language)
    facts_of = record_facts(call.project, tags, language)
    ask_all(session, lambda iri: facts_of(iri, language), language)


@command("judgements add", function="judge", lang=False, verdict=argument(metavar="VERDICT"))
def show_judged(call: CommandCall, done: AppendResult) -> None:
    """Print the rows that were added."""
    if call.is_json:
        echo_json(_added_dict(done))
    else:
        rows = "\n".join(row.told(call.language) for row in done.rows)
        click.echo(rows or phrase("judgement-there-already", call.language))
    _tell_moved(call.project, done, call.language)


def _added_dict(done: AppendResult) -> dict[str, Any]:
    """What was added, and how many judgements stood there already, for machines."""
    added = [
        {"left": row.left, "verdict": row.verdict.value, "right": row.right, "who": row.who}
        for row in done.rows
    ]
    return {"added": added, "known": done.known}


def _tell_moved(project: Project, done: AppendResult, language: str) -> None:
    """Warn where judgements make something one with what is withdrawn, or part it from that: the
    next build hides it, or shows it."""
    from hrdgraph.privacy.withdrawals import withdrawals_of

    hidden, shown = withdrawals_of(project).moved(done.before, done.ledger)
    for iri in hidden:
        tell("judgement-joins-withdrawn", language, err=True, iri=iri)
    for iri in shown:
        tell("judgement-parts-withdrawn", language, err=True, iri=iri)
