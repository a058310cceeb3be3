"""The commands by name, and what becomes of errors: a clear message, an exit code, never a traceback.

Exit codes: 0 done; 1 something in the input is wrong; 2 the command was called wrongly; 3 the graph was built but has
violations (or, with --strict, warnings); 70 a fault in hrdgraph itself; 130 interrupted.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import sys
import threading
from importlib import import_module
from typing import Final, NoReturn

import click

from hrdgraph.errors import HrdgraphError

COMMANDS: Final = {
    "init": "Make a new project folder that builds.",
    "build": "Build the graph from the sources of a project.",
    "query": "Ask a question of the graph: a named one, a file, or SPARQL from standard input.",
    "queries": "List the questions that a project has.",
    "explain": "Say where a fact comes from: table row, page, words.",
    "export": "Write the graph, or one entity of it, in another format.",
    "validate": "Check the built graph, or any RDF file, against shapes.",
    "serve": "Put the built graph before the public: a SPARQL endpoint, and pages.",
    "site": "Write the pages of the built graph as files, for any static host.",
    "stats": "Count what the graph holds.",
    "map": "Run any RML mapping over its files, outside a project too.",
    "check": "Check a mapping against its files; read no row.",
    "plan": "Show how a mapping will be run, before and after each rewrite.",
    "date": "Read a date as people write it, and show its EDTF, or its readings.",
    "snapshot": "Take a page into data/snapshots, so that its words can be cited.",
    "withdraw": "Take a thing down, or show that it is gone from every file.",
    "cite": "Find words in a page, and print what a row needs to cite them.",
    "diff": "Say what changed between two graphs.",
    "release": "Write a release of the built graph: files, checksums, changes since the last.",
    "patch": "Apply the changes of a release to the one before.",
    "reconcile": "Propose pairs that may be one person, organisation or award, and say why.",
    "review": "Judge proposed pairs: same, not the same, unsure.",
    "judgements": "Export, import or add judgements about what is the same.",
    "analyse": "Measure and draw the network of people, organisations and awards.",
}
INTERRUPTED: Final = 130
FAULT: Final = 70  # EX_SOFTWARE of sysexits.h
_OBJECTS: Final = 50_000  # that are made before the collector looks for cycles, instead of 700


class Commands(click.Group):
    """A group whose commands are imported when they are needed: `--help` loads none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- the signature is click's
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- the signature is click's
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"hrdgraph.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- the signature is click's
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(f"{error.message} There is: {', '.join(COMMANDS)}.", ctx) from None


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="hrdgraph", message="%(prog)s %(version)s")
def app() -> None:
    """Build, ask and explain a graph of human rights defenders, organisations, awards and events.

    Begin with `hrdgraph build` in a project folder, then `hrdgraph queries`.
    """


def main() -> NoReturn:
    """Run the command line and exit."""
    # a program that lives for seconds and makes few cycles: looking for them again and again while hundreds of modules
    # are loaded, and once more among all that is left at the end, took a fifth of the start
    gc.set_threshold(_OBJECTS)
    code = run(sys.argv[1:])
    gc.freeze()
    if threading.active_count() == 1:
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> NoReturn:
    """End the process as `sys.exit` does, but do not take apart object by object what ends anyway (a tenth of a small mapping)."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run one command; returns its exit code."""
    try:
        result = app.main(arguments, prog_name="hrdgraph", standalone_mode=False)
        sys.stdout.flush()
    except HrdgraphError as error:
        _tell(error, as_json="--json" in arguments)
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        # whoever read our output has gone; nothing is wrong, and the interpreter must not try to flush again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("HRDGRAPH_DEBUG"):
            raise
        # not a failure that a person can mend: say so, instead of showing the inside of the program
        click.echo(f"error: a fault in hrdgraph itself: {type(error).__name__}: {error}", err=True)
        click.echo("  hint: HRDGRAPH_DEBUG=1 shows where; please report it", err=True)
        return FAULT
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted; nothing was changed", err=True)
        return INTERRUPTED
    return result if isinstance(result, int) else 0


def _tell(error: HrdgraphError, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"error": error.as_dict()}, ensure_ascii=False, indent=2))
    else:
        click.echo(f"error: {error}", err=True)
        for item in getattr(error, "errors", (error,)) if sys.stderr.isatty() else ():
            for context in getattr(item, "contexts", ()):  # words of a page: for eyes, never for a log
                click.echo(f"  {context}", err=True)
