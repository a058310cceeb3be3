"""The command line as a person meets it: help at once, clear errors, exit codes, JSON where asked for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from hrdgraph.catalogue import LANGUAGES
from hrdgraph.cli.app import COMMANDS, run
from hrdgraph.exports.formats import FORMATS

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def hrdgraph(built: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run a command in the built project: exit code, standard output, standard error."""

    def call(*arguments: str, project: bool = True) -> tuple[int, str, str]:
        code = run([*arguments, *(["--project", str(built)] if project else [])])
        sys.stdout.flush()
        captured = capfdbinary.readouterr()
        return code, captured.out.decode(), captured.err.decode()

    return call


def cpu_of(arguments: list[str]) -> float:
    before = os.times()
    subprocess.run(
        [sys.executable, "-c", "from hrdgraph.cli import main; main()", *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    after = os.times()
    return (
        after.children_user + after.children_system - before.children_user - before.children_system
    )


def test_help_is_there_at_once() -> None:
    assert min(cpu_of(["--help"]) for _ in range(3)) < 0.3


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    assert "Usage: hrdgraph" in capsys.readouterr().out


def test_what_is_no_number_is_no_limit(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["query", "x", "--timeout", "nan"]) == 2
    assert "not 'nan'" in capsys.readouterr().err


def test_an_unknown_command_is_called_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["biuld"]) == 2
    assert "build" in capsys.readouterr().err


def test_outside_a_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", str(tmp_path)]) == 1
    assert "hrdgraph init" in capsys.readouterr().err


def test_before_the_first_build(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (
        ["query", "sources"],
        ["export"],
        ["graphs", "stats"],
        ["validate"],
        ["graphs", "analyse"],
        ["explain", "award/x"],
    ):
        assert run([*command, "--project", str(small)]) == 1
        assert "run `hrdgraph build`" in capsys.readouterr().err


def test_a_question_in_every_format(hrdgraph: Run) -> None:
    question = (
        "query",
        "laureates-in-year",
        "--param",
        "award=martin-ennals-award",
        "--param",
        "year=2013",
    )
    for format, sign in (
        ("table", "Joint Mobile Group"),
        ("csv", "Joint Mobile Group"),
        ("tsv", "\t"),
        ("json", '"bindings"'),
        ("xml", "<sparql"),
    ):
        code, out, _ = hrdgraph(*question, "--format", format)
        assert code == 0
        assert sign in out, format


def test_parameters_cannot_change_the_question(hrdgraph: Run) -> None:
    hostile = 'x" } } ; DROP ALL #'
    code, out, err = hrdgraph(
        "query", "things-named", "--param", f"text={hostile}", "--format", "csv"
    )
    assert (code, len(out.splitlines()), err) == (0, 1, "")


def test_query_says_which_engine_answers(hrdgraph: Run) -> None:
    code, out, _ = hrdgraph("query", "sources", "--explain-plan", "--json")
    assert code == 0
    assert json.loads(out)["reason"] == "sparql-graph-small"
    code, out, _ = hrdgraph("query", "sources", "--explain-plan", "--lang", "fr")
    assert out.startswith("store : le graphe n’a ")
    assert hrdgraph("query", "SELECT ?x WHERE { ?x ", "--explain-plan")[0] == 1


def test_wrong_questions(hrdgraph: Run) -> None:
    assert "did you mean" in hrdgraph("query", "laureates-in-yaer")[2]
    code, _, err = hrdgraph(
        "query",
        "laureates-in-year",
        "--param",
        "award=martin-ennals-award",
        "--param",
        "year=MMXIII",
    )
    assert code == 1
    assert "year" in err
    assert hrdgraph("query", "SELECT ?x WHERE { ?x ")[0] == 1
    code, _, err = hrdgraph("query", "sources", "--format", "tabel")
    assert code == 2
    assert "did you mean 'table'?" in err
    assert run(["query", "sources", "--param", "novalue"]) == 2


@pytest.mark.usefixtures("page_at_hand")
def test_explain_says_file_row_rule_and_words(hrdgraph: Run) -> None:
    code, out, _ = hrdgraph(
        "explain", "conferral/kalyapin-page/06-front-line-2011-group", "--lang", "fr"
    )
    assert code == 0
    for words in (
        "data/sources/kalyapin-page/conferrals.csv ligne 2",
        "ontology/tables/conferral.yml ligne",
        "avril 2011",
    ):
        assert words in out
    assert "Joint Mobile Group" in out


@pytest.mark.heavy  # tests/pipeline/test_persistent_iris.py explains by both names in small
def test_explain_by_name_and_old_name(hrdgraph: Run) -> None:
    by_name = json.loads(hrdgraph("explain", "Igor Kalyapin", "--json")[1])
    by_alias = json.loads(hrdgraph("explain", "person/kalyapin-page/Igor_Kalyapin", "--json")[1])
    assert (
        by_name["thing"] == by_alias["thing"] == "https://w3id.org/hrdgraph/id/person/Igor_Kalyapin"
    )
    assert by_name == by_alias
    assert hrdgraph("explain", "Igor Kalypain")[0] == 1


@pytest.mark.sampled(3)
@pytest.mark.parametrize("format", FORMATS)
def test_export_one_entity_in_every_format(hrdgraph: Run, format: str, tmp_path: Path) -> None:
    target = tmp_path / "out"
    code, _, err = hrdgraph(
        "export",
        "--format",
        format,
        "--entity",
        "Joint Mobile Group",
        "--output",
        str(target),
        "--anyway",
    )
    assert (code, err) == (0, "")
    assert target.exists()


def test_export_takes_a_name_as_it_takes_an_entity(hrdgraph: Run) -> None:
    by_option = hrdgraph("export", "--entity", "Joint Mobile Group", "--anyway")
    assert hrdgraph("export", "Joint Mobile Group", "--anyway", "--lang", "fr") == by_option
    assert by_option[1]


def test_export_takes_the_folder_of_a_project(hrdgraph: Run, built: Path) -> None:
    arguments = ("export", str(built), "--format", "nq", "--anyway")
    assert hrdgraph(*arguments, project=False)[1] == (built / "build/graph.nq").read_text("utf-8")


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_refused_export_is_told_in_the_language_asked_for(hrdgraph: Run, language: str) -> None:
    told = {"en": "not checked", "fr": "pas été contrôlé", "es": "no se comprobó"}
    assert told[language] in hrdgraph("export", "--lang", language)[2]


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_what_a_format_shows_nothing_of_is_no_empty_file(
    hrdgraph: Run, format: str, tmp_path: Path
) -> None:
    question, target = tmp_path / "won.rq", tmp_path / "out"
    question.write_text(
        "CONSTRUCT { ?s <http://e.org/won> ?o } WHERE { ?s hrd:hasWon ?o }", "utf-8"
    )
    code, _, err = hrdgraph(
        "export", "--format", format, "--query", str(question), "--output", str(target), "--anyway"
    )
    assert code == 1
    assert "person, organisation or award" in err
    assert not target.exists()


def test_a_build_that_was_not_validated_is_not_exported(hrdgraph: Run) -> None:
    code, _, err = hrdgraph("export", "--format", "nt")
    assert code == 1
    assert "not checked" in err


def test_the_exported_quads_are_those_that_were_built(hrdgraph: Run, built: Path) -> None:
    assert hrdgraph("export", "--format", "nq", "--anyway")[1] == (
        built / "build" / "graph.nq"
    ).read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "fact"),
    [
        (["--format", "docx"], "'docx' is not known here"),
        (["--entity", "Joint Mobile Group", "--query", "award_years"], "cannot be used together"),
        (["Joint Mobile Group", "--query", "award_years"], "cannot be used together"),
        (["Joint Mobile Group", "--entity", "Memorial"], "NAME, --entity cannot be used together"),
        (["--param", "year=2016"], "--param is only used together with --query"),
        (
            ["--format", "ttl", "--output", "graph.nq"],
            "the name graph.nq says that it is nq",
        ),
        (["--format", "gexf", "--output", "network.GraphML"], "a name that ends in .gexf"),
        (["--format", "jsonld", "--output", "tables.zip"], "a name that ends in .jsonld"),
        (["--output", "tables.csv"], "csv makes several tables"),
        (
            ["--output", "graph.tsv"],
            "the name graph.tsv says that it is tsv",
        ),
        (["--query", "award_years", "--param", "year"], "--param takes KEY=VALUE"),
    ],
)
def test_an_export_that_is_called_wrongly_reads_nothing(
    arguments: list[str], fact: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", *arguments, "--project", "/nowhere"]) == 2
    assert fact in capsys.readouterr().err


def test_no_answer_takes_the_place_of_its_question(hrdgraph: Run, tmp_path: Path) -> None:
    question = tmp_path / "mine.rq"
    question.write_text(
        "SELECT ?s WHERE { ?s a <http://xmlns.com/foaf/0.1/Person> } LIMIT 1", "utf-8"
    )
    code, _, err = hrdgraph("query", str(question), "--format", "csv", "--output", str(question))
    assert code == 1
    assert "--output would overwrite " in err
    assert question.read_text("utf-8").startswith("SELECT")


def test_stats_and_queries(hrdgraph: Run) -> None:
    counts = {
        row["class"]: row["total"]
        for row in json.loads(hrdgraph("graphs", "stats", "--json")[1])["classes"]
    }
    assert counts["https://w3id.org/hrdgraph/ontology#Award"] == 39
    assert len(json.loads(hrdgraph("query", "--list", "--json")[1])) >= 20
    code, out, err = hrdgraph("query", "--list", "--lang", "fr")
    assert (code, "Lauréats" in out, "[lang=fr]" in out, "[lang=en]" in out, err) == (
        0,
        True,
        True,
        False,
        "",
    )


@pytest.mark.heavy
def test_analyse(hrdgraph: Run) -> None:
    assert "Sakharov" in hrdgraph("graphs", "analyse")[1]
    path = json.loads(
        hrdgraph("graphs", "analyse", "--path", "Igor Kalyapin", "Malala Yousafzai", "--json")[1]
    )
    assert path["labels"][0] == "Igor Kalyapin"
    assert all(step["claims"] for step in path["steps"])


def test_validate_a_file(hrdgraph: Run, tmp_path: Path) -> None:
    data = tmp_path / "bad.ttl"
    data.write_text(
        "<http://e.org/x> a <https://w3id.org/hrdgraph/ontology#AwardConferral> .", encoding="utf-8"
    )
    code, out, _ = hrdgraph("validate", str(data), "--json")
    assert code == 3
    assert json.loads(out)["counts"]["violation"] > 0
    data.write_text("<http://e.org/x> a", encoding="utf-8")
    assert hrdgraph("validate", str(data))[0] == 1


def test_init_refuses_what_is_there(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(small)]) == 1
    assert "choose another name" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["build/new", "build", "build-restricted/a/b"])
