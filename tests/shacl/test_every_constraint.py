"""Shapes with every kind of target, path and constraint, and data that breaks each: findings, report, model and warnings are what is kept
of them in golden/every.txt."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse
from hrdgraph.shacl.model_reader import read_model
from hrdgraph.shacl.queries import scan
from hrdgraph.shacl.rule_help import rule_help
from hrdgraph.shacl.shape_warnings import notices
from hrdgraph.shacl.shapes import Shapes, ShapesFile
from hrdgraph.shacl.validator import ColumnSHACL

QUERIES = (
    "SELECT $this ?b { $this <e:p> ?a ; <e:q> ?b . OPTIONAL { ?a <e:r> 'x'@en , 2 } }",
    "SELECT DISTINCT $this { $this <e:p> ?a FILTER NOT EXISTS { ?a <e:q> ?c } FILTER EXISTS { ?a <e:r> ?d } }",
    "SELECT $this (COUNT(?a) AS ?n) { $this <e:p>/<e:q>* ?a } GROUP BY $this HAVING ( ?n > 1 ) ORDER BY ?n LIMIT 3",
    "SELECT $this { { $this <e:p> ?a } UNION { $this ^<e:q> ?a } MINUS { $this <e:r> ?a } BIND ( str(?a) AS ?b ) }",
    "SELECT $this { GRAPH ?g { $this a <e:C> } VALUES ?a { 1 2 } FILTER ( ?a IN ( 1 , 3 ) && ! ( ?a = 2 ) ) }",
    "SELECT $this { { SELECT $this (MAX(?x) AS ?a) { $this <e:p> ?x } GROUP BY $this } FILTER ( $this != ?a ) }",
    "ASK { $this <e:p> $value . FILTER regex(str($value), 'a', 'i') }", "ASK WHERE { [ <e:p> ( 1 ?a ) ] <e:q> $this }",
    "CONSTRUCT { $this <e:p> ?a } WHERE { SERVICE <e:s> { $this !(<e:q>|^<e:r>) ?a } }",
)  # fmt: skip
GOLDEN = Path(__file__).with_name("golden")


def read(name: str) -> Shapes:
    text = (GOLDEN / name).read_text("utf-8")
    quads = tuple(parse(text, format_named("ttl"), scope="s"))
    return Shapes((ShapesFile(name, text, quads),), ColumnGraph.from_quads([]))


def without_labels(text: str) -> str:
    """Return a text with the labels of blank nodes, which are new each time, as they are first met."""
    labels: dict[str, str] = {}
    return re.sub(r"_:[\w-]+", lambda found: labels.setdefault(found[0], f"_:{len(labels)}"), text)


def test_every_constraint_is_what_is_kept_of_it(tmp_path: Path) -> None:
    shapes = read("every.shapes.ttl")
    data = parse((GOLDEN / "every.data.ttl").read_text("utf-8"), format_named("ttl"), scope="d")
    graph = ColumnGraph.from_quads(list(data))
    lines = []
    for finding in [*ColumnSHACL().validate(graph, shapes), *notices(graph, shapes, inferred=True)]:
        where = f"{finding.severity.value} {finding.rule.rpartition('/')[2]} {finding.place.line}"
        what = f"{finding.component} {finding.focus} {finding.path} {finding.value}"
        lines.append(f"{where} {what} {finding.message('en')} | {finding.message('fr')}")
    lines = sorted(without_labels(line) for line in lines)
    report = ColumnSHACL().run(graph, shapes).report()
    told = sorted(f"{quad.predicate} {re.sub(r'_:.*', '', quad.object.n3())}" for quad in report)
    for whole in ("\n".join(told), without_labels(repr(read_model(shapes)))):
        lines.append(sha256(whole.encode()).hexdigest())
    for rule in ("born", "friend", "motto", "both", "one"):
        lines += (
            rule_help(f"http://ex.example/{rule}", shapes, ColumnSHACL()).text("en").splitlines()
        )
    for query in QUERIES:  # in whatever order sets have what they hold
        words = sorted(re.findall(r"[^\s,(){}]+", repr(scan(query))))
        lines.append(f"{query} {sha256(' '.join(words).encode()).hexdigest()[:12]}")
    now = tmp_path / "every.txt"
    now.write_text("\n".join(lines) + "\n", "utf-8")
    assert lines == (GOLDEN / now.name).read_text("utf-8").splitlines(), (
        f"if it is better, copy {now}"
    )
