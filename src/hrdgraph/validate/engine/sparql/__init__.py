"""SPARQL constraints into results, each query asked of no more than it can meet."""
