"""RML: a mapping document and its sources into quads, and a quad back into its rows.

`language` reads documents into the `model`; `planning` makes a `plan` of it, proves what it can,
and binds it to the sources; `running` works it out batch by batch, with `terms` and `functions`;
`tracing` goes back. Each is loaded when it is first needed: a document is read, and its errors
told, without the column library.
"""
