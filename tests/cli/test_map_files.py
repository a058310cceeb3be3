"""`hrdgraph map` and the files around it: inputs stay, links and devices are kept, full disks and long names are told."""

from __future__ import annotations

import errno
import gzip
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from hrdgraph.cli.app import run

MAPPING = """@prefix rml: <http://w3id.org/rml/> . @prefix csvw: <http://www.w3.org/ns/csvw#> .
<#m> rml:logicalSource [ rml:source SOURCE ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/{id}" ] ;
  rml:predicateObjectMap [ rml:predicate <http://e.org/p> ; rml:objectMap [ rml:reference "v" MORE ] ] .
"""
PROGRAM = [sys.executable, "-c", "from hrdgraph.cli import main; main()"]
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def mapping(source: str = '"t.csv"', more: str = "", name: str = "m.ttl") -> str:
    Path(name).write_text(MAPPING.replace("SOURCE", source).replace("MORE", more), "utf-8")
    return name


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a mapping and its table; the second row makes no IRI."""
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("id,v\n1,a\n2,b c\n", "utf-8")
    mapping()
    return tmp_path


def contents() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path().iterdir() if path.is_file()}


@pytest.mark.parametrize("path", ["t.csv", "./t.csv", "sub/../t.csv", "m.ttl", "link", "hard"])
@pytest.mark.parametrize("option", ["--output", "--rejected"])
def test_an_input_is_not_overwritten(
    option: str, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("link").symlink_to("t.csv")
    os.link("t.csv", "hard")
    Path("sub").mkdir()
    before = contents()
    assert run(["map", "m.ttl", "--on-error", "skip", option, path]) == 1
    said = capfd.readouterr()
    assert f"{option} would overwrite " in said.err
    assert said.out == ""
    assert contents() == before


def test_nor_is_a_source_that_is_joined_or_makes_no_rule(capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("parent.csv", "idle.csv"):
        Path(name).write_text("id,v\n1,a\n", "utf-8")
    more = """
