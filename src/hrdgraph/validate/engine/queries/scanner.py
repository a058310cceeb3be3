"""The text of a SPARQL query → its groups, triple patterns and clauses, without a grammar of
expressions."""

from __future__ import annotations

from functools import lru_cache

from hrdgraph.store.oxigraph import KNOWN_PREFIXES
from hrdgraph.store.tokens import Token, tokens_of
from hrdgraph.validate.engine.queries.structure import (
    AGGREGATES,
    NO_PLACE,
    QueryGroup,
    QueryStructure,
    TriplePattern,
)

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
        self._prologue()
        projected = self._select(None, "top")
        self.clauses |= {token.text for token in self.tokens if token.kind == "word"} & {"VALUES"}
        return QueryStructure(
            tuple(self.groups),
            tuple(self.patterns),
            projected,
            tuple(self.subselects),
            frozenset(self.renamed),
            frozenset(self.clauses),
            frozenset(self.grouped),
            frozenset(token.text for token in self.tokens if token.kind == "var"),
        )

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

    def _prologue(self) -> None:
        while self.now.text in ("PREFIX", "BASE"):
            if self.take().text == "PREFIX":
                name = self.take().text[:-1]
                self.prefixes[name] = self.now.text[1:-1]
            self.take()

    def _select(self, parent: QueryGroup | None, kind: str) -> frozenset[str]:
        """SELECT … { … } with what follows it, or ASK { … }; returns what it projects."""
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
        self._modifiers()
        return frozenset(named)

    def _modifiers(self) -> None:
        """GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET, VALUES."""
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

    def _expression(self, used: set[str], group: QueryGroup | None = None) -> set[str]:
        """From `(` to its `)`. Adds the variables to `used`, goes into groups of EXISTS; returns
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
            self._element(group)
        group.end = self.take().start
        return group

    def _element(self, group: QueryGroup) -> None:
        if self.now.text == "{":
            self._group(group, "group")
        elif self.now.kind == "word" and self.now.text in _NESTED:
            word = self.take().text
            self.clauses.add(word)
            self._group(group, _NESTED[word])
        elif self.takes("FILTER"):
            self._filter(group)
        elif self.takes("BIND"):
            self._expression(group.assigned, group)
        elif self.now.text in ("GRAPH", "SERVICE", "VALUES"):
            self._named(group)
        elif not self.takes("."):
            before = self.place
            subject = self._iri(self.now) if self.now.kind in ("iri", "name") else None
            self._properties(group, self._node(group), subject)
            if self.place == before:
                self.take()

    def _filter(self, group: QueryGroup) -> None:
        start = self.tokens[self.place - 1].start
        negated = self.now.text == "NOT"
        while self.now.text not in ("{", "(") and self.now.kind != "end":
            self.take()
        if self.now.text == "{":
            self._group(group, "exists").negated = start if negated else None
        else:
            self._expression(group.filtered, group)

    def _named(self, group: QueryGroup) -> None:
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
        """A subject or object with what stands in its brackets; returns its name where it is a
        variable."""
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
        """A variable, or the predicates of a path, whether it can have no step at all, and
        whether it is one predicate."""
        if self.now.kind == "var":
            return self.take().text, None, False, True
        found: set[str] = set()
        marks = self._path(found)
        return None, None if "!" in marks else frozenset(found), bool(marks & {"*", "?"}), not marks

    def _path(self, found: set[str]) -> set[str]:
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
                found.add(self._iri(token))
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
