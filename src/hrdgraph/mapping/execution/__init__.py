"""A plan and its sources into quads, batch by batch."""
