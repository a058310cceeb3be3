"""The model into a plan, what is proven of it, and whether it fits its sources."""
