"""One list of questions about a table, answered in the command, in a file or in a form, and kept in source.toml."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.small_projects import add_countries, create_bare_project

import hrdgraph
from hrdgraph.cli.app import app
from hrdgraph.errors import HrdgraphError
from hrdgraph.fact_kinds.confidentiality import is_flag, private_topic
from hrdgraph.fact_kinds.guess import Meaning
from hrdgraph.pipeline.importing.propose import TableProposer
from hrdgraph.pipeline.importing.questions import MOST, answer, questions_of
from hrdgraph.pipeline.importing.table_proposal import (
    TableProposal,
    list_doubtful,
    why_restricted,
)
from hrdgraph.project import open_project

PRIZES = (
    "Prix,Année,Lauréat,Résultat,Pays\n"
    "Prix Rafto,2019,Ndèye Fatou Sarr et José Lima Araújo,lauréat,Sénégal / Brésil\n"
    "Prix Rafto,2020,Наталья Эстемирова,hors palmarès,Russie\n"
    "Prix Rafto,2021,María José Ñáñez-O’Brien de la Peña,finaliste,Espagne\n"
    "Prix Rafto,2022,عبد الهادي الخواجة,sans suite,Atlantide\n"
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("questions") / "p"
    create_bare_project(root, "Prix", "fr")
    return root


@pytest.fixture
def prizes(tmp_path: Path) -> Path:
    (tmp_path / "prix.csv").write_text(PRIZES, "utf-8")
    return tmp_path / "prix.csv"


def proposed(root: Path, file: Path) -> tuple[TableProposal, TableProposer]:
    proposer = TableProposer(open_project(root), "fr")
    return proposer.of(file)[0][0], proposer


def settings(root: Path, name: str) -> dict[str, Any]:
    text = (root / "data/sources" / name / "source.toml").read_text("utf-8")
    table: dict[str, Any] = tomllib.loads(text)["table"][0]
    return table


def run(root: Path, *arguments: str, typed: str | None = None, lang: str = "fr") -> tuple[int, str]:
    given = ["import", "-p", str(root), "--lang", lang, *arguments]
    result = CliRunner().invoke(app, given, input=typed, standalone_mode=False)
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return int(result.return_value or 0), result.output


def test_open_questions_are_listed_and_one_column_is_one_question(root: Path, prizes: Path) -> None:
    code, output = run(root, str(prizes), "--json", "--dry-run")
    assert code == 0
    questions = json.loads(output)["questions"]
    by_column = {one["column"]: one for one in questions}
    assert len(by_column) == len(questions) <= MOST
    assert by_column["Résultat"]["asks"] == ["values"]
    texts = {item["text"]: item["count"] for item in by_column["Résultat"]["texts"]}
    assert texts == {"hors palmarès": 1, "sans suite": 1}
    assert "laureate" in by_column["Résultat"]["choices"]
    assert by_column["Lauréat"]["asks"] == ["split"]


def test_any_other_text_is_public_but_what_says_private_is_told(root: Path, tmp_path: Path) -> None:
    remarks = ["vue au marché", "source : le voisin, never name", "à ne montrer à personne", ""]
    rows = [
        f'Ana Díaz {name},2019-05-04,arrest,https://presse.example/{name},"{remark}"'
        for name, remark in zip("KLMN", remarks, strict=True)
    ]
    (tmp_path / "faits.csv").write_text(
        "\n".join(["victim,date,type,source,Observations", *rows]) + "\n", "utf-8"
    )
    column = {"private": [remarks[2]], "public": ["*"]}
    answers = {"faits.csv": {"columns": {"Observations": column}}}
    (tmp_path / "answers.json").write_text(json.dumps(answers), "utf-8")
    given = (str(tmp_path / "faits.csv"), "--answers", str(tmp_path / "answers.json"))
    _, output = run(root, *given, "--dry-run", lang="en")
    assert "not used" in output
    assert f"Observations: public = * ({remarks[1]})" in output


def test_a_text_of_a_date_may_say_nothing(root: Path, tmp_path: Path) -> None:
    rows = [f"Ana Díaz {name},member,Bundesrat,2001-02-03,{end}\n" for name, end in (
        ("K", "2005-06-07"), ("L", "laufend"), ("M", "2006-07-08"), ("N", "2007-08-09"))]  # fmt: skip
    table = tmp_path / "roles.csv"
    table.write_text("Person,Role,Organisation,From,To\n" + "".join(rows), "utf-8")

    def answer(meant: str) -> hrdgraph.ImportedTables:
        column = {"means": "to", "values": {"laufend": meant}}
        answers = {"roles.csv": {"kind": "role", "columns": {"To": column}}}
        return hrdgraph.import_tables(table, answers=answers, project=root)

    with pytest.raises(HrdgraphError) as raised:
        answer("2001")
    assert "the texts of 'To' are no codes" in str(raised.value.hint)
    assert not answer("").errors


def test_answers_in_a_file_are_kept_in_the_settings(
    root: Path, prizes: Path, tmp_path: Path
) -> None:
    file = tmp_path / "réponses.toml"
    file.write_text(
        '["prix.csv".columns."Résultat".values]\n"hors palmarès" = "finaliste"\n"sans suite" = "other"\n'
        '["prix.csv".columns.Pays.values]\n"Atlantide" = ""\n'
        '["prix.csv".columns."Lauréat"]\nsplit = ["et"]\n'
    )
    code, output = run(root, str(prizes), "--name", "file", "--yes", "--answers", str(file))
    assert code == 0, output
    table = settings(root, "file")
    assert table["values"]["outcome"] == {"hors palmarès": "finalist", "sans suite": "other"}
    assert table["values"]["country"]["Atlantide"] == ""
    assert table["values"]["country"]["Sénégal / Brésil"] == ["SN", "BR"]
    assert table["columns"]["recipient"] == {"column": "Lauréat", "split": ["et"]}
    hrdgraph.build(root, validate=False)


@pytest.mark.parametrize(
    "text",
    ['["prix.cvs"]\nkind = "award"\n', '["prix.csv".columns.Resultat]\nmeans = ""\n',
     '["prix.csv"]\nkinds = "award"\n', '["prix.csv".columns."Résultat".values]\n"sans suite" = "nul"\n'],
)  # fmt: skip
def test_an_answer_to_nothing_is_refused(
    text: str, root: Path, prizes: Path, tmp_path: Path
) -> None:
    file = tmp_path / "r.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(HrdgraphError):
        CliRunner().invoke(
            app,
            ["import", str(prizes), "-p", str(root), "--name", "no", "--yes", "--answers", str(file)],
            catch_exceptions=False, standalone_mode=False,
        )  # fmt: skip


UNUSABLE: list[tuple[Any, str]] = [
    (False, "prix.csv"), ({"not_about_privacy": False}, "not_about_privacy.*list"), ({"together": "x"}, "together.*list"),
    ({"columns": ["Pays"]}, "columns.*table"), ({"columns": {"Pays": "who"}}, "Pays.*table"), ({"kind": 3}, "kind.*text"),
    ({"kind": "prize"}, "kind.*prize"), ({"dates": "ymd"}, "dmy, mdy"), ({"title": "private"}, "title"), ({"what": "killing"}, "what"),
    ({"not_about_privacy": ["Pays"]}, "Pays"), ({"together": ["Natalia"]}, "Natalia"), ({"flags": []}, "flags"),
]  # fmt: skip
UNUSABLE += [
    ({"columns": {"Pays": said}}, match)
    for said, match in [
        ({"who": "nobody"}, "only us"), ({"who": "us"}, "solo nosotros"), ({"who": True}, "who.*text"), ({"mean": ""}, "mean"),
        ({"means": "pays-du-prix"}, "country"), ({"split": 7}, "split"), ({"private": "Russie"}, "private.*list"), ({"private": [1]}, "private.*list"),
        ({"private": ["Rusia"]}, "Russie"), ({"values": {"Atlantis": "FR"}}, "Atlantide"), ({"values": []}, "values.*table"), ({"values": {"Atlantide": 5}}, "Atlantide"),
    ]
]  # fmt: skip


@pytest.mark.sampled(10)
@pytest.mark.parametrize(("said", "match"), UNUSABLE)
def test_an_answer_that_would_not_be_used_is_an_error(
    said: Any, match: str, root: Path, prizes: Path
) -> None:
    with pytest.raises(HrdgraphError, match=f"(?s){match}"):
        hrdgraph.import_tables(
            prizes, name="no", answers={"prix.csv": said}, project=root, lang="fr"
        )
    assert not (root / "data/sources/no").exists()


@pytest.mark.parametrize("word", ["only us", "Nous seuls", "solo nosotros", "restricted", "withheld"])  # fmt: skip
def test_who_sees_a_column_is_said_in_the_words_of_any_language(
    word: str, root: Path, prizes: Path
) -> None:
    proposal, proposer = proposed(root, prizes)
    found = answer(proposal, proposer, {"columns": {"Pays": {"who": word}}})
    assert dict(found.chosen) == {"Pays": "withheld"}


def test_without_an_answer_no_finalist_becomes_a_winner(root: Path, prizes: Path) -> None:
    found = hrdgraph.import_tables(prizes, name="unanswered", project=root, lang="fr")
    assert {one["column"] for one in found.questions} >= {"Résultat", "Pays"}
    values = settings(root, "unanswered")["values"]
    assert values["outcome"] == {"hors palmarès": "other", "sans suite": "other"}
    assert [error.origin.column for error in found.errors] == ["Pays"]  # unread, and listed


def test_a_person_answers_in_the_words_of_her_language(
    root: Path, prizes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hrdgraph.cli.import_command.Chosen.asks", property(lambda _: True))
    proposal, proposer = proposed(root, prizes)
    kind = proposer.kinds[proposal.guess.kind]
    asked = [
        (one.heading, one.asks) for one in questions_of(proposal, kind, proposer.codes)
    ]  # fmt: skip
    assert asked == [("Résultat", ("values",)), ("Pays", ("values",)), ("Lauréat", ("split",))]
    typed = "?\n1 = finaliste\nrien\no\nn\n"
    code, output = run(root, str(prizes), "--name", "typed", typed=typed)
    assert code == 0, output
    table = settings(root, "typed")
    assert table["values"]["outcome"] == {"hors palmarès": "finalist", "sans suite": "other"}
    assert table["values"]["country"]["Atlantide"] == ""
    assert table["columns"]["recipient"]["split"] == ["et"]


def test_what_was_answered_once_needs_no_second_answer(root: Path, prizes: Path) -> None:
    answers = {"prix.csv": {"columns": {
        "Résultat": {"values": {"hors palmarès": "finalist"}}, "Lauréat": {"split": ["et"]},
        "Pays": {"values": {"Atlantide": ""}},
    }}}  # fmt: skip
    hrdgraph.import_tables(prizes, name="once", answers=answers, project=root, lang="fr")
    file = root / "data/sources/once/prix.csv"
    code, output = run(root, str(file), "--name", "once", "--yes", "--public")
    assert code == 0, output
    table = settings(root, "once")
    assert table["values"]["outcome"]["hors palmarès"] == "finalist"
    assert table["values"]["country"]["Atlantide"] == ""
    assert table["columns"]["recipient"]["split"] == ["et"]


def test_a_column_can_be_said_to_mean_another_one(root: Path, prizes: Path) -> None:
    proposal, proposer = proposed(root, prizes)
    found = answer(proposal, proposer, {"columns": {"Pays": {"means": "", "who": "ignore"}}})
    assert "country" not in found.columns
    found = answer(proposal, proposer, {"columns": {"Pays": {"means": "motivation"}}})
    assert Meaning("Pays", "motivation", "said") in found.guess.meanings


def written(root: Path, folder: Path, text: str, **said: Any) -> dict[str, Any]:
    """What import writes of a table `faits.csv`; nothing else is in the project."""
    file = folder / "faits.csv"
    file.write_text(text, "utf-8")
    options = said.pop("options", {})
    hrdgraph.import_tables(
        file, name="faits", answers={"faits.csv": said}, project=root, lang="en", **options
    )
    return settings(root, "faits")


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    create_bare_project(tmp_path / "e", "Faits", "fr")
    return tmp_path / "e"


KILLED = "Ndèye Fatou Sarr,2019-05-02,{},https://example.org/a\nЗарема Гойтиева,2020-01-07,{},https://example.org/b\n"


def test_a_heading_that_says_what_was_done_takes_the_place_of_a_guess(
    empty: Path, tmp_path: Path
) -> None:
    text = "victim,date,type of harm,source\n" + KILLED.format("k", "i")
    said = {"type of harm": {"means": "type", "values": {"k": "killing", "i": "torture"}}}
    table = written(empty, tmp_path, text, kind="act", columns=said)
    assert table["values"]["type"] == {"k": "killing", "i": "torture"}
    assert table["columns"].get("type", "type of harm") == "type of harm"


def test_what_was_done_can_be_said_of_a_table_of_another_kind(empty: Path, tmp_path: Path) -> None:
    text = (
        "person_name,url,bio\nNdèye Fatou Sarr,https://example.org/a,Sindicalista\n"
        "Зарема Гойтиева,https://example.org/b,Правозащитница\n"
    )
    said = {"person_name": {"means": "victim"}}
    table = written(empty, tmp_path, text, kind="act", what="killing", columns=said)
    assert table["columns"]["type"] == {"value": "killing"}


PEOPLE = (
    "name,date,place,category,year\nNdèye Fatou Sarr,2019-05-02,Kaolack,Peace,2001\n"
    "Зарема Гойтиева,2020-01-07,Грозный,Truth,2002\n"
)


@pytest.mark.parametrize(
    "said",
    [{"kind": "event"}, {"kind": "role", "columns": {"name": {"means": "member"}}},
     {"kind": "conferral", "columns": {"category": {"means": "award"}, "name": {"means": ""}}}],
    ids=("event", "role", "conferral"),
)  # fmt: skip
def test_a_column_that_rows_need_is_missed_before_anything_is_written(
    said: dict[str, Any], empty: Path, tmp_path: Path
) -> None:
    with pytest.raises(HrdgraphError):
        written(empty, tmp_path, PEOPLE, **said)
    assert not (empty / "data/sources/faits").exists()
    file = tmp_path / "r.json"
    file.write_text(json.dumps({"faits.csv": said}), "utf-8")
    given = [str(tmp_path / "faits.csv"), "--answers", str(file)]
    _, output = run(empty, *given, "--json", "--dry-run")
    asked = [ask for one in json.loads(output)["questions"] for ask in one["asks"]]
    assert {"what", "means"}.intersection(asked)


def test_two_headings_cannot_mean_one_column(empty: Path, tmp_path: Path) -> None:
    text = "name,note,remarks\nNdèye Fatou Sarr,SN,ML\nЗарема Гойтиева,RU,RU\n"
    means = {"note": {"means": "country"}, "remarks": {"means": "country"}}
    with pytest.raises(HrdgraphError) as caught:
        written(empty, tmp_path, text, kind="person", columns=means)
    assert caught.value.code == "answers-mean-the-same"


UNSOURCED = (
    "name,date,place,what was done\nNdèye Fatou Sarr,2019-05-02,Kaolack,killing\n"
    "Зарема Гойтиева,2020-01-07,Грозный,torture\n"
)


@pytest.mark.sampled(1)
@pytest.mark.parametrize("said", [{"unsourced": "public"}, {"document": "https://example.org/r"}])
def test_rows_without_a_source_are_published_where_a_person_says_so(
    said: dict[str, str], empty: Path, tmp_path: Path
) -> None:
    file = tmp_path / "faits.csv"
    file.write_text(UNSOURCED, "utf-8")
    code, output = run(empty, str(file), "--yes", "--public", lang="en")
    assert code == 0, output
    assert "2 rows give no source" in output
    text = (
        CliRunner().invoke(app, ["build", str(empty), "--lang", "en"], standalone_mode=False).output
    )
    assert 'unsourced = "public"' in text, text
    assert "2 rows of faits.csv" in text
    code, output = run(empty, str(file), "--dry-run", "--json")
    assert "unsourced" in [ask for one in json.loads(output)["questions"] for ask in one["asks"]]
    table = written(empty, tmp_path, UNSOURCED, **said, options={"publish": True})
    assert table.get("unsourced") == said.get("unsourced")
    hrdgraph.build(empty, validate=False)
    assert "Зарема Гойтиева" in "".join(
        path.read_text("utf-8") for path in (empty / "build").glob("*.ttl")
    )


OWN_WORDS = (
    "victim,date,source,what was done,armed,weather,Phone\n"
    "Ndèye Fatou Sarr,2019-05-02,https://example.org/a,killing,knife,lluvia fuerte,+221 77 123 45 67\n"
    "Зарема Гойтиева,2020-01-07,https://example.org/b,torture,,снег,+7 928 123 45 67\n"
)


@pytest.mark.heavy
def test_columns_that_mean_nothing_are_published_in_their_own_words(
    empty: Path, tmp_path: Path
) -> None:
    add_countries(empty)
    file = tmp_path / "faits.csv"
    file.write_text(OWN_WORDS, "utf-8")
    _, output = run(empty, str(file), "--json", "--dry-run")
    asked = [one for one in json.loads(output)["questions"] if "everybody" in one["asks"]]
    assert [[*one["because"]] for one in asked] == [["armed", "weather"]]
    answers = tmp_path / "r.json"
    answers.write_text(json.dumps({"faits.csv": {"everybody": ["armed", "weather"]}}), "utf-8")
    code, output = run(empty, str(file), "--answers", str(answers), "--yes", "--public")
    assert code == 0, output
    assert CliRunner().invoke(app, ["build", str(empty)], standalone_mode=False).return_value == 0
    graph = (empty / "build/graph.nq").read_text("utf-8")
    assert '"armed: knife; weather: lluvia fuerte"' in graph
    assert '"weather: снег"' in graph
    assert "77 123" not in graph


def test_notes_kept_back_are_no_part_of_public_notes(empty: Path, tmp_path: Path) -> None:
    text = OWN_WORDS.replace("weather", "Notes")
    table = written(empty, tmp_path, text, columns={"armed": {"who": "public"}})
    assert table["columns"]["note"] == {"noted": ["armed"]}
    assert "Notes" in table["withheld"]


def test_all_that_is_wrong_with_answers_is_told_at_once(empty: Path, tmp_path: Path) -> None:
    columns = {"armed": {"split": [";"]}, "weather": {"values": {"x": "y"}}, "Fecha": {}}
    with pytest.raises(HrdgraphError) as caught:
        written(empty, tmp_path, OWN_WORDS, columns=columns)
    assert len(caught.value.errors) == 3


def test_a_consent_that_few_rows_give_is_asked_about(empty: Path, tmp_path: Path) -> None:
    names = [
        "Ndèye Fatou Sarr",
        "Зарема Гойтиева",
        "Björk Þórðardóttir",
        "José Lima",
        "María Ñáñez",
    ]
    agreed = ["not yet - family", "", "", "", "yes"]
    rows = [f"{name},https://example.org/{at},{said}" for at, (name, said) in enumerate(zip(names, agreed, strict=True))]  # fmt: skip
    text = "name,source,ok to publish?\n" + "\n".join(rows) + "\n"
    file = tmp_path / "faits.csv"
    file.write_text(text, "utf-8")
    _, output = run(empty, str(file), "--json", "--dry-run")
    [asked] = [one for one in json.loads(output)["questions"] if "private" in one["asks"]]
    assert asked["column"] == "ok to publish?"
    said = {"ok to publish?": {"private": ["not yet - family"]}}
    table = written(empty, tmp_path, text, kind="person", columns=said)
    assert table["rows"] == {"ok to publish?": {"not yet - family": "restricted", "yes": "public"}}
    said = {"ok to publish?": {"private": ["not yet - family"], "public": [""]}}
    (empty / "data/sources/faits").rename(tmp_path / "before")
    table = written(empty, tmp_path, text, kind="person", columns=said)
    assert table["rows"]["ok to publish?"][""] == "public"


def test_changed_answers_to_a_table_that_is_there_are_applied_or_refused(
    empty: Path, tmp_path: Path
) -> None:
    """Who takes a column back must not believe that it is private while it is not."""
    file, said = tmp_path / "stations.csv", tmp_path / "answers.toml"
    file.write_text("Organisation,Address,Founded\nCentre Kivu,Rue 4,1990\nFonds Goma,Rue 5,1991\n", "utf-8")  # fmt: skip
    head = '["stations.csv"]\nkind = "organisation"\n["stations.csv".columns.Address]\nwho = '
    said.write_text(f'{head}"public"\n', "utf-8")
    first, printed = run(empty, str(file), "--answers", str(said), "--yes", "--public")
    assert first == 0, printed
    said.write_text(f'{head}"withheld"\n', "utf-8")
    again, printed = run(empty, str(file), "--answers", str(said), "--yes", "--public")
    assert again == 0, printed
    assert settings(empty, "stations")["withheld"] == ["Address"]
    toml = empty / "data/sources/stations/source.toml"
    toml.write_text(
        toml.read_text("utf-8").replace("[[table]]", "[[table]]\ngroup = 3", 1), "utf-8"
    )
    assert run(empty, str(file), "--answers", str(said), "--yes", "--public")[0] == 1


def test_headings_of_private_life_are_known_and_a_language_is_no_birth() -> None:
    private = ["kids", "tip from", "ev adresi", "çocukları", "hijes_edades", "denuncias_previas",
               "تهديدات", "ameacas", "escolta", "antecedentesPenales", "wpisał", "Né(e) le"]  # fmt: skip
    assert [one for one in private if not private_topic(one)] == []
    assert [one for one in ("name_ne", "Tip", "county", "statut") if private_topic(one)] == []


def test_what_is_not_there_is_no_answer_to_a_flag() -> None:
    assert not is_flag(["No weapon", "Knife"])
    assert is_flag(["sí (verbal)", "solo iniciales"])


def question_about(root: Path, file: Path, ask: str) -> dict[str, Any]:
    _, output = run(root, str(file), "--json", "--dry-run")
    [asked] = [one for one in json.loads(output)["questions"] if ask in one["asks"]]
    return dict(asked)


def import_with(root: Path, file: Path, name: str, answers: dict[str, Any]) -> str:
    said = file.with_name("r.json")
    said.write_text(json.dumps({file.name: answers}), "utf-8")
    code, output = run(root, str(file), "--name", name, "--yes", "--answers", str(said))
    assert code == 0, output
    return output


def test_all_headings_without_a_meaning_stand_in_one_question(root: Path, tmp_path: Path) -> None:
    """What the rows need can be said in the round in which the kind is asked."""
    file = tmp_path / "placas.csv"
    file.write_text(
        "wer,strasse,tafeltext\nLise Gärtner-Ōe,Brüder-Grimm-Gasse,Sie wohnte hier\n"
        "Adélaïde Ñuñoa,Torstraße,Hier lebte sie\n", "utf-8",
    )  # fmt: skip
    asked = question_about(root, file, "means")
    assert [one["text"] for one in asked["texts"]] == ["wer", "strasse", "tafeltext"]
    assert "name" in asked["choices_by_kind"]["organisation"]
    import_with(root, file, "placas", {"kind": "person", "means": {"wer": "name"}})
    assert settings(root, "placas")["columns"]["name"] == "wer"


def test_what_rows_need_is_asked_with_a_kind_that_a_person_has_to_say(
    root: Path, tmp_path: Path
) -> None:
    file = tmp_path / "diputados.csv"
    file.write_text(
        "Diputado,Partido,Desde,Hasta\nMaría Ñáñez,Verde,2019-01-01,2021-01-01\n"
        "Amado Úsuga,Azul,2019-02-01,2021-02-01\n", "utf-8",
    )  # fmt: skip
    needed = question_about(root, file, "kind")["choices_by_kind"]["role"]
    assert "member" in needed["role_code"]
    output = import_with(root, file, "d", {"kind": "role", "what": "member"})
    assert "María Ñáñez (membre) de 2019-01-01 à 2021-01-01." in output


def test_an_answer_that_the_kind_makes_idle_is_no_error(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "hechos.csv"
    file.write_text(
        "Nombre,Fecha de muerte,Vereda\nYolanda Ñáñez,2019-02-03,El Ceibo\n"
        "Íñigo de la Peña,2020-11-30,La Unión\n", "utf-8",
    )  # fmt: skip
    answers = tmp_path / "r.json"
    said = {"kind": "person", "what": "killing", "means": {"Vereda": "place", "Nombre": "name"}}
    answers.write_text(json.dumps({"hechos.csv": said}), "utf-8")
    code, output = run(root, str(file), "--name", "hechos", "--yes", "--answers", str(answers))
    assert code == 0, output
    assert "Vereda: means = place" in output


def test_rows_that_end_in_their_own_number_are_rows(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "membres.csv"
    names = ["Ndèye Fatou Sarr", "José Lima", "María Ñáñez", "Björk Þórðardóttir"]
    lines = "".join(f"{at},{name}\n" for at, name in enumerate(names))
    file.write_text("id,nom\n" + lines, "utf-8")
    assert len(proposed(root, file)[0].rows) == len(names)


PLAIN = ["Nombre,Profesión,Elegido el,Municipio,Fuente"] + [
    f"{name},{role},2016-0{at}-02,{town},https://prensa.example/{at}"
    for at, (name, role, town) in enumerate(
        [("Víctor Jaramillo Moreno", "campesino", "Ituango"), ("Amado Gómez Úsuga", "gobernador", "Dabeiba"),
         ("María Ñáñez de la Peña", "maestra", "Toribío"), ("Ødegård Åse", "abogada", "Tumaco"),
         ("Saïd Ould Brahim", "periodista", "Quibdó"), ("Nguyễn Thị Hồng", "abogada", "Cúcuta"),
         ("Игорь Каляпин", "periodista", "Leticia")], 1)
]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "cells", "is_public"),
    [("", [], True), ("Teléfono", ["+57 310 555 0101"], False), ("Consentimiento", ["sí", "no"], False),
     ("Pahintulot", ["oo", "hindi"], False),
     ("Observaciones", ["vive con su hermana"], False)],
)  # fmt: skip
def test_only_a_plain_list_of_names_is_public_without_its_kind(
    empty: Path, tmp_path: Path, heading: str, cells: list[str], is_public: bool
) -> None:
    rows = [
        f"{row},{([heading] + cells * 7)[at]}" if heading else row for at, row in enumerate(PLAIN)
    ]
    file = tmp_path / "lideres.csv"
    file.write_text("\n".join(rows) + "\n", "utf-8")
    proposal, _ = proposed(empty, file)
    assert proposal.guess.doubt
    assert (not why_restricted(proposal)) is is_public


def test_the_address_of_an_event_is_asked_about_and_no_home(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "marches.csv"
    rows = [
        "Marche blanche,2021-05-02,place de la République",
        "Sit-in,2021-06-03,parvis du tribunal",
    ]
    for heading, is_asked in (("Adresse", True), ("Adresse du domicile", False)):
        file.write_text(f"Rassemblement,Date,{heading}\n" + "\n".join(rows) + "\n", "utf-8")
        proposal, proposer = proposed(root, file)
        said = {"kind": "assembly", "means": {heading: "place"}}
        proposal = answer(proposal, proposer, said)
        assert (heading in list_doubtful(proposal, proposer.kinds["assembly"])) is is_asked
