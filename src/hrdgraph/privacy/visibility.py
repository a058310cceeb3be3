"""A graph with everything in it into the graph that may be published. The one place that decides
this.

A statement is withheld when
 withdrawn  it is about or points at a thing that was taken down;
 property   its predicate is not public (hrd:defaultVisibility), or is a sub-property, equivalent
 or inverse of one that is not;
 source     its named graph is not public;
 column     a rule made it that reads a table or column that is not public;
 kept       it names somebody whom a row of its source keeps back, or whom a row of another source
 does and about whom nobody has answered yet;
 risk       it is about a person at risk, and in no conferral of a public award list;
 unlisted   it is said of a person, of a claim, or of what may be a person, by a property (or
 names a class) that neither the ontology
            nor the project names as public;
 place      it says exactly where a living person is or was (hrd:livingVisibility);
 claim      it is about a withheld node: one whose hrd:visibility is not public, or one that
 means nothing without such a node:
            a claim that names a withheld person or thing, a reified statement with a withheld
            part, a claim without evidence, an event without acts left, a ceremony or
            announcement without a conferral left, evidence without its document;
 mention    it points at a withheld node, or is the plain statement beside a withheld reified one;
 orphan     it is about or points at a node that only withheld statements speak of, under the
 name that they give it;
 words      it tells which words of a document say something withheld, or repeats them, or their
 digest;
 name       its words hold the name of a thing that was taken down;
 derived    it was derived while anything was withheld: no rule can tell what a count or a
 shortcut was made from, so derive from
            what is published, never before.
Whatever is not plainly public is withheld: an unknown or misspelt visibility too, and of two the
stricter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from operator import or_
from types import MappingProxyType
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.identity.names.words import is_unspaced
from hrdgraph.mapping.facts.layout import part_properties
from hrdgraph.privacy.kept_back import KeptBack, NamePatterns, Surroundings, find_kept_back
from hrdgraph.privacy.levels import Level, Policy
from hrdgraph.privacy.node_kinds import (
    PERSONS,
    Missing,
    Unlisted,
    count_missing,
    find_at_risk,
    find_unlisted,
    mark_claims,
    mark_exact_places,
    mark_independent,
    mark_instances,
)
from hrdgraph.privacy.shadow_graphs import (
    find_hiding_place,
    fold_shadows,
    home_of,
    mark_equal_quads,
)
from hrdgraph.privacy.withdrawn_names import collect_own_names, mark_in_words, split_words
from hrdgraph.rdf import IRI, ColumnGraph, Quad
from hrdgraph.rdf.graph import COLUMNS
from hrdgraph.rdf.marks import Columns, as_one, beginning, find, key_of, mark_terms
from hrdgraph.vocab import DCTERMS, HRD, HRDV, OA, OWL, RDF, RDFS

# A node that loses every one of these means nothing any more: evidence without its document, a
# picture without its event; or without its parts: an event without its acts, an allegation without
# the act.
_NEEDED = (OA.hasSource, OA.hasSelector, HRD.takenAt, HRD.evidence)
_PART = HRDV["claim-role/part"]


def add_their_claims(
    graph: ColumnGraph, columns: Columns, told: Columns, marked: pl.Series, is_claim: pl.Series
) -> pl.Series:
    """Mark, until nothing changes, the nodes too that `said` (what could be public otherwise)
    cannot say without the marked ones. `told` is the same with the statements that are private by
    themselves."""
    awarded = told.objects(told.having("p", find(graph, (HRD.edition,))))
    while True:
        lost = columns.having("o", marked)
        grown = (
            marked
            | _find_parties(graph, columns, lost, is_claim)
            | find_torn(graph, columns, lost, ~lost, is_claim)
            | _find_idle_events(graph, columns, awarded, marked)
        )
        if grown.sum() == marked.sum():
            return marked
        marked = grown


def _find_parties(
    graph: ColumnGraph, columns: Columns, lost: pl.Series, is_claim: pl.Series
) -> pl.Series:
    """Mark the claims that name a withheld person or thing. That a claim names a withheld claim
    (its alternative, what it came after) does not withhold it, nor does one piece of evidence of
    several."""
    is_proof = columns.having("p", find(graph, (HRD.evidence,)))
    about_things = lost & ~columns.having("o", is_claim) & ~is_proof
    return columns.subjects(about_things & columns.having("s", is_claim))


def find_torn(
    graph: ColumnGraph, columns: Columns, lost: pl.Series, left: pl.Series, is_claim: pl.Series
) -> pl.Series:
    """Mark the nodes that lose by a statement what they cannot be without: a reified statement any
    of its parts, a claim its last evidence, an event its last act, evidence its document."""
    is_part = columns.having("p", find(graph, (RDF.subject, RDF.predicate, RDF.object)))
    torn = columns.subjects(lost & is_part)
    own = (IRI(s[1:-1]) for s in graph.where(p=HRD.claimRole, o=_PART).text()["s"])
    for predicate in dict.fromkeys((*_NEEDED, *part_properties(), *own)):
        uses = columns.having("p", find(graph, (predicate,)))
        emptied = columns.subjects(uses & lost) & ~columns.subjects(uses & left)
        torn = torn | (emptied & is_claim if predicate == HRD.evidence else emptied)
    return torn


def _find_cases_of_nobody(
    graph: ColumnGraph, columns: Columns, lost: pl.Series, left: pl.Series
) -> pl.Series:
    """Mark the cases before courts that lose the last of whom and what they are about."""
    parties = (HRD.accused, HRD.accusedText, HRD.complainant, HRD.aboutAct)
    about = columns.having("p", find(graph, parties))
    return columns.subjects(about & lost) & ~columns.subjects(about & left)


def _find_idle_events(
    graph: ColumnGraph, columns: Columns, awarded: pl.Series, marked: pl.Series
) -> pl.Series:
    """Mark announcements and ceremonies of editions that were awarded, and of which no conferral
    stays: they would tell that, when and where."""
    stays = columns.objects(
        columns.having("p", find(graph, (HRD.edition,))) & ~columns.having("s", marked)
    )
    events = columns.having("p", find(graph, (HRD.eventOf,)))
    without = columns.having("o", awarded & ~stays)
    return columns.subjects(events & without) & ~columns.subjects(events & ~without)


def find_orphans(
    graph: ColumnGraph, told: Columns, hidden: pl.Series, seeds: pl.Series, skipped: pl.Series
) -> pl.Series:
    """Mark the nodes that only withheld statements speak of.

    `told` are the statements of public graphs, of which the `hidden` are withheld already; `seeds`
    are terms to start from, and `skipped` marks statements that are not followed. What can be
    reached from a seed goes unless something that stands on its own still leads to it. A graph of
    which nothing is withheld is published as it is, so all that it describes stands."""
    touched = told.only(~skipped).reach(seeds) & ~beginning(graph, '"')
    rest = told.only(~hidden)
    described_whole = rest.subjects(rest.having("g", ~told.mark(told.g.filter(hidden))))
    own = described_whole | mark_independent(graph, told) | rest.mark(rest.g) | rest.mark(rest.p)
    return touched & ~rest.reach(own | rest.subjects(~rest.having("s", touched)))


_WORDS: Final = (OA.hasSelector, HRD.quoteDigest, OA.exact, OA["prefix"], OA.suffix)


def mark_words_of_evidence(
    graph: ColumnGraph, columns: Columns, private: pl.Series, told: pl.Series, more: frozenset[str],
    rooms: pl.Series,
) -> pl.Series:  # fmt: skip
    """Mark the words behind a thing of which a statement of the same source is private: its
    evidence cites the row whole. So for `more` evidence nodes. The document is still named; a
    digest of few words goes too, since all that they may be can be tried."""
    proofs = told & columns.having("p", find(graph, (HRD.evidence,)))
    if not ((private.any() and proofs.any()) or more):
        return private & False
    quads = graph.quads.select("s", "o", g=rooms.gather(graph.quads["g"]))
    spoken = quads.filter(private).select("s", "g").unique()
    cited = quads.filter(proofs).join(spoken, on=["s", "g"], how="semi")["o"]
    evidence, selecting = columns.mark(cited), columns.having("p", find(graph, (OA.hasSelector,)))
    evidence = evidence | graph.terms.is_in(list(more)) if more else evidence
    of_these = columns.having("s", evidence)
    selectors = columns.objects(selecting & of_these) & ~columns.objects(selecting & ~of_these)
    return (of_these & columns.having("p", find(graph, _WORDS))) | columns.having("s", selectors)


REASONS: Final = (
    "withdrawn", "property", "source", "column", "kept", "risk", "unlisted", "place", "claim",
    "mention", "orphan", "words", "name", "derived",
)  # fmt: skip
ALWAYS: Final = {HRD.atRisk: "withheld"}  # that somebody is at risk is never told
_PARTS: Final = (("s", RDF.subject), ("p", RDF.predicate), ("o", RDF.object))


def reasons_of(
    graph: ColumnGraph, by_column: pl.Series, policy: Policy
) -> tuple[dict[str, pl.Series], KeptBack | None]:
    """Mark the quads that each reason hides; `by_column` are those that a hidden table or column
    made. With it, who is kept back, if anybody is."""
    own, place = Columns.of(graph), as_one(graph, policy.joined)
    # in the order of the statements, which the marks follow, and no longer sorted: so nothing here
    # may look by subject (`where`)
    renamed = (place.gather(graph.quads[name]).alias(name) for name in COLUMNS)
    graph = ColumnGraph(graph.terms, graph.quads.select(renamed))
    rooms = as_one(graph, policy.rooms)
    columns, by_column = Columns.of(graph), mark_equal_quads(graph, by_column, rooms)
    is_claim = mark_claims(graph, columns)
    gone, sources = find(graph, policy.withdrawn), find(graph, policy.list_hidden(policy.graphs))
    properties = _mark_properties(
        graph, columns, HRD.defaultVisibility, policy,
        policy.list_hidden({**policy.properties, **ALWAYS}),
    )  # fmt: skip
    by_property, by_source = columns.having("p", properties), columns.having("g", sources)
    reasons = {"property": by_property, "source": by_source, "column": by_column}
    names = columns.g.unique()
    is_derived = graph.terms.gather(names).str.ends_with("/derived>")
    derived = columns.having("g", columns.mark(names.filter(is_derived)))
    told = ~(reasons["source"] | derived)
    if policy.withdrawn:
        gone = _add_evidence(graph, columns, told, gone, is_claim, policy)
    marked = _mark_annotated(graph, columns, HRD.visibility, policy) | sources | gone
    around = Surroundings(graph, columns, own, place, rooms, told, is_claim, marked)
    kept = find_kept_back(around, policy)
    reasons["kept"] = columns.having("s", columns.none) if kept is None else kept.quads
    marked = marked if kept is None else marked | kept.nodes
    risk = find_at_risk(graph, columns, told, marked, is_claim, policy.award_lists)
    reasons["risk"] = columns.having("s", columns.none) if risk is None else risk.quads
    marked = marked if risk is None else marked | risk.nodes
    unlisted = _find_unlisted(graph, columns, is_claim, policy)
    reasons["unlisted"] = unlisted.quads
    chosen = by_column | reasons["kept"] | reasons["risk"]
    remarks = columns.having("p", find(graph, (HRD.note,))) & ~chosen
    private = reasons["property"] | chosen | unlisted.quads
    around = replace(around, hidden=marked)
    reasons |= _find_reasons_of_nodes(around, private, remarks, unlisted, properties, policy)
    reasons["withdrawn"] = reduce(
        or_, (columns.having(name, gone) for name in ("s", "p", "o", "g"))
    )
    reasons["name"] = (
        mark_in_words(graph, columns, gone, policy.withdrawn_names) & told
        if policy.withdrawn
        else reasons["withdrawn"]
    )
    hidden = reduce(or_, reasons.values())
    reasons["derived"] = derived if hidden.any() else derived & False
    return reasons, kept


def _mark_in_addresses(
    graph: ColumnGraph, columns: Columns, things: pl.Series, known: Iterable[str] = ()
) -> pl.Series:
    """Mark the web addresses that hold a name of one of the things, or one `known` of them, of
    more than one word, in whatever order and spelling: of documents, and of what nothing else is
    told; an award named after a person stays."""
    patterns = NamePatterns(
        name
        for name in collect_own_names(graph, columns, things, known).names
        if len(split_words(name)) > 1 or is_unspaced(name)
    )
    documents = columns.objects(columns.having("p", find(graph, (OA.hasSource,))))
    typed = columns.subjects(columns.having("p", find(graph, (RDF.type,)))) & ~documents
    used = columns.mark(columns.s) | columns.mark(columns.o)
    addresses = used & ~typed & ~columns.mark(columns.g) & graph.terms.str.starts_with("<")
    places = addresses.arg_true()
    return columns.mark(places.filter(patterns.is_in(graph.terms.gather(places))))


def _add_evidence(
    graph: ColumnGraph, columns: Columns, told: pl.Series, gone: pl.Series, is_claim: pl.Series,
    policy: Policy,
) -> pl.Series:  # fmt: skip
    """Add to the things that were taken down the addresses that hold their names, and the evidence
    of what is said of them: of others too (the party in the same row), unless a claim or another
    person has it as well."""
    gone = gone | _mark_in_addresses(graph, columns, gone, policy.withdrawn_names)
    public = columns.only(told)
    theirs = add_their_claims(graph, public, public, gone, is_claim)
    other_things = (is_claim | mark_instances(graph, columns, PERSONS)) & ~theirs
    proofs = told & columns.having("p", find(graph, (HRD.evidence,)))
    cited, kept = (
        columns.objects(proofs & columns.having("s", side)) for side in (theirs, other_things)
    )
    return gone | (cited & ~kept)


def _find_reasons_of_nodes(
    around: Surroundings, private: pl.Series, remarks: pl.Series, unlisted: Unlisted,
    properties: pl.Series, policy: Policy,
) -> dict[str, pl.Series]:  # fmt: skip
    """Mark what goes with nodes that go, and with the statements that are `private` by themselves,
    whoever they are about. `remarks` are those of who recorded a fact, which are no words of its
    source."""
    graph, columns, told, is_claim = around.graph, around.columns, around.told, around.is_claim
    public = told & ~private
    predicates = columns.having("p", find(graph, (RDF.predicate,)))
    reified = columns.subjects(predicates & columns.having("o", properties))
    attributes = reified | unlisted.reified
    attributes = attributes | find_torn(graph, columns, told & private, public, is_claim)
    kept, marked = columns.only(public), around.hidden | attributes
    nodes = add_their_claims(graph, kept, columns.only(told), marked, is_claim)
    by_claim = reduce(or_, (columns.having(name, nodes) for name in ("s", "p", "g")))
    by_mention = columns.having("o", nodes) | _mark_plain_statements(graph, columns, nodes)
    seen = public & ~(by_claim | by_mention)
    living = _mark_properties(graph, columns, HRD.livingVisibility, policy)
    by_place = told & mark_exact_places(graph, columns, seen, is_claim, living, unlisted.persons)
    private = private | by_place
    cases = _find_cases_of_nobody(graph, columns, told & private, told & ~private) & is_claim
    by_claim = by_claim | reduce(or_, (columns.having(name, cases) for name in ("s", "p", "g")))
    by_mention = by_mention | columns.having("o", cases)
    gone = private | by_claim | by_mention
    orphaned = _find_orphans(around, gone, private, nodes, attributes & ~around.hidden)
    return {
        "place": by_place,
        "claim": by_claim,
        "mention": by_mention,
        "orphan": around.own.having("s", orphaned) | around.own.having("o", orphaned),
        "words": mark_words_of_evidence(
            graph, columns, told & private & ~remarks, told, policy.wordless, around.rooms
        ),
    }


def _mark_properties(
    graph: ColumnGraph, columns: Columns, annotation: IRI, policy: Policy, given: Iterable[IRI] = ()
) -> pl.Series:
    """Mark the properties that are not shown, for they are `given` or the graph itself says so with
    an annotation; with their sub-properties, equivalents and inverses."""
    annotated = _mark_annotated(graph, columns, annotation, policy)
    marked = _add_spellings(graph, columns, find(graph, given) | annotated)
    below = columns.only(columns.having("p", find(graph, (RDFS.subPropertyOf,))))
    twins = columns.only(columns.having("p", find(graph, (OWL.equivalentProperty, OWL.inverseOf))))
    tied = replace(
        columns, s=pl.concat([below.o, twins.s, twins.o]), o=pl.concat([below.s, twins.o, twins.s])
    )
    return tied.reach(marked)


def _find_unlisted(
    graph: ColumnGraph, columns: Columns, is_claim: pl.Series, policy: Policy
) -> Unlisted:
    if policy.allowed_of_persons is None:
        return Unlisted(columns.having("s", columns.none), columns.none, columns.none)
    return find_unlisted(
        graph, columns, is_claim, policy.allowed_of_persons, find(graph, policy.trusted)
    )


def _add_spellings(graph: ColumnGraph, columns: Columns, properties: pl.Series) -> pl.Series:
    """Add the properties that differ from one of these only in how their namespace is written."""
    tied = columns.having(
        "p", find(graph, (RDF.predicate, RDFS.subPropertyOf, OWL.equivalentProperty, OWL.inverseOf))
    )
    candidates = pl.concat([columns.p.unique(), columns.o.filter(tied), columns.s.filter(tied)])
    keys = {key_of(text[1:-1]) for text in graph.terms.filter(properties)}
    return properties | mark_terms(graph, candidates, keys)


def _mark_annotated(
    graph: ColumnGraph, columns: Columns, annotation: IRI, policy: Policy
) -> pl.Series:
    """Mark the nodes of which the graph itself says, with this annotation, that they are not shown;
    it does not matter in which named graph."""
    annotated_rows = columns.having("p", find(graph, (annotation,)))
    shown = find(graph, (level.concept for level in Level if level <= policy.shown))
    return columns.subjects(annotated_rows & ~columns.having("o", shown))


def _mark_plain_statements(graph: ColumnGraph, columns: Columns, nodes: pl.Series) -> pl.Series:
    """Mark the plain statements that withheld reified statements state, unless a public one states
    them too."""
    subjects, predicates, objects = (
        columns.only(columns.having("p", find(graph, (term,)))) for _, term in _PARTS
    )
    stated = pl.DataFrame({"claim": subjects.s, "s": subjects.o})
    for name, part in (("p", predicates), ("o", objects)):
        stated = stated.join(pl.DataFrame({"claim": part.s, name: part.o}), on="claim")
    secret = nodes.gather(stated["claim"])
    only_secret = stated.filter(secret).join(stated.filter(~secret), on=["s", "p", "o"], how="anti")
    quads = graph.quads.with_row_index("quad").join(only_secret, on=["s", "p", "o"], how="semi")[
        "quad"
    ]
    mark = pl.repeat(False, len(graph), dtype=pl.Boolean, eager=True)
    return mark.scatter(quads, True) if len(quads) else mark


def _find_orphans(
    around: Surroundings, gone: pl.Series, private: pl.Series, nodes: pl.Series,
    attributes: pl.Series,
) -> pl.Series:  # fmt: skip
    """Mark the nodes that only withheld statements speak of, the unsaid values of withheld
    properties among them, in the names of the sources: that the thing has a public name too does
    not make this one public. A withheld attribute does not make an orphan of the thing that it is
    of. `gone` and `private` are marks on quads, `nodes` and `attributes` on terms."""
    graph, columns, told = around.graph, around.own, around.told
    nodes, attributes = nodes.gather(around.place), attributes.gather(around.place)
    is_subject = columns.having("p", find(graph, (RDF.subject,)))
    attribute_of = columns.having("s", attributes) & is_subject
    evidence = columns.having("p", find(graph, (HRD.evidence,))) & told
    lost = columns.having("o", nodes)
    unproved = columns.subjects(evidence & lost) & ~columns.subjects(evidence & ~lost)
    seeds = nodes | columns.objects(private & told) | unproved
    return find_orphans(
        graph, columns.only(told), gone.filter(told), seeds, attribute_of.filter(told)
    )


# for each reason, the quads of the graph that it hides
Marks = tuple[ColumnGraph, Mapping[str, pl.Series]]


@dataclass(frozen=True)
class VisibilityDecision:
    """Who may see a statement, the rule that says so, and the place that set
    it: a file with its table and column, or the term (N-Triples text) that the rule looked at;
    "" for the default."""

    level: Level
    rule: str
    place: str = ""

    @property
    def why(self) -> Message:
        """Return the rule in words."""
        return Message(f"reason-{self.rule}")


@dataclass(frozen=True, eq=False)
class VisibilityDecisions:
    """Decisions on every statement of a graph that nothing was taken out of."""

    graph: ColumnGraph
    policy: Policy

    def of(self, quad: Quad) -> VisibilityDecision | None:
        """Return the decision on one statement, None where the graph does not hold it."""
        whole, marks = self._public_marks
        place = whole.row_of(quad)
        if place is None:
            return None
        rule = next((name for name in REASONS if marks[name][place]), "")
        if not rule:
            return self._public(quad)
        shown, hidden = self._restricted_marks
        at = shown.row_of(quad)
        is_hidden = at is None or any(bool(mark[at]) for mark in hidden.values())
        level = Level.WITHHELD if is_hidden else Level.RESTRICTED
        return VisibilityDecision(level, rule, self._find_place(rule, quad))

    def of_thing(self, thing: IRI) -> VisibilityDecision | None:
        """Return the strictest decision on what is said of a thing, the first of several; None
        where nothing is."""
        quads = self.graph.about(thing)
        whole, _ = self._public_marks
        place = whole.position(thing) if quads else None
        # so each statement is; most claims are
        if place is not None and not self._hidden[whole.rows_of(place)].any():
            return self._public(_take_home(quads[0]))
        return max(
            filter(None, (self.of(_take_home(quad)) for quad in quads)),
            key=lambda decision: decision.level,
            default=None,
        )

    @cached_property
    def _public_marks(self) -> Marks:
        return self._marks(Level.PUBLIC)

    @cached_property
    def _restricted_marks(self) -> Marks:
        return self._marks(Level.RESTRICTED)

    def _marks(self, level: Level) -> Marks:
        whole, hidden = fold_shadows(self.graph, level)
        return whole, reasons_of(whole, hidden, replace(self.policy, shown=level))[0]

    @cached_property
    def _hidden(self) -> pl.Series:
        """Mark what is not public, whatever the reason."""
        return reduce(or_, self._public_marks[1].values())

    def _public(self, quad: Quad) -> VisibilityDecision:
        levels = self.graph.objects(quad.subject, HRD.visibility)
        graph = quad.graph
        place = next((where for name, where in self.policy.places.items() if name == graph), "")
        return (
            VisibilityDecision(Level.PUBLIC, "said", quad.subject.n3())
            if levels
            else VisibilityDecision(Level.PUBLIC, "default", place)
        )

    def _find_place(self, rule: str, quad: Quad) -> str:
        """Return what the rule looked at."""
        if rule == "column":
            return find_hiding_place(self.graph, quad)
        if rule in ("source", "derived"):
            return next(
                (where for name, where in self.policy.places.items() if name == quad.graph),
                quad.graph.n3() if quad.graph else "",
            )
        if rule in ("property", "place"):
            return quad.predicate.n3()
        if rule in ("mention", "name"):
            return quad.object.n3()
        return quad.subject.n3()


def _take_home(quad: Quad) -> Quad:
    """Return the statement in the graph that it belongs to, if it is in a shadow."""
    return quad._replace(graph=home_of(quad.graph)) if isinstance(quad.graph, IRI) else quad


_OPEN: Final = Policy()


@dataclass(frozen=True, eq=False)
class Published:
    """What may be published, and how many quads were withheld for which reason. No term is in
    the dictionary of `graph` that a published quad does not use. The counts, and the properties
    and classes that are said of persons and are not named as public (`missing`), are for whoever
    builds: published, they would say that there is more. So are the subjects (`exact`, N-Triples
    texts) of which a public column says too much of somebody living, and the people who are `kept`
    back.
    """

    graph: ColumnGraph
    withheld: Mapping[str, int]
    missing: tuple[Missing, ...] = ()
    exact: frozenset[str] = field(default=frozenset(), repr=False)
    kept: KeptBack | None = field(default=None, repr=False)


def publish_graph(graph: ColumnGraph, policy: Policy = _OPEN) -> Published:
    """Take out all that is above what the policy shows: all that is not public, unless it says
    otherwise.

    What the graph itself says of its properties counts as well. Derived statements are those of a
    graph whose IRI ends in `/derived`. The graph is in the names of its sources, and so is what is
    published: only so can we see which of the names of one thing (`policy.joined`) nothing public
    gives it."""
    whole, hidden = fold_shadows(graph, policy.shown)
    reasons, kept = reasons_of(whole, hidden, policy)
    withheld, counts = pl.repeat(False, len(whole), dtype=pl.Boolean, eager=True), {}
    missing: tuple[Missing, ...] = ()
    for name in REASONS:
        if name == "unlisted":
            missing = count_missing(whole, reasons[name] & ~withheld)
        counts[name] = int((reasons[name] & ~withheld).sum())
        withheld = withheld | reasons[name]
    withheld_counts = {name: count for name, count in counts.items() if count}
    # no text of what is withheld stays in the dictionary
    shown = ColumnGraph(whole.terms, whole.quads.filter(~withheld)).trim()
    exact = whole.quads["s"].filter(reasons["place"] & ~reasons["column"]).unique()
    subjects = frozenset(whole.terms.gather(exact))
    return Published(shown, MappingProxyType(withheld_counts), missing, subjects, kept)


Clusters = tuple[tuple[str, ...], ...]
_PLACE: Final = ("node", "g")


def remove_things(
    graph: ColumnGraph, names: Iterable[str], clusters: Clusters, called: Iterable[str] = ()
) -> ColumnGraph:
    """Take out the things of these names, all that only told of them or says in words what they
    were `called`, and all that was derived except the former names of what is left. `clusters`
    are the sets of names that are one thing.

    A build takes out a thing by the same rules, which ask how each source calls it. A built graph
    has one name for it, so more goes here: where nothing that a source says leads to a thing any
    more, all that this source says of it goes too, and if several sources say something of that
    thing, so that this one may have given it its name, all that any says."""
    gone, words = frozenset(names), tuple(called)
    while True:
        shown, lonely = _remove(
            graph,
            Policy(withdrawn=frozenset(map(IRI, gone)), joined=clusters, withdrawn_names=words),
        )
        more = {name for names in clusters if lonely & set(names) for name in names}
        if more <= gone:
            return _add_former_names(shown, graph, gone | lonely)
        gone |= more


def _remove(graph: ColumnGraph, policy: Policy) -> tuple[ColumnGraph, frozenset[str]]:
    """Return what is left, and the names of what some source no longer leads to."""
    whole = graph.text().filter(~_is_derived())
    shown = publish_graph(graph, policy).graph.text().filter(~_is_derived())
    lost, lonely = whole.join(shown, on=whole.columns, how="anti", nulls_equal=True), set[str]()
    while not lost.is_empty():
        dead = _targets(lost).join(_targets(shown), on=_PLACE, how="anti", nulls_equal=True)
        lonely |= {text[1:-1] for text in dead["node"] if text.startswith("<")}
        lost = shown.join(dead, left_on=("s", "g"), right_on=_PLACE, how="semi", nulls_equal=True)
        shown = shown.join(lost, on=whole.columns, how="anti", nulls_equal=True)
    return ColumnGraph.from_text(shown), frozenset(lonely)


def _add_former_names(shown: ColumnGraph, graph: ColumnGraph, gone: frozenset[str]) -> ColumnGraph:
    """Add the former names of the things in the graph, so that an old address still leads on."""
    left = shown.text()
    named = graph.text().filter(
        (pl.col("p") == DCTERMS.isReplacedBy.n3())
        & pl.col("o").is_in(left["s"].unique().implode())
        & ~pl.any_horizontal(
            pl.col(column).is_in([f"<{name}>" for name in gone]) for column in ("s", "o")
        )
    )
    return shown if named.is_empty() else ColumnGraph.from_text(pl.concat([left, named]))


def _is_derived() -> pl.Expr:
    return pl.col("g").str.ends_with("/derived>").fill_null(False)


def _targets(rows: pl.DataFrame) -> pl.DataFrame:
    """List the things that something else leads to, each with the named graph in which it does."""
    return rows.filter(pl.col("s") != pl.col("o")).select(pl.col("o").alias("node"), "g").unique()
