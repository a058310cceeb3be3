"""Write a site as whole tables to download: who won what, with status and source, and what
happened; as CSV, JSON and Parquet with a description. Contested claims are in them, and say so."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha1
from io import BytesIO, StringIO
from typing import Any, Final

from hrdgraph.exports.tables import (
    FlatColumn,
    FlatFile,
    describe_package,
    parquet_of,
)
from hrdgraph.rdf import IRI
from hrdgraph.vocab import HRD, ORG, RDF, SKOS
from hrdgraph.web.json_api.records import Records
from hrdgraph.web.memo import once
from hrdgraph.web.pages.awards import WON
from hrdgraph.web.pages.claim_nodes import DOUBTED, status
from hrdgraph.web.pages.labels import Labels
from hrdgraph.web.pages.site import LINKS, SAME_AS, Site, links_of

_SCHEMAS: Final = {"person": "Person", "organisation": "Organization", "group": "LegalEntity"}
_WIKIDATA: Final = "http://www.wikidata.org/entity/"
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
Properties = dict[str, list[str]]


def entities(records: Records) -> bytes:
    """List the entities as lines of JSON, in the order of the site."""
    items = [*_agents(records), *_memberships(records), *_events(records)]
    return "".join(f"{_ENCODE(entity)}\n" for entity in items).encode()


def _entity(iri: str, schema: str, properties: Mapping[str, list[str]]) -> dict[str, Any]:
    held = {name: values for name, values in properties.items() if values}
    return {"id": entity_id(iri), "schema": schema, "properties": held}


def entity_id(iri: str) -> str:
    """Make the name of an entity from its IRI."""
    return f"hrdgraph-{sha1(iri.encode(), usedforsecurity=False).hexdigest()}"


def _agents(records: Records) -> Iterator[dict[str, Any]]:
    site, rdf = records.site, records.site.rdf
    for node in site.of_kind(*_SCHEMAS):
        thing, kind = site.things[node], site.kinds[node]
        same = links_of(rdf, node, *SAME_AS)
        properties: Properties = {
            "name": _once(name.text for name in thing.names) or [records.labels.of(node).text],
            "alias": _once(name.text for name in thing.others),
            "country": _codes(records, node, HRD.country, HRD.countryOfWork),
            "sourceUrl": [thing.iri],
            "website": _once(links_of(rdf, node, *LINKS)),
            "wikidataId": [iri[len(_WIKIDATA) :] for iri in same if iri.startswith(_WIKIDATA)],
        }
        if kind == "person":
            properties |= {
                "nationality": _codes(records, node, HRD.nationality),
                "birthDate": _days(records, node, HRD.birthDate),
                "deathDate": _days(records, node, HRD.deathDate),
            }
        yield _entity(thing.iri, _SCHEMAS[kind], properties)


def _memberships(records: Records) -> Iterator[dict[str, Any]]:
    site, rdf = records.site, records.site.rdf
    for node in _claims_of(site, "role"):
        who, where = rdf.first(node, ORG.member), rdf.first(node, ORG.organization)
        known = site.kinds.get(who) in _SCHEMAS and site.kinds.get(where) in _SCHEMAS
        if known and _is_safe(records, node):
            roles = [records.labels.of(role).text for role in rdf.objects(node, ORG.role)]
            properties = {
                "member": [entity_id(rdf.iri(who))], "organization": [entity_id(rdf.iri(where))],
                "role": _once([*roles, *(v.text for v in rdf.values(node, HRD.roleText))]),
                "date": _days(records, node, HRD.date), "sourceUrl": _cited_urls(records, node),
            }  # fmt: skip
            yield _entity(rdf.iri(node), "Membership", properties)


def _events(records: Records) -> Iterator[dict[str, Any]]:
    site, rdf = records.site, records.site.rdf
    for node in site.of_kind("event"):
        if _is_safe(records, node):
            victims = [
                v for act in rdf.objects(node, HRD.act) for v in rdf.objects(act, HRD.victim)
            ]
            properties = {
                "name": [records.labels.of(node).text],
                "date": _days(records, node, HRD.date),
                "country": _codes(records, node, HRD.country),
                "involved": _once(
                    entity_id(rdf.iri(v)) for v in victims if site.kinds.get(v) in _SCHEMAS
                ),
                "sourceUrl": _cited_urls(records, node),
            }
            yield _entity(rdf.iri(node), "Event", properties)


def _claims_of(site: Site, kind: str) -> Iterator[int]:
    return (node for node in site.claims if site.kinds[node] == kind)


def _is_safe(records: Records, node: int) -> bool:
    return status(records.site.rdf, node) not in DOUBTED


def _once(texts: Any) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))


def _codes(records: Records, node: int, *predicates: IRI) -> list[str]:
    """Return the two-letter country codes, as FollowTheMoney has them."""
    site, rdf = records.site, records.site.rdf
    places = [site.country_around(place) for place in rdf.objects(node, *predicates)]
    codes = [v.text.lower() for place in places for v in rdf.values(place, SKOS.notation)]
    return _once(code for code in codes if len(code) == 2 and code.isalpha())


def _days(records: Records, node: int, predicate: IRI) -> list[str]:
    """Dates that are a year, a month or a day; others FollowTheMoney cannot say."""
    texts = (value.text for value in records.site.rdf.values(node, predicate))
    return _once(text for text in texts if text.replace("-", "").isdigit() and len(text) <= 10)


def _cited_urls(records: Records, node: int) -> list[str]:
    return _once(each.document.href for each in records.site.citations(node))


_ITEM: Final = re.compile(r"https?://www\.wikidata\.org/entity/(Q[1-9][0-9]{0,11})")
_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_FOUNDED: Final = ORG.resultingOrganization
_DATES: Final = {HRD.birthDate.value: "P569", HRD.deathDate.value: "P570"}


def statements(records: Records) -> bytes:
    """Write the commands, a line each."""
    return "".join(
        f"{line}\n" for line in [*_awards(records), *_act_days(records), *_foundings(records)]
    ).encode()


def item_of(records: Records, node: int) -> str:
    """Return the item of a thing in Wikidata, or ""."""
    if node < 0:
        return ""
    matches = (_ITEM.fullmatch(iri) for iri in links_of(records.site.rdf, node, *SAME_AS))
    return next((match[1] for match in matches if match), "")


def _awards(records: Records) -> Iterator[str]:
    site, rdf = records.site, records.site.rdf
    for node in _claims_of(site, "conferral"):
        if not records.is_undisputed(node):
            continue
        edition = rdf.first(node, HRD.edition)
        award = item_of(records, rdf.first(edition, HRD.editionOf))
        year = date_of(rdf.text(edition, HRD.editionYear))
        for who in rdf.objects(node, HRD.recipient):
            item = item_of(records, who)
            if item and award:
                dated = f"\tP585\t{year}" if year else ""
                yield f"{item}\tP166\t{award}{dated}{_reference(records, node)}"


def _act_days(records: Records) -> Iterator[str]:
    """Births and deaths that are claims of their own: only then is it known which document says
    them."""
    site, rdf = records.site, records.site.rdf
    for node in _claims_of(site, "attribute"):
        predicate = rdf.first(node, RDF.predicate)
        name = _DATES.get(rdf.iri(predicate)) if predicate >= 0 else None
        if name and status(rdf, node) not in DOUBTED:
            item = item_of(records, rdf.first(node, RDF.subject))
            day = date_of(rdf.text(node, RDF.object))
            reference = _reference(records, node)
            if item and day and reference:
                yield f"{item}\t{name}\t{day}{reference}"


def _foundings(records: Records) -> Iterator[str]:
    """When an organisation was founded, where a document says it and no claim says otherwise."""
    site, rdf = records.site, records.site.rdf
    days_of: dict[str, dict[str, str]] = {}  # of each item: the day, and the document that says it
    for node in _claims_of(site, "founding"):
        if status(rdf, node) not in DOUBTED:
            day = rdf.text(node, HRD.date)
            for item in filter(None, (item_of(records, o) for o in rdf.objects(node, _FOUNDED))):
                days_of.setdefault(item, {}).setdefault(day, _reference(records, node))
    for item, days in days_of.items():
        (day, reference), *later = days.items()
        if date_of(day) and reference and not later:
            yield f"{item}\tP571\t{date_of(day)}{reference}"


def date_of(text: str) -> str:
    """Return a date as Wikidata has it, with its precision; "" for what is no plain date."""
    match = _DATE.fullmatch(text)
    if match is None:
        return ""
    year, month, day = match.groups()
    precision = 11 if day else 10 if month else 9
    return f"+{year}-{month or '00'}-{day or '00'}T00:00:00Z/{precision}"


def _reference(records: Records, node: int) -> str:
    """Return the first cited document of the web, as a column."""
    known = next(iter(_cited_urls(records, node)), "")
    quoted = known.replace('"', "%22")
    return f'\tS854\t"{quoted}"' if known else ""


_BETWEEN: Final = "; "
_CELL: Final = 32_767  # characters that a cell of a workbook can hold
_WIDEST: Final = 430  # pixels of a column that one sees at once
_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # equal rows, equal bytes
Cell = str | int | bool | None
Row = dict[str, Cell]


def flat(record: Mapping[str, Any]) -> Row:
    """Flatten a record into one row; what a claim says has columns of its own."""
    row: Row = {}
    for name, value in record.items():
        if name == "says":
            row |= {key: cell for key, cell in flat(value).items() if key not in record}
        else:
            row |= _cells(name, value)
    return row


def _cells(name: str, value: Any) -> Row:
    if isinstance(value, Mapping) and "label" in value:
        return {name: value["label"], f"{name}_id": value["id"]}
    if isinstance(value, Mapping):
        return {name: _ENCODE(value) if value else ""}
    if not isinstance(value, list):
        return {name: value}
    cells: Row = {name: _BETWEEN.join(filter(None, map(_text, value)))}
    if any(isinstance(item, Mapping) and "id" in item for item in value):
        cells[f"{name}_id"] = _BETWEEN.join(filter(None, (item.get("id", "") for item in value)))
    return cells


def _text(value: Any) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    known = (str(value[key]) for key in ("label", "text", "url") if key in value)
    text = next(known, "") or _ENCODE(value)
    return f"{text} ({value['status']})" if value.get("status") in DOUBTED else text


def columns_of(rows: Iterable[Row]) -> list[str]:
    """List the columns of rows in the order met; the address of a reference right after its
    label."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    ids = {f"{name}_id" for name in names} & {*names}
    columns: list[str] = []
    for name in (name for name in names if name not in ids):
        columns += [name, f"{name}_id"] if f"{name}_id" in ids else [name]
    return columns


