"""Validate a graph, and return the results as findings, counts, or a standard sh:ValidationReport
(§3.6)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, count, repeat
from typing import Final

import numpy as np
import polars as pl

from hrdgraph.findings.model import EXAMPLES, Finding, Messages, Severity
from hrdgraph.findings.tally import Tally, tally_findings, together
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad, Subject, Term, parse_term
from hrdgraph.rdf.terms import RDF_LANG_STRING
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import serialize
from hrdgraph.shacl.evaluation import EvaluationRun
from hrdgraph.shacl.graph_data import Ids, TripleArrays, distinct
from hrdgraph.shacl.model import Model
from hrdgraph.shacl.model_reader import read_model
from hrdgraph.shacl.paths import AlternativePath, Inverse, Path, RepeatedPath, SequencePath
from hrdgraph.shacl.results import (
    Places,
    ResultBatch,
    bare,
    blocks_of,
    findings_of,
    messages_for,
    rows_of,
    severity_of,
    take,
    texts_of,
)
from hrdgraph.shacl.shape_warnings import shapes_that_call
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.stage_progress import Tell, nobody
from hrdgraph.store.worker_process import USUAL, QueryProcess, WorkerLimits
from hrdgraph.vocab import PREFIXES, RDF, SH, XSD

_HIGH: Final = np.uint64(32)
_FEW: Final = 1_000  # findings that are made sooner than their order is found in columns


def _of_kind(data: TripleArrays, batches: list[ResultBatch], shapes: Shapes) -> list[Tally]:
    if any(batch.messages for batch in batches):
        return tally_findings(_once(data, batches, shapes))
    alike: dict[Hashable, list[ResultBatch]] = {}
    for batch in batches:
        node = batch.shape.node
        alike.setdefault(
            (shapes.place_of(node), shapes.path_of(node), messages_for(batch, shapes)), []
        ).append(batch)
    return [_count_findings(data, some, shapes) for some in alike.values()]


def _once(data: TripleArrays, batches: Sequence[ResultBatch], shapes: Shapes) -> Iterator[Finding]:
    """Yield the findings of several batches, equal ones once; only their keys are held."""
    keys: set[tuple[str, str | None, str | None, Messages, str]] = set()
    for batch in batches:
        for finding in findings_of(data, batch, shapes):
            key = (finding.focus, finding.path, finding.value, finding.messages, str(finding.place))
            if len(batches) == 1 or key not in keys:
                keys.add(key)
                yield finding


def _count_findings(data: TripleArrays, batches: Sequence[ResultBatch], shapes: Shapes) -> Tally:
    """Count one kind of finding: rows are distinct by focus node, value and path."""
    focus, values, paths = (
        np.concatenate(columns) for columns in zip(*map(_columns, batches), strict=True)
    )
    keys = (focus.astype(np.uint64) << _HIGH) | (values + 1).astype(np.uint64)
    order = np.lexsort((paths, keys)) if (paths >= 0).any() else np.argsort(keys, kind="stable")
    keep = np.ones(len(order), np.bool_)
    keep[1:] = (keys[order][1:] != keys[order][:-1]) | (paths[order][1:] != paths[order][:-1])
    rows = np.asarray(order[keep])
    first = rows[np.isin(focus[rows], _first(data, distinct(focus[rows].astype(np.uint32))))]
    if len(first) > _FEW:
        first = first[_first_rows(data, focus[first], values[first], paths[first])]
    own = None if all(batch.paths is None for batch in batches) else paths[first]
    some = ResultBatch(batches[0].shape, batches[0].constraint, focus[first], values[first], own)
    return Tally(tally_findings(findings_of(data, some, shapes))[0].shown, len(rows))


def _columns(batch: ResultBatch) -> tuple[Places, Places, Places]:
    return (
        batch.focus,
        batch.values,
        np.full(len(batch), -1, np.int64) if batch.paths is None else batch.paths,
    )


def _first(data: TripleArrays, nodes: Ids) -> Ids:
    """Return the first few of some nodes, in the order of their names in findings."""
    if len(nodes) <= EXAMPLES:
        return nodes
    return np.asarray(nodes[_names(data.texts(nodes)).arg_sort()[:EXAMPLES].to_numpy()])


def _first_rows(data: TripleArrays, focus: Places, values: Places, paths: Places) -> Places:
    """Return the first few rows in the order of their findings, without making these."""
    columns = [
        pl.Series(texts_of(data, column), dtype=pl.String).fill_null("")
        for column in (focus, paths, values)
    ]
    return np.asarray(
        pl.DataFrame({"focus": _names(columns[0]), "path": _names(columns[1]), "value": columns[2]})
        .with_row_index()
        .sort("focus", "path", "value")
        .head(EXAMPLES)["index"]
        .to_numpy()
        .astype(np.int64)
    )


def _names(texts: pl.Series) -> pl.Series:
    """Return the names of nodes in findings."""
    names = texts.str.strip_prefix("<")
    names = names.zip_with(names == texts, names.str.slice(0, names.str.len_chars() - 1))
    if names.str.contains("\\", literal=True).any():
        return texts.map_elements(bare, return_dtype=texts.dtype)
    return names


REPORT = BlankNode("report")
_REPEATED = {"*": SH.zeroOrMorePath, "+": SH.oneOrMorePath, "?": SH.zeroOrOnePath}


def report_quads(
    data: TripleArrays, shapes: Shapes, batches: Sequence[ResultBatch], *, conforms: bool
) -> Iterator[Quad]:
    """Yield the report, result by result. Every result has a blank node of its own, and a longer
    path is repeated for each."""
    yield Quad(REPORT, RDF.type, SH.ValidationReport)
    yield Quad(REPORT, SH.conforms, Literal("true" if conforms else "false", XSD.boolean.value))
    names = (BlankNode(f"report{n}") for n in count())
    for batch in batches:
        for part in blocks_of(batch):
            yield from batch_quads(data, shapes, part, names)


def batch_quads(
    data: TripleArrays, shapes: Shapes, batch: ResultBatch, names: Iterator[BlankNode]
) -> Iterator[Quad]:
    """Yield the results of a batch; `names` are for them and their paths."""
    rows = rows_of(data, batch)
    shared = messages_for(batch, shapes)
    messages = batch.messages or (shared,) * len(batch)
    fixed = common_parts(batch)
    times = [1] * len(batch) if batch.times is None else batch.times.tolist()
    for focus, value, path, words in chain.from_iterable(
        map(repeat, zip(rows.focus, rows.values, rows.paths, messages, strict=True), times)
    ):
        result = next(names)
        yield Quad(REPORT, SH.result, result)
        yield Quad(result, SH.focusNode, parse_term(focus))
        for predicate, term in fixed:
            yield Quad(result, predicate, term)
        if value is not None:
            yield Quad(result, SH.value, parse_term(value))
        if path is not None:
            yield Quad(result, SH.resultPath, parse_term(path))
        elif batch.shape.path is not None:
            node, quads = path_quads(batch.shape.path, names)
            yield Quad(result, SH.resultPath, node)
            yield from quads
        for language, text in words:
            yield Quad(
                result,
                SH.resultMessage,
                Literal(text, RDF.langString.value, language) if language else Literal(text),
            )


def common_parts(batch: ResultBatch) -> list[tuple[IRI, Term]]:
    """Return what all results of a batch state."""
    parts: list[tuple[IRI, Term]] = [
        (RDF.type, SH.ValidationResult), (SH.resultSeverity, batch.shape.severity),
        (SH.sourceShape, batch.shape.node), (SH.sourceConstraintComponent, batch.component),
    ]  # fmt: skip
    return parts + ([] if batch.source is None else [(SH.sourceConstraint, batch.source)])


def path_quads(path: Path, names: Iterator[BlankNode]) -> tuple[Subject, list[Quad]]:
    """Return the node of a path, and its triples unless it is a predicate (§2.3.1)."""
    match path:
        case IRI():
            return path, []
        case SequencePath(steps):
            return _list(steps, names)
        case AlternativePath(choices):
            return _around(SH.alternativePath, _list(choices, names), names)
        case Inverse(inner):
            return _around(SH.inversePath, path_quads(inner, names), names)
        case RepeatedPath(inner, mark):
            return _around(_REPEATED[mark], path_quads(inner, names), names)


def _around(
    predicate: IRI, inner: tuple[Subject, list[Quad]], names: Iterator[BlankNode]
) -> tuple[Subject, list[Quad]]:
    node = next(names)
    return node, [Quad(node, predicate, inner[0]), *inner[1]]


def _list(paths: Iterable[Path], names: Iterator[BlankNode]) -> tuple[Subject, list[Quad]]:
    rest: Subject = RDF.nil
    quads: list[Quad] = []
    for path in reversed(list(paths)):
        first, more = path_quads(path, names)
        node = next(names)
        quads = [Quad(node, RDF.first, first), Quad(node, RDF.rest, rest), *more, *quads]
        rest = node
    return rest, quads


def report_turtle(
    data: TripleArrays, shapes: Shapes, batches: Sequence[ResultBatch], *, conforms: bool
) -> Iterator[bytes]:
    """Yield the triples of `report_quads` in consecutive parts of Turtle."""
    prefixes = "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())
    value = "true" if conforms else "false"
    yield f"{prefixes}\n{REPORT.n3()} a sh:ValidationReport ;\n    sh:conforms {value} .\n".encode()
    numbers = count()
    for batch in batches:
        for part in blocks_of(batch):
            if _is_plain(part):
                yield _to_turtle(data, shapes, part, numbers)
            else:
                names = (BlankNode(f"report{number}") for number in numbers)
                yield serialize(batch_quads(data, shapes, part, names), format_named("nt"), {})


def _is_plain(batch: ResultBatch) -> bool:
    """Say whether all rows differ only in their focus nodes and values."""
    path = batch.shape.path
    return (
        not batch.messages
        and batch.times is None
        and batch.paths is None
        and (path is None or isinstance(path, IRI))
    )


def _to_turtle(
    data: TripleArrays, shapes: Shapes, batch: ResultBatch, numbers: Iterator[int]
) -> bytes:
    names = pl.Series("name", [f"_:report{next(numbers)}" for _ in range(len(batch))])
    focus = data.texts(batch.focus.astype(np.uint32))
    there = pl.Series((batch.values >= 0).tolist(), dtype=pl.Boolean)
    texts = data.texts(np.maximum(batch.values, 0).astype(np.uint32))
    values = (" ;\n    sh:value " + texts).zip_with(there, pl.repeat("", len(batch), eager=True))
    path = batch.shape.path
    parts = [(SH.resultPath, path)] if isinstance(path, IRI) else []
    pairs: list[tuple[IRI, Term]] = [
        *parts,
        *(part for part in common_parts(batch) if part[0] != RDF.type),
    ]
    for language, text in messages_for(batch, shapes):
        literal = Literal(text, RDF_LANG_STRING, language) if language else Literal(text)
        pairs.append((SH.resultMessage, literal))
    common = "".join(f" ;\n    {_name(predicate)} {_name(term)}" for predicate, term in pairs)
    lines = f"{REPORT.n3()} sh:result " + names + " .\n" + names
    lines += " a sh:ValidationResult ;\n    sh:focusNode " + focus + values + common + " ."
    return ("\n".join(lines.to_list()) + "\n").encode()


def _name(term: Term) -> str:
    """Return a term as Turtle, with short names of SHACL."""
    text = term.n3()
    return (
        f"sh:{text[len(str(SH)) + 1 : -1]}"
        if text.startswith(f"<{SH}") and text[len(str(SH)) + 1 : -1].isalpha()
        else text
    )


@dataclass(frozen=True, eq=False)
class ValidationOutcome:
    """The results of a validation: a million of them are a few arrays, and findings are made on
    demand."""

    shapes: Shapes
    model: Model
    data: TripleArrays
    batches: tuple[ResultBatch, ...]
    is_part: bool = False  # whether results were left out

    def __len__(self) -> int:
        return sum(
            len(batch) if batch.times is None else int(batch.times.sum()) for batch in self.batches
        )

    @property
    def conforms(self) -> bool:
        """Say whether the data have no result (§3.4.1), also none that was left out."""
        return not self.batches and not self.is_part

    @property
    def rules(self) -> list[str]:
        """Return the shapes that have targets, by their names in findings."""
        return [self.shapes.rule_of(node) for node in self.model.roots]

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each result, equal ones once."""
        for batch in self.batches:
            yield from findings_of(self.data, batch, self.shapes)

    def tallies(self) -> list[Tally]:
        """Return the number of findings of each rule, equal ones once, and the first few; others
        are not made."""
        kinds: dict[Hashable, list[ResultBatch]] = {}
        for batch in self.batches:
            kinds.setdefault(
                (severity_of(batch), self.shapes.rule_of(batch.shape.node), batch.component), []
            ).append(batch)
        return together(
            [tally for some in kinds.values() for tally in _of_kind(self.data, some, self.shapes)]
        )

    def report(self) -> Iterator[Quad]:
        """Return the sh:ValidationReport."""
        return report_quads(self.data, self.shapes, self.batches, conforms=self.conforms)

    def turtle(self) -> Iterator[bytes]:
        """Return the report as Turtle, in parts."""
        return report_turtle(self.data, self.shapes, self.batches, conforms=self.conforms)

    def split_by(self, rules: Collection[str]) -> tuple[ValidationOutcome, ValidationOutcome]:
        """Return the results of some shapes, and all others."""
        chosen = [self.shapes.rule_of(batch.shape.node) in rules for batch in self.batches]
        parts = (
            tuple(batch for batch, own in zip(self.batches, chosen, strict=True) if own is there)
            for there in (True, False)
        )
        first, second = (replace(self, batches=part) for part in parts)
        return first, second

    def only(
        self, *, least: Severity = Severity.INFO, rule: str = "", focus: str = ""
    ) -> ValidationOutcome:
        """Return the results that are at least so severe, of one shape, at one focus node, by
        their names in findings."""
        chosen = [batch for batch in self.batches if severity_of(batch).rank <= least.rank]
        if rule:
            chosen = [batch for batch in chosen if self.shapes.rule_of(batch.shape.node) == rule]
        if focus:
            place = self.data.place_of(focus if focus.startswith(("_:", '"')) else IRI(focus).n3())
            chosen = [take(batch, np.flatnonzero(batch.focus == place)) for batch in chosen]
        rest = tuple(batch for batch in chosen if len(batch))
        return replace(
            self,
            batches=rest,
            is_part=self.is_part or sum(map(len, rest)) < sum(map(len, self.batches)),
        )


