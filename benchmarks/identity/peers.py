"""The hundred hard pairs and the six hundred of many languages, judged by hrdgraph, by
nomenklatura's logic-v2 and by Splink, in a table for each, by kind and half: F1 at the threshold,
and the best F1 that any threshold gives; Splink on synthetic records.

`python benchmarks/identity/peers.py`, in the environment of requirements.txt; `python
benchmarks/identity/peers.py 100000` for the second.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

FOLDER = Path(__file__).parents[2] / "tests" / "identity"
FILES = ("pairs.csv", "pairs_of_cultures.csv", "pairs_of_customs.csv")
SIDES = ("kind", "birth", "gender", "country", "context")  # what each side of a pair may have
THRESHOLD = 0.7  # of all three
KINDS = ("person", "organisation", "award")
Row = dict[str, str]


def rows(file: str) -> list[Row]:
    """The pairs of a file, all with the same cells; one kind may stand for both sides."""
    with (FOLDER / file).open(encoding="utf-8", newline="") as stream:
        return [complete(row) for row in csv.DictReader(stream)]


def complete(row: Row) -> Row:
    sides = {f"{side}_{name}": "" for side in ("left", "right") for name in SIDES}
    kinds = {f"{side}_kind": row.get("kind", "") for side in ("left", "right")}
    return sides | kinds | row


def by_hrdgraph(pairs: list[Row]) -> list[float]:
    from hrdgraph.identity.matching import compare
    from hrdgraph.identity.records import Record, SharedContext

    def record(row: Row, side: str) -> Record:
        kind, _, key = row[f"{side}_context"].partition(":")
        birth, country = row[f"{side}_birth"], row[f"{side}_country"]
        contexts = [SharedContext({"a": "award", "o": "organisation"}[kind], key)] if kind else []
        return Record(
            side,
            row[f"{side}_kind"],
            (row[side],),
            birth=int(birth) if birth else None,
            gender=row[f"{side}_gender"],
            countries=frozenset([country] if country else []),
            contexts=frozenset(contexts),
        )

    return [compare(record(row, "left"), record(row, "right")).score for row in pairs]


def by_logic_v2(pairs: list[Row]) -> list[float]:
    from followthemoney import model
    from nomenklatura.matching import LogicV2

    # FollowTheMoney has no award
    schemata = {"person": "Person", "organisation": "Organization", "award": "Thing"}
    config = LogicV2.default_config()

    def entity(row: Row, side: str):  # type: ignore[no-untyped-def]
        kind = row[f"{side}_kind"]
        country = {"person": "nationality", "organisation": "country"}.get(kind, "country")
        said = {"name": row[side], country: row[f"{side}_country"].lower()}
        if kind == "person":
            said |= {"birthDate": row[f"{side}_birth"], "gender": row[f"{side}_gender"]}
        properties = {name: [value] for name, value in said.items() if value}
        return model.get_proxy(
            {"id": f"{row['number']}-{side}", "schema": schemata[kind], "properties": properties}
        )

    def score(row: Row) -> float:
        left, right = entity(row, "left"), entity(row, "right")
        try:
            # its resolver compares only what has one
            common = model.common_schema(left.schema, right.schema)
        except Exception:
            return 0.0
        return LogicV2.compare(left, right, config).score if common else 0.0

    return [score(row) for row in pairs]


def linker(
    table: list[dict[str, object]],
    *rules: object,
    trained_by: tuple[tuple[str, ...], ...],
    prior: float,
):  # type: ignore[no-untyped-def]
    """A Splink model of names in plain Latin letters, birth years and countries, with its
    parameters estimated from the table."""
    import pandas
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.ExactMatch("kind"),
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]),
            cl.JaroWinklerAtThresholds("last", [0.95, 0.88]),
            *(cl.ExactMatch(name) for name in ("birth", "country") if any(r[name] for r in table)),
        ],
        blocking_rules_to_generate_predictions=list(rules),
        probability_two_random_records_match=prior,
    )
    api = DuckDBAPI()
    made = Linker(api.register(pandas.DataFrame(table)), settings, log_level=None)
    made.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for columns in trained_by:
        made.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    return made


def plain(number: int, kind: str, name: str, birth: object, country: str) -> dict[str, object]:
    """A record as people prepare it for Splink: the name in small Latin letters."""
    from anyascii import anyascii

    text = " ".join(anyascii(name).lower().replace(",", " ").split())
    return {
        "unique_id": number,
        "kind": kind,
        "name": text,
        "last": text.split()[-1],
        "birth": birth or None,
        "country": country or None,
    }


def by_splink(pairs: list[Row]) -> list[float]:
    table = [
        plain(
            2 * place + number,
            row[f"{side}_kind"],
            row[side],
            row[f"{side}_birth"],
            row[f"{side}_country"],
        )
        for place, row in enumerate(pairs)
        for number, side in enumerate(("left", "right"))
    ]
    # it learns from pairs that agree in something: most pairs of one country are two things
    other = "country" if any(row["country"] for row in table) else "kind"
    predicted = (
        linker(table, "1=1", trained_by=(("last",), (other,)), prior=0.001)
        .inference.predict()
        .as_pandas_dataframe()
    )
    scores = {
        (min(a, b), max(a, b)): score
        for a, b, score in zip(
            predicted["unique_id_l"],
            predicted["unique_id_r"],
            predicted["match_probability"],
            strict=True,
        )
    }
    return [float(scores.get((2 * place, 2 * place + 1), 0.0)) for place in range(len(pairs))]


def measured(name: str, judge: Callable[[list[Row]], list[float]], pairs: list[Row]) -> None:
    """A line for each half and kind."""
    scores = judge(pairs)
    for half in ("develop", "measure"):
        for kind in KINDS:
            chosen = [
                (row["truth"] == "same", score)
                for row, score in zip(pairs, scores, strict=True)
                if row["half"] == half and row["left_kind"] == row["right_kind"] == kind
            ]
            if any(same for same, _ in chosen):
                tell(name, half, kind, chosen)


def tell(name: str, half: str, kind: str, chosen: list[tuple[bool, float]]) -> None:
    found = sum(same and score >= THRESHOLD for same, score in chosen)
    false = sum(not same and score >= THRESHOLD for same, score in chosen)
    missed = sum(same for same, _ in chosen) - found
    best, at = max((f1(chosen, score), score) for _, score in chosen)
    now = f1(chosen, THRESHOLD)
    print(
        f"{name:22} {half:8} {kind:13} {found:5} {missed:6} {false:5} "
        f"{now:6.3f} {best:7.3f} {at:5.2f}"
    )


def f1(chosen: list[tuple[bool, float]], threshold: float) -> float:
    said = [same for same, score in chosen if score >= threshold]
    return 2 * sum(said) / (len(said) + sum(same for same, _ in chosen))


def at_scale(count: int) -> None:
    """Splink on the records of synthetic.py, with the keys of hrdgraph as its blocking rule:
    time, and how much is found."""
    from splink import block_on
    from synthetic import records

    made, same = records(count)
    numbers = {record.iri: number for number, record in enumerate(made)}
    start, worked = perf_counter(), process_time()
    keys = shared_keys(made)
    of_keys = process_time() - worked
    table = [
        plain(n, r.kind, r.names[0], r.birth, min(r.countries, default="")) | {"key": keys[n]}
        for n, r in enumerate(made)
    ]
    model = linker(
        table,
        block_on("key", arrays_to_explode=["key"]),
        trained_by=(("name",), ("last", "birth")),
        prior=1 / count,
    )
    found = model.inference.predict(threshold_match_probability=THRESHOLD).as_pandas_dataframe()
    pairs = {
        (min(a, b), max(a, b))
        for a, b in zip(found["unique_id_l"], found["unique_id_r"], strict=True)
    }
    wanted = {(numbers[a], numbers[b]) for a, b in same}
    right = len(pairs & wanted)
    print(
        f"Splink, {count:,} records: {perf_counter() - start:.1f} s ({process_time() - worked:.1f} "
        f"s of processor, {of_keys:.1f} for keys)"
    )
    print(
        f"    recall {right / len(wanted):.3f}  precision {right / max(len(pairs), 1):.3f}  "
        f"({len(pairs):,} pairs)"
    )


def shared_keys(made):  # type: ignore[no-untyped-def]
    """The keys of each record that not too many others share."""
    from collections import Counter

    from hrdgraph.identity.matching.blocking import FINE_FROM, LARGEST_BLOCK, keys_of

    fine = len(made) >= FINE_FROM
    # those that initials may stand for
    keys = [sorted(key for key in keys_of(record, fine=fine) if key[:2] != "pn") for record in made]
    sizes = Counter(key for some in keys for key in some)
    return [[key for key in some if 1 < sizes[key] <= LARGEST_BLOCK] for some in keys]


if sys.argv[1:]:
    at_scale(int(sys.argv[1]))
else:
    for file in FILES:
        print(
            f"{file:22} {'half':8} {'kind':13} found missed false "
            f"{'F1':>6} {'best F1':>7} {'at':>5}"
        )
        for name, judge in (
            ("hrdgraph", by_hrdgraph),
            ("nomenklatura logic-v2", by_logic_v2),
            ("Splink", by_splink),
        ):
            try:
                measured(name, judge, rows(file))
            except ImportError as error:
                print(f"{name}: not run, {error}")
