"""Write report.html: one file in several languages that asks nothing of the network. Its script
only narrows findings down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from markupsafe import Markup, escape

from hrdgraph.catalogue import LANGUAGES, Vocabulary, number, sentence
from hrdgraph.errors import Origin
from hrdgraph.findings.model import Finding, Severity, open_violations, readable, short
from hrdgraph.findings.report_data import ReportData, ShownFindings, choices, shown_findings, worded
from hrdgraph.findings.report_data import Words as Labels
from hrdgraph.html_templates import InlineFile, Templates, all_visible

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


GONE: Final = 20  # findings of the last build that are no more
_PACKAGE: Final = "hrdgraph.findings"
_TEMPLATES: Final = Templates(_PACKAGE, {"short": short})
_SCRIPT: Final = InlineFile(_PACKAGE, "report.js")


def render(data: ReportData) -> str:
    """The whole page. Every value is escaped; equal data give equal text."""
    languages = [language for language in data.languages if language in LANGUAGES] or ["en"]
    page = _TEMPLATES.render(
        "report.html",
        data=data,
        editions=[ReportLanguage(language, data.labels) for language in languages],
        shown=ReportView(data),
        script=_SCRIPT,
    )
    return all_visible(page)


@dataclass(frozen=True)
class ReportView:
    """What the editions of a report share, whatever their language."""

    data: ReportData
    most_gone: int = GONE

    @cached_property
    def open(self) -> ShownFindings:
        """What nobody has explained, worst first."""
        return shown_findings(self._unexplained, self.data.since.new)

    @cached_property
    def known(self) -> ShownFindings:
        """What is known, with its explanations."""
        known = (finding for finding in self.data.findings if finding.known)
        return shown_findings(known, self.data.since.new)

    @cached_property
    def choices(self) -> dict[str, list[str]]:
        """By what findings can be narrowed down."""
        return choices(self.open)

    @property
    def is_narrowed(self) -> bool:
        """Whether there is anything to narrow down."""
        return len(self._unexplained) > 1

    @cached_property
    def _unexplained(self) -> list[Finding]:
        return [finding for finding in self.data.findings if not finding.known]

    @property
    def violations(self) -> int:
        """How many are open."""
        return len(open_violations(self.data.findings))

    @property
    def tiles(self) -> dict[str, int]:
        """The counts that stand on top."""
        severities = [finding.severity for finding in self._unexplained]
        return {
            "statements": self.data.quads,
            "sources_tile": len(self.data.sources),
            "violations": severities.count(Severity.VIOLATION),
            "warnings": severities.count(Severity.WARNING),
            "infos": severities.count(Severity.INFO),
            "known_tile": len(self.data.findings) - len(severities),
        }

    @property
    def sections(self) -> list[str]:
        """Their names, in order."""
        since = ["since"] if self.data.since.is_change else []
        return ["next", *since, "findings", "known", "holds", "evidence", "withheld", "sources"]

    @property
    def steps(self) -> dict[str, int]:
        """What is to be done next, each with its count or 0."""
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
        """The names of the sources that a class has things of."""
        named = {name for line in self.data.classes for name in line.by_source}
        return [source.name for source in self.data.sources if source.name in named]
