"""Answer queries of a large build: scans and aggregates from its columns, look-ups from its store
if there is one. `main` is the process that `QueryProcess` starts, `BuildSession` is used by a
worker of the endpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final, Self

import polars as pl

from hrdgraph.processes.bounds import limit_memory
from hrdgraph.rdf import IRI, BlankNode, parse_term
from hrdgraph.rdf.terms import RDF_LANG_STRING, XSD_STRING
from hrdgraph.sparql.algebra import ASK, CONSTRUCT, SELECT
from hrdgraph.sparql.column_dataset import look_up
from hrdgraph.sparql.planner import COLUMNS, STORE, ChosenEngine
from hrdgraph.sparql.prepared_columns import COLUMNS_FOLDER, prepare_answers
from hrdgraph.sparql.reader import ColumnAnswer, ColumnAnswers
from hrdgraph.store.answer_stream import (
    NO_TERMS,
    SOLUTIONS,
    StoreSession,
    StreamedAnswer,
    TooManyRows,
    boolean_answer,
    solutions_answer,
    triples_answer,
)
from hrdgraph.store.contract import Boolean, Dataset, GraphAnswer, Parameters, Solutions, dataset_of
from hrdgraph.store.oxigraph import refuse_unreadable
from hrdgraph.store.query_guards import check_syntax, refuse_lost
from hrdgraph.store.store_filling import is_for_later
from hrdgraph.store.worker_main import AskedGraph, Told, answer_all

_PART: Final = 50_000  # rows that are written at a time
_LITERAL: Final = r'(?s)^"(?P<words>.*)"(?:@(?P<tag>[^"]+)|\^\^<(?P<type>[^"]*)>)?$'
# the other escapes of N-Triples are those of JSON; only literals have any
_ODD: Final = r'\\[uU]|^[^"].*["\\]'


class StoreMissing(Exception):
    """Raised while the store that alone could answer is being filled."""


class SolutionColumns(StreamedAnswer):
    """Solutions from columns."""

    raw: ColumnAnswer

    def write(self, out: IO[bytes], format: str, most: int = 0) -> None:
        """Write them; see `StreamedAnswer.write`."""
        if most and len(self.raw) > most:
            raise TooManyRows
        if format == "json":
            for part in json_parts(self.raw):
                out.write(part)
        else:
            solutions_answer(self.raw.stream(), self.prefixes).write(out, format)


class BuildSession(StoreSession):
    """Answers from the columns where they are quicker, else from the store, as it does for named
    graphs."""

    _columns: ColumnAnswers

    _is_whole: bool = True

    @classmethod
    def open(cls, path: Path | None, prefixes: Mapping[str, str]) -> Self:
        """Open a finished store whose build has prepared its columns. If the build has left the
        store for later, queries that need it are refused (StoreMissing)."""
        assert path is not None
        is_whole = not is_for_later(path)
        session = super().open(path if is_whole else None, prefixes)
        session._is_whole = is_whole
        session._columns = prepare_answers(path.parent / COLUMNS_FOLDER)
        return session

    def query(
        self, text: str, dataset: Dataset | None, base: str | None,
        parameters: Mapping[str, str] = NO_TERMS,
    ) -> StreamedAnswer:  # fmt: skip
        """Begin to answer a query; see `StoreSession.query`."""
        check_syntax(text, self._prefixes, base)
        if dataset is None and dataset_of(text, self._prefixes, base or "") is None:
            terms = {name: parse_term(term) for name, term in parameters.items()}
            answer = self._columns.attempt(text, terms, always=not self._is_whole)
            if isinstance(answer, ColumnAnswer):
                if answer.form == ASK:
                    return boolean_answer(len(answer) > 0, self._prefixes)
                if answer.form == CONSTRUCT:
                    return triples_answer(answer.stream(), self._prefixes)
                return SolutionColumns(SOLUTIONS, answer, self._prefixes)
        self._refuse_unfilled()
        return super().query(text, dataset, base, parameters)

    def has_graph(self, name: str | None) -> bool:
        """Say whether a graph exists; the default graph, None, always does."""
        self._refuse_unfilled()
        return super().has_graph(name)

    def _refuse_unfilled(self) -> None:
        if not self._is_whole:
            raise StoreMissing


def json_parts(answer: ColumnAnswer) -> Iterator[bytes]:
    """Yield the parts of the JSON document of a SELECT answer."""
    yield b'{"head":{"vars":%s},"results":{"bindings":[' % _to_json([*answer.variables]).encode()
    for start in range(0, len(answer), _PART):
        rows = _rows(answer, start).to_list()
        yield b"," * (start > 0) + f"{{{'},{'.join(rows)}}}".encode()
    yield b"]}}"


def _rows(answer: ColumnAnswer, start: int) -> pl.Series:
    """Return the cells of each row, without braces around them."""
    rows = answer.rows.slice(start, _PART)
    cells = [
        _terms(answer, rows[name], name).alias(str(place))
        for place, name in enumerate(answer.variables)
        if name in rows.columns
    ]
    if not cells:
        return pl.Series([""]).new_from_index(0, rows.height)
    row = pl.concat_str(pl.all(), separator=",", ignore_nulls=True)
    return pl.DataFrame(cells).select(row).to_series()


def _terms(answer: ColumnAnswer, codes: pl.Series, name: str) -> pl.Series:
    """Return the terms of a column with its name before them, null for null."""
    distinct = codes.drop_nulls().unique().sort()
    cells = f"{_to_json(name)}:" + _terms_to_json(answer.dictionary.texts(distinct))
    if not codes.null_count():
        return cells.gather(distinct.search_sorted(codes))
    table = pl.DataFrame([distinct.alias("code"), cells.alias("cell")])
    return look_up(codes, table, "code")["cell"]


def _terms_to_json(texts: pl.Series) -> pl.Series:
    text = pl.col("text")
    groups = text.str.extract_groups(_LITERAL).alias("groups")
    frame = texts.rename("text").to_frame().select(text, groups).unnest("groups")
    iri = pl.format('{{"type":"uri","value":"{}"}}', text.str.slice(1).str.strip_suffix(">"))
    blank = pl.format('{{"type":"bnode","value":"{}"}}', text.str.slice(2))
    tag, kind = pl.format(',"xml:lang":"{}"', "tag"), pl.format(',"datatype":"{}"', "type")
    start, more = pl.format('{{"type":"literal","value":"{}"', "words"), pl.coalesce(tag, kind)
    literal = pl.when(text.str.starts_with('"')).then(
        pl.concat_str(start, more.fill_null(""), pl.lit("}"))
    )
    cell = literal.when(text.str.starts_with("<")).then(iri).otherwise(blank)
    cells = frame.select(cell.alias("written")).to_series()
    odd = texts.str.contains(_ODD).arg_true()
    return cells.scatter(odd, [_to_json(_one(text)) for text in texts.gather(odd)])


def _one(text: str) -> dict[str, str]:
    """Return a term that needs escapes, as a JSON object."""
    term = parse_term(text)
    if isinstance(term, IRI):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.label}
    value = {"type": "literal", "value": term.value}
    if term.datatype == RDF_LANG_STRING:
        return value | {"xml:lang": term.language}
    return value if term.datatype == XSD_STRING else value | {"datatype": term.datatype}


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class AskedBuild(AskedGraph):
    """The store and the columns of one build, each opened when first needed. ProjectError
    ("store-missing") for what only a store can answer that is still to be made."""

    def open(self, folder: Path, memory: int) -> None:
        """Remember where a finished store and its columns are."""
        self._place, self._memory = folder, memory
        self._folder = folder.parent / COLUMNS_FOLDER
        self._columns: ColumnAnswers | None = None
        self._is_open = False
        if not is_for_later(folder):
            self._open_store()

    def answer(
        self, text: str, parameters: Parameters, most: int, blanks: bool = False
    ) -> Told | GraphAnswer | Boolean | None:
        """Answer any query; None for more than `most` solutions or triples."""
        chosen = self._try_columns(text, parameters)
        if isinstance(chosen, ChosenEngine):
            self._open_store()
            return super().answer(text, parameters, most, blanks)
        if chosen.form != ASK and len(chosen) > most:
            return None
        if chosen.form == SELECT:
            return chosen.to_message()
        answer = chosen.answer()
        assert not isinstance(answer, Solutions)
        return answer

    def choice(self, text: str, parameters: Parameters) -> ChosenEngine:
        """Return the engine that answers a query, and why. The query is run, since only that
        shows whether the columns can answer it."""
        chosen = self._try_columns(text, parameters)
        if isinstance(chosen, ChosenEngine):
            return chosen
        choice = self._load_columns().choice(text, parameters)
        if choice.engine == COLUMNS:
            return choice
        return ChosenEngine(COLUMNS, "sparql-store-unmade", solutions=choice.solutions)

    def _try_columns(self, text: str, parameters: Parameters) -> ColumnAnswer | ChosenEngine:
        """Answer from the columns, or say why the store has to."""
        refuse_unreadable(text)
        refuse_lost(text, parameters)
        if not self._folder.is_dir():
            return ChosenEngine(STORE, "sparql-columns-missing")
        return self._load_columns().attempt(text, parameters, always=is_for_later(self._place))

    def _open_store(self) -> None:
        if not self._is_open:
            super().open(self._place, self._memory)
            self._is_open = True

    def _load_columns(self) -> ColumnAnswers:
        if self._columns is None:
            limit_memory(None, for_good=False)
            self._columns = prepare_answers(self._folder)
            limit_memory(self._memory, for_good=False)
        return self._columns


def main() -> None:
    """Answer queries of one large build."""
    answer_all(AskedBuild())
