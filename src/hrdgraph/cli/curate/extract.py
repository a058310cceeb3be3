"""`hrdgraph extract`: pages into the facts that they seem to state, for a person to accept or
refuse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.api.words import told
from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    language_option,
    project_option,
    spoken,
)

if TYPE_CHECKING:
    from hrdgraph.extract import Candidate, Extraction


@click.command()
@click.argument("pages", metavar="PAGE…", type=click.Path(path_type=Path), nargs=-1, required=True)
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
@project_option
@json_option
@language_option
def command(
    pages: tuple[Path, ...],
    address: str,
    language: str,
    encoding: str,
    root: Path,
    as_json: bool,
    lang: str | None,
) -> None:
    """Propose the facts that PAGE states (HTML, text, PDF, DOCX), each with its words: nothing
    is written.

    A proposal is no fact. Every one names who proposed it and the words that it stands on; what
    was concluded and not said is marked. Names that the built graph knows are found in all
    languages; a project without a build does without them.
    """
    from hrdgraph.library.extraction import extract

    extractions = extract(
        *pages, project=root, address=address, language=language, encoding=encoding
    )
    found = list(zip(map(str, pages), extractions, strict=True))
    if as_json:
        echo_json({"pages": [_as_dict(name, item) for name, item in found]})
        return
    for name, item in found:
        _show(name, item, spoken(lang))


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
