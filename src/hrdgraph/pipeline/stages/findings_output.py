"""Write the findings of a build: findings.json, and findings.xlsx where cells are to be looked at.

Findings get the cells, rows and suggestions that help whoever mends them. A row of a table holds
more than is published: notes, a withheld date of birth. The report may be passed on, so a cell is
shown where it is empty, where it is the finding's own value, or where the graph says its words
about the finding's thing."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress, islice
from pathlib import Path
from typing import Final
from unicodedata import combining, normalize
from urllib.parse import unquote

import polars as pl

from hrdgraph.errors import Origin, table_of_errors
from hrdgraph.explain.lineage import Lineage, SourcePlan
from hrdgraph.findings.history import FILE, Since, compare_findings, read_findings, write_findings
from hrdgraph.findings.model import Finding, SourceRow
from hrdgraph.findings.report_data import CASES
from hrdgraph.findings.source_rows import TypedRows
from hrdgraph.mapping.model import Constant, Template
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.nearest import nearest_few
from hrdgraph.pipeline.inputs import Inputs
from hrdgraph.pipeline.result import LEFT_OUT, BuildOptions
from hrdgraph.privacy.levels import level_of
from hrdgraph.privacy.redaction import Secrets, cells_of_rule, public_findings
from hrdgraph.project import Source
from hrdgraph.project.model import PRIVATE
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Term, parse_term
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.vocab import RDF, SH

# words that are compared with others in one build: each costs some milliseconds
LOOKUPS: Final = 300
POOL: Final = 5_000  # names that one word is compared with
_CLOSE: Final = 0.75
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def suggest(findings: Iterable[Finding], graph: ColumnGraph, shapes: Shapes) -> list[Finding]:
    """Add the suggestion for each finding's value, unless it has one. Only the first `LOOKUPS`
    words that are in no list are looked up."""
    suggester = _Suggester(graph, shapes)
    return [
        replace(finding, suggestion=suggester.of(finding))
        if finding.value and not finding.suggestion
        else finding
        for finding in findings
    ]


def valid_date(text: str) -> str:
    """Return the nearest day of the same month, or the date with day and month swapped; "" for a
    text that is no such date, or is valid.

    >>> valid_date("2011-02-30"), valid_date("2011-13-05"), valid_date("2011-02-28")
    ('2011-02-28', '2011-05-13', '')"""
    match = _DATE.fullmatch(text.strip())
    if not match:
        return ""
    year, month, day = map(int, match.groups())
    if not year or not month or not day:
        return ""
    if month > 12:
        return (
            f"{match[1]}-{match[3]}-{match[2]}"
            if day <= 12 and month <= monthrange(year, day)[1]
            else ""
        )
    last = monthrange(year, month)[1]
    return f"{match[1]}-{match[2]}-{last:02}" if day > last else ""


def nearest(word: str, names: Iterable[str]) -> str:
    """Return the most similar name, if one is similar; of very many, only those with the same
    beginning and about the same length are compared. Numbers have none: another year is no
    other spelling."""
    if word.isdecimal():
        return ""
    pool = [name for name in names if abs(len(name) - len(word)) <= 3 + len(word) // 4]
    if len(pool) > POOL:
        pool = [name for name in pool if name[:1].lower() == word[:1].lower()][:POOL]
    same = [name for name in pool if _plain(name) == _plain(word)]
    similar = same or nearest_few(word, pool, 1, _CLOSE)
    return similar[0] if similar and similar[0] != word else ""


def _plain(text: str) -> str:
    """Return a text without capitals and accents."""
    return "".join(letter for letter in normalize("NFKD", text).casefold() if not combining(letter))


class _Suggester:
    """Looks words up in the lists of shapes and among the names of a graph; each list is made when
    first needed, and each word looked up once."""

    def __init__(self, graph: ColumnGraph, shapes: Shapes) -> None:
        self._graph, self._shapes = graph, shapes
        self._found: dict[tuple[str, str], str] = {}
        self._names: dict[str, list[str]] = {}  # by the beginning of their IRIs

    def of(self, finding: Finding) -> str:
        assert finding.value is not None
        term = _term(finding.value)
        if isinstance(term, Literal) and (day := valid_date(term.value)):
            return day
        key = (finding.rule if finding.rule in self._codes else "", finding.value)
        if key not in self._found and len(self._found) < LOOKUPS:
            self._found[key] = self._look_up(finding, term)
        return self._found.get(key, "")

    def _look_up(self, finding: Finding, term: Term | None) -> str:
        if codes := self._codes.get(finding.rule):
            return nearest(_word(term) if term is not None else finding.value or "", codes)
        return self._key(term) if isinstance(term, IRI) else ""

    def _key(self, term: IRI) -> str:
        """Return the name most similar to an undescribed one, among things of the same kind, by
        the beginning of their IRIs."""
        space = _space(term.value)
        if space == term.value or any(part.objects(term, RDF.type) for part in self._graphs):
            return ""
        if space not in self._names:
            same = {iri for graph in self._graphs for iri in _find_described(graph, space)}
            self._names[space] = sorted(_word(IRI(iri)) for iri in same)
        return nearest(_word(term), self._names[space])

    @property
    def _graphs(self) -> tuple[ColumnGraph, ColumnGraph]:
        return self._graph, self._shapes.background

    @cached_property
    def _codes(self) -> dict[str, tuple[str, ...]]:
        """Return the words of the list (`sh:in`) of each rule that has one."""
        shapes = self._shapes
        heads = [(quad.subject, quad.object) for quad in shapes.quads if quad.predicate == SH["in"]]
        return {
            shapes.rule_of(shape): tuple(map(_word, shapes.members(head))) for shape, head in heads
        }


def _find_described(graph: ColumnGraph, space: str) -> Iterator[str]:
    """Yield the IRIs directly below a namespace that have a type. The dictionary is sorted, so
    they are one run."""
    low, high = graph.terms.search_sorted(pl.Series([f"<{space}", f"<{space}\U0010ffff"])).to_list()
    typed = graph.where(p=RDF.type).quads["s"]
    own = graph.terms[typed.filter(typed.is_between(low, high, closed="left")).unique()]
    yield from (iri for text in own.to_list() if _space(iri := text[1:-1]) == space)


def _term(value: str) -> Term | None:
    try:
        return parse_term(value)
    except ValueError:
        return Literal(value)


def _space(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _word(term: Term) -> str:
    """Return a term as typed: the words of a literal, the last part of an IRI."""
    if isinstance(term, IRI):
        return unquote(term.value.removeprefix(_space(term.value))) or term.value
    return term.value if isinstance(term, Literal) else term.n3()


def texts_of(value: str) -> set[str]:
    """Return the texts by which a value may be known: the words of a literal; an IRI and the
    parts of its path, escaped and not; another text and its parts between commas."""
    try:
        term = parse_term(value)
    except ValueError:
        return {value.strip(), *(part.strip() for part in value.split(", "))}
    if isinstance(term, Literal):
        return {term.value.strip()}
    name = value[1:-1] if value.startswith("<") else value
    parts = re.split("[/#]", name)[3:]  # behind the host
    return {name, *parts, *map(unquote, parts)}


@dataclass(frozen=True)
class FindingsOutput:
    """The findings with their cells, rows and suggestions, what is new among them, the files
    that hold them all; and the same of what may be passed on."""

    findings: tuple[Finding, ...]
    since: Since | None
    files: tuple[str, ...]
    public: tuple[Finding, ...]
    public_since: Since | None


@dataclass(frozen=True)
class FindingContext:
    """What findings are completed from: what was read and how it was to be built, the graph, the
    way back from statements to rows, the rows as they were typed, and what must not be repeated of
    these."""

    inputs: Inputs
    options: BuildOptions
    graph: ColumnGraph
    lineage: Lineage
    typed: TypedRows
    secrets: Secrets


def write_all_findings(
    findings: tuple[Finding, ...], context: FindingContext, folder: Path
) -> FindingsOutput:
    """Complete the findings and write them: into `private` what is for whoever builds, beside it
    what may be published. The last build, while it is still there, tells what is new: if it was of
    the same sources, looked at in the same way."""
    inputs, options = context.inputs, context.options
    last, private = inputs.project.build_dir, folder / PRIVATE
    private.mkdir(mode=0o700)  # closed to others, and passed over by git
    (private / ".gitignore").write_text("*\n", encoding="utf-8")
    findings = _complete(findings, context)
    scope = _scope(inputs.sources, options)
    since = _write_and_compare(private / FILE, last / PRIVATE / FILE, findings, scope)
    public = public_findings(findings, context.secrets, context.graph)
    shown = tuple(each for each in inputs.sources if level_of(each.visibility) <= options.shown)
    scope = _scope(shown, options)
    public_since = _write_and_compare(folder / FILE, last / FILE, public, scope)
    books = _write_workbook(findings, context, private)
    left_out, language = inputs.left_out.errors, inputs.project.languages[0]
    if left_out:
        table = "\ufeff".encode() + table_of_errors(left_out, language)
        (private / LEFT_OUT).write_bytes(table)
    return FindingsOutput(
        findings, since, (FILE, *books, *([LEFT_OUT] if left_out else ())), public,
        public_since and public_since.as_public(),
    )  # fmt: skip


def _scope(sources: tuple[Source, ...], options: BuildOptions) -> dict[str, object]:
    return {"sources": [source.name for source in sources], "validated": options.validate}


def _write_and_compare(
    path: Path, last: Path, findings: tuple[Finding, ...], scope: dict[str, object]
) -> Since | None:
    """Write findings, and return what is new among them."""
    write_findings(path, findings, scope)
    before = read_findings(last, scope)
    return None if before is None else compare_findings(findings, before)


def _complete(findings: tuple[Finding, ...], context: FindingContext) -> tuple[Finding, ...]:
    """Add the cells, suggestions and rows of findings."""
    inputs, graph = context.inputs, context.graph
    items = add_mentions(findings, graph, context.lineage)
    items = add_columns(items, inputs.plans, context.typed, inputs.project.root)
    if any(finding.value and not finding.suggestion and not finding.known for finding in items):
        items = suggest(items, graph, inputs.shapes)
    return tuple(add_rows(items, context.typed, graph, _first_of_each_rule(CASES), context.secrets))


def _write_workbook(
    findings: tuple[Finding, ...], context: FindingContext, folder: Path
) -> tuple[str, ...]:
    """Write the tables with their open findings. Return the names of the files."""
    open_findings = [finding for finding in findings if not finding.known]
    tables = {origin.file for finding in open_findings for origin in finding.origins if origin.row}
    if not tables:
        return ()
    from hrdgraph.findings.workbook import FILE as WORKBOOK
    from hrdgraph.findings.workbook import workbook

    language = context.inputs.project.languages[0]
    (folder / WORKBOOK).write_bytes(workbook(open_findings, context.typed.table, language))
    return (WORKBOOK,)


_FOLLOWED: Final = 10  # findings of one rule whose mentions are looked for
_STATEMENTS: Final = 3  # that mention one thing


def add_mentions(
    findings: Iterable[Finding], graph: ColumnGraph, lineage: Lineage
) -> list[Finding]:
    """Give findings without a source row the cells that statements about other things name their
    thing in."""
    is_followed, items = _first_of_each_rule(_FOLLOWED), list[Finding]()
    for finding in findings:
        is_bare = not finding.origins and finding.focus.startswith(("http://", "https://"))
        if is_bare and is_followed(finding):
            quads = graph.where(o=IRI(finding.focus))
            cells: dict[Origin, None] = {}
            for quad in ColumnGraph(quads.terms, quads.quads.head(_STATEMENTS)):
                for trace in lineage.of(*(term.n3() for term in quad[:3])):
                    cells |= dict.fromkeys([cell.origin for cell in trace.cells] or trace.rows)
            finding = replace(finding, origins=tuple(cells)[:_STATEMENTS])
        items.append(finding)
    return items


# by predicate and file: a column, and how the IRIs it is said of begin
Columns = Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]]


def add_columns(
    findings: Iterable[Finding], plans: Iterable[SourcePlan], typed: TypedRows, root: Path
) -> list[Finding]:
    """Name the columns in the origins of findings about a property: of several that make it,
    those that hold the value. A value that is missing is missing from all of them."""
    items = list(findings)
    paths = {
        finding.path
        for finding in items
        if finding.path and any(origin.row and not origin.column for origin in finding.origins)
    }
    columns = _columns_of(plans, paths, root) if paths else {}
    return [
        replace(item, origins=_add_columns(item, columns, typed)) if item.path in paths else item
        for item in items
    ]


def _columns_of(plans: Iterable[SourcePlan], paths: set[str], root: Path) -> Columns:
    columns: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
    for rule in (rule for item in plans for rule in item.plan.rules):
        path = rule.predicate.expression
        if isinstance(path, Constant) and isinstance(path.term, IRI) and path.term.value in paths:
            for file, column in cells_of_rule(rule, root):
                starts = columns.setdefault((path.term.value, file), {})
                starts[column] = (*starts.get(column, ()), _start_of_subjects(rule))
    return columns


def _start_of_subjects(rule: QuadRule) -> str:
    """Return how the IRIs of a rule's subjects begin, as far as the mapping says."""
    match rule.subject.expression:
        case Template((str() as start, *_)):
            return start
        case Constant(IRI(value)):
            return value
        case _:
            return ""


