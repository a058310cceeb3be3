"""A project folder into values: its settings, its sources, and where each thing lies."""

from hrdgraph.project.create import EXAMPLES, create_project, shared_folder
from hrdgraph.project.model import (
    COMMA,
    DATE_TEXT,
    ColumnSource,
    Document,
    Expectation,
    Facts,
    Field,
    File,
    Project,
    Source,
    Table,
)
from hrdgraph.project.open import open_project

__all__ = [
    "COMMA",
    "DATE_TEXT",
    "EXAMPLES",
    "ColumnSource",
    "Document",
    "Expectation",
    "Facts",
    "Field",
    "File",
    "Project",
    "Source",
    "Table",
    "create_project",
    "open_project",
    "shared_folder",
]
