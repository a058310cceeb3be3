"""Make commands from functions of the library.

The signature of a function says what its command takes: a positional parameter is an argument, any
other an option of its name; `bool` is a flag, `Literal` a choice, `Sequence` an option that may be
given again, `Mapping` one that takes KEY=VALUE, `Path` a path, `str | int` a size in bytes. What it
says of itself stands in the catalogue. The command adds what the signature does not say, and shows
the result:

    @command("bulk", refuses="written")
    def show_bulk(call: CommandCall, count: int) -> None:
        call.answer({"statements": count}, "word-statements-n", count=count)"""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, Literal, NamedTuple, Union, get_args, get_origin

import click

from hrdgraph.catalogue import Message, has_sentence, phrase
from hrdgraph.cli.common import (
    VIOLATIONS,
    F,
    echo_json,
    include_options,
    json_option,
    language_option,
    languages,
    open_in,
    parameter_pairs,
    project_argument,
    project_option,
    render_error,
    spoken_language,
    tell,
)
from hrdgraph.cli.option_values import Number, OneOf, PathTo, Size, WholeNumber
from hrdgraph.cli.progress import progress, render_stage
from hrdgraph.errors import ProjectError

COMMANDS: Final[dict[str, Callable[[], click.Command]]] = {}  # what makes a command, by its name
FILE: Final = PathTo(path_type=Path, dir_okay=False)
EXISTING: Final = PathTo(path_type=Path, exists=True, dir_okay=False)
PATH: Final = PathTo(path_type=Path)
# parameters whose values the command line finds itself, or that only Python has
_SUPPLIED: Final = {"call", "project", "progress", "lang", "ready", "sources"}
_RESTRICTED: Final = {"include", "who", "reason"}
_NAMES: Final = {
    "output": ("-o",), "format": ("-f",), "param": ("-P",), "even_with_violations": ("--anyway",),
}  # fmt: skip
_RULES: Final = 5  # named in a refusal
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
Show = Callable[["CommandCall", Any], int | None]


class CommandCall(NamedTuple):
    """One call of a command: what was given, the project, and how the person wants to be told."""

    given: Mapping[str, Any]
    project: Any  # a Project, or None where the command has none
    language: str
    is_json: bool

    def tell(self, code: str, **fields: Any) -> None:
        """Print the sentence of a code."""
        tell(code, self.language, **fields)

    def answer(self, value: object, code: str, **fields: Any) -> None:
        """Print a value as JSON where that is wanted, else the sentence of a code."""
        if self.is_json:
            echo_json(value)
        else:
            self.tell(code, **fields)


class _Declared(NamedTuple):
    """What a command says of a parameter beyond the signature."""

    names: tuple[str, ...]
    is_argument: bool
    settings: dict[str, Any]


def option(*names: str, **settings: Any) -> _Declared:
    """Say that a parameter is an option, with further names (`-e`) and settings of click."""
    return _Declared(names, False, settings)


FLAG: Final = option(is_flag=True)


# how a mapping document is read, which functions of the library take as they are
READING: Final = {
    "base": option(), "database": option(), "datatypes": option(type=OneOf(["check", "keep"])),
    "outside": FLAG, "servers": FLAG,
}  # fmt: skip


def argument(**settings: Any) -> _Declared:
    """Say that a parameter is an argument, with settings of click."""
    return _Declared((), True, settings)


