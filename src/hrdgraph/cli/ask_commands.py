"""Commands that ask the built graph."""
