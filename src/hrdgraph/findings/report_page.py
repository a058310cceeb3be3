"""Write report.html: one file in several languages that needs no network. Its script only filters
findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from markupsafe import Markup, escape

from hrdgraph.catalogue import KNOWN, LANGUAGES, Vocabulary, number
from hrdgraph.errors import Origin
from hrdgraph.findings.model import Finding, Severity, open_violations, readable, short
from hrdgraph.findings.report_data import (
    ReportData,
    ShownFindings,
    choices,
    choose_words,
    select_shown,
)
from hrdgraph.findings.report_data import Words as Labels
from hrdgraph.html_templates import InlineFile, Templates, all_visible

# characters of one value: a cell of five megabytes must not become a page of five megabytes
LONGEST = 300


class ReportLanguage:
    """The report's words in one language, and the labels of things. `words("row", n=2)` is the
    text of that name with its fields filled."""

    def __init__(self, language: str, labels: Mapping[str, Labels] | None = None) -> None:
        self.language = language
        self.own_name = KNOWN[language].own_name
        self._texts = Vocabulary("report", language, marked=True)
        self._labels = labels or {}

    def __call__(self, text: str, /, **values: object) -> str:
        return self._texts(text, **_with_count(values))

    def with_html(self, text: str, /, **values: str) -> Markup:
        """Return a text with markup in its fields; text and plain values are escaped."""
        fields = _with_count(values)
        template = self._texts.text(text, fields.get("count")) or ""
        return escape(template).format(**fields)

    def key(self, command: str) -> Markup:
        """Mark a command or the name of a file."""
        return Markup("<kbd>{}</kbd>").format(command)

    def keys(self, names: Iterable[str]) -> Markup:
        """Mark several commands or names of files."""
        return Markup(", ").join(map(self.key, names))

    def or_same(self, name: str) -> str:
        """Return the text of that name, or the name if there is none."""
        return self(name) if name in self._texts else name

    @property
    def colon(self) -> str:
        """Return a colon with the spacing of the language."""
        return "\N{NO-BREAK SPACE}: " if self.language == "fr" else ": "

    @property
    def question_mark(self) -> str:
        """Return a question mark with the spacing of the language."""
        return "\N{NO-BREAK SPACE}?" if self.language == "fr" else "?"

    def count(self, count: int) -> str:
        """Return a count with its digits grouped."""
        return number(count, self.language)

    def counts(self, counts: Mapping[str, int]) -> dict[str, str]:
        """Return several counts with their digits grouped."""
        return {name: self.count(count) for name, count in counts.items()}

    def choice(self, name: str, value: str) -> str:
        """Return the label of a filter's value."""
        if name == "rule":
            return short(value)
        return value if name == "source" else self(f"kind_{value}" if name == "kind" else value)

    def other(self, language: str) -> str | None:
        """Return the language to declare for words that are not in the page's language."""
        return language if language and language != self.language else None

    def label(self, iri: str) -> str:
        """Return the label of a thing, or ""."""
        return choose_words(self._labels.get(iri, {}), self.language)

    def choose_words(self, texts: Labels, default: str = "") -> str:
        """Return the text in this language, else in another."""
        return choose_words(texts, self.language, default)

    def value(self, value: str) -> str:
        """Return a value as people read it, a thing by its label."""
        label = self.label(value[1:-1]) if value.startswith("<") else ""
        return label or readable(value)

    def place(self, origin: Origin) -> str:
        """Return a place in the words of the language."""
        return origin.text(self.language)

    def isolate(self, text: str, most: int = LONGEST) -> Markup:
        """Return a value whose writing direction cannot disturb its surroundings, cut if it is
        very long."""
        markup = Markup("<bdi>{}</bdi>").format(text[:most])
        if len(text) <= most:
            return markup
        cut = self("cut", n=self.count(len(text)))
        return markup + Markup('<span class="soft">{}</span>').format(cut)


def _with_count(values: Mapping[str, Any]) -> dict[str, Any]:
    """Rename the value `n`, which is counted, as the catalogue does."""
    return {"count" if name == "n" else name: value for name, value in values.items()}


GONE: Final = 20  # findings of the last build that are no more
_PACKAGE: Final = "hrdgraph.findings"
_TEMPLATES: Final = Templates(_PACKAGE, {"short": short})
_SCRIPT: Final = InlineFile(_PACKAGE, "report.js")


def render(data: ReportData) -> str:
    """Return the whole page. Every value is escaped; equal data give equal text."""
    languages = [tag for tag in data.languages if tag in LANGUAGES] or ["en"]
    page = _TEMPLATES.render(
        "report.html", data=data,
        editions=[ReportLanguage(language, data.labels) for language in languages],
        shown=ReportView(data), script=_SCRIPT,
    )  # fmt: skip
    return all_visible(page)


@dataclass(frozen=True)
class ReportView:
    """The parts that a report's languages share."""

    data: ReportData
    most_gone: int = GONE

    @cached_property
    def open(self) -> ShownFindings:
        """Return the unexplained findings to show, worst first."""
        return select_shown(self._unexplained, self.data.since.new)

    @cached_property
    def known(self) -> ShownFindings:
        """Return the known findings to show, with their explanations."""
        explained = (finding for finding in self.data.findings if finding.known)
        return select_shown(explained, self.data.since.new)

    @cached_property
    def choices(self) -> dict[str, list[str]]:
        """Return the filters for the open findings."""
        return choices(self.open)

    @property
    def is_narrowed(self) -> bool:
        """Say whether there is anything to filter."""
        return len(self._unexplained) > 1

    @cached_property
    def _unexplained(self) -> list[Finding]:
        return [finding for finding in self.data.findings if not finding.known]

    @property
    def violations(self) -> int:
        """Count the open violations."""
        return len(open_violations(self.data.findings))

    @property
    def tiles(self) -> dict[str, int]:
        """Return the counts at the top."""
        severities = [finding.severity for finding in self._unexplained]
        return {
            "statements": self.data.quads,
            "sources": len(self.data.sources),
            "violations": severities.count(Severity.VIOLATION),
            "warnings": severities.count(Severity.WARNING),
            "infos": severities.count(Severity.INFO),
            "known": len(self.data.findings) - len(severities),
        }

    @property
    def sections(self) -> list[str]:
        """Return the names of the sections, in order."""
        since = ["since"] if self.data.since.is_change else []
        withheld = [] if self.data.withheld is None else ["withheld"]
        return ["next", *since, "findings", "known", "holds", "evidence", *withheld, "sources"]

    @property
    def steps(self) -> dict[str, int]:
        """Return what to do next, each with its count or 0."""
        evidence = self.data.evidence
        warned = any(finding.severity is Severity.WARNING for finding in self._unexplained)
        steps = {
            "next_fix": (self.violations > 0, 0),
            "next_broken": (evidence.broken > 0, evidence.broken),
            "next_warn": (warned, 0),
            "next_unverifiable": (evidence.unverifiable > 0, evidence.unverifiable),
            "next_ask": (True, 0),
        }
        return {name: count for name, (is_due, count) in steps.items() if is_due}

    @property
    def sources(self) -> list[str]:
        """Return the names of the sources that a class has things of."""
        names = {name for line in self.data.classes for name in line.by_source}
        return [source.name for source in self.data.sources if source.name in names]
