"""The catalogue: each sentence in three languages with the same fields, values that stay what they are, and no failure of its own."""

from __future__ import annotations

import ast
import json
import pickle
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.parts import tree_of

from hrdgraph.catalogue import LANGUAGES, Cell, Label, Message, compiling, has_sentence, render
from hrdgraph.catalogue.__main__ import entries, gaps, sort_catalogues
from hrdgraph.catalogue.compiling import LIBRARIES, read_catalogue
from hrdgraph.catalogue.message import translate
from hrdgraph.errors import HrdgraphError, MappingError, Origin, Problems, QueryError, SourceError

FILES = sorted((compiling.FOLDER / "en").glob("*.po"))
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.hint)?")
LITERAL = {"name"}  # stands in a sentence as an example too
FIELD = re.compile(r"\{(\w+)(?::\w+)?\}")


def test_no_sentence_is_missing() -> None:
    """A further language may lack sentences: they appear in English."""
    ours = ("en", "fr", "es")
    assert [
        str(gap) for gap in gaps() if gap.language in ours or gap.what != "not translated"
    ] == []


def test_python_m_hrdgraph_catalogue_has_nothing_to_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = tmp_path / "catalogue"
    shutil.copytree(compiling.FOLDER, copied)
    monkeypatch.setattr("hrdgraph.catalogue.__main__.FOLDER", copied)
    sort_catalogues()
    differences = [
        str(file.relative_to(copied))
        for file in sorted(copied.glob("*/*.po"))
        if file.read_bytes() != (compiling.FOLDER / file.relative_to(copied)).read_bytes()
    ]
    assert differences == []


def test_codes_are_readable_and_stand_once() -> None:
    codes = [code for file in FILES if file.stem != LIBRARIES for code in entries(file)]
    assert [code for code in codes if not CODE.fullmatch(code)] == []
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_translations_have_no_field_that_english_has_not(file) -> None:
    english = entries(file)
    for language in LANGUAGES[1:]:
        for code, entry in entries(file.parents[1] / language / file.name).items():
            assert set(FIELD.findall(str(entry.string))) <= set(
                FIELD.findall(str(english[code].string))
            ), (language, code)


def test_an_error_has_place_fact_and_way_out_in_the_language_of_the_reader() -> None:
    error = MappingError(
        "column-unknown",
        column="yaer",
        origin=Origin("a.csv", 3),
        hint="did-you-mean",
        nearest="year",
    )
    assert str(error) == "a.csv, row 3: no column 'yaer'\n  hint: did you mean 'year'?"
    assert (
        error.text("fr")
        == "a.csv, ligne 3 : pas de colonne « yaer »\n  conseil : vouliez-vous dire « year » ?"
    )
    assert error.as_dict()["fields"] == {"column": "yaer", "nearest": "year"}
    assert error.text("de") == str(error)


def test_what_is_counted_has_its_form() -> None:
    assert [render(Message("problems", count=many), "fr") for many in (0, 1, 12345)] == [
        "0 problème",
        "1 problème",
        "12\N{NARROW NO-BREAK SPACE}345 problèmes",
    ]


# what follows a number and is one: `1 lines`, `1 lignes`, `1 autres`
ONE_AS_MANY = re.compile(r"\b1 (?!más\b|de\b|is\b|was\b|stands\b|tells\b|fois\b)\w+s\b")


def test_one_thing_is_told_of_as_one() -> None:
    for language in LANGUAGES:
        for file in (compiling.FOLDER / language).glob("*.po"):
            for code, entry in entries(file).items():
                if entry.pluralizable:
                    one = entry.string[0].replace("{count}", "1")
                    assert not ONE_AS_MANY.search(one), (language, code)


@pytest.mark.parametrize(
    ("said", "french"),
    [
        ("Permission denied", "permission refusée"),
        ("Is a directory", "c’est un dossier"),
        ("nobody knows this", "nobody knows this"),
        ("is no " * 2000, "is no " * 2000),
    ],
)
def test_what_libraries_say_is_told_as_far_as_it_is_known(said: str, french: str) -> None:
    assert translate(said, "fr") == french
    assert translate(said, "en") == said
    assert render(Message("unreadable", reason=said), "fr").endswith(french)


