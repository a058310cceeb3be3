"""Read a mapping document in RML, R2RML or YARRRML into the model."""

from __future__ import annotations

import collections.abc
import re
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Message, must_be, write_like
from hrdgraph.errors import MappingError, Origin, ProjectError, SourceError
from hrdgraph.mapping.language.expressions import check_targets, read_constant, read_term
from hrdgraph.mapping.language.graph import MappingGraph
from hrdgraph.mapping.language.logical import read_logical, read_object, read_subject
from hrdgraph.mapping.language.older_vocabularies import modern
from hrdgraph.mapping.model import (
    Mapping,
    PredicateObjectMap,
    QuotedMap,
    RefObjectMap,
    SubjectMap,
    TermMap,
    TriplesMap,
)
from hrdgraph.mapping.planning.required_columns import all_maps
from hrdgraph.nearest import hint_at
from hrdgraph.rdf import IRI, Quad, Term
from hrdgraph.rdfio.formats import FORMATS
from hrdgraph.rdfio.read import read_quads
from hrdgraph.vocab import RDF, RML

_OF_TURTLE: Final = (".ttl", ".trig")
_BEGIN: Final = 65536  # bytes that are looked at
_TURTLE: Final = re.compile(r"(@prefix|@base)\s|(PREFIX|BASE)\s+\S*\s*<", re.I)
_YARRRML: Final = re.compile(r"^(mappings|prefixes)[ \t]*:[ \t]*(#.*)?(\r?$|[{&])", re.M)


def way_out(path: Path, yaml: tuple[str, ...]) -> Message | None:
    """Return a hint to rename a mapping with the wrong ending; None if that is not certain. `yaml`
    are the endings of YARRRML."""
    text, ending = _begin(path), path.suffix.lower()
    lines = (line.strip() for line in text.splitlines())
    if bool(_TURTLE.match(next((line for line in lines if line and not line.startswith("#")), ""))):
        if ending in _OF_TURTLE:
            return None
        return Message(
            "looks-like", format="Turtle", file=_stem(path, _OF_TURTLE), ending=_OF_TURTLE[0]
        )
    if ending not in yaml and _YARRRML.search(text):
        return Message("looks-like", format="YARRRML", file=_stem(path, yaml), ending=yaml[0])
    return None


def _begin(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_BEGIN).decode("utf-8-sig", errors="replace")
    except OSError:
        return ""


def _stem(path: Path, endings: tuple[str, ...]) -> str:
    """Return the name of a file without its ending: `mapping` of `mapping.yml`, and also of
    `mapping.yml.txt`, as some editors write it."""
    inner = Path(path.stem)
    return inner.stem if inner.suffix.lower() in endings else inner.name


DEFAULT_BASE = "http://example.com/base/"
YAML_ENDINGS = (".yml", ".yaml")

Places = collections.abc.Mapping[Term, Origin]
Described = collections.abc.Mapping[Path, str]


def read_mapping(
    path: Path, *, base: str = DEFAULT_BASE, database: str = "", ill_typed: bool = False,
    described: Described | None = None, prefixes: collections.abc.Mapping[str, str] | None = None,
) -> Mapping:  # fmt: skip
    """Read a mapping file: RML, R2RML or the earlier RML in Turtle, or YARRRML where its name
    ends in .yml or .yaml.

    `database` is the address of the database that R2RML leaves open, such as `sqlite:people.db`;
    without it its tables are CSV files. A literal whose text its datatype does not allow is an
    error, when rows are mapped, unless `ill_typed` lets it be. `described` are the tables that a
    project describes, by their normal paths, with their delimiters, empty where these are usual:
    of those, rows without any text are no records. MappingError with file, line or node, and
    hint on anything that is none of these.
    """
    if path.suffix.lower() in YAML_ENDINGS:
        # only now, since it loads the YAML library
        from hrdgraph.mapping.language.yarrrml import read_yarrrml

        try:
            quads, places = read_yarrrml(path, prefixes)
        except MappingError as error:
            hint = way_out(path, YAML_ENDINGS) or error.advice
            raise MappingError(error.message, origin=error.origin, hint=hint) from error
        return mapping_of(quads, path, "", base, places, ill_typed=ill_typed, described=described)
    try:
        quads = read_quads(path, base=f"{base}mapping")
    except (ProjectError, SourceError) as error:
        raise _unread(error, path) from error
    text = _text(path)
    return mapping_of(
        modern(quads, path, text, database), path, text, base, ill_typed=ill_typed,
        described=described,
    )  # fmt: skip


