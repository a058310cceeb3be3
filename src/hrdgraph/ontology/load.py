"""Load core.ttl, other files of terms, and vocabularies/*.ttl from a folder into an `Ontology`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from hrdgraph.errors import HrdgraphError, OntologyError, Origin, raise_all
from hrdgraph.fact_kinds.cell_values import read_vocabulary
from hrdgraph.fact_kinds.generated_ontology import add_to_context, generate_terms, has_own
from hrdgraph.ontology.model import (
    Concept,
    Datatype,
    Entry,
    Ontology,
    OntologyClass,
    Property,
    Scheme,
)
from hrdgraph.project import LOCAL, Project
from hrdgraph.rdf import IRI, Literal, Quad, Term
from hrdgraph.rdfio.read import quads_of
from hrdgraph.vocab import HRD, OWL, PREFIXES, RDF, RDFS, SCHEMA, SKOS

E = TypeVar("E", bound=Entry)

_CLASSES: Final = (OWL.Class, RDFS.Class)
_PROPERTIES: Final = (
    OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property,
)  # fmt: skip


def load(project: Project) -> Ontology:
    """Read the ontology of a project, and what it adds. Raises OntologyError with file and line
    for each file that does not parse."""
    paths = project.model_files("*.ttl", "vocabularies/*.ttl", "vocabularies/*.yml")
    paths.sort(key=lambda path: path.name != "core.ttl")
    files, errors = [], []
    for path in paths:
        try:
            name = f"{_folder(path)}/{path.name}"
            data = project.read_model_file(path)
            files.append(_OntologyFile(name, data, _quads(project, path, data)))
        except HrdgraphError as error:
            errors.append(OntologyError(error.message, origin=error.origin, hint=error.advice))
    raise_all(errors)
    terms = generate_terms(project.kinds, files[0].data.decode("utf-8"), project.namespace)
    data = terms.encode()
    files.append(_OntologyFile("local/kinds", data, tuple(quads_of(data, Path("local.ttl")))))
    ontology = _ontology(tuple(files))
    if ontology is None:
        hint = "say-https-w3id-org-hrdgraph"
        place = Origin(str(paths[0]))
        raise OntologyError("missing", option="owl:Ontology", origin=place, hint=hint)
    return ontology


def files_of_ontology(project: Project) -> dict[str, bytes]:
    """Return the core, the vocabularies and the terms of the project's own kinds as Turtle, by
    their paths on a site."""
    texts = {
        ("" if path.name == "core.ttl" else "vocabularies/") + path.name: project.read_model_file(
            path
        )
        for path in project.model_files("core.ttl", "vocabularies/*.ttl")
    }
    terms = generate_terms(project.kinds, texts["core.ttl"].decode("utf-8"), project.namespace)
    return texts | ({"local.ttl": terms.encode()} if terms else {})


def context_of(project: Project) -> str:
    """Return the JSON-LD context of a project: that of its ontology, with its own prefixes and
    words. OntologyError if there is none."""
    path = project.ontology_dir / "context.jsonld"
    try:
        text = project.read_model_file(path).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OntologyError("context-missing", reason=error, origin=Origin(str(path))) from error
    own = {name: kind for name, kind in project.kinds.items() if has_own(kind)}
    if not own:
        return text
    more = {name: iri for name, iri in project.prefixes.items() if name not in PREFIXES}
    at = text.index("{", text.index('"@context"')) + 1
    lines = "".join(f'\n    "{name}": {json.dumps(iri)},' for name, iri in more.items())
    return add_to_context(own, text[:at] + lines + text[at:])


def _folder(path: Path) -> str:
    """Return the folder of a file within the ontology or a project's additions to it."""
    return "/".join(path.parts[-3:-1] if path.parent.name == "vocabularies" else path.parts[-2:-1])


def _quads(project: Project, path: Path, data: bytes) -> tuple[Quad, ...]:
    if path.suffix == ".yml":
        return read_vocabulary(path, f"{project.namespace}vocabulary/", project.languages[0])
    return tuple(quads_of(data, path))


@dataclass(frozen=True)
class _OntologyFile:
    """The bytes of a file, and its quads, which follow from them."""

    name: str
    data: bytes
    quads: tuple[Quad, ...] = field(compare=False)


