"""Take things down, bring them back, and look for them in every file."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from hrdgraph.catalogue import phrase
from hrdgraph.errors import HrdgraphError, Origin, ProjectError
from hrdgraph.identity.judgements import read_ledger
from hrdgraph.library.calls import UsageError
from hrdgraph.library.graph import parse_thing
from hrdgraph.library.inputs import project_at
from hrdgraph.privacy import withdrawals
from hrdgraph.privacy.readable_build import list_outputs, read_built_graph
from hrdgraph.project import Project, open_project
from hrdgraph.rdf import IRI
from hrdgraph.user_state import project_state

if TYPE_CHECKING:
    from hrdgraph.identity.ledger import Ledger
    from hrdgraph.pipeline.withdrawal_audit import AuditResult
    from hrdgraph.privacy.withdrawals import Withdrawal
    from hrdgraph.privacy.withdrawn_names import LikelyReturn
    from hrdgraph.rdf import ColumnGraph


@dataclass(frozen=True)
class WithdrawalDecision:
    """What was decided: the names that it is about; who bears the name of one of them without
    being taken down with it, and is kept closed by the next build until somebody answers
    (`namesakes`); what may mean one of them in words, and stays (`mentions`); and whether any
    source or the last build mentions one of the names, None where that cannot be told now."""

    names: list[str]
    namesakes: tuple[LikelyReturn, ...] = ()
    mentions: tuple[LikelyReturn, ...] = ()
    is_mentioned: bool | None = True

    @property
    def is_of_nobody(self) -> bool:
        """Tell whether a name was given that nobody in the last build bears."""
        return all(map(withdrawals.is_stand_in, self.names))


def withdraw(
    thing: str, *, reason: str, code: str = "other", who: str = "", undo: bool = False,
    project: str | Path | Project = ".",
) -> list[str]:  # fmt: skip
    """Take a `thing` down: from now on, nothing that is published says anything of it. Returns
    the names that the decision is about.

    `reason` is kept in data/private and never published; `code` is its kind (safety, consent,
    error, legal, other) and `who` decided. `undo` lets the thing be published again; of
    somebody who is closed because of a name like that of somebody withdrawn, it says that the
    two are not the same.
    A `thing` is an IRI or a name; of a name, everybody in the last build who bears it.
    ProjectError where there is no project.

    >>> import hrdgraph, tempfile
    >>> project = hrdgraph.init(tempfile.mkdtemp() + "/prizes")
    >>> hrdgraph.withdraw("person/example/Ada_Example", reason="an example", who="Ada",
    ...     project=project)
    ['https://example.org/id/person/example/Ada_Example']
    """
    return decide(thing, reason, code, who, undo=undo, project=project).names


def decide(
    thing: str, reason: str, code: str = "other", who: str = "", *, undo: bool = False,
    project: str | Path | Project = ".",
) -> WithdrawalDecision:  # fmt: skip
    """Withdraw a thing, or let it be published again. The list is written before anything is read
    that may be damaged: no table, mapping, description of a source or ontology can stop it.
    What else bears its name is looked for afterwards, as far as that can be read."""
    if not reason.strip():
        raise UsageError("withdrawal-without-reason")
    opened = project_for_list(project)
    given = (code, who.strip() or getpass.getuser())
    if undo:
        return _bring_back(opened, thing, reason.strip(), *given)
    return _take_down(opened, thing, reason.strip(), *given)


def project_for_list(project: str | Path | Project) -> Project:
    """Open a project for its list alone: its sources are not read."""
    if not isinstance(project, str | Path):
        return project
    return open_project(Path(project), with_sources=False)


def find_withdrawn(
    paths: Sequence[str | Path] = (), *, project: str | Path | Project = "."
) -> AuditResult:
    """Look for all that told of what was withdrawn: in the outputs of a project and in what is
    under way in its workbench, or in files and folders that are named.
    `paths` are those files and folders. ProjectError where there is no project.

    >>> import hrdgraph
    >>> hrdgraph.find_withdrawn().left
    ()
    """
    from hrdgraph.pipeline.withdrawal_audit import search

    opened = project_at(project)
    return search(opened, places_to_search(opened, paths))


def ask_about_returns(root: Path, source: str, language: str) -> list[str]:
    """List the questions whether somebody in a new source is one who was withdrawn; none where
    nobody is, or where nothing of the source can be read yet: then the build asks."""
    from hrdgraph.pipeline.withdrawal_audit import map_readable
    from hrdgraph.privacy.withdrawn_names import return_fields

    try:
        project = open_project(root)
        down = withdrawals.withdrawals_of(project)
        returns = map_readable(project, source)[0].policy.returns if down.standing else ()
    except HrdgraphError:
        return []
    return [phrase("likely-return", language, **return_fields(each, down)) for each in returns]


def places_to_search(project: Project, paths: Sequence[str | Path]) -> list[Path]:
    """Return the places that are named, or the outputs of a project and what is under way in its
    workbench. ProjectError where one is not there."""
    wanted = [*map(Path, paths)] or list_outputs(project) or [project.build_dir]
    if not paths:
        under_way = (project.drafts_dir, project_state(project.root))
        wanted += [folder for folder in under_way if folder.is_dir()]
    for path in wanted:
        if not path.exists():
            raise ProjectError("file-missing", origin=Origin(str(path)), hint="build-first")
    return wanted


def _take_down(
    project: Project, thing: str, reason: str, code: str, who: str
) -> WithdrawalDecision:
    """Write the rows, and then note what is known of the things."""
    build = read_built_graph(project)
    names, is_name = _names_meant(project, thing, build)
    with suppress(HrdgraphError):  # damaged judgements join nothing for the time being
        ledger = _read_ledger(project)
        names = list(
            dict.fromkeys([*names, *(n for i in names for n in ledger.members.get(i, ()))])
        )
    public = _iris_among(names, build)
    rows = [_row(name, withdrawals.WITHDRAW, code, who, name in public) for name in names]
    try:  # a row whose name is not noted yet could close nobody
        given = [withdrawals.WithdrawnTrait(name, withdrawals.NAME, thing) for name in names]
        withdrawals.add_traits(project, given if is_name else (), withdrawals.Withdrawals())
    finally:
        withdrawals.append(project.withdrawn_file, project.withdrawn_reasons_file, rows, reason)
    known = withdrawals.withdrawals_of(project)  # SourceError where it is damaged: all is shut
    # The decision, with who else bears a name of what was withdrawn, as far as anything
    # can be read now; it is noted, to know each of them again.
    from hrdgraph.privacy.withdrawn_names import collect_traits, find_mentions

    try:
        graph, is_mentioned = build, bool(_iris_among(names, build))
        if graph is None or not is_mentioned:
            from hrdgraph.pipeline.withdrawal_audit import UNREAD, map_readable

            whole, unread = map_readable(open_project(project.root))
            if unread == UNREAD:
                return WithdrawalDecision(names, is_mentioned=None)
            graph = whole.graph
            is_mentioned = (
                bool(_iris_among(names, graph))
                or any(each.withdrawn in names for each in whole.policy.returns)
                or (is_name and _stands_in_words(thing, graph))
            )
        traits, namesakes = collect_traits(names, _read_ledger(project), graph, known.traits)
    except HrdgraphError:  # the next build notes it
        return WithdrawalDecision(names, is_mentioned=None)
    withdrawals.add_traits(project, traits, known)
    own = withdrawals.Withdrawals(tuple(rows), (*traits, *known.traits))
    mentions = find_mentions(own, graph)
    return WithdrawalDecision(names, tuple(namesakes), mentions, is_mentioned=is_mentioned)


def _row(name: str, action: str, code: str, who: str, is_public: bool) -> Withdrawal:
    # only of what was published is it said that it was withdrawn
    return withdrawals.Withdrawal(name, action, date.today(), who, code, tombstone=is_public)


def _read_ledger(project: Project) -> Ledger:
    return read_ledger(project.judgements_file)


def _names_meant(project: Project, text: str, build: ColumnGraph | None) -> tuple[list[str], bool]:
    """Return the IRIs that somebody means, and whether a name was given: then all in the last
    build who bear it, or an IRI that stands for whoever bears it."""
    from hrdgraph.privacy.withdrawn_names import find_bearers

    term = parse_thing(text, project.base, or_name=True)
    if isinstance(term, IRI):
        return [term.value], False
    return (find_bearers(text, build) if build else []) or [withdrawals.make_stand_in()], True


def _iris_among(names: Sequence[str], graph: ColumnGraph | None) -> set[str]:
    if graph is None:
        return set()
    return {name for name in names if graph.position(IRI(name)) is not None}


def _stands_in_words(name: str, graph: ColumnGraph) -> bool:
    from hrdgraph.privacy.withdrawn_names import mark_in_words
    from hrdgraph.rdf.marks import Columns, find

    return mark_in_words(graph, Columns.of(graph), find(graph, ()), [name]).any()


def _bring_back(
    project: Project, thing: str, reason: str, code: str, who: str
) -> WithdrawalDecision:
    import polars as pl

    from hrdgraph.identity.names.words import sort_words

    down = withdrawals.withdrawals_of(project)
    term = parse_thing(thing, project.base, or_name=True)
    if isinstance(term, IRI):
        given = {term.value, *_read_ledger(project).members.get(term.value, ())}
    else:
        known, name = down.list_traits(withdrawals.NAME).items(), sort_words(pl.Series([thing]))[0]
        given = {iri for iri, names in known if name in sort_words(pl.Series(names)).to_list()}
    names = [iri for iri in down.standing if iri in given]
    if not names and (judged := _judge_to_be_another(project, given, reason, who)):
        return WithdrawalDecision(judged)
    if not names:
        raise ProjectError("not-withdrawn", thing=thing, withdrawn_file=project.withdrawn_file)
    rows = [_row(name, withdrawals.UNDO, code, who, is_public=False) for name in names]
    withdrawals.append(project.withdrawn_file, project.withdrawn_reasons_file, rows, reason)
    return WithdrawalDecision(names)


def _judge_to_be_another(project: Project, given: Iterable[str], why: str, who: str) -> list[str]:
    """Note of whoever is closed because of a name like that of somebody withdrawn that they are
    not the same; the IRIs that this is about, none where nobody among the given is closed so."""
    from hrdgraph.library.identity import judge
    from hrdgraph.pipeline.withdrawal_audit import map_readable
    from hrdgraph.privacy.withdrawn_names import find_returns

    whole, judged = map_readable(open_project(project.root))[0], dict[str, None]()
    while held := [
        each
        for each in find_returns(whole.withdrawals, _read_ledger(project), whole.graph)
        if each.iri in given
    ]:
        for each in held:
            judge(
                each.iri,
                "not-same",
                each.withdrawn,
                why=why,
                who=who,
                replace=True,
                project=project,
            )
            judged[each.iri] = None
    return list(judged)
