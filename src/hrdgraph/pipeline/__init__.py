"""Build a validated, published graph of the sources in a project folder."""

from hrdgraph.pipeline.build import build
from hrdgraph.pipeline.result import BuildOptions, Result
from hrdgraph.stage_progress import Progress

__all__ = ["BuildOptions", "Progress", "Result", "build"]
