"""Builds give things IRIs without a source and write them down; a row that is lost is told, and
nobody who is not published gets one."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.small_projects import create_small_project

from hrdgraph.cli.app import run
from hrdgraph.errors import Origin, OutputError
from hrdgraph.identity.persistent_iris import FILE, read_persistent_iris
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.pipeline.result import Result
from hrdgraph.project import open_project
from hrdgraph.rdf import IRI
from hrdgraph.rdfio.columns import load_columns
from hrdgraph.vocab import DCTERMS

ID = "https://example.org/id/"
QUICK = BuildOptions(validate=False)
ADA, OLD = f"{ID}person/Ada_Example", f"{ID}person/example/Ada_Example"


@pytest.fixture
def named(small: Path) -> Path:
    """The small project: its persons and organisations have IRIs that last, as those of each new
    project."""
    return small


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That project, built. Never change it."""
    folder = tmp_path_factory.mktemp("persistent") / "small"
    create_small_project(folder, "Small")
    made(folder)
    return folder


@pytest.fixture
def again(once: Path, tmp_path: Path) -> Path:
    """A copy of the built project."""
    return shutil.copytree(once, tmp_path / "again")


def made(project: Path) -> Result:
    return build(open_project(project), QUICK)


def rows(project: Path) -> dict[str, str]:
    found = read_persistent_iris(project / "data" / "judgements.csv")
    return {row.iri: row.name for row in found}


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.mark.heavy
def test_a_build_writes_down_what_it_gave_and_the_next_one_is_the_same(named: Path) -> None:
    first = made(named)
    assert rows(named)[ADA] == OLD
    assert IRI(ADA) in first.graph.objects(IRI(OLD), DCTERMS.isReplacedBy)
    assert [note for note in first.notes if FILE in note]
    before = {path.name: path.read_bytes() for path in (named / "build").glob("*.*")}
    second = made(named)
    assert not [note for note in second.notes if FILE in note]
    assert {path.name: path.read_bytes() for path in (named / "build").glob("*.*")} == before


@pytest.mark.heavy
def test_a_read_only_checkout_builds_the_same_and_says_what_is_not_written(
    named: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: Path, _: object) -> None:
        raise OutputError("unwritable", reason="Permission denied", origin=Origin(str(path)))

    monkeypatch.setattr("hrdgraph.pipeline.public_graph.write_file", closed)
    first = made(named)
    assert not (named / "data" / FILE).exists()
    assert [note for note in first.notes if "Permission denied" in note]
    monkeypatch.undo()
    assert made(named).graph == first.graph


def test_a_row_that_is_lost_is_told_and_nothing_is_written_over_it(again: Path) -> None:
    file = again / "data" / FILE
    whole = file.read_text("utf-8")
    file.write_text(re.sub(rf"{ADA},.*\n", "", whole), "utf-8")
    found = made(again)
    assert found.failed
    (lost,) = [item for item in found.findings if item.rule == "persistent-iri-lost"]
    assert lost.focus == ADA
    assert ADA not in rows(again)
    # it is not forgotten by having been told
    assert (again / "build" / "private" / FILE).read_text("utf-8") == whole


def test_two_branches_that_gave_one_iri_are_told(again: Path) -> None:
    with (again / "data" / FILE).open("a", encoding="utf-8") as file:
        file.write(f"{ADA},{ID}person/other/Ada_Example,2026-01-01,\n")
    assert run(["build", str(again)]) == 1


