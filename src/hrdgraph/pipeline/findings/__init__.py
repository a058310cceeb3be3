"""Findings of a build with their cells and rows, and the files that hold them."""
