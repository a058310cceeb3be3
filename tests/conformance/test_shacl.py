"""The official suite of SHACL, Core and SPARQL, by its own manifests; reports compared as graphs of the properties that it compares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlparse

import pyoxigraph as ox
import pytest
from tests.conftest import SHARED

from hrdgraph.errors import OntologyError, Problems
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Quad, Term
from hrdgraph.rdfio.oxi import ox_quad
from hrdgraph.rdfio.read import read_quads
from hrdgraph.shacl.shapes import Shapes, ShapesFile
from hrdgraph.shacl.validator import ColumnSHACL
from hrdgraph.vocab import RDF, SH, Namespace

SUITE = SHARED / "conformance" / "shacl"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
SIZES = {"core": 98, "sparql": 22}
COMPARED = {
    RDF.type, SH.conforms, SH.result, SH.focusNode, SH.resultPath, SH.resultSeverity, SH.sourceConstraint, SH.sourceConstraintComponent,
    SH.sourceShape, SH.value,
}  # fmt: skip


class Said:
    """The triples of one file, by subject and predicate."""

    def __init__(self, path: Path) -> None:
        self.quads = read_quads(path, base=path.as_uri())

    def all(self, subject: Term, predicate: IRI) -> list[Term]:
        return [
            quad.object
            for quad in self.quads
            if (quad.subject, quad.predicate) == (subject, predicate)
        ]

    def one(self, subject: Term, predicate: IRI) -> Term:
        (value,) = self.all(subject, predicate)
        return value

    def items(self, head: Term) -> Iterator[Term]:
        while head != RDF.nil:
            yield self.one(head, RDF.first)
            head = self.one(head, RDF.rest)


class Case(NamedTuple):
    """One entry of a manifest, in the file that has it."""

    suite: str
    file: Path
    node: Term

    @property
    def name(self) -> str:
        return self.file.relative_to(SUITE).with_suffix("").as_posix()


def local(term: Term) -> Path:
    assert isinstance(term, IRI)
    return Path(unquote(urlparse(term.value).path))


def cases(manifest: Path, suite: str) -> Iterator[Case]:
    """The entries of a manifest and of those that it includes; none where it is missing, which is a failure of its own."""
    if not manifest.is_file():
        return
    said = Said(manifest)
    for head in [quad.object for quad in said.quads if quad.predicate == MF.entries]:
        yield from (Case(suite, manifest, node) for node in said.items(head))
    for included in [quad.object for quad in said.quads if quad.predicate == MF.include]:
        yield from cases(local(included), suite)


CASES = [case for suite in SIZES for case in cases(SUITE / suite / "manifest.ttl", suite)]


def shapes_of(path: Path) -> Shapes:
    quads = tuple(read_quads(path, base=path.as_uri()))
    return Shapes(
        (ShapesFile(str(path), path.read_text("utf-8"), quads),), ColumnGraph.from_quads([])
    )


def canonical(quads: list[Quad]) -> ox.Dataset:
    """The quads with blank nodes named by their place in the graph."""
    dataset = ox.Dataset(map(ox_quad, quads))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def expected(said: Said, report: Term) -> list[Quad]:
    """The report of a case: its results with their paths written out, each for itself."""
    fresh = (BlankNode(f"path{n}") for n in count())
    found = [quad for quad in said.quads if quad.subject == report and quad.predicate in COMPARED]
    for result in said.all(report, SH.result):
        for quad in said.quads:
            if quad.subject == result and quad.predicate == SH.resultPath:
                found += copied(said, quad, fresh)
            elif quad.subject == result and quad.predicate in COMPARED | {SH.resultMessage}:
                found.append(quad)
        found.append(Quad(result, RDF.type, SH.ValidationResult))
    return [*dict.fromkeys([*found, Quad(report, RDF.type, SH.ValidationReport)])]


def copied(said: Said, quad: Quad, fresh: Iterator[BlankNode]) -> list[Quad]:
    """A triple with all that hangs on its object, blank nodes renamed."""
    if not isinstance(quad.object, BlankNode):
        return [quad]
    node = next(fresh)
    below = [item for item in said.quads if item.subject == quad.object]
    return [
        quad._replace(object=node),
        *(more for item in below for more in copied(said, item._replace(subject=node), fresh)),
    ]


def found(case: Case, said: Said) -> list[Quad]:
    action = said.one(case.node, MF.action)
    data, shapes = (local(said.one(action, SHT[name])) for name in ("dataGraph", "shapesGraph"))
    outcome = ColumnSHACL().run(
        ColumnGraph.from_quads(read_quads(data, base=data.as_uri())), shapes_of(shapes)
    )
    return list(outcome.report())


@pytest.mark.parametrize("suite", SIZES)
def test_the_suite_is_there_and_whole(suite: str) -> None:
    number = sum(case.suite == suite for case in CASES)
    if not number:
        pytest.fail(
            f"{SUITE / suite / 'manifest.ttl'} is missing or empty. Get https://github.com/w3c/data-shapes "
            f"and copy its folder data-shapes-test-suite/tests/{suite} to {SUITE / suite}"
        )
    assert number == SIZES[suite]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, record_property: Callable[[str, object], None]) -> None:
    record_property("suite", f"shacl-{case.suite}")
    said = Said(case.file)
    result = said.one(case.node, MF.result)
    if result == SHT.Failure:
        with pytest.raises((OntologyError, Problems)) as caught:
            found(case, said)
        assert caught.value.fact
        return
    wanted = expected(said, result)
    told = {quad.object for quad in wanted if quad.predicate == SH.resultMessage}
    other = {quad.predicate for quad in wanted} | COMPARED
    ours = [
        quad
        for quad in found(case, said)
        if quad.predicate in other | PATHS
        and (quad.predicate != SH.resultMessage or quad.object in told)
    ]
    assert canonical(ours) == canonical(wanted)


PATHS = {
    RDF.first,
    RDF.rest,
    SH.inversePath,
    SH.alternativePath,
    SH.zeroOrMorePath,
    SH.oneOrMorePath,
    SH.zeroOrOnePath,
}
