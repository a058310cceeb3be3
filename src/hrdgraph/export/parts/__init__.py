"""Documents in parts: whole subjects put into words together, written again only where something
has changed."""
