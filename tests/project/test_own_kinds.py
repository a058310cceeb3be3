"""Kinds of a project's own are everywhere where shipped ones are: the examples, built, looked at and spoilt."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

import hrdgraph
from hrdgraph.conflicts.rules import rules_of
from hrdgraph.errors import HrdgraphError, OntologyError
from hrdgraph.findings.tally import list_rows, tally_findings
from hrdgraph.library.building import FinishedBuild
from hrdgraph.library.searching import SearchingGraph
from hrdgraph.pipeline.importing.propose import TableProposer
from hrdgraph.project import Project, create_project, open_project
from hrdgraph.vocab import own_namespace
from hrdgraph.web.json_api.lists import Lists, choices_of, space_of
from hrdgraph.web.json_api.records import Records
from hrdgraph.web.machines.routes import document
from hrdgraph.web.pages import Site
from hrdgraph.web.pages.labels import Labels
from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.views.lists import browse_view

EXAMPLES = Path(__file__).parents[2] / "examples"
XIMENA = "person/Ximena_Ibáñez-Quirós"
TARCOLES = "protest/march-monitor/P-1"


def make(folder: Path, example: str, language: str) -> Path:
    """A new project with what an example adds."""
    create_project(folder, example, language)
    for source in (folder / "data" / "sources").glob("example*"):
        shutil.rmtree(source)
    shutil.copytree(EXAMPLES / example, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def protests(tmp_path_factory: pytest.TempPathFactory) -> FinishedBuild:
    return hrdgraph.build(make(tmp_path_factory.mktemp("own") / "protests", "protests", "en"))


@pytest.fixture(scope="module")
def disappeared(tmp_path_factory: pytest.TempPathFactory) -> FinishedBuild:
    return hrdgraph.build(make(tmp_path_factory.mktemp("own") / "memoria", "disappeared", "es"))


@pytest.fixture(scope="module")
def pages(protests: FinishedBuild) -> Pages:
    return Pages(Site.of(SearchingGraph(protests.project)))


@pytest.fixture
def spoilt(tmp_path: Path, protests: FinishedBuild) -> Project:
    """A copy of the example, to write into."""
    root = tmp_path / "protests"
    shutil.copytree(protests.project.root, root, ignore=shutil.ignore_patterns("build"))
    return open_project(root)


def told(pages: Pages, path: str, language: str = "en") -> str:
    page = pages.page(language, path, Links())
    assert page is not None, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.body.decode()))


def test_both_examples_build_without_a_violation(
    protests: FinishedBuild, disappeared: FinishedBuild
) -> None:
    for done in (protests, disappeared):
        assert not done.failed
        assert [one.rule for one in done.findings if one.severity.value != "info"] == []


def test_a_new_project_copies_neither_the_ontology_nor_the_questions(
    protests: FinishedBuild,
) -> None:
    root = protests.project.root
    assert not (root / "ontology").exists()
    assert not (root / "queries").exists()
    assert len(protests.graph().queries.questions) > 40


def test_kinds_are_listed_in_the_language_they_have(disappeared: FinishedBuild) -> None:
    [kind] = hrdgraph.kinds("captivity", project=disappeared.project)
    assert kind.label("fr") == "cautiverios"
    assert [column.label("en") for column in kind.columns][:3] == [
        "Persona vista",
        "Centro clandestino",
        "Vista en",
    ]


def test_the_page_of_a_person_tells_what_kinds_of_the_project_say(pages: Pages) -> None:
    page = told(pages, f"id/{XIMENA}")
    for text in (
        "Detentions at protests 2023 Detention at a protest",
        "March for the Tárcoles river",
        "Delegación de Puntarenas",
        "obstruction of a public road",
    ):
        assert text in page
    assert "Kabelo Modise" not in page


def test_a_thing_of_the_project_has_a_page_with_what_points_at_it(pages: Pages) -> None:
    assert "José Ángel Müller Vindas" in told(pages, f"id/{TARCOLES}")
    assert "At a glance Country Costa Rica Service Fuerza Pública" in told(
        pages, "id/police-station/march-monitor/Delegación_de_Puntarenas"
    )
    # named in a cell, listed nowhere; one of them is told in the singular
    assert "police station Broadhurst" in told(
        pages, "id/police-station/march-monitor/Broadhurst_Police_Station"
    )


def test_things_of_the_project_are_found_and_browsed(pages: Pages) -> None:
    assert TARCOLES in [row.thing.key for row in pages.index.search("tarcoles")]
    assert "March for the Tárcoles river" in told(pages, "list/protest")
    desk = pages.desk("en", Links())
    forms = next(one for one in browse_view(desk, {}).values["facets"] if one.name == "form")
    assert {"march", "vigil"} <= {one.label for one in forms.choices}
    chosen = browse_view(desk, {"form": "march"})
    assert TARCOLES in [row.thing.key for row in pages.index.filter({"form": "march"})]
    assert 0 < chosen.values["total"] < len(pages.index.rows)


def test_they_have_lists_and_schemas_of_the_api(pages: Pages) -> None:
    lists = Lists(pages)
    assert {"protest", "police-station"} < {*lists.names}
    protests = lists.get("protest")
    assert protests is not None
    assert TARCOLES in protests.by_key
    assert {"march", "vigil"} < {*choices_of(pages.site, "protest", "form")}
    assert space_of(pages.site, "protest", "form").startswith("https://example.org/vocabulary/")
    claims = lists.get("claims")
    assert claims is not None
    assert claims.by_key[TARCOLES].values["country"] == ("country/CR",)
    assert {"march", "vigil"} <= claims.values["form"]
    held = [one for key, one in claims.by_key.items() if key.startswith("protest-detention/")]
    assert {one.values["country"] for one in held} == {()}  # held at a station, in no country told
    described = json.loads(document(pages.site, "https://data.example/"))
    assert "/api/v1/protest.csv" in described["paths"]
    says = described["components"]["schemas"]["Says"]["properties"]
    assert says["charge"]["description"] == "Charge"
    assert says["held_at"]["description"] == "Held at"
    assert "date" in described["components"]["schemas"]["Protest"]["properties"]


def test_a_shipped_kind_of_claims_has_a_list_of_its_own(disappeared: FinishedBuild) -> None:
    pages = Pages(Site.of(SearchingGraph(disappeared.project)))
    site, lists = pages.site, Lists(pages)
    assert {"fate", "proceeding", "assembly"} < {*lists.names}
    fates = lists.get("fate")
    assert fates is not None
    assert len(fates.values["fate"]) == 2
    records = Records(site, Labels(site, site.words_in("es")), "https://data.example/")
    for name in lists.names:
        held = lists.get(name)
        assert held is not None
        for entry in held.entries:
            assert {*held.make(records, entry.node)} == {*held.fields}, name
    said = records.thing(fates.entries[0].node)
    declared = {one.field for one in site.declared["fate"].attributes}
    assert {*declared, "status", "evidence"} <= {*said}
    assert {one["datatype"] for one in said["date"]} == {"edtf:edtf"}
    assert "Etcheverría Amílcar Ñancucheo" in told(pages, "list/fate", "es")
    events = lists.get("events")
    assert events is not None
    assert {one.field for one in site.declared["event"].attributes} <= {*events.fields}


@pytest.mark.heavy
def test_a_check_compares_any_dates_of_two_rows(spoilt: Project) -> None:
    (spoilt.root / "local" / "queries" / "checks").mkdir(parents=True)
    (spoilt.root / "local" / "queries" / "checks" / "released-first.rq").write_text(
        "# title@en: Released before the protest\n# severity: violation\n"
        "# cell value: focus local:released\n# cell day: protest hrd:date\n"
        "# message@en: released on {?value}, before the protest\n"
        "PREFIX hrd: <https://w3id.org/hrdgraph/ontology#>\n"
        "PREFIX hrdf: <https://w3id.org/hrdgraph/function#>\n"
        "PREFIX local: <https://example.org/ontology#>\n"
        "SELECT ?focus ?value ?protest ?day WHERE { ?focus local:protest ?protest ; local:released ?value .\n"
        "  ?protest hrd:date ?day FILTER(hrdf:latest(?value) < hrdf:earliest(?day)) }\n",
        "utf-8",
    )
    table = spoilt.root / "data" / "sources" / "march-monitor" / "detained.csv"
    table.write_text(table.read_text("utf-8").replace(",2023-11-04,", ",October 2023,"), "utf-8")
    done = hrdgraph.build(open_project(spoilt.root))
    [found] = [one for one in done.findings if one.rule.endswith("released-first")]
    assert "D-3" in found.focus
    [(*_, places)] = list_rows(tally_findings([found]))
    assert "detained.csv, column 'released on'; " in places
    assert "protests.csv, column 'date'" in places
    assert len(list(done.graph().query("released-first"))) == 1


def test_words_in_another_language_than_the_page_say_so(disappeared: FinishedBuild) -> None:
    page = Pages(Site.of(SearchingGraph(disappeared.project))).page("en", "list/captivity", Links())
    assert page is not None
    text = page.body.decode()
    assert '<h1 class="capital" lang="es">cautiverios</h1>' in text
    assert not re.search("[\ue000-\ue002]", text)


def test_programs_read_them(pages: Pages) -> None:
    site = pages.site
    records = Records(site, Labels(site, site.words_in("en")), "https://data.example/")
    node = site.node_of("protest-detention/march-monitor/D-1")
    assert node is not None
    claim = records.claim(node)
    assert (claim["type"], claim["says"]["charge"][0]["text"]) == (
        "protest-detention",
        "obstruction of a public road",
    )
    # told by another day than the one it began on
    released = site.node_of("protest-detention/march-monitor/D-5")
    assert released is not None
    claim = records.claim(released)
    assert (claim["date"], claim["earliest"]) == ("2024-02", "2024-02-01")
    person = site.node_of("person/Giorgi_Kapanadze")
    assert person is not None
    assert [one["date"] for one in records.thing(person)["timeline"]] == ["2024-02"]
    station = site.node_of("police-station/march-monitor/Delegación_de_Puntarenas")
    assert station is not None
    assert records.thing(station)["service"][0]["text"] == "Fuerza Pública"


def test_they_are_on_the_timeline_and_in_questions(
    protests: FinishedBuild, disappeared: FinishedBuild
) -> None:
    line = protests.graph().query("timeline-of-person", {"person": XIMENA})
    assert [row["date"] for row in line] == ["2023-05-14", "2023-05-15", "2023-11-02", "2023-11-02"]
    answer = protests.graph().query("detained-at", {"protest": TARCOLES})
    assert {row["name"] for row in answer} == {"Ximena Ibáñez-Quirós", "José Ángel Müller Vindas"}
    seen = disappeared.graph().query("seen-in", {"centre": "detention-centre/registro/El_Galpón"})
    assert len(list(seen)) == 2


def test_a_misspelt_term_of_the_project_is_no_empty_answer(spoilt: Project) -> None:
    question = spoilt.root / "local" / "queries" / "people" / "held.rq"
    question.parent.mkdir(parents=True, exist_ok=True)
    head = f"# title@en: Held\nPREFIX local: <{spoilt.namespace}ontology#>\n"
    question.write_text(head + "SELECT ?held WHERE { ?held local:chargge ?why }\n", "utf-8")
    graph = hrdgraph.build(open_project(spoilt.root)).graph()
    for asked in ("held", f"{head}SELECT ?held {{ ?held local:chargge ?why }}"):
        with pytest.raises(HrdgraphError, match="did you mean local:charge"):
            graph.query(asked)


def test_they_are_in_exports_under_names_of_their_own(protests: FinishedBuild) -> None:
    turtle = hrdgraph.export(project=protests.project, format="ttl").decode()
    assert "local:charge" in turtle
    document = json.loads(hrdgraph.export(project=protests.project, format="jsonld"))
    assert document["@context"]["local"] == "https://example.org/ontology#"
    # hrdgraph has a charge of its own, whose word it is
    assert document["@context"]["charge"]["@id"] == "hrd:charge"
    assert document["@context"]["heldAt"]["@id"] == "https://example.org/ontology#heldAt"
    network = protests.graph().to_networkx()
    assert network.nodes[f"https://example.org/id/{TARCOLES}"]["kind"] == "protest"
    ties = [ends for *ends, kind in network.edges(data="kind") if kind == "protest-detention"]
    assert [f"https://example.org/id/{key}" for key in (XIMENA, TARCOLES)] in ties


def test_the_ontology_and_its_shapes_know_them(protests: FinishedBuild) -> None:
    graph = protests.graph()
    charge = next(
        one
        for one in graph.ontology.properties
        if one.value == "https://example.org/ontology#charge"
    )
    assert graph.ontology.label(charge) == "Charge"
    (rule,) = (one for one in rules_of(graph.ontology).rules if "example.org" in one.iri.value)
    assert [graph.ontology.label(rule.iri), len(rule.questions), rule.is_detail] == [
        "released on",
        3,
        True,
    ]
    asked = "SELECT ?s WHERE { GRAPH <https://example.org/graph/ontology> { ?s rdfs:subClassOf hrd:Claim } FILTER(STRSTARTS(STR(?s), 'https://example.org/')) }"
    assert len(list(graph.query(asked))) == 2


def test_what_is_not_public_is_not_there(protests: FinishedBuild) -> None:
    build = protests.project.build_dir
    public = [path for path in build.rglob("*") if path.is_file() and "private" not in path.parts]
    assert not [
        path
        for path in public
        if b"8888 0123" in path.read_bytes() or b"Kabelo" in path.read_bytes()
    ]


def test_columns_are_withheld_until_the_file_says_otherwise(spoilt: Project) -> None:
    file = spoilt.root / "local" / "kinds" / "protest-detention.yml"
    file.write_text(file.read_text("utf-8").replace("visibility: public\n", "", 1), "utf-8")
    done = hrdgraph.build(spoilt)
    assert "obstruction" not in (spoilt.build_dir / "graph.nq").read_text("utf-8")
    [note] = [
        one
        for one in done.result.findings
        if one.rule == "kind-withheld" and "protest-detention" in one.focus
    ]
    assert "visibility: public" in note.message("en")
    assert "local/kinds/protest-detention.yml" in note.message("en")


def test_a_workbook_and_an_import_know_them(protests: FinishedBuild, tmp_path: Path) -> None:
    book = hrdgraph.template(
        "protest-detention", output=tmp_path / "t.xlsx", project=protests.project
    )
    assert book.stat().st_size > 4000
    table = tmp_path / "2024.csv"
    table.write_text(
        "Detainee,Protest,Detained on,Held at,Charge,Source\nAoife Ní Bhriain,P-3,2024-02-03,Mtatsminda,,https://a.example/1\n",
        "utf-8",
    )
    [found], _ = TableProposer(protests.project, "en").of(table)
    assert found.guess.kind == "protest-detention"


def test_a_project_adds_a_column_to_a_kind_of_hrdgraph(spoilt: Project) -> None:
    (spoilt.root / "local" / "kinds" / "fate.yml").write_text(
        "visibility: public\ncolumns:\n  told_by: {label: Told by}\n", "utf-8"
    )
    kinds = open_project(spoilt.root).kinds
    column = kinds["fate"].column("told_by")
    assert column is not None
    assert column.predicate is not None
    assert column.predicate.value == "https://example.org/ontology#toldBy"
    (spoilt.root / "local" / "kinds" / "fate.yml").write_text("columns:\n  fate: {}\n", "utf-8")
    with pytest.raises(OntologyError, match="'fate' appears twice"):
        _ = spoilt.kinds


def test_what_is_required_tells_facts_apart_beside_what_identifies(spoilt: Project) -> None:
    """Raids on two organisations on one day do not disagree."""
    raid = "columns:\n  place: {required: true}\n  day: {type: date, identifies: true}\n  pretext: {disputed: one-value}\n"
    (spoilt.root / "local" / "kinds" / "raid.yml").write_text(raid, "utf-8")
    kind = open_project(spoilt.root).kinds["raid"]
    pretext = kind.column("pretext")
    assert pretext is not None
    assert [iri.value.rpartition("#")[2] for iri in kind.question_of(pretext)] == ["place", "date"]


def test_a_list_that_nobody_has_is_named_with_the_likely_one(spoilt: Project) -> None:
    raid = "columns:\n  name: {required: true}\n  form: {type: code, scheme: protest-forms}\n"
    (spoilt.root / "local" / "kinds" / "raid.yml").write_text(raid, "utf-8")
    with pytest.raises(OntologyError, match="did you mean 'protest-form'"):
        _ = open_project(spoilt.root).kinds


def test_the_heading_that_a_kind_of_the_project_declares_is_read(spoilt: Project) -> None:
    """Elsewhere a verdict speaks of proceedings alone, and a medium is who published the source."""
    (spoilt.root / "local" / "kinds" / "strike.yml").write_text(
        "columns:\n  name: {required: true}\n  verdict_on: {type: date}\n"
        "  outlet: {type: name, of: [organisation], many: true, headings: [media]}\n",
        "utf-8",
    )
    table = spoilt.root / "strikes.csv"
    rows = "Name,Verdict on,Media\nDockers of Valparaíso,2021-12-09,Canal 9; 24 Horas\n"
    table.write_text(rows, "utf-8")
    [found], _ = TableProposer(open_project(spoilt.root), "en").of(table, "strike")
    assert found.columns["verdict_on"] == "Verdict on"
    assert found.columns["outlet"] == "Media"


def test_terms_of_the_project_are_apart_from_those_of_hrdgraph() -> None:
    assert own_namespace("https://example.org/id/") == "https://example.org/"
    assert own_namespace("https://w3id.org/hrdgraph/id/") == "https://w3id.org/hrdgraph/local/"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("columns:\n  a: {property: lcoal:a}\n", "lcoal"),
        ("columns:\n  a: {type: colour}\n", "colour"),
        ("colums:\n  a: {}\n", "colums"),
        ("- a\n", "strike.yml"),
        ("columns:\n  end: {type: date, property: hrd:end}\n", "the ontology has no hrd:end"),
        (
            "columns:\n  on: {type: date, property: hrd:charge}\n",
            "hrd:charge holds 'words' elsewhere",
        ),
        (
            "columns:\n  charge: {type: money}\n",
            "but 'money' here",
        ),  # protest-detention has it in words
    ],
)
def test_what_is_wrong_in_a_kind_is_said_with_its_place(
    spoilt: Project, text: str, told: str
) -> None:
    (spoilt.root / "local" / "kinds" / "strike.yml").write_text(text, "utf-8")
    with pytest.raises(OntologyError) as caught:
        _ = spoilt.kinds
    assert caught.value.origin.file.endswith("local/kinds/strike.yml")
    assert told in str(caught.value)
    assert caught.value.hint


def test_prefixes_of_the_project_are_known(spoilt: Project) -> None:
    (spoilt.root / "local" / "prefixes.toml").write_text(
        'ovd = "https://ovd.example/terms#"\n', "utf-8"
    )
    (spoilt.root / "local" / "kinds" / "strike.yml").write_text(
        "columns:\n  trade: {property: ovd:trade}\n", "utf-8"
    )
    [trade] = open_project(spoilt.root).kinds["strike"].attributes[:1]
    assert trade.predicate is not None
    assert trade.predicate.value == "https://ovd.example/terms#trade"
    (spoilt.root / "local" / "prefixes.toml").write_text('ovd = "ovd.example"\n', "utf-8")
    with pytest.raises(HrdgraphError, match="ovd"):
        open_project(spoilt.root)
