"""SPARQL over a graph in columns."""

from hrdgraph.sparql.algebra import Untranslated
from hrdgraph.sparql.reader import ColumnAnswers, ColumnStore

__all__ = ["ColumnAnswers", "ColumnStore", "Untranslated"]
