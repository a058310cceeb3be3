"""What machines read first: the description of the data set, the interfaces as OpenAPI, examples
of queries."""