class _OntologyStatements:
    """The statements of the files, by subject and predicate; a subject belongs to the first file
    that has it."""

    def __init__(self) -> None:
        self.quads: list[Quad] = []
        self.files: dict[Term, str] = {}
        self._objects: dict[tuple[Term, IRI], list[Term]] = {}
        # of two properties all quads, which are looked through again and again
        self._quads_of: dict[IRI, list[Quad]] = {RDF.type: [], HRD.defaultVisibility: []}

    def add(self, file: str, quads: Iterable[Quad]) -> None:
        for quad in quads:
            self.quads.append(quad)
            self.files.setdefault(quad.subject, file)
            self._objects.setdefault((quad.subject, quad.predicate), []).append(quad.object)
            if quad.predicate in self._quads_of:
                self._quads_of[quad.predicate].append(quad)

    def iris(self, subject: IRI, *predicates: IRI) -> tuple[IRI, ...]:
        objects = (
            value
            for predicate in predicates
            for value in self._objects.get((subject, predicate), ())
        )
        return tuple(dict.fromkeys(value for value in objects if isinstance(value, IRI)))

    def literals(self, subject: IRI, *predicates: IRI) -> tuple[Literal, ...]:
        objects = (
            value
            for predicate in predicates
            for value in self._objects.get((subject, predicate), ())
        )
        return tuple(value for value in objects if isinstance(value, Literal))

    def texts(self, subject: IRI, *predicates: IRI) -> Mapping[str, str]:
        texts: dict[str, str] = {}
        for literal in self.literals(subject, *predicates):
            texts.setdefault(literal.language, literal.value)
        return MappingProxyType(texts)

    def of_kinds(self, *kinds: IRI) -> list[IRI]:
        return _subjects(quad for quad in self._quads_of[RDF.type] if quad.object in kinds)

    def properties(self) -> list[IRI]:
        """List the properties: those typed as one, and foreign ones that only have a default
        visibility."""
        return list(
            dict.fromkeys(
                [*self.of_kinds(*_PROPERTIES), *_subjects(self._quads_of[HRD.defaultVisibility])]
            )
        )


def _subjects(quads: Iterable[Quad]) -> list[IRI]:
    subjects = dict.fromkeys(quad.subject for quad in quads)
    return [subject for subject in subjects if isinstance(subject, IRI)]


@lru_cache(maxsize=4)
def _ontology(files: tuple[_OntologyFile, ...]) -> Ontology | None:
    """Build the ontology from files; None if none declares one. The last ones are cached for
    programs that build or query again and again."""
    own = [file for file in files if file.name.startswith(LOCAL)]
    # what a project says of who may see a property takes the place of what hrdgraph says
    decided = {
        (quad.subject, quad.predicate)
        for file in own
        for quad in file.quads
        if quad.predicate in (HRD.defaultVisibility, HRD.livingVisibility)
    }
    facts = _OntologyStatements()
    for file in files:
        ours = (q for q in file.quads if (q.subject, q.predicate) not in decided)
        facts.add(file.name, file.quads if file in own else ours)
    headers = facts.of_kinds(OWL.Ontology)
    if not headers:
        return None
    return Ontology(
        version=next(
            (literal.value for literal in facts.literals(headers[0], OWL.versionInfo)), ""
        ),
        classes=_by_iri(
            OntologyClass(**_entry(facts, iri), parents=facts.iris(iri, RDFS.subClassOf))
            for iri in facts.of_kinds(*_CLASSES)
        ),
        properties=_by_iri(_property(facts, iri) for iri in facts.properties()),
        datatypes=_by_iri(Datatype(**_entry(facts, iri)) for iri in facts.of_kinds(RDFS.Datatype)),
        concepts=_by_iri(_concept(facts, iri) for iri in facts.of_kinds(SKOS.Concept)),
        schemes=_by_iri(Scheme(**_entry(facts, iri)) for iri in facts.of_kinds(SKOS.ConceptScheme)),
        quads=tuple(facts.quads),
    )


def _by_iri(entries: Iterable[E]) -> Mapping[IRI, E]:
    return MappingProxyType({entry.iri: entry for entry in entries})


def _entry(facts: _OntologyStatements, iri: IRI) -> dict[str, Any]:
    return {
        "iri": iri, "labels": facts.texts(iri, SKOS.prefLabel, RDFS.label),
        "definitions": facts.texts(iri, SKOS.definition, RDFS.comment), "file": facts.files[iri],
    }  # fmt: skip


def _property(facts: _OntologyStatements, iri: IRI) -> Property:
    return Property(
        **_entry(facts, iri),
        parents=facts.iris(iri, RDFS.subPropertyOf),
        domain=facts.iris(iri, RDFS.domain, SCHEMA.domainIncludes),
        range=facts.iris(iri, RDFS.range, SCHEMA.rangeIncludes),
        default_visibility=next(iter(facts.iris(iri, HRD.defaultVisibility)), None),
    )


def _concept(facts: _OntologyStatements, iri: IRI) -> Concept:
    names: dict[str, tuple[str, ...]] = {}
    for literal in facts.literals(iri, SKOS.altLabel):
        names[literal.language] = (*names.get(literal.language, ()), literal.value)
    return Concept(
        **_entry(facts, iri),
        schemes=facts.iris(iri, SKOS.inScheme),
        broader=facts.iris(iri, SKOS.broader),
        notations=tuple(literal.value for literal in facts.literals(iri, SKOS.notation)),
        alternatives=MappingProxyType(names),
    )
