"""Term maps into column expressions: the N-Triples text of each term, and what must hold for it.
The only code that makes text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message
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
from hrdgraph.mapping.terms.iris import SUSPICIOUS, Batch, Treatment, escaped_iri, is_bad_iri
from hrdgraph.mapping.terms.typed_literals import Check, bad_value, typed_check, varied_check
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
from hrdgraph.sources.values import canonical_double, named
from hrdgraph.vocab import XSD

_DATATYPES: Final = {
    INTEGER: XSD.integer,
    DOUBLE: XSD.double,
    BOOLEAN: XSD.boolean,
    DECIMAL: XSD.decimal,
    DATE: XSD.date,
    TIME: XSD.time,
    DATETIME: XSD.dateTime,
    BINARY: XSD.hexBinary,
    DURATION: XSD.dayTimeDuration,
}
_ENDINGS: Final = {kind: f"^^<{iri.value}>" for kind, iri in _DATATYPES.items()}


def kinds(frame: pl.DataFrame, expression: Expression) -> pl.Series | int:
    """The kinds of what an expression gives: a column where they differ from row to row, else
    one number."""
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
    """The datatype of what a function gives, where a term map makes literals of it and says
    neither datatype nor language."""
    if (
        term.type is not TermType.LITERAL
        or term.language is not None
        or not isinstance(term.expression, FunctionExecution)
    ):
        return None
    iri = _DATATYPES.get(function_of(term.expression).kind)
    return None if iri is None else Constant(iri)


def with_kinds(frame: pl.DataFrame, names: list[str]) -> list[str]:
    """The columns and, after each, that of its kinds where there is one."""
    known = frozenset(frame.columns)
    return [column for name in names for column in (name, kinds_of(name)) if column in known]


def quoted_parts(texts: list[str | pl.Expr], kind: int) -> list[str | pl.Expr]:
    """The pieces of an escaped lexical form as a literal of the natural datatype of one kind."""
    return ['"', *texts, f'"{_ENDINGS.get(kind, "")}']


def quoted(values: pl.Series, kinds: pl.Series) -> pl.Series:
    """Escaped lexical forms as literals of their natural datatypes; doubles in canonical form."""
    ending = kinds.replace_strict(_ENDINGS, default="", return_dtype=pl.String)
    return '"' + _canonical(values, kinds) + '"' + ending


def as_doubles(values: pl.Series, kinds: pl.Series | int) -> pl.Series:
    """Lexical forms of xsd:double: numbers of a format that knows them in canonical form, others
    as they are."""
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
        distinct,
        [canonical_double(text) for text in distinct],
        default=None,
        return_dtype=pl.String,
    )
    return pl.select(pl.when(doubles).then(canonical).otherwise(values).alias("value"))["value"]


def digest(text: str) -> str:
    """A digest of a text, as 32 hexadecimal digits."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def hashed(texts: pl.Series) -> pl.Series:
    """A digest of each text. Null stays null."""
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
    """Whether a term map makes the same term of every row."""
    conditions = any(part.condition is not None for part in walk_terms(term))
    return not conditions and all(
        isinstance(expression, Constant | QuotedTriple) for expression in expressions(term)
    )


def constant_term(term: TermMap) -> str:
    """The N-Triples text of a constant term map."""
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
    """The columns of a batch that a term map needs treated."""
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
    """The columns of a batch that the text of an expression is put together of."""
    return (
        (batch.add((expression,), _missing),)
        if isinstance(expression, FunctionExecution)
        else references(expression)
    )


def _missing() -> pl.Series:
    raise AssertionError("calls are worked out before terms are made")


def term_parts(batch: Batch, term: TermMap) -> tuple[Parts, list[Check]]:
    """What the terms of a term map are put together of, over single-valued, treated columns of a
    batch, and what must be checked."""
    if isinstance(term.expression, FinishedTerms):
        return [named(term.expression.name)], []
    if isinstance(term.expression, QuotedTriple):
        return _triple(batch, term)
    checks = list(_structures(batch, term))
    if term.type is TermType.LITERAL:
        made, more = _literal(batch, term)
    elif term.type is TermType.BLANK_NODE:
        made, more = ["_:b", *parts(batch, term.expression, Treatment.LABEL)], []
    else:
        made, more = _iri(batch, term)
    return made, [*checks, *more]


def _triple(batch: Batch, term: TermMap) -> tuple[Parts, list[Check]]:
    """Triple terms (RDF 1.2 N-Triples), or the blank nodes that stand for them where no triple
    term may: each triple has its own."""
    found: list[tuple[Parts, list[Check]]] = [
        ([constant_term(part)], []) if is_constant(part) else term_parts(batch, part)
        for part in terms_in_quote(term)
    ]
    subject, predicate, object = (made for made, _ in found)
    triple: Parts = ["<<( ", *subject, " ", *predicate, " ", *object, " )>>"]
    if term.type is TermType.BLANK_NODE:
        triple = ["_:t", joined(triple).map_batches(hashed, return_dtype=pl.String)]
    return triple, [check for _, checks in found for check in checks]


