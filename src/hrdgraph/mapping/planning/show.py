"""Show a plan as text, pass by pass: what is read, what is made once, and why each quad is written
once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hrdgraph.mapping.expressions import term_references
from hrdgraph.mapping.model import (
    Constant,
    Expression,
    FinishedTerms,
    FunctionExecution,
    QuotedTriple,
    Reference,
    Template,
    TermMap,
    TermType,
)
from hrdgraph.mapping.plan import (
    Below,
    Elements,
    Enumerate,
    Extend,
    Gather,
    Iterate,
    Join,
    Pick,
    Plan,
    QuadRule,
    Reify,
    Relation,
    Scan,
    scans,
    terms_of,
)
from hrdgraph.mapping.planning.keys import Key, key_of, overlapping
from hrdgraph.mapping.terms.terms import constant_term, is_constant
from hrdgraph.sources.reference_columns import HIDDEN


@dataclass(frozen=True)
class Pass:
    """A rewrite: its name, its purpose, and the plan before and after it in lines of text."""

    name: str
    why: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def passes(plan: Plan) -> tuple[Pass, ...]:
    """Return every rewrite of a plan, in order."""
    return (_share_scans(plan), _terms_once(plan), _describe_each_once(plan))


def _share_scans(plan: Plan) -> Pass:
    """Let rules that read the same rows share one reading, with the columns that any of them
    needs."""
    before = [f"{place(rule)}: {_relation(rule.relation, _columns(rule))}" for rule in plan.rules]
    after = [
        f"{_relation(relation)}  ← {len(rules)} rules" for relation, rules in plan.by_relation()
    ]
    return Pass(
        "share what is read", "a file is read once, and only the columns that a term needs",
        tuple(before), tuple(after),
    )  # fmt: skip


def _terms_once(plan: Plan) -> Pass:
    """Make equal term maps over the same rows once."""
    before, after = [], []
    for relation, rules in plan.by_relation():
        uses = Counter(t for rule in rules for t in terms_of([rule]) if not is_constant(t))
        before += [f"{_relation(relation)}: {sum(uses.values())} terms a row"]
        after += [f"{_relation(relation)}: {len(uses)} terms a row"]
        after += [f"    {term_text(term)}  ×{count}" for term, count in uses.items() if count > 1]
    return Pass(
        "make each term once", "equal term maps over the same rows are one column", tuple(before),
        tuple(after),
    )  # fmt: skip


def _describe_each_once(plan: Plan) -> Pass:
    """Describe how lines are compared before and after the pass that writes each quad once."""
    groups = overlapping(plan.rules)
    before = [f"{rule_text(rule)}: compared as a line with all other lines" for rule in plan.rules]
    after = [f"{rule_text(rule)}: {_once(rule, groups.get(rule.number))}" for rule in plan.rules]
    return Pass(
        "write each quad once", "distinct runs on narrow keys, or not at all", tuple(before),
        tuple(after),
    )  # fmt: skip


def _once(rule: QuadRule, group: int | None) -> str:
    if group is not None:
        return f"compared with the lines of the other rules that may make it (group {group})"
    proven: Key = key_of(rule)
    key = proven.over(lambda _, __: True)
    names = ", ".join(name.removeprefix(HIDDEN) for name in sorted(key.columns | key.natural))
    if not names:
        return "compared with its own lines"
    return (
        f"not compared where one of {names} is "
        f"unique{'; else by these columns' if key.is_whole else ''}"
        f"{'; if the values of templates can be told apart' if proven.loose else ''}"
    )


def _columns(rule: QuadRule) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            name
            for term in terms_of([rule])
            for name in term_references(term)
            if HIDDEN not in name
        )
    )


def place(rule: QuadRule) -> str:
    """Return where a rule is written."""
    return str(rule.origin)


def rule_text(rule: QuadRule) -> str:
    """Return a rule in one line."""
    terms = [
        term_text(term)
        for term in (
            rule.subject,
            rule.predicate,
            rule.object,
            *([rule.graph] if rule.graph else []),
        )
    ]
    return f"{place(rule)}: {' '.join(terms)}"


def term_text(term: TermMap) -> str:
    """Return a term map like N-Triples, with references in braces."""
    if is_constant(term):
        return constant_term(term)
    text = _expression(term.expression)
    if term.type in (TermType.ANY, TermType.TRIPLE):
        return text
    if term.type.value == "Literal":
        language = f"@{_expression(term.language)}" if term.language else ""
        datatype = f"^^<{_expression(term.datatype)}>" if term.datatype else ""
        return f'"{text}"{language}{datatype}'
    return f"_:{text}" if term.type.value == "BlankNode" else f"<{text}>"


def _expression(expression: Expression) -> str:
    match expression:
        case Constant(term):
            return str(getattr(term, "value", term))
        case Reference(name) | FinishedTerms(name):
            return f"{{{name.removeprefix(HIDDEN)}}}"
        case Template(parts):
            return "".join(part if isinstance(part, str) else _expression(part) for part in parts)
        case FunctionExecution(function, inputs):
            return f"{function.value}({', '.join(_expression(value) for _, value in inputs)})"
        case QuotedTriple(subject, predicate, object):
            return f"<<( {term_text(subject)} {term_text(predicate)} {term_text(object)} )>>"
        case _:
            return "…"


def _relation(relation: Relation, columns: Sequence[str] = ()) -> str:
    """Describe a relation in one line, in the order in which its steps run."""
    return " → ".join(_steps(relation, columns))


def _steps(relation: Relation, columns: Sequence[str]) -> Iterator[str]:
    match relation:
        case Scan(source, names):
            yield f"{source.path.name}[{', '.join(columns or names)}]"
        case Join(child, parent, inner, conditions):
            yield from _steps(child, columns)
            tests = " and ".join(
                f"{_expression(c.child)} = {_expression(c.parent)}" for c in conditions
            )
            yield (
                f"{'join' if inner else 'left join'} "
                f"{' and '.join(scan.source.path.name for scan in scans(parent))} on {tests}"
            )
        case Extend(child, name, expression):
            yield from _steps(child, columns)
            yield f"{name} := {_expression(expression)}"
        case Iterate(child, column, name, fields=fields):
            yield from _steps(child, columns)
            yield f"{name} ∈ {column}"
            yield from (f"{item.name} ∈ {name}" for item in fields)
        case Pick(child, column, name):
            yield from _steps(child, columns)
            yield f"{name} ∈ {column}"
        case Below(child) | Enumerate(child) | Reify(child):
            yield from _steps(child, columns)
        case Gather(child, name, _, members, kind):
            yield from _steps(child, columns)
            gathered = ", ".join(term_text(term) for _, term in members)
            yield f"{name.removeprefix(HIDDEN)} := {kind.value.rpartition('#')[2]} of {gathered}"
        case Elements(child):
            yield from _steps(child, columns)
            yield "each member"
