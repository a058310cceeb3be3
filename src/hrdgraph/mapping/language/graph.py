"""Index the triples of a mapping document by subject and predicate, with the place of every
node."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError, Origin
from hrdgraph.nearest import hint_at
from hrdgraph.rdf import IRI, Literal, Quad, Term
from hrdgraph.vocab import RDF, RML

T = TypeVar("T")

_SUBJECT = re.compile(r"\s*(?:<([^>]*)>|[\w-]*:([\w.-]+))(?=\s|$)")

_CORE = """
    baseIRI BlankNode child childMap class compression condition constant CSV
    CurrentWorkingDirectory datatype DatatypeMap datatypeMap defaultGraph encoding ExpressionField
    ExpressionMap Field field fieldName function functionExecution FunctionExecution functionMap
    graph GraphMap graphMap innerJoin input Input inputValue inputValueMap IRI IterableField
    iterator Join joinCondition JoinCondition JSONPath language languageMap LanguageMap leftJoin
    Literal logicalSource LogicalSource LogicalView LogicalViewJoin MappingDirectory none null
    object ObjectMap objectMap parameter parameterMap parent parentLogicalView parentMap
    parentTriplesMap path predicate predicateMap PredicateMap PredicateObjectMap predicateObjectMap
    reference referenceFormulation RefObjectMap RelativePathSource return returnMap root Source
    source subject SubjectMap subjectMap template TermMap termType TriplesMap
    UnsafeIRI UnsafeURI URI UTF-8 utf8 viewOn
"""
_SOURCES = """
    bzip2 FilePath gzip namespace Namespace namespacePrefix namespaceURL query SQL2008Query
    SQL2008Table tar tarbzip2 targz targzip tarxz tarzstd UTF-16 XPath
    XPathReferenceFormulation xz zip zstd
"""
_BEYOND = """
    allowEmptyListAndContainer append AssertedTriplesMap cartesianProduct gather gatherAs
    logicalTarget NonAssertedTriplesMap quotedTriplesMap serialization strategy target
"""
# RML-Core, RML-FNML and RML-LV; the sources of RML-IO; its targets, RML-CC and RML-star
KNOWN = frozenset(f"{_CORE} {_SOURCES} {_BEYOND}".split())


class MappingGraph:
    """An index over the triples of one mapping file, in the order of the file. With `ill_typed`,
    literals need not fit their datatypes; `described` are the tables that a project describes,
    with their delimiters."""

    def __init__(
        self, quads: Iterable[Quad], file: Path, text: str,
        places: Mapping[Term, Origin] | None = None, *, ill_typed: bool = False,
        described: Mapping[Path, str] | None = None,
    ) -> None:  # fmt: skip
        self.file, self.ill_typed, self.described = file, ill_typed, described or {}
        self._text = text
        self._places = places or {}
        self._objects: dict[tuple[Term, IRI], list[Term]] = defaultdict(list)
        self._predicates: dict[Term, list[IRI]] = defaultdict(list)
        self._parents: dict[Term, tuple[Term, IRI]] = {}
        self._subjects: dict[Term, None] = {}
        self._made: dict[tuple[Term, object], object] = {}
        self._making: set[tuple[Term, object]] = set()
        for quad in quads:
            if (quad.subject, quad.predicate) not in self._objects:
                self._predicates[quad.subject].append(quad.predicate)
            self._objects[quad.subject, quad.predicate].append(quad.object)
            self._parents.setdefault(quad.object, (quad.subject, quad.predicate))
            self._subjects[quad.subject] = None

    def subjects_with(self, *predicates: IRI) -> list[Term]:
        """Return the subjects that have one of these predicates."""
        return [s for s in self._subjects if any((s, p) in self._objects for p in predicates)]

    def all(self, node: Term, *predicates: IRI) -> list[Term]:
        """Return every object of a node for these predicates."""
        return [o for p in predicates for o in self._objects.get((node, p), ())]

    def predicates(self, node: Term) -> list[IRI]:
        """Return the predicates of a node, each once."""
        return self._predicates.get(node, [])

    def one(self, node: Term, predicate: IRI, *, required: bool = False) -> Term | None:
        """Return the only object of a node for a predicate, or None; MappingError for several, or
        for none if required."""
        objects = self._objects.get((node, predicate), ())
        if len(objects) > 1:
            fact = Message("one-expected", count=len(objects), term=f"rml:{_local(predicate)}")
            raise MappingError(fact, origin=self.origin(node), hint="keep-one")
        if required and not objects:
            raise MappingError(
                "missing", option=f"rml:{_local(predicate)}", origin=self.origin(node),
            )  # fmt: skip
        return objects[0] if objects else None

    def text(self, node: Term, predicate: IRI) -> str | None:
        """Return the one value of a predicate as text."""
        value = self.one(node, predicate)
        return value.value if isinstance(value, IRI | Literal) else None

    def once(self, node: Term, read: Callable[[MappingGraph, Term], T]) -> T:
        """Return the result of `read` for a node, computed once. MappingError if the node depends
        on itself."""
        key = (node, read)
        if key in self._making:
            hint = Message("break-circle", syntax="rml:viewOn")
            raise MappingError("contains-itself", origin=self.origin(node), hint=hint)
        if key not in self._made:
            self._making.add(key)
            self._made[key] = read(self, node)
            self._making.remove(key)
        return cast("T", self._made[key])

    def origin(self, node: Term) -> Origin:
        """Return where a node is written: its given place, else file, line of the nearest named
        node, and the path from that node."""
        if node in self._places:
            return self._places[node]
        way: list[str] = []
        passed: set[Term] = set()  # blank nodes may stand in a circle
        while not isinstance(node, IRI) and node in self._parents and node not in passed:
            passed.add(node)
            node, predicate = self._parents[node]
            way.insert(0, _local(predicate))
        name = f"<#{_local(node)}>" if isinstance(node, IRI) else ""
        return Origin(
            str(self.file), node="/".join([name, *way]), line=self._lines.get(_local(node))
        )

    @cached_property
    def _lines(self) -> dict[str, int]:
        """Return the line on which each named subject first begins a statement."""
        numbers: dict[str, int] = {}
        for number, line in enumerate(self._text.splitlines(), 1):
            match = _SUBJECT.match(line)
            if match:
                numbers.setdefault(re.split(r"[#/]", match[1] or match[2] or "")[-1], number)
        return numbers

    def check_words(self) -> None:
        """Refuse terms of RML that are not understood.

        A class that is not known is passed over: what a node is follows from its properties.
        """
        for (node, predicate), objects in self._objects.items():
            for term in (predicate, *(objects if predicate != RDF.type else ())):
                if (
                    isinstance(term, IRI)
                    and term.value.startswith(RML.prefix)
                    and _local(term) not in KNOWN
                ):
                    listed = Message("see-address", address="docs/reference/mapping.md")
                    hint = hint_at(_local(term), KNOWN, listed, shown="rml:{}")
                    raise MappingError(
                        "not-known-here", name=_local(term), origin=self.origin(node), hint=hint
                    )


def _local(term: Term) -> str:
    return term.value.rpartition("#")[2].rpartition("/")[2] if isinstance(term, IRI) else ""