def command(
    name: str, /, *, function: str | Callable[..., Any] = "", json: bool = True,
    quiet: bool = False, project: str = "option", refuses: str = "",
    check: Callable[[dict[str, Any]], object] | None = None, run: Callable[..., Any] | None = None,
    **declared: _Declared,
) -> Callable[[Show], Show]:  # fmt: skip
    """Make a command of the function of the library that is called like its last word, or of
    `function`. The decorated function shows what comes of it, and returns the exit code where that
    is not 0.

    `json` and `quiet` say which of these options it has. `project` says whether the folder
    is an `option`, an `argument` too, `optional`, or any `folder`, which need not be a project; a
    function of the command line may have none.
    `check` refuses a wrong call before anything is opened, `refuses` says what is not done with a
    build that has violations, and `run` calls the function in its own way. `declared` has what the
    signature does not say of parameters, and options beside them, which stand in `call.given`. A
    name of two words is a command of a group. They are made when they are called.
    """

    group, _, leaf = name.rpartition(" ")

    def register(show: Show) -> Show:
        def make() -> click.Command:
            import hrdgraph

            is_own = not isinstance(function, str)
            called: Callable[..., Any] = (
                getattr(hrdgraph, function or leaf) if isinstance(function, str) else function
            )
            parameters = inspect.signature(called).parameters
            has_project = bool(project) if is_own else "project" in parameters
            supplied = _SUPPLIED | (_RESTRICTED if "include" in parameters else set())
            own = [key for key in parameters if key not in supplied]
            extra = [key for key in declared if key not in parameters]

            def callback(root: Path | None = None, **given: Any) -> int:
                if root is not None:
                    given["root"] = root
                if check is not None:
                    check(given)
                call = _open(given, project)
                supply = {"project": call.project or root, "lang": call.language, **given}
                values = {key: supply[key] for key in parameters if key in supply}
                is_told = "progress" in parameters
                with _refusal(call, refuses) as outcome, _progress(call, wanted=is_told) as step:
                    values |= {"progress": step} if is_told else {}
                    result = run(call, called, **values) if run else _apply(called, values)
                return outcome.code or show(call, result) or 0

            decorators = [
                _decorator(key, parameters.get(key), called, declared.get(key))
                for key in own + extra
            ]
            decorators += [include_options] * ("include" in parameters)
            decorators += [click.option("--quiet", "-q", is_flag=True)] * quiet
            if has_project:
                decorators += [project_argument if "argument" in project else project_option]
            decorators += [json_option] * json + [language_option]
            wrapped: Callable[..., Any] = callback
            for decorate in reversed(decorators):
                wrapped = decorate(wrapped)
            return click.command(leaf)(wrapped)

        COMMANDS[name] = make
        if group:
            COMMANDS[group] = lambda: click.Group(
                group, [make() for key, make in COMMANDS.items() if key.startswith(f"{group} ")]
            )
        return show

    return register


def own_command(name: str, /, **settings: Any) -> Callable[[F], F]:
    """Make a command of a function of the command line, which takes `call` and the parameters
    that its signature or `settings` say, and returns the exit code where that is not 0."""

    def register(function: F) -> F:
        command(name, function=function, run=_run_own, **settings)(lambda _, code: code)
        return function

    return register


def _run_own(call: CommandCall, function: Callable[..., Any], /, **values: Any) -> Any:
    return function(call, **values)


def _open(given: Mapping[str, Any], kind: str) -> CommandCall:
    """Open the project, where the command has one, and find the language."""
    root, chosen = given.get("root"), given.get("lang")
    is_there = kind != "optional" or (root is not None and (root / "hrdgraph.toml").is_file())
    options = (
        open_in(root, only=given.get("only") or ())
        if root is not None and "folder" not in kind and is_there
        else None
    )
    language = spoken_language(chosen) if options is None else languages(chosen, options)[0]
    return CommandCall(given, options, language, given.get("as_json", False))


def _apply(function: Callable[..., Any], values: dict[str, Any]) -> Any:
    """Call a function with values by the names of its parameters."""
    many = [
        parameter
        for parameter in inspect.signature(function).parameters.values()
        if _is_variadic(parameter)
    ]
    return function(*[each for parameter in many for each in values.pop(parameter.name)], **values)


def _is_variadic(parameter: inspect.Parameter) -> bool:
    return parameter.kind is parameter.VAR_POSITIONAL


