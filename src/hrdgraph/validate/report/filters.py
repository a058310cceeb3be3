"""Rules and findings → the form that narrows them down. Without a script it stays hidden, and
everything is shown."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from importlib import resources

from hrdgraph.validate.findings.model import FindingGroup, short
from hrdgraph.validate.report.case import sources_of
from hrdgraph.validate.report.data import ReportData
from hrdgraph.validate.report.markup import Html, element, join
from hrdgraph.validate.report.words import ReportLanguage

Choice = tuple[str, str]  # what is compared, and what is read


def script() -> str:
    """The script of the page, which may stand in a script element as it is."""
    return resources.files("hrdgraph.validate.report").joinpath("report.js").read_text("utf-8")


def script_digest() -> str:
    """What the policy of the page allows to run: this script and no other."""
    return f"sha256-{b64encode(sha256(script().encode()).digest()).decode()}"


def filters(groups: Sequence[FindingGroup], data: ReportData, words: ReportLanguage) -> Html:
    """The form of one language."""
    choices = {
        "severity": _distinct(
            (group.first.severity.value, words(group.first.severity.value)) for group in groups
        ),
        "kind": _distinct(
            (group.first.kind.value, words(f"kind_{group.first.kind.value}")) for group in groups
        ),
        "source": _distinct(
            (name, name)
            for group in groups
            for finding in group.findings
            for name in sources_of(finding)
        ),
        "rule": _distinct((group.first.rule, short(group.first.rule)) for group in groups),
    }
    selects = [
        _select(name, options, words) for name, options in choices.items() if len(options) > 1
    ]
    label = f"{words.language}-filters"
    return element(
        "form",
        element("h3", words("filters"), id=label),
        element(
            "div",
            *selects,
            _search(words),
            _only_new(words) if data.since.new else "",
            class_="fields",
        ),
        element(
            "p",
            element("output", "", data_told=words("shown")),
            " ",
            element("button", words("reset"), type="reset"),
        ),
        class_="filters card",
        aria_labelledby=label,
        hidden="hidden",
    )


def _distinct(choices: Iterable[Choice]) -> list[Choice]:
    return list(dict.fromkeys(choices))


def _select(name: str, options: Sequence[Choice], words: ReportLanguage) -> Html:
    written = [element("option", text, value=value) for value, text in options]
    every = Html(f'<option value="">{words("any")}</option>')
    return _field(
        name, element("select", every, *written, name=name, id=f"{words.language}-by-{name}"), words
    )


def _search(words: ReportLanguage) -> Html:
    return _field(
        "text",
        Html(f'<input type="search" name="text" id="{words.language}-by-text" autocomplete="off">'),
        words,
    )


def _field(name: str, control: Html, words: ReportLanguage) -> Html:
    return element(
        "p", element("label", words(f"by_{name}"), for_=f"{words.language}-by-{name}"), control
    )


def _only_new(words: ReportLanguage) -> Html:
    name = f"{words.language}-only-new"
    box = Html(f'<input type="checkbox" name="new" id="{name}">')
    return element(
        "p", join(box, " ", element("label", words("only_new"), for_=name)), class_="check"
    )
