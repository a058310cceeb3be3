"""Evidence: dates, snapshots of documents, cited words and their verification, and provenance."""
