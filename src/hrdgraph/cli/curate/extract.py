"""`hrdgraph extract`: pages into the facts that they seem to state, for a person to accept or
refuse."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.cli.shared.common import (
    Number,
    echo_json,
    json_option,
    language_option,
    opened,
    project_option,
    spoken,
)
from hrdgraph.cli.shared.words import told

if TYPE_CHECKING:
    from hrdgraph.evidence.texts.model import Frozen
    from hrdgraph.extract import Candidate, Extraction, Extractor
    from hrdgraph.project import Project


@click.command()
@click.argument("pages", metavar="PAGE…", type=click.Path(path_type=Path), nargs=-1)
@click.option(
    "--address",
    default="",
    help="The web address of the page, where there is one page and it does not say it itself.",
)
@click.option(
    "--language",
    default="",
    help="The language of the page (default: by its words): ar, en, es, fr, pt or ru.",
)
@click.option(
    "--encoding",
    default="",
    help="The encoding of a page or text, where it does not say it and is not UTF-8.",
)
@click.option("--review", is_flag=True, help="Accept or refuse them one by one, at the keyboard.")
@click.option("--source", default="", help="The source whose tables accepted rows go into.")
@click.option("--who", help="Who decides (default: HRDGRAPH_REVIEWER, or the name that git knows).")
@click.option(
    "--bar",
    type=Number(0, 1),
    default=0.9,
    show_default=True,
    help="How often a rule must have been right before all of it can be accepted at once.",
)
@click.option("--precision", is_flag=True, help="How often rules and proposers were right here.")
@project_option
@json_option
@language_option
def command(
    pages: tuple[Path, ...],
    address: str,
    language: str,
    encoding: str,
    review: bool,
    source: str,
    who: str | None,
    bar: float,
    precision: bool,
    root: Path,
    as_json: bool,
    lang: str | None,
) -> None:
    """Propose the facts that PAGE states (HTML, text, PDF, DOCX), each with its words: nothing
    is written without --review.

    A proposal is no fact. Every one names who proposed it and the words that it stands on; what
    was concluded and not said is marked. Names that the built graph knows are found in all
    languages; a project without a build does without them.

    With --review each is shown in the page's words and accepted, mended or refused at the
    keyboard. An accepted one becomes a row of --source with its words cited; what was refused is
    not proposed again.
    """
    if address and len(pages) > 1:
        raise click.UsageError("--address is of one page: name one")
    if review and not source:
        raise click.UsageError("--review writes rows: name the source that they go into, --source")
    if not pages and not precision:
        raise click.UsageError("name the page: a file with HTML, text, PDF or DOCX, or - for stdin")
    if precision:
        _show_precision(opened(root), as_json, spoken(lang))
        return
    extractor = extractor_of(root)
    for path in pages if review else ():
        page = page_text(path, encoding)
        item = extractor.extract(
            page.text,
            language=language,
            name=address or page.address or path.name,
            title=page.title,
        )
        _review(opened(root), source, page, item, who, bar, spoken(lang))
    if review:
        return
    found = [
        (str(path), _extraction(extractor, path, address, language, encoding)) for path in pages
    ]
    if as_json:
        echo_json({"pages": [_as_dict(name, item) for name, item in found]})
        return
    for name, item in found:
        _show(name, item, spoken(lang))


def _review(
    project: Project,
    source: str,
    page: PageText,
    found: Extraction,
    who: str | None,
    bar: float,
    language: str,
) -> None:
    """Ask about the candidates of a page; the page is taken as a snapshot first, so that a build
    finds the words."""
    from hrdgraph.cli.curate.extract_dialogue import CandidateDialogue, counts_of
    from hrdgraph.cli.curate.review import reviewer
    from hrdgraph.evidence.snapshot_files import DocumentDescription, take
    from hrdgraph.extract.decisions import DecisionLog

    folder, name = _source_folder(project, source), reviewer(who)
    described = DocumentDescription(source, address=_web(found.page.name))
    if project.snapshot_dirs:
        take(project.snapshot_dirs[0], page.data, page.frozen, described)
    log = DecisionLog.read(project.extraction_file)
    spoken, description = found.page.language, _description(found)
    dialogue = CandidateDialogue(page.text, folder, log, name, language, bar, spoken, description)
    try:
        dialogue.ask_all(found.candidates)
    except (KeyboardInterrupt, EOFError, click.Abort):
        click.echo()
    text = "{accepted} accepted, {refused} refused, {unsure} unsure, {left} left; {keys} keys"
    left = len(dialogue.log.waiting(found.candidates))
    click.echo(told(text, language, left=left, keys=dialogue.keys, **counts_of(dialogue)))


def _web(address: str) -> str:
    from hrdgraph.evidence.addresses import is_web_address

    return address if is_web_address(address) else ""


def _source_folder(project: Project, source: str) -> Path:
    """The folder of the source, which may not be there yet."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", source):
        raise click.BadParameter("small letters, digits and hyphens", param_hint="--source")
    return project.root / "data" / "sources" / source