<#parent> rml:logicalSource [ rml:source "parent.csv" ; rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:template "http://p.org/{v}" ] .
<#idle> rml:logicalSource [ rml:source "idle.csv" ; rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:template "http://i.org/{v}" ] .
<#m> rml:predicateObjectMap [ rml:predicate <http://e.org/q> ;
  rml:objectMap [ rml:parentTriplesMap <#parent> ; rml:joinCondition [ rml:child "id" ; rml:parent "id" ] ] ] .
"""
    Path("m.ttl").write_text(Path("m.ttl").read_text("utf-8") + more, "utf-8")
    for name in ("parent.csv", "idle.csv"):
        assert run(["map", "m.ttl", "-o", name]) == 1
        assert "would overwrite" in capfd.readouterr().err
        assert Path(name).read_text("utf-8") == "id,v\n1,a\n"


@pytest.mark.parametrize(("output", "rejected"), [("x", "./x"), ("x", "link"), ("link", "x")])
def test_the_output_and_the_rejected_rows_do_not_share_a_file(
    output: str, rejected: str, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("link").symlink_to("x")
    assert run(["map", "m.ttl", "--on-error", "skip", "-o", output, "--rejected", rejected]) == 1
    assert "--rejected would overwrite " in capfd.readouterr().err
    assert not Path("x").exists()


def test_a_target_and_the_rejected_rows_do_not_share_a_file(
    capfd: pytest.CaptureFixture[str],
) -> None:
    mapping(
        more='; rml:logicalTarget [ a rml:LogicalTarget ; rml:target [ a rml:FilePath ; rml:path "a.nq" ] ]'
    )
    assert run(["map", "m.ttl", "--on-error", "skip", "--rejected", "a.nq"]) == 1
    assert "would overwrite" in capfd.readouterr().err
    assert not Path("a.nq").exists()


def test_a_link_is_followed_and_stays() -> None:
    Path("there").mkdir()
    Path("link").symlink_to("there/out.nq")
    for _ in range(2):  # of a file that is not there yet, and of one that is
        assert run(["map", "m.ttl", "-o", "link"]) == 0
        assert Path("link").is_symlink()
        assert Path("there/out.nq").read_bytes().count(b"\n") == 2
        assert [path.name for path in Path("there").iterdir()] == ["out.nq"]


def test_a_link_in_a_circle_is_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    Path("link").symlink_to("link")
    assert run(["map", "m.ttl", "-o", "link"]) == 1
    assert "link: cannot be written" in capfd.readouterr().err
    assert Path("link").is_symlink()


def test_a_named_pipe_is_written_into() -> None:
    os.mkfifo("pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_bytes()))
    reader.start()
    assert run(["map", "m.ttl", "-o", "pipe"]) == 0
    reader.join()
    assert read[0].count(b"\n") == 2
    assert Path("pipe").is_fifo()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_device_that_is_full_is_an_error_and_no_file_appears(
    capfd: pytest.CaptureFixture[str],
) -> None:
    Path("full").symlink_to("/dev/full")  # so that a mistake costs no device
    for options in (["-o", "full"], ["-o", "out.nq", "--rejected", "full"]):
        assert run(["map", "m.ttl", "--on-error", "skip", *options]) == 1
        assert "full: cannot be written: No space left on device" in capfd.readouterr().err
        assert Path("full").is_symlink()
        assert Path("/dev/full").is_char_device()
        assert not Path("out.nq").exists()


def test_a_device_may_take_both(capfd: pytest.CaptureFixture[str]) -> None:
    Path("null").symlink_to("/dev/null")
    assert run(["map", "m.ttl", "--on-error", "skip", "-o", "null", "--rejected", "null"]) == 0
    assert Path("/dev/null").is_char_device()
    assert Path("null").is_symlink()
    assert capfd.readouterr().out == ""


def test_what_is_open_keeps_its_place() -> None:
    Path("out").symlink_to("/dev/stdout")  # so that a mistake costs no device
    Path("log").write_text("before\n", "utf-8")
    with Path("log").open("a") as log:
        subprocess.run([*PROGRAM, "map", "m.ttl", "-o", "out"], check=True, stdout=log)
    first, *rest = Path("log").read_text("utf-8").splitlines()
    assert (first, len(rest)) == ("before", 2)
    assert Path("out").is_symlink()


def test_rejected_rows_that_cannot_be_written_are_noticed_before_the_run(
    capfd: pytest.CaptureFixture[str],
) -> None:
    mapping(more="; rml:termType rml:IRI")
    for path in ("none/r.csv", "x" * 300):
        assert run(["map", "m.ttl", "--on-error", "skip", "-o", "out.nq", "--rejected", path]) == 1
        said = capfd.readouterr().err
        assert f"{path}: cannot be written" in said
        assert "left out" not in said
        assert sorted(contents()) == ["m.ttl", "t.csv"]


def test_both_files_appear(capfd: pytest.CaptureFixture[str]) -> None:
    mapping(more="; rml:termType rml:IRI")
    assert run(["map", "m.ttl", "--on-error", "skip", "-o", "out.nq", "--rejected", "r.csv"]) == 0
    assert capfd.readouterr().err.count("left out:") == 1
    assert Path("out.nq").read_bytes().count(b"\n") == 1
    assert "t.csv,,3,v" in Path("r.csv").read_text("utf-8")
    assert sorted(contents()) == ["m.ttl", "out.nq", "r.csv", "t.csv"]


def test_what_is_left_out_is_told_in_the_language_of_the_system(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping(more="; rml:termType rml:IRI")
    monkeypatch.setenv("LC_ALL", "es_CO.UTF-8")
    assert run(["map", "m.ttl", "--on-error", "skip", "-o", "out.nq"]) == 0
    assert re.search(
        r"omitido: t\.csv, fila \d.*no es un IRI[\s\S]*\n1 fila omitida\n", capfd.readouterr().err
    )


def test_no_room_for_what_is_unpacked(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("t.csv.gz").write_bytes(gzip.compress(b"id,v\n1,a\n"))
    full = full_folder(monkeypatch, "t.csv.gz")
    assert run(["map", mapping('"t.csv.gz"'), "-o", "out.nq"]) == 1
    assert_tells_of(full, capfd)


def test_no_room_for_a_table_without_its_comments(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    full = full_folder(monkeypatch, "t.csv")
    source = '[ a csvw:Table ; csvw:url "t.csv" ; csvw:dialect [ csvw:commentPrefix "#" ] ]'
    assert run(["map", mapping(source), "-o", "out.nq"]) == 1
    assert_tells_of(full, capfd)


def full_folder(monkeypatch: pytest.MonkeyPatch, name: str) -> Path:
    """A folder of temporary files in which no file of this name can be opened for writing."""
    folder = Path("temporary").resolve()
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    usual = Path.open

    def full(path: Path, mode: str = "r", *more: object, **options: object) -> object:
        if folder in path.parents and path.name == name and "w" in mode:
            raise FULL
        return usual(path, mode, *more, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", full)
    return folder


def assert_tells_of(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said = capfd.readouterr().err
    assert said.startswith(f"error: {folder}: ")
    assert "cannot be written" in said
    assert "No space left on device" in said
    assert "TMPDIR" in said
    assert not Path("out.nq").exists()
    assert list(folder.iterdir()) == []


def test_no_room_for_lines_that_wait(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("t.csv").write_text(
        "id,v\n" + "".join(f"{n},{n}\n{n},{n}\n" for n in range(2000)), "utf-8"
    )
    text = Path("m.ttl").read_text("utf-8")
    Path("m.ttl").write_text(
        text + text.replace("<#m>", "<#n>"), "utf-8"
    )  # two maps that may make the same
    folder = full_folder(monkeypatch, "")

    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device (os error 28)")  # as Polars says it

    monkeypatch.setattr(pl.DataFrame, "write_ipc", full)
    assert run(["map", "m.ttl", "-o", "out.nq", "--memory", "1K"]) == 1
    assert_tells_of(folder, capfd)


@pytest.mark.parametrize(
    "graph", ["rml:graph <http://e.org/g>", 'rml:graphMap [ rml:template "http://e.org/{id}" ]']
)
@pytest.mark.parametrize(
    ("format", "says"),
    [
        ("nq", True),
        ("trig", True),
        ("jsonld", True),
        ("parquet", True),
        ("nt", False),
        ("ttl", False),
        ("rdfxml", False),
    ],
)
def test_the_names_of_graphs_are_said_or_refused(
    format: str, says: bool, graph: str, capfd: pytest.CaptureFixture[str]
) -> None:
    text = Path(mapping()).read_text("utf-8")
    Path("m.ttl").write_text(
        text.replace('"http://e.org/{id}" ]', f'"http://e.org/{{id}}" ; {graph} ]'), "utf-8"
    )
    assert run(["map", "m.ttl", "-f", format, "-o", "out"]) == (0 if says else 1)
    assert Path("out").exists() == says
    assert ("named graphs" in capfd.readouterr().err) == (not says)


def test_a_rule_for_the_default_graph_names_none() -> None:
    text = Path(mapping()).read_text("utf-8")
    Path("m.ttl").write_text(
        text.replace('"http://e.org/{id}" ]', '"http://e.org/{id}" ; rml:graph rml:defaultGraph ]'),
        "utf-8",
    )
    assert run(["map", "m.ttl", "-f", "nt", "-o", "out"]) == 0


def test_what_was_made_with_rows_left_out_is_explained_without_them(
    capfd: pytest.CaptureFixture[str],
) -> None:
    Path("t.csv").write_text("id,v\n1,a\n2,b,c\n3,d\n", "utf-8")
    assert run(["map", "m.ttl", "--on-error", "skip", "-o", "out.nq"]) == 0
    capfd.readouterr()
    assert run(["explain", "--mapping", "m.ttl", "--statements", "out.nq"]) == 1
    assert "t.csv, row 3: 3 cells" in capfd.readouterr().err
    assert (
        run(["explain", "--mapping", "m.ttl", "--on-error", "skip", "--statements", "out.nq"]) == 0
    )
    assert "t.csv row 4: v = d" in capfd.readouterr().out
    assert run(["explain", "--on-error", "skip", "http://e.org/3"]) == 2


@pytest.mark.parametrize("format", ["ttl", "trig", "jsonld", "rdfxml", "parquet"])
def test_an_output_of_a_whole_graph_is_called_by_its_name(
    format: str, capfd: pytest.CaptureFixture[str]
) -> None:
    resource = pytest.importorskip("resource")
    rows = "".join(f"{n},{n}\n" for n in range(2000))
    Path("t.csv").write_text(f"id,v\n{rows}", "utf-8")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    usual = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 10, before[1]))
    try:
        code = run(["map", "m.ttl", "-f", format, "-o", "out"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, usual)
    assert code == 1
    assert "error: out: cannot be written: File too large" in capfd.readouterr().err
    assert sorted(contents()) == ["m.ttl", "t.csv"]


def test_no_room_for_the_output_blames_the_output(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device (os error 28)")

    monkeypatch.setattr(pl.DataFrame, "write_csv", full)
    assert run(["map", "m.ttl", "-o", "out.nq"]) == 1
    assert "error: out.nq: cannot be written: No space left on device\n" in capfd.readouterr().err
    assert sorted(contents()) == ["m.ttl", "t.csv"]


LONG = ["x" * 300, "x/" * 2500, "x" * 5000]


@pytest.mark.parametrize("name", LONG, ids=len)
@pytest.mark.parametrize("command", ["map", "mappings check", "mappings plan"])
def test_a_name_that_is_too_long_is_an_error_at_its_place(
    command: str, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for source in (
        f'"{name}"',
        f'[ a rml:FilePath ; rml:root rml:MappingDirectory ; rml:path "{name}" ]',
    ):
        assert run([*command.split(), mapping(source)]) == 1
        said = capfd.readouterr().err
        assert said.startswith("error: m.ttl, line 2, <#m>/logicalSource")
        assert "is not a path: File name too long" in said
        assert len(said) < 400


@pytest.mark.parametrize("name", LONG, ids=len)
def test_so_it_is_of_databases_targets_and_roots(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    r2rml = '@prefix rr: <http://www.w3.org/ns/r2rml#> . <#m> rr:logicalTable [ rr:tableName "t" ] ; rr:subjectMap [ rr:template "http://e.org/{id}" ; rr:class <http://e.org/C> ] .'
    Path("r.ttl").write_text(r2rml, "utf-8")
    target = "; rml:logicalTarget [ a rml:LogicalTarget ; rml:target [ a rml:FilePath ; {} ] ]"
    for words in (
        ["r.ttl", "--database", f"sqlite:{name}"],
        [mapping(more=target.format(f'rml:path "{name}"'), name="path.ttl")],
        [mapping(more=target.format(f'rml:path "a.nq" ; rml:root "{name}"'), name="root.ttl")],
        ["m.ttl", "-o", name],
        [name],
    ):
        assert run(["map", *words]) in (1, 2)
        said = capfd.readouterr()
        assert said.out == ""
        assert "error in hrdgraph" not in said.err
        assert said.err


def test_what_no_rule_makes_is_the_same_error_for_machines(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert run(["explain", "--mapping", "m.ttl", "http://e.org/9", "--json"]) == 1
    said = json.loads(capfd.readouterr().out)["error"]
    assert said["kind"] == "MappingError"
    assert said["fact"] == "no rule of this mapping produces it from its sources as they are now"
    assert run(["explain", "--mapping", "m.ttl", "http://e.org/9"]) == 1
    assert said["fact"] in capfd.readouterr().err


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_interruption_is_said_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    Path("t.csv").write_text(
        "id,v\n" + "".join(f"{row % 1000},{row}\n" for row in range(1_000_000)), "utf-8"
    )
    before, waiting = sorted(path.name for path in Path().iterdir()), tmp_path / "waiting"
    waiting.mkdir()
    command, environment = (
        [*PROGRAM, "map", "m.ttl", "-o", "out.nq", "--memory", "64K"],
        {**os.environ, "TMPDIR": str(waiting)},
    )
    # where the tests run under nohup, programs that they start would not hear of a hang-up
    heard = partial(signal.signal, getattr(signal, name), signal.SIG_DFL)
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, env=environment, preexec_fn=heard
    ) as process:
        while (
            not any(waiting.glob("hrdgraph-*")) and process.poll() is None
        ):  # until it has something to leave; what is in it may be there for a moment only
            time.sleep(0.001)
        process.send_signal(getattr(signal, name))
        _, errors = process.communicate(timeout=60)
    assert errors.decode().strip() == "interrupted; nothing was changed"
    assert process.returncode == 128 + getattr(signal, name)
    assert list(waiting.iterdir()) == []
    waiting.rmdir()
    assert sorted(path.name for path in Path().iterdir()) == before


LOADING = """
import sys
class Interrupting:
    def find_spec(self, name, *_):
        if name == MODULE:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupting())
