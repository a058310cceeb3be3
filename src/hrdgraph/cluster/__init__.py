"""A mapping or shapes on an engine: Sail on this machine, or Spark through Spark Connect.

The split is that of the plan: `staging` writes the sources once, by our own readers, as Parquet of
raw strings; `relational` has the engine scan, join and make distinct; `tasks` run the term kernel
of `hrdgraph.mapping.kernel` inside it, and write parts; `mapping_job` puts these together, and
the folder appears when all of it is there. `validation_job` brings together what the shapes look
at around each focus node, and `shape_tasks` judge it inside the engine. Nothing else knows of
engines.
"""
