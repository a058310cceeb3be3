"""Rows of terms as an HTML table, for notebooks: everything in it is escaped, and only web
addresses are links."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from hrdgraph.queries.table import cell
from hrdgraph.rdf import IRI, Term


def html_table(
    columns: Sequence[str], rows: Sequence[Sequence[Term | None]], *, base: str, count: int
) -> str:
    """A table with the rows that are given, of `count` in all."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(f"<tr>{''.join(_cell(term, base) for term in row)}</tr>" for row in rows)
    more = f"<caption>{len(rows)} / {count}</caption>" if count > len(rows) else ""
    return f"<table>{more}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(term: Term | None, base: str) -> str:
    text = escape(cell(term, base))
    if isinstance(term, IRI) and term.value.startswith(("https://", "http://")):
        return f'<td><a href="{escape(term.value)}">{text}</a></td>'
    return f"<td>{text}</td>"


def html_lines(lines: Sequence[str]) -> str:
    """Lines of text, as they are."""
    return f"<pre>{escape(chr(10).join(lines))}</pre>"
