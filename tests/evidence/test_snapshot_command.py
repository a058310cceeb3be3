"""`hrdgraph pages snapshot` and `cite` as a person uses them, from a page to a corrected table; and words that leak nowhere, byte by byte."""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hrdgraph.cli.app import run
from hrdgraph.errors import ProjectError
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project
from hrdgraph.rdfio.columns import load_columns
from hrdgraph.store.oxigraph import OxigraphStore

QUICK = BuildOptions(only=("profile",), validate=False)
ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```\w* ?([^\n]*)\n(.*?)^```$", re.S | re.M)
CANARY = "Zanzibar-quokka-7431"
PAGE = f"<html><body><p>Home</p><p>Ada Example has chaired the “{CANARY} Foundation” since March 2021.</p><p>Chair since March 2021.</p></body></html>"
ADDRESS = "https://example.org/people/ada"
ROWS = [
    f'1,chair,chair,Example Foundation,2021-03,"has chaired the ""{CANARY} Foundation""",,,,',
    "2,chair,Chair,Example Foundation,2021-03,since March 2021,Chair,,,",
    "3,chair,chair,Example Council,,,,,,",
]


@pytest.fixture
def project(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project with the source of docs/how-to/evidence.md, whose rows cite a page with a canary in it."""
    for title, text in FENCE.findall((ROOT / "docs/how-to/evidence.md").read_text("utf-8")):
        if title.startswith("data/"):
            (small / title).parent.mkdir(parents=True, exist_ok=True)
            (small / title).write_text(text, encoding="utf-8")
    table = small / "data/sources/profile/roles.csv"
    table.write_text(
        "\n".join([table.read_text("utf-8").splitlines()[0], *ROWS]) + "\n", encoding="utf-8"
    )
    (small / "page.html").write_text(PAGE, encoding="utf-8")
    monkeypatch.chdir(small)
    return small


def taken(
    capfdbinary: pytest.CaptureFixture[bytes], *options: str, code: int = 0
) -> dict[str, object]:
    capfdbinary.readouterr()
    assert run(["pages", "snapshot", *options, "--source", "profile", "--json"]) == code
    found: dict[str, object] = json.loads(capfdbinary.readouterr().out)
    return found


def contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below a folder, and what is packed in those that are packed."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        yield path, data
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                yield from ((path / name, packed.read(name)) for name in packed.namelist())


def leaks(folder: Path) -> list[str]:
    forms = [CANARY.encode(), CANARY.encode("utf-16-le"), b"quokka"]
    return [
        path.as_posix() for path, data in contents(folder) if any(form in data for form in forms)
    ]


@pytest.mark.sampled(1)
@pytest.mark.parametrize("at_hand", [True, False])
def test_no_word_leaks_from_a_build(
    project: Path, at_hand: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    if at_hand:
        assert run(["pages", "snapshot", "page.html", "--source", "profile"]) == 0
    capfd.readouterr()
    assert run(["build", "--only", "profile", "--no-validate"]) == 0
    said = "".join(capfd.readouterr())
    assert f"{2 * at_hand} passages verified, {2 * (not at_hand)} without" in said
    assert leaks(project / "build") == []
    assert (
        not load_columns(project / "build/columns").terms.str.contains("quokka").any()
    )  # which are packed in the file
    with OxigraphStore.open(project / "build/store") as store:
        assert not store.query(
            'ASK { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?s), "quokka") || CONTAINS(STR(?o), "quokka")) }'
        )
    assert "quokka" not in said
    assert "quokka" in "".join(
        data.decode("utf-8", "replace") for _, data in contents(project / "data")
    )  # the search can find it


def test_no_word_leaks_with_findings(project: Path) -> None:
    """Findings show rows of tables, and in the private workbook whole tables."""
    table = project / "data/sources/profile/roles.csv"
    table.write_text(table.read_text("utf-8").replace("1,chair,", "1,chairr,"), encoding="utf-8")
    result = build(open_project(project), BuildOptions(only=("profile",)))
    assert result.findings
    assert [path for path in leaks(project / "build") if "/private/" not in path] == []


def test_a_broken_citation_tells_no_word(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "page.html").write_text(PAGE.replace("has chaired", "chaired"), encoding="utf-8")
    assert run(["pages", "snapshot", "page.html", "--source", "profile"]) == 0
    capfd.readouterr()
    assert run(["build", "--only", "profile", "--no-validate"]) == 1
    said = capfd.readouterr().err
    assert "data/sources/profile/roles.csv, row 2: the words are not in the page" in said
    assert "quokka" not in said
    assert not (project / "build").exists()


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("source", "whole", "found"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_words_are_published_if_source_and_project_say_so(
    project: Path, source: bool, whole: bool, found: bool
) -> None:
    for is_set, path in (
        (source, project / "data/sources/profile/source.toml"),
        (whole, project / "hrdgraph.toml"),
    ):
        if is_set:
            path.write_text("publish_words = true\n" + path.read_text("utf-8"), encoding="utf-8")
    assert run(["pages", "snapshot", "page.html", "--source", "profile"]) == 0
    build(open_project(project), QUICK)
    assert (b"quokka" in (project / "build/graph.nq").read_bytes()) == found


@pytest.mark.usefixtures("project")
def test_a_page_taken_from_standard_input_is_the_same(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = taken(capfdbinary, "page.html")["snapshots"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAGE.encode())))
    second = taken(capfdbinary, "-")["snapshots"]
    assert first[0]["sha256"] == second[0]["sha256"]  # type: ignore[index]
    assert [first[0]["is_new"], second[0]["is_new"]] == [True, False]  # type: ignore[index]


def test_a_folder_is_taken_file_by_file(
    project: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder = project / "pages"
    (folder / "deep").mkdir(parents=True)
    for name in ("a.html", "deep/b.txt", ".hidden", "~$open.docx"):
        (folder / name).write_text(
            "<link rel=canonical href=https://example.org/a><p>words"
            if name == "a.html"
            else "words",
            encoding="utf-8",
        )
    found = taken(capfdbinary, "pages")["snapshots"]
    assert [(Path(item["file"]).name, item["address"]) for item in found] == [
        ("a.html", "https://example.org/a"),
        ("b.txt", ""),
    ]  # type: ignore[attr-defined]
    assert run(["pages", "snapshot", "pages", "--source", "profile", "--address", ADDRESS]) == 2


def test_of_a_folder_all_pages_are_taken_or_none(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "pages").mkdir()
    for name, data in (("a.txt", b"words"), ("b.txt", b"\xff"), ("c.pdf", b"<html>")):
        (project / "pages" / name).write_bytes(data)
    assert run(["pages", "snapshot", "pages", "--source", "profile"]) == 1
    said = capfd.readouterr().err
    assert "b.txt, line 1: not valid" in said
    assert "c.pdf: it is called .pdf" in said
    assert not (project / "data/snapshots").exists()


def test_a_changed_page_moves_the_positions_of_its_rows(
    project: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    old = taken(capfdbinary, "page.html")["snapshots"][0]  # type: ignore[index]
    words = f"Ada Example has chaired the “{CANARY} Foundation”"
    assert run(["pages", "cite", f"data/snapshots/{old['sha256']}.txt", words, "--json"]) == 0
    cited = json.loads(capfdbinary.readouterr().out)
    table = project / "data/sources/profile/roles.csv"
    start, end, digest = cited["evidence_start"], cited["evidence_end"], cited["evidence_sha256"]
    header = table.read_text("utf-8").splitlines()[0]
    table.write_bytes(
        f'\ufeff{header}\r\n1,chair,"cha""ir",Example Foundation,2021-03,,,"{start}",{end},{digest}\r\n'.encode()
    )
    before = table.read_bytes()
    (project / "page.html").write_text(PAGE.replace("Home", "Home and more"), encoding="utf-8")
    found = taken(capfdbinary, "page.html")["snapshots"][0]  # type: ignore[index]
    assert found["replaces"] == old["sha256"]
    [move] = found["evidence"]["moved"]
    assert (move["old"], move["new"], move["rows"]) == (
        [start, end],
        [start + 9, end + 9],
        [{"file": "data/sources/profile/roles.csv", "row": 2}],
    )
    assert table.read_bytes() == before
    assert taken(capfdbinary, "page.html", "--write")["snapshots"][0]["evidence"]["written"] == [
        "data/sources/profile/roles.csv"
    ]  # type: ignore[index]
    assert table.read_bytes() == before.replace(
        f'"{start}",{end},'.encode(), f"{start + 9},{end + 9},".encode()
    )
    assert build(open_project(project), QUICK).evidence.verified == 1
    again = taken(capfdbinary, "page.html", "--write")["snapshots"][0]["evidence"]  # type: ignore[index]
    assert (again["unchanged"], again["moved"], again["lost"], again["by_hand"]) == (1, [], [], [])


@pytest.mark.heavy
def test_a_digest_in_source_toml_names_one_version(
    project: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    old = taken(capfdbinary, "page.html")["snapshots"][0]["sha256"]  # type: ignore[index]
    description = project / "data/sources/profile/source.toml"
    text = description.read_text("utf-8")
    description.write_text(
        text.replace(f'address = "{ADDRESS}"', f'address = "{ADDRESS}"\nsha256 = "{old}"'),
        encoding="utf-8",
    )
    (project / "page.html").write_text(PAGE.replace("Home", "Home and more"), encoding="utf-8")
    new = taken(capfdbinary, "page.html")["snapshots"][0]["sha256"]  # type: ignore[index]
    build(open_project(project), QUICK)
    assert str(old) in (project / "build/graph.nq").read_text("utf-8")
    assert taken(capfdbinary, "page.html", "--write")["snapshots"][0]["evidence"]["written"] == [
        "data/sources/profile/source.toml"
    ]  # type: ignore[index]
    build(open_project(project), QUICK)
    graph = (project / "build/graph.nq").read_text("utf-8")
    assert str(new) in graph
    assert str(old) not in graph


def test_two_digests_of_one_document_are_an_error(project: Path) -> None:
    description = project / "data/sources/profile/source.toml"
    text = description.read_text("utf-8")
    description.write_text(
        text.replace(f'address = "{ADDRESS}"', f'address = "{ADDRESS}"\nsha256 = "{"0" * 64}"'),
        encoding="utf-8",
    )
    mapping = project / "data/sources/profile/mapping.ttl"
    said = '[ rml:predicate dcterms:language ; rml:object "en" ]'
    mapping.write_text(
        mapping.read_text("utf-8").replace(
            said, f'{said} , [ rml:predicate hrd:sha256 ; rml:object "{"1" * 64}" ]'
        ),
        encoding="utf-8",
    )
    with pytest.raises(ProjectError, match="another sha256"):
        build(open_project(project), QUICK)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nothing.html", "--source", "profile"], 1, "nothing.html: cannot be read"),
        (["page.html", "--source", "profil"], 1, "'profil' is not known here"),
        (["page.html"], 2, "--source is missing"),
        (
            ["page.html", "--source", "profile", "--retrieved", "yesterday"],
            2,
            "--retrieved takes a day",
        ),
        (
            ["page.html", "--source", "profile", "--retrieved", "2931-02-01"],
            2,
            "2931-02-01 is in the future",
        ),
        (
            ["page.html", "--source", "profile", "--address", "pas une adresse"],
            2,
            "'pas une adresse' is not a web address",
        ),
        (
            ["page.html", "--source", "profile", "--replaces", "0" * 64],
            1,
            "is not known here",
        ),
        (["page.html", "--source", "profile", "--encoding", "rot13"], 1, "is not known here"),
    ],
)
@pytest.mark.usefixtures("project")
def test_what_goes_wrong_is_said(
    arguments: list[str], code: int, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["pages", "snapshot", *arguments]) == code
    assert said in capfd.readouterr().err


def test_a_project_without_a_folder_for_snapshots_says_so(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = project / "hrdgraph.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('snapshots = ["data/snapshots"]', ""), encoding="utf-8"
    )
    assert run(["pages", "snapshot", "page.html", "--source", "profile"]) == 1
    assert "snapshots is missing" in capfd.readouterr().err


@pytest.mark.usefixtures("project")
def test_cite_shows_places_to_a_person_and_not_to_a_log(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["pages", "cite", "page.html", "since March 2021"]) == 1
    assert "are in 2 places" in (said := capfd.readouterr().err)
    assert "quokka" not in said
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert run(["pages", "cite", "page.html", "since March 2021"]) == 1
    assert "[since March 2021]" in capfd.readouterr().err
    assert run(["pages", "cite", "page.html", "since March 2021", "--before", "Chair"]) == 0
    assert "in the original: character" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("name", "page"), [("latin.html", "<p>Présidente élue</p>"), ("latin.txt", "Présidente élue")]
)
def test_cite_takes_the_encoding_that_its_hint_names(
    name: str, page: str, project: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (project / name).write_bytes(page.encode("windows-1252"))
    assert run(["pages", "cite", name, "élue"]) == 1
    assert b"--encoding windows-1252" in capfdbinary.readouterr().err
    assert run(["pages", "cite", name, "élue", "--encoding", "windows-1252", "--json"]) == 0
    cited = json.loads(capfdbinary.readouterr().out)
    assert (
        cited["document_sha256"]
        == taken(capfdbinary, name, "--encoding", "windows-1252")["snapshots"][0]["sha256"]
    )  # type: ignore[index]
