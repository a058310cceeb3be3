"""Find the cells whose words must not be passed on, and take the words out of errors and findings:
the place stays, the value goes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final
from unicodedata import normalize

import polars as pl

from hrdgraph.errors import HrdgraphError, Origin, Problems
from hrdgraph.explain.lineage import SourcePlan, plan_sources
from hrdgraph.findings.model import Finding, Kind
from hrdgraph.findings.source_rows import TypedRows
from hrdgraph.mapping.expressions import term_references
from hrdgraph.mapping.model import Constant
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.mapping.planning.relations import cells_of
from hrdgraph.ontology import load
from hrdgraph.paths import project_path
from hrdgraph.privacy.kept_back import NamePatterns, names_of_people
from hrdgraph.privacy.levels import Level, Policy, level_of
from hrdgraph.privacy.rule_visibility import Visible, read_row_levels
from hrdgraph.project import Project, Source
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.sources import ROW
from hrdgraph.sources.values import series

BLANK: Final = "…"
ROW_LEVEL: Final = "visibility"  # the column that says of a row who may see it
# characters: shorter words would be left out of messages that have nothing to do with them
SHORT: Final = 4


@dataclass(frozen=True)
class Secrets:
    """By file as seen from the project: the columns that are hidden, the files that are hidden
    whole, and the folders of sources that are; and the `names` of people who are kept back.
    What cannot be told apart is hidden."""

    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    folders: tuple[str, ...] = ()
    names: NamePatterns = field(default_factory=NamePatterns)

    def hides_file(self, file: str) -> bool:
        """Tell whether nothing of a file is public."""
        return file in self.files or file.startswith(self.folders or ("\0",))

    def hides(self, origin: Origin) -> bool:
        """Tell whether the cell of a place is hidden; without a column, whether the file is."""
        return self.hides_file(origin.file) or (origin.column or "") in self.columns.get(
            origin.file, ()
        )

    def texts(self, origin: Origin, typed: TypedRows) -> set[str]:
        """List the words of the hidden cells in the row of a place; of a private row, of all its
        cells."""
        cells = _cells_of(origin, typed)
        is_whole = self.hides_file(origin.file) or _is_hidden_row(cells)
        hidden = cells.keys() if is_whole else self.columns.get(origin.file, frozenset())
        return {
            text.strip()
            for name, text in cells.items()
            if name in hidden and text.strip() and name.lower() != ROW_LEVEL
        }

    def hides_row(self, origin: Origin, typed: TypedRows) -> bool:
        """Tell whether a row says of itself that it is not public."""
        return bool(origin.row) and _is_hidden_row(_cells_of(origin, typed))

    def list_all_texts(self, typed: TypedRows) -> set[str]:
        """List the words of all hidden cells that stand in no public cell of the same table. Slow:
        only for errors."""
        texts: set[str] = set()
        for file in self.columns:
            frame = typed.table(file)
            if frame is not None:
                texts |= self._of_table(file, frame)
        return {text for text in texts if len(text) >= SHORT}

    def _of_table(self, file: str, frame: pl.DataFrame) -> set[str]:
        marks = [name for name in frame.columns if name.lower() == ROW_LEVEL]
        words = frame.drop(ROW).select(pl.all().fill_null("").str.strip_chars())
        closed = pl.any_horizontal(
            pl.lit(False), *(pl.col(name).is_in(["", "public"]).not_() for name in marks)
        )
        whole, parts = words.filter(closed), words.filter(~closed)
        own = (
            parts.columns
            if self.hides_file(file)
            else [name for name in parts.columns if name in self.columns[file]]
        )
        hidden = _words_of(whole, whole.columns) | _words_of(parts, own)
        return hidden - _words_of(parts, [name for name in parts.columns if name not in own])


def _words_of(frame: pl.DataFrame, names: Iterable[str]) -> set[str]:
    return {text for name in names for text in series(frame, name).unique()}


def _cells_of(origin: Origin, typed: TypedRows) -> dict[str, str]:
    row = typed.row(origin)
    return {name: text or "" for name, text in row.cells} if row else {}


def _is_hidden_row(cells: Mapping[str, str]) -> bool:
    levels = [text.strip() for name, text in cells.items() if name.lower() == ROW_LEVEL]
    return any(text and level_of(text) > Level.PUBLIC for text in levels)


def secrets_of(project: Project, plans: Iterable[SourcePlan], policy: Policy) -> Secrets:
    """Find the hidden cells of a project. A column is hidden that is said to be, and one that only
    hidden statements are made of."""
    columns: dict[str, set[str]] = {}
    files: set[str] = set()
    for source in project.sources:
        for name, level, hidden in _list_declared(source):
            file = project_path(source.folder / name, project.root)
            files |= {file} if level_of(level) > policy.shown else set()
            columns.setdefault(file, set()).update(
                column for column, word in hidden if level_of(word) > policy.shown
            )
    for file, column in _find_hidden_columns(project, plans, policy):
        columns.setdefault(file, set()).add(column)
    closed = (source for source in project.sources if level_of(source.visibility) > policy.shown)
    folders = tuple(f"{project_path(source.folder, project.root)}/" for source in closed)
    return Secrets(
        {file: frozenset(names) for file, names in columns.items()}, frozenset(files), folders
    )


def _list_declared(source: Source) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    for table in source.tables:
        yield table.file, table.visibility, [(item.name, item.visibility) for item in table.fields]
    for file in source.files:
        yield file.name, file.visibility, list(file.columns.items())


def _find_hidden_columns(
    project: Project, plans: Iterable[SourcePlan], policy: Policy
) -> set[tuple[str, str]]:
    """Find the columns that make objects, but none of a statement that may be public."""
    visible = Visible(project.sources)
    closed = set(policy.list_hidden(policy.properties))
    shown: set[tuple[str, str]] = set()
    hidden: set[tuple[str, str]] = set()
    for item in plans:
        for rule in item.plan.rules:
            predicate = rule.predicate.expression
            is_closed = isinstance(predicate, Constant) and predicate.term in closed
            is_open = visible.of(item, rule).level <= policy.shown and not is_closed
            (shown if is_open else hidden).update(cells_of_rule(rule, project.root))
    return hidden - shown


def cells_of_rule(rule: QuadRule, root: Path) -> Iterator[tuple[str, str]]:
    """Yield the file and the column of each cell that the object of a rule is made of."""
    for name in term_references(rule.object):
        yield from (
            (project_path(source.path, root), column)
            for _, source, column in cells_of(rule.relation, name)
        )


def remove_secrets(text: str, secrets: Collection[str]) -> str:
    """Blank each secret in a text, the longest first, also where its accents are written in the
    other way (UAX #15)."""
    forms = {
        form
        for secret in secrets
        for form in (secret, normalize("NFC", secret), normalize("NFD", secret))
    }
    for secret in sorted(forms, key=len, reverse=True):
        text = text.replace(secret, BLANK)
    return text


MEND_VALUES: Final = "mend-values"  # the hint that has the values that a function refuses
_OF_GRAPH: Final = (Kind.SHACL, Kind.CHECK, Kind.EVIDENCE)


@contextmanager
def masking(known: Callable[[], tuple[Secrets, TypedRows]], root: Path) -> Iterator[None]:
    """Raise errors without withheld words. What is secret is asked only when there is an error."""
    try:
        yield
    except HrdgraphError as error:
        secrets, typed = known()
        raise mask_error(error, secrets, typed, root) from None


def find_secrets(project: Project) -> tuple[Secrets, TypedRows]:
    """Find the hidden cells of a project as far as its mappings can be read."""
    plans: Sequence[SourcePlan] = ()
    properties: dict[IRI, IRI] = {}
    with suppress(HrdgraphError):
        plans = plan_sources(project, project.sources)
    with suppress(HrdgraphError):
        declared = load(project).properties.items()
        properties = {i: node.default_visibility for i, node in declared if node.default_visibility}
    secrets = secrets_of(project, plans, Policy(properties))
    names = NamePatterns(_names_kept_back(project, plans))
    return replace(secrets, names=names), TypedRows(project.root, project.sources, plans)


def _names_kept_back(project: Project, plans: Sequence[SourcePlan]) -> Iterator[str]:
    """Yield the names of people whom rows keep back, as far as the tables can be read."""
    with suppress(HrdgraphError):
        for rows in read_row_levels(project, plans).kept:
            yield from names_of_people(rows.said)


def mask_error(
    error: HrdgraphError, secrets: Secrets, typed: TypedRows, root: Path
) -> HrdgraphError:
    """Return the same error without the words of hidden cells."""
    texts: dict[str, str] = {}
    error.with_cells(lambda text: texts.setdefault(text, text))
    cells = pl.Series(texts.keys(), dtype=pl.String)
    named = frozenset(cells.filter(secrets.names.is_in(cells)))
    if isinstance(error, Problems):
        return Problems([_mask(each, secrets, typed, root, named) for each in error.errors])
    return _mask(error, secrets, typed, root, named)


def _mask(
    error: HrdgraphError, secrets: Secrets, typed: TypedRows, root: Path, named: frozenset[str]
) -> HrdgraphError:
    """Return an error without the words of hidden cells, and without the texts that are `named`,
    for they name somebody who is kept back."""
    place = replace(
        error.origin, file=project_path(Path(error.origin.file), root) if error.origin.file else ""
    )
    # of what a function refuses, the error names the rule and no row
    given = list(error.advice.cells()) if error.advice and error.advice.code == MEND_VALUES else []
    if not (given or place.row or place.column or secrets.hides_file(place.file)):
        return _mask_fields(error, set(), named, closed=False)
    hidden = (secrets.texts(place, typed) if place.row else set()) | secrets.list_all_texts(typed)
    of_hidden = any(text in words for text in hidden for words in given)
    closed = of_hidden or secrets.hides(place) or secrets.hides_row(place, typed)
    return _mask_fields(error, hidden, named, closed=closed)


def _mask_fields(
    error: HrdgraphError, hidden: set[str], named: frozenset[str], *, closed: bool
) -> HrdgraphError:
    """Return the error without the hidden words; of a closed place without any cell data and hint.
    Only fields are looked at, so that nothing depends on how a sentence is worded."""
    masked = error.with_cells(
        lambda text: BLANK if closed or text in named else remove_secrets(text, hidden)
    )
    if closed:
        masked = type(error)(masked.message, origin=error.origin, hint="value-not-public")
    node = error.origin.node
    masked.origin = (
        replace(error.origin, node=remove_secrets(node, hidden)) if node else error.origin
    )
    return masked


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
    texts = pl.Series([repr(asdict(finding)) for finding in told], dtype=pl.String)
    named = secrets.names.is_in(texts)
    return tuple(finding for finding, is_named in zip(told, named, strict=True) if not is_named)


def _without_rows(finding: Finding, secrets: Secrets) -> Finding:
    places = (
        replace(place, row=None)
        for place in finding.origins
        if not (secrets.hides_file(place.file) or secrets.hides(place))
    )
    return replace(finding, origins=tuple(dict.fromkeys(places)), rows=())
