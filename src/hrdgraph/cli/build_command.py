"""`hrdgraph build --watch`: a build for each change, and a line for each build."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from hrdgraph.catalogue import Message, number, phrase, render
from hrdgraph.catalogue.message import BLANK
from hrdgraph.catalogue.words import headings
from hrdgraph.cli import completion
from hrdgraph.cli.command_from_function import FLAG, CommandCall, command, option
from hrdgraph.cli.common import (
    VIOLATIONS,
    echo_json,
    findings_table,
    render_error,
    table,
    tell,
    tell_left_out,
)
from hrdgraph.cli.process import visible
from hrdgraph.errors import HrdgraphError, Origin
from hrdgraph.library.calls import SMALL_PROJECT, limit_threads

if TYPE_CHECKING:
    from hrdgraph.findings.model import Finding
    from hrdgraph.library.building import FinishedBuild
    from hrdgraph.pipeline import Result
    from hrdgraph.project import Project, Source


_NAMED: Final = 3  # files that are named


class BuildSummary(NamedTuple):
    """A build as its maker is told of it, who may see what nobody else may."""

    result: Result
    project: Project
    language: str

    def show(self) -> None:
        """Print it."""
        self._statements()
        self._evidence()
        self._findings()
        built, output = self.result.counts, self.project.output
        if len(built) < len(self.project.sources):
            self._tell("build-of-a-part", apart=True, sources=", ".join(built), output=output)
        from hrdgraph.project import EXAMPLES

        names = [source.name for source in self.project.sources]
        there = [name for name in EXAMPLES if name in names]
        if there and len(names) > len(there) + ("countries" in names):
            folders = ", ".join(f"data/sources/{name}" for name in there)
            self._tell("examples-still-there", apart=True, folders=folders)
        from hrdgraph.pipeline.stages.table_findings import UNREAD

        for place in _places(self.result, UNREAD):
            self._tell("column-unread", heading=place.column, file=place.file)
        # say how many rows everybody sees, and why only we see the others
        from hrdgraph.privacy.rule_visibility import LEFT_OVER, PUBLISHED, UNSOURCED

        for item in self.result.findings:
            is_open = (
                item.rule in (PUBLISHED, LEFT_OVER, UNSOURCED) and not item.known and item.fact
            )
            if is_open and self.project.output == "build":
                own = is_seen_by_builder_alone()
                shown = is_open if own else is_open.with_cells(lambda _: BLANK)
                click.echo(render(shown, self.language))
        self._print_left_out()
        tell_restricted(
            self.project, self.project.sources, self.language, named=is_seen_by_builder_alone()
        )
        click.echo()
        if self.project.output == "build":
            self._next()
        else:
            self._tell("build-restricted", build=self.project.build_dir)
            way = "hrdgraph export --include restricted --output graph.restricted.ttl"
            self._tell("build-next", commands=way)

    def _tell(self, code: str, *, apart: bool = False, **fields: Any) -> None:
        tell(code, self.language, apart=apart, **fields)

    def _statements(self) -> None:
        is_restricted, language = self.project.output != "build", self.language
        shown = {s.name for s in self.project.sources if is_restricted or s.visibility == "public"}
        counts = [item for item in self.result.counts.items() if item[0] in shown]
        total = phrase("all-published-derived", language), len(self.result.graph)
        rows = [(name, number(count, language)) for name, count in (*counts, total)]
        table(headings(("source", "statements"), language), rows)

    def _evidence(self) -> None:
        evidence, language = self.result.evidence, self.language
        folders = self.project.snapshot_dirs if evidence.unverifiable else ()
        missing = ", ".join(str(folder) for folder in folders if not folder.is_dir())
        self._tell(
            "evidence-line", apart=True, unverifiable=evidence.unverifiable,
            why=phrase("folders-missing", language, folders=missing) if missing else "",
            verified=phrase("passages-verified", language, count=evidence.verified),
            whole=phrase("documents-whole", language, count=evidence.whole),
        )  # fmt: skip
        other: dict[str, Any] = {
            "moved": evidence.moved, "ambiguous": evidence.ambiguous, "gone": evidence.gone,
            "changed": evidence.changed,
        }  # fmt: skip
        if any(other.values()):
            self._tell("evidence-other-text", **other)
        if withheld := sum(self.result.withheld.values()):
            self._tell("statements-withheld", count=withheld)
        if alone := len(self.result.findings) - len(self._findings_to_show()):
            self._tell("findings-for-you", count=alone)

    def _findings_to_show(self) -> tuple[Finding, ...]:
        """Return all findings where only who builds reads them, else those that may be public."""
        result = self.result
        return result.findings if is_seen_by_builder_alone() else result.public

    def _findings(self) -> None:
        from hrdgraph.findings.tally import list_rows, tally_findings

        if rows := list_rows(tally_findings(self._findings_to_show()), self.language):
            click.echo()
            findings_table(rows, self.language)
        since = self.result.since
        if since and since.is_change:
            counts: dict[str, Any] = since.counts()
            self._tell("since-last-build", apart=True, **counts)

    def _print_left_out(self) -> None:
        """List what was left out, with its place and why."""
        if errors := self.result.left_out:
            from hrdgraph.pipeline.result import LEFT_OUT
            from hrdgraph.project.model import PRIVATE

            file = self.project.build_dir / PRIVATE / LEFT_OUT
            if not is_seen_by_builder_alone():
                errors = tuple(error.with_cells(lambda _: BLANK) for error in errors)
            tell_left_out("unreadable-rows-left-out", errors, file, self.language)
            if whole := self.result.rows_left_out:
                self._tell("rows-without-cell", count=whole)

    def _next(self) -> None:
        from hrdgraph.project.model import PRIVATE

        build, root = self.project.build_dir, self.project.root
        report, tables = build / PRIVATE / "report.html", build / PRIVATE / "findings.xlsx"
        if self.result.failed:
            self._tell("build-with-violations", report=report, known="data/known_findings.csv")
        for note in self.result.notes:
            self._tell("build-note", note=note)
        self._tell("build-report", report=report, build=build, private=PRIVATE)
        if tables.exists():
            self._tell("build-tables", tables=tables)
        place = "" if root == Path() else f" -p {quote(str(root))}"
        asked = phrase("build-next-explain", self.language, place=place)
        steps = f"hrdgraph query --list{place}", asked, f"hrdgraph site{place} --output pages"
        self._tell("build-next", commands="   ·   ".join(steps))


def _why_only_us(project: Project, source: Source) -> list[Message]:
    from hrdgraph.mapping.facts.layout import layouts_of
    from hrdgraph.privacy.rule_visibility import why_only_us

    if not any(table.facts for table in source.tables):
        return []
    try:
        layouts = layouts_of(project.kinds, source)
    except HrdgraphError:
        return []  # whoever reads the tables says what is wrong
    return [reason for layout in layouts for reason in why_only_us(layout)]


def is_seen_by_builder_alone() -> bool:
    """Return whether what is printed goes to a terminal. Of a log, nobody knows who reads it."""
    return sys.stdout.isatty()


def tell_restricted(
    project: Project, sources: Iterable[Source], language: str, *, named: bool = True
) -> None:
    """Say in one sentence each which sources and tables only we see, and how to publish them.
    Without `named`, nothing is named that a source which everybody may see does not name."""
    from hrdgraph.privacy.rule_visibility import count_table_rows

    unnamed = 0
    for source in sources if project.output == "build" else ():
        closed = [table for table in source.tables if table.visibility != "public"]
        whole = source.visibility != "public"
        if not whole and not closed:
            for reason in _why_only_us(project, source):
                click.echo(render(reason, language))
            continue
        if not named:
            unnamed += whole
            if not whole:
                code, name, toml = "tables-only-us-unnamed", source.name, source.description_file
                tell(code, language, count=len(closed), name=name, file=toml)
            continue
        files = dict.fromkeys(table.file for table in closed or source.tables)
        paths = " ".join(quote(str(source.folder / file)) for file in files)
        place = "" if project.root == Path() else f" -p {quote(str(project.root))}"
        command = f"hrdgraph import {paths} --name {quote(source.name)}{place}"
        code = "source-only-us" if whole else "tables-only-us"
        toml = source.description_file
        tables = {  # a table that is named twice stands here once
            table.part: f"{table.title} ({phrase('word-rows-n', language, count=count)})"
            for table in closed
            for count in [count_table_rows(source, table)]
        }
        named_tables = tuple(tables.values())
        tell(code, language, name=source.name, tables=named_tables, command=command, file=toml)
    if unnamed:
        tell("sources-only-us-unnamed", language, count=unnamed)


def warn_of_idle(result: Result, project: Project) -> None:
    """Say which withdrawals take nothing down, without a name: of a log, nobody knows who reads
    it."""
    from hrdgraph.privacy.withdrawals import IDLE, MENTION, RETURN

    language = project.languages[0]
    for rule, code in ((RETURN, "likely-returns"), (MENTION, "likely-mentions")):
        if count := sum(
            item.rule == rule and not (item.known and rule == MENTION) for item in result.findings
        ):
            click.echo(phrase(code, language, count=count), err=True)
    idle = [*_places(result, IDLE)]
    for place in idle:
        click.echo(
            f"error: {place}: this withdrawal takes nothing down: no source mentions the thing "
            f"under this name",
            err=True,
        )
    if idle:
        where = project.build_dir / "private" / "report.html"
        click.echo(
            f"  hint: do not publish this build; {where} says more, and so does `hrdgraph withdraw "
            f"--check`",
            err=True,
        )


def _places(result: Result, rule: str) -> Iterator[Origin]:
    """Yield where a rule found what nobody has explained yet."""
    items = (item for item in result.findings if item.rule == rule and not item.known)
    return (origin for finding in items for origin in finding.origins)


def _build(call: CommandCall, build: Any, **options: Any) -> Any:
    """Build once, or for each change."""
    project: Project = call.project
    tables = (source.table_file(table) for source in project.sources for table in source.tables)
    limit_threads(tables, small=SMALL_PROJECT)  # before the column engine is loaded
    if not call.given["watch"]:
        return build(**options)
    from hrdgraph.library.building import watch

    return watch(**options | {"project": project.root, "progress": None})


@command(
    "build",
    project="argument",
    run=_build,
    only=option(metavar="SOURCE", shell_complete=completion.sources),
    on=option(metavar="ENGINE"),
    watch=FLAG,
)
def show_build(call: CommandCall, done: Any) -> int:
    """Print what a build holds and what was found, or a line for each build."""
    if call.given["watch"]:
        return show_builds(done, call.language, as_json=call.is_json)
    if call.is_json:
        echo_json(_as_dict(done.result))
    else:
        BuildSummary(done.result, done.project, call.language).show()
    warn_of_idle(done.result, done.project)
    return VIOLATIONS if done.failed else 0


def _as_dict(result: Result) -> dict[str, object]:
    from hrdgraph.findings.tally import summarize, tally_findings

    since = result.since.as_dict() if result.since else None
    findings = summarize(tally_findings(result.public)) | {"since": since}
    return {
        "manifest": result.manifest, "withheld": dict(result.withheld), "findings": findings
    }  # fmt: skip


def show_builds(
    builds: Iterator[FinishedBuild | HrdgraphError], language: str, *, as_json: bool
) -> int:
    """Print a line for each build until Ctrl-C, with what it took; of one that failed, why."""
    try:
        for done in builds:
            if as_json:
                click.echo(visible(json.dumps(_as_json(done, language), ensure_ascii=False)))
            elif isinstance(done, HrdgraphError):
                click.echo(f"{_now()}  {render_error(done, language)}", err=True)
            else:
                click.echo(f"{_now()}  {_line(done, language)}")
            if not as_json:
                tell("watching", language, err=True)
    except KeyboardInterrupt:
        pass
    return 0


def _line(done: FinishedBuild, language: str) -> str:
    result = done.result
    items = [finding for finding in result.public if not finding.known]
    severities = [finding.severity.value for finding in items]
    line = phrase(
        "watched-build", language, statements=number(len(result.graph), language),
        violations=severities.count("violation"), warnings=severities.count("warning"),
        new=result.since.counts()["new"] if result.since else 0, seconds=f"{done.seconds:.1f}",
    )  # fmt: skip
    return f"{line}  ({_changes(done.changed, language)})" if done.changed else line


def _changes(files: tuple[str, ...], language: str) -> str:
    """Return the names of the first files that have changed, and how many more there are."""
    shown, more = ", ".join(files[:_NAMED]), len(files) - _NAMED
    return f"{shown}, {phrase('and-more', language, count=more)}" if more > 0 else shown


def _as_json(done: FinishedBuild | HrdgraphError, language: str) -> dict[str, object]:
    from hrdgraph.findings.tally import summarize, tally_findings

    if isinstance(done, HrdgraphError):
        place, text = str(done.origin), done.text(language)
        return {"built": False, "code": done.code, "place": place, "text": text}
    return {
        "built": True, "changed": list(done.changed), "failed": done.failed,
        "statements": len(done.result.graph),
        "findings": summarize(tally_findings(done.result.public)),
        "seconds": round(done.seconds, 2),
    }  # fmt: skip


def _now() -> str:
    return time.strftime("%H:%M:%S")
