"""Write what follows from the attributes of kinds for people who read linked data: terms of the
ontology with their roles, base shapes, and words of the JSON-LD context.

Terms, shapes and words that somebody has written by hand stay as they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import phrase
from hrdgraph.fact_kinds.cell_types import CELL_TYPES
from hrdgraph.fact_kinds.model import Column, Kind
from hrdgraph.rdf import IRI
from hrdgraph.vocab import PREFIXES, short_iri

COMMAND: Final = "python -m hrdgraph.fact_kinds"
_ONTOLOGY: Final = "<https://w3id.org/hrdgraph/ontology>"
_HEAD: Final = f"# Made by `{COMMAND}` from ontology/tables: change those instead.\n"
_VISIBLE: Final = "https://w3id.org/hrdgraph/vocabulary/visibility"


def generate_files(kinds: Mapping[str, Kind], ontology: Path) -> dict[Path, str]:
    """Write the text of each file of the ontology that follows from its kinds."""
    own = ontology / "shapes" / "attributes.ttl"
    written = [path.read_text("utf-8") for path in sorted((ontology / "shapes").glob("*.ttl"))]
    by_hand = "".join(text for text in written if not text.startswith(_HEAD))
    context = ontology / "context.jsonld"
    rules = ontology / "vocabularies" / "conflict-rule.ttl"
    rule_text = rules.read_text("utf-8").partition(_HEAD)[0]
    core = (ontology / "core.ttl").read_text("utf-8")
    terms = _terms(kinds, core)
    return {
        ontology / "attributes.ttl": terms,
        rules: "".join([rule_text, _HEAD, *(f"\n{rule}\n" for rule in _rules(kinds, rule_text))]),
        own: _shapes(kinds, by_hand),
        context: add_to_context(kinds, _drop_unknown(context.read_text("utf-8"), core)),
    }


def _drop_unknown(context: str, terms: str) -> str:
    """Drop the words of the context for terms that nobody has written by hand."""
    return re.sub(
        r'(?m)^    "\w+": (?:\{"@id": )?"(hrd:\w+)".*\n',
        lambda line: line[0] if f"\n{line[1]} a " in terms else "",
        context,
    )


def generate_terms(kinds: Mapping[str, Kind], core: str, namespace: str) -> str:
    """Write the terms of the kinds of a project, whose names begin with `namespace`, as Turtle."""
    own = {name: kind for name, kind in kinds.items() if has_own(kind)}
    if not own:
        return ""
    parts = [_class(kind, namespace) for kind in own.values() if kind.is_own]
    parts += [*_attributes(own, kinds, core, namespace), *_rules(own, "", namespace)]
    return "\n\n".join([_spaces(), *parts])


def generate_shapes(kinds: Mapping[str, Kind], by_hand: str, namespace: str) -> str:
    """Write shapes of what the kinds of a project hold, as Turtle."""
    own = {name: kind for name, kind in kinds.items() if kind.is_own}
    return "\n\n".join([_spaces(), *_shape_parts(own, kinds, by_hand, namespace)])


def has_own(kind: Kind) -> bool:
    """Tell whether a project declares a kind, or an attribute of it."""
    return kind.is_own or any(
        name_of(column.predicate).startswith("<") for column in kind.attributes
    )


def name_of(iri: IRI | None) -> str:
    """Write an IRI as Turtle has it: in full where it is of no vocabulary that is known."""
    short = short_iri(iri.value) if iri else ""
    return f"<{short}>" if iri and short == iri.value else short


def _class(kind: Kind, namespace: str = "") -> str:
    lines = ["a owl:Class", *(["rdfs:subClassOf hrd:Claim"] if kind.is_claim else [])]
    lines += [
        f"rdfs:label {_texts(kind.singulars or kind.labels)}",
        f"skos:definition {_texts(kind.descriptions)}",
    ]
    ontology = f"<{namespace}ontology>" if namespace else _ONTOLOGY
    return _statement(name_of(kind.class_iri), [*lines, f"rdfs:isDefinedBy {ontology}"])


def _by_property(kinds: Mapping[str, Kind]) -> dict[str, list[tuple[Kind, Column]]]:
    """Return the attributes by their properties, in order of these."""
    columns_of: dict[str, list[tuple[Kind, Column]]] = {}
    for kind in kinds.values():
        for column in kind.attributes:
            if column.predicate and not column.node:
                columns_of.setdefault(name_of(column.predicate), []).append((kind, column))
    return dict(sorted(columns_of.items()))


def _terms(kinds: Mapping[str, Kind], core: str) -> str:
    """Write what the ontology says of kinds: new classes and terms, what each attribute does in a
    claim, and what tells claims of a class apart."""
    title = "What attributes do in claims, and terms that are not written by hand."
    new = (kind for kind in kinds.values() if f"\n{name_of(kind.class_iri)} a " not in core)
    classes = [_class(kind) for kind in new if name_of(kind.class_iri).startswith("hrd:")]
    return _file(title, [*_datatypes(core), *classes, *_attributes(kinds, kinds, core)])


def _datatypes(core: str) -> Iterator[str]:
    """Yield the datatypes of cells that no vocabulary and nobody by hand declares."""
    for name, type_ in CELL_TYPES.items():
        datatype = type_.datatype
        if datatype and not datatype.startswith("xsd:") and f"\n{datatype} a " not in core:
            label, text = (
                _texts({tag: phrase(f"{code}-{name}", tag) for tag in _MESSAGES})
                for code in ("kind-type", "template")
            )
            lines = ["a rdfs:Datatype", f"rdfs:label {label}", f"skos:definition {text}"]
            yield _statement(datatype, [*lines, f"rdfs:isDefinedBy {_ONTOLOGY}"])


def _attributes(
    kinds: Mapping[str, Kind], every: Mapping[str, Kind], core: str, namespace: str = ""
) -> list[str]:
    parts = []
    for name, uses in _by_property(kinds).items():
        is_ours = name.startswith("<") if namespace else name.startswith("hrd:")
        is_new = is_ours and f"\n{name} a " not in core
        lines = _term(uses, every, namespace) if is_new else []
        roles = dict.fromkeys(f"claim-role:{column.role}" for _, column in uses if column.role)
        lines += [f"hrd:claimRole {' , '.join(roles)}"] if roles else []
        parts += [_statement(name, lines)] if lines else []
    apart: dict[str, dict[str, dict[str, None]]] = {}
    for kind in kinds.values():
        for column in (column for column in kind.attributes if column.identifies):
            for iri in kind.classes:
                named = apart.setdefault(name_of(iri), {}).setdefault(column.identifies, {})
                named[name_of(column.predicate)] = None
    for name, ways in sorted(apart.items()):
        lines = [f"{_IDENTIFYING[way]} {' , '.join(named)}" for way, named in ways.items()]
        parts.append(_statement(name, lines))
    return parts


def _rules(kinds: Mapping[str, Kind], by_hand: str, namespace: str = "") -> Iterator[str]:
    """Write a conflict rule for each disputed attribute for which there is none by hand."""
    there = [block for block in by_hand.split("\n\n") if "hrd:answerProperty" in block]
    space = f"{namespace}vocabulary/conflict-rule/" if namespace else _RULES
    disputed = [
        (kind, column)
        for kind in kinds.values()
        for column in kind.attributes
        if column.disputed and not column.node
    ]
    names = Counter(column.name for _, column in disputed)
    for kind, column in disputed:
        subject, answer = name_of(kind.class_iri), name_of(column.predicate)
        known = any(f"{subject} ;" in rule and f"{answer} ;" in rule for rule in there)
        if known or (namespace and not kind.is_own and not answer.startswith("<")):
            continue
        name = column.name if names[column.name] == 1 else f"{kind.name}-{column.name}"
        labels = {tag: text[:1].lower() + text[1:] for tag, text in column.labels.items()}
        question = " , ".join(map(name_of, kind.question_of(column)))
        is_detail = not (column.identifies and column.role == "kind")
        yield _statement(
            f"<{space}{name.replace('_', '-')}>",
            [
                "a skos:Concept", f"skos:inScheme <{_RULES[:-1]}>",
                f"skos:topConceptOf <{_RULES[:-1]}>", f"skos:prefLabel {_texts(labels)}",
                f"skos:definition {_texts(_ONE_VALUE)}", f"hrd:claimsOf {subject}",
                *([f"hrd:questionProperty {question}"] if question else []),
                f"hrd:answerProperty {answer}", *(["hrd:ofDetail true"] if is_detail else []),
                f"hrd:agreement <{_AGREEMENT}{'overlap' if column.type == 'date' else 'same'}>",
            ],
        )  # fmt: skip


_ONE_VALUE: Final = {
    "en": "Claims that agree in the rest cannot differ in this.",
    "fr": "Des assertions qui concordent pour le reste ne peuvent différer sur ce point.",
    "es": "Las afirmaciones que concuerdan en lo demás no pueden diferir en esto.",
}
_RULES: Final = "https://w3id.org/hrdgraph/vocabulary/conflict-rule/"
_AGREEMENT: Final = "https://w3id.org/hrdgraph/vocabulary/agreement/"
_IDENTIFYING: Final = {"true": "hrd:identifiedBy", "otherwise": "hrd:identifiedOtherwiseBy"}


def _term(uses: list[tuple[Kind, Column]], kinds: Mapping[str, Kind], namespace: str) -> list[str]:
    column = uses[0][1]
    type_ = CELL_TYPES[column.type]
    range_ = "skos:Concept" if type_.node else "rdfs:Literal"
    if column.type in ("name", "key"):
        range_ = _class_of(column, kinds)
    literal = not type_.node or column.type == "address"
    classes = dict.fromkeys(name_of(kind.class_iri) for kind, _ in uses)
    hidden = {item.visibility for _, item in uses} - {"public"}
    return [
        f"a owl:{'Datatype' if literal else 'Object'}Property",
        f"schema:domainIncludes {' , '.join(classes)}",
        f"rdfs:range {type_.datatype or range_}",
        *(f"hrd:defaultVisibility <{_VISIBLE}/{level}>" for level in sorted(hidden)[-1:]),
        f"rdfs:label {_texts(column.labels or {'en': column.name})}",
        f"skos:definition {_texts(column.hints or column.labels or {'en': column.name})}",
        f"rdfs:isDefinedBy {f'<{namespace}ontology>' if namespace else _ONTOLOGY}",
    ]


def _class_of(column: Column, kinds: Mapping[str, Kind]) -> str:
    thing = kinds.get("".join(column.of[:1]))
    people = {*column.of} <= {"person", "organisation"} and len(column.of) != 1
    return "foaf:Agent" if people else name_of(thing.class_iri) if thing else "rdfs:Resource"


def _shapes(kinds: Mapping[str, Kind], by_hand: str) -> str:
    """Write a shape for each attribute of a class that no shape by hand has as its path, and for
    each list of codes that a shape names."""
    parts = [*_shape_parts(kinds, kinds, by_hand)]
    lists = sorted({*re.findall(r"\bshape:In([A-Z]\w+)", by_hand + "".join(parts))})
    list_shapes = [_list_shape(name) for name in lists if f"shape:In{name} a " not in by_hand]
    return _file("What attributes hold.", [*parts, *list_shapes])


def _list_shape(name: str) -> str:
    return _LIST.format(name=name, code=re.sub("(?<=[a-z])(?=[A-Z])", "-", name).lower())


_LIST: Final = """\
shape:In{name} a sh:NodeShape ;
    sh:property shape:in-{code} .

