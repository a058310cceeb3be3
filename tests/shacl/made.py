"""Small shapes and graphs made by Hypothesis: every constraint and path of SHACL Core over a few nodes that meet often."""

from __future__ import annotations

from hypothesis import strategies as st

from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad, Term
from hrdgraph.rdf.terms import RDF_LANG_STRING
from hrdgraph.shacl.shapes import Shapes, ShapesFile
from hrdgraph.vocab import RDF, RDFS, SH, XSD, Namespace

EX = Namespace("http://ex.example/")
NODES: list[IRI | BlankNode] = [EX.a, EX.b, EX.c, EX.d, BlankNode("x"), BlankNode("y")]
CLASSES = [EX.A, EX.B, EX.C]
PREDICATES = [EX.p, EX.q, EX.r]
LITERALS: list[Term] = [
    Literal("1", XSD.integer.value), Literal("01", XSD.integer.value), Literal("2", XSD.integer.value), Literal("2.5", XSD.decimal.value),
    Literal("2.0", XSD.double.value), Literal("x", XSD.integer.value), Literal("a"), Literal("b c"), Literal(""), Literal('q"\\\n'),
    Literal("a", RDF_LANG_STRING, "en"), Literal("A", RDF_LANG_STRING, "en-GB"), Literal("b", RDF_LANG_STRING, "EN"),
    Literal("true", XSD.boolean.value), Literal("2011-04-07", XSD.date.value), Literal("2012-01-01", XSD.date.value),
    Literal("2011-02-30", XSD.date.value), Literal("2011-04-07T10:00:00", XSD.dateTime.value),
    Literal("2011-04-07T10:00:00Z", XSD.dateTime.value), Literal("z", "http://ex.example/type"),
]  # fmt: skip
COMPARABLE = [
    Literal("2", XSD.integer.value),
    Literal("1.5", XSD.decimal.value),
    Literal("2e0", XSD.double.value),
    Literal("b"),
]
TERMS: list[Term] = [*NODES, *LITERALS]
KINDS = [
    SH.IRI,
    SH.BlankNode,
    SH.Literal,
    SH.BlankNodeOrIRI,
    SH.BlankNodeOrLiteral,
    SH.IRIOrLiteral,
]
DATATYPES = [
    XSD.integer,
    XSD.string,
    XSD.decimal,
    XSD.date,
    XSD.boolean,
    XSD.dateTime,
    IRI(RDF_LANG_STRING),
    EX.type,
]
DEPTH = 3
NUMBERS: list[Term] = [
    *LITERALS[:5], Literal("-3", XSD.integer.value), Literal("10", XSD.decimal.value), Literal("1e1", XSD.double.value),
]  # fmt: skip
TEXTS: list[Term] = [Literal("a"), Literal("b"), Literal("b c"), Literal("")]
OBJECTS = {"all": TERMS, "ranges": [*NODES, *NUMBERS, *TEXTS], "less": NUMBERS}


