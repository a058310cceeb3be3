"""Read shapes files, with the place of each shape. Any engine may run them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

from hrdgraph.errors import HrdgraphError, OntologyError, Origin, raise_all
from hrdgraph.fact_kinds.generated_ontology import generate_shapes
from hrdgraph.findings.model import NOWHERE, Finding, Messages, messages_of, short
from hrdgraph.ontology import Ontology, load
from hrdgraph.paths import project_path
from hrdgraph.project import LOCAL, Project
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad, Term
from hrdgraph.rdfio.formats import FORMATS
from hrdgraph.rdfio.read import quads_of
from hrdgraph.vocab import RDF, SH

Objects = Callable[[Term, IRI], list[Term]]

_LONGEST = 100  # steps of one path: longer ones, and lists that bite their tail, are cut here
_POSTFIX = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def path_text(path: Term, objects: Objects) -> str:
    """Write a path: the bare IRI of a predicate, else SPARQL with shortened names, such as
    `^org:member/org:role`."""
    return path.value if isinstance(path, IRI) else _text(path, objects, _LONGEST)


def _text(path: Term, objects: Objects, depth: int) -> str:
    if isinstance(path, IRI):
        name = short(path.value)
        return f"<{name}>" if name == path.value else name
    if depth == 0:
        return "…"
    if steps := _items(path, objects):
        return "/".join(_text(step, objects, depth - 1) for step in steps)
    if choices := objects(path, SH.alternativePath):
        return (
            "("
            + "|".join(_text(choice, objects, depth - 1) for choice in _items(choices[0], objects))
            + ")"
        )
    if turned := objects(path, SH.inversePath):
        return "^" + _inner(turned[0], objects, depth)
    for predicate, mark in _POSTFIX.items():
        if repeated := objects(path, predicate):
            return _inner(repeated[0], objects, depth) + mark
    return path.n3()


def _inner(path: Term, objects: Objects, depth: int) -> str:
    text = _text(path, objects, depth - 1)
    return text if isinstance(path, IRI) or text.startswith("(") else f"({text})"


def _items(head: Term, objects: Objects) -> list[Term]:
    """Return the members of an RDF list, as far as it is one."""
    items: list[Term] = []
    while (first := objects(head, RDF.first)) and len(items) < _LONGEST:
        items.append(first[0])
        rest = objects(head, RDF.rest)
        if not rest:
            break
        head = rest[0]
    return items


_ENDINGS = {item.ending for item in FORMATS.values()}
_NAME = re.compile(r"(?<![\w:<.-])(?:<[^<>\s]*>|[\w.-]*:[\w:%-]+(?:\.+[\w:%-]+)*)")
_PREFIX = re.compile(r"(?im)^\s*@?prefix\s+([\w.-]*):\s*<([^>]*)>")


@dataclass(frozen=True)
class ShapesFile:
    """One file of shapes: its name for people, its text and its quads."""

    file: str
    text: str
    quads: tuple[Quad, ...] = field(compare=False)  # which follow from the text

    def line_of(self, iri: str, after: int = 0) -> int | None:
        """Return the first line after line `after` that starts with this IRI as a subject, else
        that contains it."""
        for lines in self._lines:
            number = next((line for line in lines.get(iri, ()) if line > after), None)
            if number:
                return number
        return None

    @cached_property
    def _lines(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """Return the lines that start with an IRI, and those that contain it, in order."""
        spaces = dict(_PREFIX.findall(self.text))
        starts: dict[str, list[int]] = {}
        anywhere: dict[str, list[int]] = {}
        for number, line in enumerate(self.text.splitlines(), 1):
            for match in _NAME.finditer(line):
                iri = _whole(match[0], spaces)
                anywhere.setdefault(iri, []).append(number)
                if match.start() == 0 and line[match.end() : match.end() + 1].strip() == "":
                    starts.setdefault(iri, []).append(number)
        return starts, anywhere


def _whole(name: str, spaces: Mapping[str, str]) -> str:
    """Return the IRI of a name in a Turtle file."""
    if name.startswith("<"):
        return name[1:-1]
    prefix, _, local = name.partition(":")
    return f"{spaces.get(prefix, '')}{local}"


@dataclass(frozen=True, eq=False)
class Shapes:
    """Shapes as read, with the `background` for validation: class hierarchy and vocabularies.
    Every shape, named or not, has a rule, a place and messages."""

    files: tuple[ShapesFile, ...]
    background: ColumnGraph

    @cached_property
    def quads(self) -> tuple[Quad, ...]:
        """Return the quads of all files, in order; repeated ones count once, whatever their
        graph."""
        quads_by_triple: dict[tuple[Term, IRI, Term], Quad] = {}
        for quad in (quad for file in self.files for quad in file.quads):
            quads_by_triple.setdefault((quad.subject, quad.predicate, quad.object), quad)
        return tuple(quads_by_triple.values())

    def members(self, head: Term) -> list[Term]:
        """Return the members of a list; one that leads back into itself ends there."""
        items: dict[Term, Term] = {}
        while head not in items and (first := self.objects(head, RDF.first)):
            items[head] = first[0]
            head = next(iter(self.objects(head, RDF.rest)), head)
        return list(items.values())

    @cached_property
    def _objects(self) -> dict[tuple[Term, IRI], list[Term]]:
        index: dict[tuple[Term, IRI], list[Term]] = {}
        for quad in self.quads:
            index.setdefault((quad.subject, quad.predicate), []).append(quad.object)
        return index

    @cached_property
    def _parents(self) -> dict[Term, Term]:
        return {
            quad.object: quad.subject for quad in self.quads if isinstance(quad.object, BlankNode)
        }

    @cached_property
    def _owners(self) -> dict[Term, ShapesFile]:
        return {quad.subject: file for file in self.files for quad in file.quads}

    def objects(self, subject: Term, predicate: IRI) -> list[Term]:
        """Return the values of a property of a shape."""
        return self._objects.get((subject, predicate), [])

    def path_of(self, node: Term) -> str | None:
        """Return the path of a property shape as in `path_text`; None for a node shape."""
        paths = self.objects(node, SH.path)
        return path_text(paths[0], self.objects) if paths else None

    def rule_of(self, node: Term) -> str:
        """Return the IRI of a shape; without one, the IRI of the shape around it, a space, and its
        path."""
        name, path = self._nearest_name(node)
        return f"{name} {short(path)}" if path else name

    def place_of(self, node: Term) -> Origin:
        """Return the file and line where a shape starts; one without an IRI is found by its
        path."""
        owner = self._owners.get(node)
        if owner is None:
            return NOWHERE
        name, path = self._nearest_name(node)
        line = owner.line_of(name)
        inner = owner.line_of(path, line or 0) if path else None
        return Origin(owner.file, line=inner or line)

    def messages_of(self, node: Term) -> Messages:
        """Return the messages of a shape or constraint, by language."""
        return messages_of(
            {
                term.language: term.value
                for term in self.objects(node, SH.message)
                if isinstance(term, Literal)
            }
        )

    def _nearest_name(self, node: Term) -> tuple[str, str | None]:
        """Return the nearest shape around that has an IRI, and the innermost path on the way."""
        path = None
        while isinstance(node, BlankNode) and node in self._parents:
            path = path or self.path_of(node)
            node = self._parents[node]
        return (node.value if isinstance(node, IRI) else node.n3()), path


class Validator(Protocol):
    """An engine of SHACL. Equal graphs and shapes give equal findings, sorted."""

    def validate(self, graph: ColumnGraph, shapes: Shapes) -> list[Finding]:
        """Return every result of validating `graph` and the background of `shapes`; OntologyError
        for a bad shape."""
        ...


def read_shapes(project: Project) -> Shapes:
    """Read the shapes of a project, with the ontology as background. Files are named relative to
    the project.

    Raises OntologyError with file and line for what does not parse, all of it at once.
    """
    errors: list[HrdgraphError] = []
    files = [*_read_all(project.model_files("shapes/*.ttl"), project.root, errors)]
    raise_all(errors)
    if not files:
        where = Origin(project_path(project.ontology_dir / "shapes", project.root))
        raise OntologyError("folder-lacks", files="*.ttl", origin=where, hint="use-own-shapes")
    own = {name: kind for name, kind in project.kinds.items() if kind.is_own}
    if own:
        text = generate_shapes(
            project.kinds, "".join(file.text for file in files), project.namespace
        )
        quads = tuple(quads_of(text.encode(), Path("local.ttl")))
        files.append(ShapesFile(f"{LOCAL}/kinds", text, quads))
    return _shapes(tuple(files), load(project))


@lru_cache(maxsize=4)
def _shapes(files: tuple[ShapesFile, ...], ontology: Ontology) -> Shapes:
    """Make the shapes; the last ones are cached with all that was derived from them, for programs
    that build repeatedly."""
    return Shapes(files, ColumnGraph.from_quads(ontology.quads))


def read_shapes_at(path: Path, *, root: Path | None = None) -> Shapes:
    """Read one file of shapes, a folder of them, or a folder with an ontology and its `shapes`.
    Raises OntologyError as `read_shapes` does."""
    errors: list[HrdgraphError] = []
    wanted, background = [path], [*path.glob("*.ttl"), *path.glob("vocabularies/*.ttl")]
    if (path / "shapes").is_dir():
        wanted = sorted(path.glob("shapes/*.ttl"))
    elif path.is_dir():
        background = []
        wanted = sorted(file for file in path.iterdir() if file.suffix.lower() in _ENDINGS)
    files = tuple(_read_all(wanted, root, errors))
    known = [quad for file in _read_all(sorted(background), root, errors) for quad in file.quads]
    raise_all(errors)
    if not files:
        endings = ", ".join(f"*{ending}" for ending in sorted(_ENDINGS))
        raise OntologyError("folder-lacks", files=endings, origin=Origin(str(path)))
    return Shapes(files, ColumnGraph.from_quads(known))


def _read_all(
    paths: Iterable[Path], root: Path | None, errors: list[HrdgraphError]
) -> Iterator[ShapesFile]:
    for path in paths:
        name = project_path(path, root)
        try:
            data = path.read_bytes()
            quads = tuple(quads_of(data, path, base=f"file:///{name}"))
            yield ShapesFile(name, data.decode("utf-8"), quads)
        except (UnicodeDecodeError, OSError, HrdgraphError) as error:
            errors.append(_unread(error, name))


def _unread(error: UnicodeDecodeError | OSError | HrdgraphError, name: str) -> OntologyError:
    """Return the error for an unreadable file of shapes, at its place."""
    at = Origin(name)
    if isinstance(error, UnicodeDecodeError):
        return OntologyError("not-in-encoding", encoding="UTF-8", origin=at)
    if isinstance(error, OSError):
        return OntologyError("unreadable", reason=error.strerror, origin=at)
    at = Origin(name, line=error.origin.line)
    return OntologyError(error.message, origin=at, hint=error.advice)
