"""`hrdgraph extract`: pages into the facts that they seem to state, for a person to accept or
refuse."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    language_option,
    project_option,
    spoken,
)
from hrdgraph.cli.shared.words import told

if TYPE_CHECKING:
    from hrdgraph.extract import Candidate, Extraction, Extractor


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
    if address and len(pages) > 1:
        raise click.UsageError("--address is of one page: name one")
    extractor = extractor_of(root)
    found = [
        (str(path), _extraction(extractor, path, address, language, encoding)) for path in pages
    ]
    if as_json:
        echo_json({"pages": [_as_dict(name, item) for name, item in found]})
        return
    for name, item in found:
        _show(name, item, spoken(lang))


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
    text, page, title = page_text(path, encoding)
    return extractor.extract(text, language=language, name=address or page, title=title)


def page_text(path: Path, encoding: str) -> tuple[str, str, str]:
    """The frozen text of a page, its address or else the name of its file, and its title."""
    from hrdgraph.evidence.location import unreadable
    from hrdgraph.evidence.texts.freeze import freeze

    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    frozen = freeze(data, str(path), encoding=encoding)
    return frozen.text, frozen.address or path.name, frozen.title


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
