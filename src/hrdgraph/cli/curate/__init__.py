"""Commands that prepare facts: pages, citations, dates, judgements."""
