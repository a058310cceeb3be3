"""Binds a plan to its sources before a row is read: files, columns, fields, functions. Every error names file and node."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from hrdgraph.errors import HrdgraphError, MappingError, Origin, raise_all
from hrdgraph.mapping.functions import bind as bind_call
from hrdgraph.mapping.model import Call, Expression, Mapping, TermMap, references, term_references
from hrdgraph.mapping.plan import Below, Extend, Iterate, Join, Pick, Plan, Relation, Rule, Scan, scans
from hrdgraph.mapping.planner import plan_mapping
from hrdgraph.sources import header_of
from hrdgraph.sources.registry import formulation


def bind(mapping: Mapping) -> Plan:
    """Plan a mapping and check it against its files. Raises everything that is wrong at once."""
    plan = plan_mapping(mapping)
    headers = _headers(plan)
    errors = [error for rule in plan.rules for error in _check_rule(rule, headers)]
    raise_all(list({str(error): error for error in errors}.values()))
    return plan


def _headers(plan: Plan) -> dict[Scan, list[str]]:
    """The columns of each CSV file that the plan reads; paths of other formats are checked as paths."""
    found: dict[Scan, list[str]] = {}
    for relation in plan.by_relation():
        for scan in scans(relation):
            if scan in found:
                continue
            reader = formulation(scan.source.formulation, scan.source.origin)
            if reader.name == "CSV":
                found[scan] = header_of(scan.source.path, scan.source.dialect)
            else:
                reader.check(scan.source.path, scan.source.dialect, scan.columns)
                found[scan] = list(scan.columns)
    return found


def _check_rule(rule: Rule, headers: dict[Scan, list[str]]) -> Iterator[HrdgraphError]:
    for term in (rule.subject, rule.predicate, rule.object, rule.graph):
        if term is not None:
            yield from _check_names(term_references(term), rule.relation, term.origin if term.origin.file else rule.origin, headers)
            yield from _check_calls(term)
    yield from _check_relation(rule.relation, headers, rule.origin)


def _check_relation(relation: Relation, headers: dict[Scan, list[str]], origin: Origin) -> Iterator[HrdgraphError]:
    match relation:
        case Extend(child, _, expression, place):
            yield from _check_names(references(expression), child, place, headers)
            yield from _check_expression(expression)
            yield from _check_relation(child, headers, origin)
        case Join(child, parent, _, conditions, fields):
            for condition in conditions:
                yield from _check_names(references(condition.child), child, origin, headers)
                yield from _check_names(references(condition.parent), parent, origin, headers)
            for _, expression in fields:
                yield from _check_names(references(expression), parent, origin, headers)
            yield from _check_relation(child, headers, origin)
            yield from _check_relation(parent, headers, origin)
        case Below(child) | Iterate(child) | Pick(child):
            yield from _check_relation(child, headers, origin)


def _check_names(names: tuple[str, ...], relation: Relation, origin: Origin, headers: dict[Scan, list[str]]) -> Iterator[HrdgraphError]:
    known = columns_of(relation, headers)
    for name in names:
        if name not in known:
            yield _no_column(name, known, relation, origin)


def _no_column(name: str, known: list[str], relation: Relation, origin: Origin) -> MappingError:
    shown = [_shown(column) for column in known]
    near = get_close_matches(_shown(name), shown, 1)
    hint = f"did you mean '{near[0]}'?" if near else f"there is: {', '.join(c for c in shown if not c.endswith('.#'))}"
    files = ", ".join(dict.fromkeys(scan.source.path.name for scan in scans(relation)))
    return MappingError(f"no column '{_shown(name)}' in {files}", origin=origin, hint=hint)


def _shown(name: str) -> str:
    return name.split(":", 1)[1] if name.startswith(("source:", "parent:")) else name


def columns_of(relation: Relation, headers: dict[Scan, list[str]]) -> list[str]:
    """The columns of a relation that expressions may refer to."""
    match relation:
        case Scan():
            return headers[relation]
        case Below(child, prefix):
            return [prefix + name for name in columns_of(child, headers)]
        case Extend(child, name) | Iterate(child, _, name) | Pick(child, _, name):
            return [*columns_of(child, headers), name, f"{name}.#"]
        case Join(child, _, _, _, fields):
            return [*columns_of(child, headers), *(name for name, _ in fields)]


def _check_calls(term: TermMap) -> Iterator[HrdgraphError]:
    for expression in (term.expression, term.datatype, term.language):
        if expression is not None:
            yield from _check_expression(expression)


def _check_expression(expression: Expression) -> Iterator[HrdgraphError]:
    if isinstance(expression, Call):
        try:
            bind_call(expression)
        except MappingError as error:
            yield error
        for _, value in expression.inputs:
            yield from _check_expression(value)