@pytest.mark.sampled(1)
@pytest.mark.parametrize("how", ["restricted", "at-risk", "withdrawn"])
def test_who_is_not_published_is_given_none(how: str, named: Path) -> None:
    source = named / "data" / "sources" / "example"
    if how == "restricted":
        change(source / "source.toml", 'file = "people.csv"', 'file = "people.csv"\nhides = "row"')
        change(source / "people.csv", "source_url", "source_url,visibility")
        change(source / "people.csv", "award/2023", "award/2023,withheld")
        change(source / "people.csv", "award/2024", "award/2024,public")
        change(source / "conferrals.csv", "Ada_Example,", "Berta_Example,")
    elif how == "at-risk":
        change(source / "people.csv", "source_url", "source_url,risk")
        change(source / "people.csv", "award/2023", "award/2023,yes")
        change(source / "people.csv", "award/2024", "award/2024,no")
        change(
            source / "mapping.ttl",
            "rml:class foaf:Person ] ;",
            "rml:class foaf:Person ] ;\n"
            "  rml:predicateObjectMap [ rml:predicate hrd:atRisk ;"
            ' rml:objectMap [ rml:reference "risk" ] ] ;',
        )
    else:
        (named / "data" / "withdrawn.csv").write_text(
            f"iri,action,when,who,code,tombstone\n{OLD},withdraw,2026-01-01,me,safety,no\n", "utf-8"
        )
    made(named)
    assert f"{ID}person/Berta_Example" in rows(named)
    assert "Ada_Example" not in (named / "data" / FILE).read_text("utf-8")
    for path in (named / "build").rglob("*"):
        if path.is_file() and "private" not in path.parts:
            assert b"Ada_Example" not in path.read_bytes(), path


@pytest.mark.heavy
def test_who_is_withdrawn_by_the_iri_that_pages_show_is_gone_under_every_name(again: Path) -> None:
    told = ("--reason", "x", "--code", "safety", "--who", "me")
    assert run(["withdraw", "-p", str(again), ADA, *told]) == 0
    found = made(again)
    assert not found.failed
    assert b"Ada" not in b"".join(
        path.read_bytes() for path in (again / "build").glob("*.*") if path.is_file()
    )
    assert run(["withdraw", "-p", str(again), "--check", str(again / "build")]) == 0
    # somebody else of that name is not given the IRI of who was withdrawn
    source = again / "data" / "sources" / "example"
    other = source.with_name("other")
    source.rename(other)
    change(other / "mapping.ttl", "person/example/", "person/other/")
    (again / "data" / FILE).write_text("iri,name,since,formerly\n", "utf-8")
    (again / "build" / "private" / FILE).unlink()
    made(again)
    assert rows(again).get(ADA) is None


@pytest.mark.heavy
def test_a_restricted_copy_has_the_same_iris_and_writes_none(
    again: Path, accountable: Callable[[], BuildOptions]
) -> None:
    text = (again / "data" / FILE).read_bytes()
    copy = build(open_project(again), accountable())
    assert set(load_columns(again / "build" / "columns").terms) <= set(copy.graph.terms)
    assert (again / "data" / FILE).read_bytes() == text


@pytest.fixture
def accountable() -> Callable[[], BuildOptions]:
    from datetime import date

    from hrdgraph.pipeline.result import Accountability

    return lambda: BuildOptions(
        validate=False, answer=Accountability("me", "a test", date(2026, 1, 1))
    )


