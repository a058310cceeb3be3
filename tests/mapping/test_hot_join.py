"""Joins of keys that many rows of both sides have: rows that agree in all that matters are taken once, others are done in slices that
fit into memory, with the same lines."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hrdgraph.mapping.execution import spill as sizes
from hrdgraph.mapping.execution.execute import run
from hrdgraph.mapping.execution.join_sides import Sides
from hrdgraph.mapping.execution.ntriples import LineSink
from hrdgraph.mapping.execution.scan import RowFacts
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.mapping.tracing import Tracer

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


@pytest.mark.sampled(40)
@pytest.mark.parametrize("memory", [0, 1 << 30])
def test_slices_of_one_row_give_the_same_lines(
    good: Path, memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "_LEAST", 1)
    monkeypatch.setattr(sizes, "_COPIES", 1 << 60)
    plan, out = bind(read_mapping(good / "mapping.ttl")), BytesIO()
    sink = LineSink(plan, out, graphs=True)
    run(plan, sink, memory=memory)
    sink.finish()
    assert sorted(out.getvalue().splitlines()) == sorted(
        (good / "expected.nq").read_bytes().splitlines()
    )


@pytest.mark.heavy
@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux says how much memory a process took"
)
def test_a_hot_key_keeps_to_the_memory(tmp_path: Path) -> None:
    for name in "cp":
        (tmp_path / f"{name}.csv").write_text(
            "id,key\n" + "".join(f"{n},hot\n" for n in range(2500)), "utf-8"
        )
    (tmp_path / "m.ttl").write_text(MAPPING, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", RUN], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    code, peak = map(int, done.stdout.split())
    with (tmp_path / "out.nq").open(encoding="utf-8") as lines:
        assert (code, sum(1 for _ in lines)) == (0, 2500 * 2500)
    assert peak < 250  # MiB; at once it was 500 and more


def test_a_pair_of_a_hot_key_is_traced_without_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "cp":
        (tmp_path / f"{name}.csv").write_text(
            "id,key\n" + "".join(f"{n},hot\n" for n in range(500)), "utf-8"
        )
    (tmp_path / "m.ttl").write_text(MAPPING, "utf-8")
    pairs, heights = Sides.pairs, list[int]()

    def counted(*args: Any) -> pl.DataFrame:
        found = pairs(*args)
        heights.append(found.height)
        return found

    monkeypatch.setattr(Sides, "pairs", counted)
    tracer = Tracer(bind(read_mapping(tmp_path / "m.ttl")))
    one, other = (
        ("<http://e.org/c/7>", "<http://e.org/knows>", "<http://e.org/p/9>"),
        ("<http://e.org/c/8>", None, None),
    )
    found = tracer.trace(*(frozenset([term]) for term in one))
    assert [[row.row for row in trace.rows] for trace in found] == [[9, 11]]
    first, second = tracer.trace_each([one, other])
    assert (first, len(second)) == (tuple(found), 500)  # type: ignore[arg-type]
    assert heights == [1, 1, 500]  # of 250,000


class Taken:
    """A sink that keeps how many rows there are, and what is known of them."""

    def __init__(self) -> None:
        self.rows, self.known = 0, list[RowFacts]()

    def take(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        assert rules
        self.rows += frame.height
        self.known.append(known)


def _taken(folder: Path, child: Iterable[str], parent: Iterable[str], memory: int) -> Taken:
    (folder / "c.csv").write_text("id,key\n" + "\n".join(child), "utf-8")
    (folder / "p.csv").write_text("id,key\n" + "\n".join(parent), "utf-8")
    (folder / "m.ttl").write_text(MAPPING, "utf-8")
    sink = Taken()
    run(bind(read_mapping(folder / "m.ttl")), sink, memory=memory)
    return sink


KEYS = 12_000  # more than are looked at to guess whether rows agree
IN_TURN = [f"{n % KEYS},{n % KEYS}" for n in range(4 * KEYS)]
ONCE = [f"{n},{n}" for n in range(KEYS)]


@pytest.mark.parametrize(
    ("child", "parent"),
    [(ONCE, IN_TURN), (IN_TURN, ONCE), (IN_TURN, IN_TURN)],
    ids=["parent", "child", "both"],
)
def test_rows_that_agree_are_taken_once_though_the_first_ones_all_differ(
    child: list[str], parent: list[str], tmp_path: Path
) -> None:
    assert _taken(tmp_path, child, parent, memory=1 << 30).rows == KEYS


@pytest.mark.parametrize(
    ("parent", "is_unique"), [(ONCE, True), (IN_TURN, True), ([*ONCE, "more,7"], False)]
)
def test_what_differs_in_every_row_does_so_in_pairs_of_one_parent_each(
    parent: list[str], is_unique: bool, tmp_path: Path
) -> None:
    taken = _taken(tmp_path, ONCE, parent, memory=100_000)
    assert not any(known.whole for known in taken.known)
    assert all(("id" in known.unique) is is_unique for known in taken.known)


def _view(name: str, file: str, joined: str) -> str:
    field = '[ rml:fieldName "{0}" ; rml:reference "{0}" ]'
    source = f'[ rml:source [ rml:path "{file}" ] ; rml:referenceFormulation rml:CSV ]'
    return f"<#{name}> a rml:LogicalView ; rml:viewOn {source} ; rml:field {field.format('id')} , {field.format('key')} {joined} ."


def _to(parent: str) -> str:
    condition = '[ rml:child "key" ; rml:parent "key" ]'
    field = '[ rml:fieldName "of" ; rml:reference "key" ]'
    return f"; rml:leftJoin [ rml:parentLogicalView <#{parent}> ; rml:joinCondition {condition} ; rml:field {field} ]"


CHAIN = f"""
@prefix rml: <http://w3id.org/rml/> .
@prefix e: <http://e.org/> .
{_view("A", "c.csv", _to("B"))} {_view("B", "p.csv", _to("C"))} {_view("C", "p.csv", "")}
<#T> rml:logicalSource <#A> ; rml:subjectMap [ rml:template "http://e.org/{{id}}" ] ;
  rml:predicateObjectMap [ rml:predicate e:of ; rml:objectMap [ rml:reference "of" ] ] .
"""


def test_a_parent_that_is_joined_itself_is_made_in_slices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heights, brought = list[int](), Sides.brought
    monkeypatch.setattr(
        Sides,
        "brought",
        lambda rows, join, frame: heights.append(frame.height) or brought(rows, join, frame),
    )
    (tmp_path / "p.csv").write_text(
        "id,key\n" + "".join(f"{n},hot\n" for n in range(1000)), "utf-8"
    )
    (tmp_path / "c.csv").write_text("id,key\n1,hot\n2,hot\n3,none\n", "utf-8")
    (tmp_path / "m.ttl").write_text(CHAIN, "utf-8")
    plan, out = bind(read_mapping(tmp_path / "m.ttl")), BytesIO()
    sink = LineSink(plan, out, graphs=True)
    run(plan, sink, memory=1 << 20)
    sink.finish()
    assert len(out.getvalue().splitlines()) == 2
    assert max(heights) < 250_000 < 1_000_000 <= sum(heights)
