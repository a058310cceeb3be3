"""A rule explained: what it demands, with examples that pass and fail."""
