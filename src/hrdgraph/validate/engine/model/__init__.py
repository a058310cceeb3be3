"""Shapes, paths, expressions and rules as frozen values, as the specification names them."""
