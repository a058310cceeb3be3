"""Somebody who is kept back in one row of a source is in no public byte of it, and other sources are asked about."""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples
from tests.pipeline.canaries import read_outputs
from tests.small_projects import create_bare_project

from hrdgraph.catalogue import render
from hrdgraph.errors import HrdgraphError, SourceError
from hrdgraph.identity.names.words import fold_names
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.pipeline.result import Result
from hrdgraph.privacy.kept_back import NamePatterns
from hrdgraph.project import open_project

QUICK: Final = BuildOptions(validate=False)
KNOWN: Final[set[bytes]] = set()
BETWEEN: Final = re.compile(rb'[\x00-\x1f]+|"},{"')
SOURCE: Final = (
    'title = "{name}"\npublisher = "Les Amis du Kivu"\nlicence = "none"\nlanguage = "fr"\n'
)
PAGE: Final = "https://www.rfi.fr/afrique/kivu-2021"
KIND: Final = 'kind = "act"\n'
PEOPLE: Final = "Nom,Pays,Confidentiel\nMarie Mukendi Ngoy,CD,oui\nJosé Lima Araújo,BR,\n"
ACTS: Final = (
    "Acte,Victime,Date,Pays,Source,Remarques\n"
    f"détention,Marie Mukendi Ngoy,2021-03-04,CD,{PAGE},trois semaines\n"
    f"menace,José Lima Araújo,2021-05-04,BR,{PAGE},par téléphone\n"
    f"menace,José Lima Araújo,2021-06-04,BR,{PAGE},citée avec NGOY  mukendi Marie\n"
)


def write_source(
    root: Path, name: str, tables: dict[str, str], kinds: dict[str, str], more: str = ""
) -> Path:
    """A source of tables of facts; `kinds` says what each is."""
    folder = root / "data" / "sources" / name
    folder.mkdir(parents=True, exist_ok=True)
    text = SOURCE.format(name=name) + more
    for file, rows in tables.items():
        (folder / file).write_text(rows, encoding="utf-8")
        text += f'\n[[table]]\nfile = "{file}"\nkind = "{kinds[file]}"\n'
    (folder / "source.toml").write_text(text, encoding="utf-8")
    return folder


def new_project(root: Path) -> Path:
    create_bare_project(root, "Kivu")
    return root


def make(root: Path) -> Result:
    return build(open_project(root), QUICK)


def lines_of(build_folder: Path) -> set[bytes]:
    """Every line of every public file."""
    lines: set[bytes] = set()
    for name, data in read_outputs(build_folder):
        is_binary = b"\0" in data or name.endswith("!")
        lines.update((name.encode(), *(BETWEEN.split(data) if is_binary else data.splitlines())))
    return lines


@lru_cache(maxsize=1)
def own_lines(build_folder: Path, _made: int) -> pl.Series:
    """The lines that a build has and one without these people has not."""
    lines = sorted(lines_of(build_folder) - KNOWN)
    return pl.Series([line.decode("utf-8", "replace") for line in lines], dtype=pl.String)


def texts_of(root: Path) -> pl.Series:
    return own_lines(root / "build", (root / "build" / "manifest.json").stat().st_mtime_ns)


@pytest.fixture(scope="module", autouse=True)
def _known(small_build: Path) -> None:
    KNOWN.update(lines_of(small_build / "build"))


def public_words(root: Path) -> str:
    """All that is public of these people, as text without case and accents."""
    return "\n".join(fold_names(texts_of(root)).to_list())


def names_in(root: Path, names: Sequence[str]) -> list[str]:
    """Those of the names that stand in some public file."""
    texts = texts_of(root)
    texts = texts.filter(NamePatterns(names).is_in(texts))
    return [name for name in names if NamePatterns([name]).is_in(texts).any()]


def test_a_name_of_one_word_is_found_as_its_script_parts_words() -> None:
    texts = pl.Series(["据刘晓波说", "in Limache", "de Lima,"])
    assert NamePatterns(["刘晓波", "Lima"]).is_in(texts).to_list() == [True, False, True]


def test_a_name_of_ten_letters_is_found_without_its_space() -> None:
    texts = pl.Series(["IgorÑíguez.jpg", "AnaÑíguez.jpg"])
    assert NamePatterns(["Igor Ñíguez", "Ana Ñíguez"]).is_in(texts).to_list() == [True, False]


