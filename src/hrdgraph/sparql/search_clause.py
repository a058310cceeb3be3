"""Replace `SERVICE hrd:search { … }` in a query by the search's results as VALUES, so that every
engine can answer the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from hrdgraph.errors import Origin, QueryError
from hrdgraph.rdf import IRI, Literal, parse_term
from hrdgraph.store.tokens import Token, tokens_of
from hrdgraph.vocab import HRD, XSD

_MOST: Final = 4  # searches of one query
_USUAL: Final = 20  # things that one of them finds
_LARGEST: Final = 200
_OUT: Final = ("score", "matched")


class SearchHit(NamedTuple):
    """A search result, how well it fits (1 is its whole name), and the name that fitted."""

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
    """Say quickly whether a query has a search clause."""
    return "search" in text.lower() and bool(_clause_starts(tokens_of(text)))


def with_found(text: str, search: Search, words: Mapping[str, str] = NO_WORDS) -> str:
    """Replace each search clause of a query by the results: for a string, or for a parameter's
    text from `words` ("" finds nothing). Line numbers stay. QueryError for a malformed clause,
    and for too many."""
    tokens = tokens_of(text)
    clauses = [_clause(text, tokens, *places, words) for places in _clause_starts(tokens)]
    if len(clauses) > _MOST:
        raise QueryError("search-clauses-too-many", hint="narrow-query", limit=_MOST)
    for clause in reversed(clauses):
        values = _values(clause, search(clause.text, clause.limit) if clause.text.strip() else ())
        lines = "\n" * text.count("\n", clause.start, clause.end)
        text = f"{text[: clause.start]}{values}{lines}{text[clause.end :]}"
    return text


def _clause_starts(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Return the places of the tokens with which clauses begin, and of those in their braces."""
    starts = []
    for place, token in enumerate(tokens):
        if token.kind == "word" and token.text == "SERVICE":
            at = place + 2 if tokens[place + 1].text == "SILENT" else place + 1
            if _word_of(tokens[at]) == "search" and tokens[at + 1].text == "{":
                starts.append((place, at + 2))
    return starts


def _word_of(token: Token) -> str:
    """Return the name of a term of the ontology, as `query`; nothing for other tokens."""
    for kind, start, end in (("name", "hrd:", ""), ("iri", f"<{HRD.prefix}", ">")):
        if token.kind == kind and token.text.startswith(start):
            return token.text.removeprefix(start).removesuffix(end)
    return ""


def _clause(
    text: str, tokens: Sequence[Token], place: int, at: int, given: Mapping[str, str]
) -> _Clause:
    start, thing = tokens[place].start, tokens[at]
    asked, asked_by, limit, out = "", "", _USUAL, {}
    wrong = _clause_error(text, start)
    if thing.kind != "var":
        raise wrong
    at += 1
    while True:
        name, value = _word_of(tokens[at]), tokens[at + 1]
        at += 2
        if name == "query" and value.kind == "text":
            term = parse_term(_double(value.text))
            assert isinstance(term, Literal)
            asked = term.value
            at += tokens[at].kind == "tag"
        elif name == "query" and value.kind == "var" and value.text in given:
            asked_by, asked = value.text, given[value.text]
        elif name == "limit" and value.kind == "number" and value.text.isdigit():
            limit = min(int(value.text), _LARGEST)
        elif name in _OUT and value.kind == "var":
            out[name] = f"?{value.text}"
        else:
            raise wrong
        if tokens[at].text in (";", "."):
            at += 1
            if tokens[at - 1].text == "." and tokens[at].text == thing.text:
                at += 1
        elif tokens[at].text != "}":
            raise wrong
        if tokens[at].text == "}":
            break
    if not (asked.strip() or asked_by):
        raise wrong
    return _Clause(start, tokens[at].end, f"?{thing.text}", asked, limit, out, asked_by)


def _double(quoted: str) -> str:
    """Return a literal in double quotes."""
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
    """Write a decimal as every engine does: 0.3, and 1."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _clause_error(text: str, start: int) -> QueryError:
    origin = Origin(line=text.count("\n", 0, start) + 1)
    named = "SERVICE hrd:search"
    return QueryError(
        "value-not-as-expected", value=named, hint="write-search-clause", origin=origin
    )
