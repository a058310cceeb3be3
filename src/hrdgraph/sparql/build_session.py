"""The store and the columns of a large build, asked as one: what a process that answers strangers
holds. While the store is being filled, columns alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final, Self

import polars as pl

from hrdgraph.rdf import IRI, BlankNode, parse_term
from hrdgraph.rdf.terms import RDF_LANG_STRING, XSD_STRING
from hrdgraph.sparql.algebra import ASK, CONSTRUCT, Untranslated
from hrdgraph.sparql.answers import ColumnAnswer
from hrdgraph.sparql.dictionary import matched
from hrdgraph.sparql.planner import COLUMNS
from hrdgraph.sparql.prepared_columns import COLUMNS_FOLDER, prepared_answers
from hrdgraph.sparql.reader import ColumnAnswers
from hrdgraph.store.answer_rows import TooManyRows
from hrdgraph.store.answer_stream import (
    NO_TERMS,
    SOLUTIONS,
    StoreSession,
    StreamedAnswer,
    boolean_answer,
    solutions_answer,
    triples_answer,
)
from hrdgraph.store.dataset import Dataset, dataset_of
from hrdgraph.store.store_filling import is_for_later
from hrdgraph.store.syntax_errors import check_syntax

_PART: Final = 50_000  # rows that are written at a time
_LITERAL: Final = r'(?s)^"(?P<words>.*)"(?:@(?P<tag>[^"]+)|\^\^<(?P<type>[^"]*)>)?$'
# the other escapes of N-Triples are those of JSON; only literals have any
_ODD: Final = r'\\[uU]|^[^"].*["\\]'


class StoreMissing(Exception):
    """The store that alone could answer is being filled."""


class SolutionColumns(StreamedAnswer):
    """Solutions that columns have found."""

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
    """Answers as the store does, from the columns where these are quicker. What is asked of
    other graphs than all, the store answers."""

    _columns: ColumnAnswers

    _is_whole: bool = True

    @classmethod
    def open(cls, path: Path | None, prefixes: Mapping[str, str]) -> Self:
        """A finished store whose build has prepared its columns. Where the build has left the
        store for later, what only the store answers is refused (StoreMissing)."""
        assert path is not None
        is_whole = not is_for_later(path)
        made = super().open(path if is_whole else None, prefixes)
        made._is_whole = is_whole
        made._columns = prepared_answers(path.parent / COLUMNS_FOLDER)
        return made

    def query(
        self,
        text: str,
        dataset: Dataset | None,
        base: str | None,
        parameters: Mapping[str, str] = NO_TERMS,
    ) -> StreamedAnswer:
        """Begin to answer a query; see `StoreSession.query`."""
        check_syntax(text, self._prefixes, base)
        if dataset is None and dataset_of(text, self._prefixes, base or "") is None:
            terms = {name: parse_term(term) for name, term in parameters.items()}
            try:
                if not self._is_whole or self._columns.choice(text, terms).engine == COLUMNS:
                    return self._streamed(self._columns.found(text, terms))
            except Untranslated:
                pass
        self._refuse_unfilled()
        return super().query(text, dataset, base, parameters)

    def has_graph(self, name: str | None) -> bool:
        """Whether a graph is there; the default graph, None, always is."""
        self._refuse_unfilled()
        return super().has_graph(name)

    def _refuse_unfilled(self) -> None:
        if not self._is_whole:
            raise StoreMissing

    def _streamed(self, found: ColumnAnswer) -> StreamedAnswer:
        if found.form == ASK:
            return boolean_answer(len(found) > 0, self._prefixes)
        if found.form == CONSTRUCT:
            return triples_answer(found.stream(), self._prefixes)
        return SolutionColumns(SOLUTIONS, found, self._prefixes)


def json_parts(answer: ColumnAnswer) -> Iterator[bytes]:
    """The document of a SELECT answer, in parts."""
    yield b'{"head":{"vars":%s},"results":{"bindings":[' % _said([*answer.variables]).encode()
    for start in range(0, len(answer), _PART):
        rows = _rows(answer, start).to_list()
        yield b"," * (start > 0) + f"{{{'},{'.join(rows)}}}".encode()
    yield b"]}}"


def _rows(answer: ColumnAnswer, start: int) -> pl.Series:
    """The cells of each row, without the braces around them."""
    rows = answer.rows.slice(start, _PART)
    cells = [
        _terms(answer, rows[name], name).alias(str(place))
        for place, name in enumerate(answer.variables)
        if name in rows.columns
    ]
    if not cells:
        return pl.Series([""]).new_from_index(0, rows.height)
    joined = pl.concat_str(pl.all(), separator=",", ignore_nulls=True)
    return pl.DataFrame(cells).select(joined).to_series()


def _terms(answer: ColumnAnswer, codes: pl.Series, name: str) -> pl.Series:
    """The terms of a column behind its name, null for null."""
    distinct = codes.drop_nulls().unique().sort()
    written = f"{_said(name)}:" + _written(answer.dictionary.texts(distinct))
    if not codes.null_count():
        return written.gather(distinct.search_sorted(codes))
    found = pl.DataFrame([distinct.alias("code"), written.alias("cell")])
    return matched(codes, found, "code")["cell"]


def _written(texts: pl.Series) -> pl.Series:
    text = pl.col("text")
    groups = text.str.extract_groups(_LITERAL).alias("groups")
    frame = texts.rename("text").to_frame().select(text, groups).unnest("groups")
    iri = pl.format('{{"type":"uri","value":"{}"}}', text.str.slice(1).str.strip_suffix(">"))
    blank = pl.format('{{"type":"bnode","value":"{}"}}', text.str.slice(2))
    literal = pl.when(text.str.starts_with('"')).then(_literal())
    found = literal.when(text.str.starts_with("<")).then(iri).otherwise(blank)
    written = frame.select(found.alias("written")).to_series()
    odd = texts.str.contains(_ODD).arg_true()
    return written.scatter(odd, [_said(_one(one)) for one in texts.gather(odd)])


def _literal() -> pl.Expr:
    tag, kind = pl.format(',"xml:lang":"{}"', "tag"), pl.format(',"datatype":"{}"', "type")
    start, more = pl.format('{{"type":"literal","value":"{}"', "words"), pl.coalesce(tag, kind)
    return pl.concat_str(start, more.fill_null(""), pl.lit("}"))


def _one(text: str) -> dict[str, str]:
    """One term that is not written in JSON as it is."""
    term = parse_term(text)
    if isinstance(term, IRI):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.label}
    said = {"type": "literal", "value": term.value}
    if term.datatype == RDF_LANG_STRING:
        return said | {"xml:lang": term.language}
    return said if term.datatype == XSD_STRING else said | {"datatype": term.datatype}


def _said(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
