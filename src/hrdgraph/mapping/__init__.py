"""RML: a mapping document and its sources into quads, and a quad back into its rows.

`language` reads documents into the `model`; `planning` makes a `plan` of it, proves what it can,
and binds it to the sources; `running` works it out batch by batch, with `terms` and `functions`;
`tracing` goes back. Each is loaded when it is first needed: a document is read, and its errors
told, without the column library.
"""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.mapping.execution.distinct_lines import LineSink
    from hrdgraph.mapping.execution.execute import GraphSink, Sink, run
    from hrdgraph.mapping.facts.document import read_source
    from hrdgraph.mapping.language.reader import read_mapping
    from hrdgraph.mapping.model import Mapping
    from hrdgraph.mapping.plan import Plan
    from hrdgraph.mapping.planning.bind import bind
    from hrdgraph.mapping.tracing import Trace, TracedCell, Tracer, Untraceable
else:
    homes = {
        "read_source": "facts.document",
        "read_mapping": "language.reader",
        "Mapping": "model",
        "Plan": "plan",
        "bind": "planning.bind",
        **dict.fromkeys(("Sink", "run"), "execution.execute"),
        "LineSink": "execution.distinct_lines",
        "GraphSink": "execution.execute",
        **dict.fromkeys(("TracedCell", "Trace", "Tracer", "Untraceable"), "tracing"),
    }
    __getattr__ = lazily(__name__, homes)

__all__ = [
    "GraphSink",
    "LineSink",
    "Mapping",
    "Plan",
    "Sink",
    "Trace",
    "TracedCell",
    "Tracer",
    "Untraceable",
    "bind",
    "read_mapping",
    "read_source",
    "run",
]
