"""Turn the columns of a table of facts into the fields of a view: cells as people write them
become what the mapping of the kind needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from hrdgraph.errors import Origin, ProjectError
from hrdgraph.evidence.dating import is_read
from hrdgraph.fact_kinds import Column
from hrdgraph.fact_kinds.cell_types import CELL_TYPES
from hrdgraph.fact_kinds.cell_values import codes_of, country_code, folder_of
from hrdgraph.fact_kinds.confidentiality import RESTRICTED, SCHEME, sense_of
from hrdgraph.fact_kinds.guess import ROW_NUMBERS
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.mapping.facts.layout import Layout, is_cut, separators_of
from hrdgraph.mapping.facts.views import (
    ROW_NUMBER,
    Listed,
    Views,
    call,
    call_in_order,
    constant,
    first_of,
    if_there,
    is_constant,
    items,
    keys,
    reference,
    text,
)
from hrdgraph.mapping.language.yarrrml.yaml import Node, YamlText
from hrdgraph.project import VISIBILITIES, ColumnSource, Source

ROW_LANGUAGE: Final = "row_language"
LANGUAGE: Final = "@language"  # the default of a column: the language that is said of the table


class RowCells:
    """The cells of the columns of one table, in the views that they need."""

    def __init__(self, layout: Layout, listed: Listed, vocabularies: Sequence[Path]) -> None:
        self.layout, self.listed, self.vocabularies = layout, listed, vocabularies
        self.views = Views(
            layout.name,
            Origin(str(layout.source.description_file), node=f"[[table]] {layout.name}"),
        )
        self.lookups: dict[str, str] = {}  # the tables for look-ups, by the names of their sources

    def has(self, name: str) -> bool:
        """Say whether a column is there: by a heading, a value, or a default."""
        column = self.layout.kind.column(name)
        if name in self.layout.columns and column is not None and column.default in ("", LANGUAGE):
            return bool(self.layout.columns[name])  # where it is said to be absent, it is
        return self._otherwise(name) is not None

    def _otherwise(self, name: str) -> Node | None:
        """Return the meaning of an empty or missing cell of a column; for a language, that of the
        row, else of the table."""
        column = self.layout.kind.column(name)
        default = column.default if column is not None else ""
        if empty := self.layout.facts.values.get(name, {}).get(""):
            return constant(empty[0])  # as a person said, or what the row needs
        if sense_of(self.heading_of_level(name)) == "open":
            return constant(RESTRICTED)  # nobody has said yet that it may be published
        if default != LANGUAGE:
            return constant(default) if default else None
        if name != ROW_LANGUAGE and self.layout.columns.get(ROW_LANGUAGE):
            return self._raw(ROW_LANGUAGE)
        return constant(self.layout.facts.language) if self.layout.facts.language else None

    def heading_of_level(self, name: str) -> str:
        """Return the heading of a column that says who may see rows, if its cells are in people's
        own words; else ""."""
        column = self.layout.kind.column(name)
        is_level = column is not None and column.scheme == SCHEME
        heading = self.layout.heading_of(name) if is_level else ""
        return heading if heading.strip().lower() != SCHEME else ""

    def _raw(self, name: str) -> Node:
        """Return the cell of a column unchanged, in the view of rows."""
        ways = [
            self._way(name, number, item)
            for number, item in enumerate(self.layout.columns.get(name, ()))
        ]
        otherwise = self._otherwise(name)
        if otherwise is not None and not any(map(is_constant, ways)):
            ways.append(otherwise)
        if not ways:
            return call("nothing")
        cell = ways[-1]
        for way in reversed(ways[:-1]):
            cell = call("orElse", value=way, otherwise=cell)
        return cell

    def _way(self, name: str, number: int, item: ColumnSource) -> Node:
        if item.value is not None:
            return constant(item.value)
        cell = self._cells(item, name)
        if not item.through:
            return cell
        joined = f"{name} looked up {number}"
        here = f"{joined} here"
        if here in self.views.looked:
            return reference(joined)
        self.views.looked[here] = call("host", value=cell) if item.part == "host" else cell
        self._join(
            f"{self.layout.source.name} {item.through}", here, item.key,
            {joined: reference(item.to)}, item.through,
        )  # fmt: skip
        return reference(joined)

    def _cells(self, item: ColumnSource, name: str) -> Node:
        """Return the cell below a heading, or those below several: one name, place, or notes."""
        if item.noted:
            pairs = ((constant(heading), self._cell(heading)) for heading in item.headings)
            return call_in_order("joinNotes", [node for pair in pairs for node in pair])
        if not item.more:
            return self._cell(item.heading)
        column = self.layout.kind.column(name)
        is_date, is_place = column and column.type in _DATED, column and column.role == "place"
        join = "joinDate" if is_date else "joinPlaces" if is_place else "joinWords"
        return call_in_order(join, [self._cell(heading) for heading in item.headings])

    def _cell(self, heading: str) -> YamlText:
        """Return a cell of the table itself, passed through the view of rows."""
        self.views.rows.setdefault(heading, reference(heading))
        return reference(heading)

    def _join(
        self, source: str, here: str, there: str, fields: Mapping[str, Node], file: str
    ) -> None:
        self.lookups[source] = file
        self._add_join(source, here, there, fields)

    def _add_join(self, to: str, here: str, there: str, fields: Mapping[str, Node]) -> None:
        pair = items([reference(here), reference(there)])
        self.views.joins.append(
            keys({"to": text(to), "on": items([pair]), "fields": keys(dict(fields))})
        )

    def _unless_left_out(self, column: Column, cell: Node) -> Node:
        """Return a cell, or an item of one, unless another table lists it as left out."""
        for item in self.layout.columns.get(column.name, ()):
            if item.without:
                here, listed = f"{column.name} here said", f"{column.name} left out"
                self.views.looked[here] = cell
                source = f"{self.layout.source.name} {item.without}"
                self._join(source, here, item.key, {listed: reference(item.key)}, item.without)
                cell = call("whenNull", test=reference(listed), value=cell)
        return cell

    def _plain(self, name: str) -> Node:
        """Return the cell of a column as typed, before any look-up."""
        sources = self.layout.columns.get(name, ())
        for item in sources:
            if item.heading:
                return self._cells(item, name)
        fixed = [constant(item.value) for item in sources if item.value is not None]
        return fixed[0] if fixed else call("nothing")


MADE: Final = ("person", "organisation", "award")  # things that a cell may make by naming them
_DATED: Final = ("date", "year")


class Fields(RowCells):
    """Makes the views of one table."""

    def make(self) -> Views:
        """Return all views, with every field that the mapping of the kind may name."""
        for column in self.layout.kind.columns:
            if self.has(column.name):
                self._say(column)
        self._say_own_words()
        self._say_unnamed()
        self._say_keys()
        facts, source = self.views.facts, self.layout.source
        if self.layout.kind.name == "document":
            self._say_document()
        elif self.has("evidence_start"):
            facts["evidence"] = text("$(evidence_start)-$(evidence_end)")
            page = source.document.address if source.document else source.address
            is_said = self.has("document")
            facts["address"] = (
                call("page", value=self._raw("document")) if is_said else constant(page)
            )
            if self.has("document"):
                facts["paper"] = call("paper", value=self._raw("document"))
                facts["private paper"] = self._document_unless_listed(self._raw("document"))
        elif self.layout.kind.column("document") is not None:
            self._say_cited(source)
        return self.views

    def _say_own_words(self) -> None:
        """Keep what the table says in its own words: cells that mean no known code, and columns
        that a person lets everybody see behind their headings. They are no remarks of ours; the
        words of columns that not everybody may see stand apart, and hide no others."""
        facts, words = self.views.facts, dict[str, Node]()
        if self.layout.kind.column("note") is None:
            return
        if any(item.noted for item in self.layout.columns.get("note", ())) and "note" in facts:
            words["source words"] = facts.pop("note")
        for name, values in self.layout.facts.values.items():
            code, column = facts.get(name), self.layout.kind.column(name)
            if code is None or column is None or ("other",) not in values.values():
                continue
            other = call("when", test=code, equals=constant("other"), value=self._raw(name))
            place = "source words" if self.layout.is_public(column) else "private words"
            if place in words:
                heading = constant(self.layout.heading_of(name) or name)
                other = call_in_order("joinNotes", [constant(""), words[place], heading, other])
            words[place] = other
        if remark := self._remark("year", "words"):
            year = self.layout.kind.column("year")
            place = "source words" if year and self.layout.is_public(year) else "private words"
            pair = [constant(""), words[place], constant(""), remark] if place in words else []
            words[place] = call_in_order("joinNotes", pair) if pair else remark
        if words:
            facts |= words
            facts.setdefault("note_language", constant(self.layout.facts.language))

    def _say_unnamed(self) -> None:
        """Say of somebody whose name no cell tells that it is not known."""
        for column in self.layout.kind.columns:
            if column.unnamed and not self._has_constant(column.name):
                text = column.unnamed.get(self._language()) or column.unnamed["en"]
                nameless = self._if_nameless(column, constant(text), self._raw)
                words = self.views.facts.get(column.words_column)
                self.views.facts[column.words_column] = first_of(
                    [words, nameless] if words is not None else [nameless]
                )

    def _has_constant(self, name: str) -> bool:
        return any(item.value is not None for item in self.layout.columns.get(name, ()))

    # what it means

    def _say(self, column: Column) -> None:
        cell = self._raw(column.name)
        if self._is_list(column) and not is_constant(cell):
            cell = self._items(column, cell)
        raw = self._unless_left_out(column, cell)
        if column.type == "name":
            self._say_name(column, raw, cell)
            return
        is_label = column.name == self.layout.kind.key_of and not is_constant(raw)
        value = call("trimmed", value=raw) if is_label else self._clean(column, raw)
        self.views.facts[column.name] = value
        if column.type == "words" and column.scheme and not self.has(f"{column.name}_code"):
            known = self._code(raw, column.scheme, "codeIfKnown")
            if "other" in codes_of(self.vocabularies, column.scheme).labels:
                known = first_of([known, if_there(raw, constant("other"))])
            self.views.facts[f"{column.name} likely"] = known
        if column.many and column.type == "words":
            self.views.facts[f"{column.name} language"] = call("languageOf", value=raw)

    def _remark(self, name: str, part: str) -> Node | None:
        """Return a part of the year of an award with a remark in brackets, if it has a column."""
        if name != "year" or self.layout.kind.name != "conferral" or is_constant(self._raw(name)):
            return None
        return call("remark", value=self._raw(name), part=constant(part))

    def _is_list(self, column: Column) -> bool:
        return column.many or is_cut(self.layout, column.name)

    def _items(self, column: Column, raw: Node) -> Node:
        """Return the items of a list, each in a row of its own; it is split in the view of rows."""
        name = f"{column.name} item"
        if is_cut(self.layout, column.name):
            separators = json.dumps(separators_of(self.layout, column), ensure_ascii=False)
            values = json.dumps(self.layout.facts.values.get(column.name, {}), ensure_ascii=False)
            parameters = {"separators": constant(separators), "values": constant(values)}
            cut = call("items", value=raw, **parameters)
        else:
            cut = call("splitList", value=raw, separator=constant(self.layout.facts.separator))
        self.views.rows[name] = cut
        return reference(name)

    def _clean(self, column: Column, raw: Node) -> Node:
        if isinstance(raw, YamlText) and is_constant(raw):
            usual = constant(self._same(column, raw.value))
            said = column.name == "outcome" and self._remark("year", "outcome")
            return first_of([said, usual]) if said else usual
        if column.enum:
            return call("choice", value=raw, choices=constant("|".join(column.enum)))
        if column.type in _DATED:
            raw = self._remark(column.name, "date") or raw
            return call(
                column.type, value=raw, language=constant(self._language()),
                pivot=constant(str(self.layout.facts.pivot or "")), order=constant(self._order()),
                calendar=constant(self.layout.facts.calendar),
            )  # fmt: skip
        if column.type == "code" and (heading := self.heading_of_level(column.name)):
            vocabulary = constant(str(self.vocabularies[0]))
            return call("level", value=raw, heading=constant(heading), vocabulary=vocabulary)
        if column.type == "code":
            return self._code(raw, column.scheme, "code")
        type_ = CELL_TYPES[column.type]
        spoken = {"language": constant(self._language())} if type_.has_language else {}
        return call(type_.function, value=raw, **spoken) if type_.function else raw

    def _code(self, raw: Node, scheme: str, function: str) -> Node:
        return call(
            function, value=raw, scheme=constant(scheme),
            vocabulary=constant(str(folder_of(self.vocabularies, scheme))),
        )  # fmt: skip

    def _same(self, column: Column, value: str) -> str:
        """Return the meaning of one value for all rows, read once."""
        try:
            if column.type == "code":
                return codes_of(self.vocabularies, column.scheme).code(value)
            return country_code(value) if column.type == "country" else value
        except ValueError as error:
            raise ProjectError(
                "place-and-fact", file=column.name, fact=error, origin=self.views.origin,
                hint="mend-table-columns",
            ) from error  # fmt: skip

    def _language(self) -> str:
        language = self.layout.facts.language or self.layout.source.language
        spoken = language.lower().partition("-")[0]
        return spoken if is_read(spoken) else ""

    def _order(self) -> str:
        return self.layout.facts.dates if self.layout.facts.dates != "ymd" else ""

    # names of things

    def _say_name(self, column: Column, raw: Node, cell: Node) -> None:
        name, facts = column.name, self.views.facts
        kind = self._kind_of(column)
        key = self._key(raw)
        if self.layout.facts.names == "keys":
            facts[name], facts[f"{name} kind"] = key, kind
            return
        known = self._find_listed(column, cell)
        facts[f"{name} name"] = raw if is_constant(raw) else call("trimmed", value=raw)
        if name in self.layout.facts.unlisted:
            here = first_of([reference(name_of) for name_of in known.values()])
            facts[name] = if_there(here, key)
            facts[f"{name} words"] = call("whenNull", test=here, value=raw)
        else:
            facts[name] = key
            for thing in column.of:
                if thing in (*MADE, *dict(column.own_things)):
                    facts[f"{name} {thing}"] = self._own_key(thing, kind, key, known)
        # a thing is of the kind of the table that lists it, if only one of another kind does
        listed = kind
        for thing in reversed(column.of[1:]):
            if thing in known and column.of[0] in known:
                here = call(
                    "whenNull", test=reference(known[column.of[0]]), value=reference(known[thing])
                )
                listed = call("orElse", value=if_there(here, constant(thing)), otherwise=listed)
        facts[f"{name} kind"] = listed

    def _key(self, raw: Node) -> Node:
        """Return the key that a name makes; with the row, if the name is a different person in
        each."""
        if not (apart := self.layout.facts.apart):
            return call("slug", value=raw)
        if "row apart" not in self.views.rows:
            cells = [reference(heading) for heading in self._telling()]
            self.views.rows["row apart"] = call_in_order("contentHash", cells)
        names = constant(json.dumps(apart, ensure_ascii=False))
        return call("slugApart", value=raw, names=names, row=reference("row apart"))

    def _telling(self) -> list[str]:
        """Return the headings whose cells distinguish rows and are public: a key is public."""
        layout = self.layout
        headings = [
            heading
            for column in layout.kind.columns
            if layout.is_public(column)
            for item in layout.columns.get(column.name, ())
            for heading in item.headings
        ]
        numbers = [name for name in layout.header if folded(name) in ROW_NUMBERS]
        return list(dict.fromkeys([*headings, *numbers]))

    def _kind_of(self, column: Column) -> Node:
        """Return the kind of thing that a cell names: from its own column, else the usual one."""
        other = self.layout.kind.column(column.kind_column) if column.kind_column else None
        if other is None or not self.has(other.name):
            return constant(column.of[0]) if column.of else constant("")
        return self._clean(other, self._raw(other.name))

    def _own_key(self, thing: str, kind: Node, key: Node, known: Mapping[str, str]) -> Node:
        """Return the key of a thing that the row makes: if it is of that kind, and no table lists
        it."""
        own = key
        if not is_constant(kind):
            own = call("when", test=kind, equals=constant(thing), value=key)
        elif isinstance(kind, YamlText) and kind.value != thing:
            return call("nothing")
        return call("whenNull", test=reference(known[thing]), value=own) if thing in known else own

    def _find_listed(self, column: Column, raw: Node) -> dict[str, str]:
        """Return the fields that are filled if a table of the source lists the thing, by kind."""
        fields: dict[str, str] = {}
        kinds = (*MADE, *dict(column.own_things))
        for thing in (kind for kind in column.of if kind in kinds):
            if any(
                self._may_tell(layout)
                for layout in self.listed.of(thing)
                if layout is not self.layout or thing != self.layout.kind.thing
            ):
                here, there = f"{column.name} here", f"{column.name} listed {thing}"
                self.views.looked[here] = call("slug", value=raw)
                self._add_join(f"{thing} list 0", here, "key", {there: reference("key")})
                fields[thing] = there
        return fields

    def _may_tell(self, other: Layout) -> bool:
        """Say whether what this table says may depend on another that lists things: what only we
        see there would hide what everybody may see here."""
        own = self.layout.table.visibility
        return VISIBILITIES.index(other.level_of_names) <= VISIBILITIES.index(own)

    # the row itself, and what it cites

    def _say_keys(self) -> None:
        kind, facts = self.layout.kind, self.views.facts
        if own := [column for name in kind.identity if (column := kind.column(name))]:
            more = [
                heading
                for heading in self.layout.facts.rows_apart
                if self.layout.are_public([heading])
            ]
            cells = [*map(self._telling_cell, own), *map(self._cell, more)]
            hashed = call_in_order("contentHash", cells)
            apart = any(self._is_apart(column) for column in own)
            if not apart:
                self.views.rows["row id"] = hashed
            self._row = self._number_untold(own, hashed if apart else reference("row id"))
            facts["id"] = self._value_or("id", self._row)
            if self.has("victim_organisation") and self.has("victim"):
                self._say_job()
            if kind.column("event") is not None:
                facts["event"] = self._value_or("event", facts["id"])
        if kind.key_of and kind.column("key") is not None:
            named = self._raw(kind.key_of) if self.has(kind.key_of) else call("nothing")
            facts["key"] = self._value_or("key", self._key(named))
            self._say_keys_of_parts(facts["key"])

    def _say_job(self) -> None:
        """State the role of each victim in each organisation that a row names."""
        facts = self.views.facts
        who, where = (self._item("victim"), self._item("victim_organisation"))
        key = call_in_order("contentHash", [self._row, who, where])
        facts["job id"] = if_there(where, if_there(who, key))
        likely = [facts[name] for name in ("victim_role likely",) if name in facts]
        facts["job role"] = first_of([*likely, constant("other")])

    def _item(self, name: str) -> Node:
        """Return a cell, or each of its items if it is a list."""
        item = f"{name} item"
        return reference(item) if item in self.views.rows else self._raw(name)

    def _telling_cell(self, column: Column) -> Node:
        """Return the cell that distinguishes rows, unless it is not public: IRIs are public, and
        nobody must guess hidden cells from them."""
        if not self.layout.is_public(column):
            return call("nothing")
        if self._is_apart(column):
            return reference(f"{column.name} item")
        cell = self._plain(column.name)
        if not column.unnamed or self._has_constant(column.name):
            return cell
        row = call_in_order("contentHash", [self._cell(heading) for heading in self._telling()])
        return call("orElse", value=cell, otherwise=row)

    def _number_untold(self, own: Sequence[Column], key: Node) -> Node:
        """Return the key of a row, with its number where neither a public name nor a public date
        says what it is about, or nothing public tells it apart: such rows are no copies of each
        other."""
        numbered = call_in_order("contentHash", [key, reference(ROW_NUMBER)])
        if not self.layout.are_public(self.layout.facts.rows_apart):
            return numbered
        if not any(column.type == "name" for column in own):
            return key
        cells = [
            self._plain(column.name)
            for column in own
            if column.type in ("name", *_DATED) and self.layout.is_public(column)
            if self.has(column.name)
        ]
        if not cells:
            return numbered
        return call("orElse", value=if_there(first_of(cells), key), otherwise=numbered)

    def _if_nameless(self, column: Column, value: Node, read: Callable[[str], Node]) -> Node:
        """Return a value only in rows where no cell names who it was."""
        names = [name for name in (column.name, *column.unless) if self.has(name)]
        if not names:
            return value
        return call("whenNull", test=first_of([read(name) for name in names]), value=value)

    def _is_apart(self, column: Column) -> bool:
        """Say whether each item of a cell is a fact of its own: two people who share a prize."""
        is_one = column.type == "name" and not column.many and not column.scheme
        return is_one and f"{column.name} item" in self.views.rows

    def _value_or(self, name: str, otherwise: Node) -> Node:
        """Return what a column gives, else something other."""
        if not self.has(name):
            return otherwise
        return call("orElse", value=self._raw(name), otherwise=otherwise)

    def _say_keys_of_parts(self, key: Node) -> None:
        """State the key of a thing as a defender, and as a founding, where it is one."""
        kind, facts = self.layout.kind, self.views.facts
        if self.has("defender"):
            defender = self._clean(kind.column("defender") or Column(""), self._raw("defender"))
            facts["defender key"] = call("when", test=defender, equals=constant("true"), value=key)
        if self.has("founded") or self.has("founders"):
            founded, founders = self._plain("founded"), self._plain("founders")
            founding = call("orElse", value=founded, otherwise=founders)
            facts["founding key"] = if_there(founding, key)

    def _say_cited(self, source: Source) -> None:
        """State the page by its address, the listed document, or a document that the row makes."""
        facts = self.views.facts
        cited = self._raw("document") if self.has("document") else constant(source.name)
        if is_cut(self.layout, "document"):  # each address is a source of the same fact
            cited = self._items(Column("document"), cited)
        if not (self.listed.of("document") or self.layout.table.evidence):
            # what cites nothing else stands in the register
            cited = first_of([cited, constant(source.name)])
        facts["evidence"] = call("documentKey", value=cited)
        facts["address"] = call("page", value=cited)
        publisher = [facts["publisher"]] if "publisher" in facts else []
        if not (self.listed.of("document") and self.has("document")):
            facts["paper"] = call("paper", value=cited)
            title = [facts["document_title"]] if "document_title" in facts else []
            paper = call("whenNull", test=facts["address"], value=cited)
            name = call("whenNot", test=paper, equals=constant(source.name), value=paper)
            mine = call("whenNot", test=cited, equals=constant(source.name), value=facts["paper"])
            if self.layout.heading_of("document") not in self.layout.table.confirmed:
                facts["private paper"] = mine  # nobody has said that everybody may see it
            facts["paper title"] = first_of([*title, name, constant(source.title)])
            facts["paper publisher"] = first_of([*publisher, constant(source.publisher)])
        else:
            facts["paper"] = facts["private paper"] = self._document_unless_listed(cited)
        facts["publisher"] = first_of([*publisher, call("host", value=facts["address"])])
        facts.setdefault("reliability", constant("unknown"))

    def _document_unless_listed(self, cited: Node) -> Node:
        """Return the key of a document that no table lists: nobody has said that it is public."""
        key = call("paper", value=cited)
        self.views.looked["document here"] = key
        for number, layout in enumerate(self.listed.of("document")):
            if layout.columns.get("name"):
                field, to = f"document listed {number}", f"document list {number}"
                self._add_join(to, "document here", "key", {field: reference("key")})
                key = call("whenNull", test=reference(field), value=key)
        return key

    def _say_document(self) -> None:
        facts = self.views.facts
        if self.has("name"):
            name = title = self._raw("name")
            facts["key"] = paper = call("paper", value=name)
            facts["evidence"] = call("documentKey", value=name)
            if self.has("address"):
                address = self._raw("address")
                paper, title = (
                    call("whenNull", test=address, value=value) for value in (paper, name)
                )
            facts["paper"] = paper
            facts.setdefault("title", title)
        facts.setdefault("publisher", constant(self.layout.source.publisher))
        facts.setdefault("reliability", constant("unknown"))