def _text(path: Path) -> str:
    """Return the text of a parsed file: parsers do not look at the bytes of a comment."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MappingError(
            "not-in-encoding", encoding="UTF-8", origin=Origin(str(path), line=line)
        ) from error


def _unread(error: ProjectError | SourceError, path: Path) -> MappingError:
    """Return the error for an unreadable mapping, with a hint if only its name is wrong."""
    hint = way_out(path, YAML_ENDINGS)
    if isinstance(error, ProjectError):  # no format of RDF has that ending
        endings = ", ".join((*YAML_ENDINGS, *(item.ending for item in FORMATS.values())))
        return MappingError(
            "not-known-here", name=path.suffix or path.name, origin=error.origin,
            hint=hint or Message("there-is", known=endings),
        )  # fmt: skip
    return MappingError(error.message, origin=error.origin, hint=hint or error.advice)


def mapping_of(
    quads: list[Quad], file: Path, text: str, base: str, places: Places | None = None, *,
    ill_typed: bool = False, described: Described | None = None,
) -> Mapping:  # fmt: skip
    """Return the mapping of a set of triples; `text` is for finding lines, `places` are the known
    places of nodes."""
    graph = MappingGraph(quads, file, text, places, ill_typed=ill_typed, described=described)
    graph.check_words()
    nodes = graph.subjects_with(RML.logicalSource)
    if not nodes:
        raise MappingError(
            "missing", option="rml:logicalSource", origin=Origin(str(file)),
            hint=write_like("<#m> rml:logicalSource … ; rml:subjectMap … ."),
        )  # fmt: skip
    try:
        maps = tuple(_read_triples_map(graph, node, base) for node in nodes)
    except RecursionError:
        hint = Message("break-circle", syntax="rml:functionExecution, rml:inputValueMap")
        raise MappingError("contains-itself", origin=Origin(str(file)), hint=hint) from None
    known = {item.node for item in maps}
    for item in (value for m in maps for value in all_maps(m)):
        other = (
            item.parent
            if isinstance(item, RefObjectMap)
            else item.quoted
            if isinstance(item, QuotedMap)
            else None
        )
        if other is not None and other not in known:
            raise MappingError(
                "not-known-here",
                name=other.n3(),
                origin=item.origin,
                hint=hint_at(other.n3(), sorted(node.n3() for node in known)),
            )
    check_targets(graph)
    return Mapping(file, maps)


def _read_triples_map(graph: MappingGraph, node: Term, base: str) -> TriplesMap:
    base = graph.text(node, RML.baseIRI) or base
    source = graph.one(node, RML.logicalSource, required=True)
    assert source is not None
    subject, holder = _subject(graph, node, base)
    classes = _classes(graph, holder) if holder is not None else ()
    graphs = _terms(graph, holder, "graph", base) if holder is not None else ()
    pairs = tuple(_read_pair(graph, item, base) for item in graph.all(node, RML.predicateObjectMap))
    kinds = graph.all(node, RDF.type)
    if RML.NonAssertedTriplesMap in kinds and RML.AssertedTriplesMap in kinds:
        hint = "keep-one"
        fact = Message("not-together", names="rml:AssertedTriplesMap, rml:NonAssertedTriplesMap")
        raise MappingError(fact, origin=graph.origin(node), hint=hint)
    return TriplesMap(
        node, read_logical(graph, source), subject, classes, graphs, pairs, graph.origin(node),
        (RML.NonAssertedTriplesMap not in kinds),
    )  # fmt: skip


def _classes(graph: MappingGraph, holder: Term) -> tuple[IRI, ...]:
    terms = graph.all(holder, RML["class"])
    if not all(isinstance(item, IRI) for item in terms):
        raise MappingError(must_be("rml:class", "iri"), origin=graph.origin(holder))
    return tuple(item for item in terms if isinstance(item, IRI))


def _subject(graph: MappingGraph, node: Term, base: str) -> tuple[SubjectMap, Term | None]:
    subjects = [*graph.all(node, RML.subject), *graph.all(node, RML.subjectMap)]
    if len(subjects) != 1:
        fact = Message("one-expected", term="rml:subjectMap", count=len(subjects))
        raise MappingError(fact, origin=graph.origin(node))
    shortcut = graph.one(node, RML.subject)
    if shortcut is not None:
        return read_constant(graph, node, shortcut, "subject", base), None
    return read_subject(graph, subjects[0], base), subjects[0]


def _terms(graph: MappingGraph, node: Term, position: str, base: str) -> tuple[TermMap, ...]:
    shortcuts = [
        read_constant(graph, node, term, position, base) for term in graph.all(node, RML[position])
    ]
    return (
        *shortcuts,
        *(
            read_term(graph, item, position, base)
            for item in graph.all(node, RML[f"{position}Map"])
        ),
    )


def _read_pair(graph: MappingGraph, node: Term, base: str) -> PredicateObjectMap:
    predicates = _terms(graph, node, "predicate", base)
    objects = (
        *(read_constant(graph, node, term, "object", base) for term in graph.all(node, RML.object)),
        *(read_object(graph, item, base) for item in graph.all(node, RML.objectMap)),
    )
    if not predicates or not objects:
        missing = "predicate" if not predicates else "object"
        fact = Message("lacks", term="rml:predicateObjectMap", missing=missing)
        raise MappingError(fact, origin=graph.origin(node))
    return PredicateObjectMap(
        predicates, objects, _terms(graph, node, "graph", base), graph.origin(node)
    )
