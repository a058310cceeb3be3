"""Rows → one table in plain text, and the bars with what was measured against each."""

from __future__ import annotations

from collections.abc import Iterator

from run import Row

HEADER = (
    f"{'scenario':22} {'triples':>11} {'engine':18} {'CPU s':>8} {'wall s':>8} {'MB':>7} "
    f"{'ratio':>8}  output"
)
ABOUT = (
    "CPU seconds (user and system) and wall seconds: medians of whole processes. MB: peak of "
    "the largest process. Ratio: CPU to ours."
)


def lines(rows: list[Row]) -> Iterator[str]:
    """The rows of one scenario; its name stands once."""
    for number, row in enumerate(rows):
        start = f"{row.title:22} {row.triples:11,}" if number == 0 else " " * 34
        yield f"{start} {row.engine:18} {figures(row, rows)}  {row.output}"


def figures(row: Row, rows: list[Row]) -> str:
    """Costs and ratio, or dashes for an engine that did not come to its end."""
    if row.cost.failure:
        return f"{'–':>8} {'–':>8} {'–':>7} {'–':>8}"
    base = found(rows, row.scenario, "hrdgraph")
    ratio = f"{row.cost.cpu / base.cost.cpu:.1f}×" if base else "–"
    return f"{row.cost.cpu:8.2f} {row.cost.wall:8.2f} {row.cost.memory:7,.0f} {ratio:>8}"


def found(rows: list[Row], scenario: str, engine: str) -> Row | None:
    """The row of an engine in a scenario, if it came to its end."""
    return next(
        (
            row
            for row in rows
            if (row.scenario, row.engine) == (scenario, engine) and not row.cost.failure
        ),
        None,
    )


def bars(rows: list[Row]) -> Iterator[str]:
    """Each bar that the rows can tell of, met or missed."""
    ours = [row for row in rows if row.engine == "hrdgraph" and not row.cost.failure]
    for row in ours:
        peer = found(rows, row.scenario, "Morph-KGC")
        if peer and not row.scenario.startswith("start"):
            yield _bar(
                f"{row.title}: Morph-KGC's CPU to ours", peer.cost.cpu / row.cost.cpu, 10, "×"
            )
    yield from _growth(rows)
    for row in ours:
        if row.triples == 10_000_000:
            yield _bar(f"{row.title}: peak memory", row.cost.memory, 1000, " MB", most=True)
        if row.scenario == "start-10":
            yield _bar(f"{row.title}: wall", row.cost.wall, 0.5, " s", most=True)
        single = found(rows, row.scenario, "hrdgraph, 1 core")
        if single and not row.scenario.startswith("start"):
            yield _bar(
                f"{row.title}: wall of one core to all", single.cost.wall / row.cost.wall, 1.6, "×"
            )


def _growth(rows: list[Row]) -> Iterator[str]:
    small, large = (found(rows, key, "hrdgraph") for key in ("csv-100k", "csv-1m"))
    if small and large:
        yield _bar(
            "ten times the records: CPU", large.cost.cpu / small.cost.cpu, 11, "×", most=True
        )


def _bar(what: str, value: float, limit: float, unit: str, most: bool = False) -> str:
    met = value <= limit if most else value >= limit
    text = f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
    return (
        f"{'met   ' if met else 'MISSED'} {what}: {text}{unit} "
        f"({'at most' if most else 'at least'} {limit:g}{unit})"
    )
