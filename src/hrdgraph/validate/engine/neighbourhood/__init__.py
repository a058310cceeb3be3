"""Focus nodes held in parts: what must lie around each of them, a part with its results, and the
results of all parts as one outcome."""
