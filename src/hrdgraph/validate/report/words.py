"""Text names, counts, places and tables → the words and markup of one language of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hrdgraph.catalogue import Vocabulary, number, sentence
from hrdgraph.errors import Origin
from hrdgraph.validate.report.data import Words as Labels
from hrdgraph.validate.report.data import worded
from hrdgraph.validate.report.markup import Html, element, escaped, join

# characters of one value: a cell of five megabytes must not become a page of five megabytes
LONGEST = 300


class ReportLanguage:
    """The report's words in one language, and the labels of things. `words("row", n=2)` is the
    text of that name with its places filled."""

    def __init__(self, language: str, labels: Mapping[str, Labels] | None = None) -> None:
        self.language = language
        self._texts = Vocabulary("report", language)
        self._labels = labels or {}

    def __call__(self, text: str, /, **values: object) -> str:
        return self._texts(text, **_counted(values))

    def with_html(self, text: str, /, **values: Html | str) -> Html:
        """A text whose places may be filled with markup; text and plain values are escaped."""
        fields = _counted(values)
        found = sentence(self._texts.code(text), fields.get("count"), self.language) or ""
        return Html(escaped(found).format(**{key: escaped(fields[key]) for key in fields}))

    def or_same(self, name: str) -> str:
        """The text of that name, or the name where there is none."""
        return self(name) if name in self._texts else name

    @property
    def colon(self) -> str:
        """A colon as the language spaces it."""
        return "\N{NO-BREAK SPACE}: " if self.language == "fr" else ": "

    def count(self, count: int) -> str:
        """A count with its digits grouped."""
        return number(count, self.language)

    def other(self, language: str) -> str | None:
        """The language to declare for words that are not in that of the page."""
        return language if language and language != self.language else None

    def label(self, iri: str) -> str:
        """The label of a thing, or nothing."""
        return worded(self._labels.get(iri, {}), self.language)

    def place(self, origin: Origin) -> str:
        """Where something was written, in the words of the language."""
        parts = [
            origin.file,
            self("line", n=origin.line) if origin.line else "",
            self("row", n=origin.row) if origin.row else "",
            self("column", name=origin.column) if origin.column else "",
            origin.node or "",
        ]
        return ", ".join(part for part in parts if part)

    def bounded(self, text: str, most: int = LONGEST) -> Html:
        """A value whose own writing direction cannot disturb its surroundings, cut where it is
        very long."""
        if len(text) <= most:
            return element("bdi", text)
        return join(
            element("bdi", text[:most]),
            element("span", self("cut", n=self.count(len(text))), class_="soft"),
        )

    def count_row(self, what: str, count: int) -> Html:
        """A table row of a name and a count."""
        return element(
            "tr",
            element("th", what, scope="row"),
            element("td", self.count(count), class_="number"),
        )

    def table(self, name: str, head: Sequence[Html], rows: Sequence[Html]) -> Html:
        """A table on a card, that scrolls sideways by keyboard too where the window is narrow."""
        inner = element("table", element("thead", element("tr", *head)), element("tbody", *rows))
        return element(
            "div", inner, class_="scroll card", role="region", tabindex="0", aria_label=self(name)
        )


def _counted(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with `n`, which is counted, under the name that the catalogue has for it."""
    return {"count" if name == "n" else name: value for name, value in values.items()}
