"""A project folder into values: its settings, its sources, and where each thing lies."""

from hrdgraph.project.create import EXAMPLES, create_project, shared_folder
from hrdgraph.project.model import (
    COMMA,
    DATE_TEXT,
    VISIBILITIES,
    CitedPage,
    ColumnSource,
    Expectation,
    Facts,
    File,
    Project,
    Source,
    Table,
    TableField,
)
from hrdgraph.project.open import open_project

__all__ = [
    "COMMA",
    "DATE_TEXT",
    "EXAMPLES",
    "VISIBILITIES",
    "CitedPage",
    "ColumnSource",
    "Expectation",
    "Facts",
    "File",
    "Project",
    "Source",
    "Table",
    "TableField",
    "create_project",
    "open_project",
    "shared_folder",
]
