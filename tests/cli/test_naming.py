"""The format of an output: given, told by the name of its file, or the usual one; a name that says another is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hrdgraph.cli.app import run
from hrdgraph.exports.formats import FORMATS as EXPORTED
from hrdgraph.library.calls import UsageError
from hrdgraph.library.output_format import ENDINGS, format_of
from hrdgraph.library.output_format import FORMATS_OF_MAP as MAPPED
from hrdgraph.queries.output import FORMATS as ANSWERED


def mapping_of(project: Path) -> Path:
    return project / "data/sources/nobel-peace/mapping.ttl"


COMMANDS = {
    "map": (MAPPED, "nq"),
    "export": (tuple(EXPORTED), "ttl"),
    "query": (ANSWERED, "table"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_name_tells_every_format(name: str) -> None:
    formats, default = COMMANDS[name]
    endings = {one.ending: (key,) for key, one in EXPORTED.items()} | ENDINGS
    told = {
        format_of(Path(f"x{ending}"), None, formats, default, endings)
        for ending, known in endings.items()
        if set(known) & set(formats)
    }
    assert told == set(formats) - {"table"}  # which is for the eyes, and has no name
    for format in told:
        assert format in {
            format_of(Path(f"X{ending.upper()}"), format, formats, None, endings)
            for ending, known in endings.items()
            if format in known
        }


@pytest.mark.parametrize(
    "output",
    [None, Path("x"), Path("x.txt"), Path("ttl"), Path("/dev/stdout"), Path("out.ttl.old")],
)
def test_what_says_nothing_leaves_the_usual_or_the_given(output: Path | None) -> None:
    assert format_of(output, None, MAPPED, "nq") == "nq"
    assert format_of(output, "ttl", MAPPED, "nq") == "ttl"


@pytest.mark.parametrize(
    ("output", "given", "formats", "fact"),
    [
        (
            "x.nq",
            "ttl",
            MAPPED,
            "the name x.nq says that it is nq",
        ),
        (
            "x.csv",
            None,
            MAPPED,
            "the name x.csv says that it is csv",
        ),
        (
            "x.csv",
            "table",
            ANSWERED,
            "the name x.csv says that it is csv",
        ),
        (
            "x.XLSX",
            None,
            ANSWERED,
            "the name x.XLSX says that it is xlsx",
        ),
        (
            "x.docx",
            None,
            tuple(EXPORTED),
            "the name x.docx says that it is docx",
        ),
    ],
)
def test_what_contradicts_its_name_is_refused(
    output: str, given: str | None, formats: tuple[str, ...], fact: str
) -> None:
    with pytest.raises(UsageError) as error:
        format_of(Path(output), given, formats, "nq")
    assert fact in str(error.value.fact)


@pytest.mark.parametrize(
    ("file", "begins"),
    [
        ("out.ttl", b"@prefix "),
        ("out.nt", b"<http"),
        ("out.rdf", b"<?xml"),
        ("out.json", b"{"),
        ("out.parquet", b"PAR1"),
        ("out", b"<http"),
    ],
)
def test_map_writes_what_the_name_says(
    small: Path, tmp_path: Path, file: str, begins: bytes
) -> None:
    assert (
        run(["map", str(small / "data/sources/example/mapping.ttl"), "-o", str(tmp_path / file)])
        == 0
    )
    assert (tmp_path / file).read_bytes().startswith(begins)


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("command", "file", "begins"),
    [
        (("query", "sources"), "a.csv", b"source,"),
        (("query", "sources"), "a.xml", b"<?xml"),
        (("query", "sources"), "a.txt", b"source "),
        (("query", "CONSTRUCT WHERE { ?s a hrd:Award }"), "a.ttl", b"@prefix"),
        (("export", "--anyway"), "a.nq", b"<http"),
        (("export", "--anyway"), "a.zip", b"PK"),
        (("export", "--anyway"), "a.gexf", b"<"),
    ],
)
def test_so_do_the_other_commands(
    built: Path, tmp_path: Path, command: tuple[str, ...], file: str, begins: bytes
) -> None:
    assert run([*command, "--project", str(built), "--output", str(tmp_path / file)]) == 0
    assert (tmp_path / file).read_bytes().startswith(begins)


_WRITERS: list[Callable[[Path], list[str]]] = [
    lambda project: ["map", str(mapping_of(project)), "--format", "nt", "--output"],
    lambda project: ["map", str(mapping_of(project)), "--on-error", "skip", "--rejected"],
    lambda project: ["query", "sources", "--format", "csv", "--project", str(project), "--output"],
    lambda project: ["export", "--format", "nt", "--project", str(project), "--output"],
    lambda project: ["graphs", "patch", str(project / "build"), "changes.rdfp", "--output"],
    lambda project: ["graphs", "diff", str(project / "build"), str(project / "build"), "--patch"],
    lambda project: ["names", "reconcile", "--project", str(project), "--output"],
]


@pytest.mark.parametrize("command", _WRITERS)
def test_nobody_writes_plain_text_into_a_name_of_a_packed_file(
    built: Path,
    tmp_path: Path,
    command: Callable[[Path], list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("x.nq.gz", "X.CSV.BZ2"):
        assert run([*command(built), str(tmp_path / name)]) == 2
        assert f"{name} is a name for a packed file" in capsys.readouterr().err
        assert not (tmp_path / name).exists()


@pytest.mark.parametrize("command", _WRITERS)
def test_nobody_writes_into_a_name_of_something_else(
    built: Path, tmp_path: Path, command: Callable[[Path], list[str]]
) -> None:
    for name in ("x.ttl", "x.gexf", "x.zip", "x.xlsx", "x.csv.gz"):
        assert run([*command(built), str(tmp_path / name)]) == 2
        assert not (tmp_path / name).exists()
