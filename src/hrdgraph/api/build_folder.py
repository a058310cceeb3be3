"""The build folder of a project into its graph and its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hrdgraph.project import Project
from hrdgraph.project.manifest import read_manifest
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio import load_columns


def load_manifest(project: Project) -> Mapping[str, Any]:
    """The manifest of the last build. ProjectError where there is none, or it is damaged."""
    return read_manifest(project)[0]


def load_graph(project: Project) -> ColumnGraph:
    """The graph of the last build, in columns."""
    return load_columns(project.columns_dir)


def load_rules(project: Project) -> ColumnGraph:
    """Which query derived what in the last build: its name is the last part of the IRI in place
    of the graph."""
    return load_columns(project.columns_dir / "rules")
