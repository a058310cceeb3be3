"""RML: a mapping document and its sources into quads, and a quad back into its rows."""

from hrdgraph.mapping.bind import bind
from hrdgraph.mapping.execute import Sink, run
from hrdgraph.mapping.lines import LineSink
from hrdgraph.mapping.model import Mapping
from hrdgraph.mapping.plan import Plan
from hrdgraph.mapping.reader import read_mapping
from hrdgraph.mapping.sinks import GraphSink
from hrdgraph.mapping.trace import Cell, Trace, Tracer, Untraceable

__all__ = ["Cell", "GraphSink", "LineSink", "Mapping", "Plan", "Sink", "Trace", "Tracer", "Untraceable", "bind", "read_mapping", "run"]
