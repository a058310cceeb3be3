"""Elements of XML into frames: those that have the same children in the same order are taken
together, column by column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import polars as pl

from hrdgraph.sources.values import TEXTS, list_column

Texts = list[list[str]]
LAYOUTS: Final = 32  # in a batch; elements of further ones are taken one by one
_FEW: Final = 5  # children that are looked for by name; of more, all are looked at


@dataclass(frozen=True)
class ElementReference:
    """What a reference selects from an element: the text of children (`tag`), an attribute, or
    what a function gives."""

    name: str
    tag: str = ""
    attribute: str = ""
    select: Callable[[Any], list[str]] | None = None


@dataclass(frozen=True)
class _Layout:
    """The elements that have the same children: their numbers, the texts of all their children
    one after another, and what functions gave of them. Without `tags`: elements with any
    children, whose tags stand in `names`, so many of each as `widths` says."""

    tags: tuple[Any, ...] | None
    numbers: list[int] = field(default_factory=list)
    texts: list[Any] = field(default_factory=list)
    # those that are wanted, one element after another
    attributes: list[str | None] = field(default_factory=list)
    others: list[Texts] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)

    def places(self, reference: ElementReference) -> list[int]:
        """Which of the children a reference means."""
        return [place for place, tag in enumerate(self.tags or ()) if tag == reference.tag]

    @cached_property
    def spread(self) -> pl.DataFrame:
        """A row for each child of elements of any children."""
        widths = pl.DataFrame([pl.Series("width", self.widths, dtype=pl.UInt32)]).with_row_index(
            "row"
        )
        rows = widths.select(pl.col("row").repeat_by("width").explode()).drop_nulls()
        return rows.with_columns(
            pl.Series("tag", self.names, dtype=pl.String),
            pl.Series("text", self.texts, dtype=pl.String).fill_null(""),
        )

    def several(self, reference: ElementReference) -> bool:
        """Whether some element has several children that a reference means."""
        if self.tags is not None:
            return len(self.places(reference)) > 1
        return bool(self.spread.filter(pl.col("tag") == reference.tag)["row"].is_duplicated().any())


def node_text(node: Any) -> str:
    """The string value of what an XPath selects (XPath 1.0 §5): of an element, all text below
    it."""
    if isinstance(node, str):
        return node
    return "".join(node.itertext()) if len(node) else node.text or ""


class ElementBatch:
    """Takes elements, numbered from `start`, and makes a frame of them; it keeps their texts,
    never the elements."""

    def __init__(self, references: Sequence[ElementReference], start: int) -> None:
        self._references, self._start, self.count, self.size = references, start, 0, 0
        self._children = [reference for reference in references if reference.tag]
        self._attributes = [reference.attribute for reference in references if reference.attribute]
        self._functions = [
            reference.select for reference in references if reference.select is not None
        ]
        tags = dict.fromkeys(reference.tag for reference in self._children)
        self._narrow = tuple(tags) if len(tags) <= _FEW else ()
        self._layouts: dict[tuple[Any, ...] | None, _Layout] = {}

    def take(self, items: Iterable[Any]) -> None:
        """Take the texts of elements; `size` is how many characters these have, those of
        attributes aside."""
        functions, narrow, blind, attributes = (
            self._functions,
            self._narrow,
            not self._children,
            self._attributes,
        )
        for number, item in enumerate(items, self._start + self.count):
            children = [] if blind else list(item.iterchildren(*narrow)) if narrow else list(item)
            tags, texts = (
                tuple([child.tag for child in children]),
                [child.text for child in children],
            )
            if any(map(len, children)):
                texts = [node_text(child) for child in children]
            layout = self._layouts.get(tags) or self._layout(tags)
            layout.numbers.append(number)
            layout.texts.extend(texts)
            self.size += sum(map(len, filter(None, texts)))
            if layout.tags is None:
                # that of a comment is a function
                layout.names.extend([tag if isinstance(tag, str) else None for tag in tags])
                layout.widths.append(len(tags))
            layout.attributes.extend([item.get(name) for name in attributes])
            for found, select in zip(layout.others, functions, strict=True):
                found.append(select(item))
                self.size += sum(map(len, found[-1]))
            self.count += 1

    def _layout(self, tags: tuple[Any, ...]) -> _Layout:
        key = tags if len(self._layouts) < LAYOUTS else None
        return self._layouts.setdefault(key, _Layout(key, others=[[] for _ in self._functions]))

    def frame(self, row_column: str, *, large: bool) -> pl.DataFrame:
        """The numbers and texts; lists where some element has several, and in every batch of a
        large document but for attributes."""
        layouts = list(self._layouts.values()) or [
            _Layout((), others=[[] for _ in self._functions])
        ]
        several = [
            (large and not reference.attribute) or self._several(reference, layouts)
            for reference in self._references
        ]
        frames = [self._of(layout, several, row_column) for layout in layouts]
        return frames[0] if len(frames) == 1 else pl.concat(frames, rechunk=True).sort(row_column)

    def _several(self, reference: ElementReference, layouts: list[_Layout]) -> bool:
        """Whether a reference selects several texts of some element."""
        if reference.tag:
            return any(layout.several(reference) for layout in layouts)
        return any(len(row) > 1 for layout in layouts for row in self._given(reference, layout))

    def _given(self, reference: ElementReference, layout: _Layout) -> Texts:
        """What the function of a reference gave of each element."""
        return layout.others[self._functions.index(reference.select)] if reference.select else []

    def _of(self, layout: _Layout, several: list[bool], row_column: str) -> pl.DataFrame:
        series = [pl.Series(row_column, layout.numbers, dtype=pl.UInt32)]
        for reference, lists in zip(self._references, several, strict=True):
            if reference.attribute:
                cells = layout.attributes[
                    self._attributes.index(reference.attribute) :: len(self._attributes)
                ]
                series.append(pl.Series(reference.name, cells, dtype=pl.String))
            elif reference.tag:
                column = _gathered if layout.tags is None else _placed
                series.append(column(layout, reference, lists).alias(reference.name))
            else:
                series.append(_taken(reference.name, self._given(reference, layout), lists))
        return pl.DataFrame(series)


def _taken(name: str, texts: Texts, lists: bool) -> pl.Series:
    if lists:
        return list_column(name, texts, pl.String)
    return pl.Series(name, [row[0] if row else None for row in texts], dtype=pl.String)


def _placed(layout: _Layout, reference: ElementReference, lists: bool) -> pl.Series:
    """The texts of the children that a reference means; an element without text has an empty
    one."""
    width, places = len(layout.tags or ()), layout.places(reference)
    columns = [
        pl.Series(str(place), layout.texts[place::width], dtype=pl.String).fill_null("")
        for place in places
    ]
    if not columns:
        return pl.Series([None] * len(layout.numbers), dtype=TEXTS if lists else pl.String)
    return (
        pl.DataFrame(columns).select(pl.concat_list(pl.all())).to_series() if lists else columns[0]
    )


def _gathered(layout: _Layout, reference: ElementReference, lists: bool) -> pl.Series:
    """The same, of elements of any children."""
    found = layout.spread.filter(pl.col("tag") == reference.tag).select("row", "text")
    found = found.group_by("row", maintain_order=True).agg("text") if lists else found
    rows = pl.DataFrame([pl.Series("row", range(len(layout.numbers)), dtype=pl.get_index_type())])
    return rows.join(found, on="row", how="left", maintain_order="left")["text"]
