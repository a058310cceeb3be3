"""Claims and their evidence into what a page tells of them."""