def _add_columns(finding: Finding, columns: Columns, typed: TypedRows) -> tuple[Origin, ...]:
    """Return the origins, each that has a row and no column once for each of its columns."""
    value = texts_of(finding.value) if finding.value else set()
    placed: dict[Origin, None] = {}
    for origin in finding.origins:
        known = (
            {}
            if origin.column or not origin.row
            else columns.get((finding.path or "", origin.file), {})
        )
        names = tuple(
            name for name, starts in known.items() if finding.focus.startswith(starts)
        ) or tuple(known)
        names = _holding(origin, names, value, typed) if len(names) > 1 and value else names
        placed |= dict.fromkeys([replace(origin, column=name) for name in names] or [origin])
    return tuple(placed)


def _holding(
    origin: Origin, names: tuple[str, ...], value: set[str], typed: TypedRows
) -> tuple[str, ...]:
    row = typed.row(origin)
    cells = dict(row.cells) if row else {}
    return tuple(name for name in names if (cells.get(name) or "").strip() in value) or names


_ROWS: Final = 3  # source rows shown of one finding
# statements about a thing whose words are looked at: of a country, thousands may speak
_CLAIMS: Final = 200
NO_SECRETS: Final = Secrets()
_PARTS = re.compile(r"[;|]")

_Words = Mapping[str, set[str]]


