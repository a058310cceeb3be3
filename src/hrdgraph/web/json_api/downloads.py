"""A site into whole tables to download: who won what, with status and source, and what happened;
as CSV, JSON and Parquet with a description. Contested claims are in them, and say so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from hrdgraph.exports.tables import FlatColumn, FlatFile, csv_description, described, parquet_of
from hrdgraph.vocab import HRD
from hrdgraph.web.json_api.followthemoney import entities
from hrdgraph.web.json_api.quickstatements import statements
from hrdgraph.web.json_api.records import Records
from hrdgraph.web.json_api.tables import csv_of
from hrdgraph.web.memo import once
from hrdgraph.web.pages.claims.claim_nodes import WON
from hrdgraph.web.pages.site import Site
from hrdgraph.web.pages.wording.labels import Labels
from hrdgraph.web.pages.wording.words import words_in

_BETWEEN: Final = "; "
PACKAGE: Final = "datapackage.json"
_CSVW: Final = ".csv-metadata.json"  # where readers of CSV on the Web look beside a file
_ENTITIES: Final = "followthemoney.json"
_WIKIDATA: Final = "quickstatements.txt"
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
        *(f"{table}{_CSVW}" for table in ("laureates", "events")),
        PACKAGE,
        _ENTITIES,
        _WIKIDATA,
    )

    def __init__(self, site: Site) -> None:
        self._site = site
        self._records = Records(site, Labels(site, words_in(site.languages[0])), site.address)

    def file(self, name: str) -> FlatFile | None:
        """A file by its name."""
        if name in self.NAMES:
            return next(file for file in self.files if file.name == name)
        return None

    @once
    def files(self) -> tuple[FlatFile, ...]:
        """All of them."""
        tables = {
            "laureates": ("Who won what, with status and source", _LAUREATES, self._laureates),
            "events": ("What happened, with status and source", _EVENTS, self._events),
        }
        title = self._site.title(self._site.languages[0])
        made, told = {}, []
        for name, (text, columns, rows) in tables.items():
            made[name] = (text, columns, _written(name, list(rows), columns))
            about = csv_description(title, text, columns, f"{name}.csv")
            told.append(FlatFile(f"{name}{_CSVW}", "application/csvm+json", about))
        package = described("human-rights-defenders", title, made)
        return (
            *(file for _, _, files in made.values() for file in files),
            *told,
            FlatFile(PACKAGE, "application/json", package),
            FlatFile(_ENTITIES, "application/x-ndjson", entities(self._records)),
            FlatFile(_WIKIDATA, "text/plain; charset=utf-8", statements(self._records)),
        )

    @property
    def _laureates(self) -> Iterator[Mapping[str, Any]]:
        site, said = self._site, self._site.said
        for node in site.claims:
            outcome = said.first(node, HRD.outcome)
            won = said.iri(outcome).rpartition("/")[2] if outcome >= 0 else ""
            if site.kinds[node] == "conferral" and won in WON:
                record = self._records.conferral(node)
                for who in record["recipients"]:
                    yield self._laureate(node, record, who, won)

    def _laureate(
        self, node: int, record: Mapping[str, Any], who: Mapping[str, Any], won: str
    ) -> Mapping[str, Any]:
        award, edition = record["award"] or {}, record["edition"] or {}
        return {
            "laureate": who["label"],
            "laureate_id": who["id"],
            "laureate_type": who["type"],
            "award": award.get("label", ""),
            "award_id": award.get("id", ""),
            "edition_id": edition.get("id", ""),
            "year": record["year"],
            "outcome": won,
            "status": record["status"],
            "undisputed": record["undisputed"],
            "publishers": record["publishers"],
            "date": record["date"],
            "countries": _labels(record["recipient_countries"]),
            "claim_id": record["id"],
            **self._where(node, record),
        }

    @property
    def _events(self) -> Iterator[Mapping[str, Any]]:
        for node in self._site.of_kind("event"):
            record = self._records.thing(node)
            yield {
                "what": _labels(record["what"]),
                "victims": _labels(record["victims"]),
                "victims_id": _BETWEEN.join(who["id"] for who in record["victims"]),
                "victims_as_text": _BETWEEN.join(record["victims_as_text"]),
                "date": record["date"],
                "earliest": record["earliest"],
                "countries": _labels(record["countries"]),
                "countries_id": _BETWEEN.join(place["id"] for place in record["countries"]),
                "status": record["status"],
                "publishers": record["publishers"],
                "event_id": record["id"],
                **self._where(node, record),
            }

    def _where(self, node: int, record: Mapping[str, Any]) -> Mapping[str, Any]:
        cited = dict.fromkeys(
            url for found in self._records.evidence(node) if (url := found["url"])
        )
        return {"sources": _BETWEEN.join(record["sources"]), "source_urls": _BETWEEN.join(cited)}


def _labels(references: Sequence[Mapping[str, Any]]) -> str:
    return _BETWEEN.join(reference["label"] for reference in references)


def _written(name: str, rows: Rows, columns: Sequence[FlatColumn]) -> list[FlatFile]:
    """A table in each format, in a fixed order."""
    names = [column.name for column in columns]
    ordered = sorted(({name: row[name] for name in names} for row in rows), key=_place)
    text = json.dumps(ordered, ensure_ascii=False, indent=0)
    data = {
        "csv": csv_of([dict(row) for row in ordered], names),
        "json": f"{text}\n".encode(),
        "parquet": parquet_of(ordered, columns),
    }
    return [FlatFile(f"{name}.{ending}", _TYPES[ending], data[ending]) for ending in _TYPES]


def _place(row: Mapping[str, Any]) -> list[str]:
    return [str(value) for value in row.values()]
