"""SPARQL over a graph in columns."""

from typing import TYPE_CHECKING, Final

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.sparql.algebra import Untranslated
    from hrdgraph.sparql.reader import ColumnAnswers, ColumnStore
else:
    homes = {"algebra": "Untranslated", "reader": "ColumnAnswers ColumnStore"}
    __getattr__ = lazily(__name__, homes)

# quads; of fewer, the store has answered before a query is read for columns
MANY: Final = 150_000

__all__ = ["MANY", "ColumnAnswers", "ColumnStore", "Untranslated"]
