"""Propose pairs that may be one thing, show what the graph says of them, and judge them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from hrdgraph.atomic_files import write_file
from hrdgraph.catalogue import Message, phrase
from hrdgraph.errors import HrdgraphError, Origin, SourceError
from hrdgraph.git_repository import GitRepository
from hrdgraph.identity.judgements import AppendResult, JudgementDecision, append, read_ledger
from hrdgraph.identity.ledger import Ledger, Verdict
from hrdgraph.identity.persistent_iris import in_rdf
from hrdgraph.library.answers import Answer
from hrdgraph.library.calls import Progress, Stages
from hrdgraph.library.graph import Graph
from hrdgraph.library.inputs import project_at
from hrdgraph.library.output_format import format_named
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.processes import processors
from hrdgraph.vocab import HRD, RDF

if TYPE_CHECKING:
    import polars

    from hrdgraph.explain.explanation import ExplainedNode, Explanation, Statement
    from hrdgraph.explain.lineage import SourcePlan
    from hrdgraph.identity.matching.propose import Proposal, Proposals
    from hrdgraph.identity.records import Record
    from hrdgraph.identity.review import RecordLine, ReviewPair, Session
    from hrdgraph.mapping.plan import QuadRule
    from hrdgraph.project import Project


_UNTOLD: Final = (RDF.type, HRD.claimStatus, HRD.visibility, HRD.evidence)


def record_facts(
    project: Project, languages: tuple[str, ...], own: str
) -> Callable[[str, str], Sequence[RecordLine]]:
    """Return what tells of a thing, in a language, what the built graph says, worked out once,
    when it is asked. Labels are in the `languages` of the person, the first of which that
    sentences can be in is `own`. What is wrong with the graph is told at once."""

    @cache
    def graph_in(language: str) -> Graph:
        return Graph(project, languages if language == own else (language, *languages))

    graph_in(own)

    @cache
    def facts(iri: str, language: str) -> Sequence[RecordLine]:
        from hrdgraph.identity.review import RecordLine

        try:
            return list_facts(graph_in(language).explain(iri), project.base, language)
        except HrdgraphError as error:  # a mapping that does not bind, a thing that is withheld
            return (RecordLine(error.text(language)),)

    return facts


def list_facts(explanation: Explanation, base: str, language: str) -> tuple[RecordLine, ...]:
    """Return what an explanation says, one fact a statement or claim, with rows of tables and
    addresses of pages."""
    from hrdgraph.identity.review import RecordLine

    own, *claims = explanation.facts
    record_lines = [
        RecordLine(_text(statement, base, language), _rows(statement, language))
        for statement in _telling(own)
    ]
    pages = tuple(dict.fromkeys(passage.document for passage in own.passages))
    return (
        *record_lines,
        *((RecordLine(explanation.thing.value.removeprefix(base), pages),) if pages else ()),
        *(
            RecordLine(_claim(claim, base, language), _claim_places(claim, language))
            for claim in claims
        ),
    )


def _telling(fact: ExplainedNode) -> list[Statement]:
    """List the statements that tell something of the thing itself, and not of the claim as such."""
    return [
        statement
        for statement in fact.statements
        if statement.quad.predicate not in _UNTOLD and not statement.derived_by
    ]


def _text(statement: Statement, base: str, language: str) -> str:
    value = statement.object_label.removeprefix(base)
    return phrase("name-value", language, name=statement.predicate_label, value=value)


def _claim(claim: ExplainedNode, base: str, language: str) -> str:
    words = phrase("joint-semicolon", language).join(
        _text(statement, base, language) for statement in _telling(claim)
    )
    return phrase(
        "name-value", language, name=claim.kind or claim.label.removeprefix(base), value=words
    )


def _claim_places(claim: ExplainedNode, language: str) -> tuple[str, ...]:
    rows = tuple(place for statement in claim.statements for place in _rows(statement, language))
    return tuple(dict.fromkeys((*rows, *(passage.document for passage in claim.passages))))


def _rows(statement: Statement, language: str) -> tuple[str, ...]:
    rows = (row for trace in statement.traces for row in trace.rows)
    return tuple(
        dict.fromkeys(
            phrase("place-file-row", language, file=row.file, rows=row.row) for row in rows
        )
    )


Kind = Literal["person", "organisation", "award", "event"]
KINDS: Final = get_args(Kind)
JUDGEMENTS: Final = "data/judgements.csv"
_STEPS: Final = 21  # that a comparison of very many pairs tells


@dataclass(frozen=True)
class ProposedPairs(Answer):
    """Pairs that may be one thing, the likeliest first. `proposals` says how many there were in
    all; `unasked` is the error for which withheld years of birth kept nobody apart.

    >>> import hrdgraph, tempfile
    >>> pairs = hrdgraph.reconcile(kind=["award"], min_score=0.9)
    >>> len(pairs) == pairs.to_polars().height
    True
    >>> pairs.write(tempfile.mkdtemp() + "/pairs.csv")
    """

    proposals: Proposals
    language: str = "en"
    unasked: HrdgraphError | None = None

    def __len__(self) -> int:
        return len(self.proposals.best)

    def __getitem__(self, place: int) -> Proposal:
        return self.proposals.best[place]

    def to_polars(self) -> polars.DataFrame:
        """Return a row for each pair: score, the IRIs and names of both, and why."""
        import polars

        columns = ("left", "left_name", "right", "right_name", "why")
        schema: dict[str, Any] = {"score": polars.Float64, **dict.fromkeys(columns, polars.String)}
        rows = []
        for pair in self.proposals.best:
            sides = (pair.left.iri, pair.left.names[0], pair.right.iri, pair.right.names[0])
            rows.append((pair.comparison.score, *sides, pair.comparison.why(self.language)))
        return polars.DataFrame(rows, schema=schema, orient="row")

    def write(self, output: str | Path) -> None:
        """Write the CSV file that `review` takes."""
        from hrdgraph.identity.matching.propose import proposals_table

        write_file(Path(output), [proposals_table(self.proposals.best, self.language).encode()])

    def __repr__(self) -> str:
        return f"<hrdgraph pairs, {len(self)} of {self.proposals.found}>"

    def _repr_html_(self) -> str:
        return str(self.to_polars()._repr_html_())


def reconcile(
    project: str | Path | Project = ".", *, kind: Sequence[Kind] = (), min_score: float = 0.5,
    limit: int | None = 50, with_withheld: bool = False, jobs: int | None = None,
    progress: Progress | None = None,
) -> ProposedPairs:  # fmt: skip
    """Propose pairs of persons, organisations or awards that may be one thing. Nothing is
    merged, and judged pairs are left out.

    `kind` takes only some of person, organisation and award; `min_score` and `limit` only the
    best pairs. `with_withheld` compares withheld facts too, and reads the sources anew.
    IdentityError where a process that compares was ended, ProjectError where there is no build.

    >>> import hrdgraph
    >>> pairs = hrdgraph.reconcile(kind=["award"], min_score=0.9)
    >>> pairs.to_polars().columns[:2]
    ['score', 'left']
    """
    records, ledger, unasked = records_to_compare(project_at(project), withheld=with_withheld)
    proposals = proposals_of(records, ledger, kind, min_score, limit, jobs=jobs, progress=progress)
    return ProposedPairs(proposals, unasked=unasked)


def records_to_compare(
    project: Project, *, withheld: bool
) -> tuple[list[Record], Ledger, HrdgraphError | None]:
    """Return the records to compare, the judgements about them, and the error that kept withheld
    years of birth from being read. These years keep two people of one name apart; they are never
    shown."""
    records, ledger = records_of(project, withheld=withheld)
    if withheld:
        return records, ledger, None
    compared, unasked = with_withheld_years(project, records, ledger)
    return compared, ledger, unasked


def with_withheld_years(
    project: Project, records: Sequence[Record], ledger: Ledger
) -> tuple[list[Record], HrdgraphError | None]:
    """Add withheld years of birth to persons without a public one, mapping only the rules that
    make years. Where a mapping fails, return the records as they are, and the error."""
    wanted = {record.iri for record in records if record.kind == "person" and record.birth is None}
    try:
        years = _years(project, ledger, wanted) if wanted else {}
    except HrdgraphError as error:  # a mapping that is being written: its build is still compared
        return list(records), error
    return [
        replace(record, withheld_birth=years[record.iri]) if record.iri in years else record
        for record in records
    ], None


def _years(project: Project, ledger: Ledger, wanted: set[str]) -> dict[str, int]:
    from hrdgraph.explain.lineage import plan_sources
    from hrdgraph.identity.records import birth_years
    from hrdgraph.ontology import Ontology
    from hrdgraph.pipeline.stages.mapping import map_sources

    plans = [births for plan in plan_sources(project, project.sources) if (births := _births(plan))]
    if not plans:
        return {}
    mapped = map_sources(project, plans, Ontology("", {}, {}, {}, {}, {}, ()), lambda _: None)
    years: dict[str, set[int]] = {}
    for iri, year in birth_years(mapped.graph).items():
        years.setdefault(ledger.canonical.get(iri, iri), set()).add(year)
    return {iri: min(born) for iri, born in years.items() if len(born) == 1 and iri in wanted}


def _births(item: SourcePlan) -> SourcePlan | None:
    """Return the plan of a source with nothing but its rules for years of birth, or None."""
    rules = tuple(rule for rule in item.plan.rules if _may_be_birth(rule))
    return replace(item, plan=replace(item.plan, rules=rules)) if rules else None


def _may_be_birth(rule: QuadRule) -> bool:
    from hrdgraph.identity.records import BIRTHS
    from hrdgraph.mapping.model import Constant

    predicate = rule.predicate.expression
    return not isinstance(predicate, Constant) or predicate.term in BIRTHS


def records_of(project: Project, *, withheld: bool) -> tuple[list[Record], Ledger]:
    """Return the records of the built graph, or with what is withheld, of the sources mapped anew;
    and the ledger."""
    from hrdgraph.identity.canonical import canonicalise
    from hrdgraph.identity.records import records_of as gathered

    ledger = read_ledger(project.judgements_file, JUDGEMENTS)
    if not withheld:
        return gathered(ReadableBuild(project).columns()), ledger
    from hrdgraph.explain.lineage import plan_sources
    from hrdgraph.ontology import load
    from hrdgraph.pipeline.stages.mapping import map_sources

    mapped = map_sources(
        project, plan_sources(project, project.sources), load(project), lambda _: None
    )
    return gathered(canonicalise(mapped.graph, ledger)), ledger


def proposals_of(
    records: list[Record], ledger: Ledger, kinds: Sequence[str], min_score: float,
    limit: int | None, *, jobs: int | None = None, progress: Progress | None = None,
) -> Proposals:  # fmt: skip
    """Propose pairs among records of some kinds, or of all; by all processors, where `jobs` does
    not say how many."""
    from hrdgraph.identity.matching.propose import MANY, propose

    for kind in kinds:
        format_named(kind, KINDS)
    chosen = [record for record in records if not kinds or record.kind in kinds]
    tell = Stages(progress if len(chosen) >= MANY else None, _STEPS)
    return propose(
        chosen, ledger, at_least=min_score, limit=limit, jobs=jobs or processors(), progress=tell
    )


def review(
    project: str | Path | Project = ".", *, from_: str | Path | None = None,
    kind: Sequence[Kind] = (), min_score: float = 0.5, who: str | None = None,
    with_withheld: bool = False,
) -> Session:  # fmt: skip
    """Pairs that wait for a judgement: `next()` gives one, `judge(pair, verdict, why)` writes a
    row of data/judgements.csv at once.

    The pairs are those that `reconcile` proposes, or those of a table that it wrote (`from_`).
    `who` judges: without it, HRDGRAPH_REVIEWER or the name that git knows.
    `kind`, `min_score` and `with_withheld` are those of `reconcile`. SourceError where
    nobody is named.

    >>> import hrdgraph
    >>> session = hrdgraph.review(kind=["award"], min_score=0.99, who="Ada")
    >>> session.count_open() >= 0
    True
    """
    from hrdgraph.identity.records import EVENT
    from hrdgraph.identity.review import ReviewPair, Session

    opened, name = project_at(project), reviewer(who)
    records, ledger, unasked = records_to_compare(opened, withheld=with_withheld)
    if from_ is not None:
        pairs = pairs_of_table(Path(from_), records, ledger)
    else:
        best = proposals_of(records, ledger, kind, min_score, None).best
        pairs = [ReviewPair(item.left, item.right, item.comparison) for item in best]
    events = [record for record in records if record.kind == EVENT]
    return Session(pairs, opened.judgements_file, JUDGEMENTS, name, unasked=unasked, events=events)


def pairs_of_table(path: Path, records: Sequence[Record], ledger: Ledger) -> list[ReviewPair]:
    """Read the pairs of a table, compared anew. An old name of a thing stands for the thing."""
    from hrdgraph.identity.matching import compare
    from hrdgraph.identity.matching.propose import read_pairs
    from hrdgraph.identity.review import ReviewPair

    known, pairs = {record.iri: record for record in records}, []
    for left, right, row in read_pairs(path):
        pair = [
            known.get(iri) or known.get(ledger.canonical.get(iri, iri)) for iri in (left, right)
        ]
        if pair[0] is None or pair[1] is None:
            missing = left if pair[0] is None else right
            hint = Message("table-not-of-project")
            raise SourceError(
                "thing-unknown", thing=missing, origin=Origin(str(path), row), hint=hint
            )
        if pair[0].iri != pair[1].iri:
            pairs.append(ReviewPair(pair[0], pair[1], compare(pair[0], pair[1])))
    return pairs


def reviewer(who: str | None) -> str:
    """Whose judgements these are: the option, the environment, or what git knows. SourceError
    where nobody is named."""
    name = who or os.environ.get("HRDGRAPH_REVIEWER", "") or GitRepository(Path()).user_name
    if not name.strip():
        raise SourceError("reviewer-unknown")
    return name.strip()


def judge(
    left: str, verdict: Literal["same", "not-same", "unsure", "open"], right: str, *, why: str,
    who: str | None = None, replace: bool = False, project: str | Path | Project = ".",
) -> AppendResult:  # fmt: skip
    """Add one judgement to data/judgements.csv; its `verdict` is "same", "not-same", "unsure" or
    "open". IdentityError where it contradicts what stands.

    `left` and `right` are IRIs, paths below the base of the project, or names of an authority
    such as wd:Q42; `why` is the reason. `replace` lets it take the place of an
    earlier judgement on the pair.

    >>> import hrdgraph, tempfile
    >>> project = hrdgraph.init(tempfile.mkdtemp() + "/prizes")
    >>> done = hrdgraph.judge("person/example/Ada_Example", "same", "wd:Q42", why="an example",
    ...     who="Ada", project=project)
    >>> len(done.rows)
    1
    """
    opened, now = project_at(project), datetime.now(UTC)
    one, other = (
        iri if "://" in (iri := in_rdf(text)) or iri.startswith("urn:") else opened.base + iri
        for text in (left, right)
    )
    decision = JudgementDecision(
        one, other, Verdict(verdict), reviewer(who), now.date(), why, f"{now:%H:%M:%S}Z"
    )
    return append(opened.judgements_file, [decision], name=JUDGEMENTS, replacing=replace)
