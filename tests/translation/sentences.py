"""The source → the sentences in it that an error can tell, their places numbered.

A text is told that reaches the fact or the hint of an error: by itself, by a name, by a parameter of a function that is called with it, or
as what a function returns. Names are followed, nothing is run: so a little too much may be found, and what reaches it in another way (by a
table of functions, say) is not.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple

SRC = Path(__file__).parents[2] / "src" / "hrdgraph"
ERRORS = (
    "HrdgraphError", "ProjectError", "SourceError", "MappingError", "OntologyError", "IdentityError", "QueryError", "EvidenceError",
    "OutputError", "BadValue", "UnclearWords", "UsageError", "BadParameter", "fail",
)  # fmt: skip
BY_TABLE = (
    "judge_of",
    "judge",
    "_year",
    "_integer",
    "_uri",
    "_edtf",
    "explain",
    "_hint",
)  # called by no name of theirs
_PASSING = ("next", "get", "join", "filter", "format")  # whose arguments come out as they are
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Told(NamedTuple):
    """An expression that is told: all of it, or one part of a tuple."""

    path: Path
    value: ast.expr
    part: int | None = None


def numbered(text: ast.JoinedStr) -> str:
    """An f-string as a sentence."""
    number = count(1)
    return "".join(
        part.value if isinstance(part, ast.Constant) else f"{{{next(number)}}}"
        for part in text.values
    )  # type: ignore[misc]


class Source:
    """The modules, and where a name in them leads."""

    def __init__(self) -> None:
        self.trees = {
            path: ast.parse(path.read_text("utf-8")) for path in sorted(SRC.rglob("*.py"))
        }
        self._calls: dict[str, list[tuple[Path, ast.Call]]] = defaultdict(list)
        self._functions: dict[str, list[tuple[Path, ast.AST]]] = defaultdict(list)
        self._imported: dict[Path, set[str]] = defaultdict(set)
        self._scope: dict[ast.AST, ast.AST] = {}
        self._owner: dict[ast.AST, str] = {}
        for path, tree in self.trees.items():
            for node in ast.walk(tree):
                self._index(path, node)

    def _index(self, path: Path, node: ast.AST) -> None:
        match node:
            case ast.Call():
                self._calls[_name(node.func)].append((path, node))
            case ast.ImportFrom():
                self._imported[path] |= {alias.asname or alias.name for alias in node.names}
            case ast.ClassDef():
                self._owner |= dict.fromkeys(node.body, node.name)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._functions[node.name].append((path, node))
                self._scope |= {inner: node for inner in ast.walk(node) if inner is not node}

    def sentences(self) -> dict[str, Path]:
        """Each sentence with a module that has it."""
        found: dict[str, Path] = {}
        todo, seen = list(self._roots()), set[tuple[ast.expr, int | None]]()
        while todo:
            told = todo.pop()
            if (told.value, told.part) not in seen:
                seen.add((told.value, told.part))
                todo += self._leads(told)
                if " " in (text := _text(told.value)) and re.search("[a-z]{2}", text):
                    found[text] = min(told.path, found.get(text, told.path))
        return found

    def texts(self) -> set[str]:
        """All that stands in quotes anywhere."""
        return {
            text for tree in self.trees.values() for node in ast.walk(tree) if (text := _text(node))
        }

    def _roots(self) -> Iterator[Told]:
        for path, call in chain.from_iterable(self._calls[name] for name in ERRORS):
            for value in [
                *call.args[:1],
                *(word.value for word in call.keywords if word.arg in ("hint", "fact")),
            ]:
                yield Told(path, value)
        for path, call in self._calls["Reading"]:  # how a date was read stands in the hint
            yield from (Told(path, value) for value in call.args[1:2])
        for path, function in chain.from_iterable(self._functions[name] for name in BY_TABLE):
            yield from _returned(path, function, None)

    def _leads(self, told: Told) -> Iterator[Told]:
        """What an expression is made of, as far as it is told itself."""
        path, value, part = told
        match value:
            case ast.Tuple(elts=items) if part is not None and not all(
                isinstance(item, ast.Tuple) for item in items
            ):
                yield from (Told(path, item) for item in items[part : part + 1])
            case ast.IfExp():
                yield from (Told(path, each, part) for each in (value.body, value.orelse))
            case ast.BoolOp() | ast.Dict():
                yield from (Told(path, each, part) for each in value.values)
            case ast.Tuple() | ast.List():
                yield from (Told(path, each, part) for each in value.elts)
            case ast.NamedExpr() | ast.Subscript():
                yield Told(path, value.value, part)
            case ast.Lambda():
                yield Told(path, value.body, part)
            case ast.Name():
                yield from self._named(told, value.id)
            case ast.Call(func=func) if known := self._known(func, path):
                yield from chain.from_iterable(
                    _returned(where, function, part) for where, function in known
                )
            case ast.Call(func=ast.Name()):
                yield from (
                    Told(path, each, part) for each in (value.func, *value.args)
                )  # a parameter that is called; `partial`
            case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in _PASSING:
                yield from (Told(path, each, part) for each in (owner, *value.args))

    def _known(self, func: ast.expr, path: Path) -> list[tuple[Path, ast.AST]]:
        """The functions that a name means: those of the module, else those it imports; a method of elsewhere if there is but one."""
        there = self._functions[_name(func)]
        here = [one for one in there if one[0] == path]
        is_only = isinstance(func, ast.Attribute) and len(there) == 1
        return here or (there if is_only or _name(func) in self._imported[path] else [])

    def _named(self, told: Told, name: str) -> Iterator[Told]:
        scope = self._scope.get(told.value)
        yield from chain.from_iterable(
            _returned(path, function, told.part)
            for path, function in self._known(told.value, told.path)
        )
        yield from _assigned(told, name, ast.walk(scope) if scope else ())
        yield from _assigned(told, name, self.trees[told.path].body)
        if name in self._imported[told.path]:
            yield from chain.from_iterable(
                _assigned(told._replace(path=path), name, tree.body)
                for path, tree in self.trees.items()
            )
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from self._given(told, name, scope)

    def _given(
        self, told: Told, name: str, function: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> Iterator[Told]:
        """What a parameter is given wherever its function is called."""
        names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
        place = names.index(name) - (names[0] in ("self", "cls")) if name in names else None
        for path, call in self._calls[
            self._owner[function] if function.name == "__init__" else function.name
        ]:
            if function.name == "__init__" or any(
                one is function for _, one in self._known(call.func, path)
            ):
                yield from (
                    Told(path, word.value, told.part) for word in call.keywords if word.arg == name
                )
                yield from (
                    Told(path, each, told.part)
                    for each in ([] if place is None else call.args[place : place + 1])
                )


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return numbered(node)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _name(func: ast.expr) -> str:
    return (
        func.attr
        if isinstance(func, ast.Attribute)
        else func.id
        if isinstance(func, ast.Name)
        else ""
    )


def _returned(path: Path, function: ast.AST, part: int | None) -> Iterator[Told]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return | ast.Lambda):
            value = node.value if isinstance(node, ast.Return) else node.body
            yield from [Told(path, value, part)] if value is not None else []


def _assigned(
    told: Told, name: str, nodes: Iterator[ast.AST] | list[ast.stmt] | tuple[()]
) -> Iterator[Told]:
    """What a name is set to by these statements."""
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                pairs = [(target, value) for target in targets]
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
            ):
                pairs = [(target, value)]
            case (
                ast.AugAssign(target=target, value=value)
                | ast.For(target=target, iter=value)
                | ast.comprehension(target=target, iter=value)
            ):
                pairs = [(target, value)]
            case _:
                continue
        for target, value in pairs:
            items = target.elts if isinstance(target, ast.Tuple) else [target]
            for place, item in enumerate(items):
                if isinstance(item, ast.Name) and item.id == name:
                    yield Told(
                        told.path, value, place if isinstance(target, ast.Tuple) else told.part
                    )
