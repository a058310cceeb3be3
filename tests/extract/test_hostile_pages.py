"""Pages that nobody foresaw: they are read in a time that grows with their length, and never lose other pages."""

from __future__ import annotations

import json
import random
import re
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.parts import examples

from hrdgraph.cli.app import app
from hrdgraph.extraction.extractor import Extractor

RULES = Path(__file__).parents[2] / "ontology" / "extraction"
WORDS = """Rosa Lima Minority Leader Minority said " « » ( ) , . ; : - A. B. 2011 May Prize Award the of de la premio
Farol Committee Association founded president arrested in Brazil and winner Dr. O'Brien Jean-Pierre
Премия Сахарова Иван جائزة محمد السجن • – | é ß İ"""


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor.of(RULES)


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "piece",
    [
        "A. B. C. ", "A, ", "A-B-", "A\n", "Rosa\n", "(", "Rosa [", "“Rosa\n\n", "« ", "'", "‘Lima” ", " and ",
        "\n \n", "1", "1984 ", "LIMA ", "x", "said ", '"Lamp said ', "J. R. Ōe ", "Dr. Rosa ", "• ",
        "- Rosa Lima, 2011\n", "محمد، ", "Иван и ",
    ],
)  # fmt: skip
def test_time_grows_with_the_length_of_a_page(extractor: Extractor, piece: str) -> None:
    short, long = (cpu_seconds(extractor, piece * (n // len(piece))) for n in (10_000, 20_000))
    assert long < 3 * short + 0.1
    assert long < 2


def cpu_seconds(extractor: Extractor, text: str) -> float:
    started = time.process_time()
    extractor.extract(text)
    return time.process_time() - started


@pytest.mark.parametrize("end", [" ", "\t\n  ", "\u00a0"])
def test_a_page_may_end_with_blanks(extractor: Extractor, end: str) -> None:
    line = "Rosa Lima, who was born in Évora, has been the president of the committee,"
    assert extractor.extract(f"{line}\n{end}").page.blocks


def test_a_role_that_is_called_like_a_person_is_no_end(extractor: Extractor) -> None:
    assert extractor.extract("Minority Leader, Minority").candidates


def test_no_heap_of_words_is_an_error(extractor: Extractor) -> None:
    chance, pieces = random.Random(7), re.split(r"[ \n]", WORDS)
    for _ in range(60):
        extractor.extract(" ".join(chance.choices(pieces, k=40)))


INVENTED = Path(__file__).parents[2] / "benchmarks" / "extraction" / "invented"
CONTROLS = "\0\x07\x1b\x85\u00ad\u200b\u200f\u202e\u2028\ufeff\ufffd\ue000\uf8ff\U000e0041\u0301\u0651İſ½٣𝟗ß"


def test_no_spoilt_page_is_an_error(extractor: Extractor) -> None:
    chance, pieces = random.Random(8), [*re.split(r"[ \n]", WORDS), *CONTROLS, "\n\n", "9" * 30]
    pages = [path.read_text("utf-8") for path in sorted(INVENTED.glob("*.txt"))]
    for _ in range(examples(60, 20)):
        cuts = (page[at:] for page in chance.sample(pages, 2) for at in [chance.randrange(900)])
        signs = [*"\n".join(cut[: chance.randrange(600)] for cut in cuts)]
        for _ in range(chance.randrange(40)):
            signs.insert(chance.randrange(len(signs) + 1), chance.choice(pieces))
        at = chance.randrange(len(signs) + 1)
        signs[at:at] = signs[at : at + 40] * chance.randrange(6)
        if chance.random() < 0.2:
            chance.shuffle(signs)
        text = "".join(signs)
        for item in extractor.extract(text, title=text[:30]).candidates:
            assert text[item.start : item.end] == item.words
            assert item.key


def test_one_page_that_fails_leaves_the_answers_for_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [tmp_path / name for name in ("dernière.txt", "пражская.txt")]
    for page in pages:
        page.write_text("Rosa Lima won the Lantern Prize in 2011.", "utf-8")
    whole = Extractor.extract

    def fail(self: Extractor, text: str, **given: Any) -> Any:
        if given["name"] == pages[0].name:
            raise KeyError("name")
        return whole(self, text, **given)

    monkeypatch.setattr(Extractor, "extract", fail)
    asked = [*map(str, pages), "--project", str(tmp_path), "--json"]
    answer = CliRunner().invoke(app, ["pages", "extract", *asked])
    assert answer.exit_code != 0
    read, failed = json.loads(answer.stdout)["pages"]
    assert read["candidates"]
    assert "KeyError" in failed["error"]
