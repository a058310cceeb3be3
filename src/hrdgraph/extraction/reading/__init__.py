"""The frozen text of a page into what it names: blocks, and persons, bodies, awards, dates."""
