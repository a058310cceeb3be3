"""A finished graph and its sources → one list of findings, and the report that shows them."""

from hrdgraph.validate.checks import run_checks
from hrdgraph.validate.counts import class_counts
from hrdgraph.validate.engine import ColumnSHACL
from hrdgraph.validate.expectations import check_expectations
from hrdgraph.validate.findings import Finding, Kind, Severity, in_order, messages_of, summary, table, with_origins
from hrdgraph.validate.junit import junit
from hrdgraph.validate.known import mark_known, read_known
from hrdgraph.validate.notices import notices
from hrdgraph.validate.report import render
from hrdgraph.validate.report_data import ClassCount, EvidenceCount, ReportData, SourceLine, WithheldCount, worded
from hrdgraph.validate.shacl import PySHACL
from hrdgraph.validate.shapes import Shapes, Validator, read_shapes, read_shapes_at

__all__ = [
    "ClassCount",
    "ColumnSHACL",
    "EvidenceCount",
    "Finding",
    "Kind",
    "PySHACL",
    "ReportData",
    "Severity",
    "Shapes",
    "SourceLine",
    "Validator",
    "WithheldCount",
    "check_expectations",
    "class_counts",
    "in_order",
    "junit",
    "mark_known",
    "messages_of",
    "notices",
    "read_known",
    "read_shapes",
    "read_shapes_at",
    "render",
    "run_checks",
    "summary",
    "table",
    "with_origins",
    "worded",
]
