"""The command line is the mirror of the library: each command has its function, each option its parameter of the same name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import click
import pytest

import hrdgraph
from hrdgraph.cli.app import COMMANDS, app

Graph: Final = hrdgraph.Graph
FUNCTIONS: Final[dict[str, tuple[Callable[..., Any], ...]]] = {
    "init": (hrdgraph.init,),
    "import": (hrdgraph.import_tables,),
    "tables template": (hrdgraph.template,),
    "tables kinds": (hrdgraph.kinds,),
    "build": (hrdgraph.build, hrdgraph.watch),
    "upgrade": (hrdgraph.upgrade,),
    "workbench": (hrdgraph.workbench,),
    "query": (Graph.query, Graph.questions),
    "explain": (Graph.explain, hrdgraph.trace),
    "graphs stats": (Graph.stats,),
    "graphs analyse": (Graph.measures, Graph.path, Graph.to_networkx),
    "export": (hrdgraph.export,),
    "serve": (hrdgraph.serve,),
    "mcp": (hrdgraph.mcp,),
    "site": (hrdgraph.site,),
    "graphs push": (hrdgraph.push,),
    "graphs bulk": (hrdgraph.bulk,),
    "release": (hrdgraph.release,),
    "graphs diff": (hrdgraph.diff,),
    "graphs patch": (hrdgraph.patch,),
    "withdraw": (hrdgraph.withdraw, hrdgraph.find_withdrawn),
    "pages snapshot": (hrdgraph.snapshot,),
    "pages extract": (hrdgraph.extract,),
    "pages cite": (hrdgraph.cite, hrdgraph.suggest_citations),
    "tables date": (hrdgraph.date,),
    "names reconcile": (hrdgraph.reconcile,),
    "names review": (hrdgraph.review,),
    "names judge": (hrdgraph.judge,),
    "map": (hrdgraph.map,),
    "mappings check": (hrdgraph.check,),
    "mappings plan": (hrdgraph.plan,),
    "validate": (hrdgraph.validate,),
}
# how a result is shown or where it goes: in Python it is a value
SHOWN: Final = {"json", "lang", "output", "format", "quiet", "top", "full", "i-answer-for-it"}
# of one command: what is another function, or another way to say a parameter
OTHERWISE: Final = {
    "workbench": {"shortcut"},  # for who has no terminal
    "build": {"watch"},  # a function of its own
    # parameters by their names; limits of the graph; which engine would answer; `open` has the store and the day
    "query": {"list", "param", "timeout", "memory", "explain-plan", "store", "as-of"},
    "explain": {"mapping", "statements"},  # `trace` has the mapping; each of a file is a loop
    "graphs analyse": {"path"},  # a function of its own
    # in Python every guess is taken, or looked at with `dry_run`; newer copies ask a person
    "import": {"yes", "conflicts", "undo", "public"},
    "pages extract": {  # the dialogue, and language models, which are asked on the terminal only
        "review",
        "page",
        "port",
        "source",
        "who",
        "bar",
        "precision",
        "model",
        "model-address",
        "send-away",
        "show-prompt",
    },
    "pages cite": {"suggest"},  # a function of its own
    "graphs diff": {"by"},  # `to_polars()`
    "names review": {"page", "port"},  # the dialogue itself
    "validate": {"inferred", "explain"},  # `derived` of what comes back; the rule of a shape
    "withdraw": {"check"},  # a function of its own
}
# what only Python has: data that is in memory, and who is told of progress
ONLY_PYTHON: Final = {
    "memory", "sources", "progress", "ready", "self", "most", "lang", "output",
    "publish",  # of import: --public, or who sees each heading
    "brief",  # of explain: the command is, unless it is to say all or JSON
}  # fmt: skip


def commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(app)
    for name in COMMANDS:
        command = app.get_command(context, name)
        assert command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", one) for inner, one in command.commands.items())
        else:
            yield name, command


COMMANDS_BY_NAME: Final = dict(commands())


def test_each_command_has_its_function() -> None:
    assert COMMANDS_BY_NAME.keys() == FUNCTIONS.keys()


def options(name: str) -> dict[str, click.Option]:
    """The options of a command by their first long name, without the hyphens before it."""
    found = (
        one
        for one in COMMANDS_BY_NAME[name].params
        if isinstance(one, click.Option) and not one.hidden
    )
    return {next(text for text in one.opts if text.startswith("--"))[2:]: one for one in found}


def parameters(name: str) -> dict[str, inspect.Parameter]:
    """The parameters of all functions of a command, named as options are."""
    every = (inspect.signature(function).parameters for function in FUNCTIONS[name])
    return {key.strip("_").replace("_", "-"): one for some in every for key, one in some.items()}


@pytest.mark.parametrize("name", COMMANDS_BY_NAME)
def test_each_option_is_a_parameter(name: str) -> None:
    is_method = any(
        "self" in inspect.signature(function).parameters for function in FUNCTIONS[name]
    )
    known = (
        parameters(name).keys()
        | SHOWN
        | OTHERWISE.get(name, set())
        | ({"project"} if is_method else set())
    )
    named = {one.removeprefix("no-") if one not in known else one for one in options(name)}
    assert named - known == set()


@pytest.mark.parametrize("name", COMMANDS_BY_NAME)
def test_each_parameter_is_an_option_or_an_argument(name: str) -> None:
    arguments = {
        one.name.strip("_")
        for one in COMMANDS_BY_NAME[name].params
        if isinstance(one, click.Argument) and one.name
    }
    named = (
        {one.removeprefix("no-") for one in options(name)}
        | options(name).keys()
        | arguments
        | {"place"}
    )
    wanted = {key for key, one in parameters(name).items() if one.kind is one.KEYWORD_ONLY}
    assert wanted - named - {key.replace("_", "-") for key in ONLY_PYTHON} == set()


@pytest.mark.parametrize("name", COMMANDS_BY_NAME)
def test_defaults_are_the_same(name: str) -> None:
    """What happens where nothing is said is the same for both."""
    ours = parameters(name)
    for key, option in options(name).items():
        parameter = ours.get(key)
        if (
            parameter is None
            or key in SHOWN
            or parameter.default in (inspect.Parameter.empty, None, "", ())
        ):
            continue
        default = option.get_default(click.Context(COMMANDS_BY_NAME[name]))
        same = (
            {str(default), str(default).rstrip(".")} & {str(parameter.default)}
            or default in (None, False, ".")
            or type(default).__name__ == "Sentinel"
        )
        size = str(default).isdigit() and isinstance(
            parameter.default, str
        )  # 1G, as the option reads it
        assert same or size, (key, default, parameter.default)


# a server, a dialogue, or data in a format of its own on standard output
WITHOUT_JSON: Final = {
    "serve",
    "mcp",
    "workbench",
    "names review",
    "export",
    "map",
    "graphs patch",
}


@pytest.mark.parametrize("name", COMMANDS_BY_NAME)
def test_each_command_tells_machines_what_came_of_it(name: str) -> None:
    assert ("json" in options(name)) is (name not in WITHOUT_JSON)


SAME_EVERYWHERE: Final = {"output": "-o", "format": "-f", "project": "-p"}


@pytest.mark.parametrize("name", COMMANDS_BY_NAME)
def test_one_set_of_option_names(name: str) -> None:
    for key, option in options(name).items():
        assert (
            (SAME_EVERYWHERE[key] in option.opts)
            if key in SAME_EVERYWHERE
            else not set(SAME_EVERYWHERE.values()) & set(option.opts)
        ), key
    old = {"to", "out", "root", "language-of-labels"} - ({"to"} if name == "graphs push" else set())
    assert not old & options(name).keys()  # `push --to` names a server, no file


def test_no_package_has_the_name_of_a_function() -> None:
    """To import such a package would put it in the place of the function."""
    here = Path(hrdgraph.__file__).parent
    names = {path.stem for path in here.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert names.isdisjoint(hrdgraph.__all__)
