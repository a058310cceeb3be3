"""Write JSON-LD compacted with the project's context: one document, its nodes below `@graph`,
named graphs kept. Read the context, too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import product
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hrdgraph.catalogue import Message, add_this, is_not, write_like
from hrdgraph.errors import OntologyError, Origin, OutputError
from hrdgraph.exports.graph_texts import (
    ANY_LOCAL,
    ExportOptions,
    Flags,
    GraphTexts,
    IriShortener,
    Numbers,
    Pieces,
    QuadOrder,
    Rows,
    separate,
    starts,
    used,
)
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import DEFAULT_GRAPH
from hrdgraph.rdf.terms import unescape
from hrdgraph.vocab import RDF

_TERM_KEYS = frozenset(
    {"@id", "@type", "@language", "@container", "@prefix", "@protected", "@reverse"}
)
_TOP_KEYS = frozenset({"@version", "@vocab", "@base", "@language", "@protected"})
_CONTAINERS = frozenset({"@set", "@language"})
_ALIASED = frozenset({"@id", "@type", "@value", "@language", "@graph", "@reverse"})
_WAY_OUT = "simplify-context"


@dataclass(frozen=True, slots=True)
class Definition:
    """One term: the property it stands for, and how its values are written. `language` is None if
    the term does not state it."""

    name: str
    iri: str
    type: str = ""
    language: str | None = None
    container: frozenset[str] = frozenset()


@dataclass(frozen=True)
class JsonLdContext:
    """A checked context. `document` is its JSON, to be written before what was compacted with
    it."""

    document: Mapping[str, Any]
    definitions: tuple[Definition, ...]
    prefixes: Mapping[str, str]
    names: frozenset[str]
    language: str

    @cached_property
    def by_iri(self) -> Mapping[str, tuple[Definition, ...]]:
        """Return the terms of each property that can have plain values, by name."""
        terms: dict[str, tuple[Definition, ...]] = {}
        for item in sorted(self.definitions, key=lambda item: item.name):
            terms[item.iri] = (*terms.get(item.iri, ()), item)
        return terms

    @cached_property
    def keywords(self) -> Mapping[str, str]:
        """Return the spelling of each keyword: its first alias, or itself."""
        aliases = {
            item.iri: item.name
            for item in sorted(self.definitions, key=lambda item: item.name, reverse=True)
        }
        return {keyword: aliases.get(keyword, keyword) for keyword in _ALIASED}


def read_context(given: Path | str | None) -> JsonLdContext:
    """Read a file or a text that holds a context, bare or below `@context`. OntologyError with
    the file and the term on what is missing, malformed, or beyond what the compactor understands.
    Without a file, the context is empty.
    """
    if given is None:
        return _context({}, Origin())
    place = str(given) if isinstance(given, Path) else "context.jsonld"
    origin = Origin(place)
    try:
        loaded = json.loads(given.read_text("utf-8") if isinstance(given, Path) else given)
    except OSError as error:
        raise OntologyError("context-missing", reason=error.strerror, origin=origin) from error
    except ValueError as error:
        at = Origin(place, line=getattr(error, "lineno", None))
        raise OntologyError("not-valid", format="JSON", reason=error, origin=at) from error
    document = loaded.get("@context", loaded) if isinstance(loaded, dict) else loaded
    if not isinstance(document, dict):
        hint = write_like('{"@context": {"name": "http://xmlns.com/foaf/0.1/name"}}')
        raise OntologyError("not-as-expected", origin=origin, hint=hint)
    return _context(document, origin)


def _context(document: dict[str, Any], origin: Origin) -> JsonLdContext:
    for key in document:
        if key.startswith("@") and key not in _TOP_KEYS:
            raise OntologyError("not-known-here", name=key, origin=origin, hint=_WAY_OUT)
    names = [name for name in document if not name.startswith("@")]
    prefixes = [name for name in names if _is_prefix(name, document, origin)]
    return JsonLdContext(
        document=document,
        definitions=tuple(item for name in names for item in _definition(name, document, origin)),
        prefixes={name: _expand(name, document, origin) for name in prefixes},
        names=frozenset(names),
        language=(document.get("@language") or "").lower(),
    )


def _definition(name: str, document: Mapping[str, Any], origin: Origin) -> Iterator[Definition]:
    """Yield the definition of a term, if plain values can be written with it."""
    value = document[name]
    if value is None:
        return
    detail = value if isinstance(value, dict) else {"@id": value}
    for key in detail.keys() - _TERM_KEYS:
        at = Origin(origin.file, node=name)
        raise OntologyError("not-known-here", name=key, origin=at, hint=_WAY_OUT)
    containers = detail.get("@container") or ()
    container = frozenset([containers] if isinstance(containers, str) else containers)
    if "@reverse" in detail or detail.get("@id", "") is None or container - _CONTAINERS:
        return
    kind = detail.get("@type", "")
    language = (detail["@language"] or "").lower() if "@language" in detail else None
    iri = _expand(name, document, origin)
    yield Definition(name, iri, _iri(kind, document, origin), language, container)


def _is_prefix(name: str, document: Mapping[str, Any], origin: Origin) -> bool:
    """Say whether a term may stand before a colon (JSON-LD 1.1 §4.1.5)."""
    value = document[name]
    if ":" in name or "/" in name:
        return False
    if isinstance(value, dict):
        return value.get("@prefix") is True and "@reverse" not in value
    return isinstance(value, str) and _expand(name, document, origin).endswith(
        (":", "/", "?", "#", "[", "]", "@")
    )


def _expand(
    name: str, document: Mapping[str, Any], origin: Origin, seen: tuple[str, ...] = ()
) -> str:
    """Return the IRI or keyword that a term stands for."""
    if name in seen:
        raise OntologyError("contains-itself", origin=Origin(origin.file, node=name))
    value = document[name]
    iri = value.get("@id", value.get("@reverse", name)) if isinstance(value, dict) else value
    if not isinstance(iri, str):
        hint = add_this('"@id": "prefix:name"')
        place = Origin(origin.file, node=name)
        raise OntologyError("missing", option='"@id"', origin=place, hint=hint)
    if iri == name and ":" not in iri and not iri.startswith("@"):
        return _iri(iri, {key: value for key, value in document.items() if key != name}, origin)
    return _iri(iri, document, origin, (*seen, name))


def _iri(text: str, document: Mapping[str, Any], origin: Origin, seen: tuple[str, ...] = ()) -> str:
    """Expand a term, a prefixed name or a word of the vocabulary; keywords and absolute IRIs
    stay."""
    if text in document and not text.startswith("@"):
        return _expand(text, document, origin, seen)
    prefix, colon, rest = text.partition(":")
    if (
        not text
        or text.startswith("@")
        or (colon and (rest.startswith("//") or prefix not in document))
    ):
        return text
    if colon:
        return _expand(prefix, document, origin, seen) + rest
    if "@vocab" not in document:
        raise OntologyError(is_not(text, "iri"), origin=origin, hint="write-whole-iri")
    return str(document["@vocab"]) + text


# a string stands as it is in a map of languages
FORMS: Final = ("id", "vocab", "reference", "tagged", "typed", "wrapped", "bare", "map")


@dataclass(frozen=True, eq=False)
class CompactTerms:
    """The terms of a dictionary (in `pieces`), as a context allows them. OutputError if an IRI
    would be misread with it."""

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
        """Return the JSON text of each term as an `@id`; meaningless for a literal."""
        return _quote(self._spelled)

    @cached_property
    def prefixed(self) -> pl.Series:
        """Return the prefixed name of each IRI, null if there is none."""
        return self._names.add_prefixes(self.pieces["iri"], ANY_LOCAL)

    def values(self, form: str, places: pl.Series) -> pl.Series:
        """Return the JSON texts of some terms in a form."""
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
        """Return IRIs as written where a term of the vocabulary may stand: a term, a prefixed
        name, or in full."""
        terms = {iri: items[0].name for iri, items in self.context.by_iri.items() if ":" in iri}
        iri = self.pieces["iri"].gather(places)
        known = iri.replace_strict(terms, default=None, return_dtype=pl.String)
        text = pl.coalesce(known, self.prefixed.gather(places), iri, self._text(places))
        return _quote(pl.select(text.alias("vocab"))["vocab"])

    def _text(self, places: pl.Series) -> pl.Series:
        return self.pieces["text"].gather(places)

    def _bare(self, places: pl.Series) -> pl.Series:
        # JSON strings of literals. Two escapes of N-Triples are unknown to JSON; texts
        # with these are rewritten.
        lexical = self.pieces["lexical"].gather(places)
        foreign = lexical.filter(lexical.str.contains(r"\\[U']").fill_null(False)).unique()
        texts = [json.dumps(unescape(text[1:-1]), ensure_ascii=False) for text in foreign]
        return lexical.replace(foreign, pl.Series(texts, dtype=pl.String))

    def _value(self, places: pl.Series) -> pl.Series:
        return f'{{"{self.context.keywords["@value"]}": ' + self._bare(places)

    def _with_language(self, places: pl.Series) -> pl.Series:
        language = self.pieces["language"].gather(places)
        return (
            self._value(places) + f', "{self.context.keywords["@language"]}": "' + language + '"}'
        )

    def _with_type(self, places: pl.Series) -> pl.Series:
        datatype = self.pieces["datatype"].gather(places)
        datatypes = datatype.unique()
        short = self._names.add_prefixes(datatypes, ANY_LOCAL).fill_null(datatypes)
        word, name = self.context.keywords["@type"], datatype.replace(datatypes, short)
        return self._value(places) + f', "{word}": "' + name + '"}'

    def _close(self, places: pl.Series) -> pl.Series:
        return self._value(places) + "}"


_WRITERS: Final[dict[str, Callable[[CompactTerms, pl.Series], pl.Series]]] = {
    "id": CompactTerms._id, "vocab": CompactTerms._vocabulary, "reference": CompactTerms._reference,
    "tagged": CompactTerms._with_language, "typed": CompactTerms._with_type,
    "wrapped": CompactTerms._close, "bare": CompactTerms._bare, "map": CompactTerms._bare,
}  # fmt: skip


def misread(iris: pl.Series, context: JsonLdContext) -> pl.Series:
    """Return the IRIs whose scheme is a term of the context: reading them would expand them
    again."""
    schemes = iris.str.extract(r"^([^:/?#]*):(?:[^/]|/[^/]|/?$)")
    return iris.filter(schemes.is_in(list(context.names)).fill_null(False))


def _quote(texts: pl.Series) -> pl.Series:
    """Return JSON strings of IRIs and blank node labels, in which JSON only escapes backslashes."""
    return '"' + texts.str.replace_all("\\", "\\\\", literal=True) + '"'


class Sort(NamedTuple):
    """What the choice of a key depends on: a node, or a literal of a language or a datatype (None
    for a plain string)."""

    is_node: bool
    language: str | None
    datatype: str | None


class Choice(NamedTuple):
    """The key, the form of the value (`Form` of `compact`), its key in a language map, and whether
    values are always a list."""

    key: str
    form: str
    map_key: str | None = None
    array: bool = False


def choice(context: JsonLdContext, predicate: str, fallback: str, sort: Sort) -> Choice:
    """Choose how values of a sort are written for a property. Its prefixed name (`fallback`) has
    no definition, so it can have any value; a term is preferred, first the one that needs the
    fewest words."""
    if predicate == RDF.type.value:
        word = context.keywords["@type"]
        return Choice(word, "vocab") if sort.is_node else Choice(fallback, _full(sort))
    offers = [
        (offer, item)
        for item in context.by_iri.get(predicate, ())
        if (offer := _offer(item, context, sort))
    ]
    if not offers:
        form = "reference" if sort.is_node else _plain(context.language, sort)
        return Choice(fallback, form)
    (_, form), item = min(offers, key=lambda pair: pair[0][0])
    map_key = (sort.language or "@none") if form == "map" else None
    return Choice(item.name, form, map_key, "@set" in item.container)


def _offer(item: Definition, context: JsonLdContext, sort: Sort) -> tuple[int, str] | None:
    """Return how well a term can have a value (0 is best) and in what form; None if it cannot."""
    language, datatype = sort.language, sort.datatype
    if "@language" in item.container:
        # a streaming reader takes a tag that is also the name of a keyword, as `id`, for that
        if sort.is_node or datatype or language in context.keywords.values():
            return None
        return 1 - bool(language), "map"
    if item.type == "@json":
        return None
    if sort.is_node:
        return {"@id": (0, "id"), "@vocab": (0, "vocab")}.get(item.type, (2, "reference"))
    if datatype and datatype == item.type:
        return 0, "bare"
    if item.type not in ("", "@none"):
        return 3, _full(sort)
    form = _plain(context.language if item.language is None else item.language, sort)
    return (0 if form == "bare" else 2), form


def _plain(default_language: str, sort: Sort) -> str:
    """Return the form of a literal if strings have the language `default_language` ("" for
    none)."""
    is_plain = not sort.datatype and (sort.language or "").lower() == default_language
    return "bare" if is_plain else _full(sort)


def _full(sort: Sort) -> str:
    return "tagged" if sort.language else "typed" if sort.datatype else "wrapped"


class KeyTable:
    """The choice for each kind of quad: a pair of a property and a sort of value, which has a
    number. `slots` are the places of keys (`type` first, then by name), `maps` those in a
    language map (0 in none), `forms` those of `FORMS`."""

    def __init__(self, graph: ColumnGraph, terms: CompactTerms) -> None:
        p, o = (graph.quads[name].to_numpy() for name in ("p", "o"))
        size = len(graph.terms)
        self._properties = used(p, size)
        self._property = np.zeros(size, np.uint32)
        self._property[self._properties] = np.arange(len(self._properties))
        self._sorts, self._sort = _sorts(terms.pieces)
        count = len(self._properties) * len(self._sorts)
        pair = self._pairs(p, o)
        present = used(pair, count)
        self._kind = np.zeros(count, np.uint32)
        self._kind[present] = np.arange(len(present))
        iris = terms.pieces["iri"].gather(self._properties)
        names = terms.prefixed.gather(self._properties).fill_null(iris).to_list()
        texts = iris.to_list()
        each = (divmod(pair, len(self._sorts)) for pair in present.tolist())
        self.choices = [
            choice(terms.context, texts[p], names[p], self._sorts[sort]) for p, sort in each
        ]
        word = terms.context.keywords["@type"]
        self.slots = _ranks([item.key if item.key != word else "" for item in self.choices])
        self.maps = _ranks([item.map_key or "" for item in self.choices], "")
        self.forms = np.array([FORMS.index(item.form) for item in self.choices], np.uint32)
        self.are_lists: Flags = np.array([item.array for item in self.choices], np.bool_)
        self.are_mapped: Flags = self.maps > 0

    def kinds(self, p: Numbers, o: Numbers) -> Numbers:
        """Return the kind of each quad."""
        return self._kind[self._pairs(p, o)]

    def _pairs(self, p: Numbers, o: Numbers) -> Numbers:
        return self._property[p] * np.uint32(len(self._sorts)) + self._sort[o]


def _sorts(pieces: pl.DataFrame) -> tuple[list[Sort], Numbers]:
    """Return the sorts of value, and that of each term."""
    columns = pieces.select(pl.col("lexical").is_null().alias("is_node"), "language", "datatype")
    kinds = columns.unique(maintain_order=True)
    numbered = kinds.with_row_index("number")
    joined = columns.join(
        numbered, on=columns.columns, how="left", nulls_equal=True, maintain_order="left"
    )
    return [Sort(*row) for row in kinds.iter_rows()], joined["number"].to_numpy()


def _ranks(names: Sequence[str], first: str | None = None) -> NDArray[np.int64]:
    """Return the place of each name among all, or after one that may be absent."""
    ordered = sorted({*names, *([] if first is None else [first])})
    places = {name: place for place, name in enumerate(ordered)}
    return np.array([places[name] for name in names], np.int64)


_BETWEEN: Final = b",\n"  # two nodes
_INDENT, _INSIDE = "    ", "        "  # of a node, and of one of a named graph


def jsonld(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """Yield nodes of the default graph, then a node for each named graph with its nodes inside;
    all sorted. Raises before yielding anything."""
    return write_jsonld(GraphTexts.of(graph, options))


def write_jsonld(texts: GraphTexts) -> Iterator[bytes]:
    """Write the nodes of all graphs. OutputError where an IRI would be misread with the
    context."""
    context, base = read_context(texts.options.context), texts.options.base
    return _write(texts, CompactTerms(texts.pieces, context, base))


def _write(texts: GraphTexts, terms: CompactTerms) -> Iterator[bytes]:
    yield opening(terms.context, texts.options.base).encode()
    yield b"\n"
    if len(texts.graph):
        values = JsonLdValues(texts.graph, terms)
        rows_in = cache(partial(JsonLdRows, values, texts.options.rows_at_once))
        for number, (name, rows) in enumerate(texts.parts(QuadOrder.BY_GRAPH)):
            if number:
                yield _BETWEEN
            if name == DEFAULT_GRAPH:
                yield from separate(rows_in(_INDENT).chunks(rows), _BETWEEN)
            else:
                yield _open_graph(terms.ids[texts.graph.position(name) or 0], terms.context)
                yield from separate(rows_in(_INSIDE).chunks(rows), _BETWEEN)
                yield b"\n      ]\n    }"
    yield b"\n  ]\n}\n"


def opening(context: JsonLdContext, base: str) -> str:
    """Return the start of a document up to its list of nodes. The context is included, so that
    reading needs no network."""
    content = dict(context.document) | ({"@base": base} if base else {})
    text = json.dumps(content, ensure_ascii=False, indent=2).replace("\n", "\n  ")
    return f'{{\n  "@context": {text},\n  "{context.keywords["@graph"]}": ['


def _open_graph(name: str, context: JsonLdContext) -> bytes:
    """Return the beginning of a named graph."""
    word = context.keywords
    start = f'    {{\n      "{word["@id"]}": {name},\n      "{word["@graph"]}": [\n'
    return start.encode()


class JsonLdValues:
    """The texts of the values of a graph, in the forms that its keys need."""

    def __init__(self, graph: ColumnGraph, terms: CompactTerms) -> None:
        self.graph, self.terms, self.keys = graph, terms, KeyTable(graph, terms)
        s, p, o = (graph.quads[name].to_numpy() for name in ("s", "p", "o"))
        self.subjects = used(s, len(graph.terms))
        self._places = np.zeros(len(FORMS) * len(graph.terms), np.uint32)
        present = used(self._pairs(self.keys.kinds(p, o), o), len(self._places))
        self._places[present] = np.arange(len(present))
        forms, places = np.divmod(present, np.uint32(len(graph.terms)))
        self.texts = pl.concat(
            [
                terms.values(FORMS[form], pl.Series(places[forms == form])).rename("value")
                for form in used(forms, len(FORMS)).tolist()
            ]
        )

    def places(self, kinds: Numbers, o: Numbers) -> Numbers:
        """Return the place of each value's text among the texts."""
        return self._places[self._pairs(kinds, o)]

    def _pairs(self, kinds: Numbers, o: Numbers) -> Numbers:
        return self.keys.forms[kinds] * np.uint32(len(self.graph.terms)) + o


