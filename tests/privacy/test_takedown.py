"""A take-down always works: whatever is damaged, in whatever spelling, under whatever file name somebody comes back."""

from __future__ import annotations

import csv
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from tests.privacy.laureates import BASE, MOTIVATIONS, SOURCE, create_laureates, write_laureates
from tests.privacy.test_withdrawal_holds import Visitor

import hrdgraph
from hrdgraph.cli.app import run
from hrdgraph.errors import HrdgraphError, ProjectError
from hrdgraph.identity.ledger import Judgement, Ledger, Verdict
from hrdgraph.library.calls import UsageError
from hrdgraph.library.withdrawal import decide
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.pipeline.withdrawal_audit import Needle, map_everything, needles_in, read_plain
from hrdgraph.privacy.readable_build import (
    KEY,
    ReadableBuild,
    RemoteBuild,
    check_readable,
    list_older_outputs,
    list_output_parts,
    list_outputs,
    read_recorded,
    remember_output,
)
from hrdgraph.privacy.withdrawals import (
    KIND,
    NAME,
    RETURN,
    Withdrawal,
    Withdrawals,
    WithdrawnTrait,
    add_traits,
    append,
    list_gone_keys,
    make_stand_in,
    names_down,
    read_list_mark,
    read_withdrawals,
    withdrawals_of,
)
from hrdgraph.privacy.withdrawn_names import (
    NameSearch,
    collect_traits,
    find_bearers,
    find_mentions,
    find_returns,
    is_telling,
    make_tombstones,
    mark_in_words,
    normalise,
    part_words,
    return_fields,
)
from hrdgraph.project import open_project
from hrdgraph.project.model import SITE_MARK, read_manifest
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.rdf.marks import Columns, find
from hrdgraph.rdfio.columns import load_columns
from hrdgraph.store.remote_session import PushRecord
from hrdgraph.vocab import FOAF, HRD, ORG, RDF, SKOS, XSD
from hrdgraph.web.app import ServedBuild, redact_build
from hrdgraph.web.middleware import Decision, _decide, _is_of

JOSE: Final = f"{BASE}person/José_Lima"
OWN: Final = f"{BASE}person/{SOURCE}/José_Lima"  # what the source calls him
QUICK: Final = BuildOptions(validate=False)
DECOMPOSED: Final = "Jose\u0301 Lima"


@pytest.fixture(scope="module")
def laureates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, built. Never change it."""
    folder = tmp_path_factory.mktemp("takedown") / "laureates"
    create_laureates(folder)
    build(open_project(folder), QUICK)
    return folder


@pytest.fixture
def project(laureates: Path, tmp_path: Path) -> Path:
    """A copy of it, to spoil."""
    return shutil.copytree(laureates, tmp_path / "laureates")


@pytest.fixture(scope="module")
def without_them(laureates: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which all but two are withdrawn, built again. Never change it."""
    folder = shutil.copytree(laureates, tmp_path_factory.mktemp("without") / "laureates")
    for name in GONE:
        decide(name, "asked for", "safety", "Irène", project=folder)
    build(open_project(folder), QUICK)
    return folder


GONE: Final = [name for name in MOTIVATIONS if name not in ("Li Wei", "Batmunkh Luvsandash")]


def statements(project: Path) -> str:
    return (project / "build" / "graph.nq").read_text("utf-8")


# ----- written first -----


def spoil_cell(project: Path) -> None:
    table = project / "data" / "sources" / SOURCE / "winners.csv"
    table.write_bytes(table.read_bytes() + b"Prix,20x24,\xff\xfe,ZZ,,\n")


def spoil_description(project: Path) -> None:
    (project / "data" / "sources" / SOURCE / "source.toml").write_text("title = [", "utf-8")


def spoil_mapping(project: Path) -> None:
    (project / "data" / "sources" / SOURCE / "mapping.ttl").write_text("no Turtle", "utf-8")


def lose_ontology(project: Path) -> None:
    (project / "local").mkdir()
    (project / "local" / "terms.ttl").write_text("no Turtle", "utf-8")


def lose_sources(project: Path) -> None:
    shutil.rmtree(project / "data" / "sources")


def spoil_build(project: Path) -> None:
    shutil.rmtree(project / "build" / "columns")


def spoil_judgements(project: Path) -> None:
    (project / "data" / "judgements.csv").write_text("left,right\nx\n", "utf-8")


HARMS: Final = [
    spoil_cell,
    spoil_description,
    spoil_mapping,
    lose_ontology,
    lose_sources,
    spoil_build,
    spoil_judgements,
]