def test_judging_and_explaining_take_old_and_new_names(
    again: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    added = ["names", "judge", "person/Ada_Example", "same", "wd:Q42", "--why", "x"]
    assert run([*added, "--who", "me", "-p", str(again)]) == 0
    assert made(again).graph.objects(
        IRI(ADA), IRI("http://www.w3.org/2004/02/skos/core#exactMatch")
    )
    for name in ("person/Ada_Example", "person/example/Ada_Example"):
        capsys.readouterr()
        assert run(["explain", name, "-p", str(again), "--json"]) == 0
        assert "people.csv" in capsys.readouterr().out


def test_only_a_whole_build_writes(whole: Path) -> None:
    build(open_project(whole), BuildOptions(validate=False, only=("example",)))
    assert not (whole / "data" / FILE).exists()


def test_a_wrong_setting_is_told(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(small / "hrdgraph.toml", '"person", "organisation"', '"person/"')
    assert run(["build", str(small)]) == 1
    assert "persistent_iris" in capsys.readouterr().err


def test_an_old_project_that_says_nothing_has_them_too(again: Path) -> None:
    setting = 'persistent_iris = ["person", "organisation"]'
    change(again / "hrdgraph.toml", setting, "")
    assert open_project(again).persistent_iris == ("person", "organisation")
    (again / "hrdgraph.toml").write_text(
        (again / "hrdgraph.toml").read_text("utf-8") + "persistent_iris = []\n", "utf-8"
    )
    assert open_project(again).persistent_iris == ()


@pytest.mark.parametrize("how", ["conflict", "header", "quote", "bytes"])
def test_a_file_that_a_merge_or_a_hand_has_spoilt_is_told_and_left_as_it_is(
    how: str, again: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = again / "data" / FILE
    head, *body = file.read_bytes().splitlines(keepends=True)
    spoilt = {
        "conflict": [head, b"<<<<<<< HEAD\n", *body, b"=======\n", body[0], b">>>>>>> other\n"],
        "header": body,
        "quote": [head, *body, b'"x\n'],
        "bytes": [head, *body, b"\xff\n"],
    }[how]
    file.write_bytes(b"".join(spoilt))
    before = (again / "build" / "graph.nq").read_bytes()
    assert run(["build", str(again)]) == 1
    assert FILE in capsys.readouterr().err
    assert file.read_bytes() == b"".join(spoilt)
    assert (again / "build" / "graph.nq").read_bytes() == before


@pytest.mark.heavy
def test_iris_that_were_exchanged_are_told_by_each_build_until_they_are_put_back(
    again: Path,
) -> None:
    file = again / "data" / FILE
    whole = file.read_text("utf-8")
    lines = whole.replace("person/Ada_", "x").replace("person/Berta_", "person/Ada_")
    file.write_text(lines.replace("/xE", "/person/Berta_E"), "utf-8")
    for _ in range(2):
        lost = [one for one in made(again).findings if one.rule == "persistent-iri-lost"]
        assert len(lost) == 2
    file.write_text(whole, "utf-8")
    assert not [one for one in made(again).findings if one.rule == "persistent-iri-lost"]


def test_an_iri_of_somewhere_else_is_a_violation(again: Path) -> None:
    change(again / "data" / FILE, f"{ADA},", "http://xmlns.com/foaf/0.1/Person,")
    found = made(again)
    assert found.failed
    assert "persistent-iri-elsewhere" in {one.rule for one in found.findings}


def test_a_row_before_another_source_and_their_order_change_no_iri(again: Path) -> None:
    before = rows(again)
    source = again / "data" / "sources" / "example"
    header, *people = (source / "people.csv").read_text("utf-8").splitlines()
    more = "Aaron_Example,Aaron Example,https://example.org/award/2023"
    (source / "people.csv").write_text("\n".join([header, more, *reversed(people)]), "utf-8")
    first = source.with_name("aaa")  # read before all others
    shutil.copytree(source, first)
    change(first / "mapping.ttl", "person/example/", "person/aaa/")
    change(first / "mapping.ttl", "organisation/example/", "organisation/aaa/")
    change(first / "mapping.ttl", "conferral/example/", "conferral/aaa/")
    change(first / "source.toml", 'references = "', 'references = "aaa/')
    made(again)
    after = rows(again)
    assert before.items() <= after.items()
    assert after[f"{ID}person/Ada_Example-2"] == f"{ID}person/aaa/Ada_Example"


def test_the_shipped_file_has_a_row_for_each_thing(built: Path) -> None:
    """Whoever adds a person to the data adds the row that the build writes."""
    shipped = {row.iri for row in read_persistent_iris(Path("data/judgements.csv"))}
    assert {row.iri for row in read_persistent_iris(built / "data" / "judgements.csv")} == shipped
    inputs = json.loads((built / "build" / "private" / "manifest.json").read_bytes())["inputs"]
    assert f"data/{FILE}" in inputs