def parts(batch: Batch, expression: Expression, treatment: Treatment | None) -> Parts:
    """What the text of an expression is put together of; in an IRI, only what a template takes
    in is treated."""
    match expression:
        case Constant():
            return [_constant_part(constant_text(expression) or "", treatment)]
        case Template(pieces):
            return [
                _constant_part(p, treatment)
                if isinstance(p, str)
                else batch.treated(p.name, treatment)
                for p in pieces
            ]
        case _:
            return [batch.treated(columns_of(batch, expression)[0], treatment)]


def _constant_part(text: str, treatment: Treatment | None) -> str:
    """Literal text of a mapping is escaped or made a label as values are; in IRIs it stands as
    it is."""
    if treatment is Treatment.ESCAPE:
        return escape(text)
    return str(Treatment.LABEL(pl.Series([text]))[0]) if treatment is Treatment.LABEL else text


def joined(pieces: Parts) -> pl.Expr:
    """The pieces as one text, null where one of them is. Constant ones are part of the pattern:
    columns of them take half as long again."""
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
            _tag_check(term, joined(tag))
        ]
    if isinstance(term.datatype, Constant):
        datatype = constant_text(term.datatype) or ""
        if (
            datatype == XSD.double.value
            and (found := kinds(batch.frame, term.expression)) is not STRING
        ):
            texts = [
                pl.col(
                    batch.add(
                        ("double", term.expression),
                        lambda: as_doubles(_joined_in(batch, texts), found),
                    )
                )
            ]
        checks = (
            []
            if term.ill_typed
            else typed_check(joined(texts), datatype, _place(term, term.expression))
        )
        return ['"', *texts, _typed(datatype)], checks
    if term.datatype is not None:
        names, checks = _absolute(batch, replace(term, expression=term.datatype, type=TermType.IRI))
        end = pl.when(names == XSD_STRING).then(pl.lit('"')).otherwise(joined(['"^^<', names, ">"]))
        if not term.ill_typed:
            checks = [*checks, varied_check(joined(texts), names, _place(term, term.expression))]
        return ['"', *texts, end], checks
    found = kinds(batch.frame, term.expression)
    if isinstance(found, int):
        return quoted_parts(texts, found), []
    key = ("literal", term.expression)
    return [pl.col(batch.add(key, lambda: quoted(_joined_in(batch, texts), found)))], []


def _joined_in(batch: Batch, texts: Parts) -> pl.Series:
    return batch.frame.select(joined(texts).alias("text")).to_series()


def _typed(datatype: str) -> str:
    return '"' if datatype == XSD_STRING else f'"^^<{datatype}>'


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
            lambda tag: Message("language-tag-malformed", tag=tag),
            Message("language-tag-malformed.hint"),
        ),
    )


def _structures(batch: Batch, term: TermMap) -> Iterator[Check]:
    """A reference that finds an array or object makes no term: it is an error."""
    for name in (
        references(term.expression) if isinstance(term.expression, Reference | Template) else ()
    ):
        if batch.schema.get(kinds_of(name)) == pl.UInt8:
            bad = pl.col(kinds_of(name)) == STRUCTURE
            hint = Message("refer-inside")
            yield Check(
                bad,
                _refusal(
                    term,
                    Reference(name),
                    named(name),
                    bad,
                    lambda value: Message("array-or-object", value=value),
                    hint,
                ),
            )


def _iri(batch: Batch, term: TermMap) -> tuple[Parts, list[Check]]:
    if always_good(term):
        return ["<", *parts(batch, term.expression, _treatment(term)), ">"], []
    made, checks = _absolute(batch, term)
    return ["<", made, ">"], checks


@lru_cache(maxsize=4096)
def always_good(term: TermMap) -> bool:
    """Whether a template makes an absolute IRI whatever the values: encoded values cannot harm
    what follows scheme and host."""
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
    """The texts as absolute IRIs without their brackets."""
    text = joined(
        parts(
            batch,
            term.expression,
            _ENCODINGS.get(term.type) if isinstance(term.expression, Template) else None,
        )
    )
    values = pl.when(text.str.contains(_SCHEME)).then(text).otherwise(joined([term.base, text]))
    if term.type in _UNSAFE:
        return escaped_iri(values), []
    return values, [
        Check(values.str.contains(SUSPICIOUS), lambda frame: _settle_iris(frame, term, values))
    ]


def _settle_iris(frame: pl.DataFrame, term: TermMap, values: pl.Expr) -> None:
    """Try the doubtful IRIs by the grammar."""
    found = frame.select(values.alias("iri"), is_bad_iri(values).alias("bad"))
    made, bad = found["iri"], found["bad"]
    if bad.any():
        hint = "correct-cell-or-percent-encode"
        raise bad_value(
            frame,
            bad,
            made,
            lambda iri: Message("iri-not-whole", text=iri),
            hint,
            _place(term, term.expression),
        )


def _refusal(
    term: TermMap,
    expression: Expression,
    values: pl.Expr,
    bad: pl.Expr,
    fact: Callable[[str], Message],
    hint: Message,
) -> Callable[[pl.DataFrame], None]:
    def refuse(frame: pl.DataFrame) -> None:
        made = frame.select(bad.alias("bad"), values.alias("value"))
        raise bad_value(frame, made["bad"], made["value"], fact, hint, _place(term, expression))

    return refuse


def _place(term: TermMap, expression: Expression) -> Origin:
    """Where a term map is written, and the column that its value is read from."""
    return replace(term.origin, row=None, column=next(iter(references(expression)), None))
