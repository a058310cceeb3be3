"""The cells of a table of facts as they stand there: by headings, by one value for all rows, or
looked up in another table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hrdgraph.errors import Origin
from hrdgraph.kinds import Column
from hrdgraph.kinds.levels import RESTRICTED, SCHEME, sense_of
from hrdgraph.mapping.facts.layout import Layout
from hrdgraph.mapping.facts.nodes import call, constant, items, keys, numbered, reference, text
from hrdgraph.mapping.facts.views import Listed, Views, is_constant
from hrdgraph.mapping.language.yarrrml.nodes import Node, YamlText
from hrdgraph.project import ColumnSource

ROW_LANGUAGE: Final = "row_language"
LANGUAGE: Final = "@language"  # the default of a column: the language that is said of the table


class RowCells:
    """The cells of the columns of one table, in the views that they need."""

    def __init__(self, layout: Layout, listed: Listed, vocabularies: Path) -> None:
        self.layout, self.listed, self.vocabularies = layout, listed, vocabularies
        self.views = Views(
            layout.name,
            Origin(str(layout.source.description_file), node=f"[[table]] {layout.name}"),
        )
        self._lookups: dict[str, str] = {}

    def has(self, name: str) -> bool:
        """Whether a column is there: by a heading, a value, or what its absence means."""
        if name in self.layout.columns:  # or said to be absent
            return bool(self.layout.columns[name])
        return self._otherwise(name) is not None

    def _otherwise(self, name: str) -> Node | None:
        """What an empty cell of a column means, and its absence; of a language, that of the row,
        else of the table."""
        column = self.layout.kind.column(name)
        said = column.default if column is not None else ""
        if sense_of(self.heading_of_level(name)) == "open":
            return constant(RESTRICTED)  # nobody has said yet that it may be published
        if said != LANGUAGE:
            return constant(said) if said else None
        if name != ROW_LANGUAGE and self.layout.columns.get(ROW_LANGUAGE):
            return self._raw(ROW_LANGUAGE)
        return constant(self.layout.facts.language) if self.layout.facts.language else None

    def heading_of_level(self, name: str) -> str:
        """The heading of a column that says who may see rows, where people write such cells in
        their own words; else "" """
        column = self.layout.kind.column(name)
        is_level = column is not None and column.scheme == SCHEME
        heading = self.layout.heading_of(name) if is_level else ""
        return heading if heading.strip().lower() != SCHEME else ""

    def _raw(self, name: str) -> Node:
        """The cell of a column as it is, in the view of rows."""
        ways = [
            self._way(name, number, item)
            for number, item in enumerate(self.layout.columns.get(name, ()))
        ]
        otherwise = self._otherwise(name)
        if otherwise is not None and not any(map(is_constant, ways)):
            ways.append(otherwise)
        if not ways:
            return call("nothing")
        found = ways[-1]
        for way in reversed(ways[:-1]):
            found = call("orElse", value=way, otherwise=found)
        return found

    def _way(self, name: str, number: int, item: ColumnSource) -> Node:
        if item.value is not None:
            return constant(item.value)
        cell = self._cells(item)
        if not item.through:
            return cell
        joined = f"{name} looked up {number}"
        here = f"{joined} here"
        if here in self.views.looked:
            return reference(joined)
        self.views.looked[here] = call("host", value=cell) if item.part == "host" else cell
        self._join(
            f"{self.layout.source.name} {item.through}",
            here,
            item.key,
            {joined: reference(item.to)},
            item.through,
        )
        return reference(joined)

    def _cells(self, item: ColumnSource) -> Node:
        """The cell below a heading, or those below several, which are one name."""
        if not item.more:
            return self._cell(item.heading)
        return numbered("joinWords", [self._cell(name) for name in item.headings])

    def _cell(self, heading: str) -> YamlText:
        """A cell of the table itself, passed through the view of rows."""
        self.views.rows.setdefault(heading, reference(heading))
        return reference(heading)

    def _join(
        self, source: str, here: str, there: str, fields: Mapping[str, Node], file: str
    ) -> None:
        self._lookups[source] = file
        pair = items([reference(here), reference(there)])
        self.views.joins.append(
            keys({"to": text(source), "on": items([pair]), "fields": keys(dict(fields))})
        )

    @property
    def lookups(self) -> Mapping[str, str]:
        """The tables that are looked up in, by the names of their sources."""
        return self._lookups

    def _left_in(self, column: Column, cell: Node) -> Node:
        """A cell, or an item of one, unless another table lists it as one that is not said."""
        for item in self.layout.columns.get(column.name, ()):
            if item.without:
                here, listed = f"{column.name} here said", f"{column.name} left out"
                self.views.looked[here] = cell
                source = f"{self.layout.source.name} {item.without}"
                self._join(source, here, item.key, {listed: reference(item.key)}, item.without)
                cell = call("whenNull", test=reference(listed), value=cell)
        return cell

    def _plain(self, name: str) -> Node:
        """The cell of a column as it is typed, whatever is looked up by it."""
        item = next((item for item in self.layout.columns.get(name, ()) if item.heading), None)
        if item is not None:
            return self._cells(item)
        fixed = next(
            (item.value for item in self.layout.columns.get(name, ()) if item.value is not None),
            None,
        )
        return constant(fixed) if fixed is not None else call("nothing")