@pytest.mark.sampled
@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
@pytest.mark.parametrize("thing", ["person/José_Lima", "jose lima"])
def test_nothing_that_is_damaged_keeps_anybody_up(
    harm: Callable[[Path], None], thing: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    visitor = Visitor(project)
    assert visitor.get("/en/id/person/José_Lima").status_code == 200
    harm(project)
    assert run(["withdraw", thing, "--reason", "she asked", "-p", str(project)]) == 0
    is_unknown = harm is spoil_build and "/" not in thing
    said = "Nobody in the last build is called" if is_unknown else "withdrawn from now on"
    assert said in capsys.readouterr().out
    rows = read_withdrawals(project / "data" / "withdrawn.csv").rows
    assert [row.action for row in rows] == ["withdraw"] * len(rows)
    if harm is not spoil_build or "/" in thing:
        assert rows[0].iri == JOSE
    status = visitor.get("/en/id/person/José_Lima").status_code
    # without the list of judgements, or without knowing that he was public, all is shut
    assert status == (503 if harm in (spoil_build, spoil_judgements) else 410)
    assert visitor.get("/en/id/person/Li_Wei").status_code == 503


@pytest.mark.sampled(1)
@pytest.mark.parametrize("harm", [spoil_description, None, spoil_cell, spoil_mapping])
def test_nothing_that_is_damaged_stops_the_check(
    harm: Callable[[Path], None] | None, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decide("jose lima", "asked for", "safety", "Irène", project=project)
    table = project / "data" / "sources" / SOURCE / "winners.csv"
    text = table.read_text("utf-8")
    table.write_text(text + "Prix Rafto,1978-14-99,Ndèye Sarr,Northern Ireland,,\n", "utf-8")
    if harm:
        harm(project)
    capsys.readouterr()
    assert run(["withdraw", "--check", "-p", str(project)]) == 3
    out = capsys.readouterr().out
    assert ("cannot be read now" in out) == bool(harm)  # an unreadable cell costs the cell
    assert f"left:  {project}/build/graph.nq: a name: José Lima" in out
    assert f"{project}/build was made before the last withdrawal" in out


DAMAGE: Final = {"source.toml": b"title = [", "winners.csv": b"\xff\xfe", "gone": b""}


@pytest.mark.sampled(1)
@pytest.mark.parametrize("file", DAMAGE)
def test_a_damaged_source_is_left_out_of_a_build(file: str, project: Path) -> None:
    """So that after a withdrawal there is a new build, and IRIs stay as they are."""
    write_laureates(project, "second", {"Rosa Parra": "for another thing"}, 1987)
    first = project / "data" / "sources" / SOURCE / "source.toml"
    said = first.read_text("utf-8").replace('publisher = "Rafto"', 'publisher = "second"')
    first.write_text(said, "utf-8")  # a publisher is no source that is needed
    build(open_project(project), QUICK)
    before = (project / "data" / "persistent_iris.csv").read_bytes()
    decide(JOSE, "asked for", project=project)
    folder = project / "data" / "sources" / "second"
    if file == "gone":
        (folder / "winners.csv").unlink()
    else:
        (folder / file).write_bytes(DAMAGE[file])
    assert run(["build", str(project), "--only", SOURCE, "--no-validate"]) == 3  # no countries
    assert JOSE not in statements(project)
    assert "Li_Wei" in statements(project)
    assert "Rosa_Parra" not in statements(project)
    assert (project / "data" / "persistent_iris.csv").read_bytes() == before
    ReadableBuild(open_project(project, only=[SOURCE])).check()


def test_a_damaged_list_is_added_to_and_keeps_all_shut(project: Path) -> None:
    listed = project / "data" / "withdrawn.csv"
    listed.write_text("iri;action;when\n", encoding="utf-8")
    with pytest.raises(HrdgraphError):
        decide(JOSE, "asked for", project=project)
    assert JOSE in listed.read_text("utf-8")
    assert Visitor(project).get("/").status_code == 503


def test_of_a_name_everybody_who_bears_it_is_down(project: Path) -> None:
    decided = decide("LIMA  JOSÉ".title().split()[1] + " lima", "asked for", project=project)
    assert set(decided.names) == {JOSE, OWN}
    down = names_down(open_project(project))
    assert down == {JOSE, OWN}
    assert list_gone_keys(open_project(project)) == {
        "person/José_Lima",
        f"person/{SOURCE}/José_Lima",
    }


@pytest.mark.sampled(1)
@pytest.mark.parametrize("part", ["Ñusta Wari Quispe", "Wari Quispe", "Quispe, Ñ.-W."])
def test_a_name_that_nobody_bears_closes_whoever_comes_with_it(
    part: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["withdraw", "Ñusta Wari", "--reason", "x", "-p", str(project)]) == 3
    told = capsys.readouterr().out
    assert "Nobody in the last build is called" in told
    assert "Ñusta Wari" in told
    assert "urn:" not in told
    decide("ÑUSTA  wari", "a slip", undo=True, project=project)
    decided = decide(part, "asked for", project=project)
    assert (decided.is_mentioned, decided.is_of_nobody) == (False, True)
    assert "Quispe" not in (project / "data" / "withdrawn.csv").read_text("utf-8")
    write_laureates(project, "later", {"Quispe, Nusta Wari": "for her work"})
    [found] = map_everything(open_project(project)).policy.returns
    assert (found.name, found.withdrawn) == ("Quispe, Nusta Wari", decided.names[0])
    assert map_everything(open_project(project)).idle == ()
    decide(found.iri, "it is her", project=project)
    assert map_everything(open_project(project)).policy.returns == ()
    assert decide(part.lower(), "an error", undo=True, project=project).names


# ----- namesakes, merged records, undoing -----


@pytest.mark.sampled(1)
@pytest.mark.parametrize("typed", ["jose lima", "Lima Jose", "person/José_Lima", "José Lima Prado"])
def test_twins_are_closed_until_somebody_answers(
    typed: str, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In another source, in a second record, short, inverted: public before, and all closed."""
    for source, name in (("second", "LIMA, José"), ("third", "José Lima Prado")):
        write_laureates(project, source, {name: "for another thing"}, 1987)
    build(open_project(project), QUICK)
    twins = {f"{BASE}person/LIMA%2C_José", f"{BASE}person/José_Lima_Prado"}
    assert all(f"<{iri}>" in statements(project) for iri in {*twins, JOSE})
    assert run(["withdraw", typed, "--reason", "asked for", "-p", str(project)]) == 0
    down = names_down(open_project(project))
    told = capsys.readouterr().out
    assert all(iri in told for iri in twins)
    assert "urn:" not in told
    # a server shows none of them, or nothing at all, as long as there is no build
    redacted = redact_build(open_project(project), served(project), tmp_path, down)
    if redacted is not None:
        graph = load_columns(redacted.folder / "columns")
        assert [iri for iri in {*twins, JOSE} if graph.position(IRI(iri)) is not None] == []
    build(open_project(project), QUICK)
    assert [iri for iri in {*twins, JOSE} if f"<{iri}>" in statements(project)] == []
    found = map_everything(open_project(project)).policy.returns
    for each in found:
        decide(each.iri, "somebody else", undo=True, project=project)
    assert map_everything(open_project(project)).policy.returns == ()
    if typed.startswith("person/"):
        build(open_project(project), QUICK)
        assert [iri for iri in twins if f"<{iri}>" not in statements(project)] == []
        assert f"<{JOSE}>" not in statements(project)


def test_whom_only_a_build_can_find_by_the_name_closes_all_until_there_is_one(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    visitor, before, opened = Visitor(project), served(project), open_project(project)
    assert visitor.get("/en/id/person/José_Lima").status_code == 200
    spoil_description(project)
    run(["withdraw", "Sr. José de Lima", "--reason", "she asked", "-p", str(project)])
    assert "tables cannot be read now" in capsys.readouterr().out
    assert redact_build(opened, before, tmp_path, names_down(opened)) is None
    assert visitor.get("/en/id/person/José_Lima").status_code == 503
    (project / "data" / "private" / "withdrawn-names.csv").unlink()  # as in a fresh clone
    with pytest.raises(HrdgraphError, match="withdrawn by name"):
        withdrawals_of(opened)


def test_it_is_told_who_bears_the_name(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_laureates(project, "second", {DECOMPOSED: "for another thing"}, 1987)
    other = f"{BASE}person/second/José_Lima"
    (project / "build" / "manifest.json").unlink()
    decided = decide(OWN, "asked for", project=project)
    assert set(decided.names) == {OWN, JOSE}  # what is one with it goes too
    assert [each.iri for each in decided.namesakes] == [other]
    run(["withdraw", OWN, "--reason", "again", "-p", str(project)])
    out = capsys.readouterr().out
    assert "may be the same person" in out
    assert other in out
    write_laureates(project, "third", {"Lima, José": "for a third"}, 1990)
    found = map_everything(open_project(project)).policy.returns
    assert [each.iri for each in found] == [other, f"{BASE}person/third/Lima%2C_José"]


def test_undoing_needs_a_reason_that_is_kept(project: Path) -> None:
    decide(JOSE, "asked for", project=project)
    with pytest.raises(UsageError):
        decide(JOSE, "  ", undo=True, project=project)
    assert names_down(open_project(project))
    assert decide(JOSE, "he asked to be back", undo=True, project=project).names == [JOSE, OWN]
    assert names_down(open_project(project)) == frozenset()
    reasons = (project / "data" / "private" / "withdrawn-reasons.csv").read_text("utf-8")
    assert [row["reason"] for row in csv.DictReader(reasons.splitlines())] == [
        "asked for",
        "he asked to be back",
    ]
    with pytest.raises(HrdgraphError):
        decide(JOSE, "again", undo=True, project=project)


# ----- a likely return -----


def test_who_comes_back_under_another_file_name_stays_closed_until_somebody_answers(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(JOSE, "asked for", project=project)
    shutil.rmtree(project / "data" / "sources" / SOURCE)
    names = {"LIMA, Jose": "for the rivers", "Li Wei": "with Jose Lima", "Rosa Lima": "in Lima"}
    write_laureates(project, "copy-of-winners", names, countries=("",) * 3)
    assert run(["build", str(project), "--no-validate"]) == 0
    assert "may be one that was withdrawn" in capsys.readouterr().err
    graph = statements(project)
    assert "LIMA" not in graph
    assert "Rosa Lima" in graph
    assert "with Jose Lima" not in graph
    public = json.loads((project / "build" / "findings.json").read_text("utf-8"))
    assert RETURN not in json.dumps(public)
    private = (project / "build" / "private" / "findings.json").read_text("utf-8")
    assert RETURN in private
    assert run(["withdraw", "--check", "-p", str(project)]) == 0
    out = capsys.readouterr().out
    assert "LIMA, Jose" in out
    assert "Prix José Lima" in out or "laureates-2024" in out  # what helps to tell them apart
    [found] = map_everything(open_project(project)).policy.returns
    answer = ["withdraw", "--undo", found.iri, "--reason", "another town"]
    assert run([*answer, "--who", "Irène", "-p", str(project)]) == 0
    assert map_everything(open_project(project)).policy.returns == ()
    assert JOSE in (project / "data" / "judgements.csv").read_text("utf-8")


def test_an_import_asks_about_a_return(project: Path, tmp_path: Path) -> None:
    decide(JOSE, "asked for", project=project)
    table = tmp_path / "winners 2025.csv"
    table.write_text("Award,Year,Recipient\nPrix Rafto,2025,Lima Jose\n", encoding="utf-8")
    [question] = hrdgraph.import_tables(table, project=project).returns
    assert "Lima Jose" in question
    assert "withdraw --undo" in question


def test_neither_an_import_nor_a_take_down_stops_at_a_cell(project: Path, tmp_path: Path) -> None:
    """Who comes back in a table with a cell that cannot be read is asked about all the same, and
    namesakes in it are told."""
    decide(JOSE, "asked for", project=project)
    table = tmp_path / "lauréats 2025.csv"
    rows = "Prix Rafto,2025,Lima Jose\nPrix Rafto,le 45 mai,王全璋\nPrix Rafto,2025,Huệ Đặng Thị\n"
    table.write_text(f"Award,Year,Recipient\n{rows}", encoding="utf-8")
    [question] = hrdgraph.import_tables(table, project=project, publish=True).returns
    assert "Lima Jose" in question
    assert decide("Huệ Đặng Thị", "asked for", project=project).is_mentioned


def person(iri: str, *names: str, kind: IRI = FOAF.Person) -> list[Quad]:
    thing = IRI(iri)
    return [
        Quad(thing, RDF.type, kind, IRI("g:one")),
        *(Quad(thing, SKOS.prefLabel, Literal(name), IRI("g:one")) for name in names),
    ]


def withdrawn(*names: str, iri: str = "x:gone") -> Withdrawals:
    from datetime import date

    rows = (Withdrawal(iri, "withdraw", date(2026, 1, 1), "me", "safety", tombstone=True),)
    return Withdrawals(rows, tuple(WithdrawnTrait(iri, NAME, name) for name in names))


@pytest.mark.parametrize(
    ("gone", "back"),
    [
        ("José Lima", "Lima José"),
        ("José Lima", DECOMPOSED.upper()),
        ("José Lima", "Sr. Jose Lima"),
        ("Мария Иванова", "Maria Ivanova"),
        ("Liu Xiaobo", "刘晓波"),
        ("عبد الهادي الخواجة", "Abdulhadi Al-Khawaja"),
        ("María Fernanda Ruiz Ortega", "Maria Ruiz Ortega"),
        ("Nyan", "NYAN"),
        ("Lima J.", "José Carlos Lima"),  # by initials, with a title, or with look-alike letters
        ("José Carlos Lima", "J. C. Lima"),
        ("José Lima", "Senator the Hon José Lima"),
        ("Gilles Moreau", "Gillеs МОRЕАU"),
        ("Куц Василий", "Kyц Bacилий"),
        ("Шойгу С.", "Sergei Shoigu"),
        ("Oleg Petrov", "Петров О."),
        ("Élodie Marchetti", "MarchettiElodie"),
        ("Hugo Silva Mosquera", "L. H. Silva M."),
        ("Hugo Silva Mosquera", "Hugo Luis Silva de Mosquera"),
    ],
)
def test_a_return_is_seen_in_any_spelling(gone: str, back: str) -> None:
    graph = ColumnGraph.from_quads(person("x:back", back) + person("x:other", "Rosa Parra"))
    [found] = find_returns(withdrawn(gone), Ledger(), graph)
    assert (found.iri, found.name, found.withdrawn) == ("x:back", back, "x:gone")
    both = ColumnGraph.from_quads(person("x:back", back) + person("x:gone", gone))
    assert [each.iri for each in find_returns(withdrawn(), Ledger(), both)] == ["x:back"]


def test_a_middle_initial_is_no_family_name() -> None:
    others = ["Rosalía C. «Lía» Ñahui", "Rosalía C. Peña"]
    waiting = ["Rosalía C.", "Sra. Rosalía C.", "R. María Condori", "Rosalía M. Condori Peña"]
    every = enumerate([*others, *waiting])
    quads = [quad for number, name in every for quad in person(f"x:{number}", name)]
    found = find_returns(withdrawn("Rosalía Condori"), Ledger(), ColumnGraph.from_quads(quads))
    assert {each.name for each in found} == {*waiting}


def test_an_initial_is_not_that_of_the_family_name() -> None:
    names = ["Derrick Jackson", "Jerry Jackson", "James Henry Jackson"]
    quads = [quad for number, name in enumerate(names) for quad in person(f"x:{number}", name)]
    found = find_returns(withdrawn("J. Jackson"), Ledger(), ColumnGraph.from_quads(quads))
    assert {each.name for each in found} == {*names[1:]}


@pytest.mark.parametrize("is_typed", [False, True])
def test_an_organisation_within_the_name_of_another_comes_not_back(is_typed: bool) -> None:
    """Unless the name was typed and stands for nothing that is known yet."""
    iri = make_stand_in() if is_typed else "x:gone"
    body = person("x:body", "Comité Ñandú de Madres del Chaco", kind=ORG.Organization)
    traits = (WithdrawnTrait(iri, KIND, "organisation"),)
    down = withdrawn("Comité Ñandú", iri=iri)
    down = replace(down, traits=(*down.traits, *traits))
    assert len(find_returns(down, Ledger(), ColumnGraph.from_quads(body))) == is_typed


def judged(verdict: Verdict) -> Ledger:
    from datetime import date

    row = Judgement("x:back", "x:gone", verdict, "me", date(2026, 1, 2), "why", 2)
    return Ledger((row,))


def test_only_an_answer_opens() -> None:
    graph, down = ColumnGraph.from_quads(person("x:back", "Jose Lima")), withdrawn("José Lima")
    assert len(find_returns(down, judged(Verdict.UNSURE), graph)) == 1
    assert len(find_returns(down, judged(Verdict.OPEN), graph)) == 1
    assert find_returns(down, judged(Verdict.NOT_SAME), graph) == ()
    assert find_returns(down, judged(Verdict.SAME), graph) == ()  # it is down by its own name
    assert IRI("x:back") in down.list_down(judged(Verdict.SAME))
    assert find_returns(Withdrawals(), Ledger(), graph) == ()
    undone = Withdrawals((*down.rows, *withdrawn_undone(down)), down.traits)
    assert find_returns(undone, Ledger(), graph) == ()


def withdrawn_undone(down: Withdrawals) -> Iterator[Withdrawal]:
    from dataclasses import replace

    return (replace(row, action="undo") for row in down.rows)


def test_another_kind_of_thing_is_no_return() -> None:
    gone = WithdrawnTrait("x:gone", "kind", "person")
    down = withdrawn("José Lima")
    known = Withdrawals(down.rows, (*down.traits, gone))
    award = ColumnGraph.from_quads(person("x:award", "José Lima", kind=HRD.Award))
    assert find_returns(known, Ledger(), award) == ()
    assert len(find_returns(down, Ledger(), award)) == 1  # of somebody of whom only a name is known


def test_what_tells_namesakes_apart_is_known(project: Path) -> None:
    graph = map_everything(open_project(project)).graph
    traits, namesakes = collect_traits([OWN], Ledger(), graph)
    assert namesakes == []
    assert {(trait.what, trait.text) for trait in traits} >= {
        ("name", "José Lima"),
        ("kind", "person"),
        ("context", "PE"),
        ("context", SOURCE),
    }
    opened = open_project(project)
    append(opened.withdrawn_file, opened.withdrawn_reasons_file, withdrawn(iri=OWN).rows, "x")
    add_traits(opened, traits, withdrawals_of(opened))
    before = (project / "data" / "private" / "withdrawn-names.csv").read_bytes()
    add_traits(opened, traits, withdrawals_of(opened))
    assert (project / "data" / "private" / "withdrawn-names.csv").read_bytes() == before
    assert withdrawals_of(opened).list_traits(NAME) == {OWN: ["José Lima"]}


def test_years_places_and_prizes_tell_namesakes_apart() -> None:
    said = person("x:gone", "José Lima", "Zé Lima")
    said += [
        Quad(IRI("x:gone"), HRD.birthDate, Literal("1971-05-01", XSD.date.value), IRI("g:one")),
        Quad(IRI("x:gone"), HRD.deathDate, Literal("2019", XSD.gYear.value), IRI("g:one")),
        *person("x:other", "Rosa Parra"),
    ]
    traits, namesakes = collect_traits(["x:gone"], Ledger(), ColumnGraph.from_quads(said))
    assert namesakes == []
    assert {(trait.iri, trait.what, trait.text) for trait in traits} == {
        ("x:gone", "name", "José Lima"),
        ("x:gone", "name", "Zé Lima"),
        ("x:gone", "kind", "person"),
        ("x:gone", "context", "1971"),
        ("x:gone", "context", "2019"),
        ("x:gone", "context", "g:one"),
    }


def test_somebody_of_the_same_name_is_asked_about() -> None:
    graph = ColumnGraph.from_quads(person("x:gone", "José Lima") + person("x:alike", DECOMPOSED))
    traits, namesakes = collect_traits(["x:gone"], Ledger(), graph)
    assert [(each.iri, each.withdrawn) for each in namesakes] == [("x:alike", "x:gone")]
    down = Withdrawals(withdrawn().rows, tuple(traits))
    [found] = find_returns(down, Ledger(), graph)
    assert found.iri == "x:alike"
    fields = return_fields(found, down)
    assert (fields["name"], fields["when"], fields["gone"]) == (
        DECOMPOSED, "2026-01-01", "José Lima"
    )  # fmt: skip


# ----- the words of others -----

TEXTS: Final = {
    "José Lima": (
        [
            DECOMPOSED,
            "JOSÉ LIMA",
            "dijo «jose lima».",
            "José\u00a0Lima's house",
            "(José  Lima)",
            "preface by Lima (José)",
            "José/Lima",
            "Jоsé Limа",  # with Cyrillic letters
            "José «Pepe» Lima",
            "con J. Lima, abogado",
            "Lima, J. (2019)",
            "Jo\u00adsé Lima",
            "Jοsé Limα",  # with Greek letters
        ],
        [
            "la ciudad de Lima",
            "José Limache",
            "Mariajosé Lima",
            "José, Lima",
            "la J Lima",
            "R. Lima",
        ],
    ),
    "Ίρις Δημητρίου": (["ΙΡΙΣ ΔHMHTΡΙΟΥ"], ["Ίρις Δημητριάδη"]),  # some letters are Latin
    "Iris Rossi": (["avec Ιris Rοssi", "la ΙRΙS RΟSSΙ"], ["Irini Rossi"]),
    "Rosa Elena Quispe Mamani": (
        [
            "Quispe Mamani, Rosa Elena",
            "QUISPE MAMANI Rosa Elena",
            "R. E. Quispe Mamani",
            "R.E. Quispe Mamani",
            "Quispe Mamani, R. Elena",
            "R. Quispe Mamani",
            "Rosa Quispe Mamani",
            "Quispe Mamani, Rosa",
            "Rosa Elena Quispe",
            "Rosa E. Quispe",
            "Rosa Elena Quispe M.",
        ],
        ["Quispe Mamani, Juana", "Rosa Elena Flores", "Rosa Mamani", "E. Quispe Mamani"],
    ),
    "Saïd Amrane Belkacem": (
        [
            "S. Amrane Belkacem",
            "BELKACEM, SAÏD A.",
            "Saïd A. Belkacem",
            "Amrane Belkacem, Saïd",
            "Saïd «Dada» Amrane Belkacem",
            "Amrane Belkacem, S.",
        ],
        ["Saïd Belkacem", "Amrane Belkacem", "S. Belkacem", "Belkacem, Amrane"],
    ),
    "Alejandrina Ruiz": (["A. Ruiz", "Ruiz, A."], ["Ruiz"]),  # shorter than her first name
    "Nyan": (["NYAN came", "with Nyan."], ["Nyandarua", "Banyan"]),
    "刘晓波": (["与刘晓波一起写作"], ["刘晓庆"]),
    "Li": ([], ["Li and Li"]),  # too short to mean anybody
    "刘": ([], ["刘晓波"]),
    "عبد الهادي الخواجة": (["قال عَبْد الهادي الخواجة"], ["عبد الهادي"]),
    'Óscar "El Gallo" Peña': (["Óscar “El Gallo” PEÑA sang"], ["El Gallo sang"]),
    "Ana-Luz O'Brien": (["ANA‑LUZ O’BRIEN"], ["Ana Luz", "O'Brien"]),
    "a+b (c)": (["see a+b (c)!"], ["aab c"]),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_name_is_taken_out_of_the_words_of_others(name: str) -> None:
    masked, kept = TEXTS[name]
    note, graph = HRD.note, IRI("g:one")
    said = [Quad(IRI(f"x:{n}"), note, Literal(t), graph) for n, t in enumerate([*masked, *kept])]
    prize = Quad(IRI("x:prize"), SKOS.prefLabel, Literal(f"Prix {name}"), graph)
    quads = ColumnGraph.from_quads([*person("x:gone", name), *said, prize])
    columns = Columns.of(quads)
    mark = mark_in_words(quads, columns, find(quads, [IRI("x:gone")]))
    gone = {quad.subject.n3() for quad, is_gone in zip(quads, mark, strict=True) if is_gone}
    assert gone == {f"<x:{number}>" for number in range(len(masked))}
    nobody = mark_in_words(quads, columns, find(quads, [IRI("x:nobody")]))
    assert not nobody.any()


def test_what_may_mean_somebody_by_two_names_is_told() -> None:
    told = ["con Saïd Belkacem", "BELKACEM, Saïd", "S. Belkacem", "chez Said Amrane, hier"]
    silent = ["Saïd Amrane Belkacem", "la famille Amrane Belkacem", "Saïd Amrane Tounsi", "Saïd"]
    silent += ["avec Saïd Belkacem Haddad", "prix de Saïd Amrane Nekkache"]
    note, graph = HRD.note, IRI("g:one")
    said = [Quad(IRI(f"x:{n}"), note, Literal(t), graph) for n, t in enumerate([*told, *silent])]
    others = person("x:other", "Saïd Amrane Nekkache")
    quads = ColumnGraph.from_quads([*others, *said])
    found = find_mentions(withdrawn("Saïd Amrane Belkacem"), quads)
    assert {each.iri for each in found} == {f"x:{number}" for number in range(len(told))}
    assert {"Saïd Belkacem", "BELKACEM, Saïd"} < {each.name for each in found}
    title = Quad(IRI("x:title"), SKOS.prefLabel, Literal("Procès de S. Amrane Belkacem"), graph)
    [mention] = find_mentions(withdrawn("Saïd Amrane Belkacem"), ColumnGraph.from_quads([title]))
    assert mention.iri == "x:title"
    namesake = ColumnGraph.from_quads([*person("x:other", "Saïd Belkacem"), *said[:1]])
    assert find_mentions(withdrawn("Saïd Amrane Belkacem"), namesake) == ()
    assert find_mentions(withdrawn("Saïd Belkacem"), quads) == ()
    body = Quad(IRI("x:body"), note, Literal("Comité Familles"), graph)
    down = withdrawn("Comité Oran Familles")
    kind = WithdrawnTrait("x:gone", KIND, "organisation")
    of_body = replace(down, traits=(*down.traits, kind))
    assert find_mentions(of_body, ColumnGraph.from_quads([body])) == ()


MENTIONS: Final = {
    "Hugo Luis Silva de Mosquera": "amenazas contra Hugo Luis Silva de Mosquera en 2019",
    "H. Silva M": "L. H. Silva M. fue citada",
    "H. L. Silva Mosquera": "con H. L. Silva Mosquera",
    "Hugo L. Silva de M": "Hugo L. Silva de M., abogado",
    "Silva M., Hugo": "Silva M., Hugo: carta",
    "HUGO SILVA DE LA MOSQUERA": "DETENCIÓN DE HUGO SILVA DE LA MOSQUERA",
    "Hugo Alberto Luis Silva Mosquera": "dijo Hugo Alberto Luis Silva Mosquera.",
    "Mosquera, Hugo L. S": "Mosquera, Hugo L. S.",
    "Hugo de Silva": "Hugo de Silva",
    "Hugo Silva": "Hugo Silva, dijo",
    "Silva Hugo": "Silva Hugo S., abogado",
    "": "Hugo Paz, Ana Silva y Luis Mosquera; la familia Silva Mosquera; Hugo de Silva Paz",
}


def test_particles_and_initials_between_names_hide_no_mention() -> None:
    """What is told can be withdrawn as it is written: then it is taken out."""
    cases = [("Hugo Silva Mosquera", *case) for case in MENTIONS.items()]
    own = ("María de la Cruz Soto", "María Luisa Cruz y Soto", "visitó a María Luisa Cruz y Soto")
    for person_name, name, text in [*cases, own]:
        said = ColumnGraph.from_quads([Quad(IRI("x:n"), HRD.note, Literal(text), IRI("g:one"))])
        found = [each.name for each in find_mentions(withdrawn(person_name), said)]
        assert found[:1] == [name][: bool(name)], text
        gone = mark_in_words(said, Columns.of(said), find(said, []), [name])
        assert gone.any() == bool(name), text
    title = Quad(
        IRI("x:act"), SKOS.prefLabel, Literal("Arresto – Hugo Silva Mosquera"), IRI("g:one")
    )
    built = ColumnGraph.from_quads([*person("x:gone", "Hugo Silva Mosquera"), title])
    assert find_mentions(withdrawn("Hugo Silva Mosquera"), built) == ()  # of her own act


def test_a_name_with_a_typing_error_is_told() -> None:
    errors = {
        "Aude Pineda": ["con Aude Pienda, abogada", "Aude Pinda", "AUDE PINNEDA"],
        "Natalia Lucas Hernández": ["carta de Natalia Lucas Hernádnez", "Natalia Lucas Fernández"],
        "Ali Shaaban": ["the office of Ali Shaban"],
        "Li Wu": [],
    }
    others = ["Aude Pinto", "Ali Shaar", "Li Xu", "Natalia Luca", "aude y pineda", "Aude P."]
    for name, texts in errors.items():
        for text in (*texts, *others):
            said = ColumnGraph.from_quads([Quad(IRI("x:n"), HRD.note, Literal(text), IRI("g:1"))])
            assert bool(find_mentions(withdrawn(name), said)) == (text in texts), (name, text)


def test_a_typing_error_in_a_note_is_answered(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The check fails until somebody says who is meant, with the command that it proposes."""
    notes = {"Rosa Parra": "with Natalia Pienda", "Li Wei": "beside Natalai Pineda"}
    write_laureates(project, "later", {"Natalia Pineda": "for her work", **notes})
    decide("Natalia Pineda", "asked for", project=project)
    build(open_project(project), QUICK)
    check = ["withdraw", "--check", "-p", str(project)]
    capsys.readouterr()
    assert run(check) == 3
    assert 'hrdgraph withdraw "Natalia Pienda" --reason' in capsys.readouterr().out
    assert run(["withdraw", "Natalia Pienda", "--reason", "x", "-p", str(project)]) == 0
    assert "check the spelling" not in capsys.readouterr().out
    build(open_project(project), QUICK)
    assert "Pienda" not in statements(project)
    assert run(check) == 3
    [mention] = hrdgraph.find_withdrawn(project=project).mentions
    row = f"likely-mention,{mention.iri},another\n"
    (project / "data" / "known_findings.csv").write_text(f"rule,focus,why\n{row}", "utf-8")
    assert run(check) == 0
    assert "Natalai" in statements(project)


def test_what_another_bears_too_stays() -> None:
    note = Quad(IRI("x:n"), HRD.note, Literal("born in Lima"), IRI("g:one"))
    city = Quad(IRI("x:city"), SKOS.prefLabel, Literal("LIMA", "es"), IRI("g:one"))
    quads = ColumnGraph.from_quads([*person("x:gone", "Lima"), note, city])
    assert not mark_in_words(quads, Columns.of(quads), find(quads, [IRI("x:gone")])).any()
    alone = ColumnGraph.from_quads([*person("x:gone", "Lima"), note])
    assert mark_in_words(alone, Columns.of(alone), find(alone, [IRI("x:gone")])).sum() == 1


PAGES: Final = {
    "Élisabeth Borne": "https://example.org/elisabeth-borne",
    "Stéphane Travert": "https://example.org/stephane-travert",
    "Agnès Thill": "https://example.org/deputies/4711",
    "Éric Ciotti": "https://example.org/deputies/0815",
    "Marie-Noëlle Battistel": "https://example.org/thill_Agn%C3%A8s/and/marie-noelle",
}


def test_the_page_of_a_person_goes_from_her_party_too(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Evidence of her row goes with it, whatever the address; an address that names her, always."""
    shutil.rmtree(project / "data" / "sources" / SOURCE)
    folder = project / "data" / "sources" / "deputies"
    folder.mkdir()
    (folder / "source.toml").write_text(
        'title = "Deputies"\npublisher = "P"\nlicence = "x"\nlanguage = "fr"\n'
        '[facts]\nlanguage = "fr"\n[[table]]\nfile = "deputies.csv"\nkind = "role"\n',
        encoding="utf-8",
    )
    rows = (f"{name},REN,member,{page}" for name, page in PAGES.items())
    (folder / "deputies.csv").write_text(
        "\n".join(("Person,Organisation,Role,Source", *rows)), "utf-8"
    )
    build(open_project(project), QUICK)
    assert [page for page in PAGES.values() if f"<{page}>" not in statements(project)] == []
    before = shutil.copytree(project / "build", project.parent / "before")
    for name in ("Elisabeth Borne", "Thill, Agnès"):
        decide(name, "asked for", project=project)
    build(open_project(project), QUICK)
    left = [page for page in PAGES.values() if f"<{page}>" in statements(project)]
    assert left == [PAGES["Stéphane Travert"], PAGES["Éric Ciotti"]]
    assert "organisation/REN>" in statements(project)
    assert run(["withdraw", "--check", "-p", str(project)]) == 0
    capsys.readouterr()
    (before / "graph.ttl").write_text("<https://example.org/elisabeth-borne>", "utf-8")
    for path in before.iterdir():
        if path.name != "graph.ttl":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert run(["withdraw", "--check", "-p", str(project), str(before)]) == 3
    assert "graph.ttl: a name: Élisabeth Borne" in capsys.readouterr().out


ADDRESSES: Final = (
    "https://example.org/elisabeth-borne", "x/ELISABETH_BORNE/y", "?q=%C3%89lisabeth%20Borne",
    "?q=%C3%89lisabeth+Borne", "twitter.com/elisabethborne", "mme.borne-elisabeth.html",
)  # fmt: skip


@pytest.mark.parametrize("text", ADDRESSES)
def test_a_name_is_seen_in_an_address(text: str) -> None:
    needle = Needle("a name", "Élisabeth Borne", (normalise("Élisabeth Borne"),))
    assert needles_in(f'<a href="{text}">'.encode(), [needle]) == [needle]
    assert needles_in(b"elisabeth-bornemann; borne. b, elisabeth", [needle]) == []
    initial = Needle("a name", "É. Borne", ("e. borne", "a. borne"))
    for turtle in ("<p/Mia_Borne> a foaf:Person", "ex:Borne\n  a <x:Person>", "ex:Borne;\n\ta :P"):
        assert needles_in(turtle.encode(), [initial]) == []
    assert needles_in(b"<p/Borne> x:y 'A. Borne' ; x:z <p/Borne,_A.>", [initial]) == [initial]
    page, note = Quad(IRI("x:note"), HRD.note, Literal(f"see {text}"), IRI("g:one")), HRD.note
    quads = ColumnGraph.from_quads([*person("x:gone", "Élisabeth Borne"), page])
    mark = mark_in_words(quads, Columns.of(quads), find(quads, [IRI("x:gone")]))
    assert [quad.predicate for quad, is_gone in zip(quads, mark, strict=True) if is_gone] == [note]


def test_names_are_normalised() -> None:
    assert normalise("  Jose\u0301\u00a0 LÍMA ") == "jose lima"
    assert normalise("ＪＯＳＥ‐Luis “X” O’Brien") == 'jose-luis "x" o\'brien'
    assert normalise("김대중") == "김대중"
    assert [is_telling(text) for text in ("Nyan", "Ana", "刘晓", "刘", "")] == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert NameSearch.of(["Ana", "José Lima", "JOSE LIMA"]).names == ("jose lima",)
    assert NameSearch.of([]).mark(pl.Series(["jose lima"])).to_list() == [False]
    # a whole source that was taken down has more names than one pattern of Polars holds
    many = NameSearch.of(
        f"José Lima de Oliveira e Souza {chr(97 + n % 26)}{n}" for n in range(1500)
    )
    texts = ["jose lima de oliveira e souza t1371", "jose lima de oliveira e"]
    assert many.mark(part_words(pl.Series(texts))).to_list() == [True, False]


def test_a_name_finds_who_bears_it() -> None:
    quads = [*person("x:one", "José Lima"), *person("x:two", DECOMPOSED), *person("x:no", "Lima")]
    quads += person("x:turned", "LIMA, José")
    note = Quad(IRI("x:note"), HRD.note, Literal("José Lima"), IRI("g:one"))
    found = find_bearers("JOSE LIMA", ColumnGraph.from_quads([*quads, note]))
    assert sorted(found) == ["x:one", "x:turned", "x:two"]
    assert find_bearers("–", ColumnGraph.from_quads(quads)) == []


def test_of_all_who_are_down_nothing_is_left_in_any_format(
    laureates: Path, without_them: Path
) -> None:
    before = hrdgraph.find_withdrawn([laureates / "build"], project=without_them)
    files = {Path(item.place.partition(" (")[0]).name for item in before.left}
    assert {"graph.nq", "graph.ttl", "graph.trig", "graph.jsonld"} <= files
    found = hrdgraph.find_withdrawn(project=without_them)
    assert (found.left, found.older, found.idle) == ((), (), ())
    assert found.names == 2 * len(GONE)
    assert found.needles > len(GONE)
    for file in (without_them / "build").glob("graph.*"):
        text = read_plain(file.read_text("utf-8"))
        assert [
            name for name in GONE if normalise(name) in text.replace("prix jose lima", "")
        ] == []
        assert "nyandarua" not in text  # he said it of himself
        assert "with nyan" not in text
        assert "li wei" in text
    # the award bears a name: that is told, and no other build is advised
    assert {item.text for item in found.kept} == {"José Lima"}


def test_the_city_stays(laureates: Path) -> None:
    quads = map_everything(open_project(laureates)).graph
    mark = mark_in_words(quads, Columns.of(quads), find(quads, [IRI(OWN)]))
    words = {quad.object.n3() for quad, is_gone in zip(quads, mark, strict=True) if is_gone}
    assert len(words) == 2  # in decomposed accents, and in capitals
    assert not any("ríos" in text or "Nyandarua" in text for text in words)


FORMS: Final = [
    "José Lima", DECOMPOSED, "JOSÉ LIMA", r"Jos\u00e9 Lima", r"Jos\u00E9 Lima", r"Jos\U000000E9 Lima", "Jos&eacute; Lima", "Jos&#233; Lima",
    "Jos%C3%A9%20Lima", "José\nLima", '["José Lima"]', "<b>José Lima</b>",
]  # fmt: skip


@pytest.mark.sampled(2)
@pytest.mark.parametrize("form", FORMS)
def test_the_check_reads_a_name_behind_many_bytes(form: str) -> None:
    needle = Needle("a name", "José Lima", ("jose lima",))
    assert needles_in(b"x" * (9 << 20) + f" {form}.".encode(), [needle]) == [needle]


@pytest.mark.parametrize("form", FORMS)
def test_the_check_reads_a_name_however_it_is_written(form: str) -> None:
    needle = Needle("a name", "José Lima", ("jose lima",))
    assert needles_in(f"so {form}.".encode(), [needle]) == [needle]
    long = Needle("a name", "Alejandrina Ruiz", ("alejandrina ruiz",))
    assert needles_in(b"con A. Ruiz", [long]) == needles_in(b"ruiz, a.", [long]) == [long]
    award = Needle("a name", "José Lima", ("jose lima",), ("prix jose lima",))
    assert needles_in(b"the Prix Jos\xc3\xa9 Lima", [award]) == []
    assert needles_in(f"the Prix José Lima of {form}".encode(), [award]) == [award]
    assert needles_in("José Limache".encode(), [needle]) == []
    assert needles_in("José Lima".encode("utf-16-le"), [needle]) == [needle]


def test_a_letter_in_what_is_no_text_is_no_initial() -> None:
    """A store keeps its words among numbers, some of which are letters."""
    needle = Needle("a name", "Z. ÑÁÑEZ", (normalise("Z. ÑÁÑEZ"),))
    assert needles_in("\0\x01z\x05Ñáñez\0".encode(), [needle]) == []
    assert needles_in("\0\x01con Z. ÑÁÑEZ\0".encode(), [needle]) == [needle]
    assert needles_in("con z ñáñez".encode(), [needle]) == [needle]


# ----- side effects -----


def test_what_is_private_is_closed_and_passed_over_by_git(project: Path) -> None:
    private = project / "data" / "private"
    private.mkdir(mode=0o755)
    (private / ".gitignore").write_text("!kept.txt\n", encoding="utf-8")
    decide(JOSE, "a secret reason", project=project)
    assert (private / ".gitignore").read_text("utf-8").splitlines() == ["!kept.txt", "*"]
    decide("person/Nyan", "another", project=project)
    assert (private / ".gitignore").read_text("utf-8").splitlines() == ["!kept.txt", "*"]
    for name in ("withdrawn-reasons.csv", "withdrawn-names.csv"):
        assert stat.S_IMODE((private / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((project / "data" / "withdrawn.csv").stat().st_mode) & 0o444 == 0o444
    public = (project / "data" / "withdrawn.csv").read_text("utf-8")
    assert "secret" not in public
    shutil.rmtree(private)
    decide("person/Li_Wei", "a third", project=project)
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert (private / ".gitignore").read_text("utf-8") == "*\n"


def test_a_list_that_excel_has_saved_is_read_and_added_to(project: Path) -> None:
    decide(JOSE, "asked for", project=project)
    listed = project / "data" / "withdrawn.csv"
    names = project / "data" / "private" / "withdrawn-names.csv"
    for file in (listed, names):
        text = file.read_text("utf-8").rstrip("\n").replace("\n", "\r\n")
        file.write_bytes(b"\xef\xbb\xbf" + text.encode())  # and no end of the last line
    assert names_down(open_project(project)) == {JOSE, OWN}
    decide("person/Li_Wei", "asked for", project=project)
    assert f"{BASE}person/Li_Wei" in names_down(open_project(project))
    assert withdrawals_of(open_project(project)).list_traits(NAME)[JOSE] == ["José Lima"]
    assert listed.read_bytes().count(b"\xef\xbb\xbf") == 1


def test_of_who_was_never_public_nothing_tells(project: Path) -> None:
    hidden = f"{BASE}person/secret/Rosa_Parra"
    write_laureates(project, "secret", {"Rosa Parra": "for her work"})
    description = project / "data" / "sources" / "secret" / "source.toml"
    description.write_text('visibility = "withheld"\n' + description.read_text("utf-8"), "utf-8")
    visitor = Visitor(project)
    decided = decide(hidden, "asked for", project=project)
    assert decided.is_mentioned
    assert list_gone_keys(open_project(project)) == frozenset()
    assert visitor.get("/id/person/secret/Rosa_Parra").status_code == 503  # as all else
    [row] = read_withdrawals(project / "data" / "withdrawn.csv").rows
    assert not row.tombstone
    assert Withdrawals((row,)).tombstones(BASE) == []


def test_a_tombstone_says_when() -> None:
    [(stone, day)] = withdrawn().tombstones(BASE)
    assert stone.value == f"{BASE}withdrawn/0"
    quads = make_tombstones([(stone, day)], IRI("g:w"))
    assert [(quad.subject, quad.graph) for quad in quads] == [(stone, IRI("g:w"))] * 2
    assert {quad.object for quad in quads} == {
        HRD.Withdrawn,
        Literal("2026-01-01T00:00:00Z", "http://www.w3.org/2001/XMLSchema#dateTime"),
    }


def test_a_server_reads_the_list_when_any_of_its_files_changes(project: Path) -> None:
    opened, marks = open_project(project), set[Any]()
    for name in ("withdrawn.csv", "judgements.csv", "persistent_iris.csv"):
        marks.add(read_list_mark(opened))
        with (project / "data" / name).open("a", encoding="utf-8") as file:
            file.write("\n")
    marks.add(read_list_mark(opened))
    assert len(marks) == 4


def test_judgements_take_down_and_bring_back() -> None:
    down = withdrawn()
    assert down.compare_ledgers(Ledger(), judged(Verdict.SAME)) == (["x:back"], [])
    assert down.compare_ledgers(judged(Verdict.SAME), Ledger()) == ([], ["x:back"])
    assert down.compare_ledgers(Ledger(), Ledger()) == ([], [])


@pytest.mark.parametrize("said", [b"", b"[]", b"{}", b"\xff", None])
def test_a_build_that_does_not_say_whom_it_knew_is_older(said: bytes | None, project: Path) -> None:
    file = project / "build" / "private" / "manifest.json"
    file.write_bytes(said) if said is not None else file.unlink()
    assert read_recorded(project / "build") == frozenset()
    opened = open_project(project)
    assert withdrawals_of(opened) == Withdrawals()  # there was no list
    decide(JOSE, "asked for", project=project)
    assert list_older_outputs(opened, [project / "build"]) == [project / "build"]


# ----- older outputs -----


def test_all_older_outputs_are_known(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CACHE_DIRECTORY", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    outputs = {
        "build": project / "build",
        "build-restricted": project / "build-restricted",
        "one": project / "releases" / "one",
        "two": project / "releases" / "two",
        "public": project / "public",
        "digest": tmp_path / "cache" / ".serve-1" / "digest",
        "here.nq": tmp_path / "here.nq",
    }
    manifest = (project / "build" / "manifest.json").read_bytes()
    for name, path in outputs.items():
        if name.endswith(".nq"):
            path.write_text(JOSE, "utf-8")
            continue
        path.mkdir(parents=True, exist_ok=True)
        (path / "manifest.json").write_bytes(manifest)
    (project / "public" / SITE_MARK).touch()
    opened = open_project(project)
    remember_output(opened, Path("here.nq"))
    remember_output(opened, Path("here.nq"))
    notes = project / "data" / "private" / "outputs.txt"
    assert notes.read_text("utf-8").splitlines() == [str(tmp_path / "here.nq")]
    assert stat.S_IMODE(notes.stat().st_mode) == 0o600
    assert list_older_outputs(opened, list_outputs(opened)) == []  # nobody is down
    decide(JOSE, "asked for", project=project)
    later = (project / "data" / "withdrawn.csv").stat().st_mtime_ns + 10**9
    assert {path.name for path in list_older_outputs(opened, list_outputs(opened))} == set(outputs)
    for name in ("two", "here.nq", "public"):  # were written anew
        file = outputs[name] if outputs[name].is_file() else outputs[name] / "manifest.json"
        os.utime(file, ns=(later, later))
    mark_as_built_without_him(project)
    left = {path.name for path in list_older_outputs(opened, list_outputs(opened))}
    assert left == {"build-restricted", "one"}
    # of what a server has made without him, only that it says so; of another build, nothing
    copies = {name: tmp_path / "cache" / ".serve-1" / name for name in ("without", "with", "other")}
    for name, folder in copies.items():
        shutil.copytree(project / "build" / "private", folder / "private")
        (folder / "manifest.json").write_bytes(b"{}")
        if name == "with":
            (folder / "private" / "manifest.json").write_text("{}", "utf-8")
        if name == "other":
            shutil.rmtree(folder / "private")
    left = {path.name for path in list_older_outputs(opened, list_outputs(opened))}
    assert left == {"build-restricted", "one", "with", "other"}
    assert list_output_parts(opened, project / "releases") == [outputs["one"], outputs["two"]]
    assert list_outputs(opened).count(project / "build") == 1


def mark_as_built_without_him(project: Path) -> None:
    file = project / "build" / "private" / "manifest.json"
    said = json.loads(file.read_bytes()) | {KEY: sorted(names_down(open_project(project)))}
    file.write_text(json.dumps(said), encoding="utf-8")
    assert read_recorded(project / "build") == {JOSE, OWN}


# ----- what is read of a build, and what is served meanwhile -----


def record_of(project: Path) -> PushRecord:
    return PushRecord(read_manifest(open_project(project))[1], (), 7)


@pytest.mark.parametrize("kind", ["here", "remote"])
def test_a_reader_heeds_a_withdrawal_between_two_readings(kind: str, project: Path) -> None:
    opened = open_project(project)
    reader = ReadableBuild(opened) if kind == "here" else RemoteBuild(opened, record_of(project))
    reader.check()
    if kind == "here":
        assert reader.private_file("findings.json").is_file()
        assert reader.store() == opened.store_dir
        assert len(reader.columns()) > len(reader.rules())
    else:
        assert (reader.manifest["quads"], reader.digest) == (7, record_of(project).digest)
        for reading in (
            reader.columns,
            reader.rules,
            reader.store,
            lambda: reader.private_file("x"),
        ):
            with pytest.raises(ProjectError) as caught:
                reading()
            assert caught.value.code == "remote-store-only-asked"
    decide(JOSE, "asked for", project=project)
    readings = [reader.check] * 2
    if kind == "here":
        readings += [reader.columns, reader.rules, reader.store, lambda: reader.private_file("x")]  # type: ignore[list-item]
    for reading in readings:
        with pytest.raises(ProjectError) as caught:
            reading()
        assert "withdrawal" in caught.value.code or "withdrawn" in caught.value.code
        assert "José" not in str(caught.value)
    mark_as_built_without_him(project)
    reader = (
        ReadableBuild(opened, frozenset(names_down(opened)))
        if kind == "here"
        else RemoteBuild(opened, record_of(project))
    )
    reader.check()


def test_of_a_server_that_holds_another_build_it_is_not_known_whom_it_shows(project: Path) -> None:
    opened, other = open_project(project), PushRecord("0" * 64, ())
    assert RemoteBuild(opened, other).digest == "0" * 64  # nobody is down
    decide(JOSE, "asked for", project=project)
    mark_as_built_without_him(project)
    with pytest.raises(ProjectError, match="2"):
        RemoteBuild(opened, other)
    (project / "build" / "manifest.json").unlink()
    with pytest.raises(ProjectError):
        RemoteBuild(opened, other)


def served(project: Path) -> ServedBuild:
    opened = open_project(project)
    manifest, digest = read_manifest(opened)
    return ServedBuild(manifest, digest, opened.build_dir, opened.store_dir)


def test_meanwhile_all_else_is_served(project: Path, tmp_path: Path) -> None:
    opened, before = open_project(project), served(project)
    down = frozenset({JOSE, OWN})
    after = redact_build(opened, before, tmp_path, down)
    assert after is not None
    assert (after.withdrawn, after.source) == (down, before.source)
    assert after.folder.parent == tmp_path
    assert after.digest != before.digest
    files = [path for path in after.folder.rglob("*") if path.is_file()]
    told = b"".join(path.read_bytes() for path in files if path.parent.name != "private")
    for spelling in ("/José_Lima>", DECOMPOSED, "JOSÉ LIMA", "por los ríos"):
        assert spelling.encode() not in told
    graph = load_columns(after.folder / "columns")
    assert 0 < len(graph) < len(ReadableBuild(opened).columns())
    assert graph.position(IRI(f"{BASE}person/Li_Wei")) is not None
    assert after.manifest["quads"] == len(graph)
    assert (after.manifest["inputs"], after.manifest["outputs"]) == ({}, {})
    assert "quads_by_source" not in after.manifest
    assert len(load_columns(after.folder / "columns" / "rules")) == 0
    assert read_recorded(after.folder) == down
    assert stat.S_IMODE((after.folder / "private").stat().st_mode) == 0o700
    assert after.store.is_dir()
    assert json.loads((after.folder / "manifest.json").read_bytes())["quads"] == len(graph)


@pytest.mark.parametrize("harm", ["columns", "judgements", "clusters"])
def test_where_it_cannot_be_taken_out_nothing_is_served(
    harm: str, project: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before, down = served(project), frozenset({JOSE, OWN})
    if harm == "columns":
        spoil_build(project)
    elif harm == "judgements":
        spoil_judgements(project)
    else:  # the build says that it knew of him, and shows him
        before = replace(before, withdrawn=down)
    assert redact_build(open_project(project), before, tmp_path, down) is None
    assert list(tmp_path.glob("redacted-*")) == []
    assert "cannot be taken out" in caplog.text
    assert "Lima" not in caplog.text


GATE: Final = {
    "/en/id/person/José_Lima": True, "/id/person/Jos%C3%A9_Lima/": True, "/data/person/José_Lima.ttl": True, "/data/person/José_Lima": True,
    "/prefix/fr/id/person/José_Lima": True, "/en/id/person/José_Lima_Junior": False, "/en/id/person/José": False, "/en/id/": False,
    "/person/José_Lima": False, "/": False, "/en/id/person/José_Lima.junior.ttl": False,
}  # fmt: skip


@pytest.mark.parametrize("path", GATE)
def test_only_the_thing_itself_is_said_to_be_gone(path: str) -> None:
    assert _is_of(path, frozenset({"person/José_Lima"})) is GATE[path]


def test_what_is_gone_is_looked_up_in_any_of_its_addresses(project: Path) -> None:
    decide(JOSE, "asked for", project=project)
    decision = _decide(open_project(project))
    assert decision == Decision(frozenset({JOSE, OWN}), list_gone_keys(open_project(project)))
    assert not decision.lets_through(frozenset({JOSE}))
    assert decision.lets_through(frozenset({JOSE, OWN, "x:more"}))
    (project / "data" / "withdrawn.csv").write_text("x\n", "utf-8")
    assert _decide(open_project(project)) == Decision(is_read=False)
    assert not Decision(is_read=False).lets_through(frozenset())


def test_somebody_who_is_withdrawn_may_be_read_of_in_no_output(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its path, by its folder, by a file in it; of another project, only what it says itself."""
    monkeypatch.chdir(project)
    elsewhere = tmp_path / "otra" / "graph.nq"
    elsewhere.parent.mkdir()
    elsewhere.write_text(JOSE, "utf-8")
    copy = tmp_path / "copia.nq"
    copy.write_text(JOSE, "utf-8")
    remember_output(open_project(project), elsewhere)
    places = [
        project,
        project / "build",
        project / "build" / "graph.nq",
        elsewhere,
        elsewhere.parent,
    ]
    for place in [*places, copy]:
        check_readable(place)
    decide(JOSE, "asked for", project=project)
    for place in places:
        with pytest.raises(ProjectError) as caught:
            check_readable(place)
        assert caught.value.code == "output-older-than-withdrawal"
    check_readable(copy)  # anybody's
    check_readable(project / "data")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProjectError):
        check_readable(project / "build")
    check_readable(elsewhere)  # which nobody knows here
    mark_as_built_without_him(project)
    check_readable(project / "build" / "graph.nq")
