"""Gather what is behind a thing or a fact from a built graph, and tell it whole or summed up."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from hrdgraph.catalogue import number, phrase, render
from hrdgraph.catalogue.words import word
from hrdgraph.errors import Origin
from hrdgraph.evidence.anchors import read_anchors
from hrdgraph.evidence.snapshots import Snapshots
from hrdgraph.explain.explainer import Explainer, Reasons
from hrdgraph.explain.explanation import (
    NOT_HELD,
    ClaimVisibility,
    ExplainedNode,
    Explanation,
    Judged,
    Passage,
    Statement,
)
from hrdgraph.explain.lineage import Lineage, names_in_public, names_of
from hrdgraph.identity.judgements import read_ledger
from hrdgraph.identity.ledger import Judgement, Ledger, Verdict
from hrdgraph.identity.persistent_iris import PersistentIRI
from hrdgraph.ontology import Ontology
from hrdgraph.paths import project_path
from hrdgraph.privacy.levels import Policy
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.privacy.visibility import VisibilityDecisions
from hrdgraph.project import Project
from hrdgraph.queries.catalogue import BECAUSE, DERIVE, Catalogue
from hrdgraph.queries.model import Query
from hrdgraph.queries.output import short
from hrdgraph.queries.run import grounds
from hrdgraph.rdf import IRI, ColumnGraph, Quad, Term
from hrdgraph.store.contract import Reader, Store
from hrdgraph.vocab import DCTERMS, HRD, RDFS, SKOS

if TYPE_CHECKING:
    from hrdgraph.fact_kinds import Kind
    from hrdgraph.mapping.tracing import Trace


_OF_CONFLICTS = (
    HRD.alternativeTo, HRD.conflictAbout, HRD.disputed, HRD.preferredTo, HRD.preferredBecause,
)  # fmt: skip
# the one to another name of this graph, the other to an authority's
_OF_IDENTITY = (DCTERMS.isReplacedBy, SKOS.exactMatch)
_REASONS = {
    HRD.preferredTo: ("preferred",), HRD.preferredBecause: ("preferred",),
    HRD.conflictAbout: ("conflict",), HRD.alternativeTo: ("conflict",), HRD.disputed: ("disputed",),
    RDFS.label: ("labels",), HRD.independentPublishers: ("corroboration",),
    HRD.claimStatus: ("verified",),
}  # fmt: skip
# what the build makes of what the kinds say, without a query
_KINDS: Final = "ontology/tables"
_OF_KINDS = (RDFS.label, HRD.independentPublishers, HRD.claimStatus)


class BuiltGraph(NamedTuple):
    """A graph in columns, the build that it is of, what opens its store, and the queries that
    derived some of it and say why."""

    graph: ColumnGraph
    build: ReadableBuild
    store: Callable[[], Store]
    catalogue: Callable[[], Catalogue]


def explainer_of(
    project: Project, built: BuiltGraph, ontology: Ontology, languages: Sequence[str]
) -> Explainer:
    """Return an explainer over a built graph. It plans each source anew when it comes to it, so
    that it explains from the sources as they are now."""
    graph, ledger = built.graph, read_ledger(project.judgements_file)
    lineage = Lineage.of_project(project, names_in_public(names_of(ledger), graph, ledger))
    sources = {
        project.graph_name(name): name
        for name in (*(source.name for source in project.sources), "ontology", "derived")
    }
    snapshots = Snapshots(project.snapshot_dirs, read_anchors(project.anchors_file))
    judged = _find_judgements(ledger, graph)
    derivations = _Derivations(built, project, ontology, languages, judged, ledger.persistent)
    places = {
        IRI(project.graph_name(source.name)): f"data/sources/{source.name}/source.toml"
        for source in project.sources
    }
    decisions = VisibilityDecisions(graph, Policy(places=places))

    def decide(node: IRI) -> ClaimVisibility:
        decision = decisions.of_thing(node)
        if decision is None:
            return ClaimVisibility()
        place = "" if decision.place == node.n3() else decision.place
        return ClaimVisibility(decision.level.code, decision.why, place)

    reasons = Reasons(derivations, derivations.grounds, judged, decide)
    return Explainer(graph, ontology, lineage, snapshots, sources, reasons, languages)


def _find_judgements(ledger: Ledger, graph: ColumnGraph) -> Judged:
    """Return the rows about a thing that name nothing which the graph does not tell."""
    places: dict[str, list[int]] = {}
    for place, row in enumerate(ledger.judgements):
        ends = (f"<{row.left}>", f"<{row.right}>")
        if None not in map(graph.position, ends):
            for name in ends:
                places.setdefault(name, []).append(place)

    def rows(names: frozenset[str]) -> tuple[Judgement, ...]:
        return tuple(
            ledger.judgements[place]
            for place in sorted({place for name in names for place in places.get(name, ())})
        )

    return rows


class _Derivations:
    """Says which rule, or which row of the ledger, derived a quad, and what it follows from."""

    def __init__(
        self, built: BuiltGraph, project: Project, ontology: Ontology, languages: Sequence[str],
        judged: Judged, persistent: Sequence[PersistentIRI],
    ) -> None:  # fmt: skip
        self._kept = {f"<{row.iri}>": [f"<{name}>" for name in row.names] for row in persistent}
        self._built, self._graph = built, built.graph
        self._ontology, self._languages, self._judged = ontology, languages, judged
        self._project = project
        self._derived = IRI(project.graph_name("derived"))

    def __call__(self, quad: Quad) -> tuple[str, ...]:
        if quad.graph != self._derived:
            return ()
        rules = tuple(self._path(_rule_file(self._project, name)) for name in self._makers(quad))
        if quad.predicate in _OF_KINDS:
            return rules or (_KINDS,)
        if quad.predicate in _OF_IDENTITY:
            return rules or (self._of_ledger(quad),)
        return (
            (*rules, *map(self._concept, self._of_conflict(quad)))
            if quad.predicate in _OF_CONFLICTS
            else rules
        )

    def grounds(self, quad: Quad) -> tuple[Quad, ...]:
        """Return what a derived quad follows from, as the queries in queries/because say that are
        named like its rules."""
        if quad.graph != self._derived:
            return ()
        rules = [query for name in self._reasons_of(quad) if (query := self._reasons.get(name))]
        return next((graph for query in rules if (graph := grounds(self._store, query, quad))), ())

    def _reasons_of(self, quad: Quad) -> tuple[str, ...]:
        """Return the names of the reasons to ask: the first that has an answer counts."""
        return (
            *_REASONS.get(quad.predicate, ()),
            *(name.partition("-")[2] for name in self._makers(quad)),
        )

    def _makers(self, quad: Quad) -> list[str]:
        """List the queries that made it, in their order, as the build has recorded them."""
        graphs = (each.graph for each in self._rules.about(quad.subject) if each[:3] == quad[:3])
        return [rule.value.rpartition("/")[2] for rule in graphs if isinstance(rule, IRI)]

    @cached_property
    def _reasons(self) -> dict[str, Query]:
        return {query.name: query for query in self._built.catalogue().topic(BECAUSE)}

    @cached_property
    def _store(self) -> Reader:
        graph, build, store, _ = self._built
        # Open the store of a build, or, while that is still to be made in its folder, the
        # columns, and the store only for what these do not answer.
        folder = build.store()
        from hrdgraph.store.store_filling import COLUMNS, is_for_later

        if not is_for_later(folder):
            return store()
        from hrdgraph.sparql import ColumnStore
        from hrdgraph.sparql.prepared_columns import prepare_answers

        return ColumnStore(graph, lambda _: store(), prepare_answers(folder.parent / COLUMNS))

    @cached_property
    def _rules(self) -> ColumnGraph:
        return self._built.build.rules()

    def _of_ledger(self, quad: Quad) -> str:
        """Return the rows that judge one of the two names to be the same as another: one row where
        they were judged together, or a chain; or the file of the IRIs that last, where one of
        them was given for the other."""
        left, right = (self._names_of(term) for term in (quad.subject, quad.object))
        if quad.subject.n3() in right:
            return self._path(self._project.persistent_iris_file)
        about = [row for row in self._judged(left | right) if row.verdict is Verdict.SAME]
        ends = [({f"<{row.left}>", f"<{row.right}>"}, row) for row in about]
        direct = [row for both, row in ends if both & left and both & right]
        rows = direct[-1:] or about
        numbers = (
            f" row{'s' * (len(rows) > 1)} {', '.join(str(row.row) for row in rows)}" if rows else ""
        )
        return self._path(self._project.judgements_file) + numbers

    def _names_of(self, term: Term) -> frozenset[str]:
        """Return an IRI, and, where it is one that lasts, the names that it was given for."""
        return frozenset((term.n3(), *self._kept.get(term.n3(), ())))

    def _of_conflict(self, quad: Quad) -> list[Term]:
        """Return the conflict rules of a statement about claims that contradict each other; of a
        preference, the criterion that decided."""
        if quad.predicate == HRD.conflictAbout:
            return [quad.object]
        if quad.predicate in (HRD.preferredTo, HRD.preferredBecause):
            return self._graph.objects(quad.subject, HRD.preferredBecause)
        if quad.predicate == HRD.disputed:
            ways = (HRD.conflictAbout, HRD.alternativeTo, HRD.claimStatus)
            return next(
                (terms for way in ways if (terms := self._graph.objects(quad.subject, way))), []
            )
        theirs = (
            self._graph.objects(quad.object, HRD.conflictAbout)
            if isinstance(quad.object, IRI)
            else []
        )
        return [
            rule for rule in self._graph.objects(quad.subject, HRD.conflictAbout) if rule in theirs
        ]

    def _concept(self, term: Term) -> str:
        entry = self._ontology.get(term) if isinstance(term, IRI) else None
        return (
            f"{self._ontology.label(entry.iri, self._languages)} ({entry.file})"
            if entry
            else term.n3()
        )

    def _path(self, path: Path) -> str:
        return project_path(path, self._project.root)


def _rule_file(project: Project, name: str) -> Path:
    """Return the file of a derivation."""
    files = [folder / DERIVE / f"{name}.rq" for folder in project.queries_dirs]
    return next((file for file in files if file.is_file()), files[0])


class Heading(str):
    """A line that begins a part: a terminal and a page show it in bold."""


ROWS: Final = 3  # rows shown for one statement that many rows say
_ADDED: Final = {
    "derived": {"fr": "déduit", "es": "deducido"},
    "ontology": {"fr": "ontologie", "es": "ontología"},
}
_OF_LEDGER: Final = re.compile(r"(.+) (rows?) (\d[\d, ]*)")


def lines(explanation: Explanation, base: str, language: str) -> Iterator[str]:
    """Yield the lines of an explanation: the thing, then each claim about it; or a statement, then
    what it was derived from."""
    for place, fact in enumerate(explanation.facts):
        yield from (["", phrase("about-it", language)] if place == 1 else [""] if place else [])
        yield from fact_lines(fact, base, language)
        if place == 0:
            yield from (phrase("also-known-as", language, name=name) for name in explanation.names)
    for place, fact in enumerate(explanation.grounds):
        yield from [""] if place else ["", phrase("derived-from", language)]
        yield from fact_lines(fact, base, language)
    if not explanation.grounds:
        derived = [
            each.quad
            for fact in explanation.facts
            for each in fact.statements
            if each.derived_by and each.quad.predicate not in _OF_IDENTITY  # whose rows are shown
        ]
        if derived:
            parts = (
                short(term.value, base) if isinstance(term, IRI) else term.n3()
                for term in derived[0][:3]
            )
            yield from ("", phrase("explain-derived", language, parts=shlex.join(parts)))


def fact_lines(fact: ExplainedNode, base: str, language: str) -> Iterator[str]:
    """Yield the lines of one fact: its statements with their rows and rules, its passages, and
    where it stands."""
    named = fact.label != fact.node.value
    yield Heading(
        (fact.label if named else fact.kind or phrase("word-thing", language))
        + (f"  ({fact.kind})" if named and fact.kind else "")
    )
    yield f"  {fact.node.value}"
    traced = [trace.rows for statement in fact.statements for trace in statement.traces]
    rows = ", ".join(dict.fromkeys(_rows(each, language) for each in traced[:ROWS]))
    for statement in fact.statements:
        yield from _statement(statement, base, language, rows)
    for passage in fact.passages:
        yield from _passage(passage, language)
    if fact.standing:
        text, count = "publishers-independent", fact.standing.publishers
        by_heading = {
            "status": ", ".join(fact.standing.status),
            "evidence": ", ".join(
                _count_passages(status, count, language)
                for status, count in fact.standing.evidence.items()
            ),
            "said by": "" if count is None else phrase(text, language, count=count),
            "sources disagree about": ", ".join(fact.standing.about),
            "preferred": ", ".join(fact.standing.because),
            "visibility": visibility_line(fact.standing.visibility, language),
        }
        yield from (
            "  " + phrase("name-value", language, name=word(name, language), value=text)
            for name, text in by_heading.items()
            if text
        )
        for other in fact.standing.alternatives:
            against = phrase("contradicted-by", language, other=other.node.value.removeprefix(base))
            yield (
                phrase("name-value", language, name=against, value=", ".join(other.about))
                if other.about
                else against
            )
        for row in fact.standing.judgements:
            yield phrase("judged-line", language, row=row.describe(language))


def _count_passages(status: str, count: int, language: str) -> str:
    """Tell how many passages have a status, which the graph names in the language."""
    name = phrase("not-held-against-snapshot", language) if status == NOT_HELD else status
    return f"{name} ({count})"


def visibility_line(visibility: ClaimVisibility, language: str) -> str:
    """Tell who may see a claim, the rule that says so, and what set it."""
    level, rule, place = visibility
    file, _, column = place.removesuffix("'").partition(", column '")
    place = f"{file}, {phrase('place-column', language, column=column)}" if column else place
    why = phrase("joint-semicolon", language).join(filter(None, (render(rule, language), place)))
    return " – ".join(filter(None, (phrase(f"word-{level}", language), why)))


def render_source(name: str, language: str) -> str:
    """Return the name of a source; of what the build adds, what it is called in the language."""
    return _ADDED.get(name, {}).get(language, name)


def _statement(statement: Statement, base: str, language: str, of: str = "") -> Iterator[str]:
    """Yield the lines of a statement of a fact, which is `of` these rows."""
    value = statement.object_label.removeprefix(base)
    source = render_source(statement.source, language)
    yield (
        "  "
        + phrase("name-value", language, name=statement.predicate_label, value=value)
        + f"   [{source}]"
    )
    for trace in statement.traces[:ROWS]:
        yield from trace_lines(trace, language)
    if len(statement.traces) > ROWS:
        yield f"      … {phrase('and-more', language, count=len(statement.traces) - ROWS)}"
    if statement.derived_by:
        yield phrase(
            "derived-by",
            language,
            rules=", ".join(_rule(rule, language, of) for rule in statement.derived_by),
        )


def _rule(rule: str, language: str, of: str) -> str:
    """Return the rule that derived a statement; of the ledger, its rows; of the kinds of facts,
    the rows of the fact."""
    rows = _OF_LEDGER.fullmatch(rule)
    if rows is None:
        return f"{of} ({rule})" if of and rule == _KINDS else rule
    return phrase(
        "place-file-row", language, file=rows[1], rows=rows[3], count=1 if rows[2] == "row" else 2
    )  # fmt: skip


def trace_lines(trace: Trace, language: str) -> Iterator[str]:
    """Yield the rows, cells and rule of one way in which a statement was made."""
    rows = _rows(trace.rows, language)
    cells = ", ".join(f"{cell.origin.column} = {_short(cell.value)}" for cell in trace.cells)
    line = " " + phrase("place-line", language, line=trace.rule.line) if trace.rule.line else ""
    yield "      " + (phrase("name-value", language, name=rows, value=cells) if cells else rows)
    yield phrase(
        "by-rule", language, rule=f"{trace.rule.file}{line} {trace.rule.node or ''}".strip()
    )


def _rows(rows: Iterable[Origin], language: str) -> str:
    files = ((f"{row.file} {row.part or ''}".strip(), row.row) for row in rows)
    return ", ".join(phrase("place-file-row", language, file=file, rows=row) for file, row in files)


def _passage(passage: Passage, language: str) -> Iterator[str]:
    place = (
        ""
        if passage.start is None
        else phrase("characters-from-to", language, start=passage.start, end=passage.end)
    )
    publisher = f" ({passage.publisher})" if passage.publisher else ""
    document = f"{passage.title or passage.document}{publisher}{place}"
    yield "  " + phrase(
        "name-value", language, name=phrase("word-source", language), value=document
    )
    yield f"      {passage.document}"
    if passage.words is not None:
        yield f"      “{passage.words.strip()}”"
    elif passage.digest:
        yield phrase("words-not-at-hand", language, digest=passage.digest[:12])


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


WHOLE: Final = 60  # lines of an explanation that is shown whole: more do not fit a screen
FIRST: Final = 5  # facts of one kind that are shown
# claims of one kind that are looked at: each takes three lines at least, so more are never shown
# whole
ENOUGH: Final = WHOLE // 3
_TOLD_FIRST: Final = ("object", "kind", "subject", "part", "agent", "", "place", "time", "witness")


def short_lines(explanation: Explained, base: str, language: str) -> Iterator[str]:
    """Yield the lines of the page; a claim that was asked for is told in full."""
    thing, *claims = explanation.facts
    yield from (
        fact_lines(thing, base, language)
        if thing.is_claim
        else _thing(thing, explanation.names, base, language)
    )
    for kind, count in _kinds(explanation):
        name, value = kind or phrase("word-other", language), number(count, language)
        yield from ("", Heading(phrase("name-value", language, name=name, value=value)))
        for fact in [claim for claim in claims if claim.kind == kind][:FIRST]:
            yield f"  {_telling(fact, explanation, base)}{_marks(fact, language)}"
            yield f"      {fact.node.value.removeprefix(base)}"
        if count > FIRST:
            yield f"  … {phrase('and-more', language, count=count - FIRST)}"
    shown = Counter(claim.standing.visibility for claim in explanation.facts[1:] if claim.standing)
    for (_, who), count in explanation.untold.items():
        shown[who] += count
    counts = Counter[str]()
    for who, count in shown.items():
        counts[visibility_line(who, language)] += count
    del counts[""]
    if counts:
        yield ""
        yield Heading(phrase("who-may-see", language))
        yield from (
            f"  {words}   ({number(count, language)})" for words, count in counts.most_common()
        )


def _thing(thing: ExplainedNode, names: Iterable[str], base: str, language: str) -> Iterator[str]:
    named = thing.label != thing.node.value
    yield Heading(
        (thing.label if named else thing.kind)
        + (f"  ({thing.kind})" if named and thing.kind else "")
    )
    yield f"  {thing.node.value}"
    yield from (phrase("also-known-as", language, name=name) for name in names)
    sources: dict[tuple[str, str], list[str]] = {}
    for statement in thing.statements:
        cited = sources.setdefault(
            (statement.predicate_label, statement.object_label.removeprefix(base)), []
        )
        source = render_source(statement.source, language)
        cited += [source] if source not in cited else []
    yield from (
        f"  {phrase('name-value', language, name=name, value=value)}   [{', '.join(where)}]"
        for (name, value), where in sources.items()
    )
    if thing.standing and thing.standing.judgements:
        yield phrase("named-in-judgements", language, count=len(thing.standing.judgements))


def _kinds(explanation: Explanation) -> list[tuple[str, int]]:
    """Count the claims of each kind, the most first."""
    counts = Counter(claim.kind for claim in explanation.facts[1:])
    for (kind, _), count in explanation.untold.items():
        counts[kind] += count
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _telling(fact: ExplainedNode, of: Explained, base: str) -> str:
    values: dict[IRI, list[str]] = {}
    for statement in fact.statements:
        if statement.quad.object != of.thing and statement.object_label not in values.setdefault(
            statement.quad.predicate, []
        ):
            values[statement.quad.predicate].append(statement.object_label.removeprefix(base))
    texts = dict.fromkeys(text for each in of.telling for text in values.get(each, ()))
    # what stands there as a thing is not said once more in words, as in "Genève (fr)"
    return ", ".join(
        text for text in texts if text.rpartition(" (")[0] not in texts
    ) or fact.label.removeprefix(base)


def _marks(fact: ExplainedNode, language: str) -> str:
    """Status, publishers and conflicts, where there is more to tell than that a source asserts
    it, and whether it was only planned."""
    standing = fact.standing
    if standing is None:
        return ""
    marks = [
        item.predicate_label
        for item in fact.statements
        if item.quad.predicate == HRD.planned and item.object_label == "true"
    ]
    marks += (
        [phrase("word-publishers-n", language, count=standing.publishers)]
        if standing.publishers and standing.publishers > 1
        else []
    )
    if standing.alternatives:
        marks.append(
            phrase(
                "word-contradicted-preferred" if standing.because else "word-contradicted", language
            )
        )
    words = [*standing.status, *marks]
    return f"   ({phrase('joint-semicolon', language).join(words)})" if words else ""


_FACTS: Final = "facts-tell-all"


@dataclass(frozen=True)
class Explained(Explanation):
    """What is said of a thing or a triple, and where each statement comes from. `str()` and
    notebooks show it in `language`."""

    base: str = ""
    language: str = "en"
    asked: str = ""
    telling: tuple[IRI, ...] = ()

    @classmethod
    def of(
        cls, whole: Explanation, kinds: Iterable[Kind], *, base: str, language: str, asked: str
    ) -> Self:
        """Return an explanation with what is needed to print it."""
        attributes = [item for kind in kinds if kind.is_claim for item in kind.attributes]
        attributes.sort(key=lambda item: _TOLD_FIRST.index(item.role))
        telling = [
            item.predicate for item in attributes if item.predicate and item.type != "yes-no"
        ]
        return cls(
            **{field.name: getattr(whole, field.name) for field in fields(Explanation)}, base=base,
            language=language, asked=asked, telling=tuple(dict.fromkeys(telling)),
        )  # fmt: skip

    def lines(self, *, full: bool = False) -> list[str]:
        """Return the lines of the text: all of them, or a summary of what is longer than a screen.
        Headings are of the class `Heading`."""
        if self.is_short or (full and not self.untold):
            return list(self._whole)
        count = len(self.facts) + sum(self.untold.values())
        return [
            *short_lines(self, self.base, self.language),
            "",
            phrase(_FACTS, self.language, count=count, asked=self.asked),
        ]

    @property
    def is_short(self) -> bool:
        """Tell whether all of the text is shown unless one asks for less."""
        return not self.untold and (len(self._whole) <= WHOLE or len(self.facts) == 1)

    @cached_property
    def _whole(self) -> tuple[str, ...]:
        return tuple(lines(self, self.base, self.language))

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        return f"<pre>{_mark_headings(self.lines())}</pre>"


def _mark_headings(shown: Sequence[str]) -> str:
    return "\n".join(
        f"<strong>{escape(line)}</strong>" if isinstance(line, Heading) else escape(line)
        for line in shown
    )