class Maker:
    """Collects the triples of shapes."""

    def __init__(self, draw: st.DrawFn, flavour: str) -> None:
        self.draw = draw
        self.simple = SIMPLE + {"all": [], "ranges": ["ranges"], "less": ["less"]}[flavour] * 4
        self.quads: list[Quad] = []
        self.count = 0
        self.made: list[
            tuple[IRI | BlankNode, int, bool]
        ] = []  # whole shapes, with how deep they go and whether they have a path

    def say(self, subject: IRI | BlankNode, predicate: IRI, value: Term) -> None:
        self.quads.append(Quad(subject, predicate, value))

    def node(self) -> BlankNode:
        self.count += 1
        return BlankNode(f"n{self.count}")

    def items(self, terms: list[Term]) -> Term:
        rest: Term = RDF.nil
        for term in reversed(terms):
            node = self.node()
            self.say(node, RDF.first, term)
            self.say(node, RDF.rest, rest)
            rest = node
        return rest

    def one(self, options: list[Term]) -> Term:
        return self.draw(st.sampled_from(options))

    def some(self, options: list[Term], least: int = 0, most: int = 3) -> list[Term]:
        return self.draw(
            st.lists(st.sampled_from(options), min_size=least, max_size=most, unique=True)
        )

    def path(self, depth: int = 2) -> Term:
        kind = self.draw(
            st.sampled_from(
                ["plain"] * 4
                + (["sequence", "alternative", "inverse", "*", "+", "?"] if depth else [])
            )
        )
        if kind == "plain":
            return self.one([*PREDICATES])
        if kind == "sequence":
            return self.items([self.path(depth - 1), self.path(depth - 1)])
        node = self.node()
        if kind == "alternative":
            self.say(
                node, SH.alternativePath, self.items([self.path(depth - 1), self.path(depth - 1)])
            )
        else:
            name = {
                "inverse": SH.inversePath,
                "*": SH.zeroOrMorePath,
                "+": SH.oneOrMorePath,
                "?": SH.zeroOrOnePath,
            }[kind]
            self.say(
                node, name, self.path(0 if kind == "inverse" else depth - 1)
            )  # pySHACL walks no sequence backwards
        return node

    def shape(self, depth: int, *, with_path: bool | None = None) -> IRI | BlankNode:
        """A new shape, named or not, or now and then one that is there already."""
        fitting = [
            node
            for node, deep, has_path in self.made
            if deep <= depth and with_path in (None, has_path)
        ]
        if fitting and self.draw(st.integers(0, 4)) == 0:
            return self.draw(st.sampled_from(fitting))
        self.count += 1
        node: IRI | BlankNode = self.draw(
            st.sampled_from([EX[f"S{self.count}"], BlankNode(f"s{self.count}")])
        )
        has_path = self.draw(st.booleans()) if with_path is None else with_path
        self.say(node, RDF.type, SH.PropertyShape if has_path else SH.NodeShape)
        self.say(node, SH.message, Literal(f"broken {self.count}"))
        if has_path:
            self.say(node, SH.path, self.path())
        for kind in self.draw(
            st.lists(
                st.sampled_from(self.simple + (NESTED if depth else [])),
                min_size=1,
                max_size=3,
                unique=True,
            )
        ):
            getattr(self, kind)(node, has_path, depth)
        if self.draw(st.integers(0, 9)) == 0:
            self.say(node, SH.deactivated, Literal("true", XSD.boolean.value))
        if self.draw(st.integers(0, 2)) == 0:
            self.say(node, SH.severity, self.one([SH.Info, SH.Warning, SH.Violation]))
        self.made.append((node, depth, has_path))
        return node

    def class_of(self, node: IRI | BlankNode, *_: object) -> None:
        self.say(node, SH["class"], self.one([*CLASSES]))

    def datatype(self, node: IRI | BlankNode, *_: object) -> None:
        self.say(node, SH.datatype, self.one([*DATATYPES]))

    def kind(self, node: IRI | BlankNode, *_: object) -> None:
        self.say(node, SH.nodeKind, self.one([*KINDS]))

    def counts(self, node: IRI | BlankNode, has_path: bool, *_: object) -> None:
        if has_path:
            name = self.draw(st.sampled_from(["minCount", "maxCount"]))
            self.say(node, SH[name], Literal(str(self.draw(st.integers(0, 3))), XSD.integer.value))

    def lengths(self, node: IRI | BlankNode, *_: object) -> None:
        name = self.draw(st.sampled_from(["minLength", "maxLength"]))
        self.say(node, SH[name], Literal(str(self.draw(st.integers(1, 4))), XSD.integer.value))

    def ranges(self, node: IRI | BlankNode, *_: object) -> None:
        name = self.draw(
            st.sampled_from(["minInclusive", "maxInclusive", "minExclusive", "maxExclusive"])
        )
        self.say(node, SH[name], self.one([*COMPARABLE]))

    def pattern(self, node: IRI | BlankNode, *_: object) -> None:
        self.say(
            node,
            SH.pattern,
            Literal(self.draw(st.sampled_from(["^a", "b", "[0-9]+", "^$", "A|c"]))),
        )
        if self.draw(st.booleans()):
            self.say(node, SH.flags, Literal("i"))

    def languages(self, node: IRI | BlankNode, *_: object) -> None:
        self.say(
            node,
            SH.languageIn,
            self.items(self.some([Literal("en"), Literal("fr"), Literal("EN-gb")], 1)),
        )

    def unique_lang(self, node: IRI | BlankNode, has_path: bool, *_: object) -> None:
        if has_path:
            self.say(node, SH.uniqueLang, Literal("true", XSD.boolean.value))

    def equals(self, node: IRI | BlankNode, *_: object) -> None:
        self.say(node, self.one([SH.equals, SH.disjoint]), self.one([*PREDICATES]))  # type: ignore[arg-type]

    def less(self, node: IRI | BlankNode, has_path: bool, *_: object) -> None:
        if has_path:
            self.say(node, self.one([SH.lessThan, SH.lessThanOrEquals]), self.one([*PREDICATES]))  # type: ignore[arg-type]

    def has_value(self, node: IRI | BlankNode, *_: object) -> None:
        self.say(node, SH.hasValue, self.one([*CLASSES, EX.a, EX.b, LITERALS[0], LITERALS[10]]))

    def among(self, node: IRI | BlankNode, *_: object) -> None:
        self.say(node, SH["in"], self.items(self.some([EX.a, EX.b, *LITERALS[:12]], 1)))

    def closed(self, node: IRI | BlankNode, *_: object) -> None:
        self.say(node, SH.closed, Literal("true", XSD.boolean.value))
        self.say(node, SH.ignoredProperties, self.items([RDF.type, *self.some([*PREDICATES])]))

    def negated(self, node: IRI | BlankNode, _: bool, depth: int) -> None:
        self.say(node, SH["not"], self.shape(depth - 1))

    def node_shape(self, node: IRI | BlankNode, _: bool, depth: int) -> None:
        self.say(node, SH.node, self.shape(depth - 1, with_path=False))

    def properties(self, node: IRI | BlankNode, _: bool, depth: int) -> None:
        for _number in range(self.draw(st.integers(1, 2))):
            self.say(node, SH.property, self.shape(depth - 1, with_path=True))

    def combined(self, node: IRI | BlankNode, _: bool, depth: int) -> None:
        name = self.draw(st.sampled_from(["and", "or", "xone"]))
        self.say(
            node,
            SH[name],
            self.items([self.shape(depth - 1) for _number in range(self.draw(st.integers(1, 3)))]),
        )

    def qualified(self, node: IRI | BlankNode, has_path: bool, depth: int) -> None:
        if has_path:
            self.say(node, SH.qualifiedValueShape, self.shape(depth - 1))
            name = self.draw(st.sampled_from(["qualifiedMinCount", "qualifiedMaxCount"]))
            self.say(node, SH[name], Literal(str(self.draw(st.integers(0, 2))), XSD.integer.value))
            if self.draw(st.booleans()):
                self.say(node, SH.qualifiedValueShapesDisjoint, Literal("true", XSD.boolean.value))

    def target(self, node: IRI | BlankNode) -> None:
        name = self.draw(
            st.sampled_from(["targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf"])
        )
        options: list[Term] = {
            "targetNode": [EX.a, EX.b, EX.missing, *LITERALS[:5]],
            "targetClass": [*CLASSES],
        }.get(name, [*PREDICATES])
        self.say(node, SH[name], self.one(options))


