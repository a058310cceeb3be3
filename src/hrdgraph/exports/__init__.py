"""A graph in columns into files that others read: RDF in its syntaxes, JSON-LD, tables, releases,
networks and pictures."""
