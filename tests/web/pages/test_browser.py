"""Pages in a real browser: accessible in every language and both themes, quiet on the network, better with a script, whole without."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from hrdgraph.web.pages import Site
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.site import (
    HomesOfThings,
    links_from,
    page_file,
    write_bytes,
    write_entrance,
    write_files,
)

WHOLE = bool(
    os.environ.get("HRDGRAPH_BROWSER")
)  # every template in every language and theme; without it, a few
KALYAPIN = "id/person/Igor_Kalyapin"
TEMPLATES = [
    "", "browse?kind=person", "search?q=mandela", "awards", "countries", "sources", "sources/award-lists", "documents/DOCUMENT", "queries",
    "queries/countries-with-most-laureates", "queries/laureates-in-year?award=nothing&year=2013", "editor", "ontology", "data", "validation", "changes",
    "about", "list/award", "nothing/here", KALYAPIN, "id/award/martin-ennals-award", "id/country/RU", "id/edition/martin-ennals-award/2013",
]  # fmt: skip
SMOKE = ["", "browse?kind=person", "queries/countries-with-most-laureates", KALYAPIN]
THEMES = [
    ("en", "light"),
    ("fr", "dark"),
    ("es", "light"),
    ("en", "dark"),
    ("fr", "light"),
    ("es", "dark"),
]

SEARCHES = [
    "kalyapin", "نيلسون مانديلا", "sakharov 2011", "comite", "prix nobel de la paix", "premio nobel de la paz", "prix martin ennals",
    "premio olof palme", "prix Lantos des droits de l'homme", "tulipe des droits de l'homme", "prix", "de la", "nobel alternatif", "kalyapn",
    "klayapin", "prix nobel de la paix 2022", "estemirowa", "sakharov russie",
]  # fmt: skip
MANY = 500
FOUND = """async ([how, text]) => {
  const data = await index();
  const things = how === "found" ? found(data, text) : named(data, text, fold(text, data.letters));
  return things.map((thing) => thing[0]);
}"""

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def served(pages: Pages) -> Iterator[str]:
    """The pages behind a real server; its address."""
    import uvicorn
    from starlette.applications import Starlette

    from hrdgraph.web.pages.routes import routes as page_routes
    from hrdgraph.web.reconciliation import routes as reconciliation_routes

    paths = [*reconciliation_routes(pages), *page_routes(pages)]
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        line.listen(64)
        server = uvicorn.Server(
            uvicorn.Config(Starlette(routes=paths), log_level="critical", lifespan="off")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [line]})
        thread.start()
        yield f"http://127.0.0.1:{line.getsockname()[1]}"
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def files(pages: Pages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A few pages as files behind a server that knows nothing; its address, below a folder."""
    folder = tmp_path_factory.mktemp("host")
    target = folder / "some" / "where"
    for path in (
        "",
        "browse",
        "search",
        "about",
        "list/person",
        "list/person/2",
        "awards",
        KALYAPIN,
        "id/person/Nelson_Mandela",
    ):
        page = pages.page("fr", path, links_from(page_file("fr", path)))
        assert page is not None
        write_bytes(target / page_file("fr", path), page.body)
    placed = HomesOfThings({}, {})
    write_files(pages, placed, target)
    write_entrance(pages, placed, target)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/some/where"
    server.shutdown()
    server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    """A static host that says nothing."""

    def log_message(self, *_: object) -> None:
        return


Opened = Callable[..., Any]
Violations = Callable[[Any], tuple[list[Any], int, str]]


