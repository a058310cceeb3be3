"""Text names, counts, places and tables → the words and markup of one language of the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from hrdgraph.catalogue import Vocabulary, number, sentence
from hrdgraph.errors import Origin
from hrdgraph.validate.findings.model import readable, short
from hrdgraph.validate.report.data import Words as Labels
from hrdgraph.validate.report.data import worded

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

    def with_html(self, text: str, /, **values: str) -> Markup:
        """A text whose places may be filled with markup; text and plain values are escaped."""
        fields = _counted(values)
        found = sentence(self._texts.code(text), fields.get("count"), self.language) or ""
        return escape(found).format(**fields)

    def key(self, command: str) -> Markup:
        """What is typed, or the name of a file."""
        return Markup("<kbd>{}</kbd>").format(command)

    def keys(self, names: Iterable[str]) -> Markup:
        """Several of them."""
        return Markup(", ").join(map(self.key, names))

    def or_same(self, name: str) -> str:
        """The text of that name, or the name where there is none."""
        return self(name) if name in self._texts else name

    @property
    def colon(self) -> str:
        """A colon as the language spaces it."""
        return "\N{NO-BREAK SPACE}: " if self.language == "fr" else ": "

    @property
    def question_mark(self) -> str:
        """A question mark as the language spaces it."""
        return "\N{NO-BREAK SPACE}?" if self.language == "fr" else "?"

    def count(self, count: int) -> str:
        """A count with its digits grouped."""
        return number(count, self.language)

    def counts(self, counts: Mapping[str, int]) -> dict[str, str]:
        """Each of several counts."""
        return {name: self.count(count) for name, count in counts.items()}

    def choice(self, name: str, value: str) -> str:
        """What is read where findings are narrowed down to a value."""
        if name == "rule":
            return short(value)
        return value if name == "source" else self(f"kind_{value}" if name == "kind" else value)

    def other(self, language: str) -> str | None:
        """The language to declare for words that are not in that of the page."""
        return language if language and language != self.language else None

    def label(self, iri: str) -> str:
        """The label of a thing, or nothing."""
        return worded(self._labels.get(iri, {}), self.language)

    def worded(self, texts: Labels, default: str = "") -> str:
        """The text in this language, else in another."""
        return worded(texts, self.language, default)

    def value(self, value: str) -> str:
        """A value as people read it, a thing by its label."""
        label = self.label(value[1:-1]) if value.startswith("<") else ""
        return label or readable(value)

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

    def bounded(self, text: str, most: int = LONGEST) -> Markup:
        """A value whose own writing direction cannot disturb its surroundings, cut where it is
        very long."""
        told = Markup("<bdi>{}</bdi>").format(text[:most])
        if len(text) <= most:
            return told
        cut = self("cut", n=self.count(len(text)))
        return told + Markup('<span class="soft">{}</span>').format(cut)


def _counted(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with `n`, which is counted, under the name that the catalogue has for it."""
    return {"count" if name == "n" else name: value for name, value in values.items()}