def add_rows(
    findings: Iterable[Finding], typed: TypedRows, graph: ColumnGraph,
    wanted: Callable[[Finding], bool], secrets: Secrets = NO_SECRETS,
) -> list[Finding]:  # fmt: skip
    """Give the wanted findings the rows of their first origins. The cells of hidden columns are
    never shown, empty or not."""
    items = list(findings)
    chosen = [
        wanted(finding) and any(origin.row for origin in finding.origins) for finding in items
    ]
    if not any(chosen):
        return items
    words = _words_of(graph, {finding.focus for finding in compress(items, chosen)})
    return [
        replace(item, rows=_rows_of(item, typed, words, secrets)) if is_chosen else item
        for item, is_chosen in zip(items, chosen, strict=True)
    ]


def _rows_of(
    finding: Finding, typed: TypedRows, words: _Words, secrets: Secrets
) -> tuple[SourceRow, ...]:
    places: dict[Origin, list[str]] = {}
    for origin in finding.origins:
        places.setdefault(Origin(origin.file, origin.row), []).extend(
            [origin.column] if origin.column else []
        )
    texts = words.get(finding.focus, set()) | (texts_of(finding.value) if finding.value else set())
    rows = ((typed.row(place), tuple(marked)) for place, marked in islice(places.items(), _ROWS))
    return tuple(
        replace(row, cells=_visible_cells(row, texts, secrets), marked=marked)
        for row, marked in rows
        if row is not None
    )