class JsonLdRows:
    """Writes rows of one graph, so many at once, with `indent` before each node."""

    def __init__(self, values: JsonLdValues, size: int, indent: str) -> None:
        self._size = size
        self._values, self._keys, self._pieces = values, values.keys, Pieces()
        word, graph = values.terms.context.keywords["@id"], values.graph
        nodes = values.terms.ids.gather(values.subjects)
        self._node = self._pieces.add_for(
            values.subjects, f',\n{indent}{{\n{indent}  "{word}": ' + nodes, len(graph.terms)
        )
        self._value = self._pieces.add(values.texts)
        self._nothing = self._pieces.add([""])
        edges = [*product((False, True), repeat=3)]
        self._start = self._pieces.add(
            [_start(item, indent, *edge) for item in self._keys.choices for edge in edges]
        )
        self._end = self._pieces.add([_end(indent, *edge) for edge in edges])

    def chunks(self, rows: Rows) -> Iterator[bytes]:
        """Yield the text of all rows."""
        for part in rows.whole_subjects(self._size):
            cut = rows.take(part)
            # what parts two nodes stands before the first, too
            yield self._text(cut).removeprefix(_BETWEEN)

    def _text(self, rows: Rows) -> bytes:
        keys = self._keys
        kind = keys.kinds(rows.p, rows.o)
        node = np.cumsum(starts(rows.s))
        slot = node * (len(keys.choices) + 1) + keys.slots[kind]
        entry = slot * (len(keys.choices) + 1) + keys.maps[kind]
        order = np.lexsort((rows.o, entry))
        rows, kind = rows.take(order), kind[order]
        is_node, is_key, is_entry = starts(rows.s), starts(slot[order]), starts(entry[order])
        is_listed = keys.are_lists[kind] | ~(is_entry & _before(is_entry))
        is_mapped = keys.are_mapped[kind]
        start = kind * 8 + _number(is_key, is_entry, is_listed)
        end = _number(_before(is_node), _before(is_key) & is_mapped, _before(is_entry) & is_listed)
        return self._pieces.join_rows(
            np.where(is_node, self._node[rows.s], np.uint32(self._nothing)),
            start + np.uint32(self._start),
            self._values.places(kind, rows.o) + np.uint32(self._value),
            end + np.uint32(self._end),
        )


def _before(begins: Flags) -> Flags:
    """Say whether a row is the last before one that begins something, or before the end."""
    return np.append(begins[1:], True)


def _number(first: Flags, second: Flags, third: Flags) -> Numbers:
    """Return the place of three answers among all possible ones."""
    return first * np.uint32(4) + second * np.uint32(2) + third


def _start(item: Choice, indent: str, is_key: bool, is_entry: bool, is_listed: bool) -> str:
    """Return what stands before a value that may begin a key, an entry (a list, or one value of a
    language map), and may belong to a list."""
    name = f'"{item.map_key}": ' if item.map_key is not None else ""
    key = f',\n{indent}  "{item.key}": {"{" if name else ""}' if is_key else ", "
    return key + (name + ("[" if is_listed else "") if is_entry else "")


def _end(indent: str, is_node: bool, is_map: bool, is_list: bool) -> str:
    """Return what stands after the last value of a node, of a language map, of a list."""
    node = f"\n{indent}}}" if is_node else ""
    return ("]" if is_list else "") + ("}" if is_map else "") + node