SIMPLE = ["class_of", "datatype", "kind", "counts", "lengths", "pattern", "languages", "unique_lang", "equals", "has_value",
          "among", "closed"]  # fmt: skip
NESTED = ["negated", "node_shape", "properties", "combined", "qualified"]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Shapes, ColumnGraph]:
    """A few shapes with targets, and a few triples. Constraints that compare values meet only values that can be compared: on others
    the engines differ, for reasons that are argued one by one.
    """
    flavour = draw(st.sampled_from(list(OBJECTS)))
    maker = Maker(draw, flavour)
    for _ in range(draw(st.integers(1, 2))):
        node = maker.shape(draw(st.integers(0, DEPTH)))
        for _number in range(draw(st.integers(1, 2))):
            maker.target(node)
    shapes = Shapes((ShapesFile("made.ttl", "", tuple(maker.quads)),), ColumnGraph.from_quads([]))
    return shapes, draw(graphs(OBJECTS[flavour]))


@st.composite
def graphs(draw: st.DrawFn, objects: list[Term] = TERMS) -> ColumnGraph:
    """A few triples; some nodes have a class, and a class may be below another."""
    triple = st.builds(
        Quad, st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from(objects)
    )
    typed = st.builds(Quad, st.sampled_from(NODES), st.just(RDF.type), st.sampled_from(CLASSES))
    below = st.builds(
        Quad, st.sampled_from(CLASSES), st.just(RDFS.subClassOf), st.sampled_from(CLASSES)
    )
    parts = [
        draw(st.lists(one, max_size=most)) for one, most in ((triple, 20), (typed, 6), (below, 2))
    ]
    return ColumnGraph.from_quads([quad for part in parts for quad in part])
