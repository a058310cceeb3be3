"""Ask an opened, built project: answers, explanations, and the graphs of other libraries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import QueryError
from hrdgraph.library.answers import AnswerTable, Statements, Statistics, Truth, statistics_of
from hrdgraph.nearest import hint_at
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.project import Project
from hrdgraph.queries.catalogue import Catalogue, find, resolve
from hrdgraph.queries.model import Query, Type
from hrdgraph.queries.run import bound, run
from hrdgraph.rdf import IRI, Literal, Term, parse_term
from hrdgraph.store.contract import Answer, Boolean, GraphAnswer, Reader, Solutions
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.store.tokens import iris_in
from hrdgraph.vocab import HRD, HRDV, PREFIXES, XSD, short_iri

if TYPE_CHECKING:
    import networkx  # type: ignore[import-untyped]
    import rdflib

    from hrdgraph.explain.explainer import Explainer
    from hrdgraph.explain.explanation import Explanation
    from hrdgraph.exports.network_measures import Measures, Route
    from hrdgraph.exports.thing_finder import ThingFinder
    from hrdgraph.library.explained import Explained
    from hrdgraph.ontology import Ontology
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.store.worker_process import BoundedReader, WorkerLimits


_OWN: Final = (HRD.prefix, HRDV.prefix)
_LIKE: Final = 0.75  # of names with their prefix, which many share
_USED: Final = (
    "ASK { { ?thing ?p ?o } UNION { ?s ?thing ?o } UNION { ?s ?p ?thing } UNION { "
    "GRAPH ?thing { ?s ?p ?o } } }"
)
_ZERO: Final = Literal("0", XSD.integer.value)  # what a count of nothing answers


def find_unknown(
    text: str, ontology: Ontology, is_used: Callable[[IRI], object],
    prefixes: Mapping[str, str] = PREFIXES,
) -> Iterator[QueryError]:  # fmt: skip
    """Yield the error of each term of our own namespaces, and of the project's, in a query that is
    nowhere: the answer would be empty, and look right. Names of other namespaces may have been
    meant: hrdv:Award is hrd:Award."""
    spaces = (*_OWN, *filter(None, [prefixes.get("local")]))
    for term in terms_of(text, prefixes):
        if term.value.startswith(spaces) and ontology.get(term) is None and not is_used(term):
            names = [short_iri(iri, prefixes) for space in spaces for iri in ontology.names(space)]
            otherwise = Message("see-address", address="/en/ontology")
            name = short_iri(term.value, prefixes)
            hint = hint_at(name, names, otherwise, cutoff=_LIKE, count=3, shown="{}")
            yield QueryError("term-not-in-ontology", term=name, hint=hint)


def terms_of(text: str, prefixes: Mapping[str, str] = PREFIXES) -> Iterator[IRI]:
    """Yield the IRIs that a query names, once each."""
    return map(IRI, dict.fromkeys(iri for _, iri in iris_in(text, prefixes) if iri))


_MOST: Final = 20  # IRIs of a query that are looked up
_NEW: Final = "SELECT ?old ?new { ?old <http://purl.org/dc/terms/isReplacedBy> ?new } LIMIT 1"


def tell_replaced(text: str, base: str, store: Reader, tell: Callable[[str, str], None]) -> None:
    """Tell of each IRI below the base that a query names and that leads to another, with this."""
    for old in islice((term for term in terms_of(text) if term.value.startswith(base)), _MOST):
        answer = store.query(_NEW, parameters={"old": old})
        new = answer.column("new") if isinstance(answer, Solutions) else ()
        if new and new[0] is not None:
            tell(old.value, new[0].n3()[1:-1])


def parse_thing(text: str, base: str, *, or_name: bool = False) -> Term:
    """Return the term that a person typed: `<iri>`, an IRI, a prefixed name, a literal in quotes,
    or a path under the base.

    With `or_name`, a text that is none of these comes back as a literal."""
    text = text.strip()
    if text.startswith(("<", '"', "_:")):
        try:
            return parse_term(text)
        except ValueError as error:
            raise QueryError("value-not-as-expected", value=text, hint="write-a-term") from error
    prefix, colon, local = text.partition(":")
    if colon and local.startswith("//"):
        return IRI(text)
    if colon and prefix in PREFIXES:
        return IRI(PREFIXES[prefix] + local)
    return IRI(base + text) if "/" in text or not or_name else Literal(text)


def _text_of(value: object) -> str:
    """Return a parameter as it is typed on the command line."""
    return value.n3() if isinstance(value, IRI) else str(getattr(value, "value", value))


class Graph:
    """The graph that `hrdgraph build` made of a project. Reading only; everything is loaded when
    it is first needed. Once something is withdrawn that was not when it was built, nothing of it
    is given any more (ProjectError): build, and open it again."""

    def __init__(
        self, project: Project, languages: Sequence[str] = (), limits: WorkerLimits | None = None,
        build: ReadableBuild | None = None,
    ) -> None:  # fmt: skip
        self.project = project
        self._limits = limits
        self.languages = tuple(languages) or project.languages
        self._build = build or ReadableBuild(project)
        self.manifest: Mapping[str, Any] = self._build.manifest

    def __repr__(self) -> str:
        return f"<hrdgraph.Graph '{self.project.title}', {len(self)} quads>"

    def __len__(self) -> int:
        """Return the number of quads."""
        return int(self.manifest["quads"])

    @property
    def columns(self) -> ColumnGraph:
        """Return the quads as dictionary-encoded columns."""
        return self._build.columns()

    @cached_property
    def ontology(self) -> Ontology:
        """Return the ontology and its vocabularies."""
        from hrdgraph.ontology import load

        return load(self.project)

    @cached_property
    def queries(self) -> Catalogue:
        """Return the questions that the project has."""
        return find(*self.project.queries_dirs)

    @property
    def store(self) -> OxigraphStore:
        """Return the store that answers SPARQL; read-only. That of a large build is filled when it
        is first asked for."""
        self._build.check()
        return self._store

    @cached_property
    def _store(self) -> OxigraphStore:
        from hrdgraph.store.store_filling import fill_store

        fill_store(self._build.store())
        return OxigraphStore.open(self._build.store())

    @property
    def reader(self) -> Reader:
        """Return the same store with bounds: what `query` and `answer` ask, in a process that has
        no network and can be ended."""
        self._build.check()
        return self._reader

    @cached_property
    def _reader(self) -> BoundedReader:
        return open_reader(self._build.store(), len(self), self._limits)

    def questions(self) -> list[Query]:
        """Return the questions that people ask, with their titles, parameters and columns.

        >>> import hrdgraph
        >>> "laureates-in-year" in [one.name for one in hrdgraph.open(".").questions()]
        True"""
        return list(self.queries.questions)

    def query(
        self, question: str, /, parameters: Mapping[str, object] | None = None, *, lang: str = "",
        **named: object,
    ) -> AnswerTable | Statements | Truth:  # fmt: skip
        """Ask a question, by its name, its file or its SPARQL text: a table, statements
        (CONSTRUCT, DESCRIBE), or yes and no (ASK).

        Parameters are texts as on the command line, numbers, days or terms, named or in one
        mapping; things are given by IRI, key or name. Labels are in `lang` where it is given.
        QueryError on what cannot be asked, and where nothing is found of a term that the ontology
        does not have.

        >>> import hrdgraph
        >>> graph = hrdgraph.open(".")
        >>> graph.query("laureates-in-year", award="martin-ennals-award",
        ...     year=2013).column("name")
        ['Joint Mobile Group']
        >>> bool(graph.query("ASK { ?s a hrd:Award }"))
        True
        """
        answer = self.answer(question, {**(parameters or {}), **named}, language=lang)
        if isinstance(answer, Solutions):
            return AnswerTable(answer, base=self.project.base)
        if isinstance(answer, Boolean):
            return Truth(answer.value)
        from hrdgraph.ontology import context_of
        from hrdgraph.rdf import ColumnGraph

        return Statements(
            ColumnGraph.from_quads(answer),
            context=context_of(self.project),
            base=self.project.base,
        )

    def answer(
        self, question: str, parameters: Mapping[str, object] | None = None, *, language: str = "",
        spoken: str = "", stdin: Callable[[], str] = str,
        on_replaced: Callable[[str, str], None] | None = None,
    ) -> Solutions | GraphAnswer | Boolean:  # fmt: skip
        """Return the same as plain values of the store, for programs. Labels are in the `language`
        unless a parameter says otherwise; a missing parameter is explained in the language
        `spoken`. `on_replaced` is called with each old IRI in a SPARQL text, and with the new one.

        >>> import hrdgraph
        >>> bool(hrdgraph.open(".").answer("ASK { ?s a hrd:Award }"))
        True"""
        query, given = self.read_question(question, parameters, language, stdin)
        of = (given, self.project.base, spoken or language, self.thing)
        answer: Answer = run(self.reader, query, *of)
        if not answer or (isinstance(answer, Solutions) and set(answer.rows[0]) == {_ZERO}):
            unknown = find_unknown(
                query.text, self.ontology, prefixes=self.project.prefixes,
                is_used=lambda term: self.reader.query(_USED, parameters={"thing": term}),
            )  # fmt: skip
            for error in unknown:
                raise error
        if query.ad_hoc and on_replaced:
            tell_replaced(query.text, self.project.base, self.reader, on_replaced)
        return answer

    def read_question(
        self, question: str, parameters: Mapping[str, object] | None, language: str,
        stdin: Callable[[], str] = str,
    ) -> tuple[Query, dict[str, str]]:  # fmt: skip
        """Return the query that is meant, and what is given for its parameters, as texts."""
        query = resolve(self.queries, question, stdin)
        labels = {
            p.name: language for p in query.parameters if language and p.type is Type.LANGUAGE
        }
        given = {name: _text_of(value) for name, value in (parameters or {}).items()}
        return query, {**labels, **given}

    @property
    def _explainer(self) -> Explainer:
        self._build.check()
        return self._explainer_made

    @cached_property
    def _explainer_made(self) -> Explainer:
        from hrdgraph.library.explained import BuiltGraph, explainer_of

        built = BuiltGraph(self.columns, self._build, lambda: self.store, lambda: self.queries)
        return explainer_of(self.project, built, self.ontology, self.languages)

    def explain(
        self, *what: str, most: int | None = None,
        progress: Callable[[int, int], None] = lambda *_: None, brief: bool = False,
    ) -> Explained:  # fmt: skip
        """Return where facts come from: of a thing (its IRI, the path under the base, or its
        name), or of one triple (three texts; the value of a literal is enough where the graph has
        one such, as `2` or `2011-04`).

        Of the claims about a thing, `most` of each kind are told, if it is given, and the others
        counted, in `untold`. `progress` is called with how many claims are done, of how many.
        With `brief`, rows that a summary of the text does not show are not looked up.

        >>> import hrdgraph
        >>> explanation = hrdgraph.open(".").explain("award/martin-ennals-award")
        >>> explanation.facts[0].statements[0].traces[0].rows[0].file
        'data/sources/award-lists/awards.csv'"""
        if len(what) == 3:
            subject, predicate, value = (parse_thing(text, self.project.base) for text in what)
            if not isinstance(subject, IRI) or not isinstance(predicate, IRI):
                raise QueryError("not-as-expected", hint="write-a-term")
            value = self._explainer.find_object(subject, predicate, value, what[2].strip())
            return self._to_text(self._explainer.explain_triple(subject, predicate, value), what[0])
        explain = partial(
            self._explainer.explain, self.thing(what[0]), most=most, progress=progress
        )
        shown = self._to_text(explain(rows=not brief), what[0])
        is_told = not brief or shown.facts[0].is_claim or not shown.is_short
        return shown if is_told else self._to_text(explain(), what[0])

    def _to_text(self, explanation: Explanation, asked: str) -> Explained:
        from hrdgraph.library.explained import Explained

        kinds, tag = self.project.kinds.values(), self.languages[0]
        return Explained.of(explanation, kinds, base=self.project.base, language=tag, asked=asked)

    def thing(self, text: str, kind: str = "", *, is_near_told: bool = True) -> IRI:
        """Return the IRI of the thing that a text means: its IRI, its key (the path below the
        base) or that without its kind, a code, or any of its names; of a `kind`, such as
        `country`, where one is given. QueryError where there is none, with the nearest names if
        `is_near_told`, or several have the name.

        >>> import hrdgraph
        >>> graph = hrdgraph.open(".")
        >>> graph.thing("Prix Rafto").value
        'https://w3id.org/hrdgraph/id/award/rafto-prize'
        >>> graph.thing("RU") == graph.thing("Россия") == graph.thing("country/RU")
        True
        """
        prefix, colon, local = text.partition(":")
        if colon and prefix in PREFIXES and not local.startswith("//"):
            text = PREFIXES[prefix] + local
        space = f"{self.project.base}{kind}/"
        accepts = (lambda iri: iri.startswith(space)) if kind else None
        return self.things.find(text, accepts, is_near_told=is_near_told)

    @property
    def things(self) -> ThingFinder:
        """Return what finds things by what a person types."""
        self._build.check()
        return self._things

    @cached_property
    def _things(self) -> ThingFinder:
        from hrdgraph.exports.thing_finder import ThingFinder

        return ThingFinder(self.columns, self.project.base, self.languages)

    def entity(self, thing: str) -> ColumnGraph:
        """Return the quads about an entity: its facts, their evidence and documents."""
        from hrdgraph.exports.subset import subset

        return subset(self.columns, self.thing(thing).value)

    def construct_columns(
        self, question: str, parameters: Mapping[str, object] | None = None
    ) -> ColumnGraph:
        """Return the triples that a CONSTRUCT or DESCRIBE question gives, as built: the store
        rewrites literals, the columns do not."""
        answer = self.answer(question, parameters)
        if not isinstance(answer, GraphAnswer):
            raise QueryError("query-of-other-form", format="CONSTRUCT")
        from hrdgraph.rdf import ColumnGraph

        return ColumnGraph.from_quads(answer)

    def stats(self) -> Statistics:
        """Return how many things and statements the graph holds, by class and by source.

        >>> import hrdgraph
        >>> hrdgraph.open(".").stats().statements > 1000
        True"""
        return statistics_of(self.columns, self.project, self.ontology, self.languages[0])

    def statements(self) -> Statements:
        """Return all statements.

        >>> import hrdgraph
        >>> graph = hrdgraph.open(".")
        >>> graph.statements().to_polars().height == len(graph)
        True"""
        from hrdgraph.ontology import context_of

        return Statements(self.columns, context=context_of(self.project), base=self.project.base)

    def to_rdflib(self) -> rdflib.Dataset:
        """Return the same quads as an rdflib Dataset, literals exactly as built. Its queries see
        the union of all graphs.

        >>> import hrdgraph
        >>> graph = hrdgraph.open(".")
        >>> dataset = graph.to_rdflib()
        >>> len(dataset.query("SELECT DISTINCT ?award WHERE { ?award a hrd:Award }")) > 5
        True
        >>> sum(1 for _ in dataset.quads()) == len(graph)
        True"""
        return self.statements().to_rdflib()

    def to_networkx(self) -> networkx.MultiDiGraph:
        """Return the network of people, organisations and awards. Nodes have `label`, `kind`,
        `country`
        and `names`; edges have `kind`, `claim`, `detail`, `date` and `status`.

        >>> import hrdgraph
        >>> network = hrdgraph.open(".").to_networkx()
        >>> sorted({kind for _, kind in network.nodes(data="kind")})[:2]
        ['agent', 'award']"""
        from hrdgraph.exports.network import network

        return network(self.columns, self.languages, self.project.kinds)

    def measures(self) -> Measures:
        """Return the figures of the network: the most central things, communities, components.

        >>> import hrdgraph
        >>> hrdgraph.open(".").measures().table[0].kind
        'award'"""
        from hrdgraph.exports.network_measures import measures

        return measures(self.to_networkx())

    def path(self, start: str, end: str) -> Route:
        """Return the shortest way between two things, by name, key or IRI, with the claims that
        make it.

        >>> import hrdgraph
        >>> len(hrdgraph.open(".").path("Igor Kalyapin", "Martin Ennals").steps) > 0
        True"""
        from hrdgraph.exports.network_measures import path_between

        first, last = (self.thing(text).value for text in (start, end))
        return path_between(self.to_networkx(), first, last, self.languages[0])


def open_reader(folder: Path, quads: int, limits: WorkerLimits | None) -> BoundedReader:
    """Return what answers queries of a build of so many quads, with bounds, in a process that has
    no network and can be ended."""
    from hrdgraph.sparql import MANY
    from hrdgraph.store.worker_process import COLUMNS_WORKER, USUAL, WORKER, BoundedReader

    main = COLUMNS_WORKER if quads >= MANY else WORKER
    return BoundedReader(folder, limits or USUAL, main)


@dataclass(frozen=True)
class EnginePlan:
    """The engine, `store` or `columns`, and the reason; its code and fields say it to programs."""

    engine: str
    reason: Message

    def as_dict(self) -> dict[str, object]:
        """Return the same for JSON."""
        given = self.reason.fields.items()
        fields = {
            name: value if isinstance(value, int) else str(value)
            for name, value in given
            if value != 0 and str(value)
        }
        return {"engine": self.engine, "reason": self.reason.code, **fields}


def plan_of(
    graph: Graph, question: str, parameters: Mapping[str, str] | None = None, *, language: str = "",
    stdin: Callable[[], str] = str,
) -> EnginePlan:  # fmt: skip
    """Tell which engine answers a question. It is worked out for that: only then columns know
    whether they can answer it. QueryError as of `Graph.answer`."""
    from hrdgraph.sparql import MANY
    from hrdgraph.sparql.planner import STORE, ChosenEngine
    from hrdgraph.store.worker_process import BoundedReader

    query, given = graph.read_question(question, parameters, language, stdin)
    terms = bound(graph.reader, query, given, graph.project.base, language, graph.thing)
    if len(graph) < MANY:
        graph.reader.query(query.text, parameters=terms)
        return EnginePlan(STORE, Message("sparql-graph-small", count=len(graph), limit=MANY))
    assert isinstance(graph.reader, BoundedReader)  # a server does not say
    choice = graph.reader.choice(query.text, terms)
    assert isinstance(choice, ChosenEngine)
    return EnginePlan(
        choice.engine, Message(choice.reason, detail=choice.detail, count=choice.solutions)
    )
