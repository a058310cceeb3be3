"""Turn term maps into column expressions: the N-Triples text of each term, and its checks. The
only code that makes text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import polars as pl

from hrdgraph.catalogue import NO_MESSAGE, Message, is_not
from hrdgraph.errors import Origin
from hrdgraph.mapping.expressions import (
    constant_text,
    expressions,
    references,
    terms_in_quote,
    walk_terms,
)
from hrdgraph.mapping.functions.calls import function_of
from hrdgraph.mapping.model import (
    Constant,
    Expression,
    FinishedTerms,
    FunctionExecution,
    QuotedTriple,
    Reference,
    Template,
    TermMap,
    TermType,
)
from hrdgraph.mapping.terms.iris import SUSPICIOUS, Batch, Treatment, escape_iri, is_bad_iri
from hrdgraph.mapping.terms.typed_literals import Check, bad_value, check_all, check_datatype
from hrdgraph.rdf import BlankNode, Literal
from hrdgraph.rdf.terms import LANGUAGE_TAG, XSD_STRING, escape
from hrdgraph.sources.reference_columns import (
    BINARY,
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DOUBLE,
    DURATION,
    INTEGER,
    STRING,
    STRUCTURE,
    TIME,
    kinds_of,
)
from hrdgraph.sources.values import by_name, canonical_double
from hrdgraph.vocab import XSD

_DATATYPES: Final = {
    INTEGER: XSD.integer, DOUBLE: XSD.double, BOOLEAN: XSD.boolean, DECIMAL: XSD.decimal,
    DATE: XSD.date, TIME: XSD.time, DATETIME: XSD.dateTime, BINARY: XSD.hexBinary,
    DURATION: XSD.dayTimeDuration,
}  # fmt: skip
_ENDINGS: Final = {kind: f"^^<{iri.value}>" for kind, iri in _DATATYPES.items()}


def kinds(frame: pl.DataFrame, expression: Expression) -> pl.Series | int:
    """Return the kinds of an expression's values: a column if they vary, else one number."""
    match expression:
        case FunctionExecution():
            return function_of(expression).kind
        case Reference(name):
            beside = frame.get_column(kinds_of(name), default=None)
            return (
                (INTEGER if frame.get_column(name).dtype.is_integer() else STRING)
                if beside is None
                else beside
            )
        case _:
            return STRING


def natural_datatype(term: TermMap) -> Constant | None:
    """Return the datatype of a function's result, for literals without a datatype or language."""
    if (
        term.type is not TermType.LITERAL
        or term.language is not None
        or not isinstance(term.expression, FunctionExecution)
    ):
        return None
    iri = _DATATYPES.get(function_of(term.expression).kind)
    return None if iri is None else Constant(iri)


def with_kinds(frame: pl.DataFrame, names: list[str]) -> list[str]:
    """Return the columns, each followed by that of its kinds, if any."""
    present = frozenset(frame.columns)
    return [column for name in names for column in (name, kinds_of(name)) if column in present]


def quote(values: pl.Series, kinds: pl.Series) -> pl.Series:
    """Return escaped lexical forms as literals of their natural datatypes; doubles in canonical
    form."""
    ending = kinds.replace_strict(_ENDINGS, default="", return_dtype=pl.String)
    return '"' + _canonical(values, kinds) + '"' + ending


def as_doubles(values: pl.Series, kinds: pl.Series | int) -> pl.Series:
    """Return lexical forms of xsd:double: numbers of formats with types in canonical form, others
    unchanged."""
    numbers = (
        pl.Series([kinds], dtype=pl.UInt8).new_from_index(0, len(values))
        if isinstance(kinds, int)
        else kinds
    )
    return _canonical(values, numbers, (INTEGER, DOUBLE, DECIMAL))


def _canonical(
    values: pl.Series, kinds: pl.Series, which: tuple[int, ...] = (DOUBLE,)
) -> pl.Series:
    doubles = kinds.is_in(which)
    if not doubles.any():
        return values
    distinct = values.filter(doubles).unique()
    canonical = values.replace_strict(
        distinct, [canonical_double(text) for text in distinct], default=None,
        return_dtype=pl.String,
    )  # fmt: skip
    return pl.select(pl.when(doubles).then(canonical).otherwise(values).alias("value"))["value"]


