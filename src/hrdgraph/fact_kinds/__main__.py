"""Run `python -m hrdgraph.fact_kinds`: write what follows from the kinds into `ontology`; and the
pages of kinds, which `make docs` makes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hrdgraph.catalogue import KNOWN, Vocabulary
from hrdgraph.fact_kinds.generated_ontology import generate_files
from hrdgraph.fact_kinds.model import Column, Kind, load_kinds

_HEADS: Final = ("column", "heading", "holds", "needed", "example")


def page_of(kind: Kind) -> str:
    """Write the page of a kind, as Markdown: what a row is, and what each column holds."""
    parts = [f"# {kind.name}: {kind.label('en')}\n"]
    for known in filter(lambda known_language: known_language.tag in kind.labels, KNOWN.values()):
        language = known.tag
        description = kind.description(language)
        parts += [
            f"## {known.own_name}: {kind.label(language)}\n",
            f"{description}\n",
            _table(kind, language),
        ]
    parts.append(f'```toml\n[[table]]\nfile = "…"\nkind = "{kind.name}"\n```\n')
    return "\n".join(parts)


def _table(kind: Kind, language: str) -> str:
    words = Vocabulary("kind-page", language)
    rows: list[tuple[str, ...]] = [tuple(map(words, _HEADS)), ("---",) * len(_HEADS)]
    rows += [_row(column, language) for column in kind.columns if not column.technical]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(column: Column, language: str) -> tuple[str, ...]:
    known = Vocabulary("kind-type", language)
    holds = known(column.type, value=column.scheme) if column.type in known else column.type
    holds = ", ".join(column.enum) if column.enum else holds
    holds = f"{holds} ({known('list')})" if column.many else holds
    needed = "✓" if column.required and not column.unless else ""
    example = f"`{column.example}`" if column.example else ""
    return f"`{column.name}`", column.label(language), holds, needed, example


if __name__ == "__main__":
    root = Path(__file__).parents[3]
    known = load_kinds(root / "ontology" / "tables")
    for path, text in generate_files(known, root / "ontology").items():
        path.write_text(text, encoding="utf-8")