def test_a_workbook_with_a_sheet_of_people_and_one_of_acts(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    write_source(
        root,
        "kivu",
        {"personnes.csv": PEOPLE, "faits.csv": ACTS},
        {"personnes.csv": "person", "faits.csv": "act"},
    )
    result = make(root)
    assert names_in(root, ["Marie Mukendi Ngoy", "José Lima Araújo"]) == ["José Lima Araújo"]
    words = public_words(root)
    assert "2021 05 04" in words
    assert "2021 06 04" in words
    assert "2021 03 04" not in words
    assert "trois semaines" not in words
    (counted,) = [one for one in result.findings if "faits.csv" in one.message("fr")]
    assert "2 lignes sur 3" in counted.message("fr")


def test_a_document_that_is_no_web_page_is_only_for_us(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    table = f"Adresse web,Titre\n{PAGE}/informe,Informe de Ñuble\n,Carta de Ayşe Gizli Yıldırım\n"
    write_source(root, "archivo", {"documentos.csv": table}, {"documentos.csv": "document"})
    [counted] = [one for one in make(root).findings if one.rule == "rows-published"]
    assert "1 ligne sur 2" in counted.message("fr")
    words = public_words(root)
    assert "informe de nuble" in words
    assert "gizli" not in words


def add_mapping(root: Path, name: str, people: str, acts: str, more: str = "") -> None:
    """The same by a mapping in YARRRML over two tables."""
    folder = root / "data" / "sources" / name
    folder.mkdir(parents=True)
    (folder / "people.csv").write_text(people, encoding="utf-8")
    (folder / "acts.csv").write_text(acts, encoding="utf-8")
    (folder / "source.toml").write_text(SOURCE.format(name=name), encoding="utf-8")
    (folder / "mapping.yml").write_text(
        f"""mappings:
  person:
    sources: [[people.csv~csv]]
    s: id:person/{name}/$(key)
    po:
      - [a, foaf:Person]
      - [skos:prefLabel, $(name)]
      - [hrd:evidence, https://example.org/evidence/$(key)~iri]
  act:
    sources: [[acts.csv~csv]]
    s: id:act/{name}/$(id)
    po:
      - [a, hrd:Act]
      - [hrd:victim, id:person/{name}/$(victim)~iri]
      - [rdfs:label, $(note)]
"""
        + more,
        encoding="utf-8",
    )


def test_sources_with_a_mapping_of_their_own(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    people = "key,name,visibility\np1,Наталья Эстемирова,restricted\np2,Игорь Каляпин,\n"
    acts = "id,victim,note\na1,p1,зимой\na2,p2,весной\na3,p2,вместе с Эстемирова  НАТАЛЬЯ\n"
    add_mapping(root, "grozny", people, acts)
    make(root)
    assert names_in(root, ["Наталья Эстемирова", "Игорь Каляпин"]) == ["Игорь Каляпин"]
    words = public_words(root)
    assert "веснои" in words
    assert "зимои" not in words
    assert "person p1" not in words


PRIZES: Final = f"Prix,Année,Lauréat,Source,Motivation\nPrix Rafto,2019,Mukendi Ngoy Marie,{PAGE},pour son courage\nPrix Rafto,2020,José Lima Araújo,{PAGE},avec MARIE MUKENDI NGOY\n"
ROLES: Final = f"Personne,Fonction,Organisation,Source\nMarie  Mukendi-Ngoy,présidente,Les Amis du Kivu,{PAGE}\nJosé Lima Araújo,membre,Les Amis du Kivu,{PAGE}\n"
CASES: Final = f"Accusé,Tribunal,Source\nMARIE MUKENDI NGOY,Tribunal de Goma,{PAGE}\nJosé Lima Araújo,Tribunal de Bukavu,{PAGE}\n"


def test_prizes_roles_and_court_cases_of_the_workbook(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    tables = {
        "personnes.csv": PEOPLE,
        "prix.csv": PRIZES,
        "fonctions.csv": ROLES,
        "affaires.csv": CASES,
    }
    kinds = {
        "personnes.csv": "person",
        "prix.csv": "conferral",
        "fonctions.csv": "role",
        "affaires.csv": "proceeding",
    }
    write_source(root, "kivu", tables, kinds)
    make(root)
    assert names_in(root, ["Marie Mukendi Ngoy", "José Lima Araújo"]) == ["José Lima Araújo"]
    words = public_words(root)
    assert "les amis du kivu" in words
    assert "tribunal de bukavu" in words
    assert "tribunal de goma" not in words
    assert "pour son courage" not in words


LOGS: Final = {
    "intervention": ("Intervention,Intervenant,Destinataire", "visite,Notre association,{}"),
    "act": ("Acte,Victime,Apporté par", "menace,Rosa Díaz,{}"),
    "role": ("Personne,Fonction,Parrain", "Rosa Díaz,membre,{}"),
    "event": ("Événement,Lieu", "EV-{date},{}"),
    "document": ("Adresse web,Éditeur", "https://rfi.fr/{date},{}"),
}


def test_a_row_with_the_name_of_somebody_kept_back_in_any_column_goes_whole(
    tmp_path: Path,
) -> None:
    root = new_project(tmp_path / "p")
    tables = {
        "personnes.csv": "Nom,Pays,Confidentiel\nMarie Mukendi Ngoy,CD,oui\nJosé Lima Araújo,BR,\n"
    }
    cells = {
        "04": "José Lima Araújo",
        "05": "NGOY Mukendi Marie",
        "06": '"José Lima Araújo, Marie Mukendi Ngoy"',
        "07": "Marie Mukendi Ngoy et José Lima Araújo",
        "08": "un ami de Marie Mukendi Ngoy qui est venu nous voir",
    }
    for year, (kind, (heading, row)) in enumerate(LOGS.items(), 2017):
        tables[f"{kind}.csv"] = f"{heading},Date\n" + "".join(
            f"{row.format(cell, date=f'{year}{month}')},{year}-{month}-04\n"
            for month, cell in cells.items()
        )
    more = '[facts]\nunsourced = "public"\n'
    kinds = {"personnes.csv": "person"} | {f"{kind}.csv": kind for kind in LOGS}
    write_source(root, "kivu", tables, kinds, more)
    result = make(root)
    words = public_words(root)
    told = [one.message("fr") for one in result.findings if one.rule == "rows-published"]
    for year, kind in enumerate(LOGS, 2017):
        assert [month for month in cells if f"{year} {month} 04" in words] == ["04", "08"], kind
        (counted,) = [one for one in told if f"{kind}.csv" in one]
        assert f"2 lignes sur 5 de {kind}.csv" in counted
        assert "3 parce qu’elles nomment quelqu’un" in counted
    assert "mukendi" not in words


def test_who_is_judged_to_be_the_same_is_kept_back_too(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    acts = ACTS + f"enlèvement,Mama Marie,2022-03-04,CD,{PAGE},au marché\n"
    write_source(
        root,
        "kivu",
        {"personnes.csv": PEOPLE, "faits.csv": acts},
        {"personnes.csv": "person", "faits.csv": "act"},
    )
    base = open_project(root).base
    (root / "data" / "judgements.csv").write_text(
        "left,right,judgement,who,when,why\n"
        f"{base}person/kivu/Marie_Mukendi_Ngoy,{base}person/kivu/Mama_Marie,same,Ana,2024-01-02,même dossier\n",
        encoding="utf-8",
    )
    make(root)
    assert names_in(root, ["Marie Mukendi Ngoy", "Mama Marie"]) == []
    assert "au marche" not in public_words(root)


def answer(root: Path, text: str) -> None:
    """Answer every open question, as a spreadsheet saves it."""
    path = root / "data" / "private" / "namesakes.csv"
    lines = path.read_text("utf-8-sig").replace(";", ",").splitlines()
    header, *rows = list(csv.reader(lines))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, *([*row[:3], text] for row in rows)])


def test_another_source_is_asked_about_and_keeps_what_it_had_published(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    first = f"Acte,Victime,Date,Source\nmenace,Marie MUKENDI Ngoy,2020-01-02,{PAGE}\n"
    later = f"{first}détention,Marie MUKENDI Ngoy,2022-07-08,{PAGE}\nmenace,Rosa Díaz,2022-09-10,{PAGE}\n"
    write_source(root, "presse", {"faits.csv": first}, {"faits.csv": "act"})
    make(root)
    write_source(root, "kivu", {"personnes.csv": PEOPLE}, {"personnes.csv": "person"})
    write_source(root, "presse", {"faits.csv": later}, {"faits.csv": "act"})
    for _ in range(2):
        result = make(root)
        words = public_words(root)
        assert "2020 01 02" in words
        assert "2022 09 10" in words
        assert "2022 07 08" not in words
        (question,) = [one for one in result.findings if one.rule == "namesake-kept-back"]
        assert "Marie Mukendi Ngoy" in question.message("fr")
        assert "namesakes.csv" in question.message("fr")
        assert "namesake-kept-back" not in (root / "build" / "findings.json").read_text("utf-8")
    path = root / "data" / "private" / "namesakes.csv"
    assert path.stat().st_mode & 0o077 == 0
    assert (path.parent / ".gitignore").exists()
    assert list(csv.reader(path.read_text("utf-8-sig").splitlines()))[1:] == [
        ["Marie Mukendi Ngoy", "kivu", "presse", ""]
    ]
    answer(root, "public")
    assert not [one for one in make(root).findings if one.rule == "namesake-kept-back"]
    assert "2022 07 08" in public_words(root)
    answer(root, "restreint")
    make(root)
    assert names_in(root, ["Marie Mukendi Ngoy"]) == []
    assert "2022 09 10" in public_words(root)


def test_another_source_waits_where_nothing_was_published(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    write_source(root, "kivu", {"personnes.csv": PEOPLE}, {"personnes.csv": "person"})
    write_source(root, "presse", {"faits.csv": ACTS}, {"faits.csv": "act"})
    make(root)
    assert names_in(root, ["Marie Mukendi Ngoy"]) == []
    assert "2021 05 04" in public_words(root)


def test_an_answer_that_is_none_is_told_with_its_place(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    write_source(root, "kivu", {"personnes.csv": PEOPLE}, {"personnes.csv": "person"})
    write_source(root, "presse", {"faits.csv": ACTS}, {"faits.csv": "act"})
    make(root)
    answer(root, "peut-être")
    with pytest.raises(SourceError) as error:
        make(root)
    assert error.value.code == "not-known-here"
    assert error.value.origin.row == 2
    assert "Mukendi" not in str(error.value)


def test_somebody_else_of_the_same_name(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    write_source(root, "kivu", {"personnes.csv": PEOPLE}, {"personnes.csv": "person"})
    write_source(
        root,
        "presse",
        {"faits.csv": ACTS.replace("NGOY  mukendi Marie", "un ami")},
        {"faits.csv": "act"},
    )
    base = open_project(root).base
    names = [f"{base}person/{source}/Marie_Mukendi_Ngoy" for source in ("kivu", "presse")]
    judged = f"left,right,judgement,who,when,why\n{names[0]},{names[1]},not-same,Ana,2024-01-02,une autre région\n"
    (root / "data" / "judgements.csv").write_text(judged, encoding="utf-8")
    result = make(root)
    assert "2021 03 04" in public_words(root)
    assert not [one for one in result.findings if one.rule == "namesake-kept-back"]
    # a judgement about one namesake opens nobody else's words
    acts = ACTS.replace("2021-", "2019-").replace("Marie Mukendi Ngoy", "Ngoy Marie Mukendi")
    write_source(
        root,
        "kivu",
        {"personnes.csv": PEOPLE, "faits.csv": acts},
        {"personnes.csv": "person", "faits.csv": "act"},
    )
    make(root)
    words = public_words(root)
    assert "2021 03 04" in words
    assert "2019 05 04" in words
    assert "2019 03 04" not in words
    assert "ngoy marie" not in words


def test_acts_without_a_source_are_only_for_us(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    acts = (
        ACTS
        + "meurtre,Étienne Kabila Wa Ilunga,2019-02-03,CD,,\nmenace,José Lima Araújo,2019-02-04,BR,n/a,\n"
    )
    prizes = "Prix,Année,Lauréat,Source\nPrix Rafto,2020,Rosa Díaz,\n"
    people = "Nom,Pays\nJosé Lima Araújo,BR\n"
    tables = {"personnes.csv": people, "faits.csv": acts, "prix.csv": prizes}
    kinds = {"personnes.csv": "person", "faits.csv": "act", "prix.csv": "conferral"}
    more = '[facts]\nunknown = ["n/a"]\n'
    folder = write_source(root, "kivu", tables, kinds, more)
    result = make(root)
    assert names_in(root, ["Étienne Kabila Wa Ilunga", "José Lima Araújo", "Rosa Díaz"]) == [
        "José Lima Araújo",
        "Rosa Díaz",
    ]
    words = public_words(root)
    assert "2019 02 03" not in words
    assert "2019 02 04" not in words
    assert "2021 05 04" in words
    (told_of,) = [one for one in result.findings if one.rule == "rows-without-source"]
    assert 'unsourced = "public"' in told_of.message("fr")
    assert "2 lignes" in told_of.message("fr")
    text = (folder / "source.toml").read_text("utf-8")
    (folder / "source.toml").write_text(
        text.replace("[facts]", '[facts]\nunsourced = "public"'), encoding="utf-8"
    )
    assert not [one for one in make(root).findings if one.rule == "rows-without-source"]
    assert names_in(root, ["Étienne Kabila Wa Ilunga"])


@pytest.mark.sampled(1)
@pytest.mark.parametrize("said", ['visibility = "restricted"', 'withheld = ["Nom"]', 'restricted = ["Nom"]'])  # fmt: skip
def test_a_list_of_people_that_only_we_see_hides_them_and_nobody_else(
    said: str, tmp_path: Path
) -> None:
    root = new_project(tmp_path / "p")
    tables = {"personnes.csv": "Nom,Pays\nMarie Mukendi Ngoy,CD\n", "faits.csv": ACTS}
    folder = write_source(root, "kivu", tables, {"personnes.csv": "person", "faits.csv": "act"})
    toml = folder / "source.toml"
    toml.write_text(toml.read_text("utf-8").replace('"person"\n', f'"person"\n{said}\n'), "utf-8")
    result = make(root)
    assert names_in(root, ["Marie Mukendi Ngoy", "José Lima Araújo"]) == ["José Lima Araújo"]
    (counted,) = [one for one in result.findings if one.rule == "rows-published"]
    assert "2 lignes sur 3 de faits.csv" in counted.message("fr")
    words = public_words(root)
    assert "mukendi" not in words  # in no IRI either
    assert "2021 05 04" in words


def test_a_sheet_of_codes_that_only_we_see_takes_no_act_away(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    acts = "Acte,Victime,Type de victime,Date,Confidentiel\nmenace,José Lima Araújo,DIRECTA,2021-05-04,non\nmenace,Rosa Díaz,,2021-06-04,oui\n"
    tables = {"codes.csv": "Document,Sens\nDIRECTA,on l’a vue\n", "faits.csv": acts}
    folder = write_source(root, "kivu", tables, {"codes.csv": "document", "faits.csv": "act"}, '[facts]\nunsourced = "public"\n')  # fmt: skip
    toml = folder / "source.toml"
    text = toml.read_text("utf-8").replace(
        '"document"\n', '"document"\nwithheld = ["Document"]\n[table.columns]\nname = "Document"\n'
    )
    toml.write_text(text, "utf-8")
    result = make(root)
    assert names_in(root, ["José Lima Araújo", "Rosa Díaz"]) == ["José Lima Araújo"]
    assert "2021 05 04" in public_words(root)
    assert [error.origin.column for error in result.left_out] == ["Type de victime"]
    told = [one for one in result.findings if one.rule == "rows-published"]
    (counted,) = [one for one in told if "1 ligne sur 2 de faits.csv" in one.message("fr")]
    assert "1 à cause de la colonne « Confidentiel »" in counted.message("fr")
    assert counted not in result.public  # how many there are is nobody else's business


def test_rows_that_go_for_a_name_are_counted_and_told(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    acts = (
        "Acte,Victime,Date,Source,Publiable\n"
        f"menace,Petrona Pacheco,2021-05-04,{PAGE},non\n"
        f"menace,Petrona Pacheco Cosijoeza,2021-06-04,{PAGE},oui\n"
        f"menace,José Lima Araújo,2021-07-04,{PAGE},oui\n"
        f"menace,PACHECO  Petróna,2021-08-04,{PAGE},oui\n"
    )
    folder = write_source(root, "oaxaca", {"faits.csv": acts}, {"faits.csv": "act"})
    result = make(root)
    words = public_words(root)
    assert [one for one in ("05", "06", "07", "08") if f"2021 {one} 04" in words] == ["07"]
    (counted,) = [one for one in result.findings if one.rule == "rows-published"]
    told_of = counted.message("fr")
    assert "1 ligne sur 4 de faits.csv" in told_of
    assert "2 parce qu’elles nomment quelqu’un dont le nom n’est pas publié" in told_of
    # two threats on two days prove nothing; and what to do is said
    assert "(lignes 3 et 5 : Petrona Pacheco Cosijoeza, PACHECO  Petróna ;" in told_of
    assert counted.fact is not None
    in_a_log = render(counted.fact.with_cells(lambda _: "…"), "fr")
    assert "la colonne « Publiable » et 2" in in_a_log
    assert "(lignes 3 et 5 : … ;" in in_a_log
    toml = folder / "source.toml"
    text = toml.read_text("utf-8") + 'apart = ["Petrona Pacheco Cosijoeza"]\n'
    toml.write_text(text, encoding="utf-8")
    (counted,) = [one for one in make(root).findings if one.rule == "rows-published"]
    assert "2 lignes sur 4 de faits.csv" in counted.message("fr")
    words = public_words(root)
    assert [one for one in ("05", "06", "07", "08") if f"2021 {one} 04" in words] == ["06", "07"]
    assert "petrona pacheco" not in words.replace("petrona pacheco cosijoeza", "")


def test_a_row_that_goes_for_a_name_in_another_script_is_counted(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    people = (
        "Nom,Autres noms,Publiable\n"
        "Karim Haddadi,كريم حدادي@ar,non\n"
        "Karim Nabil Haddadi,كريم نبيل حدادي@ar,oui\n"
        "José Lima Araújo,خوسيه ليما@ar,oui\n"
    )
    write_source(root, "presse", {"gens.csv": people}, {"gens.csv": "person"})
    result = make(root)
    assert "nabil" not in public_words(root)
    (counted,) = [one for one in result.findings if one.rule == "rows-published"]
    assert "1 ligne sur 3 de gens.csv" in counted.message("fr")
    assert "(ligne 3 : Karim Nabil Haddadi" in counted.message("fr")


def test_a_shorter_name_on_another_sheet_is_hers(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    people = "Nom,Pays,Confidentiel\nMarie Mukendi Ngoy,CD,oui\nJosé Lima Araújo,BR,\n"
    acts = (
        "Acte,Victime,Date,Source\n"
        f"menace,Mukendi Marie,2021-05-04,{PAGE}\n"
        f"menace,Marie Ngoy,2021-06-04,{PAGE}\n"
        f"menace,José Lima,2021-07-04,{PAGE}\n"
        f"menace,Marie Ilunga,2021-08-04,{PAGE}\n"
    )
    tables = {"personnes.csv": people, "faits.csv": acts}
    kinds = {"personnes.csv": "person", "faits.csv": "act"}
    folder = write_source(root, "kivu", tables, kinds)
    result = make(root)
    words = public_words(root)
    assert [one for one in ("05", "06", "07", "08") if f"2021 {one} 04" in words] == ["07", "08"]
    assert "mukendi" not in words
    assert "ngoy" not in words
    (counted,) = [one for one in result.findings if "faits.csv" in one.message("fr")]
    assert "2 lignes sur 4 de faits.csv" in counted.message("fr")
    toml = folder / "source.toml"
    toml.write_text(toml.read_text("utf-8") + 'apart = ["Marie Ngoy"]\n', encoding="utf-8")
    make(root)
    words = public_words(root)
    assert [one for one in ("05", "06", "07", "08") if f"2021 {one} 04" in words] == [
        "06",
        "07",
        "08",
    ]


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("name", "public"),
    [
        ('"MUKENDI Marie, Josée, Anne, Louise"', ["06", "07"]),
        ("MUKENDI Marie [Pseudonyme au maquis : la Grande]", ["06", "07"]),
        ('"Ngoy Marie, alias Mama Kivu"', ["05", "07"]),
    ],
)
def test_what_stands_before_given_names_or_an_alias_is_a_name_of_hers(
    tmp_path: Path, name: str, public: list[str]
) -> None:
    root = new_project(tmp_path / "p")
    tables = {
        "personnes.csv": f"Nom,Pays,Confidentiel\n{name},CD,oui\nJosé Lima Araújo,BR,\n",
        "faits.csv": "Acte,Victime,Date,Source\n"
        f"menace,Mukendi Marie,2021-05-04,{PAGE}\n"
        f"menace,Marie Ngoy,2021-06-04,{PAGE}\n"
        f"menace,Marie Ilunga,2021-07-04,{PAGE}\n",
    }
    write_source(root, "kivu", tables, {"personnes.csv": "person", "faits.csv": "act"})
    make(root)
    words = public_words(root)
    assert [month for month in ("05", "06", "07") if f"2021 {month} 04" in words] == public


def test_rows_without_a_day_and_rows_said_twice_are_counted_with_what_to_do(
    tmp_path: Path,
) -> None:
    root = new_project(tmp_path / "p")
    acts = (
        "Acte,Victime,Décès,Source,Arme\n"
        f"homicide,José Lima Araújo,2021-07-04,{PAGE},machette\n"
        f"homicide,Łucja Wójcik-Dąbrowska,,{PAGE},machette\n"
        f"homicide,José Lima Araújo,2021-07-04,{PAGE},machette\n"
        f"homicide,José Lima Araújo,2021-07-04,{PAGE},pistolet\n"
    )
    more = ""
    folder = write_source(root, "deputes", {"faits.csv": acts}, {"faits.csv": "act"}, more)
    toml = folder / "source.toml"
    said = (
        '[table.columns]\ndate = "Décès"\n[table.rows."Décès"]\n"" = "restricted"\n"*" = "public"\n'
    )
    toml.write_text(toml.read_text("utf-8") + said, "utf-8")
    result = make(root)
    found = {one.rule: one.message("fr") for one in result.findings}
    assert "1 parce que « Décès » est vide" in found["rows-published"]
    assert '[table.rows."Décès"]' in found["rows-published"]
    assert found["rows-repeated"].startswith("1 ligne de faits.csv en répète une autre")
    assert found["rows-merged"].startswith(
        "1 ligne de faits.csv est identique à une autre pour Acte,"
    )
    assert "rows-repeated" not in (root / "build" / "findings.json").read_text("utf-8")
    toml.write_text(
        toml.read_text("utf-8").replace(KIND, f'{KIND}rows_apart = ["Arme"]\n'), "utf-8"
    )
    assert {"rows-merged", "rows-repeated"} & {one.rule for one in make(root).findings} == {
        "rows-repeated"
    }


def test_a_sheet_of_documents_protects_those_that_it_does_not_list(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    acts = (
        "Acte,Victime,Date,Source\n"
        "menace,José Lima Araújo,2021-05-04,entretien avec Zawadi Furaha\n"
        "menace,José Lima Araújo,2021-06-04,Rapport Bukavu\n"
        f"menace,José Lima Araújo,2021-07-04,{PAGE}\n"
        "menace,José Lima Araújo,2021-08-04,carnet de Sifa\n"
    )
    documents = (
        "Nom,Titre,Confidentiel\nRapport Bukavu,Rapport annuel,public\ncarnet de Sifa,Carnet,\n"
    )
    prizes = "Prix,Année,Lauréat,Source\nPrix Rafto,2020,Rosa Díaz,appel de Furaha\n"
    tables = {"faits.csv": acts, "pieces.csv": documents, "prix.csv": prizes}
    write_source(
        root,
        "kivu",
        tables,
        {"faits.csv": "act", "pieces.csv": "document", "prix.csv": "conferral"},
    )
    make(root)
    words = public_words(root)
    assert "rapport bukavu" in words
    assert not [
        word
        for word in ("zawadi", "furaha", "sifa", "carnet", "2021 05 04", "2021 08 04")
        if word in words
    ]
    assert [date for date in ("2021 06 04", "2021 07 04") if date in words] == [
        "2021 06 04",
        "2021 07 04",
    ]


def test_an_organisation_that_is_marked_is_kept_back_and_a_prize_of_hers_is_not(
    tmp_path: Path,
) -> None:
    root = new_project(tmp_path / "p")
    bodies = "Nom,Pays,Confidentiel\nMaison des Femmes de Büyükçekmece,TR,oui\nComité Ñandutí,PY,\n"
    prizes = (
        f"Prix,Année,Lauréat,Source,Confidentiel\nPrix Padre Llanos,2019,Marie Mukendi Ngoy,{PAGE},oui\n"
        f"Prix Padre Llanos,2020,José Lima Araújo,{PAGE},\n"
    )
    roles = (
        "Personne,Fonction,Organisation,Source\n"
        f"José Lima Araújo,présidente,Maison des Femmes de Büyükçekmece,{PAGE}\n"
        f"José Lima Araújo,membre,Comité Ñandutí,{PAGE}\n"
    )
    tables = {"organisations.csv": bodies, "prix.csv": prizes, "fonctions.csv": roles}
    kinds = {
        "organisations.csv": "organisation", "prix.csv": "conferral", "fonctions.csv": "role"
    }  # fmt: skip
    write_source(root, "kivu", tables, kinds)
    make(root)
    everybody = ["Maison des Femmes de Büyükçekmece", "Comité Ñandutí", "Marie Mukendi Ngoy", "José Lima Araújo", "Prix Padre Llanos"]  # fmt: skip
    assert names_in(root, everybody) == ["Comité Ñandutí", "José Lima Araújo", "Prix Padre Llanos"]


NAMES: Final = (
    "Marie Mukendi Ngoy", "José Lima Araújo", "Łucja Wójcik-Dąbrowska", "Наталья Эстемирова", "Ōe Kenzaburō",
    "ناصر الخطيب", "王全璋 律师", "Đặng Thị Huệ", "Ngũgĩ wa Thiong'o", "Δέσποινα Κουτσούκου", "Þórdís Elva Þorvaldsdóttir",
)  # fmt: skip
# how somebody else writes a name
WAYS: Final[tuple[Callable[[str], str], ...]] = (
    str,
    str.upper,
    lambda name: " ".join(reversed(name.split())),
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: "".join(
        one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one)
    ),
    lambda name: f" {name.replace(' ', '  ')} ",
    lambda name: ", ".join(name.split(" ", 1)),
)
ROWS: Final = {  # by kind: the heading, and rows about somebody
    "person": ("Nom,Profession,Pays,Source", "{name},avocate,CD,{page}"),
    "act": ("Acte,Victime,Date,Pays,Source,Remarques", "menace,{name},{date},CD,{page},avec {other}"),
    "conferral": ("Prix,Année,Lauréat,Source,Remarques", "Prix {award},2019,{name},{page},remis par {other}"),
    "role": ("Personne,Fonction,Organisation,Source", "{name},membre,Amis de {award},{page}"),
    "proceeding": ("Accusé,Tribunal,Source", "{name},Tribunal de Goma,{page}"),
    "fate": ("Personne,Sort,Date,Source", "{name},libérée,{date},{page}"),
}  # fmt: skip


# in each world of a project everybody is of another family, so that no world has to do with another
FAMILIES: Final = ("Ñáñez", "Öztürk", "Соколова", "Kabila", "Nguyễn", "O’Brien")


@st.composite
def worlds(draw: st.DrawFn, family: str) -> tuple[tuple[str, ...], dict[str, dict[str, str]]]:
    """Who is kept back, and the tables of some sources by kind, of which the first keeps them back."""
    given_names = draw(st.lists(st.sampled_from(NAMES), min_size=3, max_size=5, unique=True))
    names = [f"{name} {family}" for name in given_names]
    kept = tuple(names[: draw(st.integers(1, 2))])
    marking = draw(st.sampled_from(["person", "act"]))
    sources: dict[str, dict[str, str]] = {}
    for number in range(draw(st.integers(1, 2))):
        kinds = draw(st.lists(st.sampled_from(list(ROWS)), min_size=1, max_size=4, unique=True))
        kinds = list(dict.fromkeys([marking, *kinds])) if number == 0 else kinds
        sources[f"source{number}"] = {kind: draw(tables(kind, names)) for kind in kinds}
    row = ROWS[marking][1]
    marked = [
        row.format(name=name, other="un ami", date="2020-01-02", award="la paix", page=PAGE)
        + ",oui"
        for name in kept
    ]
    first, *rest = sources["source0"][marking].splitlines()
    sources["source0"][marking] = "\n".join(
        [f"{first},Confidentiel", *marked, *(f"{one}," for one in rest)]
    )
    return kept, sources


@st.composite
def tables(draw: st.DrawFn, kind: str, names: list[str]) -> str:
    """Rows about some people, spelt in some way."""
    heading, row = ROWS[kind]
    lines = [heading]
    for day in range(1, draw(st.integers(2, 5))):
        name, other, award = (
            draw(st.sampled_from(WAYS))(draw(st.sampled_from(names))) for _ in range(3)
        )
        cells = row.format(
            name=f'"{name}"', other="@", date=f"2021-03-0{day}", award="@", page=PAGE
        )
        lines.append(cells.replace("avec @", f'"avec {other}"').replace("remis par @", f'"remis par {other}"')
            .replace("Prix @", f'"Prix {award}"').replace("Amis de @", f'"Amis de {award}"'))  # fmt: skip
    return "\n".join(lines)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project without a source."""
    return new_project(tmp_path_factory.mktemp("bare") / "p")


@given(st.tuples(*map(worlds, FAMILIES)))
@settings(max_examples=examples(30, 2), deadline=None)  # each of them has six worlds
def test_whoever_is_marked_is_in_no_public_byte(
    bare: Path, project: tuple[tuple[tuple[str, ...], dict[str, dict[str, str]]], ...]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "p"
        shutil.copytree(bare, root)
        for number, (_, sources) in enumerate(project):
            for source, texts in sources.items():
                files = {f"{kind}.csv": text for kind, text in texts.items()}
                kinds = {f"{kind}.csv": kind for kind in texts}
                write_source(root, f"world{number}-{source}", files, kinds)
        make(root)
        assert names_in(root, [name for kept, _ in project for name in kept]) == []


@st.composite
def deaths(draw: st.DrawFn) -> tuple[list[tuple[str, str, str, str]], set[str]]:
    """Rows of people who were killed, of whom some share the first words of their names: name,
    date, place and who may see it; and the longer names that may be of somebody kept back."""
    days = st.dates(date(2018, 1, 1), date(2021, 12, 28)).map(str) | st.sampled_from(["2019", "", "2019-03"])  # fmt: skip
    places = st.sampled_from(["Rosario", "Rosario, Santa Fe", "Salta", ""])
    cells = st.tuples(days, places)
    rows, alike = list[tuple[str, str, str, str]](), set[str]()
    for name in draw(st.lists(st.sampled_from(NAMES[:5]), min_size=1, max_size=3, unique=True)):
        told_of = draw(st.lists(cells, min_size=1, max_size=2))
        rows += [(name, *cell, "non") for cell in told_of]
        for family in draw(st.lists(st.sampled_from(FAMILIES[:4]), max_size=3, unique=True)):
            longer = draw(cells) if draw(st.booleans()) else draw(st.sampled_from(told_of))
            rows.append((f"{name} {family}", *longer, "oui"))
            if any(may_be_one(longer, one) for one in told_of):
                alike.add(f"{name} {family}")
    return draw(st.permutations(rows)), alike


def may_be_one(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two deaths may be one: a day is unknown, wrongly written, or a month apart; or
    a year, where the places do not tell them apart."""
    if len(one[0]) < 10 or len(other[0]) < 10 or one[0][5:] == other[0][5:]:
        return True
    towns = {cell.partition(",")[0] for cell in (one[1], other[1])}
    are_far = len(towns) == 2 and "" not in towns
    apart = date.fromisoformat(one[0]) - date.fromisoformat(other[0])
    return abs(apart.days) <= (31 if are_far else 366)


@given(deaths())
@settings(max_examples=examples(30, 2), deadline=None)
def test_a_longer_name_is_somebody_else_where_both_died_at_other_times(
    bare: Path, world: tuple[list[tuple[str, str, str, str]], set[str]]
) -> None:
    rows, alike = world
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "p"
        shutil.copytree(bare, root)
        lines = [
            f'homicide,{name},{day},"{place}",{PAGE},{seen}' for name, day, place, seen in rows
        ]
        text = "\n".join(["Acte,Victime,Date,Lieu,Source,Publiable", *lines])
        write_source(root, "rosario", {"faits.csv": text}, {"faits.csv": "act"})
        result = make(root)
        kept = {name for name, *_, seen in rows if seen == "non"}
        public = {name for name, *_, seen in rows if seen == "oui"}
        assert set(names_in(root, sorted(public))) == public - alike
        words = public_words(root)
        for name in fold_names(pl.Series(sorted(public - alike), dtype=pl.String)):
            words = words.replace(name, "")
        assert not [name for name in fold_names(pl.Series(sorted(kept))) if name in words]
        (counted,) = [one for one in result.findings if one.rule == "rows-published"]
        assert f"see {len(public - alike)} of {len(rows)} rows" in counted.message("en")


def test_a_public_sheet_beside_a_restricted_one_is_published(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    folder = root / "data" / "sources" / "kivu"
    folder.mkdir(parents=True)
    book = openpyxl.Workbook()
    for title, text in (
        ("Faits", ACTS),
        ("Contacts", PEOPLE.partition("\n")[0]),
        ("Notes", ACTS.partition("\n")[0]),
    ):
        sheet = book.create_sheet(title)
        for row in csv.reader(text.splitlines()):
            sheet.append(row)
    book["Contacts"].append(["Ndèye Fatou Sarr-Đorđević", "SN", ""])
    book["Notes"].append(
        ["menace", "Ndèye Fatou Sarr-Đorđević", "2020-02-03", "SN", f"{PAGE}/carnet", "secret"]
    )
    book.remove(book["Sheet"])
    book.save(folder / "base.xlsx")
    tables = (
        ("Faits", "act", "public"),
        ("Contacts", "person", "restricted"),
        ("Notes", "act", "restricted"),
    )
    (folder / "source.toml").write_text(
        SOURCE.format(name="kivu")
        + "".join(
            f'\n[[table]]\nfile = "base.xlsx"\nsheet = "{sheet}"\nkind = "{kind}"\n'
            f'visibility = "{level}"\n'
            for sheet, kind, level in tables
        ),
        encoding="utf-8",
    )
    make(root)
    words = public_words(root)
    assert "2021 05 04" in words
    assert "2020 02 03" not in words
    assert names_in(root, ["José Lima Araújo", "Ndèye Fatou Sarr-Đorđević"]) == ["José Lima Araújo"]


def test_an_error_does_not_name_whom_another_row_keeps_back(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    acts = ACTS + f"menace,José Lima Araújo,le jour de Mukendi Ngoy Marie,BR,{PAGE},\n"
    acts += f"menace,José Lima Araújo,un jour,BR,{PAGE},\n"
    tables = {"personnes.csv": PEOPLE, "faits.csv": acts}
    write_source(root, "kivu", tables, {"personnes.csv": "person", "faits.csv": "act"})
    with pytest.raises(HrdgraphError) as caught:
        build(open_project(root), BuildOptions(validate=False, on_error="stop"))
    assert "un jour" in str(caught.value)
    assert "Mukendi" not in str(caught.value)


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("heading", "cell"),
    [("Diffusion", "à vérifier"), ("visibility", "à vérifier"), ("Diffusion", "non")],
)
def test_a_row_that_is_left_out_keeps_back_its_people_and_those_of_the_others(
    heading: str, cell: str, tmp_path: Path
) -> None:
    closed = "restricted" if heading == "visibility" else "non"
    date = "1978-08-00" if cell == "non" else "2021-06-04"
    root = new_project(tmp_path / "p")
    acts = (
        f"Acte,Victime,Date,Source,{heading}\n"
        f"homicide,Marie Mukendi Ngoy,2021-03-04,{PAGE},{closed}\n"
        f"homicide,Наталья Эстемирова,{date},{PAGE},{cell}\n"
    )
    prizes = (
        "Prix,Année,Lauréat\nPrix Rafto,2019,Marie Mukendi Ngoy\n"
        "Prix Rafto,2020,Наталья Эстемирова\nPrix Rafto,2021,José Lima Araújo\n"
    )
    write_source(root, "faits", {"faits.csv": acts}, {"faits.csv": "act"})
    write_source(root, "prix", {"prix.csv": prizes}, {"prix.csv": "conferral"})
    build(open_project(root), BuildOptions(validate=False, on_error="row"))
    people = ["Marie Mukendi Ngoy", "Наталья Эстемирова", "José Lima Araújo"]
    assert names_in(root, people) == people[2:]
    with (root / "data/private/namesakes.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["name"] for row in csv.DictReader(file)} == set(people[:2])
