"""RML: a mapping document and its sources into quads, and a quad back into its rows.

`language` reads documents into the `model`; `planning` makes a `plan` of it, proves what it can,
and binds it to the sources; `running` works it out batch by batch, with `terms` and `functions`;
`tracing` goes back. Each is loaded when it is first needed: a document is read, and its errors
told, without the column library.
"""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.mapping.execution.execute import GraphSink as GraphSink
    from hrdgraph.mapping.execution.execute import Sink as Sink
    from hrdgraph.mapping.execution.execute import run as run
    from hrdgraph.mapping.execution.ntriples import LineSink as LineSink
    from hrdgraph.mapping.facts.document import read_source as read_source
    from hrdgraph.mapping.language.reader import read_mapping as read_mapping
    from hrdgraph.mapping.model import Mapping as Mapping
    from hrdgraph.mapping.plan import Plan as Plan
    from hrdgraph.mapping.planning.bind import bind as bind
    from hrdgraph.mapping.tracing import Trace as Trace
    from hrdgraph.mapping.tracing import TracedCell as TracedCell
    from hrdgraph.mapping.tracing import Tracer as Tracer
    from hrdgraph.mapping.tracing import Untraceable as Untraceable
else:
    __getattr__ = lazily(
        __name__,
        {
            "execution.ntriples": "LineSink",
            "execution.execute": "GraphSink Sink run",
            "facts.document": "read_source",
            "language.reader": "read_mapping",
            "model": "Mapping",
            "plan": "Plan",
            "planning.bind": "bind",
            "tracing": "Trace TracedCell Tracer Untraceable",
        },
    )
