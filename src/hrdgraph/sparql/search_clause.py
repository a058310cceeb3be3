"""`SERVICE hrd:search { … }` in a query → the things that a search finds, as VALUES: every engine
answers the rest of the query as it answers any other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from hrdgraph.errors import Origin, QueryError
from hrdgraph.rdf import IRI, Literal, parse_term
from hrdgraph.store.syntax_errors import bare
from hrdgraph.vocab import HRD, XSD

_MOST: Final = 4  # searches of one query
_USUAL: Final = 20  # things that one of them finds
_LARGEST: Final = 200
_WORDS: Final = re.compile(rf"<{re.escape(HRD.prefix)}(search|query|score|matched|limit)>")
_NAME: Final = r"hrd:(?P<word>\w+)"
_CLAUSE: Final = re.compile(
    r"(?<![?$\w:.-])SERVICE\s+(?:SILENT\s+)?hrd:search(?![\w:.-])\s*\{",
    re.I,
)
_TOKEN: Final = re.compile(
    rf"\s*(?:(?P<var>[?$]\w+)|{_NAME}|(?P<text>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')(?:@[\w-]+)?"
    r"|(?P<number>\d+)|(?P<sign>[;.]))"
)
_OUT: Final = ("score", "matched")


class SearchHit(NamedTuple):
    """A thing that was found, how well it fits (1 is its whole name), and what fitted."""

    iri: str
    score: float
    matched: str


Search = Callable[[str, int], Sequence[SearchHit]]
NO_WORDS: Final[Mapping[str, str]] = MappingProxyType({})


class _Clause(NamedTuple):
    start: int
    end: int
    thing: str
    text: str
    limit: int
    out: dict[str, str]
    asked_by: str  # the parameter whose value is looked for


def has_search(text: str) -> bool:
    """Whether a query has such a clause, at a glance."""
    return "search" in text.lower() and bool(_clause_starts(text))


def with_found(text: str, search: Search, words: Mapping[str, str] = NO_WORDS) -> str:
    """The query with each of its clauses replaced by what the search finds: for a string, or for
    what was typed for a parameter, which is in `words` (nothing is found for none). Lines keep
    their numbers. QueryError for a clause that cannot be understood, and for too many."""
    clauses = [_clause(text, start, end, words) for start, end in _clause_starts(text)]
    if len(clauses) > _MOST:
        raise QueryError("search-clauses-too-many", limit=_MOST)
    for clause in reversed(clauses):
        said = _values(clause, search(clause.text, clause.limit) if clause.text.strip() else ())
        lines = "\n" * text.count("\n", clause.start, clause.end)
        text = f"{text[: clause.start]}{said}{lines}{text[clause.end :]}"
    return text


def _clause_starts(text: str) -> list[tuple[int, int]]:
    """Where clauses begin, and where their braces open. What stands in strings and comments is
    none."""
    return [(found.start(), found.end()) for found in _CLAUSE.finditer(bare(_short(text)))]


def _short(text: str) -> str:
    """The text with the words of clauses as prefixed names, each character at its old place."""
    return _WORDS.sub(lambda found: f"hrd:{found[1]}".ljust(len(found[0])), text)


def _clause(text: str, start: int, opened: int, given: Mapping[str, str]) -> _Clause:
    text = _short(text)
    words = list(_words(text, opened))
    end = words[-1].end() if words else opened
    closed = re.compile(r"\s*(?:#[^\n]*\n\s*)*\}").match(text, end)
    if closed is None or not words or not words[0]["var"]:
        raise _malformed(text, start)
    asked, asked_by, limit, out, at = "", "", _USUAL, {}, 1
    while at < len(words):
        name = words[at]["word"] or ""
        value = words[at + 1] if at + 1 < len(words) else None
        if value is None:
            raise _malformed(text, start)
        if name == "query" and value["text"]:
            term = parse_term(_double(value["text"]))
            assert isinstance(term, Literal)
            asked = term.value
        elif name == "query" and value["var"] and value["var"][1:] in given:
            asked_by = value["var"][1:]
            asked = given[asked_by]
        elif name == "limit" and value["number"]:
            limit = min(int(value["number"]), _LARGEST)
        elif name in _OUT and value["var"]:
            out[name] = f"?{value['var'][1:]}"
        else:
            raise _malformed(text, start)
        at += 2
        if at < len(words):
            if not words[at]["sign"]:
                raise _malformed(text, start)
            is_new = words[at]["sign"] == "." and at + 1 < len(words)
            if is_new and words[at + 1]["var"] != words[0]["var"]:
                raise _malformed(text, start)
            at += 2 if is_new else 1
    if not (asked.strip() or asked_by):
        raise _malformed(text, start)
    thing = f"?{words[0]['var'][1:]}"
    return _Clause(start, closed.end(), thing, asked, limit, out, asked_by)


def _words(text: str, at: int) -> Iterator[re.Match[str]]:
    while found := _TOKEN.match(text, at):
        yield found
        at = found.end()


def _double(quoted: str) -> str:
    """A literal in double quotes."""
    return quoted if quoted.startswith('"') else '"' + quoted[1:-1].replace('"', '\\"') + '"'


def _values(clause: _Clause, hits: Sequence[SearchHit]) -> str:
    kinds = {
        "score": lambda hit: Literal(_short_decimal(hit.score), XSD.decimal.value).n3(),
        "matched": lambda hit: Literal(hit.matched).n3(),
    }
    names = [clause.thing, *clause.out.values()]
    words = [Literal(clause.text).n3()] if clause.asked_by else []
    names += [f"?{clause.asked_by}"] * len(words)
    rows = (
        " ".join([IRI(hit.iri).n3(), *(kinds[name](hit) for name in clause.out), *words])
        for hit in hits
    )
    return f"{{ VALUES ({' '.join(names)}) {{ {' '.join(f'({row})' for row in rows)} }} }}"


def _short_decimal(value: float) -> str:
    """As each engine spells it: 0.3, and 1."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _malformed(text: str, start: int) -> QueryError:
    return QueryError("search-clause-malformed", origin=Origin(line=text.count("\n", 0, start) + 1))
