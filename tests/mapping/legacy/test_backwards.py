"""Every official case that the older vocabularies can say, said in them, gives the same output."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.conftest import SHARED

from hrdgraph.errors import HrdgraphError, SourceError
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.functions.calls import functions
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.rdf import IRI, Quad, Term
from hrdgraph.rdfio.read import read_quads
from hrdgraph.vocab import RDF, RML, Namespace

pytestmark = pytest.mark.shared
SUITES = SHARED / "conformance"
BASE = "http://example.com/base/"
RR = Namespace("http://www.w3.org/ns/r2rml#")
OLD = Namespace("http://semweb.mmlab.be/ns/rml#")
QL = Namespace("http://semweb.mmlab.be/ns/ql#")
FNML = Namespace("http://semweb.mmlab.be/ns/fnml#")
EXECUTES = IRI("https://w3id.org/function/ontology#executes")

OLD_NAMES = {
    "logicalSource",
    "source",
    "referenceFormulation",
    "iterator",
    "reference",
    "languageMap",
    "datatypeMap",
    "LogicalSource",
}
RR_NAMES = {
    "subject", "predicate", "object", "graph", "subjectMap", "predicateMap", "objectMap", "graphMap", "predicateObjectMap", "class",
    "template", "constant", "termType", "language", "datatype", "parentTriplesMap", "joinCondition", "child", "parent",
    "IRI", "BlankNode", "Literal", "defaultGraph", "TriplesMap", "SubjectMap", "PredicateMap", "ObjectMap", "GraphMap",
    "PredicateObjectMap", "RefObjectMap",
}  # fmt: skip
OUTPUTS = {output for function in functions().values() for output in function.outputs}
QL_NAMES = {"CSV", "JSONPath"}


class Inexpressible(Exception):
    """A term that the older vocabularies have no word for."""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


INEXPRESSIBLE = {
    row["case"]: row["term"] for row in rows(Path(__file__).parent / "inexpressible.csv")
}
CASES = [
    pytest.param(
        module, row["ID"], row.get("base_iri") or BASE, row["error"].lower() == "true", id=row["ID"]
    )
    for module in ("rml-core", "rml-fnml")
    if (
        SUITES / module / "metadata.csv"
    ).is_file()  # that a suite is missing is told by tests/conformance
    for row in rows(SUITES / module / "metadata.csv")
]


def older(term: Term) -> Term:
    """A term of RML in the vocabularies before it."""
    name = (
        term.value.removeprefix(RML.prefix)
        if isinstance(term, IRI) and term.value.startswith(RML.prefix)
        else ""
    )
    for space, names in ((OLD, OLD_NAMES), (RR, RR_NAMES), (QL, QL_NAMES)):
        if name in names:
            return space[name]
    if name:
        raise Inexpressible(name)
    return term


def backwards(quads: list[Quad]) -> Iterator[Quad]:
    """A mapping in RML, in the vocabularies before it."""
    paths = {q.subject: q.object for q in quads if q.predicate == RML.path}
    names = {q.subject: q.object for q in quads if q.predicate == RML.parameter}
    for s, p, o, _ in quads:
        if (
            p in (RML.path, RML.root)
            or (p == RDF.type and s in paths)
            or p == RML.parameter
            or (p == RML["return"] and o in OUTPUTS)
        ):
            continue  # that a function returns its result was not said
        if p == RML.source and o in paths:
            yield Quad(s, OLD.source, paths[o])
        elif p == RML.functionExecution:
            yield Quad(s, FNML.functionValue, o)
        elif p == RML.function:
            pair = IRI(f"{BASE}executes/{s.value if isinstance(s, IRI) else s.label}")
            yield from (
                Quad(s, RR.predicateObjectMap, pair),
                Quad(pair, RR.predicate, EXECUTES),
                Quad(pair, RR.object, o),
            )
        elif p == RML.input:
            yield from (Quad(s, RR.predicateObjectMap, o), Quad(o, RR.predicate, names[o]))  # type: ignore[arg-type]
        elif p in (RML.inputValue, RML.inputValueMap):
            yield Quad(s, RR.object if p == RML.inputValue else RR.objectMap, o)
        elif not (p == RDF.type and o in (RML.FunctionExecution, RML.Execution, RML.Input)):
            yield Quad(s, older(p), older(o))  # type: ignore[arg-type]


def canonical(text: str) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse(text, format=ox.RdfFormat.N_QUADS, lenient=True))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def written(folder: Path, case: Path, base: str) -> Path:
    """The case's mapping in the older vocabularies, beside the case's files."""
    shutil.copytree(case, folder, dirs_exist_ok=True)
    try:
        quads = backwards(read_quads(case / "mapping.ttl", base=f"{base}mapping"))
    except SourceError as error:
        raise Inexpressible(error.fact) from error
    path = folder / "old.nt"
    path.write_text(
        "".join(f"{q.subject.n3()} {q.predicate.n3()} {q.object.n3()} .\n" for q in quads), "utf-8"
    )
    return path


def lines_of(path: Path, base: str) -> str:
    sink = GraphSink()
    run(bind(read_mapping(path, base=base)), sink)
    return "\n".join(sink.graph().lines())


@pytest.mark.parametrize(("module", "name", "base", "fails"), CASES)
def test_case(module: str, name: str, base: str, fails: bool, tmp_path: Path) -> None:
    case = SUITES / module / name
    if name in INEXPRESSIBLE:
        with pytest.raises(Inexpressible) as wanting:
            written(tmp_path / "case", case, base)
        assert str(wanting.value) == INEXPRESSIBLE[name]
        return
    path = written(tmp_path / "case", case, base)
    if fails:
        with pytest.raises(HrdgraphError):
            lines_of(path, base)
        return
    expected = "\n".join(file.read_text("utf-8") for file in sorted(case.glob("*.nq")))
    assert canonical(lines_of(path, base)) == canonical(expected)


def test_nothing_of_the_current_vocabulary_is_left(tmp_path: Path) -> None:
    text = written(tmp_path / "case", SUITES / "rml-core" / "RMLTC0009a-JSON", BASE).read_text(
        "utf-8"
    )
    assert RML.prefix not in text
    assert RR.prefix in text
