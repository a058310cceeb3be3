"""Derivations over claims by the thousand and by chance: nothing grows with the square, and a plain count in Python says the same."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from tests.small_projects import create_small_project

from hrdgraph.ontology import Ontology, load
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.pipeline.stages.derivation import derive_all
from hrdgraph.project import open_project, open_shipped_model
from hrdgraph.queries.catalogue import Catalogue, find
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.vocab import DCTERMS, EDTF, FOAF, HRD, HRDV, OA, ORG, RDF, SKOS

ROOT = Path(__file__).parents[2]
GRAPH, DERIVED = IRI("http://e.example/graph"), IRI("http://e.example/derived")
CONTESTED, ASSERTED = HRDV["claim-status/contested"], HRDV["claim-status/asserted"]
KINDS = {
    "laureates of one edition": (
        HRD.AwardConferral,
        HRD.recipient,
        {HRD.edition: "edition", HRD.outcome: HRDV["outcome/laureate"]},
    ),
    "members of one organisation": (
        ORG.Membership,
        ORG.member,
        {ORG.organization: "group", ORG.role: HRDV["role/member"]},
    ),
    "posts of one person": (
        ORG.Membership,
        ORG.organization,
        {ORG.member: "person", ORG.role: HRDV["role/member"]},
    ),
    "founders of one organisation": (
        HRD.Founding,
        HRD.founder,
        {ORG.resultingOrganization: "group"},
    ),
    "organisations of one founder": (
        HRD.Founding,
        ORG.resultingOrganization,
        {HRD.founder: "person"},
    ),
}


def at(name: str) -> IRI:
    return IRI(f"http://e.example/{name}")


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load(open_shipped_model())


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return find(ROOT / "queries")


def derived(
    quads: Iterator[Quad], catalogue: Catalogue, ontology: Ontology
) -> tuple[list[Quad], float]:
    """What is derived, and the processor time that it took."""
    known = ColumnGraph.from_quads(quads)
    with OxigraphStore.create() as store:
        store.add(known)
        start = time.process_time()
        found = derive_all(store, catalogue, ontology, known, DERIVED)
        return list(found.graph), time.process_time() - start


def claim(name: str, said: dict[IRI, IRI], document: str, status: IRI = ASSERTED) -> Iterator[Quad]:
    evidence = at(f"evidence-{name}")
    whole = {**said, HRD.claimStatus: status, HRD.evidence: evidence}
    yield from (Quad(at(name), predicate, value, GRAPH) for predicate, value in whole.items())
    yield Quad(evidence, OA.hasSource, at(document), GRAPH)


def published(documents: int, publishers: int) -> Iterator[Quad]:
    for number in range(documents):
        yield Quad(
            at(f"page-{number}"),
            DCTERMS.publisher,
            Literal(f"publisher {number % publishers}"),
            GRAPH,
        )


@pytest.mark.heavy
@pytest.mark.parametrize("kind", KINDS)
def test_thousands_of_claims_that_share_a_thing_are_no_burden(
    kind: str, catalogue: Catalogue, ontology: Ontology
) -> None:
    many, (cls, varied, fixed) = 3000, KINDS[kind]

    def quads() -> Iterator[Quad]:
        yield from published(2, 2)
        common = {RDF.type: cls} | {
            name: value if isinstance(value, IRI) else at(value) for name, value in fixed.items()
        }
        for number in range(many):
            status = CONTESTED if number % 20 == 0 else ASSERTED
            yield from claim(
                f"claim-{number}",
                {**common, varied: at(f"other-{number % (many // 2)}")},
                f"page-{number * 2 // many}",
                status,
            )

    found, seconds = derived(quads(), catalogue, ontology)
    counts = [quad for quad in found if quad.predicate == HRD.independentPublishers]
    verified = [quad for quad in found if quad.object == HRDV["claim-status/verified"]]
    assert {str(getattr(quad.object, "value", "")) for quad in counts} == {"2"}
    assert (len(counts), len(verified)) == (
        many,
        many - many // 20,
    )  # both claims of a twentieth of the pairs are contested
    assert seconds < 5  # it takes 0.5 s; compared each with each, from 8 s on


PUBLISHERS = ("Сова – Центр", "СОВА ЦЕНТР", "www.sova-center.ru", "Sova Center", "SOVA")


@pytest.mark.parametrize(("others", "count"), [((), 1), (("Memorial",), 2)])
def test_one_publisher_under_several_names_is_one(
    others: tuple[str, ...], count: int, catalogue: Catalogue, ontology: Ontology
) -> None:
    body = at("sova")
    quads = [
        Quad(body, RDF.type, ORG.Organization, GRAPH),
        Quad(body, SKOS.prefLabel, Literal("Сова-Центр"), GRAPH),
        *(Quad(body, SKOS.altLabel, Literal(name), GRAPH) for name in ("SOVA Center", "Sova")),
        Quad(body, FOAF.homepage, IRI("https://sova-center.ru/en/"), GRAPH),
    ]
    for number, name in enumerate((*PUBLISHERS, *others)):
        quads.append(Quad(at(f"page-{number}"), DCTERMS.publisher, Literal(name), GRAPH))
        said = {RDF.type: ORG.Membership, ORG.member: at("her"), ORG.organization: at("group")}
        said |= {ORG.role: HRDV["role/member"]}
        quads += claim(f"claim-{number}", said, f"page-{number}")
    found, _ = derived(iter(quads), catalogue, ontology)
    counts = {quad.object.value for quad in found if quad.predicate == HRD.independentPublishers}
    verified = {quad.object for quad in found} & {HRDV["claim-status/verified"]}
    assert (counts, bool(verified)) == ({str(count)}, count > 1)


PAGES = ("https://sova.example/1", "https://www.sova.example/2", "https://press.example/3")


@pytest.mark.parametrize(
    ("names", "count"),
    [
        ((("Sova",), ("Sova", "sova.example")), 1),  # who published it and on which host
        ((("Sova",), ("sova.example",)), 1),  # nobody else has pages there
        ((("Sova",), ("Sova",), ("press.example",)), 2),
        ((("sova.example",), ("www.sova.example",)), 1),
        ((("Sova",), ("Memorial",)), 2),  # two have pages on one host
    ],
)
def test_the_host_of_a_page_is_no_second_publisher(
    names: tuple[tuple[str, ...], ...], count: int, catalogue: Catalogue, ontology: Ontology
) -> None:
    quads: list[Quad] = []
    for number, (page, of_page) in enumerate(zip(PAGES, names, strict=False)):
        quads += [Quad(IRI(page), DCTERMS.publisher, Literal(name), GRAPH) for name in of_page]
        said = {RDF.type: ORG.Membership, ORG.member: at("her"), ORG.organization: at("group")}
        said |= {ORG.role: HRDV["role/member"]}
        stated = [*claim(f"claim-{number}", said, "page")]
        quads += [quad for quad in stated if quad.predicate != OA.hasSource]
        quads.append(Quad(at(f"evidence-claim-{number}"), OA.hasSource, IRI(page), GRAPH))
    found, _ = derived(iter(quads), catalogue, ontology)
    counts = {quad.object.value for quad in found if quad.predicate == HRD.independentPublishers}
    assert counts == {str(count)}


BODIES = ("Lantern Watch", "Observatorio Farol", "Фонарь")
REGISTER = """title = "Register"
publisher = "Ada"
licence = "none"
language = "en"
[facts]
language = "en"
[[table]]
file = "acts.csv"
kind = "act"
[[table]]
file = "bodies.csv"
kind = "organisation"
[[table]]
file = "pages.csv"
kind = "document"
"""


@pytest.mark.parametrize("is_judged", [False, True])
def test_publishers_that_are_judged_the_same_verify_no_act(tmp_path: Path, is_judged: bool) -> None:
    create_small_project(tmp_path / "project", "Acts")
    folder = tmp_path / "project/data/sources/register"
    folder.mkdir()
    pages = [f"https://{number}.example/page" for number in range(3)]
    acts = [f"a{number},Rosa Lamp,arrest,2016-03-03,{page}" for number, page in enumerate(pages)]
    known = [f"{page},{name}" for page, name in zip(pages, BODIES, strict=True)]
    for name, rows in (
        ("acts", ["id,victim,type,date,document", *acts]),
        ("bodies", ["name", *BODIES]),
        ("pages", ["address,publisher", *known]),
    ):
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "source.toml").write_text(REGISTER, "utf-8")
    if is_judged:
        iris = [
            f"https://example.org/id/organisation/register/{name.replace(' ', '_')}"
            for name in BODIES
        ]
        judged = [f"{one},{other},same,Ada,2026-11-24,one body" for one, other in pairwise(iris)]
        ledger = tmp_path / "project/data/judgements.csv"
        rows = ["left,right,judgement,who,when,why", *judged]
        ledger.write_text("\n".join(rows) + "\n", "utf-8")
    project = open_project(tmp_path / "project")
    build(project, BuildOptions(validate=False))
    lines = (project.root / "build/graph.nq").read_text("utf-8").splitlines()
    about = [line for line in lines if "/id/act/register/" in line]
    counts = {line.split('"')[1] for line in about if HRD.independentPublishers.value in line}
    assert counts == ({"1"} if is_judged else {"3"})
    assert any("claim-status/verified" in line for line in about) is not is_judged


@pytest.mark.parametrize("seed", range(4))
def test_publishers_are_counted_as_a_plain_loop_counts_them(
    seed: int, catalogue: Catalogue, ontology: Ontology
) -> None:
    chance = random.Random(seed)
    claims: dict[str, tuple[tuple[str, ...], str, tuple[str, str] | None]] = {}
    quads = list(published(6, 3))
    for number in range(60):
        name, page = f"claim-{number}", f"page-{chance.randrange(6)}"
        one, two = f"one-{chance.randrange(3)}", f"two-{chance.randrange(3)}"
        if number % 2:
            quads += claim(
                name,
                {
                    RDF.type: ORG.Membership,
                    ORG.member: at(one),
                    ORG.organization: at(two),
                    ORG.role: HRDV["role/member"],
                },
                page,
            )
            claims[name] = (("role", one, two), page, None)
        else:
            first = chance.choice(["", "2011-01", "2011-06"])
            quads += claim(
                name,
                {RDF.type: HRD.Act, HRD.victim: at(one), HRD.actType: HRDV["act-type/arrest"]},
                page,
            )
            quads += [Quad(at(f"event-{number}"), HRD.act, at(name), GRAPH)]
            quads += (
                [Quad(at(f"event-{number}"), HRD.date, Literal(first, EDTF.value), GRAPH)]
                if first
                else []
            )
            claims[name] = (("act", one), page, (first, first) if first else None)
    found, _ = derived(iter(quads), catalogue, ontology)
    counts = {
        quad.subject: int(getattr(quad.object, "value", "0"))
        for quad in found
        if quad.predicate == HRD.independentPublishers
    }
    for name, (core, _, dates) in claims.items():
        same = [
            page
            for other, (theirs, page, when) in claims.items()
            if theirs == core
            and (other == name or core[0] == "role" or (dates is not None and dates == when))
        ]
        publishers = {int(page[5:]) % 3 for page in same}
        assert counts[at(name)] == min(len(publishers), len(set(same))), name
