"""Joins of which neither side can be held: both wait on disk, parted by their keys, with the same lines."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

from hrdgraph.errors import MappingError, OutputError
from hrdgraph.mapping.execution import join_sides
from hrdgraph.mapping.execution.execute import run
from hrdgraph.mapping.execution.ntriples import LineSink
from hrdgraph.mapping.execution.spill import Pile
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind

MAPPING = """
@prefix rml: <http://w3id.org/rml/> .
@prefix e: <http://e.org/> .
<#C> rml:logicalSource [ rml:source [ rml:path "c.csv" ] ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/c/{id}" ] ; rml:predicateObjectMap [ rml:predicate e:knows ;
    rml:objectMap [ rml:parentTriplesMap <#P> ; rml:joinCondition [ CHILD ; rml:parent "key" ] ] ] .
<#P> rml:logicalSource [ rml:source [ rml:path "p.csv" ] ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/p/{id}" ] .
"""
FIELD = '[ rml:fieldName "{0}" ; rml:reference "{1}" ]'


def view(name: str, file: str, joined: str = "") -> str:
    source = f'[ rml:source [ rml:path "{file}.csv" ] ; rml:referenceFormulation rml:CSV ]'
    fields = f"{FIELD.format('id', 'id')} , {FIELD.format('key', 'key')}"
    return f"<#{name}> a rml:LogicalView ; rml:viewOn {source} ; rml:field {fields} {joined} ."


def to(parent: str, how: str, name: str, key: str = "key", of: str = "id") -> str:
    condition = f'[ rml:child "{key}" ; rml:parent "key" ]'
    return f"; rml:{how} [ rml:parentLogicalView <#{parent}> ; rml:joinCondition {condition} ; rml:field {FIELD.format(name, of)} ]"


def rule(view: str, *names: str) -> str:
    maps = " ".join(
        f'; rml:predicateObjectMap [ rml:predicate e:{name} ; rml:objectMap [ rml:reference "{name}" ] ]'
        for name in names
    )
    return f'<#T{view}> rml:logicalSource <#{view}> ; rml:subjectMap [ rml:template "http://e.org/{{id}}" ] {maps} .'


PREFIXES = "@prefix rml: <http://w3id.org/rml/> .\n@prefix e: <http://e.org/> .\n"
VIEWS = {
    "left": view("A", "c", to("B", "leftJoin", "of")) + view("B", "p") + rule("A", "of", "key"),
    "parent joined itself, with rules of its own": (
        view("A", "c", to("B", "leftJoin", "of", of="far"))
        + view("B", "p", to("C", "innerJoin", "far"))
        + view("C", "p")
    )
    + rule("A", "of")
    + rule("B", "far", "key"),
    "one join over another": view(
        "A", "c", to("B", "leftJoin", "of") + to("C", "leftJoin", "far", key="id")
    )
    + view("B", "p")
    + view("C", "c")
    # of the first pairs, each meets others by another key
    + rule("A", "of", "far"),
    "the same file": view("A", "p", to("B", "innerJoin", "of"))
    + view("B", "p")
    + rule("A", "of", "id")
    + rule("B", "key"),
}


def lines_by(mapping: Path, memory: int = 1 << 30) -> list[str]:
    plan, out = bind(read_mapping(mapping)), BytesIO()
    with closing(LineSink(plan, out, graphs=True)) as sink:
        run(plan, sink, memory=memory)
        sink.finish()
    return sorted(out.getvalue().decode().splitlines())


def rows_of(count: int, keys: int) -> str:
    """Rows whose keys are some numbers, one in seven of them empty."""
    return "id,key\n" + "".join(f"{n},{n % keys if n % 7 else ''}\n" for n in range(count))


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Nothing is held; the numbers of rows that are put on disk at a time."""
    put, add = list[int](), Pile.add
    monkeypatch.setattr(join_sides, "_LEAST", -1)
    monkeypatch.setattr(
        Pile, "add", lambda pile, frame: put.append(frame.height) or add(pile, frame)
    )  # type: ignore[func-returns-value]
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    return put


@pytest.mark.heavy
@pytest.mark.parametrize("text", VIEWS.values(), ids=VIEWS.keys())
@pytest.mark.parametrize("parents", [30, 200], ids=["one parent a key", "several"])
def test_views_on_disk_give_the_lines_of_memory(
    text: str, parents: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "c.csv").write_text(rows_of(150, 60), "utf-8")
    (tmp_path / "p.csv").write_text(rows_of(parents, 40), "utf-8")
    (tmp_path / "m.ttl").write_text(PREFIXES + text, "utf-8")
    held = lines_by(tmp_path / "m.ttl")
    monkeypatch.setattr(join_sides, "_LEAST", -1)
    assert held
    assert len(held) == len(set(held))
    for memory in (0, 2_000, 20_000):
        assert lines_by(tmp_path / "m.ttl", memory) == held


@pytest.mark.usefixtures("disk")
def test_golden_joins_on_disk_give_the_same_lines(unnumbered: Path) -> None:
    assert lines_by(unnumbered / "mapping.ttl", 0) == sorted(
        (unnumbered / "expected.nq").read_text("utf-8").splitlines()
    )


def test_both_sides_wait_on_disk_and_leave_nothing_there(tmp_path: Path, disk: list[int]) -> None:
    for name in "cp":
        (tmp_path / f"{name}.csv").write_text(
            "id,key\n" + "".join(f"{n},{n}\n" for n in range(3000)), "utf-8"
        )
    (tmp_path / "m.ttl").write_text(MAPPING.replace("CHILD", 'rml:child "key"'), "utf-8")
    found = lines_by(tmp_path / "m.ttl", 1000)
    assert found == sorted(
        f"<http://e.org/c/{n}> <http://e.org/knows> <http://e.org/p/{n}> ." for n in range(3000)
    )
    assert sum(disk) >= 6000
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize(("room", "is_put"), [(6_000, False), (3_000, True)])
def test_a_parent_that_fits_is_held(
    room: int, is_put: bool, tmp_path: Path, disk: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(join_sides, "_LEAST", room)
    for name in "cp":
        (tmp_path / f"{name}.csv").write_text(
            "id,key\n" + "".join(f"{n},{n}\n" for n in range(100)), "utf-8"
        )  # some 4,200 bytes
    (tmp_path / "m.ttl").write_text(MAPPING.replace("CHILD", 'rml:child "key"'), "utf-8")
    assert len(lines_by(tmp_path / "m.ttl", 0)) == 100
    assert bool(disk) is is_put


SPLIT = """rml:childMap [ rml:functionExecution [ rml:function grel:string_split ;
  rml:input [ rml:parameter grel:valueParam ; rml:inputValueMap [ rml:reference "key" ] ] ,
  [ rml:parameter grel:p_string_sep ; rml:inputValue "+" ] ] ]"""


@pytest.mark.parametrize("least", [-1, 1 << 30], ids=["on disk", "held"])
def test_keys_of_which_a_row_has_several_repeat_no_line(
    least: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(join_sides, "_LEAST", least)
    (tmp_path / "c.csv").write_text(
        "id,key\n" + "".join(f"{n},{n}+{n + 1}\n" for n in range(0, 400, 2)), "utf-8"
    )
    (tmp_path / "p.csv").write_text(
        "id,key\n" + "".join(f"same,{n}\n" for n in range(400)), "utf-8"
    )
    text = "@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> ." + MAPPING.replace(
        "CHILD", SPLIT
    )
    (tmp_path / "m.ttl").write_text(text, "utf-8")
    found = lines_by(tmp_path / "m.ttl", 2_000)
    assert found == sorted(
        f"<http://e.org/c/{n}> <http://e.org/knows> <http://e.org/p/same> ."
        for n in range(0, 400, 2)
    )


@pytest.mark.usefixtures("disk")
def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "c.csv").write_text(rows_of(50, 50), "utf-8")
    (tmp_path / "p.csv").write_text(rows_of(50, 50), "utf-8")
    (tmp_path / "m.ttl").write_text(MAPPING.replace("CHILD", 'rml:child "key"'), "utf-8")
    monkeypatch.setattr("polars.DataFrame.write_ipc", full)
    with pytest.raises(
        OutputError,
        match="cannot be written: No space left",
    ):
        lines_by(tmp_path / "m.ttl", 0)
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_value_that_is_refused_leaves_nothing_on_disk(tmp_path: Path, disk: list[int]) -> None:
    (tmp_path / "c.csv").write_text("id,key\n1,1\n", "utf-8")
    (tmp_path / "p.csv").write_text("id,key\na b,1\n", "utf-8")
    text = MAPPING.replace("CHILD", 'rml:child "key"').replace(
        'rml:template "http://e.org/p/{id}"', 'rml:reference "id"'
    )
    (tmp_path / "m.ttl").write_text(text, "utf-8")
    with pytest.raises(MappingError, match="row 2"):
        lines_by(tmp_path / "m.ttl", 0)
    assert disk
    assert list((tmp_path / "temporary").iterdir()) == []


RUN = """
import sys
from hrdgraph.cli.app import run
code = run(["map", "m.ttl", "-o", "out.nt", "--memory", "64M"])
print(code, int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) >> 10)
"""


@pytest.mark.heavy
@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux says how much memory a process took"
)
def test_long_keys_keep_to_the_memory(tmp_path: Path) -> None:
    pad = "x" * 390
    (tmp_path / "c.csv").write_text(
        "id,key\n" + "".join(f"{n},{pad}{n}\n" for n in range(1000)), "utf-8"
    )
    with (tmp_path / "p.csv").open("w", encoding="utf-8") as file:
        file.write("id,key\n")
        file.writelines(f"{n},{pad}{n}\n" for n in range(600_000))
    (tmp_path / "m.ttl").write_text(MAPPING.replace("CHILD", 'rml:child "key"'), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", RUN], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    code, peak = map(int, done.stdout.split())
    with (tmp_path / "out.nt").open(encoding="utf-8") as lines:
        assert (code, sum(1 for _ in lines)) == (0, 1000)
    assert peak < 330  # MiB; the parent alone takes 250
