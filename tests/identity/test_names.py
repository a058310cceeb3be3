"""Names into words, sounds, skeletons and parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.identity.names.organisation import LANGUAGES, lexicon, organisation_names
from hrdgraph.identity.names.person import person_names
from hrdgraph.identity.names.scripts import prepare, script_of
from hrdgraph.identity.names.sounds import ALIKE, likeness, skeleton, sounds
from hrdgraph.identity.names.words import words

latin = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9)


@given(latin, latin, st.booleans())
def test_likeness_is_a_share_and_the_same_both_ways(left: str, right: str, bare: bool) -> None:
    found = likeness(left, right, unvowelled=bare)
    assert 0 <= found <= 1
    assert found == pytest.approx(likeness(right, left, unvowelled=bare))
    assert likeness(left, left, unvowelled=bare) == 1


@given(st.text(max_size=25))
def test_no_text_is_too_strange_to_be_a_name(text: str) -> None:
    for word in words(text):
        assert word.latin.isascii()
        assert word.latin.isalnum()
        assert word.skeletons()
    person_names(text)
    organisation_names(text)


ALIKES = [
    ("Каляпин", "Kalyapin"), ("Юрий", "Yuri"), ("Юрий", "Iouri"), ("Юрий", "Jurij"), ("Хусаинов", "Khusainov"), ("Хусаинов", "Husainov"),
    ("Чечулин", "Tchetchouline"), ("Щербаков", "Shcherbakov"), ("Щербаков", "Scherbakow"), ("Фёдор", "Fedor"), ("Фёдор", "Fyodor"),
    ("Łukasz", "Lukasz"), ("Đorđe", "Djordje"), ("Søren", "Soren"), ("Strauß", "Strauss"), ("Ğül", "Gul"), ("Šimečka", "Simecka"),
    ("محمد", "Mohammed"), ("يوسف", "Youssef"), ("فاطمة", "Fatima"), ("جمال", "Gamal"), ("جمال", "Jamal"), ("קסטנר", "Kastner"),
    ("ნინო", "Nino"), ("Պապյան", "Papyan"), ("Παύλος", "Pavlos"),
]  # fmt: skip
UNALIKE = [
    ("Petrov", "Petrova"), ("Mario", "Maria"), ("Hassan", "Hussein"), ("Li", "Liu"), ("Igor", "Oleg"), ("Ali", "Alia"), ("Anna", "Hanno"),
    ("Daniel", "Daniela"), ("Sidorov", "Fedorov"), ("Kim", "Kang"), ("Иван", "Павел"),
]  # fmt: skip


def best(left: str, right: str) -> float:
    a, b = words(left)[0], words(right)[0]
    return max(
        likeness(x, y, unvowelled=a.is_unvowelled or b.is_unvowelled)
        for x in a.forms
        for y in b.forms
    )


@pytest.mark.parametrize(("left", "right"), ALIKES)
def test_one_word_in_two_scripts_or_spellings(left: str, right: str) -> None:
    assert best(left, right) >= ALIKE
    assert words(left)[0].skeletons() & words(right)[0].skeletons()


@pytest.mark.parametrize(("left", "right"), UNALIKE)
def test_two_words(left: str, right: str) -> None:
    assert best(left, right) < ALIKE


def test_marks_digits_and_signs_of_direction() -> None:
    assert prepare("\u202bعَلِيّ\u202c") == "علي"
    assert [word.latin for word in words("١٩٦٨ ‘Alī")] == ["1968", "ali"]
    assert [script_of(text) for text in ("Ł", "я", "ع", "ש", "刘", "김", "ნ", "Ա", "1", "ひ")] == [
        "latin", "cyrillic", "arabic", "hebrew", "cjk", "hangul", "georgian", "armenian", "", "hiragana",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("刘晓波", ["liu", "xiaobo"]),
        ("欧阳修", ["ouyang", "xiu"]),
        ("曾国藩", ["zeng", "guofan"]),
        ("김대중", ["kim", "daejung"]),
        ("Abd al-Hadi al-Khawaja", ["abdhadi", "khawaja"]),
        ("عبد الهادي الخواجة", ["abdhady", "khwaja"]),
        ("Dr. Shirin Ebadi", ["shirin", "ebadi"]),
        ("Kalyapin, Igor", ["igor", "kalyapin"]),
        ("Martin Luther King, Jr.", ["martin", "luther", "king"]),
        ("Jakob von Uexkull", ["jakob", "uexkull"]),
        ("Thich Quang Do", ["thich", "quang", "do"]),
        ("Father", ["father"]),
    ],
)
def test_parts_of_a_name(text: str, parts: list[str]) -> None:
    assert [part.word.latin for part in person_names(text)[0].parts] == parts


def test_patronymics_and_former_names() -> None:
    natalia = person_names("Наталья Хусаиновна Эстемирова")[0]
    assert [part.father for part in natalia.parts] == [False, True, False]
    assert natalia.gender == "female"
    assert [part.father for part in person_names("Mohammed bin Salman")[0].parts] == [False, True]
    readings = person_names("Maria Otero (née Ruiz)")
    assert [
        (reading.former, [part.word.latin for part in reading.parts]) for reading in readings
    ] == [
        (False, ["maria", "otero"]),
        (True, ["maria", "ruiz"]),
    ]


def test_skeletons_are_what_scripts_have_in_common() -> None:
    assert set(skeleton(sounds("khojin"))) == {"KSN", "KN", "SN", "N"}
    assert set(skeleton(sounds("petrov"), fine=True)) == {"PTRF"}
    assert set(skeleton(sounds("bedrov"))) == set(skeleton(sounds("petrov")))
    assert set(skeleton(sounds("bedrov"), fine=True)) != set(skeleton(sounds("petrov"), fine=True))


def test_the_lexicon_has_120_concepts_in_five_languages() -> None:
    from importlib.resources import files

    lines = (
        files("hrdgraph.identity.names")
        .joinpath("organisation_words.tsv")
        .read_text("utf-8")
        .splitlines()
    )
    header, *rows = (line.split("\t") for line in lines)
    assert header == ["concept", "class", *LANGUAGES]
    assert all(len(row) == len(header) for row in rows)
    assert sum(all(row[2:7]) for row in rows if row[1] not in ("stop", "legal")) >= 120
    assert len({row[0] for row in rows}) == len(rows)
    assert set(lexicon().classes.values()) == {
        "body",
        "award",
        "scope",
        "theme",
        "place",
        "brand",
        "light",
        "stop",
        "legal",
    }


def concepts(text: str) -> list[str]:
    return sorted(
        {
            min(unit.concepts) if unit.concepts else unit.word.latin
            for unit in organisation_names(text)[0].units
        }
    )


@pytest.mark.parametrize(
    "text",
    [
        "Committee against Torture", "Comité contre la torture", "Comité contra la Tortura", "Комитет против пыток", "لجنة مناهضة التعذيب",
        "Comitê contra a Tortura", "Komitee gegen Folter",
    ],
)  # fmt: skip
def test_one_meaning_in_seven_languages(text: str) -> None:
    assert concepts(text)[0] == "against"
    assert concepts(text)[-1] == "torture"
    assert len(concepts(text)) == 3


def test_words_of_one_script_are_no_words_of_another() -> None:
    assert "forest" not in concepts("Association pour les droits humains")
    assert concepts("Лес") == ["forest"]


def test_legal_forms_acronyms_and_readings() -> None:
    assert concepts("Pro Igual e.V.") == ["igual", "pro"]
    assert organisation_names("F.I.D.H.")[0].acronym == "fidh"
    assert organisation_names("КПП")[0].acronym == "kpp"
    assert "kpp" in organisation_names("Комитет по предотвращению пыток")[0].initials
    assert [name.text for name in organisation_names("Long Name (Short)")] == [
        "Long Name (Short)",
        "Long Name",
        "Short",
    ]
