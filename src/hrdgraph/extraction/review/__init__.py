"""Candidates in their page, what people decide of them, and the rows that come of it."""