shape:in-{code} a sh:PropertyShape ;
    sh:path skos:inScheme ;
    sh:hasValue hrdv:{code} ;
    sh:severity sh:Violation ;
    sh:message "Use one of the words of the list ‘{code}’."@en , \
"Utilisez un des mots de la liste « {code} »."@fr , \
"Use una de las palabras de la lista «{code}»."@es ."""


def _shape_parts(
    kinds: Mapping[str, Kind], every: Mapping[str, Kind], by_hand: str, namespace: str = ""
) -> Iterator[str]:
    seen = set(re.findall(r"sh:path (\S+) ;", by_hand))
    for kind in kinds.values():
        shapes = dict(_shapes_of(kind, every, seen, namespace))
        if shapes:
            names = " , ".join(shapes)
            target = f"sh:targetClass {name_of(kind.class_iri)}"
            head = ["a sh:NodeShape", target, f"sh:property {names}"]
            yield _statement(_shape_name(f"{kind.name}-attributes", namespace), head)
            yield from shapes.values()


def _shape_name(name: str, namespace: str) -> str:
    return f"<{namespace}shapes#{name}>" if namespace else f"shape:{name}"


def _shapes_of(
    kind: Kind, kinds: Mapping[str, Kind], seen: set[str], namespace: str
) -> Iterator[tuple[str, str]]:
    for column in kind.attributes:
        path = name_of(column.predicate)
        is_ours = path.startswith("<") if namespace else path.startswith("hrd:")
        if path in seen or column.node or not is_ours:
            continue
        seen.add(path)
        if column.type == "code" and namespace:
            space = f"{namespace}vocabulary/" if column.is_own_scheme else PREFIXES["hrdv"]
            scheme = f"<{space}{column.scheme}>"
            rule = f"sh:node [ sh:property [ sh:path skos:inScheme ; sh:hasValue {scheme} ] ]"
        elif column.type == "code":
            rule = f"sh:node shape:In{column.scheme.replace('-', ' ').title().replace(' ', '')}"
        elif datatype := CELL_TYPES[column.type].datatype:
            rule = f"sh:datatype {datatype}"
        elif column.type in ("name", "key") and column.of:
            rule = f"sh:class {_class_of(column, kinds)}"
        else:
            rule = "sh:nodeKind sh:" + ("IRI" if CELL_TYPES[column.type].node else "Literal")
        spoken = {tag: text for tag, text in column.labels.items() if tag in _MESSAGES}
        spoken = spoken or {"en": str(column.all_labels) or column.name}
        messages = {tag: _MESSAGES[tag].format(label=text) for tag, text in spoken.items()}
        name = _shape_name(f"{kind.name}-{column.name.replace('_', '-')}", namespace)
        lines = ["a sh:PropertyShape", f"sh:path {path}", rule, "sh:severity sh:Violation"]
        yield name, _statement(name, [*lines, f"sh:message {_texts(messages)}"])


_MESSAGES: Final = {
    "en": "Correct “{label}”: this is not what it can hold.",
    "fr": "Corrigez « {label} » : ce n'est pas ce qui peut y figurer.",
    "es": "Corrija «{label}»: no es lo que puede contener.",
}


def add_to_context(kinds: Mapping[str, Kind], text: str) -> str:
    """Add a word for each prefix, class and property that has none to the context."""
    classes = (name_of(kind.class_iri) for kind in kinds.values() if not kind.is_own)
    spaces = (item for item in PREFIXES.items() if f'"{item[1]}"' not in text)
    lines = [f'    "{name}": "{space}",\n' for name, space in spaces]
    lines += [
        f'    "{name.partition(":")[2]}": "{name}",\n'
        for name in classes
        if name.startswith("hrd:") and f'"{name}"' not in text
    ]
    for name, uses in _by_property(kinds).items():
        iri = name.strip("<>")
        if f'"@id": "{iri}"' not in text:
            column = uses[0][1]
            word = re.split(r"[#/:]", iri)[-1]
            if f'    "{word}": ' in text or f'    "{word}": ' in "".join(lines):
                continue  # what has another meaning; the IRI is written out
            definition = {"@id": iri}
            if datatype := CELL_TYPES[column.type].datatype:
                definition["@type"] = datatype
            elif column.type == "words":
                definition["@container"] = "@language"
            elif CELL_TYPES[column.type].node:
                definition |= {"@type": "@id", **({"@container": "@set"} if column.many else {})}
            inside = ", ".join(f'"{key}": "{value}"' for key, value in definition.items())
            lines.append(f'    "{word}": {{{inside}}},\n')
    at = text.find('    "subClassOf"')
    at = at if at >= 0 else text.index("{", text.index('"@context"')) + 1
    return text[:at] + "".join(lines) + text[at:]


def _texts(texts: Mapping[str, str]) -> str:
    escaped = ((tag, text.replace("\\", "\\\\").replace('"', '\\"')) for tag, text in texts.items())
    return " , ".join(f'"{text}"@{tag}' for tag, text in escaped)


def _statement(subject: str, lines: Iterable[str]) -> str:
    return f"{subject} " + " ;\n    ".join(lines) + " ."


_SPACES: Final = PREFIXES | {
    "shape": "https://w3id.org/hrdgraph/shapes#",
    "claim-role": "https://w3id.org/hrdgraph/vocabulary/claim-role/",
}


def _spaces(body: str = "") -> str:
    """Write the prefixes that a text of Turtle needs; all where none is given."""
    used = (name for name in _SPACES if not body or re.search(rf"\b{name}:\w", body))
    return "".join(f"@prefix {name}: <{_SPACES[name]}> .\n" for name in used)


def _file(title: str, parts: list[str]) -> str:
    """Write a Turtle file with the prefixes that it needs."""
    body = "\n\n".join(parts)
    return f"{_HEAD}# {title}\n\n{_spaces(body)}\n{body}\n"
