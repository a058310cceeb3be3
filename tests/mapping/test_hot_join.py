"""Joins of keys that many rows of both sides have: done in slices that fit into memory, with the same lines."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from hrdgraph.mapping import LineSink, bind, read_mapping, run
from hrdgraph.mapping.running import sizes

MAPPING = """
@prefix rml: <http://w3id.org/rml/> .
<#C> rml:logicalSource [ rml:source [ rml:path "c.csv" ] ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/c/{id}" ] ; rml:predicateObjectMap [ rml:predicate <http://e.org/knows> ;
    rml:objectMap [ rml:parentTriplesMap <#P> ; rml:joinCondition [ rml:child "key" ; rml:parent "key" ] ] ] .
<#P> rml:logicalSource [ rml:source [ rml:path "p.csv" ] ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/p/{id}" ] .
"""
RUN = """
import sys
from hrdgraph.cli.app import run
code = run(["map", "m.ttl", "-o", "out.nq", "--memory", "64M"])
print(code, int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) >> 10)
"""


@pytest.mark.parametrize("memory", [0, 1 << 30])
def test_slices_of_one_row_give_the_same_lines(good: Path, memory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "_LEAST", 1)
    monkeypatch.setattr(sizes, "_COPIES", 1 << 60)
    plan, out = bind(read_mapping(good / "mapping.ttl")), BytesIO()
    sink = LineSink(plan, out, graphs=True)
    run(plan, sink, memory=memory)
    sink.finish()
    assert sorted(out.getvalue().splitlines()) == sorted((good / "expected.nq").read_bytes().splitlines())


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says how much memory a process took")
def test_a_hot_key_keeps_to_the_memory(tmp_path: Path) -> None:
    for name in "cp":
        (tmp_path / f"{name}.csv").write_text("id,key\n" + "".join(f"{n},hot\n" for n in range(2500)), "utf-8")
    (tmp_path / "m.ttl").write_text(MAPPING, "utf-8")
    done = subprocess.run([sys.executable, "-c", RUN], cwd=tmp_path, capture_output=True, text=True, check=True)
    code, peak = map(int, done.stdout.split())
    with (tmp_path / "out.nq").open(encoding="utf-8") as lines:
        assert (code, sum(1 for _ in lines)) == (0, 2500 * 2500)
    assert peak < 250  # MiB; at once it was 500 and more
