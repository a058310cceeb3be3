"""SPARQL over a graph in columns."""

from hrdgraph.sparql.algebra import Untranslated
from hrdgraph.sparql.reader import MANY, ColumnAnswers, ColumnStore

__all__ = ["MANY", "ColumnAnswers", "ColumnStore", "Untranslated"]