def test_a_field_is_cell_data_unless_its_name_is_public() -> None:
    message = Message(
        "x", column="name", value="Ana", column_of=Cell("b"), fact=Message("y", words=["Eva", "Lu"])
    )
    assert list(message.cells()) == ["Ana", "b", "Eva", "Lu"]
    assert list(message.with_cells(lambda _: "…").cells()) == ["…"] * 4
    assert message.with_cells(str) == message
    assert SourceError("x", value="Ana").with_cells(lambda _: "…").message.fields == {
        "value": Cell("…")
    }


def test_a_code_without_a_sentence_and_a_field_that_is_missing_do_not_fail() -> None:
    assert render(Message("no-such-code"), "es") == "no-such-code"
    assert render(Message("column-unknown"), "en") == "no column '{column}'"
    assert not has_sentence("no-such-code")


def test_errors_pass_between_processes() -> None:
    error = MappingError(
        "column-unknown",
        column="yaer",
        origin=Origin("a.csv", 3),
        hint="did-you-mean",
        nearest="year",
    )
    several = Problems([error, SourceError("column-unknown", column="b")])
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert pickle.loads(pickle.dumps(several)).as_dict() == several.as_dict()


@pytest.mark.parametrize(
    "error",
    [
        MappingError("column-unknown", column="yaer", origin=Origin("a.csv", 3), hint=""),
        SourceError("date-unreadable", value="31.2.", hint="write-day-first", column=Cell("Ana")),
        QueryError(
            Message("unreadable", reason=Message("y", words=["Eva", 1], row=4, of=Cell("x")))
        ),
        HrdgraphError(
            "x", count=3, label=Label((("fr", "Prix"), ("", "Award"))), hint="did-you-mean"
        ),
        Problems([MappingError("x", columns=("a", "b")), SourceError("y", file=Cell("Ana.csv"))]),
    ],
)
def test_errors_pass_as_json_with_what_is_cell_data_and_what_is_not(error: HrdgraphError) -> None:
    back = HrdgraphError.from_dict(json.loads(json.dumps(error.as_dict())))
    assert type(back) is type(error)
    assert back.as_dict() == error.as_dict()
    assert [back.text(tag) for tag in LANGUAGES] == [error.text(tag) for tag in LANGUAGES]
    hidden = back.with_cells(lambda _: "…"), error.with_cells(lambda _: "…")
    assert hidden[0].as_dict() == hidden[1].as_dict()


SPOKEN = re.compile(
    r"Message|Problem|phrase|tell|(Hrdgraph|Project|Source|Mapping|Ontology|Identity|Query|Evidence|Output)Error"
)


def codes_of_errors() -> Iterator[tuple[str, str, list[str]]]:
    """What stands first in each error and message of the source, with its file and its fields."""
    for path in sorted(compiling.FOLDER.parent.rglob("*.py")):
        for node in ast.walk(tree_of(path)):
            name = (
                node.func.id
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                else ""
            )
            if isinstance(node, ast.Call) and SPOKEN.fullmatch(name):
                first = next(iter(node.args[name == "Problem" :]), None)
                if isinstance(first, ast.Constant) and first.value and path.name != "message.py":
                    fields = [word.arg or "" for word in node.keywords]
                    yield first.value, f"{path}:{node.lineno}", fields


def test_each_code_has_a_sentence_and_each_field_of_it_is_given() -> None:
    sentences = {code: str(entry.string) for file in FILES for code, entry in entries(file).items()}
    codes = list(codes_of_errors())
    missing = [(place, code) for code, place, _ in codes if not has_sentence(code)]
    assert missing == []
    bare = [
        (place, code, name)
        for code, place, fields in codes
        for name in FIELD.findall(sentences.get(code, ""))
        if name not in fields and "" not in fields and name not in LITERAL
    ]
    assert bare == []


def test_a_code_that_is_there_twice_is_said_with_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "fr" / "kinds.po"
    file.parent.mkdir()
    file.write_text(
        'msgid "kind-type-duration"\nmsgstr ""\n\nmsgid "kind-type-duration"\nmsgstr "une durée"\n',
        "utf-8",
    )
    with pytest.raises(ValueError, match=r"kinds\.po, line 4: .*duration.* is in line 1 too"):
        read_catalogue(file)
