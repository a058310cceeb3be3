"""HTML tables into rows, and pages into text."""
