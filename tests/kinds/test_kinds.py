"""Every kind of fact table is declared whole, and says only what ontology and shapes know."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import hrdgraph
from hrdgraph.errors import HrdgraphError, OntologyError
from hrdgraph.fact_kinds import load_kinds
from hrdgraph.fact_kinds.generated_ontology import COMMAND, generate_files
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.fact_kinds.model import SHARED_FILE, match_headings
from hrdgraph.fact_kinds.template import sentence_of
from hrdgraph.ontology import load
from hrdgraph.project import open_shipped_model
from hrdgraph.rdf import IRI
from hrdgraph.vocab import HRD, short_iri

ONTOLOGY = Path(__file__).parents[2] / "ontology"
KINDS = load_kinds(ONTOLOGY / "tables")
TERM = re.compile(r"\bhrd:(\w+)")


@pytest.mark.parametrize("name", KINDS)
def test_terms_are_in_the_ontology(name: str) -> None:
    known = load(open_shipped_model())
    text = (ONTOLOGY / "tables" / f"{name}.yml").read_text("utf-8")
    for term in TERM.findall(text):
        assert IRI(HRD.prefix + term) in known, f"{name} says hrd:{term}"


@pytest.mark.parametrize("name", KINDS)
def test_codes_are_of_schemes(name: str) -> None:
    for column in KINDS[name].columns:
        assert (
            not column.scheme or (ONTOLOGY / "vocabularies" / f"{column.scheme}.ttl").is_file()
        ), column


@pytest.mark.parametrize("name", KINDS)
def test_a_column_is_used_and_a_used_column_is_there(name: str) -> None:
    kind = KINDS[name]
    text = kind.file.read_text("utf-8") + (kind.file.parent / SHARED_FILE).read_text("utf-8")
    used = {
        word
        for part in re.findall(r"\$\(([^()]*)\)", text)
        for word in (part, part.rpartition(" ")[0])
    }
    used |= {
        "class",
        "event",
        "document",
        "id",
        "address",
        "key",
        "row_language",
        "defender",
        "name",
    }
    used |= {f"{item.name}_language" for item in kind.attributes}
    used |= {
        one.name for one in kind.attributes if "- attributes" in text or "\nmapping:" not in text
    }
    for column in kind.columns:
        by_others = {column.kind_column for column in kind.columns} | {
            other.words_column for other in kind.columns
        }
        assert column.name in used | by_others or column.name in kind.identity, (
            f"{name}: nothing is made of {column.name}"
        )


@pytest.mark.parametrize("name", KINDS)
def test_the_class_of_a_kind_has_a_shape(name: str) -> None:
    shapes = "".join(path.read_text("utf-8") for path in (ONTOLOGY / "shapes").glob("*.ttl"))
    assert f"sh:targetClass {short_iri(KINDS[name].class_iri.value)}" in shapes


def test_what_follows_from_the_kinds_is_written() -> None:
    for path, text in generate_files(KINDS, ONTOLOGY).items():
        assert path.read_text("utf-8") == text, f"run `{COMMAND}`"


def test_a_renamed_attribute_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = shutil.copytree(ONTOLOGY, tmp_path / "ontology")
    kind = folder / "tables" / "proceeding.yml"
    kind.write_text(kind.read_text("utf-8").replace("hrd:fine", "hrd:penalty"), "utf-8")
    written = generate_files(load_kinds(folder / "tables"), folder).values()
    assert not [text for text in written if re.search(r"\bhrd:fine\b", text)]
    assert sum('"penalty": {"@id": "hrd:penalty"' in text for text in written) == 1


def test_a_datatype_of_cells_that_nobody_declares_is_written(tmp_path: Path) -> None:
    folder = shutil.copytree(ONTOLOGY, tmp_path / "ontology")
    core = (folder / "core.ttl").read_text("utf-8")
    (folder / "core.ttl").write_text(core.replace("\nhrd:money a ", "\nhrd:sum a "), "utf-8")
    terms = generate_files(KINDS, folder)[folder / "attributes.ttl"]
    assert 'hrd:money a rdfs:Datatype ;\n    rdfs:label "an amount and its currency"@en' in terms
    assert "une somme et sa monnaie" in terms


def test_sentences_say_columns() -> None:
    for kind in KINDS.values():
        assert {"en", "fr", "es"} <= kind.sentences.keys()
        for text in kind.sentences.values():
            for column in re.findall(r"\{(\w+)\}", text):
                assert kind.column(column), f"{kind.name}: no column {column}"


def test_a_sentence_leaves_out_what_is_empty() -> None:
    cells = {"type": "arrest", "victim": "Marie Mukendi", "place": "Goma"}
    assert sentence_of(KINDS["act"], cells, "en") == "arrest: Marie Mukendi, Goma."
    assert sentence_of(KINDS["act"], {"type": "arrest", "date": "2006"}, "en") == "arrest, 2006."
    assert sentence_of(KINDS["document"], {"name": "7-12", "title": "Ley"}, "es") == "7-12 Ley."


def test_headings_are_known_however_they_are_written() -> None:
    headings = ["DATE DES  FAITS", "Nom de la victime", "type_de_violation", "الضحية"]
    found = match_headings(KINDS["act"], headings)
    assert found["date"] == "DATE DES  FAITS"
    assert found["victim"] == "Nom de la victime"
    assert found["type"] == "type_de_violation"


def test_two_columns_of_a_kind_share_no_sure_heading() -> None:
    for kind in KINDS.values():
        seen: dict[str, str] = {}
        for column in kind.columns:
            for heading in {folded(column.name), *map(folded, column.labels.values())} & set(
                column.known_headings
            ):
                assert seen.setdefault(heading, column.name) == column.name, (
                    f"{kind.name}: {heading}"
                )


def test_what_is_wrong_with_a_kind_is_said(tmp_path: Path) -> None:
    (tmp_path / "visit.yml").write_text("label: {en: visits}\ncolums: {}\n", "utf-8")
    with pytest.raises(OntologyError, match="'colums' is not known here"):
        load_kinds(tmp_path)


def test_the_kinds_are_listed_where_no_project_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert hrdgraph.kinds("act")[0].name == "act"
    with pytest.raises(HrdgraphError):
        hrdgraph.kinds("act", project=tmp_path / "nowhere")
