"""Report data → report.html: one file that asks nothing of the network, in several languages;
its one script only narrows findings down."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from string import Template

from hrdgraph.catalogue import LANGUAGES, Vocabulary
from hrdgraph.validate.findings.model import Severity, open_violations, short
from hrdgraph.validate.report.data import ClassCount, ReportData, SourceLine, worded
from hrdgraph.validate.report.filters import script, script_digest
from hrdgraph.validate.report.findings import findings_section, known_section, since_section
from hrdgraph.validate.report.markup import Html, element, escaped, join, link
from hrdgraph.validate.report.words import ReportLanguage


def render(data: ReportData) -> str:
    """The whole page. Every value is escaped; equal data give equal text."""
    languages = [language for language in data.languages if language in LANGUAGES] or ["en"]
    first = ReportLanguage(languages[0])
    return _resource("report.html").substitute(
        language=languages[0],
        title=escaped(f"{data.title} – {first('report')}"),
        style=_resource("report.css").substitute(current="".join(map(_current, languages))),
        script=script(),
        script_digest=script_digest(),
        skip=first("report"),
        languages_label=" / ".join(
            Vocabulary("report", language)["language"] for language in languages
        ),
        languages=join(*(_language_link(language) for language in languages)),
        editions="\n".join(
            _edition(data, ReportLanguage(language, data.labels)) for language in languages
        ),
    )


def _resource(name: str) -> Template:
    return Template(resources.files("hrdgraph.validate.report").joinpath(name).read_text("utf-8"))


def _language_link(language: str) -> Html:
    return element(
        "li",
        element(
            "a",
            Vocabulary("report", language)["own_name"],
            href=f"#{language}",
            lang=language,
            hreflang=language,
        ),
    )


def _current(language: str) -> str:
    chosen = (
        f'body:has(#{language}:target) .top a[href="#{language}"], body:has(#{language} '
        f':target) .top a[href="#{language}"]'
    )
    return (
        f"  {chosen} {{ background: var(--card); color: var(--text); box-shadow: inset 0 0 0 "
        f"1px var(--rule); }}\n"
    )


def _edition(data: ReportData, words: ReportLanguage) -> Html:
    """The report in one language."""
    sections = [
        ("next", _next(data, words)),
        *([("since", since_section(data, words))] if data.since.is_change else []),
        ("findings", findings_section(data, words)),
        ("known", known_section(data, words)),
        ("holds", _holds(data, words)),
        ("evidence", _evidence(data, words)),
        ("withheld", _withheld(data, words)),
        ("sources", _sources(data, words)),
    ]
    contents = [
        element("li", element("a", words(name), href=f"#{words.language}-{name}"))
        for name, _ in sections
    ]
    return element(
        "article",
        element("h1", data.title, element("small", words("report"))),
        _verdict(data, words),
        _tiles(data, words),
        element("nav", element("ul", *contents), class_="contents", aria_label=words("contents")),
        *(_section(words, name, body) for name, body in sections),
        element("footer", words("made_by", version=data.version)),
        id=words.language,
        lang=words.language,
        class_="edition",
    )


def _section(words: ReportLanguage, name: str, body: Html) -> Html:
    return element("section", element("h2", words(name), id=f"{words.language}-{name}"), body)


def _verdict(data: ReportData, words: ReportLanguage) -> Html:
    """What the whole comes to. Without a violation, a graph that no shape has looked at is not
    called good."""
    count = len(open_violations(data.findings))
    if count:
        return element("p", words("verdict", n=count), class_="verdict bad")
    if not data.validated:
        return element(
            "p",
            words.with_html("verdict_unknown", command=element("kbd", "hrdgraph build")),
            class_="verdict unsure",
        )
    return element("p", words("verdict_none"), class_="verdict good")


def _tiles(data: ReportData, words: ReportLanguage) -> Html:
    unexplained = [finding.severity for finding in data.findings if not finding.known]
    tiles = {
        "statements": data.quads,
        "sources_tile": len(data.sources),
        "violations": unexplained.count(Severity.VIOLATION),
        "warnings": unexplained.count(Severity.WARNING),
        "infos": unexplained.count(Severity.INFO),
        "known_tile": len(data.findings) - len(unexplained),
    }
    return element(
        "dl", *(_tile(words, name, count) for name, count in tiles.items()), class_="tiles"
    )


def _tile(words: ReportLanguage, name: str, count: int) -> Html:
    return element("div", element("dt", words(name)), element("dd", words.count(count)))


def _next(data: ReportData, words: ReportLanguage) -> Html:
    warned = any(
        finding.severity is Severity.WARNING and not finding.known for finding in data.findings
    )
    steps = {
        "next_fix": bool(open_violations(data.findings)),
        "next_broken": data.evidence.broken > 0,
        "next_warn": warned,
        "next_unverifiable": data.evidence.unverifiable > 0,
        "next_ask": True,
    }
    counts = {"next_broken": data.evidence.broken, "next_unverifiable": data.evidence.unverifiable}
    told = [_step(words, name, counts.get(name, 0)) for name, wanted in steps.items() if wanted]
    return element("ol", *(element("li", step) for step in told))


def _step(words: ReportLanguage, name: str, count: int) -> Html:
    keys = {
        "command": "hrdgraph build",
        "file": "data/known_findings.csv",
        "queries": "hrdgraph queries",
        "explain": "hrdgraph explain IRI",
    }
    return words.with_html(
        name, n=words.count(count), **{key: element("kbd", text) for key, text in keys.items()}
    )


def _holds(data: ReportData, words: ReportLanguage) -> Html:
    names = [
        source.name
        for source in data.sources
        if any(source.name in line.by_source for line in data.classes)
    ]
    head = [
        element("th", words("class"), scope="col"),
        *(element("th", name, scope="col", class_="number") for name in names),
    ]
    head.append(element("th", words("total"), scope="col", class_="number"))
    rows = [_class(line, names, words) for line in data.classes]
    return join(words.table("holds", head, rows), element("p", words("holds_note"), class_="soft"))


def _class(line: ClassCount, names: Sequence[str], words: ReportLanguage) -> Html:
    label = worded(line.labels, words.language)
    named = (
        join(label, " ", element("code", short(line.iri), class_="soft"))
        if label
        else element("code", short(line.iri))
    )
    counts = [*(line.by_source.get(name, 0) for name in names), line.total]
    return element(
        "tr",
        element("th", named, scope="row"),
        *(element("td", words.count(count), class_="number") for count in counts),
    )


def _evidence(data: ReportData, words: ReportLanguage) -> Html:
    counts = {
        "verified": data.evidence.verified,
        "unverifiable": data.evidence.unverifiable,
        "broken": data.evidence.broken,
    }
    rows = [words.count_row(words(state), count) for state, count in counts.items()]
    head = [
        element("th", words("evidence_state"), scope="col"),
        element("th", words("evidence_count"), scope="col", class_="number"),
    ]
    return join(element("p", words("evidence_lead")), words.table("evidence", head, rows))


def _withheld(data: ReportData, words: ReportLanguage) -> Html:
    if not data.withheld:
        return element("p", words("withheld_none"))
    rows = [
        words.count_row(worded(line.labels, words.language, short(line.what)), line.count)
        for line in data.withheld
    ]
    head = [
        element("th", words("withheld_what"), scope="col"),
        element("th", words("withheld_count"), scope="col", class_="number"),
    ]
    return join(element("p", words("withheld_lead")), words.table("withheld", head, rows))


def _sources(data: ReportData, words: ReportLanguage) -> Html:
    names = ("source", "publisher", "licence", "retrieved", "visibility")
    head = [
        *(element("th", words(name), scope="col") for name in names),
        element("th", words("statements"), scope="col", class_="number"),
    ]
    return words.table("sources", head, [_source(source, words) for source in data.sources])


def _source(source: SourceLine, words: ReportLanguage) -> Html:
    title = worded(source.titles, words.language, source.name)
    return element(
        "tr",
        element(
            "th",
            link(source.address, title),
            " ",
            element("code", source.name, class_="soft"),
            scope="row",
        ),
        element("td", source.publisher),
        element("td", link(source.licence, source.licence)),
        element("td", source.retrieved or words("unknown")),
        element("td", words.or_same(source.visibility)),
        element("td", words.count(source.quads), class_="number"),
    )
