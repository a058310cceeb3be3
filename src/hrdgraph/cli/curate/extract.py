"""`hrdgraph extract`: pages into the facts that they seem to state, for a person to accept or
refuse."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.cli.curate.extract_review import (
    Sitting,
    review_here,
    review_of,
    show_precision,
)
from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    language_option,
    misused,
    opened,
    project_option,
    spoken,
    tell,
)
from hrdgraph.cli.shared.option_values import Number, PathTo
from hrdgraph.errors import HrdgraphError, Origin, SourceError, raise_all
from hrdgraph.library.extraction import extractor_of

if TYPE_CHECKING:
    from hrdgraph.evidence.texts.model import Frozen
    from hrdgraph.extract import Candidate, Extraction, Extractor
    from hrdgraph.extract.candidates import Argument


@click.command()
@click.argument("pages", metavar="PAGE…", type=PathTo(path_type=Path), nargs=-1)
@click.option(
    "--address",
    default="",
)
@click.option(
    "--language",
    default="",
)
@click.option(
    "--encoding",
    default="",
)
@click.option(
    "--review",
    is_flag=True,
)
@click.option(
    "--source",
    default="",
)
@click.option(
    "--who",
)
@click.option(
    "--bar",
    type=Number(0, 1),
    default=0.9,
    show_default=True,
)
@click.option(
    "--precision",
    is_flag=True,
)
@click.option(
    "--model",
    default="",
)
@click.option(
    "--model-address",
    default="http://127.0.0.1:11434/v1",
    show_default=True,
)
@click.option(
    "--send-away",
    is_flag=True,
)
@click.option(
    "--show-prompt",
    is_flag=True,
)
@project_option
@json_option
@language_option
def command(
    pages: tuple[Path, ...], root: Path, as_json: bool, lang: str | None, **options: Any
) -> None:
    """Propose the facts that PAGE states (HTML, text, PDF, DOCX), each with its words."""
    given = ExtractOptions(**options)
    _check(pages, given)
    if given.precision:
        show_precision(opened(root), as_json, spoken(lang))
    elif given.show_prompt:
        from hrdgraph.extract.language_model import prompt_of

        click.echo("\n".join(prompt_of(page_text(path, given.encoding).text) for path in pages))
    else:
        _extract(pages, given, root, as_json, spoken(lang))


@dataclass(frozen=True)
class ExtractOptions:
    """The options."""

    address: str
    language: str
    encoding: str
    review: bool
    source: str
    who: str | None
    bar: float
    precision: bool
    model: str
    model_address: str
    send_away: bool
    show_prompt: bool


def _check(pages: tuple[Path, ...], given: ExtractOptions) -> None:
    if given.address and len(pages) > 1:
        raise misused("address-of-one-page")
    if given.review and not given.source:
        raise misused("review-needs-source")
    if not pages and not given.precision:
        raise misused("name-page")


def _extract(
    pages: tuple[Path, ...], given: ExtractOptions, root: Path, as_json: bool, language: str
) -> None:
    extractor = _with_model(
        extractor_of(root), root, given.model, given.model_address, given.send_away
    )
    found: list[tuple[str, PageText, Extraction]] = []
    failed: list[tuple[str, HrdgraphError]] = []
    for path in pages:
        try:
            found.append((str(path), *_read_one(extractor, path, given)))
        except HrdgraphError as error:
            failed.append((str(path), error))
    if given.review:
        sitting = Sitting(opened(root), given.source, given.who, given.bar, language)
        for _, page, item in found:
            review_here(review_of(sitting, page.data, page.frozen, item), language)
    elif as_json and (found or len(failed) > 1):
        read = [_as_dict(name, item) for name, _, item in found]
        echo_json({"pages": [*read, *({"file": name, "error": str(why)} for name, why in failed)]})
    else:
        for name, _, item in found:
            _show(name, item, language)
    raise_all([error for _, error in failed])


def _read_one(
    extractor: Extractor, path: Path, given: ExtractOptions
) -> tuple[PageText, Extraction]:
    page = page_text(path, given.encoding)
    name = given.address or page.address or path.name
    try:
        found = extractor.extract(page.text, language=given.language, name=name, title=page.title)
    except HrdgraphError:
        raise
    except Exception as error:  # one page that nobody foresaw must not lose the answers for others
        reason = f"{type(error).__name__}: {error}"
        raise SourceError("page-not-searched", reason=reason, origin=Origin(str(path))) from error
    return page, found


def _with_model(
    extractor: Extractor, root: Path, model: str, address: str, may_leave: bool
) -> Extractor:
    """The extractor with a model among its proposers, where one is named. What it answers is kept
    in data/private, which is never published."""
    if not model:
        return extractor
    from hrdgraph.cli.curate.model_client import asking, check_address
    from hrdgraph.extract.language_model import ModelProposer, kept

    check_address(address, may_leave=may_leave)
    ask = kept(asking(address, model), root / "data" / "private" / "model-answers", model)
    return replace(extractor, more=(*extractor.more, ModelProposer(model, ask)))


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
    from hrdgraph.extract.review.rows import cells_of, table_kind
    from hrdgraph.extract.review.sentences import sentence_of

    return {
        "key": item.key,
        "kind": table_kind(item),
        "is_thing": item.kind in THINGS,
        "row": cells_of(item),
        "arguments": {name: _argument_dict(one) for name, one in item.arguments.items()},
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


def _argument_dict(one: Argument) -> dict[str, Any]:
    place = {"text": one.text, "start": one.start, "end": one.end, "value": one.cell}
    return place | ({"inferred": True, "basis": one.basis} if one.is_inferred else {})


def _show(name: str, found: Extraction, language: str) -> None:
    from hrdgraph.extract.review.sentences import sentence_of

    facts = [item for item in found.candidates if item.language]
    tell("proposals-counted", language, name=name, count=len(found.candidates))
    for item in found.candidates:
        mark = "?" if item.is_inferred else " "
        click.echo(
            f" {mark} {item.start:>6}–{item.end:<6} {item.kind:12} {sentence_of(item, language)}  "
            f"[{item.rule or item.proposer}]"
        )
    if any(item.is_inferred for item in facts):
        tell("concluded-before", language)
