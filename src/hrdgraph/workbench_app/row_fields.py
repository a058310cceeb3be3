"""Turn the columns of a kind and cells into fields of a form, each with its help, and check what
was typed there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import render
from hrdgraph.fact_kinds import Column, Kind
from hrdgraph.fact_kinds.cell_types import CELL_TYPES
from hrdgraph.fact_kinds.cell_values import codes_of
from hrdgraph.findings.cells import judge_of_facts
from hrdgraph.mapping.facts.layout import CELL
from hrdgraph.project import Project, Source, TableField

_CITED: Final = (  # what the page itself says of the row
    "document",
    "document_title",
    "publisher",
    "reliability",
)


@dataclass(frozen=True)
class RowField:
    """A field: the label of its column, a hint, what it holds, whether the row needs it, what is
    wrong with it; `options` are the codes that it may hold, each with its label. `concluded` are
    the words that a proposal concluded the text from."""

    name: str
    label: str
    hint: str
    text: str
    required: bool
    is_name: bool
    options: tuple[tuple[str, str], ...] = ()
    concluded: str = ""
    problem: str = ""


def fields_of(
    kind: Kind, cells: Mapping[str, str], missing: Iterable[str], language: str,
    vocabularies: tuple[Path, ...], concluded: Mapping[str, str],
) -> list[RowField]:  # fmt: skip
    """List the fields of a row: those that it needs first, then those that hold something."""
    needed = set(missing)
    fields = [
        RowField(
            column.name,
            column.label(language),
            column.hints.get(language) or column.hints.get("en", ""),
            cells.get(column.name, ""),
            column.name in needed or (column.required and not column.unless),
            column.type == "name",
            _options(column, cells.get(column.name, ""), language, vocabularies),
            concluded.get(column.name, ""),
        )
        for column in kind.columns
        if (not column.technical or cells.get(column.name)) and column.name not in _CITED
    ]
    return sorted(fields, key=lambda one: (one.name not in needed, not one.required, not one.text))


def _options(
    column: Column, text: str, language: str, vocabularies: tuple[Path, ...]
) -> tuple[tuple[str, str], ...]:
    if column.enum:
        found = tuple((item, item) for item in column.enum)
    elif column.type == "code" and column.scheme:
        codes = codes_of(vocabularies, column.scheme)
        labels = ((code, codes.label(code, language)) for code in codes.labels)
        found = tuple(sorted(labels, key=lambda item: item[1].casefold()))
    else:
        return ()
    known = not text or any(code == text for code, _ in found)
    return found if known else ((text, text), *found)


def problems_of(
    kind: Kind, cells: Mapping[str, str], project: Project, spoken: str, language: str
) -> dict[str, str]:
    """List what cannot be read, by the names of columns, each with the way out."""
    folder = project.root / "data" / "sources" / "page"
    source = Source("page", folder, "", "", "", "", spoken, "public", folder / "mapping.ttl")
    facts: dict[str, str] = {}
    for column in kind.columns:
        text = cells.get(column.name, "").strip()
        if not text or not CELL_TYPES[column.type].function or column.enum:
            continue
        field = TableField(column.name, type=f"{CELL}:{column.type}:{column.scheme}")
        if fact := judge_of_facts(field, source)(text):
            facts[column.name] = " – ".join(filter(None, (render(one, language) for one in fact)))
    return facts
