"""The catalogues say the same in every language, and hold what the code asks for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import hrdgraph.web.pages
from hrdgraph.catalogue import Vocabulary, compiling
from hrdgraph.catalogue.__main__ import entries
from hrdgraph.errors import OutputError
from hrdgraph.queries.output import name_column
from hrdgraph.web.pages.graph_view import OTHER_CLAIM, THINGS
from hrdgraph.web.pages.naming import words_in
from hrdgraph.web.pages.site import Site

FOLDER = Path(hrdgraph.web.pages.__file__).parent
QUERIES = Path(__file__).parents[3] / "queries"
USED = re.compile(r"""(?:\bw|words|desk\.link|_detail)\(\s*["']([a-z_0-9]+)["']\s*[,)]""")
QUOTED = re.compile(r"""["']([a-z_0-9]+)["']""")
COMPOSED = re.compile(
    r"(kinds?|facet|section|topic|status|date|finding|evidence|parameter|missing|thing_withdrawn)_"
)  # with a name of something


KEYS = {
    code.removeprefix("page-").replace("-", "_")
    for code in entries(compiling.FOLDER / "en" / "pages.po")
}


def test_every_text_that_is_used_is_there() -> None:
    files = [*FOLDER.rglob("*.py"), *FOLDER.rglob("*.html")]
    used = {key for file in files for key in USED.findall(file.read_text("utf-8"))}
    assert len(used) > 150
    assert [key for key in sorted(used) if not words_in("en").has(key)] == []


def test_no_text_is_idle() -> None:
    quoted = {
        key
        for file in FOLDER.rglob("*.*")
        if file.suffix in (".py", ".html")
        for key in QUOTED.findall(file.read_text("utf-8"))
    }
    assert [key for key in sorted(KEYS) if key not in quoted and not COMPOSED.match(key)] == []


def test_every_kind_has_its_words() -> None:
    kinds = {*THINGS, OTHER_CLAIM, "country", "place"}
    needed = {f"kind_{kind}" for kind in kinds} | {f"kinds_{kind}" for kind in kinds}
    assert [key for key in sorted(needed) if not words_in("en").has(key)] == []


def test_every_column_of_the_questions_has_its_words() -> None:
    headers = "".join(
        file.read_text("utf-8") for file in QUERIES.glob("[!cdb]*/*.rq")
    )  # none of checks, derive and because
    columns = set(re.findall(r"^# column (\w+)", headers, re.M))
    assert (
        sorted(name for name in columns if name_column(name, "en") == name.replace("_", " ")) == []
    )


def test_shared_words_are_labels_on_pages() -> None:
    assert words_in("en")("kind_award") == words_in("en")("facet_award") == "Award"
    assert words_in("es")("kinds_award", n=2) == "premios"
    assert words_in("fr")("nav_countries") == "Pays"


def test_plurals_and_numbers_are_those_of_the_language() -> None:
    assert words_in("en")("search_results", n=1234) == "1,234 results"
    assert words_in("fr")("conferrals_n", n=0) == "0 attribution"
    assert words_in("fr")("conferrals_n", n=2) == "2 attributions"
    assert words_in("es")("rows_n", n=1) == "1 fila"
    assert words_in("fr")("rows_n", n=1234) == "1\u202f234 lignes"


def test_a_value_cannot_fill_another_place() -> None:
    assert words_in("en")("date_from_to", start="{stop}", stop="x") == "from {stop} to x"


def test_an_unknown_text_is_an_error() -> None:
    with pytest.raises(OutputError, match="lacks nonsense"):
        words_in("en")("nonsense")


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_kind_that_the_catalogue_does_not_name_is_called_as_it_declares(
    site: Site, language: str
) -> None:
    """A new kind is one file: the pages need no words of their own for it."""
    words = site.words_in(language)
    kinds = site.topics.properties.kinds
    unnamed = [name for name in kinds if f"kinds_{name}" not in Vocabulary("page", language)]
    assert unnamed
    for name in unnamed:
        assert words(f"kinds_{name}", n=2) == kinds[name].label(language)
