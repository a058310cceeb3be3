"""Errors and findings into the same without a withheld word: the place stays, the value goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from hrdgraph.errors import HrdgraphError, Problems
from hrdgraph.explain import plan_sources
from hrdgraph.ontology import Property, load
from hrdgraph.paths import project_path
from hrdgraph.privacy import Policy
from hrdgraph.privacy.hidden_cells import BLANK, Secrets, secrets_of, without
from hrdgraph.privacy.unlisted_properties import RULES
from hrdgraph.privacy.withdrawals import IDLE
from hrdgraph.project import Project
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.term_texts import texts_of
from hrdgraph.validate import Finding, Kind
from hrdgraph.validate.findings.known_findings import STALE
from hrdgraph.validate.findings.model import ROW_MARK
from hrdgraph.validate.findings.source_rows import TypedRows

# STALE and IDLE may name what is not public
PRIVATE_RULES: Final = frozenset(
    {
        *("alone-in-group", "nobody-looked", "namesakes-joined"),
        *("address-completed", "address-unlikely"),  # a text that is no address may name a witness
        *(STALE, IDLE, *RULES.values()),
    }
)
MEND_VALUES: Final = "mend-values"  # the hint that has the values that a function refuses
_WRITTEN_OTHERWISE: Final = r"[\\%]"  # escapes of literals, and of parts of IRIs
_OF_TABLES: Final = (Kind.EXPECTATION, Kind.SOURCE, Kind.REJECTED)


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
    findings: Iterable[Finding], secrets: Secrets, typed: TypedRows, graph: ColumnGraph
) -> tuple[Finding, ...]:
    """What was found in that which is published, told without a word that is not."""
    told = (
        finding
        for finding in findings
        if finding.rule not in PRIVATE_RULES and not _is_of_hidden(finding, secrets)
    )
    kept = [_at_open_places(finding, secrets) for finding in told if _is_of_known(finding, graph)]
    masked = [_masked(finding, secrets, typed) for finding in kept]
    of_tables = [finding for finding in masked if finding.kind in _OF_TABLES]
    said = words_among(graph, {word for one in of_tables for word in _words(one)})
    return tuple(_as_said(one, said) if one.kind in _OF_TABLES else one for one in masked)


def _is_of_hidden(finding: Finding, secrets: Secrets) -> bool:
    """Whether a finding is about a hidden table or source: not one about the graph, which a
    hidden table may happen to say too."""
    about_graph = finding.kind in (Kind.SHACL, Kind.CHECK)
    hidden = [secrets.hides_file(place.file) for place in finding.origins]
    return secrets.hides_file(finding.place.file) or (not about_graph and any(hidden))


def _is_of_known(finding: Finding, graph: ColumnGraph) -> bool:
    """Whether a finding is about a place in a table, or about a thing that is published."""
    return (
        not finding.focus
        or finding.focus.startswith("_:")
        or ROW_MARK in finding.focus
        or graph.position(f"<{finding.focus}>") is not None
    )


def _at_open_places(finding: Finding, secrets: Secrets) -> Finding:
    origins = tuple(place for place in finding.origins if not secrets.hides_file(place.file))
    rows = tuple(row for row in finding.rows if not secrets.hides_file(row.origin.file))
    return replace(finding, origins=origins, rows=rows)


def words_among(graph: ColumnGraph, wanted: set[str]) -> set[str]:
    """Those of some words that what is published says. Only terms that hold one of them as it is,
    or anything that is written otherwise than it is meant, are read."""
    terms = graph.terms
    if not wanted:
        return set()
    if "" not in wanted:
        terms = terms.filter(
            terms.str.contains_any(sorted(wanted)) | terms.str.contains(_WRITTEN_OTHERWISE)
        )
    return {word for text in terms if text for word in texts_of(text)} & wanted


def _masked(finding: Finding, secrets: Secrets, typed: TypedRows) -> Finding:
    """Without the value of a hidden cell; of what was found in tables, without hidden words."""
    if any(secrets.hides(origin) for origin in finding.origins):
        finding = replace(finding, value=finding.value and BLANK, suggestion="")
    return _of_rows(finding, secrets, typed) if finding.kind in _OF_TABLES else finding


def _of_rows(finding: Finding, secrets: Secrets, typed: TypedRows) -> Finding:
    hidden = {
        text for origin in finding.origins if origin.row for text in secrets.texts(origin, typed)
    }
    closed = any(
        secrets.hides(origin) or secrets.hides_row(origin, typed) for origin in finding.origins
    )
    fact = finding.fact and finding.fact.with_cells(
        lambda text: BLANK if closed else without(text, hidden)
    )
    return replace(finding, fact=fact, value=finding.value and without(finding.value, hidden))


def _words(finding: Finding) -> set[str]:
    """The words of what was found in a table that must be published to be told."""
    value = texts_of(finding.value) if finding.value and finding.origins else set()
    return value | ({finding.suggestion} - {""})


def _as_said(finding: Finding, said: set[str]) -> Finding:
    """What was found in tables, without any word that is not published."""
    is_told = not (finding.value and finding.origins) or bool(texts_of(finding.value) & said)
    suggestion = finding.suggestion if finding.suggestion in said else ""
    return replace(finding, value=finding.value if is_told else BLANK, suggestion=suggestion)
