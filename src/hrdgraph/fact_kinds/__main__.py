"""`python -m hrdgraph.fact_kinds`: what follows from the kinds, into `ontology` and
docs/reference/kinds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Vocabulary
from hrdgraph.fact_kinds.generated import write_declared
from hrdgraph.fact_kinds.model import Column, Kind, load_kinds

_LANGUAGES: Final = {"en": "English", "fr": "Français", "es": "Español"}
_HEADS: Final = ("column", "heading", "holds", "needed", "example")


def page_of(kind: Kind) -> str:
    """The page of a kind, as Markdown: what a row is, and what each column is called and holds."""
    parts = [f"# {kind.name}: {kind.label('en')}\n"]
    for language, name in _LANGUAGES.items():
        said = kind.descriptions.get(language, kind.descriptions["en"])
        parts += [f"## {name}: {kind.label(language)}\n", f"{said}\n", _table(kind, language)]
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


def write_pages(kinds: Mapping[str, Kind], folder: Path) -> None:
    """Write the page of each kind into a folder, and the list of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in kinds.values():
        (folder / f"{kind.name}.md").write_text(page_of(kind), encoding="utf-8")
    (folder / "index.md").write_text(index_of(kinds), encoding="utf-8")


def index_of(kinds: Mapping[str, Kind]) -> str:
    """The list of the pages."""
    rows = "".join(
        f"| [{kind.name}]({kind.name}.md) | {kind.label('fr')} | {kind.label('es')} "
        f"| {kind.descriptions['en']} |\n"
        for kind in kinds.values()
    )
    names = "\n".join(kinds)
    return (
        "# Kinds of fact tables\n\n"
        "Made by `python -m hrdgraph.fact_kinds` from `ontology/tables`; a table of a kind needs "
        "no mapping.\n\n"
        f"| kind | français | español | a row |\n|---|---|---|---|\n{rows}\n"
        f"```{{toctree}}\n:maxdepth: 1\n:hidden:\n\n{names}\n```\n"
    )


if __name__ == "__main__":
    root = Path(__file__).parents[3]
    known = load_kinds(root / "ontology" / "tables")
    write_declared(known, root / "ontology")
    write_pages(known, root / "docs" / "reference" / "kinds")
