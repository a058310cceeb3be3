"""A finished graph and its sources → one list of findings, and the report that shows them. Each
part is loaded when it is first asked for."""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.validate.checks import run_checks
    from hrdgraph.validate.class_tally import class_counts
    from hrdgraph.validate.engine import ColumnSHACL, WorkerLimits
    from hrdgraph.validate.findings.junit import junit
    from hrdgraph.validate.findings.known_findings import (
        KnownFinding,
        mark_known,
        marked,
        read_known,
    )
    from hrdgraph.validate.findings.model import (
        Finding,
        Kind,
        Severity,
        in_order,
        messages_of,
        with_origins,
    )
    from hrdgraph.validate.findings.tally import (
        Tally,
        summary,
        summary_of,
        table,
        table_of,
        tallied,
        together,
    )
    from hrdgraph.validate.pyshacl_engine import PySHACL
    from hrdgraph.validate.report.data import (
        ClassCount,
        EvidenceCount,
        ReportData,
        SourceLine,
        WithheldCount,
        worded,
    )
    from hrdgraph.validate.report.page import render
    from hrdgraph.validate.shape_warnings import notices
    from hrdgraph.validate.shapes import Shapes, Validator, read_shapes, read_shapes_at
    from hrdgraph.validate.tables.expectations import check_expectations
else:
    homes = {
        "run_checks": "checks",
        "class_counts": "class_tally",
        **dict.fromkeys(("ColumnSHACL", "WorkerLimits"), "engine"),
        "junit": "findings.junit",
        **dict.fromkeys(
            ("KnownFinding", "mark_known", "marked", "read_known"), "findings.known_findings"
        ),
        **dict.fromkeys(
            ("Finding", "Kind", "Severity", "in_order", "messages_of", "with_origins"),
            "findings.model",
        ),
        **dict.fromkeys(
            ("Tally", "summary", "summary_of", "table", "table_of", "tallied", "together"),
            "findings.tally",
        ),
        "PySHACL": "pyshacl_engine",
        **dict.fromkeys(
            ("ClassCount", "EvidenceCount", "ReportData", "SourceLine", "WithheldCount", "worded"),
            "report.data",
        ),
        "render": "report.page",
        "notices": "shape_warnings",
        **dict.fromkeys(("Shapes", "Validator", "read_shapes", "read_shapes_at"), "shapes"),
        "check_expectations": "tables.expectations",
    }
    __getattr__ = lazily(__name__, homes)

__all__ = [
    "ClassCount",
    "ColumnSHACL",
    "EvidenceCount",
    "Finding",
    "Kind",
    "KnownFinding",
    "PySHACL",
    "ReportData",
    "Severity",
    "Shapes",
    "SourceLine",
    "Tally",
    "Validator",
    "WithheldCount",
    "WorkerLimits",
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
