"""The build: sources in a project folder into a validated, published graph."""

from hrdgraph.pipeline.build import build
from hrdgraph.pipeline.result import Options, Progress, Result

__all__ = ["Options", "Progress", "Result", "build"]
