"""`hrdgraph validate`: data held against shapes, with what was found as a table, JSON or a
report; and a rule, a shape with its examples or a check as it is written."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.catalogue import number, phrase
from hrdgraph.catalogue.words import headings
from hrdgraph.cli.command_from_function import FILE, PATH, CommandCall, argument, command, option
from hrdgraph.cli.common import VIOLATIONS, echo_json, findings_table, open_in, table
from hrdgraph.cli.completion import formats
from hrdgraph.cli.option_values import Number, Place, Size
from hrdgraph.cli.progress import counting
from hrdgraph.library.calls import UsageError
from hrdgraph.library.destination import output, write_graph
from hrdgraph.library.output_format import format_named
from hrdgraph.rdfio.formats import format_of

if TYPE_CHECKING:
    from hrdgraph.findings.model import Finding
    from hrdgraph.findings.tally import Tally
    from hrdgraph.library.validation import Validation
    from hrdgraph.project import Project
    from hrdgraph.shacl.outcome import ValidationOutcome
    from hrdgraph.shacl.rules import InferenceResult
    from hrdgraph.shacl.shapes import Shapes

REPORTS = ("ttl", "jsonld")
FORMATS = ("table", "json", *REPORTS)
BLOCK = 100_000  # triples of a report written at once
SEVERITIES = ("violation", "warning", "info")
CHECK = "checks/"


def _check_call(given: dict[str, Any]) -> None:
    """Refuse what is called wrongly; `--json` is a format, and `--inferred` infers."""
    format = format_named(given["format"], FORMATS)
    if given["as_json"] and format not in ("table", "json"):
        raise UsageError("not-together", names=f"--json, --format {format}", hint="keep-one")
    given["format"] = "json" if given["as_json"] else format
    given["as_json"] = given["format"] == "json"
    if given["inferred"] is not None:
        _format_of(given["inferred"])
        given["infer"] = True
    if given["on"] is None and isinstance(given["data"], str):
        raise UsageError("goes-with", option="URL", options="--on")


def _validate(
    call: CommandCall, validate: Callable[..., Validation], /, **options: Any
) -> Validation | None:
    from hrdgraph.library.validation import shapes_at

    if call.given["explain"]:
        project = call.project
        if options["shapes"] is None and project is None:
            project = open_in(call.given["root"])
        with shapes_at(options["shapes"], project) as shapes:
            _explain_rule(call, shapes)
        return None
    with counting(call.language) as progress:
        return validate(**options | {"progress": progress})


@command(
    "validate", run=_validate, check=_check_call, project="optional",
    data=argument(type=Place(), metavar="[FILE]"), shapes=option(type=PATH),
    timeout=option(type=Number(0, min_open=True)), memory=option(type=Size(least=1)),
    on=option(metavar="ENGINE"), inferred=option(type=FILE),
    format=option(default="table", show_default=True, shell_complete=formats(*FORMATS)),
    explain=option(metavar="RULE"),
)  # fmt: skip
def show_validation(call: CommandCall, validation: Validation | None) -> int:
    """Print what was found; the exit code."""
    if validation is None:
        return 0
    given, derived = call.given, validation.derived
    if given["inferred"] is not None and derived is not None:
        path = call.given["inferred"]
        files = [call.given[name] for name in ("data", "shapes")]
        files = [file for file in files if isinstance(file, Path)]
        with output(path, inputs=files, option="--inferred") as stream:
            write_graph(derived.triples, stream, _format_of(path))
    if not validation.outcome.rules:
        call.tell("shapes-without-target", err=True)
    if given["format"] in REPORTS:
        with output(None) as stream:
            stream.writelines(_report(validation.outcome, given["format"]))
        return _exit_code(count_findings(validation.outcome, (), call.project))
    findings = count_findings(validation.outcome, _select_warnings(validation, given), call.project)
    _print(call, validation, findings)
    return _exit_code(findings)


def _rule_of(outcome: ValidationOutcome, shape: str) -> str:
    from hrdgraph.shacl.rule_help import find_shape

    return outcome.shapes.rule_of(find_shape(shape, outcome.shapes))


def _select_warnings(validation: Validation, given: Any) -> Iterator[Finding]:
    """Yield the warnings about shapes that are no less bad than is wanted, of the shape and at the
    node that are."""
    from hrdgraph.library.validation import whole_iri

    rule = _rule_of(validation.outcome, given["shape"]) if given["shape"] else ""
    focus, least = whole_iri(given["focus"]), SEVERITIES.index(given["severity"])
    for warning in validation.warnings():
        if (
            SEVERITIES.index(warning.severity.value) <= least
            and rule in ("", warning.rule)
            and focus in ("", warning.focus)
        ):
            yield warning


def count_findings(
    outcome: ValidationOutcome, warnings: Iterable[Finding], project: Project | None
) -> list[Tally]:
    """Count results and warnings about the shapes by rule. Only findings of rules with known
    findings are made one by one."""
    from hrdgraph.findings.model import explain_known, read_known
    from hrdgraph.findings.tally import tally_findings, together

    known = read_known(project.known_findings_file) if project else ()
    some, rest = outcome.split_by({row.rule for row in known})
    shown = [*warnings]
    rules = {some.shapes.rule_of(batch.shape.node) for batch in some.batches}
    rules |= {tally.rule for tally in shown}
    findings = [*shown, *({*some.findings()} if some.batches else ())]
    apart = tally_findings(explain_known(findings, [row for row in known if row.rule in rules]))
    return together([*apart, *rest.tallies()])


def _exit_code(tallies: Sequence[Tally]) -> int:
    new = (tally.first.severity.value for tally in tallies if not tally.first.known)
    return VIOLATIONS if "violation" in new else 0


def _print(call: CommandCall, validation: Validation, findings: list[Tally]) -> None:
    from hrdgraph.findings.tally import list_rows, summarize

    language, derived = call.language, validation.derived
    if call.given["format"] == "json":
        echo_json(summarize(findings) | _derivation_dict(derived))
    else:
        if derived is not None:
            columns = headings(("derived", "by the rule", "of the property"), language)
            table(columns, _derivation_rows(derived, language))
            click.echo()
        if rows := list_rows(findings, language):
            findings_table(rows, language)
        statements = phrase("word-statements-n", language, count=validation.statements)
        total = phrase("word-findings-n", language, count=sum(tally.count for tally in findings))
        click.echo(f"{statements}, {total}")
        if findings and call.given["data"] is None:  # of the build: where its rows are
            command = shlex.join(["hrdgraph", "explain", findings[0].first.focus])
            call.tell("build-next", commands=command)


def _derivation_dict(derived: InferenceResult | None) -> dict[str, object]:
    """Return what rules have derived, for machines; nothing where none were run."""
    if derived is None:
        return {}
    rules = [
        {"rule": item.rule, "makes": item.makes, "count": item.count} for item in derived.counts
    ]
    return {"derived": {"count": len(derived), "rounds": derived.rounds, "rules": rules}}


def _derivation_rows(derived: InferenceResult, language: str) -> list[tuple[str, str, str]]:
    """Return a row for each rule, and one for all."""
    from hrdgraph.findings.model import short

    rows = [
        (number(count.count, language), short(count.rule), ", ".join(map(short, count.makes)))
        for count in derived.counts
    ]
    total = "all-in-rounds" if rows else "rules-look-at-nothing"
    return [
        *rows,
        (number(len(derived), language), phrase(total, language, count=derived.rounds), ""),
    ]


def _report(outcome: ValidationOutcome, format: str) -> Iterator[bytes]:
    """Yield the report in parts. JSON-LD is one array, written block by block; blank nodes keep
    their labels.
    """
    from hrdgraph.rdfio.formats import format_named
    from hrdgraph.rdfio.read import serialize

    if format == "ttl":
        yield from outcome.turtle()
        return
    quads, before = outcome.report(), b"["
    while part := list(islice(quads, BLOCK)):
        yield before + serialize(part, format_named(format), {}).strip()[1:-1]
        before = b",\n"
    yield b"]\n"


def _format_of(path: Path) -> str:
    return format_of(path).name


def _explain_rule(call: CommandCall, shapes: Shapes) -> None:
    """Print what a rule is for, with its examples; or a check, which has none: its graph is in
    order when the query answers with no row."""
    name, project = call.given["explain"], call.project
    if not (name.startswith(CHECK) and project is not None):
        from hrdgraph.shacl.rule_help import rule_help
        from hrdgraph.shacl.validator import ColumnSHACL

        rule = rule_help(name, shapes, ColumnSHACL())
        if call.is_json:
            echo_json(rule.as_dict(call.language))
        else:
            click.echo(rule.text(call.language))
        return
    from hrdgraph.queries.catalogue import CHECKS, find

    query = find(*project.queries_dirs)[f"{CHECKS}/{name.removeprefix(CHECK)}"]
    place, severity = str(query.path or ""), query.severity or "violation"
    title = query.title(call.language)
    if call.is_json:
        about = {"rule": name, "severity": severity, "place": {"file": place}}
        echo_json({**about, "purpose": [title], "query": query.text})
    else:
        click.echo(f"{name}: {title}\n{place} ({severity})\n\n{query.text.strip()}")
