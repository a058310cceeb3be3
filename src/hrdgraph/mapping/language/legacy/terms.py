"""The terms of R2RML, of the earlier RML and of what goes with it, each with the term of RML
that says the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.nearest import meant
from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.vocab import RML, Namespace

RR: Final = Namespace("http://www.w3.org/ns/r2rml#")
OLD: Final = Namespace("http://semweb.mmlab.be/ns/rml#")
QL: Final = Namespace("http://semweb.mmlab.be/ns/ql#")
FNML: Final = Namespace("http://semweb.mmlab.be/ns/fnml#")
TARGET: Final = Namespace("http://semweb.mmlab.be/ns/rml-target#")
COMPRESSION: Final = Namespace("http://semweb.mmlab.be/ns/rml-compression#")
# what IDLab's functions were called before
OLD_FUNCTIONS: Final = "http://example.com/idlab/function/"
DATA: Final = frozenset(
    space[name]
    for space in (RR, RML)
    for name in ("constant", "subject", "predicate", "object", "graph", "class")
)
EXECUTES: Final = (
    IRI("https://w3id.org/function/ontology#executes"),
    IRI("http://w3id.org/function/ontology#executes"),
)

_MAPS: Final = ("subject", "predicate", "object", "graph")
_RR: Final = {
    **{
        name: name
        for name in (*_MAPS, *(f"{name}Map" for name in _MAPS), "predicateObjectMap", "class")
    },
    **{
        name: name
        for name in (
            "template",
            "constant",
            "termType",
            "language",
            "datatype",
            "parentTriplesMap",
            "joinCondition",
        )
    },
    **{name: name for name in ("child", "parent", "IRI", "BlankNode", "Literal", "defaultGraph")},
    **{
        name: name
        for name in (
            "TriplesMap",
            "TermMap",
            "SubjectMap",
            "PredicateMap",
            "ObjectMap",
            "GraphMap",
            "PredicateObjectMap",
        )
    },
    **{name: name for name in ("RefObjectMap", "Join")},
    "column": "reference",
    "logicalTable": "logicalSource",
    "LogicalTable": "LogicalSource",
    "R2RMLView": "LogicalSource",
    "BaseTableOrView": "LogicalSource",
    "tableName": "iterator",
    "sqlQuery": "iterator",
    "sqlVersion": "",  # there is one SQL to each database here
    # serves to make queries faster (R2RML §7.7), and says nothing of the triples
    "inverseExpression": "",
    "SQL2008": "",
}
_OLD: Final = {
    **{
        name: name
        for name in (
            "logicalSource",
            "source",
            "referenceFormulation",
            "iterator",
            "reference",
            "logicalTarget",
        )
    },
    **{
        name: name
        for name in ("languageMap", "datatypeMap", "LogicalSource", "LanguageMap", "DatatypeMap")
    },
    "BaseSource": "LogicalSource",
    "query": "iterator",
}
_QL: Final = {"CSV": "CSV", "JSONPath": "JSONPath", "XPath": "XPath"}
_FNML: Final = {
    "functionValue": "functionExecution",
    "FunctionTermMap": "TermMap",
    "FunctionMap": "TermMap",
}
_TARGET: Final = {
    name: name for name in ("LogicalTarget", "target", "serialization", "compression")
}
_COMPRESSION: Final = {
    "gzip": "gzip",
    "zip": "zip",
    "targzip": "targz",
    "targz": "targz",
    "tarxz": "tarxz",
}

VOCABULARIES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    RR.prefix: ("rr", _RR),
    OLD.prefix: ("rml", _OLD),
    QL.prefix: ("ql", _QL),
    FNML.prefix: ("fnml", _FNML),
    TARGET.prefix: ("rmlt", _TARGET),
    COMPRESSION.prefix: ("comp", _COMPRESSION),
}


def split(term: Term) -> tuple[str, str]:
    """The namespace and the local name of a term of an older vocabulary; two empty texts for any
    other term."""
    if isinstance(term, IRI):
        for prefix in VOCABULARIES:
            if term.value.startswith(prefix):
                return prefix, term.value[len(prefix) :]
    return "", ""


def unknown(term: Term) -> tuple[str, str | Message] | None:
    """The name of a term that its older vocabulary does not have, and a hint; None for every
    other term."""
    prefix, local = split(term)
    if not prefix or local in VOCABULARIES[prefix][1]:
        return None
    short, names = VOCABULARIES[prefix]
    hint = _elsewhere(local) or meant(
        local, names, Message("there-is-these", known=", ".join(names)), shown=f"{short}:{{}}"
    )
    return f"{short}:{local}", hint


def _elsewhere(local: str) -> str:
    """A hint at a vocabulary that has a term of this name."""
    homes: Iterable[str] = (short for short, names in VOCABULARIES.values() if local in names)
    home = next(iter(homes), "")
    return f"the term is {home}:{local}" if home else ""


def renamed(term: Term) -> Term | None:
    """The same term in RML; None for one that says nothing there."""
    prefix, local = split(term)
    if prefix:
        name = VOCABULARIES[prefix][1][local]
        return RML[name] if name else None
    return term


def of_function(term: Term) -> Term:
    """The name of a function or parameter as it is today."""
    if isinstance(term, Literal):  # some documents write it in quotes
        return of_function(IRI(term.value))
    if isinstance(term, IRI) and term.value.startswith(OLD_FUNCTIONS):
        return IRI("https://w3id.org/imec/idlab/function#" + term.value.removeprefix(OLD_FUNCTIONS))
    return term


def data_value(term: Term) -> Term:
    """What a mapping says in its results: kept as it is, even a term of these vocabularies."""
    return RML.defaultGraph if term == RR.defaultGraph else term
