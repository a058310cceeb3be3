"""A rule of a mapping into all that its statements are made from: references of files, through
views, joins and collections."""

from __future__ import annotations

from collections.abc import Iterator

from hrdgraph.mapping.expressions import references, term_references
from hrdgraph.mapping.model import LogicalSource, TermMap
from hrdgraph.mapping.plan import (
    INDEX,
    Below,
    Elements,
    Enumerate,
    Extend,
    Gather,
    Iterate,
    Join,
    Pick,
    QuadRule,
    Reify,
    Relation,
    Scan,
)

Read = tuple[LogicalSource, str]  # a file and a reference in it; "" for its rows alone
Names = frozenset[str]


def reads(rule: QuadRule) -> frozenset[Read]:
    """What decides whether a statement of the rule is there, and what it says. A column that
    stands beside it in a view is not among it; one that rows are joined on is."""
    terms = (rule.subject, rule.predicate, rule.object, rule.graph)
    return frozenset(_read(rule.relation, _names(term for term in terms if term is not None)))


def _names(terms: Iterator[TermMap]) -> Names:
    return frozenset(name for term in terms for name in term_references(term))


def _read(relation: Relation, names: Names) -> Iterator[Read]:
    match relation:
        case Scan(source):
            yield source, ""
            yield from ((source, name) for name in names)
        case Below(child, prefix):
            yield from _read(child, frozenset(name.removeprefix(prefix) for name in names))
        case Enumerate(child, name):
            yield from _read(child, names - {name})
        case Extend(child, own, expression):
            yield from _read(child, _instead(names, own, references(expression)))
        case Iterate(child, column, own) | Pick(child, column, own):
            yield from _read(child, _instead(names, own, (column,)))
        case Join():
            yield from _joined(relation, names)
        case Gather():
            yield from _gathered(relation, names)
        case Elements(child):
            yield from _read(child, names)
        case Reify(child, own, triple):
            yield from _read(
                child,
                _instead(names, own, term_references(triple)) | frozenset(term_references(triple)),
            )


def _instead(names: Names, own: str, made_of: tuple[str, ...]) -> Names:
    """The names with those that a column was made of in its place, where it or its number is
    among them."""
    parts = {own, f"{own}.{INDEX}"}
    return (names - parts) | frozenset(made_of) if names & parts else names


def _joined(join: Join, names: Names) -> Iterator[Read]:
    """A parent that gives nothing matters only where rows without it are left out."""
    made = dict(join.fields)
    own = names & made.keys()
    if not (join.inner or own or any(name.startswith(join.tag) for name in names)):
        yield from _read(join.child, names)
        return
    keys = frozenset(name for condition in join.conditions for name in references(condition.child))
    yield from _read(join.child, (names - own) | keys)
    theirs = [reference for name in own for reference in references(made[name])]
    theirs += [
        reference for condition in join.conditions for reference in references(condition.parent)
    ]
    yield from _read(join.parent, frozenset(theirs))


def _gathered(gather: Gather, names: Names) -> Iterator[Read]:
    heads = (term for term in (gather.head, gather.graph, gather.beside) if term is not None)
    own = frozenset(
        name for name in names if name == gather.name or name.startswith(f"{gather.name}.")
    )
    yield from _read(gather.child, (names - own) | _names(heads))
    for rows, term in gather.members:
        yield from _read(rows, frozenset(term_references(term)))
