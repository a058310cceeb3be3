"""A statement of the graph back into table rows, mapping rules, and the words of the page behind
them."""