def digest(text: str) -> str:
    """Return a digest of a text, as 32 hexadecimal digits."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def hash_texts(texts: pl.Series) -> pl.Series:
    """Return a digest of each text. Null stays null."""
    return pl.Series(
        texts.name,
        [None if text is None else digest(text) for text in texts.to_list()],
        dtype=pl.String,
    )


_AFTER_HOST: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://[A-Za-z0-9.\-]+/")
# what most IRIs are made of; others are tested value by value
_PLAIN: Final = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*"
_PLAIN_IRI: Final = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.\-]*://[A-Za-z0-9.\-]+/{_PLAIN}(?:\?{_PLAIN})?(?:#{_PLAIN})?"
)
_SCHEME: Final = r"^[A-Za-z][A-Za-z0-9+.\-]*:"
_UNSAFE: Final = (TermType.UNSAFE_IRI, TermType.UNSAFE_URI)
_ENCODINGS: Final = {TermType.IRI: Treatment.IRI, TermType.URI: Treatment.URI}

Parts = list[str | pl.Expr]


@lru_cache(maxsize=4096)
def is_constant(term: TermMap) -> bool:
    """Say whether a term map makes the same term of every row."""
    conditions = any(part.condition is not None for part in walk_terms(term))
    return not conditions and all(
        isinstance(expression, Constant | QuotedTriple) for expression in expressions(term)
    )


def constant_term(term: TermMap) -> str:
    """Return the N-Triples text of a constant term map."""
    if isinstance(term.expression, QuotedTriple):
        triple = f"<<( {' '.join(constant_term(part) for part in terms_in_quote(term))} )>>"
        return f"_:t{digest(triple)}" if term.type is TermType.BLANK_NODE else triple
    assert isinstance(term.expression, Constant)
    constant = term.expression.term
    if isinstance(constant, Literal) and (term.datatype or term.language):
        return Literal(
            constant.value,
            constant_text(term.datatype) or XSD_STRING,
            constant_text(term.language) or "",
        ).n3()
    return (
        BlankNode(f"c{constant.label}").n3() if isinstance(constant, BlankNode) else constant.n3()
    )


def treatments(batch: Batch, term: TermMap) -> Iterator[tuple[str, Treatment]]:
    """Yield the columns of a batch that a term map needs treated."""
    if isinstance(term.expression, QuotedTriple):
        yield from (item for part in terms_in_quote(term) for item in treatments(batch, part))
        return
    how = _treatment(term)
    if how is not None:
        yield from ((name, how) for name in columns_of(batch, term.expression))
    if term.datatype is not None and isinstance(term.datatype, Template):
        yield from ((name, Treatment.IRI) for name in columns_of(batch, term.datatype))


def _treatment(term: TermMap) -> Treatment | None:
    if term.type is TermType.LITERAL:
        return Treatment.ESCAPE
    if term.type is TermType.BLANK_NODE:
        return Treatment.LABEL
    return _ENCODINGS.get(term.type) if isinstance(term.expression, Template) else None


def columns_of(batch: Batch, expression: Expression) -> tuple[str, ...]:
    """Return the columns of a batch that make up the text of an expression."""
    return (
        (batch.add((expression,), _missing),)
        if isinstance(expression, FunctionExecution)
        else references(expression)
    )


def _missing() -> pl.Series:
    raise AssertionError("calls are worked out before terms are made")


def term_parts(batch: Batch, term: TermMap) -> tuple[Parts, list[Check]]:
    """Return the pieces of a term map's terms, over single-valued, treated columns of a batch, and
    the checks that they need."""
    if isinstance(term.expression, FinishedTerms):
        return [by_name(term.expression.name)], []
    if isinstance(term.expression, QuotedTriple):
        # Triple terms (RDF 1.2 N-Triples), or blank nodes for them where no triple term
        # may stand: each triple has its own.
        triple_parts: list[tuple[Parts, list[Check]]] = [
            ([constant_term(part)], []) if is_constant(part) else term_parts(batch, part)
            for part in terms_in_quote(term)
        ]
        subject, predicate, object = (text for text, _ in triple_parts)
        triple: Parts = ["<<( ", *subject, " ", *predicate, " ", *object, " )>>"]
        if term.type is TermType.BLANK_NODE:
            triple = ["_:t", concat(triple).map_batches(hash_texts, return_dtype=pl.String)]
        return triple, [check for _, checks in triple_parts for check in checks]
    checks = list(_structures(batch, term))
    if term.type is TermType.LITERAL:
        pieces, more = _literal(batch, term)
    elif term.type is TermType.BLANK_NODE:
        pieces, more = ["_:b", *parts(batch, term.expression, Treatment.LABEL)], []
    else:
        pieces, more = _iri(batch, term)
    return pieces, [*checks, *more]


def parts(batch: Batch, expression: Expression, treatment: Treatment | None) -> Parts:
    """Return the pieces of the text of an expression; in an IRI, only a template's values are
    treated."""
    match expression:
        case Constant():
            return [_constant_part(constant_text(expression) or "", treatment)]
        case Template(pieces):
            return [
                _constant_part(p, treatment)
                if isinstance(p, str)
                else batch.column(p.name, treatment)
                for p in pieces
            ]
        case _:
            return [batch.column(columns_of(batch, expression)[0], treatment)]


def _constant_part(text: str, treatment: Treatment | None) -> str:
    """Escape literal text of a mapping or make it a label, like values; in IRIs it stays as it
    is."""
    if treatment is Treatment.ESCAPE:
        return escape(text)
    return str(Treatment.LABEL(pl.Series([text]))[0]) if treatment is Treatment.LABEL else text


def concat(pieces: Parts) -> pl.Expr:
    """Join the pieces to one text, null if one of them is. Constant ones go into the pattern,
    which takes two thirds of the time of columns."""
    columns = [piece for piece in pieces if not isinstance(piece, str)]
    if len(columns) == len(pieces) == 1:
        return columns[0]
    pattern = "".join(
        piece.replace("{", "{{").replace("}", "}}") if isinstance(piece, str) else "{}"
        for piece in pieces
    )
    return pl.format(pattern, *columns)


def _literal(batch: Batch, term: TermMap) -> tuple[Parts, list[Check]]:
    texts = parts(batch, term.expression, Treatment.ESCAPE)
    if term.language is not None:
        tag = parts(batch, term.language, None)
        return ['"', *texts, '"@', *tag], [] if isinstance(term.language, Constant) else [
            _tag_check(term, concat(tag))
        ]
    if isinstance(term.datatype, Constant):
        datatype = constant_text(term.datatype) or ""
        if (
            datatype == XSD.double.value
            and (kind := kinds(batch.frame, term.expression)) is not STRING
        ):
            texts = [
                pl.col(
                    batch.add(
                        ("double", term.expression),
                        lambda: as_doubles(_join_in(batch, texts), kind),
                    )
                )
            ]
        checks = (
            []
            if term.ill_typed
            else check_datatype(concat(texts), datatype, _place(term, term.expression))
        )
        return ['"', *texts, ('"' if datatype == XSD_STRING else f'"^^<{datatype}>')], checks
    if term.datatype is not None:
        names, checks = _absolute(batch, replace(term, expression=term.datatype, type=TermType.IRI))
        end = pl.when(names == XSD_STRING).then(pl.lit('"')).otherwise(concat(['"^^<', names, ">"]))
        if not term.ill_typed:
            checks = [
                *checks,
                check_all(concat(texts), names, _place(term, term.expression)),
            ]
        return ['"', *texts, end], checks
    kind = kinds(batch.frame, term.expression)
    if isinstance(kind, int):
        # The pieces of an escaped lexical form as a literal of the natural datatype of one
        # kind.
        return ['"', *texts, f'"{_ENDINGS.get(kind, "")}'], []
    key = ("literal", term.expression)
    return [pl.col(batch.add(key, lambda: quote(_join_in(batch, texts), kind)))], []


def _join_in(batch: Batch, texts: Parts) -> pl.Series:
    return batch.frame.select(concat(texts).alias("text")).to_series()


def _tag_check(term: TermMap, tags: pl.Expr) -> Check:
    assert term.language is not None
    bad = ~tags.str.contains(LANGUAGE_TAG)
    return Check(
        bad,
        _refusal(
            term,
            term.language,
            tags,
            bad,
            lambda tag: is_not(tag, "language-tag"),
        ),
    )


def _structures(batch: Batch, term: TermMap) -> Iterator[Check]:
    """Yield the checks that references find no array or object, which can be no term."""
    for name in (
        references(term.expression) if isinstance(term.expression, Reference | Template) else ()
    ):
        if batch.schema.get(kinds_of(name)) == pl.UInt8:
            bad = pl.col(kinds_of(name)) == STRUCTURE
            yield Check(
                bad,
                _refusal(
                    term,
                    Reference(name),
                    by_name(name),
                    bad,
                    lambda value: Message("array-or-object", value=value),
                    Message("refer-inside"),
                ),
            )


def _iri(batch: Batch, term: TermMap) -> tuple[Parts, list[Check]]:
    if always_good(term):
        return ["<", *parts(batch, term.expression, _treatment(term)), ">"], []
    text, checks = _absolute(batch, term)
    return ["<", text, ">"], checks


@lru_cache(maxsize=4096)
def always_good(term: TermMap) -> bool:
    """Say whether a template makes an absolute IRI of any values: encoded ones cannot harm what
    follows scheme and host."""
    if (
        not isinstance(term.expression, Template)
        or term.type not in _ENCODINGS
        or not isinstance(term.expression.parts[0], str)
    ):
        return False
    filled = "".join(part if isinstance(part, str) else "x" for part in term.expression.parts)
    return (
        _AFTER_HOST.match(term.expression.parts[0]) is not None
        and _PLAIN_IRI.fullmatch(filled) is not None
    )


def _absolute(batch: Batch, term: TermMap) -> tuple[pl.Expr, list[Check]]:
    """Return the texts as absolute IRIs without brackets."""
    text = concat(
        parts(
            batch,
            term.expression,
            _ENCODINGS.get(term.type) if isinstance(term.expression, Template) else None,
        )
    )
    values = pl.when(text.str.contains(_SCHEME)).then(text).otherwise(concat([term.base, text]))
    if term.type in _UNSAFE:
        return escape_iri(values), []
    return values, [
        Check(values.str.contains(SUSPICIOUS), lambda frame: _settle_iris(frame, term, values))
    ]


def _settle_iris(frame: pl.DataFrame, term: TermMap, values: pl.Expr) -> None:
    """Try the doubtful IRIs by the grammar."""
    rows = frame.select(values.alias("iri"), is_bad_iri(values).alias("bad"))
    iris, bad = rows["iri"], rows["bad"]
    if bad.any():
        raise bad_value(
            frame, bad, iris, lambda iri: is_not(iri, "iri"), "correct-cell-or-percent-encode",
            _place(term, term.expression),
        )  # fmt: skip


def _refusal(
    term: TermMap, expression: Expression, values: pl.Expr, bad: pl.Expr,
    fact: Callable[[str], Message], hint: Message = NO_MESSAGE,
) -> Callable[[pl.DataFrame], None]:  # fmt: skip
    def refuse(frame: pl.DataFrame) -> None:
        rows = frame.select(bad.alias("bad"), values.alias("value"))
        raise bad_value(frame, rows["bad"], rows["value"], fact, hint, _place(term, expression))

    return refuse


def _place(term: TermMap, expression: Expression) -> Origin:
    """Return where a term map is written, and the column of its value."""
    return replace(term.origin, row=None, column=next(iter(references(expression)), None))
