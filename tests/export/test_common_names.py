"""Names in other vocabularies say what skos:prefLabel says, of the same things, and nothing else."""

from __future__ import annotations

from hrdgraph.exports.subset import with_common_names
from hrdgraph.rdf import ColumnGraph
from hrdgraph.vocab import FOAF, HRD, RDF, RDFS, SCHEMA, SKOS


def test_each_name_is_said_in_each_vocabulary(small: ColumnGraph) -> None:
    made = with_common_names(small)
    names = {(q.subject, q.object, q.graph) for q in small.where(p=SKOS.prefLabel)}
    for term in (RDFS.label, SCHEMA.name):
        said = set(made.where(p=term)) - set(small.where(p=term))
        assert {(q.subject, q.object, q.graph) for q in said} == names
    people = {q.subject for q in small.where(p=RDF.type, o=FOAF.Person)}
    named = {q.subject for q in made.where(p=FOAF.name)}
    assert people & {subject for subject, *_ in names} <= named
    assert not named & {q.subject for q in small.where(p=RDF.type, o=HRD.Award)}
    assert set(small) <= set(made)


def test_a_graph_without_names_stays_as_it_is() -> None:
    assert with_common_names(ColumnGraph.from_quads(())) == ColumnGraph.from_quads(())