def csv_of(rows: Sequence[Row], columns: Sequence[str] = ()) -> bytes:
    """Format rows as CSV (RFC 4180) in UTF-8."""
    names = columns or columns_of(rows)
    stream = StringIO()
    writer = csv.DictWriter(stream, names, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _format(cell) for name, cell in row.items()})
    return stream.getvalue().encode()


def _format(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else cell


def xlsx_of(rows: Sequence[Row]) -> bytes:
    """Format rows as a workbook with one sheet; no text becomes a formula. ImportError if the
    library is not installed."""
    import xlsxwriter  # type: ignore[import-untyped]

    names, out = columns_of(rows), BytesIO()
    plain = dict.fromkeys(("strings_to_formulas", "strings_to_urls"), False)
    book = xlsxwriter.Workbook(out, {"in_memory": True, **plain})
    book.set_properties({"created": _MADE})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, names, book.add_format({"bold": True}))
    for number, row in enumerate(rows, 1):
        cells = (row.get(name) for name in names)
        cut = (cell[:_CELL] if isinstance(cell, str) else cell for cell in cells)
        sheet.write_row(number, 0, cut)
    sheet.autofit(_WIDEST)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(names) - 1)
    book.close()
    return out.getvalue()


PACKAGE: Final = "datapackage.json"
_ENTITIES: Final = "followthemoney.json"
_QUICKSTATEMENTS: Final = "quickstatements.txt"
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
_LAUREATES: Final = (
    FlatColumn("laureate", "string", "Who received it, as the graph calls them"),
    FlatColumn("laureate_id", "string", "The address of who received it"),
    FlatColumn("laureate_type", "string", "person, organisation or group"),
    FlatColumn("award", "string", "The award"),
    FlatColumn("award_id", "string", "The address of the award"),
    FlatColumn("edition_id", "string", "The address of the edition"),
    FlatColumn("year", "string", "The year of the edition"),
    FlatColumn("outcome", "string", "laureate, joint-laureate, special-prize or honorary"),
    FlatColumn("status", "string", "asserted, verified, contested or refuted"),
    FlatColumn("disputed", "string", "About which of its fields the sources disagree"),
    FlatColumn("undisputed", "boolean", "Whether no claim stands against it"),
    FlatColumn("publishers", "integer", "How many publishers say it independently"),
    FlatColumn("date", "string", "When it was conferred, as EDTF"),
    FlatColumn("countries", "string", "The countries that it was given for"),
    FlatColumn("sources", "string", "The sources of the graph that say it"),
    FlatColumn("source_urls", "string", "The documents that are cited for it"),
    FlatColumn("claim_id", "string", "The address of the claim"),
)
_EVENTS: Final = (
    FlatColumn("what", "string", "The kinds of acts"),
    FlatColumn("victims", "string", "Whom it happened to, as far as they are named"),
    FlatColumn("victims_id", "string", "Their addresses"),
    FlatColumn("victims_as_text", "string", "Whom it happened to, in the words of a source"),
    FlatColumn("date", "string", "When, as EDTF"),
    FlatColumn("earliest", "string", "The first day that the date may mean"),
    FlatColumn("countries", "string", "Where"),
    FlatColumn("countries_id", "string", "The addresses of the countries"),
    FlatColumn("status", "string", "asserted, verified, contested or refuted"),
    FlatColumn("disputed", "string", "About which of its fields the sources disagree"),
    FlatColumn("publishers", "integer", "How many publishers say it independently"),
    FlatColumn("sources", "string", "The sources of the graph that say it"),
    FlatColumn("source_urls", "string", "The documents that are cited for it"),
    FlatColumn("event_id", "string", "The address of the event"),
)
Rows = Sequence[Mapping[str, Any]]