@pytest.fixture
def opened(chromium: Any) -> Iterator[Opened]:
    """A page in a context of its own; what it asks of others, says or pops up is in `told`."""
    contexts = []

    def open_page(address: str, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": 1200, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        host = address.split("/")[2]
        page.told = []
        page.on(
            "request",
            lambda request: (
                page.told.append(request.url) if request.url.split("/")[2] != host else None
            ),
        )
        page.on("console", lambda message: page.told.append(message.text))
        page.on("pageerror", lambda error: page.told.append(str(error)))
        page.on("dialog", lambda dialog: page.told.append(dialog.message))
        page.set_default_timeout(60_000)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


def _cases() -> list[tuple[str, str, str]]:
    if WHOLE:
        return [(path, *theme) for path in TEMPLATES for theme in THEMES]
    return [(path, *THEMES[place % 2]) for place, path in enumerate(SMOKE)]


def test_axe_finds_nothing_at_levels_a_and_aa(
    opened: Opened, violations: Violations, served: str, site: Site
) -> None:
    document = next(iter(site.documents_by_key))
    page, last = None, ("", "")
    for path, language, scheme in sorted(_cases(), key=lambda case: case[1:]):
        address = f"{served}/{language}/{path.replace('DOCUMENT', document)}"
        if last != (language, scheme) or page is None:
            page, last = opened(address, color_scheme=scheme, bypass_csp=True), (language, scheme)
        else:
            page.goto(address)
        page.evaluate(
            "document.querySelectorAll('details').forEach((part) => { part.open = true; })"
        )
        found, passed, told = violations(page)
        assert found == [], f"{path} {language} {scheme}\n{told}"
        assert passed > 12


@pytest.mark.parametrize(
    "path",
    [
        "en/",
        f"fr/{KALYAPIN}",
        "es/id/award/nobel-peace-prize",
        "en/editor",
        "fr/sources/award-lists",
        "es/ontology",
    ],
)
def test_a_phone_does_not_scroll_sideways_and_nothing_foreign_is_asked(
    opened: Opened, served: str, path: str
) -> None:
    page = opened(f"{served}/{path}")
    page.set_viewport_size({"width": 360, "height": 700})
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert [told for told in page.told if "404" not in told] == []


@pytest.mark.parametrize(
    ("path", "sheets"),
    [
        (KALYAPIN, 3),
        ("id/award/martin-ennals-award", 3),
        ("queries/winners-of-several", 4),
        ("list/person", 6),
    ],
)
def test_what_is_printed_fits_on_a_few_sheets(
    opened: Opened, served: str, path: str, sheets: int
) -> None:
    printed = opened(f"{served}/fr/{path}").pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) <= sheets


