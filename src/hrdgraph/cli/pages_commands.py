"""Commands about pages: take one, propose and review its facts, find words in it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import click

from hrdgraph.catalogue import Message, is_not, phrase, render
from hrdgraph.catalogue.words import word
from hrdgraph.cli import completion
from hrdgraph.cli.command_from_function import (
    FILE,
    FLAG,
    PATH,
    CommandCall,
    argument,
    command,
    option,
    own_command,
)
from hrdgraph.cli.common import echo_json, open_in, read_key, tell
from hrdgraph.cli.option_values import Day, Number
from hrdgraph.errors import HrdgraphError, Origin, SourceError, raise_all
from hrdgraph.library.calls import UsageError
from hrdgraph.library.curation import Snapshot, cite, extractor_of, read_page, suggest_citations
from hrdgraph.library.destination import write_out
from hrdgraph.project import Project, open_project
from hrdgraph.project.open import SETTINGS

if TYPE_CHECKING:
    from hrdgraph.evidence.snapshots import Taken, WordPosition
    from hrdgraph.evidence.texts.model import Frozen
    from hrdgraph.extraction.candidates import Argument, Candidate
    from hrdgraph.extraction.extractor import Extraction, Extractor
    from hrdgraph.extraction.review.candidate_review import CandidateReview, RulePrecision
    from hrdgraph.extraction.review.suggestions import CitationSuggestion, CitationSuggestions
    from hrdgraph.pipeline.reanchoring import CitationSearch, ReanchoringResult

LOST = 3  # the exit code where words of the old version are not in the new one


@command(
    "pages snapshot",
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
    name: str, taken: Taken, result: ReanchoringResult | None, written: Sequence[str], language: str
) -> None:
    size, normaliser = len(taken.frozen.text), taken.frozen.normaliser
    state = phrase("word-taken" if taken.is_new else "word-there-already", language)
    tell("snapshot-taken", language, name=name, count=size, normaliser=normaliser, state=state)
    for key, value in _describe(taken, language):
        if value:
            click.echo(f"  {word(key, language):9} {value}")
    for line in _citation_lines(result, written, language) if result else ():
        click.echo(line)


def _describe(taken: Taken, language: str) -> Iterator[tuple[str, str]]:
    """Yield what is known of a page, by words for it."""
    yield "sha256", taken.text
    yield "address", taken.address or phrase("address-not-known", language)
    yield "title", taken.frozen.title
    yield "replaces", taken.replaces
    yield from (("info", render(note, language)) for note in taken.frozen.notes)


def _citation_lines(
    result: ReanchoringResult, written: Sequence[str], language: str
) -> Iterator[str]:
    still = len(result.cited) - len(result.moved) - len(result.lost)
    counts = phrase(
        "evidence-moved", language, still=still, moved=len(result.moved), lost=len(result.lost)
    )
    yield f"  {phrase('word-evidence', language):9} {counts}"
    for item in result.moved:
        old, new = (_span(place, language) for place in (item.move.old, item.move.new))
        yield f"    {phrase('word-moved', language):9}{_rows_in(item, language)}: {old} → {new}"
    for item in result.lost:
        why = render(item.move.reason, language)
        yield (
            f"    {phrase('word-lost', language):9}{_rows_in(item, language)}: "
            f"{_span(item.move.old, language)}: {why}"
        )
    for item in result.changed:
        yield (
            f"    {phrase('word-info', language):9}{_rows_in(item, language)}: "
            f"{_span(item.move.new, language)}: {phrase('words-around-changed', language)}"
        )
    for by_hand in result.by_hand:
        yield f"    {phrase('word-info', language):9}{render(by_hand, language)}"
    if written:
        yield f"  {phrase('word-written', language):9} {', '.join(written)}"
    elif result.edits:
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
    name: str, taken: Taken, result: ReanchoringResult | None, written: Sequence[str]
) -> dict[str, object]:
    frozen = taken.frozen
    known: dict[str, object] = {
        "file": name, "sha256": taken.text, "original_sha256": taken.original,
        "characters": len(frozen.text), "address": taken.address, "title": frozen.title,
        "media_type": frozen.media_type, "normaliser": frozen.normaliser,
        "encoding": frozen.encoding, "replaces": taken.replaces, "is_new": taken.is_new,
        "notes": list(map(str, frozen.notes)),
    }  # fmt: skip
    return known | ({"evidence": _evidence(result, written)} if result else {})


def _evidence(result: ReanchoringResult, written: Sequence[str]) -> dict[str, object]:
    return {
        "unchanged": len(result.cited) - len(result.moved) - len(result.lost),
        "moved": [_citation_dict(item) for item in result.moved],
        "lost": [_citation_dict(item) | {"reason": str(item.move.reason)} for item in result.lost],
        "changed_around": [_citation_dict(item) for item in result.changed],
        "by_hand": list(map(str, result.by_hand)),
        "written": list(written),
    }


def _citation_dict(item: CitationSearch) -> dict[str, object]:
    rows = [{"file": row.file, "row": row.row} for row in item.rows]
    return {
        "evidence": (item.move.citation.origin.node or "").strip("<>"), "rows": rows,
        "old": item.move.old, "new": item.move.new,
    }  # fmt: skip


def _check_cite(given: dict[str, Any]) -> None:
    for name in () if given["suggest"] else ("file", "words"):
        if given[name] is None:
            raise UsageError("missing", option=name.upper())


@own_command(
    "pages cite", project="folder", check=_check_cite,
    file=argument(type=FILE, required=False), words=argument(required=False),
    suggest=FLAG, source=option(default=""), certain=option(type=Number(0, 1), default=0.0),
    output=option(type=FILE),
)  # fmt: skip
def cite_words(
    call: CommandCall, file: Path, words: str, *, before: str = "", after: str = "",
    encoding: str = "",
) -> None:  # fmt: skip
    """Find WORDS in FILE, a page or its text, and print what cites them."""
    given = call.given
    if given["suggest"]:
        project = open_in(given["root"])
        suggestions = suggest_citations(project, source=given["source"], certain=given["certain"])
        show_suggestions(suggestions, given["output"], as_json=call.is_json, language=call.language)
        return
    place = cite(file, words, before=before, after=after, encoding=encoding)
    if call.is_json:
        echo_json(_as_dict(place))
    else:
        _show(place, file, call.language)


def _as_dict(place: WordPosition) -> dict[str, object]:
    return {
        "evidence_start": place.start, "evidence_end": place.end, "evidence_sha256": place.digest,
        "document_sha256": place.document,
    } | ({place.unit: place.at} if place.at is not None else {})  # fmt: skip


def _show(position: WordPosition, file: Path, language: str) -> None:
    click.echo("evidence_start,evidence_end,evidence_sha256")
    click.echo(f"{position.start},{position.end},{position.digest}")
    if position.at is not None:
        unit = word(position.unit, language)
        tell("words-found-at", language, apart=True, err=True, unit=unit, at=position.at)
    code = "verified" if _is_taken(file, position.document) else "unverified"
    tell(f"document-digest-{code}", language, apart=True, err=True, digest=position.document)


def _is_taken(file: Path, sha256: str) -> bool:
    """Tell whether a build of the project that the file or this folder is in finds the text; False
    where no project is in order."""
    from hrdgraph.evidence.snapshots import Snapshots

    places = (
        folder
        for start in (file.resolve().parent, Path.cwd())
        for folder in (start, *start.parents)
    )
    root = next((folder for folder in places if (folder / SETTINGS).is_file()), None)
    try:
        return (
            root is not None
            and Snapshots(open_project(root).snapshot_dirs).text(sha256) is not None
        )
    except HrdgraphError:  # the build says what is wrong
        return False


def show_suggestions(
    suggestions: CitationSuggestions, output: Path | None, *, as_json: bool, language: str
) -> None:
    """Print them, and write those that are certain where that is wanted."""
    if output is not None:
        write_out(_table(suggestions).encode(), output)
    if as_json:
        echo_json(_as_dict_in_cite_suggestions(suggestions))
        return
    for item in suggestions.found:
        click.echo("\n".join(_lines(item, language)))
    if suggestions.found:
        click.echo()
    text = "rows-without-words"
    count = len(suggestions.certain)
    tell(text, language, count=suggestions.uncited, at_hand=suggestions.at_hand, certain=count)
    text = "rows-with-words"
    total, after = suggestions.cited + suggestions.uncited, suggestions.cited + count
    tell(text, language, before=suggestions.cited, total=total, after=after)


def _lines(item: CitationSuggestion, language: str) -> Iterator[str]:
    row, words = item.row, " ".join(item.words.split())
    fact = f"{row.kind} {row.fact}"
    yield phrase(
        "row-with-fact", language, file=f"{row.source}/{row.file}", number=row.number, fact=fact
    )
    plain = "".join(char if char.isprintable() else " " for char in words)
    mark = "=" if item.is_certain else "?"
    yield f"  {mark} {item.passage.score:.2f}  {item.passage.start}–{item.passage.end}  {plain}"


def _table(suggestions: CitationSuggestions) -> str:
    """Write the certain passages as rows of a table of kind `evidence`, without those of rows
    that are not public, since the table would be public."""
    out = io.StringIO()
    columns = ("kind", "id", "document", "document_digest")
    places = ("evidence_start", "evidence_end", "evidence_sha256")
    writer = csv.DictWriter(out, (*columns, *places), lineterminator="\n")
    writer.writeheader()
    writer.writerows(item.cells() for item in suggestions.certain if item.row.is_public)
    return out.getvalue()


def _as_dict_in_cite_suggestions(suggestions: CitationSuggestions) -> dict[str, Any]:
    return {
        "cited": suggestions.cited,
        "uncited": suggestions.uncited,
        "page_at_hand": suggestions.at_hand,
        "certain": len(suggestions.certain),
        "suggestions": [
            {
                "source": item.row.source,
                "file": item.row.file,
                "row": item.row.number,
                "score": item.passage.score,
                "certain": item.is_certain,
                "words": item.words,
                "others": [passage._asdict() for passage in item.others],
            }
            | item.cells()
            for item in suggestions.found
        ],
    }


def review_of(
    project: Project, given: Mapping[str, Any], data: bytes, frozen: Frozen, extraction: Extraction
) -> CandidateReview:
    """Return the candidates of a page as they wait for a person; the page is taken as a snapshot
    first, so that a build finds the words."""
    from hrdgraph.evidence.snapshots import DocumentDescription, take
    from hrdgraph.extraction.review.candidate_review import CandidateReview, DecisionLog
    from hrdgraph.library.identity import reviewer
    from hrdgraph.workbench_app.sittings import describe_source

    source = given["source"]
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", source):
        kind = Message("kind-type-source-name")
        raise UsageError("takes-not", option="--source", value=source, kind=kind)
    folder, name = (project.root / "data" / "sources" / source), reviewer(given["who"])
    from hrdgraph.evidence.addresses import is_web_address

    address = extraction.page.name if is_web_address(extraction.page.name) else ""
    described = DocumentDescription(source, address=address)
    if project.snapshot_dirs:
        take(project.snapshot_dirs[0], data, frozen, described)
    page = extraction.page
    described_source = describe_source(page.title, page.name, page.language)
    return CandidateReview(
        frozen.text, extraction.candidates, folder, DecisionLog.read(project.extraction_file), name,
        given["bar"], extraction.page.language, described_source, project.kinds,
    )  # fmt: skip


def review_here(review: CandidateReview, language: str) -> None:
    """Ask about the candidates in the terminal."""
    from hrdgraph.extraction.review.candidate_review import ACCEPTED

    dialogue = CandidateDialogue(review, language)
    try:
        dialogue.ask_all()
    except (KeyboardInterrupt, EOFError, click.Abort):
        click.echo()
    left = len(review.log.waiting(review.candidates))
    counts: dict[str, Any] = review.counts()
    tell("extract-summary", language, left=left, keys=dialogue.keys, **counts)
    if counts[ACCEPTED]:
        tell("word-rebuild", language)


def show_precision(project: Project, as_json: bool, language: str) -> None:
    """Print how often each proposer and each rule was right, by the decisions of a project."""
    from hrdgraph.extraction.review.candidate_review import DecisionLog

    log = DecisionLog.read(project.extraction_file)
    precisions = {by: log.precision(by) for by in ("proposer", "rule")}
    if as_json:
        echo_json({by: [_precision(item) for item in items] for by, items in precisions.items()})
        return
    for item in (*precisions["proposer"], *precisions["rule"]):
        tell("extract-rule-record", language, **_precision(item) | {"share": f"{item.share:.0%}"})


def _precision(item: RulePrecision) -> dict[str, Any]:
    return {"name": item.name, "right": item.right, "wrong": item.wrong, "share": item.share}


def _check_extract(given: dict[str, Any]) -> None:
    if given["address"] and len(given["pages"]) > 1:
        raise UsageError("goes-with", option="--address, --replaces", options="FILE")
    if given["review"] and not given["source"]:
        raise UsageError("review-needs-source")
    if not given["pages"] and not given["precision"]:
        raise UsageError("name-page")


@own_command(
    "pages extract", project="folder", check=_check_extract, pages=argument(metavar="PAGE…"),
    address=option(default=""), language=option(default=""), review=FLAG,
    source=option(default=""), who=option(), precision=FLAG, model=option(default=""),
    bar=option(type=Number(0, 1), default=0.9, show_default=True),
    model_address=option(default="http://127.0.0.1:11434/v1", show_default=True),
    send_away=FLAG, show_prompt=FLAG,
)  # fmt: skip
def extract_facts(call: CommandCall, pages: Sequence[Path], *, encoding: str = "") -> None:
    """Propose the facts that PAGE states (HTML, text, PDF, DOCX), each with its words."""
    if call.given["precision"]:
        show_precision(open_in(call.given["root"]), call.is_json, call.language)
    elif call.given["show_prompt"]:
        from hrdgraph.extraction.language_model import prompt_of

        click.echo("\n".join(prompt_of(read_page(path, encoding)[1].text) for path in pages))
    else:
        _extract(pages, call)


def _extract(pages: Sequence[Path], call: CommandCall) -> None:
    given, language = call.given, call.language
    extractor = _with_model(extractor_of(given["root"]), given)
    extracted: list[tuple[str, bytes, Frozen, Extraction]] = []
    failed: list[tuple[str, HrdgraphError]] = []
    for path in pages:
        try:
            extracted.append((str(path), *_read_one(extractor, path, given)))
        except HrdgraphError as error:
            failed.append((str(path), error))
    if given["review"]:
        project = open_in(given["root"])
        for _, data, frozen, item in extracted:
            review_here(review_of(project, given, data, frozen, item), language)
    elif call.is_json and (extracted or len(failed) > 1):
        read = [_as_dict_of_page(name, item) for name, _, _, item in extracted]
        echo_json({"pages": [*read, *({"file": name, "error": str(why)} for name, why in failed)]})
    else:
        for name, _, _, item in extracted:
            _show_page(name, item, language)
    unasked = [error for _, _, _, item in extracted for error in item.failures]
    raise_all([*unasked, *(error for _, error in failed)])


def _read_one(
    extractor: Extractor, path: Path, given: Mapping[str, Any]
) -> tuple[bytes, Frozen, Extraction]:
    data, page = read_page(path, given["encoding"])
    name, language = given["address"] or page.address or path.name, given["language"]
    try:
        extraction = extractor.extract(page.text, language=language, name=name, title=page.title)
    except HrdgraphError:
        raise
    except Exception as error:  # one page that nobody foresaw must not lose the answers for others
        reason = f"{type(error).__name__}: {error}"
        raise SourceError("page-not-searched", reason=reason, origin=Origin(str(path))) from error
    return data, page, extraction


def _with_model(extractor: Extractor, given: Mapping[str, Any]) -> Extractor:
    """Return the extractor with a model among its proposers, where one is named. What it answers
    is kept in data/private, which is never published."""
    model, address = given["model"], given["model_address"]
    if not model:
        return extractor
    from hrdgraph.extraction.language_model import ModelProposer, caching

    if urlsplit(address).scheme not in ("http", "https"):
        raise UsageError(is_not(address, "address"), hint="copy-address")
    if (urlsplit(address).hostname or "") not in LOCAL and not given["send_away"]:
        raise UsageError("model-elsewhere", address=address)
    ask = caching(
        asking(address, model), given["root"] / "data" / "private" / "model-answers", model
    )
    known = extractor.lexicons.by_language.values()
    types = frozenset(kind for lexicon in known for kind in lexicon.section("acts"))
    return replace(extractor, more=(*extractor.more, ModelProposer(model, ask, types)))


def _as_dict_of_page(name: str, extraction: Extraction) -> dict[str, Any]:
    from hrdgraph.evidence.snapshots import digest_of

    return {
        "file": name,
        "page": extraction.page.name,
        "text_sha256": digest_of(extraction.page.text),
        "characters": len(extraction.page.text),
        "candidates": [candidate_dict(item) for item in extraction.candidates],
        "refused": [
            {
                "kind": item.candidate.kind,
                "proposer": item.candidate.proposer,
                "argument": item.argument,
                "places": item.places,
            }
            for item in extraction.refused
        ],
    }


def candidate_dict(item: Candidate) -> dict[str, Any]:
    """Return a candidate as machines read it: positions count characters of the text, `end` is
    after the last one."""
    from hrdgraph.extraction.candidates import THINGS
    from hrdgraph.extraction.review.rows import cells_of, table_kind
    from hrdgraph.extraction.review.sentences import sentence_of

    return {
        "key": item.key, "kind": table_kind(item), "is_thing": item.kind in THINGS,
        "row": cells_of(item),
        "arguments": {name: _argument_dict(value) for name, value in item.arguments.items()},
        "start": item.start, "end": item.end, "words": item.words, "sentence": sentence_of(item),
        "language": item.language, "proposer": item.proposer, "rule": item.rule,
        "inferred": item.is_inferred, "competing": list(item.competing),
    }  # fmt: skip


def _argument_dict(value: Argument) -> dict[str, Any]:
    place = {"text": value.text, "start": value.start, "end": value.end, "value": value.cell}
    return place | ({"inferred": True, "basis": value.basis} if value.is_inferred else {})


def _show_page(name: str, extraction: Extraction, language: str) -> None:
    from hrdgraph.extraction.review.sentences import sentence_of

    facts = [item for item in extraction.candidates if item.language]
    tell("proposals-counted", language, name=name, count=len(extraction.candidates))
    for item in extraction.candidates:
        mark = "?" if item.is_inferred else " "
        click.echo(
            f" {mark} {item.start:>6}–{item.end:<6} {item.kind:12} {sentence_of(item, language)}  "
            f"[{item.rule or item.proposer}]"
        )
    if any(item.is_inferred for item in facts):
        tell("concluded-before", language)


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
        plain = {"a": review.accept, "r": review.refuse, "u": review.postpone}
        if key == "a" and review.missing(item):
            self._say_why_not(item)
        elif key in plain:
            plain[key](item)
        elif key == "m":
            self._mend(item)
        elif key == "z":
            if self.review.undo() is None:
                tell("word-nothing-back", self.language)
        elif key == "b":
            self._bulk(item)
        else:
            tell(_KEYS, self.language)

    def _mend(self, item: Candidate) -> None:
        """Ask for cells until a blank line; say so where no row came of them."""
        known, changed = self.review.columns(item), {}
        while line := self._line(phrase("ask-column-value", self.language)):
            name, _, value = map(str.strip, line.partition("="))
            if name in known:
                changed[name] = value
            else:
                tell("must-be-one-of", self.language, term=name, known=", ".join(known))
        if not self.review.mend(item, changed):
            self._say_why_not(item.with_cells(**changed))

    def _say_why_not(self, mended: Candidate) -> None:
        if missing := self.review.missing(mended):
            tell("row-needs-columns", self.language, columns=", ".join(missing))
        else:
            tell("nothing-mended", self.language)

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
        from hrdgraph.extraction.review.sentences import sentence_of

        still = phrase("proposals-left", self.language, count=left)
        yield f"── {still} ── {item.kind} · {item.rule}"
        before = self.review.text[max(0, item.start - _AROUND) : item.start]
        after = self.review.text[item.end : item.end + _AROUND]
        marked = click.style(
            _plain(self.review.text[item.start : item.end]), bold=True, reverse=True
        )
        yield f"…{_plain(before)}{marked}{_plain(after)}…"
        yield click.style(sentence_of(item, self.language), bold=True)
        for name, cell in item.row.items():
            yield f"    {name} = {cell}{self._inference(item.arguments.get(name))}"
        for name in self.review.missing(item):
            yield f"    {name} = ?  {phrase('cell-to-type', self.language)}"
        if item.competing:
            yield f"    {phrase('other-reading-too', self.language)}"

    def _inference(self, argument: Argument | None) -> str:
        if argument is None or not argument.is_inferred:
            return ""
        basis = f" ({argument.basis})" if argument.basis else ""
        return f"  ? {phrase('concluded-not-said', self.language)}{basis}"

    def _key(self) -> str:
        click.echo(phrase(_KEYS, self.language) + "\n> ", nl=False)
        self.keys += 1
        return read_key()

    def _line(self, prompt: str) -> str:
        click.echo(prompt, nl=False)
        line = sys.stdin.readline().strip()
        self.keys += len(line) + 1
        return line


def _plain(words: str) -> str:
    """Words on one line, without what moves a terminal."""
    return "".join(char if char.isprintable() else " " for char in words)


LOCAL = ("127.0.0.1", "localhost", "::1")
_SECONDS = 300


def asking(address: str, model: str) -> Callable[[str], str]:
    """Return a function that asks a model. SourceError where there is no answer."""
    import urllib.request

    def ask(prompt: str) -> str:
        body = {"model": model, "temperature": 0, "messages": [{"role": "user", "content": prompt}]}
        headers = {"Content-Type": "application/json"}
        if key := os.environ.get("HRDGRAPH_MODEL_KEY"):
            headers["Authorization"] = f"Bearer {key}"
        url = address.rstrip("/") + "/chat/completions"
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as response:
                answer = json.load(response)
            return str(answer["choices"][0]["message"]["content"])
        except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
            raise SourceError(
                "remote-store-unreachable", host=address, hint="is-server-there", reason=str(error)
            ) from error

    return ask
