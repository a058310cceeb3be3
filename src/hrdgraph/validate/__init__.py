"""A finished graph and its sources → one list of findings, and the report that shows them."""

from hrdgraph.validate.checks import run_checks
from hrdgraph.validate.counts import class_counts
from hrdgraph.validate.engine import ColumnSHACL, Limits
from hrdgraph.validate.expectations import check_expectations
from hrdgraph.validate.findings import Finding, Kind, Severity, in_order, messages_of, with_origins
from hrdgraph.validate.junit import junit
from hrdgraph.validate.known import Known, mark_known, marked, read_known
from hrdgraph.validate.notices import notices
from hrdgraph.validate.report import render
from hrdgraph.validate.report_data import ClassCount, EvidenceCount, ReportData, SourceLine, WithheldCount, worded
from hrdgraph.validate.shacl import PySHACL
from hrdgraph.validate.shapes import Shapes, Validator, read_shapes, read_shapes_at
from hrdgraph.validate.tally import Tally, summary, summary_of, table, table_of, tallied, together

__all__ = [
    "ClassCount",
    "ColumnSHACL",
    "EvidenceCount",
    "Finding",
    "Kind",
    "Known",
    "Limits",
    "PySHACL",
    "ReportData",
    "Severity",
    "Shapes",
    "SourceLine",
    "Tally",
    "Validator",
    "WithheldCount",
    "check_expectations",
    "class_counts",
    "in_order",
    "junit",
    "mark_known",
    "marked",
    "messages_of",
    "notices",
    "read_known",
    "read_shapes",
    "read_shapes_at",
    "render",
    "run_checks",
    "summary",
    "summary_of",
    "table",
    "table_of",
    "tallied",
    "together",
    "with_origins",
    "worded",
]
