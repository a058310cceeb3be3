"""The functions that mappings may call, over columns of texts."""