def _decorator(
    name: str, parameter: inspect.Parameter | None, function: Callable[..., Any],
    declared: _Declared | None,
) -> Decorator:  # fmt: skip
    """Make the argument or option of a parameter, or of what the command declares beside these."""
    settings: dict[str, Any] = {}
    is_argument = False
    if parameter is not None:
        known = _Names(vars(builtins) | {"Path": Path, "Mapping": Mapping, "Sequence": Sequence})
        known.update(vars(inspect.getmodule(function)))
        settings = _settings(eval(parameter.annotation, {}, known))
        is_argument = parameter.kind is not parameter.KEYWORD_ONLY and name not in _NAMES
        if _is_variadic(parameter):
            settings["nargs"] = -1
        elif parameter.default is parameter.empty:
            settings["required"] = not settings.get("multiple")
        elif parameter.default is not None and not settings.get("multiple"):
            settings["default"] = parameter.default
            settings["show_default"] = parameter.default not in ("", True, False)
    names: tuple[str, ...] = _NAMES.get(name, ())
    if declared is not None:
        names, is_argument = names + declared.names, declared.is_argument
        settings |= declared.settings
    if is_argument:
        settings.pop("show_default", None)
        if settings.pop("multiple", False):
            settings["nargs"] = -1
        return click.argument(name, **{"required": False} | settings)
    long = name.strip("_").replace("_", "-")
    if settings.get("is_flag") and settings.get("default") is True:
        del settings["is_flag"]
        settings |= {"flag_value": False, "type": bool}
        long = "no-" + long
    return click.option(f"--{long}", *names, name, **settings)


class _Names(dict[str, Any]):
    def __missing__(self, name: str) -> Any:
        return object


def _settings(annotation: Any) -> dict[str, Any]:
    """Return what click is told of a value of a type."""
    types = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    types = tuple(each for each in types if each not in (NoneType, object))
    first, origin = types[0], get_origin(types[0])
    if bool in types:
        return {"is_flag": True}
    if origin is Literal:
        return {"type": OneOf(get_args(first))}
    if origin is Sequence:
        return _settings(get_args(first)[0]) | {"multiple": True}
    if origin is Mapping:
        pairs: Callable[..., Any] = lambda context, param, texts: parameter_pairs(texts)  # noqa: ARG005, E731
        return {"multiple": True, "metavar": "KEY=VALUE", "callback": pairs}
    if Path in types:
        return {"type": PATH}
    if int in types:
        return {"type": Size() if str in types else WholeNumber()}
    return {"type": Number()} if float in types else {}


@contextmanager
def _progress(call: CommandCall, *, wanted: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Yield the callback to which a function reports its progress. It shows nothing with
    `--quiet`, or with JSON in a command without that option."""
    with progress(quiet=not wanted or call.given.get("quiet", call.is_json)) as step:
        yield lambda stage, done, total: step(
            _stage(stage, call.language), done, total, render_stage(stage, call.language)
        )


def _stage(stage: str, language: str) -> str:
    """Tell what is being done, with the name of a source that it is done with; the name of
    anything else as it is."""
    first, _, source = stage.partition(" ")
    if not has_sentence(f"stage-{first}"):
        return stage
    from hrdgraph.pipeline.stages.mapping import UNNAMED

    source = phrase("source-not-public", language) if source == UNNAMED else source
    return f"{phrase(f'stage-{first}', language)} {source}".strip()


class _Outcome:
    code = 0


@contextmanager
def _refusal(call: CommandCall, done: str) -> Iterator[_Outcome]:
    """Say that nothing was `done` (`exported`) with a build that has violations: the worst rules,
    and where to look."""
    outcome = _Outcome()
    try:
        yield outcome
    except ProjectError as error:
        from hrdgraph.findings.history import FILE as HISTORY
        from hrdgraph.findings.history import worst_rules
        from hrdgraph.library.building import UnfitError

        if not isinstance(error, UnfitError) or not done:
            raise
        fact = Message("not-publishable", reason=error.message)
        refused = ProjectError(fact, hint=error.advice)
        history = (
            call.project.build_dir / HISTORY
        )  # the public one: of a log, nobody knows who reads it
        rules = list(worst_rules(history, _RULES, call.language))
        outcome.code = VIOLATIONS
        if call.is_json:
            echo_json({"error": refused.as_dict() | {"rules": rules}})
        else:
            first, _, way_out = render_error(refused, call.language).partition("\n")
            click.echo("\n".join([first, *(f"  {line}" for line in rules), way_out]), err=True)
