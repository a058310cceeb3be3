"""The build folder of a project into its graph and its manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hrdgraph.errors import Origin, ProjectError
from hrdgraph.project import Project
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio import load_columns


def load_manifest(project: Project) -> Mapping[str, Any]:
    """The manifest of the last build. ProjectError where there is none, or it is damaged."""
    path = project.manifest_file
    try:
        manifest: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ProjectError("the graph has not been built", origin=Origin(str(path)), hint="run `hrdgraph build` first") from error
    except (OSError, ValueError) as error:
        raise ProjectError(f"the manifest is damaged: {error}", origin=Origin(str(path)), hint="run `hrdgraph build` again") from error
    return manifest


def load_graph(project: Project) -> ColumnGraph:
    """The graph of the last build, in columns."""
    return load_columns(project.columns_dir)
