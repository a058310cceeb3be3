"""Findings: what is wrong with a graph or its tables, where, and the report that shows it."""
