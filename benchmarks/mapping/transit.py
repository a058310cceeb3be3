"""A public transport feed, invented: ten tables and a mapping of 85 rules, 11 of them joins.

The tables have the columns and proportions that a city's feed in the General Transit Feed
Specification has. Every value is there, and each decimal has five places and no zero at its end,
since engines differ in what they make of an empty cell and of `4.50`.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from model import EX, RDF_TYPE, XSD, Join, Rule, TriplesMap
from tables import SEED, write_csv

FEED = f"{EX}transit/"
# records a table of the feed at its own size; shape points are most of a feed
SIZES = {
    "agency": 1,
    "feed_info": 1,
    "stops": 1_260,
    "routes": 13,
    "trips": 130,
    "stop_times": 4_000,
    "calendar": 70,
    "calendar_dates": 450,
    "shape_points": 57_500,
    "frequencies": 780,
}
# table → column:kind, where a kind is: t a text, u a web address, i a whole number, d a decimal, y
# a day, h a time, c a code
COLUMNS = {
    table: dict(word.split(":") for word in words.split())
    for table, words in {
        "agency": "agency_name:t agency_url:u agency_timezone:t agency_lang:c phone:t fare_url:u "
        "email:t",
        "feed_info": "publisher:t publisher_url:u lang:c start_date:y end_date:y version:t",
        "stops": "stop_code:t stop_name:t stop_desc:t stop_lat:d stop_lon:d zone_id:c stop_url:u "
        "location_type:c wheelchair:c",
        "routes": "short_name:t long_name:t route_desc:t route_url:u color:t text_color:t "
        "route_type:c sort_order:i",
        "trips": "headsign:t trip_short_name:t direction:c block:t trip_wheelchair:c bikes:c",
        "stop_times": "arrival:h departure:h stop_headsign:t pickup:c drop_off:c distance:d "
        "stop_sequence:i timepoint:i",
        "calendar": "monday:i tuesday:i wednesday:i thursday:i friday:i saturday:i sunday:i "
        "first_day:y last_day:y",
        "calendar_dates": "date:y exception_type:i",
        "shape_points": "lat:d lon:d point_sequence:i travelled:d",
        "frequencies": "start_time:h end_time:h headway:i exact_times:i",
    }.items()
}
# table → column → the table whose identifiers it holds
KEYS = {
    "feed_info": {"agency_id": "agency"},
    "stops": {"parent_station": "stops"},
    "routes": {"agency_id": "agency"},
    "trips": {"route_id": "routes", "service_id": "calendar", "shape_id": "shapes"},
    "stop_times": {"trip_id": "trips", "stop_id": "stops"},
    "calendar_dates": {"service_id": "calendar"},
    "shape_points": {"shape_id": "shapes"},
    "frequencies": {"trip_id": "trips"},
}
DATATYPES = {"i": f"{XSD}integer", "d": f"{XSD}decimal", "y": f"{XSD}date"}


def sizes(points: int) -> dict[str, int]:
    """Records a table beside so many shape points, at least one; whole numbers, so that each
    machine rounds alike."""
    return {table: max(1, size * points // SIZES["shape_points"]) for table, size in SIZES.items()}


def write(folder: Path, points: int) -> None:
    """All tables of a feed with so many shape points."""
    size = sizes(points)
    rng = random.Random(SEED)
    for table in COLUMNS:
        header = ("id", *KEYS.get(table, {}), *COLUMNS[table])
        write_csv(folder / f"{table}.csv", header, _rows(rng, table, size))


def triples(points: int) -> int:
    """Each record gives each rule of its table once; a shape gives its class once, however many
    points it has."""
    size = sizes(points)
    of_tables = sum(size[one.name] * len(one.rules) for one in MAPS if one.name != "shapes")
    return of_tables + min(size["trips"], size["shape_points"])


def _rows(rng: random.Random, table: str, size: dict[str, int]) -> Iterable[list[object]]:
    for number in range(size[table]):
        keys = [_key(number, other, table, size) for other in KEYS.get(table, {}).values()]
        yield [number, *keys, *(_cell(rng, number, kind) for kind in COLUMNS[table].values())]


def _key(number: int, other: str, table: str, size: dict[str, int]) -> int:
    """A record that is there: shapes are those that the points have, dealt out in turn."""
    if other == "shapes":
        return number % min(size["trips"], size["shape_points"])
    return number // 10 * 10 if other == table else number % size[other]


def _cell(rng: random.Random, number: int, kind: str) -> str:
    made = {
        "t": lambda: f"text {rng.randrange(10**6)}",
        "u": lambda: f"page-{rng.randrange(10**6)}",
        "i": lambda: str(rng.randrange(1, 500)),
        "d": lambda: f"{rng.randrange(1, 90)}.{rng.randrange(10**4):04}{rng.randrange(1, 10)}",
        "y": lambda: (
            f"20{rng.randrange(10, 30)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
        ),
        "h": lambda: f"{rng.randrange(24):02}:{rng.randrange(60):02}:{number % 60:02}",
        "c": lambda: str(rng.randrange(3)),
    }
    return made[kind]()


def _rule(column: str, kind: str) -> Rule:
    if kind in "uc":
        return Rule(
            f"{FEED}{column}", template=f"{EX}{'page' if kind == 'u' else column}/{{{column}}}"
        )
    return Rule(f"{FEED}{column}", reference=column, datatype=DATATYPES.get(kind, ""))


def _map(table: str, *, dashed: bool = False) -> TriplesMap:
    """The rules of a table. `dashed` subjects are named by two columns with a plain separator,
    which a reader of the template alone cannot tell apart: `1-2` and `3` from `1` and `2-3`."""
    owner = next(iter(KEYS.get(table, {})), "") if dashed else ""
    kind = Rule(RDF_TYPE, constant=f"{FEED}{table.title()}")
    links = tuple(
        Rule(f"{FEED}{column}", join=Join(other, column, "shape_id" if other == "shapes" else "id"))
        for column, other in KEYS.get(table, {}).items()
    )
    return TriplesMap(
        table,
        f"{table}.csv",
        f"{EX}{table}/" + (f"{{{owner}}}-{{id}}" if owner else "{id}"),
        (kind, *links, *(_rule(name, of) for name, of in COLUMNS[table].items())),
    )


SHAPES = TriplesMap(
    "shapes",
    "shape_points.csv",
    f"{EX}shapes/{{shape_id}}",
    (Rule(RDF_TYPE, constant=f"{FEED}Shape"),),
)
MAPS = (*(_map(table) for table in COLUMNS), SHAPES)
DASHED = (*(_map(table, dashed=True) for table in COLUMNS), SHAPES)
