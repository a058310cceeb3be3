"""Kinds into what follows from their attributes for people who read linked data: terms of the
ontology with their roles, base shapes, and words of the JSON-LD context.

Terms, shapes and words that somebody has written by hand stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from hrdgraph.fact_kinds.cell_types import CELL_TYPES
from hrdgraph.fact_kinds.model import Column, Kind
from hrdgraph.vocab import PREFIXES, short_iri

COMMAND: Final = "python -m hrdgraph.fact_kinds"
_ONTOLOGY: Final = "<https://w3id.org/hrdgraph/ontology>"
_HEAD: Final = f"# Made by `{COMMAND}` from ontology/tables: change those instead.\n"
_CLASSES: Final = {
    "person": "foaf:Person", "organisation": "org:Organization", "award": "hrd:Award",
    "event": "hrd:HumanRightsEvent", "act": "hrd:Act",
}  # fmt: skip
_VISIBLE: Final = "https://w3id.org/hrdgraph/vocabulary/visibility"


def write_declared(kinds: Mapping[str, Kind], ontology: Path) -> None:
    """Write the files of the ontology that follow from its kinds."""
    for path, text in declared_files(kinds, ontology).items():
        path.write_text(text, encoding="utf-8")


def declared_files(kinds: Mapping[str, Kind], ontology: Path) -> dict[Path, str]:
    """The text of each file of the ontology that follows from its kinds."""
    own = ontology / "shapes" / "attributes.ttl"
    written = [path.read_text("utf-8") for path in sorted((ontology / "shapes").glob("*.ttl"))]
    by_hand = "".join(text for text in written if not text.startswith(_HEAD))
    context = ontology / "context.jsonld"
    return {
        ontology / "attributes.ttl": _terms(kinds, (ontology / "core.ttl").read_text("utf-8")),
        own: _shapes(kinds, by_hand),
        context: _context(kinds, context.read_text("utf-8")),
    }


def _by_property(kinds: Mapping[str, Kind]) -> dict[str, list[tuple[Kind, Column]]]:
    """The attributes by their properties, in order of these."""
    found: dict[str, list[tuple[Kind, Column]]] = {}
    for kind in kinds.values():
        for column in kind.attributes:
            if column.predicate and not column.node:
                found.setdefault(short_iri(column.predicate.value), []).append((kind, column))
    return dict(sorted(found.items()))


def _terms(kinds: Mapping[str, Kind], core: str) -> str:
    """What the ontology says of attributes: new terms, what each does in a claim, and what tells
    claims of a class apart."""
    attributes = _by_property(kinds)
    parts = []
    for name, uses in attributes.items():
        lines = [] if f"\n{name} a " in core or not name.startswith("hrd:") else _term(uses)
        roles = dict.fromkeys(f"claim-role:{column.role}" for _, column in uses if column.role)
        lines += [f"hrd:claimRole {' , '.join(roles)}"] if roles else []
        parts += [_statement(name, lines)] if lines else []
    classes: dict[str, dict[str, None]] = {}
    for kind in kinds.values():
        for column in kind.attributes:
            if column.identifies == "true" and column.predicate:
                named = classes.setdefault(short_iri(kind.class_iri.value), {})
                named[short_iri(column.predicate.value)] = None
    parts += [
        _statement(name, [f"hrd:identifiedBy {' , '.join(named)}"])
        for name, named in sorted(classes.items())
    ]
    return _file("What attributes do in claims, and their terms.", parts)


def _term(uses: list[tuple[Kind, Column]]) -> list[str]:
    column = uses[0][1]
    type_ = CELL_TYPES[column.type]
    range_ = "skos:Concept" if type_.node else "rdfs:Literal"
    if column.type in ("name", "key"):
        range_ = _class_of(column)
    literal = not type_.node or column.type == "address"
    classes = dict.fromkeys(short_iri(kind.class_iri.value) for kind, _ in uses)
    hidden = {item.visibility for _, item in uses} - {"public"}
    return [
        f"a owl:{'Datatype' if literal else 'Object'}Property",
        f"schema:domainIncludes {' , '.join(classes)}",
        f"rdfs:range {type_.datatype or range_}",
        *(f"hrd:defaultVisibility <{_VISIBLE}/{level}>" for level in sorted(hidden)[-1:]),
        f"rdfs:label {_texts(column.labels or {'en': column.name})}",
        f"skos:definition {_texts(column.hints or column.labels or {'en': column.name})}",
        f"rdfs:isDefinedBy {_ONTOLOGY}",
    ]


def _class_of(column: Column) -> str:
    people = {*column.of} <= {"person", "organisation"} and len(column.of) != 1
    return "foaf:Agent" if people else _CLASSES.get("".join(column.of[:1]), "rdfs:Resource")


def _shapes(kinds: Mapping[str, Kind], by_hand: str) -> str:
    """A shape for each attribute of a class that no shape by hand has as its path."""
    parts, seen = [], set(re.findall(r"sh:path (\S+) ;", by_hand))
    for kind in kinds.values():
        made = dict(_shapes_of(kind, seen))
        if made:
            names = ", ".join(made).replace(", ", " , ")
            target = f"sh:targetClass {short_iri(kind.class_iri.value)}"
            head = ["a sh:NodeShape", target, f"sh:property {names}"]
            parts += [_statement(f"shape:{kind.name}-attributes", head), *made.values()]
    return _file("What attributes hold.", parts)


def _shapes_of(kind: Kind, seen: set[str]) -> Iterator[tuple[str, str]]:
    for column in kind.attributes:
        path = short_iri(column.predicate.value) if column.predicate else ""
        if path in seen or column.node or not path.startswith("hrd:"):
            continue
        seen.add(path)
        if column.type == "code":
            rule = f"sh:node shape:In{column.scheme.replace('-', ' ').title().replace(' ', '')}"
        elif datatype := CELL_TYPES[column.type].datatype:
            rule = f"sh:datatype {datatype}"
        elif column.type in ("name", "key") and column.of:
            rule = f"sh:class {_class_of(column)}"
        else:
            rule = "sh:nodeKind sh:" + ("IRI" if CELL_TYPES[column.type].node else "Literal")
        labels = column.labels or {"en": column.name}
        messages = {tag: _MESSAGES[tag].format(label=text) for tag, text in labels.items()}
        name = f"shape:{kind.name}-{column.name.replace('_', '-')}"
        lines = ["a sh:PropertyShape", f"sh:path {path}", rule, "sh:severity sh:Violation"]
        yield name, _statement(name, [*lines, f"sh:message {_texts(messages)}"])


_MESSAGES: Final = {
    "en": "Correct “{label}”: this is not what it can hold.",
    "fr": "Corrigez « {label} » : ce n'est pas ce qui peut y figurer.",
    "es": "Corrija «{label}»: no es lo que puede contener.",
}


def _context(kinds: Mapping[str, Kind], text: str) -> str:
    """The context with a word for each property that has none."""
    lines = []
    for name, uses in _by_property(kinds).items():
        if f'"@id": "{name}"' not in text:
            word, column = name.partition(":")[2], uses[0][1]
            said = {"@id": name}
            if datatype := CELL_TYPES[column.type].datatype:
                said["@type"] = datatype
            elif column.type == "words":
                said["@container"] = "@language"
            elif CELL_TYPES[column.type].node:
                said |= {"@type": "@id", **({"@container": "@set"} if column.many else {})}
            inside = ", ".join(f'"{key}": "{value}"' for key, value in said.items())
            lines.append(f'    "{word}": {{{inside}}},\n')
    at = text.index('    "subClassOf"')
    return text[:at] + "".join(lines) + text[at:]


def _texts(texts: Mapping[str, str]) -> str:
    escaped = ((tag, text.replace("\\", "\\\\").replace('"', '\\"')) for tag, text in texts.items())
    return " , ".join(f'"{text}"@{tag}' for tag, text in escaped)


def _statement(subject: str, lines: Iterable[str]) -> str:
    return f"{subject} " + " ;\n    ".join(lines) + " ."


def _file(title: str, parts: list[str]) -> str:
    """A Turtle file with the prefixes that it needs."""
    body = "\n\n".join(parts)
    spaces = PREFIXES | {
        "shape": "https://w3id.org/hrdgraph/shapes#",
        "claim-role": "https://w3id.org/hrdgraph/vocabulary/claim-role/",
    }
    used = (name for name in spaces if re.search(rf"\b{name}:\w", body))
    prefixes = "".join(f"@prefix {name}: <{spaces[name]}> .\n" for name in used)
    return f"{_HEAD}# {title}\n\n{prefixes}\n{body}\n"
