"""Prove from the mapping alone which cells a quad determines, and which rules can never make the
same quad."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import Final, NamedTuple

from hrdgraph.mapping.expressions import constant_text, term_references
from hrdgraph.mapping.model import Constant, FinishedTerms, Reference, Template, TermMap, TermType
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.mapping.terms.terms import always_good, constant_term, is_constant
from hrdgraph.rdf import XSD_STRING
from hrdgraph.vocab import XSD

# percent-encoding takes these out of every value, so they part values for certain
_ENCODED: Final = re.compile(r"[!$&'()*+,;=:@/?#]")
# percent-encoding leaves these as they are, and makes none of them
_MARKS: Final = "-_~"
_OF_TEXT: Final = (TermType.LITERAL, TermType.BLANK_NODE)


class LooseTemplate(NamedTuple):
    """A template whose values are separated by what they may contain too, such as `{a}-{b}`: the
    columns in order, and between every two the character that ends the first and the one that
    begins the second, "" if a value can never contain it."""

    columns: tuple[str, ...]
    ends: tuple[str, ...]
    begins: tuple[str, ...]

    def is_parted(self, lacks: Callable[[str, str], bool]) -> bool:
        """Say whether its texts determine all values: all columns but one lack the character that
        separates them from it. Those before that one are read from the left, those after it
        from the right."""
        count = len(self.columns)
        from_left = [lacks(*pair) for pair in zip(self.columns, self.ends, strict=False)]
        right = [lacks(*pair) for pair in zip(self.columns[1:], self.begins, strict=False)]
        return any(all(from_left[:place]) and all(right[place:]) for place in range(count))


class Key(NamedTuple):
    """What a quad says of its row. Rows with different texts in one of `columns` give different
    quads; so do those in one of `natural`, if all its values are strings. If `is_whole`, rows
    that agree on all of both give the same quad. `loose` templates depend on the values; if
    `would_be_whole`, the key is whole once they are separated."""

    columns: frozenset[str] = frozenset()
    natural: frozenset[str] = frozenset()
    is_whole: bool = True
    loose: tuple[LooseTemplate, ...] = ()
    would_be_whole: bool = True

    def __or__(self, other: Key) -> Key:
        return Key(
            self.columns | other.columns, self.natural | other.natural,
            self.is_whole and other.is_whole, self.loose + other.loose,
            self.would_be_whole and other.would_be_whole,
        )  # fmt: skip

    def over(self, lacks: Callable[[str, str], bool]) -> Key:
        """Return the key for rows, given whether all texts of a column lack a character."""
        parted = [loose for loose in self.loose if loose.is_parted(lacks)]
        columns = self.columns.union(*(loose.columns for loose in parted))
        is_whole = self.is_whole or (self.would_be_whole and len(parted) == len(self.loose))
        return Key(columns, self.natural, is_whole, (), is_whole)


def key_of(rule: QuadRule) -> Key:
    """Return what is certain of the quads of a rule."""
    key = Key()
    for term in (rule.subject, rule.predicate, rule.object, rule.graph):
        key |= _key_of_term(term) if term is not None else Key()
    return key


@lru_cache(maxsize=4096)
def _key_of_term(term: TermMap) -> Key:
    if is_constant(term):
        return Key()
    if term.condition is not None:
        return Key(is_whole=False, would_be_whole=False)
    if (loose := _loose(term)) is not None:
        is_whole = set(loose.columns) >= set(term_references(term))
        return Key(is_whole=False, loose=(loose,), would_be_whole=is_whole)
    names = frozenset(determining_columns(term))
    is_whole = isinstance(term.expression, Reference | Template | FinishedTerms) and names >= set(
        term_references(term)
    )
    rewritten = term.language is None and (
        term.datatype is None or constant_text(term.datatype) == XSD.double.value
    )
    natural = term.type is TermType.LITERAL and isinstance(term.expression, Reference) and rewritten
    return Key(
        frozenset() if natural else names, names if natural else frozenset(), is_whole,
        would_be_whole=is_whole,
    )  # fmt: skip


def determining_columns(term: TermMap) -> tuple[str, ...]:
    """Return columns whose different texts give different terms."""
    expression = term.expression
    if isinstance(expression, FinishedTerms):
        return (expression.name,)
    if isinstance(expression, Reference) and term.type in _OF_TEXT:
        sources = (expression, term.language)
        return tuple(part.name for part in sources if isinstance(part, Reference))
    if not isinstance(expression, Template) or isinstance(term.language, Reference):
        return ()
    names = [part.name for part in expression.parts if isinstance(part, Reference)]
    alone = len(names) == 1 and (term.type in _OF_TEXT or always_good(term))
    return tuple(names) if alone or (always_good(term) and _is_parted(expression.parts)) else ()


def _is_parted(parts: tuple[str | Reference, ...]) -> bool:
    """Say whether the references of an IRI template are separated by what no encoded value
    contains. It begins with its scheme."""
    pairs = pairwise(parts)
    apart = not any(
        isinstance(part, Reference) and isinstance(next_, Reference) for part, next_ in pairs
    )
    return apart and all(
        isinstance(part, Reference) or _ENCODED.search(part) for part in parts[1:-1]
    )


def _loose(term: TermMap) -> LooseTemplate | None:
    """Return an IRI template of several values if only the data show whether they are separated."""
    if not isinstance(term.expression, Template) or not always_good(term):
        return None
    parts = term.expression.parts
    names = tuple(part.name for part in parts if isinstance(part, Reference))
    between = [part for part in parts[1:-1] if not isinstance(part, Reference)]
    # fewer texts than places between values: two of these touch
    if len(names) < 2 or len(between) < len(names) - 1 or _is_parted(parts):
        return None
    # what stands behind a value that cannot hold it parts for certain
    marks = [("", "") if _ENCODED.search(text) else (text[0], text[-1]) for text in between]
    if any(mark and mark not in _MARKS for pair in marks for mark in pair):
        return None
    return LooseTemplate(names, *zip(*marks, strict=True))


class DistinctnessProof(NamedTuple):
    """Which rules may make equal lines, by rule number. A rule that shares no line with another
    has a key, which tells its rows apart; the others are in numbered groups."""

    keys: dict[int, Key]
    groups: dict[int, int]


def prove_distinct(rules: Iterable[QuadRule], *, graphs: bool) -> DistinctnessProof:
    """Find which rules may make equal lines; lines have the graph of a quad only with `graphs`."""
    rules_of_lines = [rule if graphs else replace(rule, graph=None) for rule in rules]
    groups = overlapping(rules_of_lines)
    keys = {rule.number: key_of(rule) for rule in rules_of_lines if rule.number not in groups}
    return DistinctnessProof(keys, groups)


def overlapping(rules: Iterable[QuadRule]) -> dict[int, int]:
    """Return the rules that may make a quad of another rule too, by number, each with the number
    of its group."""
    buckets: dict[str | None, list[QuadRule]] = {}
    for rule in rules:
        buckets.setdefault(
            constant_term(rule.predicate) if is_constant(rule.predicate) else None, []
        ).append(rule)
    anywhere = buckets.pop(None, [])
    if anywhere:  # a predicate that depends on the row may be any
        buckets = {None: [rule for bucket in (anywhere, *buckets.values()) for rule in bucket]}
    groups: dict[int, int] = {}
    for number, bucket in enumerate(buckets.values()):
        parts = [
            part
            for some in _begun_alike(bucket, lambda rule: rule.subject)
            for part in _begun_alike(some, lambda rule: rule.object)
        ]
        groups |= {
            rule.number: number
            for part in parts
            for place, rule in enumerate(part)
            if any(not are_disjoint(rule, other) for at, other in enumerate(part) if at != place)
        }
    return groups


def _begun_alike(
    rules: list[QuadRule], term: Callable[[QuadRule], TermMap]
) -> list[list[QuadRule]]:
    """Group rules whose terms begin alike: comparing thousands of them with each other takes
    long."""
    parts, root = list[list[QuadRule]](), ""
    for start, rule in sorted(((_start(term(rule)), rule) for rule in rules), key=itemgetter(0)):
        if not parts or not start.startswith(root):
            parts.append([])
            root = start
        parts[-1].append(rule)
    return parts


def are_disjoint(one: QuadRule, other: QuadRule) -> bool:
    """Say whether two rules can never make the same quad."""
    terms = (
        (one.subject, other.subject), (one.predicate, other.predicate), (one.object, other.object),
        (one.graph, other.graph),
    )  # fmt: skip
    return any(a is not None and b is not None and _terms_are_disjoint(a, b) for a, b in terms)


def _terms_are_disjoint(term_map: TermMap, other: TermMap) -> bool:
    if is_constant(term_map) and is_constant(other):
        return constant_term(term_map) != constant_term(other)
    kinds = {_kind(term_map), _kind(other)}
    if len(kinds) > 1 and None not in kinds:
        return True
    ends = (_end(term_map), _end(other))
    if None not in ends and ends[0] != ends[1]:
        return True
    starts = (_start(term_map), _start(other))
    return not (starts[0].startswith(starts[1]) or starts[1].startswith(starts[0]))


def _kind(term: TermMap) -> str | None:
    """Return whether a term is an IRI or a triple (`<`), a blank node (`_`) or a literal (`"`), if
    certain."""
    if is_constant(term):
        return constant_term(term)[0]
    return {TermType.LITERAL: '"', TermType.BLANK_NODE: "_", TermType.ANY: None}.get(term.type, "<")


def _start(term: TermMap) -> str:
    """Return the certain beginning of every text of a term."""
    if is_constant(term):
        return constant_term(term)
    if (
        always_good(term)
        and isinstance(term.expression, Template)
        and isinstance(term.expression.parts[0], str)
    ):
        return f"<{term.expression.parts[0]}"
    return ""


def _end(term: TermMap) -> str | None:
    """Return what follows the quotes of a literal, if certain."""
    if is_constant(term):
        return constant_term(term).rpartition('"')[2] if _kind(term) == '"' else None
    if isinstance(term.language, Constant):
        return f"@{constant_text(term.language)}"
    datatype = constant_text(term.datatype)
    return None if datatype is None else "" if datatype == XSD_STRING else f"^^<{datatype}>"
