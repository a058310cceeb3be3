"""CSV and TSV, in any dialect, into batches of text columns."""
