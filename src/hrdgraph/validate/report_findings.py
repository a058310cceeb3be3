"""The findings of one rule → a table of examples, each with the source rows behind it."""

from __future__ import annotations

from hrdgraph.validate.findings import Finding, Group, readable, short
from hrdgraph.validate.markup import Html, element, join
from hrdgraph.validate.report_words import Words

MOST_ROWS = 5  # source rows listed for one finding


def findings_table(group: Group, words: Words) -> Html:
    """The first findings of a group, as a table with only the columns that have something in them."""
    shown = group.examples()
    columns = [
        ("thing", [_thing(finding, words) for finding in shown]),
        ("property", [_property(finding) for finding in shown]),
        ("value", [_value(finding, words) for finding in shown]),
        ("rows", [_rows(finding, words) for finding in shown]),
        ("hint", [_hint(finding, group, words) for finding in shown]),
    ]
    used = [(name, cells) for name, cells in columns if any(cells)]
    head = [element("th", words(name), scope="col") for name, _ in used]
    rows = [element("tr", *(element("td", cells[index]) for _, cells in used)) for index in range(len(shown))]
    return join(_table(group, words, head, rows), _more(group, words))


def _table(group: Group, words: Words, head: list[Html], rows: list[Html]) -> Html:
    shown = len(group.examples())
    told = words("examples_all") if shown == group.count else words("examples_some", k=shown, n=words.count(group.count))
    inner = element("table", element("caption", told), element("thead", element("tr", *head)), element("tbody", *rows))
    return element("div", inner, class_="scroll", role="region", tabindex="0", aria_label=f"{words('findings')}: {short(group.first.rule)}")


def _more(group: Group, words: Words) -> Html:
    hidden = group.count - len(group.examples())
    told = words.with_html("more", n=words.count(hidden), command=element("kbd", "hrdgraph validate --json"))
    return element("p", told, class_="soft") if hidden else Html()


def _thing(finding: Finding, words: Words) -> Html:
    label = words.label(finding.focus)
    name = element("code", words.bounded(short(finding.focus)), class_="soft" if label else None) if finding.focus else Html()
    return join(words.bounded(label), " ", name) if label else name


def _property(finding: Finding) -> Html:
    return element("code", short(finding.path), class_="name") if finding.path else Html()


def _value(finding: Finding, words: Words) -> Html:
    if finding.value is None:
        return Html()
    label = words.label(finding.value[1:-1]) if finding.value.startswith("<") else ""
    return words.bounded(label or readable(finding.value))


def _rows(finding: Finding, words: Words) -> Html:
    if not finding.origins:
        return element("span", words("no_rows"), class_="soft")
    items = [element("li", element("code", words.place(origin))) for origin in finding.origins[:MOST_ROWS]]
    left = len(finding.origins) - MOST_ROWS
    if left > 0:
        items.append(element("li", words("more_rows", n=words.count(left)), class_="soft"))
    return element("ul", *items)


def _hint(finding: Finding, group: Group, words: Words) -> Html:
    """The message, where it is not that of the whole group, and the suggestion."""
    language, message = finding.worded(words.language)
    own = element("p", words.bounded(message), lang=words.other(language)) if finding.messages != group.first.messages else Html()
    mark = {"fr": "\N{NO-BREAK SPACE}?"}.get(words.language, "?")
    asked = element("p", words("suggestion"), " ", element("strong", finding.suggestion), mark) if finding.suggestion else Html()
    return join(own, asked)
