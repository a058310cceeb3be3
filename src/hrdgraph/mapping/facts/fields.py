"""The columns of a table of facts into the fields of a view: cells as people write them become
what the mapping of the kind wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hrdgraph.errors import ProjectError
from hrdgraph.evidence.dating import LANGUAGES
from hrdgraph.kinds import Column
from hrdgraph.kinds.codes import codes_of
from hrdgraph.kinds.countries import country_code
from hrdgraph.kinds.guess import ROW_NUMBERS
from hrdgraph.kinds.headings import folded
from hrdgraph.mapping.facts.nodes import call, constant, items, keys, numbered, reference, text
from hrdgraph.mapping.facts.row_cells import RowCells
from hrdgraph.mapping.facts.views import Views, first_of, if_there, is_constant
from hrdgraph.mapping.functions.hrd import slug
from hrdgraph.mapping.language.yarrrml.nodes import Node, YamlText
from hrdgraph.project import Source

MADE: Final = ("person", "organisation", "award")  # things that a cell may make by naming them
_DATED: Final = ("date", "year")


class Fields(RowCells):
    """Makes the views of one table."""

    def made(self) -> Views:
        """All views, with every field that the mapping of the kind may name."""
        for column in self.layout.kind.columns:
            if self.has(column.name):
                self._say(column)
        self._say_keys()
        self._say_evidence()
        return self.views

    # what it means

    def _say(self, column: Column) -> None:
        cell = self._raw(column.name)
        if column.many:
            cell = self._items(column, cell)
        raw = self._left_in(column, cell)
        if column.type == "name":
            self._say_name(column, raw, cell)
            return
        self.views.facts[column.name] = self._clean(column, raw)
        if column.type == "words" and column.scheme and not self.has(f"{column.name}_code"):
            self.views.facts[f"{column.name} likely"] = self._code(
                raw, column.scheme, "codeIfKnown"
            )
        if column.many and column.type == "words":
            self.views.facts[f"{column.name} language"] = call("languageOf", value=raw)

    def _items(self, column: Column, raw: Node) -> Node:
        """The items of a list, each in a row of its own; they are taken apart in the view of
        rows."""
        name = f"{column.name} item"
        cut = call("splitList", value=raw, separator=constant(self.layout.facts.separator))
        self.views.rows[name] = cut
        return reference(name)

    def _clean(self, column: Column, raw: Node) -> Node:
        if isinstance(raw, YamlText) and is_constant(raw):
            return constant(self._same(column, raw.value))
        if column.enum:
            return call("choice", value=raw, choices=constant("|".join(column.enum)))
        if column.type in _DATED:
            return call(
                column.type,
                value=raw,
                language=constant(self._language()),
                order=constant(self._order()),
                calendar=constant(self.layout.facts.calendar),
            )
        if column.type == "number":
            return call("count", value=raw, language=constant(self._language()))
        if column.type == "code" and (heading := self.heading_of_level(column.name)):
            vocabulary = constant(str(self.vocabularies))
            return call("level", value=raw, heading=constant(heading), vocabulary=vocabulary)
        if column.type == "code":
            return self._code(raw, column.scheme, "code")
        simple = {
            "country": "countryCode",
            "yes-no": "yesNo",
            "language": "languageCode",
            "address": "webAddress",
        }
        return call(simple[column.type], value=raw) if column.type in simple else raw

    def _code(self, raw: Node, scheme: str, function: str) -> Node:
        return call(
            function,
            value=raw,
            scheme=constant(scheme),
            vocabulary=constant(str(self.vocabularies)),
        )

    def _same(self, column: Column, value: str) -> str:
        """What one value for all rows means: it is read once, here."""
        try:
            if column.type == "code":
                return codes_of(self.vocabularies, column.scheme).code(value)
            return country_code(value) if column.type == "country" else value
        except ValueError as error:
            hint = "mend-table-columns"
            raise ProjectError(
                "column-value-wrong",
                column=column.name,
                reason=error,
                origin=self.views.origin,
                hint=hint,
            ) from error

    def _language(self) -> str:
        spoken = (
            (self.layout.facts.language or self.layout.source.language).lower().partition("-")[0]
        )
        return spoken if spoken in LANGUAGES else ""

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
        known = self._known(column, cell)
        facts[f"{name} name"] = raw
        if name in self.layout.facts.unlisted:
            found = first_of([reference(one) for one in known.values()])
            facts[name] = if_there(found, key)
            facts[f"{name} words"] = call("whenNull", test=found, value=raw)
        else:
            facts[name] = key
            for thing in column.of:
                if thing in MADE:
                    facts[f"{name} {thing}"] = self._made_key(thing, kind, key, known)
        facts[f"{name} kind"] = self._found_kind(column, kind, known)

    def _key(self, raw: Node) -> Node:
        """The key that a name makes; of one that is somebody else in each row, with the row."""
        ways: list[Node] = []
        for name in self.layout.facts.apart:
            if "row apart" not in self.views.rows:
                cells = [reference(heading) for heading in self._telling()]
                self.views.rows["row apart"] = numbered("contentHash", cells)
            own = text(f"{slug(name)}-$(row apart)")
            ways.append(call("when", test=raw, equals=constant(name), value=own))
        return first_of([*ways, call("slug", value=raw)])

    def _telling(self) -> list[str]:
        """The headings whose cells tell rows apart and are no secret: a key is public."""
        layout = self.layout
        found = [
            heading
            for column in layout.kind.columns
            if self._is_public(column)
            for item in layout.columns.get(column.name, ())
            for heading in item.headings
        ]
        numbers = [name for name in layout.header if folded(name) in ROW_NUMBERS]
        return list(dict.fromkeys([*found, *numbers]))

    def _is_public(self, column: Column) -> bool:
        """Whether everybody may see a column and each heading that its cells come from."""
        layout = self.layout
        files = [file.columns for file in layout.source.files if file.name == layout.table.file]
        levels = {field.name: field.visibility for field in layout.table.fields}
        headings = {name for item in layout.columns.get(column.name, ()) for name in item.headings}
        said = [each.get(name, "public") for each in (levels, *files) for name in headings]
        return {column.visibility, *said} == {"public"}

    def _kind_of(self, column: Column) -> Node:
        """What kind of thing a cell names: as its own column says, else the usual one."""
        other = self.layout.kind.column(column.kind_column) if column.kind_column else None
        if other is None or not self.has(other.name):
            return constant(column.of[0]) if column.of else constant("")
        return self._clean(other, self._raw(other.name))

    def _made_key(self, thing: str, kind: Node, key: Node, known: Mapping[str, str]) -> Node:
        """The key of a thing that the row makes: where it is of that kind, and no table lists
        it."""
        found = key
        if not is_constant(kind):
            found = call("when", test=kind, equals=constant(thing), value=key)
        elif isinstance(kind, YamlText) and kind.value != thing:
            return call("nothing")
        return (
            call("whenNull", test=reference(known[thing]), value=found) if thing in known else found
        )

    def _found_kind(self, column: Column, kind: Node, known: Mapping[str, str]) -> Node:
        """The kind of thing: that of the table which lists it, where only one of another kind
        does."""
        found = kind
        for thing in reversed(column.of[1:]):
            if thing in known and column.of[0] in known:
                here = call(
                    "whenNull", test=reference(known[column.of[0]]), value=reference(known[thing])
                )
                found = call("orElse", value=if_there(here, constant(thing)), otherwise=found)
        return found

    def _known(self, column: Column, raw: Node) -> dict[str, str]:
        """The fields that are filled where a table of the source lists the thing, by kinds of
        thing."""
        found: dict[str, str] = {}
        for thing in (kind for kind in column.of if kind in MADE):
            tables = [
                layout
                for layout in self.listed.of(thing)
                if layout is not self.layout or thing != self.layout.kind.thing
            ]
            for number, _ in enumerate(tables[:1]):
                here, there = f"{column.name} here", f"{column.name} listed {thing}"
                self.views.looked[here] = call("slug", value=raw)
                pair = items([reference(here), reference("key")])
                to = text(f"{thing} list {number}")
                self.views.joins.append(
                    keys({"to": to, "on": items([pair]), "fields": keys({there: reference("key")})})
                )
                found[thing] = there
        return found

    # the row itself, and what it cites

    def _say_keys(self) -> None:
        kind, facts = self.layout.kind, self.views.facts
        if own := [column for name in kind.identity if (column := kind.column(name))]:
            # an IRI is public: cells that are not must not be guessed from it
            cells = [
                self._plain(column.name) if self._is_public(column) else call("nothing")
                for column in own
            ]
            hashed = numbered("contentHash", cells)
            self.views.rows["row id"] = hashed
            facts["id"] = self._given("id", reference("row id"))
            if kind.column("event") is not None:
                facts["event"] = self._given("event", facts["id"])
        if kind.key_of and kind.column("key") is not None:
            named = self._raw(kind.key_of) if self.has(kind.key_of) else call("nothing")
            facts["key"] = self._given("key", self._key(named))
            self._say_keys_of_parts(facts["key"])

    def _given(self, name: str, otherwise: Node) -> Node:
        """What a column gives, else something other."""
        if not self.has(name):
            return otherwise
        return call("orElse", value=self._raw(name), otherwise=otherwise)

    def _say_keys_of_parts(self, key: Node) -> None:
        """The key of a thing as that of a defender, and as that of a founding, where it is one."""
        kind, facts = self.layout.kind, self.views.facts
        if self.has("defender"):
            said = self._clean(kind.column("defender") or Column(""), self._raw("defender"))
            facts["defender key"] = call("when", test=said, equals=constant("true"), value=key)
        if self.has("founded") or self.has("founders"):
            founded, founders = self._plain("founded"), self._plain("founders")
            told = call("orElse", value=founded, otherwise=founders)
            facts["founding key"] = if_there(told, key)

    def _say_evidence(self) -> None:
        facts, source = self.views.facts, self.layout.source
        if self.layout.kind.name == "document":
            self._say_document()
        elif self.has("evidence_start"):
            facts["evidence"] = text("$(evidence_start)-$(evidence_end)")
            facts["address"] = self._address(source)
            if self.has("document"):
                facts["paper"] = call("paper", value=self._raw("document"))
        elif self.layout.kind.column("document") is not None:
            self._say_cited(source)

    def _address(self, source: Source) -> Node:
        if self.has("document"):
            return call("page", value=self._raw("document"))
        return constant(source.document.address if source.document else source.address)

    def _say_cited(self, source: Source) -> None:
        """A page by its address, a document that a table of the source lists, or one that the
        row makes."""
        facts = self.views.facts
        said = self._raw("document") if self.has("document") else constant(source.name)
        if not (self.listed.of("document") or self.layout.table.evidence):
            # what cites nothing else stands in the register
            said = first_of([said, constant(source.name)])
        facts["evidence"] = call("documentKey", value=said)
        facts["address"] = call("page", value=said)
        publisher = [facts["publisher"]] if "publisher" in facts else []
        if not self.listed.of("document"):
            facts["paper"] = call("paper", value=said)
            title = [facts["document_title"]] if "document_title" in facts else []
            paper = call("whenNull", test=facts["address"], value=said)
            named = call("whenNot", test=paper, equals=constant(source.name), value=paper)
            mine = call("whenNot", test=said, equals=constant(source.name), value=facts["paper"])
            facts["private paper"] = mine
            facts["paper title"] = first_of([*title, named, constant(source.title)])
            facts["paper publisher"] = first_of([*publisher, constant(source.publisher)])
        facts["publisher"] = first_of([*publisher, call("host", value=facts["address"])])
        facts.setdefault("reliability", constant("unknown"))

    def _say_document(self) -> None:
        facts = self.views.facts
        if self.has("name"):
            said = self._raw("name")
            facts["evidence"] = call("documentKey", value=said)
            paper = call("paper", value=said)
            facts["paper"] = (
                call("whenNull", test=self._raw("address"), value=paper)
                if self.has("address")
                else paper
            )
            title = call("whenNull", test=self._raw("address"), value=said)
            facts.setdefault("title", title if self.has("address") else said)
        facts.setdefault("publisher", constant(self.layout.source.publisher))
        facts.setdefault("reliability", constant("unknown"))
