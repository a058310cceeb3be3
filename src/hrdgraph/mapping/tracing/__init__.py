"""Quads back into the rows that made them."""
