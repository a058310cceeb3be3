"""Errors and findings into the same without a withheld word: the place stays, the value goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

import polars as pl

from hrdgraph.errors import HrdgraphError, Problems
from hrdgraph.explain import plan_sources
from hrdgraph.findings.model import Finding, Kind
from hrdgraph.findings.source_rows import TypedRows
from hrdgraph.ontology import Property, load
from hrdgraph.paths import project_path
from hrdgraph.privacy import Policy
from hrdgraph.privacy.hidden_cells import BLANK, Secrets, secrets_of, without
from hrdgraph.project import Project
from hrdgraph.rdf import IRI, ColumnGraph

MEND_VALUES: Final = "mend-values"  # the hint that has the values that a function refuses
_OF_GRAPH: Final = (Kind.SHACL, Kind.CHECK, Kind.EVIDENCE)


@contextmanager
def masking(known: Callable[[], tuple[Secrets, TypedRows]], root: Path) -> Iterator[None]:
    """Raise errors without withheld words. What is secret is asked only when there is an error."""
    try:
        yield
    except HrdgraphError as error:
        secrets, typed = known()
        raise masked_error(error, secrets, typed, root) from None


def known_secrets(project: Project) -> tuple[Secrets, TypedRows]:
    """The secrets of a project as far as its mappings can be read."""
    try:
        plans = plan_sources(project, project.sources)
    except HrdgraphError:
        plans = ()
    properties = {
        iri: item.default_visibility
        for iri, item in _ontology(project).items()
        if item.default_visibility
    }
    return secrets_of(project, plans, Policy(properties)), TypedRows(
        project.root, project.sources, plans
    )


def _ontology(project: Project) -> Mapping[IRI, Property]:
    try:
        return load(project.ontology_dir).properties
    except HrdgraphError:
        return {}


def masked_error(
    error: HrdgraphError, secrets: Secrets, typed: TypedRows, root: Path
) -> HrdgraphError:
    """The same error without the words of hidden cells."""
    if isinstance(error, Problems):
        return Problems([masked_error(each, secrets, typed, root) for each in error.errors])
    place = replace(
        error.origin, file=project_path(Path(error.origin.file), root) if error.origin.file else ""
    )
    # of what a function refuses, the error names the rule and no row
    given = list(error.advice.cells()) if error.advice and error.advice.code == MEND_VALUES else []
    if not (given or place.row or place.column or secrets.hides_file(place.file)):
        return error
    hidden = (secrets.texts(place, typed) if place.row else set()) | secrets.all_texts(typed)
    of_hidden = any(text in words for text in hidden for words in given)
    return _told(
        error, hidden, closed=of_hidden or secrets.hides(place) or secrets.hides_row(place, typed)
    )


def _told(error: HrdgraphError, hidden: set[str], *, closed: bool) -> HrdgraphError:
    """The error without the hidden words; of a closed place without any cell data and hint. Only
    fields are looked at, so that nothing depends on how a sentence is worded."""
    told = error.with_cells(lambda text: BLANK if closed else without(text, hidden))
    if closed:
        told = type(error)(told.message, origin=error.origin, hint="value-not-public")
    told.origin = (
        replace(error.origin, node=without(error.origin.node, hidden))
        if error.origin.node
        else error.origin
    )
    return told


def public_findings(
    findings: Iterable[Finding], secrets: Secrets, graph: ColumnGraph
) -> tuple[Finding, ...]:
    """Return the findings about what is published. What was found in tables is for whoever has
    them, and so are the numbers of rows, which would tell of rows that are not public."""
    told = tuple(
        _without_rows(finding, secrets)
        for finding in findings
        if finding.kind in _OF_GRAPH
        and not secrets.hides_file(finding.place.file)
        and (finding.focus[:2] in ("", "_:") or graph.position(f"<{finding.focus}>") is not None)
    )
    if secrets.kept is None or not told:
        return told
    texts = pl.Series([repr(asdict(finding)) for finding in told], dtype=pl.String)
    named = secrets.kept.names.is_in(texts)
    return tuple(one for one, is_named in zip(told, named, strict=True) if not is_named)


def _without_rows(finding: Finding, secrets: Secrets) -> Finding:
    places = (
        replace(place, row=None)
        for place in finding.origins
        if not (secrets.hides_file(place.file) or secrets.hides(place))
    )
    return replace(finding, origins=tuple(dict.fromkeys(places)), rows=())
