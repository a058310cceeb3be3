"""What a person typed for the parameters of a query, into terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, QueryError, raise_all
from hrdgraph.kinds.countries import country_code, is_country
from hrdgraph.nearest import meant
from hrdgraph.queries.model import Parameter, Query, Type
from hrdgraph.rdf import IRI, Literal, Term, parse_term
from hrdgraph.vocab import HRDV, PREFIXES, XSD

_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def bind(query: Query, raw: Mapping[str, str], base: str, language: str = "") -> dict[str, Term]:
    """One term for each parameter that has a value. `base` is the IRI that keys are put under.

    Raises QueryError (or Problems) for an unknown name, a missing value, which is described in
    the `language`, or a value that is not of the type.
    """
    bound: dict[str, Term] = {}
    errors: list[HrdgraphError] = [
        _unknown(query, name) for name in raw if not _declared(query, name)
    ]
    for parameter in query.parameters:
        text = raw.get(parameter.name, parameter.default)
        try:
            if text is not None:
                bound[parameter.name] = term(parameter, text, base)
            elif not parameter.optional:
                errors.append(_missing(query, parameter, language))
        except QueryError as error:
            errors.append(error)
    raise_all(errors)
    return bound | {name: guess(text) for name, text in raw.items() if name not in bound}


def term(parameter: Parameter, text: str, base: str) -> Term:
    """The term that a typed value means; QueryError where it is not of the parameter's type."""
    text = text.strip() if parameter.type is not Type.STRING else text
    if parameter.type is Type.IRI:
        if parameter.scope == "country" and is_country(text):
            text = country_code(text)  # people write its name
        # as tables print it: person/Igor_Kalyapin
        whole = parameter.scope and text.startswith(f"{parameter.scope}/")
        return _iri(
            parameter, text, base if whole or not parameter.scope else f"{base}{parameter.scope}/"
        )
    if parameter.type is Type.CONCEPT:
        return _iri(parameter, text, f"{HRDV}{parameter.scope}/")
    if not _FITS[parameter.type](text):
        raise _misfit(parameter, text, _EXAMPLES[parameter.type])
    return Literal(
        text.lower() if parameter.type is Type.LANGUAGE else text,
        _DATATYPES.get(parameter.type, XSD.string.value),
    )


def guess(text: str) -> Term:
    """The term that a value of an undeclared parameter means: an N-Triples term or an absolute
    IRI, else a string."""
    try:
        return parse_term(text)
    except ValueError:
        absolute = _SCHEME.match(text) and "//" in text and not _NOT_IN_IRI.search(text)
        return IRI(text) if absolute else Literal(text)


def _iri(parameter: Parameter, text: str, space: str) -> IRI:
    text = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    if not text or _NOT_IN_IRI.search(text):
        raise _misfit(parameter, text, Message("example-key", path=space))
    scheme = _SCHEME.match(text)
    if not scheme:
        return IRI(space + text)
    rest = text[scheme.end() :]
    return (
        IRI(PREFIXES[scheme[1]] + rest)
        if scheme[1] in PREFIXES and not rest.startswith("//")
        else IRI(text)
    )


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text, re.ASCII) is not None


_FITS: Mapping[Type, Callable[[str], bool]] = {
    Type.STRING: lambda _: True,
    Type.LANGUAGE: _matches(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"),
    Type.YEAR: _matches(r"[0-9]{4}"),
    Type.DATE: _is_date,
    Type.INTEGER: _matches(r"[+-]?[0-9]+"),
}
_EXAMPLES: Mapping[Type, Message] = {
    Type.LANGUAGE: Message("example-language"),
    Type.YEAR: Message("example-year"),
    Type.DATE: Message("example-date"),
    Type.INTEGER: Message("example-integer"),
}
_DATATYPES: Mapping[Type, str] = {
    Type.YEAR: XSD.gYear.value,
    Type.DATE: XSD.date.value,
    Type.INTEGER: XSD.integer.value,
}


def _declared(query: Query, name: str) -> bool:
    return query.ad_hoc or any(parameter.name == name for parameter in query.parameters)


def _origin(query: Query) -> Origin:
    return Origin(str(query.path or ""))


def _unknown(query: Query, name: str) -> QueryError:
    names = [parameter.name for parameter in query.parameters]
    hint = meant(name, names, Message("takes", names=", ".join(names) or "none"), cutoff=0.5)
    return QueryError(
        "parameter-unknown", query=query.name, name=name, origin=_origin(query), hint=hint
    )


def _missing(query: Query, parameter: Parameter, language: str) -> QueryError:
    hint = Message("add-parameter", parameter=parameter.name, description=parameter.told(language))
    return QueryError(
        "parameter-missing",
        query=query.name,
        parameter=parameter.name,
        origin=_origin(query),
        hint=hint,
    )


def _misfit(parameter: Parameter, text: str, example: Message) -> QueryError:
    return QueryError(
        "parameter-malformed",
        parameter=parameter.name,
        type=parameter.type,
        text=text[:60],
        example=example,
    )