def test_a_word_without_end_is_broken(opened: Opened, served: str) -> None:
    for path in ("list/award", KALYAPIN):
        page = opened(f"{served}/en/{path}")
        page.set_viewport_size({"width": 320, "height": 700})
        page.evaluate(
            "document.querySelectorAll('h1, .entries a, .title').forEach((part) => { part.textContent = 'Rechtsschutz'.repeat(30); })"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_names_are_offered_as_one_types_and_taken_by_keyboard(opened: Opened, served: str) -> None:
    page = opened(f"{served}/en/about")
    box = page.locator("#q")
    box.click()
    box.press_sequentially("каляп")
    page.locator(".suggested li").first.wait_for()
    assert page.locator(".suggested li").first.inner_text().startswith("Igor Kalyapin")
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == "offer-0"
    box.press("Enter")
    page.wait_for_url(f"**/{KALYAPIN}")
    assert page.told == []


def test_a_browser_folds_as_the_server_does(opened: Opened, served: str, pages: Pages) -> None:
    from hrdgraph.exports.folding import fold

    page = opened(f"{served}/en/about")
    typed = [
        "Łukasz Ødegård",
        "Игорь Каляпин",
        "مُحَمَّد Straße",
        "Ёлка Їжак",
        "王全璋 2011",
        "O’Brien — d'Arc",
        "İbrahim ŞAHİN",
    ]
    typed += [name for row in pages.index.rows[::40] for name in row.names[:1]]
    folded = page.evaluate(
        "async (texts) => { const data = await index(); return texts.map((t) => fold(t, data.letters).join(' ')); }",
        typed,
    )
    assert folded == [fold(text) for text in typed]


def test_a_browser_finds_what_the_server_finds(
    opened: Opened, served: str, files: str, pages: Pages
) -> None:
    """One contract for both: the same names in the same order, and the same things beyond
    names."""
    for address in (f"{served}/fr/about", f"{files}/fr/about.html"):
        page = opened(address)
        for text in SEARCHES:
            in_order = page.evaluate(FOUND, ["named", text])
            assert in_order == [row.thing.key for row in pages.index.search(text, beyond=False)]
            beyond = page.evaluate(FOUND, ["found", text])
            wanted = pages.index.search(text)
            if in_order:  # what is no name stands in another order
                assert beyond[:1] == [row.thing.key for row in wanted[:1]], text
            # what somebody does is not in the index of a browser; "prix" is said of too many
            missing = {row.thing.key for row in wanted if not row.descriptions} - set(beyond)
            assert not missing or len(beyond) >= MANY, text


def test_without_a_script_everything_is_there(opened: Opened, served: str) -> None:
    page = opened(f"{served}/en/", java_script_enabled=False)
    page.locator("#q").fill("estemirova")
    page.locator(".search button").click()
    assert page.locator(".entries li").count() >= 1
    page.goto(f"{served}/en/browse")
    page.locator(".facets a", has_text="people").first.click()
    assert (
        "623 results" in page.locator(".count").inner_text()
        or page.locator(".entries li").count() == 60
    )
    page.goto(f"{served}/fr/queries/laureates-in-year")
    page.locator("input[name=award]").fill("martin-ennals-award")
    page.locator("input[name=year]").fill("2013")
    page.locator("form.ask button").click()
    assert page.locator("td", has_text="Joint Mobile Group").count() >= 1


def test_the_editor_offers_names_and_declares_their_prefix(opened: Opened, served: str) -> None:
    page = opened(f"{served}/en/editor")
    area = page.get_by_role("textbox", name="Query in SPARQL")
    area.fill("SELECT * WHERE { ?s ")
    area.press("Control+End")
    area.press_sequentially("hrd:recipi")
    offered = page.locator(".cm-completionLabel").first
    offered.wait_for()
    assert offered.inner_text() == "hrd:recipient"
    page.wait_for_timeout(100)  # what has just appeared is not taken by a key meant for the text
    area.press("Enter")
    assert (
        page.locator("#query")
        .input_value()
        .startswith(
            "PREFIX hrd: <https://w3id.org/hrdgraph/ontology#>\nSELECT * WHERE { ?s hrd:recipient"
        )
    )


def test_the_editor_counts_rows_as_the_language_does(opened: Opened, served: str) -> None:
    for tag, counts in (
        ("en", ["0 rows", "1 row", "2 rows"]),
        ("fr", ["0 ligne", "1 ligne", "2 lignes"]),
    ):
        page = opened(f"{served}/{tag}/editor")
        for number, count in enumerate(counts):
            page.evaluate(
                "n => show({ head: { vars: ['x'] }, results: { bindings: Array(n).fill({}) } })",
                number,
            )
            assert page.inner_text("#answer h2") == count


def test_the_editor_names_addresses_and_tells_of_misspelt_terms(
    opened: Opened, served: str
) -> None:
    page = opened(f"{served}/en/editor")
    iri = "https://w3id.org/hrdgraph/id/person/Igor_Kalyapin"
    rows = [{"t": {"type": "uri", "value": iri}, "label": {"type": "literal", "value": "Igor"}}]
    found = {"head": {"vars": ["t"]}, "results": {"bindings": rows}}
    page.route(
        "**/sparql",
        lambda route: route.fulfill(
            json=found,
            content_type="application/sparql-results+json",
            headers={} if rows else {"Warning": '299 - "hrd:Country: the ontology has none"'},
        ),
    )
    page.locator("form.editor button").click()
    page.locator("#answer td bdi").wait_for()
    assert page.locator("#answer td").inner_text().split("\n") == ["Igor", iri]
    rows.clear()
    query = "SELECT * { ?x a hrd:Country ; hrd:date ?date }"
    page.get_by_role("textbox", name="Query in SPARQL").fill(query)
    page.keyboard.press("Control+Enter")
    page.locator("#answer .verdict").wait_for()
    assert page.inner_text("#answer .verdict") == "The ontology has no hrd:Country"
    assert parse_qs(urlsplit(page.url).query) == {"query": [query]}  # a link to share


def test_a_table_is_sorted_and_narrowed_down(opened: Opened, files: str) -> None:
    page = opened(f"{files}/fr/awards.html")
    rows = page.locator("tbody tr:visible")
    whole = rows.count()
    page.locator("thead th").nth(4).locator("button").click()
    page.locator("thead th").nth(4).locator("button").click()
    numbers = [
        int(cell.get_attribute("data-n") or 0) for cell in page.locator("td:last-child").all()
    ]
    assert numbers == sorted(numbers, reverse=True)
    assert page.locator("th[aria-sort=descending]").count() == 1
    page.locator("main input[type=search]").fill("ennals")
    assert 0 < rows.count() < whole
    assert page.locator("main a", has_text="JSON").get_attribute("href") == "../api/v1/awards.json"


def test_a_site_of_files_searches_and_narrows_down_in_the_browser(
    opened: Opened, files: str
) -> None:
    page = opened(f"{files}/fr/index.html")
    page.locator("#q").fill("mandela")
    page.locator(".search button").click()
    page.locator("#results .entries a", has_text="Nelson Mandela").first.wait_for()
    assert (
        page.locator("#results .count").inner_text() == "3 résultats"
    )  # with Winnie Mandela, and his release
    page.goto(f"{files}/fr/search.html?q=kalyapin")
    page.locator("#results .entries a").first.wait_for()
    assert page.locator("#results .count").inner_text() == "1 résultat"
    page.goto(f"{files}/fr/search.html?q=mandela")
    page.locator("#results .entries a", has_text="Nelson Mandela").first.click()
    page.wait_for_url("**/fr/id/person/Nelson_Mandela.html")
    page.goto(f"{files}/fr/browse.html")
    page.locator('[data-facet="kind"] a', has_text="personnes").click()
    page.locator(".chip").first.wait_for()
    everybody = page.locator(".count").inner_text()
    page.locator('[data-facet="country"] summary').first.click()
    page.locator('[data-facet="country"] a', has_text="Fédération de Russie").click()
    page.locator(".chip").nth(1).wait_for()
    assert page.locator(".count").inner_text() != everybody
    assert page.locator(".entries a", has_text="Anatoly Marchenko").count() == 1
    page.locator(".chip").first.click()
    page.locator(".chip").nth(1).wait_for(state="detached")
    names = page.locator(".entries a").all_inner_texts()
    page.locator(".orders a", has_text="Z–A").click()
    page.locator(".orders strong", has_text="Z–A").wait_for()
    assert page.locator(".entries a").first.inner_text() not in names[:5]
    assert page.locator(".chip").count() == 1
    assert page.told == []


def test_a_search_says_how_many_it_does_not_show(opened: Opened, files: str, served: str) -> None:
    counts = list[int]()
    for address in (f"{served}/fr/search?q=human", f"{files}/fr/search.html?q=human"):
        page = opened(address)
        page.locator("#results .entries").wait_for()
        counts.append(int(page.locator("#results .count").inner_text().split()[0]))
        assert page.locator("#results .entries li").count() == 100
        assert "Les 100 premiers" in page.locator("#results p").inner_text()
    # what somebody does is found by the server only
    assert counts[0] >= counts[1] > 100


def test_a_search_that_cannot_read_the_names_says_so(opened: Opened, files: str) -> None:
    page = opened(f"{files}/fr/index.html")
    page.route("**/things.json*", lambda route: route.abort())
    for path in ("search.html?q=Kalyapin", "browse.html"):
        page.goto(f"{files}/fr/{path}")
        page.wait_for_selector("#unread")
    assert not page.locator(".facets").is_visible()  # its links would lead to all things


def test_a_site_of_files_is_whole_without_a_script(opened: Opened, files: str) -> None:
    page = opened(f"{files}/", java_script_enabled=False)
    page.goto(f"{files}/fr/browse.html")
    assert [page.locator(part).is_visible() for part in (".facets", ".pager", ".entries")] == [
        False,
        False,
        True,
    ]
    page.locator(".lists a", has_text="personnes").click()
    page.locator(".letters a", has_text="I").first.click()
    assert Path(page.url.partition("#")[0]).name == "2.html"
    page.locator("a", has_text="Igor Kalyapin").first.click()
    assert page.locator("h1").inner_text() == "Igor Kalyapin"
    assert Path(page.url).name == "Igor_Kalyapin.html"


@pytest.mark.parametrize(
    ("key", "scheme"),
    [("person/Igor_Kalyapin", "dark"), ("award/martin-ennals-award", "light")],
)
def test_a_preview_fits_its_frame(
    opened: Opened, violations: Violations, served: str, key: str, scheme: str
) -> None:
    page = opened(f"{served}/fr/reconcile/preview?id={key}", color_scheme=scheme, bypass_csp=True)
    page.set_viewport_size({"width": 430, "height": 320})
    assert page.evaluate(
        "[document.documentElement.scrollWidth <= 430, document.documentElement.scrollHeight <= 320]"
    ) == [True, True]
    assert (
        page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") == "20.8px"
    )  # the sheet of the site has been read
    found, _, told = violations(page)
    assert found == [], told
    assert [told for told in page.told if "404" not in told] == []  # a browser asks for an icon