"""


@pytest.mark.parametrize("module", ["click", "polars"])
def test_so_it_is_while_modules_are_loaded(module: str) -> None:
    program = [
        sys.executable,
        "-c",
        LOADING.replace("MODULE", repr(module)) + PROGRAM[-1],
        "map",
        "m.ttl",
    ]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.lstrip()) == (
        130,
        "",
        "interrupted; nothing was changed\n",
    )


def test_a_pipe_is_no_source(capfd: pytest.CaptureFixture[str]) -> None:
    Path("t.csv").unlink()
    os.mkfifo("t.csv")
    assert run(["map", "m.ttl", "-o", "out.nq"]) == 1
    assert "t.csv: is a pipe or a device, not a file" in capfd.readouterr().err
    assert not Path("out.nq").exists()


@pytest.mark.heavy
def test_rows_are_left_out_in_their_order_whatever_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a table that is held, streamed, or read in parts of rows that agree."""
    monkeypatch.setattr("hrdgraph.mapping.execution.scan._LINES", 0)
    rows = [f"{row % 500},{'b c' if row % 7 == 0 else 'b'}" for row in range(1000)]
    Path("t.csv").write_text("\n".join(["id,v", *rows, "1", "2,b,c"]) + "\n", "utf-8")
    mapping(more="; rml:termType rml:IRI")
    told, lines = set(), set()
    for memory in ("1G", "10K", "0"):
        assert (
            run(
                [
                    "map",
                    "m.ttl",
                    "--on-error",
                    "skip",
                    "-o",
                    "out",
                    "--rejected",
                    "left.csv",
                    "--memory",
                    memory,
                ]
            )
            == 0
        )
        told.add(Path("left.csv").read_text("utf-8"))
        lines.add(tuple(sorted(Path("out").read_text("utf-8").splitlines())))
    assert (len(told), len(lines)) == (1, 1)
    numbers = [int(line.split(",")[2]) for line in told.pop().splitlines()[1:]]
    assert numbers == sorted({row + 2 for row in range(0, 1000, 7)} | {1002, 1003})
