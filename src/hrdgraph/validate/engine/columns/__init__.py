"""A graph as arrays of numbers: sets, joins, closures, walks, and the order of values."""
