"""One IRI for a thing, given once, without a source in it: whatever sources are called, come or
go, and in whatever order they are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.errors import HrdgraphError
from hrdgraph.identity.canonical import canonicalise, dangling, identity_quads, unsaid
from hrdgraph.identity.ledger import Judgement, Ledger, Verdict
from hrdgraph.identity.minting import NamingScheme, follow_renamed, mint
from hrdgraph.identity.persistent_iris import FILE, PersistentIRI, read_persistent_iris, write_rows
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.vocab import SKOS

BASE = "https://example.org/id/"
DERIVED = IRI("https://example.org/graph/derived")
DAY = date(2026, 1, 1)
KEYS = ("Ana_Ruiz", "Ba_Jin", "José_C", "Ana_Ruiz-2")
Sources = dict[str, tuple[str, ...]]  # the keys of the persons of each source


def person(source: str, key: str) -> str:
    return f"{BASE}person/{source}/{key}"


def judged(left: str, right: str, verdict: Verdict = Verdict.SAME, row: int = 2) -> Judgement:
    return Judgement(left, right, verdict, "me", DAY, "why", row)


def graph_of(sources: Sources) -> ColumnGraph:
    return ColumnGraph.from_quads(
        [
            Quad(IRI(person(source, key)), SKOS.prefLabel, Literal(key), IRI(f"{BASE}g/{source}"))
            for source, keys in sources.items()
            for key in keys
        ]
    )


def name(sources: Sources, ledger: Ledger | None = None, hidden: Sources | None = None) -> Ledger:
    """What a build makes of the ledger; `hidden` is withheld."""
    scheme = NamingScheme(BASE, ("person",), tuple(sorted({*sources, *(hidden or {})})))
    public = graph_of(sources)
    whole = ColumnGraph.union([public, graph_of(hidden or {})])
    moved = follow_renamed(ledger or Ledger(), scheme, whole)
    return mint(replace(moved, unsaid=unsaid(moved, whole, public)), scheme, public)


def recorded(ledger: Ledger, since: str = "2026-01-01") -> Ledger:
    """The ledger as the next build reads it."""
    rows = tuple(replace(row, since=row.since or since) for row in ledger.persistent)
    return replace(ledger, persistent=rows, unsaid=frozenset())


def iris(ledger: Ledger, sources: Sources) -> dict[tuple[str, str], str]:
    """The IRI of each person, by source and key."""
    return {
        (source, key): ledger.canonical[person(source, key)]
        for source, keys in sources.items()
        for key in keys
    }


keys_of = st.lists(st.sampled_from(KEYS), min_size=1, unique=True).map(tuple)
some_sources = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]), keys_of, min_size=1, max_size=3
)


@settings(max_examples=examples(100), deadline=None)
@given(some_sources)
def test_the_order_of_sources_does_not_matter(sources: Sources) -> None:
    turned = dict(reversed(sources.items()))
    assert iris(name(sources), sources) == iris(name(turned), sources)


@settings(max_examples=examples(100), deadline=None)
@given(some_sources, keys_of)
def test_another_source_changes_none(sources: Sources, keys: tuple[str, ...]) -> None:
    before = name(sources)
    more = {"A": keys, **sources}  # read first
    after = name(more, recorded(before))
    assert iris(after, sources) == iris(before, sources)
    assert name(sources, recorded(after)).persistent == recorded(after).persistent


@settings(max_examples=examples(100), deadline=None)
@given(some_sources)
def test_a_source_that_comes_back_finds_its_iris(sources: Sources) -> None:
    before = recorded(name(sources))
    away = dict(list(sources.items())[1:])
    between = recorded(name(away, before)) if away else before
    assert between.persistent == before.persistent
    assert iris(name(sources, between), sources) == iris(before, sources)


@settings(max_examples=examples(100), deadline=None)
@given(some_sources)
def test_a_renamed_source_keeps_its_iris_and_old_names_lead_on(sources: Sources) -> None:
    before = recorded(name(sources))
    old, *others = sources
    renamed = {"z": sources[old], **{source: sources[source] for source in others}}
    after = name(renamed, before)
    mine = {key: iri for (source, key), iri in iris(before, sources).items() if source == old}
    assert {key: iris(after, renamed)["z", key] for key in sources[old]} == mine
    graph = graph_of(renamed)
    replaced = {
        quad.subject.value: quad.object.value
        for quad in identity_quads(after, graph, graph, DERIVED)
        if isinstance(quad.subject, IRI) and isinstance(quad.object, IRI)
    }
    assert {person(old, key): iri for key, iri in mine.items()}.items() <= replaced.items()
    assert name(renamed, recorded(after)).persistent == recorded(after).persistent


@settings(max_examples=examples(100), deadline=None)
@given(some_sources)
def test_two_of_one_name_stay_two(sources: Sources) -> None:
    found = iris(name(sources), sources)
    assert len(set(found.values())) == len(found)
    assert not any(f"/{source}/" in iri for (source, _), iri in found.items())


@settings(max_examples=examples(100), deadline=None)
@given(some_sources, keys_of)
def test_what_is_withheld_is_given_none_and_changes_none(
    sources: Sources, keys: tuple[str, ...]
) -> None:
    hidden = {"A": keys}
    assert name(sources, hidden=hidden).persistent == name(sources).persistent


def test_the_older_iri_stays_when_two_become_one_and_when_they_part() -> None:
    sources: Sources = {"a": ("Ana_Ruiz",), "b": ("A_Ruiz",)}
    old = recorded(name({"b": ("A_Ruiz",)}), "2025-01-01")
    both = recorded(name(sources, old), "2026-01-01")
    joined = replace(both, judgements=(judged(person("a", "Ana_Ruiz"), person("b", "A_Ruiz")),))
    one = name(sources, joined)
    assert set(iris(one, sources).values()) == {f"{BASE}person/A_Ruiz"}
    graph = graph_of(sources)
    led = {quad.subject for quad in identity_quads(one, graph, graph, DERIVED)}
    assert IRI(f"{BASE}person/Ana_Ruiz") in led  # it was published
    apart = replace(
        joined,
        judgements=(
            *joined.judgements,
            replace(joined.judgements[0], verdict=Verdict.NOT_SAME, when=date(2026, 2, 1), row=3),
        ),
    )
    assert iris(name(sources, apart), sources) == iris(both, sources)


def test_names_that_were_one_from_the_beginning_part_into_an_old_and_a_new_iri() -> None:
    sources: Sources = {"a": ("Ana_Ruiz",), "b": ("A_Ruiz",)}
    same = judged(person("a", "Ana_Ruiz"), person("b", "A_Ruiz"))
    one = recorded(name(sources, Ledger((same,))))
    assert [row.iri for row in one.persistent] == [f"{BASE}person/Ana_Ruiz"]
    other = replace(same, verdict=Verdict.NOT_SAME, when=date(2026, 2, 1), row=3)
    two = name(sources, replace(one, judgements=(same, other)))
    assert iris(two, sources) == {
        ("a", "Ana_Ruiz"): f"{BASE}person/Ana_Ruiz",
        ("b", "A_Ruiz"): f"{BASE}person/A_Ruiz",
    }


def test_an_iri_after_a_name_that_is_withheld_now_names_nothing_any_more() -> None:
    same = judged(person("a", "Ana_Secret"), person("b", "A_R"))
    before = recorded(name({"a": ("Ana_Secret",), "b": ("A_R",)}, Ledger((same,))))
    now = name({"b": ("A_R",)}, before, hidden={"a": ("Ana_Secret",)})
    public = graph_of({"b": ("A_R",)})
    whole = ColumnGraph.union([public, graph_of({"a": ("Ana_Secret",)})])
    told = (
        canonicalise(public, now).document()
        + identity_quads(now, whole, public, DERIVED).document()
    )
    assert b"Secret" not in told
    assert now.canonical[person("b", "A_R")] == f"{BASE}person/A_R"
    # a namesake that is public says nothing of this one
    namesake = {"b": ("A_R",), "c": ("Ana_Secret",)}
    again = name(namesake, before, hidden={"a": ("Ana_Secret",)})
    assert again.canonical[person("b", "A_R")] == f"{BASE}person/A_R"
    assert again.canonical[person("c", "Ana_Secret")] == f"{BASE}person/Ana_Secret-2"


def test_what_is_taken_or_said_by_a_mapping_is_given_to_nobody_else() -> None:
    said = Quad(IRI(f"{BASE}person/Ana_Ruiz"), SKOS.prefLabel, Literal("x"), IRI(f"{BASE}g/own"))
    graph = ColumnGraph.union([graph_of({"a": ("Ana_Ruiz",)}), ColumnGraph.from_quads([said])])
    scheme = NamingScheme(BASE, ("person",), ("a",))
    (row,) = mint(Ledger(), scheme, graph, taken=[f"{BASE}person/Ana_Ruiz-2"]).persistent
    assert row.iri == f"{BASE}person/Ana_Ruiz-3"


def test_only_names_of_sources_of_the_kinds_are_replaced() -> None:
    names = ["person/a/x", "person/nobody/x", "role/a/x", "person/a/x/y", "person/x"]
    quads = [
        Quad(IRI(BASE + key), SKOS.prefLabel, Literal("x"), IRI(f"{BASE}g/a")) for key in names
    ]
    given_ = mint(Ledger(), NamingScheme(BASE, ("person",), ("a",)), ColumnGraph.from_quads(quads))
    assert [row.name for row in given_.persistent] == [BASE + "person/a/x"]
    assert mint(Ledger(), NamingScheme(BASE), ColumnGraph.from_quads(quads)) == Ledger()


def test_a_judgement_may_name_the_iri_that_pages_show() -> None:
    sources: Sources = {"a": ("Ana_Ruiz",), "b": ("A_Ruiz",)}
    both = recorded(name(sources))
    row = judged(f"{BASE}person/Ana_Ruiz", f"{BASE}person/A_Ruiz")
    one = name(sources, replace(both, judgements=(row,)))
    assert len(set(iris(one, sources).values())) == 1
    assert dangling(one, graph_of(sources)) == []
    wrong = judged(person("a", "Ana_Ruiz"), person("b", "A_Ruiz"), Verdict.NOT_SAME, 3)
    with pytest.raises(HrdgraphError, match=FILE):
        replace(one, judgements=(row, wrong))


def test_the_file_reads_as_it_was_written(tmp_path: Path) -> None:
    rows = (
        PersistentIRI(f"{BASE}person/b", person("x", "b"), "2026-01-01", (person("w", "b"),)),
        PersistentIRI(f"{BASE}person/a", person("x", "a"), "2025-01-01"),
    )
    (tmp_path / FILE).write_text(write_rows(rows), "utf-8")
    assert set(read_persistent_iris(tmp_path / "judgements.csv")) == set(rows)
    assert write_rows(rows) == write_rows(rows[::-1])
    assert read_persistent_iris(tmp_path / "none" / "judgements.csv") == ()


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("nothing,of,the,kind\n", "column-unknown"),
        ("iri,name,since,formerly\nhttp://x/a,http://x/s/a,2026-01-01\n", "cells-beyond-header"),
        ("iri,name,since,formerly\na,http://x/s/a,2026-01-01,\n", "not-as-expected"),
        ("iri,name,since,formerly\nhttp://x/a,http://x/s/a,soon,\n", "not-as-expected"),
        (
            "iri,name,since,formerly\nhttp://x/a,http://x/s/a,2026-01-01,\n"
            "http://x/a,http://x/t/a,2026-01-01,\n",
            "already-in-row",
        ),
        (
            "iri,name,since,formerly\nhttp://x/a,http://x/s/a,2026-01-01,\n"
            "http://x/b,http://x/s/a,2026-01-01,\n",
            "already-in-row",
        ),
        ("iri,name,since,formerly\n<<<<<<< HEAD\n", "cells-beyond-header"),
    ],
)
def test_what_is_wrong_with_the_file_is_told(rows: str, code: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(rows, "utf-8")
    with pytest.raises(HrdgraphError) as told:
        read_persistent_iris(tmp_path / "judgements.csv")
    assert told.value.code.startswith(code)