def _visible_cells(
    row: SourceRow, texts: set[str], secrets: Secrets
) -> tuple[tuple[str, str | None], ...]:
    hidden = {
        column for column, _ in row.cells if secrets.hides(replace(row.origin, column=column))
    }
    return tuple(
        (name, text if name not in hidden and (text is None or _is_said(text, texts)) else None)
        for name, text in row.cells
    )


def _is_said(text: str, texts: set[str]) -> bool:
    return text.strip() in texts or all(
        not part.strip() or part.strip() in texts for part in _PARTS.split(text)
    )


def _words_of(graph: ColumnGraph, things: set[str]) -> _Words:
    """Return what the graph says of each thing: its own name, what it points at, and what
    statements about it point at."""
    names = {
        IRI(thing).n3(): thing for thing in things if thing.startswith(("http://", "https://"))
    }
    words = {thing: texts_of(name) for name, thing in names.items()}
    chosen = graph.terms.is_in(list(names)).arg_true()
    own = graph.quads.filter(pl.col("s").is_in(chosen.implode())).select(thing="s", claim="s")
    about = (
        graph.quads.filter(pl.col("o").is_in(chosen.implode()))
        .select(thing="o", claim="s")
        .unique(maintain_order=True)
    )
    nodes = pl.concat([
        own.unique(),
        about.group_by("thing", maintain_order=True).head(_CLAIMS).select("thing", "claim"),
    ])  # fmt: skip
    pairs = (
        nodes.join(graph.quads.select(claim="s", o="o"), on="claim").select("thing", "o").unique()
    )
    terms = zip(graph.terms.gather(pairs["thing"]), graph.terms.gather(pairs["o"]), strict=True)
    for thing, text in terms:
        words[names[thing]] |= texts_of(text)
    return words


def _first_of_each_rule(most: int) -> Callable[[Finding], bool]:
    """Return what tells whether a finding is one of the first of its rule."""
    counts = Counter[str]()

    def is_wanted(finding: Finding) -> bool:
        counts[finding.rule] += 1
        return counts[finding.rule] <= most

    return is_wanted
