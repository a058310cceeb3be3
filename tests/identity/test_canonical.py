"""A graph in canonical names: nothing but names and the roles of labels changes, and no withheld name comes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.identity import canonical
from hrdgraph.identity.canonical import canonicalise, dangling, identity_quads, unsaid
from hrdgraph.identity.ledger import Judgement, Ledger, Verdict
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term
from hrdgraph.rdf.terms import RDF_LANG_STRING
from hrdgraph.vocab import DCTERMS, FOAF, RDF, SKOS

A, B, C = (
    IRI(f"https://w3id.org/hrdgraph/id/person/{source}/ana") for source in ("one", "two", "three")
)
ONE, TWO, DERIVED = (
    IRI(f"https://w3id.org/hrdgraph/graph/{name}") for name in ("one", "two", "derived")
)


def same(*pairs: tuple[IRI, IRI]) -> Ledger:
    rows = [
        Judgement(a.value, b.value, Verdict.SAME, "who", date(2024, 1, 1), "why", row)
        for row, (a, b) in enumerate(pairs, 2)
    ]
    return Ledger(tuple(rows))


def said(text: str, language: str = "") -> Literal:
    return Literal(text, RDF_LANG_STRING, language) if language else Literal(text)


def labels(graph: ColumnGraph, subject: IRI) -> set[tuple[str, str, IRI]]:
    names = {SKOS.prefLabel: "pref", SKOS.altLabel: "alt"}
    return {
        (names[q.predicate], q.object.n3(), q.graph)
        for q in graph
        if q.subject == subject and q.predicate in names
    }  # type: ignore[misc]


def is_compact(graph: ColumnGraph) -> bool:
    """Whether the columns are those that the text alone would give."""
    again = ColumnGraph.from_text(graph.text())
    return graph.terms.equals(again.terms) and graph.quads.equals(again.quads)


iris = st.sampled_from([A, B, C, *(IRI(f"http://x/{letter}") for letter in "dé")])
terms = st.one_of(iris, st.builds(said, st.text(max_size=3), st.sampled_from(["", "en", "fr"])))
quads = st.lists(st.builds(Quad, iris, iris, terms, st.sampled_from([None, ONE, TWO])), max_size=15)


@given(quads, st.lists(st.tuples(iris, iris).filter(lambda pair: pair[0] != pair[1]), max_size=4))
def test_every_alias_is_renamed_in_every_place(
    rows: list[Quad], pairs: list[tuple[IRI, IRI]]
) -> None:
    ledger = same(*pairs)

    def renamed(term: Term | None) -> Term | None:
        return IRI(ledger.canonical.get(term.value, term.value)) if isinstance(term, IRI) else term

    graph = canonicalise(ColumnGraph.from_quads(rows), ledger)
    assert graph == ColumnGraph.from_quads(Quad(*map(renamed, row)) for row in rows)  # type: ignore[arg-type]
    assert is_compact(graph)


@given(quads)
def test_rename_is_what_renaming_the_text_would_be(rows: list[Quad]) -> None:
    graph = ColumnGraph.from_quads(rows)
    old, new = pl.Series([A.n3(), B.n3()]), pl.Series([C.n3(), "<http://x/d>"])
    by_text = graph.text().with_columns(pl.col("s", "p", "o", "g").replace(old, new))
    assert graph.rename(old, new) == ColumnGraph.from_text(by_text)


def test_one_preferred_label_a_language_that_of_the_first_mentioned() -> None:
    graph = ColumnGraph.from_quads([
        Quad(A, SKOS.prefLabel, said("Ana", "es"), ONE),
        Quad(A, SKOS.prefLabel, said("Anna", "fr"), ONE),
        Quad(B, SKOS.prefLabel, said("Aná", "ES"), TWO),
        Quad(B, SKOS.prefLabel, said("Ann", "en"), TWO),
        Quad(B, SKOS.altLabel, said("Ana", "es"), TWO),
        Quad(B, SKOS.altLabel, said("Anita"), TWO),
    ])  # fmt: skip
    assert labels(canonicalise(graph, same((A, B))), A) == {
        ("pref", '"Ana"@es', ONE),
        ("pref", '"Anna"@fr', ONE),
        ("alt", '"Aná"@ES', TWO),
        ("pref", '"Ann"@en', TWO),
        ("pref", '"Ana"@es', TWO),
        ("alt", '"Anita"', TWO),
    }


def test_the_ledger_not_the_alphabet_chooses_the_label() -> None:
    graph = ColumnGraph.from_quads(
        [Quad(A, SKOS.prefLabel, said("Ana"), ONE), Quad(B, SKOS.prefLabel, said("Zoe"), TWO)]
    )
    assert labels(canonicalise(graph, same((B, A))), B) == {
        ("pref", '"Zoe"', TWO),
        ("alt", '"Ana"', ONE),
    }


def test_equal_preferred_labels_stay_in_both_graphs() -> None:
    graph = ColumnGraph.from_quads(
        [Quad(A, SKOS.prefLabel, said("Ana"), ONE), Quad(B, SKOS.prefLabel, said("Ana"), TWO)]
    )
    assert labels(canonicalise(graph, same((A, B))), A) == {
        ("pref", '"Ana"', ONE),
        ("pref", '"Ana"', TWO),
    }


def test_labels_of_one_source_that_nobody_merged_are_left_alone() -> None:
    rows = [
        Quad(C, SKOS.prefLabel, said("Ana"), ONE),
        Quad(C, SKOS.prefLabel, said("Zoe"), ONE),
        Quad(B, RDF.type, FOAF.Person, TWO),
    ]
    assert labels(canonicalise(ColumnGraph.from_quads(rows), same((A, B))), C) == {
        ("pref", '"Ana"', ONE),
        ("pref", '"Zoe"', ONE),
    }


@pytest.mark.parametrize("merged", [True, False])
def test_of_sources_that_share_a_name_the_first_in_order_has_the_preferred_label(
    merged: bool,
) -> None:
    rows = [
        Quad(C, SKOS.prefLabel, said("Zoe", "fr"), ONE),
        Quad(C, SKOS.prefLabel, said("Ana", "fr"), TWO),
        Quad(C, SKOS.prefLabel, said("Ann", "en"), TWO),
        Quad(C, SKOS.altLabel, said("Zoe", "fr"), TWO),
        Quad(B, RDF.type, FOAF.Person, TWO),
    ]
    graph = canonicalise(ColumnGraph.from_quads(rows), same((A, B)) if merged else Ledger(()))
    assert labels(graph, C) == {
        ("pref", '"Zoe"@fr', ONE),
        ("alt", '"Ana"@fr', TWO),
        ("pref", '"Ann"@en', TWO),
        ("pref", '"Zoe"@fr', TWO),
    }
    assert is_compact(graph)


languages = st.sampled_from(["", "en", "EN", "fr"])
label_quads = st.builds(
    Quad, st.sampled_from([A, B, C]), st.sampled_from([SKOS.prefLabel, SKOS.altLabel]),
    st.builds(said, st.sampled_from(["x", "y", "z"]), languages), st.sampled_from([ONE, TWO]),
)  # fmt: skip


@given(
    st.lists(label_quads, max_size=12).filter(
        lambda rows: len({q.subject for q in rows if q.predicate == SKOS.prefLabel}) > 1
    )
)
def test_skos_holds_after_any_merge(rows: list[Quad]) -> None:
    graph = canonicalise(ColumnGraph.from_quads(rows), same((B, A), (C, B)))
    found = labels(graph, B)
    preferred: dict[str, set[str]] = {}
    for role, text, _ in found:
        if role == "pref":
            preferred.setdefault(text.rpartition('"')[2].lower(), set()).add(text)
    assert all(len(texts) == 1 for texts in preferred.values())
    assert not {text for role, text, _ in found if role == "alt"} & {
        text for texts in preferred.values() for text in texts
    }
    assert {(text, place) for _, text, place in found} == {(q.object.n3(), q.graph) for q in rows}
    assert is_compact(graph)


def aliases(quads: list[Quad]) -> list[tuple[str, str]]:
    assert {(q.predicate, q.graph) for q in quads} <= {(DCTERMS.isReplacedBy, DERIVED)}
    return [(q.subject.value, q.object.value) for q in quads]  # type: ignore[union-attr]


def test_aliases_that_sources_mention_are_published() -> None:
    before = ColumnGraph.from_quads(
        [Quad(A, RDF.type, FOAF.Person, ONE), Quad(B, FOAF.knows, IRI("http://x/d"), TWO)]
    )
    ledger = same((A, B), (A, C))
    assert aliases(identity_quads(ledger, before, before, DERIVED)) == [(B.value, A.value)]


def test_an_alias_of_which_nothing_is_published_is_not_published() -> None:
    before = ColumnGraph.from_quads([Quad(name, RDF.type, FOAF.Person, ONE) for name in (A, B)])
    published = ColumnGraph.from_quads([Quad(A, RDF.type, FOAF.Person, ONE)])
    assert not len(identity_quads(same((A, B)), before, published, DERIVED))


def test_no_link_passes_through_a_name_of_which_nothing_is_published() -> None:
    wikidata, viaf = IRI("http://www.wikidata.org/entity/Q1"), IRI("http://viaf.org/viaf/1")
    before = ColumnGraph.from_quads(
        [Quad(A, RDF.type, FOAF.Person, ONE), Quad(B, SKOS.exactMatch, viaf, ONE)]
    )
    published = ColumnGraph.from_quads([Quad(A, RDF.type, FOAF.Person, ONE)])
    of_hers = same((B, A), (B, wikidata), (A, viaf))
    silent = replace(of_hers, unsaid=frozenset({B.value}))
    assert list(identity_quads(silent, before, published, DERIVED)) == [
        Quad(A, SKOS.exactMatch, viaf, DERIVED)
    ]
    assert {quad.object for quad in identity_quads(of_hers, before, before, DERIVED)} == {
        B,
        wikidata,
        viaf,
    }


def test_a_name_of_which_nothing_is_published_names_nothing_that_has_another() -> None:
    before = ColumnGraph.from_quads(
        [Quad(A, SKOS.prefLabel, said("secret"), ONE), Quad(B, SKOS.prefLabel, said("open"), TWO)]
    )
    first = same((A, B), (C, B))
    published = ColumnGraph.from_quads(q for q in before if q.graph == TWO)
    assert unsaid(first, before, published) == {
        A.value
    }  # C is in no source: there is nothing of it to tell
    ledger = replace(first, unsaid=frozenset({A.value}))
    assert ledger.canonical == {C.value: B.value, A.value: B.value}
    assert labels(canonicalise(before, ledger), B) == {
        ("alt", said("secret").n3(), ONE),
        ("pref", said("open").n3(), TWO),
    }


def test_no_alias_no_quad() -> None:
    empty = ColumnGraph.from_quads([])
    assert not len(identity_quads(same((A, B)), empty, empty, DERIVED))
    assert not len(identity_quads(Ledger(), empty, empty, DERIVED))
    assert canonicalise(empty, same((A, B))) == empty


def test_judged_names_that_no_source_mentions_are_listed_with_the_nearest() -> None:
    typo = IRI(A.value.replace("/ana", "/anna"))
    graph = ColumnGraph.from_quads(
        [Quad(A, RDF.type, FOAF.Person, ONE), Quad(B, RDF.type, FOAF.Person, TWO)]
    )
    found = dangling(same((typo, B), (typo, C), (A, B)), graph)
    assert [(item.iri, item.rows, item.suggestion) for item in found] == [
        (typo.value, (2, 3), A.value),
        (C.value, (3,), ""),
    ]
    assert str(found[0]) == f"rows 2, 3: no source mentions {typo.value}; did you mean {A.value}?"
    assert str(found[1]) == f"row 3: no source mentions {C.value}"


def test_the_first_of_many_missing_names_have_a_suggestion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "_COMPARED", 30)
    graph = ColumnGraph.from_quads(
        Quad(IRI(f"{A.value}-{number:02}"), RDF.type, FOAF.Person, ONE) for number in range(10)
    )
    missing = [IRI(f"{A.value}-{number:02}") for number in range(20, 60)]
    found = dangling(same(*zip(missing[::2], missing[1::2], strict=True)), graph)
    assert len(found) == 40
    assert [bool(item.suggestion) for item in found] == [True] * 3 + [False] * 37


def test_a_name_used_only_as_predicate_or_graph_is_not_mentioned() -> None:
    graph = ColumnGraph.from_quads([Quad(B, A, B, ONE)])
    assert [item.iri for item in dangling(same((A, B)), graph)] == [A.value]
