"""Review candidates: what people decide of them, and the rows that come of it."""
