"""Tables of facts into mappings: the mapping of a kind, over the columns that a table has."""
