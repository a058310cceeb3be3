"""RML: a mapping document and its sources into quads, and a quad back into its rows.

`language` reads documents into the `model`; `planning` makes a `plan` of it, proves what it can, and binds it to the sources;
`running` works it out batch by batch, with `terms` and `functions`; `tracing` goes back.
"""

from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.model import Mapping
from hrdgraph.mapping.plan import Plan
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.mapping.running.execute import Sink, run
from hrdgraph.mapping.running.lines import LineSink
from hrdgraph.mapping.running.sinks import GraphSink
from hrdgraph.mapping.tracing.trace import Cell, Trace, Tracer, Untraceable

__all__ = ["Cell", "GraphSink", "LineSink", "Mapping", "Plan", "Sink", "Trace", "Tracer", "Untraceable", "bind", "read_mapping", "run"]
