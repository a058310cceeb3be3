"""Commands that give the graph to others, from bulk to site."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.catalogue import Message, number
from hrdgraph.catalogue.words import headings
from hrdgraph.cli import completion
from hrdgraph.cli.command_from_function import CommandCall, argument, command, option
from hrdgraph.cli.common import echo_json, table
from hrdgraph.cli.option_values import Number, Size, WholeNumber
from hrdgraph.library.calls import UsageError

if TYPE_CHECKING:
    from hrdgraph.library.releases import Release


@command(
    "site",
    refuses="written",
    quiet=True,
    project="argument",
    base_url=option(metavar="URL"),
    processes=option(type=WholeNumber(1, 64)),
)
def show_site(call: CommandCall, files: int) -> None:
    """Say how many files were written."""
    folder = call.given["output"]
    call.answer(
        {"files": files, "folder": str(folder)},
        "things-in-folder",
        things=Message("word-files-n", count=files),
        folder=folder,
    )


def _start_logging(given: dict[str, Any]) -> None:
    from hrdgraph.library.serving import start_logging

    start_logging(quiet=given["quiet"])


def _serve(call: CommandCall, serve: Any, **options: Any) -> None:
    def show_address(address: str) -> None:
        title = call.project.title
        click.echo(f"{title}\n  pages    {address}\n  queries  {address}sparql\nCtrl-C ends it.")
        sys.stdout.flush()

    serve(**options, ready=show_address)


@command(
    "serve", json=False, quiet=True, project="argument", refuses="served",
    check=_start_logging, run=_serve, port=option(type=WholeNumber(0, 65535)),
    store=option(metavar="URL"),
)  # fmt: skip
def show_serve(call: CommandCall, ended: None) -> None:
    """Say nothing more once the server has ended."""


@command(
    "mcp",
    json=False,
    project="argument",
    refuses="served",
    timeout=option(type=Number(0, min_open=True)),
    memory=option(type=Size(least=1)),
)
def show_mcp(call: CommandCall, ended: None) -> None:
    """Say nothing: standard output is the model's."""


def _check_export(given: dict[str, Any]) -> None:
    """Find out what NAME means, a project folder or a thing, and refuse what is called wrongly."""
    from hrdgraph.library.publishing import ON_STANDARD_OUTPUT, check_part, export_format

    name = given["name"]
    if name is not None:
        if given["root"] == Path() and (Path(name) / "hrdgraph.toml").is_file():
            given["root"] = Path(name)
        elif given["entity"] is not None:
            raise UsageError("not-together", names="NAME, --entity", hint="keep-one")
        else:
            given["entity"] = name
    given["output"] = given["output"] or ON_STANDARD_OUTPUT
    check_part(given["entity"], given["query"], given["param"])
    export_format(given["format"], given["output"])


@command(
    "export",
    json=False,
    refuses="exported",
    check=_check_export,
    name=argument(metavar="[NAME]", shell_complete=completion.things),
    format=option(shell_complete=completion.formats()),
    entity=option("-e", metavar="IRI|NAME", shell_complete=completion.things),
    query=option("-q", metavar="NAME|FILE|-", shell_complete=completion.questions),
)
def show_export(call: CommandCall, written: bytes) -> None:
    """Say nothing: the graph is on standard output, or in its file."""


@command(
    "release", refuses="released", date=option(metavar="YYYY-MM-DD"), address=option(metavar="URL")
)
def show_release(call: CommandCall, done: Release) -> None:
    """Print the files of a release, and what changed since the one before."""
    from hrdgraph.exports.changes import sentences
    from hrdgraph.ontology import load

    if done.folder is None:
        answer = {"version": None, "changes": f"nothing has changed since {done.previous}"}
        call.answer(answer, "release-unchanged", previous=done.previous)
        return
    ontology, language = load(call.project), "en" if call.is_json else call.language
    changes = sentences(done.change, done.previous, ontology, language)
    if call.is_json:
        files = [{"name": f.name, "bytes": f.size, "sha256": f.sha256} for f in done.files]
        about = {"version": done.version, "issued": done.issued, "folder": str(done.folder)}
        echo_json({**about, "changes": changes, "files": files})
        return
    rows = [(f.name, number(f.size, language), f.sha256[:16] + "…") for f in done.files]
    table(headings(("file", "bytes", "sha256"), language), rows)
    click.echo("\n" + changes)
    call.tell("release-folder", folder=done.folder)
    call.tell("release-next")
