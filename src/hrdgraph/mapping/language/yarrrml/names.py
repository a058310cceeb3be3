"""Expand the prefixed names of a YARRRML document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from hrdgraph.catalogue import Message, is_not, must_be, write_like
from hrdgraph.errors import HrdgraphError
from hrdgraph.mapping.language.yarrrml.yaml import (
    Keys,
    Node,
    YamlText,
    entries_of,
    text_of,
    wrong,
)
from hrdgraph.nearest import nearest
from hrdgraph.rdf import IRI
from hrdgraph.rdfio.oxi import to_ox

# the initial context of RDFa 1.1, which every YARRRML document begins with, and the functions there
# are
DEFAULTS: Final[Mapping[str, str]] = {
    "as": "https://www.w3.org/ns/activitystreams#",
    "cc": "http://creativecommons.org/ns#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "ctag": "http://commontag.org/ns#",
    "dc": "http://purl.org/dc/terms/",
    "dc11": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "duv": "https://www.w3.org/ns/duv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "gr": "http://purl.org/goodrelations/v1#",
    "grddl": "http://www.w3.org/2003/g/data-view#",
    "grel": "http://users.ugent.be/~bjdmeest/function/grel.ttl#",
    "hrdf": "https://w3id.org/hrdgraph/function#",
    "ical": "http://www.w3.org/2002/12/cal/icaltzd#",
    "idlab-fn": "https://w3id.org/imec/idlab/function#",
    "jsonld": "http://www.w3.org/ns/json-ld#",
    "ldp": "http://www.w3.org/ns/ldp#",
    "ma": "http://www.w3.org/ns/ma-ont#",
    "oa": "http://www.w3.org/ns/oa#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "og": "http://ogp.me/ns#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfa": "http://www.w3.org/ns/rdfa#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rev": "http://purl.org/stuff/rev#",
    "rif": "http://www.w3.org/2007/rif#",
    "rr": "http://www.w3.org/ns/r2rml#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sioc": "http://rdfs.org/sioc/ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "ssn": "http://www.w3.org/ns/ssn/",
    "time": "http://www.w3.org/2006/time#",
    "v": "http://rdf.data-vocabulary.org/#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "wdr": "http://www.w3.org/2007/05/powder#",
    "wdrs": "http://www.w3.org/2007/05/powder-s#",
    "xhv": "http://www.w3.org/1999/xhtml/vocab#",
    "xml": "http://www.w3.org/XML/1998/namespace",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_SCHEMES: Final = (
    "http", "https", "urn", "mailto", "tel", "ftp", "file", "data", "tag", "geo", "info", "doi",
    "did", "ark",
)  # fmt: skip
_PREFIXED: Final = re.compile(r"([^\W\d][\w.\-]*)?:(?!\s)")


@dataclass(frozen=True)
class PrefixMap:
    """The prefixes of a document, and its external references."""

    prefixes: Mapping[str, str]
    external: Mapping[str, str]

    def looks_like_iri(self, text: str) -> bool:
        """Say whether a text begins like an IRI: with a known prefix, or with http."""
        match = _PREFIXED.match(text)
        whole = match is not None and not re.search(r"\s", text)
        return (
            whole
            and match is not None
            and ((match[1] or "") in self.prefixes or text.startswith(("http://", "https://")))
        )

    def expand(self, text: str, node: Node) -> str:
        """Replace the prefix of a text for an IRI; MappingError for an unknown one."""
        match = _PREFIXED.match(text)
        if match is None:
            return text
        prefix = match[1] or ""
        if prefix in self.prefixes and not text.startswith(f"{prefix}://"):
            return self.prefixes[prefix] + text[match.end() :]
        if prefix.lower() in _SCHEMES or text.startswith("://", len(prefix)):
            return text
        near = nearest(prefix, self.prefixes)
        hint = Message("write-whole-iri")
        if near is not None:
            hint = Message("did-you-mean", nearest=f"{near}:")
        raise wrong(node, Message("prefix-undeclared", prefix=prefix, text=text), hint)

    def iri(self, text: str, node: Node) -> IRI:
        """Return the IRI for a prefixed name or a whole IRI; MappingError if it is not absolute."""
        name = IRI(self.expand(text, node))
        try:
            to_ox(name)
        except HrdgraphError as error:
            hint = write_like("foaf:name, https://example.org/x")
            if "{" in text:
                hint = write_like("$(name)")
            raise wrong(node, is_not(text, "iri"), hint) from error
        return name


def read_names(
    prefixes: Node | None, external: Node | None, known: Mapping[str, str] | None = None
) -> PrefixMap:
    """Read a document's prefixes and external references, besides the known prefixes."""
    own = {
        key.value.removesuffix(":"): _namespace(key, value)
        for key, value in entries_of(prefixes, "'prefixes'", empty=True)
    }
    outer = {key.value: _outer(key, value) for key, value in entries_of(external, "'external'")}
    return PrefixMap({**DEFAULTS, **(known or {}), **own}, outer)


