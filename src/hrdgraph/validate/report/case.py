"""One finding → a line of the report that opens to its message, its places, and its source rows
with the cell marked."""

from __future__ import annotations

from typing import Final

from hrdgraph.validate.findings.model import Finding, FindingGroup, SourceRow, readable, short
from hrdgraph.validate.report.markup import Html, element, join
from hrdgraph.validate.report.words import ReportLanguage

PLACES: Final = 5  # source rows named for one finding
COLUMNS: Final = 40
CELL: Final = 120  # characters of a cell in a row; a marked one may be longer


def case(finding: Finding, group: FindingGroup, words: ReportLanguage, *, is_new: bool) -> Html:
    """A list item."""
    mark = element("span", words("new"), class_="badge new") if is_new else Html()
    line = element("summary", mark, *_line(finding, words))
    body = join(
        _message(finding, group, words),
        _suggestion(finding, words),
        _places(finding, words),
        _rows(finding, words),
    )
    attributes = {"data_source": " ".join(sources_of(finding)), "data_new": "1" if is_new else None}
    return element("li", element("details", line, body, class_="case"), **attributes)


def sources_of(finding: Finding) -> list[str]:
    """The names of the sources that a finding's rows are in: the folders below data/sources."""
    files = (origin.file.partition("data/sources/")[2].partition("/") for origin in finding.origins)
    return list(dict.fromkeys(name.replace(" ", "_") for name, slash, _ in files if slash))


def _line(finding: Finding, words: ReportLanguage) -> list[Html]:
    """What it is about, the property and the value, the first place."""
    parts = [_thing(finding, words), _property(finding, words), _value(finding, words)]
    first = (
        [Html(" "), element("span", words.place(finding.origins[0]), class_="soft where")]
        if finding.origins
        else []
    )
    kept = [part for part in parts if part] or (
        [] if first else [element("span", words.bounded(short(finding.rule)))]
    )
    return [
        part
        for index, part in enumerate(kept)
        for part in ([Html(" · ")] if index else []) + [part]
    ] + first


def _thing(finding: Finding, words: ReportLanguage) -> Html:
    if not finding.focus:
        return Html()
    label = words.label(finding.focus)
    name = element("code", words.bounded(short(finding.focus)), class_="soft" if label else None)
    return join(words.bounded(label), " ", name) if label else name


def _property(finding: Finding, words: ReportLanguage) -> Html:
    return element("code", words.bounded(short(finding.path))) if finding.path else Html()


def _value(finding: Finding, words: ReportLanguage) -> Html:
    if finding.value is None:
        return Html()
    label = words.label(finding.value[1:-1]) if finding.value.startswith("<") else ""
    return element("q", words.bounded(label or readable(finding.value)))


def _message(finding: Finding, group: FindingGroup, words: ReportLanguage) -> Html:
    """The message, where it is not that of the whole rule."""
    if (finding.fact, finding.messages) == (group.first.fact, group.first.messages):
        return Html()
    language, message = finding.worded(words.language)
    return element("p", words.bounded(message), lang=words.other(language))


def _suggestion(finding: Finding, words: ReportLanguage) -> Html:
    if not finding.suggestion:
        return Html()
    mark = "\N{NO-BREAK SPACE}?" if words.language == "fr" else "?"
    return element(
        "p", words("suggestion"), " ", element("strong", words.bounded(finding.suggestion)), mark
    )


def _places(finding: Finding, words: ReportLanguage) -> Html:
    if not finding.origins:
        return element("p", words("no_rows"), class_="soft")
    if len(finding.origins) == len(finding.rows) == 1:
        return Html()  # the line that opens names it, and the row is shown
    items = [
        element("li", element("code", words.place(origin))) for origin in finding.origins[:PLACES]
    ]
    left = len(finding.origins) - PLACES
    if left > 0:
        items.append(element("li", words("more_rows", n=words.count(left)), class_="soft"))
    return element("ul", *items, class_="places")


def _rows(finding: Finding, words: ReportLanguage) -> Html:
    if not finding.rows:
        return Html()
    is_whole = all(text is not None for row in finding.rows for _, text in row.cells)
    note = Html() if is_whole else element("p", words("kept_back_note"), class_="soft")
    return join(*(_row(row, words) for row in finding.rows), note)


def _row(row: SourceRow, words: ReportLanguage) -> Html:
    """The row as a table of one line, its marked cells as such for the eye and the ear."""
    cells = [
        cell for index, cell in enumerate(row.cells) if index < COLUMNS or cell[0] in row.marked
    ]
    head = [
        element("th", words("row_head"), scope="col"),
        *(element("th", words.bounded(name, CELL), scope="col") for name, _ in cells),
    ]
    line = [
        element("th", words.count(row.origin.row or 0), scope="row"),
        *(_cell(text, name in row.marked, words) for name, text in cells),
    ]
    if left := len(row.cells) - len(cells):
        head.append(element("th", words("more_columns", n=left), scope="col"))
        line.append(element("td", "…"))
    caption = element(
        "caption", words("typed"), words.colon, element("code", words.bounded(row.origin.file))
    )
    inner = element(
        "table",
        caption,
        element("thead", element("tr", *head)),
        element("tbody", element("tr", *line)),
    )
    return element(
        "div",
        inner,
        class_="scroll",
        role="group",
        tabindex="0",
        aria_label=f"{words('typed')}, {words.place(row.origin)}",
    )


def _cell(text: str | None, is_marked: bool, words: ReportLanguage) -> Html:
    if text is None:
        return element("td", element("span", words("kept_back"), class_="soft"))
    if not is_marked:
        return element("td", words.bounded(text, CELL)) if text else element("td")
    told = words.bounded(text) if text.strip() else words("empty")
    return element(
        "td", element("mark", told), element("span", words("here"), class_="here"), class_="marked"
    )
