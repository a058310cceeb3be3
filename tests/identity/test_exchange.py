"""Judgements to and from nomenklatura's resolver and SSSOM: round trips, what is left out, and refusals with their place."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.errors import HrdgraphError, IdentityError, Problems
from hrdgraph.identity import Judgement, Ledger, Verdict
from hrdgraph.identity.exchange import FORMATS, Taker
from hrdgraph.identity.judgements import append

TAKER = Taker("Inés", "taken over", date(2024, 6, 1))
SSSOM = "subject_id\tpredicate_modifier\tpredicate_id\tobject_id\tmapping_justification\tauthor_label\tmapping_date\tcomment\n"
MANUAL = "semapv:ManualMappingCuration"

names = st.sampled_from(
    [f"http://x/{letter}" for letter in "abcdefg"] + ["http://www.wikidata.org/entity/Q1"]
)
said = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split()) or "x"
)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Ledgers without a contradiction: each pair once, and negatives only about names that nothing joins."""
    rows: list[Judgement] = []
    for number, (left, right, verdict) in enumerate(
        draw(st.lists(st.tuples(names, names, st.sampled_from(list(Verdict))), max_size=8)), 2
    ):
        at = draw(st.sampled_from(["", "10:00:01Z"]))
        when = date(2024, 1, 1) + timedelta(days=number)
        row = Judgement(left, right, verdict, draw(said), when, draw(said), number, at)
        try:
            if left != right and row.pair not in {old.pair for old in rows}:
                Ledger((*rows, row))
                rows.append(row)
        except HrdgraphError:
            continue
    return Ledger(tuple(rows))


def facts(ledger: Ledger, *, reasons: bool) -> list[tuple[str, ...]]:
    return [
        (*row.pair, row.verdict, row.who, row.moment, row.why if reasons else "")
        for row in ledger.standing.values()
    ]


@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=examples(40))
@given(ledger=ledgers())
def test_round_trip(format_: str, ledger: Ledger, tmp_path_factory: pytest.TempPathFactory) -> None:
    read = FORMATS[format_].read(FORMATS[format_].write(ledger), "theirs", TAKER)
    path = tmp_path_factory.mktemp("round") / "judgements.csv"
    again = append(path, read.decisions).ledger if read.decisions else Ledger()
    reasons = format_ == "sssom"  # nomenklatura has no place for them
    assert facts(again, reasons=reasons) == facts(ledger, reasons=reasons)
    assert read.left_out == {}


def test_a_resolver_file_as_nomenklatura_writes_it() -> None:
    lines = [
        ["Q42", "http://x/a", "positive", 0.9, "oleg", "2024-05-01T10:00:00.123456"],
        ["NK-abc", "http://x/b", "positive", None, "oleg", None],
        ["NK-abc", "http://x/c", "positive", None, None, None],
        ["http://x/d", "http://x/c", "negative", None, "oleg", "2024-05-01T12:00:00+02:00"],
        ["http://x/e", "http://x/f", "no_judgement", 0.7, "nomenklatura/1.0", None],
        ["http://x/e", "http://x/g", "unsure", None, "oleg", "2024-05-01", None],
        ["http://x/e", "http://x/h", "positive", None, "oleg", "2024-05-01", "2024-05-02"],
    ]
    read = FORMATS["nomenklatura"].read(
        "\n".join(map(json.dumps, lines)) + "\n\n", "r.ijson", TAKER
    )
    assert [(d.left, d.right, d.verdict, d.who, f"{d.when}", d.at) for d in read.decisions] == [
        (
            "http://www.wikidata.org/entity/Q42",
            "http://x/a",
            "same",
            "oleg",
            "2024-05-01",
            "10:00:00Z",
        ),
        ("http://x/b", "http://x/c", "same", "Inés", "2024-06-01", ""),
        ("http://x/d", "http://x/c", "not-same", "oleg", "2024-05-01", "10:00:00Z"),
        ("http://x/e", "http://x/g", "unsure", "oleg", "2024-05-01", ""),
    ]
    assert read.left_out == {"without-a-judgement": 1, "word-deleted": 1}


def test_names_that_are_no_iris_need_a_prefix() -> None:
    line = json.dumps(["ofac 123", "http://x/a", "positive"])
    with pytest.raises(IdentityError, match=r"r\.ijson, line 1: 'ofac 123' is not an IRI"):
        FORMATS["nomenklatura"].read(line, "r.ijson", TAKER)
    taker = Taker("I", "x", date(2024, 6, 1), prefix="https://e.org/")
    assert (
        FORMATS["nomenklatura"].read(line, "r.ijson", taker).decisions[0].left
        == "https://e.org/ofac%20123"
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "is not JSON"), ('{"a": 1}', "not a list"), ('["a"]', "not a list"), ('["http://x/a", "http://x/b", "maybe"]', "'maybe' is not"),
        ('["http://x/a", "http://x/b", "positive", null, "o", "yesterday"]', "is not a time"), ("[1, 2, 3]", "not a list"),
    ],
)  # fmt: skip
def test_bad_resolver_lines(line: str, told: str) -> None:
    with pytest.raises(IdentityError, match=told) as caught:
        FORMATS["nomenklatura"].read(f"\n{line}\n", "r.ijson", TAKER)
    assert caught.value.origin.line == 2


def test_all_bad_lines_are_reported() -> None:
    with pytest.raises(Problems, match="line 3"):
        FORMATS["nomenklatura"].read("{\n\n[\n", "r.ijson", TAKER)


