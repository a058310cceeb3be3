"""An opened, built project into answers, explanations, and the graphs of other libraries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hrdgraph.api.build_folder import load_graph, load_manifest
from hrdgraph.api.explaining import explainer_of, parse_thing
from hrdgraph.errors import QueryError
from hrdgraph.export import subset
from hrdgraph.ontology import Ontology, load
from hrdgraph.project import Project, open_project
from hrdgraph.queries import Catalogue, Query, Type, find, resolve, run
from hrdgraph.rdf import IRI, ColumnGraph, Term
from hrdgraph.store import Answer, Boolean, GraphAnswer, OxigraphStore, Solutions
from hrdgraph.store.bounded import BoundedReader
from hrdgraph.store.worker_process import USUAL, WorkerLimits

if TYPE_CHECKING:
    import networkx  # type: ignore[import-untyped]
    import rdflib

    from hrdgraph.explain import Explainer, Explanation


class Graph:
    """The graph that `hrdgraph build` made of a project. Reading only; everything is loaded when
    it is first needed."""

    def __init__(
        self, project: Project, languages: Sequence[str] = (), limits: WorkerLimits = USUAL
    ) -> None:
        self.project = project
        self._limits = limits
        self.languages = tuple(languages) or project.languages
        self.manifest: Mapping[str, Any] = load_manifest(project)

    def __repr__(self) -> str:
        return f"<hrdgraph.Graph '{self.project.title}', {len(self)} quads>"

    def __len__(self) -> int:
        """The number of quads."""
        return int(self.manifest["quads"])

    @cached_property
    def columns(self) -> ColumnGraph:
        """The quads as dictionary-encoded columns."""
        return load_graph(self.project)

    @cached_property
    def ontology(self) -> Ontology:
        """The ontology and its vocabularies."""
        return load(self.project.ontology_dir)

    @cached_property
    def queries(self) -> Catalogue:
        """The questions that the project has."""
        return find(self.project.queries_dir)

    @cached_property
    def store(self) -> OxigraphStore:
        """The store that answers SPARQL; read-only."""
        return OxigraphStore.open(self.project.store_dir)

    @cached_property
    def reader(self) -> BoundedReader:
        """The same store with bounds: what `query` and `answer` ask, in a process that has no
        network and can be ended."""
        return BoundedReader(self.project.store_dir, self._limits)

    def query(self, question: str, **parameters: str) -> list[dict[str, Term | None]]:
        """Ask a SELECT question, by its name, its file or its text; a list of rows, each a
        dictionary by column.

        Parameters are texts, as on the command line, and are bound as terms. Raises QueryError.

        >>> import hrdgraph
        >>> graph = hrdgraph.open(".")
        >>> rows = graph.query("laureates-in-year", award="martin-ennals-award", year="2013")
        >>> [row["name"].value for row in rows]
        ['Joint Mobile Group']
        """
        answer = self.answer(question, parameters)
        if not isinstance(answer, Solutions):
            raise QueryError("question-without-table")
        return list(answer)

    def answer(
        self,
        question: str,
        parameters: Mapping[str, str] | None = None,
        *,
        language: str = "",
        spoken: str = "",
        stdin: Callable[[], str] = str,
    ) -> Solutions | GraphAnswer | Boolean:
        """Ask any question: a table, triples, or yes and no. In a `language`, labels are in it
        unless a parameter says otherwise; what a missing parameter is, is told in the language
        `spoken`.

        >>> import hrdgraph
        >>> bool(hrdgraph.open(".").answer("ASK { ?s a hrd:Award }"))
        True
        """
        query = resolve(self.queries, question, stdin)
        labels = {
            p.name: language for p in query.parameters if language and p.type is Type.LANGUAGE
        }
        given = self._with_names(query, {**labels, **(parameters or {})})
        answer: Answer = run(self.reader, query, given, self.project.base, spoken or language)
        return answer

    def _with_names(self, query: Query, parameters: Mapping[str, str]) -> dict[str, str]:
        """The parameters, names of things such as `Igor Kalyapin` turned into IRIs: no key has a
        space in it."""
        things = {p.name for p in query.parameters if p.type is Type.IRI}
        return {
            name: self._thing(text).n3() if name in things and " " in text.strip() else text
            for name, text in parameters.items()
        }

    @cached_property
    def _explainer(self) -> Explainer:
        return explainer_of(
            self.project, self.columns, self.ontology, self.store, self.queries, self.languages
        )

    def explain(
        self,
        *what: str,
        most: int | None = None,
        progress: Callable[[int, int], None] = lambda *_: None,
    ) -> Explanation:
        """Where facts come from: of a thing (its IRI, the path under the base, or its name), or
        of one triple (three texts; of an object that is a literal its value will do where the
        graph says one such, as `2` or `2011-04`).

        Of the claims about a thing, `most` of each kind are told, if it is given, and the others
        are counted, in `untold`. `progress` is called with how many claims are done, of how
        many.

        >>> import hrdgraph
        >>> explanation = hrdgraph.open(".").explain("award/martin-ennals-award")
        >>> explanation.facts[0].statements[0].traces[0].rows[0].file
        'data/sources/award-lists/awards.csv'
        """
        if len(what) == 3:
            subject, predicate, value = (parse_thing(text, self.project.base) for text in what)
            if not isinstance(subject, IRI) or not isinstance(predicate, IRI):
                raise QueryError(
                    "triple-without-iris",
                )
            value = self._explainer.meant(subject, predicate, value, what[2].strip())
            return self._explainer.explain_triple(subject, predicate, value)
        return self._explainer.explain(self._thing(what[0]), most=most, progress=progress)

    def _thing(self, text: str) -> IRI:
        found = parse_thing(text, self.project.base, or_name=True)
        if isinstance(found, IRI) and (
            self.columns.position(found) is not None or ":" in text or "/" in text
        ):
            return found
        from hrdgraph.analysis import find_thing

        return find_thing(self.columns, text, self.languages)

    def entity(self, thing: str) -> tuple[str, ColumnGraph]:
        """The IRI of an entity, and the quads about it: its facts, their evidence and documents."""
        iri = self._thing(thing).value
        return iri, subset(self.columns, iri)

    def constructed(
        self, question: str, parameters: Mapping[str, str] | None = None
    ) -> ColumnGraph:
        """The triples that a CONSTRUCT or DESCRIBE question gives, as built: the store rewrites
        literals, the columns do not."""
        answer = self.answer(question, parameters)
        if not isinstance(answer, GraphAnswer):
            raise QueryError(
                "question-without-triples",
            )
        return ColumnGraph.from_quads(answer)

    def to_rdflib(self) -> rdflib.Dataset:
        """The same quads as an rdflib Dataset, literals exactly as built.

        >>> import hrdgraph
        >>> graph = hrdgraph.open(".")
        >>> sum(1 for _ in graph.to_rdflib().quads()) == len(graph)
        True
        """
        from hrdgraph.api.rdflib_view import dataset_of

        return dataset_of(self.columns)

    def to_networkx(self) -> networkx.MultiDiGraph:
        """The network of people, organisations and awards.

        >>> import hrdgraph
        >>> network = hrdgraph.open(".").to_networkx()
        >>> network.number_of_nodes() > 100
        True
        """
        from hrdgraph.analysis import network

        return network(self.columns, self.languages)


def open(path: str | Path = ".", *, languages: Sequence[str] = ()) -> Graph:
    """Open the built graph of a project folder. ProjectError where it is no project or has not
    been built.

    >>> import hrdgraph
    >>> hrdgraph.open(".").project.title
    'Human rights defenders, their organisations, awards and events'
    """
    return Graph(open_project(Path(path)), languages)
