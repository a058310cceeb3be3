"""Columns into RDF/XML: one description a subject.

Written here and not by pyoxigraph, whose RDF/XML (0.5.13) has empty element names for predicates
that end in `/`, raw control characters, and carriage returns that every XML reader turns into
line feeds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from hrdgraph.errors import OutputError
from hrdgraph.exports.names import ExportOptions, merged, parts, type_first, unescaped
from hrdgraph.rdf import ColumnGraph
from hrdgraph.vocab import PREFIXES, RDF

_START = "A-Z_a-zÀ-ÖØ-öø-˿Ͱ-ͽͿ-῿⁰-↏Ⰰ-⿯、-퟿"  # NameStartChar without ':', within the first plane
_LOCAL = re.compile(f"[{_START}][{_START}0-9.\\-·]*$")
_FORBIDDEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
_SYNTAX = frozenset(  # names that mean something else than a predicate (RDF/XML §5.1)
    RDF[name].value
    for name in (
        "RDF",
        "Description",
        "ID",
        "about",
        "parseType",
        "resource",
        "nodeID",
        "datatype",
        "li",
        "aboutEach",
        "aboutEachPrefix",
        "bagID",
    )
)
_ELSEWHERE = "write-n-triples-or-turtle"


def rdfxml(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:  # noqa: ARG001 - every writer has this signature
    """The triples of all graphs, each once. Raises OutputError, before anything is given, on
    what RDF/XML cannot say: a predicate without an XML name at its end, a control character in a
    literal.
    """
    graph = graph.trimmed()
    rows = merged(graph)
    pieces = parts(graph.terms)
    elements, spaces = _elements(pieces["iri"].gather(rows["p"].unique().sort()).to_list())
    objects = _objects(pieces)
    names = pl.DataFrame(
        {"iri": list(elements), "element": list(elements.values())},
        schema={"iri": pl.String, "element": pl.String},
    )
    element = pieces.select("iri").join(names, on="iri", how="left", maintain_order="left")[
        "element"
    ]
    return _document(
        rows.sort("s", type_first(graph), "p", "o"), _subjects(pieces), element, objects, spaces
    )


def _document(
    rows: pl.DataFrame,
    subjects: pl.Series,
    element: pl.Series,
    objects: pl.DataFrame,
    spaces: dict[str, str],
) -> Iterator[bytes]:
    named = (f'\n    xmlns:{prefix}="{_attribute(iri)}"' for prefix, iri in sorted(spaces.items()))
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{"".join(named)}>\n'.encode()
    name = pl.lit(element.gather(rows["p"]))
    opening = "  <rdf:Description rdf:" + pl.lit(subjects.gather(rows["s"])) + ">\n"
    inner = pl.lit(objects["inner"].gather(rows["o"]))
    content = ">" + inner + "</" + name + ">\n"
    fact = "    <" + name + pl.lit(objects["attribute"].gather(rows["o"]))
    fact += pl.when(inner.is_null()).then(pl.lit("/>\n")).otherwise(content)
    s, blank = pl.col("s"), pl.lit("")
    before = pl.when(s.ne_missing(s.shift())).then(opening).otherwise(blank)
    closing = pl.lit("  </rdf:Description>\n")
    after = pl.when(s.ne_missing(s.shift(-1))).then(closing).otherwise(blank)
    yield "".join(rows.select((before + fact + after).alias("line"))["line"]).encode()
    yield b"</rdf:RDF>\n"


def _subjects(pieces: pl.DataFrame) -> pl.Series:
    """`about="…"` or `nodeID="…"` of each term. Blank nodes are numbered: their labels need not
    be XML names."""
    about = 'about="' + _escaped("iri") + '"'
    return pieces.select(
        pl.coalesce(about, 'nodeID="b' + pl.col("blank").rank("dense").cast(pl.String) + '"').alias(
            "subject"
        )
    )["subject"]


def _objects(pieces: pl.DataFrame) -> pl.DataFrame:
    """What goes into the element's tag, and what between its tags (null for a reference)."""
    value = unescaped(pieces["lexical"].str.slice(1).str.head(-1))
    bad = value.filter(value.str.contains(_FORBIDDEN).fill_null(False))
    if len(bad):
        raise OutputError("control-character-in-rdfxml", text=repr(bad[0][:60]), hint=_ELSEWHERE)
    reference = _subjects(pieces).str.replace("^about", "resource")
    language = ' xml:lang="' + pl.col("language") + '"'
    datatype = ' rdf:datatype="' + _escaped("datatype") + '"'
    return pieces.with_columns(value, reference.alias("reference")).select(
        pl.coalesce(" rdf:" + pl.col("reference"), language, datatype, pl.lit("")).alias(
            "attribute"
        ),
        _escaped("lexical").str.replace_all("\r", "&#xD;", literal=True).alias("inner"),
    )


def _escaped(column: str) -> pl.Expr:
    """Column `column` with the characters that XML reserves as entities."""
    return pl.col(column).str.replace_many(
        ["&", "<", ">", '"'], ["&amp;", "&lt;", "&gt;", "&quot;"]
    )


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _elements(predicates: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The element name of each predicate, and the namespaces by prefix: ours where they fit,
    `ns1`, `ns2` … otherwise."""
    prefixes = {space: prefix for prefix, space in PREFIXES.items()}
    used = {RDF.prefix: "rdf"}
    elements = {}
    for predicate in predicates:
        match = _LOCAL.search(predicate)
        if match is None or match.start() == 0 or predicate in _SYNTAX:
            raise OutputError("predicate-not-in-rdfxml", predicate=predicate, hint=_ELSEWHERE)
        space, local = predicate[: match.start()], match[0]
        if space not in used:
            used[space] = (
                prefixes.get(space)
                or f"ns{1 + sum(prefix.startswith('ns') for prefix in used.values())}"
            )
        elements[predicate] = f"{used[space]}:{local}"
    return elements, {prefix: space for space, prefix in used.items()}
