"""Claims of different sources into those that cannot both be true, as the ontology's conflict
rules say, and the one that is preferred."""
