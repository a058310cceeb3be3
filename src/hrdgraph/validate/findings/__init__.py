"""Findings: what they are, what is known of them, how they are counted and written."""
