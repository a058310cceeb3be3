"""The report of a build as one HTML page in three languages."""
