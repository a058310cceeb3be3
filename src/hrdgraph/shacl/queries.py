"""Analyse the queries of SHACL-SPARQL: their groups and triple patterns, pre-bound variables (§5.3
and appendix A), and NOT EXISTS as MINUS where both mean the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from hrdgraph.catalogue import Message, lacks
from hrdgraph.rdf import Term
from hrdgraph.shacl.model import ConstraintQuery
from hrdgraph.store.blank_nodes import BLANK, REWRITTEN
from hrdgraph.store.oxigraph import KNOWN_PREFIXES
from hrdgraph.store.tokens import Token, tokens_of

PREBOUND = frozenset({"this"})
NO_PLACE = -1
AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}


@dataclass(slots=True, eq=False)
class QueryGroup:
    """One group of a query, between its braces. `negated` is where the FILTER of a NOT EXISTS
    begins."""

    kind: str
    parent: QueryGroup | None
    start: int
    filtered: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)
    end: int = 0
    negated: int | None = None


@dataclass(frozen=True, slots=True)
class TriplePattern:
    """One triple pattern. `predicates` are N-Triples texts; None if any predicate may match (as in
    a negated set). `iri` is the object if that is one, `subject_iri` the subject; `plain` if
    the predicate is no longer path."""

    group: QueryGroup
    subject: str | None
    variable: str | None
    predicates: frozenset[str] | None
    object: str | None
    zero: bool
    plain: bool = False
    iri: str | None = None
    subject_iri: str | None = None

    def binds(self, name: str) -> bool:
        """Say whether every match binds the variable, to a node that the pattern itself finds."""
        return not self.zero and name in (self.subject, self.object, self.variable)


@dataclass(frozen=True)
class QueryStructure:
    """The parts of a query."""

    groups: tuple[QueryGroup, ...]
    patterns: tuple[TriplePattern, ...]
    projected: frozenset[str]
    subselects: tuple[frozenset[str], ...]
    renamed: frozenset[str]
    clauses: frozenset[str]
    grouped: frozenset[str]
    variables: frozenset[str]

    def forbidden(self, prebound: Iterable[str]) -> Message:
        """Return what pre-binding forbids (appendix A); empty if nothing is wrong."""
        for clause in ("MINUS", "VALUES", "SERVICE"):
            if clause in self.clauses:
                return Message("not-allowed-here", term=clause)
        for name in sorted(prebound):
            if name in self.renamed:
                return Message("not-allowed-here", term=f"(… AS ${name})")
            if any(name not in projected for projected in self.subselects):
                return lacks("SELECT", f"${name}")
        return Message("")

    def is_joinable(self, names: Iterable[str]) -> bool:
        """Say whether binding these variables in the outermost group alone, to many values at
        once, is the same as binding them everywhere, one value at a time."""
        if self.subselects or self.clauses & {"LIMIT", "OFFSET"}:
            return False
        required = set(names)
        if self.clauses & (AGGREGATES | {"GROUP", "HAVING"}) and not required <= self.grouped:
            return False
        return all(self._is_open(group, name) for group in self.groups for name in required)

    def _is_open(self, group: QueryGroup, name: str) -> bool:
        """Say whether the value of a variable reaches the group, or the group finds it itself."""
        if group.parent is None or (group.kind == "exists" and self._is_open(group.parent, name)):
            return True
        used = group.assigned if group.kind == "optional" else group.assigned | group.filtered
        zero = any(
            item.zero and name in (item.subject, item.object)
            for item in self.patterns
            if item.group is group
        )
        if name not in used and not zero:
            return True
        return any(item.binds(name) for item in self.patterns if item.group is group)

    def binds(self, name: str) -> bool:
        """Say whether the outermost group itself finds every value of the variable."""
        return any(item.group.parent is None and item.binds(name) for item in self.patterns)

    def is_free(self, item: TriplePattern) -> bool:
        """Say whether a pattern of zero length would go through every node of the graph."""
        ends = [item.subject, item.object]
        return item.zero and not any(
            end is None
            or any(other.binds(end) for other in self.patterns if other.group is item.group)
            for end in ends
        )


Edit = tuple[int, int, str]


def antijoins(text: str, scanned: QueryStructure, prebound: frozenset[str]) -> Iterator[Edit]:
    """Yield the edits that remove such filters and add a MINUS to the end of the group around
    them. `prebound` are variables that the outermost group binds."""
    for group in scanned.groups:
        parent = group.parent
        if (
            group.negated is not None
            and parent is not None
            and _is_antijoin(scanned, group, parent, prebound)
        ):
            yield group.negated, group.end + 1, ""
            yield parent.end, parent.end, f" MINUS {{{text[group.start : group.end]}}} "


def _is_antijoin(
    scanned: QueryStructure, group: QueryGroup, parent: QueryGroup, prebound: frozenset[str]
) -> bool:
    """Say whether the two share variables that both sides always bind, and the inner one uses no
    other variable of the outer one."""
    own = [item for item in scanned.patterns if item.group is group]
    inner = _names(own)
    # of few rows each finds one pattern by itself, quicker than all that matches it is gathered
    if prebound and len(own) < 2:
        return False
    is_plain = not group.assigned and not any(item.zero for item in own) and group.filtered <= inner
    if (
        not is_plain
        or "GRAPH" in scanned.clauses
        or any(other.parent is group for other in scanned.groups)
    ):
        return False
    outer = _names(item for item in scanned.patterns if item.group is parent and not item.zero)
    shared = inner & (outer | (prebound if parent.parent is None else frozenset()))
    return bool(shared) and not (inner - shared) & _elsewhere(scanned, group, parent)


def _elsewhere(scanned: QueryStructure, group: QueryGroup, parent: QueryGroup) -> frozenset[str]:
    """Return the variables outside the group itself and the certain patterns around it."""
    patterns = _names(
        item
        for item in scanned.patterns
        if item.group is not group and (item.group is not parent or item.zero)
    )
    used = (other.assigned | other.filtered for other in scanned.groups if other is not group)
    return patterns | scanned.projected.union(*used)


def _names(patterns: Iterator[TriplePattern] | list[TriplePattern]) -> frozenset[str]:
    return frozenset(
        name
        for item in patterns
        for name in (item.subject, item.object, item.variable)
        if name and name != "[]"
    )


# the variable by which an ASK tells for which rows it is true: a store writes literals its own way
ROW = "hrdgraph_row"
_MANY = 20_000  # rows written into one query: each may cost a look at the whole graph


@dataclass(frozen=True, slots=True)
class Bound:
    """Variables with a value in each row, and those with one value for all."""

    columns: Mapping[str, list[str]]
    constants: Mapping[str, Term]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), [""]))

    def values(self, start: int, end: int) -> str:
        """Return a VALUES block of these rows."""
        names = [*self.columns, *self.constants]
        same = " ".join(_query_name(term.n3()) for term in self.constants.values())
        rows = (
            zip(*(column[start:end] for column in self.columns.values()), strict=True)
            if self.columns
            else [()]
        )
        lines = " ".join(f"({' '.join(map(_query_name, row))} {same})" for row in rows)
        return f" VALUES ({' '.join(f'?{name}' for name in names)}) {{ {lines} }} "


def bound_queries(
    query: ConstraintQuery, scanned: QueryStructure, bound: Bound, *, blanks: bool
) -> Iterator[str]:
    """Yield the query texts: many rows at once if a join in the outermost group is the same as
    substitution, else each by itself, its values in every group. With `blanks`, blank nodes
    have IRIs."""
    together = scanned.is_joinable([*bound.columns, *bound.constants])
    # turn ASK into SELECT, and functions that test for blank nodes into ones for their stand-in
    # IRIs
    edits = []
    depth = 0
    for token in tokens_of(query.text):
        depth += (token.text == "{") - (token.text == "}")
        if token.kind == "word" and token.text == "ASK" and depth == 0 and query.ask:
            edits.append((token.start, token.end, f"SELECT DISTINCT ?{ROW} "))
        elif blanks and token.kind == "word" and token.text in REWRITTEN:
            edits.append((token.start, token.end, REWRITTEN[token.text].n3()))
    if together:
        joins = antijoins(query.text, scanned, frozenset([*bound.columns, *bound.constants]))
        edits += [
            join for join in joins if not any(join[0] <= start < join[1] for start, _, _ in edits)
        ]
    step = _MANY if together else 1
    places = (
        [scanned.groups[0].start]
        if together
        else [group.start for group in scanned.groups if group.start != NO_PLACE]
    )
    for start in range(0, len(bound), step):
        values = bound.values(start, start + step)
        yield _edit(query.text, [*edits, *((place, place, values) for place in places)])


def open_query(query: ConstraintQuery, scanned: QueryStructure) -> str:
    """Return the query for all focus nodes of the graph at once, none of them named."""
    return _edit(query.text, list(antijoins(query.text, scanned, frozenset())))


def _edit(text: str, edits: list[tuple[int, int, str]]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _query_name(text: str) -> str:
    """Return a term that a query may name: a blank node by its stand-in IRI."""
    return f"<{BLANK}{text[2:]}>" if text.startswith("_:") else text


_NESTED = {"OPTIONAL": "optional", "MINUS": "minus", "UNION": "group"}
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


@lru_cache(maxsize=256)
def scan(query: str) -> QueryStructure:
    """Scan a query that is known to parse; the last are remembered."""
    return _Scanner(query).scan()


class _Scanner:
    def __init__(self, query: str) -> None:
        self.tokens = tokens_of(query)
        self.place = 0
        self.prefixes = dict(KNOWN_PREFIXES)
        self.groups: list[QueryGroup] = []
        self.patterns: list[TriplePattern] = []
        self.subselects: list[frozenset[str]] = []
        self.renamed: set[str] = set()
        self.clauses: set[str] = set()
        self.grouped: set[str] = set()

    def scan(self) -> QueryStructure:
        while self.now.text in ("PREFIX", "BASE"):
            if self.take().text == "PREFIX":
                name = self.take().text[:-1]
                self.prefixes[name] = self.now.text[1:-1]
            self.take()
        projected = self._select(None, "top")
        self.clauses |= {token.text for token in self.tokens if token.kind == "word"} & {"VALUES"}
        return QueryStructure(
            tuple(self.groups), tuple(self.patterns), projected, tuple(self.subselects),
            frozenset(self.renamed), frozenset(self.clauses), frozenset(self.grouped),
            frozenset(token.text for token in self.tokens if token.kind == "var"),
        )  # fmt: skip

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.now
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token

    def takes(self, *texts: str) -> bool:
        if self.now.kind in ("word", "mark") and self.now.text in texts:
            self.take()
            return True
        return False

    def _select(self, parent: QueryGroup | None, kind: str) -> frozenset[str]:
        """Scan SELECT … { … } with what follows it, or ASK { … }; return what it projects."""
        named: set[str] = set()
        star = False
        while self.now.text != "{" and self.now.kind != "end":
            star = star or self.now.text == "*"
            if self.now.text == "(":
                named |= self._expression(set())
            else:
                token = self.take()
                named |= {token.text} if token.kind == "var" else set()
        first = len(self.patterns)
        self._group(parent, kind)
        if star:
            named |= {
                name
                for item in self.patterns[first:]
                for name in (item.subject, item.object, item.variable)
                if name
            }
        by = ""
        while self.now.kind != "end" and self.now.text != "}":
            token = self.take()
            if token.kind == "word" and token.text in (
                "GROUP",
                "HAVING",
                "ORDER",
                "LIMIT",
                "OFFSET",
                "VALUES",
            ):
                by = token.text
                self.clauses.add(by)
            elif token.kind == "var" and by == "GROUP":
                self.grouped.add(token.text)
        return frozenset(named)

    def _expression(self, used: set[str], group: QueryGroup | None = None) -> set[str]:
        """Scan from `(` to its `)`. Add the variables to `used`, scan groups of EXISTS; return
        what AS names."""
        named: set[str] = set()
        depth = 0
        while self.now.kind != "end":
            token = self.now
            if token.text == "{" and token.kind == "mark":
                self._group(group, "exists")
                continue
            self.take()
            depth += (token.kind, token.text) == ("mark", "(")
            depth -= (token.kind, token.text) == ("mark", ")")
            if token.kind == "word" and token.text == "AS" and self.now.kind == "var":
                named.add(self.take().text)
            elif token.kind == "var":
                used.add(token.text)
            elif token.kind == "word" and token.text in AGGREGATES:
                self.clauses.add(token.text)
            if depth == 0:
                break
        self.renamed |= named
        return named

    def _group(self, parent: QueryGroup | None, kind: str) -> QueryGroup:
        group = QueryGroup(kind, parent, self.take().end)
        self.groups.append(group)
        if self.now.text == "SELECT":
            group.start = NO_PLACE  # a subquery stands alone in its braces
            self.subselects.append(self._select(group, "subselect"))
        while self.now.kind != "end" and self.now.text != "}":
            if self.now.text == "{":
                self._group(group, "group")
            elif self.now.kind == "word" and self.now.text in _NESTED:
                word = self.take().text
                self.clauses.add(word)
                self._group(group, _NESTED[word])
            elif self.takes("FILTER"):
                start = self.tokens[self.place - 1].start
                negated = self.now.text == "NOT"
                while self.now.text not in ("{", "(") and self.now.kind != "end":
                    self.take()
                if self.now.text == "{":
                    self._group(group, "exists").negated = start if negated else None
                else:
                    self._expression(group.filtered, group)
            elif self.takes("BIND"):
                self._expression(group.assigned, group)
            elif self.now.text in ("GRAPH", "SERVICE", "VALUES"):
                self._scan_clause(group)
            elif not self.takes("."):
                before = self.place
                subject = self._iri(self.now) if self.now.kind in ("iri", "name") else None
                self._properties(group, self._node(group), subject)
                if self.place == before:
                    self.take()
        group.end = self.take().start
        return group

    def _scan_clause(self, group: QueryGroup) -> None:
        word = self.take().text
        self.clauses.add(word)
        while self.now.text != "{" and self.now.kind != "end":
            token = self.take()
            if token.kind == "var":
                group.filtered.add(token.text)
        if word == "VALUES":
            while not self.takes("}") and self.now.kind != "end":
                self.take()
        else:
            self._group(group, word.lower())

    def _node(self, group: QueryGroup) -> str | None:
        """Scan a subject or object with its brackets; return its name if it is a variable."""
        token = self.take()
        if token.kind == "var":
            return token.text
        if token.kind == "mark" and token.text == "[":
            self._properties(group, "[]")
            self.takes("]")
            return "[]"
        if token.kind == "mark" and token.text == "(":
            while not self.takes(")") and self.now.kind != "end":
                self._node(group)
            self.patterns.append(TriplePattern(group, "[]", None, None, "[]", False))
            return "[]"
        if token.kind == "text" and self.now.kind == "tag":
            self.take()
        elif self.now.text == "^^":
            self.take()
            self.take()
        return None

    def _properties(
        self, group: QueryGroup, subject: str | None, subject_iri: str | None = None
    ) -> None:
        while self.now.kind in ("var", "iri", "name") or self.now.text in ("a", "^", "!", "("):
            variable, predicates, zero, plain = self._verb()
            while True:
                iri = self._iri(self.now) if self.now.kind in ("iri", "name") else None
                self.patterns.append(
                    TriplePattern(
                        group,
                        subject,
                        variable,
                        predicates,
                        self._node(group),
                        zero,
                        plain,
                        iri,
                        subject_iri,
                    )
                )
                if not self.takes(","):
                    break
            while self.takes(";"):
                pass

    def _verb(self) -> tuple[str | None, frozenset[str] | None, bool, bool]:
        """Return a variable, or the predicates of a path, whether it can have no step, and whether
        it is one predicate."""
        if self.now.kind == "var":
            return self.take().text, None, False, True
        names: set[str] = set()
        marks = self._path(names)
        return None, None if "!" in marks else frozenset(names), bool(marks & {"*", "?"}), not marks

    def _path(self, names: set[str]) -> set[str]:
        marks: set[str] = set()
        depth, complete = 0, False
        while self.now.kind != "end":
            token = self.now
            if complete and depth == 0 and token.text not in ("/", "|", "*", "+", "?"):
                break
            self.take()
            depth += (token.text == "(") - (token.text == ")")
            complete = token.kind in ("iri", "name") or token.text in ("a", ")", "*", "+", "?")
            if token.kind in ("iri", "name") or token.text == "a":
                names.add(self._iri(token))
            else:
                marks.add(token.text)
        return marks

    def _iri(self, token: Token) -> str:
        if token.text == "a":
            return _TYPE
        if token.kind == "iri":
            return token.text
        prefix, _, local = token.text.partition(":")
        return f"<{self.prefixes.get(prefix, '')}{local.replace(chr(92), '')}>"