def test_init_makes_nothing_where_the_next_build_would_remove_it(
    place: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", str(small / place)]) == 1
    assert "would overwrite a part of the project" in capsys.readouterr().err
    assert not (small / place).exists()


@pytest.mark.heavy
def test_a_reader_that_goes_away_is_no_error(built: Path) -> None:
    code = "from hrdgraph.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "export", "-f", "nq", "--anyway", "-p", str(built)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    process.stdout.read(100)
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), errors) == (0, b"")


def test_a_file_that_cannot_be_written(hrdgraph: Run) -> None:
    code, _, err = hrdgraph("query", "sources", "--output", os.path.join("/nowhere", "out.csv"))
    assert code == 1
    assert "cannot be written" in err


@pytest.mark.heavy
def test_things_are_named_by_key_by_path_and_by_name(hrdgraph: Run) -> None:
    answers = [
        hrdgraph("query", "testimonies-of-person", "--param", f"person={person}", "--format", "csv")
        for person in (
            "award-lists/Igor_Kalyapin",
            "person/Igor_Kalyapin",
            "Igor Kalyapin",
        )
    ]
    assert answers[0][0] == 0
    assert len(answers[0][1].splitlines()) > 1
    assert answers[0] == answers[1] == answers[2]


def test_cite_gives_the_cells_of_a_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.txt"
    page.write_text("She received the prize in 2011.", encoding="utf-8")
    assert run(["pages", "cite", str(page), "the prize"]) == 0
    header, cells = capsys.readouterr().out.splitlines()
    assert header == "evidence_start,evidence_end,evidence_sha256"
    assert cells.startswith("13,22,")
    assert run(["pages", "cite", str(page), "a prize"]) == 1


