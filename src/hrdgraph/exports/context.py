"""Read a JSON-LD 1.1 context, and write terms as it says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import OntologyError, Origin, OutputError
from hrdgraph.exports.names import ANY_LOCAL, IriShortener
from hrdgraph.rdf.terms import unescape

_TERM_KEYS = frozenset(
    {"@id", "@type", "@language", "@container", "@prefix", "@protected", "@reverse"}
)
_TOP_KEYS = frozenset({"@version", "@vocab", "@base", "@language", "@protected"})
_CONTAINERS = frozenset({"@set", "@language"})
_ALIASED = frozenset({"@id", "@type", "@value", "@language", "@graph", "@reverse"})
_WAY_OUT = "simplify-context"


@dataclass(frozen=True, slots=True)
class Definition:
    """One term: the property it stands for, and how its values are written. `language` is None
    where the term says nothing."""

    name: str
    iri: str
    type: str = ""
    language: str | None = None
    container: frozenset[str] = frozenset()


@dataclass(frozen=True)
class JsonLdContext:
    """A checked context. `document` is its JSON, to be written in front of what was compacted
    with it."""

    document: Mapping[str, Any]
    definitions: tuple[Definition, ...]
    prefixes: Mapping[str, str]
    names: frozenset[str]
    language: str

    @cached_property
    def by_iri(self) -> Mapping[str, tuple[Definition, ...]]:
        """The terms of each property that can carry plain values, by name."""
        found: dict[str, tuple[Definition, ...]] = {}
        for item in sorted(self.definitions, key=lambda item: item.name):
            found[item.iri] = (*found.get(item.iri, ()), item)
        return found

    @cached_property
    def keywords(self) -> Mapping[str, str]:
        """How each keyword is to be spelled: its first alias, or itself."""
        aliases = {
            item.iri: item.name
            for item in sorted(self.definitions, key=lambda item: item.name, reverse=True)
        }
        return {keyword: aliases.get(keyword, keyword) for keyword in _ALIASED}


def read_context(path: Path | None) -> JsonLdContext:
    """Read a file that holds a context, bare or below `@context`. OntologyError with the file
    and the term on what is missing, malformed, or beyond what the compactor understands. Without
    a file, the context is empty.
    """
    if path is None:
        return _context({}, Origin())
    origin = Origin(str(path))
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OntologyError("context-missing", reason=error.strerror, origin=origin) from error
    except ValueError as error:
        at = Origin(str(path), line=getattr(error, "lineno", None))
        raise OntologyError("context-not-json", reason=error, origin=at) from error
    document = loaded.get("@context", loaded) if isinstance(loaded, dict) else loaded
    if not isinstance(document, dict):
        raise OntologyError("context-not-object", origin=origin)
    return _context(document, origin)


def _context(document: dict[str, Any], origin: Origin) -> JsonLdContext:
    for key in document:
        if key.startswith("@") and key not in _TOP_KEYS:
            raise OntologyError("context-key-unsupported", key=key, origin=origin, hint=_WAY_OUT)
    names = [name for name in document if not name.startswith("@")]
    prefixes = [name for name in names if _is_prefix(name, document, origin)]
    return JsonLdContext(
        document=document,
        definitions=tuple(item for name in names for item in _definition(name, document, origin)),
        prefixes={name: _expanded(name, document, origin) for name in prefixes},
        names=frozenset(names),
        language=(document.get("@language") or "").lower(),
    )


def _definition(name: str, document: Mapping[str, Any], origin: Origin) -> Iterator[Definition]:
    """The definition of a term that plain values can be written with, if it is one."""
    value = document[name]
    if value is None:
        return
    detail = value if isinstance(value, dict) else {"@id": value}
    for key in detail.keys() - _TERM_KEYS:
        at = Origin(origin.file, node=name)
        raise OntologyError("context-term-unsupported", key=key, origin=at, hint=_WAY_OUT)
    containers = detail.get("@container") or ()
    container = frozenset([containers] if isinstance(containers, str) else containers)
    if "@reverse" in detail or detail.get("@id", "") is None or container - _CONTAINERS:
        return
    kind = detail.get("@type", "")
    language = (detail["@language"] or "").lower() if "@language" in detail else None
    iri = _expanded(name, document, origin)
    yield Definition(name, iri, _iri(kind, document, origin), language, container)


def _is_prefix(name: str, document: Mapping[str, Any], origin: Origin) -> bool:
    """Whether a term may stand before a colon (JSON-LD 1.1 §4.1.5)."""
    value = document[name]
    if ":" in name or "/" in name:
        return False
    if isinstance(value, dict):
        return value.get("@prefix") is True and "@reverse" not in value
    return isinstance(value, str) and _expanded(name, document, origin).endswith(
        (":", "/", "?", "#", "[", "]", "@")
    )


def _expanded(
    name: str, document: Mapping[str, Any], origin: Origin, seen: tuple[str, ...] = ()
) -> str:
    """The IRI or keyword that a term stands for."""
    if name in seen:
        raise OntologyError("context-term-circular", origin=Origin(origin.file, node=name))
    value = document[name]
    iri = value.get("@id", value.get("@reverse", name)) if isinstance(value, dict) else value
    if not isinstance(iri, str):
        raise OntologyError("context-term-without-iri", origin=Origin(origin.file, node=name))
    if iri == name and ":" not in iri and not iri.startswith("@"):
        return _iri(iri, {key: value for key, value in document.items() if key != name}, origin)
    return _iri(iri, document, origin, (*seen, name))


def _iri(text: str, document: Mapping[str, Any], origin: Origin, seen: tuple[str, ...] = ()) -> str:
    """Expand a term, a prefixed name or a word of the vocabulary; keywords and absolute IRIs
    stay."""
    if text in document and not text.startswith("@"):
        return _expanded(text, document, origin, seen)
    prefix, colon, rest = text.partition(":")
    if (
        not text
        or text.startswith("@")
        or (colon and (rest.startswith("//") or prefix not in document))
    ):
        return text
    if colon:
        return _expanded(prefix, document, origin, seen) + rest
    if "@vocab" not in document:
        raise OntologyError("iri-malformed", text=text, origin=origin, hint="give-defined-prefix")
    return str(document["@vocab"]) + text


# a string stands as it is in a map of languages
FORMS: Final = ("id", "vocab", "reference", "tagged", "typed", "wrapped", "bare", "map")


@dataclass(frozen=True, eq=False)
class CompactTerms:
    """The terms of a dictionary (in `pieces`), as a context lets them be written. OutputError
    where an IRI would be misread with it."""

    pieces: pl.DataFrame
    context: JsonLdContext
    base: str

    def __post_init__(self) -> None:
        iri = self.pieces["iri"]
        wrong = misread(iri.filter(iri == self._spelled), self.context)
        if len(wrong):
            fact = Message("iri-read-as-prefixed", iri=wrong[0])
            raise OutputError(fact, hint="rename-term-context-spelled-like")

    @cached_property
    def ids(self) -> pl.Series:
        """The JSON text of each term as an `@id`; says nothing of a literal."""
        return _quoted(self._spelled)

    @cached_property
    def prefixed(self) -> pl.Series:
        """The prefixed name of each IRI, null where there is none."""
        return self._names.prefixed(self.pieces["iri"], ANY_LOCAL)

    def values(self, form: str, places: pl.Series) -> pl.Series:
        """The JSON texts of some terms in a form."""
        return _WRITERS[form](self, places)

    @cached_property
    def _names(self) -> IriShortener:
        return IriShortener.of(self.context.prefixes, self.base)

    @cached_property
    def _spelled(self) -> pl.Series:
        relative = self._names.relative(self.pieces["iri"])
        return self.pieces.select(
            pl.coalesce(relative, self.prefixed, pl.col("iri"), "text").alias("id")
        )["id"]

    def _id(self, places: pl.Series) -> pl.Series:
        return self.ids.gather(places)

    def _reference(self, places: pl.Series) -> pl.Series:
        return f'{{"{self.context.keywords["@id"]}": ' + self._id(places) + "}"

    def _vocabulary(self, places: pl.Series) -> pl.Series:
        """IRIs as they are written where a term of the vocabulary may stand: a term, a prefixed
        name, or in full."""
        terms = {iri: found[0].name for iri, found in self.context.by_iri.items() if ":" in iri}
        iri = self.pieces["iri"].gather(places)
        known = iri.replace_strict(terms, default=None, return_dtype=pl.String)
        text = pl.coalesce(known, self.prefixed.gather(places), iri, self._text(places))
        return _quoted(pl.select(text.alias("vocab"))["vocab"])

    def _text(self, places: pl.Series) -> pl.Series:
        return self.pieces["text"].gather(places)

    def _bare(self, places: pl.Series) -> pl.Series:
        return _quoted_lexical(self.pieces["lexical"].gather(places))

    def _value(self, places: pl.Series) -> pl.Series:
        return f'{{"{self.context.keywords["@value"]}": ' + self._bare(places)

    def _tagged(self, places: pl.Series) -> pl.Series:
        language = self.pieces["language"].gather(places)
        return (
            self._value(places) + f', "{self.context.keywords["@language"]}": "' + language + '"}'
        )

    def _typed(self, places: pl.Series) -> pl.Series:
        datatype = self.pieces["datatype"].gather(places)
        known = datatype.unique()
        short = self._names.prefixed(known, ANY_LOCAL).fill_null(known)
        word, name = self.context.keywords["@type"], datatype.replace(known, short)
        return self._value(places) + f', "{word}": "' + name + '"}'

    def _wrapped(self, places: pl.Series) -> pl.Series:
        return self._value(places) + "}"


_WRITERS: Final[dict[str, Callable[[CompactTerms, pl.Series], pl.Series]]] = {
    "id": CompactTerms._id,
    "vocab": CompactTerms._vocabulary,
    "reference": CompactTerms._reference,
    "tagged": CompactTerms._tagged,
    "typed": CompactTerms._typed,
    "wrapped": CompactTerms._wrapped,
    "bare": CompactTerms._bare,
    "map": CompactTerms._bare,
}


def misread(iris: pl.Series, context: JsonLdContext) -> pl.Series:
    """The IRIs whose scheme is a term of the context: written out, they would be expanded again
    when they are read."""
    schemes = iris.str.extract(r"^([^:/?#]*):(?:[^/]|/[^/]|/?$)")
    return iris.filter(schemes.is_in(list(context.names)).fill_null(False))


def _quoted(texts: pl.Series) -> pl.Series:
    """JSON strings of IRIs and blank node labels, which hold nothing that JSON escapes but
    perhaps a backslash."""
    return '"' + texts.str.replace_all("\\", "\\\\", literal=True) + '"'


def _quoted_lexical(lexical: pl.Series) -> pl.Series:
    """JSON strings of literals. Two escapes of N-Triples are unknown to JSON; texts with these
    are written anew."""
    foreign = lexical.filter(lexical.str.contains(r"\\[U']").fill_null(False)).unique()
    written = [json.dumps(unescape(text[1:-1]), ensure_ascii=False) for text in foreign]
    return lexical.replace(foreign, pl.Series(written, dtype=pl.String))
