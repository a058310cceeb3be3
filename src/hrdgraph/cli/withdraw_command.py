"""`hrdgraph withdraw`: take a thing down, bring it back, or show that it is gone from every
file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hrdgraph.catalogue import phrase
from hrdgraph.cli.command_from_function import FLAG, CommandCall, argument, option, own_command
from hrdgraph.cli.common import echo_json, languages, open_in, tell
from hrdgraph.cli.option_values import OneOf
from hrdgraph.errors import HrdgraphError, Origin
from hrdgraph.library.calls import UsageError

if TYPE_CHECKING:
    from hrdgraph.library.withdrawal import WithdrawalDecision
    from hrdgraph.pipeline.withdrawal_audit import AuditResult
    from hrdgraph.privacy.withdrawn_names import LikelyReturn
    from hrdgraph.project import Project

LEFT = 3
SHOWN = 30
_KINDS: Final = {"a name": "kind-type-name", "an IRI": "kind-type-iri", "words": "word-words"}


@own_command(
    "withdraw", project="folder", what=argument(metavar="NAME | IRI | --check [FILE|DIR]…"),
    reason=option(default=""), who=option(default="", metavar="NAME"),
    code=option(type=OneOf(["safety", "consent", "error", "legal", "other"]), default="other"),
    undo=FLAG, check_=FLAG,
)  # fmt: skip
def withdraw_thing(call: CommandCall, what: Sequence[str]) -> int:
    """Take a thing down: from now on, nothing that is published says anything of it."""
    given, checks = call.given, call.given["check_"]
    # no source that is damaged may keep anybody up
    project = open_in(given["root"], with_sources=False)
    with suppress(HrdgraphError):
        project = open_in(given["root"]) if checks else project
    language = languages(given["lang"], project)[0]
    if checks:
        from hrdgraph.library.withdrawal import find_withdrawn, places_to_search
        from hrdgraph.pipeline.withdrawal_audit import UNREAD

        wanted = places_to_search(project, [Path(path) for path in what])
        audit = find_withdrawn(wanted, project=project)
        if call.is_json:
            echo_json(_as_dict(audit, wanted))
        else:
            _show(audit, project, wanted, language)
        is_idle = any(not why for _, why in audit.idle)
        may_stand = audit.left or audit.older or audit.mentions
        return LEFT if may_stand or is_idle or audit.unread == UNREAD else 0
    if len(what) != 1 or not given["reason"].strip():
        raise UsageError("withdrawal-without-reason")
    from hrdgraph.library.withdrawal import decide

    decision = {name: given[name] for name in ("reason", "code", "who", "undo")}
    decided, undo = decide(what[0], project=project, **decision), given["undo"]
    if call.is_json:
        namesakes = [{"iri": each.iri, "name": each.name} for each in decided.namesakes]
        mentions = [{"iri": each.iri, "name": each.name} for each in decided.mentions]
        likely = {"namesakes": namesakes, "mentions": mentions, "mentioned": decided.is_mentioned}
        echo_json({"undone": decided.names} if undo else {"withdrawn": decided.names, **likely})
    else:
        _print_decision(decided, what[0], project, language, undo=undo)
    return 0 if decided.is_mentioned is not False else LEFT


def _print_decision(
    decided: WithdrawalDecision, what: str, project: Project, language: str, *, undo: bool
) -> None:
    if decided.is_of_nobody and not undo:
        tell("withdrawn-nobody", language, names=what)
    else:
        code = "published-again-from-next" if undo else "withdrawn-from-now"
        tell(code, language, names=", ".join(decided.names))
    if decided.namesakes:
        tell("withdrawal-namesakes", language, apart=True, count=len(decided.namesakes))
        for each in decided.namesakes:
            click.echo(f"  {each.iri}  ({each.name})")
    _show_people("likely-mention", decided.mentions, project, language)
    if decided.is_mentioned is None:
        tell("withdrawal-names-later", language, apart=True)
    elif not decided.is_mentioned:
        way = "hrdgraph withdraw … --undo --reason …"
        tell("withdrawal-unmentioned", language, apart=True, way=way)
    if not undo:
        tell("withdrawal-leaves-sources", language, apart=True)
    steps = (
        phrase("joint-semicolon", language).join(
            _remedy(project, path, language) for path in project.output_dirs
        )
        or "hrdgraph build"
    )
    tell("build-next", language, commands=phrase("withdrawal-steps", language, steps=steps))


def _show_people(code: str, cases: Sequence[LikelyReturn], project: Project, language: str) -> None:
    from hrdgraph.privacy.withdrawals import withdrawals_of
    from hrdgraph.privacy.withdrawn_names import return_fields

    down = withdrawals_of(project)
    for each in cases:
        click.echo(phrase(code, language, **return_fields(each, down)))


def _remedy(project: Project, path: Path, language: str) -> str:
    """Tell what makes an output say nothing any more of what was withdrawn."""
    if path.name.startswith(".serve-"):
        return phrase("end-server-or-build", language)
    if path == project.build_dir:
        return "hrdgraph build"
    restricted = path == project.for_restricted().build_dir
    again = "hrdgraph build --include restricted" if restricted else phrase("write-anew", language)
    return phrase("do-again-or-delete", language, path=path, again=again)


def _as_dict(audit: AuditResult, paths: list[Path]) -> dict[str, object]:
    return {
        "withdrawn": audit.names,
        "looked_in": [str(path) for path in paths],
        "looked_for": audit.needles,
        "pieces": audit.pieces,
        "left": [
            {"place": item.place, "what": item.kind, "text": item.text} for item in audit.left
        ],
        "older": list(audit.older),
        "unread": audit.unread,
        "kept": [{"place": item.place, "text": item.text} for item in audit.kept],
        "returns": [asdict(each) for each in audit.returns],
        "mentions": [asdict(each) for each in audit.mentions],
        "idle": [
            {"row": i.row.number, "iri": i.row.iri, "suggestion": i.suggestion, "known": why}
            for i, why in audit.idle
        ],
    }


def _show(audit: AuditResult, project: Project, paths: list[Path], language: str) -> None:
    if not audit.names:
        tell("nothing-withdrawn", language)
        return
    where = ", ".join(map(str, paths))
    tell("withdrawal-searched", language, needles=audit.needles, pieces=audit.pieces, where=where)
    if audit.unread:
        tell(audit.unread, language)
    for item in audit.left[:SHOWN]:
        kind, columns = phrase(_KINDS[item.kind], language), phrase("its-columns", language)
        place = item.place.replace(" (its columns)", columns)
        tell("withdrawal-left", language, place=place, kind=kind, said=item.text)
    if len(audit.left) > SHOWN:
        tell("and-more", language, count=len(audit.left) - SHOWN)
    for path in audit.older:
        tell("build-older", language, path=path)
    if audit.kept:
        places = ", ".join(dict.fromkeys(item.place for item in audit.kept))
        tell("withdrawal-name-kept", language, places=places)
    _show_people("likely-return", audit.returns, project, language)
    _show_people("likely-mention", audit.mentions, project, language)
    for idle, why in audit.idle:
        place = Origin(str(project.withdrawn_file), row=idle.row.number).text(language)
        text = phrase("withdrawal-idle", language, place=place, iri=idle.row.iri)
        if why:
            text += phrase("finding-known-because", language, why=why)
        elif idle.suggestion:
            text += "; " + phrase("did-you-mean-one", language, names=idle.suggestion)
        click.echo(text)
    click.echo(_outcome(audit, project, paths, where, language))


def _outcome(
    audit: AuditResult, project: Project, paths: list[Path], where: str, language: str
) -> str:
    if audit.left or audit.older:
        places = [Path(item.place.partition("!")[0].partition(" (")[0]) for item in audit.left]
        places += map(Path, audit.older)
        steps = [
            _remedy(project, path, language)
            for path in paths
            if any(place.is_relative_to(path) for place in places)
        ]
        text = "withdrawal-incomplete" if steps else "withdrawal-incomplete-named"
        return phrase(text, language, steps=phrase("joint-semicolon", language).join(steps))
    if any(not why for _, why in audit.idle):
        return phrase("withdrawal-idle-way", language, known=project.known_findings_file)
    holds = "withdrawal-holds-but" if audit.kept or audit.mentions else "withdrawal-holds"
    return phrase(audit.unread or holds, language, where=where)
