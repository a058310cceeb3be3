"""Explain a rule: its purpose, what it checks and demands, with examples that were validated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from hrdgraph.catalogue import Message, Vocabulary
from hrdgraph.errors import OntologyError, Origin
from hrdgraph.findings.model import (
    Messages,
    Severity,
    messages_of,
    origin_dict,
    readable,
    short,
)
from hrdgraph.nearest import hint_at
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term
from hrdgraph.shacl.constraint_reader import PARAMETERS
from hrdgraph.shacl.shapes import Shapes, Validator
from hrdgraph.vocab import EDTF, OWL, RDF, RDFS, SH, SKOS, XSD

SPACE: Final = "https://example.org/"
MOST: Final = 60  # values tried
FAILING: Final = 2  # examples that fail, each for a reason of its own

_TYPED: Final = {
    XSD.integer.value: ("2", "7"), XSD.nonNegativeInteger.value: ("2", "7"),
    XSD.positiveInteger.value: ("2", "7"), XSD.decimal.value: ("0.5", "2.5"),
    XSD.double.value: ("0.5", "2.5"), XSD.boolean.value: ("true",),
    XSD.gYear.value: ("1998", "2011"), XSD.date.value: ("2011-04-07", "2012-01-01"),
    XSD.dateTime.value: ("2011-04-07T12:00:00Z",), EDTF.value: ("2011-04-07", "2011-04-31x"),
    XSD.anyURI.value: ("https://example.org/page",),
}  # fmt: skip
_WORDS: Final = (
    "Example", "2011", "2011-04-07", "en", "x", "", "0" * 64, "https://example.org/page", "20111",
    "Exampel", "1/3", "Example ", "Exam\nple",
)  # fmt: skip

Triple = tuple[Term, IRI, Term]


@dataclass(frozen=True, slots=True)
class Example:
    """The triples about `thing`; `component` is the part of the shape that refuses it."""

    thing: IRI
    triples: tuple[Triple, ...]
    component: str = ""


def examples(
    node: Term, shapes: Shapes, engine: Validator
) -> tuple[Example | None, tuple[Example, ...]]:
    """Return one thing that the shape accepts, and a few that it refuses; none if the shape is not
    about a property of things of a kind."""
    target = _target(node, shapes)
    tried = list(_make_examples(node, target, shapes)) if target else []
    if not tried:
        return None, ()
    rule = shapes.rule_of(node)
    quads = [
        Quad(s, p, o)
        for example in tried
        for s, p, o in example.triples
        if not isinstance(s, Literal)
    ]
    findings = engine.validate(ColumnGraph.from_quads(quads), shapes)
    refused_by = {finding.focus: finding for finding in reversed(findings) if finding.rule == rule}
    accepted = [example for example in tried if example.thing.value not in refused_by]
    # saying nothing may be right
    good = next(
        (example for example in accepted if len(example.triples) > 1), next(iter(accepted), None)
    )
    bad: dict[str, Example] = {}
    for example in tried:
        if refused := refused_by.get(example.thing.value):
            bad.setdefault(
                refused.component, Example(example.thing, example.triples, refused.component)
            )
    # what is missing says most
    first = sorted(bad.values(), key=lambda example: example.component != "MinCount")
    return (good, tuple(first[:FAILING])) if good and bad else (None, ())


def _target(node: Term, shapes: Shapes, depth: int = 5) -> tuple[IRI, Term] | None:
    """Return the target of a shape, or of one around it: its predicate, and what it names."""
    for predicate in (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf):
        if terms := shapes.objects(node, predicate):
            return predicate, terms[0]
    if any(kind in (RDFS.Class, OWL.Class) for kind in shapes.objects(node, RDF.type)):
        return SH.targetClass, node
    around = (
        quad.subject
        for quad in shapes.quads
        if quad.object == node and quad.predicate == SH.property
    )
    return next(
        (outer for parent in around if depth and (outer := _target(parent, shapes, depth - 1))),
        None,
    )


def _make_examples(node: Term, target: tuple[IRI, Term], shapes: Shapes) -> Iterator[Example]:
    """Yield things with one value of each kind that the shape mentions, then with two values, then
    with none."""
    parts = (node, *_parts(node, shapes))
    paths = (path for part in parts for path in shapes.objects(part, SH.path))
    steps = next(filter(None, (_steps(path, shapes) for path in paths)), None)
    if steps is None:
        return
    values = list(islice(dict.fromkeys(_values(node, shapes)), MOST))
    if steps[-1][1]:  # at the end of an inverse path stands a subject, which no literal can be
        values = [value for value in values if isinstance(value, IRI)]
    for number, (row, beside) in enumerate(_rows(node, values, shapes)):
        thing = IRI(f"{SPACE}thing{number}")
        triples = [*_kind(thing, target, number)]
        for index, value in enumerate(row):
            triples += _along(thing, steps, value, f"{number}-{index}")
        triples += (triple for value in row for triple in _type_value(value, node, shapes))
        triples += ((thing, predicate, value) for predicate, value in beside)
        yield Example(thing, tuple(dict.fromkeys(triples)))


def _rows(
    node: Term, values: Sequence[Term], shapes: Shapes
) -> Iterator[tuple[Sequence[Term], list[tuple[IRI, Term]]]]:
    """Yield the values of one thing each, and what else to state."""
    for row in [*([value] for value in values), values[:2], []]:
        for beside in _beside(node, values if row else [], shapes):
            yield row, beside


def _beside(node: Term, values: Sequence[Term], shapes: Shapes) -> list[list[tuple[IRI, Term]]]:
    """Return what else to state of the property that a shape compares with: nothing, then each of
    a few values."""
    names = ("lessThan", "lessThanOrEquals", "equals", "disjoint")
    properties = [
        term for name in names for term in shapes.objects(node, SH[name]) if isinstance(term, IRI)
    ]
    return [[], *([(term, value) for term in properties] for value in values[:6] if properties)]


def _kind(thing: IRI, target: tuple[IRI, Term], number: int) -> Iterator[Triple]:
    predicate, named = target
    assert isinstance(named, IRI)
    if predicate == SH.targetClass:
        yield thing, RDF.type, named
    elif predicate == SH.targetObjectsOf:
        yield IRI(f"{SPACE}other{number}"), named, thing
    else:
        yield thing, named, IRI(f"{SPACE}other{number}")


def _steps(path: Term, shapes: Shapes) -> list[tuple[IRI, bool]] | None:
    """Return a path as properties, each with whether it is followed backwards; None for one with
    choices or repetition."""
    if isinstance(path, IRI):
        return [(path, False)]
    inverse = shapes.objects(path, SH.inversePath)
    if inverse and isinstance(inverse[0], IRI):
        return [(inverse[0], True)]
    parts = [_steps(item, shapes) for item in shapes.members(path)]
    return [step for part in parts if part for step in part] if parts and all(parts) else None


def _along(
    thing: IRI, steps: Sequence[tuple[IRI, bool]], value: Term, name: str
) -> Iterator[Triple]:
    at: Term = thing
    for index, (predicate, is_inverse) in enumerate(steps, 1):
        then = value if index == len(steps) else IRI(f"{SPACE}between{name}-{index}")
        yield (then, predicate, at) if is_inverse else (at, predicate, then)
        at = then


def _type_value(value: Term, node: Term, shapes: Shapes) -> Iterator[Triple]:
    """Yield the required class of a value, if it was made for that."""
    for part in (node, *_parts(node, shapes)):
        for kind in shapes.objects(part, SH["class"]):
            if isinstance(kind, IRI) and value == _instance(kind):
                yield value, RDF.type, kind


def _instance(kind: IRI) -> IRI:
    return IRI(f"{SPACE}a-{kind.value.replace('#', '/').rpartition('/')[2]}")


def _values(node: Term, shapes: Shapes) -> Iterator[Term]:
    """Yield values to try: first those that the shape names or describes, then words of many
    kinds."""
    parts = (node, *_parts(node, shapes))
    for part in parts:
        for head in shapes.objects(part, SH["in"]):
            yield from shapes.members(head)
        yield from shapes.objects(part, SH.hasValue)
        yield from map(_instance, _iris(part, SH["class"], shapes))
        for head in shapes.objects(part, SH.languageIn):
            tags = (item.value for item in shapes.members(head) if isinstance(item, Literal))
            yield from (Literal("Example", RDF.langString.value, tag) for tag in tags)
        # A few concepts of a scheme that a shape demands (a path `skos:inScheme` with a
        # value).
        if SKOS.inScheme in shapes.objects(part, SH.path):
            for scheme in shapes.objects(part, SH.hasValue):
                yield from (
                    quad.subject
                    for quad in islice(shapes.background.where(p=SKOS.inScheme, o=scheme), 3)
                )
    datatypes = [kind.value for part in parts for kind in _iris(part, SH.datatype, shapes)]
    for kind in datatypes:
        if kind.startswith("http"):
            yield from (Literal(text, kind) for text in (*_TYPED.get(kind, ()), *_WORDS))
    yield from map(Literal, _WORDS)
    yield Literal("Example", RDF.langString.value, "en")
    yield from (IRI(f"{SPACE}page"), IRI(f"{SPACE}other"))


def _iris(part: Term, predicate: IRI, shapes: Shapes) -> list[IRI]:
    return [value for value in shapes.objects(part, predicate) if isinstance(value, IRI)]


def _parts(node: Term, shapes: Shapes) -> list[Term]:
    """Return the shapes inside a shape, and the nodes of their lists."""
    seen: dict[Term, None] = {}
    waiting = [node]
    nested = (SH.node, SH.property, SH["and"], SH["or"], SH.xone, SH["not"], SH.qualifiedValueShape)
    while waiting:
        term = waiting.pop()
        inner = (shapes.objects(term, predicate) for predicate in (*nested, RDF.first, RDF.rest))
        new = [part for parts in inner for part in parts if part not in seen]
        seen |= dict.fromkeys(new)
        waiting += new
    return list(seen)


Lines = Iterator[str]

_LOCAL = re.compile(r"\w+:[\w-]+")  # names that Turtle takes as they are

_SEVERITIES: dict[Term, Severity] = {SH.Warning: Severity.WARNING, SH.Info: Severity.INFO}
_TARGETS = {
    SH.targetClass: "class", SH.targetSubjectsOf: "subjects", SH.targetObjectsOf: "objects",
    SH.targetNode: "node",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleHelp:
    """A rule as in its shapes file. `targets` and `demands` are (name of a text, value) pairs;
    texts have all languages."""

    rule: str
    place: Origin
    severity: Severity
    purpose: tuple[Messages, ...]
    targets: tuple[tuple[str, str], ...]
    path: str
    demands: tuple[tuple[str, str], ...]
    query: str = ""
    good: Example | None = None
    bad: tuple[Example, ...] = ()

    def as_dict(self, language: str) -> dict[str, object]:
        """Return it as JSON values, with texts in one language."""
        heads, demands = _heads(language), Vocabulary("demands", _spoken(language))
        return {
            "rule": self.rule, "severity": self.severity.value, "place": origin_dict(self.place),
            "purpose": [_choose_text(texts, language) for texts in self.purpose],
            "targets": [heads(name, value=value) for name, value in self.targets],
            "path": self.path,
            "demands": [
                demands(name, value=value) if name in demands else f"sh:{name} {value}"
                for name, value in self.demands
            ],
            "query": self.query, "passes": _turtle(self.good) if self.good else "",
            "fails": [_turtle(example) for example in self.bad],
        }  # fmt: skip

    def text(self, language: str) -> str:
        """Return it as text for people."""
        return "\n".join(_lines(self, self.as_dict(language), _heads(language)))


def rule_help(name: str, shapes: Shapes, engine: Validator) -> RuleHelp:
    """Explain a rule, named as findings name it, or by the end of its name. OntologyError with
    the nearest where there is none."""
    node = find_shape(name, shapes)
    good, bad = examples(node, shapes, engine)
    return RuleHelp(
        rule=shapes.rule_of(node),
        place=shapes.place_of(node),
        severity=next(
            (
                _SEVERITIES.get(term, Severity.VIOLATION)
                for term in shapes.objects(node, SH.severity)
            ),
            Severity.VIOLATION,
        ),
        purpose=tuple(texts for texts in _purpose(node, shapes) if texts),
        targets=tuple(_targets(node, shapes)),
        path=short(shapes.path_of(node) or ""),
        demands=tuple(_demands(node, shapes)),
        query="\n".join(_queries(node, shapes)),
        good=good,
        bad=bad,
    )


def find_shape(name: str, shapes: Shapes) -> Term:
    """Return the shape of that name in findings, or with that ending. OntologyError with the
    nearest name if there is none."""
    constraints = {quad.object for quad in shapes.quads if quad.predicate == SH.sparql}
    predicates = (SH.path, SH.message, SH.property, *_TARGETS, SH.target, SH.sparql)
    candidates = (
        quad.subject
        for quad in shapes.quads
        if quad.predicate in predicates or quad.object in (SH.NodeShape, SH.PropertyShape)
    )
    nodes = dict.fromkeys(node for node in candidates if node not in constraints)
    rules = {shapes.rule_of(node): node for node in reversed(nodes)}
    sought = name[1:-1] if re.fullmatch("<[^<>]*>", name) else name
    names = {
        text: node
        for rule, node in rules.items()
        for text in (rule, short(rule), rule.replace("#", "/").rpartition("/")[2])
    }
    names |= rules
    if sought in names:
        return names[sought]
    hint = hint_at(sought, names, Message("see-address", address="hrdgraph validate"))
    raise OntologyError("not-known-here", name=name, hint=hint)


def _purpose(node: Term, shapes: Shapes) -> Iterator[Messages]:
    """Yield the texts of a shape for people, descriptions before messages."""
    for predicate in (SH.description, RDFS.comment, SH.name, RDFS.label):
        yield messages_of(
            {
                term.language: term.value
                for term in shapes.objects(node, predicate)
                if isinstance(term, Literal)
            }
        )
    yield shapes.messages_of(node)
    for constraint in shapes.objects(node, SH.sparql):
        yield shapes.messages_of(constraint)


def _targets(node: Term, shapes: Shapes, depth: int = 5) -> Iterator[tuple[str, str]]:
    own = [
        (text, _name(term))
        for predicate, text in _TARGETS.items()
        for term in shapes.objects(node, predicate)
    ]
    around = (
        [
            quad.subject
            for quad in shapes.quads
            if quad.object == node and quad.predicate == SH.property
        ]
        if depth
        else []
    )
    yield from dict.fromkeys(
        [*own, *(target for parent in around for target in _targets(parent, shapes, depth - 1))]
    )


def _demands(node: Term, shapes: Shapes) -> Iterator[tuple[str, str]]:
    for quad in shapes.quads:
        if quad.subject == node and quad.predicate in PARAMETERS:
            items = shapes.members(quad.object)
            value = (
                ", ".join(map(_name, items[:12])) + (" …" if len(items) > 12 else "")
                if items
                else _name(quad.object)
            )
            yield _name(quad.predicate)[3:], value if len(value) <= 300 else f"{value[:300]}…"


def _queries(node: Term, shapes: Shapes) -> Iterator[str]:
    for constraint in shapes.objects(node, SH.sparql):
        yield from (
            term.value.strip("\n")
            for term in shapes.objects(constraint, SH.select)
            if isinstance(term, Literal)
        )


def _name(term: Term) -> str:
    return (
        short(term.value)
        if isinstance(term, IRI)
        else readable(term.n3())
        if isinstance(term, Literal)
        else "[…]"
    )


def _lines(rule: RuleHelp, values: dict[str, object], heads: Vocabulary) -> Lines:
    yield short(rule.rule)
    place = f"{rule.place.file}:{rule.place.line}" if rule.place.line else rule.place.file
    yield (
        f"{heads['written-in']}{heads[':']} {place}   ({heads['severity']}{heads[':']} "
        f"{heads[rule.severity.value]})"
    )
    for name, key in (
        ("for", "purpose"),
        ("looks_at", "targets"),
        ("property", "path"),
        ("demands", "demands"),
    ):
        yield from _part(heads[name] + heads[":"], values[key])
    if rule.query:
        yield from ("", heads["query"] + heads[":"], *rule.query.splitlines())
    yield from ("", heads["no_example"]) if rule.good is None else _examples(rule, heads)


def _part(head: str, value: object) -> Lines:
    texts = (
        [str(item) for item in value] if isinstance(value, list) else [str(value)] if value else []
    )
    if texts:
        yield from ("", head, *(f"  {text}" for text in texts))


def _examples(rule: RuleHelp, heads: Vocabulary) -> Lines:
    assert rule.good is not None
    yield from ("", heads["passes"] + heads[":"], _turtle(rule.good))
    for example in rule.bad:
        yield from ("", f"{heads['fails']} ({example.component}){heads[':']}", _turtle(example))


def _turtle(example: Example) -> str:
    """Return the triples as Turtle, one a line, with the well-known prefixes."""
    thing: dict[Term, Term] = {example.thing: IRI(f"{SPACE}thing")}
    lines = [(thing.get(s, s), p, thing.get(o, o)) for s, p, o in example.triples]
    return "\n".join(
        f"  {_term(s)} {'a' if p == RDF.type else _term(p)} {_term(o)} ." for s, p, o in lines
    )


def _term(term: Term) -> str:
    if isinstance(term, IRI):
        name = short(term.value)
        return name if name != term.value and _LOCAL.fullmatch(name) else f"<{term.value}>"
    if (
        isinstance(term, Literal)
        and not term.language
        and (kind := short(term.datatype)) != term.datatype
        and kind != "xsd:string"
    ):
        return f"{Literal(term.value).n3()}^^{kind}"
    return term.n3()


def _heads(language: str) -> Vocabulary:
    return Vocabulary("rule-help", _spoken(language))


def _spoken(language: str) -> str:
    return language.partition("-")[0]


def _choose_text(texts: Messages, language: str) -> str:
    by_tag = dict(texts)
    return next(
        (
            by_tag[tag]
            for tag in (language, language.partition("-")[0], "en", "", *by_tag)
            if tag in by_tag
        ),
        "",
    )