def outcome_of(
    graph: ColumnGraph, shapes: Shapes, limits: WorkerLimits = USUAL, tell: Tell = nobody, *,
    by_pyshacl: bool = False,
) -> ValidationOutcome:  # fmt: skip
    """Return every SHACL result; OntologyError for unusable shapes, before looking at the data, and
    for a query beyond the limits. pySHACL evaluates shapes that call functions, which columns do
    not compile (`notices` says so), or all. Shapes are checked as for columns then: pySHACL ignores
    some ill-formed ones, and circles."""
    model = read_model(shapes)
    data = data_of(graph, shapes)
    apart = model.roots if by_pyshacl else shapes_that_call(shapes, model.roots)
    compiled = tuple(root for root in model.roots if root not in apart)
    with QueryProcess(limits) as process:
        run = EvaluationRun(replace(model, roots=compiled), data, shapes, process)
        batches = [*run.results(tell)]
    if apart:
        from hrdgraph.shacl.pyshacl_engine import judge  # loads rdflib

        batches += judge(graph, data, model, shapes, apart, tell)
    return ValidationOutcome(shapes, model, data, tuple(batches))


def data_of(graph: ColumnGraph, shapes: Shapes) -> TripleArrays:
    """Return the triples to validate: a graph, and the class hierarchy and vocabularies of its
    shapes."""
    return TripleArrays(graph, shapes.background, _texts_of(shapes))


@lru_cache(maxsize=4)
def _texts_of(shapes: Shapes) -> frozenset[str]:
    """Return the terms of shapes as N-Triples texts; the last are cached."""
    return frozenset(
        term.n3() for quad in shapes.quads for term in (quad.subject, quad.predicate, quad.object)
    )