class Downloads:
    """The tables of a site as files; each is made when it is first asked for, and kept."""

    NAMES: Final = (
        *(f"{table}.{ending}" for table in ("laureates", "events") for ending in _TYPES),
        PACKAGE, _ENTITIES, _QUICKSTATEMENTS,
    )  # fmt: skip

    def __init__(self, site: Site) -> None:
        self._site = site
        self._records = Records(site, Labels(site, site.words_in(site.languages[0])), site.address)

    def file(self, name: str) -> FlatFile:
        """Return the file of one of the names."""
        return next(file for file in self.files if file.name == name)

    @once
    def files(self) -> tuple[FlatFile, ...]:
        """All of them."""
        tables = {
            "laureates": ("Who won what, with status and source", _LAUREATES, self._laureates),
            "events": ("What happened, with status and source", _EVENTS, self._events),
        }
        title = self._site.graph.project.title_in(self._site.languages[0])
        written = {}
        for name, (text, columns, rows) in tables.items():
            written[name] = (text, columns, _write_flat_files(name, list(rows), columns))
        package = describe_package("human-rights-defenders", title, written)
        return (
            *(file for _, _, files in written.values() for file in files),
            FlatFile(PACKAGE, "application/json", package),
            FlatFile(_ENTITIES, "application/x-ndjson", entities(self._records)),
            FlatFile(_QUICKSTATEMENTS, "text/plain; charset=utf-8", statements(self._records)),
        )

    @property
    def _laureates(self) -> Iterator[Mapping[str, Any]]:
        site, rdf = self._site, self._site.rdf
        for node in _claims_of(site, "conferral"):
            won = next(iter(site.codes(rdf.objects(node, HRD.outcome))), "")
            if won in WON:
                record = self._records.conferral(node)
                for who in record["recipients"]:
                    yield self._laureate(node, record, who, won)

    def _laureate(
        self, node: int, record: Mapping[str, Any], who: Mapping[str, Any], won: str
    ) -> Mapping[str, Any]:
        given: Row = dict.fromkeys(("award", "award_id", "edition_id"), "")
        given |= {name: cell for name, cell in flat(record).items() if cell is not None}
        return {
            **given, "outcome": won,
            "laureate": who["label"], "laureate_id": who["id"], "laureate_type": who["type"],
            "countries": _BETWEEN.join(item["label"] for item in record["recipient_countries"]),
            "claim_id": record["id"], **self._where(node, record),
        }  # fmt: skip

    @property
    def _events(self) -> Iterator[Mapping[str, Any]]:
        for node in self._site.of_kind("event"):
            record = self._records.event_row(node)
            cells = flat({name: record[name] for name in record if name != "documents"})
            row = {"victims_id": "", "countries_id": "", **cells, **self._where(node, record)}
            yield {**row, "event_id": self._site.rdf.iri(node)}

    def _where(self, node: int, record: Mapping[str, Any]) -> Mapping[str, Any]:
        cited = _BETWEEN.join(_cited_urls(self._records, node))
        return {"sources": _BETWEEN.join(record["sources"]), "source_urls": cited}


def _write_flat_files(name: str, rows: Rows, columns: Sequence[FlatColumn]) -> list[FlatFile]:
    """Write a table in each format, in a fixed order."""
    names = [column.name for column in columns]
    ordered = sorted(
        ({name: row[name] for name in names} for row in rows),
        key=lambda row: [str(value) for value in row.values()],
    )
    lines = ",\n".join(map(_ENCODE, ordered))
    data = {
        "csv": csv_of(ordered, names),
        "json": f"[\n{lines}\n]\n".encode(),
        "parquet": parquet_of(ordered, columns),
    }
    return [FlatFile(f"{name}.{ending}", _TYPES[ending], data[ending]) for ending in _TYPES]
