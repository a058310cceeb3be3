"""A JSON-LD 1.1 context file into the definitions that the compactor works with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hrdgraph.errors import OntologyError, Origin

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
