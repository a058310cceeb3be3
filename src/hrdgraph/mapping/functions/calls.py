"""Call the functions of mappings (RML-FNML): each runs once for each distinct combination of its
arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError
from hrdgraph.mapping.functions.signature import Function, Result
from hrdgraph.mapping.model import FunctionExecution
from hrdgraph.mapping.terms.typed_literals import BadValue
from hrdgraph.nearest import nearest
from hrdgraph.rdf import IRI
from hrdgraph.sources.values import constant_column, list_column

Row = tuple[str | None, ...]  # the arguments of one call
# rows of which columns are made in less time than one by one: by a body of columns, or without
_MANY: Final = 256
_MORE: Final = 4096


@cache
def functions() -> dict[IRI, Function]:
    """Return all functions by name. They are loaded when a mapping first calls one: most call
    none."""
    from hrdgraph.mapping.functions import cells, grel, hrd

    return {
        function.iri: function
        for function in (*hrd.ENTRIES, *cells.ENTRIES, *grel.ENTRIES, *grel.IDLAB_ENTRIES)
    }


def bind(call: FunctionExecution) -> Function:
    """Return the function that a call names; MappingError for an unknown function, parameter or
    output, or a missing parameter."""
    function = functions().get(call.function)
    if function is None:
        local = {_local(iri): iri.value for iri in functions()}
        near = nearest(_local(call.function), local)
        hint = (
            Message("did-you-mean-one", names=local[near])
            if near is not None
            else Message("see-address", address="docs/reference/mapping.md")
        )
        raise MappingError(
            "not-known-here", name=call.function.value, origin=call.origin, hint=hint
        )
    _check_parameters(call, function)
    if call.output is not None and function.outputs and call.output not in function.outputs:
        hint = Message("there-is", known=", ".join(iri.value for iri in function.outputs))
        raise MappingError(
            "not-known-here", name=call.output.value,
            origin=call.origin, hint=hint,
        )  # fmt: skip
    return function


def function_of(call: FunctionExecution) -> Function:
    """Return the function that a call names, which was checked when its plan was bound."""
    return functions().get(call.function) or bind(call)


def _local(name: IRI) -> str:
    """Return a name without its namespace."""
    return re.split("[#/]", name.value)[-1]


def _parameter(name: IRI) -> IRI:
    """Return the parameter's name in the table of functions, for one of its synonyms."""
    from hrdgraph.mapping.functions.grel import SYNONYMS

    return SYNONYMS.get(name, name)


def _check_parameters(call: FunctionExecution, function: Function) -> None:
    given = [_parameter(name) for name, _ in call.inputs]
    wanted = set(function.parameters)
    names = ", ".join(iri.value for iri in function.parameters)
    for name in given:
        if name not in wanted and not function.variadic:
            raise MappingError(
                "not-known-here", name=name.value,
                hint="there-is", known=names, origin=call.origin,
            )  # fmt: skip
    required = function.parameters[: len(function.parameters) - function.optional]
    if not function.variadic and (missing := [p for p in required if p not in given]):
        raise MappingError(
            "lacks", hint="there-is", term=call.function.value, missing=missing[0].value,
            known=names, origin=call.origin,
        )  # fmt: skip
    twice = max(given, key=given.count, default=None)
    if not function.variadic and twice and given.count(twice) > 1:
        raise MappingError("there-twice", name=twice.value, hint="keep-one", origin=call.origin)


def call(expression: FunctionExecution, arguments: list[pl.Series], height: int) -> pl.Series:
    """Run a call over columns of arguments of `height` rows; a function of many results gives a
    column of lists."""
    function = function_of(expression)
    ordered = arguments if function.variadic else _in_order(expression, arguments, function, height)
    kind = pl.List(pl.String) if function.many else pl.String
    if not ordered:
        return pl.Series([function.body()] * height, dtype=kind)
    if height >= (_MORE if function.columns is None else _MANY):
        values = _of_columns(function, ordered)
        if values is not None:
            return values
    rows = list(zip(*(column.to_list() for column in ordered), strict=True))
    results = {row: _run(function, row) for row in dict.fromkeys(rows)}
    refused = [place for place, row in enumerate(rows) if isinstance(results[row], ValueError)]
    if refused:
        raise _refusal(expression, function, rows, results, refused)
    return _column([results[row] for row in rows], many=function.many)


def _of_columns(function: Function, arguments: list[pl.Series]) -> pl.Series | None:
    """Run a function on many rows, by columns if it can, else once for each distinct combination;
    None if it refuses one."""
    if function.columns is not None:
        return function.columns(*arguments)
    columns = [column.alias(f"{number}") for number, column in enumerate(arguments)]
    rows = pl.DataFrame(columns)
    distinct = rows.unique(maintain_order=True)
    try:
        values = [function.body(*row) for row in distinct.rows()]
    except ValueError:
        return None
    results = distinct.with_columns(_column(values, many=function.many).alias("result"))
    if distinct.height == rows.height:
        return results["result"]
    # who says the same in all rows tells none of them apart
    keys = [name for name in rows.columns if results[name].n_unique() > 1] or rows.columns[:1]
    return rows.select(keys).join(
        results.select(*keys, "result"), on=keys, how="left", nulls_equal=True,
        maintain_order="left",
    )["result"]  # fmt: skip


def _column(values: list[Any], *, many: bool) -> pl.Series:
    """Return the results of a function as a column."""
    if not many:
        return pl.Series("result", values, dtype=pl.String)

    return list_column("result", values, pl.String)


def _in_order(
    expression: FunctionExecution, arguments: list[pl.Series], function: Function, height: int
) -> list[pl.Series]:
    given = {
        _parameter(name): column
        for (name, _), column in zip(expression.inputs, arguments, strict=True)
    }
    if len(given) < len(function.parameters):
        given = dict.fromkeys(function.parameters, constant_column(None, height)) | given
    return [given[name] for name in function.parameters]


def _run(function: Function, row: Row) -> Result | ValueError:
    """Return the result of a function, or its error."""
    try:
        return function.body(*row)
    except ValueError as error:
        return error.with_traceback(None)  # which would hold all that was at work


def _refusal(
    expression: FunctionExecution, function: Function, rows: list[Row],
    results: Mapping[Row, Result | ValueError], refused: list[int],
) -> BadValue:  # fmt: skip
    """Return the error of the first row that a function refuses, with the others attached."""

    def at(place: int) -> BadValue:
        row = rows[place]
        arguments = ", ".join(
            f"{name} '{value}'"
            for name, value in zip(_names(function, len(row)), row, strict=True)
            if value is not None
        )
        return BadValue(
            Message("place-and-fact", file=function.iri.value, fact=results[row]),
            origin=expression.origin,
            hint=Message("mend-values", values=arguments or Message("word-none")),
        )

    first = at(refused[0])
    first.places, first.at = pl.Series(refused, dtype=pl.UInt32), at
    return first


def _names(function: Function, count: int) -> list[str]:
    """Return the names of the parameters; of a variadic function, the first for each."""
    names = [_local(parameter) for parameter in function.parameters]
    return names[:1] * count if function.variadic else names
