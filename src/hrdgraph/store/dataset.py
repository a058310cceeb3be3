"""What a request and the FROM clauses of its query say about graphs, into the dataset that is
asked (SPARQL 1.1 Protocol §2.1.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from hrdgraph.errors import QueryError

_SPACE: Final = r"(?:\s|#[^\n]*+)*+"
_NAME: Final = r"[\w.\-]*:(?:[\w.\-:]|%[0-9A-F]{2}|\\[^\w\s])*"
_TOKEN: Final = re.compile(
    r"(?P<skip>\\.|\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]++|\\.)*+\"|'(?:[^'\\\n]++|\\.)*+'|#[^\n]*+)"
    # a variable, a language tag or a prefixed name may have these words in it
    r"|(?<![?$@\w:.\-])(?:"
    rf"(?P<template>CONSTRUCT{_SPACE}\{{)"
    rf"|(?P<clause>PREFIX(?=[\s#]){_SPACE}(?P<prefix>[\w.\-]*):{_SPACE}|BASE(?=[\s<#]){_SPACE}"
    rf"|FROM(?=[\s#<]){_SPACE}(?P<named>NAMED(?=[\s#<]){_SPACE})?)(?P<iri><[^<>\s]*>|{_NAME}))"
    r"|(?P<iris><[^<>\s]*>)|(?P<end>\{)",
    re.S | re.I,
)
_ESCAPED: Final = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs whose merge is the default graph, and the named graphs, by IRI."""

    default: tuple[str, ...]
    named: tuple[str, ...]


def dataset_of(text: str, prefixes: Mapping[str, str], base: str) -> Dataset | None:
    """The dataset of a query's own FROM clauses, None where it has none."""
    known, graphs = dict(prefixes), (list[str](), list[str]())
    for match in _TOKEN.finditer(text):
        if match["end"]:
            break
        if match["clause"]:
            word = match["clause"][:4].upper()
            iri = _resolved(match["iri"], known, base)
            if word == "FROM":
                graphs[bool(match["named"])].append(iri)
            elif word == "BASE":
                base = iri
            else:
                known[match["prefix"]] = iri
    return Dataset(tuple(graphs[0]), tuple(graphs[1])) if graphs[0] or graphs[1] else None


def _resolved(text: str, prefixes: Mapping[str, str], base: str) -> str:
    if text.startswith("<"):
        return urljoin(base, text[1:-1]) if base.startswith("http") else text[1:-1]
    prefix, _, local = text.partition(":")
    if prefix not in prefixes:
        raise QueryError(
            "query-prefix-undeclared",
            prefix=prefix,
        )
    return prefixes[prefix] + _ESCAPED.sub(r"\1", local)