def test_a_fault_of_our_own_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("hrdgraph.cli.command_from_function.open_in", broken)
    assert run(["build", str(tmp_path)]) == 70
    assert "an error in hrdgraph itself: ZeroDivisionError: oh" in capsys.readouterr().err


@pytest.mark.parametrize("format", ["nq", "nt", "ttl", "trig", "rdfxml", "jsonld", "parquet"])
@pytest.mark.parametrize("memory", ["1G", "0"])
def test_map_writes_every_format(small: Path, tmp_path: Path, format: str, memory: str) -> None:
    mapping = small / "data" / "sources" / "example" / "mapping.ttl"
    target = tmp_path / "out"
    assert (
        run(
            [
                "map",
                str(mapping),
                "-f",
                format,
                "-o",
                str(target),
                "--memory",
                memory,
                "--jobs",
                "2",
            ]
        )
        == 0
    )
    data = target.read_bytes()
    assert b"Ada Example" in (
        str(pl.read_parquet(target)["o"].to_list()).encode() if format == "parquet" else data
    )
    assert not list(tmp_path.glob(".hrdgraph-*"))


def test_a_mapping_explains_what_it_makes(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = small / "data" / "sources" / "example" / "mapping.ttl"
    assert run(["map", str(mapping), "-f", "nt", "-o", str(tmp_path / "out.nt")]) == 0
    line = next(
        line
        for line in (tmp_path / "out.nt").read_text("utf-8").splitlines()
        if '"Ada Example"' in line
    )
    subject, predicate, object = line.removesuffix(" .").split(" ", 2)
    assert run(["explain", "--mapping", str(mapping), subject, predicate, object]) == 0
    said = capsys.readouterr().out
    assert "row 2" in said
    assert "mapping.ttl line" in said
    assert run(["explain", "--mapping", str(mapping), subject.strip("<>"), "--json"]) == 0
    assert all(trace["rows"] for trace in json.loads(capsys.readouterr().out))
    assert run(["explain", "--mapping", str(mapping), "http://nowhere.org/x"]) == 1
    assert "no rule of this mapping produces it" in capsys.readouterr().err
    assert run(["explain", "--mapping", str(mapping), "a", "b", '"torn']) == 2


def test_map_refuses_what_is_no_size(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(
            ["map", str(small / "data" / "sources" / "example" / "mapping.ttl"), "--memory", "much"]
        )
        == 2
    )
    assert "512M" in capsys.readouterr().err


def test_check_and_plan_read_no_row(
    small: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = small / "data" / "sources" / "example" / "mapping.ttl"
    assert run(["mappings", "check", str(mapping)]) == 0
    assert "rules over 3 relations, no problem" in capsys.readouterr().out
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert run(["mappings", "check", str(mapping)]) == 0
    assert "règles sur 3 relations, aucun problème" in capsys.readouterr().out
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert run(["mappings", "plan", str(mapping), "--json"]) == 0
    steps = json.loads(capsys.readouterr().out)
    assert [step["name"] for step in steps] == [
        "share what is read",
        "make each term once",
        "write each quad once",
    ]
    assert len(steps[0]["after"]) < len(steps[0]["before"])
    assert run(["mappings", "plan", str(mapping)]) == 0
    assert "mapping.ttl, line" in capsys.readouterr().out
    mapping.write_text(
        mapping.read_text("utf-8").replace('"name_en"', '"name_ne"'), encoding="utf-8"
    )
    assert run(["mappings", "check", str(mapping)]) == 1
    assert "did you mean 'name_en'?" in capsys.readouterr().err


def test_map_runs_any_mapping(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = small / "data" / "sources" / "example" / "mapping.ttl"
    target = tmp_path / "out.nt"
    assert run(["map", str(mapping), "--format", "nt", "--output", str(target)]) == 0
    lines = target.read_text("utf-8").splitlines()
    assert len(lines) == len(set(lines))
    assert any("Ada Example" in line for line in lines)
    mapping.write_text(
        mapping.read_text("utf-8").replace('"name_en"', '"name_ne"'), encoding="utf-8"
    )
    target.unlink()
    assert run(["map", str(mapping), "--output", str(target)]) == 1
    assert "did you mean 'name_en'?" in capsys.readouterr().err
    assert not target.exists()


def test_a_new_project_says_what_its_folders_are(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path / "new"), "--title", 'Our "{title}"']) == 0
    told = (tmp_path / "new" / "README.md").read_text("utf-8")
    assert told.startswith('# Our "{title}"\n')
    for name in re.findall(r"^\| `([^`]+)`(?:, `([^`]+)`)?", told, re.M):
        assert all((tmp_path / "new" / part).exists() for part in name if part)


def test_init_says_what_a_shell_understands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init", "mon projet é"]) == 0
    said = capsys.readouterr().out
    assert "next: hrdgraph import -p 'mon projet é' " in said
    assert "then hrdgraph build 'mon projet é'\n" in said


@pytest.mark.heavy
def test_an_export_into_standard_output_by_its_name(built: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from hrdgraph.cli import main; main()",
        "export",
        "--anyway",
        "-f",
        "nt",
        "-p",
        str(built),
        "-o",
        "/dev/stdout",
    ]
    assert subprocess.run(command, capture_output=True, check=True).stdout.count(b" .\n") > 100


@pytest.mark.parametrize(
    ("arguments", "fact"),
    [
        (["tables", "date", "--json"], "TEXT is missing"),
        (
            ["tables", "date", "x", "--language", "xx", "--json"],
            "must be one of: ar",
        ),
        (["pages", "snapshot", "nix", "--json"], "--source is missing"),
        (["build", "--json", "--onyl", "x"], "is not known here"),
        (["graphs", "diff", "--json", "a"], "NEW is missing"),
        (["names", "reconcile", "--min-score", "nan", "--json"], "not 'nan'"),
    ],
)
def test_a_wrong_call_is_json_for_machines(
    arguments: list[str], fact: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert err == ""
    error = json.loads(out)["error"]
    assert error["kind"] == "UsageError"
    assert fact in error["fact"]
    near = "--onyl" in arguments
    assert error["hint"] == (
        "did you mean '--only'?"
        if near
        else f"see hrdgraph {' '.join(arguments[: 1 if arguments[0] == 'build' else 2])} --help"
    )


def test_behind_two_dashes_nothing_is_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tables", "date", "--", "--json", "more"]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("arguments", "french", "spanish"),
    [
        (["graphs", "stats"], r"énoncés\s+classe\s+choses", r"enunciados\s+clase\s+cosas"),
        (
            ["query", "--list"],
            r"sujet\s+nom\s+question\s+paramètres",
            r"tema\s+nombre\s+pregunta\s+parámetros",
        ),
        (
            ["validate", "--severity", "violation"],
            r"énoncés, 0 constat\b",
            r"enunciados, 0 hallazgos",
        ),
        (["graphs", "analyse", "--top", "3"], r"nom\s+type\s+pays", r"nombre\s+tipo\s+país"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_stands_around_an_answer_is_in_its_language(
    hrdgraph: Run, arguments: list[str], french: str, spanish: str
) -> None:
    for language, words in (("fr", french), ("fr-CA", french), ("es", spanish)):
        _, out, err = hrdgraph(*arguments, "--lang", language)
        assert re.search(words, out), out
        assert err == ""


def test_a_table_has_the_labels_of_the_language_of_the_person(
    hrdgraph: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = ["query", "countries-with-most-laureates"]
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert "États-Unis" in hrdgraph(*question)[1]
    assert "Estados Unidos" in hrdgraph(*question, "--lang", "es")[1]
    assert "Estados Unidos" in hrdgraph(*question, "--param", "lang=es")[1]
    for machine in ("csv", "json"):
        assert "United States" in hrdgraph(*question, "--format", machine)[1]
    assert "États-Unis" in hrdgraph(*question, "--format", "csv", "--lang", "fr")[1]


@pytest.mark.parametrize("arguments", [["graphs", "stats"], ["query", "--list"], ["validate"]])
def test_a_language_that_nobody_speaks_here_is_told_once(
    hrdgraph: Run, arguments: list[str]
) -> None:
    _, out, err = hrdgraph(*arguments, "--lang", "zz")
    assert out
    known = ", ".join(LANGUAGES)
    assert err.startswith(f"note: 'zz' is none of the languages {known}: only names are shown in")
