"""Names, dates and words as a page has them in one language."""
