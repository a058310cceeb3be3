"""Queries in files, with what their headers say, into answers and their written forms."""
