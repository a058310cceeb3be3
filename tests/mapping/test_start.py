"""What `hrdgraph map` loads: the start of the program is most of the cost of a small mapping, so what a run needs not stays out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MAPPING = """
@prefix rml: <http://w3id.org/rml/> .
<#m> rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/{id}" ] ;
  rml:predicateObjectMap [ rml:predicate <http://e.org/p> ; rml:objectMap [ rml:reference "name" ] ] .
"""
RUN = "import sys; from hrdgraph.cli.app import run; code = run(sys.argv[1:]); print(*sys.modules); raise SystemExit(code)"
OTHERS = ("lxml", "html.parser", "sqlite3", "duckdb", "pg8000", "pymysql", "python_calamine", "tarfile", "gzip", "tomllib", "yaml", "numpy",
          "rdflib", "pyshacl", "rich", "jsonpath_rfc9535", "xml.etree.ElementTree", "hrdgraph.project", "hrdgraph.sources.json",
          "hrdgraph.sources.unpacking", "hrdgraph.export", "hrdgraph.store")  # fmt: skip
MOST = 100  # modules of our own; there are some 88


def test_mapping_a_csv_file_loads_nothing_of_other_formats(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,name\n1,a\n", encoding="utf-8")
    (tmp_path / "m.ttl").write_text(MAPPING, encoding="utf-8")
    command = [sys.executable, "-c", RUN, "map", str(tmp_path / "m.ttl"), "-o", str(tmp_path / "out.nq")]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert (tmp_path / "out.nq").read_text() == '<http://e.org/1> <http://e.org/p> "a" .\n'
    assert [name for name in OTHERS if name in loaded] == []
    assert sum(name.split(".")[0] == "hrdgraph" for name in loaded) <= MOST
