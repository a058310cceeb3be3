"""Rows → an HTML table, for notebooks: everything in it is escaped, and only web addresses are
links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from hrdgraph.html_templates import Templates
from hrdgraph.queries.output import cell
from hrdgraph.rdf import IRI, Term

_TEMPLATES: Final = Templates("hrdgraph.api")


def html_table(
    rows: Iterable[Sequence[object]], columns: Sequence[str] = (), *, caption: str = ""
) -> str:
    """A table of values as they are."""
    return _rendered([[(value, "") for value in row] for row in rows], columns, caption)


def html_table_of_terms(
    columns: Sequence[str], rows: Sequence[Sequence[Term | None]], *, base: str, count: int
) -> str:
    """A table with the rows that are given, of `count` in all."""
    caption = f"{len(rows)} / {count}" if count > len(rows) else ""
    cells = [[(cell(term, base), _address(term)) for term in row] for row in rows]
    return _rendered(cells, columns, caption)


def _rendered(
    rows: Sequence[Sequence[tuple[object, str]]], columns: Sequence[str], caption: str
) -> str:
    return _TEMPLATES.render("table.html", rows=rows, columns=columns, caption=caption)


def _address(term: Term | None) -> str:
    """Where a link leads, if the term is an address of the web."""
    value = term.value if isinstance(term, IRI) else ""
    return value if value.startswith(("https://", "http://")) else ""
