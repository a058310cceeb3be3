"""Identity: a ledger of judgements into canonical names, and a graph into those names."""
