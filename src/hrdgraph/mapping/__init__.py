"""RML: a mapping document and its sources into quads, and a quad back into its rows.

`language` reads documents into the `model`, and `facts` writes those of tables of facts; `planning`
makes a `plan` of it, proves what it can, and binds it to the sources; `execution` works it out
batch by batch, with `terms` and `functions`; `tracing` goes back.
"""
