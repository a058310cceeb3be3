"""Bring graphs from files of different formats into one form, in which equal graphs have equal
texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS

Statement = Sequence[int]  # the terms of a quad, as positions in a dictionary
_PLACES = "spog"


def alike_names(
    nodes: Iterable[int], statements: Iterable[Statement], texts: Mapping[int, str]
) -> dict[int, str]:
    """Name blank nodes by the statements about them; `texts` are the texts of the other terms.

    Graphs that differ only in labels get the same names. No two nodes share a name, so graphs that
    differ never look equal. Time grows with the number of links (RDFC-1.0 tries all orders of
    similar nodes; ten children of two parents are too many for it). The price: in a regular graph
    without symmetry, labels may still make a difference."""
    about: dict[int, list[Statement]] = {node: [] for node in nodes}
    for statement in statements:
        for node in about.keys() & set(statement):
            about[node].append(statement)
    groups = [_distinguish_nodes(group, about, texts) for group in _together(about)]
    times = Counter(name for names in groups for name in names.values())
    shared = [any(times[name] > 1 for name in names.values()) for names in groups]
    copies = Counter[str]()
    labels: dict[int, str] = {}
    for names, is_shared in zip(groups, shared, strict=True):
        whole = _whole(names, about, texts) if is_shared else ""
        labels |= {
            node: name if times[name] == 1 else _digest(name, whole, str(copies[whole]))
            for node, name in names.items()
        }
        copies[whole] += 1
    return labels


def _together(about: Mapping[int, list[Statement]]) -> Iterator[list[int]]:
    """Yield the nodes in groups that statements connect."""
    seen: set[int] = set()
    for first in about:
        group, fresh = [], [first] if first not in seen else []
        seen.add(first)
        while fresh:
            group.append(fresh.pop())
            near = _near(group[-1], about) - seen
            seen |= near
            fresh += near
        if group:
            yield group


def _near(node: int, about: Mapping[int, list[Statement]]) -> set[int]:
    return {other for statement in about[node] for other in statement if other in about}


def _distinguish_nodes(
    group: list[int], about: Mapping[int, list[Statement]], texts: Mapping[int, str]
) -> dict[int, str]:
    """Name the nodes of a group by their statements. Where these are the same, pick any node of
    the smallest class to go on."""
    names, classes = dict.fromkeys(group, ""), {"": set(group)}
    fresh = set(group)
    while True:
        while fresh:
            parted = [*_split_classes(fresh, names, classes, about, texts)]
            fresh = _rename_parts(parted, names, classes, about)
        alike = min(
            ((len(members), name) for name, members in classes.items() if len(members) > 1),
            default=None,
        )
        if alike is None:
            return {
                node: name or _digest("", _describe_node(node, names, about, texts))
                for node, name in names.items()
            }
        size, name = alike
        fresh = _rename_parts(
            [(name, _digest(name, str(size)), [min(classes[name])])], names, classes, about
        )


def _split_classes(
    fresh: Iterable[int], names: Mapping[int, str], classes: Mapping[str, set[int]],
    about: Mapping[int, list[Statement]], texts: Mapping[int, str],
) -> Iterator[tuple[str, str, list[int]]]:  # fmt: skip
    """Yield the parts of classes whose members' statements now differ, with new names. One part
    keeps the name: the unchanged or the largest one."""
    kinds: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for node in fresh:
        if len(classes[names[node]]) > 1:
            kinds[names[node]][_describe_node(node, names, about, texts)].append(node)
    for name, parts in kinds.items():
        if sum(map(len, parts.values())) == len(classes[name]):
            parts.pop(max(parts, key=lambda text: (len(parts[text]), text)))
        yield from ((name, _digest(name, text), part) for text, part in parts.items())


def _rename_parts(
    parted: Iterable[tuple[str, str, list[int]]], names: dict[int, str],
    classes: dict[str, set[int]], about: Mapping[int, list[Statement]],
) -> set[int]:  # fmt: skip
    """Give the parts their names. Return the nodes whose statements this changes."""
    touched: set[int] = set()
    for old, new, part in parted:
        classes[old].difference_update(part)
        classes.setdefault(new, set()).update(part)
        for node in part:
            names[node] = new
            touched |= _near(node, about)
    return touched


def _describe_node(
    node: int, names: Mapping[int, str], about: Mapping[int, list[Statement]],
    texts: Mapping[int, str],
) -> str:  # fmt: skip
    return "\n".join(sorted(_line(statement, names, texts, node) for statement in about[node]))


def _line(
    statement: Statement, names: Mapping[int, str], texts: Mapping[int, str], own: int | None = None
) -> str:
    """Write a statement with the names of its nodes, and "." for the node that it is about."""
    terms = (
        "." if term == own else f"_:{names[term]}" if term in names else texts[term]
        for term in statement
    )
    return " ".join(f"{place}={term}" for place, term in zip(_PLACES, terms, strict=True))


def _whole(
    names: Mapping[int, str], about: Mapping[int, list[Statement]], texts: Mapping[int, str]
) -> str:
    """Return a digest of all statements about a group."""
    return _digest(
        *sorted({_line(statement, names, texts) for node in names for statement in about[node]})
    )


def _digest(*texts: str) -> str:
    return sha256("\n".join(texts).encode()).hexdigest()[:32]


CAPITALS = r'"@[A-Za-z0-9-]*[A-Z][A-Za-z0-9-]*$'
_TOLD: Final = "_:told"  # a blank node that is named by what is said of it
# in columns, over all that are alike; in long chains each tells two nodes apart, and what follows
# goes from these on
_ROUNDS: Final = 20


def comparable(graph: ColumnGraph) -> ColumnGraph:
    """Put language tags in lower case (RDF 1.1 §3.3) and name blank nodes by the statements about
    them, so that a change to one leaves the names of the others."""
    return _alike_named(_name_unique_nodes(lower_tags(graph)))


def lower_tags(graph: ColumnGraph) -> ColumnGraph:
    """Put language tags in lower case."""
    tagged = graph.terms.filter(graph.terms.str.contains(CAPITALS))
    return graph.rename(tagged, lower_language_tags(tagged)) if len(tagged) else graph


def lower_language_tags(terms: pl.Series) -> pl.Series:
    """Put the language tags of N-Triples texts in lower case."""
    tag = terms.str.extract(r'"(@[A-Za-z0-9-]+)$').fill_null("")
    return terms.str.strip_suffix(tag) + tag.str.to_lowercase()


def _name_unique_nodes(graph: ColumnGraph) -> ColumnGraph:
    """Name each blank node whose statements differ from those of all others, then repeat with
    these names."""
    blank, names, kinds = graph.terms.str.starts_with("_:").arg_true(), graph.terms.clone(), 0
    rows = pl.concat(_list_statements(graph.quads, name, blank) for name in ("s", "o", "g"))
    names = names.scatter(blank, "_:")
    for _ in range(_ROUNDS if len(blank) else 0):
        digests = _digest_statements(rows, names)
        names = names.scatter(digests["node"], digests["name"])
        alike = digests.filter(pl.col("name").is_duplicated())
        previous, kinds = kinds, alike["name"].n_unique()
        blank = alike["node"]
        if previous == kinds + digests.height - alike.height:  # none is told apart any more
            break
        rows = rows.filter(pl.col("node").is_in(blank.implode()))
    return graph.rename(graph.terms, names.scatter(blank, graph.terms.gather(blank)))


def _list_statements(quads: pl.DataFrame, own: str, blank: pl.Series) -> pl.DataFrame:
    """Return the statements that have a blank node in column `own`: the node, the column, and the
    other terms."""
    terms = [
        pl.col(name).alias(f"{number}")
        for number, name in enumerate(name for name in COLUMNS if name != own)
    ]
    return quads.filter(pl.col(own).is_in(blank.implode())).select(
        pl.col(own).alias("node"), pl.lit(own).alias("place"), *terms
    )


def _digest_statements(rows: pl.DataFrame, names: pl.Series) -> pl.DataFrame:
    """Name each node by a digest of its statements, with the names so far."""
    texts = rows.select(
        "node",
        pl.concat_str(
            "place", *(names.gather(rows[f"{number}"]).alias(f"{number}") for number in range(3))
        ).alias("text"),
    )
    whole = texts.group_by("node").agg(pl.col("text").sort().str.join("\n"))
    digests = [_TOLD + sha256(text.encode()).hexdigest()[:32] for text in whole["text"]]
    return pl.DataFrame(
        {"node": whole["node"], "name": digests}, schema_overrides={"name": pl.String}
    )


def _alike_named(graph: ColumnGraph) -> ColumnGraph:
    """Name the blank nodes that are left, the others standing as they are."""
    left = (graph.terms.str.starts_with("_:") & ~graph.terms.str.starts_with(_TOLD)).arg_true()
    if not len(left):
        return graph
    rows = graph.quads.filter(
        pl.any_horizontal(pl.col(name).is_in(left.implode()) for name in COLUMNS)
    )
    used = pl.concat([rows[name] for name in COLUMNS]).unique()
    names = alike_names(
        left, rows.iter_rows(), dict(zip(used, graph.terms.gather(used), strict=True))
    )
    return graph.rename(graph.terms.gather(left), pl.Series([_TOLD + names[node] for node in left]))