def _namespace(key: YamlText, value: Node) -> str:
    text = text_of(value, f"the prefix '{key.value}'").value
    PrefixMap({}, {}).iri(text, value)
    return text


def _outer(key: YamlText, value: Node) -> str:
    if isinstance(value, Keys):
        raise wrong(
            value,
            must_be(key.value, "text"),
            write_like(f"{key.value}: …"),
        )
    return text_of(value, f"the external reference '{key.value}'").value


class Ref(NamedTuple):
    """A reference to a column or path."""

    name: str


Part = str | Ref
Parts = tuple[Part, ...]


def parse(text: str, node: Node, external: Mapping[str, str]) -> Parts:
    r"""Split a text into plain parts and references. `\$`, `\(`, `\)` and `\\` are the
    characters themselves.

    `$(_name)` is the value of the external reference `name` where there is one; `$(\_name)` is
    always a column `_name`.
    """
    parts: list[Part] = []
    at = 0
    while at < len(text):
        if text.startswith("$(", at):
            name, at = _reference(text, at + 2, node)
            parts.append(_resolve(name, node, external))
        else:
            plain, at = _plain(text, at)
            parts.append(plain)
    whole: list[Part] = []
    for part in parts:
        if isinstance(part, str) and whole and isinstance(whole[-1], str):
            whole[-1] += part
        elif part != "":
            whole.append(part)
    return tuple(whole)


def _plain(text: str, at: int) -> tuple[str, int]:
    if text[at] == "\\" and text[at + 1 : at + 2] in ("$", "(", ")", "\\"):
        return text[at + 1], at + 2
    return text[at], at + 1


def _reference(text: str, start: int, node: Node) -> tuple[str, int]:
    """Return the text of a reference, escapes kept, and where it ends. Brackets within it belong
    to a path, in pairs."""
    depth, at = 1, start
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == "(":
            depth += 1
        elif text[at] == ")":
            depth -= 1
            if not depth:
                return text[start:at], at + 1
        at += 1
    raise wrong(
        node,
        Message("value-not-as-expected", value=f"$({text[start:]}"),
        "write-name-name-comma-stands",
    )


def _resolve(raw: str, node: Node, external: Mapping[str, str]) -> Part:
    name = re.sub(r"\\([$()\\_])", r"\1", raw)
    if not name.strip():
        raise wrong(node, is_not(name, "name"))
    if raw.startswith("_") and name[1:] in external:
        return external[name[1:]]
    return Ref(name)


def plain_text(parts: Parts) -> str | None:
    """Return the text of parts without references; None if there is one."""
    if any(isinstance(part, Ref) for part in parts):
        return None
    return "".join(part for part in parts if isinstance(part, str))


def as_template(parts: Parts) -> str:
    """Return parts as a template of RML-Core, with braces and backslashes escaped."""
    return "".join(
        f"{{{_escape(part.name)}}}" if isinstance(part, Ref) else _escape(part) for part in parts
    )


def _escape(text: str) -> str:
    return re.sub(r"([\\{}])", r"\\\1", text)
