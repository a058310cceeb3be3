"""RDF 1.1 terms as frozen values, and their N-Triples text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
RDF_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

_ESCAPES = {
    "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
}  # fmt: skip
_NEEDS_ESCAPE = re.compile(r'[\\"\n\r\t\b\f\x00-\x1f\x7f]')
_NO_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.S)
_UNESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^<([^>]*)>)?', re.S)

# well-formed language tags (RFC 5646 §2.1): language, script, region, variants, extensions, private
# use, and the irregular ones
LANGUAGE_TAG = (
    r"^(?:(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(?:-[0-9A-WYZa-wyz](?:-[A-Za-z0-9]{2,8})+)*(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?"
    r"|[xX](?:-[A-Za-z0-9]{1,8})+"
    r"|(?i:i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)|en-GB-oed|sgn-(?:BE-(?:FR|NL)|CH-DE)))$"
)


def escape(text: str) -> str:
    """Escape as canonical N-Triples does: only what must be, control characters as `\\uXXXX`."""
    return _NEEDS_ESCAPE.sub(lambda m: _ESCAPES.get(m[0], f"\\u{ord(m[0]):04X}"), text)


def unescape(text: str) -> str:
    """Undo `escape`, and every other escape of the N-Triples grammar (ECHAR, UCHAR)."""
    if "\\" not in text:
        return text
    return _ESCAPED.sub(
        lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _UNESCAPES.get(m[3], m[0]), text
    )


@dataclass(frozen=True, slots=True)
class IRI:
    """An absolute IRI (RDF 1.1 §3.2)."""

    value: str

    def __hash__(self) -> int:
        return hash(self.value)

    def n3(self) -> str:
        """Return the IRI in angle brackets, with forbidden characters escaped so that they cannot
        end the term."""
        if _NO_IRI.search(self.value):
            safe = _NO_IRI.sub(lambda match: f"\\u{ord(match[0]):04X}", self.value)
            return f"<{safe}>"
        return f"<{self.value}>"


@dataclass(frozen=True, slots=True)
class BlankNode:
    """A blank node; `label` is without the `_:`."""

    label: str

    def n3(self) -> str:
        return f"_:{self.label}"


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal: lexical form, datatype IRI, and a language tag exactly when the datatype is
    `rdf:langString`."""

    value: str
    datatype: str = XSD_STRING
    language: str = ""

    def n3(self) -> str:
        quoted = f'"{escape(self.value)}"'
        if self.language:
            return f"{quoted}@{self.language}"
        return quoted if self.datatype == XSD_STRING else f"{quoted}^^<{self.datatype}>"


Subject = IRI | BlankNode
Term = IRI | BlankNode | Literal


class Quad(NamedTuple):
    """One statement; `graph` is None in the default graph."""

    subject: Subject
    predicate: IRI
    object: Term
    graph: IRI | BlankNode | None = None


def parse_term(text: str) -> Term:
    """Read one term from its N-Triples text. ValueError on what is none; HrdgraphError on a
    triple term of RDF 1.2.

    >>> parse_term('"chat"@fr').language
    'fr'
    """
    if text.startswith("<") and text.find(">") == len(text) - 1:
        return IRI(unescape(text[1:-1]))
    if text.startswith("_:"):
        return BlankNode(text[2:])
    match = _LITERAL.fullmatch(text)
    if match is None and text.startswith("<<("):
        raise HrdgraphError("triple-term-unsupported", hint="state-node-rdf-subject-rdf")
    if match is None:
        raise ValueError(Message("value-not-as-expected", value=text[:80]))
    lexical, language, datatype = match.groups()
    return Literal(
        unescape(lexical), RDF_LANG_STRING if language else datatype or XSD_STRING, language or ""
    )
