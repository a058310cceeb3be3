"""The name of a rule → what it is for, what it looks at and demands, and examples that pass and
fail, in one of three languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hrdgraph.catalogue import Vocabulary
from hrdgraph.errors import OntologyError, Origin
from hrdgraph.nearest import meant
from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.validate.findings.model import (
    Messages,
    Severity,
    messages_of,
    origin_dict,
    readable,
    short,
)
from hrdgraph.validate.rules.examples import SPACE, Example, examples
from hrdgraph.validate.shapes import Shapes, Validator
from hrdgraph.vocab import RDF, RDFS, SH

Lines = Iterator[str]

_LOCAL = re.compile(r"\w+:[\w-]+")  # names that Turtle takes as they are

_SEVERITIES: dict[Term, Severity] = {SH.Warning: Severity.WARNING, SH.Info: Severity.INFO}
_TARGETS = {
    SH.targetClass: "class",
    SH.targetSubjectsOf: "subjects",
    SH.targetObjectsOf: "objects",
    SH.targetNode: "node",
}


@dataclass(frozen=True, slots=True)
class RuleHelp:
    """A rule as its shapes file says it. `targets` and `demands` are (name of a text, value)
    pairs; texts have all languages."""

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
        """For machines; texts in one language."""
        heads, demands = _heads(language), Vocabulary("demands", _spoken(language))
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "place": origin_dict(self.place),
            "purpose": [_worded(texts, language) for texts in self.purpose],
            "targets": [heads(name, value=value) for name, value in self.targets],
            "path": self.path,
            "demands": [demands(name, value=value) for name, value in self.demands],
            "query": self.query,
            "passes": _turtle(self.good) if self.good else "",
            "fails": [_turtle(example) for example in self.bad],
        }

    def text(self, language: str) -> str:
        """For people."""
        return "\n".join(_lines(self, self.as_dict(language), _heads(language)))


def rule_help(name: str, shapes: Shapes, engine: Validator) -> RuleHelp:
    """Explain a rule, named as findings name it, or by the end of its name. OntologyError with
    the nearest where there is none."""
    node = shape_named(name, shapes)
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


def shape_named(name: str, shapes: Shapes) -> Term:
    """The shape of that name, as findings say it, or of which this is the end. OntologyError
    with the nearest where there is none."""
    constraints = {quad.object for quad in shapes.quads if quad.predicate == SH.sparql}
    told = (SH.path, SH.message, SH.property, *_TARGETS, SH.target, SH.sparql)
    said = (
        quad.subject
        for quad in shapes.quads
        if quad.predicate in told or quad.object in (SH.NodeShape, SH.PropertyShape)
    )
    nodes = dict.fromkeys(node for node in said if node not in constraints)
    rules = {shapes.rule_of(node): node for node in reversed(nodes)}
    wanted = name[1:-1] if re.fullmatch("<[^<>]*>", name) else name
    names = {
        text: node
        for rule, node in rules.items()
        for text in (rule, short(rule), rule.replace("#", "/").rpartition("/")[2])
    }
    names |= rules
    if wanted in names:
        return names[wanted]
    hint = meant(wanted, names, "see-rules")
    raise OntologyError("shape-unknown", name=name, hint=hint)


def _purpose(node: Term, shapes: Shapes) -> Iterator[Messages]:
    """What is written of a shape for people, the descriptions before the messages."""
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
        if quad.subject == node and (name := parameter(quad.predicate)):
            items = _list(quad.object, shapes)
            value = (
                ", ".join(map(_name, items[:12])) + (" …" if len(items) > 12 else "")
                if items
                else _name(quad.object)
            )
            yield name, value if len(value) <= 300 else f"{value[:300]}…"


def _list(head: Term, shapes: Shapes) -> list[Term]:
    items: dict[Term, Term] = {}
    while head not in items and (first := shapes.objects(head, RDF.first)):
        items[head] = first[0]
        head = next(iter(shapes.objects(head, RDF.rest)), head)
    return list(items.values())


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


def _lines(rule: RuleHelp, said: dict[str, object], heads: Vocabulary) -> Lines:
    yield short(rule.rule)
    place = f"{rule.place.file}:{rule.place.line}" if rule.place.line else rule.place.file
    yield (
        f"{heads['written']}{heads[':']} {place}   ({heads['severity']}{heads[':']} "
        f"{heads[rule.severity.value]})"
    )
    for name, key in (
        ("for", "purpose"),
        ("looks_at", "targets"),
        ("path", "path"),
        ("demands", "demands"),
    ):
        yield from _part(heads[name] + heads[":"], said[key])
    if rule.query:
        yield from ("", heads["query"] + heads[":"], *rule.query.splitlines())
    yield from ("", heads["no_example"]) if rule.good is None else _examples(rule, heads)


def _part(head: str, said: object) -> Lines:
    texts = [str(item) for item in said] if isinstance(said, list) else [str(said)] if said else []
    if texts:
        yield from ("", head, *(f"  {text}" for text in texts))


def _examples(rule: RuleHelp, heads: Vocabulary) -> Lines:
    assert rule.good is not None
    yield from ("", heads["passes"] + heads[":"], _turtle(rule.good))
    for example in rule.bad:
        yield from ("", f"{heads['fails']} ({example.component}){heads[':']}", _turtle(example))


def _turtle(example: Example) -> str:
    """The triples, one a line, in names with the well-known prefixes."""
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


def parameter(predicate: IRI) -> str:
    """The local name of a parameter of SHACL that there is a sentence for, else nothing."""
    name = predicate.value.removeprefix(str(SH)) if predicate.value.startswith(str(SH)) else ""
    return name if name and name in Vocabulary("demands", "en") else ""


def _worded(texts: Messages, language: str) -> str:
    by_tag = dict(texts)
    return next(
        (
            by_tag[tag]
            for tag in (language, language.partition("-")[0], "en", "", *by_tag)
            if tag in by_tag
        ),
        "",
    )
