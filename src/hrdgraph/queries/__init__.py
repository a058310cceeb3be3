"""Queries in files, with what their headers say, into answers and their written forms."""

from hrdgraph.queries.catalogue import BECAUSE, CHECKS, DERIVE, Catalogue, find, resolve
from hrdgraph.queries.model import AnswerColumn, Parameter, Query, Type
from hrdgraph.queries.output import FORMATS, called, write
from hrdgraph.queries.run import Violation, bind, bound, check, derive, grounds, run

__all__ = [
    "BECAUSE",
    "CHECKS",
    "DERIVE",
    "FORMATS",
    "AnswerColumn",
    "Catalogue",
    "Parameter",
    "Query",
    "Type",
    "Violation",
    "bind",
    "bound",
    "called",
    "check",
    "derive",
    "find",
    "grounds",
    "resolve",
    "run",
    "write",
]
