"""Read a page: its blocks, and the persons, bodies, awards and dates that it names."""