def sssom(*rows: str, header: str = "") -> str:
    return header + SSSOM + "".join(f"{row}\n" for row in rows)


def test_an_sssom_file_with_prefixes() -> None:
    header = "#mapping_set_id: https://e.org/set\n#curie_map:\n#  ex: http://x/\n#  WIKIDATA: http://www.wikidata.org/entity/\n"
    text = sssom(
        f"ex:a\t\tskos:exactMatch\tWIKIDATA:Q1\t{MANUAL}\tOleg\t2024-05-01\tone prize",
        f"ex:a\tNot\tskos:exactMatch\tex:b\t{MANUAL}\t\t\t",
        "ex:c\t\towl:sameAs\tex:d\thttps://w3id.org/semapv/vocab/MappingReview\tOleg\t2024-05-01\t",
        f"ex:e\t\tskos:closeMatch\tex:f\t{MANUAL}\tOleg\t2024-05-01\t",
        f"ex:e\t\tskos:broadMatch\tex:g\t{MANUAL}\tOleg\t2024-05-01\t",
        "ex:e\t\tskos:exactMatch\tex:h\tsemapv:LexicalMatching\t\t2024-05-01\t",
        header=header,
    )
    read = FORMATS["sssom"].read(text, "m.tsv", TAKER)
    assert [(d.left, d.right, d.verdict, d.who, d.why, d.origin.line) for d in read.decisions] == [
        ("http://x/a", "http://www.wikidata.org/entity/Q1", "same", "Oleg", "one prize", 6),
        ("http://x/a", "http://x/b", "not-same", "Inés", "taken over", 7),
        ("http://x/c", "http://x/d", "same", "Oleg", "taken over", 8),
        ("http://x/e", "http://x/f", "unsure", "Oleg", "taken over", 9),
    ]
    assert read.left_out == {
        "of-another-relation": 1,
        "found-by-a-program-and-not-by-a-person": 1,
    }
    taker = Taker("Inés", "checked", date(2024, 6, 1), automatic=True)
    assert len(FORMATS["sssom"].read(text, "m.tsv", taker).decisions) == 5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no column"), ("a,b\n", "no column"), ("#a: [\n" + SSSOM, "not YAML"),
        (sssom(f"ex:a\t\tskos:exactMatch\thttp://x/b\t{MANUAL}\tO\t2024-05-01\t"), "m.tsv, line 2: 'ex:a' is not an IRI"),
        (sssom(f"http://x/a\tPerhaps\tskos:exactMatch\thttp://x/b\t{MANUAL}\tO\t2024-05-01\t"), "not a modifier"),
        (sssom(f"http://x/a\tNot\tskos:closeMatch\thttp://x/b\t{MANUAL}\tO\t2024-05-01\t"), "says nothing"),
        (sssom(f"http://x/a\t\tskos:exactMatch\thttp://x/b\t{MANUAL}\tO\tMay\t"), "not a time"),
    ],
)  # fmt: skip
def test_bad_sssom(text: str, told: str) -> None:
    with pytest.raises((IdentityError, Problems), match=told):
        FORMATS["sssom"].read(text, "m.tsv", TAKER)


def test_a_conflict_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "judgements.csv"
    path.write_text(
        "left,right,judgement,who,when,why\nhttp://x/a,http://x/b,not-same,Oleg,2024-01-01,seen\n",
        "utf-8",
    )
    before = path.read_bytes()
    lines = [["http://x/c", "http://x/d", "positive"], ["http://x/b", "http://x/a", "positive"]]
    read = FORMATS["nomenklatura"].read("\n".join(map(json.dumps, lines)), "r.ijson", TAKER)
    with pytest.raises(
        IdentityError, match=r"r\.ijson, line 2: 'same' for a pair that is judged 'not-same'"
    ):
        append(path, read.decisions)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("cells", "who"),
    [
        ({"author_label": "Ngũgĩ wa Thiong'o", "reviewer_label": "Irène", "author_id": "orcid:1"}, "Ngũgĩ wa Thiong'o"),
        ({"reviewer_label": "Irène", "author_id": "orcid:1"}, "Irène"),
        ({"author_id": "orcid:1"}, "orcid:1"),
        ({}, TAKER.who),
    ],
)  # fmt: skip
def test_who_decided_is_the_author_or_else_who_reviewed(cells: dict[str, str], who: str) -> None:
    names = (
        "subject_id",
        "predicate_id",
        "object_id",
        "mapping_justification",
        "mapping_date",
        *cells,
    )
    row = ("ex:王", "skos:exactMatch", "ex:b", MANUAL, "2024-05-01", *cells.values())
    text = "#curie_map:\n#  ex: http://x/\n" + "\t".join(names) + "\n" + "\t".join(row) + "\n"
    [decision] = FORMATS["sssom"].read(text, "m.tsv", TAKER).decisions
    assert (decision.left, decision.right, decision.who) == ("http://x/王", "http://x/b", who)


def test_a_name_that_is_a_prefix_and_has_no_colon_is_no_iri() -> None:
    row = ("ex", "skos:exactMatch", "ex:b", MANUAL, "2024-05-01")
    names = ("subject_id", "predicate_id", "object_id", "mapping_justification", "mapping_date")
    text = "#curie_map:\n#  ex: http://x/\n" + "\t".join(names) + "\n" + "\t".join(row) + "\n"
    with pytest.raises((IdentityError, Problems), match="'ex' is not an IRI"):
        FORMATS["sssom"].read(text, "m.tsv", TAKER)
