"""The text of SPARQL queries: its tokens, groups and patterns, and what may be written into it."""