def _description(found: Extraction) -> str:
    """The description of a new source, by its page."""
    from hrdgraph.extract.acceptance import publisher_of

    title = json.dumps(found.page.title or found.page.name, ensure_ascii=False)
    publisher = json.dumps(publisher_of(found.page.name), ensure_ascii=False)
    lines = [
        f"title = {title}",
        f"publisher = {publisher}",
        'licence = "Facts only: no sentence of the page is kept."',
        f'language = "{found.page.language}"',
        "[facts]",
        f'language = "{found.page.language}"',
    ]
    return "\n".join(lines) + "\n"


def _show_precision(project: Project, as_json: bool, language: str) -> None:
    from hrdgraph.extract.decisions import DecisionLog

    log = DecisionLog.read(project.extraction_file)
    found = {by: log.precision(by) for by in ("proposer", "rule")}
    if as_json:
        echo_json(
            {
                by: [
                    {
                        "name": item.name,
                        "right": item.right,
                        "wrong": item.wrong,
                        "share": item.share,
                    }
                    for item in items
                ]
                for by, items in found.items()
            }
        )
        return
    for item in (*found["proposer"], *found["rule"]):
        text = "{name}: {right} right, {wrong} wrong, {share:.0%}"
        values: dict[str, object] = {"name": item.name, "right": item.right, "wrong": item.wrong}
        click.echo(told(text, language, share=item.share, **values))


def extractor_of(root: Path) -> Extractor:
    """An extractor with the rules of a project, else with those of the installation, and the
    names of the project's build."""
    from hrdgraph.extract import Extractor
    from hrdgraph.project.create import shared_folder

    own = root / "ontology" / "extraction"
    return Extractor.of(
        (own if own.is_dir() else shared_folder("ontology") / "extraction").resolve(),
        list(_known(root)),
    )


def _known(root: Path) -> Iterator[tuple[str, str]]:
    """The names of the built graph; none where nothing was built, or it cannot be read."""
    from hrdgraph.errors import HrdgraphError
    from hrdgraph.project import open_project
    from hrdgraph.project.open import SETTINGS

    if not (root / SETTINGS).is_file():
        return
    try:
        from hrdgraph.cli.curate.reconcile import records_of_project

        records, _ = records_of_project(open_project(root), withheld=False)
    except HrdgraphError:
        return
    for record in records:
        yield from ((name, record.kind) for name in record.names)


def _extraction(
    extractor: Extractor, path: Path, address: str, language: str, encoding: str
) -> Extraction:
    page = page_text(path, encoding)
    name = address or page.address or path.name
    return extractor.extract(page.text, language=language, name=name, title=page.title)


@dataclass(frozen=True)
class PageText:
    """A page as it was read, and its frozen text."""

    data: bytes
    frozen: Frozen

    @property
    def text(self) -> str:
        return self.frozen.text

    @property
    def address(self) -> str:
        return self.frozen.address

    @property
    def title(self) -> str:
        return self.frozen.title


def page_text(path: Path, encoding: str) -> PageText:
    """Read a page, and freeze its text."""
    from hrdgraph.evidence.location import unreadable
    from hrdgraph.evidence.texts.freeze import freeze

    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    return PageText(data, freeze(data, str(path), encoding=encoding))


def _as_dict(name: str, found: Extraction) -> dict[str, Any]:
    from hrdgraph.evidence import digest_of

    return {
        "file": name,
        "page": found.page.name,
        "text_sha256": digest_of(found.page.text),
        "characters": len(found.page.text),
        "candidates": [candidate_dict(item) for item in found.candidates],
        "refused": [
            {
                "kind": item.candidate.kind,
                "proposer": item.candidate.proposer,
                "argument": item.argument,
                "places": item.places,
            }
            for item in found.refused
        ],
    }


def candidate_dict(item: Candidate) -> dict[str, Any]:
    """A candidate as machines read it: positions count characters of the text, `end` is after
    the last one."""
    from hrdgraph.extract.candidates import THINGS
    from hrdgraph.extract.rows import cells_of, table_kind
    from hrdgraph.extract.sentences import sentence_of

    return {
        "key": item.key,
        "kind": table_kind(item),
        "is_thing": item.kind in THINGS,
        "row": cells_of(item),
        "arguments": {
            name: {
                "text": argument.text,
                "start": argument.start,
                "end": argument.end,
                "value": argument.cell,
            }
            | ({"inferred": True, "basis": argument.basis} if argument.is_inferred else {})
            for name, argument in item.arguments.items()
        },
        "start": item.start,
        "end": item.end,
        "words": item.words,
        "sentence": sentence_of(item),
        "language": item.language,
        "proposer": item.proposer,
        "rule": item.rule,
        "inferred": item.is_inferred,
        "competing": list(item.competing),
    }


def _show(name: str, found: Extraction, language: str) -> None:
    from hrdgraph.extract.sentences import sentence_of

    facts = [item for item in found.candidates if item.language]
    click.echo(
        told(
            "{name}: {count} {count:proposal|proposals}",
            language,
            name=name,
            count=len(found.candidates),
        )
    )
    for item in found.candidates:
        mark = "?" if item.is_inferred else " "
        click.echo(
            f" {mark} {item.start:>6}–{item.end:<6} {item.kind:12} {sentence_of(item)}  "
            f"[{item.rule or item.proposer}]"
        )
    if any(item.is_inferred for item in facts):
        click.echo(told("? something of it was concluded from the text before", language))
