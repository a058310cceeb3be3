"""Quads in columns into a place that answers SPARQL."""
